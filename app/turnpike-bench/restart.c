/* SPDX-License-Identifier: BSD-3-Clause */
/* turnpike-bench restart: a city stands, with traffic, and the daemon is killed and started again.
 */
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/ipv6_text.h"
#include "bench.h"
#include "restart_rounds.h"
#include "wire/ipv6.h"

#define CHURNERS 3 /* a hang-up a second: who hangs up is away for two seconds or so */

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

static bool take_own(int option, const char *value, void *user)
{
	struct restart_options *o = user;
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

static struct core_side core_side_of(const struct restart_options *o, struct rig_port *port)
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

static int run_over(struct own_server *server, const struct restart_options *o)
{
	const char *devices[] = {server->device, server->core_device};
	struct restart_result *result = calloc(1, sizeof(*result));
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
	if (city_init(&city, &o->common.city, ports[0]) != 0) {
		fprintf(stderr, "turnpike-bench: no memory for %u subscribers\n",
			o->common.city.count);
	} else if (restart_run(o, server, &city, &core, result)) {
		restart_report(result, o->common.json);
		code = restart_is_good(result) ? 0 : 1;
	}
	city_clear(&city);
	rig_ports_close(ports, 2);
	free(result->rounds);
	free(result);
	return code;
}

static void set_up(struct restart_options *o, struct own_server_options *own)
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
	struct restart_options o = {
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
