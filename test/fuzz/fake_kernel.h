/* SPDX-License-Identifier: BSD-3-Clause */
/* A kernel to fuzz control with: the routes and neighbours that it has (fake_kernel.c), and the
 * netlink sockets by which it tells of them (fake_sockets.c). The input decides about all that a
 * kernel may do in one way or another. */
#pragma once

#include <linux/neighbour.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/prefix.h"
#include "control/netlink.h"

#define ROUTES_MAX 64
#define ADDRESSES  4 /* of neighbours on a link: 192.0.2.1 … */
#define NEIGHBOUR  0xc0000201u

#define FAKE_PORT_ID 4711 /* of all of control's sockets */

enum { TAP1, TAP2, LOOPBACK, ELSEWHERE, LINKS };

/* What tells a route from others, most by numbers of the tables below. */
struct route {
	uint8_t table, prefix, tos, metric; /* its place, in this order */
	uint8_t type, link, gateway, protocol, several;
};

static const struct tp_prefix prefixes[] = {
	{0, 0}, {0x0a000000, 8}, {0x0a010000, 16}, {0xc0000201, 32}, {0x7f000001, 32},
};
static const uint8_t tables[] = {RT_TABLE_LOCAL, RT_TABLE_MAIN, 100};
static const uint8_t types[] = {RTN_UNICAST,	 RTN_LOCAL,    RTN_BLACKHOLE,
				RTN_UNREACHABLE, RTN_PROHIBIT, RTN_BROADCAST};
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
	struct neighbour neighbours[LINKS][ADDRESSES];
	int ifindex[LINKS];

	struct queue sockets[SOCKETS];
	unsigned room;	/* events that the monitoring socket holds */
	bool congested; /* and it has overflowed since it was empty */

	bool dumping;
	uint16_t dump_type;
	unsigned dump_seq;
	unsigned dump_table, dump_prefix, dump_skip, dump_neighbour; /* where it goes on */
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
/* Without a word; GATEWAY 0: by any. */
void kernel_route_flush(unsigned link, uint8_t gateway);

void kernel_neighbour_set(unsigned link, unsigned address, uint16_t state, uint8_t mac);
void kernel_neighbour_remove(unsigned link, unsigned address);

/* Does control follow it? */
bool kernel_route_counts(const struct route *r);
uint32_t kernel_gateway(const struct route *r);
/* Is it before (< 0), of, or after PREFIX of TABLE? */
int kernel_route_compare(const struct route *r, unsigned table, unsigned prefix);

/* Of links, addresses and next hops control wants to know no more than that. */
void kernel_tell(uint16_t type);

/* Its messages, as it writes them at AT. SEQ 0: an event. */
struct nlmsghdr *kernel_route_message(void *at, uint16_t type, uint16_t flags, unsigned seq,
				      const struct route *r);
struct nlmsghdr *kernel_neighbour_message(void *at, uint16_t type, uint16_t flags, unsigned seq,
					  unsigned link, unsigned address);

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
