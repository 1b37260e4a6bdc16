/* SPDX-License-Identifier: BSD-3-Clause */
/* The forwarder between two pairs of sockets: one stands for the wire, one for the TUN
 * interface. */
#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>
#include <cmocka.h>

#include "encryption.h"
#include "forward.h"
#include "multilink.h"
#include "wire/ipv4.h"
#include "wire/ipv6.h"
#include "wire/tcp.h"

/* An IPv4 packet, as far as the forwarder looks. */
static const uint8_t packet[24] = {0x45, 0, 0, 24, 'p', 'a', 'c', 'k', 'e', 't'};

/* From the access concentrator 02:…:ac to us, 02:…:0c, in session 0x1234. */
static const uint8_t frame[22 + sizeof(packet)] = {
	2,    0,    0,	  0,	0,   0x0c,		 /* destination */
	2,    0,    0,	  0,	0,   0xac,		 /* source */
	0x88, 0x64,					 /* PPPoE session */
	0x11, 0x00, 0x12, 0x34, 0,   2 + sizeof(packet), /* PPPoE */
	0x00, 0x21,					 /* IPv4 */
	0x45, 0,    0,	  24,	'p', 'a',
	'c',  'k',  'e',  't',
};

struct rig {
	struct packet_socket socket;
	struct forward forward;
	int wire; /* the far ends */
	int host;
	uint8_t control[64];
	size_t control_len;
};

static int setup(void **state)
{
	const struct tp_mac ac = {{2, 0, 0, 0, 0, 0xac}};
	struct rig *rig = calloc(1, sizeof(*rig));
	int wire[2], tun[2];

	if (rig == NULL || socketpair(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0, wire) < 0 ||
	    socketpair(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0, tun) < 0)
		return -1;
	rig->socket = (struct packet_socket){
		.fd = wire[0], .ethertype = TP_ETHERTYPE_SESSION, .mac = {{2, 0, 0, 0, 0, 0x0c}}};
	rig->wire = wire[1];
	rig->forward.socket = &rig->socket;
	rig->forward.tun = tun[0];
	rig->host = tun[1];
	forward_start(&rig->forward, 0x1234, &ac);
	rig->forward.ipv4 = true;
	*state = rig;
	return 0;
}

static int teardown(void **state)
{
	struct rig *rig = *state;

	close(rig->socket.fd);
	close(rig->wire);
	close(rig->forward.tun);
	close(rig->host);
	free(rig);
	return 0;
}

/* To and from the TUN interface: behind a header that says that the packet is whole. */
static void host_sends(struct rig *rig, const uint8_t *bytes, size_t len)
{
	const struct virtio_net_hdr vnet = {0};
	uint8_t room[2048];

	memcpy(room, &vnet, sizeof(vnet));
	memcpy(room + sizeof(vnet), bytes, len);
	assert_int_equal(send(rig->host, room, sizeof(vnet) + len, 0), sizeof(vnet) + len);
}

static ssize_t host_receives(struct rig *rig, struct virtio_net_hdr *vnet, uint8_t *room,
			     size_t room_len)
{
	const struct iovec parts[] = {{vnet, sizeof(*vnet)}, {room, room_len}};
	ssize_t len = readv(rig->host, parts, 2);

	return len < 0 ? len : len - (ssize_t)sizeof(*vnet);
}

static void on_control(void *ctx, const uint8_t *bytes, size_t len)
{
	struct rig *rig = ctx;

	assert_true(len <= sizeof(rig->control));
	memcpy(rig->control, bytes, len);
	rig->control_len = len;
}

static unsigned receive(struct rig *rig, const uint8_t *bytes, size_t len)
{
	assert_int_equal(send(rig->wire, bytes, len, 0), len);
	return forward_from_ethernet(&rig->forward, on_control, rig);
}

static void test_ipv4_of_our_session_reaches_the_host(void **state)
{
	struct rig *rig = *state;
	struct virtio_net_hdr vnet;
	uint8_t room[100], padded[60] = {0};

	memcpy(padded, frame, sizeof(frame));
	assert_int_equal(receive(rig, padded, sizeof(padded)), 1);
	assert_int_equal(host_receives(rig, &vnet, room, sizeof(room)), sizeof(packet));
	assert_memory_equal(room, packet, sizeof(packet));
	assert_int_equal(vnet.gso_type, VIRTIO_NET_HDR_GSO_NONE);
	assert_int_equal(rig->forward.packets_in, 1);
	assert_int_equal(rig->control_len, 0);
}

