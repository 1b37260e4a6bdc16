/* SPDX-License-Identifier: BSD-3-Clause */
/* Images of sessions: what is written is read again; each version's are read, whatever comes; and
 * bytes that are none are told from them. Images of all versions are in the folder `images`, as
 * hexadecimal digits. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/name.h"
#include "config/file/file.h"
#include "session/image_facts.h"

static struct tp_config *config;
static struct tp_aaa_local *names;

static int set_up(void **state)
{
	struct tp_errors errors = {0};

	config = tp_config_load_text(TP_PROGRAM_SERVER, "t.yaml", "{}", 2, &errors);
	assert_non_null(config);
	names = tp_aaa_local_create(config);
	assert_non_null(names);
	return 0;
}

static int tear_down(void **state)
{
	tp_aaa_local_destroy(names);
	tp_config_destroy(config);
	return 0;
}

static struct tp_prefix6 prefix_of(uint8_t third, uint8_t fourth, uint8_t length)
{
	return (struct tp_prefix6){.address = {0x20, 0x01, third, fourth}, .length = length};
}

/* ---- one that has everything ---- */

static void full_subscriber(struct tp_subscriber *s)
{
	static const uint8_t class[] = {25, 5, 'c', '4', '2'};
	static struct tp_prefix6 delegated[2], routes[1];
	struct tp_subscriber_ipv6 ipv6 = {
		.lease_time_s = 600,
		.prefix = prefix_of(5, 5, 64),
		.delegated = delegated,
		.delegated_count = 2,
		.routes = routes,
		.route_count = 1,
		.dns_count = 1,
		.dns = {{0x20, 1, 0xdd}},
		.has_address = true,
		.address = {0x20, 1, 6, 6},
		.has_interface_id = true,
		.interface_id = {1, 2, 3, 4, 5, 6, 7, 8},
	};
	const struct tp_rate_limit limit = {
		.words = 6,
		.rx = {1000000, 2000000, 1500000, 10, 3, 500000},
		.tx = {3000000, 4000000, 3500000, 20, 8, 700000},
	};

	delegated[0] = prefix_of(7, 1, 56);
	delegated[1] = prefix_of(7, 2, 56);
	routes[0] = prefix_of(8, 8, 48);
	*s = (struct tp_subscriber){
		.profile = tp_aaa_local_name(names, "gold"),
		.address_list = tp_aaa_local_name(names, "customers"),
		.local = {.fixed = 0x0a000001},
		.remote = {.pool = tp_aaa_local_name(names, "pool")},
		.limit_bytes_in = 5000000000,
		.limit_bytes_out = 6000000000,
		.dns = {0x01010101, 0x08080808},
		.wins = {0x0a0a0a0a, 0},
		.session_timeout_s = 3600,
		.idle_timeout_s = 60,
		.secret_id = 17,
		.only_one = true,
		.change_tcp_mss = true,
		.stateful_encryption = true,
		.encryption_strengths = 3,
		.use_encryption = TP_ENCRYPTION_YES,
		.use_ipv6 = TP_USE_IPV6_YES,
	};
	assert_int_equal(tp_subscriber_set_rate_limit(s, &limit), 0);
	s->routes = calloc(2, sizeof(s->routes[0]));
	s->route_count = 2;
	s->routes[0] = (struct tp_prefix){0xc0a80700, 24};
	s->routes[1] = (struct tp_prefix){0xc0a80900, 24};
	s->radius = calloc(1, sizeof(*s->radius) + sizeof(class));
	*s->radius = (struct tp_subscriber_radius){.limit_bytes_total = 7000000000,
						   .interim_s = 300,
						   .termination_action = 1,
						   .port_limit = 2,
						   .framed_mtu = 1400,
						   .given = TP_GIVEN_PROFILE,
						   .class_len = sizeof(class)};
	memcpy(s->radius->class, class, sizeof(class));
	ipv6.prefix_pool = tp_aaa_local_name(names, "links");
	ipv6.pd_pool = tp_aaa_local_name(names, "homes");
	s->ipv6 = tp_subscriber_ipv6_copy(&ipv6);
	tp_name_unref(ipv6.prefix_pool);
	tp_name_unref(ipv6.pd_pool);
}

