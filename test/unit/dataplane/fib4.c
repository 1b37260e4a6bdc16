/* SPDX-License-Identifier: BSD-3-Clause */
/* IPv4's FIB against a model that looks at every prefix there is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <errno.h>
#include <pthread.h>
#include <sched.h>

#include <cmocka.h>

#include <rte_eal.h>
#include <rte_rcu_qsbr.h>

#include "base/random.h"
#include "dataplane/claims.h"
#include "dataplane/fib4.h"

#define NODES 64
#define NET   0x0a000000u

static struct tp_grace grace;
static struct rte_rcu_qsbr *qsbr;
static struct tp_fib4 *fib;
static struct tp_random rng;

/* What there is: by the claims, as fib.c has it. */
static struct tp_claims *model;

static int begin(void **state)
{
	qsbr = aligned_alloc(64, (rte_rcu_qsbr_get_memsize(1) + 63) & ~(size_t)63);
	assert_int_equal(rte_rcu_qsbr_init(qsbr, 1), 0);
	tp_grace_init(&grace, qsbr);
	fib = tp_fib4_create(NODES, &grace);
	model = tp_claims_create();
	assert_true(fib != NULL && model != NULL);
	return 0;
}

static int end(void **state)
{
	tp_grace_destroy(&grace);
	tp_fib4_destroy(fib);
	tp_claims_destroy(model);
	free(qsbr);
	return 0;
}

static uint32_t mask(unsigned length)
{
	return length == 0 ? 0 : UINT32_MAX << (32 - length);
}

static struct tp_ip_prefix prefix_of(uint32_t address, uint8_t length)
{
	return (struct tp_ip_prefix){tp_ip_of4(address), length};
}

static bool has(uint32_t address, uint8_t length)
{
	const struct tp_ip_prefix p = prefix_of(address, length);

	return tp_claims_winner(model, &p) != 0;
}

static int put(uint32_t address, uint8_t length, uint32_t hop)
{
	const struct tp_ip_prefix p = prefix_of(address, length);
	int err = 0;

	if (has(address, length))
		tp_fib4_change(fib, address, length, hop);
	else
		err = tp_fib4_put(fib, address, length, hop);
	if (err == 0)
		tp_claims_set(model, &p, TP_CLAIM_ROUTE, hop);
	return err;
}

static void take_out(uint32_t address, uint8_t length)
{
	const struct tp_ip_prefix p = prefix_of(address, length);
	struct tp_ip_prefix cover;
	uint32_t hop = 0;

	tp_claims_set(model, &p, TP_CLAIM_ROUTE, 0);
	if (tp_claims_cover(model, &p, &cover))
		hop = tp_claims_winner(model, &cover);
	tp_fib4_remove(fib, address, length, hop, hop != 0 ? cover.length : 0);
}

static uint32_t look_up(uint32_t address)
{
	uint64_t hop;

	tp_fib4_lookup_burst(fib, &address, &hop, 1);
	return (uint32_t)hop;
}

static uint32_t expected(uint32_t address)
{
	struct tp_ip_prefix p = prefix_of(address, 32), cover;
	uint32_t hop = tp_claims_winner(model, &p);

	if (hop == 0 && tp_claims_cover(model, &p, &cover))
		hop = tp_claims_winner(model, &cover);
	return hop;
}

/* One prefix of each length, all within one another: the longest one says, until it goes. */
static void test_the_longest_of_all_lengths(void **state)
{
	const uint32_t host = 0xc612a55a;

	assert_int_equal(look_up(host), 0);
	for (uint8_t n = 0; n <= 32; n++) {
		assert_int_equal(put(host & mask(n), n, 1000u + n), 0);
		assert_int_equal(look_up(host), 1000 + n);
	}
	assert_int_equal(look_up(host ^ 1), 1000 + 31);
	assert_int_equal(look_up(host ^ 0x80000000), 1000);
	for (uint8_t n = 32; n > 0; n--) {
		take_out(host & mask(n), n);
		assert_int_equal(look_up(host), 1000 + n - 1);
	}
	take_out(0, 0);
	assert_int_equal(look_up(host), 0);
}

/* The lookup of a burst is of sixteen at a time: of every size each has its own answer, and nothing
 * behind it is written. */
static void test_bursts_of_every_size(void **state)
{
	uint32_t addresses[64];
	uint64_t hops[65];

	for (unsigned i = 0; i < 64; i += 2)
		assert_int_equal(put(NET | i, 32, 1 + i), 0);
	for (unsigned count = 1; count <= 64; count++) {
		for (unsigned i = 0; i < 64; i++)
			addresses[i] = NET | i;
		hops[count] = UINT64_MAX;
		tp_fib4_lookup_burst(fib, addresses, hops, count);
		for (unsigned i = 0; i < count; i++)
			assert_int_equal(hops[i], i % 2 == 0 ? 1 + i : 0);
		assert_true(hops[count] == UINT64_MAX);
	}
}

struct prefix {
	uint32_t address;
	uint8_t length;
};

/* Few enough that they often lie within one another, and come and go again and again. */
static struct prefix any_prefix(void)
{
	static const uint8_t lengths[] = {8,  12, 16, 20, 22, 23, 24, 24, 25,
					  26, 28, 29, 30, 31, 32, 32, 32, 32};
	struct prefix p = {.length = lengths[tp_random_u32(&rng) % sizeof(lengths)]};

	p.address = NET | (tp_random_u32(&rng) & 0x00000f1f);
	p.address &= mask(p.length);
	return p;
}

#define PREFIXES 1000

