/* SPDX-License-Identifier: BSD-3-Clause */
/* A client that is a link of a bundle, whose network protocols are another's. */
#include "peer.h"

static void test_what_comes_for_the_network_protocols_is_anothers(void **state)
{
	struct host *host = *state;

	host->joins = true;
	dial(host);
	assert_int_equal(host->told.admitted, 1);
	assert_true(host->told.network_frames > 0); /* the peer's Configure-Request of IPCP */
	assert_int_equal(host->told.up, 0);
	assert_true(tp_ppp_has_joined(&host->client.ppp));
}

static void test_all_else_is_its_own(void **state)
{
	struct host *host = *state;
	static const uint8_t echo[] = {0xc0, 0x21, 9, 1, 0, 8, 0, 0, 0, 0};
	unsigned frames;

	host->joins = true;
	dial(host);
	frames = host->told.network_frames;
	tp_client_ppp_input(&host->client, echo, sizeof(echo), host->now_ms);
	assert_int_equal(host->told.network_frames, frames);
	assert_int_equal(host->queued, 1);
}

static void test_it_has_not_joined_any_more_when_lcp_goes_down(void **state)
{
	struct host *host = *state;

	host->joins = true;
	dial(host);
	host->joins = false;
	tp_ppp_lower_down(&host->server, TP_PPP_LOWER_LAYER, host->now_ms);
	tp_ppp_open(&host->server, host->now_ms); /* the peer negotiates anew */
	carry(host);
	assert_int_equal(host->told.leaving, 1);
	assert_int_equal(host->told.lcp_down, 1);
	assert_int_equal(host->told.admitted, 2);
	assert_false(tp_ppp_has_joined(&host->client.ppp));
	assert_int_equal(host->told.up, 1);
	assert_int_equal(host->told.ended, 0);
}

static void test_an_owner_without_bundles_need_not_hear_of_them(void **state)
{
	struct host *host = *state;
	static const uint8_t request[] = {0x80, 0x21, 1, 9, 0, 10, 3, 6, 10, 0, 0, 1};

	host->ops.network_frame = NULL;
	host->joins = true;
	dial(host);
	tp_client_ppp_input(&host->client, request, sizeof(request), host->now_ms);
	assert_int_equal(host->told.network_frames, 0);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, host_setup, host_teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_what_comes_for_the_network_protocols_is_anothers),
		TEST(test_all_else_is_its_own),
		TEST(test_it_has_not_joined_any_more_when_lcp_goes_down),
		TEST(test_an_owner_without_bundles_need_not_hear_of_them),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
