/* SPDX-License-Identifier: BSD-3-Clause */
/* Encryption by MPPE (RFC 3078) as the owner of a link sees it: what is wished for, and what CCP
 * (RFC 1962) made of it. The ciphers are in mppe.h. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "ppp/fsm.h"
#include "ppp/mppe.h"

struct tp_ppp;

enum tp_ppp_encrypt {
	TP_PPP_ENCRYPT_YES,	 /* if the peer does too */
	TP_PPP_ENCRYPT_REQUIRED, /* both directions, or the link ends */
};

/* What one link's CCP is about. */
struct tp_ppp_encryption_wish {
	enum tp_ppp_encrypt use;
	bool stateful;	   /* proposed, instead of stateless; a peer that insists is obeyed */
	uint8_t strengths; /* TP_PPP_MPPE_40, … or-ed; 0: all. The strongest that both know is taken
			    */
};

/* What came of it. Each direction is agreed on by itself. */
struct tp_ppp_encryption {
	uint32_t era; /* another each time that CCP comes up: then the ciphers begin anew */
	struct tp_mppe_terms send, receive;
};

/* CCP's part of a link, for links that wish for encryption: memory of the owner's, zeroed before
 * it is first used; its fields are private. */
struct tp_ppp_ccp {
	struct tp_ppp_fsm fsm;
	struct tp_ppp_encryption_wish wish;
	struct tp_mppe_keys keys;
	struct tp_ppp_encryption agreed;
	uint32_t asked;	  /* in our option: what we receive */
	uint32_t granted; /* in the peer's that we acknowledged: what we send */
	bool refused;	  /* the peer rejected our option */
	bool has_keys;
	bool open;
	bool settled;	    /* it is known whether packets are encrypted */
	uint64_t settle_ms; /* by when it must be; TP_NEVER: it is, or nobody waits */
};

/* Encryption, as WISH has it; CCP is the link's until it is dead, or this is called again. CCP
 * NULL: none (the default), and the peer's CCP is rejected. With CCP the link tells TP_PPP_IPCP_UP
 * only when CCP, too, has come to something. A server calls it when it has looked the peer up,
 * before tp_ppp_auth_result(), with what tp_ppp_auth_keys() gave, or NULL; a client before
 * tp_ppp_open(), with KEYS NULL: it works them out itself. */
void tp_ppp_set_encryption(struct tp_ppp *ppp, struct tp_ppp_ccp *ccp,
			   const struct tp_ppp_encryption_wish *wish,
			   const struct tp_mppe_keys *keys);

/* What was given; NULL: nothing. */
struct tp_ppp_ccp *tp_ppp_ccp_of(const struct tp_ppp *ppp);

/* What was agreed on, at least one direction encrypted; NULL: packets go in clear. Encrypted
 * packets (TP_PPP_PROTO_MPPE) are the owner's to send and receive, by the ciphers of mppe.h that it
 * makes of this with each TP_PPP_IPCP_UP; of a direction that is encrypted, clear packets are not
 * to be sent, nor taken. Good until the next call. */
const struct tp_ppp_encryption *tp_ppp_encryption(const struct tp_ppp *ppp);

/* "MPPE128 stateless", "MPPE40 stateful", … as RouterOS has it; what is received and what is sent,
 * joined by a slash, when they differ, "none" for the one that is not encrypted; "" for NULL.
 * Returns TEXT. */
#define TP_PPP_ENCODING_LEN 40
const char *tp_ppp_encoding(const struct tp_ppp_encryption *encryption,
			    char text[TP_PPP_ENCODING_LEN]);

/* What tp_mppe_need() says of what is received. Not more often than twice a second. */
void tp_ppp_decryption_lost(struct tp_ppp *ppp, enum tp_mppe_need need, uint64_t now_ms);
