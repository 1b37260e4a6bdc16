/* SPDX-License-Identifier: BSD-3-Clause */
/* The attributes that Turnpike sends or takes, one row each: dictionary.h makes its enum of them,
 * dictionary.c its tables, the documentation its chapter. Private to these.
 *
 * X(ID, number, KIND, name, packets, reference, effect)
 *	KIND		RFC 8044's data types: enum tp_radius_kind
 *	packets		in which it may be, the letters of dictionary.c: Q Access-Request,
 *			A Access-Accept, J Access-Reject, C Accounting-Request, D CoA-Request and
 *			Disconnect-Request, N their ACK and NAK
 *	effect		what it does here, for people */
#pragma once

/* clang-format off */
#define TP_RADIUS_STANDARD(X) \
	X(USER_NAME, 1, TEXT, "User-Name", Q | A | C | D, "RFC 2865, 5.1", "the peer's name as it gave it, to the byte; an accept's is told in accounting instead; in a CoA or Disconnect either names the session") \
	X(USER_PASSWORD, 2, STRING, "User-Password", Q, "RFC 2865, 5.2", "the password of PAP, or of an operator, hidden by the secret") \
	X(CHAP_PASSWORD, 3, STRING, "CHAP-Password", Q, "RFC 2865, 5.3", "CHAP's identifier and response") \
	X(NAS_IP_ADDRESS, 4, IPV4ADDR, "NAS-IP-Address", Q | C | D, "RFC 2865, 5.4", "our address towards a server that has an IPv4 one; in a CoA or Disconnect it must be ours") \
	X(NAS_PORT, 5, INTEGER, "NAS-Port", Q | C | D, "RFC 2865, 5.5", "number of the session's port; in a CoA or Disconnect it names the session") \
	X(SERVICE_TYPE, 6, ENUM, "Service-Type", Q | A | C | D, "RFC 2865, 5.6", "Framed, of an operator Login; an accept of another type is refused, and a CoA that asks to authorize only") \
	X(FRAMED_PROTOCOL, 7, ENUM, "Framed-Protocol", Q | C | D, "RFC 2865, 5.7", "PPP") \
	X(FRAMED_IP_ADDRESS, 8, IPV4ADDR, "Framed-IP-Address", A | C | D, "RFC 2865, 5.8", "the subscriber's address; 255.255.255.254 or 255.255.255.255: one of the pool; in a CoA or Disconnect it names the session") \
	X(FRAMED_IP_NETMASK, 9, IPV4ADDR, "Framed-IP-Netmask", A, "RFC 2865, 5.9", "with Framed-IP-Address: the network behind the subscriber is routed to it") \
	X(FILTER_ID, 11, TEXT, "Filter-Id", A | D, "RFC 2865, 5.11", "with filter-id-rate: the rate limit in kbit/s, down/up or one for both; else nothing") \
	X(FRAMED_MTU, 12, INTEGER, "Framed-MTU", A, "RFC 2865, 5.12", "the largest packet to the subscriber, if it is less than what LCP agreed to, but 576 at least") \
	X(REPLY_MESSAGE, 18, TEXT, "Reply-Message", A | J | D, "RFC 2865, 5.18", "told to the peer; in a CoA or Disconnect nothing") \
	X(FRAMED_ROUTE, 22, TEXT, "Framed-Route", A, "RFC 2865, 5.22", "a route to the subscriber: dst-address [gateway [metric]], the gateway 0.0.0.0 or the subscriber; several, 32 at most") \
	X(STATE, 24, STRING, "State", D | N, "RFC 2865, 5.24", "echoed") \
	X(CLASS, 25, STRING, "Class", A | C | D, "RFC 2865, 5.25", "echoed in accounting; several") \
	X(SESSION_TIMEOUT, 27, INTEGER, "Session-Timeout", A | D, "RFC 2865, 5.27", "seconds until the session ends") \
	X(IDLE_TIMEOUT, 28, INTEGER, "Idle-Timeout", A | D, "RFC 2865, 5.28", "seconds without a packet until the session ends") \
	X(TERMINATION_ACTION, 29, ENUM, "Termination-Action", A | D, "RFC 2865, 5.29", "nothing: a session that has had its time is ended") \
	X(CALLED_STATION_ID, 30, TEXT, "Called-Station-Id", Q | C | D, "RFC 2865, 5.30", "the PPPoE service; in a CoA or Disconnect nothing") \
	X(CALLING_STATION_ID, 31, TEXT, "Calling-Station-Id", Q | C | D, "RFC 2865, 5.31", "the peer's MAC address, or its line, as calling-station-id says; in a CoA or Disconnect it names the session") \
	X(NAS_IDENTIFIER, 32, TEXT, "NAS-Identifier", Q | C | D, "RFC 2865, 5.32", "/system identity; in a CoA or Disconnect it must be ours") \
	X(PROXY_STATE, 33, STRING, "Proxy-State", D | N, "RFC 2865, 5.33", "echoed; several") \
	X(ACCT_STATUS_TYPE, 40, ENUM, "Acct-Status-Type", C, "RFC 2866, 5.1", "Start, Interim-Update, Stop, Accounting-On, Accounting-Off") \
	X(ACCT_DELAY_TIME, 41, INTEGER, "Acct-Delay-Time", C, "RFC 2866, 5.2", "seconds for which the record has waited") \
	X(ACCT_INPUT_OCTETS, 42, INTEGER, "Acct-Input-Octets", C, "RFC 2866, 5.3", "bytes from the subscriber, the lower 32 bits") \
	X(ACCT_OUTPUT_OCTETS, 43, INTEGER, "Acct-Output-Octets", C, "RFC 2866, 5.4", "bytes to the subscriber, the lower 32 bits") \
	X(ACCT_SESSION_ID, 44, TEXT, "Acct-Session-Id", Q | C | D, "RFC 2866, 5.5", "the session's name, never used twice; in a CoA or Disconnect it names the session") \
	X(ACCT_AUTHENTIC, 45, ENUM, "Acct-Authentic", C, "RFC 2866, 5.6", "who let the peer in: RADIUS or a local secret") \
	X(ACCT_SESSION_TIME, 46, INTEGER, "Acct-Session-Time", C, "RFC 2866, 5.7", "seconds") \
	X(ACCT_INPUT_PACKETS, 47, INTEGER, "Acct-Input-Packets", C, "RFC 2866, 5.8", "packets from the subscriber") \
	X(ACCT_OUTPUT_PACKETS, 48, INTEGER, "Acct-Output-Packets", C, "RFC 2866, 5.9", "packets to the subscriber") \
	X(ACCT_TERMINATE_CAUSE, 49, ENUM, "Acct-Terminate-Cause", C | D, "RFC 2866, 5.10", "why the session ended; in a CoA or Disconnect nothing") \
	X(ACCT_MULTI_SESSION_ID, 50, TEXT, "Acct-Multi-Session-Id", C | D, "RFC 2866, 5.11", "the bundle's name; in a CoA or Disconnect it names the session") \
	X(ACCT_LINK_COUNT, 51, INTEGER, "Acct-Link-Count", C, "RFC 2866, 5.12", "links that the bundle has") \
	X(ACCT_INPUT_GIGAWORDS, 52, INTEGER, "Acct-Input-Gigawords", C, "RFC 2869, 5.1", "the upper 32 bits of Acct-Input-Octets") \
	X(ACCT_OUTPUT_GIGAWORDS, 53, INTEGER, "Acct-Output-Gigawords", C, "RFC 2869, 5.2", "the upper 32 bits of Acct-Output-Octets") \
	X(EVENT_TIMESTAMP, 55, TIME, "Event-Timestamp", C | D | N, "RFC 2869, 5.3", "when it happened; in a CoA or Disconnect it must be near to now") \
	X(CHAP_CHALLENGE, 60, STRING, "CHAP-Challenge", Q, "RFC 2865, 5.40", "CHAP's challenge") \
	X(NAS_PORT_TYPE, 61, ENUM, "NAS-Port-Type", Q | C | D, "RFC 2865, 5.41", "Ethernet; in a CoA or Disconnect nothing") \
	X(PORT_LIMIT, 62, INTEGER, "Port-Limit", A, "RFC 2865, 5.42", "1: one session of the user at a time; another number: nothing") \
	X(CONNECT_INFO, 77, TEXT, "Connect-Info", Q | C | D, "RFC 2869, 5.11", "the line's rates in bit/s, to and from the subscriber, where the access node names them: 50000000/10000000; in a CoA or Disconnect nothing") \
	X(MESSAGE_AUTHENTICATOR, 80, STRING, "Message-Authenticator", Q | A | J | D | N, "RFC 3579, 3.2", "proves that the packet is whole and the server's") \
	X(ACCT_INTERIM_INTERVAL, 85, INTEGER, "Acct-Interim-Interval", A | D, "RFC 2869, 5.16", "seconds from one interim record to the next") \
	X(NAS_PORT_ID, 87, TEXT, "NAS-Port-Id", Q | C | D, "RFC 2869, 5.17", "the interface or the line; in a CoA or Disconnect it names the session") \
	X(FRAMED_POOL, 88, TEXT, "Framed-Pool", A, "RFC 2869, 5.18", "the pool of the subscriber's address, unless Framed-IP-Address gives one") \
	X(CHARGEABLE_USER_IDENTITY, 89, STRING, "Chargeable-User-Identity", A | C | D, "RFC 4372, 2.2", "echoed in accounting; in a CoA or Disconnect nothing") \
	X(NAS_IPV6_ADDRESS, 95, IPV6ADDR, "NAS-IPv6-Address", Q | C | D, "RFC 3162, 2.1", "our address towards a server that has an IPv6 one; in a CoA or Disconnect it must be ours") \
	X(FRAMED_INTERFACE_ID, 96, IFID, "Framed-Interface-Id", A | C | D, "RFC 3162, 2.2", "the subscriber's interface identifier; in accounting the one that IPV6CP agreed on") \
	X(FRAMED_IPV6_PREFIX, 97, IPV6PREFIX, "Framed-IPv6-Prefix", A | C | D, "RFC 3162, 2.3", "the prefix of the subscriber's link, in accounting wherever it is from; a /128 is Framed-IPv6-Address there") \
	X(FRAMED_IPV6_ROUTE, 99, TEXT, "Framed-IPv6-Route", A, "RFC 3162, 2.5", "a route to the subscriber: dst-address [gateway [metric]], the gateway :: or the subscriber; several, 32 at most") \
	X(FRAMED_IPV6_POOL, 100, TEXT, "Framed-IPv6-Pool", A, "RFC 3162, 2.6", "the pool of the link's prefix") \
	X(ERROR_CAUSE, 101, ENUM, "Error-Cause", N, "RFC 5176, 3.5", "why a CoA or Disconnect was refused") \
	X(DELEGATED_IPV6_PREFIX, 123, IPV6PREFIX, "Delegated-IPv6-Prefix", A | C | D, "RFC 4818, 3", "a prefix to be delegated to the subscriber, several; in accounting those that it has by DHCPv6, wherever they are from") \
	X(FRAMED_IPV6_ADDRESS, 168, IPV6ADDR, "Framed-IPv6-Address", A | C | D, "RFC 6911, 3.1", "the subscriber's address by DHCPv6") \
	X(DNS_SERVER_IPV6_ADDRESS, 169, IPV6ADDR, "DNS-Server-IPv6-Address", A, "RFC 6911, 3.2", "an IPv6 name server; two") \
	X(DELEGATED_IPV6_PREFIX_POOL, 171, TEXT, "Delegated-IPv6-Prefix-Pool", A, "RFC 6911, 3.4", "the pool of the delegated prefix") \
	X(STATEFUL_IPV6_ADDRESS_POOL, 172, TEXT, "Stateful-IPv6-Address-Pool", A, "RFC 6911, 3.5", "a pool of addresses by DHCPv6, unless Framed-IPv6-Pool gives a prefix")

