/* SPDX-License-Identifier: BSD-3-Clause */
/* What two ends have agreed on over a server's link, such that another start can go on with it as
 * if nothing had been: neither MP, whose sequence numbers nobody knows any more, nor encryption. */
#pragma once

#include "ppp/ppp.h"

/* How far a network protocol has come. The numbers are kept on disk, as those of `refused`. */
enum tp_ppp_standing {
	TP_PPP_STANDS_IDLE = 0,	     /* not begun, refused or ended: it comes if the peer begins */
	TP_PPP_STANDS_UNDER_WAY = 1, /* it is begun again */
	TP_PPP_STANDS_AGREED = 2,
};

struct tp_ppp_automaton_image {
	uint8_t standing; /* enum tp_ppp_standing */
	uint8_t next_id;  /* of our packets */
	uint32_t granted; /* a digest of the peer's request that was acknowledged; 0: none */
};

struct tp_ppp_image {
	uint32_t magic, peer_magic; /* 0: none */
	uint16_t mru, peer_mru;	    /* asked for, each by who receives */
	uint8_t refused;	    /* our LCP options that the peer rejected: bits, private */
	uint8_t method;		    /* enum tp_ppp_method */
	uint8_t endpoint_len;	    /* the peer's Endpoint-Discriminator, of MP */
	uint8_t endpoint[TP_PPP_ENDPOINT_MAX];
	struct tp_ppp_automaton_image lcp, ipcp, ipv6cp; /* LCP has been agreed on */
	struct tp_ppp_interface_ids ids;		 /* as IPV6CP agreed */
};

/* What PPP, in its network phase, has agreed on. */
void tp_ppp_image(const struct tp_ppp *ppp, struct tp_ppp_image *image);

/* Puts PPP, a server's link just made by tp_ppp_init(), where IMAGE had it: no frame is sent, no
 * event told. GIVEN: what its owner would answer to a login. What the peer must be asked anew, it
 * is asked by tp_ppp_tick(). */
void tp_ppp_restore(struct tp_ppp *ppp, const struct tp_ppp_image *image,
		    const struct tp_ppp_auth_result *given, uint64_t now_ms);

/* TP_PPP_LCP_UP as it would be told of PPP now, for who restores it. */
void tp_ppp_lcp_terms(const struct tp_ppp *ppp, struct tp_ppp_event *event);
