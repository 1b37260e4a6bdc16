/* SPDX-License-Identifier: BSD-3-Clause */
/* Questions on their way: sources that answer at once, late, never, twice, for nobody. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "aaa/aaa.h"
#include "base/name.h"

/* A source that says NOW at once, or keeps the question. */
struct source {
	struct tp_aaa *aaa;
	int now; /* enum tp_aaa_reason; -1: it keeps it */
	uint64_t kept;
	unsigned asked, cancelled;
};

static struct tp_aaa *aaa;
static struct source first, second;
static struct tp_aaa_query query;
static struct tp_ppp_auth_request proof;
static struct tp_aaa_answer told;
static unsigned answers;

static void say(struct source *source, uint64_t id, enum tp_aaa_reason reason)
{
	struct tp_aaa_answer answer = {.reason = reason};

	if (reason == TP_AAA_ACCEPT)
		answer.subscriber.routes = calloc(1, sizeof(struct tp_prefix));
	tp_aaa_answer(source->aaa, id, &answer);
	assert_null(answer.subscriber.routes); /* freed, or taken over */
}

static void ask(void *user, uint64_t id, const struct tp_aaa_question *question)
{
	struct source *source = user;

	assert_string_equal(question->user, "alice");
	source->asked++;
	if (source->now < 0)
		source->kept = id;
	else
		say(source, id, (enum tp_aaa_reason)source->now);
}

static void cancel(void *user, uint64_t id)
{
	struct source *source = user;

	assert_int_equal(id, source->kept);
	source->cancelled++;
}

static void note(void *owner, struct tp_aaa_answer *answer)
{
	assert_ptr_equal(owner, &query);
	assert_int_equal(query.id, 0);
	told = *answer;
	answers++;
}

static int setup(void **state)
{
	static const struct tp_aaa_source_ops ops = {.ask = ask, .cancel = cancel};

	aaa = tp_aaa_create();
	first = second = (struct source){.aaa = aaa, .now = -1};
	query = (struct tp_aaa_query){
		.question = {.user = "alice", .proof = &proof}, .answer = note, .owner = &query};
	answers = 0;
	assert_int_equal(tp_aaa_add(aaa, &ops, &first), 0);
	return tp_aaa_add(aaa, &ops, &second);
}

static int teardown(void **state)
{
	assert_int_equal(tp_aaa_counters(aaa)->open, 0);
	tp_aaa_destroy(aaa);
	return 0;
}

static void test_the_first_that_knows_the_user_answers(void **state)
{
	first.now = TP_AAA_WRONG_PASSWORD;
	tp_aaa_ask(aaa, &query);
	assert_int_equal(answers, 1);
	assert_int_equal(told.reason, TP_AAA_WRONG_PASSWORD);
	assert_int_equal(second.asked, 0);
}

static void test_who_does_not_know_the_user_passes_the_question_on(void **state)
{
	first.now = TP_AAA_NO_SECRET;
	second.now = TP_AAA_ACCEPT;
	tp_aaa_ask(aaa, &query);
	assert_int_equal(answers, 1);
	assert_int_equal(told.reason, TP_AAA_ACCEPT);
	second.now = TP_AAA_NO_SECRET;
	tp_aaa_ask(aaa, &query);
	assert_int_equal(answers, 2);
	assert_int_equal(told.reason, TP_AAA_NO_SECRET);
}

static void test_a_late_answer_comes_through_each_source(void **state)
{
	tp_aaa_ask(aaa, &query);
	assert_int_equal(answers, 0);
	say(&first, first.kept, TP_AAA_NO_SECRET);
	assert_int_equal(second.asked, 1);
	assert_int_equal(answers, 0);
	say(&second, second.kept, TP_AAA_ACCEPT);
	assert_int_equal(answers, 1);
}

static void test_an_answer_counts_once(void **state)
{
	tp_aaa_ask(aaa, &query);
	say(&first, first.kept, TP_AAA_DISABLED);
	say(&first, first.kept, TP_AAA_ACCEPT);
	assert_int_equal(answers, 1);
	assert_int_equal(told.reason, TP_AAA_DISABLED);
	assert_int_equal(tp_aaa_counters(aaa)->unwanted, 1);
}

static void test_what_is_taken_back_is_not_answered(void **state)
{
	tp_aaa_ask(aaa, &query);
	tp_aaa_cancel(aaa, &query);
	tp_aaa_cancel(aaa, &query);
	assert_int_equal(first.cancelled, 1);
	say(&first, first.kept, TP_AAA_ACCEPT);
	assert_int_equal(answers, 0);
	/* the same memory asks anew: the old answer is not for it */
	uint64_t before = first.kept;
	tp_aaa_ask(aaa, &query);
	say(&first, before, TP_AAA_ACCEPT);
	assert_int_equal(answers, 0);
	say(&first, first.kept, TP_AAA_DISABLED);
	assert_int_equal(answers, 1);
	assert_int_equal(tp_aaa_counters(aaa)->unwanted, 2);
}

static void test_without_sources_nobody_is_known(void **state)
{
	struct tp_aaa *empty = tp_aaa_create();

	tp_aaa_ask(empty, &query);
	assert_int_equal(told.reason, TP_AAA_NO_SECRET);
	assert_int_equal(answers, 1);
	tp_aaa_destroy(empty);
}

static void test_a_name_stands_once_and_outlives_its_table(void **state)
{
	struct tp_names *names = tp_names_create();
	const char *a = tp_name_get(names, "profile"), *b = tp_name_get(names, "profile");

	assert_ptr_equal(a, b);
	assert_ptr_equal(tp_name_get(names, a), a);
	tp_name_unref(a);
	tp_name_unref(tp_name_get(names, "gone"));
	tp_name_unref(a);
	tp_names_destroy(names);
	assert_string_equal(b, "profile");
	tp_name_unref(b);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_the_first_that_knows_the_user_answers),
		TEST(test_who_does_not_know_the_user_passes_the_question_on),
		TEST(test_a_late_answer_comes_through_each_source),
		TEST(test_an_answer_counts_once),
		TEST(test_what_is_taken_back_is_not_answered),
		TEST(test_without_sources_nobody_is_known),
		cmocka_unit_test(test_a_name_stands_once_and_outlives_its_table),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
