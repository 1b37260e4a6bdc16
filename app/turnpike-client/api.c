/* SPDX-License-Identifier: BSD-3-Clause */
/* The client's resources, as lib/api serves them. */
#include "api/api.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "api/event.h"
#include "api/json.h"
#include "base/ipv6_text.h"
#include "base/log.h"
#include "service.h"
#include "wire/ipv6.h"

#define ADDRESSES_MAX 16 /* that are shown */

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
	const struct tp_config_item *told = what.after != NULL ? what.after : before;
	char text[TP_CONFIG_ID_TEXT_LEN];

	tp_log_info("config", "%s %s %s", op_words[what.op], what.resource->path, told->key);
	tp_event_config(&s->mailbox, op_words[what.op], what.resource->path, told->key,
			tp_config_id_format(told->id, text));
	*item = tp_config_commit(s->config, change);
	service_apply(s, what.resource->id, *item != NULL ? (*item)->id : id, *item);
	tp_saver_changed(&s->save.saver, s->now_ms);
	return 0;
}

/* ---- what is known of a client ----------------------------------------------------------------
 */

/* clang-format off */
static const struct tp_status client_status[] = {
	{"running", "It is connected"},
	{"invalid", "It can't dial"},
	{"invalid-reason", "Why not, if it can't"},
	TP_STATUS_END,
};
/* clang-format on */

static void decorate(void *user, const struct tp_config_item *item, json_t *o)
{
	const struct service *s = user;
	const struct client *client = service_find(s, item->id);

	if (client == NULL)
		return;
	tp_json_bool(o, "running",
		     client->connection != NULL && client->connection->connected_ms != 0);
	tp_json_bool(o, "invalid", client_invalid(client) != NULL);
	if (client_invalid(client) != NULL)
		tp_json_text(o, "invalid-reason", client_invalid(client));
}

/* clang-format off */
static const struct tp_status monitor_status[] = {
	{"status", "`dialing`, `verifying password...`, `connected`, `disconnected` and the like"},
	{"invalid-reason", "Why it can't dial"},
	{"last-disconnect-reason", "While it is not connected: why it was disconnected last"},
	{"uptime", "Since it is connected"},
	{"active-links", "The links that it has"},
	{"encoding", "The encryption, if there is any"},
	{"service-name", "The service that it dialled"},
	{"ac-name", "The access concentrator's name"},
	{"ac-mac", "The access concentrator's MAC address"},
	{"mtu", "The largest packet that is sent"},
	{"mru", "The largest packet that is taken"},
	{"local-address", "The address that it was given"},
	{"remote-address", "The address of the other end"},
	{"local-ipv6-address", "The link-local address, as IPV6CP has agreed it"},
	{"remote-ipv6-address", "The link-local address of the other end"},
	{"ipv6-addresses", "The other addresses of the interface, as the kernel has them"},
	TP_STATUS_END,
};

static const struct tp_status scan_status[] = {
	{"service", "A service that is offered"},
	{"mac-address", "The access concentrator's MAC address"},
	{"ac-name", "The access concentrator's name"},
	TP_STATUS_END,
};
/* clang-format on */

static void tell_ipv6(json_t *o, const struct interface *i)
{
	struct tp_prefix6 addresses[ADDRESSES_MAX];
	const unsigned count = interface_addresses6(i, addresses, ADDRESSES_MAX);
	char text[ADDRESSES_MAX * TP_PREFIX6_TEXT_LEN] = "", *end = text;

	tp_json_text(o, "local-ipv6-address", tp_ipv6_format(i->local6, text));
	tp_json_text(o, "remote-ipv6-address", tp_ipv6_format(i->remote6, text));
	for (unsigned n = 0; n < count; n++) {
		char one[TP_PREFIX6_TEXT_LEN];

		if (!tp_ipv6_is_link_local(addresses[n].address))
			end += sprintf(end, "%s%s", end != text ? "," : "",
				       tp_prefix6_format(&addresses[n], one));
	}
	if (end != text)
		tp_json_text(o, "ipv6-addresses", text);
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
	if (c->ipv4) {
		tp_json_address(o, "local-address", c->addresses.local);
		tp_json_address(o, "remote-address", c->addresses.remote);
	}
	if (c->interface.up6)
		tell_ipv6(o, &c->interface);
	return o;
}

