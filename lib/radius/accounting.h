/* SPDX-License-Identifier: BSD-3-Clause */
/* Accounting-Requests: RFC 2866, RFC 2869 section 2.1. Pure functions; any thread. */
#pragma once

#include "aaa/subscriber.h"
#include "base/counted.h"
#include "radius/identity.h"

/* What went through a session since it began. */

/* What a session has of IPv6. Prefixes of length 0: none. */
struct tp_radius_ipv6 {
	struct tp_prefix6 prefix;	    /* of the link, or, of length 128, its address */
	struct tp_prefix6 address;	    /* one beside it */
	const uint8_t *interface_id;	    /* the subscriber's, 8 bytes; NULL: none */
	const struct tp_prefix6 *delegated; /* by DHCPv6 */
	unsigned delegated_count;
};

struct tp_radius_record {
	enum tp_radius_acct_status status;
	uint32_t unix_s; /* when it happened: Event-Timestamp */
	/* NULL: of On and Off, which are of no session, and have nothing of what follows. */
	const struct tp_radius_session *session;
	const struct tp_subscriber *subscriber;
	bool by_radius;	  /* a server let the peer in, not a local secret */
	uint32_t address; /* the subscriber's, host byte order; 0: none */
	struct tp_radius_ipv6 ipv6;
	uint32_t session_time_s;
	struct tp_session_counters usage;
	uint64_t bundle_id;	    /* accounting id of the bundle's session; 0: no bundle */
	uint32_t link_count;	    /* of a bundle */
	enum tp_radius_cause cause; /* of Stop */
};

/* Puts all that the record says into B, just begun. Acct-Delay-Time is there, 0, to be rewritten
 * before each sending (struct tp_radius_ask). */
void tp_radius_put_record(struct tp_radius_builder *b, const struct tp_radius_nas *nas,
			  const struct tp_radius_record *record);

/* What servers are told that the peer is called, if that is not the session's own name: an accept
 * had another User-Name, or the peer has sent bytes that are no text (RFC 2865, section 5.1). */
bool tp_radius_told_name(const struct tp_subscriber_radius *radius,
			 char name[TP_RADIUS_VALUE_MAX + 1]);

/* Of the LEN bytes of a Start or Interim-Update that was put so, makes in ROOM the Stop of a
 * session that ended, unseen, with what it had used by then (USAGE; NULL: what the record knows of
 * it). Returns its length; 0: it is no such record. */
size_t tp_radius_record_end(const uint8_t *bytes, size_t len, enum tp_radius_cause cause,
			    const struct tp_session_counters *usage,
			    uint8_t room[TP_RADIUS_PACKET_MAX]);
