/* SPDX-License-Identifier: BSD-3-Clause */
/* The command line. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "settings.h"

struct options {
	enum { OPTIONS_DIAL, OPTIONS_SCAN, OPTIONS_SERVE, OPTIONS_CHECK } action;
	bool verbose;
	const char *config; /* serve, check: the configuration's file */
	const char *run_as; /* serve: the user to become; NULL: none */
	bool json;	    /* scan */
	uint32_t duration_s;
	struct settings client; /* dial; scan: its interface */
};

/* Reads the command line; a password in it is overwritten, so that it does not stand in the list
 * of processes. Returns -1 to go on, else the exit status: 0 after --help and --version, 2 after a
 * mistake that has been told on stderr. */
int options_parse(struct options *options, int argc, char **argv);
