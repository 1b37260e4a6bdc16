/* SPDX-License-Identifier: BSD-3-Clause */
/* /system/drain: subscribers are to come up elsewhere, of a server, of a port, or all. Who dials in
 * anew is not answered; who is up stays, or is ended, so many a second, to dial in again. A drain
 * ends when it is stopped, or with the daemon: a start serves everybody. Control thread. */
#pragma once

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "api/menus.h"
#include "session/session.h"

struct tp_control;

struct tp_drain {
	uint64_t id;
	struct tp_ac_drain what;
	char server[320], port[64]; /* their names; "": any */
	uint32_t rate;		    /* sessions a second that are ended; 0: none */
	uint64_t wall_ms;	    /* when it began */
	uint64_t ended;		    /* sessions, so far */
	uint64_t looked_ms;
	uint64_t credit_ms; /* since when the rate has not been made use of */
	uint32_t from_slot; /* the pass over all lines goes on there */
	uint32_t seen;	    /* that stand, in this pass */
	uint32_t left;	    /* in the last whole one */
	bool whole;	    /* there was one */
	bool done;	    /* nobody is left, which has been told */
};

struct tp_drains {
	struct tp_drain drain[TP_AC_DRAINS_MAX];
	unsigned count;
	uint64_t last_id;
	uint64_t ended; /* sessions, of all drains */
};

extern const struct tp_live tp_live_drain;

/* Of a turn of the loop; true: there is more to do. */
bool tp_drain_turn(struct tp_control *c);

void tp_drain_samples(const struct tp_control *c, json_t *array);

/* For struct tp_verb. */
enum tp_api_command tp_verb_drain_start(void *user, struct tp_request *request);
enum tp_api_command tp_verb_drain_stop(void *user, struct tp_request *request);

#define TP_DRAIN_BODY                                                                              \
	"`{\"server\": \"isp@ether3\"}`, `{\"port\": \"ether3\"}`, both, or `{\"all\": true}`; "   \
	"and `\"rate\"`"
#define TP_DRAIN_HELP                                                                              \
	"nobody new is answered there: no PADO, no PADS; with `rate`, so many sessions a second "  \
	"are ended, to dial in elsewhere, else they stay as long as they like; answers the "       \
	"drain's `ret`, its `.id`. `/system/drain` shows how far it is; a restart ends it"
#define TP_DRAIN_STOP_HELP "ends all drains: who dials in is answered again; `remove` ends one"
