/* SPDX-License-Identifier: BSD-3-Clause */
/* turnpike-bench restart: a city stands, with traffic, and the daemon is killed and started again.
 */
#include <netinet/in.h>
#include <rte_cycles.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/ipv6_text.h"
#include "bench.h"
#include "city_options.h"
#include "own_server.h"
#include "restart_report.h"
#include "setup_report.h"
#include "trial.h"
#include "wire/ipv6.h"

#define CHURNERS     3 /* a hang-up a second: who hangs up is away for two seconds or so */
#define STOOD_US     1000000
#define RETRY_US     5000
#define RESOLVE_US   20000
#define LOOK_US	     50000
#define ALL_WITHIN_S 30 /* plus what one turn of packets takes */
#define CALM_US	     1500000
#define RANDOM_US    3000000

static const char usage[] =
	"usage: turnpike-bench restart [options]\n"
	"\n"
	"Dials subscribers to a Turnpike that it starts for that, sends packets between them and\n"
	"the core side while others hang up and come back, kills it at random moments and starts\n"
	"it again. Tells how long that took, and which sessions did not outlive it.\n"
	"\n" CITY_USAGE "  --restarts N        how often (10)\n"
	"  --term              end it by SIGTERM, as an upgrade does, and not by SIGKILL\n"
	"  --pps N             packets a second in each direction (20000)\n"
	"  --churn-rate N      sessions a second, of 3 N others, that hang up and come back (200)\n"
	"  --mppe N            of --sessions, so many insist on MPPE\n"
	"  --mp N              and so many others do MP over their one link\n"
	"  --radius            by RADIUS, with accounting, by a server that it starts as well\n"
	"  --radius-interim S  seconds from one interim update of a session to the next (60)\n";

struct options {
	struct city_options common;
	struct trial trial;
	struct radius_server_options radius_server;
	bool radius, term;
	unsigned restarts;
	uint32_t measured; /* --sessions; those who come and go are behind them */
};

enum {
	OPT_RESTARTS = OPT_OWN,
	OPT_TERM,
	OPT_PPS,
	OPT_CHURN_RATE,
	OPT_MPPE,
	OPT_MP,
	OPT_RADIUS,
	OPT_RADIUS_INTERIM
};

static const struct option long_options[] = {
	CITY_LONG_OPTIONS,
	{"restarts", required_argument, NULL, OPT_RESTARTS},
	{"term", no_argument, NULL, OPT_TERM},
	{"pps", required_argument, NULL, OPT_PPS},
	{"churn-rate", required_argument, NULL, OPT_CHURN_RATE},
	{"mppe", required_argument, NULL, OPT_MPPE},
	{"mp", required_argument, NULL, OPT_MP},
	{"radius", no_argument, NULL, OPT_RADIUS},
	{"radius-interim", required_argument, NULL, OPT_RADIUS_INTERIM},
	{0},
};

/* What is known of a subscriber from before the signal. */
struct before {
	uint32_t dials, renewals;
	bool up;
	bool stood; /* for a second already */
};

struct rig {
	const struct options *o;
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

static bool take_own(int option, const char *value, void *user)
{
	struct options *o = user;
	unsigned long n = 0;

	if (option == OPT_TERM || option == OPT_RADIUS) {
		*(option == OPT_TERM ? &o->term : &o->radius) = true;
		return true;
	}
	if (!option_number(value, 10000000, &n))
		return false;
	switch (option) {
	case OPT_RESTARTS:
		o->restarts = (unsigned)n;
		return n > 0 && n <= 1000;
	case OPT_PPS:
		o->trial.rate = (uint32_t)n;
		return n > 0;
	case OPT_CHURN_RATE:
		o->trial.churn_rate = (uint32_t)n;
		return n <= 100000;
	case OPT_MPPE:
		o->common.city.mppe = (uint32_t)n;
		return true;
	case OPT_MP:
		o->common.city.mp = (uint32_t)n;
		return true;
	case OPT_RADIUS_INTERIM:
		o->radius_server.interim_s = (unsigned)n;
		return n > 0;
	default:
		return false;
	}
}

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
		bool stood = up && s->up_us + STOOD_US <= rig->city->now_us;

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

static int run(struct rig *rig)
{
	uint32_t count = rig->o->common.city.count;
	int code = 1;

	if (trial_rig_init(&rig->trial, rig->city, rig->core, count) != 0)
		return 1;
	rig->before = calloc(count, sizeof(*rig->before));
	rig->counts = calloc(1, sizeof(*rig->counts));
	rig->result->rounds = calloc(rig->o->restarts, sizeof(*rig->result->rounds));
	if (rig->before != NULL && rig->counts != NULL && rig->result->rounds != NULL &&
	    dial_all(rig)) {
		run_rounds(rig);
		restart_report(rig->result, rig->o->common.json);
		code = restart_is_good(rig->result) ? 0 : 1;
	}
	trial_rig_clear(&rig->trial);
	free(rig->before);
	free(rig->counts);
	free(rig->result->rounds);
	return code;
}

static struct core_side core_side_of(const struct options *o, struct rig_port *port)
{
	struct core_side core = {
		.port = port,
		.mac = rig_port_mac(port),
		.address = OWN_SERVER_CORE + 1,
		.peer = OWN_SERVER_CORE,
	};

