/* SPDX-License-Identifier: BSD-3-Clause */
/* What one item must have of the others: references that lead somewhere, names and places that
 * are free, values that fit together. The same checks for a file and for a change. */
#include "base/log_rules.h"
#include "config/schema/tables.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CLIENT_LINKS_MAX 8u  /* the client's LINKS_MAX */
#define CLIENT_LAN_MAX	 16u /* its LAN_MAX */

#define POOL_CHAIN_MAX 64  /* pools that one look-up of an address may go through */
#define PORTS_MAX      32  /* DPDK's RTE_MAX_ETHPORTS */
#define HINTS_MAX      256 /* names looked through for a hint */
#define HINTED_MAX     100 /* faults that get one */
#define PPPOE_OVERHEAD 8   /* 6 of PPPoE (RFC 2516, section 4), 2 of PPP */

void tp_report(struct tp_report *report, const struct tp_config_item *item, int property, int code,
	       const char *format, ...)
{
	char message[256];
	va_list args;

	va_start(args, format);
	vsnprintf(message, sizeof(message), format, args);
	va_end(args);
	report->count++;
	report->tell(report, item, property, code, message);
}

static bool exists(const struct tp_config *config, uint32_t resources, const char *key)
{
	for (unsigned i = 0; i < TP_RESOURCES; i++) {
		if ((resources >> i & 1) != 0 && tp_store_find(config, i, key) != NULL)
			return true;
	}
	return false;
}

/* The name of an item of RESOURCES that may have been meant; NULL: none, or too many to look. */
static const char *nearest_item(const struct tp_config *config, uint32_t resources,
				const char *text)
{
	const char *names[HINTS_MAX + 1];
	unsigned n = 0;

	for (unsigned i = 0; i < TP_RESOURCES; i++) {
		const struct tp_config_item *item = NULL;
		if ((resources >> i & 1) != 0)
			item = tp_config_first(config, i);
		for (; item != NULL && n < HINTS_MAX; item = tp_config_next(item))
			names[n++] = item->key;
	}
	names[n] = NULL;
	return tp_nearest(text, names);
}

static void check_reference(const struct tp_config *config, const struct tp_config_item *item,
			    unsigned i, struct tp_report *report)
{
	const struct tp_property *property = &item->resource->properties[i];
	const char *name = tp_property_reference(property, item), *kind = "port or VLAN",
		   *hint = NULL;
	char quoted[TP_QUOTE_LEN], meant[TP_QUOTE_LEN];

	if (name == NULL || exists(config, property->refers, name))
		return;
	if (property->refers == TP_REFERS_PROFILE)
		kind = "profile";
	if (property->refers == TP_REFERS_POOL)
		kind = "pool";
	if (property->refers == TP_REFERS_PORT)
		kind = "port";
	if (property->refers == TP_REFERS_POOL6)
		kind = "IPv6 pool";
	if (property->refers == TP_REFERS_LOGGING_ACTION)
		kind = "action";
	if (report->count < HINTED_MAX)
		hint = nearest_item(config, property->refers, name);
	tp_quote(name, quoted);
	if (hint != NULL)
		tp_report(report, item, (int)i, -EINVAL, "there is no %s '%s'; did you mean '%s'?",
			  kind, quoted, tp_quote(hint, meant));
	else
		tp_report(report, item, (int)i, -EINVAL, "there is no %s '%s'", kind, quoted);
}

void tp_check_of_dataplane(const struct tp_config *config, const struct tp_config_item *item,
			   struct tp_report *report)
{
	const struct tp_config_dataplane *dataplane = (const void *)item;
	if (dataplane->idle == TP_IDLE_SLEEP)
		return; /* they share a CPU as any two threads do */
	for (unsigned i = 0; i < dataplane->worker_lcores.count; i++) {
		if (dataplane->worker_lcores.number[i] == dataplane->control_lcore)
			tp_report(report, &dataplane->head, TP_DATAPLANE_WORKER_LCORES, -EINVAL,
				  "lcore %u is the control-lcore, and a worker with idle: poll "
				  "leaves nothing of it; expected others",
				  dataplane->control_lcore);
	}
}

/* What tells devices apart: the driver and its number, or the PCI address, whose domain is 0 when
 * it is not said; arguments follow. */
