/* SPDX-License-Identifier: BSD-3-Clause */
/* The router's end of a link: clients that ask for everything in any order, terms that change under
 * them, an owner that refuses, time that passes.
 *
 * After each step: each packet was counted once; what was sent is well formed, from us, and no
 * flood; no two leases have one number, and none lasts longer than it was given; what a client is
 * told to have is what its owner gave. At the end nothing is left. */
#include <errno.h>

#include "ipv6_messages.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct tp_reader in;

#define NUMBERS 8

static struct tp_ipv6_router router;
static struct tp_ipv6_routers common;
static struct tp_ipv6_counters counters;
static struct tp_random chance;
static struct tp_ipv6_terms terms;
static struct tp_prefix6 held[NUMBERS]; /* by number; length 0: none */
static bool refusing;
static unsigned sent;
static uint64_t now_ms;

static void check_leases(const struct tp_dhcp6_message *message)
{
	for (unsigned i = 0; i < message->ia_count; i++) {
		const struct tp_dhcp6_ia *ia = &message->ias[i];

		for (unsigned j = 0; j < ia->lease_count; j++) {
			const struct tp_dhcp6_lease *lease = &ia->leases[j];
			bool known = ia->kind == TP_DHCP6_IA_NA &&
				     tp_prefix6_same(&lease->prefix, &terms.address);

			for (unsigned n = 0; n < NUMBERS; n++)
				known |= ia->kind == TP_DHCP6_IA_PD && held[n].length > 0 &&
					 tp_prefix6_same(&lease->prefix, &held[n]);
			must(known || lease->valid_s == 0);
		}
	}
}

static void output(void *user, const uint8_t *packet, size_t len)
{
	static struct tp_dhcp6_message message;
	struct tp_nd_router_advert ra;
	uint8_t ours[16];
	struct tp_ipv6_in out;

	(void)user;
	sent++;
	must(tp_ipv6_in_parse(&out, packet, len) == TP_IPV6_NO_REASON && len <= TP_IPV6_MIN_MTU);
	tp_ipv6_link_local(ours, terms.local_id);
	must(tp_ipv6_same(out.src, ours));
	if (out.protocol == TP_IPV6_UDP) {
		must(tp_dhcp6_parse(&message, out.payload) == TP_IPV6_NO_REASON);
		must(message.type == TP_DHCP6_ADVERTISE || message.type == TP_DHCP6_REPLY);
		check_leases(&message);
	} else if (out.payload.p[0] == TP_ICMP6_ROUTER_ADVERT) {
		must(tp_nd_router_advert_parse(&ra, out.payload) == TP_IPV6_NO_REASON);
	}
}

static void tell_terms(void *user, struct tp_ipv6_terms *told)
{
	(void)user;
	*told = terms;
}

static int delegate(void *user, const struct tp_ipv6_ia *ia, const struct tp_prefix6 *hint,
		    bool commit, struct tp_prefix6 *prefix)
{
	(void)user;
	(void)hint;
	(void)commit;
	must(ia->prefix && ia->number < terms.delegations);
	if (refusing)
		return -EADDRNOTAVAIL;
	if (held[ia->number].length == 0)
		held[ia->number] = (struct tp_prefix6){
			.address = {0x20, 0x01, 0x0d, 0xb8, ia->number}, .length = 56};
	*prefix = held[ia->number];
	return 0;
}

static void bound(void *user, const struct tp_ipv6_binding *binding)
{
	(void)user;
	must(binding->committed && binding->renewed_ms == now_ms && binding->until_ms > now_ms);
	must(binding->since_ms <= now_ms);
}

static void released(void *user, const struct tp_ipv6_binding *binding, enum tp_ipv6_release why)
{
	const struct tp_ipv6_ia *ia = &binding->ia;

	(void)user;
	must(why != TP_IPV6_EXPIRED || binding->committed);
	must(why != TP_IPV6_LAPSED || !binding->committed);
	if (ia->prefix && tp_prefix6_same(&held[ia->number], &binding->prefix))
		held[ia->number].length = 0;
}

static void check(void)
{
	const struct tp_ipv6_binding *binding = NULL;
	unsigned seen[2] = {0, 0};

	while ((binding = tp_ipv6_router_next_binding(&router, binding)) != NULL) {
		unsigned bit = 1u << binding->ia.number;

		must((seen[binding->ia.prefix] & bit) == 0);
		seen[binding->ia.prefix] |= bit;
		must(binding->until_ms >= now_ms && binding->ia.number < NUMBERS);
		must(!binding->ia.prefix ||
		     tp_prefix6_same(&held[binding->ia.number], &binding->prefix));
	}
	/* What the owner holds somebody has. */
	for (unsigned n = 0; n < NUMBERS; n++)
		must(held[n].length == 0 || (seen[1] & 1u << n) != 0);
}

