/* SPDX-License-Identifier: BSD-3-Clause */
/* /ip/firewall/address-list: the addresses of sessions that are up, in the lists that their
 * profiles name. The lists are made when they are asked for. */
#include "control/menus/menus.h"
#include "api/json.h"

static json_t *entry_next(void *user, uint64_t *cursor)
{
	struct tp_control *c = user;
	const struct tp_line *line = tp_api_next_line(c, cursor);
	struct tp_session_info info;
	const char *list;
	json_t *o;

	if (line == NULL)
		return NULL;
	tp_line_info(line, &info);
	list = info.state == TP_SESSION_UP && (info.families & TP_AC_IPV4) != 0
		       ? info.subscriber->address_list
		       : NULL;
	if (list == NULL)
		return json_null();
	o = json_object();
	tp_json_id(o, info.id);
	tp_json_text(o, "list", list);
	tp_json_address(o, "address", info.remote_address);
	tp_json_date(o, "creation-time", tp_clock_wall_ms() - (c->now_ms - info.up_ms));
	tp_json_bool(o, "dynamic", true);
	if (info.user[0] != '\0')
		tp_json_text(o, "user", info.user);
	return o;
}

/* clang-format off */
static const struct tp_status entry_status[] = {
	TP_STATUS_ID,
	{"list", "The list, as the profile names it"},
	{"address", "The subscriber's address"},
	{"creation-time", "Since when, in local time"},
	{"dynamic", "Always: nobody has configured it"},
	{"user", "Whose session it is"},
	TP_STATUS_END,
};
/* clang-format on */

const struct tp_live tp_live_address_list = {
	.path = "/ip/firewall/address-list",
	.help = "Addresses of the sessions that are up, by the list that their profile names",
	.status = entry_status,
	.next = entry_next,
	.fixed = "lists are made of the address-list of profiles, while sessions are up",
};
