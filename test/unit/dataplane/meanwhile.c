/* SPDX-License-Identifier: BSD-3-Clause */
/* What another thread does while a worker is half way through something. */
#include <rte_mempool.h>
#include <rte_ring_elem.h>

#include "dataplane/local.h"

#include "fixture.h"

static struct frame out;
static bool ends;

/* The linker puts these in the place of the true ones, which are called half way. */
void __real_tp_mss(struct rte_mbuf *m, uint16_t mss);
void __wrap_tp_mss(struct rte_mbuf *m, uint16_t mss);

void __wrap_tp_mss(struct rte_mbuf *m, uint16_t mss)
{
	if (ends)
		w->terms[1].packet_mtu = 0;
	__real_tp_mss(m, mss);
}

bool __real_tp_flood_take(struct tp_flood_bucket *bucket, const struct tp_flood_rate *rate,
			  uint32_t tick);
bool __wrap_tp_flood_take(struct tp_flood_bucket *bucket, const struct tp_flood_rate *rate,
			  uint32_t tick);

bool __wrap_tp_flood_take(struct tp_flood_bucket *bucket, const struct tp_flood_rate *rate,
			  uint32_t tick)
{
	if (ends)
		assert_int_equal(tp_local_host_set(dp->locals, AT(PORT_ADDRESS), TP_LOCAL_NO_PORT),
				 0);
	return __real_tp_flood_take(bucket, rate, tick);
}

/* Control ends the session: the packet goes as it would have a moment earlier. It is not too large
 * for 0 bytes, which would tell its sender to send none larger. */
static void test_a_packet_is_not_too_large_for_a_session_that_ends(void **state)
{
	struct packet p = plain(INTERNET, SUBSCRIBER);

	(void)state;
	p.fragment = TP_IPV4_DF;
	bring_up(1);
	w->down[1].mtu = TP_IPV4_HEADER_LEN; /* the careful way */
	for (unsigned i = 0; i < 2; i++) {
		struct frame f = down_frame(&p);

		ends = i > 0;
		give(CORE, &f);
		ends = false;
		assert_true(take(ACCESS, &out));
		assert_nothing_out();
		assert_no_drops(CORE);
	}
}

/* The host loses the address: the packet goes to it as it would have, and to no port that is none.
 */
static void test_a_packet_to_the_box_keeps_its_port(void **state)
{
	struct packet p = plain(SUBSCRIBER, PORT_ADDRESS);
	struct tp_message message;

	(void)state;
	bring_up(1);
	const struct frame f = up_frame(1, &p);
	for (unsigned i = 0; i < 2; i++) {
		ends = i > 0;
		give(ACCESS, &f);
		ends = false;
		assert_true(take_message(&message, &out));
		assert_int_equal(message.kind, TP_MESSAGE_HOST);
		assert_int_equal(message.port, CORE);
	}
}

/* It has its place, and has lost its processor before it could say that the order is there: nobody
 * spins until it gets it back. */
static void test_an_order_is_put_behind_a_worker_that_stands_still(void **state)
{
	struct rte_ring *ring = w->rings.workers;
	struct tp_ring_order order = {.kind = TP_ORDER_FLUSH};

	(void)state;
	assert_int_equal(rte_ring_get_prod_sync_type(ring), RTE_RING_SYNC_MT_RTS);
	const union __rte_ring_rts_poscnt before = ring->rts_prod.head;
	ring->rts_prod.head.val.pos++;
	ring->rts_prod.head.val.cnt++;
	assert_true(tp_ring_order(ring, &order));
	assert_true(tp_ring_order(ring, &order));
	assert_int_equal(ring->rts_prod.head.val.pos, before.val.pos + 3);
	ring->rts_prod.tail.val.cnt++; /* it goes on: all three are there */
	ring->rts_prod.tail.val.pos = ring->rts_prod.head.val.pos;
	assert_int_equal(rte_ring_count(ring), 3);
	rte_ring_reset(ring);
}

static void test_nobody_waits_for_an_mbuf_behind_a_worker_that_stands_still(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 2; i++) {
		const struct rte_mempool *pool = i == 0 ? dp->pool : dp->control_pool;

		assert_string_equal(rte_mempool_get_ops(pool->ops_index)->name, "ring_mt_rts");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_a_packet_is_not_too_large_for_a_session_that_ends),
		TEST(test_a_packet_to_the_box_keeps_its_port),
		TEST(test_an_order_is_put_behind_a_worker_that_stands_still),
		TEST(test_nobody_waits_for_an_mbuf_behind_a_worker_that_stands_still),
	};
	return RUN(tests);
}
