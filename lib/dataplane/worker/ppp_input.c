/* SPDX-License-Identifier: BSD-3-Clause */
/* The PPP frames of known sessions, by their protocol: out of MP's fragments and MPPE, if the
 * session has them, to IP, which is forwarded, or to control. */
#include "dataplane/worker/slow.h"

#include <rte_mbuf.h>

#include "dataplane/worker/coding.h"
#include "dataplane/worker/encap.h"
#include "dataplane/worker/forward.h"
#include "dataplane/worker/punt.h"
#include "dataplane/worker/reorder.h"
#include "wire/ipv4.h"
#include "wire/ipv6.h"
#include "wire/ppp.h"

static bool is_ip(uint16_t protocol)
{
	return protocol == TP_PPP_PROTO_IPV4 || protocol == TP_PPP_PROTO_IPV6;
}

/* An encrypted packet of LEN bytes, OFFSET bytes into M. Nothing but IP has been agreed on, and
 * to reject it would send it back in clear. */
static void encrypted_input(struct tp_worker *w, const struct tp_flow *flow,
			    struct tp_coding *coding, struct rte_mbuf *m, uint16_t offset,
			    uint16_t len)
{
	struct tp_reader packet;
	uint16_t protocol;

	if (!tp_coding_decrypt(w, flow, coding, m, offset, len))
		return;
	packet = tp_reader_of(
		rte_pktmbuf_mtod_offset(m, const uint8_t *, offset + TP_MPPE_HEADER_LEN),
		len - TP_MPPE_HEADER_LEN);
	if (!tp_mp_protocol(&packet, &protocol) || !is_ip(protocol)) {
		tp_drop(w, flow, m, TP_DROP_MPPE_PROTOCOL);
		return;
	}
	tp_ip_input(w, flow, m, protocol,
		    (uint16_t)(packet.p - rte_pktmbuf_mtod(m, const uint8_t *)),
		    (uint16_t)tp_reader_left(&packet));
}

/* A packet of PROTOCOL, if it is the subscriber's own traffic: IP, or that encrypted. Else false.
 */
static bool traffic_input(struct tp_worker *w, const struct tp_flow *flow, struct tp_coding *coding,
			  struct rte_mbuf *m, uint16_t protocol, uint16_t offset, uint16_t len)
{
	bool encrypted = tp_coding_decrypts(coding);

	if (is_ip(protocol) && encrypted)
		tp_drop(w, flow, m, TP_DROP_NOT_ENCRYPTED);
	else if (is_ip(protocol))
		tp_ip_input(w, flow, m, protocol, offset, len);
	else if (protocol == TP_PPP_PROTO_MPPE && encrypted)
		encrypted_input(w, flow, coding, m, offset, len);
	else
		return false;
	return true;
}

/* A fragment of MP, LEN bytes, OFFSET bytes into M; perhaps the last of its packet. */
static void fragment_input(struct tp_worker *w, const struct tp_flow *flow,
			   struct tp_coding *coding, struct rte_mbuf *m, uint16_t offset,
			   uint16_t len)
{
	struct tp_reader packet;
	uint16_t protocol;

	m = tp_multilink_input(w, flow, coding, m, offset, len);
	if (m == NULL)
		return;
	packet = tp_reader_of(rte_pktmbuf_mtod(m, const uint8_t *), m->data_len);
	if (!tp_mp_protocol(&packet, &protocol)) {
		tp_drop(w, flow, m, TP_DROP_MP_HEADER);
		return;
	}
	offset = (uint16_t)(packet.p - rte_pktmbuf_mtod(m, const uint8_t *));
	len = (uint16_t)tp_reader_left(&packet);
	if (!traffic_input(w, flow, coding, m, protocol, offset, len) &&
	    (protocol != TP_PPP_PROTO_LCP || !tp_echo_input(w, flow, m, offset, len)))
		tp_punt_session_packet(w, flow, m);
}

void tp_multilink_deliver(struct tp_worker *w, struct tp_coding *coding, unsigned burst)
{
	struct tp_flow flow;
	struct rte_mbuf *m;

	while ((m = tp_reorder_take(w, coding, &flow)) != NULL) {
		if (flow.port == burst)
			tp_tx_make_room(w, burst);
		else
			tp_tx_flush(w, burst);
		fragment_input(w, &flow, coding, m, 0, m->data_len);
		if (flow.port != burst)
			tp_tx_flush(w, flow.port);
	}
}

