/* SPDX-License-Identifier: BSD-3-Clause */
/* One link: a client (lib/client) over one Ethernet interface. */
#pragma once

#include "client/client.h"
#include "encryption.h"
#include "forward.h"
#include "loop.h"
#include "multilink.h"
#include "packet.h"
#include "settings.h"

struct link;

enum link_state {
	LINK_IDLE,
	LINK_DIALING,
	LINK_VERIFYING, /* the password */
	LINK_NETWORK,	/* authenticated: IPCP and IPV6CP, or packets */
};

/* Why it is over. */
struct link_end {
	const char *reason;
	const char *text; /* the peer's own words, or "" */
	bool refused;	  /* it was the user or the password */
	bool by_peer;	  /* the peer hung up */
};

/* What the peer said of its end (RFC 1990, section 5.1.3): the same by all links of a bundle. */
struct link_endpoint {
	uint8_t len; /* 0: nothing */
	uint8_t bytes[TP_PPP_ENDPOINT_MAX];
};

enum link_part {
	LINK_ALONE, /* has the network protocols */
	LINK_JOINS, /* another has; this carries its packets too */
	LINK_UNFIT, /* there is another, and this can't join it: the end */
};

/* What the owner is told. From inside ended() the link may be dialled again, but not closed. */
struct link_ops {
	/* It has a session: may PPP begin? If not, link_open_ppp() is to be called later. */
	bool (*may_open)(void *owner, struct link *link);
	/* It is authenticated: what part does it play? */
	enum link_part (*admitted)(void *owner, struct link *link);
	/* It is about to go: the last moment for tp_ppp_take_network(). */
	void (*leaving)(void *owner, struct link *link);
	/* A frame for the network protocols that came by a link that has joined. */
	void (*network_frame)(void *owner, struct link *link, const uint8_t *frame, size_t len);
	void (*ipv4_up)(void *owner, struct link *link, const struct tp_ppp_addresses *addresses);
	void (*ipv4_down)(void *owner, struct link *link);
	void (*ipv6_up)(void *owner, struct link *link, const struct tp_ppp_interface_ids *ids);
	void (*ipv6_down)(void *owner, struct link *link);
	/* forward.h's on_ipv6(). */
	bool (*ipv6_packet)(void *owner, struct link *link, const uint8_t *packet, size_t len);
	void (*ended)(void *owner, struct link *link, const struct link_end *end);
};

struct link_common;

struct link {
	const struct link_common *common;
	const struct settings *settings;
	const char *interface;
	struct packet_socket discovery; /* 0x8863 */
	struct packet_socket session;	/* 0x8864 */
	struct watch discovery_watch, session_watch;
	struct forward forward;
	struct tp_ppp_ccp ccp;
	struct link_endpoint endpoint; /* the peer's */
	struct multilink_terms terms;  /* as LCP has agreed it */
	uint64_t repaired_ms;	       /* when the peer was last told that packets can't be read */
	struct tp_client client;
	struct tp_ppp_config ppp_config;
	enum link_state state;
	int unusable;	  /* a negative errno: why the last dial could not even begin */
	const char *lost; /* what has become of the interface below; NULL: nothing */
	char why[544];	  /* the last end, for people */
	struct tp_pppoe_offers offers; /* that could not be taken */
	uint64_t now_ms;	       /* of the call that is running */
	uint64_t hangup_ms;	       /* hanging up: when to wait no longer for the peer */
	uint16_t mtu;		       /* agreed by LCP */
	uint16_t mru;
};

/* What all links of one owner have in common; it outlives them. */
struct link_common {
	const struct settings *settings;
	struct loop *loop;
	struct tp_random *random;
	int tun; /* where packets come from and go to */
	struct multilink *multilink;
	struct encryption *encryption;
	uint8_t endpoint[6]; /* our name for our end */
	bool ipv6;	     /* it is wished for, and the machine has it */
	/* Our identifier in it when it was up last, which is wished for again: the addresses made
	 * of it stay the same; zero: none yet */
	uint8_t interface_id[TP_PPP_INTERFACE_ID_LEN];
	const struct link_ops *ops;
	void *owner;
};

/* The interface need not be there yet. 0, or a negative errno with ERROR filled in. */
int link_open(struct link *link, const struct link_common *common, const char *interface,
	      struct tp_error *error);

/* Sends nothing. */
void link_close(struct link *link);

/* Takes the interface as it is now, and looks for an access concentrator over it. Where that can't
 * even begin: ended(), from inside. */
void link_dial(struct link *link, uint64_t now_ms);

/* The interface is not what it was: what goes on over it ends if it can't go on, with ended(). */
void link_look(struct link *link, uint64_t now_ms);

/* Is the interface there, and up? */
bool link_is_usable(const struct link *link);

/* Ends what there is, with REASON: Terminate-Request, and PADT after the peer's answer or a second;
 * then ended(). Of a link that has no session: at once, without ended(), and false. */
bool link_hang_up(struct link *link, enum tp_ppp_reason reason, uint64_t now_ms);

/* PPP begins, if it was held. */
void link_open_ppp(struct link *link, uint64_t now_ms);

/* Packets of the network, as far as it is up on ACTIVE, may pass by LINK, which may be the same. */
void link_carry(struct link *link, const struct link *active);

/* Does it carry packets of the network? */
bool link_carries(const struct link *link);

void link_tick(struct link *link, uint64_t now_ms);
uint64_t link_deadline(const struct link *link);

/* What has been agreed; all zero before. */
const struct tp_pppoe_client_session *link_session(const struct link *link);

/* The largest packet that goes out. */
uint16_t link_packet_max(const struct link *link);
