/* SPDX-License-Identifier: BSD-3-Clause */
/* What workers send up to control: to the engine, or to the kernel. */
#include <rte_mbuf.h>

#include "base/bytes.h"
#include "control/control_private.h"

#define BURST 64

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
	else if (m->kind == TP_MESSAGE_DISCOVERY)
		tp_ac_input_discovery(c->ac, &access, &frame.src, &frame.dst, frame.payload,
				      frame.len, c->now_ms);
	else
		unknown_session(c, m, &frame);
}

static void take_host_frame(struct tp_control *c, const struct tp_message *m)
{
	const struct tp_twin *twin = &c->twins[m->port];

	if (tp_twin_write(twin, rte_pktmbuf_mtod(m->mbuf, void *), m->mbuf->data_len))
		c->stats.host_received++;
	else
		c->stats.host_refused++;
}

static void take(struct tp_control *c, const struct tp_message *m)
{
	switch (m->kind) {
	case TP_MESSAGE_SESSION:
	case TP_MESSAGE_DISCOVERY:
	case TP_MESSAGE_UNKNOWN_SESSION:
		take_frame(c, m);
		break;
	case TP_MESSAGE_HOST:
		take_host_frame(c, m);
		break;
	case TP_MESSAGE_RESOLVE:
		tp_kernel_resolve(&c->kernel, m->port, m->address, c->now_ms);
		break;
	case TP_MESSAGE_KEEPALIVE_LOST:
		tp_ac_keepalive_lost(c->ac, m->slot, c->now_ms);
		break;
	}
	rte_pktmbuf_free(m->mbuf);
}

bool tp_control_receive(struct tp_control *c)
{
	struct tp_message messages[BURST];
	unsigned count = tp_dataplane_receive(c->dp, messages, BURST);

	for (unsigned i = 0; i < count; i++)
		take(c, &messages[i]);
	return count > 0;
}
