/* SPDX-License-Identifier: BSD-3-Clause */
#include "control/radius/records.h"

#include <errno.h>
#include <stdlib.h>

#include "base/log.h"
#include "control/radius/records_private.h"

#define SEND_SLICE    256
#define INTERIM_SLICE 256
#define BACKLOG_MS    30000  /* that what waited from before may hold up the rest, after it began */
#define ON_MS	      300000 /* that Accounting-On may, */
#define ON_OTHERS_MS  5000   /* when one group of servers has it, and others are silent */

static void usage(void *owner, const struct tp_line *line, struct tp_session_counters *u)
{
	struct tp_control_accounting *a = owner;

	tp_dataplane_session_counters(a->c->dp, tp_line_slot(line), u);
}

/* ---- the configuration ---- */

int tp_control_accounting_create(struct tp_control *c, struct tp_control_accounting **out)
{
	struct tp_control_accounting *a = calloc(1, sizeof(*a));

	*out = a;
	if (a == NULL)
		return -ENOMEM;
	a->c = c;
	a->last_orphan = &a->orphans;
	a->queue = tp_record_queue_create(&(struct tp_record_queue_setup){
		.send = tp_control_accounting_send, .owner = a, .max_bytes = UINT64_MAX});
	return a->queue != NULL ? 0 : -ENOMEM;
}

void tp_control_accounting_destroy(struct tp_control_accounting *a)
{
	if (a == NULL)
		return;
	tp_accounting_destroy(a->sessions);
	tp_record_queue_destroy(a->queue);
	tp_record_store_close(a->store);
	tp_control_accounting_forget_flights(a);
	free(a);
}

/* The engine of sessions is there by the first time. */
static bool has_engine(struct tp_control_accounting *a)
{
	if (a->sessions == NULL)
		a->sessions = tp_accounting_create(
			&(struct tp_accounting_setup){
				.ac = a->c->ac,
				.queue = a->queue,
				.random = &a->c->random,
				.wanted = tp_control_accounting_wanted,
				.usage = usage,
				.unix_s = tp_control_accounting_wall_s,
				.owner = a,
			},
			a->c->now_ms);
	return a->sessions != NULL;
}

static bool has_server(struct tp_control_accounting *a, const struct tp_config_ppp_aaa *aaa)
{
	bool wants = aaa->use_radius && aaa->accounting,
	     has = tp_control_accounting_wanted(a, NULL, NULL);

	if (wants && !has && !a->told_none)
		tp_log_warning("radius",
			       "no RADIUS server has service=ppp: there is no accounting");
	a->told_none = wants && !has;
	return has;
}

static void set_gate(struct tp_control_accounting *a, enum gate gate, uint64_t only_before)
{
	a->gate = (uint8_t)gate;
	a->gate_ms = a->c->now_ms;
	tp_record_queue_only_before(a->queue, only_before);
}

void tp_control_accounting_apply(struct tp_control *c)
{
	struct tp_control_accounting *a = c->radius->accounting;
	const struct tp_config_ppp_aaa *aaa = (const void *)tp_config_first(c->config, TP_PPP_AAA);
	const struct tp_accounting_settings settings = {
		.enabled = has_server(a, aaa) && aaa->use_radius && aaa->accounting,
		.interim_s = aaa->interim_update,
		.nas = *tp_radius_source_nas(c->radius->source),
	};
	const bool first = settings.enabled && !a->opened;
	bool on;

	if (!has_engine(a)) {
		tp_log_error("radius", "out of memory: there is no accounting");
		return;
	}
	if (first)
		tp_control_accounting_begin(a, aaa);
	tp_record_queue_set_max_bytes(a->queue, aaa->queue_size);
	tp_record_queue_wake(a->queue);
	on = first && a->going_on == 0; /* by that a server would close them all */
	if (on) {
		a->gate_seq = tp_record_queue_next_seq(a->queue);
		set_gate(a, GATE_BACKLOG, a->gate_seq);
	} else if (first) {
		set_gate(a, GATE_OPEN, 0);
	}
	tp_accounting_set(a->sessions, &settings, on, c->now_ms);
}

