/* SPDX-License-Identifier: BSD-3-Clause */
/* A city on a virtual clock: emulated subscribers (lib/client), a wire that loses, repeats,
 * reorders and delays, a model of the data plane that gives slots back late, and the engine of
 * lib/session between them. All of it follows from one seed. */
#pragma once

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/timer.h"
#include "client/client.h"
#include "ipv6/host.h"
#include "pppoe/pppoe.h"
#include "session/session.h"

struct sim;

/* ---- wire.c: frames on their way ---- */

struct sim_quality {
	unsigned loss;	  /* of 1000 frames */
	unsigned repeat;  /* of 1000 frames: arrive twice */
	unsigned corrupt; /* of 1000 frames: a few bytes are others, or the end is cut off */
	unsigned ghost;	  /* of 1000 frames: arrive once more, up to a minute later */
	uint32_t delay_min_ms, delay_max_ms;
};

struct sim_frame {
	uint64_t at_ms;
	uint64_t order;
	bool up; /* towards the access concentrator */
	struct tp_access access;
	struct tp_mac src, dst;
	uint16_t ethertype;
	uint16_t len;
	uint8_t *payload;
};

struct sim_wire {
	struct sim_quality quality;
	struct tp_random *random;
	struct sim_frame *heap; /* by at_ms, then order */
	size_t count, room;
	uint64_t order;
	size_t sent; /* frames, by either side */
	bool loop;   /* what the engine sends to sessions comes back to it */
};

/* Takes a copy of FRAME's payload; at_ms is NOW_MS plus what the wire adds. */
void sim_wire_send(struct sim_wire *wire, const struct sim_frame *frame, uint64_t now_ms);
uint64_t sim_wire_next(const struct sim_wire *wire);
/* The next frame that has arrived; its payload is the caller's to free. */
bool sim_wire_receive(struct sim_wire *wire, uint64_t now_ms, struct sim_frame *frame);
void sim_wire_clear(struct sim_wire *wire);

/* ---- plane.c: what the data plane would do ---- */

enum sim_slot_state { SIM_SLOT_FREE, SIM_SLOT_OPEN, SIM_SLOT_UP, SIM_SLOT_CLOSED };

#define SIM_PREFIXES_MAX 8

struct sim_slot {
	enum sim_slot_state state;
	uint64_t id; /* tp_session_info.id */
	uint16_t session_id;
	struct tp_access access;
	struct tp_mac mac;
	uint8_t families; /* TP_AC_IPV… */
	uint32_t address;
	struct tp_prefix6
		prefixes[SIM_PREFIXES_MAX]; /* the link's first; kept while it is closed */
	unsigned prefix_count;
	uint32_t keepalive_s;
	uint64_t alive_ms;   /* last heard */
	uint64_t traffic_ms; /* last packet */
	uint64_t bytes_in, bytes_out;
	uint64_t release_ms; /* when closed */
};

struct sim_plane {
	struct sim_slot *slots;
	uint32_t count;
	uint32_t *slot_of_id; /* plus 1; of port 0: 65,536 for each scope */
	uint32_t not_free;
	uint64_t keepalive_ms; /* the next sweep */
	uint32_t grace_max_ms;
	unsigned closing;
	bool hold_slots;	/* nothing is released for now */
	int fail_open, fail_up; /* errno to fail with from now on; 0: none */
	int fail_up6;		/* likewise, of what has IPv6 */
};

void sim_plane_init(struct sim *sim, uint32_t slots);
void sim_plane_clear(struct sim *sim);
extern const struct tp_ac_ops sim_plane_ops;
/* A frame from the access side, as a worker would sort it. */
void sim_plane_receive(struct sim *sim, const struct sim_frame *frame);
uint64_t sim_plane_next(const struct sim *sim);
void sim_plane_tick(struct sim *sim);

/* ---- journal.c: what of the sessions outlives the daemon ---- */

struct sim_journal_row;
struct sim_journal_write;

struct sim_journal {
	struct sim_journal_row *rows;		   /* on disk, by accounting id */
	struct sim_journal_write *first, **behind; /* on their way */
	size_t row_count;
};

#define SIM_JOURNAL_LAG_MS 50
#define SIM_WALL_MS	   UINT64_C(1790000000000) /* the clock on the wall, at 0 of ours */

void sim_journal_init(struct sim_journal *journal);
void sim_journal_clear(struct sim_journal *journal);
/* The engine tells of a session. */
void sim_journal_event(struct sim *sim, const struct tp_ac_event *event);
/* What is on its way for SIM_JOURNAL_LAG_MS arrives. */
void sim_journal_tick(struct sim *sim);
/* The power goes: what was written in the last LAG_MS is lost. */
void sim_journal_cut(struct sim *sim, uint64_t lag_ms);
/* Row by row; FN's verdict is an errno: the row is forgotten if it is not 0. */
void sim_journal_read(struct sim *sim,
		      int (*fn)(struct sim *sim, const uint8_t *image, size_t len));
