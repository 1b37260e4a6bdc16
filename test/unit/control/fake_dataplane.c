/* SPDX-License-Identifier: BSD-3-Clause */
#include "dataplane/counters.h"
#include "dataplane/load.h"
#include "dataplane/messages.h"
#include "dataplane/routes.h"
#include "dataplane/live.h"
#include "dataplane/sessions.h"
#include "dataplane/sniff.h"
#include "fake_dataplane.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/ipv6_text.h"

struct fake_dataplane fake;

void fake_reset(unsigned port_count)
{
	static char names[TP_DATAPLANE_MAX_PORTS][16];

	memset(&fake, 0, sizeof(fake));
	fake.port_count = port_count;
	fake.room = UINT_MAX;
	for (unsigned i = 0; i < port_count; i++) {
		snprintf(names[i], sizeof(names[i]), "ether%u", i);
		fake.ports[i] = (struct tp_port_info){
			.name = names[i],
			.driver = "fake",
			.mac = {{2, 0, 0, 0, 0, (uint8_t)i}},
			.mtu = 1500,
			.link_up = true,
			.rx_queues = 1,
		};
	}
}

bool tp_dataplane_alive(struct tp_dataplane *dp)
{
	return !fake.stuck;
}

static unsigned route_index(const struct tp_ip_prefix *prefix)
{
	unsigned i = 0;

	while (i < fake.route_count && !tp_ip_prefix_same(&fake.routes[i].prefix, prefix))
		i++;
	return i;
}

const struct fake_route *fake_route_to(const struct tp_ip_prefix *prefix)
{
	unsigned i = route_index(prefix);

	return i < fake.route_count ? &fake.routes[i] : NULL;
}

const struct fake_route *fake_route(uint32_t address, uint8_t length)
{
	const struct tp_ip_prefix prefix = {TP_IP4(address), length};

	return fake_route_to(&prefix);
}

const struct fake_route *fake_route6(const char *text)
{
	struct tp_ip_prefix prefix;
	struct tp_prefix6 parsed;

	if (!tp_prefix6_parse(text, &parsed))
		abort();
	prefix = tp_ip_prefix_of6(&parsed);
	return fake_route_to(&prefix);
}

int tp_dataplane_route_set(struct tp_dataplane *dp, const struct tp_dataplane_route *route)
{
	unsigned i = route_index(&route->prefix);

	if (fake.route_error != 0)
		return fake.route_error;
	if (i == FAKE_MAX)
		return -ENOSPC;
	if (i == fake.route_count)
		fake.route_count++;
	fake.routes[i] = (struct fake_route){
		.prefix = route->prefix,
		.kind = route->kind,
		.port = route->port,
		.via = route->gateway,
		.gateway = tp_ip_to4(&route->gateway),
	};
	if (route->paths != NULL) {
		fake.routes[i].path_count = route->paths->count;
		memcpy(fake.routes[i].paths, route->paths->path,
		       route->paths->count * sizeof(route->paths->path[0]));
	}
	return 0;
}

int tp_dataplane_route_remove(struct tp_dataplane *dp, const struct tp_ip_prefix *prefix)
{
	unsigned i = route_index(prefix);

	if (i == fake.route_count)
		return -ENOENT;
	fake.routes[i] = fake.routes[--fake.route_count];
	return 0;
}

void tp_dataplane_routes_each(const struct tp_dataplane *dp, tp_dataplane_route_fn fn, void *user)
{
	union tp_paths_room several;

	for (unsigned i = 0; i < fake.route_count; i++) {
		const struct fake_route *r = &fake.routes[i];
		const struct tp_dataplane_route route = {
			.prefix = r->prefix,
			.kind = r->kind,
			.port = r->port,
			.gateway = r->via,
			.paths = r->path_count != 0 ? &several.paths : NULL,
		};

		several.paths.count = r->path_count;
		memcpy(several.paths.path, r->paths, r->path_count * sizeof(r->paths[0]));
		fn(user, &route);
	}
}

static unsigned neighbour_index(unsigned port, const struct tp_ip *address)
{
	unsigned i = 0;

	while (i < fake.neighbour_count && (fake.neighbours[i].port != port ||
					    !tp_ip_same(&fake.neighbours[i].address, address)))
		i++;
	return i;
}

const struct fake_neighbour *fake_neighbour_at(unsigned port, const struct tp_ip *address)
{
	unsigned i = neighbour_index(port, address);

	return i < fake.neighbour_count ? &fake.neighbours[i] : NULL;
}

const struct fake_neighbour *fake_neighbour(unsigned port, uint32_t address)
{
	const struct tp_ip ip = tp_ip_of4(address);

	return fake_neighbour_at(port, &ip);
}

