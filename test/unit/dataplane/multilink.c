/* SPDX-License-Identifier: BSD-3-Clause */
/* Sessions with MP over their link: RFC 1990. */
#include "fixture6.h"

#include <rte_mbuf.h>

#include "dataplane/worker/coding.h"

#define MRRU 1614
#define LINK 1492

static void bring_up_with(unsigned n, bool short_in, bool short_out)
{
	struct tp_dataplane_session_up up = up_of(n);

	up.mtu = MRRU;
	up.multilink = (struct tp_dataplane_multilink){
		.mrru = MRRU, .link_mtu = LINK, .short_in = short_in, .short_out = short_out};
	open_session(n, (struct tp_vlans){0});
	assert_int_equal(tp_dataplane_session_up(dp, n, &up), 0);
}

static struct packet sized(uint32_t src, uint32_t dst, uint16_t total)
{
	struct packet p = plain(src, dst);

	p.payload = (uint16_t)(total - TP_IPV4_HEADER_LEN);
	return p;
}

/* A fragment of client N with sequence number SEQUENCE. */
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

static void assert_at_core(const struct packet *sent)
{
	struct frame f;

	assert_true(take(CORE, &f));
	struct tp_ipv4 *ip = packet_to_core(&f);
	assert_int_equal(f.len, 14 + 20 + sent->payload);
	assert_int_equal(tp_ipv4_check(ip, f.len - 14u), TP_IPV4_OK);
	for (unsigned i = 0; i < sent->payload; i++)
		assert_int_equal(f.bytes[34 + i], (uint8_t)(i * 7));
}

static void test_a_large_packet_to_a_subscriber_goes_in_two_fragments(void **state)
{
	for (int is_short = 0; is_short < 2; is_short++) {
		const unsigned n = 1 + (unsigned)is_short, header = is_short ? 2 : 4;
		struct packet p = sized(INTERNET, OUR_ADDRESS + n, 1500);
		struct frame f = down_frame(&p), a, b;
		uint8_t joined[1600];

		bring_up_with(n, false, is_short);
		give(CORE, &f);
		assert_true(take(ACCESS, &a));
		assert_true(take(ACCESS, &b));
		assert_nothing_out();
		assert_int_equal(a.len, 14 + 6 + 2 + LINK);
		assert_int_equal(a.bytes[20] << 8 | a.bytes[21], TP_PPP_PROTO_MP);
		assert_int_equal(b.bytes[20] << 8 | b.bytes[21], TP_PPP_PROTO_MP);
		assert_int_equal(a.bytes[18] << 8 | a.bytes[19], a.len - 20);
		assert_int_equal(b.bytes[18] << 8 | b.bytes[19], b.len - 20);
		assert_int_equal(a.bytes[22] & 0xf0, 0x80);
		assert_int_equal(b.bytes[22] & 0xf0, 0x40);
		assert_int_equal(a.bytes[21 + header], 0);
		assert_int_equal(b.bytes[21 + header], 1);
		memcpy(joined, a.bytes + 22 + header, a.len - 22u - header);
		memcpy(joined + a.len - 22 - header, b.bytes + 22 + header, b.len - 22u - header);
		assert_int_equal(a.len + b.len - 2 * (22u + header), 2 + 1500);
		assert_memory_equal(joined, "\0\x21", 2);
		assert_int_equal(tp_ipv4_check(joined + 2, 1500), TP_IPV4_OK);
		assert_memory_equal(joined + 22, f.bytes + 34, 1480);
	}
	assert_int_equal(w->counters[CORE].forwarded, 2);
	assert_int_equal(w->counters[CORE].originated, 2);
}

static void test_a_small_packet_goes_as_it_is(void **state)
{
	struct packet p = sized(INTERNET, SUBSCRIBER, LINK);
	struct frame f = down_frame(&p), out;

	bring_up_with(1, false, false);
	give(CORE, &f);
	assert_true(take(ACCESS, &out));
	assert_nothing_out();
	assert_int_equal(out.len, 22 + LINK);
	assert_int_equal(out.bytes[20] << 8 | out.bytes[21], TP_PPP_PROTO_IPV4);
	assert_int_equal(tp_ipv4_check(packet_to_subscriber(&out), LINK), TP_IPV4_OK);
}

