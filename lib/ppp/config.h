/* SPDX-License-Identifier: BSD-3-Clause */
/* How a link, or any number of links, is to be: constant while one uses it. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "ppp/auth.h"

enum tp_ppp_role {
	TP_PPP_SERVER, /* authenticates the peer and gives it an address */
	TP_PPP_CLIENT, /* is authenticated and takes an address */
};

/* Shared by any number of links, and constant while one uses it. Fill with
 * tp_ppp_config_init(), then change what you need. */
struct tp_ppp_config {
	enum tp_ppp_role role;
	bool ipcp;	  /* IPv4 is wished for */
	bool ipv6cp;	  /* IPv6 is wished for */
	uint16_t mru;	  /* what we ask the peer to keep to; at least TP_PPP_MRU_MIN */
	uint16_t max_mtu; /* we send no more than this, whatever the peer can take */
	/* What the peer may ask for as its own MRU; what is not within is naked. The smaller it is,
	 * the more fragments become of one packet to it. */
	uint16_t peer_mru_min; /* at least TP_PPP_MRU_MIN */
	uint16_t peer_mru_max; /* what PPPoE carries: RFC 2516 section 7, RFC 4638 */
	/* MP over the one link (RFC 1990): the largest packet that we take in fragments, at least
	 * TP_PPP_MRRU_MIN; 0: no MP. */
	uint16_t mrru;
	bool short_sequence; /* ask for fragments with short sequence numbers */
	uint8_t endpoint[6]; /* our MAC address, for MP's Endpoint-Discriminator */
	/* Server: what may be demanded, best first; none: the peer is not authenticated. Client:
	 * what may be answered, best first. */
	uint8_t methods[TP_PPP_METHODS]; /* enum tp_ppp_method */
	uint8_t method_count;
	const char *name;	 /* server: its name in CHAP challenges (/system identity) */
	uint32_t restart_ms;	 /* the Restart timer */
	uint8_t max_configure;	 /* Configure-Requests, challenges, PAP requests without answer */
	uint8_t max_terminate;	 /* Terminate-Requests without answer */
	uint8_t max_failure;	 /* Naks sent before options are rejected instead */
	uint32_t rechallenge_ms; /* server: CHAP challenges again so often; 0: never */
	uint32_t decision_ms;	 /* server: how long the owner may think about an auth_request */
	uint32_t setup_ms;   /* how long LCP and authentication may take, whatever the peer does */
	uint32_t network_ms; /* how long a link may then be without a network protocol */
	uint32_t keepalive_ms; /* silence before Echo-Requests; 0: never (the data plane's job) */
	bool want_dns;	       /* client: ask for DNS servers (use-peer-dns) */
};

#define TP_PPP_MRU_MIN	128 /* a smaller MRU is naked: MS-CHAPv2's packets would not fit */
#define TP_PPP_MRRU_MIN 512 /* a smaller MRRU is naked */

/* Defaults: IPv4 alone; RFC 1661's timers and counts (3 s, 10, 2, 5), MRU and MTU 1480, of the peer
 * 128 to 1492, all four methods, mschap2 first, no re-challenge, no keepalive, 120 s for the
 * set-up, 60 s for a decision, and for a network. */
void tp_ppp_config_init(struct tp_ppp_config *config, enum tp_ppp_role role);
