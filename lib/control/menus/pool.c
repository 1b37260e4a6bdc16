/* SPDX-License-Identifier: BSD-3-Clause */
/* /ip/pool/used: every address that is held, from a pool or fixed. */
#include "control/menus/menus.h"
#include "api/json.h"

static json_t *lease_json(const struct tp_control *c, const struct tp_pool_lease *lease)
{
	json_t *o = json_object();

	tp_json_id(o, lease->address);
	tp_json_text(o, "pool", lease->pool);
	tp_json_address(o, "address", lease->address);
	tp_json_text(o, "owner", "pppoe");
	tp_json_text(o, "info", lease->info);
	tp_json_time(o, "since", c->now_ms - lease->since_ms);
	return o;
}

static json_t *used_next(void *user, uint64_t *cursor)
{
	struct tp_control *c = user;
	const struct tp_pool_lease *lease = NULL;

	if (*cursor <= UINT32_MAX)
		lease = tp_pool_used(c->pools, (uint32_t)*cursor);
	if (lease == NULL)
		return NULL;
	*cursor = (uint64_t)lease->address + 1;
	return lease_json(c, lease);
}

/* By its address, or by .id. */
static json_t *used_find(void *user, const char *key)
{
	struct tp_control *c = user;
	const struct tp_pool_lease *lease;
	uint32_t address;

	if (!tp_ipv4_parse(key, &address) && !tp_config_id_parse(key, &address))
		return NULL;
	lease = tp_pool_find(c->pools, address);
	return lease != NULL ? lease_json(c, lease) : NULL;
}

/* clang-format off */
static const struct tp_status used_status[] = {
	TP_STATUS_ID,
	{"pool", "The pool that it is from; empty for a fixed address"},
	{"address", "The address"},
	{"owner", "Always pppoe"},
	{"info", "The user who has it"},
	{"since", "For how long"},
	TP_STATUS_END,
};
/* clang-format on */

const struct tp_live tp_live_used = {
	.path = "/ip/pool/used",
	.help = "Addresses in use",
	.status = used_status,
	.next = used_next,
	.find = used_find,
};
