/* SPDX-License-Identifier: BSD-3-Clause */
/* Sessions as RADIUS servers name them: by one name or several, which must all be of one. */
#include "../session/town6.h"

#include "control/radius/find.h"

static struct tp_radius_dynamic_request request;
static struct tp_radius_nas nas;

static int begin(void **state)
{
	memset(&request, 0, sizeof(request));
	memset(&nas, 0, sizeof(nas));
	return 0;
}

static void say(enum tp_radius_attribute attribute)
{
	request.present[attribute / 64] |= UINT64_C(1) << (attribute % 64);
}

static void say_user(const char *user)
{
	say(TP_RADIUS_USER_NAME);
	snprintf(request.user_name, sizeof(request.user_name), "%s", user);
}

static void say_caller(const char *caller)
{
	say(TP_RADIUS_CALLING_STATION_ID);
	snprintf(request.calling_station_id, sizeof(request.calling_station_id), "%s", caller);
}

static void say_session(uint64_t accounting_id)
{
	say(TP_RADIUS_ACCT_SESSION_ID);
	tp_radius_session_id(accounting_id, request.acct_session_id);
}

static enum tp_radius_error look(struct sim *sim, uint64_t *id)
{
	const struct tp_radius_finder finder = {sim->ac, sim->pools, sim->pools6, sim->config,
						&nas};
	const struct tp_line *line;
	enum tp_radius_error error = tp_radius_find_session(&finder, &request, &line);
	struct tp_session_info info = {0};

	assert_true((line != NULL) == (error == TP_RADIUS_NO_ERROR));
	if (line != NULL)
		tp_line_info(line, &info);
	*id = info.id;
	return error;
}

static void expect(struct sim *sim, uint64_t id)
{
	uint64_t found;

	assert_int_equal(look(sim, &found), TP_RADIUS_NO_ERROR);
	assert_true(found == id);
}

static void expect_error(struct sim *sim, enum tp_radius_error error)
{
	uint64_t found;

	assert_int_equal(look(sim, &found), error);
}

static void test_of_several_sessions_of_a_user_each_is_found_by_one_more_name(void **state)
{
	struct sim *sim = town();
	struct tp_session_info one = town_info(sim, town_dial(sim, 0, "alice"));
	struct tp_session_info two = town_info(sim, town_dial(sim, 1, "alice"));

	say_user("alice");
	expect_error(sim, TP_RADIUS_ERROR_MULTIPLE_SELECTION);
	say(TP_RADIUS_FRAMED_IP_ADDRESS);
	request.framed_ip_address = one.remote_address;
	expect(sim, one.id);
	say(TP_RADIUS_NAS_PORT);
	request.nas_port = two.slot;
	expect_error(sim, TP_RADIUS_ERROR_SESSION_NOT_FOUND);
	request.framed_ip_address = two.remote_address;
	expect(sim, two.id);
	say_session(two.accounting_id);
	expect(sim, two.id);
	say_session(one.accounting_id);
	expect_error(sim, TP_RADIUS_ERROR_SESSION_NOT_FOUND);
	sim_wind_down(sim);
	sim_destroy(sim);
}

static void test_a_caller_is_found_however_it_is_written(void **state)
{
	static const char *const formats[] = {
		"%02X:%02X:%02X:%02X:%02X:%02X", "%02x-%02x-%02x-%02x-%02x-%02x",
		"%02x%02x.%02x%02x.%02x%02x", "%02X%02X%02X%02X%02X%02X"};
	struct sim *sim = town();
	struct tp_session_info info = town_info(sim, town_dial(sim, 0, "alice"));
	const uint8_t *b = info.mac.bytes;

	town_dial(sim, 1, "bob");
	for (unsigned i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
		char text[32];

		snprintf(text, sizeof(text), formats[i], b[0], b[1], b[2], b[3], b[4], b[5]);
		say_caller(text);
		expect(sim, info.id);
	}
	say_caller("02:00:00:00:00");
	expect_error(sim, TP_RADIUS_ERROR_SESSION_NOT_FOUND);
	sim_wind_down(sim);
	sim_destroy(sim);
}

