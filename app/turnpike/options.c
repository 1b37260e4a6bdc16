/* SPDX-License-Identifier: BSD-3-Clause */
#include "turnpike/options.h"

#include <getopt.h>
#include <stdio.h>

#define DEFAULT_CONFIG "/etc/turnpike/turnpike.yaml"

static const char help[] =
	"Usage: turnpike [--config FILE]\n"
	"       turnpike --check FILE\n"
	"\n"
	"The PPPoE access concentrator. Runs in the foreground, says on stderr what it does.\n"
	"\n"
	"  -c, --config FILE    the configuration; without it " DEFAULT_CONFIG "\n"
	"  -H, --no-huge-pages  use ordinary memory, whatever dataplane.huge-pages says\n"
	"  -t, --check FILE     name every mistake in FILE and exit: 0 when there is none\n"
	"  -V, --version        print the version\n"
	"  -h, --help           print this\n"
	"\n"
	"SIGTERM and SIGINT end the daemon; its sessions stand on for the next start, or\n"
	"end, as management.on-stop says. SIGHUP reads the configuration anew.\n";

static struct options leave(int status)
{
	return (struct options){.action = ACTION_EXIT, .status = status};
}

struct options parse_options(int argc, char **argv)
{
	static const struct option known[] = {
		{"config", required_argument, NULL, 'c'},  {"check", required_argument, NULL, 't'},
		{"no-huge-pages", no_argument, NULL, 'H'}, {"version", no_argument, NULL, 'V'},
		{"help", no_argument, NULL, 'h'},	   {NULL, 0, NULL, 0},
	};
	struct options options = {.action = ACTION_RUN, .config = DEFAULT_CONFIG};
	int option;

	while ((option = getopt_long(argc, argv, "c:Ht:Vh", known, NULL)) != -1) {
		switch (option) {
		case 'c':
			options.config = optarg;
			break;
		case 'H':
			options.no_huge_pages = true;
			break;
		case 't':
			options.action = ACTION_CHECK;
			options.config = optarg;
			break;
		case 'V':
			printf("turnpike %s\n", TP_VERSION);
			return leave(0);
		case 'h':
			fputs(help, stdout);
			return leave(0);
		default:
			fputs("turnpike --help says what there is.\n", stderr);
			return leave(2);
		}
	}
	if (optind < argc) {
		fprintf(stderr, "turnpike: what is \"%s\"? turnpike --help says what there is.\n",
			argv[optind]);
		return leave(2);
	}
	return options;
}
