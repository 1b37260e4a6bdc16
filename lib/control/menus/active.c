/* SPDX-License-Identifier: BSD-3-Clause */
/* /ppp/active: the sessions. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/json.h"
#include "radius/identity.h"
#include "control/menus/menus.h"
#include "control/menus/search.h"
#include "dataplane/sessions.h"

static const char *profile_of(const struct tp_control *c, const struct tp_session_info *info)
{
	const struct tp_config_secret *secret =
		(const void *)tp_config_by_id(c->config, TP_PPP_SECRET, info->secret_id);

	if (secret != NULL && (tp_subscriber_given(info->subscriber) & TP_GIVEN_PROFILE) == 0)
		return secret->profile;
	return info->subscriber->profile;
}

void tp_api_counters(json_t *o, const struct tp_session_counters *n)
{
	tp_json_number(o, "bytes-in", n->bytes_in);
	tp_json_number(o, "packets-in", n->packets_in);
	tp_json_number(o, "drops-in", n->drops_in);
	tp_json_number(o, "bytes-out", n->bytes_out);
	tp_json_number(o, "packets-out", n->packets_out);
	tp_json_number(o, "drops-out", n->drops_out);
}

void tp_api_rate_limit(json_t *o, const struct tp_session_info *info)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out;

	if (info->subscriber->rate_limit == NULL)
		return;
	out = open_memstream(&text, &size);
	if (out == NULL)
		return;
	tp_rate_limit_print(out, info->subscriber->rate_limit);
	if (fclose(out) == 0)
		tp_json_text(o, "rate-limit", text);
	free(text);
}

void tp_api_uptime(const struct tp_control *c, json_t *o, const struct tp_session_info *info)
{
	if (info->up_ms != 0)
		tp_json_time(o, "uptime", c->now_ms - info->up_ms);
}

void tp_api_encoding(json_t *o, const struct tp_session_info *info)
{
	char text[TP_PPP_ENCODING_LEN];

	tp_json_text(o, "encoding", tp_ppp_encoding(info->encryption, text));
}

static void add_line(json_t *o, const struct tp_access_line *line)
{
	if (line == NULL)
		return;
	if (line->circuit_id[0] != '\0')
		tp_json_text(o, "circuit-id", line->circuit_id);
	if (line->remote_id[0] != '\0')
		tp_json_text(o, "remote-id", line->remote_id);
	for (unsigned i = 0; i < TP_LINE_NUMBER_COUNT; i++)
		tp_json_some(o, tp_line_number_name(i), line->number[i]);
}

/* A link alone: what it carries is counted with the session that it belongs to. */
static void add_bundle(json_t *o, const struct tp_session_info *info)
{
	char id[24];

	snprintf(id, sizeof(id), "*%" PRIX64, info->bundle_id);
	tp_json_text(o, "bundle", id);
}

/* What it may have beside its rate, and the name by which a RADIUS server knows it. */
static void add_terms(json_t *o, const struct tp_session_info *info)
{
	const struct tp_subscriber *subscriber = info->subscriber;
	const struct tp_subscriber_radius *radius = subscriber->radius;
	char id[TP_RADIUS_SESSION_ID_LEN];

	tp_json_text(o, "acct-session-id", tp_radius_session_id(info->accounting_id, id));
	tp_json_bool(o, "radius", info->up_ms != 0 && info->secret_id == 0 && radius != NULL);
	if (subscriber->address_list != NULL)
		tp_json_text(o, "address-list", subscriber->address_list);
	if (subscriber->session_timeout_s != 0)
		tp_json_time(o, "session-timeout", subscriber->session_timeout_s * UINT64_C(1000));
	if (subscriber->idle_timeout_s != 0)
		tp_json_time(o, "idle-timeout", subscriber->idle_timeout_s * UINT64_C(1000));
	tp_json_number(o, "limit-bytes-in", subscriber->limit_bytes_in);
	tp_json_number(o, "limit-bytes-out", subscriber->limit_bytes_out);
	if (radius == NULL)
		return;
	tp_json_some(o, "limit-bytes-total", radius->limit_bytes_total);
	if (radius->interim_s != 0)
		tp_json_time(o, "interim-update", radius->interim_s * UINT64_C(1000));
}