void tp_control_accounting_wake(struct tp_control *c)
{
	tp_record_queue_wake(c->radius->accounting->queue);
}

/* ---- the loop ---- */

void tp_control_accounting_event(struct tp_control *c, const struct tp_ac_event *event)
{
	if (c->radius->accounting->sessions != NULL)
		tp_accounting_event(c->radius->accounting->sessions, event);
}

void tp_control_accounting_changed(struct tp_control *c, const struct tp_line *line)
{
	struct tp_session_info info;

	tp_line_info(line, &info);
	/* As when it has come up again, for what may be different since. */
	tp_control_accounting_event(c, &(struct tp_ac_event){
					       .kind = TP_AC_SESSION_UP,
					       .now_ms = c->now_ms,
					       .line = line,
					       .info = &info,
				       });
}

/* What comes first has gone, or held up the rest for long enough. */
static void move_gate(struct tp_control_accounting *a)
{
	const uint64_t for_ms = a->c->now_ms - a->gate_ms;
	const bool first = tp_record_queue_oldest(a->queue) >= a->gate_seq;

	switch (a->gate) {
	case GATE_BACKLOG:
		if (first || for_ms > BACKLOG_MS)
			set_gate(a, GATE_ON, a->gate_seq + 1);
		break;
	case GATE_ON:
		if (!tp_record_queue_waits(a->queue, a->gate_seq) || for_ms > ON_MS ||
		    (for_ms > ON_OTHERS_MS && a->whole.seq == a->gate_seq &&
		     a->whole.told_count > 0))
			set_gate(a, GATE_OPEN, 0);
		break;
	case GATE_STOPS:
		if (first)
			set_gate(a, GATE_OPEN, 0);
		break;
	default:
		break;
	}
}

bool tp_control_accounting_turn(struct tp_control *c)
{
	struct tp_control_accounting *a = c->radius->accounting;
	bool work = false;

	if (a->sessions == NULL || !a->opened)
		return false;
	if (a->store != NULL)
		tp_record_store_poll(a->store, a->queue, c->now_ms);
	work |= tp_accounting_tick(a->sessions, c->now_ms, INTERIM_SLICE);
	move_gate(a);
	work |= tp_record_queue_tick(a->queue, c->now_ms, SEND_SLICE);
	return work;
}

bool tp_control_accounting_at_rest(struct tp_control *c)
{
	struct tp_control_accounting *a = c->radius->accounting;

	return a->sessions == NULL || !a->opened || a->store != NULL ||
	       tp_record_queue_counters(a->queue)->waiting == 0;
}

bool tp_control_accounting_closed(struct tp_control *c)
{
	struct tp_control_accounting *a = c->radius->accounting;

	if (a->sessions == NULL || !a->opened)
		return true;
	if (!a->closing) {
		a->gate_seq = tp_record_queue_next_seq(a->queue);
		set_gate(a, GATE_STOPS, a->gate_seq);
		tp_accounting_off(a->sessions, c->now_ms);
		tp_control_accounting_drop_superseded(a);
	}
	a->closing = true;
	return tp_record_queue_counters(a->queue)->waiting == 0;
}

/* ---- what operators see ---- */

void tp_control_accounting_numbers(struct tp_control *c, struct tp_control_accounting_numbers *n)
{
	struct tp_control_accounting *a = c->radius->accounting;
	uint32_t now_s = tp_control_accounting_wall_s(NULL);

	*n = (struct tp_control_accounting_numbers){
		.sessions = a->sessions != NULL ? tp_accounting_standing(a->sessions) : 0,
		.lost = a->sessions != NULL ? tp_accounting_lost(a->sessions) : 0,
		.on_disk = a->store != NULL,
		.queue = *tp_record_queue_counters(a->queue),
	};
	if (n->queue.oldest_unix_s != 0 && now_s > n->queue.oldest_unix_s)
		n->oldest_s = now_s - n->queue.oldest_unix_s;
	if (a->store != NULL)
		n->store = tp_record_store_counters(a->store);
}
