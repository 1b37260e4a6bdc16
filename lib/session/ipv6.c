/* SPDX-License-Identifier: BSD-3-Clause */
/* IPv6 of a session from IPV6CP's end on: what the router's end of the link is to say, and what
 * follows from what DHCPv6 gives away. */
#include "session/ipv6.h"
#include "base/ipv6_text.h"
#include "session/engine.h"
#include "session/events.h"
#include "session/life.h"

/* So long IPv6 waits for IPv4. */
#define IPCP_MS 250

/* ---- what the router's end asks of us ---- */

static void output(void *user, const uint8_t *packet, size_t len)
{
	struct tp_session *s = user;

	s->line->ac->ops.send_ipv6(s->line->ac->user, s, packet, len);
}

/* Of a link whose prefix is one address, that is had by DHCPv6; no SLAAC can make one of it. */
static void terms(void *user, struct tp_ipv6_terms *terms)
{
	struct tp_session *s = user;
	const struct tp_subscriber_ipv6 *granted = s->subscriber->ipv6;
	const struct tp_ac_ipv6 *ipv6 = s->ipv6;

	memcpy(terms->local_id, ipv6->local_id, sizeof(terms->local_id));
	memcpy(terms->remote_id, ipv6->remote_id, sizeof(terms->remote_id));
	terms->mtu = tp_ac_ipv6_mtu(s->line->ac, tp_session_mtu(s));
	terms->address = ipv6->address;
	if (ipv6->prefix.length == 128)
		terms->address = ipv6->prefix;
	else
		terms->prefix = ipv6->prefix;
	if (granted == NULL)
		return;
	terms->delegations = (uint8_t)tp_ac_delegations(s);
	terms->lease_s = granted->lease_time_s;
	terms->dns = granted->dns;
	terms->dns_count = granted->dns_count;
}

static int delegate(void *user, const struct tp_ipv6_ia *ia, const struct tp_prefix6 *hint,
		    bool commit, struct tp_prefix6 *prefix)
{
	int rc = tp_ac_delegate(user, ia->number, hint, commit, prefix);

	if (rc != 0) {
		struct tp_session *s = user;

		s->line->ac->counters.ipv6_refused[TP_AC_NO_DELEGATION]++;
	}
	return rc;
}

/* The data plane hears of what is delegated to S now. */
static int forward(struct tp_session *s)
{
	int rc = tp_ac_ipv6_routes_make(s);

	return rc == 0 && (s->families & TP_AC_IPV6) != 0 ? tp_ac_forward(s->line) : rc;
}

static void tell_delegated(struct tp_session *s, const struct tp_prefix6 *prefix, const char *what)
{
	char text[TP_PREFIX6_TEXT_LEN];

	tp_ac_tell(s->line, TP_AC_SESSION_CHANGED, TP_LOG_INFO, "%s %s", what,
		   tp_prefix6_format(prefix, text));
}

/* What the data plane won't have, since it is another's, is taken back when the router's end is not
 * in the midst of it any more: settle(). */
static void bound(void *user, const struct tp_ipv6_binding *binding)
{
	struct tp_session *s = user;
	struct tp_ac_delegated *to;

	if (!binding->ia.prefix || binding->ia.number >= s->ipv6->room)
		return;
	to = &s->ipv6->delegated[binding->ia.number];
	if (to->committed)
		return;
	to->committed = true;
	if (forward(s) == 0) {
		s->line->ac->counters.delegated++;
		tell_delegated(s, &to->prefix, "delegated");
		return;
	}
	to->committed = false;
	s->ipv6->refused |= (uint8_t)(1u << binding->ia.number);
	s->ipv6->broken |= tp_ac_ipv6_routes_make(s) != 0;
}

/* One that was replaced: its number has another already, which is not committed yet. Without memory
 * to tell the data plane, it stays with the session. */
static void released(void *user, const struct tp_ipv6_binding *binding, enum tp_ipv6_release why)
{
	struct tp_session *s = user;
	struct tp_ac_delegated *of;

	if (!binding->ia.prefix || binding->ia.number >= s->ipv6->room)
		return;
	of = &s->ipv6->delegated[binding->ia.number];
	if (of->committed) {
		of->committed = false;
		s->line->ac->counters.delegated--;
		if (forward(s) != 0) {
			s->ipv6->broken = true;
			return;
		}
		tell_delegated(s, &binding->prefix,
			       why == TP_IPV6_EXPIRED ? "expired:" : "no more delegated:");
	}
	tp_ac_undelegate(s, binding->ia.number, &binding->prefix);
}

static const struct tp_ipv6_router_ops router_ops = {
	.output = output,
	.terms = terms,
	.delegate = delegate,
	.bound = bound,
	.released = released,
};

void tp_ac_ipv6_init(struct tp_ac *ac)
{
	ac->routers = (struct tp_ipv6_routers){
		.ops = &router_ops,
		.random = ac->random,
		.counters = &ac->ipv6_counters,
	};
	tp_ipv6_router_config_init(&ac->routers.config);
	tp_ac_ipv6_configure(ac);
}

