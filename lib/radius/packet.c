/* SPDX-License-Identifier: BSD-3-Clause */
#include "radius/packet.h"

enum {
	LENGTH_AT = 2,
	AUTHENTICATOR_AT = 4,
	ATTRIBUTE_HEADER_LEN = 2,
	VENDOR_SPECIFIC = 26, /* RFC 2865, 5.26 */
	VENDOR_LEN = 4,
};

const char *tp_radius_code_name(enum tp_radius_code code)
{
	switch ((unsigned)code) {
#define CASE(id, number, name)                                                                     \
	case number:                                                                               \
		return name;
		TP_RADIUS_CODES(CASE)
#undef CASE
	default:
		return "unknown";
	}
}

const char *tp_radius_fault_name(enum tp_radius_fault fault)
{
	static const char *const names[] = {
#define NAME(id, name) name,
		TP_RADIUS_FAULTS(NAME)
#undef NAME
	};

	return (unsigned)fault < TP_RADIUS_FAULT_COUNT ? names[fault] : "unknown";
}

void tp_radius_begin(struct tp_radius_builder *b, void *room, size_t len, enum tp_radius_code code)
{
	uint8_t *header;

	b->w = tp_writer_of(room, len < TP_RADIUS_PACKET_MAX ? len : TP_RADIUS_PACKET_MAX);
	header = tp_write_room(&b->w, TP_RADIUS_HEADER_LEN);
	if (header == NULL)
		return;
	memset(header, 0, TP_RADIUS_HEADER_LEN);
	header[0] = (uint8_t)code;
}

/* Room for a value of LEN bytes behind the headers of ATTRIBUTE; NULL: it does not fit. */
static uint8_t *put_room(struct tp_radius_builder *b, enum tp_radius_attribute attribute,
			 size_t len)
{
	const struct tp_radius_definition *definition = tp_radius_define(attribute);
	const bool vendors = definition->vendor != 0;
	const size_t max = vendors ? TP_RADIUS_VENDOR_VALUE_MAX : TP_RADIUS_VALUE_MAX;
	const size_t whole = ATTRIBUTE_HEADER_LEN + len;
	uint8_t *p;

	if (len > max || attribute == TP_RADIUS_UNKNOWN) {
		b->w.overflow = true;
		return NULL;
	}
	p = tp_write_room(&b->w, (vendors ? ATTRIBUTE_HEADER_LEN + VENDOR_LEN : 0) + whole);
	if (p == NULL)
		return NULL;
	if (vendors) {
		p[0] = VENDOR_SPECIFIC;
		p[1] = (uint8_t)(ATTRIBUTE_HEADER_LEN + VENDOR_LEN + whole);
		tp_put_be32(p + ATTRIBUTE_HEADER_LEN, definition->vendor);
		p += ATTRIBUTE_HEADER_LEN + VENDOR_LEN;
	}
	p[0] = definition->number;
	p[1] = (uint8_t)whole;
	return p + ATTRIBUTE_HEADER_LEN;
}

void tp_radius_put_message_authenticator(struct tp_radius_builder *b)
{
	uint8_t *value = put_room(b, TP_RADIUS_MESSAGE_AUTHENTICATOR, TP_RADIUS_AUTHENTICATOR_LEN);

	if (value != NULL)
		memset(value, 0, TP_RADIUS_AUTHENTICATOR_LEN);
}

void tp_radius_put_bytes(struct tp_radius_builder *b, enum tp_radius_attribute attribute,
			 const void *bytes, size_t len)
{
	uint8_t *value = len > 0 ? put_room(b, attribute, len) : NULL;

	if (value != NULL)
		memcpy(value, bytes, len);
}

void tp_radius_put_text(struct tp_radius_builder *b, enum tp_radius_attribute attribute,
			const char *text)
{
	tp_radius_put_bytes(b, attribute, text, strlen(text));
}

void tp_radius_put_u32(struct tp_radius_builder *b, enum tp_radius_attribute attribute,
		       uint32_t value)
{
	uint8_t *p = put_room(b, attribute, 4);

	if (p != NULL)
		tp_put_be32(p, value);
}

void tp_radius_put_u64(struct tp_radius_builder *b, enum tp_radius_attribute low,
		       enum tp_radius_attribute high, uint64_t value)
{
	tp_radius_put_u32(b, low, (uint32_t)value);
	if (value >> 32 != 0)
		tp_radius_put_u32(b, high, (uint32_t)(value >> 32));
}

void tp_radius_put_ipv6(struct tp_radius_builder *b, enum tp_radius_attribute attribute,
			const uint8_t address[16])
{
	tp_radius_put_bytes(b, attribute, address, 16);
}

