/* SPDX-License-Identifier: BSD-3-Clause */
#include "accounting/store.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <time.h>
#include <unistd.h>
#include <uthash.h>

#include "base/log.h"
#include "base/siphash.h"

#define FILE_NAME  "accounting.db"
#define ERROR_TELL 60 /* seconds between lines about a broken disk */
#define AGAIN_S	   3  /* from one vain try to write to the next */
#define VERSION	   1  /* of the tables: PRAGMA user_version */
#define SEQ_MAX	   (INT64_MAX / 2)

enum order_kind { ORDER_PUT, ORDER_REMOVE, ORDER_LOAD, ORDER_FORGET };

/* What control wants of the thread; for a LOAD the thread fills in the bytes and gives it back. */
struct order {
	STAILQ_ENTRY(order) entry;
	enum order_kind kind;
	struct tp_record record; /* but of a PUT only seq, or session */
	/* While a batch is made up, of a PUT: */
	bool removed; /* its record need not be written */
	bool last;    /* of its session: it says whether that stands */
	bool not_now; /* of a LOAD: it can't be read just now */
	UT_hash_handle by_seq, by_session;
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
	/* The thread's: */
	struct orders unwritten;
	uint64_t highest_seq;
	time_t again; /* when to write what could not be; 0: at once */
	time_t told;  /* when the log was told that it can't; 0: it can */
	/* Of both: */
	atomic_ullong kept;
	atomic_uint lag;
	atomic_ullong written, failed, batches;
};

#define ROW "seq, session, kind, unix, length(bytes), bytes, sum"

static const char schema[] =
	"PRAGMA locking_mode = EXCLUSIVE;"
	"PRAGMA journal_mode = WAL;"
	"PRAGMA synchronous = NORMAL;"
	"CREATE TABLE IF NOT EXISTS record (seq INTEGER PRIMARY KEY, session INTEGER NOT NULL,"
	" kind INTEGER NOT NULL, unix INTEGER NOT NULL, bytes BLOB NOT NULL,"
	" sum INTEGER NOT NULL);"
	"CREATE TABLE IF NOT EXISTS standing (session INTEGER PRIMARY KEY, seq INTEGER NOT NULL,"
	" kind INTEGER NOT NULL, unix INTEGER NOT NULL, bytes BLOB NOT NULL,"
	" sum INTEGER NOT NULL);"
	"CREATE TABLE IF NOT EXISTS highest (one INTEGER PRIMARY KEY CHECK (one = 1),"
	" seq INTEGER NOT NULL);"
	"PRAGMA user_version = 1;"; /* VERSION */

static const char *const statements[STATEMENTS] = {
	[INSERT_RECORD] = "INSERT OR REPLACE INTO record VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
	[DELETE_RECORD] = "DELETE FROM record WHERE seq = ?1",
	[SELECT_RECORD] = "SELECT " ROW " FROM record WHERE seq = ?1",
	[KEEP_SESSION] = "INSERT OR REPLACE INTO standing VALUES (?2, ?1, ?3, ?4, ?5, ?6)",
	[DELETE_SESSION] = "DELETE FROM standing WHERE session = ?1",
	[KEEP_SEQ] = "INSERT OR REPLACE INTO highest VALUES (1, ?1)",
};

/* ---- the thread: one batch ---- */

static bool run(sqlite3_stmt *statement)
{
	int rc = sqlite3_step(statement);

	sqlite3_reset(statement);
	sqlite3_clear_bindings(statement);
	return rc == SQLITE_DONE;
}

static bool run_on(struct tp_record_store *store, enum statement which, uint64_t number)
{
	sqlite3_bind_int64(store->statement[which], 1, (sqlite3_int64)number);
	return run(store->statement[which]);
}

/* A disk that is broken, or a file that was cut short, gives zeros without a word. */
static uint64_t sum_of(const struct tp_record *r, const uint8_t *bytes)
{
	static const uint64_t key[2] = {UINT64_C(0x7475726e70696b65), 1}; /* no secret */
	const uint64_t facts[] = {r->seq, r->session, r->kind, r->unix_s, r->len};

	return tp_siphash(key, facts, sizeof(facts)) ^ tp_siphash(key, bytes, r->len);
}

static bool insert(struct tp_record_store *store, enum statement which, const struct order *order)
{
	sqlite3_stmt *statement = store->statement[which];

	sqlite3_bind_int64(statement, 1, (sqlite3_int64)order->record.seq);
	sqlite3_bind_int64(statement, 2, (sqlite3_int64)order->record.session);
	sqlite3_bind_int(statement, 3, order->record.kind);
	sqlite3_bind_int64(statement, 4, order->record.unix_s);
	sqlite3_bind_blob(statement, 5, order->bytes, order->record.len, SQLITE_STATIC);
	sqlite3_bind_int64(statement, 6, (sqlite3_int64)sum_of(&order->record, order->bytes));
	return run(statement);
}

