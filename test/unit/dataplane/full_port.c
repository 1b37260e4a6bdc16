/* SPDX-License-Identifier: BSD-3-Clause */
/* Frames that began here, at a port that has no room for them. */
#include "fixture.h"

#include <rte_mbuf.h>

#include "dataplane/worker/tx.h"

static uint64_t originated, lost;
static struct frame out;

static int setup(void **state)
{
	int result = begin(state);

	originated = w->counters[ACCESS].originated;
	lost = w->counters[ACCESS].originated_lost;
	return result;
}

static void send_one(void)
{
	struct rte_mbuf *m = rte_pktmbuf_alloc(w->pool);

	assert_non_null(m);
	memset(rte_pktmbuf_append(m, 60), 0, 60);
	tp_tx_own(w, ACCESS, m);
}

/* Sends until the port is full; returns how many frames wait before it. */
static unsigned fill(void)
{
	for (unsigned i = 0; i < 100000; i++) {
		send_one();
		if (!tp_tx_flush_own(w))
			return w->own[ACCESS].count;
	}
	fail_msg("the port is never full");
	return 0;
}

static unsigned drain(void)
{
	unsigned count = 0;

	while (take(ACCESS, &out))
		count++;
	return count;
}

static void test_what_a_full_port_does_not_take_leaves_later(void **state)
{
	unsigned in_port, waiting = fill();

	assert_int_equal(waiting, 1);
	w->tick++;
	assert_false(tp_tx_flush_own(w));
	in_port = drain();
	assert_true(tp_tx_flush_own(w));
	assert_int_equal(drain(), 1);
	assert_int_equal(w->counters[ACCESS].originated - originated, in_port + 1);
	assert_int_equal(w->counters[ACCESS].originated_lost, lost);
}

static void test_a_port_that_takes_nothing_for_long_keeps_nobody_waiting(void **state)
{
	fill();
	for (unsigned i = 0; i < 4; i++) {
		assert_false(tp_tx_flush_own(w));
		w->tick++;
	}
	assert_true(tp_tx_flush_own(w));
	assert_int_equal(w->counters[ACCESS].originated_lost - lost, 1);
	send_one();
	assert_true(tp_tx_flush_own(w)); /* given up at once */
	assert_int_equal(w->counters[ACCESS].originated_lost - lost, 2);
	drain();
	send_one();
	assert_true(tp_tx_flush_own(w)); /* it lives again */
	assert_int_equal(drain(), 1);
}

static void test_more_than_can_wait_is_dropped_and_counted(void **state)
{
	fill();
	for (unsigned i = 0; i < TP_BURST + 9; i++)
		send_one();
	assert_int_equal(w->own[ACCESS].count, TP_BURST);
	assert_int_equal(w->counters[ACCESS].originated_lost - lost, 10);
	drain();
	assert_true(tp_tx_flush_own(w));
	assert_int_equal(drain(), TP_BURST);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_what_a_full_port_does_not_take_leaves_later,
						setup, end),
		cmocka_unit_test_setup_teardown(
			test_a_port_that_takes_nothing_for_long_keeps_nobody_waiting, setup, end),
		cmocka_unit_test_setup_teardown(test_more_than_can_wait_is_dropped_and_counted,
						setup, end),
	};

	return RUN(tests);
}
