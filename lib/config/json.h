/* SPDX-License-Identifier: BSD-3-Clause */
/* Items as JSON: numbers and booleans are JSON's own; times, addresses, ranges and lists are
 * strings as RouterOS writes them. What was not given shows its default; what has neither is
 * left out. Passwords never come out. Any thread that may read the item. */
#pragma once

#include "config/store.h"

/* A set of properties: bit i is property i of the resource. */
#define TP_PROPLIST_ALL UINT64_MAX
#define TP_PROPLIST_ID	(UINT64_C(1) << 63) /* ".id" */
/* Those in it that mean nothing here as well, if they were not given. */
#define TP_PROPLIST_NEUTRAL (UINT64_C(1) << 62)

/* Reads ".proplist": ".id,name,service". TEXT NULL or "": all. Returns 0, or -EINVAL and ERROR
 * when a name is unknown. */
int tp_proplist_parse(const struct tp_resource *resource, const char *text, uint64_t *proplist,
		      struct tp_error *error);

/* {".id": "*1F", "name": …}; a new reference, NULL when memory is out. */
json_t *tp_config_item_to_json(const struct tp_config_item *item, uint64_t proplist);

/* Does the property have the value that TEXT says? For the filters of a query string; values are
 * compared, not texts: "10s" matches "00:00:10". ".id" is a name too. A write-only property
 * matches nothing. Returns 0 and *MATCHES, or -EINVAL and ERROR: no such property, or TEXT can be
 * no value of it. */
int tp_config_item_matches(const struct tp_config_item *item, const char *property,
			   const char *text, bool *matches, struct tp_error *error);
