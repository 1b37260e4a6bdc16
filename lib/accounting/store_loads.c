/* SPDX-License-Identifier: BSD-3-Clause */
/* What control wants to read: from what waits to be written, or from disk. The thread's. */
#include <stdlib.h>
#include <string.h>

#include "accounting/store_private.h"
#include "base/log.h"

#define ERROR_TELL 60 /* seconds between lines about what can't be read */

/* It was sound when it was found, or put, and is not any more. */
static void tell_unreadable(struct tp_record_store *store)
{
	const time_t now = time(NULL);

	atomic_fetch_add(&store->bad, 1);
	if (store->told_bad != 0 && now - store->told_bad < ERROR_TELL)
		return;
	store->told_bad = now;
	tp_log_error("radius",
		     "an accounting record can't be read from disk any more (%s), and "
		     "is lost; %llu in all",
		     sqlite3_errmsg(store->db), (unsigned long long)atomic_load(&store->bad));
}

/* LOAD with BYTES; without memory as it was. */
static struct load *with_bytes(struct load *load, const uint8_t *bytes, uint16_t len)
{
	struct load *loaded = realloc(load, sizeof(*load) + len);

	if (loaded == NULL) {
		load->not_now = true;
		return load;
	}
	loaded->len = len;
	memcpy(loaded->bytes, bytes, len);
	return loaded;
}

static struct load *load_from_disk(struct tp_record_store *store, struct load *load)
{
	sqlite3_stmt *statement = store->statement[SELECT_RECORD];
	struct tp_record record = {0};
	const uint8_t *bytes = NULL;
	int rc;

	sqlite3_bind_int64(statement, 1, (sqlite3_int64)load->seq);
	rc = sqlite3_step(statement);
	load->not_now = rc != SQLITE_ROW && rc != SQLITE_DONE && rc != SQLITE_CORRUPT;
	if (rc == SQLITE_ROW)
		bytes = tp_record_read(statement, &record);
	if (bytes != NULL)
		load = with_bytes(load, bytes, record.len);
	else if (rc == SQLITE_ROW || rc == SQLITE_CORRUPT)
		tell_unreadable(store);
	sqlite3_reset(statement);
	sqlite3_clear_bindings(statement);
	return load;
}

/* Fills in what it finds; what it does not find has no length. */
static struct load *carry_out_load(struct tp_record_store *store, struct load *load)
{
	const struct order *order = tp_record_orders_of(&store->unwritten, load->seq);

	if (order == NULL)
		return load_from_disk(store, load);
	if (order->head.kind == ORDER_PUT)
		return with_bytes(load, order->bytes, order->head.record.len);
	return load;
}

/* Gives back what was read. */
void tp_record_loads_carry_out(struct tp_record_store *store, struct tp_inbox_item *item)
{
	while (item != NULL) {
		struct load *load = (struct load *)item;

		item = item->next;
		load = carry_out_load(store, load);
		atomic_fetch_sub(&store->lag, 1);
		tp_inbox_put(&store->loaded, &load->item);
	}
}
