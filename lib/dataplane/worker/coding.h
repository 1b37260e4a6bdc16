/* SPDX-License-Identifier: BSD-3-Clause */
/* Codings at work: packets to their sessions, and those of their frames that are encrypted or
 * fragments. Worker lcores. */
#pragma once

#include "dataplane/coding.h"
#include "dataplane/worker/tx.h"

/* SLOT's coding, for its owner; NULL: there is none. */
struct tp_coding *tp_coding_of(const struct tp_worker *w, uint32_t slot);

/* M, received from FLOW's session, whose coding is another worker's, goes there. */
void tp_coding_hand_off(struct tp_worker *w, const struct tp_flow *flow,
			const struct tp_coding *coding, struct rte_mbuf *m);

/* Sends M, at its IP packet, to the subscriber of SLOT, by way of the coding's owner. */
void tp_coding_send(struct tp_worker *w, const struct tp_flow *flow, struct rte_mbuf *m,
		    uint32_t slot);

/* M, at its IP packet, handed off by another worker, was received on port FROM, or began there
 * (then it is TP_DATAPLANE_MAX_PORTS or more). It is dropped if it is none of SLOT's session by
 * now. */
void tp_coding_send_order(struct tp_worker *w, uint32_t slot, unsigned from, struct rte_mbuf *m);

/* ---- mppe.c --------------------------------------------------------------- */

/* Are packets from CODING's subscriber encrypted? CODING may be NULL. */
static inline bool tp_coding_decrypts(const struct tp_coding *coding)
{
	return coding != NULL && coding->cipher != NULL && coding->cipher->terms.in.bits != 0;
}

/* LEN bytes, OFFSET bytes into M, are encrypted: MPPE's header and what follows it. True: a packet
 * with its PPP protocol field, behind the header. False: M is gone. */
bool tp_coding_decrypt(struct tp_worker *w, const struct tp_flow *flow, struct tp_coding *coding,
		       struct rte_mbuf *m, uint16_t offset, uint16_t len);

/* M, a packet with its PPP protocol field at the start of the data, becomes the encrypted packet
 * that goes to CODING's subscriber, likewise, if it is to be encrypted. False: M is gone. */
bool tp_coding_encrypt(struct tp_worker *w, const struct tp_flow *flow, struct tp_coding *coding,
		       struct rte_mbuf *m);

/* What is sent to SLOT's subscriber starts afresh. */
void tp_coding_flush(struct tp_worker *w, uint32_t slot);

/* ---- multilink.c ----------------------------------------------------------- */

/* A fragment of LEN bytes, OFFSET bytes into M. Gives back the packet that it completes, with its
 * PPP protocol field at the start of the data, or NULL: M is gone. */
struct rte_mbuf *tp_multilink_input(struct tp_worker *w, const struct tp_flow *flow,
				    struct tp_coding *coding, struct rte_mbuf *m, uint16_t offset,
				    uint16_t len);

/* Works what is due of the fragments of CODING's bundle, amid a burst from port BURST
 * (TP_DATAPLANE_MAX_PORTS: of none): ppp_input.c. */
void tp_multilink_deliver(struct tp_worker *w, struct tp_coding *coding, unsigned burst);

/* Sends M, a packet with its PPP protocol field at the start of the data, to SLOT's subscriber,
 * cut as the link needs it; of a bundle, by its links in turn. */
void tp_multilink_send(struct tp_worker *w, const struct tp_flow *flow, struct tp_coding *coding,
		       struct rte_mbuf *m, uint32_t slot);

/* Frees what the worker still holds. */
void tp_multilink_clear(struct tp_worker *w);
