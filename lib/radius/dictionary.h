/* SPDX-License-Identifier: BSD-3-Clause */
/* The attributes of RADIUS that Turnpike knows, standard ones and vendors' alike: number, name,
 * kind of value, and what they are for. Constant; pure functions; any thread. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "radius/attributes.h"

/* The data types of RFC 8044, section 3. */
enum tp_radius_kind {
	TP_RADIUS_KIND_INTEGER, /* 32 bits */
	TP_RADIUS_KIND_ENUM,	/* the same, each value with a name */
	TP_RADIUS_KIND_TIME,	/* seconds since the epoch, 32 bits */
	TP_RADIUS_KIND_TEXT,	/* UTF-8, at least one byte */
	TP_RADIUS_KIND_STRING,	/* any bytes */
	TP_RADIUS_KIND_IFID,	/* 8 bytes */
	TP_RADIUS_KIND_IPV4ADDR,
	TP_RADIUS_KIND_IPV6ADDR,
	TP_RADIUS_KIND_IPV6PREFIX,
};

/* In which packets an attribute may be; or-ed. */
enum {
	TP_RADIUS_IN_ACCESS_REQUEST = 1 << 0,
	TP_RADIUS_IN_ACCEPT = 1 << 1,
	TP_RADIUS_IN_REJECT = 1 << 2,
	TP_RADIUS_IN_ACCOUNTING = 1 << 3,
	TP_RADIUS_IN_DYNAMIC = 1 << 4,	     /* CoA-Request, Disconnect-Request */
	TP_RADIUS_IN_DYNAMIC_REPLY = 1 << 5, /* their ACK and NAK */
};

#define TP_RADIUS_VENDOR_ENUM(name, number) TP_RADIUS_VENDOR_##name = number,
enum tp_radius_vendor { TP_RADIUS_VENDORS(TP_RADIUS_VENDOR_ENUM) };
#undef TP_RADIUS_VENDOR_ENUM

/* One name for each attribute: TP_RADIUS_USER_NAME, TP_RADIUS_MIKROTIK_RATE_LIMIT, … */
#define TP_RADIUS_ATTRIBUTE_ENUM(id, ...)    TP_RADIUS_##id,
#define TP_RADIUS_VENDORS_ENUM(name, number) TP_RADIUS_##name(TP_RADIUS_ATTRIBUTE_ENUM)
enum tp_radius_attribute {
	TP_RADIUS_UNKNOWN, /* none of them: to be ignored */
	TP_RADIUS_VENDORS(TP_RADIUS_VENDORS_ENUM) TP_RADIUS_ATTRIBUTES
};
#undef TP_RADIUS_VENDORS_ENUM
#undef TP_RADIUS_ATTRIBUTE_ENUM

struct tp_radius_definition {
	const char *name; /* as FreeRADIUS' dictionaries have it */
	uint32_t vendor;  /* enum tp_radius_vendor */
	uint8_t number;
	uint8_t kind;	       /* enum tp_radius_kind */
	uint8_t packets;       /* TP_RADIUS_IN_… */
	const char *reference; /* "RFC 2865, 5.1"; a vendor's name */
	const char *effect;    /* what it does here, for people */
};

/* Of TP_RADIUS_UNKNOWN: all is zero, the texts are "". */
const struct tp_radius_definition *tp_radius_define(enum tp_radius_attribute attribute);

/* VENDOR 0: the standard ones. */
enum tp_radius_attribute tp_radius_lookup(uint32_t vendor, uint8_t number);

/* Is there any attribute of VENDOR's here? */
bool tp_radius_vendor_known(uint32_t vendor);

/* By its name, whatever the case; TP_RADIUS_UNKNOWN. */
enum tp_radius_attribute tp_radius_find(const char *name);

/* May a value of ATTRIBUTE be so long, and look so? By the kind alone: RFC 8044. */
bool tp_radius_value_valid(enum tp_radius_attribute attribute, const uint8_t *bytes, size_t len);

/* docs/radius-attributes.md. -EIO. */
int tp_radius_dictionary_to_markdown(FILE *out);

/* ---- values of the ENUM kind --------------------------------------------------------------- */

enum {
	TP_RADIUS_SERVICE_LOGIN = 1, /* RFC 2865, 5.6 */
	TP_RADIUS_SERVICE_FRAMED = 2,
	TP_RADIUS_SERVICE_ADMINISTRATIVE = 6,
	TP_RADIUS_SERVICE_NAS_PROMPT = 7,
	TP_RADIUS_SERVICE_AUTHORIZE_ONLY = 17, /* RFC 5176, 3.2 */

	TP_RADIUS_PROTOCOL_PPP = 1, /* RFC 2865, 5.7 */

	TP_RADIUS_TERMINATION_DEFAULT = 0, /* RFC 2865, 5.29 */
	TP_RADIUS_TERMINATION_REQUEST = 1,

	TP_RADIUS_PORT_VIRTUAL = 5, /* RFC 2865, 5.41 */
	TP_RADIUS_PORT_ETHERNET = 15,
	TP_RADIUS_PORT_PPPOEOE = 32, /* RFC 4603, 2: over Ethernet, over VLAN, over QinQ */
	TP_RADIUS_PORT_PPPOEOVLAN = 33,
	TP_RADIUS_PORT_PPPOEOQINQ = 34,
};

