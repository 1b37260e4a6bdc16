/* SPDX-License-Identifier: BSD-3-Clause */
/* What sessions have of IPv6: for /ppp/active and events, and /ipv6/dhcp-server/binding. */
#include <stdio.h>
#include <string.h>

#include "api/json.h"
#include "base/ipv6_text.h"
#include "control/menus/menus.h"
#include "ipv6/router.h"
#include "wire/ipv6.h"

#define DUID_TEXT    (2 * TP_DUID_MAX + 3) /* "0x" and its NUL */
#define PREFIXES_MAX 8			   /* that a session can have by DHCPv6 */
#define ID_BITS	     4			   /* of a binding's .id, within its session */

static void add_prefix(json_t *o, const char *name, const struct tp_prefix6 *prefix)
{
	char text[TP_PREFIX6_TEXT_LEN];

	if (prefix->length != 0)
		tp_json_text(o, name, tp_prefix6_format(prefix, text));
}

static void add_link_local(json_t *o, const char *name, const uint8_t *interface_id)
{
	char text[TP_IPV6_TEXT_LEN];
	uint8_t address[16];

	tp_ipv6_link_local(address, interface_id);
	tp_json_text(o, name, tp_ipv6_format(address, text));
}

static void add_delegated(json_t *o, const struct tp_session_ipv6 *ipv6)
{
	char text[PREFIXES_MAX * TP_PREFIX6_TEXT_LEN] = "", one[TP_PREFIX6_TEXT_LEN];
	size_t used = 0;

	for (unsigned i = 0; i < ipv6->delegated_count && i < PREFIXES_MAX; i++)
		used += (size_t)snprintf(text + used, sizeof(text) - used, "%s%s", i > 0 ? "," : "",
					 tp_prefix6_format(&ipv6->routes[i], one));
	if (used > 0)
		tp_json_text(o, "delegated-ipv6-prefix", text);
}

void tp_api_ipv6(json_t *o, const struct tp_session_info *info)
{
	char text[TP_IPV6_TEXT_LEN];

	add_prefix(o, "remote-ipv6-prefix", &info->ipv6.prefix);
	if (info->ipv6.address.length != 0)
		tp_json_text(o, "ipv6-address", tp_ipv6_format(info->ipv6.address.address, text));
	add_delegated(o, &info->ipv6);
	if ((info->families & TP_AC_IPV6) == 0)
		return;
	add_link_local(o, "local-ipv6-address", info->ipv6.local_id);
	add_link_local(o, "remote-ipv6-address", info->ipv6.remote_id);
}

/* ---- /ipv6/dhcp-server/binding ---- */

static void add_client(json_t *o, const struct tp_ipv6_ia *ia)
{
	char duid[DUID_TEXT];

	tp_json_text(o, "duid", tp_duid_format(ia->duid, ia->duid_len, duid, sizeof(duid)));
	tp_json_number(o, "iaid", ia->iaid);
	tp_json_text(o, "ia-type", ia->prefix ? "pd" : "na");
}

/* RouterOS calls the server of a PPPoE session by the name of its interface. */
static void add_server(json_t *o, const struct tp_session_info *info)
{
	char server[TP_AAA_NAME_MAX + 16];

	snprintf(server, sizeof(server), "<pppoe-%s>", info->user);
	tp_json_text(o, "server", server);
	tp_json_text(o, "user", info->user);
}

static json_t *binding_json(const struct tp_control *c, const struct tp_session_info *info,
			    const struct tp_ipv6_binding *binding)
{
	uint64_t left_ms = binding->until_ms > c->now_ms ? binding->until_ms - c->now_ms : 0;
	json_t *o = json_object();

	tp_json_id(o, info->id << ID_BITS | (binding->ia.prefix ? 0u : 1u << (ID_BITS - 1)) |
			      binding->ia.number);
	add_prefix(o, "address", &binding->prefix);
	add_client(o, &binding->ia);
	add_server(o, info);
	tp_json_text(o, "status", binding->committed ? "bound" : "offered");
	tp_json_time(o, "life-time", binding->until_ms - binding->renewed_ms);
	tp_json_time(o, "expires-after", left_ms);
	tp_json_time(o, "last-seen", c->now_ms - binding->renewed_ms);
	tp_json_bool(o, "dynamic", true);
	return o;
}

static const struct tp_ipv6_binding *binding_at(const struct tp_session *s, uint64_t number)
{
	const struct tp_ipv6_binding *binding = tp_session_next_binding(s, NULL);

	while (binding != NULL && number-- > 0)
		binding = tp_session_next_binding(s, binding);
	return binding;
}

/* The cursor: a slot, and how many of its session have been told. */
static json_t *binding_next(void *user, uint64_t *cursor)
{
	struct tp_control *c = user;
	const struct tp_ipv6_binding *binding;
	const struct tp_line *line;
	struct tp_session_info info;
	uint64_t slot = cursor[0];

	line = tp_api_next_line(c, &cursor[0]);
	if (line == NULL)
		return NULL;
	tp_line_info(line, &info);
	if (info.slot != slot)
		cursor[1] = 0;
	binding = info.bundle_id == 0 && tp_line_session(line) != NULL
			  ? binding_at(tp_line_session(line), cursor[1])
			  : NULL;
	if (binding == NULL) {
		cursor[1] = 0;
		return json_null();
	}
	cursor[0] = info.slot;
	cursor[1]++;
	return binding_json(c, &info, binding);
}

/* clang-format off */
static const struct tp_status binding_status[] = {
	TP_STATUS_ID,
	{"address", "What the client has: a prefix, or an address with /128"},
	{"duid", "Who it is"},
	{"iaid", "Its number for it"},
	{"ia-type", "pd: a prefix is delegated; na: an address"},
	{"server", "The session by which it came, as RouterOS names it"},
	{"user", "The user of the session"},
	{"status", "bound, or offered: it has not asked for it yet"},
	{"life-time", "For how long it was given"},
	{"expires-after", "How long it may keep it, unless it asks again"},
	{"last-seen", "How long ago it asked last"},
	{"dynamic", "Always: nobody has configured it"},
	TP_STATUS_END,
};
/* clang-format on */

const struct tp_live tp_live_binding = {
	.path = "/ipv6/dhcp-server/binding",
	.help = "What subscribers have by DHCPv6",
	.status = binding_status,
	.next = binding_next,
};
