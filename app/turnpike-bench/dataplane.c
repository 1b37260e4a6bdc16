/* SPDX-License-Identifier: BSD-3-Clause */
/* turnpike-bench dataplane: TSC cycles a packet of the worker's own pipeline, fed from memory and
 * drained without a NIC, beside the floor measured in between. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "bench.h"
#include "pipeline_rig.h"
#include "pipeline_report.h"

static const char usage[] =
	"usage: turnpike-bench dataplane [options]\n"
	"\n"
	"Cycles a packet of the data plane's own code, all features on, as measured and as a\n"
	"multiple of the floor (the least that any such code must do), in one process.\n"
	"\n"
	"  --sessions LIST   numbers of sessions, ascending (1,1000,60000)\n"
	"  --family KIND     4, 6, by chance both alike, or mix, 70 % of IPv4 (4)\n"
	"  --size BYTES      of each IPv4 packet, 28 to 1480, or imix (46);\n"
	"                    one of IPv6 carries as much\n"
	"  --vlans KIND      none, one or two tags on the access side (none)\n"
	"  --mrru            sessions with MP: what it costs packets that fit the link (off)\n"
	"  --links N         links of each of them, 1 to 8: of several what goes by MP is "
	"fragments (1)\n"
	"  --rate-limit      sessions with rate limits that they stay below (off)\n"
	"  --encryption      sessions to which packets go encrypted, 128 bits, stateless (off)\n"
	"  --burst N         frames a burst, 1 to 64 (64)\n"
	"  --in-flight N     frames in memory at once (4096)\n"
	"  --rounds N        how often each is measured; the median counts (101)\n"
	"  --level LEVEL     x86-64-v2, -v3 or -v4 (the best that this CPU has)\n"
	"  --lcore N         the CPU to run on (1)\n"
	"  --workers N       so many at once, with the same sessions, each on a core of its own\n"
	"                    from --lcore on: how much more than one they do (1)\n"
	"  --profile         where the cycles go: what each packet pays for what\n"
	"  --no-huge         without huge pages\n"
	"  --json            for programs\n";

static const struct option long_options[] = {
	{"sessions", required_argument, NULL, 's'},
	{"family", required_argument, NULL, 'F'},
	{"size", required_argument, NULL, 'z'},
	{"vlans", required_argument, NULL, 'v'},
	{"burst", required_argument, NULL, 'b'},
	{"in-flight", required_argument, NULL, 'f'},
	{"rounds", required_argument, NULL, 'r'},
	{"level", required_argument, NULL, 'l'},
	{"lcore", required_argument, NULL, 'c'},
	{"mrru", no_argument, NULL, 'm'},
	{"rate-limit", no_argument, NULL, 'R'},
	{"encryption", no_argument, NULL, 'e'},
	{"workers", required_argument, NULL, 'w'},
	{"profile", no_argument, NULL, 'p'},
	{"no-huge", no_argument, NULL, 'H'},
	{"json", no_argument, NULL, 'j'},
	{"help", no_argument, NULL, 'h'},
	{"links", required_argument, NULL, 'L'},
	{0},
};

static bool read_number(const char *text, unsigned min, unsigned max, unsigned *number)
{
	char *end;
	unsigned long v = strtoul(text, &end, 10);
	if (end == text || *end != '\0' || v < min || v > max)
		return false;
	*number = (unsigned)v;
	return true;
}

static bool read_sessions(const char *text, struct pipeline_options *o)
{
	o->session_count = 0;
	do {
		char *end;
		unsigned long v = strtoul(text, &end, 10);
		if (end == text || (*end != '\0' && *end != ',') || v < 1 ||
		    v > PIPELINE_SESSIONS_MAX || o->session_count == PIPELINE_CASES_MAX ||
		    (o->session_count > 0 && v <= o->sessions[o->session_count - 1]))
			return false;
		o->sessions[o->session_count++] = (unsigned)v;
		text = *end == ',' ? end + 1 : end;
	} while (*text != '\0');
	return true;
}

static bool read_size(const char *text, struct pipeline_options *o)
{
	o->imix = strcmp(text, "imix") == 0;
	return o->imix || read_number(text, 28, 1480, &o->size);
}

static bool read_family(const char *text, struct pipeline_options *o)
{
	static const struct {
		const char *name;
		unsigned ipv6_percent;
	} kinds[] = {{"4", 0}, {"6", 100}, {"both", 50}, {"mix", 30}};

	for (unsigned i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (strcmp(text, kinds[i].name) != 0)
			continue;
		o->ipv6_percent = kinds[i].ipv6_percent;
		return true;
	}
	return false;
}

static bool read_vlans(const char *text, struct pipeline_options *o)
{
	static const char *const kinds[] = {"none", "one", "two"};
	for (unsigned i = 0; i < 3; i++) {
		if (strcmp(text, kinds[i]) != 0)
			continue;
		o->tags = i;
		return true;
	}
	return false;
}

static bool read_option(int option, struct pipeline_options *o)
{
	switch (option) {
	case 's':
		return read_sessions(optarg, o);
	case 'F':
		return read_family(optarg, o);
	case 'z':
		return read_size(optarg, o);
	case 'v':
		return read_vlans(optarg, o);
	case 'b':
		return read_number(optarg, 1, 64, &o->burst);
	case 'f':
		return read_number(optarg, 64, 65536, &o->in_flight);
	case 'r':
		return read_number(optarg, 1, 100000, &o->rounds);
	case 'c':
		return read_number(optarg, 0, 1023, &o->lcore);
	case 'l':
		o->level = optarg;
		return true;
	case 'm':
		o->mrru = true;
		return true;
	case 'L':
		o->mrru = true;
		return read_number(optarg, 1, 8, &o->links);
	case 'R':
		o->rate_limit = true;
		return true;
	case 'e':
		o->encryption = true;
		return true;
	case 'w':
		return read_number(optarg, 1, 8, &o->workers);
	case 'p':
		o->profile = true;
		return true;
	case 'H':
		o->huge_pages = 0;
		return true;
	case 'j':
		o->json = true;
		return true;
	}
	return false;
}

/* Each link has a session id; what one bundle sends is in order, which two workers would not keep.
 */
