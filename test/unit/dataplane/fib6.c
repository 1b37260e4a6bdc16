/* SPDX-License-Identifier: BSD-3-Clause */
/* IPv6's FIB against a model that looks at every prefix there is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <errno.h>
#include <pthread.h>

#include <cmocka.h>

#include <rte_rcu_qsbr.h>

#include "base/random.h"
#include "dataplane/claims.h"
#include "dataplane/fib6.h"

#define SESSIONS 64

static struct tp_grace grace;
static struct rte_rcu_qsbr *qsbr;
static struct tp_fib6 *fib;
static struct tp_random rng;

/* What there is: by the claims, as fib.c has it. */
static struct tp_claims *model;

static int begin(void **state)
{
	qsbr = aligned_alloc(64, (rte_rcu_qsbr_get_memsize(1) + 63) & ~(size_t)63);
	assert_int_equal(rte_rcu_qsbr_init(qsbr, 1), 0);
	tp_grace_init(&grace, qsbr);
	fib = tp_fib6_create(SESSIONS, &grace);
	model = tp_claims_create();
	assert_true(fib != NULL && model != NULL);
	return 0;
}

static int end(void **state)
{
	tp_grace_destroy(&grace);
	tp_fib6_destroy(fib);
	tp_claims_destroy(model);
	free(qsbr);
	return 0;
}

static int put(const struct tp_prefix6 *prefix, uint32_t hop)
{
	const struct tp_ip_prefix p = tp_ip_prefix_of6(prefix);
	int err = tp_fib6_put(fib, prefix, hop);

	if (err == 0)
		tp_claims_set(model, &p, TP_CLAIM_ROUTE, hop);
	return err;
}

static void take_out(const struct tp_prefix6 *prefix)
{
	const struct tp_ip_prefix p = tp_ip_prefix_of6(prefix);
	struct tp_ip_prefix cover;
	uint32_t hop = 0;

	tp_claims_set(model, &p, TP_CLAIM_ROUTE, 0);
	if (tp_claims_cover(model, &p, &cover))
		hop = tp_claims_winner(model, &cover);
	tp_fib6_remove(fib, prefix, hop, hop != 0 ? cover.length : 0);
}

static uint32_t look_up(const uint8_t *address)
{
	uint8_t addresses[1][16];
	uint64_t hop;

	memcpy(addresses[0], address, 16);
	tp_fib6_lookup_burst(fib, addresses, &hop, 1);
	return (uint32_t)hop;
}

static uint32_t expected(const uint8_t *address)
{
	const struct tp_ip ip = tp_ip_of6(address);
	struct tp_ip_prefix p = tp_ip_host(&ip), cover;
	uint32_t hop = tp_claims_winner(model, &p);

	if (hop == 0 && tp_claims_cover(model, &p, &cover))
		hop = tp_claims_winner(model, &cover);
	return hop;
}

static struct tp_prefix6 of(const char *hex, uint8_t length)
{
	struct tp_prefix6 p = {.length = length};

	for (unsigned i = 0; hex[2 * i] != '\0'; i++) {
		unsigned byte;

		sscanf(hex + 2 * i, "%2x", &byte);
		p.address[i] = (uint8_t)byte;
	}
	return p;
}

static void test_nothing_is_found_in_nothing(void **state)
{
	const struct tp_prefix6 a = of("20010db8", 32);

	assert_int_equal(look_up(a.address), 0);
}

/* One prefix of each length, all within one another: the longest one says, until it goes. */
static void test_the_longest_of_all_lengths(void **state)
{
	const struct tp_prefix6 host = of("20010db8a5a55a5a0123456789abcdef", 128);
	struct tp_prefix6 p[129];

	for (unsigned n = 0; n <= 128; n++) {
		p[n] = host;
		p[n].length = (uint8_t)n;
		for (unsigned bit = n; bit < 128; bit++)
			p[n].address[bit / 8] &= (uint8_t) ~(0x80u >> bit % 8);
		assert_int_equal(put(&p[n], 1000 + n), 0);
		assert_int_equal(look_up(host.address), 1000 + n);
	}
	for (unsigned n = 128; n > 0; n--) {
		take_out(&p[n]);
		assert_int_equal(look_up(host.address), 1000 + n - 1);
	}
	take_out(&p[0]);
	assert_int_equal(look_up(host.address), 0);
	/* The other way round, from the shortest on. */
	for (unsigned n = 128; n <= 128; n--)
		assert_int_equal(put(&p[n], 1 + n), 0);
	for (unsigned n = 0; n < 128; n++) {
		take_out(&p[n]);
		assert_int_equal(look_up(host.address), 129);
	}
	take_out(&p[128]);
	assert_int_equal(look_up(host.address), 0);
}

