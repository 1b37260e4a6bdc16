/* SPDX-License-Identifier: BSD-3-Clause */
/* IPv4 and IPv6 of a session: each comes, goes and fails alone. The session is up while either is,
 * and the data plane is told of each change. */
#include "base/ipv6_text.h"
#include "session/bundle.h"
#include "session/engine.h"
#include "session/events.h"
#include "session/half_open.h"
#include "session/life.h"
#include "wire/ipv6.h"

#include <errno.h>

/* What became of encryption, for a subscriber whose profile has it. */
static const char *encoding_of(const struct tp_session *s,
			       const struct tp_ppp_encryption *encryption,
			       char text[TP_PPP_ENCODING_LEN])
{
	tp_ppp_encoding(encryption, text);
	if (text[0] == '\0' && tp_ppp_ccp_of(&s->network->ppp) != NULL)
		return "not encrypted, as the client did not agree to it";
	return text;
}

/* What of FAMILY the subscriber has. */
static const char *address_of(const struct tp_session_info *info, uint8_t family,
			      char text[TP_PREFIX6_TEXT_LEN])
{
	uint8_t link_local[16];

	if (family == TP_AC_IPV4)
		return tp_ipv4_format(info->remote_address, text);
	if (info->ipv6.prefix.length != 0)
		return tp_prefix6_format(&info->ipv6.prefix, text);
	if (info->ipv6.address.length != 0)
		return tp_ipv6_format(info->ipv6.address.address, text);
	tp_ipv6_link_local(link_local, info->ipv6.remote_id);
	return tp_ipv6_format(link_local, text);
}

static const char *gateway_of(const struct tp_session_info *info, char text[TP_IPV6_TEXT_LEN])
{
	uint8_t link_local[16];

	if ((info->families & TP_AC_IPV4) != 0)
		return tp_ipv4_format(info->local_address, text);
	tp_ipv6_link_local(link_local, info->ipv6.local_id);
	return tp_ipv6_format(link_local, text);
}

static void tell_up(struct tp_session *s)
{
	const bool both = s->families == (TP_AC_IPV4 | TP_AC_IPV6);
	char remote[TP_PREFIX6_TEXT_LEN], prefix[TP_PREFIX6_TEXT_LEN], local[TP_IPV6_TEXT_LEN],
		room[TP_PPP_ENCODING_LEN];
	struct tp_session_info info;
	const char *encoding;

	tp_session_info(s, &info);
	encoding = encoding_of(s, info.encryption, room);
	tp_ac_tell(s->line, TP_AC_SESSION_UP, TP_LOG_INFO,
		   "connected: %s%s%s, gateway %s, MTU %u, MRU %u, %s%s%s",
		   address_of(&info, both ? TP_AC_IPV4 : s->families, remote), both ? ", " : "",
		   both ? address_of(&info, TP_AC_IPV6, prefix) : "", gateway_of(&info, local),
		   info.mtu, info.mru, tp_ppp_method_name(info.method),
		   encoding[0] != '\0' ? ", " : "", encoding);
}

/* FAMILY has come to one that is up by the other, or has gone. */
static void tell_change(struct tp_session *s, uint8_t family)
{
	const char *name = family == TP_AC_IPV4 ? "IPv4" : "IPv6";
	char remote[TP_PREFIX6_TEXT_LEN];
	struct tp_session_info info;

	tp_session_info(s, &info);
	if ((s->families & family) == 0)
		tp_ac_tell(s->line, TP_AC_SESSION_CHANGED, TP_LOG_INFO, "%s is down", name);
	else
		tp_ac_tell(s->line, TP_AC_SESSION_CHANGED, TP_LOG_INFO, "%s is up: %s", name,
			   address_of(&info, family, remote));
}

static void set_families(struct tp_session *s, uint8_t families)
{
	struct tp_ac_counters *c = &s->line->ac->counters;

	c->with_ipv4 += (families & TP_AC_IPV4) != 0;
	c->with_ipv4 -= (s->families & TP_AC_IPV4) != 0;
	c->with_ipv6 += (families & TP_AC_IPV6) != 0;
	c->with_ipv6 -= (s->families & TP_AC_IPV6) != 0;
	s->families = families;
}

void tp_ac_families_clear(struct tp_session *s)
{
	set_families(s, 0);
}

/* The pools keep sessions apart; the data plane knows the router's own addresses too, and whose
 * routes are whose. */
static void tell_taken(struct tp_session *s)
{
	char remote[TP_IPV4_TEXT_LEN], local[TP_IPV4_TEXT_LEN];

	tp_ac_tell(s->line, TP_AC_NO_ADDRESS, TP_LOG_WARNING,
		   "its address %s is the router's own, or local-address %s a subscriber's%s",
		   tp_ipv4_format(s->remote_address, remote),
		   tp_ipv4_format(s->local_address, local),
		   s->subscriber->route_count > 0 ? "; or one of its routes is another session's"
						  : "");
}

