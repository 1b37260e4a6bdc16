/* SPDX-License-Identifier: BSD-3-Clause */
/* Both ends of a link, joined by a wire that loses, repeats, reorders and delays, over two days of
 * virtual time: they come to agree, and go on agreeing. */
#include "fixture.h"

#define QUEUE 256
#define LOSS  30 /* of a hundred packets */

struct flight {
	uint64_t at_ms; /* 0: free */
	bool to_host;
	size_t len;
	uint8_t bytes[TP_IPV6_MIN_MTU];
};

struct wire {
	struct link link;
	struct guest guest;
	struct tp_random chance;
	struct flight queue[QUEUE];
	unsigned link_taken, guest_taken; /* of those that each has sent */
	unsigned loss;
};

static void fly(struct wire *wire, const uint8_t *bytes, size_t len, bool to_host, uint64_t now_ms)
{
	for (unsigned i = 0; i < QUEUE; i++) {
		struct flight *flight = &wire->queue[i];

		if (flight->at_ms != 0)
			continue;
		flight->at_ms = now_ms + 1 + tp_random_below(&wire->chance, 300);
		flight->to_host = to_host;
		flight->len = len;
		memcpy(flight->bytes, bytes, len);
		return;
	}
	fail_msg("a storm: %u packets are on their way", QUEUE);
}

static void launch(struct wire *wire, struct packets *sent, unsigned *taken, bool to_host,
		   uint64_t now_ms)
{
	for (; *taken < sent->count; ++*taken) {
		size_t len = sent->ring[*taken % PACKETS].len;
		const uint8_t *bytes = sent->ring[*taken % PACKETS].bytes;
		unsigned chance = tp_random_below(&wire->chance, 100);

		if (chance < wire->loss)
			continue;
		fly(wire, bytes, len, to_host, now_ms);
		if (chance >= 95 && wire->loss > 0)
			fly(wire, bytes, len, to_host, now_ms);
	}
}

