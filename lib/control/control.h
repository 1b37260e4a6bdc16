/* SPDX-License-Identifier: BSD-3-Clause */
/* What the control lcore runs: discovery, PPP, AAA and addressing by lib/session's engine, the
 * TAPs, netlink, and the answers to management's requests.
 *
 * One thread runs it: the only writer of what it shares with workers. Management talks to it by
 * api/request.h alone. */
#pragma once

#include <sched.h>
#include <stdbool.h>

#include "base/error.h"

struct tp_config;
struct tp_control;
struct tp_dataplane;
struct tp_mailbox;
struct tp_menus;

/* What there is to see and to do beside the configuration. */
extern const struct tp_menus tp_control_menus;

struct tp_control_setup {
	struct tp_dataplane *dataplane; /* created, its workers not necessarily started yet */
	struct tp_config *config;	/* loaded and checked; control's from now on */
	const char *config_path;	/* read again by a reload; NULL: there is none */
	cpu_set_t other_cpus; /* where threads may run that are neither worker nor control */
	cpu_set_t all_cpus;   /* that the program had when it was started */
	const char *program;  /* its file, for an upgrade; NULL: there is none */
	/* Can what a file says besides be had, which is at PATH and about to be reloaded? A
	 * negative errno and ERROR with its place there. On a thread of its own. NULL: nobody
	 * knows. */
	int (*check)(const struct tp_config *config, const char *path, struct tp_error *error);
};

/* Makes the engine, the TAPs with their addresses, and the netlink sockets, and gives the
 * data plane the kernel's routes. The configuration belongs to control from here on, on failure
 * too. SIGTERM, SIGINT and SIGHUP must be blocked in every thread: control reads them from a
 * signalfd. Errors name the port or setting that stood in the way. */
int tp_control_create(const struct tp_control_setup *setup, struct tp_control **control,
		      struct tp_error *error);

/* Serves until SIGTERM or SIGINT, or what operators ask for that ends it; then leaves the sessions
 * standing for the next start, or ends each with Terminate-Request and PADT, within two seconds,
 * and returns 0. On the control lcore. */
int tp_control_run(struct tp_control *control);

/* After tp_control_run(): was it for an upgrade, so that the program is to start again? */
bool tp_control_upgrades(const struct tp_control *control);

/* What management talks to. */
struct tp_mailbox *tp_control_mailbox(struct tp_control *control);

/* Frees everything but the data plane. After tp_control_run() has returned and management has
 * taken back its requests. */
void tp_control_destroy(struct tp_control *control);