static void test_a_packet_larger_than_the_peers_mrru_is_cut_by_ip_first(void **state)
{
	struct packet p = sized(INTERNET, SUBSCRIBER, 1800);
	struct frame f = down_frame(&p), out;
	unsigned frames = 0;

	bring_up_with(1, false, false);
	give(CORE, &f);
	while (take(ACCESS, &out))
		frames++;
	assert_int_equal(frames, 3); /* two of MP for 1,612 bytes, and one of 208 */
	p.fragment = TP_IPV4_DF;
	f = down_frame(&p);
	give(CORE, &f);
	assert_int_equal(w->counters[CORE].drops[TP_DROP_MTU_EXCEEDED], 1);
}

static void test_packets_stay_in_their_order(void **state)
{
	struct packet p = sized(INTERNET, SUBSCRIBER, 1500);
	struct frame large = down_frame(&p), small, out;
	struct rte_mbuf *burst[TP_BURST];
	unsigned sequence = 0;

	bring_up_with(1, false, false);
	p.payload = 100;
	small = down_frame(&p);
	for (unsigned i = 0; i < TP_BURST; i++) {
		const struct frame *f = i % 2 ? &small : &large;
		burst[i] = rte_pktmbuf_alloc(w->pool);
		memcpy(rte_pktmbuf_append(burst[i], f->len), f->bytes, f->len);
	}
	tp_worker_input(w, &dp->ports[CORE], burst, TP_BURST);
	for (unsigned i = 0; i < TP_BURST / 2; i++) {
		for (unsigned n = 0; n < 2; n++) {
			assert_true(take(ACCESS, &out));
			assert_int_equal(out.bytes[21], 0x3d);
			assert_int_equal(out.bytes[25], sequence++);
		}
		assert_true(take(ACCESS, &out));
		assert_int_equal(out.bytes[21], 0x21);
	}
	assert_nothing_out();
	assert_int_equal(w->counters[CORE].forwarded, TP_BURST);
	assert_int_equal(w->counters[CORE].originated, TP_BURST / 2);
}

static void test_fragments_of_a_subscriber_are_joined(void **state)
{
	struct packet p = sized(SUBSCRIBER, INTERNET, 1500);
	struct tp_session_counters c;
	uint8_t bytes[1600] = {0, 0x21};

	bring_up_with(1, false, false);
	put_packet(bytes + 2, &p);
	give_fragment(1, 0x80, 0, bytes, 1000);
	assert_nothing_out();
	give_fragment(1, 0x00, 1, bytes + 1000, 400);
	give_fragment(1, 0x40, 2, bytes + 1400, 102);
	assert_at_core(&p);
	assert_nothing_out();
	assert_no_drops(ACCESS);
	assert_int_equal(w->counters[ACCESS].joined, 2);
	assert_int_equal(w->counters[ACCESS].forwarded, 1);
	tp_dataplane_session_counters(dp, 1, &c);
	assert_int_equal(c.packets_in, 1);
	assert_int_equal(c.bytes_in, 1500);
}

static void test_a_packet_whole_in_one_fragment_passes_with_either_protocol_field(void **state)
{
	struct packet p = plain(SUBSCRIBER, INTERNET);
	uint8_t two[100] = {0, 0x21}, one[100] = {0x21};
	uint16_t len = put_packet(two + 2, &p);

	bring_up_with(1, false, false);
	put_packet(one + 1, &p);
	give_fragment(1, 0xc0, 7, two, (uint16_t)(len + 2));
	assert_at_core(&p);
	give_fragment(1, 0xc0, 8, one, (uint16_t)(len + 1));
	assert_at_core(&p);
}

static void test_short_sequence_numbers_are_understood_when_asked_for(void **state)
{
	struct packet p = plain(SUBSCRIBER, INTERNET);
	uint8_t bytes[100] = {0xcf, 0xff, 0, 0x21};
	uint16_t len = put_packet(bytes + 4, &p);

	bring_up_with(1, true, false);
	struct frame f =
		session_frame(1, (struct tp_vlans){0}, TP_PPP_PROTO_MP, bytes, (uint16_t)(len + 4));
	give(ACCESS, &f);
	assert_at_core(&p);
}

