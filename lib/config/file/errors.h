/* SPDX-License-Identifier: BSD-3-Clause */
/* The mistakes of one file, gathered with their places and then put in the file's order.
 * Private to lib/config. */
#pragma once

#include "config/file/file.h"

struct tp_mistake {
	unsigned line, column; /* from 1; 0: the file as a whole */
	struct tp_error error;
};

struct tp_mistakes {
	const char *file;
	unsigned total; /* all; the first TP_ERRORS_MAX are kept */
	struct tp_mistake *kept;
};

/* LABEL: "ppp.secret[MT-User].profile", or "" for what is about the text itself. */
void tp_mistake_add(struct tp_mistakes *mistakes, unsigned line, unsigned column, int code,
		    const char *label, const char *message);

/* Moves what is kept to ERRORS, in the order of the file. */
void tp_mistakes_finish(struct tp_mistakes *mistakes, struct tp_errors *errors);
