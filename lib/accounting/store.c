/* SPDX-License-Identifier: BSD-3-Clause */
#include "accounting/store.h"

#include <errno.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <time.h>
#include <uthash.h>

#include "base/log.h"

#define FILE_NAME  "accounting.db"
#define ERROR_TELL 60 /* seconds between lines about a broken disk */

enum order_kind { ORDER_PUT, ORDER_REMOVE, ORDER_LOAD, ORDER_FORGET };

/* What control wants of the thread; for a LOAD the thread fills in the bytes and gives it back. */
struct order {
	STAILQ_ENTRY(order) entry;
	enum order_kind kind;
	struct tp_record record; /* but of a PUT only seq, or session */
	uint8_t bytes[];
};
STAILQ_HEAD(orders, order);

enum statement {
	INSERT_RECORD,
	DELETE_RECORD,
	SELECT_RECORD,
	KEEP_SESSION,
	DELETE_SESSION,
	KEEP_SEQ,
	STATEMENTS,
};

struct tp_record_store {
	sqlite3 *db;
	sqlite3_stmt *statement[STATEMENTS];
	pthread_t thread;
	pthread_mutex_t lock; /* of the two lists and `ending`; never held for long */
	pthread_cond_t wake;
	struct orders orders, loaded;
	bool ending;
	uint64_t highest_seq; /* the thread's */
	time_t told;	      /* likewise */
	atomic_uint lag;
	atomic_ullong written, failed, batches;
};

static const char schema[] =
	"PRAGMA locking_mode = EXCLUSIVE;"
	"PRAGMA journal_mode = WAL;"
	"PRAGMA synchronous = NORMAL;"
	"CREATE TABLE IF NOT EXISTS record (seq INTEGER PRIMARY KEY, session INTEGER NOT NULL,"
	" kind INTEGER NOT NULL, unix INTEGER NOT NULL, bytes BLOB NOT NULL);"
	"CREATE TABLE IF NOT EXISTS standing (session INTEGER PRIMARY KEY, seq INTEGER NOT NULL,"
	" kind INTEGER NOT NULL, unix INTEGER NOT NULL, bytes BLOB NOT NULL);"
	"CREATE TABLE IF NOT EXISTS highest (one INTEGER PRIMARY KEY CHECK (one = 1),"
	" seq INTEGER NOT NULL);"
	"PRAGMA user_version = 1;";

static const char *const statements[STATEMENTS] = {
	[INSERT_RECORD] = "INSERT OR REPLACE INTO record VALUES (?1, ?2, ?3, ?4, ?5)",
	[DELETE_RECORD] = "DELETE FROM record WHERE seq = ?1",
	[SELECT_RECORD] = "SELECT bytes FROM record WHERE seq = ?1",
	[KEEP_SESSION] = "INSERT OR REPLACE INTO standing VALUES (?2, ?1, ?3, ?4, ?5)",
	[DELETE_SESSION] = "DELETE FROM standing WHERE session = ?1",
	[KEEP_SEQ] = "INSERT OR REPLACE INTO highest VALUES (1, ?1)",
};

/* ---- the thread: one batch --------------------------------------------------------------------
 */

static bool run(struct tp_record_store *store, sqlite3_stmt *statement)
{
	int rc = sqlite3_step(statement);

	sqlite3_reset(statement);
	sqlite3_clear_bindings(statement);
	return rc == SQLITE_DONE;
}

static bool run_on(struct tp_record_store *store, enum statement which, uint64_t number)
{
	sqlite3_bind_int64(store->statement[which], 1, (sqlite3_int64)number);
	return run(store, store->statement[which]);
}

static bool insert(struct tp_record_store *store, enum statement which, const struct order *order)
{
	sqlite3_stmt *statement = store->statement[which];

	sqlite3_bind_int64(statement, 1, (sqlite3_int64)order->record.seq);
	sqlite3_bind_int64(statement, 2, (sqlite3_int64)order->record.session);
	sqlite3_bind_int(statement, 3, order->record.kind);
	sqlite3_bind_int64(statement, 4, order->record.unix_s);
	sqlite3_bind_blob(statement, 5, order->bytes, order->record.len, SQLITE_STATIC);
	return run(store, statement);
}

/* REMOVED: it was acknowledged before the batch was written. */
static bool put(struct tp_record_store *store, const struct order *order, bool removed)
{
	bool done = true;

	if (order->record.seq > store->highest_seq)
		store->highest_seq = order->record.seq;
	if (!removed) {
		done = insert(store, INSERT_RECORD, order);
		atomic_fetch_add(&store->written, 1);
	}
	if (order->record.kind == TP_RECORD_STOP)
		return run_on(store, DELETE_SESSION, order->record.session) && done;
	if (order->record.kind == TP_RECORD_START || order->record.kind == TP_RECORD_INTERIM)
		return insert(store, KEEP_SESSION, order) && done;
	return done;
}

