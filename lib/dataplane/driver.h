/* SPDX-License-Identifier: BSD-3-Clause */
/* What a DPDK driver can and cannot do for PPPoE: from drivers-config/<driver>.yaml, or built-in
 * defaults. Control, at start. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

struct tp_driver {
	char name[32];		 /* DPDK's: "net_af_packet" */
	uint16_t rx_queues;	 /* the most that make sense; 0: what the device says */
	uint16_t tx_queues;	 /* likewise */
	uint16_t rx_descriptors; /* a queue */
	uint16_t tx_descriptors; /* a queue */
	bool spreads_pppoe;	 /* RSS tells PPPoE sessions apart, so that each queue has some */
	bool spreads_ipv4;	 /* RSS spreads IPv4 by address */
	bool promiscuous;	 /* to be switched on for access ports */
	char device_arguments[128]; /* added to a virtual device's own */
};

/* The defaults: one queue, 1,024 descriptors, nothing spread. */
void tp_driver_defaults(struct tp_driver *driver, const char *name);

/* Reads FOLDER/NAME.yaml over the defaults. FOLDER NULL, or no such file: the defaults. A file
 * that cannot be understood: -EINVAL and file, line and what was expected in ERROR. */
int tp_driver_load(struct tp_driver *driver, const char *folder, const char *name,
		   struct tp_error *error);

/* Reads LEN bytes of TEXT over what DRIVER has; PLACE is where errors say that they are. One that
 * cannot be understood changes nothing. */
int tp_driver_parse(struct tp_driver *driver, const char *text, size_t len, const char *place,
		    struct tp_error *error);

/* The driver's name of a virtual device, "net_af_packet" of "net_af_packet0,iface=acc0", into
 * NAME; false: DEVICE is not a virtual device (a PCI address, then). */
bool tp_driver_of_device(const char *device, char *name, unsigned size);
