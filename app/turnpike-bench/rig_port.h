/* SPDX-License-Identifier: BSD-3-Clause */
/* The rig's side of the wire: DPDK ports of one queue, all worked by one thread. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "wire/ethernet.h"

#define RIG_BURST     64
#define RIG_PORTS_MAX 2 /* the subscribers' and the core's */
#define RIG_TAGS      3 /* kinds of frames whose losses are counted apart; 0: all others */

struct rig_port;

/* Starts the EAL on LCORE and opens COUNT devices, each a PCI address, or a virtual device with
 * its arguments ("net_af_packet0,iface=acc0"). Once a process. Errors name the device. */
int rig_ports_open(const char *const *devices, unsigned count, unsigned lcore,
		   struct rig_port **ports, struct tp_error *error);

/* Stops the ports and ends the EAL. */
void rig_ports_close(struct rig_port **ports, unsigned count);

/* Who resumes ports tries in vain now and then: the drivers say nothing of that from here on. */
void rig_ports_tell_nothing(void);

/* Takes the port off the wire, before whoever is at the other end goes away: what is sent meanwhile
 * is gone, and nothing comes. */
void rig_port_pause(struct rig_port *port);
/* Puts it back, when somebody is at the other end. False: the link is not up yet; to be tried
 * again. */
bool rig_port_resume(struct rig_port *port);
/* The port's own address. */
struct tp_mac rig_port_mac(const struct rig_port *port);

/* One received frame, its VLAN tags taken out. PAYLOAD follows the Ethernet type. */
struct rig_frame {
	struct tp_mac dst, src;
	struct tp_vlans vlans;
	uint16_t ethertype;
	const uint8_t *payload;
	uint16_t len;
};

/* Takes one burst from the port, and calls EACH for every frame in it; the frame's memory is
 * gone after the call. Returns how many there were. */
unsigned rig_port_receive(struct rig_port *port,
			  void (*each)(void *user, const struct rig_frame *frame), void *user);

/* Room for a frame with LEN bytes of payload, its headers written; to be filled before the next
 * call. NULL when there are no mbufs: counted as lost. */
uint8_t *rig_port_send(struct rig_port *port, const struct tp_mac *dst, const struct tp_mac *src,
		       struct tp_vlans vlans, uint16_t ethertype, uint16_t len);

/* Says of which kind the frame is that rig_port_send() has just made room for: below RIG_TAGS. */
void rig_port_tag(struct rig_port *port, uint8_t tag);

/* Sends what has been put together since the last flush. */
void rig_port_flush(struct rig_port *port);

struct rig_port_counters {
	uint64_t received, sent;
	uint64_t lost;		      /* not sent: no mbuf, or the port was full for too long */
	uint64_t not_taken[RIG_TAGS]; /* by the full port, of each kind */
};
const struct rig_port_counters *rig_port_counters(const struct rig_port *port);
