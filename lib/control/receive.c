/* SPDX-License-Identifier: BSD-3-Clause */
/* What workers punt: to the engine, or to the kernel.
 *
 * When more comes than can be done, sessions that have begun go first, then the PADRs of those
 * who have an offer, then new PADIs: what has been done for somebody is not to be wasted by
 * timeouts, and no more sessions are begun than can be finished in time. */
#include <rte_mbuf.h>
#include <stdlib.h>

#include "base/bytes.h"
#include "control/control_private.h"
#include "dataplane/messages.h"
#include "wire/pppoe.h"

#define BURST  256
#define BURSTS 32 /* in a turn */
#define BUSY   64 /* frames of sessions in a turn: there are more behind them */
#define PADRS  32 /* in a turn */
#define PADIS  64
#define BEHIND 2 /* of either, while sessions keep control busy: nobody starves */

/* Offers that no PADR has taken up yet. More at once would come back as more PADRs than can be
 * served. Hosts may prefer another concentrator, or never have existed: so much is forgotten each
 * millisecond. */
#define OFFERS_MAX    2048
#define OFFERS_FORGOT 80

/* A frame's addresses, and what follows its type. */
struct frame {
	struct tp_mac dst, src;
	const uint8_t *payload;
	size_t len;
};

static bool read_frame(struct rte_mbuf *mbuf, struct frame *frame)
{
	struct tp_reader r = tp_reader_of(rte_pktmbuf_mtod(mbuf, void *), mbuf->data_len);
	uint16_t ethertype;

	if (!tp_read_copy(&r, frame->dst.bytes, sizeof(frame->dst.bytes)) ||
	    !tp_read_copy(&r, frame->src.bytes, sizeof(frame->src.bytes)) ||
	    !tp_read_be16(&r, &ethertype))
		return false;
	frame->payload = r.p;
	frame->len = tp_reader_left(&r);
	return true;
}

/* The session id of a PPPoE header (RFC 2516, section 4): after version, type and code. */
static bool read_session_id(const struct frame *frame, uint16_t *session_id)
{
	struct tp_reader r = tp_reader_of(frame->payload, frame->len);
	uint16_t version_type_code;

	return tp_read_be16(&r, &version_type_code) && tp_read_be16(&r, session_id);
}

static void unknown_session(struct tp_control *c, const struct tp_message *m,
			    const struct frame *frame)
{
	const struct tp_access access = {m->port, m->vlans};
	uint16_t session_id;

	if (read_session_id(frame, &session_id))
		tp_ac_unknown_session(c->ac, &access, &frame->src, session_id, c->now_ms);
	else
		c->stats.runts++;
}

static void discovery(struct tp_control *c, const struct tp_access *access,
		      const struct frame *frame)
{
	struct tp_pppoe_header header;
	struct tp_reader payload;
	struct tp_waiting *queue = NULL;

	if (frame->len <= TP_PPPOE_PACKET_MAX &&
	    tp_pppoe_header_parse(frame->payload, frame->len, &header, &payload)) {
		if (header.code == TP_PPPOE_CODE_PADI)
			queue = &c->padis;
		else if (header.code == TP_PPPOE_CODE_PADR)
			queue = &c->padrs;
	}
	if (queue != NULL)
		tp_waiting_put(queue, access, &frame->dst, &frame->src, frame->payload,
			       (uint16_t)(TP_PPPOE_HEADER_LEN + header.length));
	else
		tp_ac_input_discovery(c->ac, access, &frame->src, &frame->dst, frame->payload,
				      frame->len, c->now_ms);
}

/* A message with a frame for the engine. */
static void take_frame(struct tp_control *c, const struct tp_message *m)
{
	const struct tp_access access = {m->port, m->vlans};
	struct frame frame;

	if (!read_frame(m->mbuf, &frame)) {
		c->stats.runts++;
		return;
	}
	if (m->kind == TP_MESSAGE_SESSION)
		tp_ac_input_session(c->ac, m->slot, &frame.src, frame.payload, frame.len,
				    c->now_ms);
	else if (m->kind == TP_MESSAGE_EARLY)
		tp_ac_input_early(c->ac, m->slot, &frame.src, frame.payload, frame.len, c->now_ms);
	else if (m->kind == TP_MESSAGE_DISCOVERY)
		discovery(c, &access, &frame);
	else
		unknown_session(c, m, &frame);
}

static void take_host_frame(struct tp_control *c, const struct tp_message *m)
{
	const struct tp_tap *tap = &c->taps[m->port];

	if (tp_tap_write(tap, rte_pktmbuf_mtod(m->mbuf, void *), m->mbuf->data_len))
		c->stats.host_received++;
	else
		c->stats.host_refused++;
}

static void take(struct tp_control *c, const struct tp_message *m)
{
	switch (m->kind) {
	case TP_MESSAGE_SESSION:
	case TP_MESSAGE_EARLY:
	case TP_MESSAGE_DISCOVERY:
	case TP_MESSAGE_UNKNOWN_SESSION:
		take_frame(c, m);
		break;
	case TP_MESSAGE_HOST:
		take_host_frame(c, m);
		break;
	case TP_MESSAGE_RESOLVE:
		tp_kernel_resolve(&c->kernel, m->port, &m->ip, c->now_ms);
		break;
	case TP_MESSAGE_KEEPALIVE_LOST:
		tp_ac_keepalive_lost(c->ac, m->slot, c->now_ms);
		break;
	case TP_MESSAGE_DECRYPTION_LOST:
		tp_ac_decryption_lost(c->ac, m->slot, m->need, c->now_ms);
		break;
	}
	rte_pktmbuf_free(m->mbuf);
}

static unsigned serve(struct tp_control *c, struct tp_waiting *queue, unsigned limit)
{
	struct tp_waiting_frame *f;
	unsigned served = 0;

	for (; served < limit && (f = tp_waiting_take(queue)) != NULL; served++) {
		tp_ac_input_discovery(c->ac, &f->access, &f->src, &f->dst, f->bytes, f->len,
				      c->now_ms);
		free(f);
	}
	return served;
}

static unsigned less(unsigned a, uint64_t b)
{
	return a > b ? a - (unsigned)b : 0;
}

static void serve_discovery(struct tp_control *c, bool behind)
{
	unsigned room;

	c->offers = less(c->offers, (c->now_ms - c->offers_ms) * OFFERS_FORGOT);
	c->offers_ms = c->now_ms;
	c->offers = less(c->offers, serve(c, &c->padrs, behind ? BEHIND : PADRS));
	room = behind || c->padrs.count > 0 ? BEHIND : PADIS;
	if (room > OFFERS_MAX - c->offers)
		room = OFFERS_MAX - c->offers;
	c->offers += serve(c, &c->padis, room);
}

/* To put PADIs into the queue is quickly done: all of them, or the workers' rings overflow. */
bool tp_control_receive(struct tp_control *c)
{
	struct tp_message messages[BURST];
	unsigned of_sessions = 0, bursts = 0, count;

	do {
		count = tp_dataplane_receive(c->dp, messages, BURST);
		for (unsigned i = 0; i < count; i++) {
			of_sessions += messages[i].kind == TP_MESSAGE_SESSION;
			take(c, &messages[i]);
		}
	} while (count == BURST && ++bursts < BURSTS && of_sessions < BUSY);
	serve_discovery(c, of_sessions >= BUSY);
	return count > 0 || c->padrs.count > 0 || (c->padis.count > 0 && c->offers < OFFERS_MAX);
}
