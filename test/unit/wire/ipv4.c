/* SPDX-License-Identifier: BSD-3-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <arpa/inet.h>
#include <cmocka.h>

#include "base/bytes.h"
#include "base/random.h"
#include "wire/icmp.h"
#include "wire/ipv4.h"
#include "wire/tcp.h"

static void test_the_checksum_of_rfc_1071s_example_is_right(void **state)
{
	/* RFC 1071, section 3: the sum of these is ddf2. */
	static const uint8_t bytes[] = {0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7};
	uint16_t checksum = tp_checksum_finish(tp_checksum_add(0, bytes, sizeof(bytes)));
	(void)state;
	assert_int_equal(ntohs(checksum), 0xffff & ~0xddf2);
}

static void test_an_odd_last_byte_counts_as_if_a_zero_followed(void **state)
{
	(void)state;
	assert_int_equal(tp_checksum_add(0, "\x12\x34\x56", 3),
			 tp_checksum_add(0, "\x12\x34\x56\x00", 4));
}

static void test_fast_and_slow_checks_of_a_header_agree(void **state)
{
	struct tp_random random;
	unsigned good = 0;
	(void)state;
	tp_random_init_seed(&random, 1);
	for (unsigned i = 0; i < 200000; i++) {
		struct tp_ipv4 ip;
		tp_random_bytes(&random, &ip, sizeof(ip));
		ip.version_ihl = TP_IPV4_VERSION_IHL;
		if (i % 2 == 0) {
			ip.checksum_be = 0;
			ip.checksum_be = tp_checksum_finish(tp_checksum_add(0, &ip, sizeof(ip)));
		}
		bool slow = tp_checksum_finish(tp_checksum_add(0, &ip, sizeof(ip))) == 0;
		assert_int_equal(tp_ipv4_checksum_ok(&ip), slow);
		good += slow;
	}
	assert_true(good >= 100000);
}

static void test_a_hop_keeps_every_checksum_right(void **state)
{
	(void)state;
	for (unsigned id = 0; id <= 0xffff; id++) { /* so that each checksum comes by */
		struct tp_ipv4 ip;
		tp_ipv4_build(&ip, 46, 64, TP_IPPROTO_UDP, htonl(0x0a000002), htonl(0xc6336407));
		ip.id_be = (uint16_t)id;
		ip.checksum_be = 0;
		ip.checksum_be = tp_checksum_finish(tp_checksum_add(0, &ip, sizeof(ip)));
		tp_ipv4_ttl_decrement(&ip);
		assert_int_equal(ip.ttl, 63);
		assert_int_equal(tp_checksum_finish(tp_checksum_add(0, &ip, sizeof(ip))), 0);
	}
}

static void test_a_changed_word_changes_the_checksum_as_a_new_sum_would(void **state)
{
	struct tp_random random;
	(void)state;
	tp_random_init_seed(&random, 2);
	for (unsigned i = 0; i < 100000; i++) {
		uint16_t words[8];
		tp_random_bytes(&random, words, sizeof(words));
		words[0] |= 1; /* an IPv4 header is never all zeros */
		uint16_t before = tp_checksum_finish(tp_checksum_add(0, words, sizeof(words)));
		uint16_t old = words[3];
		words[3] = (uint16_t)tp_random_u32(&random);
		uint16_t after = tp_checksum_update(before, old, words[3]);
		assert_int_equal(after,
				 tp_checksum_finish(tp_checksum_add(0, words, sizeof(words))));
	}
}

static void test_a_header_that_cannot_be_is_refused(void **state)
{
	struct tp_ipv4 ip;
	(void)state;
	tp_ipv4_build(&ip, 20, 64, 0, 1, 2);
	assert_int_equal(tp_ipv4_check(&ip, 20), TP_IPV4_OK);
	assert_int_equal(tp_ipv4_check(&ip, 19), TP_IPV4_BAD_HEADER);
	ip.version_ihl = 0x65;
	assert_int_equal(tp_ipv4_check(&ip, 20), TP_IPV4_BAD_HEADER);
	ip.version_ihl = 0x46; /* 24 bytes of header in 20 */
	assert_int_equal(tp_ipv4_check(&ip, 20), TP_IPV4_BAD_LENGTH);
	tp_ipv4_build(&ip, 21, 64, 0, 1, 2);
	assert_int_equal(tp_ipv4_check(&ip, 20), TP_IPV4_BAD_LENGTH);
	ip.total_length_be = htons(20);
	assert_int_equal(tp_ipv4_check(&ip, 20), TP_IPV4_BAD_CHECKSUM);
}