static void full_line(struct tp_line_facts *l, unsigned number)
{
	*l = (struct tp_line_facts){
		.slot = 100 + number,
		.id = (UINT64_C(77) + number) << 20 | (100 + number),
		.accounting_id = UINT64_C(0x12345678) << 32 | 3u << 20 | (100 + number),
		.instance = number,
		.started_wall_ms = 1790000000000 + number,
		.up_wall_ms = 1790000001000 + number,
		.fingerprint = 0x1122334455667788,
		.server_id = 9,
		.service_name = "internet",
		.interface = "ether3",
		.port = "ether3",
		.vlans = {100, 7},
		.mac = {{2, 0, 0, 0, 0, (uint8_t)number}},
		.session_id = (uint16_t)(0x1234 + number),
		.large = true,
		.has_access_line = number == 0,
		.ppp = {.magic = 0xaabbccdd,
			.peer_magic = 0x11223344,
			.mru = 1480,
			.peer_mru = 1492,
			.refused = 8,
			.method = TP_PPP_MSCHAP2,
			.endpoint_len = 7,
			.endpoint = {3, 2, 0, 0, 0, 0, 1},
			.lcp = {TP_PPP_STANDS_AGREED, 5, 0x01020304},
			.ipcp = {TP_PPP_STANDS_AGREED, 6, 0x05060708},
			.ipv6cp = {TP_PPP_STANDS_UNDER_WAY, 7, 0x090a0b0c},
			.ids = {.local = {1, 1, 1, 1, 1, 1, 1, 1},
				.remote = {2, 2, 2, 2, 2, 2, 2, 2}}},
		.mrru = 1600,
		.short_sequence = true,
	};
	if (number == 0) {
		snprintf(l->access_line.circuit_id, TP_LINE_ID_MAX, "node 7 eth 0/1:100");
		snprintf(l->access_line.remote_id, TP_LINE_ID_MAX, "customer 42");
		l->access_line.number[TP_LINE_ACTUAL_RATE_DOWN] = 50000;
	}
}

static void full_facts(struct tp_session_facts *f)
{
	*f = (struct tp_session_facts){
		.serial = 500,
		.secret_id = 17,
		.user = "m\xc3\xbcller@example",
		.counters = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10},
		.families = TP_AC_IPV4 | TP_AC_IPV6,
		.local_leased = true,
		.encrypted = true,
		.remote_address = 0x0a000007,
		.local_address = 0x0a000001,
		.remote_pool = "pool",
		.local_pool = "ours",
		.prefix = {.prefix = prefix_of(5, 5, 64), .pool = "links"},
		.address = {.prefix = prefix_of(6, 6, 128)},
		.binding_count = 2,
		.line_count = 2,
	};
	f->delegated[1] = (struct tp_held_facts){
		.prefix = prefix_of(7, 2, 56), .pool = "homes-2", .asked = "homes"};
	f->bindings[0] = (struct tp_binding_facts){.is_prefix = true,
						   .number = 1,
						   .iaid = 0xdeadbeef,
						   .prefix = prefix_of(7, 2, 56),
						   .since_wall_ms = 1790000002000,
						   .renewed_wall_ms = 1790000003000,
						   .until_wall_ms = 1790000603000,
						   .duid_len = 4,
						   .duid = {0, 4, 1, 2}};
	f->bindings[1] = (struct tp_binding_facts){.prefix = prefix_of(6, 6, 128),
						   .iaid = 1,
						   .since_wall_ms = 1,
						   .renewed_wall_ms = 2,
						   .duid_len = 3,
						   .duid = {0, 1, 9}};
	full_subscriber(&f->read);
	f->subscriber = &f->read;
	full_line(&f->lines[0], 0);
	full_line(&f->lines[1], 1);
	/* Those of links are the bundle's. */
	f->lines[1].ppp.ipcp = f->lines[1].ppp.ipv6cp = (struct tp_ppp_automaton_image){0};
}

static void assert_same_prefixes(const struct tp_prefix6 *a, const struct tp_prefix6 *b, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		assert_true(tp_prefix6_same(&a[i], &b[i]));
}

