/* SPDX-License-Identifier: BSD-3-Clause */
/* For each core port a TAP in the daemon's network namespace, and one
 * TUN, `pppoe`, behind which the kernel sees the subscribers. Control thread. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/prefix.h"
#include "control/kernel/netlink.h"
#include "dataplane/dataplane.h"

#define TP_TUN_NAME "pppoe"

/* A network device of the kernel whose other end we hold. */
struct tp_tap {
	int fd;	     /* -1: none */
	int ifindex; /* 0: none */
	bool core;   /* the TAP of a core port, rather than the TUN */
	unsigned port;
	char name[16];
	uint64_t mend_ms; /* it was lost, and is to be made again then; 0: it was not */
	bool told;	  /* that it can't be */
};

/* The TAP of a core port: its name, MAC and MTU, ADDRESSES, up. Errors name the port. */
int tp_tap_create(struct tp_tap *tap, struct tp_netlink *nl, unsigned port,
		  const struct tp_port_info *info, const struct tp_prefix *addresses,
		  unsigned address_count, struct tp_error *error);

/* The TUN that carries what the kernel has for subscribers. */
int tp_tap_create_tun(struct tp_tap *tap, struct tp_netlink *nl, uint16_t mtu,
		      struct tp_error *error);

/* The device goes, and the kernel's routes over it. Harmless on a TAP that is not there. */
void tp_tap_destroy(struct tp_tap *tap);

/* The device has a carrier, as it has when it is made, or has none: then routing daemons know that
 * it leads nowhere. Harmless on a TAP that is not there. */
void tp_tap_carrier(const struct tp_tap *tap, bool up);

/* Gives the kernel one frame, as it was on the wire. False: it would not have it. */
bool tp_tap_write(const struct tp_tap *tap, const void *frame, unsigned len);

/* Takes one frame from the kernel into BUFFER of SIZE bytes: its length; 0: none waits; a negative
 * errno: there will be none any more, as the device was deleted. */
int tp_tap_read(const struct tp_tap *tap, void *buffer, unsigned size);
