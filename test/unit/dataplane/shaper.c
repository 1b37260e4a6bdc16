/* SPDX-License-Identifier: BSD-3-Clause */
/* Rate limits on a virtual clock: how much passes, when, and in which order. */
#include <rte_cycles.h>

#include "dataplane/worker/shaper.h" /* before the fixture, whose `w` it would be in the shadow of */

#include "fixture.h"

#define SIZE	1000 /* bytes of an IPv4 packet here */
#define MEGABIT UINT64_C(1000000)

static struct frame out;

static void later(double seconds)
{
	w->now += (uint64_t)(seconds * (double)rte_get_tsc_hz());
	tp_wheel_poll(w);
}

static void limit(unsigned n, struct tp_dataplane_rate up, struct tp_dataplane_rate down)
{
	struct tp_dataplane_session_up terms = up_of(n);

	terms.rate_up = up;
	terms.rate_down = down;
	assert_int_equal(tp_dataplane_session_up(dp, n, &terms), 0);
}

static struct tp_dataplane_rate rate(uint64_t bits)
{
	return (struct tp_dataplane_rate){.rate = bits};
}

static struct packet packet(bool down, uint8_t dscp_as_number)
{
	struct packet p = down ? plain(INTERNET, SUBSCRIBER) : plain(SUBSCRIBER, INTERNET);

	p.payload = SIZE - TP_IPV4_HEADER_LEN;
	p.ttl = (uint8_t)(dscp_as_number + 2); /* a number that survives the way: one hop less */
	return p;
}

static void offer(bool down, uint8_t number)
{
	struct packet p = packet(down, number);
	struct frame f = down ? down_frame(&p) : up_frame(1, &p);

	give(down ? CORE : ACCESS, &f);
}

/* The next packet's number; -1: none came. */
static int arrived(bool down)
{
	if (!take(down ? ACCESS : CORE, &out))
		return -1;
	return (down ? packet_to_subscriber(&out) : packet_to_core(&out))->ttl - 1;
}

/* Twice the limit is offered for so long; what came out, in bits a second. */
static double passed(bool down, double seconds, uint64_t bits)
{
	double gap = SIZE * 8.0 / (2.0 * (double)bits);
	unsigned count = 0;

	for (double t = 0; t < seconds; t += gap) {
		offer(down, 1);
		while (arrived(down) >= 0)
			count++;
		later(gap);
	}
	while (arrived(down) >= 0)
		count++;
	return count * SIZE * 8.0 / seconds;
}

static int setup(void **state)
{
	w->now = (uint64_t)1 << 50;
	begin(state);
	open_session(1, (struct tp_vlans){0});
	tp_wheel_poll(w);
	return 0;
}

/* What still waits goes, so that the sums are right. */
static int teardown(void **state)
{
	later(3);
	assert_int_equal(w->wheel->count, 0);
	return end(state);
}

static void assert_near(double value, double wanted, double part)
{
	assert_true(value > wanted * (1 - part));
	assert_true(value < wanted * (1 + part));
}

static void test_as_much_passes_as_the_limit_says_and_no_more(void **state)
{
	static const uint64_t rates[] = {64000, MEGABIT, 10 * MEGABIT, 1000 * MEGABIT};

	for (unsigned i = 0; i < sizeof(rates) / sizeof(rates[0]); i++) {
		double seconds = rates[i] > 10 * MEGABIT ? 0.5 : 20;
		for (unsigned down = 0; down < 2; down++) {
			limit(1, rate(rates[i]), rate(rates[i]));
			passed(down, 2, rates[i] > 10 * MEGABIT ? MEGABIT : rates[i]);
			assert_near(passed(down, seconds, rates[i]), (double)rates[i], 0.01);
		}
	}
}

static void test_each_direction_has_its_own_limit(void **state)
{
	limit(1, rate(MEGABIT), rate(4 * MEGABIT));
	assert_near(passed(true, 5, 4 * MEGABIT), 4e6, 0.03);
	assert_near(passed(false, 5, MEGABIT), 1e6, 0.03);
	limit(1, rate(0), rate(MEGABIT));
	assert_near(passed(false, 1, 100 * MEGABIT), 200e6, 0.01);
}

