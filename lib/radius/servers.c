/* SPDX-License-Identifier: BSD-3-Clause */
/* The servers: which there are, where they are to be found, and whether they are alive. */
#include <errno.h>
#include <stdlib.h>

#include "radius/client_private.h"

struct tp_radius_endpoint tp_radius_endpoint_ipv4(uint32_t address, uint16_t port)
{
	struct tp_radius_endpoint endpoint = {.address = {[10] = 0xff, [11] = 0xff}, .port = port};

	tp_put_be32(endpoint.address + 12, address);
	return endpoint;
}

bool tp_radius_endpoint_equal(const struct tp_radius_endpoint *a,
			      const struct tp_radius_endpoint *b)
{
	return a->port == b->port && memcmp(a->address, b->address, sizeof(a->address)) == 0;
}

void tp_radius_server_init(struct tp_radius_server *server)
{
	*server = (struct tp_radius_server){
		.timeout_ms = TP_RADIUS_TIMEOUT_DEFAULT_MS,
		.max_requests = 16384,
		.dead_ms = 30000,
		.max_fails = 10,
		.max_sockets = TP_RADIUS_SOCKETS_MAX,
		.tries = 3,
		.require_message_auth = true,
	};
}

struct server *tp_radius_server_find(const struct tp_radius_client *client, uint32_t id)
{
	struct server *server;

	HASH_FIND(hh, client->servers, &id, sizeof(id), server);
	return server;
}

void tp_radius_lane_init(struct lane *lane, struct place *place, enum tp_radius_service service)
{
	lane->place = place;
	lane->service = service;
	TAILQ_INIT(&lane->sockets);
	TAILQ_INIT(&lane->answered);
	TAILQ_INIT(&lane->abandoned);
	TAILQ_INIT(&lane->waiting);
}

/* ---- health -------------------------------------------------------------------------------- */

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

void tp_radius_lane_drain_later(struct lane *lane)
{
	if (lane->listed || TAILQ_EMPTY(&lane->waiting))
		return;
	lane->listed = true;
	TAILQ_INSERT_TAIL(&tp_radius_client_of(lane)->drain, lane, drain);
}

/* ---- which there are ----------------------------------------------------------------------- */

static void free_place(struct place *place)
{
	struct tp_radius_socket *socket;

	for (unsigned i = 0; i < TP_RADIUS_SERVICES; i++) {
		struct lane *lane = &place->lanes[i];

		while ((socket = TAILQ_FIRST(&lane->sockets)) != NULL)
			tp_radius_socket_close(socket);
		if (lane->listed)
			TAILQ_REMOVE(&place->server->client->drain, lane, drain);
	}
	explicit_bzero((char *)place->config.secret, strlen(place->config.secret));
	free((char *)place->config.secret);
	free(place);
}

static void release_server(struct server *server)
{
	if (--server->places == 0 && server->current == NULL)
		free(server);
}

void tp_radius_reap(struct tp_radius_client *client)
{
	struct place *place, *next;

	client->reap = false;
	for (place = LIST_FIRST(&client->left); place != NULL; place = next) {
		struct server *server = place->server;

		next = LIST_NEXT(place, entry);
		if (place->holds > 0)
			continue;
		LIST_REMOVE(place, entry);
		free_place(place);
		release_server(server);
	}
}

/* No new requests. It is freed when nothing is on its way to it. */
static void leave(struct place *place)
{
	struct tp_radius_client *client = place->server->client;

	place->left = true;
	LIST_INSERT_HEAD(&client->left, place, entry);
	for (unsigned i = 0; i < TP_RADIUS_SERVICES; i++)
		tp_radius_lane_drain_later(&place->lanes[i]);
	client->reap = true;
}

static struct place *make_place(const struct tp_radius_server *config)
{
	struct place *place = calloc(1, sizeof(*place));
	char *secret = strdup(config->secret);

	if (place == NULL || secret == NULL) {
		free(place);
		free(secret);
		return NULL;
	}
	place->config = *config;
	place->config.secret = secret;
	for (unsigned i = 0; i < TP_RADIUS_SERVICES; i++)
		tp_radius_lane_init(&place->lanes[i], place, (enum tp_radius_service)i);
	return place;
}

static void move_in(struct server *server, struct place *place, uint64_t now_ms)
{
	place->server = server;
	server->current = place;
	server->places++;
	memset(server->health, 0, sizeof(server->health));
	for (unsigned i = 0; i < TP_RADIUS_SERVICES; i++)
		server->health[i].heard_ms = now_ms;
}

static bool same_place(const struct tp_radius_server *a, const struct tp_radius_server *b)
{
	for (unsigned i = 0; i < TP_RADIUS_SERVICES; i++)
		if (!tp_radius_endpoint_equal(&a->endpoint[i], &b->endpoint[i]))
			return false;
	return memcmp(a->source, b->source, sizeof(a->source)) == 0 &&
	       a->generation == b->generation && strcmp(a->secret, b->secret) == 0;
}

static bool in_range(const struct tp_radius_server *config)
{
	return config->secret != NULL && config->timeout_ms >= TP_RADIUS_TIMEOUT_MIN_MS &&
	       config->timeout_ms <= TP_RADIUS_TIMEOUT_MAX_MS && config->tries > 0 &&
	       config->max_fails > 0 && config->max_sockets > 0 &&
	       config->max_sockets <= TP_RADIUS_SOCKETS_MAX;
}

int tp_radius_client_set(struct tp_radius_client *client, const struct tp_radius_server *config,
			 uint64_t now_ms)
{
	struct server *server = tp_radius_server_find(client, config->id);
	struct place *place;

	if (!in_range(config))
		return -EINVAL;
	if (server != NULL && same_place(&server->current->config, config)) {
		const char *secret = server->current->config.secret;

		server->current->config = *config;
		server->current->config.secret = secret;
		return 0;
	}
	place = make_place(config);
	if (place == NULL)
		return -ENOMEM;
	if (server != NULL) {
		leave(server->current);
	} else {
		server = calloc(1, sizeof(*server));
		if (server == NULL) {
			place->server = NULL;
			free((char *)place->config.secret);
			free(place);
			return -ENOMEM;
		}
		server->client = client;
		server->id = config->id;
		HASH_ADD(hh, client->servers, id, sizeof(server->id), server);
	}
	move_in(server, place, now_ms);
	return 0;
}

void tp_radius_client_remove(struct tp_radius_client *client, uint32_t id)
{
	struct server *server = tp_radius_server_find(client, id);

	if (server == NULL)
		return;
	HASH_DELETE(hh, client->servers, server);
	leave(server->current);
	server->current = NULL;
}

void tp_radius_servers_destroy(struct tp_radius_client *client)
{
	struct server *server, *next;

	HASH_ITER (hh, client->servers, server, next)
		tp_radius_client_remove(client, server->id);
	tp_radius_reap(client);
}

bool tp_radius_client_counters(const struct tp_radius_client *client, uint32_t id,
			       enum tp_radius_service service, struct tp_radius_counters *out)
{
	const struct server *server = tp_radius_server_find(client, id);
	const struct lane *lane;

	if (server == NULL)
		return false;
	lane = &server->current->lanes[service];
	*out = server->counters[service];
	out->pending = lane->pending;
	out->waiting = lane->waiting_count;
	out->sockets = lane->socket_count;
	out->dead = server->health[service].dead;
	return true;
}
