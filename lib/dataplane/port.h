/* SPDX-License-Identifier: BSD-3-Clause */
/* A port: one DPDK Ethernet device in its role. Made by control at start; workers read it. */
#pragma once

#include <stdint.h>

#include "dataplane/dataplane.h"
#include "dataplane/driver.h"
#include "dataplane/worker/flood.h"

struct rte_mempool;

#define TP_NO_QUEUE UINT16_MAX

enum tp_port_state {
	TP_PORT_OPEN,
	TP_PORT_LEFT, /* its device is to go; workers may still be in it */
	TP_PORT_GONE, /* it has none */
};

/* What devices have counted. */
struct tp_port_stats {
	uint64_t rx_packets, rx_bytes, rx_errors, rx_missed, rx_no_mbuf;
	uint64_t tx_packets, tx_bytes, tx_errors;
};

struct tp_port {
	/* what each burst reads */
	uint64_t mac_key; /* tp_mac_key() of ours */
	uint16_t dpdk_id;
	uint8_t index;
	uint8_t role;  /* enum tp_port_role */
	uint16_t mtu;  /* of the Ethernet payload: what was asked for, then what the driver took */
	uint8_t owner; /* the worker that sends for control */
	bool spread;   /* workers spread what they receive among themselves */
	bool left;     /* workers keep away from its device: port_again.h */
	uint32_t address;     /* source of ICMP errors to the core; host byte order; 0: none */
	uint8_t address6[16]; /* of IPv6 errors, to subscribers too; all zero: none */
	uint32_t *sessions[TP_DATAPLANE_SCOPES]; /* by session id: slot, or max_sessions: none */

	/* of PADIs, which control sets */
	struct tp_flood_rate padi_rate, padi_vlan_rate, padi_mac_rate;

	struct tp_flood_rate host_rate; /* to the box itself, which control sets */

	/* control's own */
	uint8_t service_tags[(TP_VLAN_ID_MAX + 8) / 8]; /* a bit for each VLAN id: 802.1ad */

	/* set-up */
	struct tp_mac mac;
	struct tp_driver driver;
	char name[64];
	char device[128];
	uint16_t rx_queues;
	uint16_t tx_queues;
	unsigned kernel_index; /* of the interface whose link the driver does not look at */
	int kernel_fd;	       /* to ask for it; -1: the driver looks */
	bool started;
	enum tp_port_state state;
	uint64_t left_token;
	struct tp_port_stats before; /* its former devices' */
} __attribute__((aligned(64)));

/* The Ethernet type of the outer tag VLAN_ID on PORT. */
static inline uint16_t tp_port_outer_type(const struct tp_port *port, uint16_t vlan_id)
{
	return (port->service_tags[vlan_id / 8] >> vlan_id % 8 & 1) != 0 ? TP_ETHERTYPE_QINQ
									 : TP_ETHERTYPE_VLAN;
}

/* The slot of session ID in SCOPE on PORT, or max_sessions. Worker lcores. */
static inline uint32_t tp_port_session(const struct tp_port *port, unsigned scope, uint16_t id)
{
	const uint32_t *index = __atomic_load_n(&port->sessions[scope], __ATOMIC_ACQUIRE);

	return __atomic_load_n(&index[id], __ATOMIC_ACQUIRE);
}

/* The device's argument to the EAL: PORT's device with the driver's own arguments. */
void tp_port_device_argument(const struct tp_port *port, char *text, unsigned size);

/* What PORT's driver keeps of a frame in a ring of its own, by the device's arguments; 0: it has
 * none of a fixed size. */
unsigned tp_port_ring_frame(const struct tp_port *port);

/* Finds the device among those that the EAL probed, sets its queues for WORKERS, and starts it.
 * Frames are received into POOL's mbufs. Errors name the port. */
int tp_port_start(struct tp_port *port, unsigned workers, uint16_t wanted_rx_queues,
		  struct rte_mempool *pool, struct tp_error *error);

void tp_port_stop(struct tp_port *port);