static void test_below_the_limit_nothing_waits(void **state)
{
	limit(1, rate(10 * MEGABIT), rate(10 * MEGABIT));
	for (unsigned i = 0; i < 100; i++) {
		offer(i % 2 != 0, 1);
		assert_int_equal(arrived(i % 2 != 0), 1);
		later(0.001);
	}
	assert_int_equal(w->counters[ACCESS].delayed + w->counters[CORE].delayed, 0);
}

static void test_who_is_ahead_waits_and_order_stays(void **state)
{
	limit(1, rate(MEGABIT), rate(MEGABIT));
	for (unsigned down = 0; down < 2; down++) {
		int last = -1, n;
		unsigned sent = 0, came = 0;
		later(1);
		for (unsigned turn = 0; turn < 200; turn++) {
			if (turn % 4 == 0 && sent < 40)
				offer(down, (uint8_t)sent++);
			later(0.0013);
			while ((n = arrived(down)) >= 0) {
				assert_true(n > last);
				last = n;
				came++;
			}
		}
		later(3);
		while (arrived(down) >= 0)
			came++;
		assert_int_equal(came, sent);
	}
	assert_true(w->counters[ACCESS].delayed > 0 && w->counters[CORE].delayed > 0);
}

static void test_what_would_wait_too_long_is_dropped_and_counted(void **state)
{
	struct tp_session_counters counters;

	limit(1, rate(MEGABIT), rate(MEGABIT));
	for (unsigned i = 0; i < 50; i++) {
		offer(true, 1);
		offer(false, 1);
	}
	tp_dataplane_session_counters(dp, 1, &counters);
	assert_true(counters.drops_in > 20 && counters.drops_in < 40);
	assert_true(counters.drops_out > 20 && counters.drops_out < 40);
	assert_only_drop(ACCESS, TP_DROP_RATE_LIMIT, counters.drops_in);
	assert_only_drop(CORE, TP_DROP_RATE_LIMIT, counters.drops_out);
	later(3);
	tp_dataplane_session_counters(dp, 1, &counters);
	assert_int_equal(counters.packets_in, 50 - counters.drops_in);
	assert_int_equal(counters.packets_out, 50 - counters.drops_out);
}

/* 2M with bursts of 8M until the average over 8 s is 4M: 4 s. */
static void test_a_burst_lasts_until_its_average_reaches_the_threshold(void **state)
{
	const struct tp_dataplane_rate burst = {
		.rate = 2 * MEGABIT,
		.burst_rate = 8 * MEGABIT,
		.burst_bytes = 6 * MEGABIT * 4 / 8,
	};

	limit(1, burst, burst);
	for (unsigned down = 0; down < 2; down++) {
		assert_near(passed(down, 3.5, 8 * MEGABIT), 8e6, 0.03);
		passed(down, 1, 8 * MEGABIT);
		assert_near(passed(down, 5, 8 * MEGABIT), 2e6, 0.03);
		later(12); /* idle for as long as it takes to earn it again */
		assert_near(passed(down, 3.5, 8 * MEGABIT), 8e6, 0.03);
	}
}

static void test_a_limit_changes_while_packets_flow(void **state)
{
	unsigned sent = 0, came = 0;

	limit(1, rate(MEGABIT), rate(MEGABIT));
	for (unsigned i = 0; i < 10; i++, sent++)
		offer(true, 1);
	limit(1, rate(8 * MEGABIT), rate(8 * MEGABIT));
	later(1);
	while (arrived(true) >= 0)
		came++;
	assert_int_equal(came, sent);
	assert_near(passed(true, 5, 8 * MEGABIT), 8e6, 0.02);
	limit(1, rate(0), rate(0));
	later(1);
	while (arrived(true) >= 0)
		;
	assert_near(passed(true, 1, 20 * MEGABIT), 40e6, 0.02);
}

static void test_packets_that_wait_for_a_session_that_ends_are_dropped(void **state)
{
	limit(1, rate(0), rate(MEGABIT));
	for (unsigned i = 0; i < 5; i++)
		offer(true, 1);
	while (arrived(true) >= 0)
		;
	uint32_t waiting = w->wheel->count;
	assert_true(waiting > 0);
	tp_dataplane_session_down(dp, 1);
	later(1);
	assert_int_equal(arrived(true), -1);
	assert_only_drop(CORE, TP_DROP_STALE_ROUTE, waiting);
}

