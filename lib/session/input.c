/* SPDX-License-Identifier: BSD-3-Clause */
/* What the data plane brings for a session: frames of its PPP link, and verdicts. */
#include "session/bundle.h"
#include "session/engine.h"
#include "session/ipv6.h"
#include "session/life.h"

#include "wire/ppp.h"

/* Network control protocols, and fragments that may be of them: whose PPP link is to hear them. */
static struct tp_session *hearer(struct tp_session *s, const struct tp_reader *payload)
{
	struct tp_reader r = *payload;
	uint16_t protocol;

	if (!tp_read_be16(&r, &protocol))
		return s;
	if (protocol >> 14 == 2)
		return tp_ac_bundle_follow(s);
	return protocol == TP_PPP_PROTO_MP ? tp_line_owner(tp_session_leader(s)->network) : s;
}

/* An IPv6 packet; PAYLOAD is moved to it. */
static bool is_ipv6(struct tp_reader *payload)
{
	struct tp_reader r = *payload;
	uint16_t protocol;

	if (!tp_read_be16(&r, &protocol) || protocol != TP_PPP_PROTO_IPV6)
		return false;
	*payload = r;
	return true;
}

/* Whose frame PACKET is, or NULL; PAYLOAD is what it carries. */
static struct tp_session *sender(struct tp_ac *ac, uint32_t slot, const struct tp_mac *src,
				 const uint8_t *packet, size_t len, struct tp_reader *payload)
{
	struct tp_session *s = tp_ac_table_slot(ac, slot);
	struct tp_pppoe_header header;

	if (s != NULL && s->ac != NULL && s->state != TP_SESSION_CLOSED &&
	    tp_pppoe_header_parse(packet, len, &header, payload) &&
	    header.code == TP_PPPOE_CODE_SESSION && header.session_id == s->line.session_id &&
	    tp_mac_equal(&s->line.mac, src))
		return s;
	ac->counters.stray_frames++;
	return NULL;
}

void tp_ac_input_session(struct tp_ac *ac, uint32_t slot, const struct tp_mac *src,
			 const uint8_t *packet, size_t len, uint64_t now_ms)
{
	struct tp_reader payload;
	struct tp_session *s;

	tp_ac_now(ac, now_ms);
	s = sender(ac, slot, src, packet, len, &payload);
	if (s == NULL)
		return;
	if (is_ipv6(&payload)) {
		tp_ac_ipv6_input(tp_session_leader(s), payload.p, tp_reader_left(&payload));
		return;
	}
	s = hearer(s, &payload);
	tp_ac_ppp_enter(s);
	tp_ppp_input(&s->line.ppp, payload.p, tp_reader_left(&payload), ac->now_ms);
	tp_ac_ppp_leave(s);
}

void tp_ac_input_early(struct tp_ac *ac, uint32_t slot, const struct tp_mac *src,
		       const uint8_t *packet, size_t len, uint64_t now_ms)
{
	struct tp_reader payload;
	struct tp_session *s;

	tp_ac_now(ac, now_ms);
	s = sender(ac, slot, src, packet, len, &payload);
	if (s == NULL || !is_ipv6(&payload))
		return;
	s = tp_session_leader(s);
	if (tp_ppp_encryption(&s->network->ppp) == NULL)
		tp_ac_ipv6_input(s, payload.p, tp_reader_left(&payload));
	else
		ac->ipv6_counters.discarded[TP_IPV6_LINK_DOWN]++;
}

void tp_ac_decryption_lost(struct tp_ac *ac, uint32_t slot, enum tp_mppe_need need, uint64_t now_ms)
{
	struct tp_session *s = tp_ac_table_slot(ac, slot);

	tp_ac_now(ac, now_ms);
	if (s == NULL || s->ac == NULL || s->state != TP_SESSION_UP ||
	    tp_ppp_encryption(&tp_session_leader(s)->network->ppp) == NULL)
		return;
	s = tp_line_owner(tp_session_leader(s)->network);
	if (need == TP_MPPE_NEEDS_RESET)
		ac->counters.resets_sent++;
	else if (need == TP_MPPE_NEEDS_CCP)
		ac->counters.rekeys++;
	tp_ac_ppp_enter(s);
	tp_ppp_decryption_lost(&s->line.ppp, need, ac->now_ms);
	tp_ac_ppp_leave(s);
}

/* A verdict that waited in a ring while its slot was given away finds a session too young to have
 * been silent for so long. */
void tp_ac_keepalive_lost(struct tp_ac *ac, uint32_t slot, uint64_t now_ms)
{
	struct tp_session *s = tp_ac_table_slot(ac, slot);

	tp_ac_now(ac, now_ms);
	if (s == NULL || s->ac == NULL || s->state != TP_SESSION_UP || s->line.session == NULL ||
	    s->line.keepalive_s == 0 ||
	    ac->now_ms - s->last_up_ms < s->line.keepalive_s * UINT64_C(1000))
		return;
	tp_ac_end(s, TP_END_KEEPALIVE, false);
}
