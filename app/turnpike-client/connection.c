/* SPDX-License-Identifier: BSD-3-Clause */
#include "connection_private.h"

#include <errno.h>
#include <string.h>

#include "base/ipv6_text.h"
#include "base/least.h"
#include "base/log.h"
#include "config/types/value.h"
#include "dialling.h"
#include "tun.h"
#include "wire/ipv6.h"

#define ALONE_MS 3000 /* so long IPv6 waits for IPv4, before it is a connection alone */

/* ---- the connection ---------------------------------------------------------------------------
 */

static void tell_connected(const struct connection *c)
{
	const struct tp_pppoe_client_session *session = link_session(c->active);
	char local[TP_IPV6_TEXT_LEN] = "none", remote[TP_IPV6_TEXT_LEN] = "none",
	     mac[TP_MAC_TEXT_LEN];

	if (c->ipv4) {
		tp_ipv4_format(c->addresses.local, local);
		tp_ipv4_format(c->addresses.remote, remote);
	}
	tp_log_info(c->settings->name,
		    "connected: local-address %s, remote-address %s, mtu %u, ac-mac %s, "
		    "ac-name \"%s\", service-name \"%s\"",
		    local, remote, link_packet_max(c->active), tp_mac_format(&session->ac_mac, mac),
		    session->ac_name, session->service_name);
	if (c->ipv4 && c->addresses.dns[0] != 0)
		tp_log_info(c->settings->name, "dns-server %s,%s",
			    tp_ipv4_format(c->addresses.dns[0], local),
			    tp_ipv4_format(c->addresses.dns[1], remote));
}

static void tell_ipv6(const struct connection *c)
{
	char local[TP_IPV6_TEXT_LEN], remote[TP_IPV6_TEXT_LEN];

	tp_log_info(c->settings->name, "IPv6: local-ipv6-address %s, remote-ipv6-address %s",
		    tp_ipv6_format(c->interface.local6, local),
		    tp_ipv6_format(c->interface.remote6, remote));
}

/* What waited leaves with the new address. */
static void send_what_waited(struct connection *c, uint32_t old_address)
{
	for (unsigned i = 0; i < c->demand.count; i++) {
		uint8_t *packet = c->demand.packet[i].bytes;
		const size_t len = c->demand.packet[i].len;

		demand_readdress(packet, len, old_address, c->addresses.local);
		forward_send_packet(&c->active->forward, packet, len);
	}
	c->demand.count = 0;
}

/* Packets, either way, but for what IPv6 has to say of itself. */
static uint64_t traffic_of(const struct connection *c)
{
	uint64_t packets = 0;

	for (unsigned i = 0; i < c->link_count; i++) {
		const struct forward *f = &c->link[i].forward;

		packets += f->packets_in + f->packets_out - f->upkeep;
	}
	return packets;
}

/* Its packets may pass, by all links of a bundle. */
static void carry(struct connection *c)
{
	for (unsigned i = 0; i < c->link_count; i++) {
		if (c->link[i].state == LINK_NETWORK)
			dialling_carry(c, &c->link[i]);
	}
}

static void connected(struct connection *c)
{
	c->alone_ms = TP_NEVER;
	c->was_connected = true;
	c->connected_ms = c->traffic_ms = c->now_ms;
	c->traffic = traffic_of(c);
	tell_connected(c);
	if (c->ops != NULL)
		c->ops->connected(c->owner, c);
	dialling_open_held(c);
}

static void on_ipv4_up(void *owner, struct link *link, const struct tp_ppp_addresses *addresses)
{
	struct connection *c = owner;
	const uint32_t old_address = c->interface.local;

	c->now_ms = link->now_ms;
	c->addresses = *addresses;
	c->ipv4 = true;
	interface_up(&c->interface, addresses, link_packet_max(link));
	carry(c);
	send_what_waited(c, old_address);
	if (c->connected_ms == 0 || !c->ipv6)
		connected(c);
	else
		tell_connected(c);
}

