/* SPDX-License-Identifier: BSD-3-Clause */
/* Which servers are alive, and which of them a request is put to. */
#include "radius/client_private.h"

void tp_radius_health_heard(struct lane *lane, uint64_t now_ms)
{
	struct health *health = tp_radius_health_of(lane);

	if (lane->place->left)
		return;
	health->fails = 0;
	health->dead = false;
	health->heard_ms = now_ms;
}

void tp_radius_health_failed(struct lane *lane, uint64_t now_ms)
{
	const struct tp_radius_server *config = &lane->place->config;
	struct health *health = tp_radius_health_of(lane);

	if (lane->place->left)
		return;
	health->fails++;
	if (health->dead) {
		if (health->until_ms <= now_ms)
			health->until_ms = now_ms + config->dead_ms;
		return;
	}
	if (health->fails < config->max_fails ||
	    now_ms - health->heard_ms < (uint64_t)config->tries * config->timeout_ms)
		return;
	health->dead = true;
	health->until_ms = now_ms + config->dead_ms;
	tp_radius_counters_of(lane)->deaths++;
}

static bool is_broken(const struct lane *lane, uint64_t now_ms)
{
	return lane->socket_count == 0 && lane->broken_ms > now_ms;
}

bool tp_radius_lane_usable(const struct lane *lane, uint64_t now_ms)
{
	return !lane->place->left && !tp_radius_health_of(lane)->dead && !is_broken(lane, now_ms);
}

static struct lane *lane_of(const struct tp_radius_request *request, unsigned i)
{
	struct server *server = tp_radius_server_find(request->client, request->servers[i]);

	return server == NULL ? NULL : &server->current->lanes[request->service];
}

/* Alive, or it is time to see whether it is. */
static bool is_first_choice(const struct lane *lane, uint64_t now_ms)
{
	const struct health *health = tp_radius_health_of(lane);

	return !is_broken(lane, now_ms) &&
	       (!health->dead || (health->until_ms <= now_ms && health->probes == 0));
}

static bool is_last_resort(const struct lane *lane, uint64_t now_ms)
{
	return !is_broken(lane, now_ms) && tp_radius_health_of(lane)->probes < TP_RADIUS_PROBES;
}

struct lane *tp_radius_choose(struct tp_radius_request *request, unsigned from, uint64_t now_ms)
{
	static bool (*const passes[])(const struct lane *, uint64_t) = {is_first_choice,
									is_last_resort};

	for (unsigned pass = 0; pass < 2; pass++)
		for (unsigned i = from; i < request->server_count; i++) {
			struct lane *lane = lane_of(request, i);

			if (lane == NULL || !passes[pass](lane, now_ms))
				continue;
			request->at = (uint8_t)i;
			return lane;
		}
	return NULL;
}
