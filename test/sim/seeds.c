/* SPDX-License-Identifier: BSD-3-Clause */
#include "sim.h"

void sim_for_each_seed(void (*scenario)(uint64_t seed))
{
	static const uint64_t seeds[] = {1, 20, 300};
	const char *replay = getenv("TP_SIM_SEED"), *many = getenv("TP_SIM_SEEDS");
	size_t count = many != NULL ? strtoul(many, NULL, 0) : sizeof(seeds) / sizeof(seeds[0]);

	for (size_t i = 0; i < count; i++) {
		uint64_t seed = replay != NULL ? strtoull(replay, NULL, 0)
				: many != NULL ? i + 1
					       : seeds[i];

		print_message("seed %llu\n", (unsigned long long)seed);
		scenario(seed);
		if (replay != NULL)
			return;
	}
}
