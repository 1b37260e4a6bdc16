/* SPDX-License-Identifier: BSD-3-Clause */
/* The file that live counters are in: what live.c writes and live_last.c reads.
 *
 * It describes itself: where each counter of a session stands in the records of each worker is told
 * by its head, so that a daemon of another version, whose records look otherwise, can read it. */
#pragma once

#include <stdint.h>

#define TP_LIVE_MAGIC	UINT64_C(0x31746e756f637074) /* "tpcount1": of the head's layout */
#define TP_LIVE_HEAD	4096			     /* its bytes */
#define TP_LIVE_SLOTS	1048576
#define TP_LIVE_WORKERS 1024

/* What is counted of a session, by family; in: from the subscriber. A file may have more of them
 * than its reader knows, or fewer. */
enum tp_live_field {
	TP_LIVE_PACKETS_IN,
	TP_LIVE_BYTES_IN,
	TP_LIVE_PACKETS_OUT,
	TP_LIVE_BYTES_OUT,
	TP_LIVE_IPV6_PACKETS_IN,
	TP_LIVE_IPV6_BYTES_IN,
	TP_LIVE_IPV6_PACKETS_OUT,
	TP_LIVE_IPV6_BYTES_OUT,
	TP_LIVE_DROPS_IN,
	TP_LIVE_DROPS_OUT,
	TP_LIVE_FIELDS,
};
#define TP_LIVE_FIELDS_MAX 64

struct tp_live_head {
	uint64_t magic; /* written last */
	uint64_t bytes; /* of all */
	uint32_t slots, workers, fields;
	uint32_t sum; /* of the head, with 0 in its place; 0: of a version that made none */
	uint64_t ids; /* offset: the accounting id of each slot's session, 8 bytes each; 0: none */
	uint64_t worker_stride; /* from what is of a worker to what is of the next */
	struct {
		uint64_t offset; /* of slot 0 and worker 0 */
		uint64_t stride; /* to the next slot's */
	} field[TP_LIVE_FIELDS_MAX];
};
/* What is to be in its place; never 0. */
uint32_t tp_live_sum(const struct tp_live_head *head);

_Static_assert(sizeof(struct tp_live_head) <= TP_LIVE_HEAD, "as described");

/* Where such files are, the I-th folder, into FOLDER, and the size of its pages, which is 0 where
 * they are ordinary ones; false: no more. Those on huge pages come first. */
bool tp_live_folder(unsigned i, char *folder, size_t size, uint64_t *page);

/* What the names of the files of KEY begin with. */
void tp_live_prefix(const char *key, char *prefix, size_t size);