#define TP_RADIUS_MICROSOFT(X) \
	X(MS_CHAP_DOMAIN, 10, STRING, "MS-CHAP-Domain", C, "RFC 2548, 2.1.4", "where User-Name is not what the peer has sent: the domain that it has sent, by which servers are chosen") \
	X(MS_CHAP_RESPONSE, 1, STRING, "MS-CHAP-Response", Q, "RFC 2548, 2.1.3", "MS-CHAP's response") \
	X(MS_CHAP_ERROR, 2, STRING, "MS-CHAP-Error", J, "RFC 2548, 2.1.5", "told to the peer") \
	X(MS_MPPE_ENCRYPTION_POLICY, 7, ENUM, "MS-MPPE-Encryption-Policy", A, "RFC 2548, 2.4.4", "2: encryption is required; 1: as the types say") \
	X(MS_MPPE_ENCRYPTION_TYPES, 8, INTEGER, "MS-MPPE-Encryption-Types", A, "RFC 2548, 2.4.5", "strengths of encryption that may be used: 2 for 40 bits, 8 for 56, 4 for 128, or-ed; 0: none") \
	X(MS_CHAP_CHALLENGE, 11, STRING, "MS-CHAP-Challenge", Q, "RFC 2548, 2.1.2", "MS-CHAP's challenge") \
	X(MS_CHAP_MPPE_KEYS, 12, STRING, "MS-CHAP-MPPE-Keys", A, "RFC 2548, 2.4.1", "keys of encryption, MS-CHAP") \
	X(MS_MPPE_SEND_KEY, 16, STRING, "MS-MPPE-Send-Key", A, "RFC 2548, 2.4.2", "key of encryption to the peer, MS-CHAPv2") \
	X(MS_MPPE_RECV_KEY, 17, STRING, "MS-MPPE-Recv-Key", A, "RFC 2548, 2.4.3", "key of encryption from the peer, MS-CHAPv2") \
	X(MS_CHAP2_RESPONSE, 25, STRING, "MS-CHAP2-Response", Q, "RFC 2548, 2.3.2", "MS-CHAPv2's response") \
	X(MS_CHAP2_SUCCESS, 26, STRING, "MS-CHAP2-Success", A, "RFC 2548, 2.3.3", "told to the peer: the server knows the password") \
	X(MS_PRIMARY_DNS_SERVER, 28, IPV4ADDR, "MS-Primary-DNS-Server", A, "RFC 2548, 2.7.1", "a name server") \
	X(MS_SECONDARY_DNS_SERVER, 29, IPV4ADDR, "MS-Secondary-DNS-Server", A, "RFC 2548, 2.7.2", "the other name server") \
	X(MS_PRIMARY_NBNS_SERVER, 30, IPV4ADDR, "MS-Primary-NBNS-Server", A, "RFC 2548, 2.7.3", "a WINS server") \
	X(MS_SECONDARY_NBNS_SERVER, 31, IPV4ADDR, "MS-Secondary-NBNS-Server", A, "RFC 2548, 2.7.4", "the other WINS server")

