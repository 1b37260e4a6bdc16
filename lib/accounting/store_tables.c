/* SPDX-License-Identifier: BSD-3-Clause */
/* The database: its tables, what a row of them is, and how it is opened and read. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "accounting/store_private.h"
#include "base/log.h"

#define ROW "seq, session, kind, unix, length(bytes), bytes, sum"

static const char *const sql[STATEMENTS] = {
	[INSERT_RECORD] = "INSERT OR REPLACE INTO record VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
	[DELETE_RECORD] = "DELETE FROM record WHERE seq = ?1",
	[SELECT_RECORD] = "SELECT " ROW " FROM record WHERE seq = ?1",
	[KEEP_SESSION] = "INSERT OR REPLACE INTO standing VALUES (?2, ?1, ?3, ?4, ?5, ?6)",
	[DELETE_SESSION] = "DELETE FROM standing WHERE session = ?1",
	[KEEP_SEQ] = "INSERT OR REPLACE INTO highest VALUES (1, ?1)",
};

static const struct tp_database_layout layout = {
	.version = 1,
	.tables = "CREATE TABLE IF NOT EXISTS record (seq INTEGER PRIMARY KEY, session INTEGER NOT "
		  "NULL,"
		  " kind INTEGER NOT NULL, unix INTEGER NOT NULL, bytes BLOB NOT NULL,"
		  " sum INTEGER NOT NULL);"
		  "CREATE TABLE IF NOT EXISTS standing (session INTEGER PRIMARY KEY, seq INTEGER "
		  "NOT NULL,"
		  " kind INTEGER NOT NULL, unix INTEGER NOT NULL, bytes BLOB NOT NULL,"
		  " sum INTEGER NOT NULL);"
		  "CREATE TABLE IF NOT EXISTS highest (one INTEGER PRIMARY KEY CHECK (one = 1),"
		  " seq INTEGER NOT NULL);",
	.sql = sql,
	.statements = STATEMENTS,
};

static uint64_t sum_of(const struct tp_record *r, const uint8_t *bytes)
{
	const uint64_t facts[] = {r->seq, r->session, r->kind, r->unix_s, r->len};

	return tp_database_sum(facts, sizeof(facts), bytes, r->len);
}

void tp_record_bind(sqlite3_stmt *statement, const struct tp_record *record, const uint8_t *bytes)
{
	sqlite3_bind_int64(statement, 1, (sqlite3_int64)record->seq);
	sqlite3_bind_int64(statement, 2, (sqlite3_int64)record->session);
	sqlite3_bind_int(statement, 3, record->kind);
	sqlite3_bind_int64(statement, 4, record->unix_s);
	sqlite3_bind_blob(statement, 5, bytes, record->len, SQLITE_STATIC);
	sqlite3_bind_int64(statement, 6, (sqlite3_int64)sum_of(record, bytes));
}

/* False: what a broken disk, or somebody else, left is no record. */
static bool read_row(sqlite3_stmt *statement, struct tp_record *record)
{
	if (!tp_statement_within(statement, 0, 1, SEQ_MAX) ||
	    sqlite3_column_type(statement, 1) != SQLITE_INTEGER ||
	    !tp_statement_within(statement, 2, 0, TP_RECORD_OFF) ||
	    !tp_statement_within(statement, 3, 0, UINT32_MAX) ||
	    !tp_statement_within(statement, 4, 1, UINT16_MAX))
		return false;
	*record = (struct tp_record){
		.seq = (uint64_t)sqlite3_column_int64(statement, 0),
		.session = (uint64_t)sqlite3_column_int64(statement, 1),
		.kind = (uint8_t)sqlite3_column_int(statement, 2),
		.unix_s = (uint32_t)sqlite3_column_int64(statement, 3),
		.len = (uint16_t)sqlite3_column_int(statement, 4),
	};
	return true;
}

const uint8_t *tp_record_read(sqlite3_stmt *statement, struct tp_record *record)
{
	const uint8_t *bytes;

	if (!read_row(statement, record) || sqlite3_column_bytes(statement, 5) != record->len)
		return NULL;
	bytes = sqlite3_column_blob(statement, 5);
	if (bytes == NULL || (uint64_t)sqlite3_column_int64(statement, 6) != sum_of(record, bytes))
		return NULL;
	return bytes;
}