/* {".id":…} or {"numbers":…}, a name or .id; RouterOS's "once" makes no difference here. */
static enum tp_api_command monitor(void *user, struct tp_request *request)
{
	struct service *s = user;
	const char *key = json_string_value(json_object_get(request->body, ".id"));
	const struct tp_config_item *item;

	if (key == NULL)
		key = json_string_value(json_object_get(request->body, "numbers"));
	if (key == NULL) {
		tp_api_error(request, TP_API_BAD_REQUEST, "numbers: which client?");
		return TP_API_ANSWERED;
	}
	item = tp_config_find(s->config, TP_PPPOE_CLIENT, key);
	if (item == NULL)
		tp_api_error(request, TP_API_NOT_FOUND, "no such item");
	else
		tp_api_answer(request, TP_API_OK,
			      json_pack("[o]", monitor_json(s, service_find(s, item->id))));
	return TP_API_ANSWERED;
}

/* clang-format off */
static const struct tp_status dhcp6_status[] = {
	{"status", "`searching...`, `requesting...`, `bound`, `renewing...`, `rebinding...` or `stopped`"},
	{"prefix", "The delegated prefix"},
	{"address", "The address of the interface by DHCPv6"},
	{"expires-after", "How long the prefix, or else the address, is valid if it is not renewed"},
	{"lan-address", "The addresses that LAN interfaces have got of the prefix"},
	{"duid", "Who we are to the server"},
	{"server-duid", "Who the server is"},
	TP_STATUS_END,
};
/* clang-format on */

static void tell_dhcp6(const struct service *s, const struct host6 *h, json_t *o)
{
	const uint64_t until_ms = host6_valid_until_ms(h);
	char text[LAN_MAX * (IFNAMSIZ + TP_PREFIX6_TEXT_LEN + 2)], duid[2 * TP_DUID_MAX + 3];
	size_t used = 0;

	tp_json_text(o, "status", host6_status(h));
	if (h->delegated.length != 0)
		tp_json_text(o, "prefix", tp_prefix6_format(&h->delegated, text));
	if (h->address.length != 0)
		tp_json_text(o, "address", tp_ipv6_format(h->address.address, text));
	if (until_ms != 0 && until_ms != TP_NEVER)
		tp_json_time(o, "expires-after", until_ms > s->now_ms ? until_ms - s->now_ms : 0);
	text[0] = '\0';
	for (unsigned i = 0; i < h->wish.lan_count; i++) {
		char address[TP_PREFIX6_TEXT_LEN];

		if (h->lan[i].ifindex != 0)
			used += (size_t)snprintf(
				text + used, sizeof(text) - used, "%s%s@%s", used > 0 ? "," : "",
				tp_prefix6_format(&h->lan[i].address, address), h->wish.lan[i]);
	}
	if (used > 0)
		tp_json_text(o, "lan-address", text);
	tp_json_text(o, "duid", tp_duid_format(h->duid.bytes, h->duid.len, duid, sizeof(duid)));
	if (h->host.server.len != 0)
		tp_json_text(o, "server-duid",
			     tp_duid_format(h->host.server.bytes, h->host.server.len, duid,
					    sizeof(duid)));
}

/* The host's end of the client on whose connection ITEM asks; NULL: there is no connection. */
static struct host6 *host6_of(const struct service *s, const struct tp_config_item *item)
{
	const char *interface = ((const struct tp_config_dhcp6_client *)item)->interface;
	struct client *client;

	TAILQ_FOREACH (client, &s->clients, entry)
		if (!client->removed && client->connection != NULL &&
		    strcmp(client->wanted.name, interface) == 0)
			return &client->connection->host6;
	return NULL;
}

static void decorate_dhcp6(void *user, const struct tp_config_item *item, json_t *o)
{
	const struct service *s = user;
	const struct host6 *h = host6_of(s, item);

	if (h != NULL)
		tell_dhcp6(s, h, o);
	else
		tp_json_text(o, "status", "stopped");
}