/* Fills in what it finds; what it does not find has no length. */
static struct order *load(struct tp_record_store *store, struct order *order)
{
	sqlite3_stmt *statement = store->statement[SELECT_RECORD];
	struct order *loaded = NULL;

	sqlite3_bind_int64(statement, 1, (sqlite3_int64)order->record.seq);
	if (sqlite3_step(statement) == SQLITE_ROW) {
		int len = sqlite3_column_bytes(statement, 0);

		loaded = realloc(order, sizeof(*order) + (size_t)len);
		if (loaded != NULL) {
			loaded->record.len = (uint16_t)len;
			memcpy(loaded->bytes, sqlite3_column_blob(statement, 0), (size_t)len);
		}
	}
	sqlite3_reset(statement);
	sqlite3_clear_bindings(statement);
	return loaded != NULL ? loaded : order;
}

/* Seqs that this batch both puts and removes. */
struct removed {
	uint64_t seq;
	UT_hash_handle hh;
};

static struct removed *collect_removed(const struct orders *batch)
{
	struct removed *all = NULL, *one;
	const struct order *order;

	STAILQ_FOREACH (order, batch, entry) {
		if (order->kind != ORDER_REMOVE)
			continue;
		one = calloc(1, sizeof(*one));
		if (one == NULL)
			break;
		one->seq = order->record.seq;
		HASH_ADD(hh, all, seq, sizeof(one->seq), one);
	}
	return all;
}

static void free_removed(struct removed *all)
{
	struct removed *one, *next;

	HASH_ITER (hh, all, one, next) {
		HASH_DEL(all, one);
		free(one);
	}
}

static bool carry_out(struct tp_record_store *store, const struct order *order,
		      struct removed *removed)
{
	struct removed *found;

	switch (order->kind) {
	case ORDER_PUT:
		HASH_FIND(hh, removed, &order->record.seq, sizeof(order->record.seq), found);
		return put(store, order, found != NULL);
	case ORDER_REMOVE:
		return run_on(store, DELETE_RECORD, order->record.seq);
	case ORDER_FORGET:
		return run_on(store, DELETE_SESSION, order->record.session);
	default:
		return true;
	}
}

static void tell(struct tp_record_store *store, unsigned failed)
{
	time_t now = time(NULL);

	atomic_fetch_add(&store->failed, failed);
	if (now - store->told < ERROR_TELL)
		return;
	store->told = now;
	tp_log_error("radius",
		     "accounting records can't be written to disk (%s): they wait in memory "
		     "alone, and a sudden end would lose them",
		     sqlite3_errmsg(store->db));
}

/* All of BATCH in one transaction; those that are to be loaded are taken out of it into LOADED. */
static void write_batch(struct tp_record_store *store, struct orders *batch, struct orders *loaded)
{
	struct removed *removed = collect_removed(batch);
	struct order *order;
	unsigned failed = 0, count = 0;

	if (sqlite3_exec(store->db, "BEGIN", NULL, NULL, NULL) != SQLITE_OK)
		failed++;
	STAILQ_FOREACH (order, batch, entry) {
		count++;
		if (!carry_out(store, order, removed))
			failed++;
	}
	if (!run_on(store, KEEP_SEQ, store->highest_seq))
		failed++;
	if (sqlite3_exec(store->db, "COMMIT", NULL, NULL, NULL) != SQLITE_OK) {
		sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL);
		failed = count;
	}
	if (failed > 0)
		tell(store, failed);
	free_removed(removed);
	atomic_fetch_add(&store->batches, 1);
	while ((order = STAILQ_FIRST(batch)) != NULL) {
		STAILQ_REMOVE_HEAD(batch, entry);
		atomic_fetch_sub(&store->lag, 1);
		if (order->kind == ORDER_LOAD) {
			order = load(store, order);
			STAILQ_INSERT_TAIL(loaded, order, entry);
		} else {
			free(order);
		}
	}
}

static void wait_for_orders(struct tp_record_store *store)
{
	struct timespec batch = {.tv_nsec = TP_RECORD_STORE_BATCH_MS * 1000000L};

	pthread_mutex_lock(&store->lock);
	while (STAILQ_EMPTY(&store->orders) && !store->ending)
		pthread_cond_wait(&store->wake, &store->lock);
	pthread_mutex_unlock(&store->lock);
	nanosleep(&batch, NULL); /* so that a batch is one */
}

