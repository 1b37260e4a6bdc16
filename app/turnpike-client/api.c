/* SPDX-License-Identifier: BSD-3-Clause */
/* The client's resources, as lib/api serves them. */
#include "api/api.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "api/event.h"
#include "api/json.h"
#include "base/log.h"
#include "service.h"

static const char *const op_words[] = {
	[TP_CONFIG_ADD] = "add",
	[TP_CONFIG_CHANGE] = "change",
	[TP_CONFIG_REMOVE] = "remove",
};

/* ---- changes ----------------------------------------------------------------------------------
 */

static int put_into_force(void *user, struct tp_config_change *change,
			  const struct tp_config_item **item, struct tp_error *error)
{
	struct service *s = user;
	const struct tp_config_change what = *change;
	const struct tp_config_item *before = what.before;
	const uint32_t id = before != NULL ? before->id : 0;

	tp_event_config(&s->mailbox, op_words[what.op], what.resource->path,
			(what.after != NULL ? what.after : before)->key);
	*item = tp_config_commit(s->config, change);
	service_apply(s, what.resource->id, *item != NULL ? (*item)->id : id, *item);
	tp_saver_changed(&s->save.saver, s->now_ms);
	return 0;
}

/* ---- what is known of a client ----------------------------------------------------------------
 */

static const char *const client_decorations[] = {"running", "invalid", "invalid-reason", NULL};
static const char *const no_decorations[] = {NULL};

static const char *const *decorations(enum tp_resource_id resource)
{
	return resource == TP_PPPOE_CLIENT ? client_decorations : no_decorations;
}

static void decorate(void *user, const struct tp_config_item *item, json_t *o)
{
	const struct service *s = user;
	const struct client *client =
		item->resource->id == TP_PPPOE_CLIENT ? service_find(s, item->id) : NULL;

	if (client == NULL)
		return;
	tp_json_bool(o, "running",
		     client->connection != NULL && client->connection->connected_ms != 0);
	tp_json_bool(o, "invalid", client_invalid(client) != NULL);
	if (client_invalid(client) != NULL)
		tp_json_text(o, "invalid-reason", client_invalid(client));
}

/* RouterOS's monitor. What there is not is left out, but for what it always has. */
static json_t *monitor_json(const struct service *s, const struct client *client)
{
	const struct connection *c = client->connection;
	const struct tp_pppoe_client_session *session;
	char encoding[TP_PPP_ENCODING_LEN];
	json_t *o = json_object();

	tp_json_text(
		o, "status",
		connection_status_text(c != NULL ? connection_status(c) : CONNECTION_DISCONNECTED));
	if (client_invalid(client) != NULL)
		tp_json_text(o, "invalid-reason", client_invalid(client));
	if (c != NULL && c->connected_ms == 0 && c->last_end[0] != '\0')
		tp_json_text(o, "last-disconnect-reason", c->last_end);
	if (c == NULL || c->connected_ms == 0)
		return o;
	session = link_session(c->active);
	tp_json_time(o, "uptime", s->now_ms - c->connected_ms);
	tp_json_number(o, "active-links", connection_links(c));
	tp_json_text(o, "encoding",
		     tp_ppp_encoding(tp_ppp_encryption(&c->active->client.ppp), encoding));
	tp_json_text(o, "service-name", session->service_name);
	tp_json_text(o, "ac-name", session->ac_name);
	tp_json_mac(o, "ac-mac", &session->ac_mac);
	tp_json_number(o, "mtu", link_packet_max(c->active));
	tp_json_number(o, "mru", c->active->mru);
	tp_json_address(o, "local-address", c->addresses.local);
	tp_json_address(o, "remote-address", c->addresses.remote);
	return o;
}

/* {".id":…} or {"numbers":…}, a name or .id; RouterOS's "once" makes no difference here. */
static void monitor(struct service *s, struct tp_request *request)
{
	const char *key = json_string_value(json_object_get(request->body, ".id"));
	const struct tp_config_item *item;

	if (key == NULL)
		key = json_string_value(json_object_get(request->body, "numbers"));
	if (key == NULL) {
		tp_api_error(request, TP_API_BAD_REQUEST, "numbers: which client?");
		return;
	}
	item = tp_config_find(s->config, TP_PPPOE_CLIENT, key);
	if (item == NULL)
		tp_api_error(request, TP_API_NOT_FOUND, "no such item");
	else
		tp_api_answer(request, TP_API_OK,
			      json_pack("[o]", monitor_json(s, service_find(s, item->id))));
}

static enum tp_api_command command(void *user, struct tp_request *request)
{
	struct service *s = user;

	if (strcmp(request->path, "/interface/pppoe-client/monitor") == 0) {
		monitor(s, request);
		return TP_API_ANSWERED;
	}
	if (strcmp(request->path, "/interface/pppoe-client/scan") == 0)
		return scan_job_begin(s, request) ? TP_API_ANSWERED : TP_API_LATER;
	if (strcmp(request->path, "/system/reload") == 0) {
		service_reload(s, request);
		return TP_API_ANSWERED;
	}
	if (strcmp(request->path, "/system/save") == 0)
		return tp_save_request(&s->save, request) ? TP_API_ANSWERED : TP_API_LATER;
	return TP_API_UNKNOWN;
}

/* ---- /system/resource -------------------------------------------------------------------------
 */

static json_t *resource_find(void *user, const char *key)
{
	const struct service *s = user;
	unsigned count = 0, running = 0;
	const struct client *client;
	json_t *o;

	if (key[0] != '\0')
		return NULL;
	TAILQ_FOREACH (client, &s->clients, entry) {
		count++;
		running += client->connection != NULL && client->connection->connected_ms != 0;
	}
	o = json_object();
	tp_json_time(o, "uptime", s->now_ms - s->started_ms);
	tp_json_text(o, "version", TP_VERSION);
	tp_json_text(o, "platform", "Turnpike client");
	tp_json_number(o, "cpu-count", (uint64_t)sysconf(_SC_NPROCESSORS_ONLN));
	tp_json_number(o, "clients", count);
	tp_json_number(o, "clients-connected", running);
	tp_save_describe(&s->save, o);
	return o;
}

static const char *const resource_properties[] = {
	"uptime",	   "version",		"platform",    "cpu-count",
	"clients",	   "clients-connected", "config-file", "config-state",
	"unsaved-changes", "config-error",	NULL,
};

static const struct tp_live live_resource = {
	.path = "/system/resource",
	.properties = resource_properties,
	.find = resource_find,
	.singleton = true,
};

static const struct tp_live *const live_resources[] = {&live_resource, NULL};

static const struct tp_api_ops ops = {
	.change = put_into_force,
	.decorations = decorations,
	.decorate = decorate,
	.command = command,
};

bool service_execute(struct service *s, struct tp_request *request)
{
	const struct tp_api api = {
		.config = &s->config,
		.live = live_resources,
		.ops = &ops,
		.user = s,
	};

	s->requests++;
	switch (request->method) {
	case TP_METHOD_METRICS:
		tp_api_answer(request, TP_API_OK, service_metrics(s));
		return true;
	case TP_METHOD_HEALTH:
		tp_api_health(request, "turnpike-client", s->ending);
		return true;
	default:
		return tp_api_execute(&api, request);
	}
}
