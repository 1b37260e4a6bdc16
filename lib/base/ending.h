/* SPDX-License-Identifier: BSD-3-Clause */
/* The bound of a process's end. Who ends waits for others: for a disk to take a file, for threads
 * to look up, for the kernel to take interfaces away. Mostly that is a matter of milliseconds;
 * whoever does not answer at all is waited for no longer than this, and the log says who it was. */
#pragma once

#define TP_ENDING_LIMIT_S 20 /* less than the units' TimeoutStopSec */

/* From now on the process has so long; then it exits with 1 wherever it stands. Once. */
void tp_ending_begin(void);

/* WHOM, which must be a literal, is what is waited for now. Any thread, at any time. */
void tp_ending_waits_for(const char *whom);

/* It has ended by itself. */
void tp_ending_done(void);