static uint64_t least(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

static uint64_t next_event(struct wire *wire)
{
	uint64_t at_ms = least(tp_ipv6_router_deadline(&wire->link.router),
			       tp_ipv6_host_deadline(&wire->guest.host));

	for (unsigned i = 0; i < QUEUE; i++)
		if (wire->queue[i].at_ms != 0)
			at_ms = least(at_ms, wire->queue[i].at_ms);
	return at_ms;
}

static void deliver(struct wire *wire, uint64_t now_ms)
{
	for (unsigned i = 0; i < QUEUE; i++) {
		struct flight *flight = &wire->queue[i];

		if (flight->at_ms == 0 || flight->at_ms > now_ms)
			continue;
		flight->at_ms = 0;
		if (flight->to_host)
			tp_ipv6_host_input(&wire->guest.host, flight->bytes, flight->len, now_ms);
		else
			tp_ipv6_router_input(&wire->link.router, flight->bytes, flight->len,
					     now_ms);
	}
}

static void pass(struct wire *wire, uint64_t ms)
{
	uint64_t now_ms = wire->link.now_ms, end_ms = now_ms + ms;

	for (;;) {
		launch(wire, &wire->link.sent, &wire->link_taken, true, now_ms);
		launch(wire, &wire->guest.sent, &wire->guest_taken, false, now_ms);
		uint64_t at_ms = next_event(wire);

		if (at_ms > end_ms)
			break;
		if (at_ms > now_ms)
			now_ms = at_ms;
		tp_ipv6_router_tick(&wire->link.router, now_ms);
		tp_ipv6_host_tick(&wire->guest.host, now_ms);
		deliver(wire, now_ms);
	}
	wire->link.now_ms = wire->guest.now_ms = end_ms;
}

static void begin(struct wire *wire, uint64_t seed, unsigned loss)
{
	struct tp_ipv6_host_config *config = &wire->guest.common.config;

	memset(wire, 0, sizeof(*wire));
	link_up(&wire->link);
	guest_init(&wire->guest);
	tp_random_init_seed(&wire->chance, seed);
	tp_random_init_seed(&wire->link.random, seed + 1);
	tp_random_init_seed(&wire->guest.random, seed + 2);
	wire->loss = loss;
	config->solicit = config->slaac = config->prefix = true;
	config->rapid_commit = seed % 2 == 0;
	config->address = seed % 3 == 0;
	if (config->address)
		wire->link.terms.address = prefix_of("2001:db8:1:4::9/128");
	guest_start(&wire->guest);
}

static const struct tp_ipv6_host_lease *prefix_in_use(const struct wire *wire)
{
	for (unsigned i = 0; i < TP_IPV6_HOST_LEASES; i++)
		if (wire->guest.host.prefixes[i].prefix.length > 0 &&
		    wire->guest.host.prefixes[i].preferred_until_ms > wire->guest.now_ms)
			return &wire->guest.host.prefixes[i];
	return NULL;
}

/* Both ends say the same, and the router's end keeps it at least as long as the host uses it. */
static void assert_agreed(const struct wire *wire)
{
	const struct tp_ipv6_host_lease *lease = prefix_in_use(wire);
	const struct tp_ipv6_binding *binding = NULL;
	bool found = false;

	assert_true(wire->guest.host.bound);
	assert_non_null(lease);
	assert_true(tp_prefix6_same(&lease->prefix, &wire->link.prefixes[0]));
	while ((binding = tp_ipv6_router_next_binding(&wire->link.router, binding)) != NULL)
		found |= binding->committed && binding->ia.prefix &&
			 tp_prefix6_same(&binding->prefix, &lease->prefix);
	assert_true(found);
	assert_true(
		tp_prefix6_has(&wire->link.terms.prefix, wire->guest.host.slaac.prefix.address));
	/* When all advertisements of half an hour were lost, it asks. */
	assert_true(wire->guest.host.router_until_ms > wire->guest.now_ms ||
		    wire->guest.host.rs.next_ms != TP_NEVER);
	if (wire->guest.common.config.address)
		assert_true(tp_prefix6_same(&wire->guest.host.address.prefix,
					    &wire->link.terms.address));
}

static struct wire wire;

static void test_over_a_good_wire_all_is_there_within_a_second(void **state)
{
	(void)state;
	for (uint64_t seed = 0; seed < 50; seed++) {
		begin(&wire, seed, 0);
		pass(&wire, 1300);
		assert_agreed(&wire);
		link_down(&wire.link);
	}
}

static void test_over_a_bad_wire_they_agree_and_stay_so(void **state)
{
	(void)state;
	for (uint64_t seed = 0; seed < 50; seed++) {
		begin(&wire, seed, LOSS);
		pass(&wire, 3600000);
		for (unsigned hour = 0; hour < 48; hour++) {
			assert_agreed(&wire);
			pass(&wire, 3600000);
		}
		assert_int_equal(wire.link.lost, 0);
		link_down(&wire.link);
	}
}

static void test_a_change_arrives_with_the_next_renewal(void **state)
{
	(void)state;
	for (uint64_t seed = 0; seed < 50; seed++) {
		const struct tp_prefix6 old = prefix_of("2001:db8:1:2::/64");

		begin(&wire, seed, LOSS);
		pass(&wire, 3600000);
		wire.link.terms.prefix = prefix_of("2001:db8:1:3::/64");
		wire.link.prefixes[0] = prefix_of("2001:db8:e00::/56");
		tp_ipv6_router_renumber(&wire.link.router, &old, wire.link.now_ms);
		pass(&wire, 24 * 3600000);
		assert_agreed(&wire);
		link_down(&wire.link);
	}
}

/* What is released comes back to its owner, or expires; never is it gone for good. */
static void test_what_is_released_is_the_owners_again(void **state)
{
	(void)state;
	for (uint64_t seed = 0; seed < 50; seed++) {
		begin(&wire, seed, LOSS);
		pass(&wire, 3600000);
		assert_true(tp_ipv6_host_release(&wire.guest.host, wire.guest.now_ms));
		pass(&wire, 2 * 24 * 3600000ull);
		assert_true(wire.guest.changed & TP_IPV6_HOST_RELEASED);
		assert_null(tp_ipv6_router_next_binding(&wire.link.router, NULL));
		assert_true(wire.link.released > 0);
		link_down(&wire.link);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_over_a_good_wire_all_is_there_within_a_second),
		cmocka_unit_test(test_over_a_bad_wire_they_agree_and_stay_so),
		cmocka_unit_test(test_a_change_arrives_with_the_next_renewal),
		cmocka_unit_test(test_what_is_released_is_the_owners_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
