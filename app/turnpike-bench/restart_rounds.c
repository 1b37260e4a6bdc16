/* SPDX-License-Identifier: BSD-3-Clause */
#include "restart_rounds.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define STOOD_US     1000000
#define RETRY_US     5000
#define RESOLVE_US   20000
#define LOOK_US	     50000
#define ALL_WITHIN_S 30 /* plus what one turn of packets takes */
#define CALM_US	     1500000
#define RANDOM_US    3000000

/* What is known of a subscriber from before the signal. */
struct before {
	uint32_t dials, renewals;
	bool up;
	bool stood; /* for a second already */
};

struct rig {
	const struct restart_options *o;
	struct own_server *server;
	struct city *city;
	struct core_side *core;
	struct trial_rig trial;
	struct trial_result *counts; /* of the packets since the last start */
	uint64_t turn[TRIAL_DIRECTIONS];
	struct before *before;
	bool joined; /* there is a daemon at the other end of both ports */
	uint64_t joined_us, retry_us, resolve_us;
	uint64_t churned_us; /* churn is done up to here; 0: nobody hangs up now */
	uint64_t begun_us;   /* of the curve */
	uint64_t counted[TRIAL_DIRECTIONS];
	struct restart_result *result;
};

/* ---- the wire -------------------------------------------------------------------------------- */

static void leave(struct rig *rig)
{
	rig_port_pause(rig->city->port);
	rig_port_pause(rig->core->port);
	rig->joined = false;
}

/* When the daemon is back, and its core side has told its address, packets go on. */
static void look_for_daemon(struct rig *rig)
{
	struct core_side *core = rig->core;

	if (rig->joined || rig->city->now_us < rig->retry_us)
		return;
	rig->retry_us = rig->city->now_us + RETRY_US;
	if (!own_server_listens(rig->server))
		return;
	if (!rig_port_resume(rig->city->port) || !rig_port_resume(core->port))
		return;
	if (!core_side_is_resolved(core)) {
		if (rig->city->now_us >= rig->resolve_us) {
			core_side_resolve(core);
			rig->resolve_us = rig->city->now_us + RESOLVE_US;
		}
		return;
	}
	rig->joined = true;
	rig->joined_us = rig->city->now_us;
	memset(rig->turn, 0, sizeof(rig->turn));
}

static uint64_t received(const struct rig *rig, int direction)
{
	uint64_t sum = 0;

	for (int f = 0; rig->trial.result != NULL && f < PACKET_FAMILIES; f++)
		sum += rig->counts->count[direction][f].stream.received;
	return sum;
}

static void plot(struct rig *rig)
{
	struct restart_result *result = rig->result;
	uint64_t step = (rig->city->now_us - rig->begun_us) / RESTART_STEP_US;

	if (rig->trial.result == NULL || step >= RESTART_STEP_MAX)
		return;
	for (int d = 0; d < TRIAL_DIRECTIONS; d++) {
		uint64_t now = received(rig, d);

		result->steps[step][d] += (uint32_t)(now - rig->counted[d]);
		rig->counted[d] = now;
	}
	result->step_count = (unsigned)step + 1;
}

static void churn(struct rig *rig)
{
	uint64_t due = (rig->city->now_us - rig->churned_us) * rig->o->trial.churn_rate / 1000000;

	if (rig->churned_us == 0 || due == 0)
		return;
	city_churn(rig->city, rig->o->measured, (uint32_t)due);
	rig->churned_us = rig->city->now_us;
}

static void work(struct rig *rig)
{
	look_for_daemon(rig);
	if (rig->joined && rig->trial.result != NULL)
		trial_send_due(&rig->trial, &rig->o->trial,
			       (double)(rig->city->now_us - rig->joined_us) / 1e6, rig->turn);
	churn(rig);
	city_work(rig->city);
	core_side_work(rig->core);
	plot(rig);
}

static void work_for(struct rig *rig, uint64_t us)
{
	uint64_t end = rig->city->now_us + us;

	while (rig->city->now_us < end)
		work(rig);
}

/* ---- a restart ------------------------------------------------------------------------------- */

/* Packets are counted anew. */
static void begin_count(struct rig *rig)
{
	if (rig->trial.result != NULL)
		trial_end(&rig->trial, rig->counts);
	trial_begin(&rig->trial, rig->counts);
	memset(rig->counted, 0, sizeof(rig->counted));
}

static void remember(struct rig *rig, struct restart_round *round)
{
	for (uint32_t i = 0; i < rig->o->common.city.count; i++) {
		struct subscriber *s = &rig->city->subscribers[i];
		bool up = s->state == SUBSCRIBER_UP;
		bool stood = up && !s->is_doubtful && s->up_us + STOOD_US <= rig->city->now_us;

		rig->before[i] = (struct before){
			.dials = s->dials, .renewals = s->renewals, .up = up, .stood = stood};
		s->is_doubtful = up && !stood;
		round->stood += stood;
	}
}

static bool is_lost(const struct rig *rig, uint32_t i)
{
	const struct subscriber *s = &rig->city->subscribers[i];

	return s->state != SUBSCRIBER_UP || s->dials != rig->before[i].dials;
}

static bool has_come(const struct rig *rig, int direction, uint32_t i)
{
	for (int f = 0; f < PACKET_FAMILIES; f++)
		if (rig->o->trial.families[f] && rig->trial.flows[direction][f][i].next == 0)
			return false;
	return true;
}

