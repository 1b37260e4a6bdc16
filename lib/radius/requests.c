/* SPDX-License-Identifier: BSD-3-Clause */
/* The way of a request: put to a server, sent, sent again, put to the next, over. */
#include <errno.h>
#include <stdlib.h>

#include "radius/authenticator.h"
#include "radius/client_private.h"

/* ---- at one server ------------------------------------------------------------------------- */

static void send_bytes(struct tp_radius_request *request, uint64_t now_ms)
{
	struct tp_radius_client *client = request->client;
	struct lane *lane = request->lane;
	struct tp_radius_counters *counters = tp_radius_counters_of(lane);
	struct slot *slot = request->current;

	if (request->asked)
		counters->resends++;
	else
		counters->requests++;
	request->asked = true;
	request->sent = true;
	request->tries++;
	slot->sent_ms = now_ms;
	slot->socket->used_ms = now_ms;
	if (client->config.ops->send(client->config.owner, slot->socket->handle,
				     request->signed_bytes, request->len) != 0)
		counters->unsent++;
	tp_timer_start(&client->wheel, &request->timer, now_ms + lane->place->config.timeout_ms,
		       tp_radius_request_timer);
}

/* Brings Acct-Delay-Time up to date. True: it was another. */
static bool renew(struct tp_radius_request *request, uint64_t now_ms)
{
	uint8_t *value = request->bytes + request->delay_at, was[4];

	if (request->delay_at == 0)
		return false;
	memcpy(was, value, sizeof(was));
	tp_put_be32(value, request->delay_s(request->owner, now_ms));
	return memcmp(was, value, sizeof(was)) != 0;
}

/* Signs it for the lane's server under SLOT's identifier. */
static void sign(struct tp_radius_request *request, struct slot *slot)
{
	uint8_t random[TP_RADIUS_AUTHENTICATOR_LEN];

	tp_random_bytes(request->client->config.random, random, sizeof(random));
	memcpy(request->signed_bytes, request->bytes, request->len);
	request->signed_bytes[1] = slot->id;
	tp_radius_sign_request_at(request->signed_bytes, request->len, &request->offsets,
				  &request->lane->place->secret, random);
	memcpy(slot->authenticator, request->signed_bytes + 4, TP_RADIUS_AUTHENTICATOR_LEN);
	request->current = slot;
}

/* Under an identifier that it did not have. False: there is none. */
static bool send_anew(struct tp_radius_request *request, uint64_t now_ms)
{
	struct slot *slot = tp_radius_slot_take(request->lane, request, now_ms);

	if (slot == NULL)
		return false;
	sign(request, slot);
	if (!request->pending) {
		request->pending = true;
		request->lane->pending++;
	}
	send_bytes(request, now_ms);
	return true;
}

static bool has_room(const struct lane *lane)
{
	uint32_t max = lane->place->config.max_requests;

	return max == 0 || lane->pending < max;
}

static bool send_first(struct tp_radius_request *request, uint64_t now_ms)
{
	if (!has_room(request->lane))
		return false;
	renew(request, now_ms);
	return send_anew(request, now_ms);
}

static void send_again(struct tp_radius_request *request, uint64_t now_ms)
{
	bool changed = renew(request, now_ms) || request->current == NULL;

	if (changed && send_anew(request, now_ms))
		return;
	if (request->current != NULL)
		send_bytes(request, now_ms);
	else
		tp_timer_start(&request->client->wheel, &request->timer,
			       now_ms + request->lane->place->config.timeout_ms,
			       tp_radius_request_timer);
}

static void wait_at(struct tp_radius_request *request)
{
	struct lane *lane = request->lane;

	request->waiting = true;
	TAILQ_INSERT_TAIL(&lane->waiting, request, queued);
	lane->waiting_count++;
	request->client->waiting++;
}

static void stop_waiting(struct tp_radius_request *request)
{
	struct lane *lane = request->lane;

	if (!request->waiting)
		return;
	request->waiting = false;
	TAILQ_REMOVE(&lane->waiting, request, queued);
	lane->waiting_count--;
	request->client->waiting--;
}

/* Its slots stay with it: an answer may still come. */
static void leave_lane(struct tp_radius_request *request)
{
	struct lane *lane = request->lane;

	stop_waiting(request);
	tp_timer_stop(&request->client->wheel, &request->timer);
	if (request->pending)
		lane->pending--;
	if (request->probing)
		tp_radius_health_of(lane)->probes--;
	request->pending = false;
	request->probing = false;
	request->current = NULL;
	request->lane = NULL;
	tp_radius_place_release(lane->place);
}

