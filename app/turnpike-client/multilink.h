/* SPDX-License-Identifier: BSD-3-Clause */
/* MP over one link (RFC 1990): packets larger than the link's MTU leave in fragments, and those of
 * the peer are joined. */
#pragma once

#include "base/bytes.h"
#include "wire/mp.h"

struct multilink {
	struct tp_mp_sender tx;
	struct tp_mp_receiver rx;
	uint16_t mtu; /* of the link: a fragment with its header is no larger */
	uint8_t *buffer;
	uint64_t dropped; /* fragments that came to nothing */
};

/* With room for packets of MRRU bytes; 0: none, it will not be used. 0 or -ENOMEM. */
int multilink_init(struct multilink *m, uint16_t mrru);
void multilink_clear(struct multilink *m);

/* As LCP has agreed it; both directions begin anew. */
void multilink_start(struct multilink *m, uint16_t mtu, uint16_t mrru, bool is_short,
		     bool peer_is_short);

/* Cuts PACKET of LEN bytes, from its protocol field on, and gives the fragments to SEND as PPP
 * frames. */
void multilink_cut(struct multilink *m, const uint8_t *packet, size_t len,
		   void (*send)(void *ctx, const uint8_t *frame, size_t len), void *ctx);

/* Takes a fragment, from behind its protocol field on. True: PACKET is a whole packet, from its
 * protocol field on, good until the next call. */
bool multilink_join(struct multilink *m, const struct tp_reader *fragment,
		    struct tp_reader *packet);
