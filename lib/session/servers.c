/* SPDX-License-Identifier: BSD-3-Clause */
/* Servers (`/interface/pppoe-server/server`) and the places where they listen. */
#include "ac_private.h"

#include <errno.h>
#include <stdlib.h>

#define PPPOE_OVERHEAD 8 /* RFC 2516, section 7: header 6, PPP protocol 2 */

/* ---- places ---- */

static struct tp_ac_place *place_find(const struct tp_ac *ac, const struct tp_access *access)
{
	struct tp_ac_place *place;

	HASH_FIND(by_access, ac->places, access, sizeof(*access), place);
	return place;
}

const struct tp_pppoe_access *tp_ac_offer(struct tp_ac *ac, const struct tp_access *access,
					  struct tp_pppoe_access *nothing)
{
	const struct tp_ac_place *place = place_find(ac, access);

	if (place != NULL)
		return &place->offer;
	*nothing = (struct tp_pppoe_access){.mac = ac->ports[access->port].mac};
	return nothing;
}

static size_t services_size(unsigned count)
{
	return count * sizeof(struct tp_pppoe_service);
}

static uint16_t largest_payload(const struct tp_ac *ac, const struct tp_ac_server *server)
{
	uint16_t port = ac->ports[server->access.port].mtu;
	uint16_t room = port > PPPOE_OVERHEAD ? port - PPPOE_OVERHEAD : 0;
	uint16_t want = server->max_mru > server->max_mtu ? server->max_mru : server->max_mtu;

	return want < room ? want : room;
}

static struct tp_pppoe_service service_of(const struct tp_ac *ac, struct tp_ac_server *server)
{
	return (struct tp_pppoe_service){
		.name = server->service_name,
		.server = server,
		.disabled = server->disabled,
		.named_only = !server->accept_empty_service,
		.pado_delay_ms = tp_delay_at(&server->pado_delay, server->standing),
		.max_payload = largest_payload(ac, server),
	};
}

static unsigned place_position(const struct tp_ac_place *place, uint32_t id)
{
	unsigned i = 0;

	while (i < place->offer.service_count &&
	       ((const struct tp_ac_server *)place->services[i].server)->id < id)
		i++;
	return i;
}

/* Where SERVER itself is: for a moment its successor, of the same id, may be there too. */
static struct tp_pppoe_service *place_service(const struct tp_ac_place *place,
					      const struct tp_ac_server *server)
{
	struct tp_pppoe_service *service = place->services;

	while (service->server != server)
		service++;
	return service;
}

static void place_remove(struct tp_ac *ac, const struct tp_ac_server *server)
{
	struct tp_ac_place *place = place_find(ac, &server->access);
	unsigned at = (unsigned)(place_service(place, server) - place->services);
	unsigned left = --place->offer.service_count;

	memmove(place->services + at, place->services + at + 1, services_size(left - at));
	if (left > 0) {
		ac->counters.memory_bytes -= services_size(1);
		return;
	}
	tp_ac_free(ac, place->services, services_size(1));
	HASH_DELETE(by_access, ac->places, place);
	tp_ac_free(ac, place, sizeof(*place));
}

static struct tp_ac_place *place_get(struct tp_ac *ac, const struct tp_access *access)
{
	struct tp_ac_place *place = place_find(ac, access);

	if (place != NULL)
		return place;
	place = tp_ac_alloc(ac, sizeof(*place));
	if (place == NULL)
		return NULL;
	place->access = *access;
	place->offer.mac = ac->ports[access->port].mac;
	HASH_ADD(by_access, ac->places, access, sizeof(place->access), place);
	return place;
}

static int place_add(struct tp_ac *ac, struct tp_ac_server *server)
{
	struct tp_ac_place *place = place_get(ac, &server->access);
	struct tp_pppoe_service *services;
	unsigned at, count;

	if (place == NULL)
		return -ENOMEM;
	count = place->offer.service_count;
	services = realloc(place->services, services_size(count + 1));
	if (services == NULL) {
		if (count == 0) {
			HASH_DELETE(by_access, ac->places, place);
			tp_ac_free(ac, place, sizeof(*place));
		}
		return -ENOMEM;
	}
	ac->counters.memory_bytes += services_size(1);
	place->services = services;
	place->offer.services = services;
	at = place_position(place, server->id);
	memmove(services + at + 1, services + at, services_size(count - at));
	services[at] = service_of(ac, server);
	place->offer.service_count = count + 1;
	return 0;
}

