/* SPDX-License-Identifier: BSD-3-Clause */
/* Values of subscribers: each once, and each its own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "aaa/values.h"
#include "base/name.h"

static struct tp_random rng;
static struct tp_names *names;
static struct tp_aaa_values *values;

static int begin(void **state)
{
	tp_random_init_seed(&rng, 1);
	names = tp_names_create();
	values = tp_aaa_values_create(&rng);
	return names == NULL || values == NULL;
}

static int end(void **state)
{
	tp_aaa_values_destroy(values);
	tp_names_destroy(names);
	return 0;
}

/* One with something of each kind. */
static struct tp_subscriber full(void)
{
	static const struct tp_prefix6 delegated = {.address = {0x20, 1, 0xd, 0xb8}, .length = 56};
	static const struct tp_prefix6 route = {.address = {0x20, 1, 0xd, 0xb9}, .length = 48};
	const struct tp_subscriber_ipv6 ipv6 = {
		.prefix_pool = tp_name_get(names, "links"),
		.delegated = &delegated,
		.delegated_count = 1,
		.routes = &route,
		.route_count = 1,
		.lease_time_s = 3600,
		.dns_count = 1,
		.dns = {{0xfd}},
	};
	struct tp_subscriber s = {
		.profile = tp_name_get(names, "gold"),
		.remote = {.pool = tp_name_get(names, "pool")},
		.local = {.fixed = 0x0a000001},
		.dns = {1, 2},
		.session_timeout_s = 60,
		.secret_id = 7,
		.route_count = 1,
	};
	const struct tp_rate_limit limit = {.words = 1, .rx = {.rate = 1000}, .tx = {.rate = 2000}};

	s.routes = calloc(1, sizeof(*s.routes));
	*s.routes = (struct tp_prefix){.address = 0x0a010000, .length = 16};
	s.radius = calloc(1, sizeof(*s.radius) + 3);
	s.radius->class_len = 3;
	memcpy(s.radius->class, "\x19\x03x", 3);
	assert_int_equal(tp_subscriber_set_rate_limit(&s, &limit), 0);
	s.ipv6 = tp_subscriber_ipv6_copy(&ipv6);
	assert_true(s.routes != NULL && s.radius != NULL && s.ipv6 != NULL);
	tp_name_unref(ipv6.prefix_pool);
	return s;
}

static void test_the_same_is_there_once(void **state)
{
	struct tp_subscriber a = full(), b = full();
	const struct tp_subscriber *value, *again;
	size_t memory = tp_aaa_values_memory(values);

	b.secret_id = 8;
	value = tp_aaa_value_get(values, &a);
	again = tp_aaa_value_get(values, &b);
	assert_non_null(value);
	assert_ptr_equal(value, again);
	assert_int_equal(tp_aaa_values_count(values), 1);
	assert_int_equal(value->secret_id, 0);
	assert_true(tp_subscriber_same(value, &a));
	tp_subscriber_clear(&a);
	tp_subscriber_clear(&b);
	tp_aaa_value_unref(values, value);
	assert_string_equal(again->profile, "gold");
	assert_int_equal(again->ipv6->delegated[0].length, 56);
	tp_aaa_value_unref(values, again);
	assert_int_equal(tp_aaa_values_count(values), 0);
	assert_int_equal(tp_aaa_values_memory(values), memory);
}

/* Changes of each kind, each of which makes another value. */
static void change(struct tp_subscriber *s, unsigned what)
{
	switch (what) {
	case 0:
		tp_name_unref(s->profile);
		s->profile = tp_name_get(names, "silver");
		break;
	case 1:
		s->address_list = tp_name_get(names, "list");
		break;
	case 2:
		s->remote.fixed = 5;
		break;
	case 3:
		s->local.fixed++;
		break;
	case 4:
		s->rate_limit->rx.burst_rate = 5;
		break;
	case 5:
		s->radius->class[2] = 'y';
		break;
	case 6:
		s->radius->interim_s = 60;
		break;
	case 7:
		free(s->radius);
		s->radius = NULL;
		break;
	case 8:
		s->routes[0].length = 17;
		break;
	case 9:
		s->route_count = 0;
		break;
	case 10:
		s->ipv6->dns[0][15] = 1;
		break;
	case 11:
		s->ipv6->lease_time_s++;
		break;
	case 12:
		tp_subscriber_ipv6_free(s->ipv6);
		s->ipv6 = NULL;
		break;
	case 13:
		s->limit_bytes_in = 1;
		break;
	case 14:
		s->limit_bytes_out = 1;
		break;
	case 15:
		s->dns[1] = 3;
		break;
	case 16:
		s->wins[0] = 3;
		break;
	case 17:
		s->session_timeout_s++;
		break;
	case 18:
		s->idle_timeout_s++;
		break;
	case 19:
		s->only_one = true;
		break;
	case 20:
		s->change_tcp_mss = true;
		break;
	case 21:
		s->stateful_encryption = true;
		break;
	case 22:
		s->encryption_strengths = 1;
		break;
	case 23:
		s->use_encryption = 1;
		break;
	case 24:
		s->use_ipv6 = 1;
		break;
	}
}
#define CHANGES 25

static void test_what_differs_in_anything_is_another(void **state)
{
	const struct tp_subscriber *value[CHANGES + 1];

	for (unsigned i = 0; i <= CHANGES; i++) {
		struct tp_subscriber s = full();

		change(&s, i);
		value[i] = tp_aaa_value_get(values, &s);
		assert_non_null(value[i]);
		assert_true(tp_subscriber_same(value[i], &s));
		assert_int_equal(tp_aaa_values_count(values), i + 1);
		tp_subscriber_clear(&s);
	}
	for (unsigned i = 0; i <= CHANGES; i++)
		tp_aaa_value_unref(values, value[i]);
	assert_int_equal(tp_aaa_values_count(values), 0);
}

static void test_thousands_come_and_go(void **state)
{
	static const struct tp_subscriber *value[5000];

	for (unsigned i = 0; i < 5000; i++) {
		struct tp_subscriber s = {.remote = {.fixed = 1 + i}};

		value[i] = tp_aaa_value_get(values, &s);
	}
	assert_int_equal(tp_aaa_values_count(values), 5000);
	for (unsigned i = 0; i < 5000; i++) {
		struct tp_subscriber s = {.remote = {.fixed = 1 + i}};

		assert_ptr_equal(tp_aaa_value_get(values, &s), value[i]);
		tp_aaa_value_unref(values, value[i]);
		tp_aaa_value_unref(values, value[i]);
	}
	assert_int_equal(tp_aaa_values_count(values), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_the_same_is_there_once, begin, end),
		cmocka_unit_test_setup_teardown(test_what_differs_in_anything_is_another, begin,
						end),
		cmocka_unit_test_setup_teardown(test_thousands_come_and_go, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
