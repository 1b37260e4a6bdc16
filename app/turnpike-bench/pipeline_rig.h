/* SPDX-License-Identifier: BSD-3-Clause */
/* A worker that is not launched, its pipeline fed from memory, and the floor beside it. */
#pragma once

#include <stdbool.h>

#include "floor.h"

#define PIPELINE_CASES_MAX    16
#define PIPELINE_SESSIONS_MAX 65534

struct pipeline_options {
	unsigned sessions[PIPELINE_CASES_MAX]; /* ascending */
	unsigned session_count;
	unsigned size; /* of the IPv4 packet; those of IPv6 carry as much, if the MTU allows it */
	bool imix;     /* 7 : 4 : 1 of 46, 576 and 1,480 bytes instead */
	unsigned ipv6_percent; /* of the packets, by chance; the others are of IPv4 */
	unsigned tags;	       /* VLAN tags on the access side */
	unsigned burst, in_flight, rounds, lcore;
	const char *level; /* NULL: the best */
	bool mrru;	   /* sessions have agreed on MP, though no packet needs it */
	unsigned links;	   /* of each of them; more than one: what it sends and gets is fragments */
	bool rate_limit;   /* sessions have one in both directions, and are below it */
	bool encryption;   /* what goes to subscribers is encrypted; what comes from them is not */
	int huge_pages;	   /* as struct tp_dataplane_config has it */
	bool json;
	unsigned workers; /* at once, each on a core of its own, with the same sessions */
	bool profile;	  /* where the cycles go, instead of how many there are */
};

struct pipeline_result {
	const char *direction; /* "up", "down" */
	unsigned sessions;
	double cycles, floor_cycles;	       /* a packet, median of the rounds */
	double best_cycles, best_floor_cycles; /* of the best round */
	double low_ratio, high_ratio;	       /* quartiles of the rounds' */
	struct floor_distances ahead;	       /* that were the floor's best */
	const char *level;
	double tsc_ghz;
};

/* Runs all cases, two results for each number of sessions. Returns how many, or -1 when it could
 * not run, having said why on stderr: also when a packet did not come out as it should. Several
 * workers and the profile print what they find themselves; 0. */
int pipeline_rig_run(const struct pipeline_options *options, struct pipeline_result *results);
