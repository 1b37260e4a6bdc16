/* SPDX-License-Identifier: BSD-3-Clause */
#include "mgmt/users.h"

#include <stdlib.h>
#include <string.h>

#include "api/json.h"
#include "base/clock.h"
#include "mgmt/binary/talk.h"
#include "mgmt/server.h"

void mgmt_presence_begin(struct tp_mgmt *mgmt, struct mgmt_presence *presence, uint32_t address)
{
	*presence = (struct mgmt_presence){.number = ++mgmt->presences,
					   .address = address,
					   .since_wall_ms = tp_clock_wall_ms()};
}

static void add(json_t *users, const struct mgmt_presence *presence, const char *name,
		const char *via, const char *group, bool radius)
{
	json_t *o = json_object();

	tp_json_id(o, presence->number);
	tp_json_text(o, "name", name);
	tp_json_address(o, "address", presence->address);
	tp_json_text(o, "via", via);
	tp_json_date(o, "when", presence->since_wall_ms);
	tp_json_text(o, "group", group);
	tp_json_bool(o, "radius", radius);
	json_array_append_new(users, o);
}

static bool is_local(const struct tp_mgmt *mgmt, const char *name)
{
	for (unsigned i = 0; mgmt->remote != NULL && i < mgmt->remote->user_count; i++)
		if (strcmp(mgmt->remote->user[i].name, name) == 0)
			return true;
	return false;
}

/* A request by HTTP brings its login along. */
static void add_call(const struct tp_mgmt *mgmt, json_t *users, const struct mgmt_call *call)
{
	struct mgmt_credentials credentials;

	if (call->presence.number == 0 || call->connection == NULL)
		return;
	if (mgmt_credentials_read(
		    MHD_lookup_connection_value(call->connection, MHD_HEADER_KIND, "Authorization"),
		    &credentials))
		add(users, &call->presence, credentials.text, "rest-api", call->rights.group,
		    !is_local(mgmt, credentials.text));
	explicit_bzero(&credentials, sizeof(credentials));
}

static int compare(const void *a, const void *b)
{
	const json_t *const *one = a, *const *other = b;
	uint64_t x = strtoull(json_string_value(json_object_get(*one, ".id")) + 1, NULL, 16);
	uint64_t y = strtoull(json_string_value(json_object_get(*other, ".id")) + 1, NULL, 16);

	return x < y ? -1 : x > y;
}

/* By number, which a list goes on behind. */
static json_t *sorted(json_t *users)
{
	const size_t count = json_array_size(users);
	json_t **all = calloc(count + 1, sizeof(json_t *)), *out = json_array(), *one;
	size_t i;

	if (all == NULL || out == NULL) {
		free(all);
		json_decref(out);
		return users;
	}
	json_array_foreach (users, i, one)
		all[i] = one;
	qsort(all, count, sizeof(json_t *), compare);
	for (i = 0; i < count; i++)
		json_array_append(out, all[i]);
	free(all);
	json_decref(users);
	return out;
}

json_t *mgmt_users(const struct tp_mgmt *mgmt)
{
	json_t *users = json_array();
	const struct mgmt_talk *talk;
	const struct mgmt_call *call;

	TAILQ_FOREACH (talk, &mgmt->binaries.talks, entry)
		if (talk->logged_in && !talk->over)
			add(users, &talk->presence, talk->name, tp_service_words[talk->service],
			    talk->rights.group, talk->radius);
	TAILQ_FOREACH (call, &mgmt->calls, entry)
		add_call(mgmt, users, call);
	return sorted(users);
}