static void on_ipv4_down(void *owner, struct link *link)
{
	struct connection *c = owner;

	c->ipv4 = false;
	for (unsigned i = 0; i < c->link_count; i++)
		c->link[i].forward.ipv4 = false;
	interface_down(&c->interface);
}

/* It is often there before IPv4, whose address has to be asked for. */
static void on_ipv6_up(void *owner, struct link *link, const struct tp_ppp_interface_ids *ids)
{
	struct connection *c = owner;

	c->now_ms = link->now_ms;
	c->ipv6 = true;
	memcpy(c->common.interface_id, ids->local, sizeof(ids->local));
	interface_up6(&c->interface, ids, link_packet_max(link));
	carry(c);
	if (c->interface.up6) {
		tell_ipv6(c);
		host6_up(&c->host6, ids->local, c->now_ms);
	}
	c->alone_ms = c->ipv4 ? TP_NEVER : c->now_ms + ALONE_MS;
}

static void on_ipv6_down(void *owner, struct link *link)
{
	struct connection *c = owner;

	c->ipv6 = false;
	c->alone_ms = TP_NEVER;
	for (unsigned i = 0; i < c->link_count; i++)
		c->link[i].forward.ipv6 = false;
	host6_down(&c->host6, link->now_ms);
	interface_down6(&c->interface);
}

static bool on_ipv6_packet(void *owner, struct link *link, const uint8_t *packet, size_t len)
{
	struct connection *c = owner;

	return host6_input(&c->host6, packet, len, link->now_ms);
}

/* ---- DHCPv6 -----------------------------------------------------------------------------------
 */

static void on_dhcp6_output(void *user, const uint8_t *packet, size_t len)
{
	struct connection *c = user;
	uint8_t copy[TP_IPV6_MIN_MTU];

	if (len > sizeof(copy))
		return;
	memcpy(copy, packet, len);
	forward_send_packet(&c->active->forward, copy, len);
}

static void on_dhcp6_told(void *user, const char *text)
{
	struct connection *c = user;

	tp_log_info(c->settings->name, "dhcp-client: %s", text);
	if (c->ops != NULL)
		c->ops->dhcp6(c->owner, c, text);
}

static const struct host6_ops host6_ops = {.output = on_dhcp6_output, .told = on_dhcp6_told};

void connection_set_dhcp6(struct connection *c, const struct dhcp6_settings *wish, uint64_t now_ms)
{
	c->now_ms = now_ms;
	host6_set(&c->host6, wish, now_ms);
}

/* IPv6 alone is a connection when IPv4 does not come. */
static void look_at_families(struct connection *c)
{
	if (c->alone_ms != TP_NEVER &&
	    (c->now_ms >= c->alone_ms || !tp_ppp_is_negotiating(&c->active->client.ppp)))
		connected(c);
}

static const struct link_ops link_ops = {
	.may_open = dialling_may_open,
	.admitted = dialling_admitted,
	.leaving = dialling_leaving,
	.network_frame = dialling_network_frame,
	.ipv4_up = on_ipv4_up,
	.ipv4_down = on_ipv4_down,
	.ipv6_up = on_ipv6_up,
	.ipv6_down = on_ipv6_down,
	.ipv6_packet = on_ipv6_packet,
	.ended = dialling_ended,
};

/* ---- packets and time -------------------------------------------------------------------------
 */

/* Packets that come while there is no connection. */
static void take_demand(struct connection *c)
{
	uint8_t packet[TUN_PACKET_MAX];
	struct virtio_net_hdr vnet;
	ssize_t len;

	for (int i = 0; i < FORWARD_BATCH; i++) {
		len = tun_read(c->interface.tun, &vnet, packet, sizeof(packet));
		if (len < 0)
			break;
		demand_take(&c->demand, &vnet, packet, (size_t)len);
	}
	if (c->waiting && c->demand.count > 0)
		dialling_dial(c);
}

