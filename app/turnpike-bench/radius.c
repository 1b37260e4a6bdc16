/* SPDX-License-Identifier: BSD-3-Clause */
/* turnpike-bench radius: a RADIUS server to measure others' access concentrators with. */
#include <getopt.h>
#include <signal.h>
#include <stdio.h>

#include "bench.h"
#include "city_options.h"
#include "radius_server.h"

static const char usage[] =
	"usage: turnpike-bench radius [options]\n"
	"\n"
	"A RADIUS server that answers from memory, until it is interrupted; then it says how many\n"
	"requests it had.\n"
	"\n"
	"  --address ADDRESS    listen on it alone (any)\n"
	"  --port N             for authentication; accounting is on the next (1812)\n"
	"  --secret SECRET      (" RADIUS_SERVER_SECRET ")\n"
	"  --password PATTERN   of every user; {} is the number in the user's name (password{})\n"
	"  --delay MS           before each answer (0)\n"
	"  --loss PERCENT       of requests, and of answers (0)\n";

enum { OPT_ADDRESS = 256, OPT_PORT, OPT_SECRET, OPT_PASSWORDS, OPT_DELAY, OPT_LOSS, OPT_USAGE };

static const struct option long_options[] = {
	{"address", required_argument, NULL, OPT_ADDRESS},
	{"port", required_argument, NULL, OPT_PORT},
	{"secret", required_argument, NULL, OPT_SECRET},
	{"password", required_argument, NULL, OPT_PASSWORDS},
	{"delay", required_argument, NULL, OPT_DELAY},
	{"loss", required_argument, NULL, OPT_LOSS},
	{"help", no_argument, NULL, OPT_USAGE},
	{0},
};

static volatile int end;

static void on_signal(int number)
{
	end = 1;
}

static bool take(int option, const char *value, struct radius_server_options *o)
{
	unsigned long n = 0;

	switch (option) {
	case OPT_ADDRESS:
		return option_address(value, &o->address);
	case OPT_PORT:
		if (!option_number(value, 65534, &n) || n == 0)
			return false;
		o->authentication_port = (uint16_t)n;
		o->accounting_port = (uint16_t)(n + 1);
		return true;
	case OPT_SECRET:
		o->secret = value;
		return true;
	case OPT_PASSWORDS:
		o->password = value;
		return true;
	case OPT_DELAY:
		if (!option_number(value, 60000, &n))
			return false;
		o->delay_ms = (unsigned)n;
		return true;
	case OPT_LOSS:
		if (!option_number(value, 100, &n))
			return false;
		o->loss_percent = (unsigned)n;
		return true;
	default:
		return false;
	}
}

int bench_radius(int argc, char **argv)
{
	struct radius_server_options o = {
		.authentication_port = 1812,
		.accounting_port = 1813,
		.secret = RADIUS_SERVER_SECRET,
		.password = "password{}",
	};
	struct radius_server_counts n = {0};
	struct tp_error error = {0};
	int option;

	while ((option = getopt_long(argc, argv, "", long_options, NULL)) != -1) {
		if (option == OPT_USAGE) {
			fputs(usage, stdout);
			return 0;
		}
		if (option == '?' || !take(option, optarg, &o)) {
			fputs(usage, stderr);
			return 2;
		}
	}
	signal(SIGINT, on_signal);
	signal(SIGTERM, on_signal);
	if (radius_server_run(&o, &end, &n, &error) != 0) {
		fprintf(stderr, "turnpike-bench: %s: %s\n", error.place, error.message);
		return 1;
	}
	printf("requests %lu, accepts %lu, rejects %lu, starts %lu, interims %lu, stops %lu, bad "
	       "%lu, lost %lu\n",
	       n.requests, n.accepts, n.rejects, n.starts, n.interims, n.stops, n.bad, n.lost);
	return 0;
}