bool fake_has_neighbour(unsigned port, uint32_t address)
{
	return fake_neighbour(port, address) != NULL;
}

bool fake_has_neighbour6(unsigned port, const char *text)
{
	struct tp_ip ip = {.family = TP_FAMILY_IPV6};

	if (!tp_ipv6_parse(text, ip.bytes))
		abort();
	return fake_neighbour_at(port, &ip) != NULL;
}

int tp_dataplane_neighbour_set(struct tp_dataplane *dp, unsigned port, const struct tp_ip *address,
			       const struct tp_mac *mac)
{
	unsigned i = neighbour_index(port, address);

	if (i == FAKE_MAX)
		return -ENOSPC;
	if (i == fake.neighbour_count)
		fake.neighbour_count++;
	fake.neighbours[i].port = port;
	fake.neighbours[i].address = *address;
	fake.neighbours[i].mac = *mac;
	return 0;
}

int tp_dataplane_neighbour_failed(struct tp_dataplane *dp, unsigned port,
				  const struct tp_ip *address)
{
	tp_dataplane_neighbour_remove(dp, port, address);
	fake.failed_neighbour = *address;
	return 0;
}

void tp_dataplane_neighbour_remove(struct tp_dataplane *dp, unsigned port,
				   const struct tp_ip *address)
{
	unsigned i = neighbour_index(port, address);

	if (i < fake.neighbour_count)
		fake.neighbours[i] = fake.neighbours[--fake.neighbour_count];
}

void tp_dataplane_port_link_set(struct tp_dataplane *dp, unsigned port, bool up)
{
	fake.link_down[port] = !up;
}

int tp_dataplane_port_again(struct tp_dataplane *dp, unsigned port, struct tp_error *error)
{
	if (fake.again > 0)
		fake.ports[port].device_gone = false;
	return fake.again < 0 ? tp_error_set(error, fake.again, fake.ports[port].name, "no")
			      : fake.again;
}

unsigned tp_dataplane_port_count(const struct tp_dataplane *dp)
{
	return fake.port_count;
}

int tp_dataplane_port_info(const struct tp_dataplane *dp, unsigned port, struct tp_port_info *info)
{
	*info = fake.ports[port];
	return 0;
}

uint16_t tp_dataplane_packet_max(const struct tp_dataplane *dp)
{
	return 2046;
}

int tp_dataplane_port_address_set(struct tp_dataplane *dp, unsigned port, uint32_t address)
{
	return 0;
}

int tp_dataplane_port_address6_set(struct tp_dataplane *dp, unsigned port, const uint8_t *address)
{
	fake.address6[port] = address != NULL ? tp_ip_of6(address) : (struct tp_ip){0};
	return 0;
}

int tp_dataplane_service_tag_set(struct tp_dataplane *dp, unsigned port, uint16_t vlan_id,
				 bool service)
{
	if (port != 1)
		return -EINVAL;
	fake.service_tags[vlan_id / 8] &= (uint8_t) ~(1u << vlan_id % 8);
	fake.service_tags[vlan_id / 8] |= (uint8_t)(service << vlan_id % 8);
	return 0;
}

int tp_dataplane_host_limit_set(struct tp_dataplane *dp, unsigned port, uint32_t limit)
{
	(void)dp;
	fake.host_limits[port] = limit;
	return 0;
}

int tp_dataplane_padi_limits_set(struct tp_dataplane *dp, unsigned port,
				 const struct tp_padi_limits *limits)
{
	if (port >= fake.port_count)
		return -EINVAL;
	fake.padi_limits[port] = *limits;
	return 0;
}

bool tp_dataplane_send(struct tp_dataplane *dp, uint16_t port, struct tp_vlans vlans,
		       const void *frame, uint16_t len)
{
	if (fake.room == 0)
		return false;
	fake.room--;
	if (fake.sent < FAKE_MAX)
		fake.last[fake.sent] = *(const uint8_t *)frame;
	fake.sent++;
	return true;
}

bool tp_dataplane_inject(struct tp_dataplane *dp, uint16_t port, const void *frame, uint16_t len)
{
	return true;
}

unsigned tp_dataplane_receive(struct tp_dataplane *dp, struct tp_message *messages, unsigned max)
{
	unsigned count = fake.message_count < max ? fake.message_count : max;

	for (unsigned i = 0; i < count; i++)
		messages[i] = *fake.messages++;
	fake.message_count -= count;
	return count;
}

unsigned tp_dataplane_released(struct tp_dataplane *dp, uint32_t *slots, unsigned max)
{
	return 0;
}

