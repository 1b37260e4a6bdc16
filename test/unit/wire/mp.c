/* SPDX-License-Identifier: BSD-3-Clause */
/* Cutting and joining packets: RFC 1990. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "wire/mp.h"

#define MOST 1616 /* MRRU 1614 and a protocol field */

static uint8_t buffer[MOST];

static enum tp_mp_verdict give(struct tp_mp_receiver *rx, const uint8_t *bytes, size_t len,
			       struct tp_reader *packet)
{
	struct tp_mp_fragment fragment;

	assert_true(tp_mp_fragment_parse(tp_reader_of(bytes, len), rx->is_short, &fragment));
	return tp_mp_receive(rx, &fragment, buffer, packet);
}
#define GIVE(rx, packet, ...)                                                                      \
	give(rx, (const uint8_t[]){__VA_ARGS__}, sizeof((const uint8_t[]){__VA_ARGS__}), packet)

static void test_headers_are_those_of_the_rfc(void **state)
{
	struct tp_mp_sender longer = {.next = 0x123456},
			    shorter = {.next = 0x9ab, .is_short = true};
	uint8_t p[4];

	tp_mp_header_put(&longer, true, false, p);
	assert_memory_equal(p, ((uint8_t[]){0x80, 0x12, 0x34, 0x56}), 4);
	tp_mp_header_put(&longer, false, true, p);
	assert_memory_equal(p, ((uint8_t[]){0x40, 0x12, 0x34, 0x57}), 4);
	tp_mp_header_put(&shorter, true, true, p);
	assert_memory_equal(p, ((uint8_t[]){0xc9, 0xab}), 2);
	tp_mp_header_put(&shorter, false, false, p);
	assert_memory_equal(p, ((uint8_t[]){0x09, 0xac}), 2);
}

static void test_sequence_numbers_start_over_at_their_end(void **state)
{
	struct tp_mp_sender longer = {.next = 0xffffff},
			    shorter = {.next = 0xfff, .is_short = true};
	uint8_t p[4];

	tp_mp_header_put(&longer, true, true, p);
	assert_int_equal(longer.next, 0);
	tp_mp_header_put(&shorter, true, true, p);
	assert_int_equal(shorter.next, 0);
}

static void test_a_packet_makes_as_many_fragments_as_it_takes(void **state)
{
	const struct tp_mp_sender tx = {0};

	assert_int_equal(tp_mp_fragment_count(&tx, 1502, 1492), 2);
	assert_int_equal(tp_mp_fragment_count(&tx, 2976, 1492), 2);
	assert_int_equal(tp_mp_fragment_count(&tx, 2977, 1492), 3);
}

static void test_what_is_cut_is_joined_again(void **state)
{
	for (int is_short = 0; is_short < 2; is_short++) {
		struct tp_mp_sender tx = {.next = is_short ? 0xffe : 0xfffffe,
					  .is_short = is_short};
		struct tp_mp_receiver rx = {.most = MOST, .is_short = is_short};
		uint8_t packet[MOST], fragment[1492];
		struct tp_reader got;

		for (size_t len = 1; len <= sizeof(packet); len += 17) {
			size_t header = tp_mp_header_len(is_short), mtu = 130, at = 0;
			size_t count = tp_mp_fragment_count(&tx, len, mtu);

			for (size_t i = 0; i < len; i++)
				packet[i] = (uint8_t)(i * 3 + len);
			for (size_t i = 0; i < count; i++) {
				size_t n = len - at < mtu - header ? len - at : mtu - header;
				tp_mp_header_put(&tx, i == 0, i + 1 == count, fragment);
				memcpy(fragment + header, packet + at, n);
				at += n;
				assert_int_equal(give(&rx, fragment, header + n, &got),
						 i + 1 == count ? TP_MP_PACKET : TP_MP_KEPT);
			}
			assert_int_equal(tp_reader_left(&got), len);
			assert_memory_equal(got.p, packet, len);
		}
		assert_int_equal(rx.lost, 0);
	}
}

static void test_a_first_number_of_any_kind_is_taken(void **state)
{
	struct tp_mp_receiver rx = {.most = MOST};
	struct tp_reader packet;

	assert_int_equal(GIVE(&rx, &packet, 0x40, 0x55, 0, 6, 9), TP_MP_ORPHAN);
	assert_int_equal(GIVE(&rx, &packet, 0xc0, 0x55, 0, 7, 1), TP_MP_PACKET);
	assert_int_equal(GIVE(&rx, &packet, 0xc0, 0x55, 0, 8, 2), TP_MP_PACKET);
}

static void test_a_lost_fragment_costs_its_packet_alone(void **state)
{
	static const struct {
		uint8_t sequence[4]; /* 0: no more */
		uint8_t flags[4];
		int verdict[4];
		unsigned lost;
	} cases[] = {
		/* the middle, and a packet after it */
		{{1, 3, 4}, {0x80, 0x40, 0xc0}, {TP_MP_KEPT, TP_MP_ORPHAN, TP_MP_PACKET}, 1},
		/* the end */
		{{1, 3, 4}, {0x80, 0x80, 0x40}, {TP_MP_KEPT, TP_MP_KEPT, TP_MP_PACKET}, 1},
		/* the beginning */
		{{1, 3, 4}, {0xc0, 0x40, 0xc0}, {TP_MP_PACKET, TP_MP_ORPHAN, TP_MP_PACKET}, 0},
		/* the end of one and the beginning of the next */
		{{1, 4, 5}, {0x80, 0x40, 0xc0}, {TP_MP_KEPT, TP_MP_ORPHAN, TP_MP_PACKET}, 1},
		/* no end flag, but a new beginning */
		{{1, 2, 3}, {0x80, 0x80, 0x40}, {TP_MP_KEPT, TP_MP_KEPT, TP_MP_PACKET}, 1},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct tp_mp_receiver rx = {.most = MOST};
		struct tp_reader packet;

		for (int n = 0; n < 4 && cases[i].sequence[n] != 0; n++)
			assert_int_equal(GIVE(&rx, &packet, cases[i].flags[n], 0, 0,
					      cases[i].sequence[n], 7),
					 cases[i].verdict[n]);
		assert_int_equal(rx.lost, cases[i].lost);
	}
}