static void test_icmp_errors_are_not_about_errors_fragments_or_groups(void **state)
{
	uint8_t packet[64] = {0};
	struct tp_ipv4 *ip = (struct tp_ipv4 *)packet;
	(void)state;
	tp_ipv4_build(ip, 64, 1, TP_IPPROTO_UDP, htonl(0x0a000002), htonl(0xc6336407));
	assert_true(tp_icmp_error_allowed(packet, 64));
	ip->fragment_be = htons(185);
	assert_false(tp_icmp_error_allowed(packet, 64));
	tp_ipv4_build(ip, 64, 1, TP_IPPROTO_UDP, htonl(0x0a000002), htonl(0xe0000001));
	assert_false(tp_icmp_error_allowed(packet, 64));
	tp_ipv4_build(ip, 64, 1, TP_IPPROTO_UDP, 0, htonl(0xc6336407));
	assert_false(tp_icmp_error_allowed(packet, 64));
	tp_ipv4_build(ip, 64, 1, TP_IPPROTO_ICMP, htonl(0x0a000002), htonl(0xc6336407));
	packet[20] = TP_ICMP_ECHO_REQUEST;
	assert_true(tp_icmp_error_allowed(packet, 64));
	packet[20] = TP_ICMP_UNREACHABLE;
	assert_false(tp_icmp_error_allowed(packet, 64));
}

static void test_a_ping_is_answered_if_its_checksum_is_right(void **state)
{
	uint8_t packet[48] = {0};
	struct tp_ipv4 *ip = (struct tp_ipv4 *)packet;
	uint16_t checksum;
	(void)state;
	tp_ipv4_build(ip, 48, 64, TP_IPPROTO_ICMP, htonl(0x0a000002), htonl(0x0a000001));
	packet[20] = TP_ICMP_ECHO_REQUEST;
	assert_false(tp_icmp_echo_answer(packet, 48)); /* its checksum is wrong */
	checksum = tp_checksum_finish(tp_checksum_add(0, packet + 20, 28));
	memcpy(packet + 22, &checksum, 2);
	assert_false(tp_icmp_echo_answer(packet, 47));
	assert_true(tp_icmp_echo_answer(packet, 48));
	assert_int_equal(tp_checksum_finish(tp_checksum_add(0, packet + 20, 28)), 0);
	assert_int_equal(ip->dst_be, htonl(0x0a000002));
}

static void test_the_mss_clamp_reads_no_further_than_the_segment(void **state)
{
	struct tp_random random;
	(void)state;
	tp_random_init_seed(&random, 3);
	for (unsigned i = 0; i < 100000; i++) {
		uint8_t segment[64];
		uint8_t exact[64];
		size_t len = tp_random_below(&random, 64);
		tp_random_bytes(&random, segment, sizeof(segment));
		segment[13] |= TP_TCP_SYN;
		memcpy(exact, segment, sizeof(exact));
		tp_tcp_mss_clamp(segment, len, 500);
		assert_memory_equal(segment + len, exact + len, sizeof(exact) - len);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_checksum_of_rfc_1071s_example_is_right),
		cmocka_unit_test(test_an_odd_last_byte_counts_as_if_a_zero_followed),
		cmocka_unit_test(test_fast_and_slow_checks_of_a_header_agree),
		cmocka_unit_test(test_a_hop_keeps_every_checksum_right),
		cmocka_unit_test(test_a_changed_word_changes_the_checksum_as_a_new_sum_would),
		cmocka_unit_test(test_a_header_that_cannot_be_is_refused),
		cmocka_unit_test(test_icmp_errors_are_not_about_errors_fragments_or_groups),
		cmocka_unit_test(test_a_ping_is_answered_if_its_checksum_is_right),
		cmocka_unit_test(test_the_mss_clamp_reads_no_further_than_the_segment),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
