/* SPDX-License-Identifier: BSD-3-Clause */
/* What `turnpike-bench restart` tells: a table for people, JSON for programs. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "radius_server.h"

#define RESTART_STEP_US	 50000 /* of the plot of packets over time */
#define RESTART_STEP_MAX 16384

struct restart_round {
	double at_s;	  /* of the signal, since the first plotted step */
	double started_s; /* from the signal to the new process's start */
	double first_s;	  /* from there to the first packet that was forwarded; < 0: none was */
	double all_s;	 /* from there until every session had forwarded one each way; < 0: never */
	uint32_t stood;	 /* sessions that were up a second before the signal */
	uint32_t lost;	 /* of them, those that are not up, or have dialled again */
	uint32_t silent; /* sessions that forward nothing and are not told that they are over, or
			  * did not come up again where LCP must be begun afresh */
	uint32_t renewed;    /* sessions whose LCP was begun afresh */
	uint32_t doubled;    /* addresses and prefixes that two sessions have */
	uint64_t wrong;	     /* packets that came to another's session */
	uint64_t duplicates; /* packets that came twice */
};

struct restart_result {
	uint32_t sessions;
	bool by_term; /* by SIGTERM, not SIGKILL */
	struct restart_round *rounds;
	unsigned count;
	uint32_t steps[RESTART_STEP_MAX][2]; /* packets that came, up and down */
	unsigned step_count;
	const struct radius_server_counts *radius; /* NULL: without */
};

/* Nothing was lost, doubled, or told wrongly. */
bool restart_is_good(const struct restart_result *result);
void restart_report(const struct restart_result *result, bool json);
