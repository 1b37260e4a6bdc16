/* SPDX-License-Identifier: BSD-3-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "wire/ipv6.h"
#include "wire/ipv6_chain.h"

#define H TP_IPV6_HEADER_LEN

static const uint8_t src[16] = {0x20, 1, 0x0d, 0xb8, [15] = 1};
static const uint8_t dst[16] = {0x20, 1, 0x0d, 0xb8, [15] = 2};

static size_t make(uint8_t *packet, uint8_t next, const void *payload, uint16_t len)
{
	tp_ipv6_build((struct tp_ipv6 *)(void *)packet, len, next, 64, src, dst);
	memcpy(packet + H, payload, len);
	return H + (size_t)len;
}

static void test_a_packet_is_checked_as_far_as_a_router_looks(void **state)
{
	uint8_t packet[64];
	size_t at = 0, len = make(packet, 17, "12345678", 8);

	(void)state;
	assert_int_equal(tp_ipv6_check(packet, len, &at), TP_IPV6_OK);
	assert_int_equal(tp_ipv6_check(packet, len + 10, &at), TP_IPV6_OK); /* padding */
	assert_int_equal(tp_ipv6_check(packet, len - 1, &at), TP_IPV6_BAD_LENGTH);
	assert_int_equal(tp_ipv6_check(packet, H - 1, &at), TP_IPV6_BAD_HEADER);
	packet[0] = 0x45;
	assert_int_equal(tp_ipv6_check(packet, len, &at), TP_IPV6_BAD_HEADER);
	len = make(packet, TP_IPV6_NO_NEXT, "", 0);
	assert_int_equal(tp_ipv6_check(packet, len, &at), TP_IPV6_OK);
}

/* RFC 2675, section 3: payload length 0, and the true one in an option. */
static void test_a_jumbogram_is_known_by_its_option(void **state)
{
	static const uint8_t jumbo[8] = {17, 0, 0xc2, 4, 0, 1, 0, 0};
	static const uint8_t padded[16] = {17, 1, 0, 1, 2, 0, 0, 0xc2, 4, 0, 1, 0, 0, 0, 0, 0};
	static const uint8_t none[8] = {17, 0, 1, 4};
	static const uint8_t beyond[8] = {17, 0, 5, 99};
	uint8_t packet[64];
	size_t at = 0;

	(void)state;
	make(packet, TP_IPV6_HOP_BY_HOP, jumbo, 8);
	assert_int_equal(tp_ipv6_check(packet, H + 8, &at), TP_IPV6_OK); /* with a length */
	packet[5] = 0;
	assert_int_equal(tp_ipv6_check(packet, H + 8, &at), TP_IPV6_JUMBO);
	assert_int_equal(at, H + 2);
	make(packet, TP_IPV6_HOP_BY_HOP, padded, 16);
	packet[5] = 0;
	assert_int_equal(tp_ipv6_check(packet, H + 16, &at), TP_IPV6_JUMBO);
	assert_int_equal(at, H + 7);
	assert_int_equal(tp_ipv6_check(packet, H + 15, &at), TP_IPV6_BAD_LENGTH);
	make(packet, TP_IPV6_HOP_BY_HOP, none, 8);
	packet[5] = 0;
	assert_int_equal(tp_ipv6_check(packet, H + 8, &at), TP_IPV6_BAD_LENGTH);
	assert_int_equal(tp_ipv6_check(packet, H, &at), TP_IPV6_BAD_LENGTH);
	make(packet, TP_IPV6_HOP_BY_HOP, beyond, 8);
	packet[5] = 0;
	assert_int_equal(tp_ipv6_check(packet, H + 8, &at), TP_IPV6_BAD_LENGTH);
}

/* Each is followed by four bytes of what is behind it. */
static const struct {
	const char *what;
	uint8_t next, len, bytes[48];
	bool found, later;
	uint8_t protocol, offset; /* behind the header */
} chains[] = {
	{"no extension header", 6, 4, {0}, true, false, 6, 0},
	{"no next header", 59, 0, {0}, true, false, 59, 0},
	{"hop-by-hop options", 0, 12, {58}, true, false, 58, 8},
	{"long destination options", 60, 20, {17, 1}, true, false, 17, 16},
	{"a routing header", 43, 12, {6, 0, 4}, true, false, 6, 8},
	{"an authentication header", 51, 28, {6, 4}, true, false, 6, 24},
	{"encryption", 50, 12, {6, 0}, true, false, 50, 0},
	{"an atomic fragment", 44, 12, {58}, true, false, 58, 8},
	{"a first fragment", 44, 12, {58, 0, 0, 1}, true, false, 58, 8},
	{"a later fragment", 44, 12, {58, 0, 0, 9}, true, true, 58, 8},
	{"a later fragment of options", 44, 12, {60, 0, 0, 8}, true, true, 60, 8},
	{"hop-by-hop, then a fragment", 0, 20, {44, 0, 0, 0, 0, 0, 0, 0, 17}, true, false, 17, 16},
	{"a header cut off", 0, 7, {58}, false, false, 0, 0},
	{"a header that is longer than the packet", 0, 12, {58, 1}, false, false, 0, 0},
	{"a header of which nothing is there", 60, 0, {0}, false, false, 0, 0},
	{"nothing behind the last header", 0, 8, {6}, true, false, 6, 8},
};

static void test_the_upper_layer_is_found_behind_its_chain(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(chains) / sizeof(chains[0]); i++) {
		uint8_t packet[96];
		size_t len = make(packet, chains[i].next, chains[i].bytes, chains[i].len);
		struct tp_ipv6_upper upper;
		if (tp_ipv6_upper_find(packet, len, &upper) != chains[i].found)
			fail_msg("%s", chains[i].what);
		if (!chains[i].found)
			continue;
		if (upper.protocol != chains[i].protocol || upper.later != chains[i].later ||
		    upper.offset != H + (size_t)chains[i].offset)
			fail_msg("%s", chains[i].what);
	}
}

static void test_a_chain_without_end_is_given_up(void **state)
{
	uint8_t packet[H + 100 * 8] = {0};
	struct tp_ipv6_upper upper;

	(void)state;
	tp_ipv6_build((struct tp_ipv6 *)(void *)packet, 800, TP_IPV6_DESTINATION, 64, src, dst);
	for (unsigned i = 0; i < 100; i++)
		packet[H + 8 * i] = TP_IPV6_DESTINATION;
	packet[H + 8 * 7] = 6; /* the eighth is the last that is walked */
	assert_true(tp_ipv6_upper_find(packet, sizeof(packet), &upper));
	assert_int_equal(upper.offset, H + 64);
	assert_int_equal(upper.named, H + 56);
	packet[H + 8 * 7] = TP_IPV6_DESTINATION;
	assert_false(tp_ipv6_upper_find(packet, sizeof(packet), &upper));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_packet_is_checked_as_far_as_a_router_looks),
		cmocka_unit_test(test_a_jumbogram_is_known_by_its_option),
		cmocka_unit_test(test_the_upper_layer_is_found_behind_its_chain),
		cmocka_unit_test(test_a_chain_without_end_is_given_up),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
