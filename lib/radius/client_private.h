/* SPDX-License-Identifier: BSD-3-Clause */
/* What the parts of the client share. Private to lib/radius.
 *
 *	client		has servers, by id
 *	server		has counters and health, and one place, the current one; and those that it
 *			left, until nothing is on its way to them
 *	place		where it is to be found: addresses, secret; two lanes
 *	lane		authentication or accounting: sockets, identifiers, requests that wait
 *	socket		256 slots
 *	slot		an identifier; in use it belongs to a request, which may have several */
#pragma once

#include <sys/queue.h>
#include <uthash.h>

#include "base/clock.h"
#include "base/timer.h"
#include "radius/authenticator.h"
#include "radius/client.h"

#define SLOTS		  256
#define REST_ANSWERED_MS  1000
#define REST_ABANDONED_MS 10000
#define SOCKET_IDLE_MS	  60000
#define OPEN_AGAIN_MS	  1000 /* after a socket could not be opened */
#define LOSSES_MAX	  3    /* connections that may break under one request */

struct lane;

struct slot {
	TAILQ_ENTRY(slot) free; /* while it rests, or is fresh */
	LIST_ENTRY(slot) mine;	/* while it belongs to a request */
	struct tp_radius_socket *socket;
	struct tp_radius_request *request; /* NULL: it is free */
	uint64_t ready_ms;		   /* until when it rests */
	uint64_t sent_ms;
	uint8_t authenticator[TP_RADIUS_AUTHENTICATOR_LEN]; /* of who used it last */
	uint8_t id;
	bool used;
	bool abandoned; /* it rests in that queue */
};

TAILQ_HEAD(slot_queue, slot);
LIST_HEAD(slot_list, slot);
TAILQ_HEAD(socket_queue, tp_radius_socket);
TAILQ_HEAD(request_queue, tp_radius_request);
TAILQ_HEAD(lane_queue, lane);
LIST_HEAD(request_list, tp_radius_request);
LIST_HEAD(place_list, place);

struct tp_radius_socket {
	TAILQ_ENTRY(tp_radius_socket) entry;
	struct lane *lane;
	void *handle;
	struct tp_timer idle;
	uint64_t used_ms;
	unsigned busy; /* slots in use */
	struct slot slots[SLOTS];
};

struct lane {
	struct place *place;
	enum tp_radius_service service;
	struct socket_queue sockets;
	unsigned socket_count;
	/* Those that rest, the first of each has rested longest: answered (and fresh), abandoned.
	 */
	struct slot_queue answered, abandoned;
	struct request_queue waiting;
	unsigned waiting_count;
	unsigned pending;   /* requests on their way */
	uint64_t broken_ms; /* no socket could be opened: not before then */
	bool listed;	    /* in the client's list of lanes to be drained */
	TAILQ_ENTRY(lane) drain;
};

struct place {
	LIST_ENTRY(place) entry; /* of the client's, once it is left */
	struct server *server;
	struct tp_radius_server config; /* with a secret of its own, and … */
	struct tp_radius_secret secret; /* … this is made of it */
	struct lane lanes[TP_RADIUS_SERVICES];
	unsigned holds; /* slots in use, requests that wait, calls under way */
	bool left;
};

struct health {
	unsigned fails; /* in a row */
	unsigned probes;
	uint64_t heard_ms;
	uint64_t until_ms;
	bool dead;
};

struct server {
	UT_hash_handle hh;
	struct tp_radius_client *client;
	uint32_t id;
	struct place *current; /* NULL: removed */
	unsigned places;
	struct health health[TP_RADIUS_SERVICES];
	struct tp_radius_counters counters[TP_RADIUS_SERVICES]; /* without the gauges */
};

