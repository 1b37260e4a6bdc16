/* SPDX-License-Identifier: BSD-3-Clause */
#include "radius_ledger.h"

#include <stdlib.h>
#include <string.h>

#include "base/siphash.h"

#define USERS_MAX (1u << 24)

static struct radius_ledger_user *user_of(struct radius_ledger *ledger, uint32_t number)
{
	struct radius_ledger_user *users;
	uint32_t count = ledger->count > 0 ? ledger->count : 1024;

	if (number >= USERS_MAX)
		return NULL;
	while (count <= number)
		count *= 2;
	if (count > ledger->count) {
		users = realloc(ledger->users, count * sizeof(*users));
		if (users == NULL)
			return NULL;
		memset(users + ledger->count, 0, (count - ledger->count) * sizeof(*users));
		ledger->users = users;
		ledger->count = count;
	}
	return &ledger->users[number];
}

static uint64_t id_of(const struct tp_radius_packet *record)
{
	static const uint64_t key[2] = {0};
	struct tp_radius_value value;

	if (!tp_radius_get(record, TP_RADIUS_ACCT_SESSION_ID, &value))
		return 0;
	return tp_siphash(key, value.bytes, value.len) | 1;
}

static uint32_t number_in(const struct tp_radius_packet *record, enum tp_radius_attribute attribute)
{
	struct tp_radius_value value;
	uint32_t number = 0;

	if (tp_radius_get(record, attribute, &value))
		(void)tp_radius_u32(&value, &number);
	return number;
}

static uint64_t octets(const struct tp_radius_packet *record, enum tp_radius_attribute low,
		       enum tp_radius_attribute high)
{
	return (uint64_t)number_in(record, high) << 32 | number_in(record, low);
}

static void begin(struct radius_ledger_user *user, uint64_t id)
{
	if (user->last.id == id || user->before.id == id)
		return; /* it comes a second time */
	user->before = user->last;
	user->last = (struct radius_ledger_session){.id = id};
}

static void go_on(struct radius_ledger_session *session, struct radius_server_counts *counts,
		  bool stop, const struct tp_radius_packet *record)
{
	uint64_t in = octets(record, TP_RADIUS_ACCT_INPUT_OCTETS, TP_RADIUS_ACCT_INPUT_GIGAWORDS);
	uint64_t out =
		octets(record, TP_RADIUS_ACCT_OUTPUT_OCTETS, TP_RADIUS_ACCT_OUTPUT_GIGAWORDS);

	if (session->over) {
		counts->strangers += in != session->in || out != session->out || !stop;
		return;
	}
	counts->backwards += in < session->in || out < session->out;
	session->in = in;
	session->out = out;
	session->over = stop;
}

void radius_ledger_enter(struct radius_ledger *ledger, struct radius_server_counts *counts,
			 uint32_t number, uint32_t status, const struct tp_radius_packet *record)
{
	struct radius_ledger_user *user = user_of(ledger, number);
	uint64_t id = id_of(record);

	if (user == NULL || id == 0)
		return;
	if (status == TP_RADIUS_ACCT_START)
		begin(user, id);
	else if (status != TP_RADIUS_ACCT_INTERIM && status != TP_RADIUS_ACCT_STOP)
		return;
	else if (user->last.id == id)
		go_on(&user->last, counts, status == TP_RADIUS_ACCT_STOP, record);
	else if (user->before.id == id)
		go_on(&user->before, counts, status == TP_RADIUS_ACCT_STOP, record);
	else
		counts->strangers++;
}

void radius_ledger_clear(struct radius_ledger *ledger)
{
	free(ledger->users);
	*ledger = (struct radius_ledger){0};
}
