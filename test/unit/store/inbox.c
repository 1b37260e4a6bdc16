/* SPDX-License-Identifier: BSD-3-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <pthread.h>

#include "store/inbox.h"

#define SENDERS 3
#define EACH	20000

struct letter {
	struct tp_inbox_item item;
	unsigned sender, number;
};

static struct tp_inbox box;
static struct letter letters[SENDERS][EACH];

static void test_what_is_put_is_taken_in_order_and_once(void **state)
{
	struct tp_inbox_item *item;

	assert_int_equal(tp_inbox_init(&box, false), 0);
	assert_null(tp_inbox_take(&box));
	for (unsigned round = 0; round < 3; round++) {
		for (unsigned i = 0; i < 5; i++) {
			letters[0][i].number = i;
			tp_inbox_put(&box, &letters[0][i].item);
		}
		item = tp_inbox_take(&box);
		for (unsigned i = 0; i < 5; i++, item = item->next)
			assert_int_equal(((struct letter *)item)->number, i);
		assert_null(item);
		assert_null(tp_inbox_take(&box));
	}
	tp_inbox_clear(&box);
}

static void *send(void *user)
{
	struct letter *mine = user;

	for (unsigned i = 0; i < EACH; i++)
		tp_inbox_put(&box, &mine[i].item);
	return NULL;
}

/* Who waits without a limit would stay here for ever if a wake were missed. */
static void test_who_waits_misses_nothing_of_several_senders(void **state)
{
	pthread_t thread[SENDERS];
	unsigned next[SENDERS] = {0}, total = 0;

	assert_int_equal(tp_inbox_init(&box, true), 0);
	for (unsigned s = 0; s < SENDERS; s++) {
		for (unsigned i = 0; i < EACH; i++)
			letters[s][i] = (struct letter){.sender = s, .number = i};
		assert_int_equal(pthread_create(&thread[s], NULL, send, letters[s]), 0);
	}
	while (total < SENDERS * EACH) {
		tp_inbox_wait(&box, -1);
		for (struct tp_inbox_item *m = tp_inbox_take(&box); m != NULL;
		     m = m->next, total++) {
			const struct letter *letter = (const struct letter *)m;

			assert_int_equal(letter->number, next[letter->sender]++);
		}
	}
	for (unsigned s = 0; s < SENDERS; s++)
		pthread_join(thread[s], NULL);
	assert_null(tp_inbox_take(&box));
	tp_inbox_clear(&box);
}

static void test_a_wake_ends_a_wait_without_mail(void **state)
{
	assert_int_equal(tp_inbox_init(&box, true), 0);
	tp_inbox_wake(&box);
	tp_inbox_wait(&box, -1);
	assert_null(tp_inbox_take(&box));
	tp_inbox_wait(&box, 1); /* once for each */
	tp_inbox_clear(&box);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_is_put_is_taken_in_order_and_once),
		cmocka_unit_test(test_who_waits_misses_nothing_of_several_senders),
		cmocka_unit_test(test_a_wake_ends_a_wait_without_mail),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
