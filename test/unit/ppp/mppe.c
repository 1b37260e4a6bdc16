/* SPDX-License-Identifier: BSD-3-Clause */
/* MPPE: the sample keys of RFC 3079, and two sides that lose packets. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "ppp/mppe.h"
#include "wire/ipv4.h"

#define PACKET_LEN 62
#define NO_LIMIT   (&(unsigned){4096})

/* Section 3.5 of RFC 3079: user "User", password "clientPass". */
static const uint8_t v1_challenge[8] = {0x10, 0x2d, 0xb5, 0xdf, 0x08, 0x5d, 0x30, 0x41};
static const uint8_t v2_response[24] = {0x82, 0x30, 0x9e, 0xcd, 0x8d, 0x70, 0x8b, 0x5e,
					0xa0, 0x8f, 0xaa, 0x39, 0x81, 0xcd, 0x83, 0x54,
					0x42, 0x33, 0x11, 0x4a, 0x3d, 0x85, 0xd6, 0xdf};

static struct tp_mppe_terms terms(uint8_t bits, bool stateless, const struct tp_mppe_start *start)
{
	return (struct tp_mppe_terms){.bits = bits, .stateless = stateless, .start = *start};
}

/* "test message" as the RFC encrypts it: with the initial session key, and no header. */
static void assert_sample(uint8_t bits, const struct tp_mppe_start *start, const uint8_t *key,
			  const uint8_t ciphertext[12])
{
	struct tp_mppe_terms t = terms(bits, false, start);
	uint8_t p[2 + 12];
	struct tp_mppe_sender tx;

	tp_mppe_sender_init(&tx, &t);
	assert_memory_equal(tx.cipher.session, key, bits == 128 ? 16 : 8);
	memcpy(p + 2, "test message", 12);
	tp_mppe_encrypt(&tx, p, 12);
	assert_memory_equal(p + 2, ciphertext, 12);
}

static void test_mschap2_gives_the_keys_of_the_rfcs_samples(void **state)
{
	static const uint8_t start[] = {0x8b, 0x7c, 0xdc, 0x14, 0x9b, 0x99, 0x3a, 0x1b,
					0xa1, 0x18, 0xcb, 0x15, 0x3f, 0x56, 0xdc, 0xcb};
	struct tp_mppe_keys keys;

	tp_mppe_keys_mschap2("clientPass", v2_response, true, &keys);
	assert_memory_equal(keys.send.strong, start, 16);
	assert_sample(40, &keys.send, (uint8_t[]){0xd1, 0x26, 0x9e, 0xc4, 0x9f, 0xa6, 0x2e, 0x3e},
		      (uint8_t[]){0x92, 0x91, 0x37, 0x91, 0x7e, 0x58, 0x03, 0xd6, 0x68, 0xd7, 0x58,
				  0x98});
	assert_sample(56, &keys.send, (uint8_t[]){0xd1, 0x5c, 0x00, 0xc4, 0x9f, 0xa6, 0x2e, 0x3e},
		      (uint8_t[]){0x3f, 0x10, 0x68, 0x33, 0xfa, 0x44, 0x8d, 0xa8, 0x42, 0xbc, 0x57,
				  0xb8});
	assert_sample(128, &keys.send,
		      (uint8_t[]){0x40, 0x5c, 0xb2, 0x24, 0x7a, 0x79, 0x56, 0xe6, 0xe2, 0x11, 0x00,
				  0x7a, 0xe2, 0x7b, 0x22, 0xd4},
		      (uint8_t[]){0x81, 0x84, 0x83, 0x17, 0xdf, 0x68, 0x84, 0x62, 0x72, 0xfb, 0x5a,
				  0xbe});
}