/* SERVER has changed where it stands. */
static void place_update(struct tp_ac *ac, struct tp_ac_server *server)
{
	struct tp_ac_place *place = place_find(ac, &server->access);

	*place_service(place, server) = service_of(ac, server);
}

/* ---- servers ---- */

static struct tp_ac_server *server_find(const struct tp_ac *ac, uint32_t id)
{
	struct tp_ac_server *server;

	HASH_FIND(by_id, ac->servers, &id, sizeof(id), server);
	return server;
}

static void settings_clear(struct tp_ac *ac, struct tp_ac_server *server)
{
	tp_ac_text_free(ac, server->service_name);
	tp_ac_text_free(ac, server->interface);
	tp_ac_text_free(ac, server->default_profile);
	tp_ac_link_unref(ac, server->link);
	tp_ac_link_unref(ac, server->large_link);
}

static int links_make(struct tp_ac *ac, struct tp_ac_server *server)
{
	server->link = tp_ac_link_create(ac, server, TP_PPPOE_MAX_PAYLOAD);
	server->large_link = tp_ac_link_create(ac, server, largest_payload(ac, server));
	return server->link == NULL || server->large_link == NULL ? -ENOMEM : 0;
}

/* What the configuration says, in a server that is not in any table. */
static int settings_make(struct tp_ac *ac, struct tp_ac_server *server,
			 const struct tp_config_server *config, const struct tp_access *access)
{
	*server = (struct tp_ac_server){
		.id = config->head.id,
		.access = *access,
		.disabled = config->disabled,
		.one_session_per_host = config->one_session_per_host,
		.accept_empty_service = config->accept_empty_service,
		.pado_delay = config->pado_delay,
		.max_sessions = config->max_sessions,
		.keepalive_s = config->keepalive_timeout < UINT16_MAX
				       ? (uint16_t)config->keepalive_timeout
				       : UINT16_MAX,
		.max_mru = (uint16_t)config->max_mru,
		.max_mtu = (uint16_t)config->max_mtu,
		.mrru = (uint16_t)config->mrru,
		.authentication = config->authentication,
		.service_name = tp_ac_text_copy(ac, config->service_name),
		.interface = tp_ac_text_copy(ac, config->interface),
		.default_profile = tp_ac_text_copy(ac, config->default_profile),
	};
	if (server->service_name == NULL || server->interface == NULL ||
	    server->default_profile == NULL || links_make(ac, server) != 0) {
		settings_clear(ac, server);
		return -ENOMEM;
	}
	return 0;
}

void tp_ac_server_unref(struct tp_ac *ac, struct tp_ac_server *server)
{
	if (--server->refs > 0)
		return;
	settings_clear(ac, server);
	tp_ac_free(ac, server, sizeof(*server));
}

/* Out of the tables; its sessions end in the next sweep. */
static void retire(struct tp_ac *ac, struct tp_ac_server *server)
{
	place_remove(ac, server);
	HASH_DELETE(by_id, ac->servers, server);
	server->removed = true;
	if (server->standing > 0)
		tp_ac_sweep_start(ac);
	tp_ac_server_unref(ac, server);
}

static bool same_access(const struct tp_access *a, const struct tp_access *b)
{
	return a->port == b->port && a->vlans.outer == b->vlans.outer &&
	       a->vlans.inner == b->vlans.inner;
}

/* Puts the settings of CHANGED into SERVER, which stays where it is. */
static void change(struct tp_ac *ac, struct tp_ac_server *server, struct tp_ac_server *changed)
{
	struct tp_ac_server old = *server;

	if (server->keepalive_s != changed->keepalive_s)
		tp_ac_sweep_start(ac);
	changed->refs = server->refs;
	changed->standing = server->standing;
	changed->by_id = server->by_id;
	*server = *changed;
	place_update(ac, server);
	settings_clear(ac, &old);
}

