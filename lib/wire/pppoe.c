/* SPDX-License-Identifier: BSD-3-Clause */
#include "pppoe.h"
#include "base/text.h"

bool tp_pppoe_header_parse(const void *packet, size_t len, struct tp_pppoe_header *header,
			   struct tp_reader *payload)
{
	struct tp_reader r = tp_reader_of(packet, len);
	uint8_t ver_type;

	return tp_read_u8(&r, &ver_type) && ver_type == TP_PPPOE_VER_TYPE &&
	       tp_read_u8(&r, &header->code) && tp_read_be16(&r, &header->session_id) &&
	       tp_read_be16(&r, &header->length) && tp_read_sub(&r, header->length, payload);
}

void tp_pppoe_begin(struct tp_writer *w, uint8_t code, uint16_t session_id)
{
	tp_write_u8(w, TP_PPPOE_VER_TYPE);
	tp_write_u8(w, code);
	tp_write_be16(w, session_id);
	tp_write_be16(w, 0);
}

size_t tp_pppoe_finish(struct tp_writer *w)
{
	size_t len = tp_writer_len(w);

	if (!tp_writer_ok(w) || len < TP_PPPOE_HEADER_LEN || len - TP_PPPOE_HEADER_LEN > UINT16_MAX)
		return 0;
	tp_put_be16(w->start + 4, (uint16_t)(len - TP_PPPOE_HEADER_LEN));
	return len;
}

enum tp_pppoe_next tp_pppoe_tag_next(struct tp_reader *payload, struct tp_pppoe_tag *tag)
{
	struct tp_reader r = *payload;

	if (tp_reader_left(&r) == 0)
		return TP_PPPOE_NEXT_END;
	if (!tp_read_be16(&r, &tag->type) || !tp_read_be16(&r, &tag->value.len) ||
	    !tp_read_bytes(&r, tag->value.len, &tag->value.bytes))
		return TP_PPPOE_NEXT_TRUNCATED;
	if (tag->type == TP_PPPOE_TAG_END_OF_LIST)
		return TP_PPPOE_NEXT_END;
	*payload = r;
	return TP_PPPOE_NEXT_TAG;
}

void tp_pppoe_tag_write(struct tp_writer *w, uint16_t type, const void *value, size_t len)
{
	if (len > UINT16_MAX) {
		w->overflow = true;
		return;
	}
	tp_write_be16(w, type);
	tp_write_be16(w, (uint16_t)len);
	tp_write_bytes(w, value, len);
}

bool tp_pppoe_value_is_text(const struct tp_pppoe_value *value, const char *text)
{
	return value->bytes != NULL && strlen(text) == value->len &&
	       memcmp(value->bytes, text, value->len) == 0;
}

bool tp_pppoe_value_equal(const struct tp_pppoe_value *a, const struct tp_pppoe_value *b)
{
	if (a->bytes == NULL || b->bytes == NULL)
		return a->bytes == b->bytes;
	return a->len == b->len && memcmp(a->bytes, b->bytes, a->len) == 0;
}

char *tp_pppoe_value_text(const struct tp_pppoe_value *value, char *text, size_t size)
{
	return tp_text_escape(value->bytes, value->bytes == NULL ? 0 : value->len, text, size);
}

static void keep_first(struct tp_pppoe_value *kept, const struct tp_pppoe_value *value)
{
	if (kept->bytes == NULL)
		*kept = *value;
}

static void keep_error(struct tp_pppoe_tags *tags, const struct tp_pppoe_tag *tag)
{
	if (tags->error_type != 0)
		return;
	tags->error_type = tag->type;
	tags->error_value = tag->value;
}

/* RFC 2516, appendix A: the first byte of the vendor id is zero, the other three are an
 * enterprise number. Access nodes put theirs behind what the host sent: the last one counts, or a
 * host could say which line it is on. */
static void keep_vendor(struct tp_pppoe_tags *tags, const struct tp_pppoe_value *value)
{
	struct tp_reader r = tp_reader_of(value->bytes, value->len);
	uint32_t vendor;

	if (tp_read_be32(&r, &vendor) && vendor == TP_PPPOE_VENDOR_DSL_FORUM)
		tags->dsl_forum = (struct tp_pppoe_value){r.p, (uint16_t)tp_reader_left(&r)};
}

/* RFC 4638, section 3: the value is one 16-bit integer. */
static void keep_max_payload(struct tp_pppoe_tags *tags, const struct tp_pppoe_value *value)
{
	struct tp_reader r = tp_reader_of(value->bytes, value->len);

	if (value->len == sizeof(tags->max_payload) && tags->max_payload == 0)
		tp_read_be16(&r, &tags->max_payload);
}

static void keep(struct tp_pppoe_tags *tags, const struct tp_pppoe_tag *tag)
{
	switch (tag->type) {
	case TP_PPPOE_TAG_SERVICE_NAME:
		tags->service_names++;
		keep_first(&tags->service_name, &tag->value);
		break;
	case TP_PPPOE_TAG_AC_NAME:
		keep_first(&tags->ac_name, &tag->value);
		break;
	case TP_PPPOE_TAG_HOST_UNIQ:
		keep_first(&tags->host_uniq, &tag->value);
		break;
	case TP_PPPOE_TAG_AC_COOKIE:
		keep_first(&tags->ac_cookie, &tag->value);
		break;
	case TP_PPPOE_TAG_RELAY_SESSION_ID:
		keep_first(&tags->relay_session_id, &tag->value);
		break;
	case TP_PPPOE_TAG_VENDOR_SPECIFIC:
		keep_vendor(tags, &tag->value);
		break;
	case TP_PPPOE_TAG_PPP_MAX_PAYLOAD:
		keep_max_payload(tags, &tag->value);
		break;
	case TP_PPPOE_TAG_SERVICE_NAME_ERROR:
	case TP_PPPOE_TAG_AC_SYSTEM_ERROR:
	case TP_PPPOE_TAG_GENERIC_ERROR:
		keep_error(tags, tag);
		break;
	default: /* RFC 2516, section 5: a tag of an unknown type is ignored. */
		break;
	}
}

bool tp_pppoe_tags_parse(struct tp_reader payload, struct tp_pppoe_tags *tags)
{
	struct tp_pppoe_tag tag;
	enum tp_pppoe_next next;

	memset(tags, 0, sizeof(*tags));
	tags->all = payload;
	while ((next = tp_pppoe_tag_next(&payload, &tag)) == TP_PPPOE_NEXT_TAG)
		keep(tags, &tag);
	return next == TP_PPPOE_NEXT_END;
}
