/* SPDX-License-Identifier: BSD-3-Clause */
/* One PPP link, in either role: LCP (RFC 1661), PAP (RFC 1334), CHAP (RFC 1994), MS-CHAP
 * version 1 and 2 (RFC 2433, RFC 2759), IPCP (RFC 1332, RFC 1877), IPV6CP (RFC 5072), CCP (RFC
 *1962) for encryption by MPPE (RFC 3078), and the negotiation of MP over the one link (RFC 1990).
 *
 * The engine does no I/O. It is given frames and the time, and gives back frames (ops.output),
 * questions (ops.auth_request) and events (ops.event), all from inside the calls below, and the
 * moment when it next wants tp_ppp_tick() (tp_ppp_deadline()). It never allocates and keeps no
 * pointers but those named here. Links share nothing they could change but the struct tp_random
 * given to them: all calls for one link, and for links with one random source, come from one
 * thread.
 *
 *	tp_ppp_init();                        once
 *	tp_ppp_open();                        PPPoE has a session id: LCP starts
 *	tp_ppp_input(), tp_ppp_tick() …       ops are called
 *	tp_ppp_close()                        or the peer ends it, or something fails
 *	event TP_PPP_FINISHED                 the link is dead; open again, or free it
 *
 * Re-entrancy. From inside `auth_request`: tp_ppp_auth_result(). From inside `auth_request` and
 * `event`: also tp_ppp_set_addresses(), tp_ppp_set_interface_ids(), tp_ppp_set_encryption(),
 *tp_ppp_alive(), what only reads, and tp_ppp_close() and tp_ppp_lower_down(), which take effect
 *when the outermost call is about to return. From inside `output` and `flush`: nothing.
 *TP_PPP_FINISHED is the last thing that a call does: its handler may free the link, or call
 *tp_ppp_init() or tp_ppp_open() on it. It comes once for each tp_ppp_open().
 *
 * What the owner says of a link is in config.h, what it is told and asked in events.h, the question
 * of who the peer is in auth.h, encryption in encryption.h, how a link outlives the process in
 *image.h.
 *
 * Addresses are in host order, times in milliseconds. A "frame" starts with the two bytes of the
 * PPP protocol field. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/random.h"
#include "ppp/addresses.h"
#include "ppp/auth.h"
#include "ppp/config.h"
#include "ppp/encryption.h"
#include "ppp/events.h"
#include "ppp/fsm.h"

/* A link's phases: RFC 1661 section 3.2. */
enum tp_ppp_phase {
	TP_PPP_DEAD,
	TP_PPP_ESTABLISH,
	TP_PPP_AUTHENTICATE,
	TP_PPP_NETWORK,
	TP_PPP_TERMINATE,
};

#define TP_PPP_ENDPOINT_MAX 21 /* class and 20 bytes of address: RFC 1990 section 5.1.3 */

/* One link. Its owner embeds it and touches no field. */
struct tp_ppp {
	const struct tp_ppp_config *config;
	const struct tp_ppp_ops *ops;
	void *user;
	struct tp_random *random;
	const char *peer_name; /* client: user and password */
	const char *password;
	struct tp_ppp_ccp *ccp;	      /* NULL: no encryption */
	uint64_t auth_deadline_ms;    /* resend, re-challenge or give up */
	uint64_t network_deadline_ms; /* no network protocol by then, or not even its phase: the end
				       */
	uint64_t heard_ms;	      /* the last frame from the peer */
	uint64_t echo_deadline_ms;

	struct tp_ppp_fsm lcp;
	struct tp_ppp_fsm ipcp;
	struct tp_ppp_fsm ipv6cp;

	/* LCP */
	uint32_t magic;	     /* ours; 0: the peer rejected the option */
	uint32_t peer_magic; /* 0: none */
	uint32_t echo_asked; /* Echo-Requests since heard_ms */
	uint16_t mru;	     /* we ask for */
	uint16_t peer_mru;
	uint16_t mrru;	    /* we ask for; 0: none */
	uint16_t peer_mrru; /* 0: none */
	bool peer_short_sequence;
	uint8_t endpoint_len; /* the peer's Endpoint-Discriminator */
	uint8_t endpoint[TP_PPP_ENDPOINT_MAX];
	uint8_t lcp_refused;	/* our options that the peer rejected: bits, private */
	uint8_t methods_left;	/* bits: those of config->methods that the peer has not refused */
	uint8_t demanded;	/* enum tp_ppp_method: in our request */
	uint8_t demanded_of_us; /* client: in the peer's request that we acknowledged */
	uint8_t loops;		/* Configure-Requests with our own magic, in a row */
	uint8_t echo_id;
	uint8_t reject_id; /* of Protocol-Rejects and Code-Rejects */

	/* Authentication, in the one direction there is */
	uint8_t auth_state; /* private */
	uint8_t auth_id;
	uint8_t auth_tries;
	bool authenticated; /* once, since LCP came up */
	uint32_t auth_serial;
	union {
		struct {
			uint8_t challenge[16];
			uint8_t peer_challenge[16]; /* client: MS-CHAPv2: ours; CHAP: our Response
						     */
			/* MS-CHAPv2: sent (server), expected (client) */
			uint8_t authenticator_response[20];
		};
		char text[TP_PPP_TEXT_MAX + 1]; /* has_text: the peer's words about the end */
	};

	/* IPCP */
	struct tp_ppp_addresses wanted; /* given by the owner */
	struct tp_ppp_addresses agreed;
	uint8_t ipcp_refused; /* bits, private */
	uint8_t refused_told; /* families whose protocol came to nothing, likewise */
	uint32_t ipcp_wish;   /* that the peer insisted on; 0: none */

