/* SPDX-License-Identifier: BSD-3-Clause */
/* What all requests have in common: the error's body, what only reads, and samples as JSON. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <cmocka.h>

#include "api/api.h"
#include "api/samples.h"
#include "api/methods.h"

static void expect(json_t *value, const char *text)
{
	char *dump = json_dumps(value, JSON_COMPACT);

	assert_non_null(dump);
	assert_string_equal(dump, text);
	free(dump);
	json_decref(value);
}

static void test_an_error_tells_its_status_in_words(void **state)
{
	expect(tp_api_error_body(404, NULL), "{\"error\":404,\"message\":\"Not Found\"}");
	expect(tp_api_error_body(429, "wait"),
	       "{\"error\":429,\"message\":\"Too Many Requests\",\"detail\":\"wait\"}");
	expect(tp_api_error_body(418, NULL), "{\"error\":418,\"message\":\"Bad Request\"}");
	expect(tp_api_error_body(599, NULL),
	       "{\"error\":599,\"message\":\"Internal Server Error\"}");
}

static void test_what_only_reads_is_known_by_method_and_command(void **state)
{
	static const struct {
		enum tp_method method;
		const char *path;
		bool reads;
	} cases[] = {
		{TP_METHOD_GET, "/ppp/secret", true},
		{TP_METHOD_METRICS, "/metrics", true},
		{TP_METHOD_HEALTH, "/healthz", true},
		{TP_METHOD_POST, "/ppp/secret/print", true},
		{TP_METHOD_POST, "/interface/pppoe-client/monitor", true},
		{TP_METHOD_POST, "/ppp/secret/add", false},
		{TP_METHOD_POST, "/ppp/secret/set", false},
		{TP_METHOD_POST, "/ppp/secret/enable", false},
		{TP_METHOD_POST, "/system/reload", false},
		{TP_METHOD_POST, "/ppp/secret/print/joe", false},
		{TP_METHOD_POST, "/ppp/secret/printer", false},
		{TP_METHOD_POST, "print", false},
		{TP_METHOD_POST, "", false},
		{TP_METHOD_PUT, "/ppp/secret", false},
		{TP_METHOD_PATCH, "/ppp/secret/print", false},
		{TP_METHOD_DELETE, "/ppp/secret/print", false},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		if (tp_request_only_reads(cases[i].method, cases[i].path) != cases[i].reads)
			fail_msg("method %d of %s", cases[i].method, cases[i].path);
}

static void test_samples_have_type_help_and_labels(void **state)
{
	const struct tp_sample_row up = {"up", true, "Is it up?", 1};
	json_t *array = json_array();
	struct tp_samples to = {.fn = tp_samples_write, .user = array};

	tp_samples_rows(&to, &up, 1);
	tp_samples_family(&to, false, "drops_total", "port", "Drops.");
	to.sample.labels[1] = (struct tp_sample_label){"reason", "ttl"};
	tp_samples_put(&to, "ether1", 9007199254740993);
	expect(array, "[{\"name\":\"up\",\"type\":\"gauge\",\"help\":\"Is it up?\",\"labels\":{},"
		      "\"value\":1},"
		      "{\"name\":\"drops_total\",\"type\":\"counter\",\"help\":\"Drops.\","
		      "\"labels\":{\"port\":\"ether1\",\"reason\":\"ttl\"},"
		      "\"value\":9007199254740993}]");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_an_error_tells_its_status_in_words),
		cmocka_unit_test(test_what_only_reads_is_known_by_method_and_command),
		cmocka_unit_test(test_samples_have_type_help_and_labels),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
