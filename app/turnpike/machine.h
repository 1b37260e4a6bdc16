/* SPDX-License-Identifier: BSD-3-Clause */
/* What the machine must have of what the configuration wants. */
#pragma once

#include <sched.h>

#include "base/error.h"
#include "config/store.h"

/* Has this machine what CONFIG, the file at PATH, wants of it: CPUs (among those that the process
 * may use), memory, devices, the folder of drivers? Else the first that it has not is in ERROR,
 * with its place in the file. */
int check_machine(const struct tp_config *config, const char *path, const cpu_set_t *allowed,
		  struct tp_error *error);
