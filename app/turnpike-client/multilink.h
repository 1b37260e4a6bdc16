/* SPDX-License-Identifier: BSD-3-Clause */
/* MP (RFC 1990): packets that are too large for the link leave in fragments, and those of the peer
 * are joined. Over several links, a bundle, every packet leaves by MP, by one link after the other,
 * and what comes by them is put in order again. */
#pragma once

#include "base/bytes.h"
#include "settings.h"
#include "wire/mp.h"
#include "wire/mp_order.h"

struct forward;
struct held;

/* As LCP has agreed it. */
struct multilink_terms {
	uint16_t mrru;	    /* the largest packet that the peer may cut; 0: no MP */
	uint16_t peer_mrru; /* that we may cut */
	bool is_short;	    /* short sequence numbers in fragments to us */
	bool peer_is_short; /* in those to the peer */
};

struct multilink {
	struct multilink_terms terms;
	struct tp_mp_sender tx;
	struct tp_mp_receiver rx;
	uint8_t *buffer;

	struct forward *link[LINKS_MAX]; /* those that carry packets */
	uint16_t link_mtu[LINKS_MAX];	 /* a fragment with its header is no larger */
	unsigned count;
	unsigned turn; /* the link that sent last */
	uint16_t mtu;  /* the least of theirs */

	struct tp_mp_order order;
	bool ordering;		/* `order` counts */
	struct held *held;	/* memory for what waits; NULL: there is but one link */
	struct held *free;	/* those that are not in use */
	struct held *given;	/* what multilink_take() gave last */
	struct tp_reader whole; /* what came by the only link, to be taken */
	bool has_whole;
	uint64_t now_ms;	 /* of the fragment that came last */
	uint64_t waits_since_ms; /* while something waits */
	uint64_t dropped;	 /* fragments that came to nothing */
};

/* With room for packets of MRRU bytes; 0: none, it will not be used. LINKS: at most so many. 0 or
 * -ENOMEM. */
int multilink_init(struct multilink *m, uint16_t mrru, unsigned links);
void multilink_clear(struct multilink *m);

/* The first link is up: both directions begin anew, with no link yet. */
void multilink_start(struct multilink *m, const struct multilink_terms *terms);

/* LINK carries packets from now on, no frame larger than MTU; or no more. */
void multilink_add(struct multilink *m, struct forward *link, uint16_t mtu);
void multilink_remove(struct multilink *m, struct forward *link);

/* Must a PPP packet of LEN bytes, its protocol field included, go by multilink_send()? */
bool multilink_is_needed(const struct multilink *m, size_t len);

/* Sends PACKET of LEN bytes, from its protocol field on, in fragments. */
void multilink_send(struct multilink *m, const uint8_t *packet, size_t len);

/* A fragment, from behind its protocol field on, has come by LINK. It may have to wait for room:
 * multilink_room(), multilink_take() until it gives nothing, multilink_put(), and multilink_take()
 * again. */
void multilink_room(struct multilink *m, const struct tp_reader *fragment);
void multilink_put(struct multilink *m, const struct forward *link,
		   const struct tp_reader *fragment, uint64_t now_ms);

/* True: PACKET is a whole packet, from its protocol field on, good until the next call. */
bool multilink_take(struct multilink *m, struct tp_reader *packet);

/* What has waited for too long goes on: multilink_take(). */
void multilink_tick(struct multilink *m, uint64_t now_ms);
uint64_t multilink_deadline(const struct multilink *m);