struct tp_radius_request {
	LIST_ENTRY(tp_radius_request) entry;   /* all of the client's */
	TAILQ_ENTRY(tp_radius_request) queued; /* while it waits */
	struct tp_timer timer;
	struct tp_radius_client *client;
	struct lane *lane;	/* to which it is put; NULL only inside of calls */
	struct slot *current;	/* of that lane; NULL: it waits, or its socket was lost */
	struct slot_list slots; /* all, those of lanes given up as well */
	void (*done)(void *owner, const struct tp_radius_outcome *outcome);
	uint32_t (*delay_s)(void *owner, uint64_t now_ms);
	void *owner;
	uint32_t servers[TP_RADIUS_ORDER_MAX];
	uint8_t server_count;
	uint8_t at; /* the one in SERVERS that it is put to */
	uint8_t service;
	uint8_t tries;
	uint8_t losses;
	bool waiting;
	bool pending; /* counted in the lane's */
	bool probing; /* counted in the server's health */
	bool asked;   /* that server, once at least */
	bool sent;    /* to anyone */
	uint16_t len;
	uint16_t delay_at; /* the value of Acct-Delay-Time, from the first byte; 0: it stays */
	struct tp_radius_offsets offsets; /* of what is filled in when it is signed */
	uint8_t *signed_bytes;		  /* as they are sent */
	uint8_t bytes[];		  /* as they were built; then the others */
};

struct tp_radius_client {
	struct tp_radius_client_config config;
	struct tp_timer_wheel wheel;
	struct server *servers; /* by id */
	struct place_list left;
	struct request_list requests;
	struct lane_queue drain; /* lanes whose waiting requests must look for another */
	struct tp_radius_refusals refusals;
	uint32_t waiting;
	bool closing; /* nothing is sent any more */
	bool reap;    /* of the places that were left, one may be done with */
	bool more;    /* the last tick did not come to its end */
};

static inline struct server *tp_radius_server_of(const struct lane *lane)
{
	return lane->place->server;
}

static inline struct tp_radius_client *tp_radius_client_of(const struct lane *lane)
{
	return lane->place->server->client;
}

static inline struct tp_radius_counters *tp_radius_counters_of(const struct lane *lane)
{
	return &lane->place->server->counters[lane->service];
}

static inline struct health *tp_radius_health_of(const struct lane *lane)
{
	return &lane->place->server->health[lane->service];
}

static inline void tp_radius_place_release(struct place *place)
{
	if (--place->holds == 0 && place->left)
		place->server->client->reap = true;
}

/* slots.c */
/* An identifier for REQUEST at LANE; NULL: there is none now. */
struct slot *tp_radius_slot_take(struct lane *lane, struct tp_radius_request *request,
				 uint64_t now_ms);
/* It belongs to no request any more, and rests. */
void tp_radius_slot_release(struct slot *slot, bool answered, uint64_t now_ms);
/* None of its slots is in use. */
void tp_radius_socket_close(struct tp_radius_socket *socket);

/* health.c */
/* Something valid came; a request was not answered. */
void tp_radius_health_heard(struct lane *lane, uint64_t now_ms);
void tp_radius_health_failed(struct lane *lane, uint64_t now_ms);
/* May LANE be asked by who is no probe? */
bool tp_radius_lane_usable(const struct lane *lane, uint64_t now_ms);
/* The lane for REQUEST among its servers from the FROM-th on, which is noted in it; NULL: none. */
struct lane *tp_radius_choose(struct tp_radius_request *request, unsigned from, uint64_t now_ms);

/* servers.c */
struct server *tp_radius_server_find(const struct tp_radius_client *client, uint32_t id);
void tp_radius_lane_drain_later(struct lane *lane);
/* Frees the places that are done with. */
void tp_radius_reap(struct tp_radius_client *client);
void tp_radius_servers_destroy(struct tp_radius_client *client);

/* requests.c */
/* It is over: freed, and told OUTCOME, unless that is NULL. ANSWERED: the slot that was. */
void tp_radius_request_end(struct tp_radius_request *request, struct slot *answered,
			   const struct tp_radius_outcome *outcome, uint64_t now_ms);
/* Sends of what waits as much as can be. */
void tp_radius_lane_feed(struct lane *lane, uint64_t now_ms);
/* What waits at LANE, which can't be asked, looks for another; at most LIMIT, returns how many. */
unsigned tp_radius_lane_drain(struct lane *lane, uint64_t now_ms, unsigned limit);
void tp_radius_request_timer(struct tp_timer *timer, uint64_t now_ms);
