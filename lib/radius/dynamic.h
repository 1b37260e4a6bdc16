/* SPDX-License-Identifier: BSD-3-Clause */
/* Dynamic authorization (RFC 5176): a server asks for a session's change (CoA-Request) or end
 * (Disconnect-Request). What it asks is proven, read into a value, and answered here; finding the
 * session and changing it are the owner's.
 *
 *	tp_radius_dynamic_input()	TP_RADIUS_DYNAMIC_APPLY: REQUEST says what
 *	(the owner looks, and changes all or nothing)
 *	tp_radius_dynamic_answer()	ACK, or NAK with an Error-Cause
 *
 * The answer is remembered, so that a request that comes again (same source, same bytes) gets the
 * same answer and does nothing twice. What has an Event-Timestamp must be near to now, and is
 * remembered until it would be too old: who sends what he recorded, from wherever, is not heard. If
 * there is too much to remember, the oldest is forgotten, and from then on nothing as old as that
 * is taken any more. What has no Event-Timestamp is remembered for half a minute; it may be
 * required.
 *
 * No I/O, no clock; one thread. */
#pragma once

#include "radius/endpoint.h"
#include "radius/packet.h"

struct tp_radius_dynamic;

struct tp_radius_dynamic_config {
	uint32_t window_s;    /* by which an Event-Timestamp may be off; 300 is RFC 5176's */
	uint32_t max_answers; /* remembered */
	bool require_timestamp;
	bool require_message_auth; /* one that is there must be right in any case */
};

/* 300 s, 16,384 answers, nothing required: radclient's requests are taken. */
void tp_radius_dynamic_config_init(struct tp_radius_dynamic_config *config);

/* NULL: no memory. */
struct tp_radius_dynamic *tp_radius_dynamic_create(const struct tp_radius_dynamic_config *config);

/* NULL is fine. */
void tp_radius_dynamic_destroy(struct tp_radius_dynamic *dynamic);

/* From now on. */
void tp_radius_dynamic_config_set(struct tp_radius_dynamic *dynamic,
				  const struct tp_radius_dynamic_config *config);

#define TP_RADIUS_TEXT_ROOM (TP_RADIUS_VALUE_MAX + 1)

/* X(attribute, field): texts, without a NUL inside. */
#define TP_RADIUS_DYNAMIC_TEXTS(X)                                                                 \
	X(USER_NAME, user_name)                                                                    \
	X(ACCT_SESSION_ID, acct_session_id)                                                        \
	X(ACCT_MULTI_SESSION_ID, acct_multi_session_id)                                            \
	X(CALLING_STATION_ID, calling_station_id)                                                  \
	X(CALLED_STATION_ID, called_station_id)                                                    \
	X(NAS_PORT_ID, nas_port_id)                                                                \
	X(NAS_IDENTIFIER, nas_identifier)                                                          \
	X(FILTER_ID, filter_id)                                                                    \
	X(MIKROTIK_GROUP, group)                                                                   \
	X(MIKROTIK_RATE_LIMIT, rate_limit)                                                         \
	X(MIKROTIK_ADDRESS_LIST, address_list)

/* Numbers of 32 bits, addresses in host order. */
#define TP_RADIUS_DYNAMIC_NUMBERS(X)                                                               \
	X(NAS_IP_ADDRESS, nas_ip_address)                                                          \
	X(NAS_PORT, nas_port)                                                                      \
	X(FRAMED_IP_ADDRESS, framed_ip_address)                                                    \
	X(SERVICE_TYPE, service_type)                                                              \
	X(SESSION_TIMEOUT, session_timeout_s)                                                      \
	X(IDLE_TIMEOUT, idle_timeout_s)                                                            \
	X(TERMINATION_ACTION, termination_action)                                                  \
	X(ACCT_INTERIM_INTERVAL, interim_s)                                                        \
	X(EVENT_TIMESTAMP, event_timestamp)                                                        \
	X(MIKROTIK_RECV_LIMIT, recv_limit)                                                         \
	X(MIKROTIK_RECV_LIMIT_GIGAWORDS, recv_limit_gigawords)                                     \
	X(MIKROTIK_XMIT_LIMIT, xmit_limit)                                                         \
	X(MIKROTIK_XMIT_LIMIT_GIGAWORDS, xmit_limit_gigawords)                                     \
	X(MIKROTIK_TOTAL_LIMIT, total_limit)                                                       \
	X(MIKROTIK_TOTAL_LIMIT_GIGAWORDS, total_limit_gigawords)                                   \
	X(WISPR_BANDWIDTH_MAX_UP, wispr_up)                                                        \
	X(WISPR_BANDWIDTH_MAX_DOWN, wispr_down)                                                    \
	X(ASCEND_DATA_RATE, ascend_data_rate)                                                      \
	X(ASCEND_XMIT_RATE, ascend_xmit_rate)

/* X(ID, name): why something was ignored. */
#define TP_RADIUS_DYNAMIC_REASONS(X)                                                               \
	X(UNKNOWN_SERVER, "unknown-server")                                                        \
	X(MALFORMED, "malformed")                                                                  \
	X(WRONG_CODE, "wrong-code")                                                                \
	X(AUTHENTICATOR, "authenticator")                                                          \
	X(NO_MESSAGE_AUTH, "no-message-authenticator")                                             \
	X(MESSAGE_AUTH, "message-authenticator")                                                   \
	X(NO_TIMESTAMP, "no-event-timestamp")                                                      \
	X(STALE, "event-timestamp")                                                                \
	X(REPLAYED, "replayed")

