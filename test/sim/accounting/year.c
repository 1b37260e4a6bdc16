/* SPDX-License-Identifier: BSD-3-Clause */
/* A year of a city's accounting. Its sessions are no more than numbers and a timer, so that a year
 * of them takes seconds: the engine of sessions is played by what lib/accounting asks of it,
 * tp_line_info(), tp_ac_find_id() and tp_ac_next(), which this program has of its own. */
#include "accounting.h"

#include <time.h>

#include "base/least.h"
#include "base/timer.h"

#define SUBSCRIBERS   1000
#define DAYS	      365
#define INTERIM_S     86400
#define SESSION_HOURS 96  /* the longest; */
#define FLAPPER	      250 /* one of so many does not stay up for more than an hour, */
#define WATCHED	      100 /* another one's server wants to hear of it often: */
#define WATCHED_S     1200
#define CRASH_DAYS    12 /* about */
#define RESTART_DAYS  25
#define CHANGE_DAYS   9
#define CLASS	      "contract"

struct tp_line {
	uint64_t id;
	uint32_t slot, address, rate;
	uint64_t up_ms; /* 0: it does not stand */
	enum tp_end_reason reason;
	char user[16];
	struct tp_subscriber subscriber;
	struct tp_timer timer; /* when it ends, or dials in again */
};

struct tp_ac {
	struct tp_line lines[SUBSCRIBERS];
};

static struct tp_ac city;
static struct tp_timer_wheel wheel;
static uint64_t sessions;
static unsigned crashes, restarts;

/* ---- the engine of sessions, as far as accounting looks at it ---- */

void tp_line_info(const struct tp_line *line, struct tp_session_info *info)
{
	*info = (struct tp_session_info){
		.id = line->id,
		.accounting_id = line->id,
		.slot = line->slot,
		.session_id = (uint16_t)(line->slot + 1),
		.mac = {{2, 0, 0, 0, (uint8_t)(line->slot >> 8), (uint8_t)line->slot}},
		.active_links = 1,
		.state = TP_SESSION_UP,
		.reason = line->reason,
		.service_name = "internet",
		.interface = "ether3",
		.user = line->user,
		.subscriber = &line->subscriber,
		.remote_address = line->address,
		.up_ms = line->up_ms,
	};
}

const struct tp_line *tp_ac_find_id(const struct tp_ac *ac, uint64_t id)
{
	const struct tp_line *line = &ac->lines[id % SUBSCRIBERS];

	return line->id == id && line->up_ms != 0 ? line : NULL;
}

const struct tp_line *tp_ac_next(const struct tp_ac *ac, uint32_t from_slot)
{
	for (uint32_t i = from_slot; i < SUBSCRIBERS; i++)
		if (ac->lines[i].up_ms != 0)
			return &ac->lines[i];
	return NULL;
}

static uint64_t octets_of(const struct tp_line *line, uint64_t *session)
{
	*session = line->id;
	return (world.now_ms - line->up_ms) * line->rate;
}

static void tell(const struct tp_line *line, enum tp_ac_event_kind kind)
{
	struct tp_session_info info;

	tp_line_info(line, &info);
	daemon_event(&(struct tp_ac_event){
		.kind = kind, .now_ms = world.now_ms, .line = line, .info = &info});
}

/* ---- one subscriber ---- */

static void act(struct tp_timer *timer, uint64_t now_ms);

static void act_in(struct tp_line *line, uint64_t ms)
{
	tp_timer_start(&wheel, &line->timer, world.now_ms + ms, act);
}

static void dial(struct tp_line *line)
{
	const uint32_t longest = line->slot % FLAPPER == 0 ? 1 : SESSION_HOURS;

	line->id = ++sessions * SUBSCRIBERS + line->slot;
	line->address = 0x0a000001 + world_random_below(1 << 20);
	line->rate = 1 + world_random_below(200); /* bytes a millisecond */
	line->up_ms = world.now_ms;
	line->reason = 0;
	ledger_up(line->id);
	tell(line, TP_AC_SESSION_UP);
	act_in(line, 1 + world_random_below((uint32_t)(longest * HOUR_MS)));
}

static void renumber(struct tp_line *line)
{
	tell(line, TP_AC_SESSION_DOWN);
	line->address++;
	tell(line, TP_AC_SESSION_UP);
	act_in(line, 1 + world_random_below(HOUR_MS));
}

static void end(struct tp_line *line, enum tp_end_reason reason)
{
	uint64_t session, octets = octets_of(line, &session);

	line->reason = reason;
	ledger_ended(session, octets);
	tell(line, TP_AC_SESSION_ENDED);
	line->up_ms = 0;
	act_in(line, 1000 + world_random_below(20 * MINUTE_MS));
}

static void act(struct tp_timer *timer, uint64_t now_ms)
{
	struct tp_line *line = (void *)((char *)timer - offsetof(struct tp_line, timer));

	if (line->up_ms == 0)
		dial(line);
	else if (world_random_below(10) == 0)
		renumber(line);
	else
		end(line, world_random_below(TP_END_SHUTDOWN));
}

