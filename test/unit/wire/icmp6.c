/* SPDX-License-Identifier: BSD-3-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <arpa/inet.h>
#include <cmocka.h>

#include "base/bytes.h"
#include "wire/icmp6.h"

#define H TP_IPV6_HEADER_LEN

static const uint8_t *address(const char *text)
{
	static uint8_t ring[4][TP_IPV6_ADDRESS_LEN];
	static unsigned turn;
	uint8_t *bytes = ring[turn++ % 4];

	assert_int_equal(inet_pton(AF_INET6, text, bytes), 1);
	return bytes;
}

static void assert_address(const uint8_t *is, const char *shall)
{
	char text[INET6_ADDRSTRLEN];

	assert_string_equal(inet_ntop(AF_INET6, is, text, sizeof(text)), shall);
}

static size_t make(uint8_t *packet, const char *from, const char *to, uint8_t next,
		   const void *payload, uint16_t len)
{
	tp_ipv6_build((struct tp_ipv6 *)(void *)packet, len, next, 64, address(from), address(to));
	memcpy(packet + H, payload, len);
	return H + (size_t)len;
}

static void sign(uint8_t *packet, size_t at, size_t len)
{
	const struct tp_ipv6 *ip = (const struct tp_ipv6 *)(void *)packet;
	uint16_t sum;

	memset(packet + at + 2, 0, 2);
	sum = tp_ipv6_checksum(ip->src, ip->dst, TP_IPV6_ICMP, packet + at, len - at);
	memcpy(packet + at + 2, &sum, 2);
}

/* ---- errors ---------------------------------------------------------------------------------- */

static void test_an_error_quotes_its_cause_up_to_the_minimum_mtu(void **state)
{
	static uint8_t packet[1500], out[TP_ICMP6_ERROR_MAX];
	size_t len = make(packet, "2001:db8::1", "2001:db8::2", 17, packet + H, 1400);
	struct tp_ipv6 *ip = (struct tp_ipv6 *)out;

	(void)state;
	assert_int_equal(tp_icmp6_error_build(out, TP_ICMP6_TOO_BIG, 0, 1480,
					      address("2001:db8::ff"), packet, len),
			 1280);
	assert_int_equal(ntohs(ip->payload_length_be), 1240);
	assert_int_equal(ip->next_header, 58);
	assert_int_equal(ip->hop_limit, 64);
	assert_address(ip->src, "2001:db8::ff");
	assert_address(ip->dst, "2001:db8::1");
	assert_memory_equal(out + H, "\2\0", 2);
	assert_memory_equal(out + H + 4, "\0\0\x05\xc8", 4);
	assert_memory_equal(out + H + 8, packet, 1280 - 48);
	assert_int_equal(tp_ipv6_checksum(ip->src, ip->dst, 58, out + H, 1240), 0);
}

static void test_a_short_cause_is_quoted_whole(void **state)
{
	uint8_t packet[64], out[TP_ICMP6_ERROR_MAX];
	size_t len = make(packet, "2001:db8::1", "2001:db8::2", 17, "12345678", 8);

	(void)state;
	assert_int_equal(tp_icmp6_error_build(out, TP_ICMP6_UNREACHABLE, TP_ICMP6_CODE_SOURCE, 0,
					      address("fe80::1"), packet, len),
			 48 + len);
	assert_memory_equal(out + H, "\1\5", 2);
	assert_memory_equal(out + H + 4, "\0\0\0\0", 4);
	assert_memory_equal(out + 48, packet, len);
}