/* How rows are told, unless an order of the backlog has something else to say. */
typedef void (*row_fn)(const struct tp_record_store *store,
		       const struct tp_record_store_found *found, const struct tp_record *record,
		       const uint8_t *bytes);

static void waits(const struct tp_record_store *store, const struct tp_record_store_found *found,
		  const struct tp_record *record, const uint8_t *bytes)
{
	if (tp_record_orders_of(&store->unwritten, record->seq) == NULL)
		found->record(found->user, record);
}

static void stands(const struct tp_record_store *store, const struct tp_record_store_found *found,
		   const struct tp_record *record, const uint8_t *bytes)
{
	if (tp_record_orders_of_session(&store->unwritten, record->session) == NULL)
		found->standing(found->user, record, bytes);
}

/* Each row of QUERY, which has them in the order of seq, that is as it was put, to FN; the others
 * are counted, and those that a damaged tree leads to a second time. */
static int read_rows(struct tp_record_store *store, const char *query, row_fn fn,
		     const struct tp_record_store_found *found)
{
	struct tp_record record;
	const uint8_t *bytes;
	sqlite3_stmt *statement;
	uint64_t last_seq = 0;
	int rc = sqlite3_prepare_v2(store->db, query, -1, &statement, NULL);

	if (rc != SQLITE_OK)
		return rc;
	while ((rc = sqlite3_step(statement)) == SQLITE_ROW) {
		bytes = tp_record_read(statement, &record);
		if (bytes == NULL || record.seq <= last_seq) {
			atomic_fetch_add(&store->bad, 1);
			continue;
		}
		last_seq = record.seq;
		if (record.seq > store->highest_seq)
			store->highest_seq = record.seq;
		fn(store, found, &record, bytes);
	}
	sqlite3_finalize(statement);
	return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

static int read_records(struct tp_record_store *store, const struct tp_record_store_found *found)
{
	int rc = read_rows(store, "SELECT " ROW " FROM record ORDER BY seq", waits, found);

	if (rc == SQLITE_OK)
		tp_record_left_over_tell_records(store, found);
	return rc;
}

static int read_standing(struct tp_record_store *store, const struct tp_record_store_found *found)
{
	int rc = read_rows(store, "SELECT " ROW " FROM standing ORDER BY seq", stands, found);

	if (rc == SQLITE_OK)
		tp_record_left_over_tell_standing(store, found);
	return rc;
}

/* The highest number is not believed more than the records are. */
static int read_all(struct tp_record_store *store, const struct tp_record_store_found *found,
		    unsigned *damaged)
{
	uint64_t highest = 0;
	int rc = tp_database_number(store->db, "SELECT coalesce((SELECT seq FROM highest), 0)",
				    &highest);

	store->highest_seq = highest <= SEQ_MAX ? highest : 0;
	atomic_store(&store->kept, store->highest_seq);
	if (rc == SQLITE_OK)
		*damaged = tp_record_left_over_take(store, store->highest_seq);
	if (rc == SQLITE_OK)
		rc = read_records(store, found);
	if (rc == SQLITE_OK)
		rc = read_standing(store, found);
	return rc;
}

static void tell_bad(const struct tp_record_store *store)
{
	const unsigned long long bad = atomic_load(&store->bad);

	if (bad > 0)
		tp_log_error("radius",
			     "%s: %llu accounting record%s in it can't be read, and %s lost",
			     store->path, bad, bad == 1 ? "" : "s", bad == 1 ? "is" : "are");
}

static int refuse_damaged(int error)
{
	return error == -EBADMSG ? -EIO : error;
}

int tp_record_tables_open(struct tp_record_store *store, struct tp_error *e)
{
	return refuse_damaged(
		tp_database_open(store->path, &layout, &store->db, store->statement, e));
}

int tp_record_tables_read(struct tp_record_store *store, const struct tp_record_store_found *found,
			  struct tp_error *e)
{
	unsigned damaged = 0;
	int error = tp_database_error(store->db, store->path, read_all(store, found, &damaged), e);

	if (error == 0)
		tell_bad(store);
	atomic_fetch_add(&store->bad, damaged);
	return refuse_damaged(error);
}

void tp_record_tables_close(struct tp_record_store *store)
{
	tp_database_close(store->db, store->statement, STATEMENTS);
}
