/* SPDX-License-Identifier: BSD-3-Clause */
/* Both families side by side: bursts of both, one rate limit, MP and MPPE below either. */
#include <rte_cycles.h>

#include "dataplane/worker/shaper.h" /* before the fixture, whose `w` it would be in the shadow of */

#include "fixture6.h"

#include "dataplane/slot.h"
#include "dataplane/worker/classify.h"

static struct frame out;

/* ---- bursts ---------------------------------------------------------------------------------- */

/* Numbers that survive the way: by IPv4's length, and by IPv6's. */
static struct frame numbered(bool down, bool ipv6, uint16_t number)
{
	struct packet p = plain(SUBSCRIBER, INTERNET);
	struct packet6 p6 = plain6(host_of(1), INTERNET6);

	if (down) {
		p = plain(INTERNET, SUBSCRIBER);
		p6 = plain6(INTERNET6, lan_of(1));
	}
	p.payload = p6.payload = (uint16_t)(100 + number);
	if (ipv6)
		return down ? down_frame6(&p6) : up_frame6(1, &p6);
	return down ? down_frame(&p) : up_frame(1, &p);
}

/* Whatever the mixture, each family comes out in the order that it went in. */
static void test_bursts_of_both_families_keep_the_order_of_each(void **state)
{
	static struct frame frames[TP_BURST];

	(void)state;
	bring_up6(1);
	for (unsigned pattern = 0; pattern < 16; pattern++) {
		bool down = pattern % 2 != 0;
		unsigned next[2] = {0, 0}, sent[2] = {0, 0};

		for (unsigned i = 0; i < TP_BURST; i++) {
			bool ipv6 = ((0x5a3cf096u * (pattern + 1)) >> i % 32 & 1) != 0;
			frames[i] = numbered(down, ipv6, (uint16_t)sent[ipv6]++);
		}
		give_burst(down ? CORE : ACCESS, frames, TP_BURST);
		while (take(down ? ACCESS : CORE, &out)) {
			unsigned header = down ? 22 : 14;
			bool ipv6 = out.bytes[header] >> 4 == 6;
			unsigned ip = ipv6 ? H6 : TP_IPV4_HEADER_LEN;
			assert_int_equal(out.len - header - ip - 100, next[ipv6]++);
		}
		assert_int_equal(next[0], sent[0]);
		assert_int_equal(next[1], sent[1]);
	}
	assert_int_equal(w->counters[ACCESS].forwarded, 8 * TP_BURST);
	assert_int_equal(w->counters[CORE].forwarded, 8 * TP_BURST);
}

static void test_a_burst_of_all_sorts_is_sorted(void **state)
{
	static struct frame frames[TP_BURST];
	unsigned plain_ones = 0;
	struct tp_message message;

	(void)state;
	bring_up6(1);
	for (unsigned i = 0; i < TP_BURST; i++) {
		struct packet6 p = plain6(host_of(1), INTERNET6);
		switch (i % 8) {
		case 0:
			frames[i] = numbered(false, false, 0);
			break;
		case 1:
			frames[i] = lcp_frame(1, TP_PPP_CODE_ECHO_REQUEST, 1, 0);
			break;
		case 2:
			p.src = "2001:db8:7777::1";
			frames[i] = up_frame6(1, &p);
			break;
		case 3:
			frames[i] = up_frame6(9, &p); /* of no session */
			break;
		case 4:
			frames[i] = up_frame6(1, &p);
			frames[i].len -= 30; /* cut off */
			break;
		default:
			frames[i] = up_frame6(1, &p);
		}
		plain_ones += i % 8 == 0 || i % 8 > 4;
	}
	give_burst(ACCESS, frames, TP_BURST);
	assert_int_equal(w->counters[ACCESS].forwarded, plain_ones);
	assert_int_equal(w->counters[ACCESS].answered, 8);
	assert_int_equal(w->counters[ACCESS].drops[TP_DROP_SPOOFED_SOURCE], 8);
	assert_int_equal(w->counters[ACCESS].drops[TP_DROP_PPPOE_LENGTH], 8);
	while (take_message(&message, &out))
		assert_int_equal(message.kind, TP_MESSAGE_UNKNOWN_SESSION);
}

