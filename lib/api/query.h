/* SPDX-License-Identifier: BSD-3-Clause */
/* Query words, read once and asked of each item of a list: RouterOS's of its API, and what its
 * command line has beside them. See query.c. On the thread that carries requests out. */
#pragma once

#include <jansson.h>
#include <stdbool.h>

#include "base/error.h"
#include "config/item.h"

#define TP_API_QUERY ".query" /* where they stand in a request's query: an array of strings */

struct tp_api_query;

/* Reads WORDS, an array of strings, of which it keeps a reference; NULL has none, and every item
 * passes. The query is the caller's, to be closed. -EINVAL: they make no sense; -ENOMEM. */
int tp_api_query_open(json_t *words, struct tp_api_query **query, struct tp_error *e);
void tp_api_query_close(struct tp_api_query *query); /* NULL is fine */

/* The property that the first word from *INDEX on compares, *INDEX behind it; NULL: no more do. */
const char *tp_api_query_name(const struct tp_api_query *query, unsigned *index);

/* If it asks for nothing but that NAME has one value: that value. NULL: it asks for something else.
 */
const char *tp_api_query_alone(const struct tp_api_query *query, const char *name);

/* Does an item pass? OBJECT is all of it; ITEM its configuration, whose values are compared as
 * such, or NULL. -EINVAL: one of the words asks for a value that its property can't have. */
int tp_api_query_passes(const struct tp_api_query *query, const json_t *object,
			const struct tp_config_item *item, bool *passes, struct tp_error *e);

/* OBJECT cut down to what PROPLIST, "name,address", names; NULL or "": all of it. A new reference.
 */
json_t *tp_api_cut_down(json_t *object, const char *proplist);