static void input(const uint8_t *packet, size_t len)
{
	uint64_t before = ipv6_counted(&counters);
	unsigned sent_before = sent;

	tp_ipv6_router_input(&router, packet, len, now_ms);
	must(ipv6_counted(&counters) == before + 1);
	must(sent - sent_before <= 2); /* an answer, and what was due anyway */
}

static void pass(uint64_t ms)
{
	uint64_t end_ms = now_ms + ms;
	unsigned turns = 0, before = sent;

	while (tp_ipv6_router_deadline(&router) <= end_ms) {
		if (tp_ipv6_router_deadline(&router) > now_ms)
			now_ms = tp_ipv6_router_deadline(&router);
		tp_ipv6_router_tick(&router, now_ms);
		must(++turns < 10000);
	}
	now_ms = end_ms;
	must(sent - before <= ms / 3000 + 4);
}

static void change_terms(void)
{
	switch (below(5)) {
	case 0:
		terms.delegations = (uint8_t)below(NUMBERS + 1);
		break;
	case 1:
		terms.address.length = (uint8_t)ONE_OF(0, 128);
		terms.address.address[15] = (uint8_t)below(4);
		break;
	case 2:
		terms.prefix.length = (uint8_t)ONE_OF(64, 0, 56);
		terms.prefix.address[7] = (uint8_t)below(3);
		break;
	case 3:
		terms.lease_s = ONE_OF(3600, 60, UINT32_MAX, 1);
		break;
	default:
		refusing = below(2);
		break;
	}
}

static void step(void)
{
	uint8_t packet[TP_IPV6_MIN_MTU];
	struct tp_prefix6 prefix = {.address = {0x20, 0x01, 0x0d, 0xb8}, .length = 64};

	switch (below(16)) {
	default:
		input(packet, ipv6_make_dhcp6(packet, 2, below(3)));
		break;
	case 8:
	case 9:
		input(packet, ipv6_make_nd(packet, 2));
		break;
	case 10:
		pass(ONE_OF(10, 1000, 60000, 1) * byte());
		break;
	case 11:
		pass(3600000ull * below(48));
		break;
	case 12:
		change_terms();
		break;
	case 13:
		prefix.address[7] = (uint8_t)below(3);
		tp_ipv6_router_renumber(&router, below(2) ? &prefix : NULL, now_ms);
		break;
	case 14:
		tp_ipv6_router_stop(&router, below(2), now_ms);
		if (below(4) != 3)
			tp_ipv6_router_start(&router, now_ms);
		break;
	case 15:
		prefix.address[4] = (uint8_t)below(NUMBERS);
		prefix.length = (uint8_t)ONE_OF(56, 40, 32, 0);
		tp_ipv6_router_withdraw(&router, &prefix);
		break;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct tp_ipv6_router_ops ops = {output, tell_terms, delegate, bound,
						      released};

	in = tp_reader_of(data, size);
	memset(&counters, 0, sizeof(counters));
	memset(&terms, 0, sizeof(terms));
	memset(held, 0, sizeof(held));
	refusing = false;
	sent = 0;
	now_ms = 1000;
	tp_random_init_seed(&chance, 1);
	common.ops = &ops;
	common.random = &chance;
	common.counters = &counters;
	tp_ipv6_router_config_init(&common.config);
	common.config.ra_min_ms = 1800000; /* days pass in a few steps */
	common.config.ra_max_ms = 5400000;
	ipv6_duid(&common.config.duid, 1);
	ipv6_id(terms.local_id, 1);
	ipv6_id(terms.remote_id, 2);
	terms.delegations = (uint8_t)(1 + below(3));
	terms.prefix = (struct tp_prefix6){.address = {0x20, 0x01, 0x0d, 0xb8}, .length = 64};
	terms.address = (struct tp_prefix6){.address = {0x20, 0x01}, .length = 0};
	terms.lease_s = 3600;
	tp_ipv6_router_init(&router, &common, NULL);
	tp_ipv6_router_start(&router, now_ms);
	while (tp_reader_left(&in) > 0) {
		step();
		check();
	}
	tp_ipv6_router_clear(&router);
	must(tp_ipv6_router_deadline(&router) == TP_NEVER);
	return 0;
}
