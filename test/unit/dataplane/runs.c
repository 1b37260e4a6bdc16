/* SPDX-License-Identifier: BSD-3-Clause */
/* Bursts of all kinds of frames at once: each comes out as it does alone, and each fault is found
 * in frames of each kind. */
#include "fixture6.h"

#include "base/random.h"
#include "wire/tcp.h"

#define KINDS 6 /* 0 to 2 tags, of either family */

static struct frame out;

static struct tp_vlans vlans_of(unsigned tags)
{
	return (struct tp_vlans){.outer = tags > 0 ? 100 : 0, .inner = tags > 1 ? 200 : 0};
}

/* Client number 1 + tags of each kind. */
static void bring_up_all(void)
{
	for (unsigned tags = 0; tags < 3; tags++) {
		struct tp_dataplane_session_up up = up6_of(1 + tags);

		open_session(1 + tags, vlans_of(tags));
		assert_int_equal(tp_dataplane_session_up(dp, 1 + tags, &up), 0);
	}
}

static struct frame frame_of(unsigned kind, uint8_t hops, uint8_t protocol)
{
	const unsigned tags = kind / 2, n = 1 + tags;
	uint8_t bytes[256];

	if (kind % 2 == 0) {
		struct packet p = plain(OUR_ADDRESS + n, INTERNET);
		p.ttl = hops;
		p.protocol = protocol;
		return session_frame(n, vlans_of(tags), TP_PPP_PROTO_IPV4, bytes,
				     put_packet(bytes, &p));
	}
	struct packet6 p = plain6(host_of(n), INTERNET6);
	p.hops = hops;
	p.next = protocol;
	return session_frame(n, vlans_of(tags), TP_PPP_PROTO_IPV6, bytes, put_packet6(bytes, &p));
}

static unsigned ip_at(unsigned kind)
{
	return 22 + kind / 2 * 4;
}

/* What has left for the core, of each kind in the order of hops, which number them. */
static unsigned take_all(unsigned count)
{
	uint8_t last[2] = {0};
	unsigned taken = 0;

	for (; taken < count && take(CORE, &out); taken++) {
		bool six = out.bytes[14] >> 4 == 6;
		uint8_t hops = out.bytes[six ? 14 + 7 : 14 + 8];

		assert_memory_equal(out.bytes, gateway_mac.bytes, 6);
		assert_int_equal(out.bytes[12] << 8 | out.bytes[13],
				 six ? TP_ETHERTYPE_IPV6 : TP_ETHERTYPE_IPV4);
		assert_true(hops >= last[six]);
	}
	return taken;
}

static void test_a_burst_of_all_kinds_comes_out_whole(void **state)
{
	struct frame burst[32];
	struct tp_random random;

	tp_random_init_seed(&random, 16);
	bring_up_all();
	for (unsigned round = 0; round < 400; round++) {
		/* mostly of one kind for a while, now and then of many */
		unsigned base = round / 40 % KINDS, share = round % 7;
		unsigned each[KINDS] = {0};
		struct tp_session_counters before[3], after[3];

		for (unsigned i = 0; i < 3; i++)
			tp_dataplane_session_counters(dp, 1 + i, &before[i]);
		for (unsigned i = 0; i < 32; i++) {
			unsigned kind = tp_random_below(&random, 8) < share
						? tp_random_below(&random, KINDS)
						: base;
			burst[i] = frame_of(kind, 64, TP_IPPROTO_UDP);
			each[kind]++;
		}
		give_burst(ACCESS, burst, 32);
		assert_int_equal(take_all(32), 32);
		for (unsigned i = 0; i < 3; i++) {
			tp_dataplane_session_counters(dp, 1 + i, &after[i]);
			assert_int_equal(after[i].ipv6_packets_in - before[i].ipv6_packets_in,
					 each[2 * i + 1]);
			assert_int_equal(after[i].packets_in - before[i].packets_in,
					 each[2 * i] + each[2 * i + 1]);
		}
	}
	assert_no_drops(ACCESS);
}

/* Both families by chance are parted, and one alone is not. */
static void test_what_a_port_brings_is_learnt(void **state)
{
	struct frame mixed[32], single[32];

	bring_up_all();
	for (unsigned i = 0; i < 32; i++) {
		mixed[i] = frame_of(4 + (i % 3 == 0), 64, TP_IPPROTO_UDP);
		single[i] = frame_of(5, 64, TP_IPPROTO_UDP);
	}
	for (unsigned i = 0; i < 3; i++) {
		give_burst(ACCESS, mixed, 32);
		assert_int_equal(take_all(32), 32);
	}
	assert_true(w->guesses[ACCESS].mixed);
	assert_int_equal(w->guesses[ACCESS].four.kind.tags, 2);
	for (unsigned i = 0; i < 3; i++) {
		give_burst(ACCESS, single, 32);
		assert_int_equal(take_all(32), 32);
	}
	assert_false(w->guesses[ACCESS].mixed);
	assert_true(w->guesses[ACCESS].ipv6);
}

