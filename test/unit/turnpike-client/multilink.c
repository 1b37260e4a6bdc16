/* SPDX-License-Identifier: BSD-3-Clause */
/* MP of the client (RFC 1990): over one link, and over several. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/clock.h"
#include "forward.h"
#include "multilink.h"
#include "wire/ppp.h"

static struct forward links[2];
static struct {
	const struct forward *link;
	size_t len;
	uint8_t bytes[2048];
} sent[64];
static unsigned sent_count;

void forward_send_ppp(struct forward *f, const uint8_t *frame, size_t len)
{
	assert_true(sent_count < 64 && len <= sizeof(sent[0].bytes));
	sent[sent_count].link = f;
	sent[sent_count].len = len;
	memcpy(sent[sent_count++].bytes, frame, len);
}

static void open_bundle(struct multilink *m, unsigned count)
{
	sent_count = 0;
	assert_int_equal(multilink_init(m, 1600, 2), 0);
	multilink_start(m, &(struct multilink_terms){.mrru = 1600, .peer_mrru = 1600});
	for (unsigned i = 0; i < count; i++)
		multilink_add(m, &links[i], 1492);
}

/* One end sends, the other gets the frame; what whole packets it gives are counted. */
static unsigned receive(struct multilink *m, unsigned frame, uint64_t now_ms)
{
	struct tp_reader fragment = tp_reader_of(sent[frame].bytes + TP_PPP_PROTO_LEN,
						 sent[frame].len - TP_PPP_PROTO_LEN);
	struct tp_reader packet;
	unsigned count = 0;

	multilink_room(m, &fragment);
	while (multilink_take(m, &packet))
		count++;
	multilink_put(m, sent[frame].link, &fragment, now_ms);
	while (multilink_take(m, &packet)) {
		assert_true(tp_reader_left(&packet) >= 100);
		count++;
	}
	return count;
}

static void send_packets(struct multilink *m, unsigned count, size_t len)
{
	uint8_t packet[1602] = {0x00, 0x21};

	assert_true(multilink_is_needed(m, len));
	for (unsigned i = 0; i < count; i++)
		multilink_send(m, packet, len);
}

static void test_packets_go_by_both_links_in_turn(void **state)
{
	struct multilink m;

	open_bundle(&m, 2);
	send_packets(&m, 10, 100);
	assert_int_equal(sent_count, 10);
	for (unsigned i = 1; i < sent_count; i++)
		assert_ptr_not_equal(sent[i].link, sent[i - 1].link);
	multilink_clear(&m);
}

static void test_over_one_link_only_what_is_too_large_is_cut(void **state)
{
	struct multilink m;

	open_bundle(&m, 1);
	assert_false(multilink_is_needed(&m, 1494));
	send_packets(&m, 1, 1602);
	assert_int_equal(sent_count, 2);
	assert_int_equal(receive(&m, 0, 0), 0);
	assert_int_equal(receive(&m, 1, 0), 1);
	multilink_clear(&m);
}

static void test_what_overtakes_waits(void **state)
{
	struct multilink m;

	open_bundle(&m, 2);
	send_packets(&m, 4, 100);
	assert_int_equal(receive(&m, 0, 0), 1);
	assert_int_equal(receive(&m, 2, 0), 0);
	assert_int_equal(receive(&m, 1, 0), 2);
	assert_int_equal(receive(&m, 3, 0), 1);
	assert_true(multilink_deadline(&m) == TP_NEVER);
	multilink_clear(&m);
}

static void test_what_is_missing_is_given_up_in_time(void **state)
{
	struct tp_reader packet;
	struct multilink m;

	open_bundle(&m, 2);
	send_packets(&m, 4, 100);
	assert_int_equal(receive(&m, 0, 1000), 1);
	assert_int_equal(receive(&m, 2, 1000), 0);
	assert_true(multilink_deadline(&m) == 1100);
	multilink_tick(&m, 1099);
	assert_false(multilink_take(&m, &packet));
	multilink_tick(&m, 1100);
	assert_true(multilink_take(&m, &packet));
	assert_false(multilink_take(&m, &packet));
	assert_true(multilink_deadline(&m) == TP_NEVER);
	/* And comes after all: of no use, and nothing is waited for. */
	assert_int_equal(receive(&m, 1, 1200), 0);
	assert_int_equal(m.dropped, 1);
	assert_true(multilink_deadline(&m) == TP_NEVER);
	multilink_clear(&m);
}

static void test_links_that_go_leave_nothing_waiting(void **state)
{
	struct multilink m;

	open_bundle(&m, 2);
	send_packets(&m, 6, 100);
	assert_int_equal(receive(&m, 0, 0), 1);
	assert_int_equal(receive(&m, 2, 0), 0);
	assert_int_equal(receive(&m, 4, 0), 0);
	multilink_remove(&m, &links[0]);
	multilink_remove(&m, &links[0]);
	assert_int_equal(m.count, 1);
	multilink_remove(&m, &links[1]);
	assert_true(multilink_deadline(&m) == TP_NEVER);
	multilink_start(&m, &m.terms);
	multilink_add(&m, &links[0], 1492);
	multilink_add(&m, &links[1], 1492);
	sent_count = 0;
	send_packets(&m, 2, 100);
	assert_int_equal(receive(&m, 0, 0) + receive(&m, 1, 0), 2);
	multilink_clear(&m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_packets_go_by_both_links_in_turn),
		cmocka_unit_test(test_over_one_link_only_what_is_too_large_is_cut),
		cmocka_unit_test(test_what_overtakes_waits),
		cmocka_unit_test(test_what_is_missing_is_given_up_in_time),
		cmocka_unit_test(test_links_that_go_leave_nothing_waiting),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
