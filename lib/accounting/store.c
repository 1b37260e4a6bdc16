/* SPDX-License-Identifier: BSD-3-Clause */
#include "accounting/store.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "accounting/store_private.h"
#include "base/log.h"
#include "base/thread.h"

#define FILE_NAME "accounting.db"

static bool give_to_backlog(struct tp_record_store *store, struct order_head *head,
			    const uint8_t *bytes)
{
	head->sum = tp_record_order_sum(head, bytes);
	if (!tp_backlog_give(store->backlog, head, sizeof(*head), bytes, head->record.len))
		return false;
	if (head->kind == ORDER_PUT || head->kind == ORDER_STAND)
		store->given_seq = head->record.seq;
	return true;
}

/* Until there is room for it. */
static bool keep_back(struct tp_record_store *store, const struct order_head *head,
		      const uint8_t *bytes)
{
	struct order *order = calloc(1, sizeof(*order) + head->record.len);

	if (order == NULL) {
		atomic_fetch_add(&store->failed, 1);
		return false;
	}
	order->head = *head;
	order->bytes = (const uint8_t *)(order + 1);
	if (bytes != NULL)
		memcpy(order + 1, bytes, head->record.len);
	atomic_fetch_add(&store->lag, 1);
	tp_record_orders_add(store, &store->overflow, order);
	return true;
}

static bool give(struct tp_record_store *store, enum order_kind kind,
		 const struct tp_record *record, const uint8_t *bytes)
{
	struct order_head head = {.kind = kind, .record = *record};

	head.record.len = bytes != NULL ? record->len : 0;
	if (!TAILQ_EMPTY(&store->overflow.list))
		return keep_back(store, &head, bytes);
	atomic_fetch_add(&store->lag, 1);
	if (give_to_backlog(store, &head, bytes))
		return true;
	atomic_fetch_sub(&store->lag, 1);
	return keep_back(store, &head, bytes);
}

/* What was kept back, as far as there is room by now. */
static void give_overflow(struct tp_record_store *store)
{
	struct order *order;

	while ((order = TAILQ_FIRST(&store->overflow.list)) != NULL) {
		if (!give_to_backlog(store, &order->head, order->bytes))
			return;
		atomic_fetch_add(&store->lag, 1); /* it still waits */
		tp_record_orders_drop(store, &store->overflow, order);
	}
	store->given_seq = store->put_seq;
}

static bool put_record(void *user, const struct tp_record *record, const uint8_t *bytes)
{
	struct tp_record_store *store = user;

	store->put_seq = record->seq;
	return give(store, ORDER_PUT, record, bytes);
}

static void remove_record(void *user, uint64_t seq)
{
	give(user, ORDER_REMOVE, &(struct tp_record){.seq = seq}, NULL);
}

static void load_record(void *user, uint64_t seq)
{
	struct tp_record_store *store = user;
	struct load *load = calloc(1, sizeof(*load));

	if (load == NULL) {
		atomic_fetch_add(&store->failed, 1);
		return;
	}
	load->seq = seq;
	atomic_fetch_add(&store->lag, 1);
	tp_inbox_put(&store->loads, &load->item);
	if (!atomic_exchange(&store->loads_wait, true))
		tp_backlog_wake(store->backlog);
}

static uint64_t kept(void *user)
{
	struct tp_record_store *store = user;

	return atomic_load(&store->kept);
}

static bool outlives_the_process(const struct tp_record_store *store)
{
	return tp_backlog_path(store->backlog)[0] != '\0';
}

static uint64_t safe(void *user)
{
	const struct tp_record_store *store = user;

	return outlives_the_process(store) ? store->given_seq : kept(user);
}

const struct tp_record_store_ops tp_record_store_ops = {
	.put = put_record,
	.remove = remove_record,
	.load = load_record,
	.safe = safe,
	.kept = kept,
};