static void *work(void *user)
{
	struct tp_record_store *store = user;
	struct orders batch, loaded;
	bool ending = false;

	while (!ending) {
		wait_for_orders(store);
		STAILQ_INIT(&batch);
		STAILQ_INIT(&loaded);
		pthread_mutex_lock(&store->lock);
		STAILQ_CONCAT(&batch, &store->orders);
		ending = store->ending;
		pthread_mutex_unlock(&store->lock);
		if (!STAILQ_EMPTY(&batch))
			write_batch(store, &batch, &loaded);
		pthread_mutex_lock(&store->lock);
		STAILQ_CONCAT(&store->loaded, &loaded);
		pthread_mutex_unlock(&store->lock);
	}
	return NULL;
}

/* ---- control's side -----------------------------------------------------------------------------
 */

static void give(struct tp_record_store *store, enum order_kind kind,
		 const struct tp_record *record, const uint8_t *bytes)
{
	size_t len = bytes != NULL ? record->len : 0;
	struct order *order = malloc(sizeof(*order) + len);

	if (order == NULL) {
		atomic_fetch_add(&store->failed, 1);
		return;
	}
	order->kind = kind;
	order->record = *record;
	if (len > 0)
		memcpy(order->bytes, bytes, len);
	else
		order->record.len = 0;
	atomic_fetch_add(&store->lag, 1);
	pthread_mutex_lock(&store->lock);
	STAILQ_INSERT_TAIL(&store->orders, order, entry);
	pthread_cond_signal(&store->wake);
	pthread_mutex_unlock(&store->lock);
}

static void put_record(void *user, const struct tp_record *record, const uint8_t *bytes)
{
	give(user, ORDER_PUT, record, bytes);
}

static void remove_record(void *user, uint64_t seq)
{
	give(user, ORDER_REMOVE, &(struct tp_record){.seq = seq}, NULL);
}

static void load_record(void *user, uint64_t seq)
{
	give(user, ORDER_LOAD, &(struct tp_record){.seq = seq}, NULL);
}

const struct tp_record_store_ops tp_record_store_ops = {
	.put = put_record,
	.remove = remove_record,
	.load = load_record,
};

void tp_record_store_forget(struct tp_record_store *store, uint64_t session)
{
	give(store, ORDER_FORGET, &(struct tp_record){.session = session}, NULL);
}

void tp_record_store_poll(struct tp_record_store *store, struct tp_record_queue *queue)
{
	struct orders loaded = STAILQ_HEAD_INITIALIZER(loaded);
	struct order *order;

	if (pthread_mutex_trylock(&store->lock) != 0)
		return;
	STAILQ_CONCAT(&loaded, &store->loaded);
	pthread_mutex_unlock(&store->lock);
	while ((order = STAILQ_FIRST(&loaded)) != NULL) {
		STAILQ_REMOVE_HEAD(&loaded, entry);
		tp_record_queue_loaded(queue, order->record.seq, order->bytes, order->record.len);
		free(order);
	}
}

struct tp_record_store_counters tp_record_store_counters(const struct tp_record_store *store)
{
	struct tp_record_store *s = (struct tp_record_store *)store;

	return (struct tp_record_store_counters){
		.written = atomic_load(&s->written),
		.failed = atomic_load(&s->failed),
		.batches = atomic_load(&s->batches),
		.lag = atomic_load(&s->lag),
	};
}

/* ---- open and close -------------------------------------------------------------------------- */

static struct tp_record row_of(sqlite3_stmt *statement)
{
	return (struct tp_record){
		.seq = (uint64_t)sqlite3_column_int64(statement, 0),
		.session = (uint64_t)sqlite3_column_int64(statement, 1),
		.kind = (uint8_t)sqlite3_column_int(statement, 2),
		.unix_s = (uint32_t)sqlite3_column_int64(statement, 3),
		.len = (uint16_t)sqlite3_column_int(statement, 4),
	};
}

/* What other versions or a broken disk left is no record. */
static bool is_record(const struct tp_record *record)
{
	return record->seq > 0 && record->kind <= TP_RECORD_OFF && record->len > 0;
}

