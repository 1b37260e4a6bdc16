/* SPDX-License-Identifier: BSD-3-Clause */
/* One property's value inside an item: read, copied, compared, shown. Private to lib/config.
 *
 * ITEM points to the resource's struct; the schema's offset says where the value is. A field of
 * zeroes is an empty value of every type but strings, whose empty value is tp_empty_string. */
#pragma once

#include <jansson.h>

#include "base/error.h"
#include "config/schema/schema.h"

/* Room for a value of any type. */
union tp_value {
	char *string;
	bool boolean;
	uint32_t number; /* times and addresses too */
	unsigned index;
	struct tp_number_list numbers;
	struct tp_auth_list methods;
	struct tp_address_list addresses;
	struct tp_endpoint endpoint;
	struct tp_range_list ranges;
	struct tp_prefix prefix;
	struct tp_prefix_list prefixes;
	struct tp_framed_route_list routes;
	uint64_t bytes;
	struct tp_delay_list delays;
	struct tp_vlan_list vlans;
	struct tp_name_list names;
	struct tp_mac_prefix mac;
	struct tp_rate_limit *rate_limit;
};
size_t tp_value_size(enum tp_type type);

/* Frees what VALUE, a field of that type, owns and leaves it empty. */
void tp_value_clear(enum tp_type type, void *value);

/* What strings point to that were not given, so that none is NULL. Never written, never freed. */
extern char tp_empty_string[1];

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

#define TP_QUOTE_LEN 68
/* S fit for a message: at most 64 bytes, nothing unprintable. Returns TEXT. */
char *tp_quote(const char *s, char text[TP_QUOTE_LEN]);