	/* IPV6CP */
	struct tp_ppp_interface_ids wanted_ids; /* given by the owner */
	struct tp_ppp_interface_ids agreed_ids;
	bool no_ipv6 : 1;	 /* the owner won't have it */
	bool ipv6cp_refused : 1; /* our option */

	/* The network protocols, bits: private */
	uint8_t open; /* the automaton is Opened */
	uint8_t up;   /* TP_PPP_IPCP_UP, … was told, and not yet taken back */

	/* The link */
	uint8_t phase;	      /* enum tp_ppp_phase */
	uint8_t depth;	      /* calls on the stack */
	uint8_t reason;	      /* enum tp_ppp_reason: why the link is ending */
	uint8_t close_reason; /* asked for from inside a callback */
	bool finished : 1;    /* TP_PPP_FINISHED is due when the outermost call returns */
	bool lower_gone : 1;  /* tp_ppp_lower_down() was called from inside a callback */
	bool joined : 1;      /* the network protocols are another link's */
	bool has_text : 1;    /* the end has come, and nobody authenticates any more */
};

/* Makes PPP a dead link. CONFIG, OPS and RANDOM must outlive it; USER is handed to the ops. */
void tp_ppp_init(struct tp_ppp *ppp, const struct tp_ppp_config *config,
		 const struct tp_ppp_ops *ops, void *user, struct tp_random *random);

/* Client: both NUL-terminated, at most TP_PPP_NAME_MAX bytes are used; they must outlive the
 * link. Before tp_ppp_open(). */
void tp_ppp_set_credentials(struct tp_ppp *ppp, const char *user, const char *password);

/* What IPCP is to negotiate; for a server with authentication, struct tp_ppp_auth_result does it.
 * A server without sets them by the time it is told TP_PPP_LCP_UP; a client, when it wishes for
 * fixed addresses, before tp_ppp_open(). Taken up when IPCP next starts. */
void tp_ppp_set_addresses(struct tp_ppp *ppp, const struct tp_ppp_addresses *addresses);

/* What IPV6CP is to negotiate, when a zero and a zero will not do; the same rules. NULL: it is not,
 * and the peer's is rejected. */
void tp_ppp_set_interface_ids(struct tp_ppp *ppp, const struct tp_ppp_interface_ids *ids);

/* MP over several links (RFC 1990): a link that has JOINED a bundle has no network protocol of its
 * own. Once authenticated it is in its network phase and stays there; packets for IPCP and CCP that
 * come by it are to be given to the one link of the bundle that has these. To be called before the
 * network phase begins: by a server from inside `auth_request` or before tp_ppp_auth_result(), by a
 * client before TP_PPP_AUTHENTICATED has returned. Lasts until it is called again. */
void tp_ppp_set_joined(struct tp_ppp *ppp, bool joined);
bool tp_ppp_has_joined(const struct tp_ppp *ppp);

/* The network protocols of FROM, as they stand (what was agreed, CCP with its keys), are TO's from
 * now on, and FROM is one that has joined. TO has joined and is in its network phase; FROM is any
 * link, but for a dead one: TP_PPP_LCP_LEAVING is the last moment. No event is told. The calls of
 * neither need to be over. CCP moves into the memory that tp_ppp_set_encryption() gave TO; if it
 * was given none, FROM's memory is TO's from now on. */
void tp_ppp_take_network(struct tp_ppp *to, struct tp_ppp *from);

/* The lower layer is up: LCP starts. Of a link that is not dead: does nothing. */
void tp_ppp_open(struct tp_ppp *ppp, uint64_t now_ms);

/* A frame from the peer. Any bytes of any length; what makes no sense is discarded as the RFCs
 * say. An IP datagram is only a sign of life here. Once MP is agreed, a packet that came whole in
 * one fragment counts as what is inside it; those in several are for who joins them. What has no
 * engine, or is not wished for, gets a Protocol-Reject once the link is in its network phase. */
void tp_ppp_input(struct tp_ppp *ppp, const uint8_t *frame, size_t len, uint64_t now_ms);

/* Does what is due by NOW_MS. Calling it early or late is harmless. */
void tp_ppp_tick(struct tp_ppp *ppp, uint64_t now_ms);

/* When tp_ppp_tick() is next wanted; TP_NEVER: not at all. Ask again after each call. */
uint64_t tp_ppp_deadline(const struct tp_ppp *ppp);

/* A frame from the peer passed elsewhere (in the data plane): a sign of life. Only of use with
 * keepalive_ms. */
void tp_ppp_alive(struct tp_ppp *ppp, uint64_t now_ms);

/* Ends the link: Terminate-Request, and TP_PPP_FINISHED with REASON after the peer's Ack or after
 * max_terminate timeouts. The down events come now. Of a link that is dead or ending: does
 * nothing.
 *
 * When it is the peer that sends a Terminate-Request, it gets its Ack and TP_PPP_FINISHED comes in
 * the same call: the wait that RFC 1661 has then (for the case that the Ack is lost) is not
 * needed, as PPPoE's owner tells the peer once more, by PADT. */
void tp_ppp_close(struct tp_ppp *ppp, enum tp_ppp_reason reason, uint64_t now_ms);

/* The lower layer is gone: the down events and TP_PPP_FINISHED, nothing is sent. REASON is
 * TP_PPP_LOWER_LAYER, or a better one that the owner knows. A reason noted before (a close under
 * way) stays. Of a dead link: does nothing. */
void tp_ppp_lower_down(struct tp_ppp *ppp, enum tp_ppp_reason reason, uint64_t now_ms);

enum tp_ppp_phase tp_ppp_phase(const struct tp_ppp *ppp);

/* Is IPCP or IPV6CP under way? Then it may be up soon. */
bool tp_ppp_is_negotiating(const struct tp_ppp *ppp);
