/* SPDX-License-Identifier: BSD-3-Clause */
/* How a subscriber is now, and one thing that happened to him, as text. */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "api/json.h"
#include "base/ipv6_text.h"
#include "control/menus/menus.h"
#include "control/why/why.h"

static void format_time(uint64_t wall_ms, char text[32])
{
	time_t seconds = (time_t)(wall_ms / 1000);
	struct tm local;

	text[0] = '\0';
	if (localtime_r(&seconds, &local) != NULL)
		strftime(text, 32, "%Y-%m-%d %H:%M:%S", &local);
}

void tp_control_put_time(json_t *o, const char *name, uint64_t wall_ms)
{
	char text[32];

	format_time(wall_ms, text);
	tp_json_text(o, name, text);
}

void tp_control_entry_text(const struct tp_history_entry *e, char *text, size_t size)
{
	char address[TP_IPV4_TEXT_LEN], up[TP_TIME_TEXT_LEN];

	if (e->kind == TP_HISTORY_END && e->number != 0)
		snprintf(text, size, "ended after %s: %s", tp_time_format(e->number, up), e->text);
	else if (e->kind == TP_HISTORY_END)
		snprintf(text, size, "ended before it was up: %s", e->text);
	else if (e->kind == TP_HISTORY_EVENT && e->code == TP_AC_SESSION_UP)
		snprintf(text, size, "%s%s%s%s", e->text, e->number != 0 ? ": " : "",
			 e->number != 0 ? tp_ipv4_format(e->number, address) : "",
			 (e->families & TP_AC_IPV6) == 0 ? ""
			 : e->number != 0		 ? ", and IPv6"
							 : " by IPv6");
	else
		snprintf(text, size, "%s", e->text);
}

static void put_place(json_t *o, const char *port, struct tp_vlans vlans)
{
	tp_json_text(o, "port", port);
	tp_json_some(o, "outer-vlan", vlans.outer);
	tp_json_some(o, "inner-vlan", vlans.inner);
}

static void put_some_text(json_t *o, const char *name, const char *text)
{
	if (text != NULL && text[0] != '\0')
		tp_json_text(o, name, text);
}

static void put_prefix(json_t *o, const char *name, const struct tp_prefix6 *prefix)
{
	char text[TP_PREFIX6_TEXT_LEN];

	if (prefix->length != 0)
		tp_json_text(o, name, tp_prefix6_format(prefix, text));
}

void tp_control_put_caller(json_t *o, const struct tp_caller *caller)
{
	put_some_text(o, "name", caller->user);
	tp_json_mac(o, "caller-id", &caller->mac);
	put_place(o, caller->port, caller->vlans);
	put_some_text(o, "circuit-id", caller->circuit_id);
	put_some_text(o, "remote-id", caller->remote_id);
}

/* ---- of a line that stands ---- */

static bool is_up(const struct tp_session_info *info)
{
	return info->state == TP_SESSION_UP;
}

static void put_line(const struct tp_control *c, json_t *o, const struct tp_session_info *info)
{
	put_some_text(o, "name", info->user);
	tp_json_mac(o, "caller-id", &info->mac);
	put_place(o, c->ports[info->access.port].name, info->access.vlans);
	if (info->line != NULL) {
		put_some_text(o, "circuit-id", info->line->circuit_id);
		put_some_text(o, "remote-id", info->line->remote_id);
	}
	tp_json_number(o, "session-id", info->session_id);
	tp_json_id(o, info->id);
	if (!is_up(info))
		return;
	tp_json_address(o, "address", info->remote_address);
	put_prefix(o, "ipv6-prefix", &info->ipv6.prefix);
	if (info->ipv6.delegated_count > 0)
		put_prefix(o, "delegated-prefix", &info->ipv6.routes[0]);
	tp_api_uptime(c, o, info);
}

static const char *families_text(const struct tp_session_info *info)
{
	if (info->bundle_id != 0)
		return "as a link of a bundle";
	if (info->families == (TP_AC_IPV4 | TP_AC_IPV6))
		return "by IPv4 and IPv6";
	return info->families == TP_AC_IPV6 ? "by IPv6 alone" : "by IPv4 alone";
}

