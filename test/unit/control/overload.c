/* SPDX-License-Identifier: BSD-3-Clause */
/* Who goes first when more comes up from workers than control can do at once. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <rte_mbuf.h>

#include "dataplane/messages.h"
#include "fixture.h"
#include "wire/pppoe.h"

#define HOSTS	  3000
#define FRAME_LEN 60

static struct tp_control *control;
static struct rte_mbuf mbufs[HOSTS];
static uint8_t frames[HOSTS][FRAME_LEN];
static struct tp_message messages[HOSTS];
static unsigned message_count;

static int setup(void **state)
{
	fake_reset(2);
	fake.room = UINT32_MAX;
	message_count = 0;
	control = fixture_create(fixture_yaml, NULL);
	control->now_ms = 1000;
	return 0;
}

static int teardown(void **state)
{
	tp_control_destroy(control);
	return 0;
}

/* A frame from host number message_count. With a reference more than control gives back, the mbuf
 * needs no pool. */
static void add(enum tp_message_kind kind, uint8_t code)
{
	unsigned i = message_count++;
	/* clang-format off */
	const uint8_t frame[FRAME_LEN] = {
		0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
		0x06, 0, 0, 0, (uint8_t)(i >> 8), (uint8_t)i,
		0x88, 0x63, 0x11, code, 0, 0, 0, 4,
		0x01, 0x01, 0, 0, /* an empty Service-Name */
	};
	/* clang-format on */

	memcpy(frames[i], frame, sizeof(frame));
	mbufs[i] = (struct rte_mbuf){
		.buf_addr = frames[i],
		.data_len = FRAME_LEN,
		.pkt_len = FRAME_LEN,
		.refcnt = 2,
		.nb_segs = 1,
	};
	messages[i] = (struct tp_message){
		.kind = kind,
		.slot = kind == TP_MESSAGE_SESSION ? 0 : UINT32_MAX,
		.mbuf = &mbufs[i],
	};
}

static void add_many(unsigned count, enum tp_message_kind kind, uint8_t code)
{
	while (count-- > 0)
		add(kind, code);
}

/* What came up is there; one turn. Returns how many frames went out: PADOs. */
static unsigned turn(void)
{
	unsigned sent = fake.sent;

	fake.messages = messages;
	fake.message_count = message_count;
	tp_control_receive(control);
	message_count = 0;
	return fake.sent - sent;
}

static void test_a_padi_is_answered_in_the_turn_in_which_it_comes(void **state)
{
	add(TP_MESSAGE_DISCOVERY, TP_PPPOE_CODE_PADI);
	assert_int_equal(turn(), 1);
	assert_int_equal(control->padis.count, 0);
}

static void test_a_storm_of_padis_is_taken_at_once_and_answered_in_turns(void **state)
{
	unsigned answered;

	add_many(1000, TP_MESSAGE_DISCOVERY, TP_PPPOE_CODE_PADI);
	answered = turn();
	assert_int_equal(fake.message_count, 0);
	assert_true(answered > 0 && answered < 200);
	for (unsigned i = 0; i < 100; i++)
		answered += turn();
	assert_int_equal(answered, 1000);
}

static void test_padis_wait_while_sessions_keep_control_busy(void **state)
{
	unsigned idle, busy;

	add_many(1000, TP_MESSAGE_DISCOVERY, TP_PPPOE_CODE_PADI);
	idle = turn();
	add_many(200, TP_MESSAGE_SESSION, TP_PPPOE_CODE_SESSION);
	busy = turn();
	assert_true(busy > 0); /* nobody starves */
	assert_true(busy * 10 < idle);
}

static void test_offers_that_nobody_takes_up_slow_further_ones_down(void **state)
{
	unsigned answered = 0;

	add_many(HOSTS, TP_MESSAGE_DISCOVERY, TP_PPPOE_CODE_PADI);
	for (unsigned i = 0; i < 100; i++)
		answered += turn();
	assert_int_equal(answered, 2048);
	control->now_ms++;
	for (unsigned i = 0; i < 100; i++)
		answered += turn();
	assert_int_equal(answered, 2048 + 80);
	control->now_ms += 1000;
	for (unsigned i = 0; i < 100; i++)
		answered += turn();
	assert_int_equal(answered, HOSTS);
}

static void test_control_does_not_spin_while_offers_are_out(void **state)
{
	add_many(HOSTS, TP_MESSAGE_DISCOVERY, TP_PPPOE_CODE_PADI);
	for (unsigned i = 0; i < 100; i++)
		turn();
	assert_false(tp_control_receive(control));
	assert_true(control->padis.count > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			test_a_padi_is_answered_in_the_turn_in_which_it_comes, setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_a_storm_of_padis_is_taken_at_once_and_answered_in_turns, setup,
			teardown),
		cmocka_unit_test_setup_teardown(test_padis_wait_while_sessions_keep_control_busy,
						setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_offers_that_nobody_takes_up_slow_further_ones_down, setup, teardown),
		cmocka_unit_test_setup_teardown(test_control_does_not_spin_while_offers_are_out,
						setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
