/* SPDX-License-Identifier: BSD-3-Clause */
/* A Turnpike of the rig's own, for whoever wants a figure without setting up anything: a process
 * in a network namespace of its own, joined to the rig by shared memory (net_memif). */
#pragma once

#include <limits.h>
#include <sched.h>
#include <stdbool.h>
#include <sys/types.h>

#include "base/error.h"
#include "city.h"
#include "radius_server.h"

#define OWN_SERVER_CORE	 0xc0000201u /* 192.0.2.1, on the core side */
#define OWN_SERVER_CORE6 "2001:db8:7fff::1"

struct own_server_options {
	const struct city_config *city; /* whom it knows */
	unsigned lcore;			/* of its worker; control runs on core 0 */
	/* NULL: it knows the city by secrets; else by the RADIUS server that is started beside it,
	 * which gets accounting. */
	const struct radius_server_options *radius;
	bool core;     /* it has a port on the core side */
	bool outlived; /* by its sessions, which it keeps in its folder */
};

struct own_server {
	pid_t pid;
	pid_t radius_pid; /* 0: none */
	cpu_set_t cpus;	  /* where this process might run before the EAL bound it to one */
	char program[PATH_MAX];
	char folder[64];				  /* its files, in /tmp */
	char device[160], core_device[160];		  /* the rig's ends, for rig_ports_open() */
	const struct radius_server_counts *radius_counts; /* as they grow; NULL: no RADIUS */
};

/* Starts it, and waits until it serves. Before the EAL starts; this process changes its network
 * namespace. Errors name what is missing. */
int own_server_start(struct own_server *server, const struct own_server_options *options,
		     struct tp_error *error);

/* Ends the daemon by SIGNAL (0: one that it has got already), and waits for its end. */
void own_server_end(struct own_server *server, int signal);
/* Starts the daemon again, without waiting for anything. False: no process. */
bool own_server_again(struct own_server *server);
/* Does it wait for whoever joins its ports? */
bool own_server_listens(const struct own_server *server);

/* Ends it and removes its files. */
void own_server_stop(struct own_server *server);
