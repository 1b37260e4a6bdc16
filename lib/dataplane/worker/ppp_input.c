/* SPDX-License-Identifier: BSD-3-Clause */
/* The PPP frames of known sessions, by their protocol: out of MP's fragments and MPPE, if the
 * session has them, to IPv4, which is forwarded, or to control. */
#include "dataplane/worker/slow.h"

#include <rte_mbuf.h>

#include "dataplane/worker/coding.h"
#include "dataplane/worker/encap.h"
#include "dataplane/worker/forward.h"
#include "dataplane/worker/punt.h"
#include "dataplane/worker/reorder.h"
#include "dataplane/worker/shaper.h"
#include "wire/ipv4.h"
#include "wire/ppp.h"
#include "wire/pppoe.h"

/* RFC 1812, section 5.2.2. */
static enum tp_drop drop_of(enum tp_ipv4_fault fault)
{
	switch (fault) {
	case TP_IPV4_BAD_HEADER:
		return TP_DROP_IP_HEADER;
	case TP_IPV4_BAD_LENGTH:
		return TP_DROP_IP_LENGTH;
	default:
		return TP_DROP_IP_CHECKSUM;
	}
}

/* An IPv4 packet of at most LEN bytes, OFFSET bytes into M. */
static void ipv4_input(struct tp_worker *w, const struct tp_flow *flow, struct rte_mbuf *m,
		       uint16_t offset, uint16_t len)
{
	struct tp_record_up *r = &w->up[flow->slot];
	const struct tp_terms *terms = &w->terms[flow->slot];
	struct tp_ipv4 *ip = rte_pktmbuf_mtod_offset(m, struct tp_ipv4 *, offset);

	if ((tp_terms_careful(terms) & TP_CAREFUL_DOWN) != 0) {
		tp_drop(w, flow, m, TP_DROP_SESSION_NOT_UP);
		return;
	}
	enum tp_ipv4_fault fault = tp_ipv4_check(ip, len);
	if (fault != TP_IPV4_OK) {
		tp_drop(w, flow, m, drop_of(fault));
		return;
	}
	if (!tp_record_has(r, terms, ip->src_be)) {
		tp_drop(w, flow, m, TP_DROP_SPOOFED_SOURCE);
		return;
	}
	if (tp_ipv4_is_martian(ip->src_be)) { /* of a route that covers it */
		tp_drop(w, flow, m, TP_DROP_MARTIAN_SOURCE);
		return;
	}
	uint16_t total = rte_be_to_cpu_16(ip->total_length_be);
	enum tp_shaped shaped = TP_SHAPED_PASS;
	tp_mbuf_narrow(m, offset, total);
	tp_mss(m, tp_read_once(&terms->mss_up));
	if (tp_read_once(&r->shaped))
		shaped = tp_shape(w, flow, m, total, flow->slot, false);
	if (shaped == TP_SHAPED_DROPPED)
		return;
	tp_count(&r->packets, 1);
	tp_count(&r->bytes, total);
	tp_write_once(&r->data_tick, w->tick);
	if (shaped == TP_SHAPED_PASS)
		tp_forward(w, flow, m);
}

/* A packet out of an MP fragment, that is none of ours: control gets it as the frame it might have
 * come in. M begins with its PPP protocol field. */
static void punt_packet(struct tp_worker *w, const struct tp_flow *flow, struct rte_mbuf *m)
{
	const struct tp_record_down *r = &w->down[flow->slot];
	const struct tp_class class = {
		.vlans = w->up[flow->slot].vlans,
		.ethertype = TP_ETHERTYPE_SESSION,
		.offset = TP_ETHERNET_HEADER_LEN,
	};
	uint16_t len = m->data_len;
	uint8_t *p =
		(uint8_t *)rte_pktmbuf_prepend(m, TP_ETHERNET_HEADER_LEN + TP_PPPOE_HEADER_LEN);

	if (p == NULL) {
		tp_drop(w, flow, m, TP_DROP_NO_MBUF);
		return;
	}
	memcpy(p, w->ports[flow->port].mac.bytes, 6);
	memcpy(p + 6, r->header + TP_SESSION_HEADER_MAX - r->header_len, 6);
	tp_put_be16(p + 12, TP_ETHERTYPE_SESSION);
	p[14] = TP_PPPOE_VER_TYPE;
	p[15] = TP_PPPOE_CODE_SESSION;
	memcpy(p + 16, r->header + TP_SESSION_HEADER_MAX - 6, 2);
	tp_put_be16(p + 18, len);
	tp_punt_session(w, flow, m, &class);
}

/* An encrypted packet of LEN bytes, OFFSET bytes into M. Nothing but IPv4 has been agreed on, and
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
	if (!tp_mp_protocol(&packet, &protocol) || protocol != TP_PPP_PROTO_IPV4) {
		tp_drop(w, flow, m, TP_DROP_MPPE_PROTOCOL);
		return;
	}
	ipv4_input(w, flow, m, (uint16_t)(packet.p - rte_pktmbuf_mtod(m, const uint8_t *)),
		   (uint16_t)tp_reader_left(&packet));
}

/* A packet of PROTOCOL, if it is the subscriber's own traffic: IPv4, or that encrypted. Else false.
 */
static bool traffic_input(struct tp_worker *w, const struct tp_flow *flow, struct tp_coding *coding,
			  struct rte_mbuf *m, uint16_t protocol, uint16_t offset, uint16_t len)
{
	bool encrypted = tp_coding_decrypts(coding);

	if (protocol == TP_PPP_PROTO_IPV4 && encrypted)
		tp_drop(w, flow, m, TP_DROP_NOT_ENCRYPTED);
	else if (protocol == TP_PPP_PROTO_IPV4)
		ipv4_input(w, flow, m, offset, len);
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
		punt_packet(w, flow, m);
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
	if (!tp_reorder_is_needed(w, coding)) {
		fragment_input(w, flow, coding, m, offset, len);
		return;
	}
	tp_mbuf_narrow(m, offset, len);
	if (!tp_reorder_room(w, flow, coding, m))
		return;
	tp_multilink_deliver(w, coding, flow->port);
	tp_reorder_put(w, flow, coding, via, m);
	tp_multilink_deliver(w, coding, flow->port);
}

static bool is_traffic(uint16_t protocol)
{
	return protocol == TP_PPP_PROTO_IPV4 || protocol == TP_PPP_PROTO_MPPE ||
	       protocol == TP_PPP_PROTO_MP;
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
	if (traffic_input(w, flow, coding, m, protocol, offset, len))
		return;
	if (protocol == TP_PPP_PROTO_MP && coding != NULL && coding->multilink.mrru != 0)
		multilink_input(w, flow, coding, m, via, offset, len);
	else if (protocol != TP_PPP_PROTO_LCP || (careful & TP_CAREFUL_DOWN) != 0 ||
		 !tp_echo_input(w, flow, m, offset, len))
		tp_punt_session(w, flow, m, class);
}
