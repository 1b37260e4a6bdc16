/* SPDX-License-Identifier: BSD-3-Clause */
/* What `turnpike-bench setup` tells: a table for people, JSON for programs. */
#pragma once

#include "city.h"
#include "control_load.h"

struct setup_result {
	uint32_t sessions, established, failed;
	uint32_t duplicate_addresses;
	double seconds; /* from the first PADI until the last of them had an address */
	double sessions_per_second;
	double latency_ms[4]; /* PADI to address: median, 90 %, 99 %, longest */
	/* The curve: set-ups in each step of CITY_CURVE_US; the best rate of any three steps, and
	 * the lowest after it had climbed to half of the best, while anybody waited (without the
	 * last step, which is not whole). */
	uint32_t steps[CITY_CURVE_MAX], step_count;
	double best_rate, lowest_rate;
	uint64_t retransmissions;
	uint32_t up_after_hold;
	struct control_load load; /* while they stood */
	double tear_down_s;
};

/* Takes the figures of the set-up, when dialling is over. Sorts the city's latencies. */
void setup_result_take(struct setup_result *result, struct city *city);

/* One line that is overwritten by the next, on stderr. */
void setup_progress(const struct city *city);

void setup_report(const struct setup_result *result, const struct city *city, bool json);
