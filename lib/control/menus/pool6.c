/* SPDX-License-Identifier: BSD-3-Clause */
/* /ipv6/pool/used: every prefix of IPv6 that is held, from a pool or fixed. */
#include "base/ipv6_text.h"
#include "control/menus/menus.h"
#include "api/json.h"

/* No two overlap, so the address names it. */
#define ID_TEXT_LEN 34

static char *id_format(const uint8_t *address, char text[ID_TEXT_LEN])
{
	text[0] = '*';
	for (unsigned i = 0; i < 16; i++)
		snprintf(text + 1 + 2 * i, 3, "%02X", address[i]);
	return text;
}

static json_t *lease_json(const struct tp_control *c, const struct tp_pool6_lease *lease)
{
	char id[ID_TEXT_LEN], prefix[TP_PREFIX6_TEXT_LEN];
	json_t *o = json_object();

	tp_json_text(o, ".id", id_format(lease->prefix.address, id));
	tp_json_text(o, "pool", lease->pool);
	tp_json_text(o, "prefix", tp_prefix6_format(&lease->prefix, prefix));
	tp_json_text(o, "owner", lease->use == TP_POOL6_DELEGATED ? "dhcpv6" : "pppoe");
	tp_json_text(o, "info", lease->info);
	tp_json_time(o, "since", c->now_ms - lease->since_ms);
	return o;
}

/* The cursor is the address to go on from; of ff00::/8, behind the last one, nobody holds any. */
static json_t *used_next(void *user, uint64_t *cursor)
{
	struct tp_control *c = user;
	struct tp_pool6_lease lease;
	uint8_t from[16];

	memcpy(from, cursor, sizeof(from));
	if (!tp_pool6_used(c->pools6, from, &lease))
		return NULL;
	if (!tp_pool6_behind(&lease.prefix, from))
		memset(from, 0xff, sizeof(from));
	memcpy(cursor, from, sizeof(from));
	return lease_json(c, &lease);
}

/* The prefix, or an address of it, or what .id says. */
static bool key_parse(const char *key, struct tp_prefix6 *prefix)
{
	uint8_t *address = prefix->address;
	char digits[3] = "";

	if (tp_prefix6_parse(key, prefix))
		return true;
	prefix->length = 128;
	if (tp_ipv6_parse(key, address))
		return true;
	if (key[0] != '*' || strlen(key) != ID_TEXT_LEN - 1 ||
	    strspn(key + 1, "0123456789abcdefABCDEF") != ID_TEXT_LEN - 2)
		return false;
	for (unsigned i = 0; i < 16; i++) {
		memcpy(digits, key + 1 + 2 * i, 2);
		address[i] = (uint8_t)strtoul(digits, NULL, 16);
	}
	return true;
}

static json_t *used_find(void *user, const char *key)
{
	struct tp_control *c = user;
	struct tp_pool6_lease lease;
	struct tp_prefix6 prefix;

	if (!key_parse(key, &prefix) || !tp_pool6_find(c->pools6, &prefix, &lease))
		return NULL;
	return lease_json(c, &lease);
}

/* clang-format off */
static const struct tp_status used_status[] = {
	TP_STATUS_ID,
	{"pool", "The pool that it is from; empty for a fixed one"},
	{"prefix", "The prefix; an address is one of 128"},
	{"owner", "`pppoe`: a subscriber's link has it; `dhcpv6`: it is delegated"},
	{"info", "The user who has it"},
	{"since", "For how long"},
	TP_STATUS_END,
};
/* clang-format on */

const struct tp_live tp_live_used6 = {
	.path = "/ipv6/pool/used",
	.help = "IPv6 prefixes in use",
	.status = used_status,
	.next = used_next,
	.find = used_find,
};
