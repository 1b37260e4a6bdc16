/* SPDX-License-Identifier: BSD-3-Clause */
/* The forwarder between two pairs of sockets: one stands for the wire, one for the TUN
 * interface. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <cmocka.h>

#include "forward.h"

/* An IPv4 packet, as far as the forwarder looks. */
static const uint8_t packet[] = {0x45, 0, 0, 24, 'p', 'a', 'c', 'k', 'e', 't'};

/* From the access concentrator 02:…:ac to us, 02:…:0c, in session 0x1234. */
static const uint8_t frame[] = {
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
	rig->forward.network = true;
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
	uint8_t room[100], padded[60] = {0};

	memcpy(padded, frame, sizeof(frame));
	assert_int_equal(receive(rig, padded, sizeof(padded)), 1);
	assert_int_equal(recv(rig->host, room, sizeof(room), 0), sizeof(packet));
	assert_memory_equal(room, packet, sizeof(packet));
	assert_int_equal(rig->forward.packets_in, 1);
	assert_int_equal(rig->control_len, 0);
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

	rig->forward.network = false;
	assert_int_equal(receive(rig, frame, sizeof(frame)), 1);
	assert_int_equal(recv(rig->host, room, sizeof(room), 0), -1);
	send(rig->host, packet, sizeof(packet), 0);
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
		send(rig->host, packet, sizeof(packet), 0);
	forward_from_tun(&rig->forward);
	for (int i = 0; i < 5; i++) {
		assert_int_equal(recv(rig->wire, room, sizeof(room), 0), sizeof(expected));
		assert_memory_equal(room, expected, sizeof(expected));
	}
	assert_int_equal(rig->forward.packets_out, 5);
}

static void test_ipv6_of_the_host_stays(void **state)
{
	const uint8_t solicitation[] = {0x60, 0, 0, 0};
	struct rig *rig = *state;
	uint8_t room[100];

	send(rig->host, solicitation, sizeof(solicitation), 0);
	send(rig->host, packet, sizeof(packet), 0);
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

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_ipv4_of_our_session_reaches_the_host),
		TEST(test_all_else_of_our_session_reaches_ppp),
		TEST(test_frames_that_are_not_of_our_session_are_dropped),
		TEST(test_nothing_passes_before_ipcp_is_up),
		TEST(test_packets_of_the_host_go_out_in_our_session),
		TEST(test_ipv6_of_the_host_stays),
		TEST(test_ppp_frames_go_out_in_our_session_only_while_there_is_one),
	};
#undef TEST

	return cmocka_run_group_tests(tests, NULL, NULL);
}