/* Two workers on one bucket take no more from it than one. */
static void test_a_bucket_that_is_shared_is_charged_by_all(void **state)
{
	struct tp_rate_limit one, shared;
	uint16_t lease = 0, shared_lease = 0;
	uint64_t hz = rte_get_tsc_hz(), now = w->now;
	const struct tp_dataplane_rate ten = rate(10 * MEGABIT);

	memset(&one, 0, sizeof(one));
	tp_rate_limit_set(&one, &ten, hz, 1);
	shared = one;
	for (unsigned i = 0; i < 1000; i++, now += hz / 5000)
		assert_true(tp_rate_limit_take(&one, &lease, SIZE, now, false) ==
			    tp_rate_limit_take(&shared, &shared_lease, SIZE, now, true));
	assert_true(one.rate.due == shared.rate.due && lease == shared_lease);
}

/* All leases of a session, of so many workers and both families, are a quarter of its credit at the
 * most. */
static void test_leases_are_a_small_part_of_the_credit(void **state)
{
	const uint64_t hz = rte_get_tsc_hz();

	for (unsigned workers = 1; workers <= 8; workers++) {
		struct tp_rate_limit limit = {0};
		const struct tp_dataplane_rate fast = rate(1000 * MEGABIT);
		double credit = 0.002 * 1000e6 / 8;

		tp_rate_limit_set(&limit, &fast, hz, workers);
		assert_true(limit.lease > 0);
		assert_true(limit.lease * 2.0 * workers <= credit / 2);
	}
}

/* A lease is paid for when it is taken: what was let through is never more than the rate and its
 * credit allow. */
static void test_a_lease_is_paid_for(void **state)
{
	struct tp_rate_limit limit = {0};
	const struct tp_dataplane_rate hundred = rate(100 * MEGABIT);
	const uint64_t hz = rte_get_tsc_hz(), begin = w->now;
	uint16_t lease = 0;
	uint64_t now = begin, passed = 0;

	tp_rate_limit_set(&limit, &hundred, hz, 1);
	limit.rate.due = limit.burst.due = begin; /* nothing saved up */
	/* 46 bytes a microsecond: 368 Mb/s */
	for (unsigned i = 0; i < 100000; i++, now += hz / 1000000) {
		uint64_t start = tp_rate_limit_take(&limit, &lease, 46, now, false);

		if (start == TP_RATE_LIMIT_DROP)
			continue;
		passed += 46;
		double most = 100e6 / 8 * ((double)(start - begin) / (double)hz + 0.002);
		assert_true((double)(passed + lease) <= most + 46);
	}
	assert_true((double)passed > 100e6 / 8 * 0.1 * 0.99);
}

/* A lease that is low is renewed, out of credit, before a packet finds it too small; neither
 * family's comes to more than three quarters of the credit together with the other's. */
static void test_a_lease_is_renewed_before_it_runs_out(void **state)
{
	const double credit = 0.002 * 1000e6 / 8;
	unsigned renewals = 0;

	limit(1, rate(0), rate(1000 * MEGABIT));
	offer(true, 1);
	assert_int_equal(arrived(true), 1);
	const struct tp_rate_limit *down = &dp->rate_limits[1].down;
	for (unsigned i = 0; i < 500; i++) {
		const uint16_t before = w->down[1].lease;
		const uint64_t due = down->rate.due;

		later(0.0001);
		offer(true, 1);
		assert_int_equal(arrived(true), 1);
		const uint16_t after = w->down[1].lease;
		assert_true(before >= SIZE);
		assert_true(2.0 * after <= credit * 3 / 4);
		if (after == before - SIZE) {
			assert_true(down->rate.due == due);
			continue;
		}
		assert_true(after > before && down->rate.due != due);
		renewals++;
	}
	assert_in_range(renewals, 500u * SIZE / down->lease / 2, 500u * SIZE / down->lease + 1);
}

