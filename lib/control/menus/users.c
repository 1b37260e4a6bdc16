/* SPDX-License-Identifier: BSD-3-Clause */
/* /user/active: who has logged in over the network. Management knows, and says so with each
 * request. */
#include <stdlib.h>
#include <string.h>

#include "control/menus/menus.h"

static json_t *at(const struct tp_control *c, size_t index)
{
	return json_incref(json_array_get(c->users, index));
}

/* CURSOR is the number of the last one, which no other ever has: a list goes on behind it. */
static json_t *user_next(void *user, uint64_t *cursor)
{
	const struct tp_control *c = user;
	json_t *one;
	size_t i;

	json_array_foreach (c->users, i, one) {
		const uint64_t number =
			strtoull(json_string_value(json_object_get(one, ".id")) + 1, NULL, 16);

		if (number <= *cursor)
			continue;
		*cursor = number;
		return at(c, i);
	}
	return NULL;
}

static json_t *user_find(void *user, const char *key)
{
	const struct tp_control *c = user;
	json_t *one;
	size_t i;

	json_array_foreach (c->users, i, one)
		if (strcmp(json_string_value(json_object_get(one, ".id")), key) == 0)
			return at(c, i);
	return NULL;
}

/* clang-format off */
static const struct tp_status user_status[] = {
	TP_STATUS_ID,
	{"name", "The user"},
	{"address", "Where from"},
	{"via", "`api`, `api-ssl`, or `rest-api`: a request that is being answered"},
	{"when", "Since when, in local time"},
	{"group", "What the user may do"},
	{"radius", "Whether a RADIUS server let the user in"},
	TP_STATUS_END,
};
/* clang-format on */

const struct tp_live tp_live_users = {
	.path = "/user/active",
	.help = "Who has logged in over the network, and is there",
	.status = user_status,
	.next = user_next,
	.find = user_find,
	.fixed = "who is not to be there any more is disabled or removed in /user",
};