static bool put(struct tp_record_store *store, const struct order *order)
{
	if (!order->removed && !insert(store, INSERT_RECORD, order))
		return false;
	if (!order->last)
		return true;
	if (order->record.kind == TP_RECORD_STOP)
		return run_on(store, DELETE_SESSION, order->record.session);
	return insert(store, KEEP_SESSION, order);
}

static bool carry_out(struct tp_record_store *store, const struct order *order)
{
	switch (order->kind) {
	case ORDER_PUT:
		return put(store, order);
	case ORDER_REMOVE:
		return run_on(store, DELETE_RECORD, order->record.seq);
	default: /* ORDER_FORGET */
		return !order->last || run_on(store, DELETE_SESSION, order->record.session);
	}
}

/* Says of each order whether it is the last word about its session, and of each PUT whether its
 * record has been removed since. */
static void look_through(struct orders *batch)
{
	struct order *order, *earlier, *seqs = NULL, *sessions = NULL;

	STAILQ_FOREACH (order, batch, entry) {
		const struct tp_record *r = &order->record;

		order->last = false;
		if (order->kind == ORDER_REMOVE) {
			HASH_FIND(by_seq, seqs, &r->seq, sizeof(r->seq), earlier);
			if (earlier != NULL)
				earlier->removed = order->removed = true;
			continue;
		}
		if (order->kind == ORDER_PUT)
			HASH_ADD(by_seq, seqs, record.seq, sizeof(r->seq), order);
		if (order->kind == ORDER_PUT && r->session == 0)
			continue;
		HASH_FIND(by_session, sessions, &r->session, sizeof(r->session), earlier);
		if (earlier != NULL) {
			earlier->last = false;
			HASH_DELETE(by_session, sessions, earlier);
		}
		order->last = true;
		HASH_ADD(by_session, sessions, record.session, sizeof(r->session), order);
	}
	HASH_CLEAR(by_seq, seqs);
	HASH_CLEAR(by_session, sessions);
}

static void drop(struct tp_record_store *store, struct order *order)
{
	atomic_fetch_sub(&store->lag, 1);
	free(order);
}

static void drop_all(struct tp_record_store *store, struct orders *orders)
{
	struct order *order;

	while ((order = STAILQ_FIRST(orders)) != NULL) {
		STAILQ_REMOVE_HEAD(orders, entry);
		drop(store, order);
	}
}

/* Drops what has become void: however long the disk is away, no more is left than what waits, what
 * stands, and what is to be removed from it. */
static void condense(struct tp_record_store *store, struct orders *batch)
{
	struct orders left = STAILQ_HEAD_INITIALIZER(left);
	struct order *order;

	look_through(batch);
	while ((order = STAILQ_FIRST(batch)) != NULL) {
		STAILQ_REMOVE_HEAD(batch, entry);
		if (order->kind == ORDER_PUT && order->record.seq > store->highest_seq)
			store->highest_seq = order->record.seq;
		if (order->kind == ORDER_FORGET ? !order->last : order->removed && !order->last)
			drop(store, order);
		else
			STAILQ_INSERT_TAIL(&left, order, entry);
	}
	STAILQ_CONCAT(batch, &left);
}

static void tell_failure(struct tp_record_store *store)
{
	time_t now = time(NULL);

	atomic_fetch_add(&store->failed, 1);
	if (store->told != 0 && now - store->told < ERROR_TELL)
		return;
	store->told = now;
	tp_log_error("radius",
		     "accounting records can't be written to disk (%s): they wait in memory "
		     "alone, and a sudden end would lose them",
		     sqlite3_errmsg(store->db));
}

static void tell_success(struct tp_record_store *store)
{
	if (store->told != 0)
		tp_log_info("radius", "accounting records are written to disk again");
	store->told = 0;
}

/* All of it in one transaction, or nothing. */
static bool write_orders(struct tp_record_store *store, const struct orders *batch)
{
	const struct order *order;
	bool done = sqlite3_exec(store->db, "BEGIN", NULL, NULL, NULL) == SQLITE_OK;

	STAILQ_FOREACH (order, batch, entry)
		done = done && carry_out(store, order);
	done = done && run_on(store, KEEP_SEQ, store->highest_seq) &&
	       sqlite3_exec(store->db, "COMMIT", NULL, NULL, NULL) == SQLITE_OK;
	if (!done) {
		tell_failure(store);
		sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL);
	}
	return done;
}