/* NULL: there is none of it. */
const uint8_t *sim_journal_find(const struct sim *sim, uint64_t accounting_id, size_t *len);

/* ---- client.c: one subscriber ---- */

enum sim_client_state {
	SIM_CLIENT_OFF,
	SIM_CLIENT_WAITING, /* until it dials again */
	SIM_CLIENT_DISCOVERY,
	SIM_CLIENT_PPP,
	SIM_CLIENT_UP,
};

/* ---- host.c: several subscribers that are the links of one host (MP, RFC 1990) ---- */

#define SIM_LINKS_MAX 4

struct sim_host {
	struct sim_client *link[SIM_LINKS_MAX];
	unsigned count;
	struct sim_client *network; /* has IPCP; NULL: none of them is authenticated */
};

struct sim_client {
	struct sim *sim;
	struct sim_host *host; /* NULL: alone */
	bool admitted;	       /* in a host: authenticated */
	struct tp_mac mac;
	struct tp_access access;
	char user[32], password[32];
	enum sim_client_state state;
	bool wanted; /* dials again whenever it is down */
	uint32_t redial_ms;
	uint64_t dial_ms; /* in SIM_CLIENT_WAITING */
	struct tp_timer timer;
	struct tp_ppp_config config;
	struct tp_client engine;
	bool encrypts; /* asks for MPPE */
	struct tp_ppp_ccp ccp;
	uint16_t session_id;
	struct tp_mac ac_mac;
	struct tp_ppp_addresses addresses; /* when up by IPv4 */
	struct tp_ppp_interface_ids ids;   /* when up by IPv6 */
	uint8_t families;		   /* TP_AC_IPV…: agreed with the engine */
	unsigned advertisements;	   /* Router Advertisements that it got */
	struct tp_ipv6_hosts hosts;	   /* what it wishes for of IPv6 */
	struct tp_ipv6_host ipv6;
	unsigned changes; /* TP_IPV6_HOST_…: what it has been told of */
	uint16_t mtu;
	unsigned dials, ups, padts_heard, terminated;
	enum tp_ppp_reason last_reason;
	char last_words[TP_PPP_MESSAGE_MAX];
};

/* Makes COUNT clients from the one numbered FIRST on the links of one host: the user and the end
 * (LCP's Endpoint-Discriminator) are the first one's, and they have MP. Before they dial. */
void sim_host_init(struct sim_host *host, struct sim *sim, unsigned first, unsigned count);
void sim_host_admitted(struct sim_client *link);
void sim_host_leaving(struct sim_client *link);
void sim_host_left(struct sim_client *link);
void sim_host_network_up(struct sim_client *link, const struct tp_ppp_addresses *addresses);
void sim_host_network6_up(struct sim_client *link, const struct tp_ppp_interface_ids *ids);
void sim_host_network_down(struct sim_client *link, uint8_t family);
/* Whose PPP link is to hear what came for the network protocols by LINK, which has joined. */
struct sim_client *sim_host_hearer(struct sim_client *link);

struct sim_client *sim_client_create(struct sim *sim, unsigned number);
void sim_client_destroy(struct sim_client *client);
/* FAMILY (TP_AC_IPV…) has been agreed on, or is gone. */
void sim_client_family_up(struct sim_client *client, uint8_t family);
void sim_client_family_down(struct sim_client *client, uint8_t family);
/* Wants to be up from DELAY_MS on. */
void sim_client_dial(struct sim_client *client, uint32_t delay_ms);
/* Terminate-Request, then PADT; wants to be off. */
void sim_client_hang_up(struct sim_client *client);
/* kill -9: nothing is sent, all is forgotten; wants to be off. */
void sim_client_vanish(struct sim_client *client);
/* Starts LCP afresh within the same PPPoE session. */
void sim_client_renegotiate(struct sim_client *client);
/* Asks for PAYLOAD bytes by RFC 4638, and as MRU. Before it dials. */
void sim_client_ask_payload(struct sim_client *client, uint16_t payload);
/* Wishes for FAMILIES (TP_AC_IPV…); IPv4 alone is the default. Before it dials. */
void sim_client_ask_families(struct sim_client *client, uint8_t families);
/* Wishes for a delegated prefix: HINT, its length 0 for any. Before it dials. */
void sim_client_ask_prefix(struct sim_client *client, const struct tp_prefix6 *hint);
/* Arms its timer anew. */
void sim_client_arm(struct sim_client *client);
/* Dials for this service only. Before it dials. */
void sim_client_ask_service(struct sim_client *client, const char *service);
void sim_client_receive(struct sim_client *client, const struct sim_frame *frame);
void sim_client_send_session(struct sim_client *client, const uint8_t *frame, size_t len);

/* ---- ipv6.c: the host's end of its link ---- */

