/* SPDX-License-Identifier: BSD-3-Clause */
/* The servers: which there are, and where they are to be found. */
#include <errno.h>
#include <stdlib.h>

#include "radius/client_private.h"

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

static void init_lane(struct lane *lane, struct place *place, enum tp_radius_service service)
{
	lane->place = place;
	lane->service = service;
	TAILQ_INIT(&lane->sockets);
	TAILQ_INIT(&lane->answered);
	TAILQ_INIT(&lane->abandoned);
	TAILQ_INIT(&lane->waiting);
}

void tp_radius_lane_drain_later(struct lane *lane)
{
	if (lane->listed || TAILQ_EMPTY(&lane->waiting))
		return;
	lane->listed = true;
	TAILQ_INSERT_TAIL(&tp_radius_client_of(lane)->drain, lane, drain);
}

static void wipe_place(struct place *place)
{
	explicit_bzero((char *)place->config.secret, strlen(place->config.secret));
	free((char *)place->config.secret);
	explicit_bzero(&place->secret, sizeof(place->secret));
	free(place);
}

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
	wipe_place(place);
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

static void take_config(struct place *place, const struct tp_radius_server *config,
			const char *secret)
{
	place->config = *config;
	place->config.secret = secret;
	if (config->stream)
		place->config.max_sockets = place->config.tries = 1;
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
	take_config(place, config, secret);
	tp_radius_secret_set(&place->secret, secret);
	for (unsigned i = 0; i < TP_RADIUS_SERVICES; i++)
		init_lane(&place->lanes[i], place, (enum tp_radius_service)i);
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
	       a->generation == b->generation && a->stream == b->stream &&
	       strcmp(a->secret, b->secret) == 0;
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

		take_config(server->current, config, secret);
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
			wipe_place(place);
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
