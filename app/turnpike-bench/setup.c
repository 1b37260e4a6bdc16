/* SPDX-License-Identifier: BSD-3-Clause */
/* turnpike-bench setup: a city of subscribers dials in, pings, churns and hangs up. */
#include <netinet/in.h>
#include <rte_cycles.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "bench.h"
#include "city_options.h"
#include "own_server.h"
#include "setup_report.h"

#define IDLE_SLEEP_US	50
#define PING_EVERY_US	1000000
#define PING_FOR_US	10000000
#define HANG_UP_FOR_US	15000000
#define HANG_UP_AT_ONCE 64
#define PROGRESS_US	100000

static const char usage[] =
	"usage: turnpike-bench setup [--device DEVICE] [options]\n"
	"\n"
	"Dials N subscribers over one DPDK port to whatever PPPoE server is behind it; without\n"
	"a device, to a Turnpike that it starts for that, over shared memory.\n"
	"\n" CITY_USAGE "  --ping ADDRESS      everybody pings it when all are up\n"
	"  --hold SECONDS      stay up so long (0)\n"
	"  --churn PERCENT     of them hang up and redial each second meanwhile (0)\n"
	"  --radius            the Turnpike that it starts asks a RADIUS server that it starts as\n"
	"                      well, and tells it of each session\n"
	"  --radius-delay MS   before each of the server's answers (0)\n"
	"  --radius-loss N     per cent of requests, and of answers (0)\n"
	"  --radius-interim S  seconds from one interim update of a session to the next (60)\n"
	"  --stay              end without hanging up, as in a power cut\n";

struct options {
	struct city_options common;
	uint32_t ping;
	unsigned hold_s, churn_percent;
	bool stay;
	bool radius;
	struct radius_server_options server;
	pid_t pid; /* of the Turnpike that was started; 0: none was */
};

enum {
	OPT_PING = OPT_OWN,
	OPT_HOLD,
	OPT_CHURN,
	OPT_STAY,
	OPT_RADIUS,
	OPT_RADIUS_DELAY,
	OPT_RADIUS_LOSS,
	OPT_RADIUS_INTERIM,
};

static const struct option long_options[] = {
	CITY_LONG_OPTIONS,
	{"ping", required_argument, NULL, OPT_PING},
	{"hold", required_argument, NULL, OPT_HOLD},
	{"churn", required_argument, NULL, OPT_CHURN},
	{"stay", no_argument, NULL, OPT_STAY},
	{"radius", no_argument, NULL, OPT_RADIUS},
	{"radius-delay", required_argument, NULL, OPT_RADIUS_DELAY},
	{"radius-loss", required_argument, NULL, OPT_RADIUS_LOSS},
	{"radius-interim", required_argument, NULL, OPT_RADIUS_INTERIM},
	{0},
};

static volatile sig_atomic_t interrupted;

static void on_signal(int number)
{
	interrupted = 1;
}

static bool take_own(int option, const char *value, void *user)
{
	struct options *o = user;
	unsigned long n = 0;

	switch (option) {
	case OPT_PING:
		return option_address(value, &o->ping);
	case OPT_HOLD:
		if (!option_number(value, 1000000, &n))
			return false;
		o->hold_s = (unsigned)n;
		return true;
	case OPT_CHURN:
		if (!option_number(value, 100, &n))
			return false;
		o->churn_percent = (unsigned)n;
		return true;
	case OPT_RADIUS:
		o->radius = true;
		return true;
	case OPT_RADIUS_DELAY:
		if (!option_number(value, 60000, &n))
			return false;
		o->server.delay_ms = (unsigned)n;
		return true;
	case OPT_RADIUS_LOSS:
		if (!option_number(value, 100, &n))
			return false;
		o->server.loss_percent = (unsigned)n;
		return true;
	case OPT_RADIUS_INTERIM:
		if (!option_number(value, 86400, &n))
			return false;
		o->server.interim_s = (unsigned)n;
		return true;
	case OPT_STAY:
		o->stay = true;
		return true;
	default:
		return false;
	}
}

static void work(struct city *city, bool progress)
{
	static uint64_t shown_us;

	if (!city_work(city))
		rte_delay_us_sleep(IDLE_SLEEP_US);
	if (progress && city->now_us - shown_us > PROGRESS_US) {
		shown_us = city->now_us;
		setup_progress(city);
	}
}

