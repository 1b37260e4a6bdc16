/* SPDX-License-Identifier: BSD-3-Clause */
/* The access concentrator's engine: discovery, PPP, AAA, pools, and the life of each session
 * from a valid PADR to its end.
 *
 * It does no I/O, knows no DPDK and has no globals: frames and the time come in, frames, events
 * and orders to the data plane go out through struct tp_ac_ops. The control lcore runs one; a
 * simulation runs it against ten thousand emulated clients on a virtual clock.
 *
 *	tp_ac_create(), tp_ac_port_set(), tp_ac_server_put() …
 *	tp_ac_input_discovery(), tp_ac_input_session(), tp_ac_unknown_session(),
 *	tp_ac_keepalive_lost(), tp_ac_slot_released(), tp_ac_tick() by tp_ac_deadline() …
 *	tp_ac_shutdown(), all of the above until tp_ac_shutdown_done(), tp_ac_destroy()
 *
 * All functions are for the thread that owns the object (control). Times are milliseconds of one
 * clock that never goes back (base/clock.h); addresses are in host byte order. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "aaa/aaa.h"
#include "aaa/local.h"
#include "base/error.h"
#include "base/log.h"
#include "base/prefix.h"
#include "base/random.h"
#include "config/schema/model.h"
#include "config/store.h"
#include "pool/pool.h"
#include "ppp/ppp.h"
#include "wire/access_line.h"
#include "wire/ethernet.h"

struct tp_ac;
struct tp_session;

#define TP_AC_MAX_PORTS	   16
#define TP_AC_MAX_SESSIONS 1048576 /* slots */
#define TP_AC_NO_SLOT	   UINT32_MAX

/* One layer-2 place that subscribers dial in from. */
struct tp_access {
	uint16_t port; /* 0 … TP_AC_MAX_PORTS - 1 */
	struct tp_vlans vlans;
};

/* What a server's interface comes to: a port, or frames on it with any of these tags. */
struct tp_ac_interface {
	uint16_t port;
	const struct tp_vlan_list *outer; /* NULL: without a tag */
	const struct tp_vlan_list *inner; /* NULL: without a second one */
};

/* ---- sessions ------------------------------------------------------------------------------ */

enum tp_session_state {
	TP_SESSION_LCP,		   /* PADS sent, LCP being negotiated */
	TP_SESSION_AUTHENTICATING, /* "verifying password..." */
	TP_SESSION_NETWORK,	   /* IPCP being negotiated */
	TP_SESSION_UP,		   /* "connected" */
	TP_SESSION_ENDING,	   /* Terminate-Request sent, waiting for the Ack */
	TP_SESSION_CLOSED,	   /* the slot waits for its grace period */
	TP_SESSION_STATES,
};

/* Why a session ended; each has a text, for the log, events and counters. */
enum tp_end_reason {
	TP_END_PEER_PADT,
	TP_END_PEER_TERMINATE,
	TP_END_KEEPALIVE,
	TP_END_SESSION_TIMEOUT,
	TP_END_IDLE_TIMEOUT,
	TP_END_LIMIT_BYTES,   /* limit-bytes-in or limit-bytes-out is used up */
	TP_END_ADMIN,	      /* an operator's disconnect */
	TP_END_CONFIG,	      /* its server, secret or interface was removed or disabled */
	TP_END_REPLACED_HOST, /* one-session-per-host */
	TP_END_REPLACED_USER, /* only-one, or the same user needs the same fixed address */
	TP_END_AUTH_FAILED,
	TP_END_AUTH_TIMEOUT,
	TP_END_LCP_FAILED, /* no agreement, or no answer */
	TP_END_IPCP_FAILED,
	TP_END_NO_ADDRESS,    /* pool empty, or the fixed address or a route is in use */
	TP_END_NO_ENCRYPTION, /* it is required, and the peer won't or can't */
	TP_END_LOOPBACK,
	TP_END_RESOURCES, /* the data plane had no room */
	TP_END_GAVE_WAY,  /* half-open, where there were too many */
	TP_END_SHUTDOWN,
	TP_END_REASONS,
};

/* "peer-padt", "keepalive", …: a word for counters, metrics and events. Any thread. */
const char *tp_end_reason_name(enum tp_end_reason reason);

