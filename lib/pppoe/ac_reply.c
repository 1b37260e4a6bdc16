/* SPDX-License-Identifier: BSD-3-Clause */
/* What the access concentrator answers: PADO and PADS. */
#include "ac_internal.h"

static void echo(struct tp_writer *w, uint16_t type, const struct tp_pppoe_value *value)
{
	if (tp_pppoe_value_present(value))
		tp_pppoe_tag_write(w, type, value->bytes, value->len);
}

/* What every reply holds: who we are, and what the client or a relay wants back. */
static void write_common(struct tp_writer *w, const struct tp_pppoe_ac_packet *in)
{
	tp_pppoe_tag_write(w, TP_PPPOE_TAG_AC_NAME, in->ac->name, strlen(in->ac->name));
	echo(w, TP_PPPOE_TAG_HOST_UNIQ, &in->tags.host_uniq);
	echo(w, TP_PPPOE_TAG_RELAY_SESSION_ID, &in->tags.relay_session_id);
}

/* RFC 4638, section 3: a server that can do more than 1492 gives the client's tag back as it is. */
static void write_max_payload(struct tp_writer *w, const struct tp_pppoe_ac_packet *in,
			      uint16_t ours)
{
	uint8_t value[2];

	if (in->tags.max_payload <= TP_PPPOE_MAX_PAYLOAD || ours <= TP_PPPOE_MAX_PAYLOAD)
		return;
	tp_put_be16(value, in->tags.max_payload);
	tp_pppoe_tag_write(w, TP_PPPOE_TAG_PPP_MAX_PAYLOAD, value, sizeof(value));
}

static void write_text(struct tp_writer *w, uint16_t type, const char *text)
{
	tp_pppoe_tag_write(w, type, text, strlen(text));
}

static uint16_t larger(uint16_t a, uint16_t b)
{
	return a > b ? a : b;
}

void tp_pppoe_ac_reply(const struct tp_pppoe_ac_packet *in, const uint8_t *bytes, size_t len)
{
	struct tp_pppoe_packet packet = {
		.src = in->access->mac,
		.dst = in->packet->src,
		.port = in->packet->port,
		.vlans = in->packet->vlans,
		.bytes = bytes,
		.len = len,
		.delay_ms = in->delay_ms,
	};

	in->ac->callbacks.send(in->ac->ctx, &packet);
}

/* Writes the names offered to a PADI: the one it asked for, or all that fit, and then its own
 * empty one. The quickest of them decides when. Returns the largest payload among them, 0 when
 * not one fits or all are withheld. */
static uint16_t write_offers(struct tp_writer *w, struct tp_pppoe_ac_packet *in)
{
	const struct tp_pppoe_value *asked = &in->tags.service_name;
	const size_t empty_tag_len = 4;
	uint16_t max_payload = 0;

	in->delay_ms = TP_PPPOE_PADO_NEVER;
	for (unsigned i = 0; i < in->access->service_count; i++) {
		const struct tp_pppoe_service *service = &in->access->services[i];
		size_t tag_len = 4 + strlen(service->name);

		if (service->disabled || (service->named_only && asked->len == 0) ||
		    (asked->len > 0 && !tp_pppoe_value_is_text(asked, service->name)))
			continue;
		if (service->pado_delay_ms == TP_PPPOE_PADO_NEVER ||
		    (size_t)(w->end - w->p) < tag_len + empty_tag_len)
			continue;
		if (service->pado_delay_ms < in->delay_ms)
			in->delay_ms = service->pado_delay_ms;
		if (service->name[0] != '\0')
			write_text(w, TP_PPPOE_TAG_SERVICE_NAME, service->name);
		max_payload =
			larger(max_payload, larger(service->max_payload, TP_PPPOE_MAX_PAYLOAD));
		if (asked->len > 0)
			return max_payload;
	}
	/* RFC 2516, 5.2: one Service-Name identical to the one in the PADI. Last, since clients
	 * take the first. */
	if (max_payload > 0)
		write_text(w, TP_PPPOE_TAG_SERVICE_NAME, "");
	return max_payload;
}

enum tp_pppoe_reason tp_pppoe_ac_offer(struct tp_pppoe_ac_packet *in)
{
	const size_t max_payload_tag_len = 6;
	uint8_t room[TP_PPPOE_PACKET_MAX];
	struct tp_writer w = tp_writer_of(room, sizeof(room) - max_payload_tag_len);
	uint8_t cookie[TP_PPPOE_COOKIE_LEN];
	uint16_t max_payload;
	size_t len;

	tp_pppoe_cookie_make(&in->ac->cookies, in->packet, &in->tags.service_name, in->now_ms,
			     cookie);
	tp_pppoe_begin(&w, TP_PPPOE_CODE_PADO, TP_PPPOE_SESSION_ID_NONE);
	write_common(&w, in);
	tp_pppoe_tag_write(&w, TP_PPPOE_TAG_AC_COOKIE, cookie, sizeof(cookie));
	if (!tp_writer_ok(&w))
		return TP_PPPOE_REPLY_TOO_LONG;
	max_payload = write_offers(&w, in);
	if (max_payload == 0)
		return TP_PPPOE_REPLY_TOO_LONG;
	w.end = room + sizeof(room);
	write_max_payload(&w, in, max_payload);
	len = tp_pppoe_finish(&w);
	if (len == 0)
		return TP_PPPOE_REPLY_TOO_LONG;
	tp_pppoe_ac_reply(in, room, len);
	in->ac->stats.pado_sent++;
	return TP_PPPOE_NONE;
}

void tp_pppoe_ac_refuse(struct tp_pppoe_ac_packet *in, uint16_t error_tag, const char *text)
{
	uint8_t room[TP_PPPOE_PACKET_MAX];
	struct tp_writer w = tp_writer_of(room, sizeof(room));
	size_t len;

	tp_pppoe_begin(&w, TP_PPPOE_CODE_PADS, TP_PPPOE_SESSION_ID_NONE);
	echo(&w, TP_PPPOE_TAG_SERVICE_NAME, &in->tags.service_name);
	write_text(&w, error_tag, text);
	write_common(&w, in);
	len = tp_pppoe_finish(&w);
	if (len == 0)
		return;
	tp_pppoe_ac_reply(in, room, len);
	in->ac->stats.pads_error_sent++;
}

size_t tp_pppoe_ac_build_pads(const struct tp_pppoe_ac_packet *in,
			      const struct tp_pppoe_service *service,
			      uint8_t room[TP_PPPOE_PACKET_MAX])
{
	struct tp_writer w = tp_writer_of(room, TP_PPPOE_PACKET_MAX);

	tp_pppoe_begin(&w, TP_PPPOE_CODE_PADS, TP_PPPOE_SESSION_ID_NONE);
	echo(&w, TP_PPPOE_TAG_SERVICE_NAME, &in->tags.service_name);
	write_common(&w, in);
	write_max_payload(&w, in, service->max_payload);
	return tp_pppoe_finish(&w);
}
