/* SPDX-License-Identifier: BSD-3-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "radius/stream.h"

static struct tp_radius_stream stream;

static void feed(const uint8_t *bytes, size_t len)
{
	size_t size;
	uint8_t *room = tp_radius_stream_room(&stream, &size);

	assert_true(len <= size);
	memcpy(room, bytes, len);
	tp_radius_stream_add(&stream, len);
}

static int begin(void **state)
{
	memset(&stream, 0, sizeof(stream));
	return 0;
}

/* A packet of LEN bytes whose identifier is ID. */
static void make(uint8_t *packet, uint8_t id, size_t len)
{
	memset(packet, id, len);
	packet[2] = (uint8_t)(len >> 8);
	packet[3] = (uint8_t)len;
}

static void expect(size_t wanted, uint8_t id)
{
	uint8_t packet[TP_RADIUS_PACKET_MAX];
	size_t len;

	assert_true(tp_radius_stream_take(&stream, packet, &len));
	assert_int_equal(len, wanted);
	if (wanted > 0)
		assert_int_equal(packet[1], id);
}

static void test_packets_come_whole_however_the_stream_is_cut(void **state)
{
	uint8_t all[20 + 4096 + 300];

	make(all, 1, 20);
	make(all + 20, 2, 4096);
	make(all + 4116, 3, 300);
	for (size_t step = 1; step < 600; step += 37) {
		uint8_t packet[TP_RADIUS_PACKET_MAX];
		unsigned taken = 0;

		begin(state);
		for (size_t at = 0; at < sizeof(all);) {
			size_t room, len, n = sizeof(all) - at;

			(void)tp_radius_stream_room(&stream, &room);
			n = n < step ? n : step;
			n = n < room ? n : room;
			feed(all + at, n);
			at += n;
			do {
				assert_true(tp_radius_stream_take(&stream, packet, &len));
				if (len > 0)
					assert_int_equal(packet[1], ++taken);
			} while (len > 0);
		}
		assert_int_equal(taken, 3);
		assert_int_equal(stream.len, 0);
	}
}

static void test_several_may_come_at_once(void **state)
{
	uint8_t all[60];

	for (unsigned i = 0; i < 3; i++)
		make(all + 20 * i, (uint8_t)(7 + i), 20);
	feed(all, 59);
	expect(20, 7);
	expect(20, 8);
	expect(0, 0);
	feed(all + 59, 1);
	expect(20, 9);
	expect(0, 0);
}

static void test_what_says_an_impossible_length_ends_the_stream(void **state)
{
	static const uint16_t lengths[] = {0, 19, 4097, 65535};

	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		const uint8_t head[4] = {2, 0, (uint8_t)(lengths[i] >> 8), (uint8_t)lengths[i]};
		uint8_t packet[TP_RADIUS_PACKET_MAX];
		size_t len;

		begin(state);
		feed(head, sizeof(head));
		assert_false(tp_radius_stream_take(&stream, packet, &len));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_packets_come_whole_however_the_stream_is_cut, begin),
		cmocka_unit_test_setup(test_several_may_come_at_once, begin),
		cmocka_unit_test_setup(test_what_says_an_impossible_length_ends_the_stream, begin),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