static void test_lost_late_and_large_fragments_are_dropped_with_their_reason(void **state)
{
	static uint8_t bytes[MRRU + 100] = {0, 0x21};

	bring_up_with(1, false, false);
	give_fragment(1, 0x80, 0, bytes, 100);
	give_fragment(1, 0x40, 2, bytes, 100); /* 1 was lost */
	give_fragment(1, 0x80, 1, bytes, 100); /* and comes too late */
	give_fragment(1, 0x80, 3, bytes, 1400);
	give_fragment(1, 0x40, 4, bytes, 300);
	give_fragment(1, 0x40, 5, bytes, 0);
	assert_nothing_out();
	assert_int_equal(w->counters[ACCESS].drops[TP_DROP_MP_ORPHAN], 1);
	assert_int_equal(w->counters[ACCESS].drops[TP_DROP_MP_LATE], 1);
	assert_int_equal(w->counters[ACCESS].drops[TP_DROP_MP_TOO_BIG], 1);
	assert_int_equal(w->counters[ACCESS].drops[TP_DROP_MP_HEADER], 1);
	assert_int_equal(w->counters[ACCESS].mp_incomplete, 1);
	assert_int_equal(w->counters[ACCESS].joined, 2);
}

static void test_a_spoofed_packet_in_fragments_is_dropped_too(void **state)
{
	struct packet p = sized(INTERNET, INTERNET, 1500);
	uint8_t bytes[1600] = {0, 0x21};

	bring_up_with(1, false, false);
	put_packet(bytes + 2, &p);
	give_fragment(1, 0x80, 0, bytes, 1000);
	give_fragment(1, 0x40, 1, bytes + 1000, 502);
	assert_nothing_out();
	assert_only_drop(ACCESS, TP_DROP_SPOOFED_SOURCE, 1);
}

static void test_an_echo_inside_of_mp_is_answered(void **state)
{
	static const uint8_t echo[] = {0xc0, 0x21, 9, 1, 0, 8, 0, 0, 0, 0};
	struct frame f;

	bring_up_with(1, false, false);
	give_fragment(1, 0xc0, 0, echo, sizeof(echo));
	assert_true(take(ACCESS, &f));
	assert_memory_equal(f.bytes + 20, "\xc0\x21\x0a\x01", 4);
}

static void test_control_protocols_inside_of_mp_reach_control_unwrapped(void **state)
{
	static const uint8_t ipcp[] = {0x80, 0x21, 5, 1, 0, 4};
	struct tp_message message;
	struct frame f;

	bring_up_with(1, false, false);
	give_fragment(1, 0xc0, 0, ipcp, sizeof(ipcp));
	assert_true(take_message(&message, &f));
	assert_int_equal(message.kind, TP_MESSAGE_SESSION);
	assert_int_equal(message.slot, 1);
	assert_int_equal(f.len, 14 + 6 + 6);
	assert_memory_equal(f.bytes, dp->ports[ACCESS].mac.bytes, 6);
	struct tp_mac client = client_mac(1);
	assert_memory_equal(f.bytes + 6, client.bytes, 6);
	assert_memory_equal(f.bytes + 12, ((uint8_t[]){0x88, 0x64, 0x11, 0, 0, 1, 0, 6}), 8);
	assert_memory_equal(f.bytes + 20, ipcp, sizeof(ipcp));
}

static void test_fragments_of_a_session_without_mp_are_controls(void **state)
{
	static const uint8_t data[] = {0x80, 0x21, 5, 1, 0, 4};
	struct tp_message message;
	struct frame f;

	bring_up(1);
	give_fragment(1, 0xc0, 0, data, sizeof(data));
	assert_true(take_message(&message, &f));
	assert_memory_equal(f.bytes + 20, "\0\x3d\xc0", 3);
}

static void test_what_is_joined_at_the_same_time_is_bounded(void **state)
{
	static const uint8_t data[100] = {0, 0x21};
	unsigned before = rte_mempool_in_use_count(w->pool);

	bring_up_with(1, false, false);
	bring_up_with(2, false, false);
	give_fragment(1, 0x80, 0, data, sizeof(data));
	w->held_turn += TP_MP_HELD - 1; /* as if so many others had begun meanwhile */
	give_fragment(2, 0x80, 0, data, sizeof(data));
	give_fragment(1, 0x40, 1, data, sizeof(data));
	assert_only_drop(ACCESS, TP_DROP_MP_ORPHAN, 1);
	assert_int_equal(w->counters[ACCESS].mp_incomplete, 1);
	give_fragment(2, 0x40, 5, data, sizeof(data));
	tp_multilink_clear(w);
	assert_int_equal(rte_mempool_in_use_count(w->pool), before);
}

