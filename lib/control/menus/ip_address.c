/* SPDX-License-Identifier: BSD-3-Clause */
/* /ip/address: those of core ports, and our end of each session, as RouterOS shows them. */
#include <stdlib.h>

#include "api/json.h"
#include "control/menus/menus.h"
#include "control/menus/iface.h"

/* Cursors and ids: ports' addresses by port and place, sessions by slot and .id behind them. */
#define OF_PORT(port, place) ((uint64_t)(port) << 12 | (place))
#define PLACES		     4096
#define SESSIONS	     (UINT64_C(1) << 32)

static void add_place(json_t *o, const struct tp_prefix *address, uint32_t network,
		      const char *interface)
{
	char text[TP_PREFIX_TEXT_LEN];

	tp_json_text(o, "address", tp_prefix_format(address, text));
	tp_json_address(o, "network", network);
	tp_json_text(o, "interface", interface);
	tp_json_text(o, "actual-interface", interface);
	tp_json_bool(o, "disabled", false);
}

static json_t *port_json(const struct tp_control *c, unsigned port, unsigned place)
{
	const struct tp_config_port *config = tp_config_port(c->config, c->ports[port].name);
	const struct tp_prefix *address = &config->address.prefix[place];
	json_t *o = json_object();

	tp_json_id(o, OF_PORT(port, place) + 1);
	add_place(o, address, address->address & tp_prefix_mask(address->length),
		  c->ports[port].name);
	tp_json_bool(o, "dynamic", false);
	tp_json_bool(o, "invalid", c->taps[port].ifindex == 0);
	return o;
}

static bool has(const struct tp_control *c, unsigned port, unsigned place)
{
	const struct tp_config_port *config =
		port < c->port_count ? tp_config_port(c->config, c->ports[port].name) : NULL;

	return config != NULL && place < config->address.count;
}

/* JSON null: it has none. */
static json_t *session_json(struct tp_control *c, const struct tp_line *line)
{
	struct tp_session_info info;
	struct tp_iface iface;
	json_t *o;

	tp_line_info(line, &info);
	if ((info.families & TP_AC_IPV4) == 0 || !tp_iface_of_line(c, line, &iface))
		return json_null();
	o = json_object();
	tp_json_id(o, info.id);
	add_place(o, &(struct tp_prefix){info.local_address, 32}, info.remote_address, iface.name);
	tp_json_bool(o, "dynamic", true);
	tp_json_bool(o, "invalid", false);
	return o;
}

static json_t *address_next(void *user, uint64_t *cursor)
{
	struct tp_control *c = user;
	const struct tp_line *line;
	uint64_t slot;

	while (*cursor < OF_PORT(c->port_count, 0)) {
		const unsigned port = (unsigned)(*cursor / PLACES);
		const unsigned place = (unsigned)(*cursor % PLACES);

		if (has(c, port, place)) {
			++*cursor;
			return port_json(c, port, place);
		}
		*cursor = OF_PORT(port + 1, 0);
	}
	slot = *cursor < SESSIONS ? 0 : *cursor - SESSIONS;
	line = tp_api_next_line(c, &slot);
	*cursor = SESSIONS + slot;
	return line != NULL ? session_json(c, line) : NULL;
}

static json_t *address_find(void *user, const char *key)
{
	struct tp_control *c = user;
	const struct tp_line *line;
	json_t *o = NULL;
	char *end;
	uint64_t id;

	if (key[0] != '*' || key[1] == '\0')
		return NULL;
	id = strtoull(key + 1, &end, 16);
	if (*end != '\0' || id == 0)
		return NULL;
	if (has(c, (unsigned)((id - 1) / PLACES), (unsigned)((id - 1) % PLACES)) &&
	    id <= OF_PORT(c->port_count, 0))
		return port_json(c, (unsigned)((id - 1) / PLACES), (unsigned)((id - 1) % PLACES));
	line = tp_ac_find_id(c->ac, id);
	if (line != NULL)
		o = session_json(c, line);
	return json_is_object(o) ? o : NULL;
}

/* clang-format off */
static const struct tp_status address_status[] = {
	TP_STATUS_ID,
	{"address", "The address, with the length of its network; of a session /32"},
	{"network", "The network; of a session the subscriber's address"},
	{"interface", "The core port, or the session's interface"},
	{"actual-interface", "The same"},
	{"disabled", "Never"},
	{"dynamic", "Of a session"},
	{"invalid", "Its interface is lost, and about to be made again"},
	TP_STATUS_END,
};
/* clang-format on */

const struct tp_live tp_live_ip_address = {
	.path = "/ip/address",
	.help = "Addresses of the core ports, and of our end of the sessions",
	.status = address_status,
	.next = address_next,
	.find = address_find,
	.fixed = "a core port's addresses are given in /dataplane/port, a session's by its profile",
};