/* A clause for people: "the peer did not answer keepalives". Any thread. */
const char *tp_end_reason_text(enum tp_end_reason reason);

/* The words of RouterOS where it has them: "verifying password...", "connected". Any thread. */
const char *tp_session_state_text(enum tp_session_state state);

/* What there is to know about one session, for orders to the data plane and for people. Pointers
 * hold until the next call of any function of the engine that is not const. */
struct tp_session_info {
	uint64_t id;		/* of this session alone, never given out again: RouterOS's .id */
	uint64_t accounting_id; /* likewise, over restarts too: RADIUS's Acct-Session-Id */
	uint32_t slot;		/* 0 … max_sessions - 1 */
	uint16_t session_id;	/* PPPoE's, unique within port and scope (tp_vlans_scope()) */
	struct tp_access access;
	struct tp_mac mac;		   /* the client's */
	const struct tp_access_line *line; /* as the access node names it; NULL: it does not */
	uint64_t bundle_id;    /* joined: the session that this is but a link of; else 0 */
	uint32_t bundle_slot;  /* its slot; else its own */
	unsigned active_links; /* that carry its packets */
	bool linkless;	       /* its own link is gone; place, MAC and line are another's */
	enum tp_session_state state;
	enum tp_end_reason reason; /* in TP_SESSION_ENDING and TP_SESSION_CLOSED */

	uint32_t server_id;	  /* .id of the server that it came in by */
	const char *service_name; /* the server's */
	const char *interface;	  /* the server's: "ether3" */

	const char *user;	   /* "" until authenticated */
	uint32_t instance;	   /* 0: the user's only session; no two of a user have the same */
	uint32_t secret_id;	   /* .id, of a link its bundle's; 0: none */
	enum tp_ppp_method method; /* of authentication, agreed */
	const struct tp_subscriber *subscriber; /* never NULL; nothing until authenticated, and for
						 * links of a bundle */

	/* Set by the time of ops.up; 0 while not known. */
	uint32_t remote_address;		    /* the subscriber's */
	uint32_t local_address;			    /* ours on this link */
	const struct tp_ppp_encryption *encryption; /* NULL: packets go in clear */
	uint16_t mtu; /* the largest IP packet to the subscriber, encryption taken off */
	uint16_t mru; /* the largest that we promised to take */
	/* MP over the link (RFC 1990); mrru 0: none. It is what `mru` says then, and `mtu` is what
	 * the peer takes in fragments. */
	uint16_t mrru;
	uint16_t link_mtu;	  /* the largest frame to the subscriber, of PPP's information */
	bool short_sequence;	  /* in fragments to us */
	bool peer_short_sequence; /* in those to the subscriber */
	uint32_t lcp_era;	  /* how often LCP has come up */
	uint32_t magic;		  /* our LCP magic number */
	uint16_t keepalive_s;	  /* 0: never */
	uint16_t mss_up;	  /* clamp of SYNs from the subscriber; 0: none */
	uint16_t mss_down;	  /* clamp of SYNs to the subscriber; 0: none */

	uint64_t started_ms; /* the PADR */
	uint64_t up_ms;	     /* when it first came up; 0: not yet */
};

/* Fills INFO. */
void tp_session_info(const struct tp_session *s, struct tp_session_info *info);

/* ---- events -------------------------------------------------------------------------------- */

enum tp_ac_event_kind {
	TP_AC_SESSION_STARTED,	 /* PADS sent */
	TP_AC_SESSION_UP,	 /* packets flow; also when a renegotiation has brought it back */
	TP_AC_SESSION_DOWN,	 /* the client renegotiates: packets do not flow meanwhile */
	TP_AC_SESSION_ENDED,	 /* with .reason; exactly one for each STARTED */
	TP_AC_LINK_UP,		 /* the session has joined the bundle of another */
	TP_AC_LINK_DOWN,	 /* a bundle's session has lost its own link, others go on */
	TP_AC_LOGIN_LOCKED,	 /* of the user, or with "" of the place as such */
	TP_AC_AUTH_FAILED,	 /* the text names the user and why */
	TP_AC_NO_ADDRESS,	 /* a pool is exhausted, a fixed address is in use, … */
	TP_AC_NO_ENCRYPTION,	 /* it is required, and there is none */
	TP_AC_GAVE_WAY,		 /* too many half-open sessions; rate-limited likewise */
	TP_AC_DISCOVERY_REFUSED, /* a PADI, PADR or PADT; rate-limited, the counters have all */
	TP_AC_EVENT_KINDS,
};

