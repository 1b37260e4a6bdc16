/* SPDX-License-Identifier: BSD-3-Clause */
/* What the engine (lib/session) asks of the data plane and the kernel. */
#include <errno.h>

#include "base/bytes.h"
#include "control/control_private.h"
#include "dataplane/sessions.h"

#define FRAME_MAX  9216
#define ROUTES_MAX 256 /* framed routes of one subscriber that the kernel is told of */

static void output(void *user, const struct tp_access *to, const struct tp_mac *dst,
		   uint16_t ethertype, const uint8_t *payload, size_t len)
{
	struct tp_control *c = user;
	uint8_t frame[FRAME_MAX];
	struct tp_writer w = tp_writer_of(frame, sizeof(frame));

	if (to->port >= c->port_count)
		return;
	tp_write_bytes(&w, dst->bytes, sizeof(dst->bytes));
	tp_write_bytes(&w, c->ports[to->port].mac.bytes, sizeof(dst->bytes));
	tp_write_be16(&w, ethertype);
	tp_write_bytes(&w, payload, len);
	if (tp_writer_ok(&w))
		tp_outbox_send(&c->outbox, c->dp, to->port, to->vlans, frame,
			       (uint16_t)tp_writer_len(&w));
}

static int open_session(void *user, const struct tp_session *s)
{
	struct tp_control *c = user;
	struct tp_session_info info;

	tp_session_info(s, &info);
	return tp_dataplane_session_open(c->dp, &(struct tp_dataplane_session){
							.slot = info.slot,
							.session_id = info.session_id,
							.port = info.access.port,
							.vlans = info.access.vlans,
							.mac = info.mac,
						});
}

static void tell_kernel(struct tp_control *c, const struct tp_session_info *info)
{
	struct tp_ip_prefix prefixes[1 + ROUTES_MAX];
	unsigned count = 0;

	if (c->subscribers == NULL)
		return;
	prefixes[count++] = (struct tp_ip_prefix){TP_IP4(info->remote_address), 32};
	for (unsigned i = 0; i < info->subscriber->route_count && i < ROUTES_MAX; i++)
		prefixes[count++] = tp_ip_prefix_of4(&info->subscriber->routes[i]);
	tp_subscribers_set(c->subscribers, info->slot, prefixes, count, info->mtu);
}

static void untell_kernel(struct tp_control *c, uint32_t slot)
{
	if (c->subscribers != NULL && !c->ending)
		tp_subscribers_clear(c->subscribers, slot);
}

static struct tp_dataplane_rate rate_of(const struct tp_rate_limit_way *way)
{
	return (struct tp_dataplane_rate){
		.rate = way->rate,
		.burst_rate = way->burst_rate,
		.burst_bytes = tp_rate_limit_burst_bytes(way),
	};
}

static struct tp_dataplane_encryption encryption_of(const struct tp_session_info *info)
{
	const struct tp_ppp_encryption *e = info->encryption;

	if (e == NULL)
		return (struct tp_dataplane_encryption){0};
	return (struct tp_dataplane_encryption){
		.in = e->receive,
		.out = e->send,
		.era = e->era,
	};
}

static int join(struct tp_control *c, const struct tp_session_info *info)
{
	return tp_dataplane_session_join(c->dp, info->slot, info->bundle_slot,
					 &(struct tp_dataplane_join){
						 .link_mtu = info->link_mtu,
						 .magic = info->magic,
						 .keepalive_s = info->keepalive_s,
					 });
}

static int bring_up(void *user, const struct tp_session *s)
{
	struct tp_control *c = user;
	static const struct tp_rate_limit none;
	const struct tp_rate_limit *limit;
	struct tp_session_info info;
	int error;

	tp_session_info(s, &info);
	if (info.bundle_id != 0)
		return join(c, &info);
	limit = info.subscriber->rate_limit != NULL ? info.subscriber->rate_limit : &none;
	error = tp_dataplane_session_up(
		c->dp, info.slot,
		&(struct tp_dataplane_session_up){
			.remote_address = info.remote_address,
			.local_address = info.local_address,
			.mtu = info.mtu,
			.multilink =
				{
					.mrru = info.mrru,
					.link_mtu = info.link_mtu,
					.short_in = info.short_sequence,
					.short_out = info.peer_short_sequence,
					.era = info.lcp_era,
				},
			.encryption = encryption_of(&info),
			.magic = info.magic,
			.keepalive_s = info.keepalive_s,
			.mss_up = info.mss_up,
			.mss_down = info.mss_down,
			.rate_up = rate_of(&limit->rx),
			.rate_down = rate_of(&limit->tx),
			.routes = info.subscriber->routes,
			.route_count = info.subscriber->route_count,
		});
	if (error == 0)
		tell_kernel(c, &info);
	return error;
}

static uint32_t slot_of(const struct tp_session *s)
{
	struct tp_session_info info;

	tp_session_info(s, &info);
	return info.slot;
}

static void bring_down(void *user, const struct tp_session *s)
{
	struct tp_control *c = user;
	uint32_t slot = slot_of(s);

	tp_dataplane_session_down(c->dp, slot);
	untell_kernel(c, slot);
}

static void close_session(void *user, const struct tp_session *s)
{
	struct tp_control *c = user;
	uint32_t slot = slot_of(s);

	tp_dataplane_session_close(c->dp, slot);
	untell_kernel(c, slot);
}

static void unlink_session(void *user, const struct tp_session *s)
{
	struct tp_control *c = user;
	struct tp_session_info info;

	tp_session_info(s, &info);
	tp_dataplane_session_unlink(c->dp, info.slot, info.line_gone);
}

static void flush(void *user, const struct tp_session *s)
{
	struct tp_control *c = user;

	tp_dataplane_session_flush(c->dp, slot_of(s));
}

static uint64_t idle_ms(void *user, const struct tp_session *s)
{
	const struct tp_control *c = user;

	return tp_dataplane_session_idle_ms(c->dp, slot_of(s));
}

static void bytes(void *user, const struct tp_session *s, uint64_t *in, uint64_t *out)
{
	const struct tp_control *c = user;
	struct tp_session_counters counters;

	tp_dataplane_session_counters(c->dp, slot_of(s), &counters);
	*in = counters.bytes_in;
	*out = counters.bytes_out;
}

const struct tp_ac_ops tp_control_ops = {
	.output = output,
	.open = open_session,
	.up = bring_up,
	.down = bring_down,
	.close = close_session,
	.unlink = unlink_session,
	.flush = flush,
	.idle_ms = idle_ms,
	.bytes = bytes,
	.event = tp_control_ac_event,
};
