/* SPDX-License-Identifier: BSD-3-Clause */
/* Bundles at their seams: links that go in an unlucky order. No session is left that nobody can
 * end, and no timer that is always due. */
#include "fixture.h"
#include "session/engine.h"

static struct sim_host host;

/* Alice with LINKS links, up. */
static struct sim *bundle_with(const char *server, unsigned links)
{
	char text[160];
	struct sim *sim;

	snprintf(text, sizeof(text), ", mrru: 1600%s", server);
	sim = town_with(text);
	town_client(sim, 0, "alice");
	sim_host_init(&host, sim, 0, links);
	for (unsigned i = 0; i < links; i++) {
		host.link[i]->config.methods[0] = TP_PPP_CHAP;
		sim_client_dial(host.link[i], 10 * i);
	}
	sim_run_until_all_up(sim, 2000);
	for (unsigned i = 0; i < links; i++)
		host.link[i]->wanted = false;
	return sim;
}

static struct tp_session_info leader_info(struct sim *sim)
{
	struct tp_session_info info = {.bundle_id = 1};
	const struct tp_line *line = NULL;

	while (info.bundle_id != 0) {
		line = tp_ac_find_user(sim->ac, "alice", line);
		assert_non_null(line);
		tp_line_info(line, &info);
	}
	return info;
}

static const struct tp_session *session_of(struct sim *sim)
{
	return tp_line_session(tp_ac_find_slot(sim->ac, leader_info(sim).slot));
}

static void send_from(struct sim_client *link, const uint8_t *frame, size_t len)
{
	sim_client_send_session(link, frame, len);
	sim_run(link->sim, 3);
}

/* How often the engine has something to do within FOR_MS. */
static unsigned turns(struct sim *sim, unsigned for_ms)
{
	unsigned count = 0;

	for (unsigned i = 0; i < for_ms; i++) {
		sim_run(sim, 1);
		count += tp_ac_deadline(sim->ac) <= sim->now_ms + 1;
	}
	return count;
}

/* The leader's link ends itself and waits for the peer's Ack; the other goes meanwhile. */
static void test_the_leaders_link_may_be_the_last_to_go(void **state)
{
	struct sim *sim = bundle_with(", keepalive-timeout: 0s, chap-interval: 10s", 2);

	sim_client_vanish(host.link[0]);
	for (unsigned i = 0; leader_info(sim).active_links == 2 && i < 6000; i++)
		sim_run(sim, 10);
	assert_int_equal(leader_info(sim).active_links, 1);
	assert_false(leader_info(sim).line_gone);
	sim_client_hang_up(host.link[1]);
	sim_run(sim, 10000);
	assert_null(tp_ac_next(sim->ac, 0));
	assert_int_equal(tp_pool_used_count(sim->pools), 0);
	sim_wind_down(sim);
	sim_destroy(sim);
}

static void
test_a_session_without_its_first_line_ends_with_its_silent_ones_and_without_hurry(void **state)
{
	struct sim *sim = bundle_with("", 3);
	uint32_t slot;

	sim_client_hang_up(host.link[0]);
	sim_run(sim, 100);
	assert_true(leader_info(sim).line_gone);
	slot = leader_info(sim).slot;
	sim_client_vanish(host.link[1]);
	sim_client_vanish(host.link[2]);
	assert_int_equal(tp_ac_disconnect(sim->ac, slot, TP_END_ADMIN, sim->now_ms), 0);
	assert_null(tp_ac_find_slot(sim->ac, slot));
	assert_true(turns(sim, 900) < 20);
	sim_run(sim, 200);
	assert_null(tp_ac_next(sim->ac, 0));
	assert_int_equal(sim_ended(sim, TP_END_ADMIN), 3);
	sim_wind_down(sim);
	sim_destroy(sim);
}

/* What a bundle has it has once: what joins it is a line, and nothing besides. */
static void test_a_line_that_joins_brings_no_session(void **state)
{
	struct sim *sim = bundle_with("", 1);
	const struct tp_session *s;
	size_t memory = tp_ac_counters(sim->ac)->memory_bytes, name = sizeof("alice");
	const struct tp_line *line;
	unsigned lines = 0;

	sim_destroy(sim);
	sim = bundle_with("", 3);
	s = session_of(sim);
	for (line = tp_ac_next(sim->ac, 0); line != NULL;
	     line = tp_ac_next(sim->ac, line->slot + 1)) {
		assert_ptr_equal(tp_line_session(line), s);
		lines++;
	}
	assert_int_equal(lines, 3);
	assert_int_equal(tp_ac_counters(sim->ac)->memory_bytes, memory + 2 * name);
	assert_int_equal(tp_pool_used_count(sim->pools), 1);
	sim_client_hang_up(host.link[0]);
	sim_client_hang_up(host.link[1]);
	sim_client_hang_up(host.link[2]);
	sim_wind_down(sim);
	sim_destroy(sim);
}

