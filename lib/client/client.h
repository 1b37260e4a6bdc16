/* SPDX-License-Identifier: BSD-3-Clause */
/* A PPPoE client: discovery (pppoe/client.h) and PPP in the client's role (ppp/ppp.h), joined. A
 * dial looks for an access concentrator; a session that one gives carries PPP; the end of either is
 * the end of both, told once, by ended(). When to dial again is the owner's business.
 *
 * What the owner sends and receives are Ethernet's payloads. Packets of the network do not come by
 * here: it writes their headers by tp_client_header_put(), and gets those that come in back from
 * tp_client_session_input(), or sorts them itself and gives the rest to tp_client_ppp_input().
 *
 * Thread: the owner's only. No I/O, no clock: call tp_client_tick() when tp_client_deadline() has
 * come, and ask for it after each call. Callbacks are made from within these calls, at the time
 * that was given to them. From inside ended() the client may be dialled again; from inside none may
 * it be cleared, or its discovery be set up anew.
 *
 * Several clients may be the links of one bundle (MP, RFC 1990). One of them has the network
 * protocols; those that join it say so by tp_ppp_set_joined(), from inside admitted(), and what
 * comes by them for network protocols is told by network_frame(). When the one goes, another takes
 * over by tp_ppp_take_network(), from inside leaving(). */
#pragma once

#include "ppp/ppp.h"
#include "pppoe/client.h"

/* Why it is over. */
struct tp_client_end {
	/* Discovery's reason; TP_PPPOE_PEER_TERMINATED: a PADT; TP_PPPOE_NONE: it was PPP's end. */
	enum tp_pppoe_reason discovery;
	enum tp_ppp_reason ppp; /* TP_PPP_NO_REASON: PPP had not begun */
	const char *text;	/* the peer's own words, or "", for the call */
};

/* One for all clients of a kind; all but send() and ended() may be NULL. USER is the owner's. */
struct tp_client_ops {
	/* Sends PACKET, what follows the Ethernet type; its bytes are gone after the call. */
	void (*send)(void *user, uint16_t ethertype, const struct tp_pppoe_packet *packet);

	/* There is a session. True, or NULL: PPP begins; false: tp_client_open_ppp() does it later.
	 * PPP may be set up here. */
	bool (*may_open)(void *user, const struct tp_pppoe_client_session *session);

	/* EVENT is TP_PPP_LCP_UP's. */
	void (*lcp_up)(void *user, const struct tp_ppp_event *event);
	/* The peer lets us in, by a login or without one. The network protocols begin on return. */
	void (*admitted)(void *user);
	/* Packets may flow: tp_ppp_encryption() says how. Of each family that PPP's configuration
	 * wishes for, by itself. */
	void (*ipv4_up)(void *user, const struct tp_ppp_addresses *addresses);
	void (*ipv4_down)(void *user);
	void (*ipv6_up)(void *user, const struct tp_ppp_interface_ids *ids);
	void (*ipv6_down)(void *user);
	/* LCP goes down: the last moment for tp_ppp_take_network(). */
	void (*leaving)(void *user);
	/* It has gone down, and a link that had joined has not joined any more. It comes up again,
	 * or the end follows. */
	void (*lcp_down)(void *user);

	/* A frame for the network protocols, from its protocol field on, which came by a link that
	 * has joined: for tp_ppp_input() of the one that has them. NULL: it is taken by this link.
	 */
	void (*network_frame)(void *user, const uint8_t *frame, size_t len);
	/* As in struct tp_ppp_ops. */
	void (*flush)(void *user);

	/* The peer's own words, never "": with its answer to a login, or, AT_END, in the PADT that
	 * ends a session. */
	void (*said)(void *user, const char *text, bool at_end);
	/* The dial came to nothing, or the session is over. The last thing in a call. */
	void (*ended)(void *user, const struct tp_client_end *end);
};

/* What PPP is set up with; all that it points to outlives the client, but for WISH. */
struct tp_client_ppp {
	const struct tp_ppp_config *config;
	const char *user;
	const char *password;
	struct tp_ppp_ccp *ccp;			   /* NULL: no encryption */
	const struct tp_ppp_encryption_wish *wish; /* with CCP only */
};