void sim_ipv6_init(struct sim_client *client);
void sim_ipv6_up(struct sim_client *link, const struct tp_ppp_interface_ids *ids);
void sim_ipv6_down(struct sim_client *link);
void sim_ipv6_receive(struct sim_client *link, const struct tp_reader *packet);
/* The delegated prefix that it uses; length 0: none. */
struct tp_prefix6 sim_ipv6_prefix(const struct sim_client *client);
/* Any bytes, as an IPv6 packet to the router. */
void sim_ipv6_send(struct sim_client *client, const uint8_t *packet, size_t len);
void sim_ipv6_tick(struct sim_client *client);
uint64_t sim_ipv6_deadline(const struct sim_client *client);

/* ---- sim.c: all of it ---- */

struct sim_setup {
	const char *config; /* YAML */
	unsigned clients;
	uint32_t max_sessions;
	struct sim_quality quality;
	uint32_t grace_max_ms;
	const struct tp_aaa_source_ops
		*source; /* asked before the secrets, with the sim; or NULL */
};

struct sim {
	uint64_t now_ms;
	uint64_t checked_ms;
	uint32_t check_every_ms;    /* sim_check() */
	struct tp_random random;    /* of what happens */
	struct tp_random ac_random; /* of the engine */
	struct tp_config *config;
	uint32_t max_sessions;
	const struct tp_aaa_source_ops *source;
	struct tp_aaa *aaa;
	struct tp_aaa_local *secrets;
	struct tp_pool_registry *pools;
	struct tp_pool6_registry *pools6;
	struct tp_ac *ac;
	struct sim_wire wire;
	struct sim_plane plane;
	struct sim_journal journal;
	bool journals;		     /* the engine's events go into it */
	uint32_t starts;	     /* of the engine */
	unsigned refused;	     /* rows, by the last start */
	char refusal[520];	     /* the last */
	struct tp_timer_wheel wheel; /* the clients' */
	struct tp_ipv6_counters host_counters;
	struct sim_client **clients;
	unsigned client_count;
	unsigned events[TP_AC_EVENT_KINDS];
	unsigned discovery_refused[TP_PPPOE_REASON_COUNT];
	char last_event[TP_AC_EVENT_TEXT];
	char auth_event[TP_AC_EVENT_TEXT];    /* the last TP_AC_AUTH_FAILED */
	char address_event[TP_AC_EVENT_TEXT]; /* the last TP_AC_NO_ADDRESS */
	bool verbose;			      /* TP_SIM_VERBOSE: events on stderr */
	/* Hears of each event; or NULL. */
	void (*listener)(void *listening, const struct tp_ac_event *event);
	void *listening;
};

/* The configuration that most scenarios use: server "internet" on ether3, every user by the name
 * of its number ("user7", password "secret7"), a pool of 2,000 addresses. */
char *sim_default_config(unsigned users);

struct sim *sim_create(const struct sim_setup *setup, uint64_t seed);
/* Room for four sessions of each client. CONFIG is freed. */
struct sim *sim_city(unsigned clients, char *config, const struct sim_quality *quality,
		     uint64_t seed);
/* Checks everything once more, and that nothing leaks. */
void sim_destroy(struct sim *sim);
/* Puts all pools and servers of the configuration into the engine. */
void sim_apply_config(struct sim *sim);
/* In place of the configuration before, for the next start. */
void sim_load(struct sim *sim, const char *text);
const struct tp_config_server *sim_server(struct sim *sim, const char *service);
/* Puts SERVER, of the configuration or changed by the caller, into the engine. */
void sim_server_put(struct sim *sim, const struct tp_config_server *server);
const struct tp_access *sim_access(void);

/* The daemon dies, and LAG_MS of its journal with it; what is sent to it meanwhile is lost; after
 * DOWN_MS another one goes on. */
void sim_crash(struct sim *sim, uint64_t lag_ms, uint64_t down_ms);

/* All clients want to be up, each from a moment WITHIN_MS on. */
void sim_dial_all(struct sim *sim, uint32_t within_ms);

void sim_run(struct sim *sim, uint64_t for_ms);
/* Runs until every client that is wanted is up, at most for LIMIT_MS; how long it took. */
uint64_t sim_run_until_all_up(struct sim *sim, uint64_t limit_ms);
unsigned sim_clients_in(const struct sim *sim, enum sim_client_state state);
unsigned sim_sessions_up(const struct sim *sim);
uint64_t sim_ended(const struct sim *sim, enum tp_end_reason reason);

/* Everybody goes, in peace; after it not one session, address or slot may be left. */
void sim_wind_down(struct sim *sim);

/* ---- check.c ---- */

/* What must hold at any moment. */
void sim_check(struct sim *sim);
/* Those who are up agree with the engine about it. */
void sim_check_agreement(struct sim *sim);
/* Nothing is left of anyone. */
void sim_check_empty(struct sim *sim);

/* ---- seeds.c ---- */

/* Runs SCENARIO with each of the seeds, with that of TP_SIM_SEED, or with 1 … TP_SIM_SEEDS. */
void sim_for_each_seed(void (*scenario)(uint64_t seed));
