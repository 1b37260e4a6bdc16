/* SPDX-License-Identifier: BSD-3-Clause */
/* How many frames a data plane needs, of which size, and how much memory in all: by its ports,
 * whose drivers are known, its sessions and its workers. Control. */
#pragma once

#include <stdint.h>

#include "dataplane/rings.h"

#define TP_SIZES_POOL_CACHE	256
#define TP_SIZES_CONTROL_FRAMES (2 * TP_RING_CONTROL) /* of the pool that control sends from */

struct tp_dataplane;

/* Frames of the pool that workers receive into. */
unsigned tp_sizes_frames(const struct tp_dataplane *dp, unsigned workers);

/* Bytes of a frame that an mbuf has room for. */
unsigned tp_sizes_frame_room(const struct tp_dataplane *dp);

/* Bytes of tables and frames, without what is in a mapping of its own. */
uint64_t tp_sizes_memory(const struct tp_dataplane *dp, unsigned workers);

/* The same in MiB, with what the allocator and drivers want for themselves. */
unsigned tp_sizes_memory_mb(const struct tp_dataplane *dp, unsigned workers);

/* MiB of the records that workers count sessions in. */
unsigned tp_sizes_records_mb(const struct tp_dataplane *dp, unsigned workers);
