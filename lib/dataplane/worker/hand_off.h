/* SPDX-License-Identifier: BSD-3-Clause */
/* Frames that another worker is to receive. Worker lcores. */
#pragma once

#include "dataplane/worker/tx.h"

/* Hands off those of FRAMES whose session or subscriber is another worker's; those that stay are
 * moved to the front, and their number returned. */
unsigned tp_hand_off(struct tp_worker *w, const struct tp_port *port, struct rte_mbuf **frames,
		     unsigned count);
