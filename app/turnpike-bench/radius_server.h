/* SPDX-License-Identifier: BSD-3-Clause */
/* A RADIUS server that answers from memory: every user whose password is as the pattern says is let
 * in, every accounting record acknowledged; late and now and then not at all, as it is told. So a
 * rig has a server that is faster than what it measures. One process or thread of its own. */
#pragma once

#include <stdint.h>
#include <stdio.h>

#include "base/error.h"

#define RADIUS_SERVER_SECRET "turnpike-bench"

struct radius_server_options {
	uint32_t address; /* host order; 0: any */
	uint16_t authentication_port, accounting_port;
	const char *secret;
	const char *password;  /* "{}" is the number in the user's name */
	unsigned delay_ms;     /* of each answer */
	unsigned interim_s;    /* how often who starts it wants to tell it of a session; 0: never */
	unsigned loss_percent; /* of what comes, and of what goes: each is lost so often */
};

struct radius_server_counts {
	uint64_t requests, accepts, rejects, bad;
	uint64_t starts, interims, stops, others; /* with those that came again */
	uint64_t lost;
	/* What must not be: of a session that has begun, fewer octets than were told before; a
	 * record of a session that never began, or of one that is over. */
	uint64_t backwards, strangers;
};

/* Opens the sockets; then answers until *END. Errors name the port. */
int radius_server_run(const struct radius_server_options *options, const volatile int *end,
		      struct radius_server_counts *counts, struct tp_error *error);