/* "session-up", …: a word for the event stream. Any thread. */
const char *tp_ac_event_name(enum tp_ac_event_kind kind);

/* What it points to holds during the call. */
struct tp_ac_event {
	enum tp_ac_event_kind kind;
	enum tp_log_level level;
	uint64_t now_ms;
	const struct tp_session *session; /* NULL: there is none */
	struct tp_access access;
	struct tp_mac mac;	   /* the client's */
	const char *user;	   /* "": not known */
	enum tp_end_reason reason; /* TP_AC_SESSION_ENDED */
	const char *text;	   /* the whole event as one line for the log */
};

/* What the outside does for the engine. USER is handed through. None may call the engine back,
 * but what is const. */
struct tp_ac_ops {
	/* Sends one frame: PAYLOAD is what follows the Ethernet type. It is copied or sent
	 * before the call returns. */
	void (*output)(void *user, const struct tp_access *to, const struct tp_mac *dst,
		       uint16_t ethertype, const uint8_t *payload, size_t len);
	/* The data plane's side of the session: open, up (or changed), down, close. One that has
	 * joined a bundle (bundle_id) is up as a link of it. After
	 * close() the outside calls tp_ac_slot_released() when no worker can see it any more.
	 * open() and up() return 0 or a negative errno; then nothing has changed, and there will
	 * be no close() for an open() that failed. down() is only called after an up(). */
	int (*open)(void *user, const struct tp_session *s);
	int (*up)(void *user, const struct tp_session *s);
	void (*down)(void *user, const struct tp_session *s);
	void (*close)(void *user, const struct tp_session *s);
	/* A session that is up goes on by the links of its bundle, without its own, whose session
	 * id is nobody's when it is linkless. */
	void (*unlink)(void *user, const struct tp_session *s);
	/* The subscriber could not decrypt: what is sent to it starts afresh. */
	void (*flush)(void *user, const struct tp_session *s);
	/* Milliseconds since the last packet was forwarded for it, for idle-timeout. */
	uint64_t (*idle_ms)(void *user, const struct tp_session *s);
	/* Bytes forwarded for it since open(), from and to the subscriber, for limit-bytes-in and
	 * limit-bytes-out. */
	void (*bytes)(void *user, const struct tp_session *s, uint64_t *in, uint64_t *out);
	/* Something that an operator wants to know. */
	void (*event)(void *user, const struct tp_ac_event *event);
};

/* ---- the engine ---------------------------------------------------------------------------- */

struct tp_ac_setup {
	uint32_t max_sessions; /* slots, 1 … TP_AC_MAX_SESSIONS */
	/* Borrowed, must outlive the engine. CONFIG answers for the identity, AAA for who a peer is
	 * and what it gets, SECRETS for those who have no login, and for what is changed while
	 * sessions stand; the pools in POOLS are the owner's to put and remove. Leases that are not
	 * the engine's have a NULL owner; the owner of the engine's is the const struct tp_session.
	 */
	const struct tp_config *config;
	struct tp_aaa *aaa;
	struct tp_aaa_local *secrets;
	struct tp_pool_registry *pools;
	struct tp_random *random;
	/* A number that no start of before had: accounting ids begin with it. */
	uint32_t start_number;
	/* The largest packet that the data plane can join: no larger MRRU is offered; 0: no limit.
	 */
	uint16_t max_mrru;
	const struct tp_ac_ops *ops; /* copied */
	void *user;
	uint64_t now_ms;
};

/* -EINVAL, -ENOMEM. */
int tp_ac_create(const struct tp_ac_setup *setup, struct tp_ac **ac, struct tp_error *error);

/* Frees everything; gives addresses back to the pools, takes open questions back. Sends nothing,
 * calls no op. */
void tp_ac_destroy(struct tp_ac *ac);

