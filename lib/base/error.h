/* SPDX-License-Identifier: BSD-3-Clause */
/* The one error object: a place, and a sentence for a person.
 *
 * A function that can fail for a reason that a person must read takes a
 * struct tp_error *, which may be NULL, and returns 0 or a negative errno. */
#pragma once

#include <stdarg.h>
#include <stddef.h>

struct tp_error {
	int code;	 /* the negative errno that went with it; 0: no error */
	char place[192]; /* "turnpike.yaml:12:7", "ppp.secret[3].service"; "" when there is none */
	char message[320]; /* one sentence without a full stop; never a password */
};

/* Fills E (unless it is NULL) and returns CODE, so that a caller can write
 * `return tp_error_set(e, -EINVAL, place, "…", …);`. CODE is a negative errno.
 * PLACE may be NULL. Any thread. */
int tp_error_set(struct tp_error *e, int code, const char *place, const char *format, ...)
	__attribute__((format(printf, 4, 5)));