	memcpy(core.has, o->trial.families, sizeof(core.has));
	tp_ipv6_parse(OWN_SERVER_CORE6, core.peer6);
	memcpy(core.address6, core.peer6, sizeof(core.address6));
	core.address6[TP_IPV6_ADDRESS_LEN - 1]++;
	return core;
}

static int run_over(struct own_server *server, const struct options *o)
{
	const char *devices[] = {server->device, server->core_device};
	struct restart_result *result = calloc(1, sizeof(*result));
	struct rig rig = {.o = o, .server = server, .result = result};
	struct rig_port *ports[2];
	struct core_side core;
	struct tp_error error;
	struct city city;
	int code = 1;

	if (result == NULL)
		return 1;
	if (rig_ports_open(devices, 2, o->common.lcore, ports, &error) != 0) {
		fprintf(stderr, "turnpike-bench: %s: %s\n", error.place, error.message);
		free(result);
		return 1;
	}
	rig_ports_tell_nothing();
	result->sessions = o->measured;
	result->by_term = o->term;
	result->radius = server->radius_counts;
	core = core_side_of(o, ports[1]);
	rig.core = &core;
	rig.city = &city;
	if (city_init(&city, &o->common.city, ports[0]) == 0)
		code = run(&rig);
	else
		fprintf(stderr, "turnpike-bench: no memory for %u subscribers\n",
			o->common.city.count);
	city_clear(&city);
	rig_ports_close(ports, 2);
	free(result);
	return code;
}

static void set_up(struct options *o, struct own_server_options *own)
{
	o->trial.families[PACKET_IPV4] = o->common.city.ipv4;
	o->trial.families[PACKET_IPV6] = o->common.city.ipv6;
	o->measured = o->common.city.count;
	o->common.city.count += CHURNERS * o->trial.churn_rate;
	o->radius_server.address = INADDR_LOOPBACK;
	o->radius_server.authentication_port = 1812;
	o->radius_server.accounting_port = 1813;
	o->radius_server.secret = RADIUS_SERVER_SECRET;
	o->radius_server.password = o->common.city.password;
	*own = (struct own_server_options){
		.city = &o->common.city,
		.lcore = o->common.lcore,
		.radius = o->radius ? &o->radius_server : NULL,
		.core = true,
		.outlived = true,
	};
}

int bench_restart(int argc, char **argv)
{
	struct options o = {
		.trial = {.directions = {true, true}, .rate = 20000, .churn_rate = 200},
		.restarts = 10,
		.radius_server.interim_s = 60,
	};
	struct own_server_options own;
	struct own_server server;
	struct tp_error error;
	int code;

	city_options_init(&o.common);
	code = city_options_parse(argc, argv, long_options, usage, &o.common, take_own, &o);
	if (code != 0)
		return code - 1;
	if (o.common.device != NULL ||
	    o.common.city.mppe + o.common.city.mp > o.common.city.count ||
	    (o.radius && o.common.city.mppe > 0)) {
		fputs("turnpike-bench: restart takes no --device, not more of --mppe and --mp than "
		      "--sessions, and no --mppe with --radius\n",
		      stderr);
		return 2;
	}
	set_up(&o, &own);
	if (own_server_start(&server, &own, &error) == 0) {
		code = run_over(&server, &o);
	} else {
		fprintf(stderr, "turnpike-bench: %s: %s\n", error.place, error.message);
		code = 1;
	}
	own_server_stop(&server);
	return code;
}
