/* SPDX-License-Identifier: BSD-3-Clause */
/* From a dial to the end: what the client does, and what its owner is told. */
#include "peer.h"

#define assert_ended(host, why_discovery, why_ppp)                                                 \
	do {                                                                                       \
		assert_int_equal((host)->told.ended, 1);                                           \
		assert_int_equal((host)->told.end.discovery, why_discovery);                       \
		assert_int_equal((host)->told.end.ppp, why_ppp);                                   \
		assert_int_equal(tp_client_deadline(&(host)->client), TP_NEVER);                   \
	} while (0)

static void test_a_dial_comes_to_an_address(void **state)
{
	struct host *host = *state;

	assert_int_equal(tp_client_deadline(&host->client), TP_NEVER);
	dial(host);
	assert_int_equal(host->told.admitted, 1);
	assert_int_equal(host->told.up, 1);
	assert_int_equal(host->told.addresses.local, 0x0a000002);
	assert_int_equal(host->told.addresses.remote, 0x0a000001);
	assert_string_equal(host->told.said, "the answer");
	assert_false(host->told.said_at_end);
	assert_int_equal(tp_client_session(&host->client)->session_id, SESSION);
	assert_int_equal(tp_client_deadline(&host->client), TP_NEVER);
	assert_int_equal(host->told.ended, 0);
}

static void test_each_family_comes_and_goes_by_itself(void **state)
{
	struct host *host = *state;

	want_ipv6(host);
	dial(host);
	assert_int_equal(host->told.up, 1);
	assert_int_equal(host->told.ipv6_up, 1);
	assert_memory_not_equal(host->told.ids.local, host->told.ids.remote, 8);
	tp_ppp_input(&host->server, (const uint8_t[]){0x80, 0x57, 1, 99, 0, 4}, 6, host->now_ms);
	carry(host);
	assert_int_equal(host->told.ipv6_down, 1);
	assert_int_equal(host->told.down, 0);
	assert_int_equal(host->told.ended, 0);
}

static void test_who_asks_for_no_login_admits(void **state)
{
	struct host *host = *state;

	host->server_config.method_count = 0;
	tp_ppp_set_addresses(&host->server,
			     &(struct tp_ppp_addresses){.local = 1, .remote = 0x0a000003});
	dial(host);
	assert_int_equal(host->told.admitted, 1);
	assert_int_equal(host->told.up, 1);
	assert_string_equal(host->told.said, "");
}

static void test_a_dial_that_nobody_answers_ends_with_discoverys_reason(void **state)
{
	struct host *host = *state;

	host->is_silent = true;
	dial(host);
	wait_ms(host, 60000);
	assert_int_equal(host->padis, 3);
	assert_ended(host, TP_PPPOE_NO_OFFER, TP_PPP_NO_REASON);
}

static void test_a_refused_password_ends_the_session(void **state)
{
	struct host *host = *state;

	tp_ppp_set_credentials(&host->client.ppp, "alice", "looking-glass");
	dial(host);
	wait_ms(host, 10000);
	assert_ended(host, TP_PPPOE_NONE, TP_PPP_AUTH_FAILED);
	assert_non_null(strstr(host->told.text, "the answer"));
	assert_int_equal(host->told.admitted, 0);
	assert_int_equal(host->padts, 1);
}

static void test_hanging_up_tells_ppp_and_then_discovery(void **state)
{
	struct host *host = *state;

	dial(host);
	assert_true(tp_client_hang_up(&host->client, TP_PPP_BY_OWNER, host->now_ms));
	assert_int_equal(host->told.ended, 0);
	assert_int_equal(host->last.ethertype, TP_ETHERTYPE_SESSION);
	carry(host);
	assert_ended(host, TP_PPPOE_NONE, TP_PPP_BY_OWNER);
	assert_int_equal(host->told.down, 1);
	assert_int_equal(host->told.leaving, 1);
	assert_true(host->told.was_leaving_first);
	assert_int_equal(host->told.lcp_down, 1);
	assert_int_equal(host->padts, 1);
}

static void test_hanging_up_on_a_peer_that_is_gone_ends_too(void **state)
{
	struct host *host = *state;

	dial(host);
	tp_client_hang_up(&host->client, TP_PPP_BY_OWNER, host->now_ms);
	host->queued = 0;
	for (unsigned i = 0; i < 10 && host->told.ended == 0; i++) {
		host->now_ms += 3000;
		tp_client_tick(&host->client, host->now_ms);
		if (host->told.ended == 0)
			host->queued = 0;
	}
	carry(host);
	assert_ended(host, TP_PPPOE_NONE, TP_PPP_BY_OWNER);
	assert_int_equal(host->padts, 1);
}

static void test_hanging_up_before_there_is_a_session_is_silent_and_at_once(void **state)
{
	struct host *host = *state;

	host->is_silent = true;
	dial(host);
	assert_false(tp_client_hang_up(&host->client, TP_PPP_BY_OWNER, host->now_ms));
	assert_int_equal(host->queued, 0);
	wait_ms(host, 60000);
	assert_int_equal(host->padis, 1);
	assert_int_equal(host->told.ended, 0);
}

