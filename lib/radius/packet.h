/* SPDX-License-Identifier: BSD-3-Clause */
/* RADIUS packets (RFC 2865 section 3; RFC 2866, RFC 5176): a builder, a strict parser, and an
 * iterator that gives standard attributes and vendors' sub-attributes (RFC 2865, 5.26) alike.
 * What proves them is in authenticator.h. Addresses of IPv4 and numbers are in host order. No
 * memory is allocated; any thread.
 *
 *	code (1) | identifier (1) | length (2) | authenticator (16) | attributes */
#pragma once

#include "base/bytes.h"
#include "radius/dictionary.h"

#define TP_RADIUS_HEADER_LEN	    20
#define TP_RADIUS_PACKET_MAX	    4096
#define TP_RADIUS_AUTHENTICATOR_LEN 16
#define TP_RADIUS_VALUE_MAX	    253 /* of a standard attribute */
#define TP_RADIUS_VENDOR_VALUE_MAX  247 /* of a vendor's, alone in its Vendor-Specific */
#define TP_RADIUS_PASSWORD_MAX	    128 /* RFC 2865, 5.2 */

/* X(ID, number, name) */
#define TP_RADIUS_CODES(X)                                                                         \
	X(ACCESS_REQUEST, 1, "Access-Request")                                                     \
	X(ACCESS_ACCEPT, 2, "Access-Accept")                                                       \
	X(ACCESS_REJECT, 3, "Access-Reject")                                                       \
	X(ACCOUNTING_REQUEST, 4, "Accounting-Request")                                             \
	X(ACCOUNTING_RESPONSE, 5, "Accounting-Response")                                           \
	X(ACCESS_CHALLENGE, 11, "Access-Challenge")                                                \
	X(STATUS_SERVER, 12, "Status-Server")                                                      \
	X(DISCONNECT_REQUEST, 40, "Disconnect-Request")                                            \
	X(DISCONNECT_ACK, 41, "Disconnect-ACK")                                                    \
	X(DISCONNECT_NAK, 42, "Disconnect-NAK")                                                    \
	X(COA_REQUEST, 43, "CoA-Request")                                                          \
	X(COA_ACK, 44, "CoA-ACK")                                                                  \
	X(COA_NAK, 45, "CoA-NAK")

enum tp_radius_code {
#define TP_RADIUS_CODE_ENUM(id, number, name) TP_RADIUS_##id = number,
	TP_RADIUS_CODES(TP_RADIUS_CODE_ENUM)
#undef TP_RADIUS_CODE_ENUM
};

/* "Access-Request"; "unknown". A static string. */
const char *tp_radius_code_name(enum tp_radius_code code);

/* ---- building ------------------------------------------------------------------------------ */

/* Whatever does not fit, or can't be a value, is remembered: tp_radius_finish() returns 0 then. */
struct tp_radius_builder {
	struct tp_writer w;
};

/* Begins a packet in ROOM (TP_RADIUS_PACKET_MAX bytes are always enough), with identifier and
 * authenticator zero. */
void tp_radius_begin(struct tp_radius_builder *b, void *room, size_t len, enum tp_radius_code code);

/* Room for a Message-Authenticator, filled when the packet is signed. In an Access-Request it must
 * be the first attribute (draft-ietf-radext-deprecating-radius, section 5.2.1; CVE-2024-3596), so
 * this is called right after tp_radius_begin(). */
void tp_radius_put_message_authenticator(struct tp_radius_builder *b);

/* A vendor's attribute goes into a Vendor-Specific of its own. Nothing is put for LEN 0, as an
 * empty value is not allowed (RFC 2865, section 5). */
void tp_radius_put_bytes(struct tp_radius_builder *b, enum tp_radius_attribute attribute,
			 const void *bytes, size_t len);
void tp_radius_put_text(struct tp_radius_builder *b, enum tp_radius_attribute attribute,
			const char *text);
void tp_radius_put_u32(struct tp_radius_builder *b, enum tp_radius_attribute attribute,
		       uint32_t value); /* integer, enum, time, ipv4addr */
void tp_radius_put_ipv6(struct tp_radius_builder *b, enum tp_radius_attribute attribute,
			const uint8_t address[16]);
/* LENGTH at most 128; bits beyond it are left out. */
void tp_radius_put_ipv6_prefix(struct tp_radius_builder *b, enum tp_radius_attribute attribute,
			       const uint8_t address[16], uint8_t length);

/* User-Password, not hidden yet: that takes the authenticator and the server's secret, so
 * tp_radius_sign_request() does it. At most TP_RADIUS_PASSWORD_MAX bytes, which may be none. */
void tp_radius_put_password(struct tp_radius_builder *b, const void *password, size_t len);

