/* SPDX-License-Identifier: BSD-3-Clause */
/* One PPP link, in either role: LCP (RFC 1661), PAP (RFC 1334), CHAP (RFC 1994), MS-CHAP
 * version 1 and 2 (RFC 2433, RFC 2759), IPCP (RFC 1332, RFC 1877), CCP (RFC 1962) for encryption by
 * MPPE (RFC 3078), and the negotiation of MP over the one link (RFC 1990).
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
 * `event`: also tp_ppp_set_addresses(), tp_ppp_set_encryption(), tp_ppp_alive(), what only reads,
 *and tp_ppp_close() and tp_ppp_lower_down(), which take effect when the outermost call is about to
 *return. From inside `output` and `flush`: nothing. TP_PPP_FINISHED is the last thing that a call
 *does: its handler may free the link, or call tp_ppp_init() or tp_ppp_open() on it. It comes once
 *for each tp_ppp_open().
 *
 * Addresses are in host order, times in milliseconds. A "frame" starts with the two bytes of the
 * PPP protocol field. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/random.h"
#include "ppp/fsm.h"
#include "ppp/mppe.h"

enum tp_ppp_role {
	TP_PPP_SERVER, /* authenticates the peer and gives it an address */
	TP_PPP_CLIENT, /* is authenticated and takes an address */
};

/* The words of RouterOS: "pap", "chap", "mschap1", "mschap2". */
enum tp_ppp_method {
	TP_PPP_NO_AUTH,
	TP_PPP_PAP,
	TP_PPP_CHAP,
	TP_PPP_MSCHAP1,
	TP_PPP_MSCHAP2,
};
#define TP_PPP_METHODS 4

/* A link's phases: RFC 1661 section 3.2. */
enum tp_ppp_phase {
	TP_PPP_DEAD,
	TP_PPP_ESTABLISH,
	TP_PPP_AUTHENTICATE,
	TP_PPP_NETWORK,
	TP_PPP_TERMINATE,
};

