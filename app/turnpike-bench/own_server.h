/* SPDX-License-Identifier: BSD-3-Clause */
/* A Turnpike of the rig's own, for whoever wants a figure without setting up anything: a process
 * in a network namespace of its own, joined to the rig by shared memory (net_memif). */
#pragma once

#include <sys/types.h>

#include "base/error.h"
#include "city.h"
#include "radius_server.h"

struct own_server {
	pid_t pid;
	char folder[64];  /* its files, in /tmp */
	char device[160]; /* the rig's end, for rig_ports_open() */
};

/* Starts it with a secret for each of the city's subscribers, or with RADIUS (NULL: without) a
 * RADIUS server beside it that knows them, and gets accounting; control on core 0 and the worker on
 * LCORE, and waits until it serves. Before the EAL starts. Errors name what is missing. */
int own_server_start(struct own_server *server, const struct city_config *city, unsigned lcore,
		     const struct radius_server_options *radius, struct tp_error *error);

/* Ends it and removes its files. */
void own_server_stop(struct own_server *server);
