/* SPDX-License-Identifier: BSD-3-Clause */
#include "control/audit/store.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/log.h"
#include "base/thread.h"
#include "store/database.h"
#include "store/inbox.h"
#include "store/statement.h"

#define ENTRY_MAX (4 << 20) /* bytes of one */

enum { PUT, REMOVE, READ, STATEMENTS };

static const char tables[] =
	"CREATE TABLE IF NOT EXISTS history (id INTEGER PRIMARY KEY, sum INTEGER, entry BLOB)";
static const char *const sql[STATEMENTS] = {
	[PUT] = "INSERT OR REPLACE INTO history VALUES (?1, ?2, ?3)",
	[REMOVE] = "DELETE FROM history WHERE id = ?1",
	[READ] = "SELECT id, sum, entry FROM history ORDER BY id",
};
static const struct tp_database_layout layout = {
	.version = 1,
	.tables = tables,
	.sql = sql,
	.statements = STATEMENTS,
};

struct order {
	struct tp_inbox_item item; /* the first, so that an item is an order */
	uint64_t id;
	size_t len;  /* 0: it is to go */
	char text[]; /* an entry, as JSON */
};

struct tp_changes_store {
	char path[512];
	sqlite3 *db;
	sqlite3_stmt *statement[STATEMENTS];
	struct tp_inbox box;
	pthread_t thread;
	atomic_bool ending;
	bool told; /* that it can't be written; the thread's */
};

/* ---- the thread -------------------------------------------------------------------------------
 */

static bool carry_out(struct tp_changes_store *store, const struct order *order)
{
	sqlite3_stmt *put = store->statement[PUT];

	if (order->len == 0)
		return tp_statement_run_on(store->statement[REMOVE], order->id);
	sqlite3_bind_int64(put, 1, (sqlite3_int64)order->id);
	sqlite3_bind_int64(put, 2,
			   (sqlite3_int64)tp_database_sum(&order->id, sizeof(order->id),
							  order->text, order->len));
	sqlite3_bind_blob(put, 3, order->text, (int)order->len, SQLITE_STATIC);
	return tp_statement_run(put);
}

static void tell(struct tp_changes_store *store, bool written)
{
	if (!written && !store->told)
		tp_log_error("journal",
			     "%s can't be written: %s: changes are remembered in memory alone",
			     store->path, sqlite3_errmsg(store->db));
	else if (written && store->told)
		tp_log_info("journal", "%s is written again", store->path);
	store->told = !written;
}

/* All that waits, in one transaction. */
static void write_orders(struct tp_changes_store *store)
{
	struct tp_inbox_item *item = tp_inbox_take(&store->box), *next;
	bool done;

	if (item == NULL)
		return;
	done = sqlite3_exec(store->db, "BEGIN", NULL, NULL, NULL) == SQLITE_OK;
	for (; item != NULL; item = next) {
		struct order *order = (struct order *)item;

		next = item->next;
		done = done && carry_out(store, order);
		free(order);
	}
	done = done && sqlite3_exec(store->db, "COMMIT", NULL, NULL, NULL) == SQLITE_OK;
	tell(store, done);
	if (!done)
		sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL);
}

static void *work(void *user)
{
	struct tp_changes_store *store = user;

	while (!atomic_load(&store->ending)) {
		tp_inbox_wait(&store->box, -1);
		write_orders(store);
	}
	write_orders(store);
	return NULL;
}

/* ---- control ----------------------------------------------------------------------------------
 */

static json_t *read_entry(sqlite3_stmt *row)
{
	const void *bytes = sqlite3_column_blob(row, 2);
	const uint64_t id = (uint64_t)sqlite3_column_int64(row, 0);
	const size_t len = (size_t)sqlite3_column_bytes(row, 2);

	if (bytes == NULL || len > ENTRY_MAX ||
	    (uint64_t)sqlite3_column_int64(row, 1) != tp_database_sum(&id, sizeof(id), bytes, len))
		return NULL;
	return json_loadb(bytes, len, JSON_ALLOW_NUL, NULL);
}