/* Why a link came to its end. */
enum tp_ppp_reason {
	TP_PPP_NO_REASON,
	TP_PPP_BY_OWNER,     /* tp_ppp_close() with no better reason */
	TP_PPP_BY_PEER,	     /* a Terminate-Request */
	TP_PPP_LOWER_LAYER,  /* tp_ppp_lower_down(): PADT, the interface went */
	TP_PPP_NO_ANSWER,    /* LCP Configure-Requests went unanswered */
	TP_PPP_NO_AGREEMENT, /* LCP or IPCP did not converge */
	TP_PPP_LOOPED_BACK,  /* we hear ourselves: RFC 1661 section 6.4 */
	TP_PPP_PEER_REFUSED, /* the peer rejected LCP, IPCP or a code that we can't do without */
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

/* What one link's IPCP is about. Host order; 0: none. */
struct tp_ppp_addresses {
	uint32_t local;	  /* ours. A server with 0 sends no IP-Address option; a client with 0 asks
			   * for one */
	uint32_t remote;  /* the peer's. A server with 0 refuses IPCP (Protocol-Reject) */
	uint32_t dns[2];  /* RFC 1877: a server gives them, a client gets them */
	uint32_t nbns[2]; /* WINS, likewise */
};

/* Shared by any number of links, and constant while one uses it. Fill with
 * tp_ppp_config_init(), then change what you need. */
struct tp_ppp_config {
	enum tp_ppp_role role;
	uint16_t mru;	  /* what we ask the peer to keep to; at least TP_PPP_MRU_MIN */
	uint16_t max_mtu; /* we send no more than this, whatever the peer can take */
	/* What the peer may ask for as its own MRU; what is not within is naked. The smaller it is,
	 * the more fragments become of one packet to it. */
	uint16_t peer_mru_min; /* at least TP_PPP_MRU_MIN */
	uint16_t peer_mru_max; /* what PPPoE carries: RFC 2516 section 7, RFC 4638 */
	/* MP over the one link (RFC 1990): the largest packet that we take in fragments, at least
	 * TP_PPP_MRRU_MIN; 0: no MP. */
	uint16_t mrru;
	bool short_sequence; /* ask for fragments with short sequence numbers */
	uint8_t endpoint[6]; /* our MAC address, for MP's Endpoint-Discriminator */
	/* Server: what may be demanded, best first; none: the peer is not authenticated. Client:
	 * what may be answered, best first. */
	uint8_t methods[TP_PPP_METHODS]; /* enum tp_ppp_method */
	uint8_t method_count;
	const char *name;	 /* server: its name in CHAP challenges (/system identity) */
	uint32_t restart_ms;	 /* the Restart timer */
	uint8_t max_configure;	 /* Configure-Requests, challenges, PAP requests without answer */
	uint8_t max_terminate;	 /* Terminate-Requests without answer */
	uint8_t max_failure;	 /* Naks sent before options are rejected instead */
	uint32_t rechallenge_ms; /* server: CHAP challenges again so often; 0: never */
	uint32_t decision_ms;	 /* server: how long the owner may think about an auth_request */
	uint32_t setup_ms;   /* how long LCP and authentication may take, whatever the peer does */
	uint32_t network_ms; /* how long a link may then be without a network protocol */
	uint32_t keepalive_ms; /* silence before Echo-Requests; 0: never (the data plane's job) */
	bool want_dns;	       /* client: ask for DNS servers (use-peer-dns) */
};

#define TP_PPP_MRU_MIN	128 /* a smaller MRU is naked: MS-CHAPv2's packets would not fit */
#define TP_PPP_MRRU_MIN 512 /* a smaller MRRU is naked */

/* Defaults: RFC 1661's timers and counts (3 s, 10, 2, 5), MRU and MTU 1480, of the peer 128 to
 * 1492, all four methods, mschap2 first, no re-challenge, no keepalive, 120 s for the set-up, 60 s
 * for a decision, and for a network. */
void tp_ppp_config_init(struct tp_ppp_config *config, enum tp_ppp_role role);

#define TP_PPP_NAME_MAX	   255
#define TP_PPP_MESSAGE_MAX 128 /* longer messages, ours and the peer's, are cut */
#define TP_PPP_TEXT_MAX	   64  /* and the peer's last words */

/* Server: who the peer says it is, and its proof. Self-contained: copy it to decide later. */
struct tp_ppp_auth_request {
	uint32_t serial; /* give it back to tp_ppp_auth_result() */
	enum tp_ppp_method method;
	bool again; /* a re-challenge of a link that is up: the name must be as before */
	uint8_t id; /* the CHAP or PAP identifier; part of CHAP's digest */
	char name[TP_PPP_NAME_MAX + 1]; /* NUL-terminated, without a NUL inside */
	/* PAP */
	uint8_t password[TP_PPP_NAME_MAX + 1]; /* any bytes; a NUL after the last */
	uint8_t password_len;
	/* CHAP: 16 bytes of challenge; MS-CHAP version 1: 8; version 2: 16 */
	uint8_t challenge[16];
	uint8_t challenge_len;
	/* The Response's value. CHAP: the digest, 16 bytes. MS-CHAP: the 49 bytes of RFC 2433
	 * section 4 (LAN Manager response 24, NT response 24, flag) or RFC 2759 section 4
	 * (peer challenge 16, zero 8, NT response 24, flags 1). */
	uint8_t response[49];
	uint8_t response_len;
};

/* ---- encryption ---------------------------------------------------------------------------- */

enum tp_ppp_encrypt {
	TP_PPP_ENCRYPT_YES,	 /* if the peer does too */
	TP_PPP_ENCRYPT_REQUIRED, /* both directions, or the link ends */
};

/* What one link's CCP is about. */
struct tp_ppp_encryption_wish {
	enum tp_ppp_encrypt use;
	bool stateful;	   /* proposed, instead of stateless; a peer that insists is obeyed */
	uint8_t strengths; /* TP_PPP_MPPE_40, … or-ed; 0: all. The strongest that both know is taken
			    */
};

/* What came of it. Each direction is agreed on by itself. */
struct tp_ppp_encryption {
	uint32_t era; /* another each time that CCP comes up: then the ciphers begin anew */
	struct tp_mppe_terms send, receive;
};

/* CCP's part of a link, for links that wish for encryption: memory of the owner's, zeroed before
 * it is first used; its fields are private. */
struct tp_ppp_ccp {
	struct tp_ppp_fsm fsm;
	struct tp_ppp_encryption_wish wish;
	struct tp_mppe_keys keys;
	struct tp_ppp_encryption agreed;
	uint32_t asked;	  /* in our option: what we receive */
	uint32_t granted; /* in the peer's that we acknowledged: what we send */
	bool refused;	  /* the peer rejected our option */
	bool has_keys;
	bool open;
	bool settled;	    /* it is known whether packets are encrypted */
	uint64_t settle_ms; /* by when it must be; TP_NEVER: it is, or nobody waits */
};

/* MS-CHAP error codes: RFC 2433 section 6, RFC 2759 section 6. */
#define TP_PPP_ERROR_RESTRICTED_LOGON_HOURS 646
#define TP_PPP_ERROR_ACCT_DISABLED	    647
#define TP_PPP_ERROR_NO_DIALIN_PERMISSION   649
#define TP_PPP_ERROR_AUTHENTICATION_FAILURE 691

/* The decision. Zero it first. */
struct tp_ppp_auth_result {
	bool accept;
	uint16_t error;	     /* reject, MS-CHAP: one of the above; 0: 691 */
	const char *message; /* for the peer, read during the call only; NULL: a plain default */
	uint8_t authenticator_response[20]; /* accept, MS-CHAPv2: RFC 2759 section 8.7, the digest
					     * itself, not its 40 digits */
	struct tp_ppp_addresses addresses;  /* accept, unless `again` */
};

/* Compares REQUEST with the secret PASSWORD (NUL-terminated, UTF-8) and fills accept and
 * authenticator_response of RESULT; leaves the rest alone. MS-CHAPv1's LAN Manager response is
 * not looked at: a response without the NT one is rejected. Pure. */
void tp_ppp_auth_verify(const struct tp_ppp_auth_request *request, const char *password,
			struct tp_ppp_auth_result *result);

/* The keys that REQUEST, once accepted, gives to a server that knows PASSWORD; false: its method
 * gives none. Pure. */
bool tp_ppp_auth_keys(const struct tp_ppp_auth_request *request, const char *password,
		      struct tp_mppe_keys *keys);

enum tp_ppp_event_type {
	TP_PPP_LCP_UP,	      /* .lcp */
	TP_PPP_AUTHENTICATED, /* .auth; also when a re-challenge was passed */
	TP_PPP_IPCP_UP,	      /* packets may flow. .addresses: what was agreed; and whether they are
			       * encrypted tells tp_ppp_encryption() */
	TP_PPP_LCP_LEAVING,   /* LCP goes down: the last moment for tp_ppp_take_network(), in a
			       * bundle */
	TP_PPP_IPCP_DOWN,     /* no IPv4 from now on; may come up again, perhaps with other keys */
	TP_PPP_LCP_DOWN,      /* after IPCP_DOWN; LCP renegotiates, or TP_PPP_FINISHED follows */
	TP_PPP_FINISHED,      /* .finished; the last thing in a call, see above */
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
	uint8_t challenge[16];
	uint8_t peer_challenge[16];	    /* client: MS-CHAPv2: ours; CHAP: our Response */
	uint8_t authenticator_response[20]; /* MS-CHAPv2: sent (server), expected (client) */