static void test_mschap1_gives_the_keys_of_the_rfcs_samples(void **state)
{
	static const uint8_t start[] = {0xa8, 0x94, 0x78, 0x50, 0xcf, 0xc0, 0xac, 0xc1,
					0xd1, 0x78, 0x9f, 0xb6, 0x2d, 0xdc, 0xdd, 0xb0};
	static const uint8_t weak[] = {0x76, 0xa1, 0x52, 0x93, 0x60, 0x96, 0xd7, 0x83};
	struct tp_mppe_keys keys;

	tp_mppe_keys_mschap1("clientPass", v1_challenge, &keys);
	assert_memory_equal(keys.send.strong, start, 16);
	assert_memory_equal(keys.send.weak, weak, 8);
	assert_memory_equal(&keys.receive, &keys.send, sizeof(keys.send));
	assert_sample(40, &keys.send, (uint8_t[]){0xd1, 0x26, 0x9e, 0x53, 0x8c, 0xec, 0x4a, 0x08},
		      (uint8_t[]){0x09, 0x72, 0xe7, 0x60, 0x39, 0xe5, 0x10, 0x79, 0x85, 0x56, 0x76,
				  0x42});
	assert_sample(56, &keys.send, (uint8_t[]){0xd1, 0x08, 0x01, 0x53, 0x8c, 0xec, 0x4a, 0x08},
		      (uint8_t[]){0x1c, 0xc6, 0xbf, 0x0b, 0xbd, 0x3d, 0x9b, 0x21, 0xcf, 0x87, 0x7a,
				  0x6b});
	assert_sample(128, &keys.send,
		      (uint8_t[]){0x59, 0xd1, 0x59, 0xbc, 0x09, 0xf7, 0x6f, 0x1d, 0xa2, 0xa8, 0x6a,
				  0x28, 0xff, 0xec, 0x0b, 0x1e},
		      (uint8_t[]){0xfa, 0xe9, 0x06, 0x88, 0xf9, 0x85, 0xf3, 0x13, 0xc7, 0xd3, 0x67,
				  0xc3});
}

static void test_what_the_client_sends_with_is_what_the_server_receives_with(void **state)
{
	struct tp_mppe_keys server, client;

	tp_mppe_keys_mschap2("clientPass", v2_response, true, &server);
	tp_mppe_keys_mschap2("clientPass", v2_response, false, &client);
	assert_memory_equal(&server.send, &client.receive, sizeof(server.send));
	assert_memory_equal(&server.receive, &client.send, sizeof(server.send));
	assert_memory_not_equal(&server.send, &server.receive, sizeof(server.send));
}

/* ---- two sides ----------------------------------------------------------------------------- */

struct pair {
	struct tp_mppe_sender tx;
	struct tp_mppe_receiver rx;
	uint8_t clear[PACKET_LEN];
	uint8_t p[2 + PACKET_LEN];
};

static void pair_init(struct pair *pair, uint8_t bits, bool stateless)
{
	struct tp_mppe_keys keys;
	struct tp_mppe_terms t;

	tp_mppe_keys_mschap2("clientPass", v2_response, true, &keys);
	t = terms(bits, stateless, &keys.send);
	memset(pair, 0, sizeof(*pair));
	tp_mppe_sender_init(&pair->tx, &t);
	tp_mppe_receiver_init(&pair->rx, &t);
	pair->clear[1] = 0x21;
	tp_ipv4_build((struct tp_ipv4 *)(void *)(pair->clear + 2), PACKET_LEN - 2, 64, 17, 1, 2);
	for (unsigned i = 22; i < PACKET_LEN; i++)
		pair->clear[i] = (uint8_t)i;
}

static void send(struct pair *pair)
{
	memcpy(pair->p + 2, pair->clear, PACKET_LEN);
	tp_mppe_encrypt(&pair->tx, pair->p, PACKET_LEN);
	assert_memory_not_equal(pair->p + 2, pair->clear, 20);
}

static enum tp_mppe_verdict receive(struct pair *pair)
{
	return tp_mppe_decrypt(&pair->rx, pair->p, sizeof(pair->p), NO_LIMIT);
}

static void assert_passes(struct pair *pair)
{
	send(pair);
	assert_int_equal(receive(pair), TP_MPPE_PACKET);
	assert_memory_equal(pair->p + 2, pair->clear, PACKET_LEN);
	assert_int_equal(tp_mppe_need(&pair->rx), TP_MPPE_NEEDS_NOTHING);
}

static void lose(struct pair *pair, unsigned count)
{
	for (unsigned i = 0; i < count; i++)
		send(pair);
}

static unsigned count_of(const struct pair *pair)
{
	return (pair->p[0] & 0x0fu) << 8 | pair->p[1];
}

/* Twice round the coherency count, in each mode and strength. */
static void test_ten_thousand_packets_pass(void **state)
{
	static const uint8_t bits[] = {40, 56, 128};

	for (unsigned i = 0; i < 6; i++) {
		struct pair pair;

		pair_init(&pair, bits[i / 2], i % 2 == 0);
		for (unsigned n = 0; n < 10000; n++) {
			assert_passes(&pair);
			assert_int_equal(count_of(&pair), n & 0xfff);
			assert_int_equal(pair.p[0] >> 4, i % 2 == 0 || n % 256 == 255 ? 9 : 1);
		}
	}
}

static void test_stateless_a_loss_costs_only_itself(void **state)
{
	static const unsigned losses[] = {1, 2, 255, 256, 2047};
	struct pair pair;

	pair_init(&pair, 128, true);
	for (unsigned i = 0; i < 5; i++) {
		lose(&pair, losses[i]);
		assert_passes(&pair);
	}
}