static bool same_device(const char *a, const char *b)
{
	static const char domain[] = "0000:";
	size_t len;

	a += strncmp(a, domain, strlen(domain)) == 0 ? strlen(domain) : 0;
	b += strncmp(b, domain, strlen(domain)) == 0 ? strlen(domain) : 0;
	len = strcspn(a, ",");
	return len == strcspn(b, ",") && strncasecmp(a, b, len) == 0;
}

void tp_check_of_port(const struct tp_config *config, const struct tp_config_item *item,
		      struct tp_report *report)
{
	const struct tp_config_port *port = (const void *)item;
	const struct tp_config_item *other;
	unsigned n = 0;

	for (other = tp_config_first(config, TP_DATAPLANE_PORT); other != &port->head;
	     other = tp_config_next(other)) {
		if (same_device(((const struct tp_config_port *)other)->device, port->device))
			tp_report(report, &port->head, TP_PORT_DEVICE, -EEXIST,
				  "port '%s' has this device already", other->key);
		if (++n == PORTS_MAX) {
			tp_report(report, &port->head, -1, -EINVAL, "there are more than %u ports",
				  PORTS_MAX);
			return;
		}
	}
	if (strpbrk(port->name, "/ \t:%") != NULL)
		tp_report(report, &port->head, TP_PORT_NAME, -EINVAL,
			  "the name of a port has no blank, '/', ':' or '%%'");
}

void tp_check_of_vlan(const struct tp_config *config, const struct tp_config_item *item,
		      struct tp_report *report)
{
	const struct tp_config_vlan *vlan = (const void *)item;
	const struct tp_config_port *port = tp_config_port(config, vlan->interface);
	const struct tp_config_vlan *outer = tp_config_vlan(config, vlan->interface);

	if (tp_config_port(config, vlan->name) != NULL)
		tp_report(report, &vlan->head, TP_VLAN_NAME, -EEXIST,
			  "there is a port '%s' already", vlan->name);
	if (port != NULL && tp_config_is_core(config, port))
		tp_report(report, &vlan->head, TP_VLAN_INTERFACE, -EINVAL,
			  "'%s' is a core port (it has an address); expected an access port",
			  port->name);
	if (port == NULL && outer != NULL && tp_config_port(config, outer->interface) == NULL)
		tp_report(report, &vlan->head, TP_VLAN_INTERFACE, -EINVAL,
			  "'%s' is not a VLAN directly on a port; a frame has two tags at most",
			  outer->name);
}

void tp_check_chain(const struct tp_config *config, const struct tp_config_item *item,
		    unsigned property, struct tp_report *report)
{
	const struct tp_property *next_pool = &item->resource->properties[property];
	const struct tp_config_item *next = item;
	const char *name = tp_property_reference(next_pool, item);

	for (unsigned n = 0; next != NULL && name != NULL; n++) {
		next = tp_config_by_key(config, item->resource->id, name);
		if (next == item || n == POOL_CHAIN_MAX) {
			tp_report(report, item, (int)property, -EINVAL,
				  next == item ? "leads back to this pool"
					       : "leads on through more than 64 pools");
			return;
		}
		name = next != NULL ? tp_property_reference(next_pool, next) : NULL;
	}
}

void tp_check_of_pool(const struct tp_config *config, const struct tp_config_item *item,
		      struct tp_report *report)
{
	const struct tp_config_pool *pool = (const void *)item;

	tp_check_pool_addresses(config, pool, report);
	tp_check_chain(config, item, TP_POOL_NEXT_POOL, report);
}

static void check_server_size(const struct tp_config_server *server, unsigned property,
			      uint32_t size, const struct tp_config_port *port,
			      struct tp_report *report)
{
	if (size + PPPOE_OVERHEAD > port->mtu)
		tp_report(report, &server->head, (int)property, -EINVAL,
			  "%u is more than the %u that fit into the mtu %u of port '%s'", size,
			  port->mtu - PPPOE_OVERHEAD, port->mtu, port->name);
}

void tp_check_of_server(const struct tp_config *config, const struct tp_config_item *item,
			struct tp_report *report)
{
	const struct tp_config_server *server = (const void *)item;
	const struct tp_config_port *port = tp_config_port(config, server->interface);
	const struct tp_config_vlan *vlan = tp_config_vlan(config, server->interface), *over = vlan;

