/* SPDX-License-Identifier: BSD-3-Clause */
/* Looks for access concentrators in the broadcast domain of an interface: asks each second, and
 * keeps each different offer once. */
#pragma once

#include <jansson.h>

#include "base/error.h"
#include "packet.h"

struct scanner {
	const char *interface;
	struct packet_socket socket;
	uint32_t host_uniq;
	uint64_t next_ms; /* when to ask again */
	json_t *found;	  /* an array of {"service","mac-address","ac-name"} */
};

/* INTERFACE outlives it. 0, or a negative errno with ERROR filled in. */
int scanner_open(struct scanner *s, const char *interface, struct tp_error *error);
void scanner_close(struct scanner *s);

/* Asks, if it is time. */
void scanner_tick(struct scanner *s, uint64_t now_ms);

/* Takes what waits at socket.fd. */
void scanner_input(struct scanner *s);