static bool links_fit(const struct pipeline_options *o)
{
	return o->links == 1 ||
	       (o->workers == 1 && !o->encryption &&
		o->sessions[o->session_count - 1] <= PIPELINE_SESSIONS_MAX / o->links);
}

int bench_dataplane(int argc, char **argv)
{
	struct pipeline_options o = {
		.sessions = {1, 1000, 60000},
		.session_count = 3,
		.size = 46,
		.burst = 64,
		.in_flight = 4096,
		.rounds = 101,
		.lcore = 1,
		.workers = 1,
		.links = 1,
		.huge_pages = -1,
	};
	struct pipeline_result results[2 * PIPELINE_CASES_MAX];
	int option, count;

	while ((option = getopt_long(argc, argv, "h", long_options, NULL)) != -1) {
		if (option == 'h') {
			fputs(usage, stdout);
			return 0;
		}
		if (!read_option(option, &o)) {
			fputs(usage, stderr);
			return 2;
		}
	}
	if (optind != argc || !links_fit(&o) || (o.workers > 1 && o.profile) ||
	    o.workers > (unsigned)sysconf(_SC_NPROCESSORS_ONLN)) {
		fputs(usage, stderr);
		return 2;
	}
	tp_log_set_level(TP_LOG_WARNING);
	count = pipeline_rig_run(&o, results);
	if (count < 0)
		return 1;
	if (count == 0)
		return 0;
	if (o.json)
		pipeline_report_json(&o, results, (unsigned)count);
	else
		pipeline_report_table(&o, results, (unsigned)count);
	return 0;
}
