/* SPDX-License-Identifier: BSD-3-Clause */
/* /ppp/subscriber: of whom something is remembered. */
#include <stdlib.h>
#include <string.h>

#include "api/json.h"
#include "base/ipv6_text.h"
#include "control/api.h"
#include "control/why/why.h"

static void put_prefix(json_t *o, const char *name, const struct tp_prefix6 *prefix)
{
	char text[TP_PREFIX6_TEXT_LEN];

	if (prefix->length != 0)
		tp_json_text(o, name, tp_prefix6_format(prefix, text));
}

static json_t *caller_json(const struct tp_caller *caller)
{
	const struct tp_history_entry *last =
		caller->count > 0 ? &caller->entries[caller->count - 1] : NULL;
	char text[TP_HISTORY_TEXT_MAX + 64];
	json_t *o = json_object();

	tp_json_id(o, caller->id);
	tp_control_put_caller(o, caller);
	tp_json_address(o, "last-address", caller->address);
	put_prefix(o, "last-ipv6-prefix", &caller->prefix);
	put_prefix(o, "last-delegated-prefix", &caller->delegated);
	tp_json_bool(o, "known", caller->known);
	tp_json_number(o, "lines", caller->count);
	if (last == NULL)
		return o;
	tp_control_put_time(o, "last-seen", last->last_ms);
	tp_json_text(o, "last-reason", tp_history_word(last->kind, last->code));
	tp_control_entry_text(last, text, sizeof(text));
	tp_json_text(o, "last-text", text);
	return o;
}

static json_t *next(void *user, uint64_t *cursor)
{
	const struct tp_control *c = user;
	const struct tp_caller *caller =
		c->history != NULL ? tp_history_next(c->history, cursor) : NULL;

	return caller != NULL ? caller_json(caller) : NULL;
}

static json_t *find(void *user, const char *key)
{
	const struct tp_control *c = user;
	const struct tp_caller *caller;
	char *end = NULL;
	uint64_t cursor = 0, id = key[0] == '*' ? strtoull(key + 1, &end, 16) : 0;

	while (c->history != NULL && (caller = tp_history_next(c->history, &cursor)) != NULL)
		if (end != NULL && *end == '\0' ? caller->id == id : strcmp(caller->user, key) == 0)
			return caller_json(caller);
	return NULL;
}

/* clang-format off */
static const struct tp_status status[] = {
	TP_STATUS_ID,
	{"name", "The user; without it, the host before it says who it is"},
	{"caller-id", "The MAC address"},
	{"port", "The port"},
	{"outer-vlan", "The outer tag there"},
	{"inner-vlan", "The inner tag there"},
	{"circuit-id", "The line, as the access node calls it"},
	{"remote-id", "The same"},
	{"last-address", "The address that he had last"},
	{"last-ipv6-prefix", "The prefix of his link, likewise"},
	{"last-delegated-prefix", "The first prefix that was delegated to him"},
	{"known", "He has been connected, or the host has; else what is remembered gives way soon"},
	{"lines", "So many things are remembered of him: `why` tells them"},
	{"last-seen", "When something happened last"},
	{"last-reason", "What, in a word"},
	{"last-text", "The same as one plain line"},
	TP_STATUS_END,
};
/* clang-format on */

const struct tp_live tp_live_subscriber = {
	.path = "/ppp/subscriber",
	.help = "Of whom something is remembered, by place and name, connected or not; `why` tells "
		"what happened to him",
	.status = status,
	.next = next,
	.find = find,
};
