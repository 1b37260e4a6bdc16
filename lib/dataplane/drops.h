/* SPDX-License-Identifier: BSD-3-Clause */
/* Why a worker drops a frame: each dropped frame counts under exactly one of these. */
#pragma once

/* X(enumerator, name): the counter's name is "drop_" and the name. */
#define TP_DROPS(X)                                                                                \
	/* Ethernet */                                                                             \
	X(SEGMENTED, "segmented")		/* in more than one mbuf */                        \
	X(TRUNCATED, "truncated")		/* ends before its headers do */                   \
	X(NOT_FOR_US, "not_for_us")		/* unicast to another's MAC address */             \
	X(ETHERTYPE, "ethertype")		/* nothing that an access port takes */            \
	X(SOURCE_MULTICAST, "source_multicast") /* sent by a group address */                      \
	/* discovery and session headers */                                                        \
	X(DISCOVERY_PORT_LIMIT, "discovery_port_limit")                                            \
	X(DISCOVERY_VLAN_LIMIT, "discovery_vlan_limit")                                            \
	X(DISCOVERY_MAC_LIMIT, "discovery_mac_limit")                                              \
	X(DISCOVERY_RING_FULL, "discovery_ring_full")                                              \
	X(PPPOE_HEADER, "pppoe_header")	      /* version, type or code: RFC 2516, section 4 */     \
	X(PPPOE_LENGTH, "pppoe_length")	      /* more than the frame holds, or no protocol */      \
	X(UNKNOWN_SESSION, "unknown_session") /* over the limit of what may earn a PADT */         \
	X(WRONG_MAC, "wrong_mac")	      /* another client's session, as above */             \
	X(WRONG_VLAN, "wrong_vlan")	      /* a session in another VLAN, as above */            \
	X(SESSION_LIMIT, "session_limit")     /* too many PPP control frames of one session */     \
	X(SESSION_RING_FULL, "session_ring_full")                                                  \
	X(LCP_ECHO, "lcp_echo")		    /* an echo that is too short */                        \
	X(SESSION_NOT_UP, "session_not_up") /* IP before its NCP is done, or after */              \
	/* MP */                                                                                   \
	X(MP_HEADER, "mp_header")   /* no room for header and data */                              \
	X(MP_LATE, "mp_late")	    /* of a packet given up already, or twice */                   \
	X(MP_ORPHAN, "mp_orphan")   /* the beginning of its packet was lost */                     \
	X(MP_TOO_BIG, "mp_too_big") /* more than our MRRU */                                       \
	/* MPPE */                                                                                 \
	X(NOT_ENCRYPTED, "not_encrypted") /* in clear, of a session that encrypts */               \
	X(MPPE_HEADER, "mppe_header")                                                              \
	X(MPPE_LATE, "mppe_late")	  /* from before what was decrypted last */                \
	X(MPPE_LOST, "mppe_lost")	  /* unreadable, as one before it was lost */              \
	X(MPPE_GARBLED, "mppe_garbled")	  /* decrypted, it is no packet */                         \
	X(MPPE_LIMIT, "mppe_limit")	  /* too much work to catch up with what was lost */       \
	X(MPPE_PROTOCOL, "mppe_protocol") /* decrypted, it is not IP */                            \
	/* IP */                                                                                   \
	X(IP_HEADER, "ip_header") /* version or header length */                                   \
	X(IP_LENGTH, "ip_length")                                                                  \
	X(IP_CHECKSUM, "ip_checksum")                                                              \
	X(JUMBO, "jumbo")		    /* of IPv6: a length that no link here has */          \
	X(SPOOFED_SOURCE, "spoofed_source") /* not the subscriber's address, prefix or route */    \
	X(MARTIAN_SOURCE, "martian_source") /* a source that is not one host's */                  \
	X(LINK_LOCAL, "link_local") /* of IPv6: it would leave its link, or is nobody's there */   \
	X(ND, "nd")   /* Neighbor Discovery of a subscriber that asks for nothing of ours */       \
	X(MLD, "mld") /* a subscriber's groups: nothing is sent to them */                         \
	X(TTL_EXPIRED, "ttl_expired")	/* or IPv6's hop limit */                                  \
	X(MTU_EXCEEDED, "mtu_exceeded") /* with DF set, or of IPv6 */                              \
	X(FRAGMENT_FAILED, "fragment_failed")                                                      \
	X(RATE_LIMIT, "rate_limit")	/* it would have had to wait too long */                   \
	X(SHAPER_SHARE, "shaper_share") /* too many of the session's own wait */                   \
	X(SHAPER_FULL, "shaper_full")	/* too many packets of all sessions wait */                \
	/* where to */                                                                             \
	X(NO_ROUTE, "no_route")                                                                    \
	X(UNREACHABLE, "unreachable") /* by a route that says so */                                \
	X(PROHIBITED, "prohibited")   /* likewise */                                               \
	X(BLACKHOLE, "blackhole")                                                                  \
	X(MARTIAN, "martian") /* a destination that is not one host's */                           \
	X(NEIGHBOUR_UNRESOLVED, "neighbour_unresolved")                                            \
	X(NOT_A_SUBSCRIBER, "not_a_subscriber") /* from the core, and would go back there */       \
	X(STALE_ROUTE, "stale_route")		/* the FIB's answer was a session since gone */    \
	X(LOCAL, "local")			/* to the box, which has no use for it */          \
	X(HOST_LIMIT, "host_limit")		/* too many of one sender to the box */            \
	X(PING_LIMIT, "ping_limit")                                                                \
	X(HOST_RING_FULL, "host_ring_full")                                                        \
	/* out */                                                                                  \
	X(WORKER_RING_FULL, "worker_ring_full") /* on its way to another worker */                 \
	X(TX_FULL, "tx_full")                                                                      \
	X(NO_MBUF, "no_mbuf")

enum tp_drop {
#define TP_DROP_ENUM(enumerator, name) TP_DROP_##enumerator,
	TP_DROPS(TP_DROP_ENUM)
#undef TP_DROP_ENUM
		TP_DROP_COUNT,
};
