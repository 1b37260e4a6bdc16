/* SPDX-License-Identifier: BSD-3-Clause */
/* Random bytes, from the kernel or from a seed.
 *
 * An engine is given a struct tp_random; so a daemon takes challenges and magic
 * numbers from the kernel's CSPRNG, and a simulation replays itself from a seed. */
#pragma once

#include <stddef.h>
#include <stdint.h>

struct tp_random {
	uint64_t state[4]; /* of the seeded generator (xoshiro256**); unused for the kernel's */
	uint32_t left;	   /* bytes left in the buffer of the kernel's bytes */
	int seeded;
	uint8_t buffer[512];
};

/* A generator over getrandom(2), buffered. One thread at a time. */
void tp_random_init(struct tp_random *r);

/* A generator for simulations and tests, wholly determined by SEED. Not for secrets. */
void tp_random_init_seed(struct tp_random *r, uint64_t seed);

/* Fills OUT with LEN random bytes. The owner's thread only. Aborts if the kernel has no
 * random numbers to give, which Linux rules out once it has booted. */
void tp_random_bytes(struct tp_random *r, void *out, size_t len);

/* 32 random bits. */
uint32_t tp_random_u32(struct tp_random *r);

/* A number in 0 … BOUND - 1; BOUND > 0. */
uint32_t tp_random_below(struct tp_random *r, uint32_t bound);
