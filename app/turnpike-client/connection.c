/* SPDX-License-Identifier: BSD-3-Clause */
#include "connection.h"

#include <errno.h>
#include <string.h>

#include "base/log.h"
#include "config/value.h"
#include "tun.h"

#define STEADY_MS      10000 /* a connection that has lasted so long may be dialled again at once */
#define REFUSAL_MIN_MS 5000  /* and a refused password is tried again after */
#define REFUSAL_MAX_MS 600000 /* at most */

/* ---- dialling ---------------------------------------------------------------------------------
 */

static void dial(struct connection *c)
{
	c->redial_ms = TP_NEVER;
	c->waiting = false;
	c->dials++;
	tp_log_info(c->settings->name, "dialing");
	if (link_dial(c->active, c->now_ms) != 0)
		c->redial_ms = c->now_ms + backoff_next(&c->backoff, &c->random);
}

/* Another interface may reach what this one does not. */
static void next_link(struct connection *c)
{
	unsigned at = (unsigned)(c->active - c->link);

	c->active = &c->link[(at + 1) % c->link_count];
}

static uint32_t wait_for(struct connection *c, const struct link_end *end, bool was_steady)
{
	if (end->refused)
		return backoff_next(&c->refusals, &c->random);
	if (was_steady) {
		backoff_reset(&c->backoff);
		backoff_reset(&c->refusals);
		if (end->by_peer)
			return 0;
	}
	return backoff_next(&c->backoff, &c->random);
}

static void wait_for_a_packet(struct connection *c)
{
	c->waiting = true;
	c->redial_ms = TP_NEVER;
	interface_wait(&c->interface);
}

static void on_ended(void *owner, struct link *link, const struct link_end *end)
{
	struct connection *c = owner;
	const bool was_connected = c->connected_ms != 0;
	const bool was_steady = was_connected && link->now_ms - c->connected_ms >= STEADY_MS;
	uint32_t wait_ms;

	c->now_ms = link->now_ms;
	c->connected_ms = 0;
	if (!was_connected)
		c->failures++;
	tp_log_info(c->settings->name, "disconnected: %s%s%s%s", end->reason,
		    end->text[0] ? " (\"" : "", end->text, end->text[0] ? "\")" : "");
	if (c->ops != NULL)
		c->ops->disconnected(c->owner, c, end->reason);
	if (c->hanging_up || c->settings->once) {
		c->finished = true;
		return;
	}
	if (c->settings->dial_on_demand && (was_connected || c->demand.count == 0)) {
		wait_for_a_packet(c);
		return;
	}
	wait_ms = wait_for(c, end, was_steady);
	if (!was_connected)
		next_link(c);
	tp_log_debug(c->settings->name, "dialing again in %u ms", wait_ms);
	c->redial_ms = c->now_ms + wait_ms;
}

/* ---- the connection ---------------------------------------------------------------------------
 */