static void test_counting_goes_on_when_other_settings_change(void **state)
{
	struct packet p = sized(INTERNET, SUBSCRIBER, 1500);
	struct tp_dataplane_session_up up = up_of(1);
	struct frame f = down_frame(&p), out;

	bring_up_with(1, false, false);
	give(CORE, &f);
	assert_true(take(ACCESS, &out) && take(ACCESS, &out));
	up.mtu = MRRU;
	up.keepalive_s = 20;
	up.multilink = (struct tp_dataplane_multilink){.mrru = MRRU, .link_mtu = LINK};
	assert_int_equal(tp_dataplane_session_up(dp, 1, &up), 0);
	give(CORE, &f);
	assert_true(take(ACCESS, &out));
	assert_int_equal(out.bytes[25], 2);
}

/* IPCP went down and up again: LCP, and with it the peer's counting, has not. */
static void test_counting_goes_on_as_long_as_lcp_stands(void **state)
{
	struct packet p = sized(INTERNET, SUBSCRIBER, 1500);
	struct tp_dataplane_session_up up = up_of(1);
	struct frame f = down_frame(&p), out;

	up.mtu = MRRU;
	up.multilink = (struct tp_dataplane_multilink){.mrru = MRRU, .link_mtu = LINK, .era = 7};
	open_session(1, (struct tp_vlans){0});
	assert_int_equal(tp_dataplane_session_up(dp, 1, &up), 0);
	give(CORE, &f);
	assert_true(take(ACCESS, &out) && take(ACCESS, &out));
	tp_dataplane_session_down(dp, 1);
	assert_int_equal(tp_dataplane_session_up(dp, 1, &up), 0);
	give(CORE, &f);
	assert_true(take(ACCESS, &out));
	assert_true((out.bytes[24] << 8 | out.bytes[25]) > 1);
	assert_true(take(ACCESS, &out));
	tp_dataplane_session_down(dp, 1);
	up.multilink.era = 8;
	assert_int_equal(tp_dataplane_session_up(dp, 1, &up), 0);
	give(CORE, &f);
	assert_true(take(ACCESS, &out));
	assert_int_equal(out.bytes[25], 0);
}

static void test_a_link_that_is_withdrawn_leaves_a_plain_session(void **state)
{
	struct packet p = sized(INTERNET, SUBSCRIBER, 100);
	struct tp_dataplane_session_up up = up_of(1);
	struct frame f = down_frame(&p), out;

	bring_up_with(1, false, false);
	assert_int_equal(tp_dataplane_session_up(dp, 1, &up), 0);
	assert_int_equal(dp->terms[1].careful, 0);
	assert_null(dp->terms[1].coding);
	give(CORE, &f);
	assert_true(take(ACCESS, &out));
	assert_int_equal(out.bytes[21], 0x21);
}

/* Control need not take the bundle apart first: it says what is so now. */
static void test_a_bundle_ends_when_its_session_has_mp_no_more(void **state)
{
	const struct tp_dataplane_join terms = {.link_mtu = LINK};
	struct tp_dataplane_session_up plain_up = up_of(1), encrypted = up_of(1);
	struct packet p = sized(INTERNET, SUBSCRIBER, 100);
	struct frame f = down_frame(&p), out;
	uint32_t slots[2];

	encrypted.multilink.link_mtu = LINK;
	encrypted.encryption.in.bits = encrypted.encryption.out.bits = 128;
	for (unsigned i = 0; i < 2; i++) {
		bring_up_with(1, false, false);
		open_session(2, (struct tp_vlans){0});
		assert_int_equal(tp_dataplane_session_join(dp, 2, 1, &terms), 0);
		assert_int_equal(tp_dataplane_session_up(dp, 1, i == 0 ? &plain_up : &encrypted),
				 0);
		assert_null(dp->terms[2].coding);
		assert_true(tp_terms_careful(&dp->terms[2]) & TP_CAREFUL_DOWN);
		for (unsigned k = 0; k < 2; k++) {
			give(CORE, &f);
			assert_true(take(ACCESS, &out));
			assert_int_equal(out.bytes[21], i == 0 ? 0x21 : 0xfd);
		}
		assert_int_equal(tp_dataplane_session_join(dp, 2, 1, &terms), -EINVAL);
		tp_dataplane_session_close(dp, 2);
		tp_dataplane_session_close(dp, 1);
		assert_int_equal(tp_dataplane_released(dp, slots, 2), 2);
	}
}

