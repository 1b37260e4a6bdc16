/* SPDX-License-Identifier: BSD-3-Clause */
/* What the files of this folder share, and nobody else includes. */
#pragma once

#include <assert.h>
#include <sys/queue.h>
#include <uthash.h>

#include "aaa/local.h"
#include "base/timer.h"
#include "pppoe/ac.h"
#include "session/session.h"

/* How long a peer may take from its PADR, or from a renegotiation, until it is up. */
#define TP_AC_SETUP_LIMIT_MS 60000

/* How long a peer may take to acknowledge our Terminate-Request before its PADT. */
#define TP_AC_TERMINATE_MS 1000

#define TP_AC_PROFILE_MAX 63 /* bytes of a profile's name */

struct tp_ac_login;
struct tp_ac_place;
struct tp_ac_server;
LIST_HEAD(tp_session_list, tp_session);
STAILQ_HEAD(tp_session_queue, tp_session);
TAILQ_HEAD(tp_ac_login_queue, tp_ac_login);
TAILQ_HEAD(tp_ac_half_open_list, tp_session);
TAILQ_HEAD(tp_ac_delayed_list, tp_ac_delayed);

/* A PPP configuration that sessions share; it stays as it is while one of them has it. */
struct tp_ac_link {
	struct tp_ppp_config config;
	uint32_t refs;
	char name[TP_PPP_NAME_MAX + 1];
};

#define TP_AC_BUNDLE_MAX 7 /* links of a bundle, beside its leader's own */

/* MP over several links: bundle.c. Of each session with MP whose peer names its end; it leads its
 * own until it joins another's. */
struct tp_ac_bundle {
	uint8_t endpoint[TP_PPP_ENDPOINT_MAX];
	uint8_t endpoint_len;
	uint8_t count;
	struct tp_session *leader;		   /* has the address */
	struct tp_session *network;		   /* its PPP link has IPCP and CCP */
	struct tp_session *link[TP_AC_BUNDLE_MAX]; /* those that have joined */
};

/* One session, from its PADR until its slot is released. Under 1 KiB. */
struct tp_session {
	struct tp_ac *ac;
	struct tp_ac_server *server;
	struct tp_ac_link *link;
	struct tp_access_line *line;	  /* NULL: the PADR had no such tag */
	struct tp_ac_bundle *bundle;	  /* NULL: no MP, or its peer does not name its end */
	struct tp_ac_login *login;	  /* who the peer is, while that is an open question */
	struct tp_ac_login_queue waiters; /* logins that want this session's address */

	uint64_t id;
	uint32_t slot;
	uint16_t session_id;
	uint8_t state;	/* enum tp_session_state */
	uint8_t reason; /* enum tp_end_reason, once `ending` */
	struct tp_access access;
	struct tp_mac mac;
	bool ending;	      /* the end is decided */
	bool by_link;	      /* by the PPP link itself: why comes with TP_PPP_FINISHED */
	bool forwarding;      /* the data plane has it up */
	bool was_up;	      /* went down since the event was last told */
	bool peer_left;	      /* by PADT: there is nobody to tell */
	bool joined;	      /* a link of its bundle's leader, and no more */
	bool unlinked;	      /* of a leader: its own link carries nothing, others do */
	bool linkless;	      /* and it is gone */
	uint8_t method;	      /* enum tp_ppp_method */
	uint8_t depth;	      /* calls of its PPP link on the stack */
	uint8_t entered_in;   /* the state when the outermost of them began */
	uint8_t local_leased; /* local_address is out of a pool */
	uint16_t keepalive_s; /* as the data plane has it */

	uint16_t mtu; /* of packets: with MP, more than link_mtu */
	uint16_t mru;
	uint16_t mrru; /* 0: no MP */
	uint16_t link_mtu;
	bool short_sequence;
	bool peer_short_sequence;
	uint32_t lcp_era; /* how often LCP has come up */
	uint32_t magic;
	uint32_t remote_address; /* 0: none yet; ours until the slot is released */
	uint32_t local_address;
	uint32_t instance;
	struct tp_subscriber subscriber; /* what it gets; nothing, until authenticated */

