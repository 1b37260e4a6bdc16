/* SPDX-License-Identifier: BSD-3-Clause */
/* What others may know of a session and its lines. */
#include "base/least.h"
#include "session/bundle.h"
#include "session/engine.h"
#include "session/ipv6.h"
#include "session/login.h"

#define FRAMED_MTU_MIN 576 /* what every host must take: RFC 791, 3.1 */
#define TCP_IP_HEADERS 40  /* IPv4 and TCP without options: what an MSS leaves out of an MTU */

/* Of those who have none. */
static const struct tp_session no_session = {.subscriber = &tp_ac_no_subscriber};

/* Whose packets LINE carries. */
static const struct tp_session *carried_by(const struct tp_line *line)
{
	return line->session != NULL ? line->session : &no_session;
}

static const struct tp_ppp_encryption *encryption_of(const struct tp_line *line)
{
	return line->session != NULL ? tp_ppp_encryption(&line->session->network->ppp) : NULL;
}

/* What is encrypted grows. */
static uint16_t less_overhead(uint16_t mtu, const struct tp_mppe_terms *terms)
{
	return terms->bits != 0 ? mtu - TP_MPPE_OVERHEAD : mtu;
}

/* A RADIUS server's Framed-MTU, which LCP, agreed on before, does not know. */
static uint16_t framed_mtu_of(const struct tp_line *line)
{
	const struct tp_subscriber_radius *radius = carried_by(line)->subscriber->radius;

	if (radius == NULL || radius->framed_mtu == 0)
		return UINT16_MAX;
	return radius->framed_mtu > FRAMED_MTU_MIN ? radius->framed_mtu : FRAMED_MTU_MIN;
}

/* The largest IP packet to the subscriber. */
static uint16_t mtu_of(const struct tp_line *line)
{
	const struct tp_ppp_encryption *encryption = encryption_of(line);
	uint16_t mtu = encryption != NULL ? less_overhead(line->mtu, &encryption->send) : line->mtu;

	return tp_least_u16(mtu, framed_mtu_of(line));
}

/* And from it, if it keeps to what was agreed. */
static uint16_t mtu_in_of(const struct tp_line *line)
{
	const struct tp_ppp_encryption *encryption = encryption_of(line);

	return encryption != NULL ? less_overhead(line->mru, &encryption->receive) : line->mru;
}

static uint16_t mss_of(const struct tp_line *line, uint16_t mtu)
{
	const struct tp_session *own = tp_line_own(line);

	return own != NULL && own->subscriber->change_tcp_mss && mtu > TCP_IP_HEADERS
		       ? mtu - TCP_IP_HEADERS
		       : 0;
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

void tp_line_info(const struct tp_line *line, struct tp_session_info *info)
{
	const struct tp_session *s = carried_by(line), *own = tp_line_own(line);
	const struct tp_line *at = tp_ac_bundle_any_line(line);
	const struct tp_ac_server *server = line->server;
	const uint16_t mtu = mtu_of(line);

	*info = (struct tp_session_info){
		.id = line->id,
		.accounting_id = tp_ac_accounting_id(line),
		.slot = line->slot,
		.session_id = line->session_id,
		.access = at->access,
		.mac = at->mac,
		.line = at->access_line,
		.bundle_id = tp_line_joined(line) ? s->line->id : 0,
		.bundle_slot = tp_line_joined(line) ? s->line->slot : line->slot,
		.active_links = tp_ac_bundle_links(s),
		.line_gone = line->gone,
		.state = line->state,
		.reason = line->reason,
		.server_id = server == NULL ? 0 : server->id,
		.service_name = server == NULL ? "" : server->service_name,
		.interface = server == NULL ? "" : server->interface,
		.default_profile = server == NULL ? "" : server->default_profile,
		.user = tp_line_user(line),
		.instance = line->instance,
		.secret_id = s->secret_id,
		.subscriber = own != NULL ? own->subscriber : &tp_ac_no_subscriber,
		.method = line->method,
		.families = s->families,
		.remote_address = s->remote_address,
		.local_address = s->local_address,
		.ipv6 = ipv6_of(s->ipv6),
		.encryption = encryption_of(line),
		.mtu = mtu,
		.mru = line->mru,
		.mrru = line->mrru,
		.link_mtu = line->link_mtu,
		.short_sequence = line->short_sequence,
		.peer_short_sequence = line->peer_short_sequence,
		.lcp_era = line->lcp_era,
		.magic = line->magic,
		.keepalive_s = line->keepalive_s,
		.mss_up = mss_of(line, mtu),
		.mss_down = mss_of(line, tp_least_u16(mtu, mtu_in_of(line))),
		.started_ms = line->started_ms,
		.up_ms = line->up_ms,
	};
}

void tp_session_info(const struct tp_session *s, struct tp_session_info *info)
{
	tp_line_info(s->line, info);
}

uint32_t tp_line_slot(const struct tp_line *line)
{
	return line->slot;
}

uint32_t tp_session_slot(const struct tp_session *s)
{
	return s->line->slot;
}

uint16_t tp_session_mtu(const struct tp_session *s)
{
	return mtu_of(s->line);
}

const struct tp_session *tp_line_session(const struct tp_line *line)
{
	return line->session;
}