static void settle_in(struct tp_line *line, uint32_t slot)
{
	static const uint8_t class[] = {25, 2 + sizeof(CLASS) - 1};
	struct tp_subscriber_radius *radius =
		calloc(1, sizeof(*radius) + sizeof(class) + sizeof(CLASS) - 1);

	assert_non_null(radius);
	radius->interim_s = slot % WATCHED == 1 ? WATCHED_S : 0;
	radius->class_len = sizeof(class) + sizeof(CLASS) - 1;
	memcpy(radius->class, class, sizeof(class));
	memcpy(radius->class + sizeof(class), CLASS, sizeof(CLASS) - 1);
	*line = (struct tp_line){.slot = slot, .subscriber.radius = radius};
	snprintf(line->user, sizeof(line->user), "user%u", slot);
	act_in(line, 1 + world_random_below(MINUTE_MS));
}

/* ---- the city ---- */

static const struct daemon_setup setup = {.ac = &city, .interim_s = INTERIM_S, .octets = octets_of};

static void run_until(uint64_t end_ms)
{
	while (world.now_ms < end_ms) {
		uint64_t next = tp_least_u64(end_ms, daemon_next());

		next = tp_least_u64(next, tp_timer_wheel_next(&wheel));
		world.now_ms = next > world.now_ms ? next : world.now_ms + 1;
		while (tp_timer_wheel_advance(&wheel, world.now_ms, 100) == 100)
			;
		daemon_turn();
	}
}

/* Nobody is up, and all will dial in. */
static void start_again(void)
{
	for (unsigned i = 0; i < SUBSCRIBERS; i++) {
		city.lines[i].up_ms = 0;
		act_in(&city.lines[i], 5000 + world_random_below(MINUTE_MS));
	}
	daemon_stop();
	world.now_ms += 2000;
	daemon_start(&setup);
}

/* kill -9: nobody sees the sessions end. */
static void crash(void)
{
	crashes++;
	ledger_crash(NULL);
	start_again();
}

static void restart(void)
{
	restarts++;
	for (unsigned i = 0; i < SUBSCRIBERS; i++)
		if (city.lines[i].up_ms != 0)
			end(&city.lines[i], TP_END_SHUTDOWN);
	daemon_off();
	run_until(world.now_ms + 1000); /* it does not wait for long */
	start_again();
}

static void live(void)
{
	const uint64_t end_ms = world.now_ms + DAYS * DAY_MS;

	while (world.now_ms < end_ms) {
		run_until(world.now_ms + world_random_below(2 * DAY_MS));
		if (world_random_below(CRASH_DAYS) == 0)
			crash();
		if (world_random_below(RESTART_DAYS) == 0)
			restart();
		if (world_random_below(CHANGE_DAYS) == 0)
			daemon_change_servers();
	}
}

static void wind_down(void)
{
	servers_calm();
	for (unsigned i = 0; i < SUBSCRIBERS; i++) {
		if (city.lines[i].up_ms != 0)
			end(&city.lines[i], TP_END_ADMIN);
		tp_timer_stop(&wheel, &city.lines[i].timer);
	}
	for (unsigned i = 0; i < 300 && daemon_waiting() > 0; i++)
		run_until(world.now_ms + MINUTE_MS);
	daemon_check_idle();
	disk_check_empty();
}

static void check(void)
{
	struct servers_sum servers;
	struct ledger_sum sum;

	ledger_check(&sum);
	servers_clear(&servers);
	print_message("%u subscribers, %u days: %u sessions, %u interims, %.1f TB, %u of the "
		      "sessions ended unseen in %u crashes; %u restarts, %u outages of one server, "
		      "%u of all, %u changes of servers; %u repetitions, %u times On, %u Off; %.1f "
		      "line\n",
		      SUBSCRIBERS, DAYS, sum.sessions, sum.interims, (double)sum.octets / 1e12,
		      sum.unseen, crashes, restarts, servers.outages, servers.blackouts,
		      servers.changes, sum.repetitions, sum.begun, sum.finished,
		      (double)clock() / CLOCKS_PER_SEC);
	assert_int_equal(sum.sessions, sessions);
	assert_true(sum.sessions > 100000 && sum.interims > 200000 && sum.repetitions > 50000);
	assert_true(crashes > 3 && restarts > 1 && servers.outages > 50 && servers.blackouts > 3);
	assert_true(servers.changes > 5 && sum.begun > crashes && sum.finished > 0);
}

static void test_a_year_of_a_city_loses_no_record_and_counts_none_twice(void **state)
{
	const char *replay = getenv("TP_SIM_SEED");
	uint64_t seed = replay != NULL ? strtoull(replay, NULL, 0) : 1;
	struct tp_random random, daemon_random;

	tp_random_init_seed(&random, seed);
	tp_random_init_seed(&daemon_random, ~seed);
	world = (struct world){
		.now_ms = 1000000, .random = &random, .daemon_random = &daemon_random};
	tp_timer_wheel_init(&wheel, world.now_ms);
	servers_create();
	disk_create(true);
	for (unsigned i = 0; i < SUBSCRIBERS; i++)
		settle_in(&city.lines[i], i);
	daemon_start(&setup);
	live();
	wind_down();
	check();
	daemon_stop();
	disk_clear();
	ledger_clear();
	for (unsigned i = 0; i < SUBSCRIBERS; i++)
		free(city.lines[i].subscriber.radius);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_year_of_a_city_loses_no_record_and_counts_none_twice),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
