/* SPDX-License-Identifier: BSD-3-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "fixture.h"

static const char yaml[] =
	"dataplane: { max-sessions: 64, ports: [ { name: ether0, device: net_null0 } ] }\n"
	"interface:\n"
	"  pppoe-server:\n"
	"    server: [ { service-name: isp, interface: ether0 } ]\n";

static uint64_t found;
static const char *wanted, *wanted_place, *wanted_family;

static void take(void *user, const struct tp_sample *sample)
{
	if (strcmp(sample->name, wanted) == 0 &&
	    strcmp(sample->labels[0].value, wanted_place) == 0 &&
	    strcmp(sample->labels[1].value, wanted_family) == 0)
		found = sample->value;
}

/* The sum of this name, place and family; UINT64_MAX: it is not told. */
static uint64_t told(struct tp_control *c, const char *name, const char *place, const char *family)
{
	const char *ports[] = {"ether0"};

	wanted = name;
	wanted_place = place;
	wanted_family = family;
	found = UINT64_MAX;
	tp_traffic_samples(c->traffic, c->config, ports, 1, take, NULL);
	return found;
}

static int setup(void **state)
{
	fake_reset(1);
	*state = fixture_create(yaml, NULL);
	return *state != NULL ? 0 : -1;
}

static int teardown(void **state)
{
	tp_control_destroy(*state);
	return 0;
}

static struct tp_session_info session_of(struct tp_control *c, uint32_t slot)
{
	return (struct tp_session_info){
		.slot = slot,
		.server_id = tp_config_first(c->config, TP_PPPOE_SERVER)->id,
	};
}

static void test_what_sessions_have_had_is_summed_by_family(void **state)
{
	struct tp_control *c = *state;
	const struct tp_session_info one = session_of(c, 3), other = session_of(c, 63);
	struct tp_session_counters n = {
		.packets_in = 10, .bytes_in = 1000, .ipv6_packets_in = 4, .ipv6_bytes_in = 600};

	tp_traffic_begin(c->traffic, &one, &(struct tp_session_counters){0}, 0);
	tp_traffic_begin(c->traffic, &other, &(struct tp_session_counters){0}, 0);
	tp_traffic_count(c->traffic, c->config, &one, &n, 1000);
	tp_traffic_count(c->traffic, c->config, &one, &n, 1000); /* nothing since */
	tp_traffic_count(c->traffic, c->config, &other, &n, 1000);
	assert_int_equal(told(c, "turnpike_server_upstream_packets_total", "isp@ether0", "ipv4"),
			 12);
	assert_int_equal(told(c, "turnpike_server_upstream_bytes_total", "isp@ether0", "ipv6"),
			 1200);
	assert_int_equal(told(c, "turnpike_access_upstream_bytes_total", "ether0", "ipv4"), 800);
	assert_int_equal(told(c, "turnpike_access_downstream_bytes_total", "ether0", "ipv4"), 0);
}

/* A slot's next session, and one that goes on after a restart with what it had counted. */
static void test_what_was_before_counts_for_nothing(void **state)
{
	struct tp_control *c = *state;
	const struct tp_session_info one = session_of(c, 3);
	const struct tp_session_counters before = {.packets_out = 70, .bytes_out = 7000},
					 after = {.packets_out = 75, .bytes_out = 7500};

	tp_traffic_begin(c->traffic, &one, &before, 0);
	tp_traffic_count(c->traffic, c->config, &one, &after, 1000);
	tp_traffic_begin(c->traffic, &one, &(struct tp_session_counters){0}, 0);
	tp_traffic_count(c->traffic, c->config, &one,
			 &(struct tp_session_counters){.packets_out = 1}, 1000);
	assert_int_equal(told(c, "turnpike_server_downstream_packets_total", "isp@ether0", "ipv4"),
			 6);
	assert_int_equal(told(c, "turnpike_server_downstream_bytes_total", "isp@ether0", "ipv4"),
			 500);
}

static void test_a_server_that_goes_is_forgotten_and_begins_afresh(void **state)
{
	struct tp_control *c = *state;
	const struct tp_session_info one = session_of(c, 0);

	tp_traffic_begin(c->traffic, &one, &(struct tp_session_counters){0}, 0);
	tp_traffic_count(c->traffic, c->config, &one,
			 &(struct tp_session_counters){.packets_in = 5}, 1000);
	tp_traffic_forget(c->traffic, one.server_id);
	assert_int_equal(told(c, "turnpike_server_upstream_packets_total", "isp@ether0", "ipv4"),
			 0);
	assert_int_equal(told(c, "turnpike_access_upstream_packets_total", "ether0", "ipv4"), 5);
}

static void test_how_fast_it_goes_is_told(void **state)
{
	struct tp_control *c = *state;
	const struct tp_session_info one = session_of(c, 7);
	struct tp_traffic_sum rate;

	tp_traffic_begin(c->traffic, &one, &(struct tp_session_counters){.bytes_in = 9}, 10000);
	rate = tp_traffic_rate(c->traffic, 7);
	assert_int_equal(rate.bytes_in, 0);
	tp_traffic_count(c->traffic, c->config, &one,
			 &(struct tp_session_counters){.bytes_in = 8009, .packets_out = 40}, 14000);
	rate = tp_traffic_rate(c->traffic, 7);
	assert_int_equal(rate.bytes_in, 2000);
	assert_int_equal(rate.packets_out, 10);
	/* Looked at again in the same moment, and then when nothing came. */
	tp_traffic_count(c->traffic, c->config, &one,
			 &(struct tp_session_counters){.bytes_in = 8009, .packets_out = 40}, 14000);
	rate = tp_traffic_rate(c->traffic, 7);
	assert_int_equal(rate.bytes_in, 2000);
	tp_traffic_count(c->traffic, c->config, &one,
			 &(struct tp_session_counters){.bytes_in = 8009, .packets_out = 40}, 18000);
	rate = tp_traffic_rate(c->traffic, 7);
	assert_int_equal(rate.bytes_in, 0);
	/* The slot's next session, and a slot that is none. */
	tp_traffic_begin(c->traffic, &one, &(struct tp_session_counters){0}, 19000);
	assert_int_equal(tp_traffic_rate(c->traffic, 7).bytes_in, 0);
	assert_int_equal(tp_traffic_rate(c->traffic, 64).bytes_in, 0);
}

/* However turns come, and never many at once. */
static void test_a_round_is_done_in_some_seconds(void **state)
{
	struct tp_control *c = *state;
	uint64_t looked = 0, now = 1000;

	assert_int_equal(tp_traffic_due(c->traffic, 60000, now), 0);
	for (; now < 6000; now += 1 + now % 3)
		looked += tp_traffic_due(c->traffic, 60000, now);
	assert_in_range(looked, 60000, 90000);
	assert_true(tp_traffic_due(c->traffic, 60000, now + 100000) <= 256);
	assert_int_equal(tp_traffic_due(c->traffic, 0, now + 200000), 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_what_sessions_have_had_is_summed_by_family),
		TEST(test_what_was_before_counts_for_nothing),
		TEST(test_a_server_that_goes_is_forgotten_and_begins_afresh),
		TEST(test_how_fast_it_goes_is_told),
		TEST(test_a_round_is_done_in_some_seconds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
