/* SPDX-License-Identifier: BSD-3-Clause */
/* turnpike-bench setup: a city of subscribers dials in, pings, churns and hangs up. */
#include <arpa/inet.h>
#include <getopt.h>
#include <rte_cycles.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench.h"
#include "city.h"
#include "setup_report.h"

#define IDLE_SLEEP_US	50
#define PING_EVERY_US	1000000
#define PING_FOR_US	10000000
#define HANG_UP_FOR_US	15000000
#define HANG_UP_AT_ONCE 64
#define PROGRESS_US	100000

static const char usage[] =
	"usage: turnpike-bench setup --device DEVICE [options]\n"
	"\n"
	"Dials N subscribers over one DPDK port to whatever PPPoE server is behind it.\n"
	"\n"
	"  --device DEVICE     a PCI address, or e.g. net_af_packet0,iface=acc0\n"
	"  --sessions N        subscribers (1000)\n"
	"  --rate R            how many dial a second; 0: all at once (0)\n"
	"  --user PATTERN      user name; {} is the subscriber's number (user{})\n"
	"  --password PATTERN  likewise (password{})\n"
	"  --allow LIST        authentication methods (mschap2,mschap1,chap,pap)\n"
	"  --service-name S    ask for this service; any by default\n"
	"  --ac-name S         take only this access concentrator; any by default\n"
	"  --vlan A[-B]        (outer) VLAN tags, shared out among the subscribers\n"
	"  --inner-vlan A[-B]  inner VLAN tags\n"
	"  --max-mru N         (1492)\n"
	"  --ping ADDRESS      everybody pings it when all are up\n"
	"  --hold SECONDS      stay up so long (0)\n"
	"  --churn PERCENT     of them hang up and redial each second meanwhile (0)\n"
	"  --timeout SECONDS   give up on those that are not up by then (60)\n"
	"  --stay              end without hanging up, as in a power cut\n"
	"  --lcore N           run on this core (1)\n"
	"  --seed N            of magic numbers, jitter and churn (1)\n"
	"  --json              print JSON\n";

struct options {
	struct city_config city;
	const char *device;
	uint32_t ping;
	unsigned hold_s, churn_percent, timeout_s, lcore;
	bool stay, json;
};

static volatile sig_atomic_t interrupted;

static void on_signal(int number)
{
	interrupted = 1;
}

static bool read_number(const char *text, unsigned long max, unsigned long *value)
{
	char *end;

	*value = strtoul(text, &end, 10);
	return *text != '\0' && *text != '-' && *end == '\0' && *value <= max;
}

static bool read_vlans(const char *text, struct vlan_range *range)
{
	char *end;
	unsigned long first = strtoul(text, &end, 10), last = first;

	if (*end == '-')
		last = strtoul(end + 1, &end, 10);
	*range = (struct vlan_range){.first = (uint16_t)first, .last = (uint16_t)last};
	return *end == '\0' && first >= 1 && first <= last && last <= TP_VLAN_ID_MAX;
}

static bool read_methods(const char *text, struct city_config *config)
{
	char *copy = strdup(text), *rest = copy;

	config->method_count = 0;
	for (char *word; copy != NULL && (word = strsep(&rest, ",")) != NULL;) {
		enum tp_ppp_method method = tp_ppp_method_find(word);

		if (method == TP_PPP_NO_AUTH || config->method_count == TP_PPP_METHODS) {
			config->method_count = 0;
			break;
		}
		config->methods[config->method_count++] = (uint8_t)method;
	}
	free(copy);
	return config->method_count > 0;
}

enum {
	OPT_DEVICE = 256,
	OPT_SESSIONS,
	OPT_RATE,
	OPT_USER,
	OPT_PASSWORD,
	OPT_ALLOW,
	OPT_SERVICE,
	OPT_AC,
	OPT_VLAN,
	OPT_INNER,
	OPT_MRU,
	OPT_PING,
	OPT_HOLD,
	OPT_CHURN,
	OPT_TIMEOUT,
	OPT_STAY,
	OPT_LCORE,
	OPT_SEED,
	OPT_JSON,
	OPT_HELP
};

static const struct option long_options[] = {
	{"device", required_argument, NULL, OPT_DEVICE},
	{"sessions", required_argument, NULL, OPT_SESSIONS},
	{"rate", required_argument, NULL, OPT_RATE},
	{"user", required_argument, NULL, OPT_USER},
	{"password", required_argument, NULL, OPT_PASSWORD},
	{"allow", required_argument, NULL, OPT_ALLOW},
	{"service-name", required_argument, NULL, OPT_SERVICE},
	{"ac-name", required_argument, NULL, OPT_AC},
	{"vlan", required_argument, NULL, OPT_VLAN},
	{"inner-vlan", required_argument, NULL, OPT_INNER},
	{"max-mru", required_argument, NULL, OPT_MRU},
	{"ping", required_argument, NULL, OPT_PING},
	{"hold", required_argument, NULL, OPT_HOLD},
	{"churn", required_argument, NULL, OPT_CHURN},
	{"timeout", required_argument, NULL, OPT_TIMEOUT},
	{"stay", no_argument, NULL, OPT_STAY},
	{"lcore", required_argument, NULL, OPT_LCORE},
	{"seed", required_argument, NULL, OPT_SEED},
	{"json", no_argument, NULL, OPT_JSON},
	{"help", no_argument, NULL, OPT_HELP},
	{0},
};