static void tell_connected(struct connection *c, const struct tp_ppp_addresses *addresses)
{
	const struct tp_pppoe_client_session *session = link_session(c->active);
	char local[TP_IPV4_TEXT_LEN], remote[TP_IPV4_TEXT_LEN], mac[TP_MAC_TEXT_LEN];

	tp_log_info(c->settings->name,
		    "connected: local-address %s, remote-address %s, mtu %u, ac-mac %s, "
		    "ac-name \"%s\", service-name \"%s\"",
		    tp_ipv4_format(addresses->local, local),
		    tp_ipv4_format(addresses->remote, remote), link_packet_max(c->active),
		    tp_mac_format(&session->ac_mac, mac), session->ac_name, session->service_name);
	if (addresses->dns[0] != 0)
		tp_log_info(c->settings->name, "dns-server %s,%s",
			    tp_ipv4_format(addresses->dns[0], local),
			    tp_ipv4_format(addresses->dns[1], remote));
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

static void on_network_up(void *owner, struct link *link, const struct tp_ppp_addresses *addresses)
{
	struct connection *c = owner;
	const uint32_t old_address = c->interface.local;

	c->now_ms = link->now_ms;
	c->addresses = *addresses;
	interface_up(&c->interface, addresses, link_packet_max(link));
	c->was_connected = true;
	c->connected_ms = c->traffic_ms = c->now_ms;
	send_what_waited(c, old_address);
	c->traffic = link->forward.packets_in + link->forward.packets_out;
	tell_connected(c, addresses);
	if (c->ops != NULL)
		c->ops->connected(c->owner, c);
}

static void on_network_down(void *owner, struct link *link)
{
	struct connection *c = owner;

	interface_down(&c->interface);
}

static const struct link_ops link_ops = {
	.network_up = on_network_up,
	.network_down = on_network_down,
	.ended = on_ended,
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
		dial(c);
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

static void check_limits(struct connection *c)
{
	const struct forward *forward = &c->active->forward;
	const uint64_t traffic = forward->packets_in + forward->packets_out;

	if (c->connected_ms == 0 || c->active->hangup_ms != TP_NEVER)
		return;
	if (traffic != c->traffic) {
		c->traffic = traffic;
		c->traffic_ms = c->now_ms;
	}
	if (c->now_ms >= idle_ms(c))
		link_hang_up(c->active, TP_PPP_IDLE_TIMEOUT, c->now_ms);
	else if (c->now_ms >= over_ms(c))
		link_hang_up(c->active, TP_PPP_SESSION_TIMEOUT, c->now_ms);
}

void connection_tick(struct connection *c, uint64_t now_ms)
{
	c->now_ms = now_ms;
	for (unsigned i = 0; i < c->link_count; i++)
		link_tick(&c->link[i], now_ms);
	check_limits(c);
	if (now_ms >= c->redial_ms)
		dial(c);
}

static uint64_t earlier(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

uint64_t connection_deadline(const struct connection *c)
{
	uint64_t deadline = c->redial_ms;

	if (c->active->hangup_ms == TP_NEVER)
		deadline = earlier(deadline, earlier(idle_ms(c), over_ms(c)));
	for (unsigned i = 0; i < c->link_count; i++)
		deadline = earlier(deadline, link_deadline(&c->link[i]));
	return deadline;
}

/* ---- from open to close -----------------------------------------------------------------------
 */

static int open_links(struct connection *c, struct tp_error *error)
{
	int err = 0;

	for (unsigned i = 0; err == 0 && i < c->settings->interface_count; i++) {
		err = link_open(&c->link[i], c->settings, c->settings->interface[i], c->loop,
				&c->random, c->interface.tun, &link_ops, c, error);
		c->link_count += err == 0;
	}
	return err;
}

int connection_open(struct connection *c, const struct settings *settings, struct loop *loop,
		    struct resolver *resolver, const struct connection_ops *ops, void *owner,
		    uint64_t now_ms, struct tp_error *error)
{
	int err;

	memset(c, 0, sizeof(*c));
	c->settings = settings;
	c->ops = ops;
	c->owner = owner;
	c->loop = loop;
	c->now_ms = now_ms;
	c->redial_ms = TP_NEVER;
	c->active = &c->link[0];
	c->refusals = (struct backoff){.min_ms = REFUSAL_MIN_MS, .max_ms = REFUSAL_MAX_MS};
	tp_random_init(&c->random);
	err = interface_open(&c->interface, settings, resolver, error);
	if (err != 0)
		return err;
	err = open_links(c, error);
	if (err != 0) {
		connection_close(c);
		return err;
	}
	c->tun_watch = (struct watch){on_tun, c};
	loop_add(loop, c->interface.tun, &c->tun_watch);
	if (settings->dial_on_demand)
		wait_for_a_packet(c);
	else
		dial(c);
	return 0;
}

void connection_close(struct connection *c)
{
	for (unsigned i = 0; i < c->link_count; i++)
		link_close(&c->link[i]);
	interface_close(&c->interface);
}

void connection_hang_up(struct connection *c, uint64_t now_ms)
{
	c->now_ms = now_ms;
	c->hanging_up = true;
	c->redial_ms = TP_NEVER;
	if (!link_hang_up(c->active, TP_PPP_BY_OWNER, now_ms))
		c->finished = true;
}

enum connection_status connection_status(const struct connection *c)
{
	if (c->connected_ms != 0)
		return CONNECTION_CONNECTED;
	switch (c->active->state) {
	case LINK_VERIFYING:
		return CONNECTION_VERIFYING;
	case LINK_IDLE:
		return CONNECTION_DISCONNECTED;
	default:
		return CONNECTION_DIALING;
	}
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