/* A packet of INTERNET's to ADDRESS that another worker has handed on to the owner of slot 1. */
static void obey_order(uint32_t address)
{
	struct packet p = sized(INTERNET, address, 100);
	struct rte_mbuf *m = rte_pktmbuf_alloc(w->pool);

	put_packet((uint8_t *)rte_pktmbuf_append(m, 100), &p);
	tp_coding_send_order(w, 1, CORE, m);
}

static void test_what_was_handed_on_for_a_session_does_not_reach_the_slots_next_one(void **state)
{
	struct tp_dataplane_session_up up = up_of(2);
	struct frame out;
	uint32_t slot;

	bring_up_with(1, false, false);
	obey_order(SUBSCRIBER);
	assert_true(take(ACCESS, &out));
	tp_dataplane_session_close(dp, 1);
	assert_int_equal(tp_dataplane_released(dp, &slot, 1), 1);
	obey_order(SUBSCRIBER);
	assert_nothing_out();
	up.multilink = (struct tp_dataplane_multilink){.mrru = MRRU, .link_mtu = LINK};
	open_session(1, (struct tp_vlans){0});
	assert_int_equal(tp_dataplane_session_up(dp, 1, &up), 0);
	obey_order(SUBSCRIBER);
	assert_nothing_out();
	assert_only_drop(CORE, TP_DROP_STALE_ROUTE, 2);
	obey_order(up.remote_address);
	assert_true(take(ACCESS, &out));
}

/* In the terms, in the record's address, and how large a plain packet to the subscriber may be. MP
 * alone is none for its owner, here the only worker. */
static void assert_careful(uint32_t slot, unsigned reasons, uint16_t mtu)
{
	const unsigned hot = reasons == TP_CAREFUL_MP ? 0 : reasons;

	assert_int_equal(dp->terms[slot].careful, reasons);
	assert_int_equal(w->up[slot].mac & TP_MAC_CAREFUL, hot);
	assert_int_equal(w->up6[slot].mac & TP_MAC_CAREFUL, hot);
	assert_int_equal(w->down[slot].mtu, mtu);
	assert_int_equal(w->down6[slot].mtu, dp->terms[slot].ipv6 != NULL ? mtu : 0);
}

static void test_each_session_knows_why_it_goes_the_careful_way(void **state)
{
	const struct tp_dataplane_join join = {.link_mtu = LINK};
	struct tp_dataplane_session_up up = up_of(1);

	open_session(1, (struct tp_vlans){0});
	assert_careful(1, TP_CAREFUL_DOWN, 0);
	assert_int_equal(tp_dataplane_session_up(dp, 1, &up), 0);
	assert_careful(1, 0, up.mtu);
	up.mtu = MRRU;
	up.multilink = (struct tp_dataplane_multilink){.mrru = MRRU, .link_mtu = LINK};
	assert_int_equal(tp_dataplane_session_up(dp, 1, &up), 0);
	assert_careful(1, TP_CAREFUL_MP, LINK);
	up.encryption.out.bits = 128;
	assert_int_equal(tp_dataplane_session_up(dp, 1, &up), 0);
	assert_careful(1, TP_CAREFUL_MP | TP_CAREFUL_MPPE, 0);
	open_session(2, (struct tp_vlans){0});
	assert_int_equal(tp_dataplane_session_join(dp, 2, 1, &join), 0);
	assert_careful(2, TP_CAREFUL_JOINED, 0);
	tp_dataplane_session_down(dp, 1);
	assert_careful(1, TP_CAREFUL_DOWN, 0);
	assert_careful(2, TP_CAREFUL_DOWN, 0);
}