void tp_radius_put_ipv6_prefix(struct tp_radius_builder *b, enum tp_radius_attribute attribute,
			       const uint8_t address[16], uint8_t length)
{
	uint8_t value[18] = {0, length};
	size_t bytes = (length + 7u) / 8;

	if (length > 128) {
		b->w.overflow = true;
		return;
	}
	memcpy(value + 2, address, bytes);
	if (length % 8 != 0)
		value[1 + bytes] &= (uint8_t)(0xff00u >> (length % 8));
	tp_radius_put_bytes(b, attribute, value, 2 + bytes);
}

void tp_radius_put_password(struct tp_radius_builder *b, const void *password, size_t len)
{
	size_t padded = len == 0 ? 16 : (len + 15) / 16 * 16;
	uint8_t *value;

	if (len > TP_RADIUS_PASSWORD_MAX) {
		b->w.overflow = true;
		return;
	}
	value = put_room(b, TP_RADIUS_USER_PASSWORD, padded);
	if (value == NULL)
		return;
	memset(value, 0, padded);
	if (len > 0)
		memcpy(value, password, len);
}

size_t tp_radius_finish(struct tp_radius_builder *b)
{
	size_t len = tp_writer_len(&b->w);

	if (!tp_writer_ok(&b->w))
		return 0;
	tp_put_be16(b->w.start + LENGTH_AT, (uint16_t)len);
	return len;
}

/* The next attribute, or sub-attribute; false: the length is wrong, or too few bytes are left. */
static bool read_attribute(struct tp_reader *r, uint8_t *number, struct tp_reader *value)
{
	uint8_t len;

	return tp_read_u8(r, number) && tp_read_u8(r, &len) && len >= ATTRIBUTE_HEADER_LEN &&
	       tp_read_sub(r, len - ATTRIBUTE_HEADER_LEN, value);
}

static enum tp_radius_fault check_vendor(struct tp_reader r)
{
	struct tp_reader value;
	uint32_t vendor;
	uint8_t number;

	if (!tp_read_be32(&r, &vendor) || tp_reader_left(&r) == 0)
		return TP_RADIUS_BAD_VENDOR;
	if (vendor == 0 || !tp_radius_vendor_known(vendor))
		return TP_RADIUS_WELL_FORMED;
	while (tp_reader_left(&r) > 0)
		if (!read_attribute(&r, &number, &value))
			return TP_RADIUS_BAD_VENDOR;
	return TP_RADIUS_WELL_FORMED;
}

static enum tp_radius_fault check_attributes(struct tp_reader r, struct tp_radius_packet *packet)
{
	while (tp_reader_left(&r) > 0) {
		enum tp_radius_fault fault = TP_RADIUS_WELL_FORMED;
		struct tp_reader value;
		uint8_t number;

		if (!read_attribute(&r, &number, &value))
			return TP_RADIUS_BAD_ATTRIBUTE;
		if (number == VENDOR_SPECIFIC)
			fault = check_vendor(value);
		if (fault != TP_RADIUS_WELL_FORMED)
			return fault;
		if (number != tp_radius_define(TP_RADIUS_MESSAGE_AUTHENTICATOR)->number)
			continue;
		if (tp_reader_left(&value) != TP_RADIUS_AUTHENTICATOR_LEN)
			return TP_RADIUS_BAD_ATTRIBUTE;
		if (packet->message_authenticator != NULL)
			return TP_RADIUS_TWO_AUTHENTICATORS;
		packet->message_authenticator = value.p;
	}
	return TP_RADIUS_WELL_FORMED;
}

enum tp_radius_fault tp_radius_parse(const void *bytes, size_t len, struct tp_radius_packet *packet)
{
	struct tp_reader r = tp_reader_of(bytes, len);
	uint16_t length;

	*packet = (struct tp_radius_packet){.bytes = bytes};
	if (!tp_read_u8(&r, &packet->code) || !tp_read_u8(&r, &packet->id) ||
	    !tp_read_be16(&r, &length))
		return TP_RADIUS_TOO_SHORT;
	if (length < TP_RADIUS_HEADER_LEN || length > TP_RADIUS_PACKET_MAX)
		return TP_RADIUS_BAD_LENGTH;
	if (len < length)
		return TP_RADIUS_TOO_SHORT;
	packet->len = length;
	packet->authenticator = packet->bytes + AUTHENTICATOR_AT;
	return check_attributes(tp_reader_of(packet->bytes + TP_RADIUS_HEADER_LEN,
					     packet->len - TP_RADIUS_HEADER_LEN),
				packet);
}

