/* SPDX-License-Identifier: BSD-3-Clause */
/* Datagrams of many requests leave by a few messages, and come as they were given. */
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "control/radius/batch.h"

#define MANY 200

struct pair {
	int server, client;
	struct tp_radius_batch *batch;
	unsigned seen[MANY]; /* times that each number has come */
};

static int setup(void **state)
{
	struct pair *p = calloc(1, sizeof(*p));
	struct sockaddr_in own = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof(own);

	p->server = socket(AF_INET, SOCK_DGRAM, 0);
	p->client = socket(AF_INET, SOCK_DGRAM, 0);
	assert_int_equal(bind(p->server, (struct sockaddr *)&own, len), 0);
	assert_int_equal(getsockname(p->server, (struct sockaddr *)&own, &len), 0);
	assert_int_equal(connect(p->client, (struct sockaddr *)&own, len), 0);
	p->batch = tp_radius_batch_create(NULL); /* the client is told of failures alone */
	assert_non_null(p->batch);
	*state = p;
	return 0;
}

static int teardown(void **state)
{
	struct pair *p = *state;

	tp_radius_batch_destroy(p->batch);
	close(p->server);
	close(p->client);
	free(p);
	return 0;
}

/* Datagram NUMBER: that, and bytes that are its own. */
static void add(struct pair *p, uint32_t number, size_t len)
{
	uint8_t bytes[TP_RADIUS_PACKET_MAX];

	memset(bytes, (int)number, len);
	memcpy(bytes, &number, sizeof(number));
	tp_radius_batch_add(p->batch, p->client, NULL, bytes, len);
}

static void take(void *user, const uint8_t *bytes, size_t len)
{
	struct pair *p = user;
	uint32_t number;

	assert_true(len >= sizeof(number));
	memcpy(&number, bytes, sizeof(number));
	assert_in_range(number, 0, MANY - 1);
	for (size_t i = sizeof(number); i < len; i++)
		assert_int_equal(bytes[i], (uint8_t)number);
	assert_int_equal(len, 20 + number % 7 * 10);
	p->seen[number]++;
}

static void send_many(struct pair *p)
{
	for (uint32_t i = 0; i < MANY; i++)
		add(p, i, 20 + i % 7 * 10);
	tp_radius_batch_send(p->batch);
	tp_radius_batch_read(p->batch, p->server, MANY + 64, take, p);
	for (unsigned i = 0; i < MANY; i++)
		assert_int_equal(p->seen[i], 1);
}

static void test_each_comes_once_and_as_it_was_given(void **state)
{
	send_many(*state);
}

/* For a socket without checksums the kernel cuts nothing up. */
static void test_where_nothing_is_cut_up_each_is_sent_by_itself(void **state)
{
	struct pair *p = *state;
	const int yes = 1;

	assert_int_equal(setsockopt(p->client, SOL_SOCKET, SO_NO_CHECK, &yes, sizeof(yes)), 0);
	send_many(p);
	memset(p->seen, 0, sizeof(p->seen));
	send_many(p);
}

static void count(void *user, const uint8_t *bytes, size_t len)
{
	*(unsigned *)user += len == TP_RADIUS_PACKET_MAX;
}

static void test_the_longest_are_sent_whole(void **state)
{
	struct pair *p = *state;
	unsigned come = 0;

	for (unsigned i = 0; i < 20; i++)
		add(p, i, TP_RADIUS_PACKET_MAX);
	tp_radius_batch_send(p->batch);
	tp_radius_batch_read(p->batch, p->server, 64, count, &come);
	assert_int_equal(come, 20);
}

/* The kernel tells of the server that was not there for an earlier one when the next are sent: they
 * go all the same. */
static void test_what_was_in_vain_costs_the_next_nothing(void **state)
{
	struct pair *p = *state;
	struct sockaddr_in to;
	socklen_t len = sizeof(to);

	assert_int_equal(getsockname(p->server, (struct sockaddr *)&to, &len), 0);
	close(p->server);
	add(p, 0, 20);
	tp_radius_batch_send(p->batch);
	p->server = socket(AF_INET, SOCK_DGRAM, 0);
	assert_int_equal(bind(p->server, (struct sockaddr *)&to, len), 0);
	send_many(p);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_each_comes_once_and_as_it_was_given),
		TEST(test_where_nothing_is_cut_up_each_is_sent_by_itself),
		TEST(test_the_longest_are_sent_whole),
		TEST(test_what_was_in_vain_costs_the_next_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
