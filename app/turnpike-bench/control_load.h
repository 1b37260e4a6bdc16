/* SPDX-License-Identifier: BSD-3-Clause */
/* What a Turnpike's control thread takes of its core, by the scheduler's own count: it does not
 * depend on what else runs. */
#pragma once

#include <stdint.h>
#include <sys/types.h>

struct control_load {
	pid_t pid; /* the daemon's; 0: it is not ours, and nothing is known */
	uint64_t begun_us, begun_ns;
	uint64_t sampled_us, sampled_ns;
	double seconds;
	double percent;		/* of one core */
	double highest_percent; /* in the busiest second */
};

void control_load_begin(struct control_load *load, pid_t pid, uint64_t now_us);
/* Now and then, several times a second. */
void control_load_sample(struct control_load *load, uint64_t now_us);