static void assert_same_subscriber(const struct tp_subscriber *a, const struct tp_subscriber *b)
{
	assert_string_equal(a->profile, b->profile);
	assert_string_equal(a->address_list, b->address_list);
	assert_int_equal(a->local.fixed, b->local.fixed);
	assert_ptr_equal(a->local.pool, b->local.pool);
	assert_int_equal(a->remote.fixed, b->remote.fixed);
	assert_ptr_equal(a->remote.pool, b->remote.pool);
	assert_int_equal(a->rate_limit->words, b->rate_limit->words);
	assert_int_equal(a->rate_limit->rx.rate_min, b->rate_limit->rx.rate_min);
	assert_int_equal(a->rate_limit->tx.burst_time, b->rate_limit->tx.burst_time);
	assert_int_equal(a->rate_limit->tx.priority, b->rate_limit->tx.priority);
	assert_int_equal(a->limit_bytes_in, b->limit_bytes_in);
	assert_int_equal(a->limit_bytes_out, b->limit_bytes_out);
	assert_memory_equal(a->dns, b->dns, sizeof(a->dns));
	assert_memory_equal(a->wins, b->wins, sizeof(a->wins));
	assert_int_equal(a->session_timeout_s, b->session_timeout_s);
	assert_int_equal(a->idle_timeout_s, b->idle_timeout_s);
	assert_int_equal(a->secret_id, b->secret_id);
	assert_int_equal(a->only_one, b->only_one);
	assert_int_equal(a->change_tcp_mss, b->change_tcp_mss);
	assert_int_equal(a->stateful_encryption, b->stateful_encryption);
	assert_int_equal(a->encryption_strengths, b->encryption_strengths);
	assert_int_equal(a->use_encryption, b->use_encryption);
	assert_int_equal(a->use_ipv6, b->use_ipv6);
	assert_int_equal(a->route_count, b->route_count);
	assert_memory_equal(&a->routes[1].address, &b->routes[1].address, 4);
	assert_int_equal(a->routes[1].length, b->routes[1].length);
	assert_memory_equal(a->radius, b->radius, offsetof(struct tp_subscriber_radius, class));
	assert_memory_equal(a->radius->class, b->radius->class, a->radius->class_len);
	assert_true(tp_subscriber_ipv6_same(a->ipv6, b->ipv6));
}

static void assert_same_line(const struct tp_line_facts *a, const struct tp_line_facts *b)
{
	assert_memory_equal(a, b, offsetof(struct tp_line_facts, server_id));
	assert_int_equal(a->server_id, b->server_id);
	assert_string_equal(a->service_name, b->service_name);
	assert_string_equal(a->interface, b->interface);
	assert_string_equal(a->port, b->port);
	assert_memory_equal(&a->vlans, &b->vlans, sizeof(a->vlans));
	assert_memory_equal(&a->mac, &b->mac, sizeof(a->mac));
	assert_int_equal(a->session_id, b->session_id);
	assert_int_equal(a->large, b->large);
	assert_int_equal(a->has_access_line, b->has_access_line);
	assert_string_equal(a->access_line.circuit_id, b->access_line.circuit_id);
	assert_string_equal(a->access_line.remote_id, b->access_line.remote_id);
	assert_memory_equal(a->access_line.number, b->access_line.number,
			    sizeof(a->access_line.number));
	assert_int_equal(a->ppp.magic, b->ppp.magic);
	assert_int_equal(a->ppp.peer_magic, b->ppp.peer_magic);
	assert_int_equal(a->ppp.mru, b->ppp.mru);
	assert_int_equal(a->ppp.peer_mru, b->ppp.peer_mru);
	assert_int_equal(a->ppp.refused, b->ppp.refused);
	assert_int_equal(a->ppp.method, b->ppp.method);
	assert_int_equal(a->ppp.endpoint_len, b->ppp.endpoint_len);
	assert_memory_equal(a->ppp.endpoint, b->ppp.endpoint, a->ppp.endpoint_len);
	assert_int_equal(a->ppp.lcp.next_id, b->ppp.lcp.next_id);
	assert_int_equal(a->ppp.lcp.granted, b->ppp.lcp.granted);
	assert_int_equal(a->ppp.ipcp.standing, b->ppp.ipcp.standing);
	assert_int_equal(a->ppp.ipcp.granted, b->ppp.ipcp.granted);
	assert_int_equal(a->ppp.ipv6cp.standing, b->ppp.ipv6cp.standing);
	assert_int_equal(a->ppp.ipv6cp.next_id, b->ppp.ipv6cp.next_id);
	assert_memory_equal(&a->ppp.ids, &b->ppp.ids, sizeof(a->ppp.ids));
	assert_int_equal(a->mrru, b->mrru);
	assert_int_equal(a->short_sequence, b->short_sequence);
	assert_int_equal(a->peer_short_sequence, b->peer_short_sequence);
}

static void assert_same_held(const struct tp_held_facts *a, const struct tp_held_facts *b)
{
	assert_same_prefixes(&a->prefix, &b->prefix, 1);
	assert_string_equal(a->pool, b->pool);
	assert_string_equal(a->asked, b->asked);
}