static void test_what_only_claims_to_be_ipv4_does_not_reach_the_host(void **state)
{
	struct rig *rig = *state;
	uint8_t other[sizeof(frame)], room[64];
	struct virtio_net_hdr vnet;

	memcpy(other, frame, sizeof(other));
	other[22] = 0x60; /* IPv6 */
	assert_int_equal(receive(rig, other, sizeof(other)), 1);
	memcpy(other, frame, sizeof(other));
	other[19] = 2; /* nothing behind the protocol field */
	assert_int_equal(receive(rig, other, sizeof(other)), 1);
	assert_true(host_receives(rig, &vnet, room, sizeof(room)) < 0);
	assert_int_equal(rig->forward.dropped, 2);
}

static void test_all_else_of_our_session_reaches_ppp(void **state)
{
	struct rig *rig = *state;
	uint8_t lcp[sizeof(frame)], room[100];

	memcpy(lcp, frame, sizeof(frame));
	lcp[20] = 0xc0;
	assert_int_equal(receive(rig, lcp, sizeof(lcp)), 1);
	assert_int_equal(rig->control_len, 2 + sizeof(packet));
	assert_memory_equal(rig->control, lcp + 20, rig->control_len);
	assert_int_equal(recv(rig->host, room, sizeof(room), 0), -1);
}

static void test_frames_that_are_not_of_our_session_are_dropped(void **state)
{
	const struct {
		const char *what;
		size_t offset;
	} cases[] = {
		{"destination", 5}, {"source", 11},  {"version", 14},
		{"code", 15},	    {"session", 17}, {"length past the end", 19},
	};
	struct rig *rig = *state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		uint8_t wrong[sizeof(frame)], room[100];

		memcpy(wrong, frame, sizeof(frame));
		wrong[cases[i].offset]++;
		if (receive(rig, wrong, sizeof(wrong)) != 0)
			fail_msg("taken: wrong %s", cases[i].what);
		assert_int_equal(recv(rig->host, room, sizeof(room), 0), -1);
		assert_int_equal(rig->forward.dropped, i + 1);
	}
	for (size_t len = 1; len < 20; len++)
		assert_int_equal(receive(rig, frame, len), 0);
	assert_int_equal(rig->control_len, 0);
}

static void test_nothing_passes_before_ipcp_is_up(void **state)
{
	struct rig *rig = *state;
	uint8_t room[100];

	rig->forward.ipv4 = false;
	assert_int_equal(receive(rig, frame, sizeof(frame)), 1);
	assert_int_equal(recv(rig->host, room, sizeof(room), 0), -1);
	host_sends(rig, packet, sizeof(packet));
	forward_from_tun(&rig->forward);
	assert_int_equal(recv(rig->wire, room, sizeof(room), 0), -1);
	assert_int_equal(rig->forward.dropped, 2);
}

static void test_packets_of_the_host_go_out_in_our_session(void **state)
{
	struct rig *rig = *state;
	uint8_t expected[sizeof(frame)], room[100];

	memcpy(expected, frame, sizeof(frame));
	expected[5] = 0xac;
	expected[11] = 0x0c;
	for (int i = 0; i < 5; i++)
		host_sends(rig, packet, sizeof(packet));
	forward_from_tun(&rig->forward);
	for (int i = 0; i < 5; i++) {
		assert_int_equal(recv(rig->wire, room, sizeof(room), 0), sizeof(expected));
		assert_memory_equal(room, expected, sizeof(expected));
	}
	assert_int_equal(rig->forward.packets_out, 5);
}

