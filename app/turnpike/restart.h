/* SPDX-License-Identifier: BSD-3-Clause */
/* Starting anew in ordinary memory: DPDK starts once in a process, so when the huge pages that were
 * counted free are gone by the time they are taken, the program takes its own place. */
#pragma once

#include <sched.h>

#include "base/error.h"

/* Does not return, unless it fails: a negative errno then. The process keeps its id, its blocked
 * signals and those that wait, and gets back the CPUs that it had. ERROR says why it is done. */
int restart_without_huge_pages(const char *config_path, const cpu_set_t *cpus,
			       struct tp_error *error);