static time_t monotonic_s(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec;
}

static void write_batch(struct tp_record_store *store)
{
	const struct order *order;
	uint64_t written = 0;

	condense(store, &store->unwritten);
	if (!write_orders(store, &store->unwritten)) {
		store->again = monotonic_s() + AGAIN_S;
		return;
	}
	STAILQ_FOREACH (order, &store->unwritten, entry)
		written += order->kind == ORDER_PUT && !order->removed;
	store->again = 0;
	tell_success(store);
	atomic_fetch_add(&store->written, written);
	atomic_fetch_add(&store->batches, 1);
	atomic_store(&store->kept, store->highest_seq);
	drop_all(store, &store->unwritten);
}

/* ---- rows ---- */

static bool within(sqlite3_stmt *statement, int column, int64_t min, int64_t max)
{
	return sqlite3_column_type(statement, column) == SQLITE_INTEGER &&
	       sqlite3_column_int64(statement, column) >= min &&
	       sqlite3_column_int64(statement, column) <= max;
}

/* False: what a broken disk, or somebody else, left is no record. */
static bool read_row(sqlite3_stmt *statement, struct tp_record *record)
{
	if (!within(statement, 0, 1, SEQ_MAX) ||
	    sqlite3_column_type(statement, 1) != SQLITE_INTEGER ||
	    !within(statement, 2, 0, TP_RECORD_OFF) || !within(statement, 3, 0, UINT32_MAX) ||
	    !within(statement, 4, 1, UINT16_MAX))
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

/* The same with the bytes, which are what was put; NULL: they are not. */
static const uint8_t *read_whole_row(sqlite3_stmt *statement, struct tp_record *record)
{
	const uint8_t *bytes;

	if (!read_row(statement, record) || sqlite3_column_bytes(statement, 5) != record->len)
		return NULL;
	bytes = sqlite3_column_blob(statement, 5);
	if (bytes == NULL || (uint64_t)sqlite3_column_int64(statement, 6) != sum_of(record, bytes))
		return NULL;
	return bytes;
}

/* ---- the thread: what is to be read ---- */

/* ORDER with BYTES; without memory as it was. */
static struct order *with_bytes(struct order *order, const uint8_t *bytes, uint16_t len)
{
	struct order *loaded = realloc(order, sizeof(*order) + len);

	if (loaded == NULL) {
		order->not_now = true;
		return order;
	}
	loaded->record.len = len;
	memcpy(loaded->bytes, bytes, len);
	return loaded;
}

/* Fills in what it finds; what it does not find has no length. */
static struct order *load(struct tp_record_store *store, struct order *order)
{
	sqlite3_stmt *statement = store->statement[SELECT_RECORD];
	struct tp_record record = {0};
	const uint8_t *bytes = NULL;
	int rc;

	sqlite3_bind_int64(statement, 1, (sqlite3_int64)order->record.seq);
	rc = sqlite3_step(statement);
	order->not_now = rc != SQLITE_ROW && rc != SQLITE_DONE && rc != SQLITE_CORRUPT;
	if (rc == SQLITE_ROW)
		bytes = read_whole_row(statement, &record);
	if (bytes != NULL)
		order = with_bytes(order, bytes, record.len);
	sqlite3_reset(statement);
	sqlite3_clear_bindings(statement);
	return order;
}

/* Those of BATCH that are LOADs, carried out; the others are to be written. */
static void sort_out(struct tp_record_store *store, struct orders *batch, struct orders *loads)
{
	struct order *order;

	while ((order = STAILQ_FIRST(batch)) != NULL) {
		STAILQ_REMOVE_HEAD(batch, entry);
		if (order->kind == ORDER_LOAD)
			STAILQ_INSERT_TAIL(loads, order, entry);
		else
			STAILQ_INSERT_TAIL(&store->unwritten, order, entry);
	}
}

/* Gives back what was read. */
static void load_all(struct tp_record_store *store, struct orders *loads)
{
	struct orders loaded = STAILQ_HEAD_INITIALIZER(loaded);
	struct order *order;

	while ((order = STAILQ_FIRST(loads)) != NULL) {
		STAILQ_REMOVE_HEAD(loads, entry);
		order = load(store, order);
		atomic_fetch_sub(&store->lag, 1);
		STAILQ_INSERT_TAIL(&loaded, order, entry);
	}
	pthread_mutex_lock(&store->lock);
	STAILQ_CONCAT(&store->loaded, &loaded);
	pthread_mutex_unlock(&store->lock);
}

/* Until there is something to do. True: the store is to be closed. */
static bool take_orders(struct tp_record_store *store, struct orders *batch)
{
	const struct timespec until = {.tv_sec = store->again};
	const struct timespec gather = {.tv_nsec = TP_RECORD_STORE_BATCH_MS * 1000000L};
	bool ending;
	int error = 0;

	pthread_mutex_lock(&store->lock);
	while (STAILQ_EMPTY(&store->orders) && !store->ending && error == 0)
		error = store->again != 0
				? pthread_cond_timedwait(&store->wake, &store->lock, &until)
				: pthread_cond_wait(&store->wake, &store->lock);
	ending = store->ending;
	pthread_mutex_unlock(&store->lock);
	if (!ending)
		nanosleep(&gather, NULL); /* so that a batch is one */
	pthread_mutex_lock(&store->lock);
	STAILQ_CONCAT(batch, &store->orders);
	ending = store->ending;
	pthread_mutex_unlock(&store->lock);
	return ending;
}

static void *work(void *user)
{
	struct tp_record_store *store = user;
	struct orders batch = STAILQ_HEAD_INITIALIZER(batch);
	struct orders loads = STAILQ_HEAD_INITIALIZER(loads);
	bool ending = false;

	while (!ending) {
		ending = take_orders(store, &batch);
		sort_out(store, &batch, &loads);
		if (!STAILQ_EMPTY(&store->unwritten) &&
		    (ending || store->again == 0 || monotonic_s() >= store->again))
			write_batch(store);
		load_all(store, &loads);
	}
	drop_all(store, &store->unwritten);
	return NULL;
}

/* ---- control's side ---- */

static bool give(struct tp_record_store *store, enum order_kind kind,
		 const struct tp_record *record, const uint8_t *bytes)
{
	size_t len = bytes != NULL ? record->len : 0;
	struct order *order = calloc(1, sizeof(*order) + len);

	if (order == NULL) {
		atomic_fetch_add(&store->failed, 1);
		return false;
	}
	order->kind = kind;
	order->record = *record;
	order->record.len = (uint16_t)len;
	if (len > 0)
		memcpy(order->bytes, bytes, len);
	atomic_fetch_add(&store->lag, 1);
	pthread_mutex_lock(&store->lock);
	STAILQ_INSERT_TAIL(&store->orders, order, entry);
	pthread_cond_signal(&store->wake);
	pthread_mutex_unlock(&store->lock);
	return true;
}

static bool put_record(void *user, const struct tp_record *record, const uint8_t *bytes)
{
	return give(user, ORDER_PUT, record, bytes);
}

static void remove_record(void *user, uint64_t seq)
{
	give(user, ORDER_REMOVE, &(struct tp_record){.seq = seq}, NULL);
}

static void load_record(void *user, uint64_t seq)
{
	give(user, ORDER_LOAD, &(struct tp_record){.seq = seq}, NULL);
}

static uint64_t kept(void *user)
{
	struct tp_record_store *store = user;

	return atomic_load(&store->kept);
}

const struct tp_record_store_ops tp_record_store_ops = {
	.put = put_record,
	.remove = remove_record,
	.load = load_record,
	.kept = kept,
};

void tp_record_store_forget(struct tp_record_store *store, uint64_t session)
{
	give(store, ORDER_FORGET, &(struct tp_record){.session = session}, NULL);
}

void tp_record_store_poll(struct tp_record_store *store, struct tp_record_queue *queue,
			  uint64_t now_ms)
{
	struct orders loaded = STAILQ_HEAD_INITIALIZER(loaded);
	struct order *order;

	if (pthread_mutex_trylock(&store->lock) != 0)
		return;
	STAILQ_CONCAT(&loaded, &store->loaded);
	pthread_mutex_unlock(&store->lock);
	while ((order = STAILQ_FIRST(&loaded)) != NULL) {
		STAILQ_REMOVE_HEAD(&loaded, entry);
		tp_record_queue_loaded(queue, order->record.seq,
				       order->not_now ? NULL : order->bytes, order->record.len,
				       now_ms);
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

/* ---- open and close ---- */

static int read_number(struct tp_record_store *store, const char *query, uint64_t *number)
{
	sqlite3_stmt *statement;
	int rc = sqlite3_prepare_v2(store->db, query, -1, &statement, NULL);

	if (rc != SQLITE_OK)
		return rc;
	rc = sqlite3_step(statement);
	if (rc == SQLITE_ROW)
		*number = (uint64_t)sqlite3_column_int64(statement, 0);
	sqlite3_finalize(statement);
	return rc == SQLITE_ROW ? SQLITE_OK : rc;
}

static int read_records(struct tp_record_store *store, const struct tp_record_store_found *found)
{
	static const char query[] = "SELECT seq, session, kind, unix, length(bytes) FROM record "
				    "ORDER BY seq";
	struct tp_record record;
	sqlite3_stmt *statement;
	int rc = sqlite3_prepare_v2(store->db, query, -1, &statement, NULL);

	if (rc != SQLITE_OK)
		return rc;
	while ((rc = sqlite3_step(statement)) == SQLITE_ROW)
		if (read_row(statement, &record))
			found->record(found->user, &record);
	sqlite3_finalize(statement);
	return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

static int read_standing(struct tp_record_store *store, const struct tp_record_store_found *found)
{
	static const char query[] = "SELECT " ROW " FROM standing ORDER BY seq";
	struct tp_record record;
	const uint8_t *bytes;
	sqlite3_stmt *statement;
	int rc = sqlite3_prepare_v2(store->db, query, -1, &statement, NULL);

	if (rc != SQLITE_OK)
		return rc;
	while ((rc = sqlite3_step(statement)) == SQLITE_ROW) {
		bytes = read_whole_row(statement, &record);
		if (bytes != NULL)
			found->standing(found->user, &record, bytes);
	}
	sqlite3_finalize(statement);
	return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

static int read_all(struct tp_record_store *store, const struct tp_record_store_found *found)
{
	static const char highest[] = "SELECT max(coalesce((SELECT seq FROM highest), 0),"
				      " coalesce((SELECT max(seq) FROM record), 0))";
	int rc = read_number(store, highest, &store->highest_seq);

	if (store->highest_seq > SEQ_MAX)
		store->highest_seq = 0;
	atomic_store(&store->kept, store->highest_seq);
	if (rc == SQLITE_OK)
		rc = read_records(store, found);
	return rc == SQLITE_OK ? read_standing(store, found) : rc;
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

static int open_database(struct tp_record_store *store, const char *path, uint64_t *version)
{
	if (sqlite3_open_v2(path, &store->db, SQLITE_OPEN_READWRITE, NULL) != SQLITE_OK ||
	    read_number(store, "PRAGMA user_version", version) != SQLITE_OK)
		return sqlite3_errcode(store->db);
	if (*version > VERSION)
		return SQLITE_ERROR;
	if (sqlite3_exec(store->db, schema, NULL, NULL, NULL) != SQLITE_OK)
		return sqlite3_errcode(store->db);
	for (unsigned i = 0; i < STATEMENTS; i++)
		if (sqlite3_prepare_v2(store->db, statements[i], -1, &store->statement[i], NULL) !=
		    SQLITE_OK)
			return sqlite3_errcode(store->db);
	return SQLITE_OK;
}

static int open_and_read(struct tp_record_store *store, const char *path,
			 const struct tp_record_store_found *found, struct tp_error *e)
{
	uint64_t version = 0;
	int error = make_file(path, e), rc;

	if (error != 0)
		return error;
	rc = open_database(store, path, &version);
	if (version > VERSION)
		return tp_error_set(e, -EIO, path, "it is of a later version (%" PRIu64 ")",
				    version);
	if (rc == SQLITE_OK)
		rc = read_all(store, found);
	switch (rc & 0xff) {
	case SQLITE_OK:
		return 0;
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return tp_error_set(e, -EBUSY, path, "another daemon has it");
	default:
		return tp_error_set(e, -EIO, path, "%s", sqlite3_errmsg(store->db));
	}
}

static struct tp_record_store *allocate(void)
{
	struct tp_record_store *store = calloc(1, sizeof(*store));
	pthread_condattr_t attributes;

	if (store == NULL)
		return NULL;
	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(&store->wake, &attributes);
	pthread_condattr_destroy(&attributes);
	pthread_mutex_init(&store->lock, NULL);
	STAILQ_INIT(&store->orders);
	STAILQ_INIT(&store->loaded);
	STAILQ_INIT(&store->unwritten);
	return store;
}

int tp_record_store_open(const char *directory, const cpu_set_t *cpus,
			 const struct tp_record_store_found *found, uint64_t *next_seq,
			 struct tp_record_store **out, struct tp_error *e)
{
	struct tp_record_store *store = allocate();
	char path[512];
	int error;

	if (store == NULL)
		return tp_error_set(e, -ENOMEM, directory, "out of memory");
	snprintf(path, sizeof(path), "%s/%s", directory, FILE_NAME);
	error = open_and_read(store, path, found, e);
	*next_seq = store->highest_seq + 1;
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
