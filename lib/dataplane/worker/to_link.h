/* SPDX-License-Identifier: BSD-3-Clause */
/* IPv6 packets of control's own, and of the worker's, to the other end of a session's link. Worker
 * lcores. */
#pragma once

#include "dataplane/worker/tx.h"

/* Sends M, at its IPv6 packet, to the subscriber of SLOT, whose coding, if it has one, is W's. It
 * is not the subscriber's traffic: it loses no hop and is not counted as such. */
void tp_to_link(struct tp_worker *w, uint32_t slot, struct rte_mbuf *m);