enum tp_radius_acct_status { /* RFC 2866, 5.1 */
			     TP_RADIUS_ACCT_START = 1,
			     TP_RADIUS_ACCT_STOP = 2,
			     TP_RADIUS_ACCT_INTERIM = 3,
			     TP_RADIUS_ACCT_ON = 7,
			     TP_RADIUS_ACCT_OFF = 8,
};

enum tp_radius_acct_authentic { /* RFC 2866, 5.6 */
				TP_RADIUS_AUTHENTIC_RADIUS = 1,
				TP_RADIUS_AUTHENTIC_LOCAL = 2,
				TP_RADIUS_AUTHENTIC_REMOTE = 3,
};

/* RFC 2866, section 5.10. C(ID, number, name) */
#define TP_RADIUS_CAUSES(C)                                                                        \
	C(USER_REQUEST, 1, "User-Request")                                                         \
	C(LOST_CARRIER, 2, "Lost-Carrier")                                                         \
	C(LOST_SERVICE, 3, "Lost-Service")                                                         \
	C(IDLE_TIMEOUT, 4, "Idle-Timeout")                                                         \
	C(SESSION_TIMEOUT, 5, "Session-Timeout")                                                   \
	C(ADMIN_RESET, 6, "Admin-Reset")                                                           \
	C(ADMIN_REBOOT, 7, "Admin-Reboot")                                                         \
	C(PORT_ERROR, 8, "Port-Error")                                                             \
	C(NAS_ERROR, 9, "NAS-Error")                                                               \
	C(NAS_REQUEST, 10, "NAS-Request")                                                          \
	C(NAS_REBOOT, 11, "NAS-Reboot")                                                            \
	C(PORT_UNNEEDED, 12, "Port-Unneeded")                                                      \
	C(PORT_PREEMPTED, 13, "Port-Preempted")                                                    \
	C(PORT_SUSPENDED, 14, "Port-Suspended")                                                    \
	C(SERVICE_UNAVAILABLE, 15, "Service-Unavailable")                                          \
	C(CALLBACK, 16, "Callback")                                                                \
	C(USER_ERROR, 17, "User-Error")                                                            \
	C(HOST_REQUEST, 18, "Host-Request")

/* RFC 5176, section 3.5. C(ID, number, name) */
#define TP_RADIUS_ERRORS(C)                                                                        \
	C(RESIDUAL_CONTEXT_REMOVED, 201, "Residual-Context-Removed")                               \
	C(UNSUPPORTED_ATTRIBUTE, 401, "Unsupported-Attribute")                                     \
	C(MISSING_ATTRIBUTE, 402, "Missing-Attribute")                                             \
	C(NAS_IDENTIFICATION_MISMATCH, 403, "NAS-Identification-Mismatch")                         \
	C(INVALID_REQUEST, 404, "Invalid-Request")                                                 \
	C(UNSUPPORTED_SERVICE, 405, "Unsupported-Service")                                         \
	C(UNSUPPORTED_EXTENSION, 406, "Unsupported-Extension")                                     \
	C(INVALID_ATTRIBUTE_VALUE, 407, "Invalid-Attribute-Value")                                 \
	C(ADMINISTRATIVELY_PROHIBITED, 501, "Administratively-Prohibited")                         \
	C(REQUEST_NOT_ROUTABLE, 502, "Proxy-Request-Not-Routable")                                 \
	C(SESSION_NOT_FOUND, 503, "Session-Context-Not-Found")                                     \
	C(SESSION_NOT_REMOVABLE, 504, "Session-Context-Not-Removable")                             \
	C(OTHER_PROXY_ERROR, 505, "Proxy-Processing-Error")                                        \
	C(RESOURCES_UNAVAILABLE, 506, "Resources-Unavailable")                                     \
	C(REQUEST_INITIATED, 507, "Request-Initiated")                                             \
	C(MULTIPLE_SELECTION, 508, "Multiple-Session-Selection-Unsupported")

#define TP_RADIUS_VALUE_ENUM(prefix, id, number) TP_RADIUS_##prefix##_##id = number,
#define TP_RADIUS_CAUSE_ENUM(id, number, name)	 TP_RADIUS_VALUE_ENUM(CAUSE, id, number)
#define TP_RADIUS_ERROR_ENUM(id, number, name)	 TP_RADIUS_VALUE_ENUM(ERROR, id, number)
enum tp_radius_cause { TP_RADIUS_CAUSES(TP_RADIUS_CAUSE_ENUM) };
enum tp_radius_error { TP_RADIUS_NO_ERROR, TP_RADIUS_ERRORS(TP_RADIUS_ERROR_ENUM) };
#undef TP_RADIUS_ERROR_ENUM
#define TP_RADIUS_ERROR_INDEX(id, number, name) TP_RADIUS_ERROR_INDEX_##id,
enum { TP_RADIUS_ERRORS(TP_RADIUS_ERROR_INDEX) TP_RADIUS_ERROR_COUNT };
#undef TP_RADIUS_ERROR_INDEX
#undef TP_RADIUS_CAUSE_ENUM
#undef TP_RADIUS_VALUE_ENUM

/* "User-Request", …, "Session-Context-Not-Found", …; "unknown". Static strings. */
const char *tp_radius_cause_name(enum tp_radius_cause cause);
const char *tp_radius_error_name(enum tp_radius_error error);

/* Errors without gaps, 0 … TP_RADIUS_ERROR_COUNT - 1, for tables of them. */
unsigned tp_radius_error_index(enum tp_radius_error error);
enum tp_radius_error tp_radius_error_at(unsigned index);