struct tp_radius_iterator tp_radius_iterate(const struct tp_radius_packet *packet)
{
	return (struct tp_radius_iterator){
		.attributes = tp_reader_of(packet->bytes + TP_RADIUS_HEADER_LEN,
					   packet->len - TP_RADIUS_HEADER_LEN)};
}

static void set_value(struct tp_radius_value *value, uint32_t vendor, uint8_t number,
		      const struct tp_reader *r)
{
	value->attribute = tp_radius_lookup(vendor, number);
	value->vendor = vendor;
	value->number = number;
	value->len = (uint8_t)tp_reader_left(r);
	value->bytes = r->p;
}

bool tp_radius_next(struct tp_radius_iterator *it, struct tp_radius_value *value)
{
	struct tp_reader r;
	uint8_t number;

	if (tp_reader_left(&it->vendor_attributes) > 0) {
		if (!read_attribute(&it->vendor_attributes, &number, &r))
			return false;
		set_value(value, it->vendor, number, &r);
		return true;
	}
	if (!read_attribute(&it->attributes, &number, &r))
		return false;
	if (number != VENDOR_SPECIFIC) {
		set_value(value, 0, number, &r);
		return true;
	}
	if (!tp_read_be32(&r, &it->vendor))
		return false;
	if (it->vendor != 0 && tp_radius_vendor_known(it->vendor)) {
		it->vendor_attributes = r;
		return tp_radius_next(it, value);
	}
	set_value(value, it->vendor, number, &r);
	value->attribute = TP_RADIUS_UNKNOWN;
	return true;
}

/* The next of NUMBER in R. */
static bool find_number(struct tp_reader *r, uint8_t number, struct tp_reader *value)
{
	uint8_t its;

	while (read_attribute(r, &its, value))
		if (its == number)
			return true;
	return false;
}

/* The first of DEFINITION, a vendor's, in the Vendor-Specific VALUE, which is its value then. */
static bool find_inside(const struct tp_radius_definition *definition, struct tp_reader *value)
{
	struct tp_reader inside = *value;
	uint32_t vendor;

	return tp_read_be32(&inside, &vendor) && vendor == definition->vendor &&
	       find_number(&inside, definition->number, value);
}

/* By its number: those that it goes past need no name. */
bool tp_radius_get(const struct tp_radius_packet *packet, enum tp_radius_attribute attribute,
		   struct tp_radius_value *value)
{
	const struct tp_radius_definition *definition = tp_radius_define(attribute);
	const bool vendors = definition->vendor != 0;
	const uint8_t number = vendors ? VENDOR_SPECIFIC : definition->number;
	struct tp_reader r = tp_radius_iterate(packet).attributes, found;

	while (find_number(&r, number, &found)) {
		if (vendors && !find_inside(definition, &found))
			continue;
		set_value(value, definition->vendor, definition->number, &found);
		return true;
	}
	return false;
}

bool tp_radius_valid(const struct tp_radius_value *value)
{
	return tp_radius_value_valid(value->attribute, value->bytes, value->len);
}

bool tp_radius_u32(const struct tp_radius_value *value, uint32_t *out)
{
	struct tp_reader r = tp_reader_of(value->bytes, value->len);

	return value->len == 4 && tp_read_be32(&r, out);
}

bool tp_radius_ipv6(const struct tp_radius_value *value, uint8_t address[16])
{
	if (value->len != 16)
		return false;
	memcpy(address, value->bytes, 16);
	return true;
}

bool tp_radius_ipv6_prefix(const struct tp_radius_value *value, uint8_t address[16],
			   uint8_t *length)
{
	if (!tp_radius_valid(value) ||
	    tp_radius_define(value->attribute)->kind != TP_RADIUS_KIND_IPV6PREFIX)
		return false;
	memset(address, 0, 16);
	memcpy(address, value->bytes + 2, value->len - 2u);
	*length = value->bytes[1];
	return true;
}

bool tp_radius_text(const struct tp_radius_value *value, char *text, size_t size)
{
	if (value->len == 0 || value->len >= size || memchr(value->bytes, '\0', value->len) != NULL)
		return false;
	memcpy(text, value->bytes, value->len);
	text[value->len] = '\0';
	return true;
}

bool tp_radius_rewrite_u32(uint8_t *bytes, size_t len, enum tp_radius_attribute attribute,
			   uint32_t value)
{
	struct tp_radius_packet packet;
	struct tp_radius_value old;
	uint32_t was;

	if (tp_radius_parse(bytes, len, &packet) != TP_RADIUS_WELL_FORMED ||
	    !tp_radius_get(&packet, attribute, &old) || !tp_radius_u32(&old, &was) || was == value)
		return false;
	tp_put_be32(bytes + (old.bytes - packet.bytes), value);
	return true;
}
