/* SPDX-License-Identifier: BSD-3-Clause */
/* Which level of the hot path this CPU can run. */
#include "dataplane/worker/pipeline.h"

#include <stddef.h>
#include <string.h>

extern const struct tp_pipeline tp_pipeline_v2, tp_pipeline_v3, tp_pipeline_v4;

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

const struct tp_pipeline *tp_pipeline_best(void)
{
	__builtin_cpu_init();
	return has_v4() ? &tp_pipeline_v4 : has_v3() ? &tp_pipeline_v3 : &tp_pipeline_v2;
}

const struct tp_pipeline *tp_pipeline_find(const char *level)
{
	__builtin_cpu_init();
	if (strcmp(level, tp_pipeline_v2.level) == 0)
		return &tp_pipeline_v2;
	if (strcmp(level, tp_pipeline_v3.level) == 0 && has_v3())
		return &tp_pipeline_v3;
	if (strcmp(level, tp_pipeline_v4.level) == 0 && has_v4())
		return &tp_pipeline_v4;
	return NULL;
}