/* From now on CONFIG answers (a reload has put another in place of the first), for the secrets as
 * well, and PADOs and challenges carry its identity. Servers are not compared: put and remove them.
 * Also to be called when the identity has changed in place. Standing sessions stay as they are. */
void tp_ac_config_set(struct tp_ac *ac, const struct tp_config *config);

/* A port: its NAME (borrowed) for what operators are told, its address, and its MTU (of the
 * Ethernet payload). Before its first server. May be called again. -EINVAL: no such port number;
 * -ENOMEM. */
int tp_ac_port_set(struct tp_ac *ac, uint16_t port, const char *name, const struct tp_mac *mac,
		   uint16_t mtu);

/* How many sessions may be half-open at a time, from their PADS until it is known who dials in; 0:
 * no limit. One more, and the oldest of the greediest place within gives way to it. */
struct tp_ac_half_open_limits {
	uint32_t port;
	uint32_t vlan; /* of each pair of tags on it */
	uint32_t mac;  /* of each host there */
};
void tp_ac_half_open_limits_set(struct tp_ac *ac, uint16_t port,
				const struct tp_ac_half_open_limits *limits);

/* Adds the server, or changes the one of the same id (SERVER->head.id); all is copied. What changes
 * applies to new sessions, keepalive-timeout to standing ones too (by and by, in tp_ac_tick()).
 * Sessions of a server that is disabled, or is not for their place any more, end with
 * TP_END_CONFIG, in slices. The range of VLANs that it is for costs no memory by its width.
 * -EINVAL: the port was not set; -ENOMEM; then nothing has changed. */
int tp_ac_server_put(struct tp_ac *ac, const struct tp_config_server *server,
		     const struct tp_ac_interface *interface, uint64_t now_ms,
		     struct tp_error *error);

/* No server any more; its sessions end with TP_END_CONFIG, in slices. -ENOENT. */
int tp_ac_server_remove(struct tp_ac *ac, uint32_t id, uint64_t now_ms);

/* Sessions that stand (not closed) of server ID. */
uint32_t tp_ac_server_sessions(const struct tp_ac *ac, uint32_t id);

/* Adds the entry to those that say who may dial in, or changes the one of the same id; it is
 * copied. Standing sessions stay. -ENOMEM; then nothing has changed. */
int tp_ac_mac_filter_put(struct tp_ac *ac, const struct tp_config_mac_filter *entry);
void tp_ac_mac_filter_remove(struct tp_ac *ac, uint32_t id); /* not there: fine */

/* Takes one 0x8863 frame: PACKET begins with the PPPoE header, LEN may include padding. */
void tp_ac_input_discovery(struct tp_ac *ac, const struct tp_access *access,
			   const struct tp_mac *src, const struct tp_mac *dst,
			   const uint8_t *packet, size_t len, uint64_t now_ms);

/* Takes one 0x8864 frame that the data plane found to be of SLOT: PACKET begins with the PPPoE
 * header. A frame that waited in a ring while its slot was given to another session is told by
 * its MAC and session id, dropped and counted. */
void tp_ac_input_session(struct tp_ac *ac, uint32_t slot, const struct tp_mac *src,
			 const uint8_t *packet, size_t len, uint64_t now_ms);

/* An 0x8864 frame came from SRC for a session that the data plane does not know: a PADT is due,
 * rate-limited, so that a client that outlived a restart redials at once. */
void tp_ac_unknown_session(struct tp_ac *ac, const struct tp_access *access,
			   const struct tp_mac *src, uint16_t session_id, uint64_t now_ms);

/* The data plane's verdict: SLOT has been silent for twice its keepalive time. */
void tp_ac_keepalive_lost(struct tp_ac *ac, uint32_t slot, uint64_t now_ms);

/* The data plane can't decrypt what SLOT's subscriber sends: NEED is what would help. */
void tp_ac_decryption_lost(struct tp_ac *ac, uint32_t slot, enum tp_mppe_need need,
			   uint64_t now_ms);

/* No worker sees SLOT any more, after ops.close: its id and addresses may be used again. */
void tp_ac_slot_released(struct tp_ac *ac, uint32_t slot, uint64_t now_ms);