static void test_stateless_a_late_packet_is_told_and_harms_nothing(void **state)
{
	struct pair pair;
	uint8_t old[sizeof(pair.p)];

	pair_init(&pair, 128, true);
	send(&pair);
	memcpy(old, pair.p, sizeof(old));
	assert_passes(&pair);
	assert_passes(&pair);
	memcpy(pair.p, old, sizeof(old));
	assert_int_equal(receive(&pair), TP_MPPE_LATE);
	assert_passes(&pair);
}

static void test_stateless_catching_up_keeps_within_the_budget(void **state)
{
	unsigned budget = 30;
	struct pair pair;

	pair_init(&pair, 128, true);
	lose(&pair, 20);
	send(&pair);
	assert_int_equal(tp_mppe_decrypt(&pair.rx, pair.p, sizeof(pair.p), &budget),
			 TP_MPPE_PACKET);
	assert_int_equal(budget, 10);
	lose(&pair, 20);
	send(&pair);
	assert_int_equal(tp_mppe_decrypt(&pair.rx, pair.p, sizeof(pair.p), &budget), TP_MPPE_BUSY);
	assert_int_equal(budget, 10);
	assert_passes(&pair);
}

static void test_stateful_a_loss_stops_all_until_a_reset(void **state)
{
	struct pair pair;

	for (unsigned before = 0; before < 600; before += 7) {
		for (unsigned lost = 1; lost < 600; lost += 41) {
			pair_init(&pair, 128, false);
			for (unsigned i = 0; i < before; i++)
				assert_passes(&pair);
			lose(&pair, lost);
			send(&pair);
			if (count_of(&pair) % 256 == 255) {
				assert_int_equal(receive(&pair), TP_MPPE_PACKET);
			} else {
				assert_int_equal(receive(&pair), TP_MPPE_LOST);
				assert_int_equal(tp_mppe_need(&pair.rx), TP_MPPE_NEEDS_RESET);
				tp_mppe_flush(&pair.tx);
			}
			assert_passes(&pair);
			assert_passes(&pair);
		}
	}
}

static void test_stateful_the_answer_to_a_reset_may_be_lost_too(void **state)
{
	struct pair pair;

	pair_init(&pair, 40, false);
	lose(&pair, 1);
	for (unsigned i = 0; i < 3; i++) {
		send(&pair);
		assert_int_equal(receive(&pair), TP_MPPE_LOST);
		tp_mppe_flush(&pair.tx);
		send(&pair);
	}
	send(&pair);
	assert_int_equal(receive(&pair), TP_MPPE_LOST);
	tp_mppe_flush(&pair.tx);
	assert_passes(&pair);
}

static void test_stateful_a_flag_packet_ends_the_wait_by_itself(void **state)
{
	struct pair pair;

	pair_init(&pair, 128, false);
	lose(&pair, 1);
	for (unsigned i = 1; i < 255; i++) {
		send(&pair);
		assert_int_equal(receive(&pair), TP_MPPE_LOST);
	}
	assert_passes(&pair);
}

/* A sender by RFC 3078, section 8.2, to the letter: tables afresh, with the key as it is. */
static void send_by_the_rfc(struct pair *pair)
{
	struct tp_mppe_cipher *c = &pair->tx.cipher;

	arcfour_set_key(&c->rc4, c->key_len, c->session);
	send(pair);
	pair->p[0] |= 0x80;
}

/* Linux's, which changes the key with every packet that starts afresh: what would be key number N
 * of flag packets is the N-th such. */
static void send_by_linux(struct pair *pair)
{
	struct tp_mppe_cipher *c = &pair->tx.cipher;
	uint16_t count = c->count;

	c->count = 0xff;
	send(pair);
	c->count = (uint16_t)(count + 1);
	pair->p[0] = (uint8_t)(0x90 | count >> 8);
	pair->p[1] = (uint8_t)count;
}

static void test_stateful_both_kinds_of_senders_are_understood(void **state)
{
	struct pair pair;

	pair_init(&pair, 128, false);
	send_by_the_rfc(&pair); /* the first packet of all, by section 3.1 */
	assert_int_equal(receive(&pair), TP_MPPE_PACKET);
	lose(&pair, 3);
	send(&pair);
	assert_int_equal(receive(&pair), TP_MPPE_LOST);
	send_by_the_rfc(&pair);
	assert_int_equal(receive(&pair), TP_MPPE_PACKET);
	assert_passes(&pair);
	lose(&pair, 3);
	send(&pair);
	assert_int_equal(receive(&pair), TP_MPPE_LOST);
	send_by_linux(&pair);
	assert_int_equal(receive(&pair), TP_MPPE_PACKET);
	assert_memory_equal(pair.p + 2, pair.clear, PACKET_LEN);
	assert_passes(&pair);
	lose(&pair, 1);
	send(&pair);
	send_by_linux(&pair); /* lost, and asked for again */
	send_by_linux(&pair);
	assert_int_equal(receive(&pair), TP_MPPE_PACKET);
	assert_passes(&pair);
}