/* Order within a session, whatever comes between. */
static void test_a_session_keeps_its_order(void **state)
{
	struct frame burst[32];

	bring_up_all();
	for (unsigned round = 0; round < 20; round++) {
		for (unsigned i = 0; i < 32; i++)
			burst[i] = frame_of(round % 2 + (i % 5 == 0 ? 2 : 4), (uint8_t)(10 + i),
					    TP_IPPROTO_UDP);
		for (unsigned i = 0; i < 32; i++)
			if (i % 5 == 0)
				burst[i] = frame_of(round % 2 + 2, 9, TP_IPPROTO_UDP);
		give_burst(ACCESS, burst, 32);
		uint8_t last = 0;
		for (unsigned i = 0; i < 32; i++) {
			assert_true(take(CORE, &out));
			uint8_t hops = out.bytes[14 + (round % 2 != 0 ? 7 : 8)];
			assert_true(hops == 8 || hops > last);
			last = hops == 8 ? last : hops;
		}
	}
}

/* Tags of priority alone do not count: whatever they are, such frames are those of the session. */
static void test_priority_is_no_vlan(void **state)
{
	struct frame f = frame_of(4, 64, TP_IPPROTO_UDP);

	bring_up_all();
	f.bytes[14] |= 0xe0; /* of both tags */
	f.bytes[18] |= 0xa0;
	give(ACCESS, &f);
	assert_int_equal(take_all(1), 1);
	f = frame_of(0, 64, TP_IPPROTO_UDP);
	memmove(f.bytes + 16, f.bytes + 12, f.len - 12u);
	memcpy(f.bytes + 12, "\x81\x00\xe0\x00", 4);
	f.len = (uint16_t)(f.len + 4);
	for (unsigned i = 0; i < 3; i++) {
		give(ACCESS, &f);
		assert_int_equal(take_all(1), 1);
	}
	assert_no_drops(ACCESS);
}

/* ---- faults --------------------------------------------------------------------------------- */

static void mend_checksum(struct frame *f, unsigned at)
{
	struct tp_ipv4 *ip = (struct tp_ipv4 *)(void *)(f->bytes + at);

	ip->checksum_be = 0;
	ip->checksum_be = tp_checksum_finish(tp_checksum_add(0, ip, TP_IPV4_HEADER_LEN));
}

/* Fault number FAULT of a frame of KIND; false: it has none such. */
static bool spoil(struct frame *f, unsigned kind, unsigned fault)
{
	const unsigned at = ip_at(kind), tags = kind / 2;
	const bool six = kind % 2 != 0;
	uint8_t *ip = f->bytes + at;

	switch (fault) {
	case 0:
	case 1:
	case 2: /* to somebody else, from somebody else */
		f->bytes[(unsigned[]){0, 5, 11}[fault]] ^= 4;
		break;
	case 3:
	case 4: /* another VLAN, by either byte of either tag */
		if (tags == 0)
			return false;
		f->bytes[12 + 4 * (fault == 3 ? 0 : tags - 1) + 3] ^= 16;
		break;
	case 5:
		if (tags == 0)
			return false;
		f->bytes[12 + 4 * (tags - 1) + 2] ^= 8;
		break;
	case 6: /* version and code of PPPoE, its session */
		ip[-8] ^= 1;
		break;
	case 7:
		ip[-7] ^= 1;
		break;
	case 8:
		ip[-5] ^= 1;
		break;
	case 9: /* lengths: PPPoE's too great and too small, IP's too great */
		ip[-4] ^= 0x40;
		break;
	case 10:
		ip[-3] = 4;
		break;
	case 11:
		ip[six ? 4 : 2] ^= 0x40;
		if (!six)
			mend_checksum(f, at);
		break;
	case 12: /* the frame is too short for it */
		f->len--;
		break;
	case 13: /* version */
		ip[0] ^= 0x10;
		break;
	case 14: /* options */
		if (six)
			return false;
		ip[0] ^= 1;
		break;
	case 15: /* the last hop */
		ip[six ? 7 : 8] = 1;
		if (!six)
			mend_checksum(f, at);
		break;
	case 16: /* source */
		ip[six ? 13 : 15] ^= 1;
		if (!six)
			mend_checksum(f, at);
		break;
	case 17:
		ip[six ? 8 : 12] ^= 1;
		if (!six)
			mend_checksum(f, at);
		break;
	case 18: /* the checksum, by each of its bytes */
	case 19:
		if (six)
			return false;
		ip[10 + fault - 18] ^= 1;
		break;
	default:
		return false;
	}
	return true;
}

/* Among good ones of its kind, each spoilt frame is found, and none of the others. */
static void test_each_fault_is_found_in_each_kind(void **state)
{
	struct frame burst[5];

	bring_up_all();
	for (unsigned kind = 0; kind < KINDS; kind++) {
		for (unsigned fault = 0; fault <= 19; fault++) {
			for (unsigned i = 0; i < 5; i++)
				burst[i] = frame_of(kind, 64, TP_IPPROTO_UDP);
			if (!spoil(&burst[2], kind, fault))
				continue;
			w->tick += 10 * w->second_ticks; /* nobody has been told too much */
			uint64_t before = w->counters[ACCESS].forwarded;
			give_burst(ACCESS, burst, 5);
			if (w->counters[ACCESS].forwarded - before != 4)
				fail_msg("kind %u, fault %u: %u of 4 came out", kind, fault,
					 (unsigned)(w->counters[ACCESS].forwarded - before));
			struct tp_message message;
			while (take(CORE, &out) || take(ACCESS, &out) ||
			       take_message(&message, &out))
				;
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST6(test_a_burst_of_all_kinds_comes_out_whole),
		TEST6(test_what_a_port_brings_is_learnt),
		TEST6(test_a_session_keeps_its_order),
		TEST6(test_priority_is_no_vlan),
		TEST6(test_each_fault_is_found_in_each_kind),
	};
	return RUN(tests);
}
