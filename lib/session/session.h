/* SPDX-License-Identifier: BSD-3-Clause */
/* The access concentrator's engine: discovery, PPP, AAA, pools, and the life of each session
 * from a valid PADR to its end.
 *
 * It does no I/O, knows no DPDK and has no globals: frames and the time come in, frames, events
 * and orders to the data plane go out through struct tp_ac_ops. The control lcore runs one; a
 * simulation runs it against ten thousand emulated clients on a virtual clock.
 *
 * What there is to know about a session is in info.h, what the engine asks of the outside in ops.h,
 * what it counts in counters.h.
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
#include "base/random.h"
#include "config/store.h"
#include "pool/pool.h"
#include "pool/pool6.h"
#include "session/counters.h"
#include "session/info.h"
#include "session/ops.h"

struct tp_ac;

#define TP_AC_MAX_PORTS	   16
#define TP_AC_MAX_SESSIONS 1048576 /* slots */
#define TP_AC_NO_SLOT	   UINT32_MAX

/* What a server's interface comes to: a port, or frames on it with any of these tags. */
struct tp_ac_interface {
	uint16_t port;
	const struct tp_vlan_list *outer; /* NULL: without a tag */
	const struct tp_vlan_list *inner; /* NULL: without a second one */
};

struct tp_ac_setup {
	uint32_t max_sessions; /* slots, 1 … TP_AC_MAX_SESSIONS */
	/* Borrowed, must outlive the engine. CONFIG answers for the identity, AAA for who a peer is
	 * and what it gets, SECRETS for those who have no login, and for what is changed while
	 * sessions stand; the pools in POOLS and POOLS6 are the owner's to put and remove. Leases
	 * that are not the engine's have a NULL owner; the owner of the engine's is the const
	 * struct tp_session.
	 */
	const struct tp_config *config;
	struct tp_aaa *aaa;
	struct tp_aaa_local *secrets;
	struct tp_pool_registry *pools;
	struct tp_pool6_registry *pools6;
	struct tp_random *random;
	/* A number that no start of before had, nor of the quarters of a second since: accounting
	 * ids begin with it. */
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
 * well, and PADOs and challenges carry its identity, Router Advertisements what its
 * /ipv6 nd says. Servers are not compared: put and remove them.
 * Also to be called when the identity or /ipv6 nd has changed in place. Standing sessions stay as
 * they are. */
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
/* A PADR of MAC at ACCESS drives nobody out who is only about to get through: there is no limit
 * reached, or who gives way has had its time. Where it is false the PADR may be taken all the same,
 * and should be when it has waited for long. */
bool tp_ac_half_open_has_room(const struct tp_ac *ac, const struct tp_access *access,
			      const struct tp_mac *mac, uint64_t now_ms);

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

/* A frame of SLOT is about to come in: what is known of its line, and a little later of its
 * session, is fetched into the processor's cache. Whether there is any need not be known; it
 * changes nothing.
 */
void tp_ac_fetch_line(const struct tp_ac *ac, uint32_t slot);
void tp_ac_fetch_session(const struct tp_ac *ac, uint32_t slot);

/* Takes one 0x8864 frame that the data plane found to be of SLOT: PACKET begins with the PPPoE
 * header. A frame that waited in a ring while its slot was given to another session is told by
 * its MAC and session id, dropped and counted. */
void tp_ac_input_session(struct tp_ac *ac, uint32_t slot, const struct tp_mac *src,
			 const uint8_t *packet, size_t len, uint64_t now_ms);

/* The same for one with IPv6, that the data plane did not take as IPv6 was not up there. It came in
 * clear, and does not count for who has agreed on encryption. */
void tp_ac_input_early(struct tp_ac *ac, uint32_t slot, const struct tp_mac *src,
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

/* A profile or a secret has another rate limit, address list, IPv6 name server, pool to delegate
 * from or lease time: standing sessions get theirs by and by, in tp_ac_tick(). */
void tp_ac_subscribers_changed(struct tp_ac *ac);

/* What the session gets is NOW, from now on: rate limit, address list, timeouts, limits, all that
 * does not take another negotiation. Its addresses and routes are to be the same. Timeouts and
 * limits count from where they counted before; what is over by then ends the session at once. NOW
 * is left with nothing.
 * -ENOENT: no session stands in SLOT, or it is ending, or nobody has logged in by it; or what the
 * data plane says; then nothing has changed, and NOW is as it was. */
int tp_ac_subscriber_change(struct tp_ac *ac, uint32_t slot, struct tp_subscriber *now,
			    uint64_t now_ms);

/* Ends the session: Terminate-Request, PADT after the peer's Ack or a second later. REASON is
 * TP_END_ADMIN, TP_END_CONFIG or TP_END_DRAIN. -ENOENT: no session stands in SLOT, or it is ending
 * already. */
int tp_ac_disconnect(struct tp_ac *ac, uint32_t slot, enum tp_end_reason reason, uint64_t now_ms);

/* The same for every session of USER, as when its secret was removed or disabled. Returns how
 * many. */
unsigned tp_ac_disconnect_user(struct tp_ac *ac, const char *user, enum tp_end_reason reason,
			       uint64_t now_ms);

/* Whose new clients are to look elsewhere: of a server, at a port, or both. */
#define TP_AC_DRAINS_MAX 16
#define TP_AC_ANY_PORT	 UINT16_MAX
struct tp_ac_drain {
	uint32_t server; /* its .id; 0: any */
	uint16_t port;	 /* TP_AC_ANY_PORT: any */
};

/* From now on, in place of those before, new clients there hear nothing: no PADO, and no PADS. Who
 * has a session keeps it. */
void tp_ac_drains_set(struct tp_ac *ac, const struct tp_ac_drain *drains, unsigned count);
/* Is DRAIN about sessions of SERVER at PORT? */
bool tp_ac_drain_takes(const struct tp_ac_drain *drain, uint32_t server, uint16_t port);

/* From now on discovery is not answered, and tp_ac_tick() ends all sessions with
 * TP_END_SHUTDOWN, a slice at a time. */
void tp_ac_shutdown(struct tp_ac *ac, uint64_t now_ms);

/* After tp_ac_shutdown(): every session has ended (slots may still wait for their grace). */
bool tp_ac_shutdown_done(const struct tp_ac *ac);

/* ---- finding lines: those that stand, in any state but TP_SESSION_CLOSED ---------------------
 *
 * Each session is met once by the line with which it began, also when that has left it. */

/* Each gives NULL when there is none. */
const struct tp_line *tp_ac_find_slot(const struct tp_ac *ac, uint32_t slot);
/* ACCESS stands for all VLANs of its scope. */
const struct tp_line *tp_ac_find_session_id(const struct tp_ac *ac, const struct tp_access *access,
					    uint16_t session_id);
/* By tp_session_info.id. */
const struct tp_line *tp_ac_find_id(const struct tp_ac *ac, uint64_t id);

/* By tp_session_info.accounting_id. */
const struct tp_line *tp_ac_find_accounting_id(const struct tp_ac *ac, uint64_t id);

/* The newest line of USER, then (with PREVIOUS, itself still standing) the next older. */
const struct tp_line *tp_ac_find_user(const struct tp_ac *ac, const char *user,
				      const struct tp_line *previous);

/* Lines of MAC on any port and VLAN, likewise. */
const struct tp_line *tp_ac_find_mac(const struct tp_ac *ac, const struct tp_mac *mac,
				     const struct tp_line *previous);

/* The line with the lowest slot that is FROM_SLOT or above. For lists in pages, with the slot
 * after the last as the cursor: one that stands all the while is met exactly once. */
const struct tp_line *tp_ac_next(const struct tp_ac *ac, uint32_t from_slot);

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