static void assert_same(const struct tp_session_facts *a, const struct tp_session_facts *b)
{
	assert_true(a->serial == b->serial);
	assert_string_equal(a->user, b->user);
	assert_memory_equal(&a->counters, &b->counters, sizeof(a->counters));
	assert_int_equal(a->families, b->families);
	assert_int_equal(a->local_leased, b->local_leased);
	assert_int_equal(a->no_ipv6, b->no_ipv6);
	assert_int_equal(a->encrypted, b->encrypted);
	assert_int_equal(a->anew, b->anew);
	assert_int_equal(a->remote_address, b->remote_address);
	assert_int_equal(a->local_address, b->local_address);
	assert_string_equal(a->remote_pool, b->remote_pool);
	assert_string_equal(a->local_pool, b->local_pool);
	assert_same_held(&a->prefix, &b->prefix);
	assert_same_held(&a->address, &b->address);
	for (unsigned i = 0; i < TP_AC_DELEGATIONS_MAX; i++)
		assert_same_held(&a->delegated[i], &b->delegated[i]);
	assert_int_equal(a->binding_count, b->binding_count);
	for (unsigned i = 0; i < a->binding_count; i++) {
		const struct tp_binding_facts *x = &a->bindings[i], *y = &b->bindings[i];

		assert_int_equal(x->is_prefix, y->is_prefix);
		assert_int_equal(x->number, y->number);
		assert_int_equal(x->iaid, y->iaid);
		assert_same_prefixes(&x->prefix, &y->prefix, 1);
		assert_true(x->since_wall_ms == y->since_wall_ms);
		assert_true(x->renewed_wall_ms == y->renewed_wall_ms);
		assert_true(x->until_wall_ms == y->until_wall_ms);
		assert_int_equal(x->duid_len, y->duid_len);
		assert_memory_equal(x->duid, y->duid, x->duid_len);
	}
	assert_same_subscriber(a->subscriber, b->subscriber);
	assert_int_equal(a->line_count, b->line_count);
	for (unsigned i = 0; i < a->line_count; i++)
		assert_same_line(&a->lines[i], &b->lines[i]);
}

/* ---- the tests ---- */

static size_t full_image(uint8_t image[TP_SESSION_IMAGE_MAX])
{
	struct tp_session_facts facts;
	size_t len;

	full_facts(&facts);
	len = tp_session_facts_write(&facts, image, TP_SESSION_IMAGE_MAX);
	assert_true(len > 0);
	tp_session_facts_clear(&facts);
	return len;
}

static void test_what_is_written_is_read_again(void **state)
{
	struct tp_session_facts facts, again;
	uint8_t image[TP_SESSION_IMAGE_MAX];
	size_t len = full_image(image);

	full_facts(&facts);
	assert_int_equal(tp_session_facts_read(&again, names, image, len, NULL), 0);
	assert_same(&facts, &again);
	tp_session_facts_clear(&again);
	tp_session_facts_clear(&facts);
}

static size_t read_hex(const char *version, uint8_t image[TP_SESSION_IMAGE_MAX])
{
	char path[512];
	unsigned byte;
	size_t len = 0;
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s.hex", getenv("TP_IMAGES"), version);
	f = fopen(path, "r");
	if (f == NULL)
		fail_msg("no %s", path);
	while (len < TP_SESSION_IMAGE_MAX && fscanf(f, "%2x", &byte) == 1)
		image[len++] = (uint8_t)byte;
	fclose(f);
	return len;
}

static void test_images_of_version_1_are_read(void **state)
{
	struct tp_session_facts facts, read;
	uint8_t image[TP_SESSION_IMAGE_MAX];
	size_t len = read_hex("v1", image);

	full_facts(&facts);
	assert_int_equal(tp_session_facts_read(&read, names, image, len, NULL), 0);
	assert_same(&facts, &read);
	tp_session_facts_clear(&read);
	tp_session_facts_clear(&facts);
}

/* Whoever changes what is written makes a new version, with a file of its own: TP_IMAGE_SHOW=1
 * shows it. */
static void test_this_version_writes_what_its_file_has(void **state)
{
	uint8_t image[TP_SESSION_IMAGE_MAX], kept[TP_SESSION_IMAGE_MAX];
	size_t len = full_image(image);

	if (getenv("TP_IMAGE_SHOW") != NULL)
		for (size_t i = 0; i < len; i++)
			printf("%02x%s", image[i], i % 32 == 31 || i + 1 == len ? "\n" : "");
	assert_int_equal(TP_SESSION_IMAGE_VERSION, 1);
	assert_int_equal(read_hex("v1", kept), len);
	assert_memory_equal(image, kept, len);
}

