/* SPDX-License-Identifier: BSD-3-Clause */
/* Sessions whose packets are encrypted (MPPE), both ways and over MP. */
#include "fixture.h"

#include "dataplane/worker/classify.h"
#include "ppp/mppe.h"

static struct frame out;
static struct tp_mppe_sender client_out;
static struct tp_mppe_receiver client_in;

/* What the subscriber is, with keys of its own for each direction. */
static void bring_up_one(unsigned n, uint8_t bits, bool stateless, uint16_t mrru)
{
	struct tp_dataplane_session_up up = up_of(n);
	struct tp_mppe_terms terms = {.bits = bits, .stateless = stateless};

	up.mtu = mrru != 0 ? mrru - TP_MPPE_OVERHEAD : 1480 - TP_MPPE_OVERHEAD;
	up.multilink = (struct tp_dataplane_multilink){.mrru = mrru, .link_mtu = 1480, .era = 1};
	up.encryption.era = 1;
	memset(terms.start.strong, 1, sizeof(terms.start.strong));
	up.encryption.in = terms;
	tp_mppe_sender_init(&client_out, &terms);
	memset(terms.start.strong, 2, sizeof(terms.start.strong));
	up.encryption.out = terms;
	tp_mppe_receiver_init(&client_in, &terms);
	open_session(n, (struct tp_vlans){0});
	assert_int_equal(tp_dataplane_session_up(dp, n, &up), 0);
}

static void bring_up_encrypted(uint8_t bits, bool stateless, uint16_t mrru)
{
	bring_up_one(1, bits, stateless, mrru);
}

/* An encrypted packet as it stands behind PPP's protocol field. */
static uint16_t encrypt(uint8_t *at, const struct packet *p)
{
	uint16_t len;

	tp_put_be16(at + TP_MPPE_HEADER_LEN, TP_PPP_PROTO_IPV4);
	len = (uint16_t)(put_packet(at + TP_MPPE_HEADER_LEN + 2, p) + 2);
	tp_mppe_encrypt(&client_out, at, len);
	return (uint16_t)(len + TP_MPPE_HEADER_LEN);
}

static void give_of(unsigned n, const struct packet *p)
{
	uint8_t payload[2000];
	uint16_t len = encrypt(payload, p);
	struct frame f = session_frame(n, (struct tp_vlans){0}, TP_PPP_PROTO_MPPE, payload, len);

	give(ACCESS, &f);
}

static void give_encrypted(const struct packet *p)
{
	give_of(1, p);
}

/* The PPP protocol of OUT, and what follows it. */
static uint16_t ppp_of(struct frame *f, uint8_t **rest, uint16_t *len)
{
	uint16_t pppoe_len = tp_load_be16(f->bytes + 18);

	*rest = f->bytes + 22;
	*len = (uint16_t)(pppoe_len - 2);
	return tp_load_be16(f->bytes + 20);
}

static void assert_decrypts(uint8_t *p, uint16_t len, uint32_t src)
{
	unsigned budget = 4096;
	struct tp_ipv4 *ip = (struct tp_ipv4 *)(p + TP_MPPE_HEADER_LEN + 2);

	assert_int_equal(tp_mppe_decrypt(&client_in, p, len, &budget), TP_MPPE_PACKET);
	assert_int_equal(tp_load_be16(p + TP_MPPE_HEADER_LEN), TP_PPP_PROTO_IPV4);
	assert_int_equal(ip->src_be, htonl(src));
}

static void test_packets_to_the_subscriber_are_encrypted(void **state)
{
	struct packet p = plain(INTERNET, SUBSCRIBER);
	uint8_t *rest;
	uint16_t len;

	bring_up_encrypted(128, true, 0);
	for (unsigned i = 0; i < 600; i++) {
		struct frame f = down_frame(&p);
		give(CORE, &f);
		assert_true(take(ACCESS, &out));
		assert_int_equal(ppp_of(&out, &rest, &len), TP_PPP_PROTO_MPPE);
		assert_decrypts(rest, len, INTERNET);
	}
}

static void test_packets_from_the_subscriber_are_decrypted(void **state)
{
	struct packet p = plain(SUBSCRIBER, INTERNET);

	bring_up_encrypted(128, false, 0);
	for (unsigned i = 0; i < 600; i++) {
		give_encrypted(&p);
		assert_true(take(CORE, &out));
		assert_int_equal(packet_to_core(&out)->src_be, htonl(SUBSCRIBER));
	}
	assert_no_drops(ACCESS);
}