static void enter_lane(struct tp_radius_request *request, struct lane *lane)
{
	request->lane = lane;
	request->tries = 0;
	request->asked = false;
	lane->place->holds++;
	if (tp_radius_health_of(lane)->dead) {
		request->probing = true;
		tp_radius_health_of(lane)->probes++;
	}
}

/* Sends it to the first server, from the FROM-th on, that can be asked, or waits for it. False:
 * there is none. */
static bool put(struct tp_radius_request *request, unsigned from, uint64_t now_ms)
{
	struct lane *lane;

	while ((lane = tp_radius_choose(request, from, now_ms)) != NULL) {
		enter_lane(request, lane);
		if (TAILQ_EMPTY(&lane->waiting) && send_first(request, now_ms))
			return true;
		if (lane->socket_count > 0 || lane->pending > 0) {
			wait_at(request);
			return true;
		}
		leave_lane(request); /* it has no socket, and gets none */
		from = request->at + 1u;
	}
	return false;
}

/* ---- over ---------------------------------------------------------------------------------- */

static void free_request(struct tp_radius_request *request)
{
	LIST_REMOVE(request, entry);
	explicit_bzero(request->bytes, 2u * request->len); /* there may be a password in it */
	free(request);
}

static void feed_others(struct lane *lane, uint64_t now_ms)
{
	if (lane != NULL && !TAILQ_EMPTY(&lane->waiting) && !tp_radius_client_of(lane)->closing)
		tp_radius_lane_feed(lane, now_ms);
}

void tp_radius_request_end(struct tp_radius_request *request, struct slot *answered,
			   const struct tp_radius_outcome *outcome, uint64_t now_ms)
{
	void (*done)(void *, const struct tp_radius_outcome *) = request->done;
	void *owner = request->owner;
	struct lane *lane = request->lane;
	struct slot *slot;

	if (lane != NULL) {
		lane->place->holds++;
		leave_lane(request);
	}
	while ((slot = LIST_FIRST(&request->slots)) != NULL) {
		struct lane *its = slot->socket->lane;

		tp_radius_slot_release(slot, slot == answered, now_ms);
		if (its != lane)
			feed_others(its, now_ms);
	}
	free_request(request);
	if (lane != NULL) {
		feed_others(lane, now_ms);
		tp_radius_place_release(lane->place);
	}
	if (outcome != NULL)
		done(owner, outcome);
}

static void end_without_answer(struct tp_radius_request *request, uint64_t now_ms)
{
	const struct tp_radius_outcome outcome = {.result = request->sent ? TP_RADIUS_NO_ANSWER
									  : TP_RADIUS_NOT_PUT};

	tp_radius_request_end(request, NULL, &outcome, now_ms);
}

/* ---- from one server to the next ----------------------------------------------------------- */

/* The first that may be asked after the one that it is put to: that itself, if it has moved. */
static unsigned next_after(const struct tp_radius_request *request)
{
	const struct tp_radius_client *client = request->client;

	if (request->lane->place->left &&
	    tp_radius_server_find(client, request->servers[request->at]) != NULL)
		return request->at;
	return request->at + 1u;
}

static void move_on(struct tp_radius_request *request, uint64_t now_ms)
{
	unsigned next = next_after(request);
	struct lane *lane = request->lane;

	lane->place->holds++;
	leave_lane(request);
	if (!put(request, next, now_ms))
		end_without_answer(request, now_ms);
	feed_others(lane, now_ms);
	tp_radius_place_release(lane->place);
}

/* Would it be better off elsewhere, though it has tries left? */
static bool has_better(struct tp_radius_request *request, uint64_t now_ms)
{
	uint8_t at = request->at;
	struct lane *lane = request->lane, *other;

	if (!lane->place->left && (!tp_radius_health_of(lane)->dead || request->probing))
		return false;
	other = tp_radius_choose(request, next_after(request), now_ms);
	request->at = at;
	return other != NULL && (lane->place->left || !tp_radius_health_of(other)->dead);
}

void tp_radius_request_timer(struct tp_timer *timer, uint64_t now_ms)
{
	struct tp_radius_request *request =
		(struct tp_radius_request *)((char *)timer -
					     offsetof(struct tp_radius_request, timer));
	struct lane *lane = request->lane;

	if (has_better(request, now_ms)) {
		move_on(request, now_ms);
	} else if (request->tries < lane->place->config.tries) {
		send_again(request, now_ms);
	} else {
		tp_radius_counters_of(lane)->timeouts++;
		tp_radius_health_failed(lane, now_ms);
		move_on(request, now_ms);
	}
}

