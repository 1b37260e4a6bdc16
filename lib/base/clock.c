/* SPDX-License-Identifier: BSD-3-Clause */
#include "clock.h"

#include <time.h>

static uint64_t read_ms(clockid_t id)
{
	struct timespec t;

	clock_gettime(id, &t);
	return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

/* So what was before the machine started, and is gone on with, has a time as well. */
#define BEFORE_BOOT_MS (UINT64_C(10) * 365 * 86400 * 1000)

uint64_t tp_clock_ms(void)
{
	return BEFORE_BOOT_MS + read_ms(CLOCK_MONOTONIC);
}

uint64_t tp_clock_wall_ms(void)
{
	return read_ms(CLOCK_REALTIME);
}