static void add_ipv6_counters(json_t *o, const struct tp_session_counters *n)
{
	tp_json_some(o, "ipv6-bytes-in", n->ipv6_bytes_in);
	tp_json_some(o, "ipv6-packets-in", n->ipv6_packets_in);
	tp_json_some(o, "ipv6-bytes-out", n->ipv6_bytes_out);
	tp_json_some(o, "ipv6-packets-out", n->ipv6_packets_out);
}

static json_t *active_json(struct tp_control *c, const struct tp_line *line)
{
	struct tp_session_counters counters;
	struct tp_session_info info;
	json_t *o = json_object();

	tp_line_info(line, &info);
	tp_json_id(o, info.id);
	tp_json_text(o, "name", info.user);
	tp_json_text(o, "service", "pppoe");
	tp_json_mac(o, "caller-id", &info.mac);
	if (info.state != TP_SESSION_UP || (info.families & TP_AC_IPV4) != 0)
		tp_json_address(o, "address", info.remote_address);
	tp_api_uptime(c, o, &info);
	tp_api_encoding(o, &info);
	tp_json_number(o, "session-id", info.session_id);
	tp_json_text(o, "state", tp_session_state_text(info.state));
	tp_json_text(o, "server", info.service_name);
	tp_json_text(o, "interface", info.interface);
	tp_json_some(o, "outer-vlan", info.access.vlans.outer);
	tp_json_some(o, "inner-vlan", info.access.vlans.inner);
	add_line(o, info.line);
	tp_json_address(o, "local-address", info.local_address);
	tp_api_ipv6(o, &info);
	tp_json_some(o, "mtu", info.mtu);
	tp_json_some(o, "mru", info.mru);
	tp_json_some(o, "mrru", info.mrru);
	if (info.bundle_id != 0)
		add_bundle(o, &info);
	else if (info.mrru != 0)
		tp_json_number(o, "active-links", info.active_links);
	tp_json_text(o, "profile", profile_of(c, &info));
	tp_api_rate_limit(o, &info);
	add_terms(o, &info);
	tp_dataplane_session_counters(c->dp, info.slot, &counters);
	tp_api_counters(o, &counters);
	add_ipv6_counters(o, &counters);
	return o;
}

const struct tp_line *tp_api_next_line(struct tp_control *c, uint64_t *cursor)
{
	const struct tp_line *line;
	struct tp_session_info info;

	if (*cursor > UINT32_MAX)
		return NULL;
	line = tp_ac_next(c->ac, (uint32_t)*cursor);
	if (line == NULL)
		return NULL;
	tp_line_info(line, &info);
	*cursor = (uint64_t)info.slot + 1;
	return line;
}

static json_t *active_next(void *user, uint64_t *cursor)
{
	struct tp_control *c = user;
	const struct tp_line *line = tp_api_next_line(c, cursor);

	return line != NULL ? active_json(c, line) : NULL;
}

/* Sessions that are looked at in one call: a page of TP_API_PAGE calls takes two milliseconds. */
#define SEARCH_STEP 8

static json_t *active_search(void *user, uint64_t *cursor, const char *text)
{
	struct tp_control *c = user;
	struct tp_session_info info;
	struct tp_search search;

	tp_search_read(text, &search);
	for (unsigned i = 0; i < SEARCH_STEP; i++) {
		const struct tp_line *line = tp_api_next_line(c, cursor);

		if (line == NULL)
			return NULL;
		tp_line_info(line, &info);
		if (tp_search_finds(&search, &info))
			return active_json(c, line);
	}
	return json_null();
}

const struct tp_line *tp_api_find_line(const struct tp_control *c, const char *key)
{
	char *end;

	if (key[0] == '*') {
		uint64_t id = strtoull(key + 1, &end, 16);

		if (key[1] != '\0' && *end == '\0')
			return tp_ac_find_id(c->ac, id);
	}
	return tp_ac_find_user(c->ac, key, NULL);
}