/* Low leases of many sessions in one burst, and one that is low twice in it. */
static void test_each_low_lease_of_a_burst_is_renewed(void **state)
{
	for (unsigned n = 2; n <= 4; n++)
		bring_up(n);
	for (unsigned n = 1; n <= 4; n++) {
		limit(n, rate(0), rate(1000 * MEGABIT));
		w->down[n].lease = SIZE + 100 * n;
	}
	struct rte_mbuf *burst[5];
	assert_int_equal(rte_pktmbuf_alloc_bulk(w->pool, burst, 5), 0);
	for (unsigned i = 0; i < 5; i++) {
		struct packet p = packet(true, 1);
		p.dst = up_of(i < 4 ? i + 1 : 4).remote_address;
		p.payload = i < 4 ? p.payload : 60;
		const struct frame f = down_frame(&p);
		memcpy(rte_pktmbuf_append(burst[i], f.len), f.bytes, f.len);
	}
	tp_worker_input(w, &dp->ports[CORE], burst, 5);
	for (unsigned i = 0; i < 5; i++)
		assert_true(take(ACCESS, &out));
	assert_int_equal(w->low_count, 0);
	for (unsigned n = 1; n <= 4; n++)
		assert_int_equal(w->down[n].lease, TP_LEASE_MOST(dp->rate_limits[n].down.lease));
}

/* A packet that waits leaves no lease behind: a smaller one behind it waits too. */
static void test_who_waits_is_not_passed_by_a_lease(void **state)
{
	unsigned small = 0;

	limit(1, rate(100 * MEGABIT), rate(100 * MEGABIT));
	for (unsigned i = 0; i < 100; i++)
		offer(true, 1);
	while (arrived(true) >= 0)
		;
	assert_int_equal(w->down[1].lease, 0);
	struct packet p = packet(true, 2);
	p.payload = 20;
	for (; small < 10; small++) {
		struct frame f = down_frame(&p);
		give(CORE, &f);
		assert_int_equal(arrived(true), -1);
	}
	later(1);
	for (int n = arrived(true), last = 1; n >= 0; last = n, n = arrived(true))
		assert_true(n >= last);
}

/* Only who has a limit has a lease, and only while it has one. */
static void test_a_session_without_a_limit_has_no_lease(void **state)
{
	limit(1, rate(0), rate(0));
	offer(true, 1);
	assert_int_equal(arrived(true), 1);
	assert_int_equal(w->down[1].lease, 0);
	limit(1, rate(100 * MEGABIT), rate(100 * MEGABIT));
	offer(true, 1);
	assert_int_equal(arrived(true), 1);
	assert_int_not_equal(w->down[1].lease, 0);
	uint16_t lease = w->down[1].lease;
	offer(true, 1);
	assert_int_equal(arrived(true), 1);
	assert_int_equal(w->down[1].lease, lease - SIZE);
	limit(1, rate(0), rate(0));
	offer(true, 1);
	assert_int_equal(arrived(true), 1);
	assert_int_equal(w->down[1].lease, lease - SIZE);
}

int main(void)
{
#define SHAPER_TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		SHAPER_TEST(test_as_much_passes_as_the_limit_says_and_no_more),
		SHAPER_TEST(test_each_direction_has_its_own_limit),
		SHAPER_TEST(test_below_the_limit_nothing_waits),
		SHAPER_TEST(test_who_is_ahead_waits_and_order_stays),
		SHAPER_TEST(test_what_would_wait_too_long_is_dropped_and_counted),
		SHAPER_TEST(test_a_burst_lasts_until_its_average_reaches_the_threshold),
		SHAPER_TEST(test_a_limit_changes_while_packets_flow),
		SHAPER_TEST(test_packets_that_wait_for_a_session_that_ends_are_dropped),
		SHAPER_TEST(test_a_bucket_that_is_shared_is_charged_by_all),
		SHAPER_TEST(test_leases_are_a_small_part_of_the_credit),
		SHAPER_TEST(test_a_lease_is_paid_for),
		SHAPER_TEST(test_a_lease_is_renewed_before_it_runs_out),
		SHAPER_TEST(test_each_low_lease_of_a_burst_is_renewed),
		SHAPER_TEST(test_who_waits_is_not_passed_by_a_lease),
		SHAPER_TEST(test_a_session_without_a_limit_has_no_lease),
	};
	return RUN(tests);
}
