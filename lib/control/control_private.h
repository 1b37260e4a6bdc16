/* SPDX-License-Identifier: BSD-3-Clause */
/* What the files of lib/control share. Control thread, where nothing else is said. */
#pragma once

#include <limits.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/random.h"
#include "config/keeper.h"
#include "config/store.h"
#include "control/audit/audit.h"
#include "control/control.h"
#include "control/drain.h"
#include "control/kernel/tap.h"
#include "control/interfaces.h"
#include "control/kernel/kernel.h"
#include "control/last.h"
#include "control/later.h"
#include "control/links.h"
#include "control/kernel/netlink.h"
#include "control/outbox.h"
#include "api/mailbox.h"
#include "api/save.h"
#include "control/preview.h"
#include "control/subscribers.h"
#include "control/supervisor.h"
#include "control/traffic.h"
#include "control/waiting.h"
#include "dataplane/dataplane.h"
#include "pool/pool.h"
#include "session/session.h"

struct tp_control_radius;
struct tp_history;
struct tp_log_book;
struct tp_pings;
struct tp_reload;
struct tp_sniffer;
struct tp_standing;
struct tp_upgrade;

#define TP_NO_PORT UINT_MAX

struct tp_control_stats {
	uint64_t requests;
	uint64_t host_received;	       /* frames given to the kernel */
	uint64_t host_refused;	       /* which it would not have */
	uint64_t host_sent;	       /* frames taken from it */
	uint64_t host_lost;	       /* which the data plane had no room for */
	uint64_t host_lost_interfaces; /* deleted by somebody */
	uint64_t runts;		       /* messages too short to be what they are */
	uint64_t events;
	uint64_t reloads, reloads_refused;
	uint64_t turns;
};

struct tp_control_load {
	uint64_t busy_us;
	uint64_t longest_us, longest_before_us; /* turn of this minute, and of the one before */
	uint64_t minute_ms;			/* when this minute began */
};

struct tp_control {
	struct tp_dataplane *dp;
	struct tp_config *config;
	char *config_path; /* NULL: none */
	int (*check)(const struct tp_config *config, const char *path, struct tp_error *error);
	cpu_set_t other_cpus; /* where threads run that may take their time */
	struct tp_ac *ac;
	struct tp_aaa *aaa;
	struct tp_aaa_local *secrets;
	struct tp_control_radius *radius;
	struct tp_pool_registry *pools;
	struct tp_pool6_registry *pools6;
	uint64_t cpu_total, cpu_busy; /* of /system/resource, when it was last asked for */
	unsigned cpu_load;
	char reserved_text[TP_KEEPER_TEXT_LEN]; /* tp_control_reserved()'s last answer */
	struct tp_random random;
	uint64_t started_ms, now_ms;
	uint64_t turn_ms;	  /* of the last turn */
	uint64_t listen_until_ms; /* no timeouts until then */
	bool judged;		  /* there were, in the last turn */

	struct tp_port_info ports[TP_DATAPLANE_MAX_PORTS];
	unsigned port_count;
	unsigned core_port; /* the first; TP_NO_PORT: there is none */
	struct tp_link links[TP_DATAPLANE_MAX_PORTS];
	uint64_t links_due_ms; /* when they are to be looked at */

	struct tp_tap taps[TP_DATAPLANE_MAX_PORTS];
	struct tp_tap tun;
	struct tp_netlink netlink; /* requests that are answered at once */
	struct tp_netlink bulk;	   /* subscribers' routes */
	struct tp_kernel kernel;
	struct tp_subscribers *subscribers; /* NULL: no core port */
	uint64_t pressed;		    /* tp_subscribers_pressed() of the last turn */
	struct tp_outbox outbox;
	struct tp_waiting padis;	  /* that wait until control has time for new sessions */
	struct tp_waiting padrs;	  /* whose PADO has gone out: they come first */
	struct tp_waiting held;		  /* PADRs that wait until fewer are half-open */
	uint64_t offers_ms;		  /* when OFFERS was right */
	unsigned offers;		  /* PADOs that no PADR has taken up yet, about */
	bool crowded;			  /* more dial in than can be served at once */
	uint64_t told_ms;		  /* when the kernel last heard of subscribers' routes */
	struct tp_interfaces *interfaces; /* static ones */
	struct tp_traffic *traffic;	  /* of servers and ports */
	struct tp_last *last_sessions;	  /* of secrets, by .id */
	struct tp_history *history;	  /* what has happened to subscribers; NULL: no memory */
	struct tp_standing *standing;	  /* what outlives the daemon; NULL: nothing is to */
	struct tp_sniffer *sniffer;	  /* /tool/sniffer; NULL: not used yet */
	struct tp_upgrade *upgrade;	  /* under way, or NULL */
	struct tp_laters laters;	  /* requests that are answered later */
	unsigned later_count;
	struct tp_pings *pings; /* under way; NULL: none yet */
	json_t *users;		/* who has logged in over the network, when that was last asked */
	json_t *differences;	/* that /system/reconcile found, while they are listed */

	struct tp_mailbox mailbox;
	struct tp_log_book *log_book; /* lines of the log that rules want here */
	struct tp_drains drains;
	struct tp_supervisor supervisor;
	struct tp_audit audit;
	struct tp_preview preview;
	struct tp_reload *reload; /* under way, or NULL */
	struct tp_save save;
	int epoll_fd, signal_fd;
	bool ending;
	bool keeping;  /* and sessions stand, for the next start */
	bool upgrades; /* which is to be at once */
	uint64_t ending_since_ms, ended_ms;
	struct tp_control_stats stats;
	struct tp_control_load load;
};