static json_t *active_find(void *user, const char *key)
{
	struct tp_control *c = user;
	const struct tp_line *line = tp_api_find_line(c, key);

	return line != NULL ? active_json(c, line) : NULL;
}

int tp_api_disconnect(struct tp_control *c, const struct tp_line *line)
{
	struct tp_session_info info;

	if (line == NULL)
		return -ENOENT;
	tp_line_info(line, &info);
	return tp_ac_disconnect(c->ac, info.slot, TP_END_ADMIN, c->now_ms);
}

static int active_remove(void *user, const char *key)
{
	struct tp_control *c = user;
	return tp_api_disconnect(c, tp_api_find_line(c, key));
}

/* clang-format off */
static const struct tp_status active_status[] = {
	TP_STATUS_ID,
	{"name", "The user"},
	{"service", "Always pppoe"},
	{"caller-id", "The subscriber's MAC address"},
	{"address", "The subscriber's IPv4 address; not there of one that has IPv6 alone"},
	{"uptime", "Since it is up"},
	{"encoding", "The encryption, if there is any"},
	{"session-id", "PPPoE's, as on the wire"},
	{"state", "How far it has come"},
	{"server", "The service-name of the server that it dialled"},
	{"interface", "The interface that it dialled in on"},
	{"outer-vlan", "The outer tag"},
	{"inner-vlan", "The inner tag"},
	{"local-address", "The router's address on the link"},
	{"remote-ipv6-prefix", "The prefix of the link, from which the subscriber makes its addresses; with /128 its address"},
	{"ipv6-address", "The subscriber's address by DHCPv6, beside the prefix"},
	{"delegated-ipv6-prefix", "The prefixes that the subscriber has by DHCPv6"},
	{"local-ipv6-address", "The router's link-local address"},
	{"remote-ipv6-address", "The subscriber's link-local address"},
	{"mtu", "The largest packet that is sent to the subscriber"},
	{"mru", "The largest packet that is taken from the subscriber"},
	{"mrru", "With MP alone: the largest packet that a bundle takes"},
	{"active-links", "With MP alone: the links that it has"},
	{"bundle", "Of a link that has joined another session: the .id of that"},
	{"profile", "The profile that its RADIUS server names, or its secret, or else the first in force"},
	{"rate-limit", "As it is in force"},
	{"acct-session-id", "Its name in RADIUS accounting"},
	{"radius", "Whether a RADIUS server let it in"},
	{"address-list", "The list that its address is in"},
	{"session-timeout", "It ends so long after it came up"},
	{"idle-timeout", "It ends so long after its last packet"},
	{"limit-bytes-in", "It ends after so many bytes from the subscriber; 0: no limit"},
	{"limit-bytes-out", "It ends after so many bytes to the subscriber; 0: no limit"},
	{"limit-bytes-total", "It ends after so many bytes of both ways"},
	{"interim-update", "How often its RADIUS server wants to be told of it"},
	TP_STATUS_TRAFFIC,
	{"ipv6-bytes-in", "IPv6's part of bytes-in"},
	{"ipv6-packets-in", "IPv6's part of packets-in"},
	{"ipv6-bytes-out", "IPv6's part of bytes-out"},
	{"ipv6-packets-out", "IPv6's part of packets-out"},
	{"circuit-id", "Of the access line, as the access node tells it"},
	{"remote-id", "Of the subscriber, as the access node tells it"},
#define LINE_NUMBER(id, option, name) {name, "Of the access line: kbit/s, or ms for delays"},
	TP_LINE_NUMBERS(LINE_NUMBER)
#undef LINE_NUMBER
	TP_STATUS_END,
};
/* clang-format on */

const struct tp_live tp_live_active = {
	.path = "/ppp/active",
	.help = "Sessions, from PADS on; remove disconnects",
	.status = active_status,
	.next = active_next,
	.search = active_search,
	.find = active_find,
	.remove = active_remove,
};
