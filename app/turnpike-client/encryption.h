/* SPDX-License-Identifier: BSD-3-Clause */
/* MPPE (RFC 3078) on the packets of a link, as CCP has agreed it, each direction by itself. */
#pragma once

#include "base/bytes.h"
#include "ppp/encryption.h"

struct encryption {
	bool sends;    /* what goes out is encrypted */
	bool receives; /* what comes in must be */
	struct tp_mppe_sender tx;
	struct tp_mppe_receiver rx;
	uint64_t dropped; /* packets that could not be decrypted */
};

/* AGREED NULL: packets go in clear. */
void encryption_start(struct encryption *e, const struct tp_ppp_encryption *agreed);

/* Encrypts the PPP packet of LEN bytes at PACKET, its protocol field included, and puts MPPE's
 * header before it, where there is room for TP_MPPE_OVERHEAD bytes. Returns its new beginning. */
uint8_t *encryption_apply(struct encryption *e, uint8_t *packet, size_t len);

/* Decrypts what stands behind the protocol field 0x00fd, in place. True: PACKET is it, from its
 * protocol field on. *BUDGET as tp_mppe_decrypt() has it. */
bool encryption_remove(struct encryption *e, const struct tp_reader *encrypted,
		       struct tp_reader *packet, unsigned *budget);