/* ---- signs of life
 * ------------------------------------------------------------------------------- */

/* For 30 seconds, thrice the time after which it would be asked. */
static void test_who_is_heard_by_ipv6_alone_is_not_asked_whether_it_lives(void **state)
{
	struct packet6 p = plain6(host_of(1), INTERNET6);
	struct tp_message message;
	uint16_t queues[2] = {w->rx_queue[ACCESS], w->rx_queue[CORE]};

	(void)state;
	bring_up6(1);
	dp->terms[1].since_tick = w->tick;
	w->rx_queue[ACCESS] = w->rx_queue[CORE] = UINT16_MAX;
	for (unsigned i = 0; i < 30 * w->second_ticks; i++) {
		w->tick++;
		if (i % w->second_ticks == 0) {
			give_up6(1, &p);
			assert_true(take(CORE, &out));
		}
		tp_worker_poll(w);
		assert_nothing_out();
	}
	for (unsigned i = 0; i < 11 * w->second_ticks; i++) { /* and then it is */
		w->tick++;
		tp_worker_poll(w);
	}
	assert_true(take(ACCESS, &out));
	assert_memory_equal(out.bytes + 20, "\xc0\x21\x09", 3);
	while (take(ACCESS, &out))
		;
	assert_false(take_message(&message, &out));
	w->rx_queue[ACCESS] = queues[ACCESS];
	w->rx_queue[CORE] = queues[CORE];
}

static void test_packets_of_ipv6_end_a_sessions_idleness(void **state)
{
	(void)state;
	bring_up6(1);
	dp->slots[1].up_tick = 1;
	dp->tsc_start -= (uint64_t)(60 * (double)rte_get_tsc_hz());
	assert_true(tp_dataplane_session_idle_ms(dp, 1) >= 59000);
	w->down6[1].data_tick = tp_dataplane_tick(dp);
	assert_true(tp_dataplane_session_idle_ms(dp, 1) < 30000);
	w->down6[1].data_tick = 0;
	w->up6[1].data_tick = tp_dataplane_tick(dp);
	assert_true(tp_dataplane_session_idle_ms(dp, 1) < 30000);
	dp->tsc_start += (uint64_t)(60 * (double)rte_get_tsc_hz());
}

/* ---- rate limits -------------------------------------------------------------------------------
 */

static void later(double seconds)
{
	w->now += (uint64_t)(seconds * (double)rte_get_tsc_hz());
	tp_wheel_poll(w);
}

static void give_sized(bool down, bool ipv6)
{
	struct frame f = numbered(down, ipv6, (uint16_t)(ipv6 ? 860 : 880)); /* 1,000 bytes of IP */

	give(down ? CORE : ACCESS, &f);
}

static unsigned taken(bool down)
{
	unsigned n = 0;

	while (take(down ? ACCESS : CORE, &out))
		n++;
	return n;
}

/* 1,000 bytes a tenth of a second, whichever family they are of. */
static void test_a_rate_limit_is_one_for_both_families(void **state)
{
	(void)state;
	w->now = (uint64_t)1 << 50;
	tp_wheel_poll(w);
	for (int down = 0; down < 2; down++) {
		struct tp_dataplane_session_up up = up6_of(1);
		up.rate_up.rate = up.rate_down.rate = 80000;
		if (down == 0)
			open_session(1, (struct tp_vlans){0});
		assert_int_equal(tp_dataplane_session_up(dp, 1, &up), 0);
		later(1);
		give_sized(down, true);
		assert_int_equal(taken(down), 1);
		give_sized(down, false);
		give_sized(down, true);
		give_sized(down, false);
		assert_int_equal(taken(down), 0);
		for (unsigned i = 0; i < 3; i++) {
			later(0.09);
			assert_int_equal(taken(down), 0);
			later(0.012);
			assert_true(take(down ? ACCESS : CORE, &out));
			assert_int_equal(out.bytes[down ? 22 : 14] >> 4, i == 1 ? 6 : 4);
		}
		assert_int_equal(w->counters[down ? CORE : ACCESS].delayed, 3);
	}
	struct tp_session_counters c;
	tp_dataplane_session_counters(dp, 1, &c);
	assert_int_equal(c.bytes_in, 4000);
	assert_int_equal(c.bytes_out, 4000);
	assert_int_equal(c.ipv6_bytes_in, 2000);
	assert_int_equal(c.ipv6_bytes_out, 2000);
	later(3);
}

