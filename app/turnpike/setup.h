/* SPDX-License-Identifier: BSD-3-Clause */
/* From the configuration to what the parts of the daemon are started with. */
#pragma once

#include <sched.h>

#include "base/error.h"
#include "config/store.h"
#include "dataplane/dataplane.h"

/* Reads FILE; on failure names every mistake on stderr and returns NULL. */
struct tp_config *load_config(const char *path);

/* Has this machine what CONFIG wants of it: CPUs (among those that the process may use), memory,
 * the folder of drivers? */
int check_machine(const struct tp_config *config, const cpu_set_t *allowed, struct tp_error *error);

/* Starts the data plane that CONFIG describes, with NO_HUGE_PAGES in ordinary memory whatever
 * CONFIG says of it. -EAGAIN: with that it may start, in a new process. */
int create_dataplane(const struct tp_config *config, bool no_huge_pages, struct tp_dataplane **dp,
		     struct tp_error *error);

/* The CPUs of ALLOWED that are neither worker's nor control's; control's when there is no other. */
void other_cpus(const struct tp_config *config, const cpu_set_t *allowed, cpu_set_t *others);
