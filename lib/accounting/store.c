/* SPDX-License-Identifier: BSD-3-Clause */
#include "accounting/store.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "accounting/store_private.h"

#define FILE_NAME "accounting.db"

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
	tp_inbox_put(&store->orders, &order->item);
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
	struct tp_inbox_item *item = tp_inbox_take(&store->loaded);

	while (item != NULL) {
		struct order *order = (struct order *)item;

		item = item->next;
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
		.bad = atomic_load(&s->bad),
		.looked_through = atomic_load(&s->looked_through),
	};
}

static int start_thread(struct tp_record_store *store, const cpu_set_t *cpus)
{
	pthread_attr_t attributes;
	int error;

	pthread_attr_init(&attributes);
	if (CPU_COUNT(cpus) > 0)
		pthread_attr_setaffinity_np(&attributes, sizeof(*cpus), cpus);
	error = pthread_create(&store->thread, &attributes, tp_record_store_work, store);
	pthread_attr_destroy(&attributes);
	return -error;
}

static void destroy(struct tp_record_store *store)
{
	struct tp_inbox_item *item = tp_inbox_take(&store->loaded);

	while (item != NULL) {
		struct order *order = (struct order *)item;

		item = item->next;
		free(order);
	}
	tp_record_tables_close(store);
	tp_inbox_clear(&store->orders);
	free(store);
}

static struct tp_record_store *allocate(void)
{
	struct tp_record_store *store = calloc(1, sizeof(*store));

	if (store == NULL || tp_inbox_init(&store->orders, true) != 0) {
		free(store);
		return NULL;
	}
	tp_inbox_init(&store->loaded, false);
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
	error = tp_record_tables_open(store, path, found, e);
	*next_seq = store->highest_seq + 1;
	if (error == 0 && start_thread(store, cpus) != 0)
		error = tp_error_set(e, -EAGAIN, path, "no thread for it");
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
	tp_inbox_wake(&store->orders);
	pthread_join(store->thread, NULL);
	destroy(store);
}