/* Linux's receiver: it expects each count, and while it discards it takes any that starts afresh,
 * changing the key once for each block of 256 that it is behind, and once for the packet. */
static void test_stateful_linux_understands_our_answer_to_a_reset(void **state)
{
	for (unsigned lost = 1; lost < 900; lost += 13) {
		struct pair pair;
		unsigned blocks;

		pair_init(&pair, 128, false);
		for (unsigned i = 0; i < 100; i++)
			assert_passes(&pair);
		lose(&pair, lost);
		tp_mppe_flush(&pair.tx);
		send(&pair);
		assert_int_equal(pair.p[0] >> 4, 9);
		blocks = (count_of(&pair) >> 8) - (100 >> 8);
		for (unsigned i = 0; i <= blocks; i++) { /* each a change, as of a flag packet */
			uint8_t p[3] = {0};
			struct tp_mppe_sender like_linux = {.cipher = pair.rx.cipher};

			like_linux.cipher.count = 0xff;
			tp_mppe_encrypt(&like_linux, p, 1);
			memcpy(pair.rx.cipher.session, like_linux.cipher.session, 16);
		}
		assert_memory_equal(pair.rx.cipher.session, pair.tx.cipher.session, 16);
	}
}

static void test_keys_out_of_step_need_new_ones(void **state)
{
	for (int stateless = 0; stateless < 2; stateless++) {
		struct pair pair;

		pair_init(&pair, 128, stateless);
		pair.rx.cipher.session[5] ^= 1;
		pair.rx.cipher.rc4.S[0] ^= 1;
		tp_mppe_flush(&pair.tx);
		for (unsigned i = 0; i < 16; i++) {
			tp_mppe_flush(&pair.tx);
			send(&pair);
			assert_int_equal(receive(&pair), TP_MPPE_GARBLED);
		}
		assert_int_equal(tp_mppe_need(&pair.rx), TP_MPPE_NEEDS_CCP);
	}
}

static void test_headers_that_make_no_sense_are_malformed(void **state)
{
	static const struct {
		uint8_t bytes[3];
		size_t len;
		bool stateless;
	} cases[] = {
		{{0x90, 0, 1}, 2, true},     {{0x90}, 1, true},	       {{0}, 0, true},
		{{0x10, 0, 1}, 3, true},     {{0x80, 0, 1}, 3, true},  {{0xb0, 0, 1}, 3, true},
		{{0xd0, 0, 1}, 3, true},     {{0x00, 0, 1}, 3, false}, {{0x30, 0, 1}, 3, false},
		{{0x10, 0xff, 1}, 3, false},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct pair pair;
		uint8_t p[3];

		pair_init(&pair, 128, cases[i].stateless);
		memcpy(p, cases[i].bytes, sizeof(p));
		assert_int_equal(tp_mppe_decrypt(&pair.rx, p, cases[i].len, NO_LIMIT),
				 TP_MPPE_MALFORMED);
		assert_passes(&pair);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_mschap2_gives_the_keys_of_the_rfcs_samples),
		cmocka_unit_test(test_mschap1_gives_the_keys_of_the_rfcs_samples),
		cmocka_unit_test(test_what_the_client_sends_with_is_what_the_server_receives_with),
		cmocka_unit_test(test_ten_thousand_packets_pass),
		cmocka_unit_test(test_stateless_a_loss_costs_only_itself),
		cmocka_unit_test(test_stateless_a_late_packet_is_told_and_harms_nothing),
		cmocka_unit_test(test_stateless_catching_up_keeps_within_the_budget),
		cmocka_unit_test(test_stateful_a_loss_stops_all_until_a_reset),
		cmocka_unit_test(test_stateful_the_answer_to_a_reset_may_be_lost_too),
		cmocka_unit_test(test_stateful_a_flag_packet_ends_the_wait_by_itself),
		cmocka_unit_test(test_stateful_both_kinds_of_senders_are_understood),
		cmocka_unit_test(test_stateful_linux_understands_our_answer_to_a_reset),
		cmocka_unit_test(test_keys_out_of_step_need_new_ones),
		cmocka_unit_test(test_headers_that_make_no_sense_are_malformed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