/* Does what is due by NOW_MS, at most about LIMIT things (timers, sessions of a sweep). Returns
 * how many; when that is LIMIT there may be more, and tp_ac_deadline() says so. */
unsigned tp_ac_tick(struct tp_ac *ac, uint64_t now_ms, unsigned limit);

/* When tp_ac_tick() is next wanted; 0: at once; TP_NEVER: not at all. */
uint64_t tp_ac_deadline(const struct tp_ac *ac);

/* A profile or a secret has another rate limit or address list: standing sessions get theirs by and
 * by, in tp_ac_tick(). */
void tp_ac_subscribers_changed(struct tp_ac *ac);

/* Ends the session: Terminate-Request, PADT after the peer's Ack or a second later. REASON is
 * TP_END_ADMIN or TP_END_CONFIG. -ENOENT: no session stands in SLOT, or it is ending already. */
int tp_ac_disconnect(struct tp_ac *ac, uint32_t slot, enum tp_end_reason reason, uint64_t now_ms);

/* The same for every session of USER, as when its secret was removed or disabled. Returns how
 * many. */
unsigned tp_ac_disconnect_user(struct tp_ac *ac, const char *user, enum tp_end_reason reason,
			       uint64_t now_ms);

/* From now on discovery is not answered, and tp_ac_tick() ends all sessions with
 * TP_END_SHUTDOWN, a slice at a time. */
void tp_ac_shutdown(struct tp_ac *ac, uint64_t now_ms);

/* After tp_ac_shutdown(): every session has ended (slots may still wait for their grace). */
bool tp_ac_shutdown_done(const struct tp_ac *ac);

/* ---- finding sessions: those that stand, in any state but TP_SESSION_CLOSED ------------------ */

/* Each gives NULL when there is none. */
const struct tp_session *tp_ac_find_slot(const struct tp_ac *ac, uint32_t slot);
/* ACCESS stands for all VLANs of its scope. */
const struct tp_session *tp_ac_find_session_id(const struct tp_ac *ac,
					       const struct tp_access *access, uint16_t session_id);
/* By tp_session_info.id. */
const struct tp_session *tp_ac_find_id(const struct tp_ac *ac, uint64_t id);

/* The newest session of USER, then (with PREVIOUS, itself still standing) the next older. */
const struct tp_session *tp_ac_find_user(const struct tp_ac *ac, const char *user,
					 const struct tp_session *previous);

/* Sessions of MAC on any port and VLAN, likewise. */
const struct tp_session *tp_ac_find_mac(const struct tp_ac *ac, const struct tp_mac *mac,
					const struct tp_session *previous);

/* The session with the lowest slot that is FROM_SLOT or above. For lists in pages, with the slot
 * after the last as the cursor: a session that stands all the while is met exactly once. */
const struct tp_session *tp_ac_next(const struct tp_ac *ac, uint32_t from_slot);

/* ---- logins held off: lockout.c -------------------------------------------------------------- */

/* Wrong logins of USER from one place; "": of anyone. */
struct tp_ac_lockout {
	uint64_t id;
	struct tp_access access;
	struct tp_mac mac;
	char user[TP_AAA_NAME_MAX + 1];
	uint32_t failures; /* in a row */
	bool locked;	   /* else the next is only delayed */
	uint64_t last_ms, until_ms;
};

/* The locked one with the lowest id above AFTER, or NULL. */
const struct tp_ac_lockout *tp_ac_lockout_next(const struct tp_ac *ac, uint64_t after);
/* It may try again. -ENOENT. */
int tp_ac_lockout_remove(struct tp_ac *ac, uint64_t id);
/* How many are locked. */
uint32_t tp_ac_lockouts(const struct tp_ac *ac);

/* ---- counters -------------------------------------------------------------------------------- */

