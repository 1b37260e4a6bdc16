/* SPDX-License-Identifier: BSD-3-Clause */
/* Live counters: the workers' records, in which packets and bytes of each session are counted, in a
 * mapping that outlives the process. After a sudden end the next daemon reads there, to the packet,
 * what had gone through each session, and begins to count where that stopped.
 *
 * It is a file without a disk: on huge pages (hugetlbfs) where there are enough and a file system
 * of them is mounted, else in /dev/shm. A daemon that runs holds a lock on its own; the machine's
 * end takes it along. Files are by key, which is the daemon's own: its journal's folder.
 *
 * Control, before workers run and after; tp_live_name() at any time. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "dataplane/record.h"
#include "dataplane/record6.h"
#include "dataplane/sessions.h"

struct tp_live;

#define TP_LIVE_PATH_MAX 128

/* A worker's records, by slot, one more than there are sessions. */
struct tp_records {
	struct tp_record_up *up;
	struct tp_record_down *down;
	struct tp_record_up6 *up6;
	struct tp_record_down *down6;
	struct tp_record_drops *drops;
};

/* Bytes of it. */
uint64_t tp_live_size(uint32_t slots, unsigned workers);

/* A new file of KEY, all zero, in which SLOTS sessions are counted by WORKERS; on huge pages only
 * if HUGE. -errno: it is not to be had. */
int tp_live_create(const char *key, uint32_t slots, unsigned workers, bool huge,
		   struct tp_live **live, struct tp_error *error);

/* Closes it; KEEP: the file stays, for the next daemon. NULL is fine. */
void tp_live_destroy(struct tp_live *live, bool keep);

const char *tp_live_path(const struct tp_live *live);

void tp_live_records(struct tp_live *live, unsigned worker, struct tp_records *records);

/* What is counted in SLOT from now on is of the session with this accounting id; 0: of none. What
 * was written to the records before is seen before. */
void tp_live_name(struct tp_live *live, uint32_t slot, uint64_t accounting_id);

/* ---- what the last ones left ----------------------------------------------------------------- */

struct tp_live_last;

/* Reads the files of KEY that no daemon holds: that of the last one, and of those that tried to
 * follow it. Broken ones count for nothing. NULL: there are none, or no memory. */
struct tp_live_last *tp_live_last_open(const char *key);

/* What had gone through the session with this accounting id; false: it is not known. */
bool tp_live_last_find(const struct tp_live_last *last, uint64_t accounting_id,
		       struct tp_session_counters *counters);

unsigned tp_live_last_sessions(const struct tp_live_last *last);

/* DONE: the files are not needed any more, and go. NULL is fine. */
void tp_live_last_close(struct tp_live_last *last, bool done);
