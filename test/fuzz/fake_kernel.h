/* SPDX-License-Identifier: BSD-3-Clause */
/* A kernel to fuzz control with: the routes and neighbours that it has (fake_kernel.c), and the
 * netlink sockets by which it tells of them (fake_sockets.c). The input decides about all that a
 * kernel may do in one way or another. */
#pragma once

#include <linux/neighbour.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/ip.h"
#include "control/kernel/netlink.h"

#define ROUTES_MAX 64
#define ADDRESSES  4 /* of neighbours on a link: 192.0.2.1 …, fe80::1 … */
#define HOPS	   3 /* that a route of IPv6 may have */

#define FAKE_PORT_ID 4711 /* of all of control's sockets */

enum { TAP1, TAP2, LOOPBACK, ELSEWHERE, LINKS };

enum { FAMILY4, FAMILY6, FAMILIES };

/* What tells a route from others, most by numbers of the tables below. */
struct route {
	uint8_t family, table, prefix, tos, metric; /* its place, in this order; TOS: of IPv6, that
						       it is for packets from one network */
	uint8_t type, link, protocol;
	uint8_t gateway; /* of IPv6 a set of them, 1 << hop: the kernel makes one route of several
			  */
	uint8_t several; /* next hops, of IPv4 alone: SEVERAL_ELSEWHERE, SEVERAL_SHARED */
};

/* The second is on a link that is not ours, or on TAP2; its gateway has the next number. */
enum { SINGLE, SEVERAL_ELSEWHERE, SEVERAL_SHARED };

#define PREFIXES 6
static const struct tp_ip_prefix prefixes[FAMILIES][PREFIXES] = {
	{
		{TP_IP4(0), 0},
		{TP_IP4(0x0a000000), 8},
		{TP_IP4(0x0a010000), 16},
		{TP_IP4(0xc0000201), 32},
		{TP_IP4(0x7f000001), 32},
		{TP_IP4(0xc6336400), 24},
	},
	{
		{{TP_FAMILY_IPV6, {0}}, 0},
		{{TP_FAMILY_IPV6, {10}}, 8}, /* 10.0.0.0/8 looks like it */
		{{TP_FAMILY_IPV6, {0x20, 0x01, 0x0d, 0xb8}}, 48},
		{{TP_FAMILY_IPV6, {0x20, 0x01, 0x0d, 0xb8, [15] = 1}}, 128},
		{{TP_FAMILY_IPV6, {[15] = 1}}, 128},
		{{TP_FAMILY_IPV6, {0xfe, 0x80}}, 64}, /* which is no router's business */
	},
};
static const uint8_t tables[] = {RT_TABLE_LOCAL, RT_TABLE_MAIN, 100};
static const uint8_t types[] = {RTN_UNICAST,	 RTN_LOCAL,    RTN_BLACKHOLE,
				RTN_UNREACHABLE, RTN_PROHIBIT, RTN_ANYCAST};
static const uint8_t protocols[] = {RTPROT_BOOT, RTPROT_STATIC, TP_RTPROT_SUBSCRIBER};
static const uint16_t states[] = {NUD_NONE,  NUD_INCOMPLETE, NUD_REACHABLE, NUD_STALE,
				  NUD_DELAY, NUD_PROBE,	     NUD_FAILED,    NUD_PERMANENT};
#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

struct neighbour {
	bool there;
	uint16_t state;
	struct tp_mac mac;
};

struct datagram;

struct queue {
	struct datagram *first, **last;
	unsigned count;
	int error; /* told before all that waits */
};

enum { MONITOR, QUERY, DUMPER, SOCKETS };

/* What befalls the next piece of a dump. */
enum { NO_TROUBLE, TROUBLE_INTR, TROUBLE_DONE, TROUBLE_ERROR, TROUBLE_FULL, TROUBLES };

struct fake_kernel {
	struct tp_reader input;
	bool quiet;		 /* it does all by the book */
	void (*meanwhile)(void); /* what else happens while control calls */

	struct route routes[ROUTES_MAX]; /* in the kernel's order */
	unsigned route_count;
	struct neighbour neighbours[FAMILIES][LINKS][ADDRESSES];
	int ifindex[LINKS];

	struct queue sockets[SOCKETS];
	unsigned room;	/* events that the monitoring socket holds */
	bool congested; /* and it has overflowed since it was empty */

	bool dumping;
	uint16_t dump_type;
	unsigned dump_seq;
	/* Where it goes on. Of IPv6 DUMP_PREFIX is the number of prefixes of the table that it has
	 * told of, and DUMP_SERIAL what the table's was then. */
	unsigned dump_family, dump_table, dump_prefix, dump_skip, dump_neighbour, dump_serial;
	unsigned serial[3]; /* of each table of IPv6: it counts its changes */
	uint8_t dump_trouble;

	unsigned hop_turn; /* a hop's flags are others each time */
};
extern struct fake_kernel kernel;

/* The next byte of the input, which ends with zeros. */
uint8_t kernel_choice(void);

/* ---- what it has: fake_kernel.c -------------------------------------------------------------- */

enum { ADD, APPEND, PREPEND, REPLACE, WAYS };

void kernel_route_put(const struct route *r, unsigned way);
void kernel_route_remove(unsigned index);
/* Without a word; GATEWAY 0: by any, of IPv6 it is a hop's number from 1. */
void kernel_route_flush(unsigned link, uint8_t gateway);

void kernel_neighbour_set(unsigned family, unsigned link, unsigned address, uint16_t state,
			  uint8_t mac);
void kernel_neighbour_remove(unsigned family, unsigned link, unsigned address);

/* Does control follow it? */
bool kernel_route_counts(const struct route *r);
/* The first, if there are several; none if there is none. */
struct tp_ip kernel_gateway(const struct route *r);
struct tp_ip kernel_address(unsigned family, unsigned number);
/* The link that a hop of IPv6 is on. */
unsigned kernel_hop_link(unsigned hop);
/* Is it before (< 0), of, or after PREFIX of TABLE? Of IPv4. */
int kernel_route_compare(const struct route *r, unsigned table, unsigned prefix);

/* Of links, addresses and next hops control wants to know no more than that. */
void kernel_tell(uint16_t type);

/* Its messages, as it writes them at AT. SEQ 0: an event. */
struct nlmsghdr *kernel_route_message(void *at, uint16_t type, uint16_t flags, unsigned seq,
				      const struct route *r);
struct nlmsghdr *kernel_neighbour_message(void *at, uint16_t type, uint16_t flags, unsigned seq,
					  unsigned family, unsigned link, unsigned address);

/* ---- its sockets: fake_sockets.c ---------------------------------------------------------------
 */

void kernel_sockets_open(struct tp_netlink *monitor, struct tp_netlink *query,
			 struct tp_netlink *dumper);
void kernel_sockets_close(void);

/* SENDER 0: the kernel. */
void kernel_send(unsigned socket, const void *bytes, size_t len, uint32_t sender);
void kernel_event(const struct nlmsghdr *m);

/* The next event to be read was longer than control's buffer. */
void kernel_lose_event(void);