/* By several links packets go in turns, with sequence numbers; one that is left is as one alone. */
static void test_a_second_link_comes_and_goes(void **state)
{
	const struct tp_dataplane_join join = {.link_mtu = LINK};
	struct tp_dataplane_session_up up = up_of(1);
	struct packet p = sized(INTERNET, SUBSCRIBER, 100);
	struct frame f = down_frame(&p), out;

	up.mtu = MRRU;
	up.multilink = (struct tp_dataplane_multilink){.mrru = MRRU, .link_mtu = LINK};
	open_session(1, (struct tp_vlans){0});
	assert_int_equal(tp_dataplane_session_up(dp, 1, &up), 0);
	assert_careful(1, TP_CAREFUL_MP, LINK);
	open_session(2, (struct tp_vlans){0});
	assert_int_equal(tp_dataplane_session_join(dp, 2, 1, &join), 0);
	assert_careful(1, TP_CAREFUL_MP, 0);
	give(CORE, &f);
	assert_true(take(ACCESS, &out));
	assert_int_equal(out.bytes[20] << 8 | out.bytes[21], TP_PPP_PROTO_MP);
	assert_int_equal(tp_dataplane_session_up(dp, 1, &up), 0); /* again, as it was */
	assert_careful(1, TP_CAREFUL_MP, 0);
	tp_dataplane_session_down(dp, 2);
	assert_careful(1, TP_CAREFUL_MP, LINK);
	give(CORE, &f);
	assert_true(take(ACCESS, &out));
	assert_int_equal(out.bytes[20] << 8 | out.bytes[21], TP_PPP_PROTO_IPV4);
}

/* A packet of 20 + SIZE bytes of the first client's, whole in a fragment by the link of client VIA.
 */
static struct frame whole_fragment(unsigned via, uint32_t sequence, uint16_t size)
{
	struct packet p = sized(SUBSCRIBER, INTERNET, (uint16_t)(TP_IPV4_HEADER_LEN + size));
	uint8_t bytes[256];

	tp_put_be32(bytes, (uint32_t)(TP_MP_BEGIN | TP_MP_END) << 24 | sequence);
	tp_put_be16(bytes + 4, TP_PPP_PROTO_IPV4);
	return session_frame(via, (struct tp_vlans){0}, TP_PPP_PROTO_MP, bytes,
			     (uint16_t)(6 + put_packet(bytes + 6, &p)));
}

static void assert_sizes_at_core(unsigned count)
{
	struct frame out;

	for (unsigned i = 0; i < count; i++) {
		assert_true(take(CORE, &out));
		assert_int_equal(out.len, 14 + TP_IPV4_HEADER_LEN + i);
	}
	assert_nothing_out();
}

/* By one link what comes as a fragment and what does not is in order. */
static void test_a_burst_by_a_link_that_is_alone_stays_as_it_came(void **state)
{
	static struct frame frames[TP_BURST];

	bring_up_with(1, false, false);
	for (unsigned i = 0; i < TP_BURST; i++) {
		struct packet p = sized(SUBSCRIBER, INTERNET, (uint16_t)(TP_IPV4_HEADER_LEN + i));

		frames[i] = i % 3 == 0 ? whole_fragment(1, i / 3, (uint16_t)i) : up_frame(1, &p);
	}
	give_burst(ACCESS, frames, TP_BURST);
	assert_sizes_at_core(TP_BURST);
}

/* By two links it is the numbers that say so. */
static void test_a_burst_by_two_links_is_put_in_order(void **state)
{
	const struct tp_dataplane_join join = {.link_mtu = LINK};
	static struct frame frames[TP_BURST];

	bring_up_with(1, false, false);
	assert_int_equal(w->up[1].bundled, 0);
	open_session(2, (struct tp_vlans){0});
	assert_int_equal(tp_dataplane_session_join(dp, 2, 1, &join), 0);
	assert_int_equal(w->up[1].bundled, 1);
	assert_int_equal(w->up[2].bundled, 1);
	for (unsigned i = 0; i < TP_BURST; i++)
		frames[i] = whole_fragment(1 + i % 2, i, (uint16_t)i);
	give_burst(ACCESS, frames, TP_BURST);
	assert_sizes_at_core(TP_BURST);
	assert_int_equal(w->window_turn, 0); /* nothing was missing, so nothing had to wait */
	/* One link is five behind the other. */
	for (unsigned i = 0; i < TP_BURST; i++) {
		unsigned n = i % 10 < 5 ? i / 10 * 10 + i % 5 * 2 : i / 10 * 10 + i % 5 * 2 + 1;

		frames[i] = whole_fragment(1 + n % 2, TP_BURST + n, (uint16_t)n);
	}
	give_burst(ACCESS, frames, 60);
	assert_sizes_at_core(60);
	assert_int_equal(w->window_turn, 1);
	assert_int_equal(w->ordered, 0);
	tp_dataplane_session_down(dp, 2);
	assert_int_equal(w->up[1].bundled, 0);
	assert_int_equal(w->up[2].bundled, 0);
}