static void test_what_would_wait_too_long_is_dropped_of_ipv6_too(void **state)
{
	struct tp_dataplane_session_up up = up6_of(1);
	struct tp_session_counters c;

	(void)state;
	w->now = (uint64_t)1 << 51;
	tp_wheel_poll(w);
	up.rate_up.rate = 80000;
	open_session(1, (struct tp_vlans){0});
	assert_int_equal(tp_dataplane_session_up(dp, 1, &up), 0);
	for (unsigned i = 0; i < 30; i++)
		give_sized(false, true);
	uint64_t dropped = w->counters[ACCESS].drops[TP_DROP_RATE_LIMIT] +
			   w->counters[ACCESS].drops[TP_DROP_SHAPER_SHARE];
	assert_true(dropped > 0);
	tp_dataplane_session_counters(dp, 1, &c);
	assert_int_equal(c.drops_in, dropped);
	assert_int_equal(c.ipv6_packets_in, 30 - dropped);
	later(1);
	later(1);
	later(1);
	assert_int_equal(taken(false), 30 - dropped);
}

/* ---- MP and MPPE
 * --------------------------------------------------------------------------------- */

#define MRRU 1614
#define LINK 1492

static void bring_up_mp(unsigned n)
{
	struct tp_dataplane_session_up up = up6_of(n);

	up.mtu = MRRU;
	up.multilink = (struct tp_dataplane_multilink){.mrru = MRRU, .link_mtu = LINK};
	open_session(n, (struct tp_vlans){0});
	assert_int_equal(tp_dataplane_session_up(dp, n, &up), 0);
}

static void test_mp_carries_ipv6_to_the_subscriber(void **state)
{
	struct packet6 p = plain6(INTERNET6, host_of(1));
	uint8_t joined[2000], shall[2000];
	struct frame first, second;
	size_t len;

	(void)state;
	bring_up_mp(1);
	give_down6(&p); /* it fits the link */
	assert_at_client6(1, &p, 63);
	p.payload = 1500 - H6;
	give_down6(&p);
	assert_true(take(ACCESS, &first));
	assert_true(take(ACCESS, &second));
	assert_nothing_out();
	assert_int_equal(tp_load_be16(first.bytes + 20), TP_PPP_PROTO_MP);
	len = first.len - 26u;
	memcpy(joined, first.bytes + 26, len);
	memcpy(joined + len, second.bytes + 26, second.len - 26u);
	assert_int_equal(len + second.len - 26u, 2 + 1500);
	assert_int_equal(tp_load_be16(joined), TP_PPP_PROTO_IPV6);
	p.hops = 63;
	put_packet6(shall, &p);
	assert_memory_equal(joined + 2, shall, 1500);
	p.hops = 64;
	p.payload = MRRU + 1 - H6;
	give_down6(&p);
	p.hops = 63;
	assert_error6(0, PORT6, TP_ICMP6_TOO_BIG, 0, MRRU, &p);
}

static void give_fragment(unsigned n, uint8_t flags, uint32_t sequence, const uint8_t *data,
			  uint16_t len)
{
	uint8_t bytes[LINK + 8];

	tp_put_be32(bytes, (uint32_t)flags << 24 | sequence);
	memcpy(bytes + 4, data, len);
	struct frame f =
		session_frame(n, (struct tp_vlans){0}, TP_PPP_PROTO_MP, bytes, (uint16_t)(len + 4));
	give(ACCESS, &f);
}