static int add(struct tp_ac *ac, struct tp_ac_server *settings, struct tp_ac_server *replaces)
{
	struct tp_ac_server *server = tp_ac_alloc(ac, sizeof(*server));

	if (server == NULL)
		return -ENOMEM;
	*server = *settings;
	server->refs = 1;
	if (place_add(ac, server) != 0) {
		tp_ac_free(ac, server, sizeof(*server));
		return -ENOMEM;
	}
	if (replaces != NULL)
		retire(ac, replaces);
	HASH_ADD(by_id, ac->servers, id, sizeof(server->id), server);
	return 0;
}

int tp_ac_server_put(struct tp_ac *ac, const struct tp_config_server *config,
		     const struct tp_access *access, uint64_t now_ms, struct tp_error *error)
{
	struct tp_ac_server *server = server_find(ac, config->head.id);
	struct tp_ac_server settings;
	int rc;

	tp_ac_now(ac, now_ms);
	if (access->port >= TP_AC_MAX_PORTS || !ac->ports[access->port].set)
		return tp_error_set(error, -EINVAL, config->head.key,
				    "interface %s is not on a port of the data plane",
				    config->interface);
	rc = settings_make(ac, &settings, config, access);
	if (rc == 0 && server != NULL && same_access(&server->access, access) &&
	    !(settings.disabled && !server->disabled)) {
		change(ac, server, &settings);
		return 0;
	}
	if (rc == 0) {
		rc = add(ac, &settings, server);
		if (rc != 0)
			settings_clear(ac, &settings);
	}
	if (rc != 0)
		tp_error_set(error, rc, config->head.key, "out of memory");
	return rc;
}

int tp_ac_server_remove(struct tp_ac *ac, uint32_t id, uint64_t now_ms)
{
	struct tp_ac_server *server = server_find(ac, id);

	tp_ac_now(ac, now_ms);
	if (server == NULL)
		return -ENOENT;
	retire(ac, server);
	return 0;
}

void tp_ac_server_count(struct tp_ac *ac, struct tp_ac_server *server, int change)
{
	uint16_t before = tp_delay_at(&server->pado_delay, server->standing);

	server->standing += (uint32_t)change;
	if (!server->removed && tp_delay_at(&server->pado_delay, server->standing) != before)
		place_update(ac, server);
}

uint32_t tp_ac_server_sessions(const struct tp_ac *ac, uint32_t id)
{
	const struct tp_ac_server *server = server_find(ac, id);

	return server == NULL ? 0 : server->standing;
}

/* A server that can't have new links for want of memory keeps its old ones. */
static void relink(struct tp_ac *ac, struct tp_ac_server *server)
{
	struct tp_ac_link *link = server->link, *large = server->large_link;

	if (links_make(ac, server) == 0) {
		tp_ac_link_unref(ac, link);
		tp_ac_link_unref(ac, large);
		return;
	}
	tp_ac_link_unref(ac, server->link);
	tp_ac_link_unref(ac, server->large_link);
	server->link = link;
	server->large_link = large;
}

void tp_ac_servers_rename(struct tp_ac *ac)
{
	for (struct tp_ac_server *s = ac->servers; s != NULL; s = s->by_id.next)
		relink(ac, s);
}

void tp_ac_places_update_port(struct tp_ac *ac, uint16_t port)
{
	for (struct tp_ac_place *p = ac->places; p != NULL; p = p->by_access.next)
		if (p->access.port == port)
			p->offer.mac = ac->ports[port].mac;
	for (struct tp_ac_server *s = ac->servers; s != NULL; s = s->by_id.next) {
		if (s->access.port != port)
			continue;
		relink(ac, s);
		place_update(ac, s);
	}
}

void tp_ac_servers_clear(struct tp_ac *ac)
{
	struct tp_ac_server *server, *next;

	HASH_ITER (by_id, ac->servers, server, next) {
		place_remove(ac, server);
		HASH_DELETE(by_id, ac->servers, server);
		tp_ac_server_unref(ac, server);
	}
}