/* A SYN in IPv6 with an MSS of 1460: 40 bytes of IPv6, 24 of TCP. */
#define SYN6_LEN 64
static size_t make_syn6(uint8_t *frame6, uint16_t mss)
{
	const uint8_t src[16] = {0x20, 1, 0xd, 0xb8, [15] = 1}, dst[16] = {0x20, 1, [15] = 2};
	uint8_t *ip = frame6 + FORWARD_HEADER_LEN, *tcp = ip + TP_IPV6_HEADER_LEN;
	uint16_t checksum;

	memcpy(frame6, frame, FORWARD_HEADER_LEN);
	frame6[19] = 2 + SYN6_LEN;
	frame6[21] = 0x57;
	memset(tcp, 0, 24);
	tp_ipv6_build((struct tp_ipv6 *)ip, 24, TP_IPPROTO_TCP, 64, src, dst);
	tcp[TP_TCP_DATA_OFFSET] = 6 << 4;
	tcp[TP_TCP_FLAGS_OFFSET] = TP_TCP_SYN;
	tcp[20] = TP_TCP_OPTION_MSS;
	tcp[21] = 4;
	tp_put_be16(tcp + 22, mss);
	checksum = tp_ipv6_checksum(src, dst, TP_IPPROTO_TCP, tcp, 24);
	memcpy(tcp + TP_TCP_CHECKSUM, &checksum, 2);
	return FORWARD_HEADER_LEN + SYN6_LEN;
}

static void test_ipv6_passes_both_ways_with_an_mss_60_below_the_mtu(void **state)
{
	struct rig *rig = *state;
	uint8_t syn[128], room[128], expected[128];
	size_t len = make_syn6(syn, 1460);
	struct virtio_net_hdr vnet;

	rig->forward.ipv6 = true;
	rig->forward.mss = 1460 - 40;
	make_syn6(expected, 1460 - 60);
	assert_int_equal(receive(rig, syn, len), 1);
	assert_int_equal(host_receives(rig, &vnet, room, sizeof(room)), SYN6_LEN);
	assert_memory_equal(room, expected + FORWARD_HEADER_LEN, SYN6_LEN);
	make_syn6(syn, 1460);
	host_sends(rig, syn + FORWARD_HEADER_LEN, SYN6_LEN);
	forward_from_tun(&rig->forward);
	assert_int_equal(recv(rig->wire, room, sizeof(room), 0), len);
	assert_memory_equal(room + 14, expected + 14, len - 14);
	assert_int_equal(rig->forward.packets_in + rig->forward.packets_out, 2);
	assert_int_equal(rig->forward.upkeep, 0);
}

static void test_each_family_passes_only_while_it_is_up(void **state)
{
	struct rig *rig = *state;
	uint8_t syn[128], room[128];
	size_t len = make_syn6(syn, 1460);

	assert_int_equal(receive(rig, syn, len), 1);
	assert_int_equal(recv(rig->host, room, sizeof(room), 0), -1);
	host_sends(rig, syn + FORWARD_HEADER_LEN, SYN6_LEN);
	forward_from_tun(&rig->forward);
	assert_int_equal(recv(rig->wire, room, sizeof(room), 0), -1);
	assert_int_equal(rig->forward.dropped, 2);
	rig->forward.ipv4 = false;
	rig->forward.ipv6 = true;
	assert_int_equal(receive(rig, frame, sizeof(frame)), 1);
	assert_int_equal(recv(rig->host, room, sizeof(room), 0), -1);
	syn[21] = 0x21; /* neither by the other's number */
	assert_int_equal(receive(rig, syn, len), 1);
	assert_int_equal(recv(rig->host, room, sizeof(room), 0), -1);
	assert_int_equal(rig->forward.dropped, 4);
	assert_int_equal(rig->control_len, 0);
}

static void test_ipv6_that_is_not_wished_for_is_ppps_to_refuse(void **state)
{
	struct rig *rig = *state;
	uint8_t syn[128];
	size_t len = make_syn6(syn, 1460);

	rig->forward.no_ipv6 = true;
	syn[19] = 40;
	assert_int_equal(receive(rig, syn, len), 1);
	assert_memory_equal(rig->control, "\x00\x57\x60", 3);
}

/* What the host sends comes back from the wire, as if the peer had the same to say, and is the same
 * again. FRAMES: how many it makes, none of which has it as it is. */
static void goes_round(struct rig *rig, const uint8_t *bytes, size_t len, unsigned frames)
{
	uint8_t room[2048];
	struct virtio_net_hdr vnet;
	ssize_t got;

	host_sends(rig, bytes, len);
	forward_from_tun(&rig->forward);
	for (unsigned i = 0; i < frames; i++) {
		got = recv(rig->wire, room, sizeof(room), 0);
		assert_true(got > 0);
		memcpy(room, frame, 12);
		assert_true(room[21] != 0x57 && room[21] != 0x21);
		receive(rig, room, (size_t)got);
	}
	assert_true(recv(rig->wire, room, sizeof(room), 0) < 0);
	assert_int_equal(host_receives(rig, &vnet, room, sizeof(room)), len);
	assert_memory_equal(room, bytes, len);
}

