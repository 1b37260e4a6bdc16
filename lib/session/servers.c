/* SPDX-License-Identifier: BSD-3-Clause */
/* Servers (`/interface/pppoe-server/server`): added, changed, removed. */
#include "session/engine.h"
#include "session/ppp_config.h"

#include <errno.h>

struct tp_ac_server *tp_ac_server_find(const struct tp_ac *ac, uint32_t id)
{
	struct tp_ac_server *server;

	HASH_FIND(by_id, ac->servers, &id, sizeof(id), server);
	return server;
}

static size_t vlans_size(const struct tp_vlan_list *list)
{
	return list->count * sizeof(list->range[0]);
}

static void vlans_clear(struct tp_ac *ac, struct tp_vlan_list *list)
{
	tp_ac_free(ac, list->range, vlans_size(list));
}

/* Copies LIST (NULL: none). */
static int vlans_copy(struct tp_ac *ac, struct tp_vlan_list *to, const struct tp_vlan_list *list)
{
	if (list == NULL || list->count == 0)
		return 0;
	to->range = tp_ac_alloc(ac, vlans_size(list));
	if (to->range == NULL)
		return -ENOMEM;
	memcpy(to->range, list->range, vlans_size(list));
	to->count = list->count;
	return 0;
}

static bool same_vlans(const struct tp_vlan_list *a, const struct tp_vlan_list *b)
{
	return a->count == b->count &&
	       (a->count == 0 || memcmp(a->range, b->range, vlans_size(a)) == 0);
}

/* Do they answer at the same places? */
static bool same_places(const struct tp_ac_server *a, const struct tp_ac_server *b)
{
	return a->port == b->port && same_vlans(&a->outer, &b->outer) &&
	       same_vlans(&a->inner, &b->inner) && same_vlans(&a->over, &b->over) &&
	       a->accept_untagged == b->accept_untagged;
}

static void settings_clear(struct tp_ac *ac, struct tp_ac_server *server)
{
	vlans_clear(ac, &server->outer);
	vlans_clear(ac, &server->inner);
	vlans_clear(ac, &server->over);
	tp_ac_text_free(ac, server->service_name);
	tp_ac_text_free(ac, server->interface);
	tp_ac_text_free(ac, server->default_profile);
	tp_ac_ppp_config_unref(ac, server->ppp_config);
	tp_ac_ppp_config_unref(ac, server->large_ppp_config);
}

static int links_make(struct tp_ac *ac, struct tp_ac_server *server)
{
	uint16_t largest = tp_ac_largest_payload(ac, server);

	server->ppp_config = tp_ac_ppp_config_create(
		ac, server, largest < TP_PPPOE_MAX_PAYLOAD ? largest : TP_PPPOE_MAX_PAYLOAD);
	server->large_ppp_config = tp_ac_ppp_config_create(ac, server, largest);
	return server->ppp_config == NULL || server->large_ppp_config == NULL ? -ENOMEM : 0;
}

/* 0, auto, is what every link carries; a port that carries less, tp_ac_largest_payload() knows. */
static uint16_t largest_of(uint32_t setting)
{
	return setting != 0 ? (uint16_t)setting : TP_PPPOE_MAX_PAYLOAD;
}

