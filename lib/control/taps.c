/* SPDX-License-Identifier: BSD-3-Clause */
/* The TAPs and the TUN while control runs: made, read, and made again when somebody has
 * deleted them. A descriptor whose device is gone is readable for ever: it is closed at once.
 * Control thread. */
#include <errno.h>
#include <string.h>

#include "api/event.h"
#include "api/json.h"
#include "base/bytes.h"
#include "base/log.h"
#include "control/control_private.h"
#include "control/loop.h"
#include "dataplane/messages.h"
#include "wire/ipv6.h"

#define HOST_SLICE     32
#define HOST_FRAME_MAX 9216
#define MEND_MS	       1000

/* ---- making ------------------------------------------------------------------------------- */

int tp_taps_make(struct tp_control *c, unsigned port, struct tp_error *e)
{
	const struct tp_port_info *info = &c->ports[port];
	const struct tp_config_port *config = tp_config_port(c->config, info->name);
	int error;

	if (info->role != TP_PORT_CORE || config == NULL)
		return 0;
	error = tp_tap_create(&c->taps[port], &c->netlink, port, info, config->address.prefix,
			      config->address.count, e);
	if (error != 0)
		return error;
	tp_tap_carrier(&c->taps[port], c->links[port].up);
	if (config->address.count == 0)
		return 0;
	tp_dataplane_port_address_set(c->dp, port, config->address.prefix[0].address);
	tp_log_info("interface", "%s is the TAP of core port %u", info->name, port);
	return 0;
}

/* Without a core port nothing is routed, and the kernel has no say. */
int tp_taps_make_tun(struct tp_control *c, struct tp_error *e)
{
	int error;

	if (c->core_port == TP_NO_PORT)
		return 0;
	error = tp_tap_create_tun(&c->tun, &c->netlink, c->ports[c->core_port].mtu, e);
	if (error != 0)
		return error;
	if (c->subscribers != NULL) {
		tp_subscribers_again(c->subscribers, c->tun.ifindex);
		return 0;
	}
	error = tp_netlink_open(&c->bulk, 0);
	if (error != 0)
		return tp_error_set(e, error, "netlink", "%s", strerror(-error));
	c->subscribers = tp_subscribers_create(&c->bulk, c->tun.ifindex,
					       tp_config_dataplane(c->config)->max_sessions);
	return c->subscribers != NULL ? 0 : tp_error_set(e, -ENOMEM, NULL, "out of memory");
}

/* ---- lost and made again -------------------------------------------------------------------- */

static void tell(struct tp_control *c, const char *kind, const struct tp_tap *tap, const char *text)
{
	json_t *o;

	c->stats.events++;
	if (!tp_mailbox_listens(&c->mailbox))
		return;
	o = tp_event_create(kind);
	tp_json_text(o, "interface", tap->name);
	tp_json_text(o, "text", text);
	tp_mailbox_event(&c->mailbox, o);
}

static void lost(struct tp_control *c, struct tp_tap *tap)
{
	static const char text[] = "the interface was deleted; it is made again in a second";

	tp_log_error("interface", "%s: %s", tap->name, text);
	tell(c, "interface-lost", tap, text);
	tp_tap_destroy(tap);
	tap->mend_ms = c->now_ms + MEND_MS;
	tap->told = false;
	c->stats.host_lost_interfaces++;
}

/* The name may be another interface's meanwhile: tried each second, told once. */
static void mend(struct tp_control *c, struct tp_tap *tap)
{
	struct tp_tap before = *tap;
	struct tp_error e = {0};
	int error;

	if (tap->mend_ms == 0 || tap->mend_ms > c->now_ms)
		return;
	error = before.core ? tp_taps_make(c, before.port, &e) : tp_taps_make_tun(c, &e);
	if (error == 0)
		error = tp_loop_watch(c, tap->fd,
				      before.core ? TP_LOOP_TAP + before.port : TP_LOOP_TUN);
	if (error == 0) {
		tp_log_info("interface", "%s is back", tap->name);
		tell(c, "interface-back", tap, "the interface is back");
		return;
	}
	tp_tap_destroy(tap);
	*tap = before;
	tap->mend_ms = c->now_ms + MEND_MS;
	if (!tap->told)
		tp_log_error("interface", "%s: %s", tap->name, e.message);
	tap->told = true;
}

void tp_taps_mend(struct tp_control *c)
{
	for (unsigned i = 0; i < c->port_count; i++)
		mend(c, &c->taps[i]);
	mend(c, &c->tun);
}

/* ---- reading ------------------------------------------------------------------------------ */

void tp_taps_read(struct tp_control *c, unsigned port)
{
	uint8_t frame[HOST_FRAME_MAX];

	for (unsigned i = 0; i < HOST_SLICE; i++) {
		int len = tp_tap_read(&c->taps[port], frame, sizeof(frame));

		if (len < 0)
			lost(c, &c->taps[port]);
		if (len <= 0)
			return;
		if (tp_dataplane_send(c->dp, (uint16_t)port, (struct tp_vlans){0}, frame,
				      (uint16_t)len))
			c->stats.host_sent++;
		else
			c->stats.host_lost++;
	}
}

/* False: nothing for a subscriber. The kernel looks for routers and groups on every interface
 * that speaks IPv6. */
static bool write_ethertype(uint8_t *frame, const uint8_t *packet, size_t len)
{
	const struct tp_ipv6 *ip = (const void *)packet;
	struct tp_writer w = tp_writer_of(frame + 2 * sizeof(struct tp_mac), sizeof(uint16_t));

	if (packet[0] >> 4 == 4) {
		tp_write_be16(&w, TP_ETHERTYPE_IPV4);
		return true;
	}
	if (packet[0] >> 4 != 6 || len < sizeof(*ip) || tp_ipv6_is_multicast(ip->dst))
		return false;
	tp_write_be16(&w, TP_ETHERTYPE_IPV6);
	return true;
}

/* What the kernel says to a subscriber goes the way of what comes in by a core port. */
void tp_taps_read_tun(struct tp_control *c)
{
	uint8_t frame[HOST_FRAME_MAX];
	const uint8_t *mac = c->ports[c->core_port].mac.bytes;
	struct tp_writer w = tp_writer_of(frame, 2 * sizeof(struct tp_mac));

	tp_write_bytes(&w, mac, sizeof(struct tp_mac));
	tp_write_bytes(&w, mac, sizeof(struct tp_mac));
	for (unsigned i = 0; i < HOST_SLICE; i++) {
		uint8_t *packet = frame + TP_ETHERNET_HEADER_LEN;
		int len = tp_tap_read(&c->tun, packet, sizeof(frame) - TP_ETHERNET_HEADER_LEN);

		if (len < 0)
			lost(c, &c->tun);
		if (len <= 0)
			return;
		if (!write_ethertype(frame, packet, (size_t)len))
			continue;
		if (tp_dataplane_inject(c->dp, (uint16_t)c->core_port, frame,
					(uint16_t)(len + TP_ETHERNET_HEADER_LEN)))
			c->stats.host_sent++;
		else
			c->stats.host_lost++;
	}
}