static void test_what_comes_in_clear_is_dropped(void **state)
{
	struct packet p = plain(SUBSCRIBER, INTERNET);
	struct frame f = up_frame(1, &p);

	bring_up_encrypted(128, true, 0);
	give(ACCESS, &f);
	assert_nothing_out();
	assert_only_drop(ACCESS, TP_DROP_NOT_ENCRYPTED, 1);
}

static void test_a_source_is_checked_behind_the_encryption(void **state)
{
	struct packet p = plain(INTERNET, SUBSCRIBER);

	bring_up_encrypted(128, true, 0);
	give_encrypted(&p);
	assert_nothing_out();
	assert_only_drop(ACCESS, TP_DROP_SPOOFED_SOURCE, 1);
}

static void test_a_lost_packet_in_stateful_mode_has_control_ask_for_a_reset(void **state)
{
	struct packet p = plain(SUBSCRIBER, INTERNET);
	uint8_t lost[2000];
	struct tp_message message;

	bring_up_encrypted(128, false, 0);
	give_encrypted(&p);
	assert_true(take(CORE, &out));
	encrypt(lost, &p);
	give_encrypted(&p);
	assert_nothing_out();
	assert_only_drop(ACCESS, TP_DROP_MPPE_LOST, 1);
	assert_true(take_message(&message, &out));
	assert_int_equal(message.kind, TP_MESSAGE_DECRYPTION_LOST);
	assert_int_equal(message.need, TP_MPPE_NEEDS_RESET);
	tp_mppe_flush(&client_out);
	give_encrypted(&p);
	assert_true(take(CORE, &out));
}

static void test_garbage_is_dropped_and_does_no_harm(void **state)
{
	uint8_t bytes[64];

	bring_up_encrypted(128, true, 0);
	for (uint16_t len = 0; len < sizeof(bytes); len++) {
		struct frame f;
		memset(bytes, 0x90 + len, sizeof(bytes));
		f = session_frame(1, (struct tp_vlans){0}, TP_PPP_PROTO_MPPE, bytes, len);
		give(ACCESS, &f);
	}
	assert_nothing_out();
}

/* So many packets of the client's are lost. */
static void lose(const struct packet *p, unsigned count)
{
	uint8_t payload[2000];

	for (unsigned i = 0; i < count; i++)
		encrypt(payload, p);
}

static void test_who_loses_packets_on_purpose_takes_nobody_elses_time_to_catch_up(void **state)
{
	struct packet p = plain(SUBSCRIBER, INTERNET), q = plain(SUBSCRIBER + 1, INTERNET);
	struct tp_mppe_sender other;
	unsigned passed = 0;

	bring_up_one(2, 128, true, 0);
	other = client_out;
	bring_up_one(1, 128, true, 0);
	for (unsigned i = 0; i < 8; i++, w->tick++) {
		lose(&p, 1000);
		give_of(1, &p);
		passed += take(CORE, &out);
		lose(&p, 1000);
		give_of(1, &p);
		passed += take(CORE, &out);
	}
	assert_true(passed <= 2);
	w->tick--;
	client_out = other;
	lose(&q, 1500);
	give_of(2, &q);
	assert_true(take(CORE, &out));
	assert_int_equal(packet_to_core(&out)->src_be, htonl(SUBSCRIBER + 1));
}

static void test_large_encrypted_packets_are_cut_by_mp(void **state)
{
	struct packet p = plain(INTERNET, SUBSCRIBER);
	uint8_t whole[3000], *rest;
	uint16_t len, used = 0;
	struct frame f;
	unsigned fragments = 0;

	p.payload = 1500 - TP_IPV4_HEADER_LEN;
	bring_up_encrypted(128, true, 1614);
	f = down_frame(&p);
	give(CORE, &f);
	while (take(ACCESS, &out)) {
		assert_int_equal(ppp_of(&out, &rest, &len), TP_PPP_PROTO_MP);
		memcpy(whole + used, rest + 4, len - 4u);
		used = (uint16_t)(used + len - 4);
		fragments++;
	}
	assert_int_equal(fragments, 2);
	assert_int_equal(tp_load_be16(whole), TP_PPP_PROTO_MPPE);
	assert_decrypts(whole + 2, (uint16_t)(used - 2), INTERNET);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_packets_to_the_subscriber_are_encrypted),
		TEST(test_packets_from_the_subscriber_are_decrypted),
		TEST(test_what_comes_in_clear_is_dropped),
		TEST(test_a_source_is_checked_behind_the_encryption),
		TEST(test_a_lost_packet_in_stateful_mode_has_control_ask_for_a_reset),
		TEST(test_garbage_is_dropped_and_does_no_harm),
		TEST(test_who_loses_packets_on_purpose_takes_nobody_elses_time_to_catch_up),
		TEST(test_large_encrypted_packets_are_cut_by_mp),
	};
	return RUN(tests);
}
