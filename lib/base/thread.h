/* SPDX-License-Identifier: BSD-3-Clause */
/* Threads beside workers and control, which wait for disks and for people: where they run, and what
 * they are called (top -H, /proc/PID/task). */
#pragma once

#include <pthread.h>
#include <sched.h>

/* Starts WORK with USER in *THREAD, which somebody must join. NAME: at most 15 characters. CPUS:
 * where it may run; an empty set: wherever the caller may. -errno: there is none. */
int tp_thread_start(pthread_t *thread, const char *name, const cpu_set_t *cpus,
		    void *(*work)(void *), void *user);