enum tp_radius_dynamic_reason {
#define TP_RADIUS_DYNAMIC_ENUM(id, name) TP_RADIUS_DYNAMIC_##id,
	TP_RADIUS_DYNAMIC_REASONS(TP_RADIUS_DYNAMIC_ENUM)
#undef TP_RADIUS_DYNAMIC_ENUM
		TP_RADIUS_DYNAMIC_REASON_COUNT
};

struct tp_radius_ipv6_prefix {
	uint8_t address[16];
	uint8_t length;
};

struct tp_radius_dynamic_request {
	enum tp_radius_code code; /* TP_RADIUS_COA_REQUEST, TP_RADIUS_DISCONNECT_REQUEST */
	/* Which are there: tp_radius_dynamic_has(). */
	uint64_t present[(TP_RADIUS_ATTRIBUTES + 63) / 64];
#define TP_RADIUS_DYNAMIC_TEXT(id, field)   char field[TP_RADIUS_TEXT_ROOM];
#define TP_RADIUS_DYNAMIC_NUMBER(id, field) uint32_t field;
	TP_RADIUS_DYNAMIC_TEXTS(TP_RADIUS_DYNAMIC_TEXT)
	TP_RADIUS_DYNAMIC_NUMBERS(TP_RADIUS_DYNAMIC_NUMBER)
#undef TP_RADIUS_DYNAMIC_NUMBER
#undef TP_RADIUS_DYNAMIC_TEXT
	uint8_t nas_ipv6_address[16];
	uint8_t framed_ipv6_address[16];
	uint8_t framed_interface_id[8];
	struct tp_radius_ipv6_prefix framed_ipv6_prefix;
	struct tp_radius_ipv6_prefix delegated_ipv6_prefix;
	/* The request as it came, borrowed: Class, of which there may be several, is to be read
	 * from it, and whatever reads an Access-Accept can read the rest. */
	struct tp_radius_packet packet;
	const char *secret; /* borrowed as well */
	struct tp_radius_endpoint from;
	enum tp_radius_error error;	       /* of a reply that says no at once */
	enum tp_radius_dynamic_reason ignored; /* why it was */
};

/* Does ATTRIBUTE of a CoA-Request change something? */
bool tp_radius_dynamic_is_change(enum tp_radius_attribute attribute);

/* Is ATTRIBUTE in it? */
bool tp_radius_dynamic_has(const struct tp_radius_dynamic_request *request,
			   enum tp_radius_attribute attribute);

/* Does it name a session, by one attribute at least? (An input that does not is refused.) */
bool tp_radius_dynamic_names_session(const struct tp_radius_dynamic_request *request);

/* Does it ask for a change of anything? */
bool tp_radius_dynamic_changes(const struct tp_radius_dynamic_request *request);

/* Is it for who has these addresses (0 and NULL: none) and this name? What it does not say is not
 * compared. If it is not: TP_RADIUS_ERROR_NAS_IDENTIFICATION_MISMATCH. */
bool tp_radius_dynamic_is_for(const struct tp_radius_dynamic_request *request, uint32_t ipv4,
			      const uint8_t *ipv6, const char *identifier);

enum tp_radius_dynamic_verdict {
	TP_RADIUS_DYNAMIC_IGNORE, /* nothing is to be sent; of REQUEST it is said why */
	TP_RADIUS_DYNAMIC_REPLY,  /* REPLY is to be sent: it came before, or (REQUEST says which
				   * error) it makes no sense */
	TP_RADIUS_DYNAMIC_APPLY,  /* REQUEST is to be applied, and answered */
};

/* What came from FROM, whose secret is SECRET (NULL: from there nothing is taken). REPLY has room
 * for TP_RADIUS_PACKET_MAX bytes. REQUEST is set, and good while BYTES and SECRET are, if it is to
 * be applied or has an error. WALL_S: seconds since the epoch. */
enum tp_radius_dynamic_verdict
tp_radius_dynamic_input(struct tp_radius_dynamic *dynamic, const char *secret,
			const struct tp_radius_endpoint *from, const void *bytes, size_t len,
			uint32_t wall_s, uint64_t now_ms, struct tp_radius_dynamic_request *request,
			uint8_t *reply, size_t *reply_len);

/* ACK, or (an ERROR) NAK, to what was to be applied, with State and Proxy-State echoed. Into REPLY,
 * with room for TP_RADIUS_PACKET_MAX bytes, for who asked. Returns its length; 0: it does not fit,
 * nothing is to be sent. */
size_t tp_radius_dynamic_answer(struct tp_radius_dynamic *dynamic,
				const struct tp_radius_dynamic_request *request,
				enum tp_radius_error error, uint32_t wall_s, uint64_t now_ms,
				uint8_t *reply);

/* "event-timestamp". A static string. */
const char *tp_radius_dynamic_reason_name(enum tp_radius_dynamic_reason reason);

struct tp_radius_dynamic_counters {
	uint64_t requests; /* whatever became of them */
	uint64_t coa_acks, coa_naks;
	uint64_t disconnect_acks, disconnect_naks;
	uint64_t naks[TP_RADIUS_ERROR_COUNT]; /* of both, by tp_radius_error_index() */
	uint64_t duplicates;		      /* answered from memory */
	uint64_t ignored[TP_RADIUS_DYNAMIC_REASON_COUNT];
	uint32_t remembered; /* now */
};

const struct tp_radius_dynamic_counters *
tp_radius_dynamic_counters(const struct tp_radius_dynamic *dynamic);