static void test_mp_carries_ipv6_from_the_subscriber(void **state)
{
	struct packet6 p = plain6(lan_of(1), INTERNET6),
		       rs = icmp6_of(link_local_of(1), "ff02::2", TP_ICMP6_ROUTER_SOLICITATION);
	uint8_t packet[2000] = {0, 0x57};
	struct frame shall = up_frame6(1, &rs);
	struct tp_message message;
	uint16_t len;

	(void)state;
	p.payload = 1500 - H6;
	bring_up_mp(1);
	len = (uint16_t)(2 + put_packet6(packet + 2, &p));
	give_fragment(1, 0x80, 0, packet, 1000);
	give_fragment(1, 0x40, 1, packet + 1000, (uint16_t)(len - 1000));
	assert_at_core6(&p, 63);
	give_up6(1, &p); /* and without a fragment's header */
	assert_at_core6(&p, 63);
	/* Control gets its own as if they had come in a frame. */
	len = (uint16_t)(2 + put_packet6(packet + 2, &rs));
	give_fragment(1, 0xc0, 2, packet, len);
	assert_true(take_message(&message, &out));
	assert_int_equal(message.kind, TP_MESSAGE_SESSION);
	assert_memory_equal(out.bytes, shall.bytes, shall.len);
	assert_no_drops(ACCESS);
}

static struct tp_mppe_sender client_out;
static struct tp_mppe_receiver client_in;

