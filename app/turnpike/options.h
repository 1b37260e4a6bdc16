/* SPDX-License-Identifier: BSD-3-Clause */
/* The command line of the daemon. */
#pragma once

#include <stdbool.h>

enum action { ACTION_RUN, ACTION_CHECK, ACTION_EXIT };

struct options {
	enum action action;
	const char *config; /* path */
	bool no_huge_pages; /* whatever the configuration says */
	int status;	    /* of ACTION_EXIT: the exit status */
};

/* Reads the command line; says on stderr what is wrong with it, on stdout what was asked for. */
struct options parse_options(int argc, char **argv);
