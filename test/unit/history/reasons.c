/* SPDX-License-Identifier: BSD-3-Clause */
/* Each reason has a word of its own, and what is wrong has advice. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "fixture.h"

/* Of discovery, only hosts give these; of events, nothing is wrong. */
static bool needs_none(enum tp_history_kind kind, const char *word)
{
	static const char *const words[] = {"none",
					    "service-name-error",
					    "ac-system-error",
					    "generic-error",
					    "host-uniq-mismatch",
					    "ac-name-mismatch",
					    "service-not-offered",
					    "no-offer",
					    "no-confirmation",
					    "peer-terminated"};

	for (unsigned i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcmp(words[i], word) == 0)
			return kind == TP_HISTORY_DISCOVERY;
	return kind == TP_HISTORY_EVENT;
}

static void test_each_reason_has_its_word_and_its_advice(void **state)
{
	for (enum tp_history_kind kind = 0; kind < TP_HISTORY_KINDS; kind++)
		for (unsigned code = 0; code < tp_history_codes(kind); code++) {
			const char *word = tp_history_word(kind, code);
			const char *advice = tp_history_advice(kind, code);

			assert_non_null(word);
			assert_string_not_equal(word, "unknown");
			assert_int_equal(tp_history_code(kind, word), code);
			if (!needs_none(kind, word) && (advice == NULL || advice[0] == '\0'))
				fail_msg("what is there to try after %s: %s?",
					 tp_history_kind_name(kind), word);
		}
	assert_int_equal(tp_history_code(TP_HISTORY_END, "no such word"), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_reason_has_its_word_and_its_advice),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
