/* SPDX-License-Identifier: BSD-3-Clause */
/* Writing an item's properties. Each takes NULL or 0 where it says so as "there is none". */
#pragma once

#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>

#include "config/types/value.h"

/* NULL: none. What need not be text is escaped, base/text.h. */
void tp_json_text(json_t *o, const char *name, const char *text);

static inline void tp_json_number(json_t *o, const char *name, uint64_t value)
{
	json_object_set_new(o, name, json_integer((json_int_t)value));
}

/* 0: none. */
static inline void tp_json_some(json_t *o, const char *name, uint64_t value)
{
	if (value != 0)
		tp_json_number(o, name, value);
}

static inline void tp_json_bool(json_t *o, const char *name, bool value)
{
	json_object_set_new(o, name, json_boolean(value));
}

/* Host byte order; 0: none. */
static inline void tp_json_address(json_t *o, const char *name, uint32_t address)
{
	char text[TP_IPV4_TEXT_LEN];

	if (address != 0)
		tp_json_text(o, name, tp_ipv4_format(address, text));
}

static inline void tp_json_mac(json_t *o, const char *name, const struct tp_mac *mac)
{
	char text[TP_MAC_TEXT_LEN];

	tp_json_text(o, name, tp_mac_format(mac, text));
}

static inline void tp_json_time(json_t *o, const char *name, uint64_t ms)
{
	char text[TP_TIME_TEXT_LEN];

	tp_json_text(o, name, tp_time_format((uint32_t)(ms / 1000), text));
}

/* A time of day, in local time. */
void tp_json_date(json_t *o, const char *name, uint64_t wall_ms);

/* RouterOS's .id of what has an id of 64 bits. */
static inline void tp_json_id(json_t *o, uint64_t id)
{
	char text[24];

	snprintf(text, sizeof(text), "*%" PRIX64, id);
	tp_json_text(o, ".id", text);
}

/* A query value as text: strings as they are, numbers and booleans as JSON writes them. NULL
 * when it is none of these. TEXT has room for a number. */
#define TP_API_TEXT_LEN 32
const char *tp_api_text(const json_t *value, char text[TP_API_TEXT_LEN]);
