/* SPDX-License-Identifier: BSD-3-Clause */
/* The oracle: beside what really happened to each session, what servers were told of it. */
#include "accounting.h"

#include <uthash.h>

/* One record; a second of the same is a repetition. */
struct entry {
	uint32_t unix_s, status;
	uint64_t octets;
};

struct account {
	uint64_t session;
	/* What really happened. */
	uint64_t read;	 /* octets, when they were last read for a record */
	uint64_t kept;	 /* of the last record that is on disk */
	uint64_t octets; /* in the end */
	bool ended, unseen;
	bool begun, over; /* its Start, its Stop is on disk */
	/* What servers know. */
	unsigned starts, interims, stops;
	uint64_t told;
	struct entry *entries;
	unsigned entry_count, entry_room;
	UT_hash_handle hh;
};

static struct account *accounts;
static struct ledger_sum sum;

static struct account *find(uint64_t session)
{
	struct account *account;

	HASH_FIND(hh, accounts, &session, sizeof(session), account);
	return account;
}

/* ---- what really happens ---- */

void ledger_up(uint64_t session)
{
	struct account *account = find(session);

	if (account != NULL) {
		assert_true(!account->ended || account->over);
		return;
	}
	account = calloc(1, sizeof(*account));
	assert_non_null(account);
	account->session = session;
	HASH_ADD(hh, accounts, session, sizeof(account->session), account);
}

void ledger_read_usage(uint64_t session, uint64_t octets)
{
	find(session)->read = octets;
}

void ledger_ended(uint64_t session, uint64_t octets)
{
	struct account *account = find(session);

	if (account == NULL || account->over) /* it never came up, or has ended before */
		return;
	assert_false(account->ended);
	account->ended = true;
	account->octets = octets;
}

/* What it used since its last record is known to nobody. */
static void end_with_the_daemon(struct account *account)
{
	account->ended = account->unseen = true;
	account->octets = account->kept;
}

void ledger_crash(bool (*stands)(uint64_t session))
{
	for (struct account *account = accounts; account != NULL; account = account->hh.next) {
		bool goes_on = stands != NULL && stands(account->session);

		sum.revenant += account->ended && goes_on;
		if (account->over)
			continue;
		if (goes_on)
			account->ended = false;
		else
			end_with_the_daemon(account);
	}
}

/* ---- what servers are told ---- */

static uint32_t number(const struct tp_radius_packet *packet, enum tp_radius_attribute attribute)
{
	struct tp_radius_value value;
	uint32_t n = 0;

	if (tp_radius_get(packet, attribute, &value))
		assert_true(tp_radius_u32(&value, &n));
	return n;
}

static struct account *account_of(const struct tp_radius_packet *packet)
{
	struct tp_radius_value value;
	char text[TP_RADIUS_SESSION_ID_LEN];
	struct account *account;
	uint64_t session;

	assert_true(tp_radius_get(packet, TP_RADIUS_ACCT_SESSION_ID, &value));
	assert_true(tp_radius_text(&value, text, sizeof(text)));
	assert_true(tp_radius_session_id_parse(text, &session));
	account = find(session);
	assert_non_null(account);
	return account;
}

static uint64_t octets_in(const struct tp_radius_packet *packet)
{
	uint64_t in = (uint64_t)number(packet, TP_RADIUS_ACCT_INPUT_GIGAWORDS) << 32 |
		      number(packet, TP_RADIUS_ACCT_INPUT_OCTETS);
	uint64_t out = (uint64_t)number(packet, TP_RADIUS_ACCT_OUTPUT_GIGAWORDS) << 32 |
		       number(packet, TP_RADIUS_ACCT_OUTPUT_OCTETS);

	assert_true(out == LEDGER_OUT_TIMES * in);
	return in;
}