static void test_ipv6_goes_encrypted_and_in_fragments_too(void **state)
{
	const struct tp_mppe_terms terms = {.bits = 128, .stateless = true};
	const struct tp_ppp_encryption agreed = {.send = terms, .receive = terms};
	struct rig *rig = *state;
	struct multilink multilink = {0};
	struct encryption encryption = {0};
	uint8_t syn[128], big[1400] = {0};

	make_syn6(syn, 1400);
	tp_ipv6_build((struct tp_ipv6 *)big, sizeof(big) - 40, TP_IPPROTO_UDP, 64,
		      syn + FORWARD_HEADER_LEN + 8, syn + FORWARD_HEADER_LEN + 24);
	rig->forward.ipv6 = true;
	encryption_start(&encryption, &agreed);
	rig->forward.encryption = &encryption;
	goes_round(rig, syn + FORWARD_HEADER_LEN, SYN6_LEN, 1);
	goes_round(rig, big, sizeof(big), 1);

	assert_int_equal(multilink_init(&multilink, 1600, 1), 0);
	multilink_start(&multilink, &(struct multilink_terms){.mrru = 1600, .peer_mrru = 1600});
	multilink_add(&multilink, &rig->forward, 700);
	rig->forward.multilink = &multilink;
	goes_round(rig, big, sizeof(big), 3);
	rig->forward.encryption = NULL;
	goes_round(rig, big, sizeof(big), 3);
	assert_int_equal(rig->forward.dropped, 0);
	multilink_clear(&multilink);
}

static bool looks(void *ctx, const uint8_t *bytes, size_t len)
{
	struct rig *rig = ctx;

	rig->control[rig->control_len++] = bytes[6];
	return bytes[6] == TP_IPPROTO_UDP;
}

static void test_what_the_peer_says_of_ipv6_is_shown_and_is_no_traffic(void **state)
{
	struct rig *rig = *state;
	uint8_t said[128], room[128];
	size_t len = make_syn6(said, 1460);
	uint8_t *ip = said + FORWARD_HEADER_LEN, *payload = ip + TP_IPV6_HEADER_LEN;
	struct virtio_net_hdr vnet;

	rig->forward.ipv6 = true;
	rig->forward.on_ipv6 = looks;
	rig->forward.ctx = rig;
	receive(rig, said, len); /* TCP is nobody's affair */
	assert_int_equal(rig->control_len, 0);
	assert_true(host_receives(rig, &vnet, room, sizeof(room)) > 0);
	ip[6] = TP_IPV6_ICMP;
	payload[0] = 134;
	ip[24] = 0xff;
	receive(rig, said, len);
	assert_int_equal(rig->control[0], TP_IPV6_ICMP);
	assert_true(host_receives(rig, &vnet, room, sizeof(room)) > 0);
	assert_int_equal(rig->forward.upkeep, 1);
	ip[6] = TP_IPPROTO_UDP;
	tp_put_be16(payload + 2, 546);
	receive(rig, said, len);
	assert_int_equal(rig->control[1], TP_IPPROTO_UDP);
	assert_true(host_receives(rig, &vnet, room, sizeof(room)) < 0);
}

static void test_ipv6_of_the_host_stays_while_there_is_none(void **state)
{
	const uint8_t solicitation[] = {0x60, 0, 0, 0};
	struct rig *rig = *state;
	uint8_t room[100];

	host_sends(rig, solicitation, sizeof(solicitation));
	host_sends(rig, packet, sizeof(packet));
	forward_from_tun(&rig->forward);
	assert_int_equal(recv(rig->wire, room, sizeof(room), 0), sizeof(frame));
	assert_int_equal(rig->forward.packets_out, 1);
	assert_int_equal(rig->forward.dropped, 1);
}

