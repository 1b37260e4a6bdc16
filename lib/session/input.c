/* SPDX-License-Identifier: BSD-3-Clause */
/* What the data plane brings for a line: frames of its PPP link, and verdicts. */
#include "session/bundle.h"
#include "session/engine.h"
#include "session/ipv6.h"
#include "session/life.h"

#include "wire/ppp.h"

#define CACHE_LINE 64

static void fetch(const void *start, size_t size)
{
	for (size_t at = 0; at < size; at += CACHE_LINE)
		__builtin_prefetch((const char *)start + at);
}

void tp_ac_fetch_line(const struct tp_ac *ac, uint32_t slot)
{
	const struct tp_line *line = tp_ac_table_slot(ac, slot);

	if (line != NULL)
		fetch(line, sizeof(*line));
}

void tp_ac_fetch_session(const struct tp_ac *ac, uint32_t slot)
{
	const struct tp_line *line = tp_ac_table_slot(ac, slot);

	if (line != NULL && line->session != NULL)
		fetch(line->session, sizeof(*line->session));
}

/* Network control protocols, and fragments that may be of them: whose PPP link is to hear them. */
static struct tp_line *hearer(struct tp_line *line, const struct tp_reader *payload)
{
	struct tp_reader r = *payload;
	uint16_t protocol;

	if (!tp_read_be16(&r, &protocol))
		return line;
	if (protocol >> 14 == 2)
		return tp_ac_bundle_follow(line);
	return protocol == TP_PPP_PROTO_MP && line->session != NULL ? line->session->network : line;
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

static void input_ipv6(struct tp_ac *ac, struct tp_session *s, const struct tp_reader *packet)
{
	if (s != NULL)
		tp_ac_ipv6_input(s, packet->p, tp_reader_left(packet));
	else
		ac->ipv6_counters.discarded[TP_IPV6_LINK_DOWN]++;
}

/* Whose frame PACKET is, or NULL; PAYLOAD is what it carries. */
static struct tp_line *sender(struct tp_ac *ac, uint32_t slot, const struct tp_mac *src,
			      const uint8_t *packet, size_t len, struct tp_reader *payload)
{
	struct tp_line *line = tp_ac_table_slot(ac, slot);
	struct tp_pppoe_header header;

	if (line != NULL && line->ac != NULL && line->state != TP_SESSION_CLOSED &&
	    tp_pppoe_header_parse(packet, len, &header, payload) &&
	    header.code == TP_PPPOE_CODE_SESSION && header.session_id == line->session_id &&
	    tp_mac_equal(&line->mac, src))
		return line;
	ac->counters.stray_frames++;
	return NULL;
}

void tp_ac_input_session(struct tp_ac *ac, uint32_t slot, const struct tp_mac *src,
			 const uint8_t *packet, size_t len, uint64_t now_ms)
{
	struct tp_reader payload;
	struct tp_line *line;

	tp_ac_now(ac, now_ms);
	line = sender(ac, slot, src, packet, len, &payload);
	if (line == NULL)
		return;
	if (is_ipv6(&payload)) {
		input_ipv6(ac, line->session, &payload);
		return;
	}
	line = hearer(line, &payload);
	tp_ac_ppp_enter(line);
	tp_ppp_input(&line->ppp, payload.p, tp_reader_left(&payload), ac->now_ms);
	tp_ac_ppp_leave(line);
}

void tp_ac_input_early(struct tp_ac *ac, uint32_t slot, const struct tp_mac *src,
		       const uint8_t *packet, size_t len, uint64_t now_ms)
{
	struct tp_reader payload;
	struct tp_line *line;

	tp_ac_now(ac, now_ms);
	line = sender(ac, slot, src, packet, len, &payload);
	if (line == NULL || !is_ipv6(&payload))
		return;
	if (line->session == NULL || tp_ppp_encryption(&line->session->network->ppp) == NULL)
		input_ipv6(ac, line->session, &payload);
	else
		ac->ipv6_counters.discarded[TP_IPV6_LINK_DOWN]++;
}

void tp_ac_decryption_lost(struct tp_ac *ac, uint32_t slot, enum tp_mppe_need need, uint64_t now_ms)
{
	struct tp_line *line = tp_ac_table_slot(ac, slot);

	tp_ac_now(ac, now_ms);
	if (line == NULL || line->ac == NULL || line->state != TP_SESSION_UP ||
	    tp_ppp_encryption(&line->session->network->ppp) == NULL)
		return;
	line = line->session->network;
	if (need == TP_MPPE_NEEDS_RESET)
		ac->counters.resets_sent++;
	else if (need == TP_MPPE_NEEDS_CCP)
		ac->counters.rekeys++;
	tp_ac_ppp_enter(line);
	tp_ppp_decryption_lost(&line->ppp, need, ac->now_ms);
	tp_ac_ppp_leave(line);
}

/* A verdict that waited in a ring while its slot was given away finds a line too young to have
 * been silent for so long. */
void tp_ac_keepalive_lost(struct tp_ac *ac, uint32_t slot, uint64_t now_ms)
{
	struct tp_line *line = tp_ac_table_slot(ac, slot);

	tp_ac_now(ac, now_ms);
	if (line == NULL || line->ac == NULL || line->state != TP_SESSION_UP || line->left ||
	    line->keepalive_s == 0 ||
	    ac->now_ms - line->last_up_ms < line->keepalive_s * UINT64_C(1000))
		return;
	tp_ac_end(line, TP_END_KEEPALIVE, false);
}