/* The owner embeds it, and touches no field but PPP: that may be asked anything, and told what
 * ppp.h has for bundles, for encryption and for signs of life. */
struct tp_client {
	const struct tp_client_ops *ops;
	void *user;
	struct tp_pppoe_client *discovery;
	bool has_ipv6; /* is it wished for? */
	struct tp_ppp ppp;
};

/* ---- from set-up to the end ------------------------------------------------------------------ */

/* OPS and USER outlive it. */
void tp_client_init(struct tp_client *client, const struct tp_client_ops *ops, void *user);
/* Sends nothing: hang up first. Harmless on zeroed memory. */
void tp_client_clear(struct tp_client *client);

/* Both are due before the first dial (PPP by the end of may_open()), and may be repeated whenever
 * nothing goes on. CONFIG is copied; RANDOM outlives the client. -ENOMEM: all is as it was. */
int tp_client_set_discovery(struct tp_client *client, const struct tp_pppoe_client_config *config,
			    struct tp_random *random);
/* Of a session that stands: PPP is dead, without a word to anyone; tp_client_open_ppp() begins it
 * again. */
void tp_client_set_ppp(struct tp_client *client, const struct tp_client_ppp *ppp,
		       struct tp_random *random);

/* Looks for an access concentrator. A session that there was is forgotten: hang up first. */
void tp_client_dial(struct tp_client *client, uint64_t now_ms);

/* Begins PPP, if there is a session without it. */
void tp_client_open_ppp(struct tp_client *client, uint64_t now_ms);

/* A session waits for tp_client_open_ppp(). */
bool tp_client_is_held(const struct tp_client *client);

/* Ends what there is. With PPP begun: Terminate-Request, and PADT after the peer's answer or when
 * PPP waits no longer, then ended(), and true. Else at once, with a PADT if there is a session,
 * without ended(), and false. */
bool tp_client_hang_up(struct tp_client *client, enum tp_ppp_reason reason, uint64_t now_ms);

/* The same, without a word by PPP: the peer is not to be waited for, or can't be reached. ended()
 * comes from inside. */
bool tp_client_lower_down(struct tp_client *client, enum tp_ppp_reason reason, uint64_t now_ms);

/* ---- packets and time ------------------------------------------------------------------------ */

/* A packet of type 0x8863. Returns why it was refused, or TP_PPPOE_NONE. */
enum tp_pppoe_reason tp_client_discovery_input(struct tp_client *client,
					       const struct tp_pppoe_packet *packet,
					       uint64_t now_ms);

enum tp_client_verdict {
	TP_CLIENT_IS_TAKEN,
	TP_CLIENT_IS_IPV4, /* it is the owner's; a sign of life, which tp_ppp_alive() is not told */
	TP_CLIENT_IS_IPV6, /* likewise, if it is wished for; else it is refused */
	TP_CLIENT_IS_STRAY, /* malformed, or of no session of ours */
};

/* A packet of type 0x8864 that was sent to our address. Of one with an IP packet inside, that is
 * IP. For links without MP and encryption. */
enum tp_client_verdict tp_client_session_input(struct tp_client *client,
					       const struct tp_pppoe_packet *packet,
					       struct tp_reader *ip, uint64_t now_ms);

/* A PPP frame of our session, from its protocol field on. */
void tp_client_ppp_input(struct tp_client *client, const uint8_t *frame, size_t len,
			 uint64_t now_ms);

/* Writes the PPPoE header of a session packet with PPP_LEN bytes of PPP, TP_PPPOE_HEADER_LEN bytes,
 * to P. Returns where PPP goes. */
uint8_t *tp_client_header_put(const struct tp_client *client, uint8_t *p, uint16_t ppp_len);

void tp_client_tick(struct tp_client *client, uint64_t now_ms);
uint64_t tp_client_deadline(const struct tp_client *client);

/* The last session that there was; all zero before, and from a dial on. */
const struct tp_pppoe_client_session *tp_client_session(const struct tp_client *client);
