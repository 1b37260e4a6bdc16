/* SPDX-License-Identifier: BSD-3-Clause */
/* The PPPoE header and its tags (RFC 2516, section 4 and appendix A; RFC 4638).
 *
 * Bytes here begin behind the Ethernet header and its VLAN tags. Nothing is copied: what a
 * parser gives back points into what it was given. Pure functions; any thread. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"

#define TP_PPPOE_HEADER_LEN 6
#define TP_PPPOE_VER_TYPE   0x11 /* version 1, type 1: RFC 2516, section 4 */
#define TP_PPPOE_PACKET_MAX 1500 /* header and tags: what an Ethernet frame carries */
#define TP_PPPOE_PADI_MAX   1484 /* RFC 2516, 5.1: leaves room for a relay's tag */

/* The largest PPP payload, and so MRU, without RFC 4638: RFC 2516, section 7. */
#define TP_PPPOE_MAX_PAYLOAD 1492

#define TP_PPPOE_SESSION_ID_NONE     0x0000 /* of PADI, PADO, PADR: RFC 2516, section 5 */
#define TP_PPPOE_SESSION_ID_RESERVED 0xffff /* RFC 2516, section 4: "MUST NOT be used" */

/* RFC 2516, section 5. */
enum tp_pppoe_code {
	TP_PPPOE_CODE_SESSION = 0x00,
	TP_PPPOE_CODE_PADO = 0x07,
	TP_PPPOE_CODE_PADI = 0x09,
	TP_PPPOE_CODE_PADR = 0x19,
	TP_PPPOE_CODE_PADS = 0x65,
	TP_PPPOE_CODE_PADT = 0xa7,
};

/* RFC 2516, appendix A, but where noted. */
enum tp_pppoe_tag_type {
	TP_PPPOE_TAG_END_OF_LIST = 0x0000,
	TP_PPPOE_TAG_SERVICE_NAME = 0x0101,
	TP_PPPOE_TAG_AC_NAME = 0x0102,
	TP_PPPOE_TAG_HOST_UNIQ = 0x0103,
	TP_PPPOE_TAG_AC_COOKIE = 0x0104,
	TP_PPPOE_TAG_VENDOR_SPECIFIC = 0x0105,
	TP_PPPOE_TAG_RELAY_SESSION_ID = 0x0110,
	TP_PPPOE_TAG_PPP_MAX_PAYLOAD = 0x0120, /* RFC 4638, section 3 */
	TP_PPPOE_TAG_SERVICE_NAME_ERROR = 0x0201,
	TP_PPPOE_TAG_AC_SYSTEM_ERROR = 0x0202,
	TP_PPPOE_TAG_GENERIC_ERROR = 0x0203,
};

/* IANA enterprise number of the DSL Forum, first in the Vendor-Specific tag by which an access
 * node names its line (Broadband Forum TR-101, section 3.9.1, R-122). */
#define TP_PPPOE_VENDOR_DSL_FORUM 3561

/* In host byte order. */
struct tp_pppoe_header {
	uint8_t code;
	uint16_t session_id;
	uint16_t length; /* of the payload, without this header */
};

/* Reads the header at the start of PACKET, and gives its payload: exactly LENGTH bytes, without
 * what Ethernet padded. False when it is short, when VER or TYPE are not 1 (RFC 2516, section
 * 4), or when LENGTH goes past the end. */
bool tp_pppoe_header_parse(const void *packet, size_t len, struct tp_pppoe_header *header,
			   struct tp_reader *payload);

/* Writes a header whose length is not yet known: tp_pppoe_finish() fills it in. */
void tp_pppoe_begin(struct tp_writer *w, uint8_t code, uint16_t session_id);

/* Fills the length into the header at the start of W. Returns the length of the whole packet,
 * or 0 when something did not fit. */
size_t tp_pppoe_finish(struct tp_writer *w);

/* The value of one tag. BYTES is NULL when the tag was not there; an empty tag has LEN 0 and
 * BYTES that are not NULL. */
struct tp_pppoe_value {
	const uint8_t *bytes;
	uint16_t len;
};

struct tp_pppoe_tag {
	uint16_t type; /* enum tp_pppoe_tag_type, or one that we don't know */
	struct tp_pppoe_value value;
};

enum tp_pppoe_next {
	TP_PPPOE_NEXT_TAG,	 /* *TAG has been filled in */
	TP_PPPOE_NEXT_END,	 /* no more tags, or End-Of-List */
	TP_PPPOE_NEXT_TRUNCATED, /* a tag goes past the end: refuse the packet */
};

/* The next tag of a payload. Tags after End-Of-List are not read. */
enum tp_pppoe_next tp_pppoe_tag_next(struct tp_reader *payload, struct tp_pppoe_tag *tag);

void tp_pppoe_tag_write(struct tp_writer *w, uint16_t type, const void *value, size_t len);

static inline bool tp_pppoe_value_present(const struct tp_pppoe_value *value)
{
	return value->bytes != NULL;
}

/* True when VALUE is there and has exactly the bytes of TEXT. */
bool tp_pppoe_value_is_text(const struct tp_pppoe_value *value, const char *text);

/* True when both are absent, or both are there with the same bytes. */
bool tp_pppoe_value_equal(const struct tp_pppoe_value *a, const struct tp_pppoe_value *b);

/* VALUE as text for people (base/text.h), as much of it as fits SIZE > 0. Returns TEXT. */
char *tp_pppoe_value_text(const struct tp_pppoe_value *value, char *text, size_t size);

/* What one discovery packet says: the tags that we know, the first of each type, and how many
 * Service-Name tags there are. */
struct tp_pppoe_tags {
	struct tp_reader all; /* every tag once more, for tp_pppoe_tag_next() */
	unsigned service_names;
	struct tp_pppoe_value service_name; /* the first */
	struct tp_pppoe_value ac_name;
	struct tp_pppoe_value host_uniq;
	struct tp_pppoe_value ac_cookie;
	struct tp_pppoe_value relay_session_id;
	struct tp_pppoe_value dsl_forum;   /* TR-101's Vendor-Specific, behind the vendor id; the
					    * last one */
	uint16_t max_payload;		   /* PPP-Max-Payload, host order; 0: not there */
	uint16_t error_type;		   /* the first error tag; 0: none */
	struct tp_pppoe_value error_value; /* its text, UTF-8, for people */
};

/* Reads the tags of PAYLOAD. False when a tag goes past the end: then all else is doubtful too. A
 * tag whose value makes no sense (a PPP-Max-Payload that is not 2 bytes long, a Vendor-Specific
 * without a vendor) counts for nothing, like one of an unknown type. */
bool tp_pppoe_tags_parse(struct tp_reader payload, struct tp_pppoe_tags *tags);
