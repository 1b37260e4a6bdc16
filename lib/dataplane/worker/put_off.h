/* SPDX-License-Identifier: BSD-3-Clause */
/* Frames of sessions with a coding, put off to the end of the burst they came in. Each takes the
 * careful way, which looks at a dozen lines of memory, one after the other; put off they are asked
 * for some frames ahead. Nothing overtakes: downstream all packets of a session are put off, or
 * none; upstream MP's fragments by one of several links, where what comes beside them has no order
 * (RFC 1990, section 4). By a link that is alone it has.
 * Worker lcores. */
#pragma once

#include "dataplane/port.h"
#include "dataplane/worker/worker.h"

/* M, from the session of SLOT if it has so many TAGS, if it is such a fragment; else false. */
bool tp_put_off_up(struct tp_worker *w, struct rte_mbuf *m, unsigned tags, uint32_t slot);

/* M, from the core, to the subscriber of SLOT, as the FIB has it. PLAIN: it is at its IP packet,
 * which is in order; else a frame that has not been looked at. */
void tp_put_off_down(struct tp_worker *w, struct rte_mbuf *m, uint32_t slot, bool plain);

/* At the end of a burst from PORT: works them. */
void tp_put_off_work_up(struct tp_worker *w, struct tp_port *port);
void tp_put_off_work_down(struct tp_worker *w, struct tp_port *port);
