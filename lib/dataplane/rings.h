/* SPDX-License-Identifier: BSD-3-Clause */
/* The rings that join workers and control, and workers among themselves. All are lock-free
 * rte_rings of small elements; a full one drops and counts, nobody waits. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "dataplane/messages.h"

struct rte_mbuf;
struct rte_ring;
struct tp_dataplane;
struct tp_worker;

#define TP_RING_SESSION	  32768 /* worker → control */
#define TP_RING_ROUTING	  1024
#define TP_RING_HOST	  1024 /* of each side */
#define TP_RING_DISCOVERY 16384
#define TP_RING_CONTROL	  4096 /* control → worker */
#define TP_RING_WORKER	  2048 /* worker → worker */

/* Worker → control. */
struct tp_ring_message {
	union {
		struct { /* all but RESOLVE */
			struct rte_mbuf *mbuf;
			uint32_t vlans; /* tp_vlan_key() */
			uint32_t slot;
		};
		uint8_t address[16]; /* RESOLVE: as struct tp_ip has it */
	};
	uint32_t detail; /* RESOLVE: its family; DECRYPTION_LOST: enum tp_mppe_need */
	uint16_t port;
	uint16_t kind; /* enum tp_message_kind */
};
_Static_assert(sizeof(struct tp_ring_message) == 24, "a multiple of four bytes");

/* Control → worker, and worker → worker for ports where not every worker has a TX queue. */
enum tp_order_kind {
	TP_ORDER_SEND,	     /* out of PORT; it began here */
	TP_ORDER_INJECT,     /* as if received on core PORT */
	TP_ORDER_FORWARD,    /* out of PORT; it was received on FROM */
	TP_ORDER_RECEIVE,    /* as if received on PORT: the sender only spread the load */
	TP_ORDER_TO_SESSION, /* a packet to SLOT, whose coding is the worker's; as FORWARD else */
	TP_ORDER_TO_LINK,    /* an IPv6 packet of control's to the subscriber of SLOT */
	TP_ORDER_FLUSH,	     /* the encryption to SLOT starts afresh; no mbuf */
};

struct tp_ring_order {
	struct rte_mbuf *mbuf;
	uint16_t kind; /* enum tp_order_kind */
	uint16_t port;
	uint16_t from;
	uint16_t reserved;
	uint32_t slot;
	uint32_t reserved_too;
};
_Static_assert(sizeof(struct tp_ring_order) == 24, "a multiple of four bytes");

struct tp_rings {
	struct rte_ring *session; /* SESSION, KEEPALIVE_LOST, DECRYPTION_LOST */
	/* To the host, apart: no flood of packets takes the place of what routing needs. */
	struct rte_ring *routing;   /* HOST: ARP and the core's multicast; RESOLVE */
	struct rte_ring *core;	    /* HOST: what else the core sends to the box */
	struct rte_ring *access;    /* HOST: what subscribers do */
	struct rte_ring *discovery; /* DISCOVERY, UNKNOWN_SESSION */
	struct rte_ring *control;   /* orders from control: single producer, single consumer */
	struct rte_ring *workers;   /* orders from other workers: several producers */
};

/* The rings of worker number ID. -ENOMEM. */
int tp_rings_create(struct tp_rings *rings, unsigned id, struct tp_error *error);

/* Frees the rings and the mbufs in them. */
void tp_rings_destroy(struct tp_rings *rings);

/* One element; false: the ring is full. */
bool tp_ring_put(struct rte_ring *ring, struct tp_ring_message *message);
bool tp_ring_order(struct rte_ring *ring, struct tp_ring_order *order);

/* Takes up to MAX orders; how many there were. */
unsigned tp_ring_take_orders(struct rte_ring *ring, struct tp_ring_order *orders, unsigned max);