	if (port != NULL && tp_config_is_core(config, port))
		tp_report(report, &server->head, TP_SERVER_INTERFACE, -EINVAL,
			  "'%s' is a core port (it has an address); expected an access port",
			  port->name);
	for (unsigned n = 0; port == NULL && vlan != NULL && n < 2; n++) {
		port = tp_config_port(config, vlan->interface);
		vlan = tp_config_vlan(config, vlan->interface);
	}
	if (port == NULL)
		return; /* the reference or the VLAN was reported */
	if (over != NULL && tp_config_port(config, over->interface) == NULL &&
	    server->pppoe_over_vlan_range.count > 0)
		tp_report(report, &server->head, TP_SERVER_PPPOE_OVER_VLAN_RANGE, -EINVAL,
			  "'%s' is a VLAN on a VLAN; a frame has two tags at most", over->name);
	check_server_size(server, TP_SERVER_MAX_MTU, server->max_mtu, port, report);
	check_server_size(server, TP_SERVER_MAX_MRU, server->max_mru, port, report);
}

void tp_check_of_secret(const struct tp_config *config, const struct tp_config_item *item,
			struct tp_report *report)
{
	const struct tp_config_secret *secret = (const void *)item;
	struct tp_mac mac;

	if (tp_mac_parse(secret->caller_id, &mac) && tp_mac_is_multicast(&mac))
		tp_report(report, &secret->head, TP_SECRET_CALLER_ID, -EINVAL,
			  "'%s' is a group's address, not a host's", secret->caller_id);
	tp_check_secret_addresses(config, secret, report);
	tp_check_secret_ipv6(config, secret, report);
}

void tp_check_of_mac_filter(const struct tp_config *config, const struct tp_config_item *item,
			    struct tp_report *report)
{
	const struct tp_config_mac_filter *entry = (const void *)item;
	if (tp_mac_is_multicast(&entry->mac_address.mac))
		tp_report(report, &entry->head, TP_MAC_FILTER_MAC_ADDRESS, -EINVAL,
			  "is a group's address, not a host's");
}

void tp_check_of_client(const struct tp_config *config, const struct tp_config_item *item,
			struct tp_report *report)
{
	const struct tp_config_client *client = (const void *)item;
	/* Linux's dev_valid_name(); and a '%' would be a pattern. */
	if (strpbrk(client->name, "/ \t:%") != NULL || strcmp(client->name, ".") == 0 ||
	    strcmp(client->name, "..") == 0)
		tp_report(report, &client->head, TP_CLIENT_NAME, -EINVAL,
			  "the name of an interface has no blank, '/', ':' or '%%'");
	if (client->interface.count > CLIENT_LINKS_MAX)
		tp_report(report, &client->head, TP_CLIENT_INTERFACE, -EINVAL,
			  "at most %u interfaces of one client", CLIENT_LINKS_MAX);
	for (unsigned i = 0; i < client->interface.count; i++)
		if (strcmp(client->interface.name[i], client->name) == 0)
			tp_report(report, &client->head, TP_CLIENT_INTERFACE, -EINVAL,
				  "a client can't dial over its own interface");
}

void tp_check_of_dhcp6_client(const struct tp_config *config, const struct tp_config_item *item,
			      struct tp_report *report)
{
	const struct tp_config_dhcp6_client *client = (const void *)item;
	const struct tp_name_list *lan = &client->lan_interface;
	if (lan->count > CLIENT_LAN_MAX)
		tp_report(report, item, TP_DHCP6_CLIENT_LAN_INTERFACE, -EINVAL,
			  "at most %u interfaces", CLIENT_LAN_MAX);
	for (unsigned i = 0; i < lan->count; i++)
		if (strcmp(lan->name[i], client->interface) == 0)
			tp_report(report, item, TP_DHCP6_CLIENT_LAN_INTERFACE, -EINVAL,
				  "the connection itself gets none of its prefix");
	if (lan->count > 0 && (client->request & TP_DHCP6_REQUEST_PREFIX) == 0)
		tp_report(report, item, TP_DHCP6_CLIENT_LAN_INTERFACE, -EINVAL,
			  "without a prefix that is asked for there is nothing to give them");
	if (client->prefix_hint.length > 64)
		tp_report(report, item, TP_DHCP6_CLIENT_PREFIX_HINT, -EINVAL,
			  "expected a prefix of 64 bits or less");
}