static void test_a_hop_changes(void **state)
{
	static const uint8_t lengths[] = {0, 12, 16, 17, 40, 48, 49, 56, 64, 65, 128};

	for (size_t i = 0; i < sizeof(lengths); i++) {
		const struct tp_prefix6 p = of("2001", lengths[i] < 16 ? 16 : lengths[i]);

		assert_int_equal(put(&p, 5), 0);
		assert_int_equal(put(&p, 6), 0);
		assert_int_equal(look_up(p.address), 6);
		take_out(&p);
		assert_int_equal(look_up(p.address), 0);
	}
}

/* Few enough that they often lie within one another, and come and go again and again. */
static struct tp_prefix6 any_prefix(void)
{
	static const uint8_t lengths[] = {0,  3,  8,  16, 17, 29,  32,	36, 44, 47,
					  48, 48, 49, 52, 53, 56,  56,	60, 61, 63,
					  64, 64, 64, 65, 96, 112, 127, 128};
	struct tp_prefix6 p = of("20010db8", lengths[tp_random_u32(&rng) % sizeof(lengths)]);
	unsigned spread = tp_random_u32(&rng) % 4;

	for (unsigned i = 4; i < 16; i++)
		if (spread == 0 || i == 5 || i == 6 || i == 7 || i == 15)
			p.address[i] = (uint8_t)(tp_random_u32(&rng) & (spread == 1 ? 0xff : 0x11));
	if (spread == 3)
		p.address[1] = (uint8_t)(tp_random_u32(&rng) & 3);
	for (unsigned bit = p.length; bit < 128; bit++)
		p.address[bit / 8] &= (uint8_t) ~(0x80u >> bit % 8);
	return p;
}

#define PREFIXES 3000

static void compare(const struct tp_prefix6 *prefixes, unsigned count)
{
	uint8_t addresses[TP_FIB6_BURST][16];
	uint64_t hops[TP_FIB6_BURST];

	for (unsigned n = 0; n < count; n += TP_FIB6_BURST) {
		unsigned burst = count - n < TP_FIB6_BURST ? count - n : TP_FIB6_BURST;

		for (unsigned i = 0; i < burst; i++) {
			memcpy(addresses[i], prefixes[n + i].address, 16);
			addresses[i][tp_random_u32(&rng) % 16] ^=
				(uint8_t)(1u << tp_random_u32(&rng) % 8);
		}
		tp_fib6_lookup_burst(fib, addresses, hops, burst);
		for (unsigned i = 0; i < burst; i++)
			assert_int_equal(hops[i], expected(addresses[i]));
	}
}

/* Bursts whose addresses begin with so many bits that are alike, and differ in the next, among
 * prefixes of all lengths around them: what they have in common is walked once for all. */
static void test_a_burst_that_begins_alike(void **state)
{
	const struct tp_prefix6 host = of("20010db8a5a55a5a0123456789abcdef", 128);
	uint8_t addresses[TP_FIB6_BURST][16];
	uint64_t hops[TP_FIB6_BURST];

	for (unsigned n = 0; n <= 128; n += 1 + n % 3) {
		struct tp_prefix6 p = host;

		p.length = (uint8_t)n;
		for (unsigned bit = n; bit < 128; bit++)
			p.address[bit / 8] &= (uint8_t) ~(0x80u >> bit % 8);
		assert_int_equal(put(&p, 1000 + n), 0);
		for (unsigned alike = 0; alike < 128; alike++) {
			const unsigned burst = 1 + (alike + n) % TP_FIB6_BURST;

			for (unsigned i = 0; i < burst; i++) {
				memcpy(addresses[i], host.address, 16);
				for (unsigned bit = alike; bit < 128 && i > 0; bit++)
					if (bit == alike ? i % 2 : tp_random_u32(&rng) % 8 == 0)
						addresses[i][bit / 8] ^=
							(uint8_t)(0x80u >> bit % 8);
			}
			tp_fib6_lookup_burst(fib, addresses, hops, burst);
			for (unsigned i = 0; i < burst; i++)
				assert_int_equal(hops[i], expected(addresses[i]));
		}
	}
}

