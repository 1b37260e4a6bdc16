/* SPDX-License-Identifier: BSD-3-Clause */
/* 100,000 secrets load in a second: the CPU time is printed, and held to 20 s so that a
 * loaded machine or a sanitizer does not fail the test; anything quadratic would take hours. */
#include <stdlib.h>
#include <time.h>

#include "given.h"

#define SECRETS 100000

/* Of CPU time. */
static double now(void)
{
	struct timespec ts;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

static char *make_text(size_t *len)
{
	char *text = NULL;
	FILE *out = open_memstream(&text, len);
	fputs("ip: { pool: [ { name: a, ranges: 10.0.0.0/15 } ] }\n"
	      "ppp:\n  profile: [ { name: p, local-address: 10.255.0.1, remote-address: a } ]\n"
	      "  secret:\n",
	      out);
	for (unsigned i = 0; i < SECRETS; i++)
		fprintf(out,
			"    - { name: user%06u, password: pass%06u, profile: p, service: pppoe "
			"}\n",
			i, i * 7919 % 1000000);
	fclose(out);
	return text;
}

/* A snapshot is a short pause for whoever owns the configuration; writing it is for another thread.
 */
static void save(struct tp_config *config)
{
	char *saved = NULL;
	size_t len;
	FILE *out = open_memstream(&saved, &len);

	double start = now();
	struct tp_config_snapshot *snapshot = tp_config_snapshot(config);
	double taken = now();
	assert_int_equal(tp_config_write(snapshot, out), 0);
	double written = now();
	fclose(out);
	assert_int_equal(snapshot->count[TP_PPP_SECRET], SECRETS);
	print_message("snapshot taken in %.2f ms of CPU time, written in %.3f s\n",
		      1000 * (taken - start), written - taken);
	assert_true(taken - start < 0.5 && written - taken < 20);
	tp_config_snapshot_destroy(snapshot);
	free(saved);
}

static void test_a_hundred_thousand_secrets_load_compare_and_save_quickly(void **state)
{
	size_t len;
	char *text = make_text(&len);
	struct tp_errors errors;
	struct tp_config_diff diff;

	double start = now();
	struct tp_config *config =
		tp_config_load_text(TP_PROGRAM_SERVER, "big.yaml", text, len, &errors);
	double loaded = now();
	assert_non_null(config);
	assert_int_equal(tp_config_count(config, TP_PPP_SECRET), SECRETS);
	assert_string_equal(tp_config_secret(config, "user099999")->profile, "p");
	struct tp_config *again =
		tp_config_load_text(TP_PROGRAM_SERVER, "big.yaml", text, len, &errors);
	double middle = now();
	assert_int_equal(tp_config_diff(config, again, &diff), 0);
	double compared = now();
	assert_int_equal(diff.count, 0);
	print_message("%u secrets: loaded in %.3f s of CPU time, compared in %.3f s\n", SECRETS,
		      loaded - start, compared - middle);
	assert_true(compared - start < 20);
	tp_config_diff_clear(&diff);
	save(config);
	tp_config_destroy(config);
	tp_config_destroy(again);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_hundred_thousand_secrets_load_compare_and_save_quickly),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
