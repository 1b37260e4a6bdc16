/* SPDX-License-Identifier: BSD-3-Clause */
/* Accounting records on their way to the servers that they are for. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/log.h"
#include "control/radius/records_private.h"

#define TELL_MS 600000

uint32_t tp_control_accounting_wall_s(void *owner)
{
	return (uint32_t)(tp_clock_wall_ms() / 1000);
}

void tp_control_accounting_drop_superseded(struct tp_control_accounting *a)
{
	struct flight *flight;

	if (a->whole.seq >= a->gate_seq || a->whole.told_count == 0 ||
	    !tp_record_queue_waits(a->queue, a->whole.seq))
		return;
	LIST_FOREACH (flight, &a->flights, entry)
		if (flight->group != 0)
			flight->token = NULL;
	tp_record_queue_withdraw(a->queue, a->whole.seq);
}

static void done(void *owner, const struct tp_radius_outcome *outcome)
{
	struct flight *flight = owner;
	struct tp_control_accounting *a = flight->a;
	void *token = flight->token;
	uint32_t group = flight->group;
	bool acknowledged = outcome->result == TP_RADIUS_ANSWERED &&
			    outcome->packet->code == TP_RADIUS_ACCOUNTING_RESPONSE;

	LIST_REMOVE(flight, entry);
	free(flight);
	if (acknowledged && !a->heard) {
		a->heard = true;
		a->gate_ms = a->c->now_ms;
	}
	if (token == NULL)
		return;
	if (group == 0 || tp_radius_groups_answered(&a->whole, group, &acknowledged))
		tp_record_queue_done(a->queue, token, acknowledged, a->c->now_ms);
	if (group != 0)
		tp_control_accounting_drop_superseded(a);
}

/* Acct-Delay-Time: RFC 2866, section 5.2. */
static uint32_t delay_s(void *owner, uint64_t now_ms)
{
	const struct flight *flight = owner;
	uint32_t now_s = tp_control_accounting_wall_s(NULL);

	return now_s > flight->unix_s ? now_s - flight->unix_s : 0;
}

static void text_of(const struct tp_radius_packet *packet, enum tp_radius_attribute attribute,
		    char text[TP_RADIUS_VALUE_MAX + 1])
{
	struct tp_radius_value value;

	text[0] = '\0';
	if (tp_radius_get(packet, attribute, &value))
		(void)tp_radius_text(&value, text, TP_RADIUS_VALUE_MAX + 1);
}

/* Those of its user; without a PACKET those of anybody. */
static unsigned choose(const struct tp_control_accounting *a, const struct tp_radius_packet *packet,
		       uint32_t ids[TP_RADIUS_ORDER_MAX])
{
	struct tp_radius_value domain;
	char user[TP_RADIUS_VALUE_MAX + 1], service[TP_RADIUS_VALUE_MAX + 1];
	const struct tp_radius_source *source = a->c->radius->source;
	const char *realm;

	if (packet == NULL)
		return tp_radius_source_choose(source, TP_RADIUS_ACCT, NULL, NULL, ids, &realm);
	if (tp_radius_get(packet, TP_RADIUS_MS_CHAP_DOMAIN, &domain) && domain.len > 1)
		snprintf(user, sizeof(user), "@%.*s", domain.len - 1,
			 (const char *)domain.bytes + 1);
	else
		text_of(packet, TP_RADIUS_USER_NAME, user);
	text_of(packet, TP_RADIUS_CALLED_STATION_ID, service);
	return tp_radius_source_choose(source, TP_RADIUS_ACCT, user, service, ids, &realm);
}

static int put_to_servers(struct tp_control_accounting *a, const struct tp_radius_ask *ask)
{
	struct flight *flight = malloc(sizeof(*flight));
	struct tp_radius_ask with = *ask;
	int error;

	if (flight == NULL)
		return -ENOMEM;
	*flight = *(const struct flight *)ask->owner;
	with.owner = flight;
	error = tp_radius_client_ask(a->c->radius->client, &with, NULL, a->c->now_ms);
	if (error != 0)
		free(flight);
	else
		LIST_INSERT_HEAD(&a->flights, flight, entry);
	return error;
}

static int put_to_group(void *owner, const uint32_t *ids, unsigned count)
{
	struct tp_radius_ask *ask = owner;
	struct flight *flight = ask->owner;
	int error;

	ask->servers = ids;
	ask->server_count = count;
	flight->group = ids[0];
	error = put_to_servers(flight->a, ask);
	return error == -ENOENT ? -EHOSTDOWN : error; /* they are about to be gone */
}

/* They would wait without a word. */
static void tell_homeless(struct tp_control_accounting *a)
{
	uint64_t now_ms = a->c->now_ms;

	a->homeless++;
	if (a->homeless_told_ms != 0 && now_ms - a->homeless_told_ms < TELL_MS)
		return;
	a->homeless_told_ms = now_ms;
	tp_log_warning("radius", "there are accounting records that no RADIUS server is for, by "
				 "its service, domain or called-id: they wait until there is one");
}

int tp_control_accounting_send(void *owner, const struct tp_record *record, const uint8_t *bytes,
			       void *token)
{
	struct tp_control_accounting *a = owner;
	struct flight flight = {.a = a, .token = token, .unix_s = record->unix_s};
	uint32_t ids[TP_RADIUS_ORDER_MAX];
	struct tp_radius_packet packet;
	struct tp_radius_ask ask = {
		.service = TP_RADIUS_ACCT,
		.bytes = bytes,
		.len = record->len,
		.servers = ids,
		.done = done,
		.delay_s = delay_s,
		.owner = &flight,
	};
	/* Where all have the same servers the client is the first to look into it. */
	const bool read =
		record->session == 0 || tp_radius_source_is_selective(a->c->radius->source);
	int error;

	if (read && tp_radius_parse(bytes, record->len, &packet) != TP_RADIUS_WELL_FORMED)
		return -EINVAL;
	if (record->session == 0) {
		error = tp_radius_groups_ask(&a->whole, a->c->radius->source, record->seq,
					     put_to_group, &ask);
	} else {
		ask.server_count = choose(a, read ? &packet : NULL, ids);
		error = put_to_servers(a, &ask);
	}
	if (error == -ENOENT)
		tell_homeless(a);
	return error;
}

bool tp_control_accounting_wanted(void *owner, const char *user, const char *service_name)
{
	struct tp_control_accounting *a = owner;
	uint32_t ids[TP_RADIUS_ORDER_MAX];
	const char *realm;

	return tp_radius_source_choose(a->c->radius->source, TP_RADIUS_ACCT, user, service_name,
				       ids, &realm) > 0;
}

void tp_control_accounting_forget_flights(struct tp_control_accounting *a)
{
	struct flight *flight;

	while ((flight = LIST_FIRST(&a->flights)) != NULL) {
		LIST_REMOVE(flight, entry);
		free(flight);
	}
}