	uint64_t fingerprint; /* of the PADR: a duplicate has the same */
	uint64_t started_ms;
	uint64_t up_ms;		/* first; 0: not yet */
	uint64_t last_up_ms;	/* last */
	uint64_t limit_ms;	/* of the set-up, or of the Terminate exchange */
	uint64_t idle_look_ms;	/* when to look at idle_ms() */
	uint64_t bytes_look_ms; /* when to look at bytes() */

	struct tp_timer ppp_timer;  /* tp_ppp_deadline() */
	struct tp_timer life_timer; /* the earliest of its own deadlines */
	LIST_ENTRY(tp_session) by_user;
	LIST_ENTRY(tp_session) by_mac;
	LIST_ENTRY(tp_session) by_fingerprint;
	STAILQ_ENTRY(tp_session) free_entry;
	struct tp_ac_place *half_open; /* where it counts as such; NULL: it is not */
	TAILQ_ENTRY(tp_session) half_open_entry;

	struct tp_ppp ppp;
	char *user; /* NULL until authenticated; the leases' info */
};
static_assert(sizeof(struct tp_session) < 1024, "a session stays under 1 KiB");

/* The user's name, "" until authenticated. */
static inline const char *tp_session_user(const struct tp_session *s)
{
	return s->user != NULL ? s->user : "";
}

/* One auth_request on its way to a decision: with aaa, and then, when the address is still a dying
 * session's, until that is released. */
struct tp_ac_login {
	struct tp_ac *ac;
	struct tp_session *session;
	struct tp_session *waits_for; /* let in, but for the address that this one has */
	uint8_t authenticator_response[20];
	struct tp_ppp_auth_request request;
	char user[TP_AAA_NAME_MAX + 1]; /* by which the peer is known: tp_aaa_user_name() */
	struct tp_aaa_query query;
	char default_profile[TP_AC_PROFILE_MAX + 1];
	TAILQ_ENTRY(tp_ac_login) entry; /* among the waiters, or the unused */
};

/* One entry of /interface/pppoe-server/server. Lives as long as a session refers to it. */
struct tp_ac_server {
	uint32_t id;
	uint32_t refs;	   /* sessions, and 1 while it is configured */
	uint32_t standing; /* sessions not closed */
	bool removed;	   /* its sessions end */
	bool disabled;
	bool one_session_per_host;
	bool accept_empty_service;
	struct tp_delay_list pado_delay;
	uint16_t port;
	struct tp_vlan_list outer, inner; /* the interface's own tags; none: it has no such tag */
	struct tp_vlan_list over;	  /* pppoe-over-vlan-range: those of its clients beyond */
	bool accept_untagged;		  /* with `over`, clients without such a tag too */
	uint32_t max_sessions;
	uint32_t max_login_failures; /* 0: no limit */
	uint32_t login_lock_s;
	uint16_t keepalive_s;
	uint16_t max_mru;
	uint16_t max_mtu;
	uint16_t mrru; /* 0: disabled */
	struct tp_auth_list authentication;
	uint32_t chap_interval_s; /* 0: CHAP asks once */
	char *service_name;
	char *interface;
	char *default_profile;
	struct tp_ac_link *link;       /* for clients within RFC 2516's 1492 bytes */
	struct tp_ac_link *large_link; /* for those that asked for more by RFC 4638 */
	UT_hash_handle by_id;
};

/* The session ids of one scope. */
struct tp_ac_ids {
	uint16_t next;	   /* where the search for a free one goes on */
	uint32_t count;	   /* standing sessions' and those not yet released */
	uint64_t *used;	   /* one bit for each of 65,536; NULL: nobody has dialled in here */
	uint32_t *slot_of; /* of standing sessions, TP_AC_NO_SLOT for others */
};

struct tp_ac_port {
	bool set;
	const char *name;
	struct tp_mac mac;
	uint16_t mtu;
	struct tp_ac_half_open_limits half_open_limits;
	struct tp_ac_ids ids[TP_VLAN_SCOPES];
};