void ledger_kept(const uint8_t *bytes, size_t len)
{
	struct tp_radius_packet packet;
	struct account *account;
	uint32_t status;

	assert_int_equal(tp_radius_parse(bytes, len, &packet), TP_RADIUS_WELL_FORMED);
	account = account_of(&packet);
	status = number(&packet, TP_RADIUS_ACCT_STATUS_TYPE);
	account->begun |= status == TP_RADIUS_ACCT_START;
	account->over |= status == TP_RADIUS_ACCT_STOP;
	account->kept = octets_in(&packet);
}

/* The newest first: repetitions come soon. */
static bool is_repetition(const struct account *account, const struct entry *entry)
{
	for (unsigned i = account->entry_count; i-- > 0;) {
		const struct entry *known = &account->entries[i];

		if (known->unix_s == entry->unix_s && known->status == entry->status &&
		    known->octets == entry->octets)
			return true;
	}
	return false;
}

static void append(struct account *account, const struct entry *entry)
{
	if (account->entry_count == account->entry_room) {
		account->entry_room = account->entry_room == 0 ? 4 : 2 * account->entry_room;
		account->entries = realloc(account->entries, account->entry_room * sizeof(*entry));
		assert_non_null(account->entries);
	}
	account->entries[account->entry_count++] = *entry;
}

/* A record that was not there before. */
static void enter(struct account *account, const struct entry *entry)
{
	assert_int_equal(account->stops, 0); /* nothing comes after it */
	if (account->entry_count > 0)
		assert_true(entry->unix_s >= account->entries[account->entry_count - 1].unix_s);
	assert_true(entry->octets >= account->told);
	sum.octets += entry->octets - account->told; /* as who bills by the day does */
	account->told = entry->octets;
	account->starts += entry->status == TP_RADIUS_ACCT_START;
	account->interims += entry->status == TP_RADIUS_ACCT_INTERIM;
	account->stops += entry->status == TP_RADIUS_ACCT_STOP;
	assert_int_equal(account->starts, 1); /* it came first */
	append(account, entry);
}

void ledger_record(const struct tp_radius_packet *packet)
{
	const struct entry entry = {
		.unix_s = number(packet, TP_RADIUS_EVENT_TIMESTAMP),
		.status = number(packet, TP_RADIUS_ACCT_STATUS_TYPE),
		.octets = octets_in(packet),
	};
	const uint32_t delay_s = number(packet, TP_RADIUS_ACCT_DELAY_TIME);
	struct account *account;

	assert_in_range(entry.unix_s + delay_s, entry.unix_s, world_unix_s(NULL));
	sum.begun += entry.status == TP_RADIUS_ACCT_ON;
	sum.finished += entry.status == TP_RADIUS_ACCT_OFF;
	if (entry.status == TP_RADIUS_ACCT_ON || entry.status == TP_RADIUS_ACCT_OFF)
		return;
	account = account_of(packet);
	assert_true(entry.status == TP_RADIUS_ACCT_STOP ? account->over : account->begun);
	if (is_repetition(account, &entry))
		sum.repetitions++;
	else
		enter(account, &entry);
}

/* ---- the end ---- */

void ledger_check(struct ledger_sum *out)
{
	uint64_t octets = 0;

	for (struct account *account = accounts; account != NULL; account = account->hh.next) {
		assert_true(account->ended && (account->begun || account->unseen));
		assert_int_equal(account->starts, account->begun);
		assert_int_equal(account->stops, account->begun);
		assert_true(account->told == account->octets);
		octets += account->octets;
		sum.sessions++;
		sum.interims += account->interims;
		sum.unseen += account->unseen;
		sum.unknown += !account->begun;
	}
	assert_true(sum.octets == octets);
	*out = sum;
}

void ledger_clear(void)
{
	struct account *account, *next;

	HASH_ITER (hh, accounts, account, next) {
		HASH_DEL(accounts, account);
		free(account->entries);
		free(account);
	}
	sum = (struct ledger_sum){0};
}
