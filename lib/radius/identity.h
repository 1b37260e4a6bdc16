/* SPDX-License-Identifier: BSD-3-Clause */
/* Who and where: the attributes that an Access-Request and every Accounting-Request of a session
 * have in common. Pure functions; any thread. */
#pragma once

#include "radius/packet.h"
#include "wire/access_line.h"
#include "wire/ethernet.h"

/* This access concentrator, as servers know it. Borrowed texts. */
struct tp_radius_nas {
	const char *identifier;		/* NAS-Identifier: /system identity */
	uint32_t address;		/* NAS-IP-Address, host byte order; 0: none */
	const uint8_t *address6;	/* NAS-IPv6-Address; NULL: none */
	const char *nas_port_id;	/* formats, see below; NULL: "{interface}", */
	const char *calling_station_id; /* "{mac}", */
	const char *called_station_id;	/* "{service}" */
	bool circuit_id_in_nas_port_id; /* where the access node names it */
};

/* One session. Borrowed texts. */
struct tp_radius_session {
	const char *user; /* bytes as the peer sent them */
	struct tp_mac mac;
	const struct tp_access_line *line; /* NULL: none is known */
	const char *interface;		   /* "ether3" */
	const char *service_name;
	struct tp_vlans vlans;
	uint16_t session_id; /* PPPoE's */
	uint32_t nas_port;
	uint64_t accounting_id;
};

#define TP_RADIUS_SESSION_ID_LEN 17 /* sixteen digits and the NUL */

/* The text of an Acct-Session-Id; returns TEXT. */
char *tp_radius_session_id(uint64_t accounting_id, char text[TP_RADIUS_SESSION_ID_LEN]);

/* Reads one, in either case; false: it can't be ours. */
bool tp_radius_session_id_parse(const char *text, uint64_t *accounting_id);

/* Is USER written as one of DOMAIN, "DOMAIN\user" or "user@domain", in any case? Of "" everybody
 * is. */
bool tp_radius_in_domain(const char *user, const char *domain);

/* The domain of USER, "DOMAIN\\user" or "user@domain", of *LEN bytes; 0: it has none. */
const char *tp_radius_domain_of(const char *user, size_t *len);

/* NAS-Identifier, NAS-IP-Address or NAS-IPv6-Address. */
void tp_radius_put_nas(struct tp_radius_builder *b, const struct tp_radius_nas *nas);

/* User-Name, Service-Type, Framed-Protocol, NAS-Port, -Type and -Id, Calling- and
 * Called-Station-Id, Acct-Session-Id, and the line's (RFC 4679). */
void tp_radius_put_session(struct tp_radius_builder *b, const struct tp_radius_nas *nas,
			   const struct tp_radius_session *session);

/* The texts of NAS-Port-Id and Calling-Station-Id; each returns TEXT. */
#define TP_RADIUS_LINE_TEXT 254
char *tp_radius_nas_port_id(const struct tp_radius_nas *nas,
			    const struct tp_radius_session *session,
			    char text[TP_RADIUS_LINE_TEXT]);
char *tp_radius_calling_station_id(const struct tp_radius_nas *nas,
				   const struct tp_radius_session *session,
				   char text[TP_RADIUS_LINE_TEXT]);

/* FORMAT, with tp_line_words in it, as of SESSION; cut to SIZE. What is not known is nothing, and a
 * tag that is not there 0. Returns TEXT. */
char *tp_radius_format(const char *format, const struct tp_radius_session *session, char *text,
		       size_t size);