static void test_a_padt_ends_ppp_too(void **state)
{
	struct host *host = *state;

	dial(host);
	send_padt(host, "maintenance");
	carry(host);
	assert_ended(host, TP_PPPOE_PEER_TERMINATED, TP_PPP_BY_PEER);
	assert_string_equal(host->told.said, "maintenance");
	assert_true(host->told.said_at_end);
	assert_int_equal(host->told.down, 1);
	assert_int_equal(host->told.lcp_down, 1);
	assert_int_equal(host->padts, 0);
}

static void test_a_padt_after_a_hang_up_keeps_the_reason(void **state)
{
	struct host *host = *state;

	dial(host);
	tp_client_hang_up(&host->client, TP_PPP_BY_OWNER, host->now_ms);
	host->queued = 0;
	send_padt(host, NULL);
	carry(host);
	assert_ended(host, TP_PPPOE_PEER_TERMINATED, TP_PPP_BY_OWNER);
}

static void test_the_loss_of_the_line_is_told_with_the_owners_reason(void **state)
{
	struct host *host = *state;

	dial(host);
	assert_true(tp_client_lower_down(&host->client, TP_PPP_LOWER_LAYER, host->now_ms));
	carry(host);
	assert_ended(host, TP_PPPOE_NONE, TP_PPP_LOWER_LAYER);
	assert_int_equal(host->padts, 1);
	assert_false(tp_client_lower_down(&host->client, TP_PPP_LOWER_LAYER, host->now_ms));
	assert_int_equal(host->told.ended, 1);
}

static void test_a_session_waits_for_its_owner(void **state)
{
	struct host *host = *state;

	host->holds = true;
	assert_false(tp_client_is_held(&host->client));
	dial(host);
	assert_true(tp_client_is_held(&host->client));
	assert_int_equal(tp_ppp_phase(&host->client.ppp), TP_PPP_DEAD);
	tp_client_open_ppp(&host->client, host->now_ms);
	assert_false(tp_client_is_held(&host->client));
	wait_ms(host, 10000);
	assert_int_equal(host->told.up, 1);
}

static void test_a_session_that_waits_can_end(void **state)
{
	struct host *host = *state;

	host->holds = true;
	dial(host);
	send_padt(host, "enough");
	carry(host);
	assert_ended(host, TP_PPPOE_PEER_TERMINATED, TP_PPP_NO_REASON);
	assert_string_equal(host->told.text, "enough");
	assert_false(tp_client_is_held(&host->client));

	dial(host);
	assert_true(tp_client_is_held(&host->client));
	assert_false(tp_client_hang_up(&host->client, TP_PPP_BY_OWNER, host->now_ms));
	carry(host);
	assert_int_equal(host->padts, 1);
	assert_int_equal(host->told.ended, 1);
	tp_client_open_ppp(&host->client, host->now_ms);
	assert_int_equal(tp_ppp_phase(&host->client.ppp), TP_PPP_DEAD);
}

static void test_it_may_be_dialled_again_from_inside_the_end(void **state)
{
	struct host *host = *state;

	host->redial = 2;
	host->is_silent = true;
	dial(host);
	while (host->told.ended == 0)
		wait_ms(host, 1000);
	assert_int_equal(host->told.end.discovery, TP_PPPOE_NO_OFFER);
	host->is_silent = false;
	wait_ms(host, 30000);
	assert_int_equal(host->told.up, 1);
	send_padt(host, NULL);
	carry(host);
	assert_int_equal(host->told.ended, 2);
	assert_int_equal(host->told.up, 2);
}

static void test_ppp_can_begin_again_within_a_session(void **state)
{
	struct host *host = *state;
	const struct tp_client_ppp ppp = {
		.config = &host->config, .user = "alice", .password = "wonderland"};

	dial(host);
	tp_client_set_ppp(&host->client, &ppp, &host->random);
	assert_true(tp_client_is_held(&host->client));
	tp_client_open_ppp(&host->client, host->now_ms);
	carry(host);
	assert_int_equal(host->told.up, 2);
	assert_int_equal(host->told.ended, 0);
	assert_int_equal(host->padrs, 1);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, host_setup, host_teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_a_dial_comes_to_an_address),
		TEST(test_each_family_comes_and_goes_by_itself),
		TEST(test_who_asks_for_no_login_admits),
		TEST(test_a_dial_that_nobody_answers_ends_with_discoverys_reason),
		TEST(test_a_refused_password_ends_the_session),
		TEST(test_hanging_up_tells_ppp_and_then_discovery),
		TEST(test_hanging_up_on_a_peer_that_is_gone_ends_too),
		TEST(test_hanging_up_before_there_is_a_session_is_silent_and_at_once),
		TEST(test_a_padt_ends_ppp_too),
		TEST(test_a_padt_after_a_hang_up_keeps_the_reason),
		TEST(test_the_loss_of_the_line_is_told_with_the_owners_reason),
		TEST(test_a_session_waits_for_its_owner),
		TEST(test_a_session_that_waits_can_end),
		TEST(test_it_may_be_dialled_again_from_inside_the_end),
		TEST(test_ppp_can_begin_again_within_a_session),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