void tp_record_store_forget(struct tp_record_store *store, uint64_t session)
{
	give(store, ORDER_FORGET, &(struct tp_record){.session = session}, NULL);
}

void tp_record_store_poll(struct tp_record_store *store, struct tp_record_queue *queue,
			  uint64_t now_ms)
{
	struct tp_inbox_item *item = tp_inbox_take(&store->loaded);

	while (item != NULL) {
		struct load *load = (struct load *)item;

		item = item->next;
		tp_record_queue_loaded(queue, load->seq, load->not_now ? NULL : load->bytes,
				       load->len, now_ms);
		free(load);
	}
	give_overflow(store);
}

struct tp_record_store_counters tp_record_store_counters(const struct tp_record_store *store)
{
	struct tp_record_store *s = (struct tp_record_store *)store;

	return (struct tp_record_store_counters){
		.written = atomic_load(&s->written),
		.failed = atomic_load(&s->failed),
		.batches = atomic_load(&s->batches),
		.lag = atomic_load(&s->lag),
		.bad = atomic_load(&s->bad),
		.looked_through = atomic_load(&s->looked_through),
	};
}

static void free_loads(struct tp_inbox *box)
{
	struct tp_inbox_item *item = tp_inbox_take(box);

	while (item != NULL) {
		struct load *load = (struct load *)item;

		item = item->next;
		free(load);
	}
}

static void destroy(struct tp_record_store *store)
{
	free_loads(&store->loads);
	free_loads(&store->loaded);
	tp_record_orders_clear(store, &store->unwritten);
	tp_record_orders_clear(store, &store->overflow);
	tp_record_tables_close(store);
	tp_backlog_close(store->backlog);
	free(store);
}

static struct tp_record_store *allocate(const char *directory)
{
	struct tp_record_store *store = calloc(1, sizeof(*store));

	if (store == NULL)
		return NULL;
	snprintf(store->path, sizeof(store->path), "%s/%s", directory, FILE_NAME);
	tp_inbox_init(&store->loads, false); /* the backlog is waited for */
	tp_inbox_init(&store->loaded, false);
	tp_record_orders_init(&store->unwritten);
	tp_record_orders_init(&store->overflow);
	return store;
}

static int open_and_read(struct tp_record_store *store, const struct tp_record_store_found *found,
			 struct tp_error *e)
{
	struct tp_error trouble;
	int error = tp_record_tables_open(store, e);

	if (error != 0) /* so no other daemon has the backlog either */
		return error;
	error = tp_backlog_open(store->path, &store->backlog, &trouble);
	if (error != 0) {
		*e = trouble;
		return error;
	}
	if (trouble.message[0] != '\0')
		tp_log_warning("radius", "%s: %s", trouble.place, trouble.message);
	return tp_record_tables_read(store, found, e);
}

int tp_record_store_open(const char *directory, const cpu_set_t *cpus,
			 const struct tp_record_store_found *found, uint64_t *next_seq,
			 struct tp_record_store **out, struct tp_error *e)
{
	struct tp_record_store *store = allocate(directory);
	int error;

	if (store == NULL)
		return tp_error_set(e, -ENOMEM, directory, "out of memory");
	error = open_and_read(store, found, e);
	store->given_seq = store->put_seq = store->highest_seq;
	*next_seq = store->highest_seq + 1;
	if (error == 0 &&
	    tp_thread_start(&store->thread, "accounting", cpus, tp_record_store_work, store) != 0)
		error = tp_error_set(e, -EAGAIN, store->path, "no thread for it");
	if (error != 0)
		destroy(store);
	else
		*out = store;
	return error;
}

void tp_record_store_close(struct tp_record_store *store)
{
	if (store == NULL)
		return;
	atomic_store(&store->ending, true);
	tp_backlog_wake(store->backlog);
	pthread_join(store->thread, NULL);
	tp_record_store_write_rest(store);
	destroy(store);
}
