/* SPDX-License-Identifier: BSD-3-Clause */
#include "store/database.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* A page's cells are looked at before they are believed; SQL that a file brings along is not run.
 * The log of what was written goes into the file in 16 MiB: what many write at once goes there
 * once, and a start reads through no more than that. */
static const char modes[] = "PRAGMA locking_mode = EXCLUSIVE;"
			    "PRAGMA journal_mode = WAL;"
			    "PRAGMA synchronous = NORMAL;"
			    "PRAGMA wal_autocheckpoint = 4000;"
			    "PRAGMA cell_size_check = ON;"
			    "PRAGMA trusted_schema = OFF;";

int tp_database_error(sqlite3 *db, const char *path, int rc, struct tp_error *e)
{
	const char *text = db != NULL ? sqlite3_errmsg(db) : sqlite3_errstr(rc);

	switch (rc & 0xff) {
	case SQLITE_OK:
	case SQLITE_ROW:
	case SQLITE_DONE:
		return 0;
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return tp_error_set(e, -EBUSY, path, "another daemon has it");
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
	case SQLITE_ERROR: /* its tables are not ours */
	case SQLITE_TOOBIG:
	case SQLITE_MISMATCH:
	case SQLITE_FORMAT:
		return tp_error_set(e, -EBADMSG, path, "%s", text);
	case SQLITE_NOMEM:
		return tp_error_set(e, -ENOMEM, path, "out of memory");
	case SQLITE_FULL:
		return tp_error_set(e, -ENOSPC, path, "%s", text);
	default:
		return tp_error_set(e, -EIO, path, "%s", text);
	}
}

int tp_database_number(sqlite3 *db, const char *query, uint64_t *number)
{
	sqlite3_stmt *statement;
	int rc = sqlite3_prepare_v2(db, query, -1, &statement, NULL);

	if (rc != SQLITE_OK)
		return rc;
	rc = sqlite3_step(statement);
	if (rc == SQLITE_ROW)
		*number = (uint64_t)sqlite3_column_int64(statement, 0);
	sqlite3_finalize(statement);
	return rc == SQLITE_ROW ? SQLITE_OK : rc;
}

/* SQLite would make it for everybody to read. */
static int make_file(const char *path, struct tp_error *e)
{
	int fd = open(path, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0600);

	if (fd < 0 && errno != EEXIST)
		return tp_error_set(e, -errno, path, "%s", strerror(errno));
	if (fd >= 0)
		close(fd);
	return 0;
}

static int make_tables(sqlite3 *db, const struct tp_database_layout *layout, uint64_t version)
{
	char pragma[48];
	int rc = sqlite3_exec(db, layout->tables, NULL, NULL, NULL);

	/* Not said again each time: a full disk may have nothing but to be read. */
	if (rc != SQLITE_OK || version == layout->version)
		return rc;
	snprintf(pragma, sizeof(pragma), "PRAGMA user_version = %u", layout->version);
	return sqlite3_exec(db, pragma, NULL, NULL, NULL);
}

static int open_database(const char *path, const struct tp_database_layout *layout, sqlite3 **db,
			 sqlite3_stmt **statements, uint64_t *version)
{
	int rc = sqlite3_open_v2(path, db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);

	if (rc == SQLITE_OK)
		rc = sqlite3_exec(*db, modes, NULL, NULL, NULL);
	if (rc == SQLITE_OK)
		rc = tp_database_number(*db, "PRAGMA user_version", version);
	if (rc == SQLITE_OK && *version <= layout->version)
		rc = make_tables(*db, layout, *version);
	for (unsigned i = 0; rc == SQLITE_OK && i < layout->statements; i++)
		rc = sqlite3_prepare_v3(*db, layout->sql[i], -1, SQLITE_PREPARE_PERSISTENT,
					&statements[i], NULL);
	return rc;
}

int tp_database_open(const char *path, const struct tp_database_layout *layout, sqlite3 **db,
		     sqlite3_stmt **statements, struct tp_error *e)
{
	uint64_t version = 0;
	int error, rc;

	*db = NULL;
	memset(statements, 0, layout->statements * sizeof(*statements));
	error = make_file(path, e);
	if (error != 0)
		return error;
	rc = open_database(path, layout, db, statements, &version);
	if (version > layout->version)
		return tp_error_set(e, -EBADMSG, path, "it is of a later version (%" PRIu64 ")",
				    version);
	return tp_database_error(*db, path, rc, e);
}

bool tp_database_sound(sqlite3 *db, char *why, size_t size)
{
	sqlite3_stmt *statement;
	bool sound = true;

	if (sqlite3_prepare_v2(db, "PRAGMA quick_check(1)", -1, &statement, NULL) != SQLITE_OK)
		return true; /* nor can it be written: that is told */
	if (sqlite3_step(statement) == SQLITE_ROW) {
		const char *text = (const char *)sqlite3_column_text(statement, 0);
		const char *last = text != NULL ? strrchr(text, '\n') : NULL; /* a heading's */

		sound = text == NULL || strcmp(text, "ok") == 0;
		snprintf(why, size, "%s", last != NULL ? last + 1 : text != NULL ? text : "");
	}
	sqlite3_finalize(statement);
	return sound;
}

void tp_database_close(sqlite3 *db, sqlite3_stmt **statements, unsigned count)
{
	for (unsigned i = 0; i < count; i++) {
		sqlite3_finalize(statements[i]);
		statements[i] = NULL;
	}
	sqlite3_close(db);
}