static void on_tun(void *owner, uint64_t now_ms)
{
	struct connection *c = owner;

	c->now_ms = now_ms;
	if (c->settings->dial_on_demand && c->connected_ms == 0)
		take_demand(c);
	else
		forward_from_tun(&c->active->forward);
}

void connection_watch_tun(struct connection *c)
{
	c->tun_watch = (struct watch){on_tun, c};
	loop_add(c->loop, c->interface.tun, &c->tun_watch);
}

/* When the connection has been idle for too long, or lasts too long; TP_NEVER. */
static uint64_t idle_ms(const struct connection *c)
{
	const struct settings *settings = c->settings;

	if (c->connected_ms == 0 || !settings->dial_on_demand || settings->idle_timeout_s == 0)
		return TP_NEVER;
	return c->traffic_ms + settings->idle_timeout_s * UINT64_C(1000);
}

static uint64_t over_ms(const struct connection *c)
{
	if (c->connected_ms == 0 || c->settings->session_timeout_s == 0)
		return TP_NEVER;
	return c->connected_ms + c->settings->session_timeout_s * UINT64_C(1000);
}

static bool hang_up_links(struct connection *c, enum tp_ppp_reason reason)
{
	bool waits = false;

	for (unsigned i = 0; i < c->link_count; i++)
		waits |= link_hang_up(&c->link[i], reason, c->now_ms);
	return waits;
}

static void check_limits(struct connection *c)
{
	const uint64_t traffic = traffic_of(c);

	if (c->connected_ms == 0 || c->active->hangup_ms != TP_NEVER)
		return;
	if (traffic != c->traffic) {
		c->traffic = traffic;
		c->traffic_ms = c->now_ms;
	}
	if (c->now_ms >= idle_ms(c))
		hang_up_links(c, TP_PPP_IDLE_TIMEOUT);
	else if (c->now_ms >= over_ms(c))
		hang_up_links(c, TP_PPP_SESSION_TIMEOUT);
}

void connection_tick(struct connection *c, uint64_t now_ms)
{
	c->now_ms = now_ms;
	for (unsigned i = 0; i < c->link_count; i++)
		link_tick(&c->link[i], now_ms);
	look_at_families(c);
	host6_tick(&c->host6, now_ms);
	check_limits(c);
	if (now_ms >= c->tun_ms)
		connection_look_at_tun(c);
	if (!c->hanging_up)
		dialling_tick(c);
}

uint64_t connection_deadline(const struct connection *c)
{
	uint64_t deadline = tp_least_u64(multilink_deadline(&c->multilink),
					 tp_least_u64(c->tun_ms, c->alone_ms));

	deadline = tp_least_u64(deadline, host6_deadline(&c->host6));
	for (unsigned i = 0; i < LINKS_MAX; i++)
		deadline = tp_least_u64(deadline, c->dialer[i].redial_ms);
	if (c->active->hangup_ms == TP_NEVER)
		deadline = tp_least_u64(deadline, tp_least_u64(idle_ms(c), over_ms(c)));
	for (unsigned i = 0; i < c->link_count; i++)
		deadline = tp_least_u64(deadline, link_deadline(&c->link[i]));
	return deadline;
}

/* ---- from open to close -----------------------------------------------------------------------
 */

/* The address of the first interface that is there names our end. None: an error, the first one's.
 */
static int find_endpoint(const struct settings *settings, struct tp_mac *mac,
			 struct tp_error *error)
{
	struct packet_interface now;
	int err = 0;

	for (unsigned i = 0; i < settings->interface_count; i++) {
		int this_one = packet_look(settings->interface[i], &now, i == 0 ? error : NULL);

		*mac = now.mac;
		if (this_one == 0)
			return 0;
		err = i == 0 ? this_one : err;
	}
	return err;
}