/* A session stands for a login: before it, and when another is due, there is only a line. */
static void test_a_line_that_negotiates_anew_is_nobodys_until_it_joins_again(void **state)
{
	static const uint8_t lcp_request[] = {0xc0, 0x21, 1, 88, 0, 4};
	struct sim *sim = bundle_with(", keepalive-timeout: 0s", 2);
	const struct tp_session *s = session_of(sim);
	const struct tp_line *link = tp_ac_find_mac(sim->ac, &host.link[1]->mac, NULL);
	struct tp_session_info info;

	send_from(host.link[1], lcp_request, sizeof(lcp_request));
	assert_null(tp_line_session(link));
	tp_line_info(link, &info);
	assert_int_equal(info.bundle_id, 0);
	assert_int_equal(info.remote_address, 0);
	assert_string_equal(info.user, "alice");
	sim_client_hang_up(host.link[1]);
	sim_run(sim, 1000);
	host.link[1]->wanted = true;
	sim_client_dial(host.link[1], 0);
	sim_run(sim, 2000);
	link = tp_ac_find_mac(sim->ac, &host.link[1]->mac, NULL);
	assert_ptr_equal(tp_line_session(link), s);
	host.link[1]->wanted = false;
	sim_client_hang_up(host.link[0]);
	sim_client_hang_up(host.link[1]);
	sim_wind_down(sim);
	sim_destroy(sim);
}

/* The peer has taken IPCP to its second link, and closed it, when it negotiates LCP of the first
 * anew: what it may then agree on by the second would bring the first up, unauthenticated. */
static void test_no_link_waits_for_a_leader_that_begins_anew(void **state)
{
	static const uint8_t ipcp_terminate[] = {0x80, 0x21, 5, 77, 0, 4};
	static const uint8_t lcp_request[] = {0xc0, 0x21, 1, 88, 0, 4};
	struct sim *sim = bundle_with("", 2);
	struct tp_session_info info;
	const struct tp_session *leader = session_of(sim);

	send_from(host.link[1], ipcp_terminate, sizeof(ipcp_terminate));
	assert_int_equal(leader_info(sim).state, TP_SESSION_NETWORK);
	assert_ptr_not_equal(leader->network, leader->line);
	send_from(host.link[0], lcp_request, sizeof(lcp_request));
	info = leader_info(sim);
	assert_int_equal(info.state, TP_SESSION_LCP);
	assert_ptr_equal(leader->network, leader->line);
	sim_run(sim, 2000);
	assert_int_equal(sim_ended(sim, TP_END_IPCP_FAILED), 1);
	sim_client_hang_up(host.link[0]);
	sim_client_hang_up(host.link[1]);
	sim_wind_down(sim);
	sim_destroy(sim);
}

/* Neither link carries packets, and the one that has IPCP goes: the other has it, and time. */
static void test_ipcp_outlives_the_link_that_had_it_closed(void **state)
{
	static const uint8_t ipcp_terminate[] = {0x80, 0x21, 5, 77, 0, 4};
	struct sim *sim = bundle_with("", 2);
	const struct tp_session *leader = session_of(sim);

	send_from(host.link[1], ipcp_terminate, sizeof(ipcp_terminate));
	town_discovery(sim, sim_access(), &host.link[1]->mac, &town_ac_mac, TP_PPPOE_CODE_PADT,
		       host.link[1]->session_id, NULL);
	assert_ptr_equal(leader->network, leader->line);
	assert_false(leader->line->ppp.joined);
	sim_client_vanish(host.link[0]);
	sim_client_vanish(host.link[1]);
	sim_wind_down(sim);
	sim_destroy(sim);
}

static void test_a_link_that_negotiates_anew_has_time_for_it(void **state)
{
	static const uint8_t lcp_request[] = {0xc0, 0x21, 1, 88, 0, 4};
	struct sim *sim = bundle_with(", keepalive-timeout: 0s", 2);
	const struct tp_line *link;

	sim_run(sim, 120000);
	assert_int_equal(sim_sessions_up(sim), 2);
	link = tp_ac_find_mac(sim->ac, &host.link[1]->mac, NULL);
	send_from(host.link[1], lcp_request, sizeof(lcp_request));
	assert_int_equal(link->state, TP_SESSION_LCP);
	sim_run(sim, 500);
	assert_false(link->ending);
	sim_client_hang_up(host.link[0]);
	sim_client_hang_up(host.link[1]);
	sim_wind_down(sim);
	sim_destroy(sim);
}

static void test_an_engine_that_goes_takes_its_bundles_with_it(void **state)
{
	struct sim *sim = bundle_with("", 3);

	sim_destroy(sim); /* the address sanitizer watches */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_leaders_link_may_be_the_last_to_go),
		cmocka_unit_test(
			test_a_session_without_its_first_line_ends_with_its_silent_ones_and_without_hurry),
		cmocka_unit_test(test_a_line_that_joins_brings_no_session),
		cmocka_unit_test(test_a_line_that_negotiates_anew_is_nobodys_until_it_joins_again),
		cmocka_unit_test(test_no_link_waits_for_a_leader_that_begins_anew),
		cmocka_unit_test(test_ipcp_outlives_the_link_that_had_it_closed),
		cmocka_unit_test(test_a_link_that_negotiates_anew_has_time_for_it),
		cmocka_unit_test(test_an_engine_that_goes_takes_its_bundles_with_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