/* A token bucket: RATE a second, at most BURST at once. */
struct tp_ac_bucket {
	uint32_t rate;
	uint32_t burst;
	uint64_t millitokens;
	uint64_t filled_ms;
};

struct tp_ac_table {
	uint32_t max;
	uint32_t fresh;	 /* slots from here on were never used */
	uint64_t serial; /* of the session started last */
	struct tp_session **chunks;
	uint64_t *standing;		/* one bit for each slot */
	struct tp_session_queue unused; /* released slots, the one released first in front */
	struct tp_session_list *by_user, *by_mac, *by_fingerprint;
	uint32_t bucket_mask;
	uint64_t hash_key[2];
};

struct tp_ac {
	const struct tp_config *config;
	struct tp_aaa *aaa;
	struct tp_aaa_local *secrets;
	struct tp_pool_registry *pools;
	struct tp_random *random;
	struct tp_ac_ops ops;
	void *user;
	uint16_t max_mrru; /* 0: no limit */
	uint64_t now_ms;   /* of the call that is under way */

	struct tp_pppoe_ac *discovery;
	struct tp_timer_wheel wheel;
	struct tp_ac_port ports[TP_AC_MAX_PORTS];
	struct tp_ac_server *servers; /* configured ones, by id */
	struct tp_ac_places *places;  /* where they are; NULL: to be found out */
	struct tp_ac_mac_filter *mac_filter;
	struct tp_ac_table table;
	struct tp_ac_login_queue unused_logins;
	struct tp_ac_delayed_list delayed;
	struct tp_ac_place *half_open; /* ports, VLANs and hosts that have such sessions */

	bool shutting_down;
	bool timers_left;    /* the last tick stopped at its limit */
	bool sweeping;	     /* sessions are gone through for what has changed */
	uint32_t sweep_from; /* the next slot of the sweep */

	struct tp_ac_lockouts *lockouts; /* NULL: no login has failed yet */
	struct tp_ac_bucket refusal_events;
	struct tp_ac_bucket gave_way_events;
	uint64_t gave_way_untold;
	struct tp_ac_bucket unknown_padts;
	uint64_t refusals_untold; /* since the last that was told */
	struct tp_ac_counters counters;
};

/* lockout.c: USER's logins at the session's place have failed, or passed; are they held off now? */
void tp_ac_lockout_failed(struct tp_session *s, const char *user);
void tp_ac_lockout_passed(struct tp_session *s, const char *user);
bool tp_ac_lockout_holds(const struct tp_session *s, const char *user);
void tp_ac_lockouts_clear(struct tp_ac *ac);

/* ac.c */
/* Zeroed memory that memory_bytes accounts for; NULL when there is none. */
void *tp_ac_alloc(struct tp_ac *ac, size_t size);
void tp_ac_free(struct tp_ac *ac, void *memory, size_t size);
/* TEXT in such memory. */
char *tp_ac_text_copy(struct tp_ac *ac, const char *text);
void tp_ac_text_free(struct tp_ac *ac, char *text);
/* Takes over the time of a call; time never goes back. */
void tp_ac_now(struct tp_ac *ac, uint64_t now_ms);
void tp_ac_output(struct tp_ac *ac, const struct tp_access *to, const struct tp_mac *dst,
		  uint16_t ethertype, const uint8_t *payload, size_t len);

/* hash.c: SipHash-2-4 (Aumasson and Bernstein, 2012): peers choose what is hashed. */
uint64_t tp_ac_hash(const uint64_t key[2], const void *data, size_t len);

/* table.c: slots and memory */
int tp_ac_table_init(struct tp_ac *ac, uint32_t max);
void tp_ac_table_clear(struct tp_ac *ac);
/* Zeroed but for id and slot, standing; NULL: full, or no memory. */
struct tp_session *tp_ac_table_take(struct tp_ac *ac);
/* It stands no more; its slot stays taken. */
void tp_ac_table_fell(struct tp_ac *ac, struct tp_session *s);
/* The slot may be used again. */
void tp_ac_table_release(struct tp_ac *ac, struct tp_session *s);
/* Standing, closed or never used; NULL: beyond what was ever used. */
struct tp_session *tp_ac_table_slot(const struct tp_ac *ac, uint32_t slot);
struct tp_session *tp_ac_table_next(const struct tp_ac *ac, uint32_t from_slot);

