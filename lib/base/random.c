/* SPDX-License-Identifier: BSD-3-Clause */
#include "random.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

void tp_random_init(struct tp_random *r)
{
	memset(r, 0, sizeof(*r));
}

/* SplitMix64, as the authors of xoshiro256** recommend for filling its state. */
void tp_random_init_seed(struct tp_random *r, uint64_t seed)
{
	memset(r, 0, sizeof(*r));
	r->seeded = 1;
	for (int i = 0; i < 4; i++) {
		uint64_t z = (seed += 0x9e3779b97f4a7c15u);

		z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
		z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
		r->state[i] = z ^ (z >> 31);
	}
}

static uint64_t rotate_left(uint64_t x, int k)
{
	return x << k | x >> (64 - k);
}

/* xoshiro256** 1.0, by Blackman and Vigna (public domain). */
static uint64_t next_seeded(uint64_t s[4])
{
	uint64_t result = rotate_left(s[1] * 5, 7) * 9;
	uint64_t t = s[1] << 17;

	s[2] ^= s[0];
	s[3] ^= s[1];
	s[1] ^= s[2];
	s[0] ^= s[3];
	s[2] ^= t;
	s[3] = rotate_left(s[3], 45);
	return result;
}

static void refill(struct tp_random *r)
{
	if (r->seeded) {
		for (size_t i = 0; i < sizeof(r->buffer); i += 8) {
			uint64_t v = next_seeded(r->state);

			memcpy(r->buffer + i, &v, 8);
		}
	} else if (getrandom(r->buffer, sizeof(r->buffer), 0) != (ssize_t)sizeof(r->buffer)) {
		abort();
	}
	r->left = sizeof(r->buffer);
}

void tp_random_bytes(struct tp_random *r, void *out, size_t len)
{
	uint8_t *p = out;

	while (len > 0) {
		if (r->left == 0)
			refill(r);
		size_t n = len < r->left ? len : r->left;
		uint8_t *from = r->buffer + sizeof(r->buffer) - r->left;

		memcpy(p, from, n);
		memset(from, 0, n); /* a byte given out is not kept */
		r->left -= (uint32_t)n;
		p += n;
		len -= n;
	}
}

uint32_t tp_random_u32(struct tp_random *r)
{
	uint32_t v;

	tp_random_bytes(r, &v, sizeof(v));
	return v;
}

uint32_t tp_random_below(struct tp_random *r, uint32_t bound)
{
	return (uint32_t)(((uint64_t)tp_random_u32(r) * bound) >> 32);
}
