/* SPDX-License-Identifier: BSD-3-Clause */
/* What control's and the workers' side of captures share. */
#pragma once

#include "dataplane/dataplane.h"
#include "dataplane/grace.h"
#include "dataplane/sniff.h"
#include "dataplane/worker/worker.h"

struct rte_ring;

/* Frames of the burst being worked that the capture has, until it is known what became of them. */
struct tp_sniff_pending {
	unsigned count;
	const struct rte_mbuf *mbufs[TP_BURST];
	struct tp_sniffed *copies[TP_BURST];
	uint64_t lost;
} __attribute__((aligned(64)));

struct tp_sniff_store {
	struct rte_ring *free, *full; /* of pointers to pieces */
	struct tp_sniffed *pieces;
	struct tp_sniff_pending pending[TP_DATAPLANE_MAX_WORKERS];
};

/* What workers look at; another one for another filter. */
struct tp_sniff {
	struct tp_grace_item grace; /* first */
	struct tp_sniff_filter filter;
	struct tp_sniff_store *store;
	bool last; /* the store goes with it */
};