static void test_a_repeated_or_late_fragment_changes_nothing(void **state)
{
	struct tp_mp_receiver rx = {.most = MOST};
	struct tp_reader packet;

	assert_int_equal(GIVE(&rx, &packet, 0x80, 0, 0, 5, 1), TP_MP_KEPT);
	assert_int_equal(GIVE(&rx, &packet, 0x80, 0, 0, 5, 1), TP_MP_LATE);
	assert_int_equal(GIVE(&rx, &packet, 0xc0, 0, 0, 2, 1), TP_MP_LATE);
	assert_int_equal(GIVE(&rx, &packet, 0x40, 0, 0, 6, 2), TP_MP_PACKET);
	assert_int_equal(tp_reader_left(&packet), 2);
	assert_memory_equal(packet.p, ((uint8_t[]){1, 2}), 2);
}

static void test_no_more_than_the_mrru_is_kept(void **state)
{
	struct tp_mp_receiver rx = {.most = 4};
	struct tp_reader packet;

	assert_int_equal(GIVE(&rx, &packet, 0x80, 0, 0, 0, 1, 2, 3), TP_MP_KEPT);
	assert_int_equal(GIVE(&rx, &packet, 0x00, 0, 0, 1, 4, 5), TP_MP_TOO_BIG);
	assert_int_equal(rx.used, 0);
	assert_int_equal(GIVE(&rx, &packet, 0x40, 0, 0, 2, 6), TP_MP_ORPHAN);
	assert_int_equal(GIVE(&rx, &packet, 0xc0, 0, 0, 3, 1, 2, 3, 4, 5), TP_MP_TOO_BIG);
	assert_int_equal(GIVE(&rx, &packet, 0xc0, 0, 0, 4, 1, 2, 3, 4), TP_MP_PACKET);
}

static void test_a_buffer_that_is_gone_gives_its_packet_up(void **state)
{
	struct tp_mp_receiver rx = {.most = MOST};
	struct tp_reader packet;

	assert_int_equal(GIVE(&rx, &packet, 0x80, 0, 0, 0, 1), TP_MP_KEPT);
	tp_mp_forget(&rx);
	assert_int_equal(rx.lost, 1);
	assert_int_equal(GIVE(&rx, &packet, 0x40, 0, 0, 1, 2), TP_MP_ORPHAN);
	tp_mp_forget(&rx);
	assert_int_equal(rx.lost, 1);
}

static void test_a_fragment_without_data_is_refused(void **state)
{
	static const uint8_t bytes[] = {0xc0, 0, 0, 1, 9};
	struct tp_mp_fragment fragment;

	for (size_t len = 0; len < 5; len++)
		assert_false(tp_mp_fragment_parse(tp_reader_of(bytes, len), false, &fragment));
	assert_true(tp_mp_fragment_parse(tp_reader_of(bytes, 5), false, &fragment));
	for (size_t len = 0; len < 3; len++)
		assert_false(tp_mp_fragment_parse(tp_reader_of(bytes, len), true, &fragment));
	assert_true(tp_mp_fragment_parse(tp_reader_of(bytes, 3), true, &fragment));
}

static void test_a_protocol_field_has_one_byte_or_two(void **state)
{
	static const uint8_t one[] = {0x21, 0x45}, two[] = {0x00, 0x21, 0x45}, half[] = {0x80};
	struct tp_reader r = tp_reader_of(one, sizeof(one));
	uint16_t protocol;

	assert_true(tp_mp_protocol(&r, &protocol));
	assert_int_equal(protocol, 0x21);
	assert_int_equal(r.p[0], 0x45);
	r = tp_reader_of(two, sizeof(two));
	assert_true(tp_mp_protocol(&r, &protocol));
	assert_int_equal(protocol, 0x21);
	assert_int_equal(r.p[0], 0x45);
	r = tp_reader_of(half, sizeof(half));
	assert_false(tp_mp_protocol(&r, &protocol));
	r = tp_reader_of(half, 0);
	assert_false(tp_mp_protocol(&r, &protocol));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_headers_are_those_of_the_rfc),
		cmocka_unit_test(test_sequence_numbers_start_over_at_their_end),
		cmocka_unit_test(test_a_packet_makes_as_many_fragments_as_it_takes),
		cmocka_unit_test(test_what_is_cut_is_joined_again),
		cmocka_unit_test(test_a_first_number_of_any_kind_is_taken),
		cmocka_unit_test(test_a_lost_fragment_costs_its_packet_alone),
		cmocka_unit_test(test_a_repeated_or_late_fragment_changes_nothing),
		cmocka_unit_test(test_no_more_than_the_mrru_is_kept),
		cmocka_unit_test(test_a_buffer_that_is_gone_gives_its_packet_up),
		cmocka_unit_test(test_a_fragment_without_data_is_refused),
		cmocka_unit_test(test_a_protocol_field_has_one_byte_or_two),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
