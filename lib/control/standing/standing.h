/* SPDX-License-Identifier: BSD-3-Clause */
/* What outlives the daemon: its sessions, as images (session/image.h) in a journal on disk
 * (journal/journal.h), and what was counted of them (dataplane/live.h).
 *
 * At the start sessions are restored when the configuration is in force and before the first frame
 * is polled. While the daemon runs, what changes of a session is put into the journal with the next
 * turn of the loop, and each session's counters once a minute, by and by. Nothing here waits for
 * the disk; a journal that can't be written, or can't be had, costs nothing but the promise.
 * Control thread. */
#pragma once

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "dataplane/sessions.h"
#include "session/ops.h"

struct tp_control;
struct tp_samples;
struct tp_standing;

/* Opens the journal, if the configuration wants one, and restores what it has. Trouble is told in
 * the log, and no reason not to start. -ENOMEM. */
int tp_standing_begin(struct tp_control *c);

/* NULL is fine. KEEP: the sessions are there for the next start. Waits for the disk. */
void tp_standing_end(struct tp_standing *standing, bool keep);

/* Will they be, if the daemon ends now? */
bool tp_standing_keeps(const struct tp_standing *standing);

/* What the session with this accounting id, which is being restored, has counted before; NULL:
 * nothing. */
const struct tp_session_counters *tp_standing_counters(struct tp_control *c,
						       uint64_t accounting_id);

/* What the session with this accounting id, which has not gone on, had counted when the last daemon
 * ended. False: it is not known, or not any more, as that is long ago. */
bool tp_standing_last_counted(const struct tp_control *c, uint64_t accounting_id,
			      struct tp_session_counters *counters);

/* What there is to know of the session that began with the line in SLOT has changed. */
void tp_standing_changed(struct tp_control *c, uint32_t slot);

void tp_standing_event(struct tp_control *c, const struct tp_ac_event *event);

/* Of a turn of the loop; true: there is more to do. */
bool tp_standing_turn(struct tp_control *c);

/* For /metrics. */
void tp_standing_samples(struct tp_control *c, json_t *array);

/* How many rows the journal has that it should not have, or lacks; 0 also while that can't be told,
 * because something is on its way. TEXT is a sentence about it. */
unsigned tp_standing_reconcile(const struct tp_control *c, char *text, size_t size);
