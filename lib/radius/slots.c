/* SPDX-License-Identifier: BSD-3-Clause */
/* Sockets and their identifiers: each is taken, released and found again in constant time. */
#include <errno.h>
#include <stdlib.h>

#include "radius/client_private.h"

/* Looked at now and then, and not set anew with each use. */
static void idle_timer(struct tp_timer *timer, uint64_t now_ms)
{
	struct tp_radius_socket *socket =
		(struct tp_radius_socket *)((char *)timer -
					    offsetof(struct tp_radius_socket, idle));
	uint64_t due = socket->used_ms + SOCKET_IDLE_MS;

	if (socket->busy == 0 && due <= now_ms)
		tp_radius_socket_close(socket);
	else
		tp_timer_start(&tp_radius_client_of(socket->lane)->wheel, timer,
			       due > now_ms ? due : now_ms + SOCKET_IDLE_MS, idle_timer);
}

static void add_slots(struct tp_radius_socket *socket)
{
	for (unsigned i = SLOTS; i-- > 0;) {
		struct slot *slot = &socket->slots[i];

		slot->socket = socket;
		slot->id = (uint8_t)i;
		TAILQ_INSERT_HEAD(&socket->lane->answered, slot, free);
	}
}

/* Its slots are the first of the lane's then. False: it can't be opened. */
static bool open_socket(struct lane *lane, uint64_t now_ms)
{
	struct tp_radius_client *client = tp_radius_client_of(lane);
	struct tp_radius_socket *socket = calloc(1, sizeof(*socket));
	int error = -ENOMEM;

	if (socket != NULL) {
		socket->lane = lane;
		error = client->config.ops->open(client->config.owner, socket, &lane->place->config,
						 lane->service, &socket->handle);
	}
	if (error != 0) {
		free(socket);
		tp_radius_counters_of(lane)->unsent++;
		lane->broken_ms = now_ms + OPEN_AGAIN_MS;
		return false;
	}
	add_slots(socket);
	TAILQ_INSERT_TAIL(&lane->sockets, socket, entry);
	lane->socket_count++;
	socket->used_ms = now_ms;
	tp_timer_start(&client->wheel, &socket->idle, now_ms + SOCKET_IDLE_MS, idle_timer);
	return true;
}

static void leave_queue(struct slot *slot)
{
	struct lane *lane = slot->socket->lane;

	if (slot->abandoned)
		TAILQ_REMOVE(&lane->abandoned, slot, free);
	else
		TAILQ_REMOVE(&lane->answered, slot, free);
	slot->abandoned = false;
}

void tp_radius_socket_close(struct tp_radius_socket *socket)
{
	struct lane *lane = socket->lane;
	struct tp_radius_client *client = tp_radius_client_of(lane);

	for (unsigned i = 0; i < SLOTS; i++)
		leave_queue(&socket->slots[i]);
	tp_timer_stop(&client->wheel, &socket->idle);
	TAILQ_REMOVE(&lane->sockets, socket, entry);
	lane->socket_count--;
	client->config.ops->close(client->config.owner, socket->handle);
	free(socket);
}

void tp_radius_client_unsent(struct tp_radius_client *client, struct tp_radius_socket *socket)
{
	tp_radius_counters_of(socket->lane)->unsent++;
}

static struct slot *rested(const struct slot_queue *queue, uint64_t now_ms)
{
	struct slot *slot = TAILQ_FIRST(queue);

	return slot != NULL && slot->ready_ms <= now_ms ? slot : NULL;
}

static struct slot *find_free(struct lane *lane, uint64_t now_ms)
{
	struct slot *slot = rested(&lane->answered, now_ms);

	if (slot == NULL)
		slot = rested(&lane->abandoned, now_ms);
	if (slot == NULL && lane->socket_count < lane->place->config.max_sockets &&
	    lane->broken_ms <= now_ms && open_socket(lane, now_ms))
		slot = TAILQ_FIRST(&lane->answered);
	if (slot == NULL)
		slot = TAILQ_FIRST(&lane->answered);
	return slot != NULL ? slot : TAILQ_FIRST(&lane->abandoned);
}

struct slot *tp_radius_slot_take(struct lane *lane, struct tp_radius_request *request,
				 uint64_t now_ms)
{
	struct slot *slot = find_free(lane, now_ms);

	if (slot == NULL)
		return NULL;
	leave_queue(slot);
	slot->used = true;
	slot->request = request;
	slot->socket->busy++;
	slot->socket->used_ms = now_ms;
	LIST_INSERT_HEAD(&request->slots, slot, mine);
	lane->place->holds++;
	return slot;
}

void tp_radius_slot_release(struct slot *slot, bool answered, uint64_t now_ms)
{
	struct lane *lane = slot->socket->lane;

	LIST_REMOVE(slot, mine);
	slot->request = NULL;
	slot->socket->busy--;
	slot->abandoned = !answered;
	slot->ready_ms = now_ms + (answered ? REST_ANSWERED_MS : REST_ABANDONED_MS);
	if (answered)
		TAILQ_INSERT_TAIL(&lane->answered, slot, free);
	else
		TAILQ_INSERT_TAIL(&lane->abandoned, slot, free);
	tp_radius_place_release(lane->place);
}
