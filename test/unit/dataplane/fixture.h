/* SPDX-License-Identifier: BSD-3-Clause */
/* A data plane of one worker that is not launched: the test is the worker. Port 0 is access, port
 * 1 core, both net_ring devices that give back what was sent. After each test everything that
 * was received must have been forwarded, answered, handed over or dropped. */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <arpa/inet.h>
#include <errno.h>

#include <cmocka.h>

#include "base/bytes.h"
#include "dataplane/dataplane.h"
#include "dataplane/drops.h"
#include "dataplane/messages.h"
#include "dataplane/routes.h"
#include "dataplane/sessions.h"
#include "dataplane/state.h"
#include "dataplane/worker/worker.h"
#include "wire/icmp.h"
#include "wire/ipv4.h"
#include "wire/ppp.h"
#include "wire/pppoe.h"

#define ACCESS 0
#define CORE   1

#define IP(a, b, c, d) ((uint32_t)(a) << 24 | (uint32_t)(b) << 16 | (uint32_t)(c) << 8 | (d))

/* The same as a function takes it. */
#define AT(address) (&(const struct tp_ip)TP_IP4(address))

#define OUR_ADDRESS  IP(10, 0, 0, 1)	 /* of every session */
#define PORT_ADDRESS IP(192, 0, 2, 1)	 /* of the core port */
#define GATEWAY	     IP(192, 0, 2, 2)	 /* resolved */
#define INTERNET     IP(198, 51, 100, 7) /* behind the gateway */
#define SUBSCRIBER   IP(10, 0, 0, 2)	 /* of open_session(…, 1, …) */

extern struct tp_dataplane *dp;
extern struct tp_worker *w;

/* 64, unless a program wants more of them. */
#define MAX_SESSIONS 4096
extern unsigned max_sessions;
extern unsigned worker_count;	 /* 1, unless a program wants up to eight: the first is `w` */
extern const char *counters_key; /* NULL, unless a program wants one */
extern const struct tp_mac gateway_mac;

/* For cmocka's group: once a program. */
int start_dataplane(void **state);
int stop_dataplane(void **state);

/* For each test: a default route through the gateway, no sessions; and the sums afterwards. */
int begin(void **state);
int end(void **state);

#define TEST(f)	   cmocka_unit_test_setup_teardown(f, begin, end)
#define RUN(tests) cmocka_run_group_tests(tests, start_dataplane, stop_dataplane)

/* Client number N: MAC, session id N, slot N, address 10.0.0.1 + N. */
struct tp_mac client_mac(unsigned n);
void open_session(unsigned n, struct tp_vlans vlans);
struct tp_dataplane_session_up up_of(unsigned n);
void bring_up(unsigned n); /* opens it untagged and brings it up */

/* A frame being made, or one that came out. */
struct frame {
	uint16_t len;
	uint8_t bytes[9300];
};

/* An IPv4 packet with checksum, PAYLOAD bytes after the header: numbered, the protocol's own
 * header not filled in. */
struct packet {
	uint32_t src, dst;
	uint8_t ttl, protocol;
	uint16_t fragment; /* flags and offset */
	uint16_t payload;
};
struct packet plain(uint32_t src, uint32_t dst);
uint16_t put_packet(uint8_t *out, const struct packet *p);

/* Writes Ethernet, tags, PPPoE and PPP of client N; *IP is where the packet goes. */
struct frame session_frame(unsigned n, struct tp_vlans vlans, uint16_t protocol,
			   const void *payload, uint16_t len);
/* LCP of CODE with MAGIC and DATA bytes more. */
struct frame lcp_frame(unsigned n, uint8_t code, uint32_t magic, uint16_t data);
struct frame up_frame(unsigned n, const struct packet *p);
struct frame down_frame(const struct packet *p);

/* Where the IPv4 packet of a frame that came out begins. */
struct tp_ipv4 *packet_to_subscriber(struct frame *f);
struct tp_ipv4 *packet_to_core(struct frame *f);

/* Gives the worker a frame on PORT; with a tag stripped as a driver would. */
void give(unsigned port, const struct frame *f);
void give_stripped(unsigned port, const struct frame *f, uint16_t tci);
void give_bytes(unsigned port, const void *bytes, uint16_t len);

/* The next frame that left by PORT; false: none. */
bool take(unsigned port, struct frame *f);
void assert_nothing_out(void);

/* The next message to control; its frame, if any, is copied to F and freed. */
bool take_message(struct tp_message *message, struct frame *f);

/* How often PORT's frames were dropped for REASON; every other reason must be zero. */
void assert_only_drop(unsigned port, enum tp_drop reason, uint64_t count);
void assert_no_drops(unsigned port);
