/* SPDX-License-Identifier: BSD-3-Clause */
/* What the engines of lib/ipv6 count: each packet that they are given ends as one message received
 * or one packet discarded for a reason. The memory is the owner's, one for as many links as it
 * likes; it knows the names for its metrics from here. */
#pragma once

#include <stdint.h>

enum tp_ipv6_message {
	TP_IPV6_ROUTER_SOLICITATION,
	TP_IPV6_ROUTER_ADVERTISEMENT,
	TP_IPV6_NEIGHBOUR_SOLICITATION,
	TP_IPV6_NEIGHBOUR_ADVERTISEMENT,
	TP_IPV6_ECHO_REQUEST,
	TP_IPV6_ECHO_REPLY,
	TP_IPV6_DHCP6_SOLICIT, /* from here on DHCPv6's, in the order of their types from 1 on */
	TP_IPV6_DHCP6_ADVERTISE,
	TP_IPV6_DHCP6_REQUEST,
	TP_IPV6_DHCP6_CONFIRM,
	TP_IPV6_DHCP6_RENEW,
	TP_IPV6_DHCP6_REBIND,
	TP_IPV6_DHCP6_REPLY,
	TP_IPV6_DHCP6_RELEASE,
	TP_IPV6_DHCP6_DECLINE,
	TP_IPV6_DHCP6_RECONFIGURE,
	TP_IPV6_DHCP6_INFORMATION_REQUEST,
	TP_IPV6_MESSAGE_COUNT,
};

/* Why a packet was discarded. */
enum tp_ipv6_reason {
	TP_IPV6_NO_REASON, /* it was taken */
	TP_IPV6_MALFORMED, /* no IPv6, or its lengths do not fit each other */
	TP_IPV6_BAD_CHECKSUM,
	TP_IPV6_NOT_FOR_US,	     /* another address, protocol, port or type */
	TP_IPV6_FOREIGN_SOURCE,	     /* not an address of the other end */
	TP_IPV6_FORWARDED,	     /* ND whose hop limit is not 255: it has come from afar */
	TP_IPV6_ND_MALFORMED,	     /* too short, or a code that is none */
	TP_IPV6_ND_OPTION,	     /* an option of length zero, or cut short */
	TP_IPV6_DHCP6_MALFORMED,     /* shorter than its header */
	TP_IPV6_DHCP6_OPTION,	     /* an option cut short, or of a length that it can't have */
	TP_IPV6_DHCP6_REPEATED,	     /* what there can be one of is there twice */
	TP_IPV6_DHCP6_TOO_MANY,	     /* identity associations or leases */
	TP_IPV6_DHCP6_TYPE,	     /* a type that is none, or not for this role */
	TP_IPV6_DHCP6_RELAYED,	     /* there is no relay agent on a point-to-point link */
	TP_IPV6_DHCP6_UNICAST,	     /* what is sent to all servers, sent to us alone */
	TP_IPV6_DHCP6_NO_CLIENT_ID,  /* without the client's identifier */
	TP_IPV6_DHCP6_NO_SERVER_ID,  /* without a server's */
	TP_IPV6_DHCP6_OTHER_SERVER,  /* with another server's */
	TP_IPV6_DHCP6_HAS_SERVER_ID, /* with one where there must be none */
	TP_IPV6_DHCP6_HAS_IA,	     /* an Information-request with an identity association */
	TP_IPV6_DHCP6_NOTHING,	    /* a Confirm without an address, an Advertise without a lease */
	TP_IPV6_DHCP6_TRANSACTION,  /* an answer to what was not asked, or not last */
	TP_IPV6_DHCP6_OTHER_CLIENT, /* an answer to another client */
	TP_IPV6_TOO_LONG,	    /* the answer does not fit a packet of 1,280 octets */
	TP_IPV6_LINK_DOWN,	    /* the engine has not been started, or was stopped */
	TP_IPV6_REASON_COUNT,
};

struct tp_ipv6_counters {
	uint64_t received[TP_IPV6_MESSAGE_COUNT];
	uint64_t sent[TP_IPV6_MESSAGE_COUNT];
	uint64_t discarded[TP_IPV6_REASON_COUNT]; /* [TP_IPV6_NO_REASON] stays 0 */
};

/* Words with hyphens, as labels of metrics: "router-solicitation", "dhcp6-other-server". */
const char *tp_ipv6_message_name(enum tp_ipv6_message message);
const char *tp_ipv6_reason_name(enum tp_ipv6_reason reason);