static void bring_up_encrypted(unsigned n)
{
	struct tp_dataplane_session_up up = up6_of(n);
	struct tp_mppe_terms terms = {.bits = 128, .stateless = true};

	up.mtu = 1480 - TP_MPPE_OVERHEAD;
	up.multilink = (struct tp_dataplane_multilink){.link_mtu = 1480, .era = 1};
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

static void give_encrypted(const struct packet6 *p)
{
	uint8_t bytes[2000];
	uint16_t len;

	tp_put_be16(bytes + TP_MPPE_HEADER_LEN, TP_PPP_PROTO_IPV6);
	len = (uint16_t)(put_packet6(bytes + TP_MPPE_HEADER_LEN + 2, p) + 2);
	tp_mppe_encrypt(&client_out, bytes, len);
	struct frame f = session_frame(1, (struct tp_vlans){0}, TP_PPP_PROTO_MPPE, bytes,
				       (uint16_t)(len + TP_MPPE_HEADER_LEN));
	give(ACCESS, &f);
}

static void assert_decrypts(const struct packet6 *p, uint8_t hops)
{
	uint8_t shall[2000], *mppe = out.bytes + 22;
	struct packet6 left = *p;
	unsigned budget = 4096;
	uint16_t len;

	left.hops = hops;
	len = put_packet6(shall, &left);
	assert_true(take(ACCESS, &out));
	assert_int_equal(tp_load_be16(out.bytes + 20), TP_PPP_PROTO_MPPE);
	assert_int_equal(out.len, 22 + TP_MPPE_HEADER_LEN + 2 + len);
	assert_int_equal(tp_mppe_decrypt(&client_in, mppe, out.len - 22u, &budget), TP_MPPE_PACKET);
	assert_int_equal(tp_load_be16(mppe + TP_MPPE_HEADER_LEN), TP_PPP_PROTO_IPV6);
	assert_memory_equal(mppe + TP_MPPE_HEADER_LEN + 2, shall, len);
}

static void test_mppe_carries_ipv6_both_ways(void **state)
{
	struct packet6 up = plain6(host_of(1), INTERNET6), down = plain6(INTERNET6, lan_of(1));

	(void)state;
	bring_up_encrypted(1);
	for (unsigned i = 0; i < 3; i++) {
		give_encrypted(&up);
		assert_at_core6(&up, 63);
		give_down6(&down);
		assert_decrypts(&down, 63);
	}
	assert_no_drops(ACCESS);
}

static void test_ipv6_in_clear_is_not_taken_from_who_encrypts(void **state)
{
	struct packet6 p = plain6(host_of(1), INTERNET6),
		       rs = icmp6_of(link_local_of(1), "ff02::2", TP_ICMP6_ROUTER_SOLICITATION);

	(void)state;
	bring_up_encrypted(1);
	give_up6(1, &p);
	give_up6(1, &rs);
	assert_only_drop(ACCESS, TP_DROP_NOT_ENCRYPTED, 2);
	assert_nothing_out();
}

/* What the worker says itself is no exception. */
static void test_answers_to_who_encrypts_are_encrypted(void **state)
{
	struct packet6 q = icmp6_of(link_local_of(1), OURS6, TP_ICMP6_ECHO_REQUEST),
		       a = icmp6_of(OURS6, link_local_of(1), TP_ICMP6_ECHO_REPLY),
		       rs = icmp6_of(link_local_of(1), "ff02::2", TP_ICMP6_ROUTER_SOLICITATION);
	struct frame shall = up_frame6(1, &rs);
	struct tp_message message;

	(void)state;
	bring_up_encrypted(1);
	give_encrypted(&q);
	assert_decrypts(&a, 64);
	give_encrypted(&rs);
	assert_true(take_message(&message, &out));
	assert_memory_equal(out.bytes, shall.bytes, shall.len);
	assert_int_equal(w->counters[ACCESS].answered, 1);
	assert_int_equal(w->counters[ACCESS].handed_to_session, 1);
}

/* At once, though nothing else comes or goes. */
static void test_what_control_says_to_who_encrypts_or_has_mp_goes_out(void **state)
{
	struct packet6 ra = icmp6_of(OURS6, link_local_of(1), TP_ICMP6_ROUTER_ADVERTISEMENT);
	uint8_t packet[128];
	uint16_t queues[2] = {w->rx_queue[ACCESS], w->rx_queue[CORE]};
	uint16_t len = put_packet6(packet, &ra);

	(void)state;
	w->rx_queue[ACCESS] = w->rx_queue[CORE] = UINT16_MAX;
	bring_up_encrypted(1);
	bring_up_mp(2);
	dp->terms[1].since_tick = dp->terms[2].since_tick = w->tick;
	assert_int_equal(tp_dataplane_send_session(dp, 1, packet, len), 0);
	tp_worker_poll(w);
	assert_decrypts(&ra, 255);
	assert_int_equal(tp_dataplane_send_session(dp, 2, packet, len), 0);
	tp_worker_poll(w);
	assert_at_client6(2, &ra, 255);
	w->rx_queue[ACCESS] = queues[ACCESS];
	w->rx_queue[CORE] = queues[CORE];
}

/* By the second link, whose session is another's. */
static void test_a_bundle_carries_ipv6_by_any_of_its_links(void **state)
{
	const struct tp_dataplane_join join = {.link_mtu = LINK, .magic = 1};
	struct packet6 p = plain6(host_of(1), INTERNET6), down = plain6(INTERNET6, host_of(1));
	uint8_t packet[2000] = {0, 0x57};
	uint16_t len;
	bool by[3] = {false};

	(void)state;
	p.payload = 1400;
	down.payload = 1500 - H6;
	bring_up_mp(1);
	open_session(2, (struct tp_vlans){0});
	assert_int_equal(tp_dataplane_session_join(dp, 2, 1, &join), 0);
	len = (uint16_t)(2 + put_packet6(packet + 2, &p));
	give_fragment(1, 0x80, 0, packet, 700);
	give_fragment(2, 0x40, 1, packet + 700, (uint16_t)(len - 700));
	assert_at_core6(&p, 63);
	give_up6(2, &p);
	assert_at_core6(&p, 63);
	give_down6(&down);
	while (take(ACCESS, &out)) {
		assert_int_equal(tp_load_be16(out.bytes + 20), TP_PPP_PROTO_MP);
		by[out.bytes[17]] = true;
	}
	assert_true(by[1] && by[2]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST6(test_bursts_of_both_families_keep_the_order_of_each),
		TEST6(test_a_burst_of_all_sorts_is_sorted),
		TEST6(test_who_is_heard_by_ipv6_alone_is_not_asked_whether_it_lives),
		TEST6(test_packets_of_ipv6_end_a_sessions_idleness),
		TEST6(test_a_rate_limit_is_one_for_both_families),
		TEST6(test_what_would_wait_too_long_is_dropped_of_ipv6_too),
		TEST6(test_mp_carries_ipv6_to_the_subscriber),
		TEST6(test_mp_carries_ipv6_from_the_subscriber),
		TEST6(test_mppe_carries_ipv6_both_ways),
		TEST6(test_ipv6_in_clear_is_not_taken_from_who_encrypts),
		TEST6(test_answers_to_who_encrypts_are_encrypted),
		TEST6(test_what_control_says_to_who_encrypts_or_has_mp_goes_out),
		TEST6(test_a_bundle_carries_ipv6_by_any_of_its_links),
	};
	return RUN(tests);
}