static void compare(void)
{
	uint32_t addresses[64];
	uint64_t hops[64];

	for (unsigned n = 0; n < 32; n++) {
		for (unsigned i = 0; i < 64; i++)
			addresses[i] = NET | (tp_random_u32(&rng) & 0x00001f3f);
		tp_fib4_lookup_burst(fib, addresses, hops, 64);
		for (unsigned i = 0; i < 64; i++)
			assert_int_equal(hops[i], expected(addresses[i]));
	}
}

static void test_it_says_what_the_model_says(void **state)
{
	static struct prefix prefixes[PREFIXES];

	tp_random_init_seed(&rng, 1);
	for (unsigned i = 0; i < PREFIXES; i++)
		prefixes[i] = any_prefix();
	for (unsigned turn = 0; turn < 40; turn++) {
		for (unsigned i = 0; i < PREFIXES / 4; i++) {
			const struct prefix *p = &prefixes[tp_random_u32(&rng) % PREFIXES];

			if (has(p->address, p->length) && tp_random_u32(&rng) % 2 == 0)
				take_out(p->address, p->length);
			else /* few hops: neighbours in a node often say the same */
				assert_int_equal(
					put(p->address, p->length, 1 + tp_random_u32(&rng) % 3), 0);
			if (i % 16 == 0)
				tp_grace_collect(&grace, NULL, 0);
		}
		compare();
	}
	for (unsigned i = 0; i < PREFIXES; i++)
		if (has(prefixes[i].address, prefixes[i].length))
			take_out(prefixes[i].address, prefixes[i].length);
	compare();
}

/* An address here and there needs a node for itself. What there is may change, and go, all the
 * same, and makes room. */
static void test_it_is_full(void **state)
{
	uint32_t last = 0;
	int err = 0;

	for (uint32_t i = 0; err == 0; i++) {
		last = NET | i << 8 | 1;
		err = put(last, 32, 7);
	}
	assert_int_equal(err, -ENOSPC);
	assert_int_equal(last, NET | (NODES - 1) << 8 | 1);
	assert_int_equal(look_up(last), 0);
	assert_int_equal(put(NET | 1, 32, 8), 0);
	assert_int_equal(look_up(NET | 1), 8);
	take_out(NET | 1, 32);
	assert_int_equal(look_up(NET | 1), 0);
	assert_int_equal(put(last, 32, 7), 0);
	assert_int_equal(look_up(last), 7);
}

static void test_churn_costs_no_memory(void **state)
{
	for (uint32_t i = 0; i < 100000; i++) {
		assert_int_equal(put(NET | i << 4 | 3, 32, 7), 0);
		take_out(NET | i << 4 | 3, 32);
		if (i % 16 == 0)
			tp_grace_collect(&grace, NULL, 0);
	}
}

/* ---- a worker looks up meanwhile ------------------------------------------------------------- */

#define TURNS 20000

static bool done;

/* What is steady never says anything else, whatever comes and goes in its node and around it. */
static void *work(void *arg)
{
	const uint32_t addresses[] = {NET | 1, NET | 0x0101, NET | 0x0200, NET | 0x77,
				      NET | 0x0377};
	uint64_t hops[5];
	unsigned wrong = 0;

	rte_rcu_qsbr_thread_register(qsbr, 0);
	rte_rcu_qsbr_thread_online(qsbr, 0);
	while (!__atomic_load_n(&done, __ATOMIC_ACQUIRE)) {
		tp_fib4_lookup_burst(fib, addresses, hops, 5);
		wrong += hops[0] != 100 || hops[1] != 101 || hops[2] != 102;
		for (unsigned i = 3; i < 5; i++)
			wrong += hops[i] < 1 || hops[i] > 3;
		rte_rcu_qsbr_quiescent(qsbr, 0);
	}
	rte_rcu_qsbr_thread_offline(qsbr, 0);
	rte_rcu_qsbr_thread_unregister(qsbr, 0);
	return (void *)(uintptr_t)wrong;
}

static void test_a_worker_looks_up_meanwhile(void **state)
{
	static const uint8_t lengths[] = {16, 22, 24, 26, 30, 32};
	pthread_t worker;
	void *wrong;

	done = false;
	tp_random_init_seed(&rng, 2);
	assert_int_equal(put(NET, 8, 1), 0);
	assert_int_equal(put(NET | 1, 32, 100), 0);
	assert_int_equal(put(NET | 0x0101, 32, 101), 0);
	assert_int_equal(put(NET | 0x0200, 25, 102), 0);
	assert_int_equal(pthread_create(&worker, NULL, work, NULL), 0);
	for (unsigned turn = 0; turn < TURNS; turn++) {
		uint8_t length = lengths[tp_random_below(&rng, sizeof(lengths))];
		uint32_t address = (NET | tp_random_below(&rng, 4) << 8 | 0x77) & mask(length);

		if (length >= 25 && (address & 0xffffff80) == (NET | 0x0200))
			continue;
		if (has(address, length))
			take_out(address, length);
		else if (put(address, length, 2 + turn % 2) != 0)
			sched_yield(); /* all nodes wait for the worker to have looked away */
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
		cmocka_unit_test_setup_teardown(test_the_longest_of_all_lengths, begin, end),
		cmocka_unit_test_setup_teardown(test_bursts_of_every_size, begin, end),
		cmocka_unit_test_setup_teardown(test_it_says_what_the_model_says, begin, end),
		cmocka_unit_test_setup_teardown(test_it_is_full, begin, end),
		cmocka_unit_test_setup_teardown(test_churn_costs_no_memory, begin, end),
		cmocka_unit_test_setup_teardown(test_a_worker_looks_up_meanwhile, begin, end),
	};

	char *eal[] = {"fib4",	      "--no-huge",     "-m", "160", "--no-pci",
		       "--no-shconf", "--no-telemetry"};
	if (rte_eal_init(sizeof(eal) / sizeof(eal[0]), eal) < 0)
		return 1;
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	rte_eal_cleanup();
	return failed;
}
