/* SPDX-License-Identifier: BSD-3-Clause */
/* A property: what the schema says of it, and its value inside an item, which is read, copied,
 * compared and shown by its type.
 *
 * ITEM points to the resource's struct; the schema's offset says where the value is. */
#pragma once

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/error.h"

struct tp_type;

enum tp_property_flag {
	TP_REQUIRED = 1 << 0,
	TP_RUNTIME = 1 << 1,	  /* may change while the daemon runs */
	TP_SECRET = 1 << 2,	  /* goes in, never comes out */
	TP_KEY = 1 << 3,	  /* part of what tells items apart */
	TP_HASHED = 1 << 4,	  /* a password that is kept hashed (password.h) */
	TP_NUMBERED = 1 << 5,	  /* not given: the default with the first free number behind it */
	TP_SERVER_ALONE = 1 << 6, /* of a resource of both programs: turnpike-client has it not */
};

struct tp_property {
	const char *name; /* RouterOS's */
	const struct tp_type *type;
	uint16_t offset;	    /* into the resource's struct */
	const char *default_text;   /* as a person would write it; NULL: none */
	const char *client_default; /* turnpike-client's, where it has another; NULL: the same */
	uint32_t min, max;	    /* of a number; of a string's length in bytes */
	const char *const *words;   /* of an enum; ends with NULL */
	const char *zero; /* of a number, a time: the word for 0, which may be beside min and max */
	const char *zero_in; /* the same, taken but not shown; of a string: for none */
	const char *why;     /* of what is neutral: why no other value is taken */
	/* Of what an item in use can't be without: "protocol=radsec", what else it may have
	 * instead. */
	const char *needed_unless;
	uint32_t refers;  /* the name of an item of these, 1 << enum tp_resource_id */
	unsigned flags;	  /* enum tp_property_flag */
	const char *help; /* one line, without a full stop */
};

/* A value as it came: one text, or the texts of a list. */
struct tp_input {
	const char *const *text;
	unsigned count;
	bool list; /* it was written as a list; else COUNT is 1 */
};

#define TP_LIST_MAX 4096 /* elements of one list */

/* Sets the property from INPUT; a text stands for a list when it has commas. On -EINVAL (or
 * -ENOMEM) the field keeps what it had and ERROR says what was expected (no place); the value of
 * a secret is never quoted. */
int tp_property_parse(const struct tp_property *property, void *item, const struct tp_input *input,
		      struct tp_error *error);

void tp_property_clear(const struct tp_property *property, void *item);

/* TO's field must be empty. Returns 0 or -ENOMEM. */
int tp_property_copy(const struct tp_property *property, void *to, const void *from);

bool tp_property_equal(const struct tp_property *property, const void *a, const void *b);

/* Nothing in it: an empty string or list, no address, no pool. Numbers are never empty. */
bool tp_property_empty(const struct tp_property *property, const void *item);

/* A new reference; secrets as well, so ask the flags first. NULL when memory is out. */
json_t *tp_property_to_json(const struct tp_property *property, const void *item);

/* As RouterOS writes it; to be freed by the caller. NULL when memory is out. */
char *tp_property_to_text(const struct tp_property *property, const void *item);

/* The name of the item that this property refers to; NULL when it refers to none. */
const char *tp_property_reference(const struct tp_property *property, const void *item);

/* What a value of it looks like, for a sentence: "a number from 1 to 4094". Returns TEXT. */
char *tp_property_expected(const struct tp_property *property, char *text, size_t size);

/* The same for the reference: "number, 1 to 4094". */
void tp_property_describe(const struct tp_property *property, FILE *out);

#define TP_QUOTE_LEN 68
/* S fit for a message: at most 64 bytes, nothing unprintable. Returns TEXT. */
char *tp_quote(const char *s, char text[TP_QUOTE_LEN]);
