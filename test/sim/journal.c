/* SPDX-License-Identifier: BSD-3-Clause */
/* A journal such as a daemon has: the last image of each session, written a while after it was told
 * of, in order. */
#include "sim.h"

#include <uthash.h>

#include "session/image.h"

struct sim_journal_row {
	uint64_t key;
	size_t len;
	uint8_t *image;
	UT_hash_handle hh;
};

/* An image that is put, or (NULL) a row that is removed. */
struct sim_journal_write {
	struct sim_journal_write *next;
	uint64_t at_ms, key;
	size_t len;
	uint8_t *image;
};

void sim_journal_init(struct sim_journal *journal)
{
	journal->behind = &journal->first;
}

static void forget(struct sim_journal *journal, struct sim_journal_row *row)
{
	HASH_DEL(journal->rows, row);
	journal->row_count--;
	free(row->image);
	free(row);
}

static struct sim_journal_row *find(const struct sim_journal *journal, uint64_t key)
{
	struct sim_journal_row *row;

	HASH_FIND(hh, journal->rows, &key, sizeof(key), row);
	return row;
}

const uint8_t *sim_journal_find(const struct sim *sim, uint64_t accounting_id, size_t *len)
{
	const struct sim_journal_row *row = find(&sim->journal, accounting_id);

	*len = row != NULL ? row->len : 0;
	return row != NULL ? row->image : NULL;
}

static struct sim_journal_write *take_first(struct sim_journal *journal)
{
	struct sim_journal_write *write = journal->first;

	journal->first = write->next;
	if (journal->first == NULL)
		journal->behind = &journal->first;
	return write;
}

/* The image goes from the write to its row. */
static void arrive(struct sim_journal *journal, struct sim_journal_write *write)
{
	struct sim_journal_row *row = find(journal, write->key);

	if (row != NULL)
		forget(journal, row);
	if (write->image != NULL) {
		row = calloc(1, sizeof(*row));
		assert_non_null(row);
		row->key = write->key;
		row->len = write->len;
		row->image = write->image;
		HASH_ADD(hh, journal->rows, key, sizeof(row->key), row);
		journal->row_count++;
	}
	free(write);
}

void sim_journal_tick(struct sim *sim)
{
	struct sim_journal *journal = &sim->journal;

	while (journal->first != NULL && journal->first->at_ms + SIM_JOURNAL_LAG_MS <= sim->now_ms)
		arrive(journal, take_first(journal));
}

void sim_journal_cut(struct sim *sim, uint64_t lag_ms)
{
	struct sim_journal *journal = &sim->journal;

	while (journal->first != NULL && journal->first->at_ms + lag_ms <= sim->now_ms)
		arrive(journal, take_first(journal));
	while (journal->first != NULL) {
		struct sim_journal_write *write = take_first(journal);

		free(write->image);
		free(write);
	}
}

void sim_journal_clear(struct sim_journal *journal)
{
	struct sim_journal_row *row, *next;

	HASH_ITER (hh, journal->rows, row, next)
		forget(journal, row);
	while (journal->first != NULL) {
		struct sim_journal_write *write = take_first(journal);

		free(write->image);
		free(write);
	}
	assert_int_equal(journal->row_count, 0);
}

static void put(struct sim *sim, uint64_t key, const uint8_t *image, size_t len)
{
	struct sim_journal_write *write = calloc(1, sizeof(*write));

	assert_non_null(write);
	write->at_ms = sim->now_ms;
	write->key = key;
	write->len = len;
	if (len > 0) {
		write->image = malloc(len);
		assert_non_null(write->image);
		memcpy(write->image, image, len);
	}
	*sim->journal.behind = write;
	sim->journal.behind = &write->next;
}

/* Of a link, its bundle's is another now. */
static void write_again(struct sim *sim, const struct tp_line *line)
{
	const struct tp_session *s = tp_line_session(line);
	uint8_t image[TP_SESSION_IMAGE_MAX];
	struct tp_session_info info;
	size_t len;

	if (s == NULL)
		return;
	tp_session_info(s, &info);
	len = tp_session_image(s, NULL, sim->now_ms, sim->now_ms + SIM_WALL_MS, image,
			       sizeof(image));
	if (len > 0)
		put(sim, info.accounting_id, image, len);
}

void sim_journal_event(struct sim *sim, const struct tp_ac_event *event)
{
	struct tp_session_info info;

	if (!sim->journals || event->line == NULL)
		return;
	switch (event->kind) {
	case TP_AC_SESSION_UP:
	case TP_AC_SESSION_DOWN:
	case TP_AC_SESSION_CHANGED:
	case TP_AC_LINK_UP:
	case TP_AC_LINK_DOWN:
		write_again(sim, event->line);
		break;
	case TP_AC_SESSION_ENDED:
		tp_line_info(event->line, &info);
		put(sim, info.accounting_id, NULL, 0);
		break;
	default:
		break;
	}
}

void sim_journal_read(struct sim *sim, int (*fn)(struct sim *sim, const uint8_t *image, size_t len))
{
	struct sim_journal_row *row, *next;

	HASH_ITER (hh, sim->journal.rows, row, next)
		if (fn(sim, row->image, row->len) != 0)
			forget(&sim->journal, row);
}
