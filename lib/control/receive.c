/* SPDX-License-Identifier: BSD-3-Clause */
/* What workers punt: to the engine, or to the kernel.
 *
 * When more comes than can be done, sessions that have begun go first, then the PADRs of those
 * who have an offer, then new PADIs: what has been done for somebody is not to be wasted by
 * timeouts, and no more sessions are begun than can be finished in time. */
#include <rte_mbuf.h>
#include <rte_prefetch.h>
#include <stdlib.h>

#include "base/bytes.h"
#include "control/control_private.h"
#include "dataplane/messages.h"
#include "wire/pppoe.h"

#define BURST	     256
#define BURSTS	     32	 /* in a turn */
#define FRAMES_AHEAD 4	 /* that are fetched into the cache */
#define BUSY	     64	 /* frames of sessions in a turn: there are more behind them */
#define PADRS	     32	 /* in a turn */
#define LOOKS	     256 /* at them, as some have to wait */
#define PADIS	     64
#define BEHIND	     2 /* of either, while sessions keep control busy: nobody starves */

/* Offers that no PADR has taken up yet. More at once would come back as more PADRs than can be
 * served. Hosts may prefer another concentrator, or never have existed: so much is forgotten each
 * millisecond, and little while PADRs wait, as those hosts do exist. */
#define OFFERS_MAX	   2048
#define OFFERS_FORGOT	   80
#define OFFERS_FORGOT_BUSY 2

/* So long a PADR waits rather than drive out a session that is about to get through, and so many
 * do: with more, or for longer, it is a flood rather than a city. */
#define PADR_WAITS_MS  10000
#define PADRS_HELD_MAX (TP_WAITING_MAX / 2)

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
			       (uint16_t)(TP_PPPOE_HEADER_LEN + header.length), c->now_ms);
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

static void serve(struct tp_control *c, struct tp_waiting_frame *f)
{
	tp_ac_input_discovery(c->ac, &f->access, &f->src, &f->dst, f->bytes, f->len, c->now_ms);
	free(f);
}

static unsigned serve_padis(struct tp_control *c, unsigned limit)
{
	struct tp_waiting_frame *f;
	unsigned served = 0;

	for (; served < limit && (f = tp_waiting_take(&c->padis)) != NULL; served++)
		serve(c, f);
	return served;
}

/* After a standstill those who are half-open have not been heard yet. */
static bool must_wait(const struct tp_control *c, const struct tp_waiting_frame *f)
{
	return c->held.count < PADRS_HELD_MAX && c->now_ms - f->since_ms < PADR_WAITS_MS &&
	       !tp_ac_half_open_has_room(c->ac, &f->access, &f->src, c->judged ? c->now_ms : 0);
}

/* In the order in which they came. */
static unsigned serve_held(struct tp_control *c, unsigned limit)
{
	const struct tp_waiting_frame *f;
	unsigned served = 0;

	for (; served < limit && (f = tp_waiting_first(&c->held)) != NULL && !must_wait(c, f);
	     served++)
		serve(c, tp_waiting_take(&c->held));
	return served;
}

/* Those that must wait for half-open sessions do so apart: they are in no other VLAN's way. */
static unsigned serve_padrs(struct tp_control *c, unsigned limit)
{
	struct tp_waiting_frame *f;
	unsigned served = serve_held(c, limit);

	for (unsigned i = 0; i < LOOKS && served < limit; i++) {
		f = tp_waiting_take(&c->padrs);
		if (f == NULL)
			break;
		if (must_wait(c, f)) {
			tp_waiting_put(&c->held, &f->access, &f->dst, &f->src, f->bytes, f->len,
				       f->since_ms);
			free(f);
		} else {
			serve(c, f);
			served++;
		}
	}
	return served;
}

static unsigned less(unsigned a, uint64_t b)
{
	return a > b ? a - (unsigned)b : 0;
}

/* True: there is more to serve at once. */
static bool serve_discovery(struct tp_control *c, bool behind)
{
	bool padrs_wait = c->padrs.count + c->held.count > 0;
	unsigned room, served;

	c->offers = less(c->offers, (c->now_ms - c->offers_ms) *
					    (padrs_wait ? OFFERS_FORGOT_BUSY : OFFERS_FORGOT));
	c->offers_ms = c->now_ms;
	served = serve_padrs(c, behind ? BEHIND : PADRS);
	c->offers = less(c->offers, served);
	room = behind || c->padrs.count + c->held.count > 0 ? BEHIND : PADIS;
	if (room > OFFERS_MAX - c->offers)
		room = OFFERS_MAX - c->offers;
	c->offers += serve_padis(c, room);
	return c->padrs.count > 0 || (served > 0 && c->held.count > 0) ||
	       (c->padis.count > 0 && c->offers < OFFERS_MAX);
}

static bool is_of_line(const struct tp_message *m)
{
	return m->kind == TP_MESSAGE_SESSION || m->kind == TP_MESSAGE_EARLY;
}

/* A worker wrote the frame on another core, and tens of thousands of others' lines were served
 * since its own last was: both are on their way here while those before it are served. */
static void prefetch(const struct tp_control *c, const struct tp_message *messages, unsigned i,
		     unsigned count)
{
	const struct tp_message *m = messages + i;

	if (i + 2 * FRAMES_AHEAD < count && m[2 * FRAMES_AHEAD].mbuf != NULL)
		rte_prefetch0(m[2 * FRAMES_AHEAD].mbuf);
	if (i + 2 * FRAMES_AHEAD < count && is_of_line(&m[2 * FRAMES_AHEAD]))
		tp_ac_fetch_line(c->ac, m[2 * FRAMES_AHEAD].slot);
	if (i + FRAMES_AHEAD < count && m[FRAMES_AHEAD].mbuf != NULL)
		rte_prefetch0(rte_pktmbuf_mtod(m[FRAMES_AHEAD].mbuf, void *));
	if (i + FRAMES_AHEAD < count && is_of_line(&m[FRAMES_AHEAD]))
		tp_ac_fetch_session(c->ac, m[FRAMES_AHEAD].slot);
}

/* To put PADIs into the queue is quickly done: all of them, or the workers' rings overflow. */
bool tp_control_receive(struct tp_control *c)
{
	struct tp_message messages[BURST];
	unsigned of_sessions = 0, bursts = 0, count;
	bool more;

	do {
		count = tp_dataplane_receive(c->dp, messages, BURST);
		for (unsigned i = 0; i < count; i++) {
			prefetch(c, messages, i, count);
			of_sessions += messages[i].kind == TP_MESSAGE_SESSION;
			take(c, &messages[i]);
		}
	} while (count == BURST && ++bursts < BURSTS && of_sessions < BUSY);
	more = serve_discovery(c, of_sessions >= BUSY) || count > 0;
	c->crowded = of_sessions >= BUSY || c->padrs.count > 0 || c->padis.count > 0;
	return more;
}