/* ---- loop.c ---------------------------------------------------------------------------- */

/* The daemon ends, since WHY says so. KEEP: sessions are left standing, if they can be. */
void tp_control_end(struct tp_control *c, const char *why, bool keep);

/* Does the configuration want sessions to be left standing? */
bool tp_control_keeps(const struct tp_control *c);

/* ---- receive.c, sessions.c, events.c -------------------------------------------------- */

/* Takes a burst of what workers have punted; true when there was any. */
bool tp_control_receive(struct tp_control *c);

/* What the engine asks of the outside; user is the struct tp_control. */
extern const struct tp_ac_ops tp_control_ops;

/* The engine's event, for log and listeners. */
void tp_control_ac_event(void *user, const struct tp_ac_event *event);

/* ---- taps.c -------------------------------------------------------------------- */

/* The TAP of core port number PORT (nothing for another), and the TUN. Errors name them. */
int tp_taps_make(struct tp_control *c, unsigned port, struct tp_error *e);
int tp_taps_make_tun(struct tp_control *c, struct tp_error *e);

/* Takes some of what the kernel sends by them. */
void tp_taps_read(struct tp_control *c, unsigned port);
void tp_taps_read_tun(struct tp_control *c);

/* Makes again what was deleted, when it is due. */
void tp_taps_mend(struct tp_control *c);

/* ---- apply.c --------------------------------------------------------------------------- */

/* Before CHANGE comes into force: what can fail is done here (the kernel's routes, pools). On
 * error nothing has changed. */
int tp_apply_before(struct tp_control *c, const struct tp_config_change *change,
		    struct tp_error *error);

/* Takes tp_apply_before() back. */
void tp_apply_undo(struct tp_control *c, const struct tp_config_change *change);

/* CHANGE is in force: before it is forgotten, what follows from it. Returns what is to be made anew
 * with tp_apply_again() when all changes are in force, 1 << enum tp_again. */
unsigned tp_apply_after(struct tp_control *c, const struct tp_config_change *change);

enum tp_again {
	TP_AGAIN_IDENTITY,   /* what carries the AC's name, and what its links say of IPv6 */
	TP_AGAIN_SERVERS,    /* every server, and the tags of every VLAN */
	TP_AGAIN_RADIUS,     /* servers, and what they are used for */
	TP_AGAIN_REMOTE,     /* how management is reached over the network */
	TP_AGAIN_ADDRESSES6, /* whom ICMPv6 errors are from */
	TP_AGAIN_ANNOUNCE,   /* what stands for subscribers' routes */
	TP_AGAIN_LOGGING,    /* where lines of the log go */
};

/* Makes anew, as the configuration in force has it, what the bits of WHAT say. */
void tp_apply_again(struct tp_control *c, unsigned what);

/* All of the configuration, at the start. */
int tp_apply_all(struct tp_control *c, struct tp_error *error);

/* ---- core.c ---------------------------------------------------------------------------- */

/* The number of the port NAME; -1: there is none. */
int tp_control_port(const struct tp_control *c, const char *name);

/* As tp_apply_before() and tp_apply_again(): of static routes of both families, of addresses of
 * IPv6. */
int tp_core_change_route(struct tp_control *c, const struct tp_config_change *change,
			 struct tp_error *error);
int tp_core_change_address6(struct tp_control *c, const struct tp_config_change *change,
			    struct tp_error *error);
void tp_core_apply_addresses6(struct tp_control *c);

/* Gives the kernel the addresses of IPv6 and the static routes that it lost with a link; those that
 * still can't be are left for the next time. */
void tp_core_again(struct tp_control *c);

/* ---- reserved.c ----------------------------------------------------------------------- */

/* Whose ADDRESS is, when it is no subscriber's: a tp_pool_reserved_fn; user is the struct
 * tp_control. */
const char *tp_control_reserved(void *user, uint32_t address);

/* The same of what IPv6 there is in PREFIX: a tp_pool6_reserved_fn. */
const char *tp_control_reserved6(void *user, const struct tp_prefix6 *prefix);

/* ---- reload.c ---------------------------------------------------------------------------- */

/* Begins to read the file anew, in a thread of its own, so that control goes on. REQUEST, or
 * NULL, is answered when it is done. */
void tp_reload_begin(struct tp_control *c, struct tp_request *request);

/* Applies what has been read, if it has. */
bool tp_reload_poll(struct tp_control *c);

/* While what was read is compared with what is in force, that must not change: a REQUEST that might
 * change it is held, to be executed and answered afterwards. False: it may be executed now. */
bool tp_reload_hold(struct tp_control *c, struct tp_request *request);

/* Waits for the thread, drops what it read. */
void tp_reload_cancel(struct tp_control *c);

/* Is the file being read to be in force? Then it may not be written. */
bool tp_reload_reads(const struct tp_control *c);

/* ---- api.c, metrics.c ---------------------------------------------------------------------- */

/* Carries REQUEST out. True: it is answered; false: the answer will come later. */
bool tp_control_execute(struct tp_control *c, struct tp_request *request);

/* The samples of /metrics. */
json_t *tp_control_metrics(struct tp_control *c);
