/* SPDX-License-Identifier: BSD-3-Clause */
/* rte_fib, with the claims on each prefix kept beside it. */
#define ALLOW_EXPERIMENTAL_API /* rte_vect_set_max_simd_bitwidth() */
#include "dataplane/fib.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>

#include <rte_fib.h>
#include <rte_memory.h>
#include <rte_vect.h>
#include <uthash.h>

#include "base/once.h"

#define OTHER_PREFIXES 16384 /* framed routes, routes, neighbours */
#define TBL8_BYTES     1024  /* 256 entries of 4 bytes */
#define RIB_NODE_BYTES 192   /* rte_rib's node in its mempool, with room to spare */

struct entry {
	uint64_t key;
	uint32_t hops[TP_CLAIMS]; /* 0: no claim */
	UT_hash_handle hh;
};

struct tp_fib {
	struct rte_fib *fib;
	struct entry *entries;
};

static uint64_t key_of(const struct tp_prefix *prefix)
{
	return (uint64_t)prefix->address << 8 | prefix->length;
}

/* A group of 256 addresses with any /32 in it takes a tbl8. Subscribers' addresses scattered at
 * random take one each; with more than 65,536 sessions they are expected to come from pools. */
static uint32_t tbl8_count(uint32_t max_sessions)
{
	uint32_t scattered = max_sessions < 65536 ? max_sessions : 65536;
	return scattered + (max_sessions - scattered) / 16 + OTHER_PREFIXES / 4;
}

static uint32_t rib_nodes(uint32_t max_sessions)
{
	return 2 * (max_sessions + OTHER_PREFIXES); /* a branch needs a node of its own */
}

uint64_t tp_fib_memory(uint32_t max_sessions)
{
	return (uint64_t)(1u << 24) * 4 + (uint64_t)tbl8_count(max_sessions) * TBL8_BYTES +
	       (uint64_t)rib_nodes(max_sessions) * RIB_NODE_BYTES;
}

/* RFC 1812, section 5.3.7: destinations that are never forwarded to. */
static int add_martians(struct tp_fib *fib)
{
	static const struct tp_prefix martians[] = {
		{0x00000000, 8}, {0x7f000000, 8}, {0xe0000000, 3}, /* classes D and E */
	};
	for (size_t i = 0; i < sizeof(martians) / sizeof(martians[0]); i++) {
		int err =
			tp_fib_claim(fib, &martians[i], TP_CLAIM_LOCAL, TP_HOP(TP_HOP_MARTIAN, 0));
		if (err != 0)
			return err;
	}
	return 0;
}

/* Sixteen look-ups at once by gather, where the CPU has AVX-512. The EAL allows 256 bits by
 * default, because wider ones used to cost frequency; for this one look-up it is lifted. Refused
 * where the CPU or the build lacks it: the scalar look-up stays then. */
static void select_lookup(struct rte_fib *fib)
{
	uint16_t width = rte_vect_get_max_simd_bitwidth();
	rte_vect_set_max_simd_bitwidth(RTE_VECT_SIMD_512);
	rte_fib_select_lookup(fib, RTE_FIB_LOOKUP_DIR24_8_VECTOR_AVX512);
	rte_vect_set_max_simd_bitwidth(width);
}

struct tp_fib *tp_fib_create(uint32_t max_sessions)
{
	struct rte_fib_conf conf = {
		.type = RTE_FIB_DIR24_8,
		.default_nh = TP_HOP(TP_HOP_NONE, 0),
		.max_routes = (int)(max_sessions + OTHER_PREFIXES), /* it doubles that by itself */
		.dir24_8 = {.nh_sz = RTE_FIB_DIR24_8_4B, .num_tbl8 = tbl8_count(max_sessions)},
	};
	struct tp_fib *fib = calloc(1, sizeof(*fib));
	if (fib == NULL)
		return NULL;
	fib->fib = rte_fib_create("turnpike", SOCKET_ID_ANY, &conf);
	if (fib->fib == NULL) {
		free(fib);
		return NULL;
	}
	select_lookup(fib->fib);
	if (add_martians(fib) != 0) {
		tp_fib_destroy(fib);
		return NULL;
	}
	return fib;
}

void tp_fib_destroy(struct tp_fib *fib)
{
	struct entry *e, *next;
	if (fib == NULL)
		return;
	HASH_ITER (hh, fib->entries, e, next) {
		HASH_DEL(fib->entries, e);
		free(e);
	}
	rte_fib_free(fib->fib);
	free(fib);
}

struct rte_fib *tp_fib_lookup_handle(const struct tp_fib *fib)
{
	return fib->fib;
}

static struct entry *find(const struct tp_fib *fib, const struct tp_prefix *prefix)
{
	struct entry *e;
	uint64_t key = key_of(prefix);
	HASH_FIND(hh, fib->entries, &key, sizeof(key), e);
	return e;
}

static uint32_t winner(const struct entry *e)
{
	for (unsigned i = 0; i < TP_CLAIMS; i++)
		if (e->hops[i] != 0)
			return e->hops[i];
	return 0;
}

int tp_fib_claim(struct tp_fib *fib, const struct tp_prefix *prefix, enum tp_claim claim,
		 uint32_t hop)
{
	struct entry *e = find(fib, prefix);
	bool fresh = e == NULL;
	if (fresh) {
		e = calloc(1, sizeof(*e));
		if (e == NULL)
			return -ENOMEM;
		e->key = key_of(prefix);
	}
	uint32_t before = e->hops[claim], winner_before = winner(e);
	e->hops[claim] = hop;
	tp_gives(fib->fib);
	if (winner(e) != winner_before &&
	    rte_fib_add(fib->fib, prefix->address, prefix->length, winner(e)) != 0) {
		e->hops[claim] = before;
		if (fresh)
			free(e);
		return -ENOSPC;
	}
	if (fresh)
		HASH_ADD(hh, fib->entries, key, sizeof(e->key), e);
	return 0;
}

int tp_fib_release(struct tp_fib *fib, const struct tp_prefix *prefix, enum tp_claim claim)
{
	struct entry *e = find(fib, prefix);
	if (e == NULL || e->hops[claim] == 0)
		return -ENOENT;
	uint32_t winner_before = winner(e);
	e->hops[claim] = 0;
	if (winner(e) == 0) {
		rte_fib_delete(fib->fib, prefix->address, prefix->length);
		HASH_DEL(fib->entries, e);
		free(e);
	} else if (winner(e) != winner_before) {
		rte_fib_add(fib->fib, prefix->address, prefix->length, winner(e));
	}
	return 0;
}

uint32_t tp_fib_claimed(const struct tp_fib *fib, const struct tp_prefix *prefix,
			enum tp_claim claim)
{
	const struct entry *e = find(fib, prefix);
	return e == NULL ? 0 : e->hops[claim];
}

uint32_t tp_fib_lookup(const struct tp_fib *fib, uint32_t address)
{
	uint64_t hop = 0;
	rte_fib_lookup_bulk(fib->fib, &address, &hop, 1);
	return (uint32_t)hop;
}