/* What the configuration says, in a server that is not in any table. */
static int settings_make(struct tp_ac *ac, struct tp_ac_server *server,
			 const struct tp_config_server *config,
			 const struct tp_ac_interface *interface)
{
	*server = (struct tp_ac_server){
		.id = config->head.id,
		.port = interface->port,
		.accept_untagged = config->accept_untagged,
		.disabled = config->disabled,
		.one_session_per_host = config->one_session_per_host,
		.trust_access_line = config->trust_access_line,
		.accept_empty_service = config->accept_empty_service,
		.pado_delay = config->pado_delay,
		.max_sessions = config->max_sessions,
		.max_login_failures = config->max_login_failures,
		.login_lock_s = config->login_lock_time,
		.keepalive_s = config->keepalive_timeout < UINT16_MAX
				       ? (uint16_t)config->keepalive_timeout
				       : UINT16_MAX,
		.max_mru = largest_of(config->max_mru),
		.max_mtu = largest_of(config->max_mtu),
		.mrru = (uint16_t)config->mrru,
		.authentication = config->authentication,
		.chap_interval_s = config->chap_interval,
		.service_name = tp_ac_text_copy(ac, config->service_name),
		.interface = tp_ac_text_copy(ac, config->interface),
		.default_profile = tp_ac_text_copy(ac, config->default_profile),
	};
	if (server->service_name == NULL || server->interface == NULL ||
	    server->default_profile == NULL ||
	    vlans_copy(ac, &server->outer, interface->outer) != 0 ||
	    vlans_copy(ac, &server->inner, interface->inner) != 0 ||
	    vlans_copy(ac, &server->over, &config->pppoe_over_vlan_range) != 0 ||
	    links_make(ac, server) != 0) {
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
	HASH_DELETE(by_id, ac->servers, server);
	tp_ac_places_forget(ac);
	server->removed = true;
	if (server->standing > 0)
		tp_ac_sweep_start(ac);
	tp_ac_server_unref(ac, server);
}

/* Puts the settings of CHANGED into SERVER, which stays on its port. */
static void change(struct tp_ac *ac, struct tp_ac_server *server, struct tp_ac_server *changed)
{
	struct tp_ac_server old = *server;
	bool moved = !same_places(server, changed);

	if (server->keepalive_s != changed->keepalive_s || (moved && server->standing > 0))
		tp_ac_sweep_start(ac);
	changed->refs = server->refs;
	changed->standing = server->standing;
	changed->by_id = server->by_id;
	*server = *changed;
	if (moved)
		tp_ac_places_forget(ac);
	settings_clear(ac, &old);
}

static int add(struct tp_ac *ac, struct tp_ac_server *settings, struct tp_ac_server *replaces)
{
	struct tp_ac_server *server = tp_ac_alloc(ac, sizeof(*server));

	if (server == NULL)
		return -ENOMEM;
	*server = *settings;
	server->refs = 1;
	if (replaces != NULL)
		retire(ac, replaces);
	HASH_ADD(by_id, ac->servers, id, sizeof(server->id), server);
	tp_ac_places_forget(ac);
	return 0;
}

int tp_ac_server_put(struct tp_ac *ac, const struct tp_config_server *config,
		     const struct tp_ac_interface *interface, uint64_t now_ms,
		     struct tp_error *error)
{
	struct tp_ac_server *server = tp_ac_server_find(ac, config->head.id);
	struct tp_ac_server settings;
	int rc;

	tp_ac_now(ac, now_ms);
	if (interface->port >= TP_AC_MAX_PORTS || !ac->ports[interface->port].set)
		return tp_error_set(error, -EINVAL, config->head.key,
				    "interface %s is not on a port of the data plane",
				    config->interface);
	rc = settings_make(ac, &settings, config, interface);
	if (rc == 0 && server != NULL && server->port == interface->port &&
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
	struct tp_ac_server *server = tp_ac_server_find(ac, id);

	tp_ac_now(ac, now_ms);
	if (server == NULL)
		return -ENOENT;
	retire(ac, server);
	return 0;
}

uint32_t tp_ac_server_sessions(const struct tp_ac *ac, uint32_t id)
{
	const struct tp_ac_server *server = tp_ac_server_find(ac, id);

	return server == NULL ? 0 : server->standing;
}

/* A server that can't have new links for want of memory keeps its old ones. */
static void relink(struct tp_ac *ac, struct tp_ac_server *server)
{
	struct tp_ac_ppp_config *link = server->ppp_config, *large = server->large_ppp_config;

	if (links_make(ac, server) == 0) {
		tp_ac_ppp_config_unref(ac, link);
		tp_ac_ppp_config_unref(ac, large);
		return;
	}
	tp_ac_ppp_config_unref(ac, server->ppp_config);
	tp_ac_ppp_config_unref(ac, server->large_ppp_config);
	server->ppp_config = link;
	server->large_ppp_config = large;
}

void tp_ac_servers_rename(struct tp_ac *ac)
{
	for (struct tp_ac_server *s = ac->servers; s != NULL; s = s->by_id.next)
		relink(ac, s);
}

void tp_ac_servers_update_port(struct tp_ac *ac, uint16_t port)
{
	for (struct tp_ac_server *s = ac->servers; s != NULL; s = s->by_id.next)
		if (s->port == port)
			relink(ac, s);
}

void tp_ac_servers_clear(struct tp_ac *ac)
{
	struct tp_ac_server *server, *next;

	HASH_ITER (by_id, ac->servers, server, next) {
		HASH_DELETE(by_id, ac->servers, server);
		tp_ac_server_unref(ac, server);
	}
	tp_ac_places_forget(ac);
}