/* A number (integer, enum, time, ipv4addr) for the low 32 bits and, unless they are zero, one for
 * the upper: octets and gigawords. */
void tp_radius_put_u64(struct tp_radius_builder *b, enum tp_radius_attribute low,
		       enum tp_radius_attribute high, uint64_t value);

/* Writes the length. Returns it; 0: something did not fit. */
size_t tp_radius_finish(struct tp_radius_builder *b);

/* ---- parsing ------------------------------------------------------------------------------- */

/* Borrows the bytes that it was parsed from. */
struct tp_radius_packet {
	uint8_t code; /* enum tp_radius_code, or any other */
	uint8_t id;
	size_t len;	      /* the packet's, which may be less than the datagram's */
	const uint8_t *bytes; /* all of it */
	const uint8_t *authenticator;
	const uint8_t *message_authenticator; /* the value, 16 bytes; NULL: there is none */
};

/* X(ID, name) */
#define TP_RADIUS_FAULTS(X)                                                                        \
	X(WELL_FORMED, "well-formed")                                                              \
	X(TOO_SHORT, "too-short")   /* less than a header, or than it says it has */               \
	X(BAD_LENGTH, "bad-length") /* says that it has less than 20 or more than 4,096 */         \
	X(BAD_ATTRIBUTE,                                                                           \
	  "bad-attribute") /* an attribute's length is below 2, or beyond the end, */              \
	/* or a Message-Authenticator's is not 18 */                                               \
	X(BAD_VENDOR, "bad-vendor") /* a Vendor-Specific without a vendor, or of one that */       \
	/* is known, whose sub-attributes don't add up */                                          \
	X(TWO_AUTHENTICATORS, "two-authenticators") /* Message-Authenticator twice */

enum tp_radius_fault {
#define TP_RADIUS_FAULT_ENUM(id, name) TP_RADIUS_##id,
	TP_RADIUS_FAULTS(TP_RADIUS_FAULT_ENUM)
#undef TP_RADIUS_FAULT_ENUM
		TP_RADIUS_FAULT_COUNT
};

/* "bad-length". A static string. */
const char *tp_radius_fault_name(enum tp_radius_fault fault);

/* LEN bytes, as a datagram has them: what follows the packet's own length is padding and ignored
 * (RFC 2865, section 3). Anything but TP_RADIUS_WELL_FORMED: PACKET is not to be used, and the
 * whole is to be discarded silently. */
enum tp_radius_fault tp_radius_parse(const void *bytes, size_t len,
				     struct tp_radius_packet *packet);

/* One attribute; a vendor's as if it were a standard one. */
struct tp_radius_value {
	enum tp_radius_attribute attribute; /* TP_RADIUS_UNKNOWN: to be ignored */
	uint32_t vendor;		    /* 0: standard */
	uint8_t number; /* the vendor's; 26 for a vendor that is not known, BYTES is then what
			 * follows the vendor's number */
	uint8_t len;
	const uint8_t *bytes;
};

struct tp_radius_iterator {
	struct tp_reader attributes;
	struct tp_reader vendor_attributes; /* of the Vendor-Specific that we are in */
	uint32_t vendor;
};

/* Over a packet that was parsed. */
struct tp_radius_iterator tp_radius_iterate(const struct tp_radius_packet *packet);

/* The next one, in the packet's order; false: that was all. Whether the value suits the kind is
 * asked for by tp_radius_valid(), or by those that take it. */
bool tp_radius_next(struct tp_radius_iterator *iterator, struct tp_radius_value *value);

/* The first of ATTRIBUTE, which is a known one; false: there is none. */
bool tp_radius_get(const struct tp_radius_packet *packet, enum tp_radius_attribute attribute,
		   struct tp_radius_value *value);

/* Does it suit its kind (tp_radius_value_valid())? */
bool tp_radius_valid(const struct tp_radius_value *value);

/* Each returns false, and leaves OUT alone, if the value can't be one. */
bool tp_radius_u32(const struct tp_radius_value *value, uint32_t *out);
bool tp_radius_ipv6(const struct tp_radius_value *value, uint8_t address[16]);
/* Strict: a prefix with bits beyond its length is none (RFC 3162, section 2.3). */
bool tp_radius_ipv6_prefix(const struct tp_radius_value *value, uint8_t address[16],
			   uint8_t *length);

/* Copies a text (no NUL inside, at least one byte) that has room in SIZE with its NUL. */
bool tp_radius_text(const struct tp_radius_value *value, char *text, size_t size);

/* In the LEN bytes of a built packet, writes VALUE over the one that ATTRIBUTE (standard, of 32
 * bits) has; false: it has none, or it was the same already. */
bool tp_radius_rewrite_u32(uint8_t *bytes, size_t len, enum tp_radius_attribute attribute,
			   uint32_t value);