static const struct {
	const char *what, *from, *to;
	uint8_t type; /* of the error */
	uint8_t next, len, payload[24];
	bool allowed;
} causes[] = {
	{"UDP", "2001:db8::1", "2001:db8::2", 1, 17, 8, {0}, true},
	{"an echo request", "2001:db8::1", "2001:db8::2", 1, 58, 8, {128}, true},
	{"an echo reply", "2001:db8::1", "2001:db8::2", 3, 58, 8, {129}, true},
	{"an error", "2001:db8::1", "2001:db8::2", 1, 58, 8, {1, 4}, false},
	{"an error that nobody knows yet", "2001:db8::1", "2001:db8::2", 3, 58, 8, {127}, false},
	{"a redirect", "2001:db8::1", "2001:db8::2", 1, 58, 8, {137}, false},
	{"ICMPv6 without a type", "2001:db8::1", "2001:db8::2", 1, 58, 0, {0}, false},
	{"an error behind options",
	 "2001:db8::1",
	 "2001:db8::2",
	 1,
	 60,
	 16,
	 {58, 0, 1, 4, 0, 0, 0, 0, 3},
	 false},
	{"an echo behind options",
	 "2001:db8::1",
	 "2001:db8::2",
	 1,
	 60,
	 16,
	 {58, 0, 1, 4, 0, 0, 0, 0, 128},
	 true},
	{"a later fragment of ICMPv6",
	 "2001:db8::1",
	 "2001:db8::2",
	 2,
	 44,
	 16,
	 {58, 0, 0, 8},
	 false},
	{"a later fragment of UDP", "2001:db8::1", "2001:db8::2", 2, 44, 16, {17, 0, 0, 8}, true},
	{"options that are cut off", "2001:db8::1", "2001:db8::2", 1, 60, 8, {58, 3}, false},
	{"options that are wrong", "2001:db8::1", "2001:db8::2", 4, 60, 8, {58, 3}, true},
	{"from nobody", "::", "2001:db8::2", 1, 17, 8, {0}, false},
	{"from many", "ff02::1", "2001:db8::2", 1, 17, 8, {0}, false},
	{"from the loopback", "::1", "2001:db8::2", 1, 17, 8, {0}, false},
	{"from a link-local address", "fe80::1", "2001:db8::2", 1, 17, 8, {0}, true},
	{"to many", "2001:db8::1", "ff0e::1", 1, 17, 8, {0}, false},
	{"to many, but too big", "2001:db8::1", "ff0e::1", 2, 17, 8, {0}, true},
	{"to many, with a bad option", "2001:db8::1", "ff0e::1", 4, 17, 8, {0}, true},
};

static void test_errors_are_sent_about_what_rfc_4443_allows(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(causes) / sizeof(causes[0]); i++) {
		uint8_t packet[96];
		size_t len = make(packet, causes[i].from, causes[i].to, causes[i].next,
				  causes[i].payload, causes[i].len);
		if (tp_icmp6_error_allowed(packet, len, causes[i].type) != causes[i].allowed)
			fail_msg("%s", causes[i].what);
	}
}

/* ---- echo ------------------------------------------------------------------------------------ */

static size_t make_echo(uint8_t *packet, const char *from, const char *to)
{
	size_t len = make(packet, from, to, 58, "\x80\0\0\0\x12\x34\0\1data", 12);

	sign(packet, H, len);
	return len;
}

static void test_an_echo_is_answered_in_place(void **state)
{
	uint8_t packet[64];
	size_t len = make_echo(packet, "2001:db8::1", "fe80::1");
	struct tp_ipv6 *ip = (struct tp_ipv6 *)packet;

	(void)state;
	packet[1] = 0x4a; /* class and label are the question's own */
	ip->hop_limit = 3;
	assert_true(tp_icmp6_echo_answer(packet, len, address("fe80::1")));
	assert_memory_equal(packet, "\x60\0\0\0\0\x0c\x3a\x40", 8);
	assert_address(ip->src, "fe80::1");
	assert_address(ip->dst, "2001:db8::1");
	assert_memory_equal(packet + H, "\x81\0", 2);
	assert_memory_equal(packet + H + 4, "\x12\x34\0\1data", 8);
	assert_int_equal(tp_ipv6_checksum(ip->src, ip->dst, 58, packet + H, 12), 0);
}

static void test_an_echo_to_a_group_is_answered_from_our_own_address(void **state)
{
	uint8_t packet[64];
	size_t len = make_echo(packet, "fe80::2", "ff02::1");
	struct tp_ipv6 *ip = (struct tp_ipv6 *)packet;

	(void)state;
	assert_true(tp_icmp6_echo_answer(packet, len, address("fe80::1")));
	assert_address(ip->src, "fe80::1");
	assert_address(ip->dst, "fe80::2");
	assert_int_equal(tp_ipv6_checksum(ip->src, ip->dst, 58, packet + H, 12), 0);
}

