/* SPDX-License-Identifier: BSD-3-Clause */
#include "scan.h"

size_t tp_pppoe_scan_padi(void *room, size_t len, uint32_t host_uniq)
{
	struct tp_writer w = tp_writer_of(room, len);
	uint8_t value[4];

	tp_put_be32(value, host_uniq);
	tp_pppoe_begin(&w, TP_PPPOE_CODE_PADI, TP_PPPOE_SESSION_ID_NONE);
	tp_pppoe_tag_write(&w, TP_PPPOE_TAG_SERVICE_NAME, "", 0);
	tp_pppoe_tag_write(&w, TP_PPPOE_TAG_HOST_UNIQ, value, sizeof(value));
	return tp_pppoe_finish(&w);
}

static enum tp_pppoe_reason check(const struct tp_pppoe_packet *packet, uint32_t host_uniq,
				  struct tp_pppoe_tags *tags)
{
	uint8_t ours_bytes[4];
	const struct tp_pppoe_value ours = {ours_bytes, sizeof(ours_bytes)};
	struct tp_pppoe_header header;
	struct tp_reader payload;

	tp_put_be32(ours_bytes, host_uniq);
	if (!tp_pppoe_header_parse(packet->bytes, packet->len, &header, &payload))
		return TP_PPPOE_MALFORMED_HEADER;
	if (header.code != TP_PPPOE_CODE_PADO)
		return TP_PPPOE_UNEXPECTED_CODE;
	if (tp_mac_is_multicast(&packet->src))
		return TP_PPPOE_BAD_SOURCE;
	if (header.session_id != TP_PPPOE_SESSION_ID_NONE)
		return TP_PPPOE_BAD_SESSION_ID;
	if (!tp_pppoe_tags_parse(payload, tags))
		return TP_PPPOE_MALFORMED_TAG;
	if (!tp_pppoe_value_equal(&tags->host_uniq, &ours))
		return TP_PPPOE_HOST_UNIQ_MISMATCH;
	return tags->service_names == 0 ? TP_PPPOE_SERVICE_NOT_OFFERED : TP_PPPOE_NONE;
}

enum tp_pppoe_reason tp_pppoe_scan_pado(const struct tp_pppoe_packet *packet, uint32_t host_uniq,
					void (*each)(void *ctx, const struct tp_pppoe_offer *offer),
					void *ctx)
{
	struct tp_pppoe_offer offer = {.mac = packet->src};
	struct tp_pppoe_tags tags;
	enum tp_pppoe_reason reason = check(packet, host_uniq, &tags);
	struct tp_pppoe_tag tag;
	bool named = false;

	if (reason != TP_PPPOE_NONE)
		return reason;
	tp_pppoe_value_text(&tags.ac_name, offer.ac_name, sizeof(offer.ac_name));
	while (tp_pppoe_tag_next(&tags.all, &tag) == TP_PPPOE_NEXT_TAG) {
		if (tag.type != TP_PPPOE_TAG_SERVICE_NAME || tag.value.len == 0)
			continue;
		named = true;
		tp_pppoe_value_text(&tag.value, offer.service, sizeof(offer.service));
		each(ctx, &offer);
	}
	if (!named)
		each(ctx, &offer);
	return TP_PPPOE_NONE;
}