static void tell_taken6(struct tp_session *s, const char *then)
{
	char remote[TP_PREFIX6_TEXT_LEN];
	struct tp_session_info info;

	tp_session_info(s, &info);
	tp_ac_tell(s->line, TP_AC_NO_ADDRESS, TP_LOG_WARNING,
		   "its %s or one of its routes is the router's own, or another session's%s",
		   address_of(&info, TP_AC_IPV6, remote), then);
}

static enum tp_ac_ipv6_refusal ipv6_refusal(int rc)
{
	switch (rc) {
	case -EEXIST:
		return TP_AC_IPV6_TAKEN;
	case -EINVAL: /* encryption, or a RADIUS server, has made the MTU smaller than LCP did */
		return TP_AC_IPV6_MTU;
	default:
		return TP_AC_NO_IPV6_ROOM;
	}
}

/* IPv4 is there, or is to come. */
static bool can_do_without_ipv6(const struct tp_session *s)
{
	return s->remote_address != 0 && s->subscriber->use_ipv6 != TP_USE_IPV6_REQUIRED;
}

static enum tp_end_reason end_reason(uint8_t family, int rc)
{
	switch (rc) {
	case -EEXIST:
		return TP_END_NO_ADDRESS;
	case -EINVAL:
		return family == TP_AC_IPV6 ? TP_END_NO_IPV6 : TP_END_RESOURCES;
	default:
		return TP_END_RESOURCES;
	}
}

/* The data plane won't have it: two sessions can't be told apart, or there is no room. */
static void refused(struct tp_session *s, uint8_t families, int rc)
{
	const uint8_t family = families & TP_AC_IPV6 ? TP_AC_IPV6 : TP_AC_IPV4;
	bool stands = family == TP_AC_IPV6 && can_do_without_ipv6(s);

	if (rc == -EEXIST && family == TP_AC_IPV4)
		tell_taken(s);
	else if (rc == -EEXIST)
		tell_taken6(s, stands ? ": it has IPv4 alone" : "");
	if (stands)
		s->line->ac->counters.ipv6_refused[ipv6_refusal(rc)]++;
	else
		tp_ac_end(s->line, end_reason(family, rc), true);
}

static void session_up(struct tp_session *s)
{
	struct tp_line *line = s->line;
	struct tp_ac *ac = line->ac;

	tp_ac_half_open_over(line);
	line->forwarding = true;
	line->was_up = false;
	line->last_up_ms = ac->now_ms;
	if (line->up_ms == 0)
		line->up_ms = ac->now_ms;
	tp_ac_look_in(s, s->subscriber->idle_timeout_s * UINT64_C(1000));
	ac->counters.up++;
	tp_ac_set_state(line, TP_SESSION_UP);
	tell_up(s);
	tp_ac_bundle_network_up(s);
}

static void session_down(struct tp_session *s)
{
	struct tp_line *line = s->line;

	tp_ac_bundle_network_down(s);
	line->forwarding = false;
	line->was_up = true;
	line->ac->ops.down(line->ac->user, line);
	if (line->ending)
		return;
	line->limit_ms = line->ac->now_ms + TP_AC_SETUP_LIMIT_MS;
	tp_ac_set_state(line, TP_SESSION_NETWORK);
}

bool tp_ac_family_up(struct tp_session *s, uint8_t families)
{
	uint8_t before = s->families;
	int rc;

	if (s->line->ending)
		return false;
	set_families(s, before | families);
	rc = tp_ac_forward(s->line);
	if (rc != 0) {
		set_families(s, before);
		refused(s, families, rc);
		return false;
	}
	if (s->line->forwarding)
		tell_change(s, families);
	else
		session_up(s);
	return true;
}

int tp_ac_families_resume(struct tp_session *s, uint8_t families)
{
	struct tp_line *line = s->line;
	int rc;

	set_families(s, families);
	rc = tp_ac_forward(line);
	if (rc != 0) {
		set_families(s, 0);
		return rc;
	}
	line->forwarding = true;
	line->last_up_ms = line->ac->now_ms;
	tp_ac_look_in(s, s->subscriber->idle_timeout_s * UINT64_C(1000));
	tp_ac_set_state(line, TP_SESSION_UP);
	return 0;
}

void tp_ac_family_down(struct tp_session *s, uint8_t family, bool all)
{
	if ((s->families & family) == 0)
		return;
	set_families(s, s->families & (uint8_t)~family);
	if (s->families == 0) {
		session_down(s);
		return;
	}
	if (all || s->line->ending)
		return;
	if (tp_ac_lacks_ipv6(s))
		s->line->limit_ms = s->line->ac->now_ms + TP_AC_SETUP_LIMIT_MS;
	if (tp_ac_forward(s->line) != 0)
		tp_ac_end(s->line, TP_END_RESOURCES, true);
	else
		tell_change(s, family);
}