static void test_the_head_is_what_the_outside_needs(void **state)
{
	uint8_t image[TP_SESSION_IMAGE_MAX];
	struct tp_session_image_head head;
	size_t len = full_image(image);

	assert_true(tp_session_image_head(image, len, &head));
	assert_true(head.accounting_id == (UINT64_C(0x12345678) << 32 | 3u << 20 | 100));
	assert_true(head.id == (UINT64_C(77) << 20 | 100));
	assert_int_equal(head.slot, 100);
	assert_true(head.started_wall_ms == 1790000000000);
	assert_true(head.up_wall_ms == 1790000001000);
	assert_string_equal(head.user, "m\xc3\xbcller@example");
	assert_int_equal(head.counters.packets_in, 1);
	assert_int_equal(head.counters.drops_out, 10);
}

static void test_a_record_of_a_later_version_is_passed_over(void **state)
{
	static const uint8_t later[] = {0x00, 0x77, 0x00, 0x02, 0xab, 0xcd};
	struct tp_session_facts facts;
	uint8_t image[TP_SESSION_IMAGE_MAX];
	struct tp_error error;
	size_t len = full_image(image);

	memcpy(image + len, later, sizeof(later));
	image[2] = 2; /* of version 2, whose images version 1 may read */
	assert_int_equal(tp_session_facts_read(&facts, names, image, len + sizeof(later), &error),
			 0);
	tp_session_facts_clear(&facts);
	image[3] = 2; /* … may not */
	assert_int_equal(tp_session_facts_read(&facts, names, image, len, &error), -EPROTO);
	assert_string_equal(error.place, "version");
}

static void test_an_image_that_is_cut_off_is_none(void **state)
{
	struct tp_session_facts facts;
	uint8_t image[TP_SESSION_IMAGE_MAX];
	struct tp_error error;
	size_t len = full_image(image);

	for (size_t cut = 0; cut < len; cut++) {
		uint8_t *copy = malloc(cut + 1); /* for who watches its bounds */
		struct tp_session_image_head head;
		int rc;

		memcpy(copy, image, cut);
		rc = tp_session_facts_read(&facts, names, copy, cut, &error);
		/* Without the second of its lines it still is one. */
		if (rc == 0) {
			assert_int_equal(facts.line_count, 1);
			tp_session_facts_clear(&facts);
		} else {
			assert_int_equal(rc, -EINVAL);
			assert_string_equal(error.place, "malformed");
		}
		tp_session_image_head(copy, cut, &head);
		free(copy);
	}
}

/* Each bit, on its own: it is refused, or something that makes sense. */
static void test_an_image_with_a_bit_that_is_another_does_no_harm(void **state)
{
	struct tp_session_facts facts;
	uint8_t image[TP_SESSION_IMAGE_MAX];
	size_t len = full_image(image);

	for (size_t bit = 0; bit < 8 * len; bit++) {
		image[bit / 8] ^= (uint8_t)(1u << bit % 8);
		if (tp_session_facts_read(&facts, names, image, len, NULL) == 0)
			tp_session_facts_clear(&facts);
		image[bit / 8] ^= (uint8_t)(1u << bit % 8);
	}
}

static void test_what_has_no_room_is_not_written(void **state)
{
	struct tp_session_facts facts;
	uint8_t image[TP_SESSION_IMAGE_MAX];
	size_t len = full_image(image);

	full_facts(&facts);
	assert_int_equal(tp_session_facts_write(&facts, image, len - 1), 0);
	assert_int_equal(tp_session_facts_write(&facts, image, len), len);
	tp_session_facts_clear(&facts);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_is_written_is_read_again),
		cmocka_unit_test(test_images_of_version_1_are_read),
		cmocka_unit_test(test_this_version_writes_what_its_file_has),
		cmocka_unit_test(test_the_head_is_what_the_outside_needs),
		cmocka_unit_test(test_a_record_of_a_later_version_is_passed_over),
		cmocka_unit_test(test_an_image_that_is_cut_off_is_none),
		cmocka_unit_test(test_an_image_with_a_bit_that_is_another_does_no_harm),
		cmocka_unit_test(test_what_has_no_room_is_not_written),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
