/* SPDX-License-Identifier: BSD-3-Clause */
/* A host's end of a link: routers and servers that say anything, in any order, at any time.
 *
 * After each step: each packet was counted once; what was sent is well formed, from us, and no
 * flood; what the host has is valid still, and was told to its owner when it changed. */
#include "ipv6_messages.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct tp_reader in;

static struct tp_ipv6_host host;
static struct tp_ipv6_hosts common;
static struct tp_ipv6_counters counters;
static struct tp_random chance;
static unsigned sent;
static uint64_t now_ms;

/* What the owner believes. */
static struct tp_ipv6_host_lease slaac, address, prefixes[TP_IPV6_HOST_LEASES];
static bool has_router;

static void output(void *user, const uint8_t *packet, size_t len)
{
	static struct tp_dhcp6_message message;
	uint8_t ours[16];
	struct tp_ipv6_in out;

	(void)user;
	sent++;
	must(tp_ipv6_in_parse(&out, packet, len) == TP_IPV6_NO_REASON);
	tp_ipv6_link_local(ours, host.id);
	must(tp_ipv6_same(out.src, ours));
	if (out.protocol == TP_IPV6_UDP)
		must(tp_dhcp6_parse(&message, out.payload) == TP_IPV6_NO_REASON &&
		     tp_reader_left(&message.client) > 0);
	else
		must(tp_nd_router_solicit_parse(out.payload, false) == TP_IPV6_NO_REASON);
}

static void learn(unsigned changed)
{
	if (changed & TP_IPV6_HOST_SLAAC)
		slaac = host.slaac;
	if (changed & TP_IPV6_HOST_ADDRESS)
		address = host.bound ? host.address : (struct tp_ipv6_host_lease){0};
	if (changed & TP_IPV6_HOST_PREFIX) {
		memset(prefixes, 0, sizeof(prefixes));
		if (host.bound)
			memcpy(prefixes, host.prefixes, sizeof(prefixes));
	}
	if (changed & TP_IPV6_HOST_ROUTER)
		has_router = host.router_until_ms != 0;
}

static void changed(void *user, unsigned bits)
{
	(void)user;
	must(bits != 0);
	learn(bits);
}

static bool same(const struct tp_ipv6_host_lease *a, const struct tp_ipv6_host_lease *b)
{
	return a->prefix.length == b->prefix.length &&
	       (a->prefix.length == 0 || tp_prefix6_same(&a->prefix, &b->prefix));
}

static void check(void)
{
	must(same(&slaac, &host.slaac) && has_router == (host.router_until_ms != 0));
	must(host.slaac.prefix.length == 0 ||
	     memcmp(host.slaac.prefix.address + 8, host.id, 8) == 0);
	if (host.bound) {
		must(same(&address, &host.address));
		for (unsigned i = 0; i < TP_IPV6_HOST_LEASES; i++)
			must(same(&prefixes[i], &host.prefixes[i]));
	} else if (host.state != TP_IPV6_HOST_RELEASING) {
		must(address.prefix.length == 0);
		for (unsigned i = 0; i < TP_IPV6_HOST_LEASES; i++)
			must(prefixes[i].prefix.length == 0);
	}
}

static void input(const uint8_t *packet, size_t len)
{
	uint64_t before = ipv6_counted(&counters);
	unsigned sent_before = sent;

	tp_ipv6_host_input(&host, packet, len, now_ms);
	must(ipv6_counted(&counters) == before + 1);
	must(sent - sent_before <= 1);
}

/* Each exchange sends no more often than it should. */
static void pass(uint64_t ms)
{
	uint64_t end_ms = now_ms + ms;
	unsigned turns = 0, before = sent;

	while (tp_ipv6_host_deadline(&host) <= end_ms) {
		if (tp_ipv6_host_deadline(&host) > now_ms)
			now_ms = tp_ipv6_host_deadline(&host);
		tp_ipv6_host_tick(&host, now_ms);
		must(++turns < 100000);
	}
	now_ms = end_ms;
	must(sent - before <= ms / 400 + 10);
	if (host.slaac.prefix.length > 0)
		must(host.slaac.valid_until_ms > now_ms);
	for (unsigned i = 0; i < TP_IPV6_HOST_LEASES && host.bound; i++)
		must(host.prefixes[i].prefix.length == 0 ||
		     host.prefixes[i].valid_until_ms > now_ms);
}

static void start(void)
{
	struct tp_duid duid;
	uint8_t id[8];

	ipv6_id(id, 2);
	ipv6_duid(&duid, 2);
	/* A new link: what was told of the last one is the owner's to forget. */
	learn(0);
	memset(&slaac, 0, sizeof(slaac));
	memset(&address, 0, sizeof(address));
	memset(prefixes, 0, sizeof(prefixes));
	has_router = false;
	tp_ipv6_host_start(&host, id, &duid, 1, now_ms);
}

static void step(void)
{
	uint8_t packet[TP_IPV6_MIN_MTU];
	unsigned what = below(16);

	switch (what) {
	default:
		input(packet, ipv6_make_dhcp6(packet, 1, host.transaction ^ (below(16) == 15)));
		break;
	case 8:
	case 9:
		input(packet, ipv6_make_nd(packet, 1));
		break;
	case 10:
	case 11:
		pass(ONE_OF(10, 1000, 60000, 1) * byte());
		break;
	case 12:
		pass(3600000ull * below(24));
		break;
	case 13:
		tp_ipv6_host_release(&host, now_ms);
		memset(&address, 0, sizeof(address));
		memset(prefixes, 0, sizeof(prefixes));
		learn(host.bound ? TP_IPV6_HOST_ADDRESS | TP_IPV6_HOST_PREFIX : 0);
		break;
	case 14:
		tp_ipv6_host_again(&host, below(2), now_ms);
		break;
	case 15:
		start();
		break;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct tp_ipv6_host_ops ops = {output, changed};
	struct tp_ipv6_host_config *config = &common.config;
	unsigned bits;

	in = tp_reader_of(data, size);
	memset(&counters, 0, sizeof(counters));
	sent = 0;
	now_ms = 1000;
	tp_random_init_seed(&chance, 1);
	common.ops = &ops;
	common.random = &chance;
	common.counters = &counters;
	bits = byte();
	*config = (struct tp_ipv6_host_config){
		.solicit = bits & 1,
		.slaac = bits & 2,
		.prefix = bits & 4,
		.address = bits & 8,
		.managed = bits & 16,
		.information = bits & 32,
		.rapid_commit = bits & 64,
		.max_delay_ms = bits & 128 ? 1000 : 0,
	};
	tp_ipv6_host_init(&host, &common, NULL);
	start();
	while (tp_reader_left(&in) > 0) {
		step();
		check();
	}
	return 0;
}