static void test_ppp_frames_go_out_in_our_session_only_while_there_is_one(void **state)
{
	struct rig *rig = *state;
	uint8_t expected[sizeof(frame)], room[100];

	memcpy(expected, frame, sizeof(frame));
	expected[5] = 0xac;
	expected[11] = 0x0c;
	forward_send_ppp(&rig->forward, frame + 20, 2 + sizeof(packet));
	assert_int_equal(recv(rig->wire, room, sizeof(room), 0), sizeof(expected));
	assert_memory_equal(room, expected, sizeof(expected));
	forward_stop(&rig->forward);
	forward_send_ppp(&rig->forward, frame + 20, 2 + sizeof(packet));
	assert_int_equal(recv(rig->wire, room, sizeof(room), 0), -1);
	assert_int_equal(receive(rig, frame, sizeof(frame)), 0);
}

static void test_what_the_wire_does_not_take_is_dropped_and_counted(void **state)
{
	const uint64_t rounds = 2000, each = 5;
	struct rig *rig = *state;
	uint64_t taken = 0;
	uint8_t room[100];

	for (uint64_t i = 0; i < rounds; i++) {
		for (uint64_t j = 0; j < each; j++)
			host_sends(rig, packet, sizeof(packet));
		forward_from_tun(&rig->forward);
	}
	while (recv(rig->wire, room, sizeof(room), 0) == sizeof(frame))
		taken++;
	assert_true(taken > 0);
	assert_int_equal(rig->forward.packets_out, taken);
	assert_int_equal(rig->forward.bytes_out, taken * sizeof(packet));
	assert_int_equal(rig->forward.dropped, rounds * each - taken);
}

#define SEGMENTS 3
#define SEGMENT	 100

/* A TCP segment with LEN bytes of payload, of which the first are at OFFSET of the stream. */
static size_t make_tcp(uint8_t *bytes, size_t offset, size_t len)
{
	struct tp_ipv4 *ip = (struct tp_ipv4 *)bytes;
	uint8_t *tcp = bytes + sizeof(*ip);
	uint16_t checksum;

	memset(bytes, 0, sizeof(*ip) + TP_TCP_HEADER_LEN);
	tp_ipv4_build(ip, (uint16_t)(sizeof(*ip) + TP_TCP_HEADER_LEN + len), 64, TP_IPPROTO_TCP,
		      htonl(0x0a000001), htonl(0x0a000002));
	ip->id_be = htons((uint16_t)(7 + offset / SEGMENT));
	ip->checksum_be = 0;
	ip->checksum_be = tp_checksum_finish(tp_checksum_add(0, ip, sizeof(*ip)));
	tp_put_be32(tcp + TP_TCP_SEQUENCE, (uint32_t)(1000 + offset));
	tcp[TP_TCP_DATA_OFFSET] = 5 << 4;
	tcp[TP_TCP_FLAGS_OFFSET] = TP_TCP_ACK;
	for (size_t i = 0; i < len; i++)
		tcp[TP_TCP_HEADER_LEN + i] = (uint8_t)((offset + i) * 31);
	checksum = tp_tcp_checksum(ip, tcp, TP_TCP_HEADER_LEN, tcp + TP_TCP_HEADER_LEN, len);
	memcpy(tcp + TP_TCP_CHECKSUM, &checksum, sizeof(checksum));
	return sizeof(*ip) + TP_TCP_HEADER_LEN + len;
}

static void test_a_large_packet_of_the_host_goes_out_in_segments(void **state)
{
	struct {
		struct virtio_net_hdr vnet;
		uint8_t packet[1000];
	} __attribute__((packed)) large = {.vnet = {.flags = VIRTIO_NET_HDR_F_NEEDS_CSUM,
						    .gso_type = VIRTIO_NET_HDR_GSO_TCPV4,
						    .gso_size = SEGMENT}};
	struct rig *rig = *state;
	size_t len = make_tcp(large.packet, 0, SEGMENTS * SEGMENT);

	send(rig->host, &large, sizeof(large.vnet) + len, 0);
	forward_from_tun(&rig->forward);
	for (size_t i = 0; i < SEGMENTS; i++) {
		uint8_t room[500], expected[500];
		size_t expected_len = make_tcp(expected, i * SEGMENT, SEGMENT);

		assert_int_equal(recv(rig->wire, room, sizeof(room), 0),
				 FORWARD_HEADER_LEN + expected_len);
		assert_int_equal(room[19], 2 + expected_len);
		assert_memory_equal(room + FORWARD_HEADER_LEN, expected, expected_len);
	}
	assert_int_equal(rig->forward.packets_out, SEGMENTS);
	assert_int_equal(rig->forward.bytes_out, SEGMENTS * (40 + SEGMENT));
}