int tp_dataplane_session_open(struct tp_dataplane *dp, const struct tp_dataplane_session *session)
{
	return 0;
}

int tp_dataplane_session_up(struct tp_dataplane *dp, uint32_t slot,
			    const struct tp_dataplane_session_up *up)
{
	return 0;
}

int tp_dataplane_session_join(struct tp_dataplane *dp, uint32_t slot, uint32_t leader,
			      const struct tp_dataplane_join *join)
{
	return 0;
}

void tp_dataplane_session_unlink(struct tp_dataplane *dp, uint32_t slot, bool gone)
{
}

int tp_dataplane_send_session(struct tp_dataplane *dp, uint32_t slot, const void *packet,
			      uint16_t len)
{
	if (fake.no_ipv6)
		return -ENOTCONN;
	return tp_dataplane_send(dp, 0, (struct tp_vlans){0}, packet, len) ? 0 : -EAGAIN;
}

void tp_dataplane_session_flush(struct tp_dataplane *dp, uint32_t slot)
{
}

void tp_dataplane_session_down(struct tp_dataplane *dp, uint32_t slot)
{
}

void tp_dataplane_session_close(struct tp_dataplane *dp, uint32_t slot)
{
}

void tp_dataplane_session_counters(const struct tp_dataplane *dp, uint32_t slot,
				   struct tp_session_counters *counters)
{
	*counters = (struct tp_session_counters){0};
}

uint64_t tp_dataplane_session_idle_ms(const struct tp_dataplane *dp, uint32_t slot)
{
	return 0;
}

void tp_dataplane_port_traffic(const struct tp_dataplane *dp, unsigned port,
			       struct tp_port_traffic *traffic)
{
	*traffic = fake.traffic[port];
}

void tp_dataplane_samples(const struct tp_dataplane *dp, tp_sample_fn fn, void *user)
{
	struct tp_samples to = {.fn = fn, .user = user};

	tp_samples_family(&to, false, "turnpike_dataplane_drops_total", "port", "Frames dropped.");
	to.sample.labels[1] = (struct tp_sample_label){"reason", "source"};
	for (unsigned port = 0; port < fake.port_count; port++)
		tp_samples_put(&to, "ether", 6);
}

void tp_dataplane_load_samples(const struct tp_dataplane *dp, tp_sample_fn fn, void *user)
{
}

void tp_dataplane_counters(const struct tp_dataplane *dp, tp_counter_fn fn, void *user)
{
	for (unsigned worker = 0; worker < 2; worker++)
		for (unsigned port = 0; port < fake.port_count; port++) {
			fn(user, "received", worker, port, 100 + worker);
			fn(user, "drop_source", worker, port, 3);
			fn(user, "drop_ttl", worker, port, 0);
		}
}

/* ---- what outlives the daemon: nothing does here --------------------------------------------- */

const char *tp_dataplane_counters_path(const struct tp_dataplane *dp)
{
	return NULL;
}

void tp_dataplane_counters_keep(struct tp_dataplane *dp)
{
}

enum tp_dataplane_slot tp_dataplane_session_slot(const struct tp_dataplane *dp, uint32_t slot)
{
	return TP_DATAPLANE_SLOT_FREE;
}

bool tp_dataplane_session_has(const struct tp_dataplane *dp, uint32_t slot,
			      const struct tp_ip_prefix *prefix)
{
	return true;
}

struct tp_live_last *tp_live_last_open(const char *key)
{
	return NULL;
}

bool tp_live_last_find(const struct tp_live_last *last, uint64_t accounting_id,
		       struct tp_session_counters *counters)
{
	return false;
}

void tp_live_last_close(struct tp_live_last *last, bool done)
{
}

/* ---- captures: nothing comes ---- */

struct tp_sniff_store *tp_sniff_store_create(const struct tp_dataplane *dp)
{
	return malloc(1);
}

int tp_dataplane_sniff(struct tp_dataplane *dp, struct tp_sniff_store *store,
		       const struct tp_sniff_filter *filter)
{
	return 0;
}

void tp_dataplane_sniff_end(struct tp_dataplane *dp, struct tp_sniff_store *store)
{
	free(store);
}

struct tp_sniffed *tp_sniff_take(struct tp_sniff_store *store)
{
	return NULL;
}

void tp_sniff_give(struct tp_sniff_store *store, struct tp_sniffed *sniffed)
{
}

uint64_t tp_sniff_lost(const struct tp_sniff_store *store)
{
	return 0;
}

const char *tp_sniff_reason(const struct tp_sniffed *sniffed)
{
	return NULL;
}