/* A request of 24 bytes as two fragments: put together, the answers are right. */
static void test_the_fragments_of_an_echo_become_those_of_its_answer(void **state)
{
	uint8_t packet[96], first[96], second[96], joined[96], whole[24] = {128, 0, 0, 0, 1, 2};
	size_t len = make(packet, "fe80::2", "fe80::1", 58, whole, sizeof(whole));
	struct tp_ipv6 *ip = (struct tp_ipv6 *)joined;

	(void)state;
	memset(packet + H + 8, 'x', 16);
	sign(packet, H, len);
	make(first, "fe80::2", "fe80::1", 44, "\x3a\0\0\1\0\0\0\7................", 24);
	memcpy(first + H + 8, packet + H, 16);
	make(second, "fe80::2", "fe80::1", 44, "\x3a\0\0\x10\0\0\0\7........", 16);
	memcpy(second + H + 8, packet + H + 16, 8);
	assert_true(tp_icmp6_echo_answer(first, H + 24, address("fe80::1")));
	assert_true(tp_icmp6_echo_answer(second, H + 16, address("fe80::1")));
	assert_memory_equal(first + H, "\x3a\0\0\1\0\0\0\7\x81", 9);
	assert_address(((struct tp_ipv6 *)second)->dst, "fe80::2");
	make(joined, "fe80::1", "fe80::2", 58, whole, sizeof(whole));
	memcpy(joined + H, first + H + 8, 16);
	memcpy(joined + H + 16, second + H + 8, 8);
	assert_int_equal(tp_ipv6_checksum(ip->src, ip->dst, 58, joined + H, 24), 0);
}

static void test_what_is_no_echo_is_not_answered(void **state)
{
	uint8_t packet[64];
	size_t len = make_echo(packet, "fe80::2", "fe80::1");
	static const struct {
		unsigned at;
		uint8_t value;
	} changes[] = {
		{6, 17},       {H, 129}, {H + 1, 1}, {H + 2, 0x77},
		{H + 11, 'b'}, {5, 7},	 {6, 44},    {4, 1},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
		uint8_t changed[64];
		memcpy(changed, packet, len);
		changed[changes[i].at] = changes[i].value;
		assert_false(tp_icmp6_echo_answer(changed, len, address("fe80::1")));
	}
	assert_true(tp_icmp6_echo_answer(packet, len, address("fe80::1")));
}

/* ---- Neighbor Discovery ---------------------------------------------------------------------- */

static size_t make_solicitation(uint8_t *packet, const char *from, const char *to,
				const char *target)
{
	uint8_t nd[32] = {135};
	size_t len;

	memcpy(nd + 8, address(target), 16);
	memcpy(nd + 24, "\1\1\2\0\0\0\0\1", 8);
	len = make(packet, from, to, 58, nd, strcmp(from, "::") == 0 ? 24 : 32);
	packet[7] = 255;
	sign(packet, H, len);
	return len;
}

static void test_a_solicitation_for_us_is_answered_without_a_link_layer_address(void **state)
{
	uint8_t packet[96];
	struct tp_ipv6 *ip = (struct tp_ipv6 *)packet;
	size_t len = make_solicitation(packet, "fe80::2", "ff02::1:ff00:1", "fe80::1");

	(void)state;
	assert_int_equal(tp_icmp6_solicitation_answer(packet, len, address("fe80::1")), H + 24);
	assert_memory_equal(packet, "\x60\0\0\0\0\x18\x3a\xff", 8);
	assert_address(ip->src, "fe80::1");
	assert_address(ip->dst, "fe80::2");
	assert_memory_equal(packet + H, "\x88\0", 2);
	assert_memory_equal(packet + H + 4, "\xe0\0\0\0", 4); /* router, solicited, override */
	assert_address(packet + H + 8, "fe80::1");
	assert_int_equal(tp_ipv6_checksum(ip->src, ip->dst, 58, packet + H, 24), 0);
}

static void test_who_wants_our_address_for_itself_is_told_before_all(void **state)
{
	uint8_t packet[96];
	struct tp_ipv6 *ip = (struct tp_ipv6 *)packet;
	size_t len = make_solicitation(packet, "::", "ff02::1:ff00:1", "fe80::1");

	(void)state;
	assert_int_equal(tp_icmp6_solicitation_answer(packet, len, address("fe80::1")), H + 24);
	assert_address(ip->dst, "ff02::1");
	assert_memory_equal(packet + H + 4, "\xa0\0\0\0", 4); /* nobody has solicited it */
	assert_int_equal(tp_ipv6_checksum(ip->src, ip->dst, 58, packet + H, 24), 0);
}