/* False when VALUE is not what OPTION takes. */
static bool take_option(int option, const char *value, struct options *o)
{
	struct city_config *c = &o->city;
	struct in_addr address;
	unsigned long n = 0;
	bool ok = true;

	switch (option) {
	case OPT_DEVICE:
		o->device = value;
		return true;
	case OPT_USER:
		c->user = value;
		return true;
	case OPT_PASSWORD:
		c->password = value;
		return true;
	case OPT_SERVICE:
		c->service_name = value;
		return true;
	case OPT_AC:
		c->ac_name = value;
		return true;
	case OPT_ALLOW:
		return read_methods(value, c);
	case OPT_VLAN:
		return read_vlans(value, &c->outer);
	case OPT_INNER:
		return read_vlans(value, &c->inner);
	case OPT_PING:
		ok = inet_pton(AF_INET, value, &address) == 1;
		o->ping = ntohl(address.s_addr);
		return ok;
	case OPT_STAY:
		return o->stay = true;
	case OPT_JSON:
		return o->json = true;
	case OPT_SESSIONS:
		ok = read_number(value, CITY_MAX, &n) && n > 0;
		c->count = (uint32_t)n;
		return ok;
	case OPT_RATE:
		ok = read_number(value, 10000000, &n);
		c->rate = (uint32_t)n;
		return ok;
	case OPT_MRU:
		ok = read_number(value, 9000, &n) && n >= TP_PPP_MRU_MIN;
		c->mru = (uint16_t)n;
		return ok;
	case OPT_HOLD:
		ok = read_number(value, 1000000, &n);
		o->hold_s = (unsigned)n;
		return ok;
	case OPT_CHURN:
		ok = read_number(value, 100, &n);
		o->churn_percent = (unsigned)n;
		return ok;
	case OPT_TIMEOUT:
		ok = read_number(value, 100000, &n);
		o->timeout_s = (unsigned)n;
		return ok;
	case OPT_LCORE:
		ok = read_number(value, 1023, &n);
		o->lcore = (unsigned)n;
		return ok;
	case OPT_SEED:
		ok = read_number(value, UINT32_MAX, &n);
		c->seed = n;
		return ok;
	default:
		return false;
	}
}

/* 0: go on; otherwise the exit code, plus one. */
static int parse_options(int argc, char **argv, struct options *o)
{
	int option;

	while ((option = getopt_long(argc, argv, "", long_options, NULL)) != -1) {
		if (option == OPT_HELP) {
			fputs(usage, stdout);
			return 1;
		}
		if (option == '?')
			return 3;
		if (!take_option(option, optarg, o)) {
			fprintf(stderr, "turnpike-bench: bad value \"%s\" for --%s\n", optarg,
				long_options[option - OPT_DEVICE].name);
			return 3;
		}
	}
	if (optind < argc || o->device == NULL) {
		fputs(usage, stderr);
		return 3;
	}
	return 0;
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
	uint64_t end = city->now_us + (uint64_t)o->timeout_s * 1000000;

	while (!interrupted && city->in_state[SUBSCRIBER_UP] < o->city.count &&
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

static void hold(struct city *city, const struct options *o, bool progress)
{
	uint64_t start = city->now_us, end = start + (uint64_t)o->hold_s * 1000000;
	uint64_t churned = 0;

	while (!interrupted && city->now_us < end) {
		uint64_t due =
			(city->now_us - start) * o->city.count / 100 * o->churn_percent / 1000000;

		if (due > churned) {
			city_churn(city, (uint32_t)(due - churned));
			churned = due;
		}
		work(city, progress);
	}
}

static void hang_up_all(struct city *city, const struct options *o, bool progress)
{
	uint64_t end = city->now_us + HANG_UP_FOR_US;

	while (city->in_state[SUBSCRIBER_GONE] < o->city.count && city->now_us < end) {
		city_hang_up(city, HANG_UP_AT_ONCE);
		work(city, progress);
	}
}

static int run(struct city *city, const struct options *o)
{
	bool progress = !o->json && isatty(STDERR_FILENO);
	struct setup_result result;

	dial_all(city, o, progress);
	setup_result_take(&result, city);
	if (o->ping != 0)
		ping_all(city, o, progress);
	hold(city, o, progress);
	result.up_after_hold = city->in_state[SUBSCRIBER_UP];
	if (!o->stay) {
		uint64_t start = city->now_us;

		hang_up_all(city, o, progress);
		result.tear_down_s = (double)(city->now_us - start) / 1e6;
	}
	setup_report(&result, city, o->json);
	return result.failed == 0 && result.duplicate_addresses == 0 &&
			       (o->ping == 0 || city->pings_answered >= result.established)
		       ? 0
		       : 1;
}

int bench_setup(int argc, char **argv)
{
	struct options o = {
		.city = {.count = 1000,
			 .user = "user{}",
			 .password = "password{}",
			 .mru = 1492,
			 .seed = 1,
			 .method_count = TP_PPP_METHODS,
			 .methods = {TP_PPP_MSCHAP2, TP_PPP_MSCHAP1, TP_PPP_CHAP, TP_PPP_PAP}},
		.timeout_s = 60,
		.lcore = 1,
	};
	struct tp_error error;
	struct rig_port *port;
	struct city city;
	int code = parse_options(argc, argv, &o);

	if (code != 0)
		return code - 1;
	if (rig_ports_open(&o.device, 1, o.lcore, &port, &error) != 0) {
		fprintf(stderr, "turnpike-bench: %s: %s\n", error.place, error.message);
		return 1;
	}
	signal(SIGINT, on_signal);
	signal(SIGTERM, on_signal);
	if (city_init(&city, &o.city, port) == 0) {
		code = run(&city, &o);
	} else {
		fprintf(stderr, "turnpike-bench: no memory for %u subscribers\n", o.city.count);
		code = 1;
	}
	city_clear(&city);
	rig_ports_close(&port, 1);
	return code;
}