/* A fragment that came by the link of VIA. */
static void multilink_input(struct tp_worker *w, const struct tp_flow *flow,
			    struct tp_coding *coding, struct rte_mbuf *m, uint32_t via,
			    uint16_t offset, uint16_t len)
{
	tp_mbuf_narrow(m, offset, len);
	if (tp_reorder_is_due(w, coding, m) || !tp_reorder_is_needed(w, coding)) {
		fragment_input(w, flow, coding, m, 0, len);
		return;
	}
	if (!tp_reorder_room(w, flow, coding, m))
		return;
	tp_multilink_deliver(w, coding, flow->port);
	tp_reorder_put(w, flow, coding, via, m);
	tp_multilink_deliver(w, coding, flow->port);
}

static bool is_traffic(uint16_t protocol)
{
	return is_ip(protocol) || protocol == TP_PPP_PROTO_MPPE || protocol == TP_PPP_PROTO_MP;
}

/* A Router Solicitation or a message to all DHCP servers, before IPv6 is up: hosts send these right
 * behind IPV6CP's last word, which is on its way to control, and repeat them after a second. */
static bool is_early(const struct tp_worker *w, const struct tp_flow *flow,
		     const struct rte_mbuf *m, uint16_t offset, uint16_t len)
{
	static const uint8_t scope[8] = {0xff, 0x02};
	const struct tp_ipv6 *ip = rte_pktmbuf_mtod_offset(m, const struct tp_ipv6 *, offset);

	return len > TP_IPV6_HEADER_LEN && memcmp(ip->dst, scope, sizeof(scope)) == 0 &&
	       (ip->next_header == TP_IPPROTO_UDP || ip->next_header == TP_IPV6_ICMP) &&
	       ((tp_terms_careful(&w->terms[flow->slot]) & TP_CAREFUL_DOWN) != 0 ||
		tp_flow_terms6(w, flow) == NULL);
}

void tp_ppp_frame_input(struct tp_worker *w, struct tp_flow *flow, struct rte_mbuf *m,
			const struct tp_class *class, uint16_t offset, uint16_t len)
{
	uint32_t via = flow->slot;
	unsigned careful = tp_terms_careful(&w->terms[flow->slot]);
	bool coded = (careful & TP_CAREFUL_CODED) != 0;
	uint16_t protocol = tp_load_be16(rte_pktmbuf_mtod_offset(m, const uint8_t *, offset));
	struct tp_coding *coding = coded ? tp_coding_of(w, flow->slot) : NULL;

	tp_write_once(&w->up[flow->slot].seen_tick, w->tick);
	if (coding != NULL && coding->owner != w->id) {
		tp_coding_hand_off(w, flow, coding, m);
		return;
	}
	if (coding != NULL && coding->leader != TP_SLOT_NONE && is_traffic(protocol)) {
		flow->slot = coding->leader;
		coding = tp_coding_of(w, flow->slot);
	}
	if (is_traffic(protocol) && coded && coding == NULL) {
		tp_drop(w, flow, m, TP_DROP_SESSION_NOT_UP); /* withdrawn a moment ago */
		return;
	}
	offset = (uint16_t)(offset + TP_PPP_PROTO_LEN);
	len = (uint16_t)(len - TP_PPP_PROTO_LEN);
	if (coding == NULL && protocol == TP_PPP_PROTO_IPV6 && is_early(w, flow, m, offset, len)) {
		tp_punt_early(w, flow, m, class);
		return;
	}
	if (traffic_input(w, flow, coding, m, protocol, offset, len))
		return;
	if (protocol == TP_PPP_PROTO_MP && coding != NULL && coding->multilink.mrru != 0)
		multilink_input(w, flow, coding, m, via, offset, len);
	else if (protocol != TP_PPP_PROTO_LCP || (careful & TP_CAREFUL_DOWN) != 0 ||
		 !tp_echo_input(w, flow, m, offset, len))
		tp_punt_session(w, flow, m, class);
}
