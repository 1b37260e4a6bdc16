/* SPDX-License-Identifier: BSD-3-Clause */
/* The command line. Names and defaults are those of RouterOS's `/interface pppoe-client`. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "ppp/ppp.h"

struct options {
	/* Both commands. */
	const char *interface;
	bool verbose;

	/* scan */
	bool scan;
	bool json;
	uint32_t duration_s;

	/* dial */
	const char *name; /* of the interface that is created */
	const char *user;
	char password[TP_PPP_NAME_MAX + 1];
	const char *service_name;
	const char *ac_name;
	uint8_t allow[TP_PPP_METHODS]; /* enum tp_ppp_method, best first */
	uint8_t allow_count;
	bool add_default_route;
	uint32_t default_route_distance;
	bool use_peer_dns;
	uint16_t max_mru;
	uint16_t max_mtu;
	uint32_t keepalive_timeout_s; /* 0: never */
	bool once;
};

/* Reads the command line; a password in it is overwritten, so that it does not stand in the list
 * of processes. Returns -1 to go on, else the exit status: 0 after --help, 2 after a mistake that
 * has been told on stderr. */
int options_parse(struct options *options, int argc, char **argv);