/* half_open.c */
/* S, new, is half-open, and is so no more: it is known who it is, or it is over. */
void tp_ac_half_open_begin(struct tp_session *s);
void tp_ac_half_open_over(struct tp_session *s);
/* Before another begins at ACCESS: who must gives way. */
void tp_ac_half_open_make_room(struct tp_ac *ac, const struct tp_access *access,
			       const struct tp_mac *mac);
/* SERVER has all the sessions that it may: one that is half-open gives way, if the greediest place
 * is its. */
bool tp_ac_half_open_yields(struct tp_ac *ac, const struct tp_ac_server *server);

/* ids.c: session ids */
#define TP_AC_IDS 65534 /* of a scope. RFC 2516, section 4: neither 0 nor 0xffff */
/* Where ACCESS has its ids from; its port is set. */
struct tp_ac_ids *tp_ac_ids_of(struct tp_ac *ac, const struct tp_access *access);
void tp_ac_ids_clear(struct tp_ac *ac, struct tp_ac_ids *ids);
/* A free id, as long unused as can be; 0: there is none, or no memory. */
uint16_t tp_ac_ids_take(struct tp_ac *ac, struct tp_ac_ids *ids, uint32_t slot);
void tp_ac_ids_fell(struct tp_ac_ids *ids, uint16_t id);
void tp_ac_ids_release(struct tp_ac_ids *ids, uint16_t id);
/* NULL: no such session, or no such port. */
struct tp_session *tp_ac_ids_find(const struct tp_ac *ac, const struct tp_access *access,
				  uint16_t id);

/* index.c: by user, MAC and fingerprint */
void tp_ac_index_started(struct tp_ac *ac, struct tp_session *s);
/* USER is copied; the session had none. */
/* -ENOMEM; then nothing has changed. */
int tp_ac_index_user(struct tp_ac *ac, struct tp_session *s, const char *user);
void tp_ac_index_fell(struct tp_ac *ac, struct tp_session *s);
/* It is found by its user alone. */
void tp_ac_index_unlinked(struct tp_session *s);
struct tp_session *tp_ac_index_fingerprint(const struct tp_ac *ac, uint64_t fingerprint);
struct tp_session *tp_ac_index_find_user(const struct tp_ac *ac, const char *user,
					 const struct tp_session *previous);
struct tp_session *tp_ac_index_find_mac(const struct tp_ac *ac, const struct tp_mac *mac,
					const struct tp_session *previous);

/* links.c */
/* NULL: no memory. The caller's reference. */
struct tp_ac_link *tp_ac_link_create(struct tp_ac *ac, const struct tp_ac_server *server,
				     uint16_t max_payload);
void tp_ac_link_unref(struct tp_ac *ac, struct tp_ac_link *link);

/* servers.c */
void tp_ac_server_unref(struct tp_ac *ac, struct tp_ac_server *server);
void tp_ac_servers_clear(struct tp_ac *ac);
/* Makes every server's links anew, as the identity has changed. */
void tp_ac_servers_rename(struct tp_ac *ac);
/* The port's address or MTU has changed. */
void tp_ac_servers_update_port(struct tp_ac *ac, uint16_t port);
/* The largest PPP payload that server and port can carry. */
uint16_t tp_ac_largest_payload(const struct tp_ac *ac, const struct tp_ac_server *server);

/* places.c */
/* Fills OFFER with what CLIENT finds at ACCESS; it holds until the next call. */
void tp_ac_offer(struct tp_ac *ac, const struct tp_access *access, const struct tp_mac *client,
		 struct tp_pppoe_access *offer);
/* Is ACCESS one of the places that SERVER is for? */
bool tp_ac_server_covers(const struct tp_ac_server *server, const struct tp_access *access);
/* A server came, went or moved. */
void tp_ac_places_forget(struct tp_ac *ac);

