/* SPDX-License-Identifier: BSD-3-Clause */
/* What IPCP (RFC 1332, RFC 1877) and IPV6CP (RFC 5072) are about: given by the owner of a link,
 * agreed with the peer. */
#pragma once

#include <stdint.h>

/* What one link's IPCP is about. Host order; 0: none. */
struct tp_ppp_addresses {
	uint32_t local;	  /* ours. A server with 0 sends no IP-Address option; a client with 0 asks
			   * for one */
	uint32_t remote;  /* the peer's. A server with 0 refuses IPCP (Protocol-Reject) */
	uint32_t dns[2];  /* RFC 1877: a server gives them, a client gets them */
	uint32_t nbns[2]; /* WINS, likewise */
};

#define TP_PPP_INTERFACE_ID_LEN 8

/* What one link's IPV6CP is about: the last eight bytes of the link-local addresses. As they go
 * over the wire; zero: none. */
struct tp_ppp_interface_ids {
	uint8_t local[TP_PPP_INTERFACE_ID_LEN];	 /* ours; none: one is made up */
	uint8_t remote[TP_PPP_INTERFACE_ID_LEN]; /* the peer's; none: what it wishes for */
};
