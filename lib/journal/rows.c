/* SPDX-License-Identifier: BSD-3-Clause */
/* The rows of the database: what one is, and how all are read, and each is put and taken away. */
#include "journal/journal_private.h"

uint64_t tp_journal_sum(uint64_t key, const void *bytes, size_t len)
{
	const uint64_t numbers[] = {key, len};

	return tp_database_sum(numbers, sizeof(numbers), bytes, len);
}

static bool tell_row(sqlite3_stmt *statement, const struct tp_journal_setup *setup)
{
	uint64_t key = (uint64_t)sqlite3_column_int64(statement, 0);
	const void *bytes = sqlite3_column_blob(statement, 2);
	size_t len = (size_t)sqlite3_column_bytes(statement, 2);

	if (bytes == NULL || len > TP_JOURNAL_BYTES_MAX ||
	    !tp_statement_within(statement, 1, 0, INT64_MAX - 1) ||
	    !tp_statement_within(statement, 3, INT64_MIN, INT64_MAX) ||
	    (uint64_t)sqlite3_column_int64(statement, 3) != tp_journal_sum(key, bytes, len))
		return false;
	setup->found(setup->user, key, bytes, len);
	return true;
}

/* Of LEFT, which is by key, those before KEY. Returns the rest. */
static const struct order *tell_left_over(const struct order *left, uint64_t key,
					  const struct tp_journal_setup *setup)
{
	for (; left != NULL && left->head.key < key; left = left->hh.next)
		if (left->head.kind == ORDER_PUT)
			setup->found(setup->user, left->head.key, left->bytes, left->len);
	return left;
}

static bool tell(sqlite3_stmt *statement, const struct tp_journal_setup *setup, uint64_t key,
		 const struct order **left)
{
	*left = tell_left_over(*left, key, setup);
	if (*left == NULL || (*left)->head.key != key)
		return tell_row(statement, setup);
	*left = tell_left_over(*left, key + 1, setup);
	return true;
}

/* Each row, or what the last daemon meant to make of it: LEFT, by key. */
static int read_rows(struct tp_journal *journal, const struct tp_journal_setup *setup,
		     const struct order *left)
{
	static const char query[] = "SELECT key, generation, bytes, sum FROM session ORDER BY key";
	sqlite3_stmt *statement;
	uint64_t generation, key, next = 0;
	int rc = sqlite3_prepare_v2(journal->db, query, -1, &statement, NULL);

	if (rc != SQLITE_OK)
		return rc;
	while ((rc = sqlite3_step(statement)) == SQLITE_ROW) {
		atomic_fetch_add(&journal->rows, 1);
		key = (uint64_t)sqlite3_column_int64(statement, 0);
		/* A damaged tree may lead to a row a second time. */
		if (key < next || !tell(statement, setup, key, &left)) {
			atomic_fetch_add(&journal->bad_rows, 1);
			continue;
		}
		next = key + 1;
		generation = (uint64_t)sqlite3_column_int64(statement, 1);
		if (generation >= journal->generation)
			journal->generation = generation + 1;
	}
	sqlite3_finalize(statement);
	if (rc != SQLITE_DONE)
		return rc;
	tell_left_over(left, UINT64_MAX, setup);
	return SQLITE_OK;
}

/* Before the rows are told, so that one that brings the daemon down does not do so for ever. A disk
 * that can be read only is none to keep count on. */
static void count_attempt(struct tp_journal *journal, const struct tp_journal_about *about)
{
	struct tp_journal_about again = *about;

	journal->self.attempts = ++again.attempts;
	tp_journal_about_write(journal, &again);
}

int tp_journal_rows_empty(struct tp_journal *journal)
{
	if (!tp_statement_run(journal->statement[DELETE_ALL]))
		return sqlite3_errcode(journal->db);
	atomic_store(&journal->rows, 0);
	return SQLITE_OK;
}

static int read_all(struct tp_journal *journal, const struct tp_journal_setup *setup,
		    const struct tp_journal_about *about)
{
	struct order *left = tp_journal_left_over_rows(journal);
	int rc;

	count_attempt(journal, about);
	rc = read_rows(journal, setup, left);
	HASH_CLEAR(hh, left);
	return rc;
}

static int read_or_empty(struct tp_journal *journal, const struct tp_journal_setup *setup,
			 struct tp_journal_about *about)
{
	uint64_t rows = 0;
	int rc = tp_journal_about_read(journal, about);
	bool left_over = tp_journal_left_over_take(journal, about);

	if (rc == SQLITE_OK)
		rc = tp_database_number(journal->db, "SELECT EXISTS (SELECT 1 FROM session)",
					&rows);
	if (rc != SQLITE_OK || (rows == 0 && !left_over))
		return rc;
	if (setup->judge == NULL || setup->judge(setup->user, about))
		return read_all(journal, setup, about);
	tp_journal_left_over_drop(journal);
	return tp_journal_rows_empty(journal);
}

int tp_journal_rows_read(struct tp_journal *journal, const struct tp_journal_setup *setup,
			 struct tp_journal_about *about, struct tp_error *e)
{
	int rc = read_or_empty(journal, setup, about);
	int error = tp_database_error(journal->db, journal->path, rc, e);

	if (error != 0)
		tp_journal_left_over_drop(journal);
	return error;
}

/* SQLite names the row that was inserted last, which is none that was updated. */
static bool put(struct tp_journal *journal, const struct order *order)
{
	sqlite3_stmt *statement = journal->statement[PUT_ROW];

	sqlite3_set_last_insert_rowid(journal->db, (sqlite3_int64)~order->head.key);
	sqlite3_bind_int64(statement, 1, (sqlite3_int64)order->head.key);
	sqlite3_bind_int64(statement, 2, (sqlite3_int64)journal->generation);
	sqlite3_bind_blob(statement, 3, order->bytes, (int)order->len, SQLITE_STATIC);
	sqlite3_bind_int64(statement, 4, (sqlite3_int64)order->head.sum);
	if (!tp_statement_run(statement))
		return false;
	if (sqlite3_last_insert_rowid(journal->db) == (sqlite3_int64)order->head.key)
		atomic_fetch_add(&journal->rows, 1);
	return true;
}

static bool take_away(struct tp_journal *journal, enum statement which, uint64_t number)
{
	if (!tp_statement_run_on(journal->statement[which], number))
		return false;
	atomic_fetch_sub(&journal->rows, (unsigned)sqlite3_changes(journal->db));
	return true;
}

bool tp_journal_rows_carry_out(struct tp_journal *journal, const struct order *order)
{
	switch ((enum order_kind)order->head.kind) {
	case ORDER_PUT:
		return put(journal, order);
	case ORDER_REMOVE:
		return take_away(journal, DELETE_ROW, order->head.key);
	case ORDER_AGAIN:
		journal->generation++;
		return true;
	default: /* ORDER_SETTLE */
		return take_away(journal, DELETE_OLDER, journal->generation);
	}
}
