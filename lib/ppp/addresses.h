/* SPDX-License-Identifier: BSD-3-Clause */
/* What IPCP is about (RFC 1332, RFC 1877): given by the owner of a link, agreed with the peer. */
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