static void test_segments_that_follow_each_other_reach_the_host_as_one(void **state)
{
	struct rig *rig = *state;
	struct virtio_net_hdr vnet;
	uint8_t bytes[500], room[1000], expected[1000];

	memcpy(bytes, frame, FORWARD_HEADER_LEN);
	for (size_t i = 0; i < SEGMENTS; i++) {
		size_t len = make_tcp(bytes + FORWARD_HEADER_LEN, i * SEGMENT, SEGMENT);

		bytes[19] = (uint8_t)(2 + len);
		send(rig->wire, bytes, FORWARD_HEADER_LEN + len, 0);
	}
	forward_from_ethernet(&rig->forward, on_control, rig);
	make_tcp(expected, 0, SEGMENTS * SEGMENT);
	assert_int_equal(host_receives(rig, &vnet, room, sizeof(room)), 40 + SEGMENTS * SEGMENT);
	assert_int_equal(vnet.gso_type, VIRTIO_NET_HDR_GSO_TCPV4);
	assert_int_equal(vnet.gso_size, SEGMENT);
	assert_memory_equal(room + 40, expected + 40, SEGMENTS * SEGMENT);
	assert_int_equal(rig->forward.packets_in, SEGMENTS);
	assert_int_equal(rig->forward.bytes_in, SEGMENTS * (40 + SEGMENT));
}

static void test_a_packet_that_does_not_fit_its_header_is_dropped(void **state)
{
	const struct virtio_net_hdr cases[] = {
		{.flags = VIRTIO_NET_HDR_F_NEEDS_CSUM, .csum_start = 20, .csum_offset = 9000},
		{.flags = VIRTIO_NET_HDR_F_NEEDS_CSUM, .csum_start = 0, .csum_offset = 10},
		{.gso_type = VIRTIO_NET_HDR_GSO_TCPV4, .gso_size = 0},
		{.gso_type = VIRTIO_NET_HDR_GSO_TCPV4, .gso_size = 20}, /* it is no TCP */
		{.gso_type = VIRTIO_NET_HDR_GSO_UDP, .gso_size = 20},
	};
	struct rig *rig = *state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct iovec parts[] = {{(void *)(uintptr_t)&cases[i], sizeof(cases[i])},
					      {(void *)(uintptr_t)packet, sizeof(packet)}};
		uint8_t room[100];

		assert_true(writev(rig->host, parts, 2) > 0);
		forward_from_tun(&rig->forward);
		assert_int_equal(recv(rig->wire, room, sizeof(room), 0), -1);
		assert_int_equal(rig->forward.dropped, i + 1);
	}
	send(rig->host, packet, 3, 0);
	forward_from_tun(&rig->forward);
	assert_int_equal(rig->forward.dropped, 6);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_ipv4_of_our_session_reaches_the_host),
		TEST(test_what_only_claims_to_be_ipv4_does_not_reach_the_host),
		TEST(test_all_else_of_our_session_reaches_ppp),
		TEST(test_frames_that_are_not_of_our_session_are_dropped),
		TEST(test_nothing_passes_before_ipcp_is_up),
		TEST(test_packets_of_the_host_go_out_in_our_session),
		TEST(test_ipv6_of_the_host_stays_while_there_is_none),
		TEST(test_ipv6_passes_both_ways_with_an_mss_60_below_the_mtu),
		TEST(test_each_family_passes_only_while_it_is_up),
		TEST(test_ipv6_that_is_not_wished_for_is_ppps_to_refuse),
		TEST(test_ipv6_goes_encrypted_and_in_fragments_too),
		TEST(test_what_the_peer_says_of_ipv6_is_shown_and_is_no_traffic),
		TEST(test_what_the_wire_does_not_take_is_dropped_and_counted),
		TEST(test_a_large_packet_of_the_host_goes_out_in_segments),
		TEST(test_segments_that_follow_each_other_reach_the_host_as_one),
		TEST(test_a_packet_that_does_not_fit_its_header_is_dropped),
		TEST(test_ppp_frames_go_out_in_our_session_only_while_there_is_one),
	};
#undef TEST

	return cmocka_run_group_tests(tests, NULL, NULL);
}
