/* SPDX-License-Identifier: BSD-3-Clause */
/* What both roles of PPPoE discovery (RFC 2516) share: packets in and out, and the one list of
 * reasons for which a packet is refused. No I/O: see ac.h for the access concentrator, client.h
 * for the host, scan.h for the scanner. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "wire/ethernet.h"
#include "wire/pppoe.h"

/* Room for a service name, an AC name or an error text, with its NUL. RFC 2516 sets no limit;
 * RouterOS's names stay far below. */
#define TP_PPPOE_NAME_MAX 256

/* One discovery packet (Ethernet type 0x8863) on its way in or out. */
struct tp_pppoe_packet {
	struct tp_mac src;
	struct tp_mac dst;
	uint16_t port;	       /* the owner's port id: copied from a request to its reply */
	struct tp_vlans vlans; /* likewise; the engines neither see nor build VLAN tags */
	const uint8_t *bytes;  /* the PPPoE header and what follows it */
	size_t len;	       /* in: may include Ethernet's padding */
	uint16_t delay_ms;     /* out, of a PADO: it is to be sent so much later */
};

/* Why a packet was refused. X(identifier, name, text): the name is a word for counters, metrics
 * and events; the text is a sentence for people. */
#define TP_PPPOE_REASONS(X)                                                                        \
	X(NONE, "none", "accepted")                                                                \
	X(MALFORMED_HEADER, "malformed-header",                                                    \
	  "the PPPoE header is short, of another version, or longer than its frame")               \
	X(MALFORMED_TAG, "malformed-tag", "a tag goes past the end of the packet")                 \
	X(UNKNOWN_CODE, "unknown-code", "the code is none of RFC 2516")                            \
	X(UNEXPECTED_CODE, "unexpected-code",                                                      \
	  "a packet that only the other role receives, or at a moment when nothing was asked")     \
	X(BAD_SESSION_ID, "bad-session-id", "the session id must be zero here, or must not be")    \
	X(BAD_SOURCE, "bad-source",                                                                \
	  "the source address is not a host's: a group address, zero, or our own")                 \
	X(NOT_BROADCAST, "not-broadcast", "a PADI that was not sent to the broadcast address")     \
	X(WRONG_DESTINATION, "wrong-destination", "the packet was not sent to our address")        \
	X(NO_SERVERS, "no-servers", "no enabled server on this interface")                         \
	X(MAC_REJECTED, "mac-rejected", "the mac-filter rejects this host")                        \
	X(SERVICE_NAME_COUNT, "service-name-count", "exactly one Service-Name tag is required")    \
	X(UNKNOWN_SERVICE, "unknown-service", "no server here has this service-name")              \
	X(PADO_WITHHELD, "pado-withheld", "pado-delay is never at this load")                      \
	X(NO_COOKIE, "no-cookie", "a PADR without an AC-Cookie of ours")                           \
	X(STALE_COOKIE, "stale-cookie", "a PADR with an AC-Cookie that is too old")                \
	X(BAD_COOKIE, "bad-cookie",                                                                \
	  "a PADR with an AC-Cookie that was not made for this client on this interface")          \
	X(REPLY_TOO_LONG, "reply-too-long", "the tags to echo leave no room for the reply")        \
	X(OWNER_REFUSED, "owner-refused", "the server takes no session now")                       \
	X(PEER_ERROR, "peer-error", "the peer reports an error")                                   \
	X(SERVICE_NAME_ERROR, "service-name-error",                                                \
	  "the access concentrator refuses the service-name")                                      \
	X(AC_SYSTEM_ERROR, "ac-system-error", "the access concentrator has an error of its own")   \
	X(GENERIC_ERROR, "generic-error", "the access concentrator reports an error")              \
	X(HOST_UNIQ_MISMATCH, "host-uniq-mismatch", "the reply is not to our request")             \
	X(AC_NAME_MISMATCH, "ac-name-mismatch", "an offer of another access concentrator")         \
	X(SERVICE_NOT_OFFERED, "service-not-offered",                                              \
	  "an offer without the service-name asked for")                                           \
	X(TAG_TOO_LONG, "tag-too-long", "a tag to be echoed is longer than we keep")               \
	X(NO_OFFER, "no-offer", "no access concentrator answered")                                 \
	X(NO_CONFIRMATION, "no-confirmation",                                                      \
	  "the access concentrator did not confirm the session")                                   \
	X(PEER_TERMINATED, "peer-terminated", "the peer sent a PADT")                              \
	X(NO_REQUEST, "no-request", "no PADR followed it")

enum tp_pppoe_reason {
#define TP_PPPOE_REASON_ENUM(id, name, text) TP_PPPOE_##id,
	TP_PPPOE_REASONS(TP_PPPOE_REASON_ENUM)
#undef TP_PPPOE_REASON_ENUM
		TP_PPPOE_REASON_COUNT
};

/* "stale-cookie": a word for counters and metrics. Any thread. */
const char *tp_pppoe_reason_name(enum tp_pppoe_reason reason);

/* A sentence for logs and events, without a full stop. Any thread. */
const char *tp_pppoe_reason_text(enum tp_pppoe_reason reason);

/* Builds a PADT (RFC 2516, 5.5) for SESSION_ID into ROOM; ERROR_TEXT becomes a Generic-Error
 * tag when it is neither NULL nor empty. Returns the length, 0 when it does not fit. The same
 * for both roles. Any thread. */
size_t tp_pppoe_padt_build(void *room, size_t len, uint16_t session_id, const char *error_text);
