/* SPDX-License-Identifier: BSD-3-Clause */
/* What has happened to subscribers (lib/history), fed by the engine's events and shown by
 * /ppp/subscriber. Control thread. */
#pragma once

#include "api/menus.h"
#include "history/history.h"

struct tp_config_change;
struct tp_control;

/* ---- feed.c ---- */

/* Its limits are what the configuration says; with the first call it begins. */
void tp_control_history_set(struct tp_control *c, const struct tp_config_change *change);
/* Writes what is left. */
void tp_control_history_end(struct tp_control *c);
void tp_control_history_event(struct tp_control *c, const struct tp_ac_event *event);
/* ops.refused */
void tp_control_history_refused(void *user, const struct tp_ac_refusal *refusal);
/* Of a turn of the loop; true: there is more to do. */
bool tp_control_history_turn(struct tp_control *c);
void tp_control_history_samples(struct tp_control *c, json_t *array);

/* ---- look.c: whom a text means ---- */

#define TP_LOOK_CALLERS 16
#define TP_LOOK_LINES	8

struct tp_look {
	const struct tp_caller *callers[TP_LOOK_CALLERS]; /* those who came first are left out when
							     there are more */
	unsigned caller_count;
	const struct tp_line *lines[TP_LOOK_LINES]; /* that stand */
	unsigned line_count;
};

/* TEXT: a user's name, a MAC address, an address or prefix of either family, a circuit-id or
 * remote-id; tried in this order. Goes through all callers: some milliseconds with 100,000 of them,
 * for the few questions that people ask. */
void tp_control_look(const struct tp_control *c, const char *text, struct tp_look *look);

/* ---- state.c: how he is now ---- */

/* Of a line that stands. */
json_t *tp_control_line_state(const struct tp_control *c, const struct tp_line *line);
/* Of who is not there. LAST: the last thing that happened, and to whom; NULL: nothing is known. */
json_t *tp_control_no_state(const struct tp_control *c, const char *text,
			    const struct tp_caller *caller, const struct tp_history_entry *last);
void tp_control_put_caller(json_t *o, const struct tp_caller *caller);
/* One line of CALLER's as a person reads it. */
void tp_control_entry_text(const struct tp_history_entry *e, char *text, size_t size);
/* Since 1970, as local time. */
void tp_control_put_time(json_t *o, const char *name, uint64_t wall_ms);

/* ---- why.c: POST /ppp/subscriber/why ---- */

#define TP_WHY_BODY                                                                                \
	"`{\"subscriber\":\"bob\"}`: a user's name, a MAC address, an address or prefix, a "       \
	"circuit-id or remote-id"
#define TP_WHY_HELP                                                                                \
	"a list: first how the subscriber is now, then the last things that happened to him, in "  \
	"order, each with its time, its reason and what to try; see "                              \
	"[Why is he offline?](why-offline.md). Whoever may read may ask"
extern const struct tp_status tp_why_answers[];
enum tp_api_command tp_control_why(void *user, struct tp_request *request);
