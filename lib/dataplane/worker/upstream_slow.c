/* SPDX-License-Identifier: BSD-3-Clause */
/* A frame on an access port, check by check. */
#include "dataplane/worker/slow.h"

#include <rte_mbuf.h>

#include "dataplane/port.h"
#include "dataplane/worker/head.h"
#include "dataplane/worker/punt.h"
#include "dataplane/worker/put_off.h"
#include "wire/ppp.h"
#include "wire/pppoe.h"

static bool is_ours(const struct tp_port *port, const uint8_t *frame)
{
	return tp_mac_key_at(frame) == port->mac_key;
}

/* An 0x8864 frame to us, RFC 2516, section 6. */
static void session_input(struct tp_worker *w, struct tp_flow *flow, struct rte_mbuf *m,
			  const struct tp_port *port, const struct tp_class *class)
{
	const uint8_t *frame = rte_pktmbuf_mtod(m, const uint8_t *);
	const uint8_t *header = frame + class->offset;
	unsigned left = m->data_len - class->offset;

	if (left < TP_PPPOE_HEADER_LEN) {
		tp_drop(w, flow, m, TP_DROP_TRUNCATED);
		return;
	}
	if (header[0] != TP_PPPOE_VER_TYPE || header[1] != TP_PPPOE_CODE_SESSION) {
		tp_drop(w, flow, m, TP_DROP_PPPOE_HEADER);
		return;
	}
	uint16_t length = tp_load_be16(header + 4);
	if (length < TP_PPP_PROTO_LEN || length > left - TP_PPPOE_HEADER_LEN) {
		tp_drop(w, flow, m, TP_DROP_PPPOE_LENGTH);
		return;
	}
	unsigned scope = class->vlans & (TP_DATAPLANE_SCOPES - 1);
	uint32_t slot = tp_port_session(port, scope, tp_load_be16(header + 2));
	if (slot == w->no_slot) {
		tp_punt_unknown(w, flow, m, class, TP_DROP_UNKNOWN_SESSION);
		return;
	}
	const struct tp_record_up *r = &w->up[slot];
	if (tp_mac_key_at(frame + 6) != (tp_read_once(&r->mac) & ~(uint64_t)TP_MAC_CAREFUL)) {
		/* Who had the id before may not know that the session is over. */
		tp_punt_unknown(w, flow, m, class, TP_DROP_WRONG_MAC);
		return;
	}
	if (class->vlans != r->vlans) {
		tp_punt_unknown(w, flow, m, class, TP_DROP_WRONG_VLAN);
		return;
	}
	flow->slot = slot;
	tp_ppp_frame_input(w, flow, m, class, (uint16_t)(class->offset + TP_PPPOE_HEADER_LEN),
			   length);
}

void tp_upstream_slow(struct tp_worker *w, struct tp_port *port, struct rte_mbuf *m)
{
	struct tp_flow flow = tp_flow_of_port(w, port);
	const uint8_t *frame = rte_pktmbuf_mtod(m, const uint8_t *);
	struct tp_class class;

	if (!tp_slow_classify(w, &flow, m, &class))
		return;
	if (class.ethertype != TP_ETHERTYPE_SESSION && class.ethertype != TP_ETHERTYPE_DISCOVERY) {
		tp_drop(w, &flow, m, TP_DROP_ETHERTYPE);
		return;
	}
	if ((frame[6] & 1) != 0) { /* RFC 2516, section 4: the sender's is a host's address */
		tp_drop(w, &flow, m, TP_DROP_SOURCE_MULTICAST);
		return;
	}
	bool group = (frame[0] & 1) != 0;
	if (class.ethertype == TP_ETHERTYPE_DISCOVERY && (group || is_ours(port, frame)))
		tp_punt_discovery(w, &flow, m, &class);
	else if (class.ethertype == TP_ETHERTYPE_SESSION && is_ours(port, frame))
		session_input(w, &flow, m, port, &class);
	else
		tp_drop(w, &flow, m, TP_DROP_NOT_FOR_US);
}

bool tp_upstream_other(struct tp_worker *w, struct tp_port *port, struct rte_mbuf *m,
		       const struct tp_head_kind *kind, uint32_t slot)
{
	struct tp_head_kind is;

	if (m->nb_segs == 1 && tp_head_kind_of(rte_pktmbuf_mtod(m, const uint8_t *), &is) &&
	    !tp_head_kind_equal(&is, kind))
		return true;
	if (!tp_put_off_up(w, m, kind->tags, slot))
		tp_upstream_slow(w, port, m);
	return false;
}
