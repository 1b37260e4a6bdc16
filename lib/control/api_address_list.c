/* SPDX-License-Identifier: BSD-3-Clause */
/* /ip/firewall/address-list: the addresses of sessions that are up, in the lists that their
 * profiles name. The lists are made when they are asked for: they cost a session nothing, and a
 * profile that is changed moves its subscribers at once. */
#include <stdio.h>
#include <time.h>

#include "aaa/aaa.h"
#include "control/api.h"
#include "api/json.h"

/* The list that the session's subscriber is in; "": none. */
static const char *list_of(const struct tp_control *c, const struct tp_session_info *info)
{
	const struct tp_config_server *server =
		(const void *)tp_config_by_id(c->config, TP_PPPOE_SERVER, info->server_id);
	const char *profile = server != NULL ? server->default_profile : TP_PROFILE_DEFAULT;
	struct tp_aaa_subscriber subscriber;

	if (info->user[0] == '\0')
		tp_aaa_profile(c->config, profile, &subscriber);
	else if (!tp_aaa_attributes(c->config, info->user, profile, &subscriber))
		return "";
	return subscriber.address_list;
}

static void set_creation_time(const struct tp_control *c, json_t *o, uint64_t up_ms)
{
	time_t seconds = (time_t)((tp_clock_wall_ms() - (c->now_ms - up_ms)) / 1000);
	struct tm tm;
	char text[24];

	localtime_r(&seconds, &tm);
	strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S", &tm);
	tp_json_text(o, "creation-time", text);
}

static json_t *entry_next(void *user, uint64_t *cursor)
{
	struct tp_control *c = user;
	const struct tp_session *s = tp_api_next_session(c, cursor);
	struct tp_session_info info;
	const char *list;
	json_t *o;

	if (s == NULL)
		return NULL;
	tp_session_info(s, &info);
	list = info.state == TP_SESSION_UP ? list_of(c, &info) : "";
	if (list[0] == '\0')
		return json_null();
	o = json_object();
	tp_json_id(o, info.id);
	tp_json_text(o, "list", list);
	tp_json_address(o, "address", info.remote_address);
	set_creation_time(c, o, info.up_ms);
	tp_json_bool(o, "dynamic", true);
	if (info.user[0] != '\0')
		tp_json_text(o, "user", info.user);
	return o;
}

static const char *const entry_properties[] = {
	".id", "list", "address", "creation-time", "dynamic", "user", NULL,
};

const struct tp_live tp_live_address_list = {
	.path = "/ip/firewall/address-list",
	.properties = entry_properties,
	.next = entry_next,
};
