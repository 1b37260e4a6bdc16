/* SPDX-License-Identifier: BSD-3-Clause */
/* The history on disk, an SQLite database beside the journal of sessions, so that it outlives the
 * daemon: a thread of its own writes it, and nobody waits for the disk. The file is for the
 * daemon's user alone: passwords are in it, as in the configuration's. A disk that can't be written
 * is told in the log, and costs nothing but what would have been kept. Control thread. */
#pragma once

#include <jansson.h>
#include <sched.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

#define TP_CHANGES_FILE "changes.db"

struct tp_changes_store;

/* The one in DIRECTORY, made if it is not there. Each entry that it has is told to FOUND, in order
 * of ids; false: it makes no sense, and goes. CPUS: where the thread may run. A file that is
 * damaged is set aside as changes.db.broken, and E's message tells. -errno: there is none, and E
 * tells. */
int tp_changes_store_open(const char *directory, const cpu_set_t *cpus,
			  bool (*found)(void *user, const json_t *entry), void *user,
			  struct tp_changes_store **store, struct tp_error *e);

/* Neither waits; of NULL, neither does anything. */
void tp_changes_store_put(struct tp_changes_store *store, uint64_t id, const json_t *entry);
void tp_changes_store_remove(struct tp_changes_store *store, uint64_t id);

/* Writes what is left. NULL is fine. */
void tp_changes_store_close(struct tp_changes_store *store);
