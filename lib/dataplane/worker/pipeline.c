/* SPDX-License-Identifier: BSD-3-Clause */
/* Which level of the hot path this CPU can run. */
#include "dataplane/worker/pipeline.h"

#include <stddef.h>
#include <string.h>

#define LEVEL(name) extern const struct tp_pipeline tp_pipeline_##name;
TP_LEVELS
#undef LEVEL

/* The build's, the plainest first. */
#define LEVEL(name) &tp_pipeline_##name,
static const struct tp_pipeline *const levels[] = {TP_LEVELS};
#define LEVELS (sizeof(levels) / sizeof(levels[0]))

/* The x86-64 psABI's levels, as far as compilers use them here. */
static bool has_v3(void)
{
	return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") &&
	       __builtin_cpu_supports("bmi2") && __builtin_cpu_supports("fma");
}

static bool has_v4(void)
{
	return has_v3() && __builtin_cpu_supports("avx512f") &&
	       __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512cd") &&
	       __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
}

static bool has(const char *level)
{
	__builtin_cpu_init();
	return strcmp(level, "x86-64-v4") == 0	 ? has_v4()
	       : strcmp(level, "x86-64-v3") == 0 ? has_v3()
						 : true;
}

const struct tp_pipeline *tp_pipeline_best(void)
{
	const struct tp_pipeline *best = levels[0];

	for (size_t i = 1; i < LEVELS; i++)
		if (has(levels[i]->level))
			best = levels[i];
	return best;
}

const struct tp_pipeline *tp_pipeline_find(const char *level)
{
	for (size_t i = 0; i < LEVELS; i++)
		if (strcmp(levels[i]->level, level) == 0)
			return has(level) ? levels[i] : NULL;
	return NULL;
}
