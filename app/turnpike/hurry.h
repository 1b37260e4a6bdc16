/* SPDX-License-Identifier: BSD-3-Clause */
/* A start under a city: subscribers wait for it, and their routers count unanswered echoes, so the
 * program goes before others until it is up. Not for good: workers that poll have cores of their
 * own, and on a machine where they have not, others are to have their turn. */
#pragma once

/* This thread, and those that it makes, have the highest priority (nice -20). Without the right to
 * that nothing changes. */
void hurry_begin(void);

/* All threads have the priority that this one had before. Also before another program is executed,
 * which would begin with that. */
void hurry_end(void);