static int read_all(struct tp_record_store *store, const struct tp_record_store_found *found,
		    uint64_t *next_seq)
{
	static const char records[] = "SELECT seq, session, kind, unix, length(bytes) FROM record "
				      "ORDER BY seq";
	static const char standing[] = "SELECT seq, session, kind, unix, length(bytes), bytes "
				       "FROM standing ORDER BY seq";
	static const char highest[] = "SELECT max(coalesce((SELECT seq FROM highest), 0),"
				      " coalesce((SELECT max(seq) FROM record), 0))";
	sqlite3_stmt *statement;
	int rc;

	*next_seq = 1;
	if (sqlite3_prepare_v2(store->db, highest, -1, &statement, NULL) != SQLITE_OK)
		return SQLITE_ERROR;
	if (sqlite3_step(statement) == SQLITE_ROW)
		store->highest_seq = (uint64_t)sqlite3_column_int64(statement, 0);
	sqlite3_finalize(statement);
	*next_seq = store->highest_seq + 1;
	if (sqlite3_prepare_v2(store->db, records, -1, &statement, NULL) != SQLITE_OK)
		return SQLITE_ERROR;
	while ((rc = sqlite3_step(statement)) == SQLITE_ROW) {
		const struct tp_record record = row_of(statement);

		if (is_record(&record))
			found->record(found->user, &record);
	}
	sqlite3_finalize(statement);
	if (rc != SQLITE_DONE ||
	    sqlite3_prepare_v2(store->db, standing, -1, &statement, NULL) != SQLITE_OK)
		return SQLITE_ERROR;
	while ((rc = sqlite3_step(statement)) == SQLITE_ROW) {
		const struct tp_record record = row_of(statement);

		if (is_record(&record))
			found->standing(found->user, &record, sqlite3_column_blob(statement, 5));
	}
	sqlite3_finalize(statement);
	return rc == SQLITE_DONE ? SQLITE_OK : SQLITE_ERROR;
}

static int start_thread(struct tp_record_store *store, const cpu_set_t *cpus)
{
	pthread_attr_t attributes;
	int error;

	pthread_attr_init(&attributes);
	if (CPU_COUNT(cpus) > 0)
		pthread_attr_setaffinity_np(&attributes, sizeof(*cpus), cpus);
	error = pthread_create(&store->thread, &attributes, work, store);
	pthread_attr_destroy(&attributes);
	return -error;
}

static void close_database(struct tp_record_store *store)
{
	for (unsigned i = 0; i < STATEMENTS; i++)
		sqlite3_finalize(store->statement[i]);
	sqlite3_close(store->db);
	pthread_mutex_destroy(&store->lock);
	pthread_cond_destroy(&store->wake);
	free(store);
}

static int open_database(struct tp_record_store *store, const char *path)
{
	if (sqlite3_open_v2(path, &store->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL) !=
		    SQLITE_OK ||
	    sqlite3_exec(store->db, schema, NULL, NULL, NULL) != SQLITE_OK)
		return sqlite3_errcode(store->db);
	for (unsigned i = 0; i < STATEMENTS; i++)
		if (sqlite3_prepare_v2(store->db, statements[i], -1, &store->statement[i], NULL) !=
		    SQLITE_OK)
			return sqlite3_errcode(store->db);
	return SQLITE_OK;
}

int tp_record_store_open(const char *directory, const cpu_set_t *cpus,
			 const struct tp_record_store_found *found, uint64_t *next_seq,
			 struct tp_record_store **out, struct tp_error *e)
{
	struct tp_record_store *store = calloc(1, sizeof(*store));
	char path[512];
	int rc, error = 0;

	if (store == NULL)
		return tp_error_set(e, -ENOMEM, directory, "out of memory");
	pthread_mutex_init(&store->lock, NULL);
	pthread_cond_init(&store->wake, NULL);
	STAILQ_INIT(&store->orders);
	STAILQ_INIT(&store->loaded);
	snprintf(path, sizeof(path), "%s/%s", directory, FILE_NAME);
	rc = open_database(store, path);
	if (rc == SQLITE_OK)
		rc = read_all(store, found, next_seq);
	if (rc == SQLITE_BUSY || rc == SQLITE_LOCKED)
		error = tp_error_set(e, -EBUSY, path, "another daemon has it");
	else if (rc != SQLITE_OK)
		error = tp_error_set(e, -EIO, path, "%s", sqlite3_errmsg(store->db));
	if (error == 0 && start_thread(store, cpus) != 0)
		error = tp_error_set(e, -EAGAIN, path, "no thread for it");
	if (error != 0)
		close_database(store);
	else
		*out = store;
	return error;
}

void tp_record_store_close(struct tp_record_store *store)
{
	struct order *order;

	if (store == NULL)
		return;
	pthread_mutex_lock(&store->lock);
	store->ending = true;
	pthread_cond_signal(&store->wake);
	pthread_mutex_unlock(&store->lock);
	pthread_join(store->thread, NULL);
	while ((order = STAILQ_FIRST(&store->loaded)) != NULL) {
		STAILQ_REMOVE_HEAD(&store->loaded, entry);
		free(order);
	}
	close_database(store);
}