#define TP_RADIUS_MIKROTIK(X) \
	X(MIKROTIK_RECV_LIMIT, 1, INTEGER, "Mikrotik-Recv-Limit", A | D, "MikroTik", "bytes from the subscriber until the session ends, the lower 32 bits") \
	X(MIKROTIK_XMIT_LIMIT, 2, INTEGER, "Mikrotik-Xmit-Limit", A | D, "MikroTik", "bytes to the subscriber until the session ends, the lower 32 bits") \
	X(MIKROTIK_GROUP, 3, TEXT, "Mikrotik-Group", A | D, "MikroTik", "the profile, of an operator the group; one that there is not refuses the login") \
	X(MIKROTIK_RATE_LIMIT, 8, TEXT, "Mikrotik-Rate-Limit", A | D, "MikroTik", "the rate limit, as in /ppp profile; goes before all others") \
	X(MIKROTIK_REALM, 9, TEXT, "Mikrotik-Realm", Q, "MikroTik", "the realm of /radius") \
	X(MIKROTIK_RECV_LIMIT_GIGAWORDS, 14, INTEGER, "Mikrotik-Recv-Limit-Gigawords", A | D, "MikroTik", "the upper 32 bits of Mikrotik-Recv-Limit") \
	X(MIKROTIK_XMIT_LIMIT_GIGAWORDS, 15, INTEGER, "Mikrotik-Xmit-Limit-Gigawords", A | D, "MikroTik", "the upper 32 bits of Mikrotik-Xmit-Limit") \
	X(MIKROTIK_TOTAL_LIMIT, 17, INTEGER, "Mikrotik-Total-Limit", A | D, "MikroTik", "bytes of both directions until the session ends, the lower 32 bits") \
	X(MIKROTIK_TOTAL_LIMIT_GIGAWORDS, 18, INTEGER, "Mikrotik-Total-Limit-Gigawords", A | D, "MikroTik", "the upper 32 bits of Mikrotik-Total-Limit") \
	X(MIKROTIK_ADDRESS_LIST, 19, TEXT, "Mikrotik-Address-List", A | D, "MikroTik", "the address list that has the subscriber") \
	X(MIKROTIK_DELEGATED_IPV6_POOL, 22, TEXT, "Mikrotik-Delegated-IPv6-Pool", A, "MikroTik", "the pool of the delegated prefix")