static void test_it_says_what_the_model_says(void **state)
{
	static struct tp_prefix6 prefixes[PREFIXES];

	tp_random_init_seed(&rng, 1);
	for (unsigned i = 0; i < PREFIXES; i++)
		prefixes[i] = any_prefix();
	for (unsigned turn = 0; turn < 40; turn++) {
		for (unsigned i = 0; i < PREFIXES / 4; i++) {
			const struct tp_prefix6 *p = &prefixes[tp_random_u32(&rng) % PREFIXES];
			const struct tp_ip_prefix key = tp_ip_prefix_of6(p);

			if (tp_claims_winner(model, &key) != 0 && tp_random_u32(&rng) % 2 == 0)
				take_out(p);
			else /* few hops: neighbours in a node often say the same */
				assert_int_equal(put(p, 1 + tp_random_u32(&rng) % 3), 0);
			if (i % 64 == 0)
				tp_grace_collect(&grace, NULL, 0);
		}
		compare(prefixes, PREFIXES);
	}
	for (unsigned i = 0; i < PREFIXES; i++) {
		const struct tp_ip_prefix key = tp_ip_prefix_of6(&prefixes[i]);

		if (tp_claims_winner(model, &key) != 0)
			take_out(&prefixes[i]);
	}
	compare(prefixes, PREFIXES);
}

/* A /64 here and there needs all its nodes for itself; of two for each session there is room, and
 * then it ends well. What is taken out makes room again. */
static void test_it_is_full(void **state)
{
	struct tp_prefix6 p = of("2001", 64), brothers = of("2002", 64);
	unsigned count = 0;
	int err = 0;

	for (unsigned i = 0; i < 16; i++) {
		brothers.address[7] = (uint8_t)i;
		assert_int_equal(put(&brothers, 7), 0);
	}
	while (err == 0) {
		count++;
		p.address[2] = (uint8_t)(count >> 16);
		p.address[3] = (uint8_t)(count >> 8);
		p.address[4] = (uint8_t)count;
		err = put(&p, 7);
	}
	assert_int_equal(err, -ENOSPC);
	assert_true(count > 2 * SESSIONS);
	assert_int_equal(look_up(p.address), 0);
	for (unsigned i = 0; i < 15; i++) { /* what goes needs no room */
		brothers.address[7] = (uint8_t)i;
		take_out(&brothers);
		assert_int_equal(look_up(brothers.address), 0);
	}
	brothers.address[7] = 15;
	assert_int_equal(look_up(brothers.address), 7);
	p.address[4]--;
	assert_int_equal(look_up(p.address), 7);
	take_out(&p);
	assert_int_equal(look_up(p.address), 0);
	p.address[4]++;
	assert_int_equal(put(&p, 7), 0);
	assert_int_equal(look_up(p.address), 7);
}

/* Those that come and go leave nothing behind, in the table neither. */
static void test_churn_costs_no_memory(void **state)
{
	for (unsigned i = 0; i < 200000; i++) {
		struct tp_prefix6 p = of("2001", i % 2 == 0 ? 64 : 128);

		p.address[3] = (uint8_t)(i >> 16);
		p.address[4] = (uint8_t)(i >> 8);
		p.address[5] = (uint8_t)i;
		assert_int_equal(put(&p, 7), 0);
		take_out(&p);
		if (i % 1024 == 0)
			tp_grace_collect(&grace, NULL, 0);
	}
	assert_true(fib->table->mask < 4096);
}

/* ---- a worker looks up meanwhile ------------------------------------------------------------- */

#define TURNS 10000

static bool done;