/* Where Calling-Station-Id is something else, what looks like an address is none. */
static void test_a_caller_is_compared_as_the_configuration_writes_it(void **state)
{
	struct sim *sim = town();
	struct tp_session_info info = town_info(sim, town_dial(sim, 0, "alice"));
	char text[TP_MAC_TEXT_LEN];

	nas.calling_station_id = "line {session-id} of {interface}";
	town_dial(sim, 1, "bob");
	say_caller("");
	snprintf(request.calling_station_id, sizeof(request.calling_station_id),
		 "line %u of ether3", info.session_id);
	expect(sim, info.id);
	say_caller(tp_mac_format(&info.mac, text));
	expect_error(sim, TP_RADIUS_ERROR_SESSION_NOT_FOUND);
	sim_wind_down(sim);
	sim_destroy(sim);
}

static void test_a_port_that_several_came_in_by_names_none(void **state)
{
	struct sim *sim = town();

	town_dial(sim, 0, "alice");
	say(TP_RADIUS_NAS_PORT_ID);
	snprintf(request.nas_port_id, sizeof(request.nas_port_id), "ether3");
	expect(sim, town_info(sim, sim->clients[0]).id);
	town_dial(sim, 1, "bob");
	expect_error(sim, TP_RADIUS_ERROR_MULTIPLE_SELECTION);
	sim_wind_down(sim);
	sim_destroy(sim);
}

/* Its slot is not released yet, and its address held. */
static void test_what_has_ended_is_not_found_by_its_address(void **state)
{
	struct sim *sim = town();
	struct sim_client *client = town_dial(sim, 0, "alice");
	struct tp_session_info info = town_info(sim, client);

	sim->plane.hold_slots = true;
	sim_client_hang_up(client);
	sim_run(sim, 100);
	assert_non_null(tp_pool_find(sim->pools, info.remote_address));
	say(TP_RADIUS_FRAMED_IP_ADDRESS);
	request.framed_ip_address = info.remote_address;
	expect_error(sim, TP_RADIUS_ERROR_SESSION_NOT_FOUND);
	request.framed_ip_address = info.local_address;
	expect_error(sim, TP_RADIUS_ERROR_SESSION_NOT_FOUND);
	sim->plane.hold_slots = false;
	sim_wind_down(sim);
	sim_destroy(sim);
}

static void test_a_session_that_is_ending_is_not_found(void **state)
{
	struct sim *sim = town();
	struct tp_session_info info = town_info(sim, town_dial(sim, 0, "alice"));

	assert_int_equal(tp_ac_disconnect(sim->ac, info.slot, TP_END_ADMIN, sim->now_ms), 0);
	say_session(info.accounting_id);
	expect_error(sim, TP_RADIUS_ERROR_SESSION_NOT_FOUND);
	sim_wind_down(sim);
	sim_destroy(sim);
}

/* ---- IPv6 ---- */

static void put(struct tp_radius_ipv6_prefix *to, const struct tp_prefix6 *prefix)
{
	to->length = prefix->length;
	memcpy(to->address, prefix->address, sizeof(to->address));
}

static void test_a_session_is_found_by_what_it_has_of_ipv6(void **state)
{
	static const struct tp_prefix6 any;
	struct sim *sim = town6();
	struct sim_client *client = town6_client(sim, 0, "home", BOTH);
	struct tp_session_info info;

	sim_client_ask_prefix(client, &any);
	town_dial(sim, 0, "home");
	town6_dial(sim, 1, "dual", BOTH);
	sim_run(sim, 5000);
	info = town_info(sim, client);
	say(TP_RADIUS_FRAMED_IPV6_PREFIX);
	put(&request.framed_ipv6_prefix, &info.ipv6.prefix);
	expect(sim, info.id);
	say(TP_RADIUS_FRAMED_INTERFACE_ID);
	memcpy(request.framed_interface_id, info.ipv6.remote_id, 8);
	expect(sim, info.id);
	say(TP_RADIUS_DELEGATED_IPV6_PREFIX);
	put(&request.delegated_ipv6_prefix, &info.ipv6.routes[0]);
	expect(sim, info.id);
	request.delegated_ipv6_prefix.address[6] ^= 1;
	expect_error(sim, TP_RADIUS_ERROR_SESSION_NOT_FOUND);
	town6_done(sim);
}

static void test_a_delegated_prefix_alone_names_its_session(void **state)
{
	static const struct tp_prefix6 any;
	struct sim *sim = town6();
	struct sim_client *client = town6_client(sim, 0, "wan", TP_AC_IPV6);
	struct tp_session_info info;

	sim_client_ask_prefix(client, &any);
	town_dial(sim, 0, "wan");
	sim_run(sim, 5000);
	info = town_info(sim, client);
	say(TP_RADIUS_DELEGATED_IPV6_PREFIX);
	put(&request.delegated_ipv6_prefix, &info.ipv6.routes[0]);
	expect(sim, info.id);
	assert_true(tp_ipv6_host_release(&client->ipv6, sim->now_ms));
	sim_run(sim, 1000);
	expect_error(sim, TP_RADIUS_ERROR_SESSION_NOT_FOUND);
	town6_done(sim);
}