void tp_radius_lane_feed(struct lane *lane, uint64_t now_ms)
{
	struct tp_radius_request *request;

	while ((request = TAILQ_FIRST(&lane->waiting)) != NULL) {
		if (!tp_radius_lane_usable(lane, now_ms) && !request->probing) {
			tp_radius_lane_drain_later(lane);
			return;
		}
		if (!send_first(request, now_ms))
			return;
		stop_waiting(request);
	}
}

unsigned tp_radius_lane_drain(struct lane *lane, uint64_t now_ms, unsigned limit)
{
	struct tp_radius_request *request;
	unsigned done = 0;

	while (done < limit && !tp_radius_lane_usable(lane, now_ms) &&
	       (request = TAILQ_FIRST(&lane->waiting)) != NULL) {
		move_on(request, now_ms);
		done++;
	}
	return done;
}

/* ---- what the outside calls ---------------------------------------------------------------- */

/* PACKET is what it asks, parsed, if it is. */
static bool is_sound(const struct tp_radius_ask *ask, struct tp_radius_packet *packet)
{
	static const uint8_t codes[] = {[TP_RADIUS_AUTH] = TP_RADIUS_ACCESS_REQUEST,
					[TP_RADIUS_ACCT] = TP_RADIUS_ACCOUNTING_REQUEST};

	if (ask->server_count > TP_RADIUS_ORDER_MAX ||
	    (unsigned)ask->service >= TP_RADIUS_SERVICES || ask->done == NULL ||
	    tp_radius_parse(ask->bytes, ask->len, packet) != TP_RADIUS_WELL_FORMED ||
	    packet->len != ask->len || packet->code != codes[ask->service])
		return false;
	return packet->code != TP_RADIUS_ACCESS_REQUEST ||
	       packet->message_authenticator == packet->bytes + TP_RADIUS_HEADER_LEN + 2;
}

static uint16_t delay_at(const struct tp_radius_packet *packet)
{
	struct tp_radius_value value;

	if (!tp_radius_get(packet, TP_RADIUS_ACCT_DELAY_TIME, &value) || !tp_radius_valid(&value))
		return 0;
	return (uint16_t)(value.bytes - packet->bytes);
}

static struct tp_radius_request *make_request(struct tp_radius_client *client,
					      const struct tp_radius_ask *ask,
					      const struct tp_radius_packet *packet)
{
	struct tp_radius_request *request = malloc(sizeof(*request) + 2 * ask->len);

	if (request == NULL)
		return NULL;
	memset(request, 0, sizeof(*request));
	request->client = client;
	request->done = ask->done;
	request->delay_s = ask->delay_s;
	request->owner = ask->owner;
	request->service = (uint8_t)ask->service;
	request->server_count = (uint8_t)ask->server_count;
	for (unsigned i = 0; i < ask->server_count; i++)
		request->servers[i] = ask->servers[i];
	request->len = (uint16_t)ask->len;
	request->delay_at = ask->delay_s != NULL ? delay_at(packet) : 0;
	request->offsets = tp_radius_offsets_of(packet);
	request->signed_bytes = request->bytes + ask->len;
	memcpy(request->bytes, ask->bytes, ask->len);
	LIST_INSERT_HEAD(&client->requests, request, entry);
	return request;
}

static bool any_server(const struct tp_radius_client *client, const struct tp_radius_ask *ask)
{
	for (unsigned i = 0; i < ask->server_count; i++)
		if (tp_radius_server_find(client, ask->servers[i]) != NULL)
			return true;
	return false;
}

/* Without a server that is alive. */
static int refuse(struct tp_radius_client *client, const struct tp_radius_ask *ask)
{
	if (!any_server(client, ask)) {
		client->refusals.no_server++;
		return -ENOENT;
	}
	client->refusals.all_dead++;
	return -EHOSTDOWN;
}

int tp_radius_client_ask(struct tp_radius_client *client, const struct tp_radius_ask *ask,
			 struct tp_radius_request **out, uint64_t now_ms)
{
	struct tp_radius_request *request;
	struct tp_radius_packet packet;

	if (!is_sound(ask, &packet))
		return -EINVAL;
	request = make_request(client, ask, &packet);
	if (request == NULL)
		return -ENOMEM;
	if (!put(request, 0, now_ms)) {
		free_request(request);
		return refuse(client, ask);
	}
	if (request->waiting && client->waiting > client->config.max_waiting) {
		leave_lane(request);
		free_request(request);
		client->refusals.queue_full++;
		return -ENOBUFS;
	}
	if (out != NULL)
		*out = request;
	return 0;
}

void tp_radius_client_cancel(struct tp_radius_client *client, struct tp_radius_request *request,
			     uint64_t now_ms)
{
	tp_radius_request_end(request, NULL, NULL, now_ms);
}
