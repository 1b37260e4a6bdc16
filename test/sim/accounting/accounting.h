/* SPDX-License-Identifier: BSD-3-Clause */
/* Accounting on a virtual clock: a daemon's own accounting, queue and RADIUS client (daemon.c), a
 * store that outlives it (disk.c), servers with outages behind a network that loses, repeats and
 * reorders (servers.c), and an oracle that knows what really happened and reads what the servers
 * are told (ledger.c). Who dials in is the scenario's: town.c has clients with real engines of PPP,
 * year.c a city of sessions that cost next to nothing. */
#pragma once

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "accounting/sessions.h"
#include "accounting/store.h"
#include "radius/client.h"

#define MINUTE_MS  UINT64_C(60000)
#define HOUR_MS	   (60 * MINUTE_MS)
#define DAY_MS	   (24 * HOUR_MS)
#define UNIX_BEGIN 1700000000u

struct world {
	uint64_t now_ms;
	struct tp_random *random;	 /* of what happens */
	struct tp_random *daemon_random; /* of the daemon */
};

extern struct world world;

uint32_t world_random_below(uint32_t bound);
uint32_t world_unix_s(void *owner);

/* ---- ledger.c ---- */

/* A session of GROUP (a subscriber, a client) has come up; more than once is fine. */
void ledger_up(uint64_t session);
/* Its counters were read for a record. */
void ledger_read_usage(uint64_t session, uint64_t octets);
void ledger_ended(uint64_t session, uint64_t octets);
/* kill -9: whatever STANDS not afterwards (NULL: none does) has ended, and nobody has seen it. A
 * session that had ended may stand again. */
void ledger_crash(bool (*stands)(uint64_t session));
/* A record of a session is on disk, or where the next daemon finds it. */
void ledger_kept(const uint8_t *bytes, size_t len);
/* An Accounting-Request that a server has believed. */
void ledger_record(const struct tp_radius_packet *packet);

struct ledger_sum {
	unsigned sessions, interims, repetitions, unseen, begun, finished;
	unsigned unknown;  /* sessions of a last moment, of which no server has heard */
	unsigned revenant; /* times that one stood again that had ended */
	uint64_t octets;
};

/* All have ended, and servers have been told all of it: each session, but for those that ended with
 * the daemon before anything of them was on disk, has one Start and one Stop, and its octets are
 * those that went through it. */
void ledger_check(struct ledger_sum *sum);
void ledger_clear(void);

/* How much goes out for each byte that comes in. */
#define LEDGER_OUT_TIMES 5

/* ---- servers.c ---- */

struct servers_sum {
	unsigned outages, blackouts, changes, strangers;
};

/* All are up, and in the configuration. */
void servers_create(void);
void servers_clear(struct servers_sum *sum);
/* From now on nothing fails any more, and nothing is lost. */
void servers_calm(void);
/* Is there one that would answer? */
bool servers_answer(void);
/* Those of the configuration, in order. */
unsigned servers_ids(uint32_t ids[TP_RADIUS_ORDER_MAX]);
/* Puts the configured servers into a daemon's client, and takes the others out. */
void servers_configure(struct tp_radius_client *client);
/* An operator gives one another secret or address, takes one away or brings it back. */
void servers_change(struct tp_radius_client *client);
/* Outages begin and end, and what is on its way arrives. */
void servers_tick(struct tp_radius_client *client);
uint64_t servers_next(void);

extern const struct tp_radius_client_ops servers_ops;

/* ---- disk.c ---- */

extern const struct tp_record_store_ops disk_ops;

/* BACKLOG: what was ordered and is not written yet outlives the daemon. */
void disk_create(bool backlog);
void disk_clear(void);
/* What was ordered long enough ago is written, and what was asked for is there. */
void disk_turn(struct tp_record_queue *queue);
uint64_t disk_next(void);
/* What a daemon finds: records that wait, and sessions that stood, each of which is told to have
 * ended unless it GOES_ON. IS_OVER: its Stop waits. */
void disk_restore(struct tp_record_queue *queue, bool (*goes_on)(uint64_t session),
		  void (*is_over)(uint64_t session));
/* The daemon is no more: what it ordered last is lost, if it has no backlog. */
void disk_cut(void);
void disk_check_empty(void);

/* ---- daemon.c ---- */

struct daemon_setup {
	const struct tp_ac *ac;
	uint32_t interim_s;
	/* Octets that came in by S. */
	uint64_t (*octets)(const struct tp_line *line, uint64_t *session);
	/* What stands of before; NULL: nothing does. */
	const struct tp_line *(*find)(uint64_t session);
	/* It had ended: it does so again. */
	void (*end)(const struct tp_line *line);
};

void daemon_start(const struct daemon_setup *setup);
void daemon_stop(void);
void daemon_event(const struct tp_ac_event *event);
/* Accounting-Off. */
void daemon_off(void);
/* All that is due. */
void daemon_turn(void);
uint64_t daemon_next(void);
/* An operator changes servers. */
void daemon_change_servers(void);
uint64_t daemon_waiting(void);
void daemon_check_idle(void);
