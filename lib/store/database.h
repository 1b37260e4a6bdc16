/* SPDX-License-Identifier: BSD-3-Clause */
/* What the daemon's SQLite databases have in common: one file, for the daemon's user and for one
 * daemon at a time, in WAL mode, so that a sudden end leaves it whole; and a version of its tables.
 * Whoever has the database calls these, one thread at a time. */
#pragma once

#include <sqlite3.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

/* The tables of one kind of database, and what is said to it. */
struct tp_database_layout {
	unsigned version;	/* PRAGMA user_version */
	const char *tables;	/* SQL that makes them if they are not there */
	const char *const *sql; /* of each statement */
	unsigned statements;
};

/* Opens the database at PATH, made if it is not there, and prepares its STATEMENTS. -errno, and E
 * tells: -EBUSY another daemon has it; -EBADMSG it is none, is damaged, or of a later version; else
 * the disk's trouble. tp_database_close() is due in any case. */
int tp_database_open(const char *path, const struct tp_database_layout *layout, sqlite3 **db,
		     sqlite3_stmt **statements, struct tp_error *e);
/* NULL is fine. */
void tp_database_close(sqlite3 *db, sqlite3_stmt **statements, unsigned count);

/* What RC of the database at PATH comes to, as above; 0 of SQLITE_OK, _ROW and _DONE. */
int tp_database_error(sqlite3 *db, const char *path, int rc, struct tp_error *e);

/* The one number that QUERY gives. SQLite's code. */
int tp_database_number(sqlite3 *db, const char *query, uint64_t *number);

/* Are all pages what they should be? A row that one has lost is not missed when it is read. WHY, of
 * SIZE: what is wrong. SQLite looks at the whole file. */
bool tp_database_sound(sqlite3 *db, char *why, size_t size);