/* What the router's end has left to be done, outside of its calls. */
static void settle(struct tp_session *s)
{
	for (unsigned i = 0; s->ipv6->refused != 0; i++) {
		if ((s->ipv6->refused >> i & 1) == 0)
			continue;
		s->ipv6->refused &= (uint8_t) ~(1u << i);
		s->line->ac->counters.ipv6_refused[TP_AC_IPV6_TAKEN]++;
		tell_delegated(
			s, &s->ipv6->delegated[i].prefix,
			"the router's own, or another session's route, is what DHCPv6 gave:");
		tp_ipv6_router_withdraw(&s->ipv6->router, &s->ipv6->delegated[i].prefix);
	}
	if (s->ipv6->broken)
		tp_ac_end(s->line, TP_END_RESOURCES, true);
	if (s->line->state != TP_SESSION_CLOSED)
		tp_ac_arm(s->line);
}

/* ---- IPV6CP ---- */

/* Ours is the port's (RFC 4291, appendix A): so the subscriber's router finds the same next hop
 * after each dial. */
struct tp_ppp_interface_ids tp_ac_interface_ids(const struct tp_line *line)
{
	const struct tp_session *own = tp_line_own(line);
	const uint8_t *mac = line->ac->ports[line->access.port].mac.bytes;
	const struct tp_subscriber_ipv6 *granted = own != NULL ? own->subscriber->ipv6 : NULL;
	struct tp_ppp_interface_ids ids = {
		.local = {mac[0] ^ 2, mac[1], mac[2], 0xff, 0xfe, mac[3], mac[4], mac[5]},
	};

	if (granted != NULL && granted->has_interface_id)
		memcpy(ids.remote, granted->interface_id, sizeof(ids.remote));
	return ids;
}

/* FAMILIES come up: IPv6, alone or with IPv4. False: they do not. */
static bool begin(struct tp_session *s, uint8_t families)
{
	s->ipv6->waits_until_ms = 0;
	if (!tp_ac_family_up(s, families))
		return false;
	s->line->ac->counters.ipv6_up++;
	tp_ipv6_router_start(&s->ipv6->router, s->line->ac->now_ms);
	tp_ac_ipv6_take_early(s);
	settle(s);
	return true;
}

/* It takes its peer a round trip more, to learn its address: then both come up as one. */
static bool ipcp_is_under_way(const struct tp_session *s)
{
	return s->remote_address != 0 && !s->line->forwarding;
}

void tp_ac_ipv6_up(struct tp_session *s, const struct tp_ppp_interface_ids *ids)
{
	if (s->line->ending)
		return;
	if (tp_ac_ipv6_of(s) == NULL || tp_ac_ipv6_routes_make(s) != 0) {
		tp_ac_end(s->line, TP_END_RESOURCES, true);
		return;
	}
	memcpy(s->ipv6->local_id, ids->local, sizeof(s->ipv6->local_id));
	memcpy(s->ipv6->remote_id, ids->remote, sizeof(s->ipv6->remote_id));
	if (ipcp_is_under_way(s))
		s->ipv6->waits_until_ms = s->line->ac->now_ms + IPCP_MS;
	else
		begin(s, TP_AC_IPV6);
	tp_ac_arm(s->line);
}

void tp_ac_ipv4_up(struct tp_session *s)
{
	if (s->ipv6 == NULL || s->ipv6->waits_until_ms == 0 || !begin(s, TP_AC_IPV4 | TP_AC_IPV6))
		tp_ac_family_up(s, TP_AC_IPV4);
}

/* Who is told of the end before it comes can be told of this as well. */
void tp_ac_ipv6_down(struct tp_session *s, bool all)
{
	if (s->ipv6 != NULL) {
		s->ipv6->waits_until_ms = 0;
		tp_ac_ipv6_forget_early(s);
	}
	if ((s->families & TP_AC_IPV6) == 0)
		return;
	tp_ipv6_router_stop(&s->ipv6->router,
			    s->line->ending && s->line->state == TP_SESSION_ENDING,
			    s->line->ac->now_ms);
	tp_ac_family_down(s, TP_AC_IPV6, all);
}

void tp_ac_ipv6_advertise(struct tp_session *s)
{
	if ((s->families & TP_AC_IPV6) == 0)
		return;
	tp_ipv6_router_renumber(&s->ipv6->router, NULL, s->line->ac->now_ms);
	tp_ac_arm(s->line);
}

/* ---- packets and time ---- */

static bool is_waiting(const struct tp_session *s)
{
	return s->ipv6 != NULL && s->ipv6->waits_until_ms != 0 && !s->line->ending;
}

void tp_ac_ipv6_input(struct tp_session *s, const uint8_t *packet, size_t len)
{
	if (is_waiting(s) && tp_ac_ipv6_keep_early(s, packet, len))
		return;
	if ((s->families & TP_AC_IPV6) == 0 || s->line->ending) {
		s->line->ac->ipv6_counters.discarded[TP_IPV6_LINK_DOWN]++;
		return;
	}
	tp_ipv6_router_input(&s->ipv6->router, packet, len, s->line->ac->now_ms);
	settle(s);
}

void tp_ac_ipv6_tick(struct tp_session *s)
{
	if (s->line->ac->now_ms < tp_ac_ipv6_deadline(s))
		return;
	if (s->ipv6->waits_until_ms != 0 && s->line->ac->now_ms >= s->ipv6->waits_until_ms)
		begin(s, TP_AC_IPV6);
	tp_ipv6_router_tick(&s->ipv6->router, s->line->ac->now_ms);
	settle(s);
}

/* ---- for others ---- */

const struct tp_ipv6_binding *tp_session_next_binding(const struct tp_session *s,
						      const struct tp_ipv6_binding *previous)
{
	return s->ipv6 != NULL ? tp_ipv6_router_next_binding(&s->ipv6->router, previous) : NULL;
}
