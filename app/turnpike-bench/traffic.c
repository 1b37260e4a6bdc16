/* SPDX-License-Identifier: BSD-3-Clause */
/* turnpike-bench traffic: loss, order and delay of packets through an access concentrator. */
#include <rte_cycles.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/ipv6_text.h"
#include "bench.h"
#include "city_options.h"
#include "setup_report.h"
#include "traffic_report.h"
#include "wire/ipv6.h"

#define IDLE_SLEEP_US	50
#define RESOLVE_FOR_US	5000000
#define RESOLVE_US	500000
#define HANG_UP_FOR_US	15000000
#define HANG_UP_AT_ONCE 64
#define SETTLE_US	200000
#define PROGRESS_US	100000
#define SEARCH_STEPS	8
#define CHURNERS	3 /* a hang-up a second: who hangs up is away for two seconds or so */

static const char usage[] =
	"usage: turnpike-bench traffic --device DEVICE --core-device DEVICE\n"
	"                              --core-address A --core-peer B [options]\n"
	"\n"
	"Dials subscribers, then sends packets between them and the core side, and tells\n"
	"loss, reordering, latency, and packets that came to a wrong session, of each family.\n"
	"\n" CITY_USAGE "  --core-device DEVICE  the port on the core side\n"
	"  --core-address A    the rig's address there; given twice: of both families\n"
	"  --core-peer B       the access concentrator's address there, likewise\n"
	"  --direction D       up, down or both (both)\n"
	"  --size N            bytes of the IP packet, 52 to 9000, or imix (52); one of IPv6 has\n"
	"                      72 at least\n"
	"  --pps N             packets a second in each direction; 0: what can be sent (1000)\n"
	"  --duration SECONDS  of one trial (2)\n"
	"  --search            find the highest rate without loss, up to --pps (RFC 2544)\n"
	"  --tolerance N       lost packets of a million that still count as none (0)\n"
	"  --churn-rate N      meanwhile N sessions a second, of 3 N others that are dialled\n"
	"                      beside --sessions, hang up and come back (0)\n";

struct options {
	struct city_options common;
	const char *core_device;
	uint32_t core_address, core_peer;
	uint8_t core_address6[TP_IPV6_ADDRESS_LEN], core_peer6[TP_IPV6_ADDRESS_LEN];
	struct trial trial;
	bool search;
	unsigned tolerance;
	uint32_t measured; /* --sessions; the city has the churning ones besides */
};

enum {
	OPT_CORE_DEVICE = OPT_OWN,
	OPT_CORE_ADDRESS,
	OPT_CORE_PEER,
	OPT_DIRECTION,
	OPT_SIZE,
	OPT_PPS,
	OPT_DURATION,
	OPT_SEARCH,
	OPT_TOLERANCE,
	OPT_CHURN_RATE
};

static const struct option long_options[] = {
	CITY_LONG_OPTIONS,
	{"core-device", required_argument, NULL, OPT_CORE_DEVICE},
	{"core-address", required_argument, NULL, OPT_CORE_ADDRESS},
	{"core-peer", required_argument, NULL, OPT_CORE_PEER},
	{"direction", required_argument, NULL, OPT_DIRECTION},
	{"size", required_argument, NULL, OPT_SIZE},
	{"pps", required_argument, NULL, OPT_PPS},
	{"duration", required_argument, NULL, OPT_DURATION},
	{"search", no_argument, NULL, OPT_SEARCH},
	{"tolerance", required_argument, NULL, OPT_TOLERANCE},
	{"churn-rate", required_argument, NULL, OPT_CHURN_RATE},
	{0},
};

static bool take_direction(const char *value, bool directions[TRIAL_DIRECTIONS])
{
	bool both = strcmp(value, "both") == 0;

	directions[TRIAL_UP] = both || strcmp(value, "up") == 0;
	directions[TRIAL_DOWN] = both || strcmp(value, "down") == 0;
	return directions[TRIAL_UP] || directions[TRIAL_DOWN];
}

static bool take_size(const char *value, uint16_t *size)
{
	unsigned long n = TRIAL_SIZE_IMIX;

	if (strcmp(value, "imix") != 0 && (!option_number(value, 9000, &n) || n < TRIAL_SIZE_MIN))
		return false;
	*size = (uint16_t)n;
	return true;
}

static bool take_address(const char *value, uint32_t *ipv4, uint8_t *ipv6)
{
	return option_address(value, ipv4) || tp_ipv6_parse(value, ipv6);
}

