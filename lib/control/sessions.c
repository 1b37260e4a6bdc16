/* SPDX-License-Identifier: BSD-3-Clause */
/* What the engine (lib/session) asks of the data plane and the kernel. */
#include <errno.h>

#include "base/bytes.h"
#include "control/control_private.h"
#include "control/why/why.h"
#include "control/standing/standing.h"
#include "dataplane/messages.h"
#include "dataplane/sessions.h"

#define FRAME_MAX    9216
#define PREFIXES_MAX 512 /* of one subscriber that the kernel is told of */

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

static void send_ipv6(void *user, const struct tp_session *s, const uint8_t *packet, size_t len)
{
	struct tp_control *c = user;

	tp_outbox_send_ipv6(&c->outbox, c->dp, tp_session_slot(s), packet, (uint16_t)len);
}

static int open_line(void *user, const struct tp_line *line)
{
	struct tp_control *c = user;
	struct tp_session_info info;

	tp_line_info(line, &info);
	return tp_dataplane_session_open(
		c->dp, &(struct tp_dataplane_session){
			       .slot = info.slot,
			       .session_id = info.session_id,
			       .port = info.access.port,
			       .vlans = info.access.vlans,
			       .mac = info.mac,
			       .accounting_id = info.accounting_id,
			       .begin = tp_standing_counters(c, info.accounting_id),
		       });
}

/* What the kernel is told of one subscriber. */
struct prefixes {
	struct tp_ip_prefix prefix[PREFIXES_MAX];
	unsigned count;
};

static void add(struct prefixes *to, struct tp_ip_prefix prefix)
{
	if (to->count < PREFIXES_MAX)
		to->prefix[to->count++] = prefix;
}

static void add_ipv4(struct prefixes *to, const struct tp_session_info *info)
{
	add(to, (struct tp_ip_prefix){TP_IP4(info->remote_address), 32});
	for (unsigned i = 0; i < info->subscriber->route_count; i++)
		add(to, tp_ip_prefix_of4(&info->subscriber->routes[i]));
}

static void add_ipv6(struct prefixes *to, const struct tp_session_ipv6 *ipv6)
{
	if (ipv6->prefix.length != 0)
		add(to, tp_ip_prefix_of6(&ipv6->prefix));
	for (unsigned i = 0; i < ipv6->route_count; i++)
		add(to, tp_ip_prefix_of6(&ipv6->routes[i]));
}

static void tell_kernel(struct tp_control *c, const struct tp_session_info *info)
{
	struct prefixes prefixes;

	if (c->subscribers == NULL)
		return;
	prefixes.count = 0;
	if ((info->families & TP_AC_IPV4) != 0)
		add_ipv4(&prefixes, info);
	if ((info->families & TP_AC_IPV6) != 0)
		add_ipv6(&prefixes, &info->ipv6);
	tp_subscribers_set(c->subscribers, info->slot, prefixes.prefix, prefixes.count, info->mtu);
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

static struct tp_dataplane_ipv6 ipv6_of(const struct tp_session_info *info)
{
	struct tp_dataplane_ipv6 ipv6 = {
		.up = (info->families & TP_AC_IPV6) != 0,
		.prefix = info->ipv6.prefix,
		.routes = info->ipv6.routes,
		.route_count = info->ipv6.route_count,
	};

	memcpy(ipv6.local_id, info->ipv6.local_id, sizeof(ipv6.local_id));
	memcpy(ipv6.remote_id, info->ipv6.remote_id, sizeof(ipv6.remote_id));
	return ipv6;
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

static int bring_up(void *user, const struct tp_line *line)
{
	struct tp_control *c = user;
	static const struct tp_rate_limit none;
	const struct tp_rate_limit *limit;
	struct tp_session_info info;
	bool with_ipv4;
	int error;

	tp_line_info(line, &info);
	tp_standing_changed(c, info.bundle_slot);
	if (info.bundle_id != 0)
		return join(c, &info);
	with_ipv4 = (info.families & TP_AC_IPV4) != 0;
	limit = info.subscriber->rate_limit != NULL ? info.subscriber->rate_limit : &none;
	error = tp_dataplane_session_up(
		c->dp, info.slot,
		&(struct tp_dataplane_session_up){
			.remote_address = with_ipv4 ? info.remote_address : 0,
			.local_address = with_ipv4 ? info.local_address : 0,
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
			.routes = with_ipv4 ? info.subscriber->routes : NULL,
			.route_count = with_ipv4 ? info.subscriber->route_count : 0,
			.ipv6 = ipv6_of(&info),
		});
	if (error == 0)
		tell_kernel(c, &info);
	return error;
}

static void bring_down(void *user, const struct tp_line *line)
{
	struct tp_control *c = user;
	uint32_t slot = tp_line_slot(line);

	tp_dataplane_session_down(c->dp, slot);
	untell_kernel(c, slot);
}

static void close_line(void *user, const struct tp_line *line)
{
	struct tp_control *c = user;
	uint32_t slot = tp_line_slot(line);

	tp_dataplane_session_close(c->dp, slot);
	untell_kernel(c, slot);
}

static void unlink_session(void *user, const struct tp_session *s)
{
	struct tp_control *c = user;
	struct tp_session_info info;

	tp_session_info(s, &info);
	tp_standing_changed(c, info.slot);
	tp_dataplane_session_unlink(c->dp, info.slot, info.line_gone);
}

static void flush(void *user, const struct tp_session *s)
{
	struct tp_control *c = user;

	tp_dataplane_session_flush(c->dp, tp_session_slot(s));
}

static uint64_t idle_ms(void *user, const struct tp_session *s)
{
	const struct tp_control *c = user;

	return tp_dataplane_session_idle_ms(c->dp, tp_session_slot(s));
}

static void bytes(void *user, const struct tp_session *s, uint64_t *in, uint64_t *out)
{
	const struct tp_control *c = user;
	struct tp_session_counters counters;

	tp_dataplane_session_counters(c->dp, tp_session_slot(s), &counters);
	*in = counters.bytes_in;
	*out = counters.bytes_out;
}

const struct tp_ac_ops tp_control_ops = {
	.output = output,
	.send_ipv6 = send_ipv6,
	.open = open_line,
	.up = bring_up,
	.down = bring_down,
	.close = close_line,
	.unlink = unlink_session,
	.flush = flush,
	.idle_ms = idle_ms,
	.bytes = bytes,
	.event = tp_control_ac_event,
	.refused = tp_control_history_refused,
};
