/* SPDX-License-Identifier: BSD-3-Clause */
/* Finding the access concentrators of a broadcast domain (`/interface pppoe-client scan`): a PADI
 * that asks for any service, and what each PADO to it says. Pure functions; any thread. */
#pragma once

#include "pppoe/pppoe.h"

/* Builds a PADI (RFC 2516, 5.1) for any service, with the 4 bytes of HOST_UNIQ, into ROOM;
 * to be sent to the broadcast address. Returns its length, 0 when it does not fit. */
size_t tp_pppoe_scan_padi(void *room, size_t len, uint32_t host_uniq);

/* One service of one access concentrator, as text for people. */
struct tp_pppoe_offer {
	struct tp_mac mac;
	char ac_name[TP_PPPOE_NAME_MAX];
	char service[TP_PPPOE_NAME_MAX];
};

/* Reads a PADO to tp_pppoe_scan_padi() from PACKET, and calls EACH for every service in it: for
 * the empty name only when there is no other. Returns why it was refused, TP_PPPOE_NONE when it
 * was not. */
enum tp_pppoe_reason tp_pppoe_scan_pado(const struct tp_pppoe_packet *packet, uint32_t host_uniq,
					void (*each)(void *ctx, const struct tp_pppoe_offer *offer),
					void *ctx);
