/* SPDX-License-Identifier: BSD-3-Clause */
/* Starting anew: in ordinary memory, since DPDK starts once in a process and the huge pages that
 * were counted free may be gone by the time they are taken; and as another version of the program.
 * The program takes its own place. */
#pragma once

#include <sched.h>
#include <stddef.h>

#include "base/error.h"
#include "turnpike/options.h"

/* What start_again() ends with under systemd, whose unit has it in RestartForceExitStatus: who is
 * started by systemd has all rights again. */
#define START_AGAIN_STATUS 75

/* Does not return, unless it fails: a negative errno then. The process keeps its id, its blocked
 * signals and those that wait, and gets back the CPUs that it had. ERROR says why it is done. */
int restart_without_huge_pages(const char *config_path, const cpu_set_t *cpus,
			       struct tp_error *error);

/* The file that this program was started from, to be asked while it is still there; "" if that
 * can't be told. */
void program_file(char *path, size_t size);

/* After the end: what is in the file PROGRAM by now takes this one's place, with the same OPTIONS.
 * Returns the exit status if it does not, or systemd is to do it. */
int start_again(const char *program, const struct options *options, const cpu_set_t *cpus);