static int read_all(struct tp_changes_store *store, bool (*found)(void *, const json_t *),
		    void *user, struct tp_error *e)
{
	sqlite3_stmt *row = store->statement[READ];
	int rc;

	while ((rc = sqlite3_step(row)) == SQLITE_ROW) {
		json_t *entry = read_entry(row);

		if (entry == NULL || !found(user, entry))
			tp_changes_store_remove(store, (uint64_t)sqlite3_column_int64(row, 0));
		json_decref(entry);
	}
	sqlite3_reset(row);
	return tp_database_error(store->db, store->path, rc, e);
}

static void set_aside(const struct tp_changes_store *store)
{
	static const char *const suffix[] = {"", "-wal"};
	char from[sizeof(store->path) + 8], to[sizeof(store->path) + 16];

	for (unsigned i = 0; i < 2; i++) {
		snprintf(from, sizeof(from), "%s%s", store->path, suffix[i]);
		snprintf(to, sizeof(to), "%s.broken%s", store->path, suffix[i]);
		rename(from, to);
	}
}

static int open_database(struct tp_changes_store *store, struct tp_error *e)
{
	int error = tp_database_open(store->path, &layout, &store->db, store->statement, e);

	if (error != -EBADMSG)
		return error;
	tp_database_close(store->db, store->statement, STATEMENTS);
	store->db = NULL;
	set_aside(store);
	return tp_database_open(store->path, &layout, &store->db, store->statement,
				&(struct tp_error){0});
}

static void release(struct tp_changes_store *store)
{
	struct tp_inbox_item *item = tp_inbox_take(&store->box), *next;

	for (; item != NULL; item = next) {
		next = item->next;
		free(item);
	}
	tp_database_close(store->db, store->statement, STATEMENTS);
	tp_inbox_clear(&store->box);
	free(store);
}

int tp_changes_store_open(const char *directory, const cpu_set_t *cpus,
			  bool (*found)(void *user, const json_t *entry), void *user,
			  struct tp_changes_store **out, struct tp_error *e)
{
	struct tp_changes_store *store = calloc(1, sizeof(*store));
	int error;

	*out = NULL;
	if (store == NULL)
		return tp_error_set(e, -ENOMEM, directory, "out of memory");
	snprintf(store->path, sizeof(store->path), "%s/" TP_CHANGES_FILE, directory);
	if (mkdir(directory, 0700) != 0 && errno != EEXIST) {
		error = -errno;
		free(store);
		return tp_error_set(e, error, directory, "%s", strerror(-error));
	}
	error = tp_inbox_init(&store->box, true);
	if (error != 0) {
		free(store);
		return tp_error_set(e, error, directory, "%s", strerror(-error));
	}
	error = open_database(store, e);
	if (error == 0)
		error = read_all(store, found, user, e);
	if (error == 0)
		error = tp_thread_start(&store->thread, "audit", cpus, work, store);
	if (error != 0) {
		if (e->message[0] == '\0')
			tp_error_set(e, error, directory, "%s", strerror(-error));
		release(store);
		return error;
	}
	*out = store;
	return 0;
}

static void give(struct tp_changes_store *store, uint64_t id, const char *text)
{
	size_t len = text != NULL ? strlen(text) : 0;
	struct order *order = malloc(sizeof(*order) + len);

	if (order == NULL)
		return;
	*order = (struct order){.id = id, .len = len};
	memcpy(order->text, text != NULL ? text : "", len);
	tp_inbox_put(&store->box, &order->item);
}

void tp_changes_store_put(struct tp_changes_store *store, uint64_t id, const json_t *entry)
{
	char *text = store != NULL ? json_dumps(entry, JSON_COMPACT) : NULL;

	if (text == NULL)
		return;
	give(store, id, text);
	explicit_bzero(text, strlen(text));
	free(text);
}

void tp_changes_store_remove(struct tp_changes_store *store, uint64_t id)
{
	if (store != NULL)
		give(store, id, NULL);
}

void tp_changes_store_close(struct tp_changes_store *store)
{
	if (store == NULL)
		return;
	atomic_store(&store->ending, true);
	tp_inbox_wake(&store->box);
	pthread_join(store->thread, NULL);
	release(store);
}
