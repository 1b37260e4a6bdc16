/* SPDX-License-Identifier: BSD-3-Clause */
/* From the configuration to what the parts of the daemon are started with. */
#pragma once

#include <limits.h>
#include <sched.h>

#include "base/error.h"
#include "config/store.h"
#include "dataplane/dataplane.h"

/* Reads FILE; on failure names every mistake on stderr and returns NULL. */
struct tp_config *load_config(const char *path);

/* What the data plane is created with, and what that points to. */
struct dataplane_setup {
	struct tp_dataplane_config config;
	struct tp_dataplane_port_config ports[TP_DATAPLANE_MAX_PORTS];
	char drivers[PATH_MAX]; /* folder; "": none */
};

/* SETUP, as CONFIG describes it, as long as both are there. */
int describe_dataplane(const struct tp_config *config, bool no_huge_pages,
		       struct dataplane_setup *setup, struct tp_error *error);

/* Starts the data plane that CONFIG describes, with NO_HUGE_PAGES in ordinary memory whatever
 * CONFIG says of it. -EAGAIN: with that it may start, in a new process. */
int create_dataplane(const struct tp_config *config, bool no_huge_pages, struct tp_dataplane **dp,
		     struct tp_error *error);

/* The CPUs of ALLOWED that are neither worker's nor control's; control's when there is no other. */
void other_cpus(const struct tp_config *config, const cpu_set_t *allowed, cpu_set_t *others);