/* mac_filter.c */
int tp_ac_mac_filter_init(struct tp_ac *ac);
void tp_ac_mac_filter_clear(struct tp_ac *ac);
/* Is CLIENT not to be served by the servers on INTERFACE? */
bool tp_ac_mac_rejected(const struct tp_ac *ac, const char *interface, const struct tp_mac *client);

/* delay.c */
/* Sends PACKET's bytes when its delay_ms are over. */
void tp_ac_delay(struct tp_ac *ac, const struct tp_pppoe_packet *packet);
void tp_ac_delayed_clear(struct tp_ac *ac);

/* discovery.c */
int tp_ac_discovery_init(struct tp_ac *ac);

/* lifecycle.c */
void tp_ac_set_state(struct tp_session *s, enum tp_session_state state);
/* Starts PPP on a session whose PADS has been sent. */
void tp_ac_start_ppp(struct tp_session *s);
/* Every call of a session's PPP link stands between these two. */
void tp_ac_ppp_enter(struct tp_session *s);
void tp_ac_ppp_leave(struct tp_session *s);
/* Tells the data plane what the session is like; also when it is up already. */
int tp_ac_forward(struct tp_session *s);

/* subscriber.c */
/* FROM becomes what S gets; FROM is left empty. */
void tp_ac_subscriber_take(struct tp_session *s, struct tp_subscriber *from);
void tp_ac_subscriber_drop(struct tp_session *s);
/* What a session by a local secret, or without a login, would get now: what may change while it
 * stands is taken over. True: the data plane has to know. */
bool tp_ac_subscriber_renew(struct tp_session *s);
/* What IPCP tells the peer of S. */
struct tp_ppp_addresses tp_ac_subscriber_addresses(const struct tp_session *s);

/* login.c */
void tp_ac_login_ask(struct tp_session *s, const struct tp_ppp_auth_request *request);
/* The session ended or asks afresh. */
void tp_ac_login_abandon(struct tp_session *s);
/* S has given its address back: those who waited for it try again. */
void tp_ac_login_wake(struct tp_session *s);
/* A server without authentication: what its profile gives. */
void tp_ac_login_anonymous(struct tp_session *s);
void tp_ac_logins_clear(struct tp_ac *ac);

/* address.c */
enum tp_ac_take { TP_AC_TAKEN, TP_AC_TAKE_WAIT, TP_AC_TAKE_FAILED };
/* Takes the addresses of its subscriber for S. REPLACED: a session that ends for this
 * one's sake, or NULL. WAIT: *FOR is the session whose release is to be waited for. FAILED: TEXT
 * says why. */
enum tp_ac_take tp_ac_take_addresses(struct tp_session *s, struct tp_session *replaced,
				     struct tp_session **wait_for, char text[160]);
void tp_ac_release_addresses(struct tp_session *s);

/* bundle.c */
/* S itself, unless it has joined. */
struct tp_session *tp_ac_bundle_leader(struct tp_session *s);
/* Whose PPP link has the network protocols of S. */
struct tp_session *tp_ac_bundle_network(const struct tp_session *s);
/* The peer talks of them by the link of S: it is S that has them, if it can. Returns who has. */
struct tp_session *tp_ac_bundle_follow(struct tp_session *s);
void tp_ac_bundle_lcp_up(struct tp_session *s, const struct tp_ppp_event *event);
/* S, whose user is known, joins the bundle that it belongs to. False: there is none. */
bool tp_ac_bundle_join(struct tp_session *s);
/* S, joined, is authenticated: it carries packets as soon as its leader does. */
void tp_ac_bundle_link_up(struct tp_session *s);
void tp_ac_bundle_network_up(struct tp_session *leader);
void tp_ac_bundle_network_down(struct tp_session *leader);
/* Would the session of S, a leader, go on by other links? */
bool tp_ac_bundle_stands_without(const struct tp_session *s);
/* S's link is about to go: what depends on it goes to another. */
void tp_ac_bundle_leaving(struct tp_session *s);
/* S, which stands without, loses its own link for REASON; never from inside a call of its PPP
 * link. */
