/* SPDX-License-Identifier: BSD-3-Clause */
/* What a link tells its owner, and asks of it: see ppp.h for what may be called from inside. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ppp/addresses.h"
#include "ppp/auth.h"

/* Why a link came to its end. */
enum tp_ppp_reason {
	TP_PPP_NO_REASON,
	TP_PPP_BY_OWNER,     /* tp_ppp_close() with no better reason */
	TP_PPP_BY_PEER,	     /* a Terminate-Request */
	TP_PPP_LOWER_LAYER,  /* tp_ppp_lower_down(): PADT, the interface went */
	TP_PPP_NO_ANSWER,    /* LCP Configure-Requests went unanswered */
	TP_PPP_NO_AGREEMENT, /* LCP or the last network protocol did not converge */
	TP_PPP_LOOPED_BACK,  /* we hear ourselves: RFC 1661 section 6.4 */
	TP_PPP_PEER_REFUSED, /* the peer rejected LCP, the last network protocol, or a code that we
			      * can't do without */
	TP_PPP_NO_METHOD,    /* no authentication method suits both */
	TP_PPP_AUTH_FAILED,  /* wrong name or password, or the owner's decision */
	TP_PPP_AUTH_TIMEOUT, /* the peer did not authenticate itself in time, or no verdict came */
	TP_PPP_PEER_NOT_GENUINE, /* client: MS-CHAPv2's authenticator response is wrong */
	TP_PPP_NO_ENCRYPTION,	 /* it is required, but the peer won't, or there are no keys */
	TP_PPP_NO_NETWORK,	 /* no network protocol came up, or the last went down for good */
	TP_PPP_KEEPALIVE,	 /* silent for twice the keepalive timeout */
	TP_PPP_SESSION_TIMEOUT,	 /* these are the owner's, for tp_ppp_close(): */
	TP_PPP_IDLE_TIMEOUT,
	TP_PPP_DISCONNECTED, /* by an operator or through the API */
	TP_PPP_REPLACED,     /* one-session-per-host, only-one */
	TP_PPP_SHUTDOWN,
	TP_PPP_REASONS
};

/* "authentication failed", …: for the log and for people. A static string. */
const char *tp_ppp_reason_name(enum tp_ppp_reason reason);

#define TP_PPP_TEXT_MAX 64 /* longer last words of the peer are cut */

enum tp_ppp_event_type {
	TP_PPP_LCP_UP,	      /* .lcp */
	TP_PPP_AUTHENTICATED, /* .auth; also when a re-challenge was passed */
	TP_PPP_IPCP_UP,	      /* packets may flow. .addresses: what was agreed; and whether they are
			       * encrypted tells tp_ppp_encryption() */
	TP_PPP_IPV6CP_UP,     /* the same for IPv6's. .interface_ids: what was agreed */
	TP_PPP_NETWORK_REFUSED, /* .refused: a network protocol comes to nothing; the link may go on
				 * by the other. Of each once, until LCP comes up anew */
	TP_PPP_LCP_LEAVING,	/* LCP goes down: the last moment for tp_ppp_take_network(), in a
				 * bundle */
	TP_PPP_IPCP_DOWN,   /* no IPv4 from now on; may come up again, perhaps with other keys */
	TP_PPP_IPV6CP_DOWN, /* no IPv6, likewise. Either may come and go while the other is up */
	TP_PPP_LCP_DOWN,    /* after these two; LCP renegotiates, or TP_PPP_FINISHED follows */
	TP_PPP_FINISHED,    /* .finished; the last thing in a call, see ppp.h */
};

struct tp_ppp_event {
	enum tp_ppp_event_type type;
	uint64_t now_ms;
	union {
		struct {
			uint16_t mtu; /* the most we may send: the peer's MRU, within max_mtu */
			uint16_t mru; /* what the peer may send */
			uint32_t local_magic;  /* in the Echo-Requests and -Replies we send; 0: the
						* peer rejected the option */
			uint32_t remote_magic; /* in those we get; 0: none was negotiated */
			enum tp_ppp_method method; /* agreed; TP_PPP_NO_AUTH: none */
			/* MP, agreed both ways; 0 and 0: none */
			uint16_t mrru;		  /* the largest packet that the peer may cut */
			uint16_t peer_mrru;	  /* that we may cut */
			bool short_sequence;	  /* in fragments to us */
			bool peer_short_sequence; /* in those to the peer */
			/* The peer's Endpoint-Discriminator, class and address, for the call; of
			 * length 0: it gave none */
			const uint8_t *endpoint;
			uint8_t endpoint_len;
		} lcp;
		struct {
			enum tp_ppp_method method;
			bool again;
			const char *message; /* client: the server's; else "". Printable, for the
						call */
		} auth;
		struct tp_ppp_addresses addresses;
		struct tp_ppp_interface_ids interface_ids;
		struct {
			bool ipv6; /* IPV6CP, else IPCP */
			enum tp_ppp_reason reason;
			uint32_t wish; /* the address that the peer insists on; 0: none */
		} refused;
		struct {
			enum tp_ppp_reason reason;
			const char *text; /* the peer's words, if it gave any; else "". Printable,
					   * at most TP_PPP_TEXT_MAX, for the call */
		} finished;
	};
};

struct tp_ppp_ops {
	/* A frame to send: protocol field first, never longer than 1502 bytes. FRAME is the
	 * engine's, for the call. */
	void (*output)(void *user, const uint8_t *frame, size_t len);
	/* Server: decide, now or later, by tp_ppp_auth_result(). REQUEST is for the call. May be
	 * NULL for a client. */
	void (*auth_request)(void *user, const struct tp_ppp_auth_request *request);
	void (*event)(void *user, const struct tp_ppp_event *event);
	/* The peer has lost track: tp_mppe_flush(). NULL, if encryption is never wished for. */
	void (*flush)(void *user);
};
