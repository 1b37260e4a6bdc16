/* SPDX-License-Identifier: BSD-3-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#include "mgmt/prometheus.h"

static void expect(json_t *samples, const char *expected)
{
	struct mgmt_text text = {0};
	json_t *family = NULL;

	assert_non_null(samples);
	mgmt_prometheus_append(&text, samples, &family);
	assert_false(text.failed);
	assert_string_equal(text.data != NULL ? text.data : "", expected);
	json_decref(family);
	json_decref(samples);
	mgmt_text_free(&text);
}

static void test_samples_of_one_name_share_their_help_and_type(void **state)
{
	expect(json_pack("[{s:s,s:s,s:s,s:{s:s},s:i},{s:s,s:s,s:s,s:{s:s,s:i},s:I},{s:s,s:f}]",
			 "name", "a_total", "type", "counter", "help", "How many", "labels",
			 "reason", "x", "value", 1, "name", "a_total", "type", "counter", "help",
			 "How many", "labels", "reason", "y", "worker", 2, "value",
			 (json_int_t)9007199254740993, "name", "b", "value", 0.5),
	       "# HELP a_total How many\n"
	       "# TYPE a_total counter\n"
	       "a_total{reason=\"x\"} 1\n"
	       "a_total{reason=\"y\",worker=\"2\"} 9007199254740993\n"
	       "# TYPE b untyped\n"
	       "b 0.5\n");
}

static void test_help_and_labels_are_escaped(void **state)
{
	expect(json_pack("[{s:s,s:s,s:s,s:{s:s},s:b}]", "name", "up", "type", "gauge", "help",
			 "a \"b\" \\ c\ntwo", "labels", "user", "a \"b\" \\ c\ntwo", "value", 1),
	       "# HELP up a \"b\" \\\\ c\\ntwo\n"
	       "# TYPE up gauge\n"
	       "up{user=\"a \\\"b\\\" \\\\ c\\ntwo\"} 1\n");
}

static void test_what_is_no_sample_is_left_out(void **state)
{
	expect(json_pack("[i,{},n]", 5), "");
	expect(json_object(), "");
}

static void test_a_family_goes_on_over_pages(void **state)
{
	struct mgmt_text text = {0};
	json_t *family = NULL;
	json_t *page = json_pack("[{s:s,s:i}]", "name", "a", "value", 1);

	mgmt_prometheus_append(&text, page, &family);
	mgmt_prometheus_append(&text, page, &family);
	assert_string_equal(text.data, "# TYPE a untyped\na 1\na 1\n");
	json_decref(page);
	json_decref(family);
	mgmt_text_free(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_samples_of_one_name_share_their_help_and_type),
		cmocka_unit_test(test_help_and_labels_are_escaped),
		cmocka_unit_test(test_what_is_no_sample_is_left_out),
		cmocka_unit_test(test_a_family_goes_on_over_pages),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