#define TP_RADIUS_WISPR(X) \
	X(WISPR_BANDWIDTH_MAX_UP, 7, INTEGER, "WISPr-Bandwidth-Max-Up", A | D, "WISPr", "bit/s from the subscriber, if neither MikroTik's nor Ascend's are given") \
	X(WISPR_BANDWIDTH_MAX_DOWN, 8, INTEGER, "WISPr-Bandwidth-Max-Down", A | D, "WISPr", "bit/s to the subscriber, if neither MikroTik's nor Ascend's are given")

#define TP_RADIUS_ASCEND(X) \
	X(ASCEND_DATA_RATE, 197, INTEGER, "Ascend-Data-Rate", A | D, "Ascend", "bit/s from the subscriber, or both ways if it is alone") \
	X(ASCEND_XMIT_RATE, 255, INTEGER, "Ascend-Xmit-Rate", A | D, "Ascend", "bit/s to the subscriber")

#define TP_RADIUS_ADSL_FORUM(X) \
	X(ADSL_AGENT_CIRCUIT_ID, 1, STRING, "ADSL-Agent-Circuit-Id", Q | C, "RFC 4679, 3.3.1", "the line, as the access node names it") \
	X(ADSL_AGENT_REMOTE_ID, 2, STRING, "ADSL-Agent-Remote-Id", Q | C, "RFC 4679, 3.3.2", "the subscriber, as the access node names it") \
	X(ADSL_ACTUAL_RATE_UP, 129, INTEGER, "Actual-Data-Rate-Upstream", Q | C, "RFC 4679, 3.3.3", "bit/s of the line") \
	X(ADSL_ACTUAL_RATE_DOWN, 130, INTEGER, "Actual-Data-Rate-Downstream", Q | C, "RFC 4679, 3.3.4", "bit/s of the line") \
	X(ADSL_MINIMUM_RATE_UP, 131, INTEGER, "Minimum-Data-Rate-Upstream", Q | C, "RFC 4679, 3.3.5", "bit/s of the line") \
	X(ADSL_MINIMUM_RATE_DOWN, 132, INTEGER, "Minimum-Data-Rate-Downstream", Q | C, "RFC 4679, 3.3.6", "bit/s of the line") \
	X(ADSL_ATTAINABLE_RATE_UP, 133, INTEGER, "Attainable-Data-Rate-Upstream", Q | C, "RFC 4679, 3.3.7", "bit/s of the line") \
	X(ADSL_ATTAINABLE_RATE_DOWN, 134, INTEGER, "Attainable-Data-Rate-Downstream", Q | C, "RFC 4679, 3.3.8", "bit/s of the line") \
	X(ADSL_MAXIMUM_RATE_UP, 135, INTEGER, "Maximum-Data-Rate-Upstream", Q | C, "RFC 4679, 3.3.9", "bit/s of the line") \
	X(ADSL_MAXIMUM_RATE_DOWN, 136, INTEGER, "Maximum-Data-Rate-Downstream", Q | C, "RFC 4679, 3.3.10", "bit/s of the line") \
	X(ADSL_ACTUAL_DELAY_UP, 140, INTEGER, "Actual-Interleaving-Delay-Upstream", Q | C, "RFC 4679, 3.3.14", "ms of the line") \
	X(ADSL_ACTUAL_DELAY_DOWN, 142, INTEGER, "Actual-Interleaving-Delay-Downstream", Q | C, "RFC 4679, 3.3.16", "ms of the line")

