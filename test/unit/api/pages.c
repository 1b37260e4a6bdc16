/* SPDX-License-Identifier: BSD-3-Clause */
/* Long lists, a page at a time, and the rings that requests travel in. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "fixture.h"

#define SECRETS 1000

static int setup(void **state)
{
	char body[64];

	fake_reset(2);
	*state = fixture_create(fixture_yaml, NULL);
	for (unsigned i = 0; i < SECRETS; i++) {
		snprintf(body, sizeof(body), "{\"name\":\"user%u\",\"password\":\"x\"}", i);
		assert_int_equal(fixture_status(*state, TP_METHOD_PUT, "/ppp/secret", body), 201);
	}
	return 0;
}

static int teardown(void **state)
{
	tp_control_destroy(*state);
	return 0;
}

/* Lists PATH to its end, each name once; returns how many. CHANGE is called after each page. */
static unsigned list(struct tp_control *c, const char *path, json_t *query, unsigned *pages,
		     void (*change)(struct tp_control *c))
{
	struct tp_request request = {
		.method = TP_METHOD_GET,
		.path = (char *)(uintptr_t)path,
		.query = query,
	};
	json_t *seen = json_object(), *item;
	unsigned count;
	size_t i;

	*pages = 0;
	do {
		assert_true(tp_control_execute(c, &request));
		assert_int_equal(request.status, 200);
		assert_true(json_array_size(request.answer) <= TP_API_PAGE);
		json_array_foreach (request.answer, i, item) {
			const char *name = json_string_value(json_object_get(item, "name"));

			assert_null(json_object_get(seen, name));
			json_object_set_new(seen, name, json_true());
		}
		json_decref(request.answer);
		request.answer = NULL;
		++*pages;
		if (change != NULL)
			change(c);
	} while (request.more);
	count = (unsigned)json_object_size(seen);
	json_decref(seen);
	return count;
}

static void test_a_long_list_comes_whole_in_bounded_pages(void **state)
{
	unsigned pages;

	assert_int_equal(list(*state, "/ppp/secret", NULL, &pages, NULL), SECRETS + 1);
	assert_int_equal(pages, SECRETS / TP_API_PAGE + 1);
}

static void test_a_page_may_be_empty_when_nothing_passes_the_filter(void **state)
{
	json_t *query = json_pack("{s:s}", "profile", "for-pppoe");
	unsigned pages;

	assert_int_equal(list(*state, "/ppp/secret", query, &pages, NULL), 1);
	assert_int_equal(pages, SECRETS / TP_API_PAGE + 1);
	json_decref(query);
}

static void test_a_name_is_found_without_a_walk(void **state)
{
	json_t *query = json_pack("{s:s}", "name", "user999");
	unsigned pages;

	assert_int_equal(list(*state, "/ppp/secret", query, &pages, NULL), 1);
	assert_int_equal(pages, 1);
	json_decref(query);
}

static void remove_some(struct tp_control *c)
{
	static unsigned next;
	char path[64];

	for (unsigned i = 0; i < 100; i++) {
		snprintf(path, sizeof(path), "/ppp/secret/user%u", next++ % SECRETS);
		fixture_status(c, TP_METHOD_DELETE, path, NULL);
	}
}

static void test_items_may_go_between_pages(void **state)
{
	unsigned pages;

	/* What was removed behind the cursor has been listed; what remains comes once. */
	assert_in_range(list(*state, "/ppp/secret", NULL, &pages, remove_some), SECRETS - 400,
			SECRETS + 1);
}

static void test_addresses_in_use_come_in_pages_too(void **state)
{
	struct tp_control *c = *state;
	unsigned count = 0;
	struct tp_request request = {.method = TP_METHOD_GET, .path = "/ip/pool/used"};

	for (uint32_t i = 1; i <= 600; i++)
		assert_int_equal(tp_pool_reserve(c->pools, 0x0b000000 + i, c, "", 0), 0);
	do {
		assert_true(tp_control_execute(c, &request));
		count += (unsigned)json_array_size(request.answer);
		json_decref(request.answer);
		request.answer = NULL;
	} while (request.more);
	assert_int_equal(count, 600);
}

static void test_a_request_travels_there_and_back(void **state)
{
	struct tp_control *c = *state;
	struct tp_request request = {.method = TP_METHOD_HEALTH, .path = "/healthz"};
	struct tp_request *answer;

	assert_true(tp_mailbox_submit(&c->mailbox, &request));
	assert_int_equal(tp_mailbox_answers(&c->mailbox, &answer, 1), 0);
	assert_ptr_equal(tp_mailbox_take(&c->mailbox), &request);
	tp_control_execute(c, &request);
	tp_mailbox_answer(&c->mailbox, &request);
	assert_int_equal(tp_mailbox_answers(&c->mailbox, &answer, 1), 1);
	assert_ptr_equal(answer, &request);
	assert_int_equal(answer->status, 200);
	json_decref(answer->answer);
}

static void test_a_full_ring_refuses_and_what_was_left_comes_back(void **state)
{
	static struct tp_request requests[4096];
	struct tp_control *c = *state;
	struct tp_request *back[64];
	unsigned submitted = 0, returned = 0, n;

	while (submitted < 4096 && tp_mailbox_submit(&c->mailbox, &requests[submitted]))
		submitted++;
	assert_in_range(submitted, 100, 4095);
	atomic_store(&c->mailbox.ended, true);
	assert_false(tp_mailbox_submit(&c->mailbox, &requests[0]));
	while ((n = tp_mailbox_answers(&c->mailbox, back, 64)) > 0) {
		assert_int_equal(back[0]->status, 503);
		returned += n;
	}
	assert_int_equal(returned, submitted);
}

static void test_events_are_made_for_listeners_only(void **state)
{
	struct tp_control *c = *state;
	json_t *events[8];

	fixture_status(c, TP_METHOD_PATCH, "/system/identity", "{\"name\":\"A\"}");
	assert_int_equal(tp_mailbox_events(&c->mailbox, events, 8), 0);
	tp_mailbox_listen(&c->mailbox, true);
	fixture_status(c, TP_METHOD_PATCH, "/system/identity", "{\"name\":\"B\"}");
	assert_int_equal(tp_mailbox_events(&c->mailbox, events, 8), 2);
	assert_string_equal(json_string_value(json_object_get(events[0], "event")), "config");
	assert_string_equal(json_string_value(json_object_get(events[0], "path")),
			    "/system/identity");
	assert_string_equal(json_string_value(json_object_get(events[1], "event")), "audit");
	json_decref(events[0]);
	json_decref(events[1]);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_a_long_list_comes_whole_in_bounded_pages),
		TEST(test_a_page_may_be_empty_when_nothing_passes_the_filter),
		TEST(test_a_name_is_found_without_a_walk),
		TEST(test_items_may_go_between_pages),
		TEST(test_addresses_in_use_come_in_pages_too),
		TEST(test_a_request_travels_there_and_back),
		TEST(test_a_full_ring_refuses_and_what_was_left_comes_back),
		TEST(test_events_are_made_for_listeners_only),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