/* To a bundle, among others' packets and with some that are not plain. */
static void test_a_burst_to_two_links_keeps_its_order(void **state)
{
	const struct tp_dataplane_join join = {.link_mtu = LINK};
	static struct frame frames[TP_BURST];
	struct tp_dataplane_session_up other = up_of(3);
	unsigned next = 0, sequence = 0, others = 0;
	struct frame out;

	bring_up_with(1, false, false);
	open_session(2, (struct tp_vlans){0});
	assert_int_equal(tp_dataplane_session_join(dp, 2, 1, &join), 0);
	open_session(3, (struct tp_vlans){0});
	assert_int_equal(tp_dataplane_session_up(dp, 3, &other), 0);
	for (unsigned i = 0; i < TP_BURST; i++) {
		struct packet p = sized(INTERNET, i % 4 == 0 ? OUR_ADDRESS + 3 : SUBSCRIBER,
					(uint16_t)(TP_IPV4_HEADER_LEN + i));

		if (i % 8 == 3)
			p.protocol =
				TP_IPPROTO_TCP; /* with what shows as a SYN, from 14 bytes on */
		frames[i] = down_frame(&p);
	}
	give_burst(CORE, frames, TP_BURST);
	while (take(ACCESS, &out)) {
		if (out.bytes[21] != 0x3d) {
			others++;
			continue;
		}
		while (next % 4 == 0)
			next++;
		assert_int_equal(out.len, 22 + 6 + TP_IPV4_HEADER_LEN + next);
		assert_int_equal(out.bytes[25], sequence++);
		next++;
	}
	assert_int_equal(others, TP_BURST / 4);
	assert_int_equal(sequence, TP_BURST * 3 / 4);
}

/* Whichever of them a session has, those to come among them: it is the client's address still. */
static void test_no_reason_hides_whose_a_frame_is(void **state)
{
	struct packet p = sized(SUBSCRIBER, INTERNET, 100);
	struct frame f = up_frame(1, &p);

	bring_up(1);
	for (unsigned bit = 0; bit < 16; bit++) {
		w->up[1].mac ^= 1u << bit;
		give(ACCESS, &f);
		assert_at_core(&p);
		w->up[1].mac ^= 1u << bit;
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_a_large_packet_to_a_subscriber_goes_in_two_fragments),
		TEST(test_a_small_packet_goes_as_it_is),
		TEST(test_a_packet_larger_than_the_peers_mrru_is_cut_by_ip_first),
		TEST(test_packets_stay_in_their_order),
		TEST(test_fragments_of_a_subscriber_are_joined),
		TEST(test_a_packet_whole_in_one_fragment_passes_with_either_protocol_field),
		TEST(test_short_sequence_numbers_are_understood_when_asked_for),
		TEST(test_lost_late_and_large_fragments_are_dropped_with_their_reason),
		TEST(test_a_spoofed_packet_in_fragments_is_dropped_too),
		TEST(test_an_echo_inside_of_mp_is_answered),
		TEST(test_control_protocols_inside_of_mp_reach_control_unwrapped),
		TEST(test_fragments_of_a_session_without_mp_are_controls),
		TEST(test_what_is_joined_at_the_same_time_is_bounded),
		TEST(test_counting_goes_on_when_other_settings_change),
		TEST(test_counting_goes_on_as_long_as_lcp_stands),
		TEST(test_a_link_that_is_withdrawn_leaves_a_plain_session),
		TEST(test_a_bundle_ends_when_its_session_has_mp_no_more),
		TEST(test_what_was_handed_on_for_a_session_does_not_reach_the_slots_next_one),
		TEST(test_each_session_knows_why_it_goes_the_careful_way),
		TEST(test_a_second_link_comes_and_goes),
		TEST(test_a_burst_by_a_link_that_is_alone_stays_as_it_came),
		TEST(test_a_burst_by_two_links_is_put_in_order),
		TEST(test_a_burst_to_two_links_keeps_its_order),
		TEST(test_no_reason_hides_whose_a_frame_is),
	};

	return RUN(tests);
}
