/* SPDX-License-Identifier: BSD-3-Clause */
#include "radius/client.h"

#include <stdlib.h>

#include "radius/authenticator.h"
#include "radius/client_private.h"

const char *tp_radius_bad_reply_name(enum tp_radius_bad_reply reason)
{
	static const char *const names[] = {
#define NAME(id, name) name,
		TP_RADIUS_BAD_REPLIES(NAME)
#undef NAME
	};

	return (unsigned)reason < TP_RADIUS_BAD_REPLY_COUNT ? names[reason] : "unknown";
}

struct tp_radius_client *tp_radius_client_create(const struct tp_radius_client_config *config,
						 uint64_t now_ms)
{
	struct tp_radius_client *client = calloc(1, sizeof(*client));

	if (client == NULL)
		return NULL;
	client->config = *config;
	tp_timer_wheel_init(&client->wheel, now_ms);
	TAILQ_INIT(&client->drain);
	return client;
}

void tp_radius_client_destroy(struct tp_radius_client *client)
{
	struct tp_radius_request *request;

	if (client == NULL)
		return;
	client->closing = true;
	while ((request = LIST_FIRST(&client->requests)) != NULL)
		tp_radius_request_end(request, NULL, NULL, 0);
	tp_radius_servers_destroy(client);
	free(client);
}

const struct tp_radius_refusals *tp_radius_client_refusals(const struct tp_radius_client *client)
{
	return &client->refusals;
}

/* ---- replies ------------------------------------------------------------------------------- */

static void bad(struct lane *lane, enum tp_radius_bad_reply reason)
{
	tp_radius_counters_of(lane)->bad_replies++;
	tp_radius_counters_of(lane)->bad[reason]++;
}

static bool suits(const struct lane *lane, uint8_t code)
{
	if (lane->service == TP_RADIUS_ACCT)
		return code == TP_RADIUS_ACCOUNTING_RESPONSE;
	return code == TP_RADIUS_ACCESS_ACCEPT || code == TP_RADIUS_ACCESS_REJECT ||
	       code == TP_RADIUS_ACCESS_CHALLENGE;
}

/* Is it the answer of who was asked under SLOT's identifier? Else it is counted. */
static bool prove(struct lane *lane, const struct slot *slot, const struct tp_radius_packet *packet)
{
	const struct tp_radius_server *config = &lane->place->config;
	bool required = lane->service == TP_RADIUS_AUTH && config->require_message_auth;

	switch (tp_radius_check_response(packet, &lane->place->secret, slot->authenticator,
					 required)) {
	case TP_RADIUS_PROVEN:
		return true;
	case TP_RADIUS_WRONG_AUTHENTICATOR:
		bad(lane, TP_RADIUS_BAD_REPLY_AUTHENTICATOR);
		break;
	case TP_RADIUS_NO_MESSAGE_AUTHENTICATOR:
		bad(lane, TP_RADIUS_BAD_REPLY_NO_MESSAGE_AUTH);
		break;
	case TP_RADIUS_WRONG_MESSAGE_AUTHENTICATOR:
		bad(lane, TP_RADIUS_BAD_REPLY_MESSAGE_AUTH);
		break;
	}
	return false;
}

static void count(struct tp_radius_counters *counters, uint8_t code, uint32_t rtt_ms)
{
	counters->last_rtt_ms = rtt_ms;
	if (code == TP_RADIUS_ACCESS_ACCEPT)
		counters->accepts++;
	else if (code == TP_RADIUS_ACCESS_REJECT)
		counters->rejects++;
	else if (code == TP_RADIUS_ACCESS_CHALLENGE)
		counters->challenges++;
	else
		counters->acknowledged++;
}

static void answer(struct lane *lane, struct slot *slot, const struct tp_radius_packet *packet,
		   uint64_t now_ms)
{
	uint8_t authenticator[TP_RADIUS_AUTHENTICATOR_LEN];
	const struct tp_radius_outcome outcome = {
		.result = TP_RADIUS_ANSWERED,
		.packet = packet,
		.server = tp_radius_server_of(lane)->id,
		.secret = lane->place->config.secret,
		.authenticator = authenticator,
		.rtt_ms = (uint32_t)(now_ms - slot->sent_ms),
	};

	memcpy(authenticator, slot->authenticator, sizeof(authenticator));
	count(tp_radius_counters_of(lane), packet->code, outcome.rtt_ms);
	lane->place->holds++; /* whoever is told may remove the server */
	tp_radius_request_end(slot->request, slot, &outcome, now_ms);
	tp_radius_place_release(lane->place);
}

void tp_radius_client_input(struct tp_radius_client *client, struct tp_radius_socket *socket,
			    const struct tp_radius_endpoint *from, const void *bytes, size_t len,
			    uint64_t now_ms)
{
	struct lane *lane = socket->lane;
	struct tp_radius_packet packet;
	struct slot *slot;

	if (!tp_radius_endpoint_equal(from, &lane->place->config.endpoint[lane->service])) {
		bad(lane, TP_RADIUS_BAD_REPLY_WRONG_SOURCE);
		return;
	}
	if (tp_radius_parse(bytes, len, &packet) != TP_RADIUS_WELL_FORMED) {
		bad(lane, TP_RADIUS_BAD_REPLY_MALFORMED);
		return;
	}
	slot = &socket->slots[packet.id];
	if (!slot->used) {
		bad(lane, TP_RADIUS_BAD_REPLY_NOT_ASKED);
		return;
	}
	if (!suits(lane, packet.code)) {
		bad(lane, TP_RADIUS_BAD_REPLY_WRONG_CODE);
		return;
	}
	if (!prove(lane, slot, &packet))
		return;
	tp_radius_health_heard(lane, now_ms);
	if (slot->request == NULL)
		tp_radius_counters_of(lane)->late++;
	else
		answer(lane, slot, &packet, now_ms);
}

/* ---- sockets that break -------------------------------------------------------------------- */

static void lose_slot(struct slot *slot, uint64_t now_ms)
{
	struct tp_radius_request *request = slot->request;

	if (request->current == slot) {
		request->current = NULL;
		if (request->losses++ < LOSSES_MAX)
			request->tries--;
		tp_timer_start(&request->client->wheel, &request->timer, now_ms,
			       tp_radius_request_timer);
	}
	tp_radius_slot_release(slot, false, now_ms);
}

void tp_radius_client_socket_lost(struct tp_radius_client *client, struct tp_radius_socket *socket,
				  uint64_t now_ms)
{
	for (unsigned i = 0; i < SLOTS; i++)
		if (socket->slots[i].request != NULL)
			lose_slot(&socket->slots[i], now_ms);
	tp_radius_socket_close(socket);
}

/* ---- time ---------------------------------------------------------------------------------- */

void tp_radius_client_tick(struct tp_radius_client *client, uint64_t now_ms, unsigned limit)
{
	unsigned done = tp_timer_wheel_advance(&client->wheel, now_ms, limit);
	struct lane *lane;

	client->more = done == limit;
	while (done < limit && (lane = TAILQ_FIRST(&client->drain)) != NULL) {
		done += tp_radius_lane_drain(lane, now_ms, limit - done);
		if (done >= limit)
			break;
		TAILQ_REMOVE(&client->drain, lane, drain);
		lane->listed = false;
		tp_radius_lane_feed(lane, now_ms);
	}
	if (client->reap)
		tp_radius_reap(client);
}

uint64_t tp_radius_client_deadline(const struct tp_radius_client *client)
{
	if (client->more || client->reap || !TAILQ_EMPTY(&client->drain))
		return 0;
	return tp_timer_wheel_next(&client->wheel);
}
