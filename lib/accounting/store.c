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
	tp_record_tables_close(store);
	pthread_mutex_destroy(&store->lock);
	pthread_cond_destroy(&store->wake);
	free(store);
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
	destroy(store);
}