static bool take_own(int option, const char *value, void *user)
{
	struct options *o = user;
	unsigned long n = 0;
	bool ok = true;

	switch (option) {
	case OPT_CORE_DEVICE:
		o->core_device = value;
		return true;
	case OPT_CORE_ADDRESS:
		return take_address(value, &o->core_address, o->core_address6);
	case OPT_CORE_PEER:
		return take_address(value, &o->core_peer, o->core_peer6);
	case OPT_DIRECTION:
		return take_direction(value, o->trial.directions);
	case OPT_SIZE:
		return take_size(value, &o->trial.size);
	case OPT_PPS:
		ok = option_number(value, UINT32_MAX, &n);
		o->trial.rate = (uint32_t)n;
		return ok;
	case OPT_DURATION:
		ok = option_number(value, 3600, &n) && n > 0;
		o->trial.seconds = (double)n;
		return ok;
	case OPT_SEARCH:
		o->search = true;
		return true;
	case OPT_TOLERANCE:
		ok = option_number(value, 1000000, &n);
		o->tolerance = (unsigned)n;
		return ok;
	case OPT_CHURN_RATE:
		ok = option_number(value, 100000, &n);
		o->trial.churn_rate = (uint32_t)n;
		return ok;
	default:
		return false;
	}
}

static void work(struct city *city, struct core_side *core)
{
	bool busy = city_work(city);

	if (core_side_work(core) == 0 && !busy)
		rte_delay_us_sleep(IDLE_SLEEP_US);
}

static void tell_unresolved(const struct core_side *core)
{
	static const char *const questions[] = {"ARP", "Neighbour Solicitations"};

	for (int f = 0; f < PACKET_FAMILIES; f++)
		if (core->has[f] && !core->resolved[f])
			fprintf(stderr, "turnpike-bench: nobody answers %s for --core-peer\n",
				questions[f]);
}

static bool dial_and_resolve(struct city *city, struct core_side *core, const struct options *o)
{
	uint64_t end = city->now_us + (uint64_t)o->common.timeout_s * 1000000, next = 0;
	uint64_t shown_us = 0;
	bool progress = !o->common.json && isatty(STDERR_FILENO);

	while (city->in_state[SUBSCRIBER_UP] < o->common.city.count && city->now_us < end) {
		city_dial(city);
		work(city, core);
		if (progress && city->now_us - shown_us > PROGRESS_US) {
			shown_us = city->now_us;
			setup_progress(city);
		}
	}
	if (progress)
		fputc('\n', stderr);
	end = city->now_us + RESOLVE_FOR_US;
	while (!core_side_is_resolved(core) && city->now_us < end) {
		if (city->now_us >= next) {
			core_side_resolve(core);
			next = city->now_us + RESOLVE_US;
		}
		work(city, core);
	}
	if (city->in_state[SUBSCRIBER_UP] < o->common.city.count)
		fprintf(stderr, "turnpike-bench: only %u of %u subscribers are up\n",
			city->in_state[SUBSCRIBER_UP], o->common.city.count);
	tell_unresolved(core);
	return core_side_is_resolved(core) && city->in_state[SUBSCRIBER_UP] > 0;
}

static void settle(struct city *city, struct core_side *core)
{
	uint64_t end = city->now_us + SETTLE_US;

	while (city->now_us < end)
		work(city, core);
}

static bool without_loss(const struct trial_result *result, unsigned tolerance)
{
	for (int d = 0; d < TRIAL_DIRECTIONS; d++)
		if (trial_lost(result, d) * 1000000 > trial_sent(result, d) * tolerance)
			return false;
	return true;
}

/* What was really sent, in the slower direction: the rig may not reach the rate asked for. */
static uint32_t rate_reached(const struct trial *trial, const struct trial_result *result)
{
	double least = trial->rate;

	for (int d = 0; d < TRIAL_DIRECTIONS; d++) {
		double rate = (double)trial_sent(result, d) / result->seconds;

		if (trial->directions[d] && rate < least)
			least = rate;
	}
	return (uint32_t)least;
}