void tp_check_of_static(const struct tp_config *config, const struct tp_config_item *item,
			struct tp_report *report)
{
	const struct tp_config_static *entry = (const void *)item;
	if (strncmp(entry->name, "<pppoe-", 7) == 0)
		tp_report(report, &entry->head, TP_STATIC_NAME, -EINVAL,
			  "names that begin with <pppoe- are those of dynamic interfaces");
}

void tp_check_of_management(const struct tp_config *config, const struct tp_config_item *item,
			    struct tp_report *report)
{
	const uint64_t has = tp_program_properties(tp_config_program(config), item->resource);

	for (unsigned i = 0; i < item->resource->count; i++)
		if ((has >> i & 1) == 0 && tp_config_is_set(item, i))
			tp_report(report, item, (int)i, -EINVAL,
				  "is of turnpike alone: a client has nothing to keep");
	if (*((const struct tp_config_management *)item)->journal_directory != '/')
		tp_report(report, item, TP_MANAGEMENT_JOURNAL_DIRECTORY, -EINVAL,
			  "expected a path that begins with /");
}

void tp_check_of_user(const struct tp_config *config, const struct tp_config_item *item,
		      struct tp_report *report)
{
	const struct tp_config_user *user = (const void *)item;
	if (strchr(user->name, ':') != NULL) /* RFC 7617, section 2: it ends there */
		tp_report(report, &user->head, TP_USER_NAME, -EINVAL, "a user's name has no ':'");
}

void tp_check_of_service(const struct tp_config *config, const struct tp_config_item *item,
			 struct tp_report *report)
{
	const struct tp_config_service *service = (const void *)item;
	if (service->disabled)
		return;
	if (service->name == TP_SERVICE_API && service->address.count == 0)
		tp_report(
			report, &service->head, TP_IP_SERVICE_ADDRESS, -EINVAL,
			"is missing; without TLS the service is only for networks that are named");
	if (service->name != TP_SERVICE_API && *service->certificate == '\0')
		tp_report(report, &service->head, TP_IP_SERVICE_CERTIFICATE, -EINVAL,
			  "is missing; without one the service must be disabled");
}

void tp_check_of_radius(const struct tp_config *config, const struct tp_config_item *item,
			struct tp_report *report)
{
	const struct tp_config_radius *radius = (const void *)item;

	if (radius->protocol == TP_RADIUS_UDP && radius->secret[0] == '\0' && !radius->disabled)
		tp_report(report, item, TP_RADIUS_SERVER_SECRET, -EINVAL,
			  "is missing; without one anybody could answer for the server");
	if (!tp_ip_is_none(&radius->src_address) &&
	    radius->src_address.family != radius->address.family)
		tp_report(report, item, TP_RADIUS_SERVER_SRC_ADDRESS, -EINVAL,
			  "is of another IP version than address");
}

void tp_check_item(const struct tp_config *config, const struct tp_config_item *item,
		   struct tp_report *report)
{
	for (unsigned i = 0; i < item->resource->count; i++)
		check_reference(config, item, i, report);
	if (item->resource->check != NULL)
		item->resource->check(config, item, report);
}

/* One range of a VLAN's ids. */
struct tags {
	const struct tp_config_vlan *vlan;
	struct tp_vlan_range range;
};

static int compare_tags(const void *a, const void *b)
{
	const struct tags *x = a, *y = b;
	int order = strcmp(x->vlan->interface, y->vlan->interface);
	if (order == 0)
		order = x->range.first - y->range.first;
	if (order == 0)
		order = (x->vlan->head.id > y->vlan->head.id) -
			(x->vlan->head.id < y->vlan->head.id);
	return order;
}

static unsigned collect_tags(const struct tp_config *config, struct tags *tags)
{
	const struct tp_config_item *item;
	unsigned n = 0;

	for (item = tp_config_first(config, TP_INTERFACE_VLAN); item != NULL;
	     item = tp_config_next(item)) {
		const struct tp_config_vlan *vlan = (const struct tp_config_vlan *)item;
		for (unsigned i = 0; i < vlan->vlan_id.count; i++, n++) {
			if (tags != NULL)
				tags[n] = (struct tags){vlan, vlan->vlan_id.range[i]};
		}
	}
	return n;
}

