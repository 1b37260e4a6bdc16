/* SPDX-License-Identifier: BSD-3-Clause */
/* Whom an operator means. */
#include <string.h>

#include "base/ipv6_text.h"
#include "config/types/value.h"
#include "control/control_private.h"
#include "control/why/why.h"

/* What TEXT may be. */
struct question {
	const char *text;
	bool is_mac, is_ipv4, is_ipv6;
	struct tp_mac mac;
	uint32_t address;
	struct tp_prefix6 prefix;
};

static struct question read_question(const char *text)
{
	struct question q = {.text = text};
	struct tp_prefix prefix;

	q.is_mac = tp_mac_parse(text, &q.mac);
	q.is_ipv4 = tp_ipv4_parse(text, &q.address);
	if (!q.is_ipv4 && tp_prefix_parse(text, &prefix) && prefix.length == 32) {
		q.is_ipv4 = true;
		q.address = prefix.address;
	}
	q.is_ipv6 = tp_prefix6_parse(text, &q.prefix);
	if (!q.is_ipv6 && tp_ipv6_parse(text, q.prefix.address)) {
		q.is_ipv6 = true;
		q.prefix.length = 128;
	}
	return q;
}

static uint64_t last_heard(const struct tp_caller *caller)
{
	return caller->count > 0 ? caller->entries[caller->count - 1].last_ms : 0;
}

static void add_caller(struct tp_look *look, const struct tp_caller *caller)
{
	unsigned oldest = 0;

	for (unsigned i = 0; i < look->caller_count; i++) {
		if (look->callers[i] == caller)
			return;
		if (last_heard(look->callers[i]) < last_heard(look->callers[oldest]))
			oldest = i;
	}
	if (look->caller_count < TP_LOOK_CALLERS)
		look->callers[look->caller_count++] = caller;
	else if (last_heard(caller) > last_heard(look->callers[oldest]))
		look->callers[oldest] = caller;
}

/* One that is ending is as good as gone. */
static void add_line(struct tp_look *look, const struct tp_line *line)
{
	struct tp_session_info info;

	if (line == NULL)
		return;
	tp_line_info(line, &info);
	if (info.state == TP_SESSION_ENDING || info.state == TP_SESSION_CLOSED)
		return;
	for (unsigned i = 0; i < look->line_count; i++)
		if (look->lines[i] == line)
			return;
	if (look->line_count < TP_LOOK_LINES)
		look->lines[look->line_count++] = line;
}

/* ---- callers ---- */

static bool is_user(const struct tp_caller *caller, const struct question *q)
{
	return strcmp(caller->user, q->text) == 0;
}

static bool is_line(const struct tp_caller *caller, const struct question *q)
{
	return (caller->circuit_id != NULL && strcmp(caller->circuit_id, q->text) == 0) ||
	       (caller->remote_id != NULL && strcmp(caller->remote_id, q->text) == 0);
}

static bool covers(const struct tp_prefix6 *has, const struct tp_prefix6 *wanted)
{
	return has->length != 0 && has->length <= wanted->length &&
	       tp_prefix6_has(has, wanted->address);
}

static bool had_address(const struct tp_caller *caller, const struct question *q)
{
	if (q->is_ipv4)
		return caller->address == q->address;
	return covers(&caller->prefix, &q->prefix) || covers(&caller->delegated, &q->prefix);
}

static void add_all(const struct tp_control *c, const struct question *q, struct tp_look *look,
		    bool (*fits)(const struct tp_caller *caller, const struct question *q))
{
	const struct tp_caller *caller;
	uint64_t cursor = 0;

	while ((caller = tp_history_next(c->history, &cursor)) != NULL)
		if (fits(caller, q))
			add_caller(look, caller);
}

/* Of all who have had it, who had it last. */
static void add_last_holder(const struct tp_control *c, const struct question *q,
			    struct tp_look *look)
{
	const struct tp_caller *caller, *last = NULL;
	uint64_t cursor = 0;

	while ((caller = tp_history_next(c->history, &cursor)) != NULL)
		if (had_address(caller, q) &&
		    (last == NULL || last_heard(caller) > last_heard(last)))
			last = caller;
	if (last != NULL)
		add_caller(look, last);
}