static int open_links(struct connection *c, const struct tp_mac *endpoint, struct tp_error *error)
{
	int err = multilink_init(&c->multilink, c->settings->mrru, c->settings->interface_count);

	if (err != 0)
		return tp_error_set(error, err, NULL, "out of memory");
	c->common = (struct link_common){
		.settings = c->settings,
		.loop = c->loop,
		.random = &c->random,
		.tun = c->interface.tun,
		.multilink = &c->multilink,
		.encryption = &c->encryption,
		.ipv6 = c->settings->use_ipv6 && interface_may_have6(&c->interface),
		.ops = &link_ops,
		.owner = c,
	};
	if (c->settings->use_ipv6 && !c->common.ipv6)
		tp_log_info(c->settings->name, "IPv6 is disabled on this machine: IPv4 alone");
	memcpy(c->common.endpoint, endpoint->bytes, sizeof(c->common.endpoint));
	for (unsigned i = 0; err == 0 && i < c->settings->interface_count; i++) {
		err = link_open(&c->link[i], &c->common, c->settings->interface[i], error);
		c->link_count += err == 0;
	}
	return err;
}

int connection_open(struct connection *c, const struct settings *settings, struct loop *loop,
		    struct resolver *resolver, const struct connection_ops *ops, void *owner,
		    uint64_t now_ms, struct tp_error *error)
{
	struct tp_mac endpoint;
	int err;

	err = find_endpoint(settings, &endpoint, error);
	if (err != 0)
		return err;
	memset(c, 0, sizeof(*c));
	c->tun_ms = c->alone_ms = TP_NEVER;
	c->settings = settings;
	c->ops = ops;
	c->owner = owner;
	c->loop = loop;
	c->now_ms = now_ms;
	c->active = &c->link[0];
	c->is_bundle = settings->mrru != 0 && settings->interface_count > 1;
	dialling_init(c);
	tp_random_init(&c->random);
	err = interface_open(&c->interface, settings, resolver, error);
	if (err != 0)
		return err;
	host6_init(&c->host6, settings, &c->interface, endpoint.bytes, &c->random, &host6_ops, c);
	err = open_links(c, &endpoint, error);
	if (err != 0) {
		connection_close(c);
		return err;
	}
	connection_watch_tun(c);
	if (settings->dial_on_demand)
		dialling_wait(c);
	else
		dialling_dial(c);
	return 0;
}

void connection_close(struct connection *c)
{
	host6_release(&c->host6, c->now_ms);
	for (unsigned i = 0; i < c->link_count; i++)
		link_close(&c->link[i]);
	multilink_clear(&c->multilink);
	interface_close(&c->interface);
}

void connection_hang_up(struct connection *c, uint64_t now_ms)
{
	c->now_ms = now_ms;
	c->hanging_up = true;
	host6_release(&c->host6, now_ms);
	for (unsigned i = 0; i < LINKS_MAX; i++)
		c->dialer[i].redial_ms = TP_NEVER;
	if (!hang_up_links(c, TP_PPP_BY_OWNER))
		c->finished = true;
}

enum connection_status connection_status(const struct connection *c)
{
	enum connection_status status = CONNECTION_DISCONNECTED;

	if (c->connected_ms != 0)
		return CONNECTION_CONNECTED;
	for (unsigned i = 0; i < c->link_count; i++) {
		if (c->link[i].state == LINK_VERIFYING)
			return CONNECTION_VERIFYING;
		if (c->link[i].state != LINK_IDLE)
			status = CONNECTION_DIALING;
	}
	return status;
}

const char *connection_status_text(enum connection_status status)
{
	static const char *const words[] = {
		[CONNECTION_DIALING] = "dialing",
		[CONNECTION_VERIFYING] = "verifying password...",
		[CONNECTION_CONNECTED] = "connected",
		[CONNECTION_DISCONNECTED] = "disconnected",
	};

	return words[status];
}