/* Has a packet come each way in each family, or, where none are sent, IPv4 come up again? */
static bool is_heard(const struct rig *rig, uint32_t i)
{
	struct subscriber *s = &rig->city->subscribers[i];

	if (s->is_encrypted)
		return s->renewals != rig->before[i].renewals;
	if (!has_come(rig, TRIAL_UP, i))
		return false;
	s->is_doubtful = false;
	return has_come(rig, TRIAL_DOWN, i);
}

/* Who came up in the last moment may be lost, but is to know it. */
static void judge(struct rig *rig, struct restart_round *round)
{
	round->lost = round->silent = round->renewed = 0;
	for (uint32_t i = 0; i < rig->o->common.city.count; i++) {
		if (!rig->before[i].up)
			continue;
		if (is_lost(rig, i))
			round->lost += rig->before[i].stood;
		else
			round->silent += !is_heard(rig, i);
		round->renewed += rig->city->subscribers[i].renewals != rig->before[i].renewals;
	}
}

static double since(const struct rig *rig, uint64_t us)
{
	return (double)(rig->city->now_us - us) / 1e6;
}

/* Until each has forwarded something, or long after each should have. */
static void watch(struct rig *rig, struct restart_round *round, uint64_t start_us)
{
	uint64_t turn_s = 1 + 2ull * rig->o->common.city.count / rig->o->trial.rate;
	uint64_t end_us = start_us + (ALL_WITHIN_S + turn_s) * 1000000, look_us = 0;

	round->first_s = round->all_s = -1;
	while (rig->city->now_us < end_us && round->all_s < 0) {
		work(rig);
		if (round->first_s < 0 && received(rig, TRIAL_UP) + received(rig, TRIAL_DOWN) > 0)
			round->first_s = since(rig, start_us);
		if (round->first_s < 0 || rig->city->now_us < look_us)
			continue;
		look_us = rig->city->now_us + LOOK_US;
		judge(rig, round);
		if (round->silent == 0)
			round->all_s = since(rig, start_us);
	}
}

static void end_round(struct rig *rig, struct restart_round *round)
{
	judge(rig, round);
	round->doubled = city_duplicate_addresses(rig->city);
	for (int d = 0; d < TRIAL_DIRECTIONS; d++)
		for (int f = 0; f < PACKET_FAMILIES; f++) {
			round->wrong += rig->counts->count[d][f].stream.wrong_session;
			round->duplicates += rig->counts->count[d][f].stream.duplicates;
		}
}

/* The ports go off the wire in the moment after the signal: the driver, on a thread of its own,
 * would take away the memory that they look into. */
static bool restart(struct rig *rig, struct restart_round *round)
{
	uint64_t signal_us = rig->city->now_us, start_us;

	rig->churned_us = 0;
	round->at_s = since(rig, rig->begun_us);
	remember(rig, round);
	kill(rig->server->pid, rig->o->term ? SIGTERM : SIGKILL);
	leave(rig);
	memset(rig->core->resolved, 0, sizeof(rig->core->resolved));
	own_server_end(rig->server, 0);
	begin_count(rig);
	city_work(rig->city);
	start_us = rig->city->now_us;
	round->started_s = (double)(start_us - signal_us) / 1e6;
	if (!own_server_again(rig->server))
		return false;
	watch(rig, round, start_us);
	end_round(rig, round);
	return round->first_s >= 0;
}

/* ---- all of it ------------------------------------------------------------------------------- */

static bool dial_all(struct rig *rig)
{
	const struct city_options *common = &rig->o->common;
	struct city *city = rig->city;
	uint64_t end = city->now_us + (uint64_t)common->timeout_s * 1000000;

	while ((city->in_state[SUBSCRIBER_UP] < common->city.count || !rig->joined) &&
	       city->now_us < end) {
		city_dial(city);
		work(rig);
	}
	if (city->in_state[SUBSCRIBER_UP] < common->city.count)
		fprintf(stderr, "turnpike-bench: only %u of %u subscribers are up\n",
			city->in_state[SUBSCRIBER_UP], common->city.count);
	return rig->joined && city->in_state[SUBSCRIBER_UP] > 0;
}

static void run_rounds(struct rig *rig)
{
	struct restart_result *result = rig->result;

	rig->begun_us = rig->city->now_us;
	begin_count(rig);
	while (result->count < rig->o->restarts) {
		rig->churned_us = rig->city->now_us;
		work_for(rig, CALM_US + tp_random_below(&rig->city->random, RANDOM_US));
		if (!restart(rig, &result->rounds[result->count++]))
			break;
	}
	work_for(rig, CALM_US);
	trial_end(&rig->trial, rig->counts);
}

static bool allocate(struct rig *rig)
{
	rig->before = calloc(rig->o->common.city.count, sizeof(*rig->before));
	rig->counts = calloc(1, sizeof(*rig->counts));
	rig->result->rounds = calloc(rig->o->restarts, sizeof(*rig->result->rounds));
	return rig->before != NULL && rig->counts != NULL && rig->result->rounds != NULL;
}

bool restart_run(const struct restart_options *options, struct own_server *server,
		 struct city *city, struct core_side *core, struct restart_result *result)
{
	struct rig rig = {
		.o = options, .server = server, .city = city, .core = core, .result = result};
	bool done = false;

	if (trial_rig_init(&rig.trial, city, core, options->common.city.count) != 0)
		return false;
	if (allocate(&rig) && dial_all(&rig)) {
		run_rounds(&rig);
		done = true;
	}
	trial_rig_clear(&rig.trial);
	free(rig.before);
	free(rig.counts);
	return done;
}