/* {".id":…} or {"numbers":…}: an interface or .id. */
static enum tp_api_command on_dhcp6_verb(struct service *s, struct tp_request *request,
					 bool (*act)(struct host6 *h, uint64_t now_ms))
{
	const char *key = json_string_value(json_object_get(request->body, ".id"));
	const struct tp_config_item *item;
	struct host6 *h;

	if (key == NULL)
		key = json_string_value(json_object_get(request->body, "numbers"));
	item = key != NULL ? tp_config_find(s->config, TP_IPV6_DHCP_CLIENT, key) : NULL;
	h = item != NULL ? host6_of(s, item) : NULL;
	if (key == NULL)
		tp_api_error(request, TP_API_BAD_REQUEST, "numbers: which client?");
	else if (item == NULL)
		tp_api_error(request, TP_API_NOT_FOUND, "no such item");
	else if (h == NULL || !act(h, s->now_ms))
		tp_api_error(request, TP_API_BAD_REQUEST, "there is nothing to give back or renew");
	else
		tp_api_answer(request, TP_API_OK, json_array());
	return TP_API_ANSWERED;
}

static enum tp_api_command renew_dhcp6(void *user, struct tp_request *request)
{
	return on_dhcp6_verb(user, request, host6_renew);
}

static enum tp_api_command release_dhcp6(void *user, struct tp_request *request)
{
	return on_dhcp6_verb(user, request, host6_again);
}

static enum tp_api_command scan(void *user, struct tp_request *request)
{
	return scan_job_begin(user, request) ? TP_API_ANSWERED : TP_API_LATER;
}

static enum tp_api_command reload(void *user, struct tp_request *request)
{
	service_reload(user, request);
	return TP_API_ANSWERED;
}

static enum tp_api_command save(void *user, struct tp_request *request)
{
	struct service *s = user;

	return tp_save_request(&s->save, request) ? TP_API_ANSWERED : TP_API_LATER;
}

static const struct tp_verb verbs[] = {
	{"/interface/pppoe-client", "monitor", "`{\"numbers\": NAME}`",
	 "tells how it does, in a list of one; what there is nothing to tell of is left out",
	 monitor, monitor_status},
	{"/interface/pppoe-client", "scan", "`{\"interface\": NAME, \"duration\": \"3s\"}`",
	 "looks for access concentrators for so long, which is at most 8s, then answers with a "
	 "list",
	 scan, scan_status},
	{"/ipv6/dhcp-client", "renew", "`{\"numbers\": INTERFACE}`",
	 "asks the server to renew what it has given", renew_dhcp6, NULL},
	{"/ipv6/dhcp-client", "release", "`{\"numbers\": INTERFACE}`",
	 "gives back what the server has given, and asks anew", release_dhcp6, NULL},
	{"/system", "reload", TP_RELOAD_BODY, TP_RELOAD_HELP, reload, NULL},
	{"/system", "save", TP_SAVE_BODY, TP_SAVE_HELP, save, NULL},
	{0},
};

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

/* clang-format off */
static const struct tp_status resource_status[] = {
	{"uptime", "Since the start"},
	{"version", "The program's version"},
	{"platform", "The program's name"},
	{"cpu-count", "Processors"},
	{"clients", "Clients that are configured"},
	{"clients-connected", "Of these, those that are connected"},
	TP_STATUS_SAVE,
	TP_STATUS_END,
};
/* clang-format on */

static const struct tp_live live_resource = {
	.path = "/system/resource",
	.help = "The machine and the program",
	.status = resource_status,
	.find = resource_find,
	.singleton = true,
};

static const struct tp_live *const live_resources[] = {&live_resource, NULL};

static const struct tp_decorator decorators[TP_RESOURCES] = {
	[TP_PPPOE_CLIENT] = {.status = client_status, .tell = decorate},
	[TP_IPV6_DHCP_CLIENT] = {.status = dhcp6_status, .tell = decorate_dhcp6},
};

const struct tp_menus service_menus = {
	.program = TP_PROGRAM_CLIENT,
	.live = live_resources,
	.decorators = decorators,
	.verbs = verbs,
};

bool service_execute(struct service *s, struct tp_request *request)
{
	const struct tp_api api = {
		.config = &s->config,
		.menus = &service_menus,
		.change = put_into_force,
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