/* Why a peer was not let in. */
enum tp_auth_failure {
	TP_AUTH_FAIL_NO_SECRET,
	TP_AUTH_FAIL_DISABLED,
	TP_AUTH_FAIL_SERVICE,
	TP_AUTH_FAIL_CALLER,
	TP_AUTH_FAIL_PASSWORD,
	TP_AUTH_FAIL_REJECTED,	   /* by an authentication server */
	TP_AUTH_FAIL_NO_ANSWER,	   /* no authentication server answered */
	TP_AUTH_FAIL_UNUSABLE,	   /* let in by one, which gives what can't be had */
	TP_AUTH_FAIL_NAME_CHANGED, /* a renegotiation or re-challenge under another name */
	TP_AUTH_FAIL_LOCKED,	   /* too many wrong logins before; no event of its own */
	TP_AUTH_FAIL_NO_METHOD,	   /* no method suits both */
	TP_AUTH_FAIL_TIMEOUT,	   /* the peer did not authenticate itself in time */
	TP_AUTH_FAILURES,
};

/* "no-secret", "wrong-password", …. Any thread. */
const char *tp_auth_failure_name(enum tp_auth_failure failure);

/* What there was no room in for another half-open session. */
enum tp_ac_bound {
	TP_AC_BOUND_MAC,
	TP_AC_BOUND_VLAN,
	TP_AC_BOUND_PORT,
	TP_AC_BOUND_SERVER, /* its max-sessions */
	TP_AC_BOUND_TABLE,  /* slots or session ids */
	TP_AC_BOUNDS,
};

/* All from the start of the engine but the gauges. At any time:
 * started = the sum of ended[] + the sum of standing[] without TP_SESSION_CLOSED. */
struct tp_ac_counters {
	uint32_t standing[TP_SESSION_STATES]; /* gauge: sessions in each state */
	uint32_t slots_free;		      /* gauge */
	size_t memory_bytes;		      /* gauge: what the engine holds */
	uint64_t started;
	uint64_t ended[TP_END_REASONS];
	uint64_t up;   /* times that a session came up */
	uint64_t down; /* times that it went down to renegotiate */
	uint64_t auth_accepted;
	uint64_t auth_failed[TP_AUTH_FAILURES];
	uint64_t login_locks;	  /* times that a user or a place was locked */
	uint64_t resets_received; /* of encryption, that subscribers asked for */
	uint64_t resets_sent;	  /* that we asked for */
	uint64_t rekeys;	  /* encryption negotiated anew, since the keys were out of step */
	uint64_t address_waits;	  /* logins that waited for a replaced session's address */
	uint64_t duplicate_padr;  /* answered with the PADS of before */
	uint32_t half_open;	  /* gauge */
	uint64_t gave_way[TP_AC_BOUNDS]; /* half-open sessions, to newcomers */
	uint64_t refused_full;		 /* PADRs: no slot or session id is free */
	uint64_t refused_max_sessions;	 /* PADRs: the server's max-sessions */
	uint64_t refused_open;		 /* PADRs: the data plane had no room */
	uint64_t refused_shutdown;	 /* discovery frames during shutdown */
	uint64_t padt_sent;		 /* at the end of sessions */
	uint64_t padt_unmatched;     /* PADTs received whose session, MAC or place is not ours */
	uint64_t unknown_answered;   /* PADTs sent for frames of unknown sessions */
	uint64_t unknown_suppressed; /* those not sent: rate limit, or no sane source */
	uint64_t stray_frames;	     /* session frames for a slot that is another's or nobody's */
	uint64_t events_suppressed;  /* TP_AC_DISCOVERY_REFUSED not told: rate limit */
	uint32_t pado_waiting;	     /* gauge: PADOs that wait, by pado-delay */
	uint64_t pado_lost;	     /* PADOs dropped since too many waited */
	uint64_t unknown_port;	     /* frames from or to a port that is not set */
};

/* Good until the next call that is not const. Discovery's own are in tp_ac_samples(). */
const struct tp_ac_counters *tp_ac_counters(const struct tp_ac *ac);

/* One number with its names, for /metrics. */
struct tp_ac_sample {
	const char *name;  /* "turnpike_sessions_ended_total" */
	const char *help;  /* one sentence */
	const char *label; /* "reason"; NULL: none */
	const char *value_of_label;
	bool gauge; /* else a counter */
	uint64_t value;
};

/* Calls FN for every counter and gauge, discovery's among them; those of one name together, in a
 * stable order. */
void tp_ac_samples(const struct tp_ac *ac, void (*fn)(void *user, const struct tp_ac_sample *s),
		   void *user);