void tp_check_tags(const struct tp_config *config, struct tp_report *report)
{
	unsigned count = collect_tags(config, NULL);
	struct tags *tags = calloc(count + 1, sizeof(*tags)), *widest = tags;

	if (tags == NULL)
		return;
	collect_tags(config, tags);
	qsort(tags, count, sizeof(*tags), compare_tags);
	for (struct tags *t = tags + 1; t < tags + count; t++) {
		const struct tp_config_vlan *one = widest->vlan, *other = t->vlan;
		if (strcmp(one->interface, other->interface) == 0 &&
		    t->range.first <= widest->range.last) {
			if (one->head.id > other->head.id) { /* the newcomer is the one to blame */
				one = t->vlan;
				other = widest->vlan;
			}
			tp_report(report, &other->head, TP_VLAN_ID, -EEXIST,
				  "VLAN '%s' has the id %u on '%s' already", one->name,
				  t->range.first, other->interface);
			if (t->range.last < widest->range.last)
				continue;
		}
		widest = t;
	}
	free(tags);
}

/* ---- the log -------------------------------------------------------------------------------- */

void tp_check_of_logging_action(const struct tp_config *config, const struct tp_config_item *item,
				struct tp_report *report)
{
	const struct tp_config_logging_action *action = (const void *)item;
	unsigned own = TP_LOGGING_REMOTE;

	if (strcmp(action->name, "memory") == 0)
		own = TP_LOGGING_MEMORY;
	else if (strcmp(action->name, "echo") == 0)
		own = TP_LOGGING_ECHO;
	if (action->target != own)
		tp_report(report, item, TP_LOGGING_ACTION_TARGET, -EINVAL,
			  "the target of '%s' is %s, and of no other action", action->name,
			  tp_logging_target_words[own]);
}

/* The log has room for MOST. */
static void check_count(const struct tp_config *config, enum tp_resource_id resource, unsigned most,
			struct tp_report *report)
{
	const struct tp_config_item *item = tp_config_first(config, resource);

	for (unsigned i = 1; item != NULL; item = tp_config_next(item), i++)
		if (i > most)
			tp_report(report, item, -1, -EINVAL, "there are more than %u", most);
}

void tp_check_logging_actions(const struct tp_config *config, struct tp_report *report)
{
	check_count(config, TP_SYSTEM_LOGGING_ACTION, TP_LOG_ACTIONS, report);
}

void tp_check_logging_rules(const struct tp_config *config, struct tp_report *report)
{
	check_count(config, TP_SYSTEM_LOGGING, TP_LOG_RULES, report);
}

void tp_check_of_logging(const struct tp_config *config, const struct tp_config_item *item,
			 struct tp_report *report)
{
	const struct tp_config_logging *rule = (const void *)item;
	char quoted[TP_QUOTE_LEN];

	for (unsigned i = 0; i < rule->topics.count; i++) {
		const char *topic = rule->topics.name[i];
		const char *nearest;

		topic += topic[0] == '!';
		if (tp_log_topic_bit(topic, strlen(topic)) != 0)
			continue;
		nearest = tp_nearest(topic, tp_log_topic_words);
		tp_report(report, item, TP_LOGGING_TOPICS, -EINVAL, "there is no topic '%s'%s%s%s",
			  tp_quote(topic, quoted), nearest != NULL ? "; did you mean '" : "",
			  nearest != NULL ? nearest : "", nearest != NULL ? "'?" : "");
	}
}

void tp_check_all(const struct tp_config *config, struct tp_report *report)
{
	for (unsigned i = 0; i < TP_RESOURCES; i++) {
		const struct tp_config_item *item;
		for (item = tp_config_first(config, i); item != NULL; item = tp_config_next(item))
			tp_check_item(config, item, report);
		if (tp_resources[i].check_together != NULL)
			tp_resources[i].check_together(config, report);
	}
}

const struct tp_config_item *tp_check_user(const struct tp_config *config,
					   enum tp_resource_id resource, const char *key,
					   int *property)
{
	for (unsigned i = 0; i < TP_RESOURCES; i++) {
		const struct tp_resource *r = &tp_resources[i];
		for (unsigned p = 0; p < r->count; p++) {
			const struct tp_config_item *item = tp_config_first(config, i);
			if ((r->properties[p].refers >> resource & 1) == 0)
				continue;
			for (; item != NULL; item = tp_config_next(item)) {
				const char *name = tp_property_reference(&r->properties[p], item);
				if (name != NULL && strcmp(name, key) == 0) {
					*property = (int)p;
					return item;
				}
			}
		}
	}
	return NULL;
}
