/* SPDX-License-Identifier: BSD-3-Clause */
/* The thread that writes a capture: what workers have copied (dataplane/sniff.h), as pcapng, to a
 * file, to memory, or to somebody who reads it from a socket as it comes. It ends by itself at a
 * limit, with the disk's trouble, or when the reader is gone. Control thread, but for what the
 * thread does. */
#pragma once

#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "dataplane/dataplane.h"
#include "dataplane/sniff.h"

struct tp_capture_plan {
	int fd;		   /* where it goes; the caller's, who closes it after tp_capture_end() */
	bool live;	   /* that is a socket, which does not block, and its reader may be slow */
	char comment[512]; /* of the whole */
	uint64_t bytes, packets; /* no more of either */
	uint32_t seconds;
	struct tp_port_info ports[TP_DATAPLANE_MAX_PORTS];
	unsigned port_count;
};

struct tp_capture;

/* Begins to write what STORE has. -errno: E tells. */
int tp_capture_begin(const struct tp_capture_plan *plan, struct tp_sniff_store *store,
		     const cpu_set_t *cpus, struct tp_capture **capture, struct tp_error *e);

struct tp_capture_state {
	uint64_t packets, bytes; /* in the file */
	bool over;		 /* by itself: tp_capture_end() is due */
	const char *why;	 /* then: "duration", … */
};
struct tp_capture_state tp_capture_state(const struct tp_capture *capture);

/* It is to end: `over` will say when all is written. */
void tp_capture_stop(struct tp_capture *capture);
/* Frees it, and does not look at the store any more; waits for the disk unless it is over. */
void tp_capture_end(struct tp_capture *capture);
