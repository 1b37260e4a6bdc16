/* SPDX-License-Identifier: BSD-3-Clause */
/* Where captures are kept: files in a directory of the daemon's own, bounded together, and memory.
 * Control thread. */
#pragma once

#include <sched.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

struct tp_control;
struct tp_request;
struct tp_sniffer_save;

#define TP_SNIFFER_PATH 512

/* Opens NAME, which must not be there yet unless it is written ANEW, for up to BYTES: a
 * descriptor, and its PATH. -errno: E tells. */
int tp_sniffer_file_create(const struct tp_control *c, const char *name, bool anew, uint64_t bytes,
			   char path[TP_SNIFFER_PATH], struct tp_error *e);
/* The same of one that is read. */
int tp_sniffer_file_open(const struct tp_control *c, const char *name, struct tp_error *e);

/* A descriptor of memory. -errno. */
int tp_sniffer_memory_create(struct tp_error *e);
/* Another, to read it from its beginning. */
int tp_sniffer_memory_open(int memory, struct tp_error *e);

/* A thread copies FROM, which it closes, to the file NAME; REQUEST is to be answered then. NULL: E
 * tells. */
struct tp_sniffer_save *tp_sniffer_save_begin(const struct tp_control *c, int from,
					      const char *name, struct tp_request *request,
					      struct tp_error *e);
bool tp_sniffer_save_is_over(const struct tp_sniffer_save *save);
/* Waits for it, answers, and frees it. */
void tp_sniffer_save_end(struct tp_control *c, struct tp_sniffer_save *save);