static void put_line_text(const struct tp_control *c, json_t *o, const struct tp_session_info *info)
{
	const uint64_t since_ms = is_up(info) ? info->up_ms : info->started_ms;
	const uint64_t passed_ms = c->now_ms > since_ms ? c->now_ms - since_ms : 0;
	char since[32], passed[TP_TIME_TEXT_LEN], text[256];

	format_time(tp_clock_wall_ms() - passed_ms, since);
	tp_time_format((uint32_t)(passed_ms / 1000), passed);
	if (is_up(info))
		snprintf(text, sizeof(text), "connected since %s (%s), %s", since, passed,
			 families_text(info));
	else
		snprintf(text, sizeof(text), "on his way since %s (%s): %s", since, passed,
			 tp_session_state_text(info->state));
	tp_json_text(o, "text", text);
}

json_t *tp_control_line_state(const struct tp_control *c, const struct tp_line *line)
{
	struct tp_session_info info;
	json_t *o = json_object();

	tp_line_info(line, &info);
	tp_control_put_time(o, "time", tp_clock_wall_ms());
	tp_json_text(o, "event", "now");
	tp_json_text(o, "reason", is_up(&info) ? "connected" : "dialling");
	put_line(c, o, &info);
	put_line_text(c, o, &info);
	return o;
}

/* ---- of who is not there ---- */

/* So long his logins are not taken; 0: they are. */
static uint64_t locked_ms(const struct tp_control *c, const struct tp_caller *caller)
{
	const struct tp_ac_lockout *e = NULL;

	while ((e = tp_ac_lockout_next(c->ac, e != NULL ? e->id : 0)) != NULL)
		if (tp_mac_equal(&e->mac, &caller->mac) &&
		    (e->user[0] == '\0' || strcmp(e->user, caller->user) == 0))
			return e->until_ms > c->now_ms ? e->until_ms - c->now_ms : 0;
	return 0;
}

static const struct tp_config_secret *secret_of(const struct tp_control *c, const char *name)
{
	return (const void *)tp_config_find(c->config, TP_PPP_SECRET, name);
}

static void put_never(const struct tp_control *c, json_t *o, const char *name)
{
	const struct tp_config_secret *secret = secret_of(c, name);

	tp_json_text(o, "name", name);
	tp_json_text(o, "text", "not there, and nothing is remembered of him");
	tp_json_text(o, "try",
		     secret != NULL && secret->disabled
			     ? tp_history_advice(TP_HISTORY_LOGIN, TP_AUTH_FAIL_DISABLED)
			     : "not even a PADI of his has come: see that his router is on, and in "
			       "the right VLAN; ask by its MAC address, he may use another name");
}

static void put_last(const struct tp_control *c, json_t *o, const struct tp_caller *caller,
		     const struct tp_history_entry *last)
{
	const struct tp_config_secret *secret = secret_of(c, caller->user);
	const char *advice = tp_history_advice(last->kind, last->code);
	const uint64_t locked = locked_ms(c, caller), now_ms = tp_clock_wall_ms();
	char line[TP_HISTORY_TEXT_MAX + 64], when[32], ago[TP_TIME_TEXT_LEN],
		held[64] = "", text[TP_HISTORY_TEXT_MAX + 256], left[TP_TIME_TEXT_LEN];

	tp_control_entry_text(last, line, sizeof(line));
	format_time(last->last_ms, when);
	tp_time_format(now_ms > last->last_ms ? (uint32_t)((now_ms - last->last_ms) / 1000) : 0,
		       ago);
	if (locked > 0) {
		snprintf(held, sizeof(held), "; his logins are not taken for another %s",
			 tp_time_format((uint32_t)(locked / 1000), left));
		advice = tp_history_advice(TP_HISTORY_LOGIN, TP_AUTH_FAIL_LOCKED);
	} else if (secret != NULL && secret->disabled) {
		snprintf(held, sizeof(held), "; his secret is disabled");
		advice = tp_history_advice(TP_HISTORY_LOGIN, TP_AUTH_FAIL_DISABLED);
	}
	snprintf(text, sizeof(text), "not there; last heard of at %s (%s ago): %s%s", when, ago,
		 line, held);
	tp_control_put_caller(o, caller);
	tp_json_text(o, "text", text);
	if (advice != NULL)
		tp_json_text(o, "try", advice);
}

json_t *tp_control_no_state(const struct tp_control *c, const char *text,
			    const struct tp_caller *caller, const struct tp_history_entry *last)
{
	json_t *o = json_object();

	tp_control_put_time(o, "time", tp_clock_wall_ms());
	tp_json_text(o, "event", "now");
	tp_json_text(o, "reason", "offline");
	if (last != NULL)
		put_last(c, o, caller, last);
	else
		put_never(c, o, text);
	return o;
}
