/* SPDX-License-Identifier: BSD-3-Clause */
/* turnpike-bench: measures access concentrators, ours and others'. */
#include <stdio.h>
#include <string.h>

#include "bench.h"

static const struct {
	const char *name;
	int (*run)(int argc, char **argv);
	const char *help;
} commands[] = {
	{"setup", bench_setup, "how fast subscribers come up, over any DPDK port"},
	{"traffic", bench_traffic, "loss, order and delay of packets through it"},
	{"restart", bench_restart, "what of a standing city a daemon's sudden end takes"},
	{"radius", bench_radius, "a RADIUS server that answers from memory"},
	{"dataplane", bench_dataplane,
	 "cycles a packet of the data plane's code, beside the floor"},
};

#define COMMANDS (sizeof(commands) / sizeof(commands[0]))

static void print_usage(FILE *out)
{
	fprintf(out, "usage: turnpike-bench COMMAND [options]\n\n");
	for (size_t i = 0; i < COMMANDS; i++)
		fprintf(out, "  %-10s %s\n", commands[i].name, commands[i].help);
	fprintf(out, "\n`turnpike-bench COMMAND --help` tells a command's options.\n");
}

int main(int argc, char **argv)
{
	if (argc >= 2 && strcmp(argv[1], "--help") == 0) {
		print_usage(stdout);
		return 0;
	}
	for (size_t i = 0; argc >= 2 && i < COMMANDS; i++)
		if (strcmp(argv[1], commands[i].name) == 0)
			return commands[i].run(argc - 1, argv + 1);
	print_usage(stderr);
	return 2;
}
