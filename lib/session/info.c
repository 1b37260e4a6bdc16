/* SPDX-License-Identifier: BSD-3-Clause */
/* What others may know of a session. */
#include "base/least.h"
#include "session/bundle.h"
#include "session/engine.h"
#include "session/ipv6.h"

#define FRAMED_MTU_MIN 576 /* what every host must take: RFC 791, 3.1 */
#define TCP_IP_HEADERS 40  /* IPv4 and TCP without options: what an MSS leaves out of an MTU */

static const struct tp_ppp_encryption *encryption_of(const struct tp_session *s)
{
	return tp_ppp_encryption(&tp_session_leader(s)->network->ppp);
}

/* What is encrypted grows. */
static uint16_t less_overhead(uint16_t mtu, const struct tp_mppe_terms *terms)
{
	return terms->bits != 0 ? mtu - TP_MPPE_OVERHEAD : mtu;
}

/* A RADIUS server's Framed-MTU, which LCP, agreed on before, does not know. */
static uint16_t framed_mtu_of(const struct tp_session *s)
{
	const struct tp_subscriber_radius *radius = tp_session_leader(s)->subscriber->radius;

	if (radius == NULL || radius->framed_mtu == 0)
		return UINT16_MAX;
	return radius->framed_mtu > FRAMED_MTU_MIN ? radius->framed_mtu : FRAMED_MTU_MIN;
}

/* The largest IP packet to the subscriber. */
static uint16_t mtu_of(const struct tp_session *s)
{
	const struct tp_ppp_encryption *encryption = encryption_of(s);
	uint16_t mtu =
		encryption != NULL ? less_overhead(s->line.mtu, &encryption->send) : s->line.mtu;

	return tp_least_u16(mtu, framed_mtu_of(s));
}

/* And from it, if it keeps to what was agreed. */
static uint16_t mtu_in_of(const struct tp_session *s)
{
	const struct tp_ppp_encryption *encryption = encryption_of(s);

	return encryption != NULL ? less_overhead(s->line.mru, &encryption->receive) : s->line.mru;
}

static uint16_t mss_of(const struct tp_session *s, uint16_t mtu)
{
	return s->subscriber->change_tcp_mss && mtu > TCP_IP_HEADERS ? mtu - TCP_IP_HEADERS : 0;
}

static struct tp_session_ipv6 ipv6_of(const struct tp_ac_ipv6 *ipv6)
{
	struct tp_session_ipv6 info = {0};

	if (ipv6 == NULL)
		return info;
	memcpy(info.local_id, ipv6->local_id, sizeof(info.local_id));
	memcpy(info.remote_id, ipv6->remote_id, sizeof(info.remote_id));
	info.prefix = ipv6->prefix;
	info.address = ipv6->address;
	info.routes = ipv6->routes;
	info.delegated_count = ipv6->delegated_count;
	info.route_count = ipv6->route_count;
	return info;
}

void tp_session_info(const struct tp_session *s, struct tp_session_info *info)
{
	const struct tp_session *leader = tp_session_leader(s);
	const struct tp_line *line = tp_ac_bundle_any_line(s);

	*info = (struct tp_session_info){
		.id = s->id,
		.accounting_id = tp_ac_accounting_id(s),
		.slot = s->line.slot,
		.session_id = s->line.session_id,
		.access = line->access,
		.mac = line->mac,
		.line = line->access_line,
		.bundle_id = leader != s ? leader->id : 0,
		.bundle_slot = leader->line.slot,
		.active_links = tp_ac_bundle_links(s),
		.line_gone = s->line.gone,
		.state = s->state,
		.reason = s->reason,
		.server_id = s->server == NULL ? 0 : s->server->id,
		.service_name = s->server == NULL ? "" : s->server->service_name,
		.interface = s->server == NULL ? "" : s->server->interface,
		.default_profile = s->server == NULL ? "" : s->server->default_profile,
		.user = tp_session_user(s),
		.instance = s->instance,
		.secret_id = leader->subscriber->secret_id,
		.subscriber = s->subscriber,
		.method = s->line.method,
		.families = leader->families,
		.remote_address = leader->remote_address,
		.local_address = leader->local_address,
		.ipv6 = ipv6_of(leader->ipv6),
		.encryption = encryption_of(s),
		.mtu = mtu_of(s),
		.mru = s->line.mru,
		.mrru = s->line.mrru,
		.link_mtu = s->line.link_mtu,
		.short_sequence = s->line.short_sequence,
		.peer_short_sequence = s->line.peer_short_sequence,
		.lcp_era = s->line.lcp_era,
		.magic = s->line.magic,
		.keepalive_s = s->line.keepalive_s,
		.mss_up = mss_of(s, mtu_of(s)),
		.mss_down = mss_of(s, tp_least_u16(mtu_of(s), mtu_in_of(s))),
		.started_ms = s->started_ms,
		.up_ms = s->up_ms,
	};
}