/* RFC 2544, section 26.1: halves the interval between a rate that lost and one that did not. */
static uint32_t search(struct trial_rig *rig, const struct options *o, struct trial_report *report)
{
	struct trial trial = o->trial;
	struct trial_result result;
	uint32_t good = 0, bad = trial.rate;

	for (int step = 0; step < SEARCH_STEPS; step++) {
		trial_run(rig, &trial, &result);
		trial_report_add(report, &trial, &result);
		if (without_loss(&result, o->tolerance))
			good = rate_reached(&trial, &result);
		else
			bad = trial.rate;
		if (good >= bad || (good != 0 && good < trial.rate * 95ull / 100))
			break; /* the highest asked for, or the highest that the rig can send */
		trial.rate = good + (bad - good) / 2;
		settle(rig->city, rig->core);
	}
	return good;
}

static int run(struct city *city, struct core_side *core, const struct options *o)
{
	struct trial_report report;
	struct trial_rig rig;
	struct trial_result result;
	uint64_t end;

	if (trial_rig_init(&rig, city, core, o->measured) != 0)
		return 1;
	trial_report_begin(&report, o->common.json);
	if (!dial_and_resolve(city, core, o)) {
		trial_rig_clear(&rig);
		return 1;
	}
	settle(city, core);
	if (o->search) {
		trial_report_no_loss(&report, search(&rig, o, &report));
	} else {
		trial_run(&rig, &o->trial, &result);
		trial_report_add(&report, &o->trial, &result);
	}
	trial_report_end(&report);
	end = city->now_us + HANG_UP_FOR_US;
	while (city->in_state[SUBSCRIBER_GONE] < o->common.city.count && city->now_us < end) {
		city_hang_up(city, HANG_UP_AT_ONCE);
		work(city, core);
	}
	trial_rig_clear(&rig);
	return report.wrong_session == 0 && report.fallen == 0 ? 0 : 1;
}

/* The core side has an address, and a peer, of each family that the subscribers have. */
static bool has_addresses(const struct options *o)
{
	bool ok[PACKET_FAMILIES] = {
		o->core_address != 0 && o->core_peer != 0,
		!tp_ipv6_is_unspecified(o->core_address6) && !tp_ipv6_is_unspecified(o->core_peer6),
	};

	for (int f = 0; f < PACKET_FAMILIES; f++)
		if (o->trial.families[f] && !ok[f]) {
			fprintf(stderr,
				"turnpike-bench: IPv%s packets need a --core-address and a "
				"--core-peer of IPv%s\n",
				f == PACKET_IPV4 ? "4" : "6", f == PACKET_IPV4 ? "4" : "6");
			return false;
		}
	return true;
}

static struct core_side core_side_of(const struct options *o, struct rig_port *port)
{
	struct core_side core = {
		.port = port,
		.mac = rig_port_mac(port),
		.address = o->core_address,
		.peer = o->core_peer,
	};

	memcpy(core.has, o->trial.families, sizeof(core.has));
	memcpy(core.address6, o->core_address6, sizeof(core.address6));
	memcpy(core.peer6, o->core_peer6, sizeof(core.peer6));
	return core;
}

int bench_traffic(int argc, char **argv)
{
	struct options o = {.trial = {.directions = {true, true},
				      .rate = 1000,
				      .size = TRIAL_SIZE_MIN,
				      .seconds = 2}};
	struct rig_port *ports[2];
	struct core_side core;
	struct tp_error error;
	struct city city;
	int code;

	city_options_init(&o.common);
	code = city_options_parse(argc, argv, long_options, usage, &o.common, take_own, &o);
	if (code != 0)
		return code - 1;
	o.trial.families[PACKET_IPV4] = o.common.city.ipv4;
	o.trial.families[PACKET_IPV6] = o.common.city.ipv6;
	if (o.common.device == NULL || o.core_device == NULL) {
		fputs(usage, stderr);
		return 2;
	}
	if (!has_addresses(&o))
		return 2;
	o.measured = o.common.city.count;
	o.common.city.count += CHURNERS * o.trial.churn_rate;
	const char *devices[] = {o.common.device, o.core_device};
	if (rig_ports_open(devices, 2, o.common.lcore, ports, &error) != 0) {
		fprintf(stderr, "turnpike-bench: %s: %s\n", error.place, error.message);
		return 1;
	}
	core = core_side_of(&o, ports[1]);
	if (city_init(&city, &o.common.city, ports[0]) == 0) {
		code = run(&city, &core, &o);
	} else {
		fprintf(stderr, "turnpike-bench: no memory for %u subscribers\n",
			o.common.city.count);
		code = 1;
	}
	city_clear(&city);
	rig_ports_close(ports, 2);
	return code;
}