/* Where STEADY is, beside and within what comes and goes. */
static const char *const steady[] = {"20010db800010000", "20010db800010100", "20010db800020000",
				     "20010db800030000000000000000000a", "2a00"};
static const uint8_t steady_lengths[] = {64, 56, 48, 128, 16};

/* What is steady never says anything else; what changes says what it did a moment ago, or does now:
 * its own hop, or that of what is around it. */
static void *work(void *arg)
{
	uint8_t addresses[10][16];
	uint64_t hops[10];
	unsigned wrong = 0;

	rte_rcu_qsbr_thread_register(qsbr, 0);
	rte_rcu_qsbr_thread_online(qsbr, 0);
	for (unsigned i = 0; i < 5; i++) {
		struct tp_prefix6 p = of(steady[i], steady_lengths[i]);

		memcpy(addresses[i], p.address, 16);
		memcpy(addresses[5 + i], p.address, 16);
		addresses[5 + i][5] ^= 8; /* in what changes */
	}
	while (!__atomic_load_n(&done, __ATOMIC_ACQUIRE)) {
		tp_fib6_lookup_burst(fib, addresses, hops, 10);
		for (unsigned i = 0; i < 5; i++)
			wrong += hops[i] != 100 + i;
		for (unsigned i = 5; i < 9; i++)
			wrong += hops[i] != 1 && hops[i] != 2 && hops[i] != 3;
		rte_rcu_qsbr_quiescent(qsbr, 0);
	}
	rte_rcu_qsbr_thread_offline(qsbr, 0);
	rte_rcu_qsbr_thread_unregister(qsbr, 0);
	return (void *)(uintptr_t)wrong;
}

static void test_a_worker_looks_up_meanwhile(void **state)
{
	static const uint8_t lengths[] = {48, 52, 56, 60, 64, 80, 128};
	const struct tp_prefix6 around = of("20010db8", 32);
	pthread_t worker;
	void *wrong;

	done = false;
	tp_random_init_seed(&rng, 2);
	assert_int_equal(put(&around, 1), 0);
	for (unsigned i = 0; i < 5; i++) {
		const struct tp_prefix6 p = of(steady[i], steady_lengths[i]);

		assert_int_equal(put(&p, 100 + i), 0);
	}
	assert_int_equal(pthread_create(&worker, NULL, work, NULL), 0);
	for (unsigned turn = 0; turn < TURNS; turn++) {
		unsigned which = tp_random_below(&rng, 4);
		struct tp_prefix6 p = of(steady[which], 128);

		p.length = lengths[tp_random_below(&rng, sizeof(lengths))];
		p.address[5] ^= 8;
		for (unsigned bit = p.length; bit < 128; bit++)
			p.address[bit / 8] &= (uint8_t) ~(0x80u >> bit % 8);
		const struct tp_ip_prefix key = tp_ip_prefix_of6(&p);
		if (tp_claims_winner(model, &key) != 0)
			take_out(&p);
		else
			assert_int_equal(put(&p, 2 + turn % 2), 0);
		tp_grace_collect(&grace, NULL, 0);
	}
	__atomic_store_n(&done, true, __ATOMIC_RELEASE);
	pthread_join(worker, &wrong);
	assert_null(wrong);
}

#define SKIPPED 77

int main(void)
{
#ifdef __AVX512F__
	if (!__builtin_cpu_supports("avx512f") || !__builtin_cpu_supports("avx512dq"))
		return SKIPPED;
#endif
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_nothing_is_found_in_nothing, begin, end),
		cmocka_unit_test_setup_teardown(test_the_longest_of_all_lengths, begin, end),
		cmocka_unit_test_setup_teardown(test_a_hop_changes, begin, end),
		cmocka_unit_test_setup_teardown(test_a_burst_that_begins_alike, begin, end),
		cmocka_unit_test_setup_teardown(test_it_says_what_the_model_says, begin, end),
		cmocka_unit_test_setup_teardown(test_it_is_full, begin, end),
		cmocka_unit_test_setup_teardown(test_churn_costs_no_memory, begin, end),
		cmocka_unit_test_setup_teardown(test_a_worker_looks_up_meanwhile, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
