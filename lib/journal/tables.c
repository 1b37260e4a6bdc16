/* SPDX-License-Identifier: BSD-3-Clause */
/* The database: its tables, how its file is opened, and set aside where it is damaged. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "journal/journal_private.h"

#define VERSION 1

static const char *const sql[STATEMENTS] = {
	[PUT_ROW] = "INSERT INTO session VALUES (?1, ?2, ?3, ?4) ON CONFLICT (key) DO UPDATE"
		    " SET generation = excluded.generation, bytes = excluded.bytes,"
		    " sum = excluded.sum",
	[DELETE_ROW] = "DELETE FROM session WHERE key = ?1",
	[DELETE_OLDER] = "DELETE FROM session WHERE generation != ?1",
	[DELETE_ALL] = "DELETE FROM session",
	[WRITE_ABOUT] = "INSERT OR REPLACE INTO about VALUES (1, ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
};

static const struct tp_database_layout layout = {
	.version = VERSION,
	.tables = "CREATE TABLE IF NOT EXISTS session (key INTEGER PRIMARY KEY,"
		  " generation INTEGER NOT NULL, bytes BLOB NOT NULL, sum INTEGER NOT NULL);"
		  "CREATE TABLE IF NOT EXISTS about (one INTEGER PRIMARY KEY CHECK (one = 1),"
		  " boot TEXT NOT NULL, machine TEXT NOT NULL, version TEXT NOT NULL,"
		  " counters TEXT NOT NULL, unix INTEGER NOT NULL, kept INTEGER NOT NULL,"
		  " attempts INTEGER NOT NULL, sum INTEGER NOT NULL);",
	.sql = sql,
	.statements = STATEMENTS,
};

static void move_aside(const struct tp_journal *journal, const char *suffix)
{
	char from[sizeof(journal->path) + 8], to[sizeof(journal->path) + 16];

	snprintf(from, sizeof(from), "%s%s", journal->path, suffix);
	snprintf(to, sizeof(to), "%s.broken%s", journal->path, suffix);
	if (rename(from, to) != 0)
		unlink(to); /* it belongs to an earlier one */
}

void tp_journal_tables_set_aside(struct tp_journal *journal)
{
	tp_journal_tables_close(journal);
	move_aside(journal, "");
	move_aside(journal, "-wal");
}

static int open_it(struct tp_journal *journal, struct tp_error *e)
{
	int error = tp_database_open(journal->path, &layout, &journal->db, journal->statement, e);

	/* A busy disk takes seconds to confirm what goes from the log into the file, and what comes
	 * meanwhile would be lost with the daemon: the log, 64 MiB, has room for a whole city that
	 * dials in, and goes into the file when there is time (thread.c). */
	if (error == 0)
		sqlite3_wal_autocheckpoint(journal->db, 16384);

	if (error != 0)
		tp_journal_tables_close(journal);
	return error;
}

void tp_journal_tables_tell(const struct tp_journal *journal, const char *why, struct tp_error *e)
{
	tp_error_set(
		e, 0, journal->path,
		"it can't be read (%.160s): it is set aside as %s.broken, and a fresh one made",
		why, journal->file);
}

int tp_journal_tables_open(struct tp_journal *journal, struct tp_error *e)
{
	struct tp_error first;
	int error = open_it(journal, &first);

	journal->generation = tp_clock_wall_ms();
	*e = (struct tp_error){0};
	if (error == -EBADMSG) {
		tp_journal_tables_set_aside(journal);
		error = open_it(journal, e);
		if (error == 0)
			tp_journal_tables_tell(journal, first.message, e);
	} else if (error != 0) {
		*e = first;
	}
	return error;
}

void tp_journal_tables_close(struct tp_journal *journal)
{
	tp_database_close(journal->db, journal->statement, STATEMENTS);
	journal->db = NULL;
}

bool tp_journal_tables_moved(struct tp_journal *journal)
{
	int moved = 0;

	return sqlite3_file_control(journal->db, "main", SQLITE_FCNTL_HAS_MOVED, &moved) ==
		       SQLITE_OK &&
	       moved != 0;
}
