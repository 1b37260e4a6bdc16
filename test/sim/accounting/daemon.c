/* SPDX-License-Identifier: BSD-3-Clause */
/* The daemon's part: its accounting, queue and client of RADIUS, joined as control joins them. */
#include "accounting.h"

#include <sys/queue.h>

#include "base/least.h"

#define SLICE	     16
#define MEMORY_BYTES 65536     /* what is read from disk at a time must fit */
#define RETRY_MS     2000      /* as long as there is something to be sent, */
#define HOPELESS_MS  MINUTE_MS /* and nobody who would answer */

struct world world;

struct flight {
	void *token;
	uint32_t unix_s;
	LIST_ENTRY(flight) entry;
};

static struct daemon_setup setup;
static struct tp_radius_client *client;
static struct tp_record_queue *queue;
static struct tp_accounting *accounting;
static LIST_HEAD(, flight) flights;

uint32_t world_random_below(uint32_t bound)
{
	return tp_random_below(world.random, bound);
}

uint32_t world_unix_s(void *owner)
{
	return (uint32_t)(UNIX_BEGIN + world.now_ms / 1000);
}

/* ---- records to servers ---- */

static void done(void *owner, const struct tp_radius_outcome *outcome)
{
	struct flight *flight = owner;
	void *token = flight->token;

	LIST_REMOVE(flight, entry);
	free(flight);
	tp_record_queue_done(queue, token, outcome->result == TP_RADIUS_ANSWERED, world.now_ms);
}

static uint32_t delay_s(void *owner, uint64_t now_ms)
{
	const struct flight *flight = owner;

	return world_unix_s(NULL) - flight->unix_s;
}

static int send_record(void *owner, const struct tp_record *record, const uint8_t *bytes,
		       void *token)
{
	uint32_t ids[TP_RADIUS_ORDER_MAX];
	struct flight *flight = calloc(1, sizeof(*flight));
	const struct tp_radius_ask ask = {
		.service = TP_RADIUS_ACCT,
		.bytes = bytes,
		.len = record->len,
		.servers = ids,
		.server_count = servers_ids(ids),
		.done = done,
		.delay_s = delay_s,
		.owner = flight,
	};
	int error;

	assert_non_null(flight);
	*flight = (struct flight){.token = token, .unix_s = record->unix_s};
	error = tp_radius_client_ask(client, &ask, NULL, world.now_ms);
	if (error == 0)
		LIST_INSERT_HEAD(&flights, flight, entry);
	else
		free(flight);
	return error;
}

/* ---- sessions ---- */

static bool wanted(void *owner, const char *user, const char *service_name)
{
	return true;
}

static void usage(void *owner, const struct tp_line *line, struct tp_session_counters *u)
{
	uint64_t session, in = setup.octets(line, &session);

	*u = (struct tp_session_counters){
		.bytes_in = in,
		.bytes_out = LEDGER_OUT_TIMES * in,
		.packets_in = in / 1000,
	};
	ledger_read_usage(session, in);
}

/* ---- its life ---- */

static const struct tp_line *find(uint64_t session)
{
	return setup.find != NULL ? setup.find(session) : NULL;
}

static bool goes_on(uint64_t session)
{
	const struct tp_line *line = find(session);

	return line != NULL && tp_accounting_go_on(accounting, line) == 0;
}

static void is_over(uint64_t session)
{
	const struct tp_line *line = find(session);

	if (line == NULL)
		return;
	assert_int_equal(tp_accounting_is_over(accounting, line), 0);
	setup.end(line);
}

void daemon_start(const struct daemon_setup *with)
{
	const struct tp_accounting_settings settings = {
		.enabled = true, .interim_s = with->interim_s, .nas = {.identifier = "SIM"}};

	setup = *with;
	client = tp_radius_client_create(
		&(struct tp_radius_client_config){
			.ops = &servers_ops, .random = world.daemon_random, .max_waiting = 1000},
		world.now_ms);
	servers_configure(client);
	/* Hardly any memory: most of what waits for long is on disk. */
	queue = tp_record_queue_create(&(struct tp_record_queue_setup){
		.send = send_record, .max_bytes = UINT64_MAX, .memory_bytes = MEMORY_BYTES});
	accounting =
		tp_accounting_create(&(struct tp_accounting_setup){.ac = setup.ac,
								   .queue = queue,
								   .random = world.daemon_random,
								   .wanted = wanted,
								   .usage = usage,
								   .unix_s = world_unix_s},
				     world.now_ms);
	assert_true(client != NULL && queue != NULL && accounting != NULL);
	disk_restore(queue, goes_on, is_over);
	tp_accounting_set(accounting, &settings, true, world.now_ms);
}

void daemon_stop(void)
{
	struct flight *flight;

	disk_cut();
	tp_accounting_destroy(accounting);
	tp_record_queue_destroy(queue);
	tp_radius_client_destroy(client);
	while ((flight = LIST_FIRST(&flights)) != NULL) {
		LIST_REMOVE(flight, entry);
		free(flight);
	}
}

void daemon_event(const struct tp_ac_event *event)
{
	tp_accounting_event(accounting, event);
}

void daemon_off(void)
{
	tp_accounting_off(accounting, world.now_ms);
}

void daemon_change_servers(void)
{
	servers_change(client);
	tp_record_queue_wake(queue);
}

uint64_t daemon_waiting(void)
{
	return tp_record_queue_counters(queue)->waiting;
}

void daemon_check_idle(void)
{
	assert_int_equal(daemon_waiting(), 0);
	assert_int_equal(tp_record_queue_counters(queue)->unsendable, 0);
	assert_int_equal(tp_accounting_standing(accounting), 0);
}

/* A thousand records a second are tried in vain in an outage: less often is as good. */
static bool is_hopeless(void)
{
	static uint64_t tried_ms;

	if (!servers_answer() && world.now_ms - tried_ms < HOPELESS_MS)
		return true;
	tried_ms = world.now_ms;
	return false;
}

void daemon_turn(void)
{
	disk_turn(queue);
	servers_tick(client);
	tp_radius_client_tick(client, world.now_ms, 64);
	while (tp_accounting_tick(accounting, world.now_ms, SLICE))
		;
	if (is_hopeless())
		return;
	for (unsigned i = 0; i < 4 && tp_record_queue_tick(queue, world.now_ms, SLICE); i++)
		disk_turn(queue);
	disk_turn(queue);
}

uint64_t daemon_next(void)
{
	uint64_t next = tp_least_u64(tp_radius_client_deadline(client), servers_next());

	next = tp_least_u64(next, disk_next());
	next = tp_least_u64(next, world.now_ms + HOPELESS_MS);
	if (daemon_waiting() > 0 && servers_answer())
		next = tp_least_u64(next, world.now_ms + RETRY_MS);
	return next;
}