	/* IPCP */
	struct tp_ppp_addresses wanted; /* given by the owner */
	struct tp_ppp_addresses agreed;
	uint8_t ipcp_refused; /* bits, private */

	/* The link */
	uint8_t phase;	      /* enum tp_ppp_phase */
	uint8_t depth;	      /* calls on the stack */
	uint8_t reason;	      /* enum tp_ppp_reason: why the link is ending */
	uint8_t close_reason; /* asked for from inside a callback */
	bool finished : 1;    /* TP_PPP_FINISHED is due when the outermost call returns */
	bool lower_gone : 1;  /* tp_ppp_lower_down() was called from inside a callback */
	bool joined : 1;      /* the network protocols are another link's */
	bool ipcp_open : 1;
	bool ipcp_up : 1;		/* TP_PPP_IPCP_UP was told, and not yet taken back */
	char text[TP_PPP_TEXT_MAX + 1]; /* the peer's words about the end */
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

/* Encryption, as WISH has it; CCP is the link's until it is dead, or this is called again. CCP
 * NULL: none (the default), and the peer's CCP is rejected. With CCP the link tells TP_PPP_IPCP_UP
 * only when CCP, too, has come to something. A server calls it when it has looked the peer up,
 * before tp_ppp_auth_result(), with what tp_ppp_auth_keys() gave, or NULL; a client before
 * tp_ppp_open(), with KEYS NULL: it works them out itself. */
void tp_ppp_set_encryption(struct tp_ppp *ppp, struct tp_ppp_ccp *ccp,
			   const struct tp_ppp_encryption_wish *wish,
			   const struct tp_mppe_keys *keys);

/* What was given; NULL: nothing. */
struct tp_ppp_ccp *tp_ppp_ccp_of(const struct tp_ppp *ppp);

/* What was agreed on, at least one direction encrypted; NULL: packets go in clear. Encrypted
 * packets (TP_PPP_PROTO_MPPE) are the owner's to send and receive, by the ciphers of mppe.h that it
 * makes of this with each TP_PPP_IPCP_UP; of a direction that is encrypted, clear packets are not
 * to be sent, nor taken. Good until the next call. */
const struct tp_ppp_encryption *tp_ppp_encryption(const struct tp_ppp *ppp);

/* "MPPE128 stateless", "MPPE40 stateful", … as RouterOS has it; what is received and what is sent,
 * joined by a slash, when they differ, "none" for the one that is not encrypted; "" for NULL.
 * Returns TEXT. */
#define TP_PPP_ENCODING_LEN 40
const char *tp_ppp_encoding(const struct tp_ppp_encryption *encryption,
			    char text[TP_PPP_ENCODING_LEN]);

/* What tp_mppe_need() says of what is received. Not more often than twice a second. */
void tp_ppp_decryption_lost(struct tp_ppp *ppp, enum tp_mppe_need need, uint64_t now_ms);

/* The lower layer is up: LCP starts. Of a link that is not dead: does nothing. */
void tp_ppp_open(struct tp_ppp *ppp, uint64_t now_ms);

/* A frame from the peer. Any bytes of any length; what makes no sense is discarded as the RFCs
 * say. An IPv4 datagram is only a sign of life here. Once MP is agreed, a packet that came whole in
 * one fragment counts as what is inside it; those in several are for who joins them. What has no
 * engine yet (IPv6CP, …) gets a Protocol-Reject once the link is in its network phase. */
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

/* Server: the decision on the auth_request SERIAL. Returns 0, or -ESTALE when that question no
 * longer stands (the link renegotiated or ended), and nothing happens. */
int tp_ppp_auth_result(struct tp_ppp *ppp, uint32_t serial, const struct tp_ppp_auth_result *result,
		       uint64_t now_ms);

enum tp_ppp_phase tp_ppp_phase(const struct tp_ppp *ppp);

/* "authentication failed", …: for the log and for people. A static string. */
const char *tp_ppp_reason_name(enum tp_ppp_reason reason);

/* "mschap2", …; "none". A static string. */
const char *tp_ppp_method_name(enum tp_ppp_method method);

/* The method of that name; TP_PPP_NO_AUTH when there is none. */
enum tp_ppp_method tp_ppp_method_find(const char *name);
