/* SPDX-License-Identifier: BSD-3-Clause */
/* DHCPv6's messages and options (RFC 8415, RFC 9915): formats alone, of what both roles need.
 *
 * A parsed message points into what was parsed. Each option is checked for the length that it must
 * have, so that whoever uses it need not; unknown ones are passed over (section 16). Pure
 * functions; any thread. */
#pragma once

#include "base/prefix.h"
#include "ipv6/duid.h"
#include "ipv6/packet.h"

#define TP_DHCP6_CLIENT_PORT 546
#define TP_DHCP6_SERVER_PORT 547

enum tp_dhcp6_type {
	TP_DHCP6_SOLICIT = 1,
	TP_DHCP6_ADVERTISE,
	TP_DHCP6_REQUEST,
	TP_DHCP6_CONFIRM,
	TP_DHCP6_RENEW,
	TP_DHCP6_REBIND,
	TP_DHCP6_REPLY,
	TP_DHCP6_RELEASE,
	TP_DHCP6_DECLINE,
	TP_DHCP6_RECONFIGURE,
	TP_DHCP6_INFORMATION_REQUEST,
	TP_DHCP6_RELAY_FORWARD,
	TP_DHCP6_RELAY_REPLY,
};

/* IANA, "DHCPv6 Option Codes". */
#define TP_DHCP6_CLIENT_ID	     1
#define TP_DHCP6_SERVER_ID	     2
#define TP_DHCP6_IA_NA		     3
#define TP_DHCP6_IA_ADDRESS	     5
#define TP_DHCP6_OPTION_REQUEST	     6
#define TP_DHCP6_PREFERENCE	     7
#define TP_DHCP6_ELAPSED_TIME	     8
#define TP_DHCP6_STATUS_CODE	     13
#define TP_DHCP6_RAPID_COMMIT	     14
#define TP_DHCP6_DNS_SERVERS	     23 /* RFC 3646 */
#define TP_DHCP6_DOMAIN_SEARCH	     24
#define TP_DHCP6_IA_PD		     25
#define TP_DHCP6_IA_PREFIX	     26
#define TP_DHCP6_INFORMATION_REFRESH 32
#define TP_DHCP6_SOL_MAX_RT	     82
#define TP_DHCP6_INF_MAX_RT	     83

enum tp_dhcp6_status {
	TP_DHCP6_SUCCESS,
	TP_DHCP6_UNSPEC_FAIL,
	TP_DHCP6_NO_ADDRS_AVAIL,
	TP_DHCP6_NO_BINDING,
	TP_DHCP6_NOT_ON_LINK,
	TP_DHCP6_USE_MULTICAST, /* obsolete (RFC 9915), never sent */
	TP_DHCP6_NO_PREFIX_AVAIL,
};

/* An address (its length 128) of an IA_NA, or a prefix of an IA_PD. */
struct tp_dhcp6_lease {
	struct tp_prefix6 prefix;
	uint32_t preferred_s, valid_s;
	uint16_t status; /* of its own, TP_DHCP6_SUCCESS if there is none */
};

#define TP_DHCP6_IAS_MAX    8
#define TP_DHCP6_LEASES_MAX 16 /* of one IA: all that a link may have, and all it had before */

/* An identity association. */
struct tp_dhcp6_ia {
	uint16_t kind; /* TP_DHCP6_IA_NA or TP_DHCP6_IA_PD */
	uint16_t status;
	uint32_t iaid;
	uint32_t t1_s, t2_s;
	unsigned lease_count;
	struct tp_dhcp6_lease leases[TP_DHCP6_LEASES_MAX];
};

struct tp_dhcp6_message {
	uint8_t type;
	uint32_t transaction;		 /* 24 bits */
	struct tp_reader client, server; /* DUIDs; empty: none */
	bool rapid_commit;
	uint8_t preference;
	uint16_t status; /* of the message as a whole */
	uint32_t sol_max_rt_s, inf_max_rt_s,
		refresh_s;	 /* 0: not told, or out of the RFC's bounds */
	struct tp_reader wanted; /* the Option Request: codes, two octets each */
	struct tp_reader dns;	 /* addresses */
	struct tp_reader search; /* names: see names.h */
	unsigned ia_count;
	struct tp_dhcp6_ia ias[TP_DHCP6_IAS_MAX];
};

/* Parses what follows UDP's header. Of a relayed message the type alone. */
enum tp_ipv6_reason tp_dhcp6_parse(struct tp_dhcp6_message *message, struct tp_reader bytes);

/* Does the Option Request name CODE? */
bool tp_dhcp6_wants(const struct tp_dhcp6_message *message, uint16_t code);

/* ---- building: behind tp_ipv6_out_udp() ------------------------------------------------------ */

void tp_dhcp6_begin(struct tp_writer *w, uint8_t type, uint32_t transaction);
void tp_dhcp6_put(struct tp_writer *w, uint16_t code, const void *bytes, size_t len);
void tp_dhcp6_put_u8(struct tp_writer *w, uint16_t code, uint8_t value);
void tp_dhcp6_put_u16(struct tp_writer *w, uint16_t code, uint16_t value);
void tp_dhcp6_put_u32(struct tp_writer *w, uint16_t code, uint32_t value);
void tp_dhcp6_put_status(struct tp_writer *w, enum tp_dhcp6_status status, const char *text);
void tp_dhcp6_put_search(struct tp_writer *w, const char *const *names, unsigned count);

/* An option around those put until tp_dhcp6_close(): its length is filled in then. */
uint8_t *tp_dhcp6_open_ia(struct tp_writer *w, uint16_t kind, uint32_t iaid, uint32_t t1_s,
			  uint32_t t2_s);
void tp_dhcp6_put_lease(struct tp_writer *w, const struct tp_dhcp6_lease *lease, uint16_t ia_kind);
void tp_dhcp6_close(struct tp_writer *w, uint8_t *open);