static bool at_place(const struct tp_caller *caller, const char *port, struct tp_vlans vlans)
{
	return strcmp(caller->port, port) == 0 && tp_vlans_equal(caller->vlans, vlans);
}

static void add_callers_of_line(const struct tp_control *c, const struct tp_line *line,
				struct tp_look *look)
{
	const struct tp_caller *caller = NULL;
	struct tp_session_info info;

	tp_line_info(line, &info);
	while ((caller = tp_history_of_mac(c->history, &info.mac, caller)) != NULL)
		if (at_place(caller, c->ports[info.access.port].name, info.access.vlans) &&
		    strcmp(caller->user, info.user) == 0)
			add_caller(look, caller);
}

/* What the same host does before it says who it is. */
static void add_unnamed(const struct tp_control *c, struct tp_look *look)
{
	for (unsigned i = 0, count = look->caller_count; i < count; i++) {
		const struct tp_caller *named = look->callers[i], *caller = NULL;

		while ((caller = tp_history_of_mac(c->history, &named->mac, caller)) != NULL)
			if (caller->user[0] == '\0' && at_place(caller, named->port, named->vlans))
				add_caller(look, caller);
	}
}

/* ---- lines that stand ---- */

static const struct tp_line *holder(const struct tp_control *c, const struct question *q)
{
	const struct tp_pool_lease *lease;
	struct tp_pool6_lease lease6;
	const void *owner = NULL;
	struct tp_session_info info;

	if (q->is_ipv4) {
		lease = tp_pool_find(c->pools, q->address);
		owner = lease != NULL ? lease->owner : NULL;
	} else if (q->is_ipv6 && tp_pool6_find(c->pools6, &q->prefix, &lease6)) {
		owner = lease6.owner;
	}
	if (owner == NULL)
		return NULL;
	tp_session_info(owner, &info);
	return tp_ac_find_id(c->ac, info.id);
}

static void add_lines(const struct tp_control *c, const struct question *q, struct tp_look *look)
{
	const struct tp_line *line = NULL;

	if (q->is_mac)
		while ((line = tp_ac_find_mac(c->ac, &q->mac, line)) != NULL)
			add_line(look, line);
	else if (q->is_ipv4 || q->is_ipv6)
		add_line(look, holder(c, q));
	else
		while ((line = tp_ac_find_user(c->ac, q->text, line)) != NULL)
			add_line(look, line);
}

/* A line of CALLER's host there, if it is his or nobody's yet. */
static void add_lines_of_callers(const struct tp_control *c, struct tp_look *look)
{
	for (unsigned i = 0; i < look->caller_count; i++) {
		const struct tp_caller *caller = look->callers[i];
		const struct tp_line *line = NULL;
		struct tp_session_info info;

		while ((line = tp_ac_find_mac(c->ac, &caller->mac, line)) != NULL) {
			tp_line_info(line, &info);
			if (at_place(caller, c->ports[info.access.port].name, info.access.vlans) &&
			    (info.user[0] == '\0' || strcmp(caller->user, info.user) == 0))
				add_line(look, line);
		}
	}
}

void tp_control_look(const struct tp_control *c, const char *text, struct tp_look *look)
{
	const struct question q = read_question(text);
	const struct tp_caller *caller = NULL;

	*look = (struct tp_look){0};
	add_lines(c, &q, look);
	if (c->history == NULL)
		return;
	for (unsigned i = 0; i < look->line_count; i++)
		add_callers_of_line(c, look->lines[i], look);
	if (q.is_mac)
		while ((caller = tp_history_of_mac(c->history, &q.mac, caller)) != NULL)
			add_caller(look, caller);
	else if (!q.is_ipv4 && !q.is_ipv6)
		add_all(c, &q, look, is_user);
	else if (look->line_count == 0)
		add_last_holder(c, &q, look);
	if (look->caller_count == 0 && look->line_count == 0)
		add_all(c, &q, look, is_line);
	add_unnamed(c, look);
	add_lines_of_callers(c, look);
}