static void test_an_address_by_dhcpv6_names_its_session(void **state)
{
	struct sim *sim = town6();
	struct tp_session_info info = town_info(sim, town6_dial(sim, 0, "one", BOTH));

	say(TP_RADIUS_FRAMED_IPV6_ADDRESS);
	memcpy(request.framed_ipv6_address, info.ipv6.prefix.address, 16);
	expect(sim, info.id);
	request.framed_ipv6_address[15] ^= 1;
	expect_error(sim, TP_RADIUS_ERROR_SESSION_NOT_FOUND);
	town6_done(sim);
}

/* ---- bundles ---- */

static void test_a_bundle_is_one_session_and_its_links_have_names_of_their_own(void **state)
{
	struct sim *sim = town_with(", mrru: 1600");
	struct tp_session_info leader = {.bundle_id = 1}, link = {0}, info;
	const struct tp_line *line = NULL;
	struct sim_host host;

	town_client(sim, 0, "alice");
	sim_host_init(&host, sim, 0, 2);
	for (unsigned i = 0; i < 2; i++) {
		host.link[i]->config.methods[0] = TP_PPP_CHAP;
		sim_client_dial(host.link[i], 10 * i);
	}
	sim_run_until_all_up(sim, 2000);
	while ((line = tp_ac_find_user(sim->ac, "alice", line)) != NULL) {
		tp_line_info(line, &info);
		*(info.bundle_id != 0 ? &link : &leader) = info;
	}
	assert_true(link.bundle_id == leader.id);

	say_user("alice");
	expect(sim, leader.id);
	say(TP_RADIUS_ACCT_MULTI_SESSION_ID);
	tp_radius_session_id(leader.accounting_id, request.acct_multi_session_id);
	expect(sim, leader.id);
	say_session(link.accounting_id);
	expect(sim, link.id);
	tp_radius_session_id(link.accounting_id, request.acct_multi_session_id);
	expect_error(sim, TP_RADIUS_ERROR_SESSION_NOT_FOUND);
	for (unsigned i = 0; i < 2; i++)
		host.link[i]->wanted = false;
	sim_wind_down(sim);
	sim_destroy(sim);
}

/* RFC 2865, 5.1: servers know the session by the name that they gave. */
static void test_a_session_is_found_by_the_name_that_its_server_gave_it(void **state)
{
	static const uint8_t given[] = {1, 2 + 6, 'c', '-', '4', '7', '1', '1'};
	struct sim *sim = town();
	struct tp_session_info info = town_info(sim, town_dial(sim, 0, "alice"));
	struct tp_subscriber now = {0};

	town_dial(sim, 1, "bob");
	say_user("c-4711");
	expect_error(sim, TP_RADIUS_ERROR_SESSION_NOT_FOUND);
	assert_int_equal(tp_subscriber_copy(&now, info.subscriber), 0);
	now.radius = calloc(1, sizeof(*now.radius) + sizeof(given));
	now.radius->class_len = sizeof(given);
	memcpy(now.radius->class, given, sizeof(given));
	assert_int_equal(tp_ac_subscriber_change(sim->ac, info.slot, &now, sim->now_ms), 0);
	expect(sim, info.id);
	request.user_name[0] = '\0';
	say_user("alice");
	expect(sim, info.id);
	sim_wind_down(sim);
	sim_destroy(sim);
}

#define TEST(name) cmocka_unit_test_setup(name, begin)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_of_several_sessions_of_a_user_each_is_found_by_one_more_name),
		TEST(test_a_caller_is_found_however_it_is_written),
		TEST(test_a_caller_is_compared_as_the_configuration_writes_it),
		TEST(test_a_port_that_several_came_in_by_names_none),
		TEST(test_what_has_ended_is_not_found_by_its_address),
		TEST(test_a_session_that_is_ending_is_not_found),
		TEST(test_a_session_is_found_by_the_name_that_its_server_gave_it),
		TEST(test_a_session_is_found_by_what_it_has_of_ipv6),
		TEST(test_a_delegated_prefix_alone_names_its_session),
		TEST(test_an_address_by_dhcpv6_names_its_session),
		TEST(test_a_bundle_is_one_session_and_its_links_have_names_of_their_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
