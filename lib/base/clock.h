/* SPDX-License-Identifier: BSD-3-Clause */
/* Time. The engines take the time as a parameter; only threads that do I/O ask
 * the clock. All times in the control plane are milliseconds since an arbitrary
 * start, 64 bits, never wrapping. Any thread. */
#pragma once

#include <stdint.h>

#define TP_NEVER UINT64_MAX /* a deadline that does not come */

/* CLOCK_MONOTONIC in milliseconds, and ten years: times of before the boot are times too. */
uint64_t tp_clock_ms(void);

/* CLOCK_REALTIME in milliseconds since the epoch, for logs and events. */
uint64_t tp_clock_wall_ms(void);