/* Bytes and packets of IPv6 apart: words of Juniper's dictionary, which FreeRADIUS has. */
#define TP_RADIUS_ERX(X) \
	X(IPV6_ACCT_INPUT_OCTETS, 151, INTEGER, "ERX-IPv6-Acct-Input-Octets", C, "Juniper", "IPv6's part of Acct-Input-Octets, the lower 32 bits; not there without IPv6") \
	X(IPV6_ACCT_OUTPUT_OCTETS, 152, INTEGER, "ERX-IPv6-Acct-Output-Octets", C, "Juniper", "IPv6's part of Acct-Output-Octets, the lower 32 bits; not there without IPv6") \
	X(IPV6_ACCT_INPUT_PACKETS, 153, INTEGER, "ERX-IPv6-Acct-Input-Packets", C, "Juniper", "IPv6's part of Acct-Input-Packets; not there without IPv6") \
	X(IPV6_ACCT_OUTPUT_PACKETS, 154, INTEGER, "ERX-IPv6-Acct-Output-Packets", C, "Juniper", "IPv6's part of Acct-Output-Packets; not there without IPv6") \
	X(IPV6_ACCT_INPUT_GIGAWORDS, 155, INTEGER, "ERX-IPv6-Acct-Input-Gigawords", C, "Juniper", "the upper 32 bits of ERX-IPv6-Acct-Input-Octets; not there without IPv6") \
	X(IPV6_ACCT_OUTPUT_GIGAWORDS, 156, INTEGER, "ERX-IPv6-Acct-Output-Gigawords", C, "Juniper", "the upper 32 bits of ERX-IPv6-Acct-Output-Octets; not there without IPv6")
/* clang-format on */

/* V(name, SMI Network Management Private Enterprise number) */
#define TP_RADIUS_VENDORS(V)                                                                       \
	V(STANDARD, 0)                                                                             \
	V(MICROSOFT, 311)                                                                          \
	V(ASCEND, 529)                                                                             \
	V(ADSL_FORUM, 3561)                                                                        \
	V(ERX, 4874)                                                                               \
	V(WISPR, 14122)                                                                            \
	V(MIKROTIK, 14988)