void tp_ac_bundle_lose_link(struct tp_session *s, enum tp_ppp_reason reason);
/* It is gone; WHY and DETAIL for people. */
void tp_ac_bundle_unlinked(struct tp_session *s, const char *why, const char *detail);
/* S has joined no more, if it had. */
void tp_ac_bundle_part(struct tp_session *s);
/* All that have joined S end. */
void tp_ac_bundle_end_links(struct tp_session *s, enum tp_end_reason reason);
void tp_ac_bundle_free(struct tp_session *s);
/* The engine goes, and tells nobody. */
void tp_ac_bundle_drop(struct tp_session *s);
/* How many links carry packets for S. */
unsigned tp_ac_bundle_links(const struct tp_session *s);
/* S, or, if it is linkless, one that stands for it. */
const struct tp_session *tp_ac_bundle_any_link(const struct tp_session *s);

/* encryption.c */
/* Makes S's link ready for what SUBSCRIBER is to have. KEYS: of its login; NULL: it gave none.
 * -ENOMEM, or -ENOKEY: encryption is required, and there are no keys. */
int tp_ac_encryption_set(struct tp_session *s, const struct tp_subscriber *subscriber,
			 const struct tp_mppe_keys *keys);
void tp_ac_encryption_free(struct tp_session *s);

/* end.c */
/* Decides the end of S; does nothing when it was decided before. GRACEFUL: the peer is told by
 * Terminate-Request, and by PADT after its Ack or TP_AC_TERMINATE_MS. Else: by PADT at once (never
 * from inside a call of its own PPP link). */
void tp_ac_end(struct tp_session *s, enum tp_end_reason reason, bool graceful);
/* An end already decided waits no longer. */
void tp_ac_end_now(struct tp_session *s);
/* The PPP link is dead: the session is over. DETAIL: the peer's words, or "". */
void tp_ac_finished(struct tp_session *s, enum tp_ppp_reason reason, const char *detail);
/* Of S, whose own link is gone or going, the last other one has gone. */
void tp_ac_last_link_gone(struct tp_session *s, enum tp_end_reason reason);
/* The link ended itself or was ended by the peer, and waits for the exchange to be over. */
void tp_ac_note_terminating(struct tp_session *s);
/* A PADT for SESSION_ID, whoever has it. */
void tp_ac_send_padt(struct tp_ac *ac, const struct tp_access *access, const struct tp_mac *dst,
		     uint16_t session_id, const char *text);

/* timeouts.c */
/* Arms both timers anew, after whatever may have moved a deadline. */
void tp_ac_arm(struct tp_session *s);
void tp_ac_disarm(struct tp_session *s);
/* When the bytes of a session that is up are to be looked at next; TP_NEVER: it has no limit. */
uint64_t tp_ac_next_bytes_look(const struct tp_session *s);

/* limits.c */
void tp_ac_bucket_init(struct tp_ac_bucket *bucket, uint32_t rate, uint32_t burst, uint64_t now_ms);
bool tp_ac_bucket_take(struct tp_ac_bucket *bucket, uint64_t now_ms);

/* sweep.c */
void tp_ac_sweep_start(struct tp_ac *ac);
unsigned tp_ac_sweep(struct tp_ac *ac, unsigned limit);

/* events.c */
/* TEXT follows "session 7 of bob (02:00:00:00:00:01 on ether3): ". */
void tp_ac_tell(struct tp_session *s, enum tp_ac_event_kind kind, enum tp_log_level level,
		const char *format, ...) __attribute__((format(printf, 4, 5)));
/* The same, by a name that the session does not have (yet). */
void tp_ac_tell_user(struct tp_session *s, enum tp_ac_event_kind kind, enum tp_log_level level,
		     const char *user, const char *format, ...)
	__attribute__((format(printf, 5, 6)));
void tp_ac_tell_gave_way(struct tp_session *s, enum tp_ac_bound bound);
void tp_ac_tell_refused(struct tp_ac *ac, const struct tp_pppoe_packet *packet,
			enum tp_pppoe_reason reason, const char *detail);