/* RFC 4861, section 7.1.1. */
static void test_solicitations_that_are_not_valid_earn_no_answer(void **state)
{
	static const struct {
		const char *from, *to, *target;
		unsigned at;
		uint8_t value;
		bool unsigned_; /* the checksum is left as it was */
	} rows[] = {
		{"fe80::2", "fe80::1", "fe80::2", 0, 0x60, false},   /* for another */
		{"fe80::2", "fe80::1", "fe80::1", 7, 254, false},    /* from beyond the link */
		{"fe80::2", "fe80::1", "fe80::1", H + 1, 1, false},  /* a code */
		{"fe80::2", "fe80::1", "fe80::1", H + 4, 1, true},   /* checksum */
		{"fe80::2", "fe80::1", "fe80::1", 5, 23, false},     /* too short */
		{"fe80::2", "fe80::1", "fe80::1", H + 25, 0, false}, /* an option of length 0 */
		{"fe80::2", "fe80::1", "fe80::1", H + 25, 2, false}, /* one that is cut off */
		{"fe80::2", "fe80::1", "fe80::1", H, 136, false},    /* an advertisement */
		{"::", "fe80::1", "fe80::1", 0, 0x60, false},	     /* from nobody, to one */
		{"::", "ff02::1:ff00:2", "fe80::1", 0, 0x60, false}, /* to another's group */
		{"ff02::1", "fe80::1", "fe80::1", 0, 0x60, false},   /* from many */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint8_t packet[96];
		size_t len = make_solicitation(packet, rows[i].from, rows[i].to, rows[i].target);
		packet[rows[i].at] = rows[i].value;
		if (!rows[i].unsigned_)
			sign(packet, H, H + packet[5]);
		if (tp_icmp6_solicitation_answer(packet, len, address("fe80::1")) != 0)
			fail_msg("row %zu was answered", i);
	}
}

static void test_a_source_option_from_nobody_is_not_valid(void **state)
{
	uint8_t packet[96];
	size_t len = make_solicitation(packet, "fe80::2", "ff02::1:ff00:1", "fe80::1");

	(void)state;
	memset(packet + 8, 0, 16); /* from :: after all */
	sign(packet, H, len);
	assert_int_equal(tp_icmp6_solicitation_answer(packet, len, address("fe80::1")), 0);
}

static void test_neighbor_discovery_is_known_by_type_and_hop_limit(void **state)
{
	uint8_t packet[96];
	size_t len = make_solicitation(packet, "2001:db8::2", "2001:db8::1", "2001:db8::1");

	(void)state;
	assert_true(tp_icmp6_is_discovery(packet, len));
	packet[7] = 254;
	assert_false(tp_icmp6_is_discovery(packet, len));
	packet[7] = 255;
	packet[H] = 128;
	assert_false(tp_icmp6_is_discovery(packet, len));
	assert_false(tp_icmp6_is_discovery(packet, H));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_an_error_quotes_its_cause_up_to_the_minimum_mtu),
		cmocka_unit_test(test_a_short_cause_is_quoted_whole),
		cmocka_unit_test(test_errors_are_sent_about_what_rfc_4443_allows),
		cmocka_unit_test(test_an_echo_is_answered_in_place),
		cmocka_unit_test(test_an_echo_to_a_group_is_answered_from_our_own_address),
		cmocka_unit_test(test_the_fragments_of_an_echo_become_those_of_its_answer),
		cmocka_unit_test(test_what_is_no_echo_is_not_answered),
		cmocka_unit_test(
			test_a_solicitation_for_us_is_answered_without_a_link_layer_address),
		cmocka_unit_test(test_who_wants_our_address_for_itself_is_told_before_all),
		cmocka_unit_test(test_solicitations_that_are_not_valid_earn_no_answer),
		cmocka_unit_test(test_a_source_option_from_nobody_is_not_valid),
		cmocka_unit_test(test_neighbor_discovery_is_known_by_type_and_hop_limit),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