static void dial_all(struct city *city, const struct options *o, bool progress)
{
	uint64_t end = city->now_us + (uint64_t)o->common.timeout_s * 1000000;

	while (!interrupted && city->in_state[SUBSCRIBER_UP] < o->common.city.count &&
	       city->now_us < end) {
		city_dial(city);
		work(city, progress);
	}
}

static void ping_all(struct city *city, const struct options *o, bool progress)
{
	uint64_t end = city->now_us + PING_FOR_US, next = 0;

	city->ping_target = o->ping;
	while (!interrupted && city->pings_answered < city->in_state[SUBSCRIBER_UP] &&
	       city->now_us < end) {
		if (city->now_us >= next) {
			city_ping(city, o->ping);
			next = city->now_us + PING_EVERY_US;
		}
		work(city, progress);
	}
}

static void hold(struct city *city, const struct options *o, struct control_load *load,
		 bool progress)
{
	uint64_t start = city->now_us, end = start + (uint64_t)o->hold_s * 1000000;
	uint64_t churned = 0;

	control_load_begin(load, o->pid, start);
	while (!interrupted && city->now_us < end) {
		uint64_t due = (city->now_us - start) * o->common.city.count / 100 *
			       o->churn_percent / 1000000;

		if (due > churned) {
			city_churn(city, 0, (uint32_t)(due - churned));
			churned = due;
		}
		work(city, progress);
		control_load_sample(load, city->now_us);
	}
}

static void hang_up_all(struct city *city, const struct options *o, bool progress)
{
	uint64_t end = city->now_us + HANG_UP_FOR_US;

	while (city->in_state[SUBSCRIBER_GONE] < o->common.city.count && city->now_us < end) {
		city_hang_up(city, HANG_UP_AT_ONCE);
		work(city, progress);
	}
}

static int run(struct city *city, const struct options *o)
{
	bool progress = !o->common.json && isatty(STDERR_FILENO);
	struct setup_result result;

	dial_all(city, o, progress);
	setup_result_take(&result, city);
	if (o->ping != 0)
		ping_all(city, o, progress);
	hold(city, o, &result.load, progress);
	result.up_after_hold = city->in_state[SUBSCRIBER_UP];
	if (!o->stay) {
		uint64_t start = city->now_us;

		hang_up_all(city, o, progress);
		result.tear_down_s = (double)(city->now_us - start) / 1e6;
	}
	setup_report(&result, city, o->common.json);
	return result.failed == 0 && result.duplicate_addresses == 0 &&
			       (o->ping == 0 || city->pings_answered >= result.established)
		       ? 0
		       : 1;
}

static int dial_over(const char *device, const struct options *o)
{
	struct tp_error error;
	struct rig_port *port;
	struct city city;
	int code;

	if (rig_ports_open(&device, 1, o->common.lcore, &port, &error) != 0) {
		fprintf(stderr, "turnpike-bench: %s: %s\n", error.place, error.message);
		return 1;
	}
	signal(SIGINT, on_signal);
	signal(SIGTERM, on_signal);
	if (city_init(&city, &o->common.city, port) == 0) {
		code = run(&city, o);
	} else {
		fprintf(stderr, "turnpike-bench: no memory for %u subscribers\n",
			o->common.city.count);
		code = 1;
	}
	city_clear(&city);
	rig_ports_close(&port, 1);
	return code;
}

int bench_setup(int argc, char **argv)
{
	struct options o = {0};
	struct own_server_options own = {0};
	struct own_server server;
	struct tp_error error;
	int code;

	city_options_init(&o.common);
	o.server.interim_s = 60;
	code = city_options_parse(argc, argv, long_options, usage, &o.common, take_own, &o);
	if (code != 0)
		return code - 1;
	if (o.common.device != NULL)
		return dial_over(o.common.device, &o);
	o.server.address = INADDR_LOOPBACK;
	o.server.authentication_port = 1812;
	o.server.accounting_port = 1813;
	o.server.secret = RADIUS_SERVER_SECRET;
	o.server.password = o.common.city.password;
	own.city = &o.common.city;
	own.lcore = o.common.lcore;
	own.radius = o.radius ? &o.server : NULL;
	if (own_server_start(&server, &own, &error) == 0) {
		o.pid = server.pid;
		code = dial_over(server.device, &o);
	} else {
		fprintf(stderr, "turnpike-bench: %s: %s\n", error.place, error.message);
		code = 1;
	}
	own_server_stop(&server);
	return code;
}
