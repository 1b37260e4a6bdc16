/* SPDX-License-Identifier: BSD-3-Clause */
/* What a login is asked by, and what a server's verdict comes to. */
#include "login_fixture.h"

#include "radius/accounting.h"

/* ---- verdicts and keys ---- */

static void test_a_reject_says_why(void **state)
{
	tp_radius_begin(&reply, room, sizeof(room), TP_RADIUS_ACCESS_REJECT);
	TEXT(REPLY_MESSAGE, "pay your\nbill");
	refused(TP_AAA_REJECTED, "pay your\\x0abill");
	assert_string_equal(answer.message, "pay your\\x0abill");

	tp_radius_begin(&reply, room, sizeof(room), TP_RADIUS_ACCESS_REJECT);
	tp_radius_put_bytes(&reply, TP_RADIUS_MS_CHAP_ERROR, "\7E=647 R=0 V=3 M=closed", 23);
	refused(TP_AAA_REJECTED, "rejected");
	assert_int_equal(answer.error, 647);
	assert_string_equal(answer.message, "closed");

	tp_radius_begin(&reply, room, sizeof(room), TP_RADIUS_ACCESS_CHALLENGE);
	refused(TP_AAA_UNUSABLE, "Access-Challenge");
}

static void test_mschap2_wants_the_servers_proof(void **state)
{
	static const char success[] = "\7S=000102030405060708090A0b0c0d0e0f10111213";
	uint8_t key[16] = "0123456789abcdef", value[TP_RADIUS_KEY_VALUE_LEN(TP_RADIUS_KEY_MAX)];
	size_t len;

	proof.method = TP_PPP_MSCHAP2;
	refused(TP_AAA_UNUSABLE, "MS-CHAP2-Success");
	begin(state);
	proof.method = TP_PPP_MSCHAP2;
	tp_radius_put_bytes(&reply, TP_RADIUS_MS_CHAP2_SUCCESS, success, sizeof(success) - 1);
	len = tp_radius_key_hide(key, 16, 0x8001, secret, authenticator, value);
	tp_radius_put_bytes(&reply, TP_RADIUS_MS_MPPE_SEND_KEY, value, len);
	key[0] = 'X';
	len = tp_radius_key_hide(key, 16, 0x8002, secret, authenticator, value);
	tp_radius_put_bytes(&reply, TP_RADIUS_MS_MPPE_RECV_KEY, value, len);
	U32(MS_MPPE_ENCRYPTION_POLICY, 2);
	U32(MS_MPPE_ENCRYPTION_TYPES, 4);
	take();
	assert_int_equal(answer.authenticator_response[19], 0x13);
	assert_true(answer.has_keys);
	assert_memory_equal(answer.keys.send.strong, "0123456789abcdef", 16);
	assert_memory_equal(answer.keys.receive.strong, "X123456789abcdef", 16);
	assert_memory_equal(answer.keys.receive.weak, "X1234567", 8);
	assert_int_equal(answer.subscriber.use_encryption, TP_ENCRYPTION_REQUIRED);
	assert_int_equal(answer.subscriber.encryption_strengths, TP_PPP_MPPE_128);
}

static void test_mschap1_keys_are_those_of_the_password(void **state)
{
	struct tp_mppe_keys wanted;
	uint8_t clear[32] = {0};

	proof.method = TP_PPP_MSCHAP1;
	memcpy(proof.challenge, "8 bytes!", 8);
	tp_mppe_keys_mschap1("clientPass", proof.challenge, &wanted);
	tp_ppp_lm_password_hash("clientPass", clear);
	tp_ppp_nt_password_hash_hash("clientPass", clear + 8);
	tp_radius_hide(clear, sizeof(clear), secret, authenticator);
	tp_radius_put_bytes(&reply, TP_RADIUS_MS_CHAP_MPPE_KEYS, clear, sizeof(clear));
	take();
	assert_true(answer.has_keys);
	assert_memory_equal(&answer.keys, &wanted, sizeof(wanted));
}

/* ---- the request ---- */

static struct tp_radius_packet ask(const struct tp_radius_nas *nas)
{
	struct tp_radius_packet packet;
	struct tp_radius_builder b;

	tp_radius_begin(&b, room, sizeof(room), TP_RADIUS_ACCESS_REQUEST);
	tp_radius_put_login(&b, nas, "isp", &question);
	assert_int_equal(tp_radius_parse(room, tp_radius_finish(&b), &packet), 0);
	return packet;
}

static void expect_text(const struct tp_radius_packet *packet, enum tp_radius_attribute attribute,
			const char *wanted)
{
	struct tp_radius_value value;
	char got[TP_RADIUS_VALUE_MAX + 1];

	assert_true(tp_radius_get(packet, attribute, &value));
	assert_true(tp_radius_text(&value, got, sizeof(got)));
	assert_string_equal(got, wanted);
}

static void test_a_request_says_who_and_where(void **state)
{
	const struct tp_radius_nas nas = {.identifier = "bras1", .address = 0xc0000201};
	struct tp_access_line line = {.circuit_id = "dslam 1/2", .number = {1024, 16000}};
	struct tp_radius_packet packet;
	struct tp_radius_value value;
	uint32_t n;

	question.line = &line;
	proof.password_len = 6;
	memcpy(proof.password, "secret", 6);
	packet = ask(&nas);
	assert_int_equal(room[20], 80); /* Message-Authenticator goes first */
	expect_text(&packet, TP_RADIUS_USER_NAME, "alice");
	expect_text(&packet, TP_RADIUS_NAS_IDENTIFIER, "bras1");
	expect_text(&packet, TP_RADIUS_NAS_PORT_ID, "ether3");
	expect_text(&packet, TP_RADIUS_CALLING_STATION_ID, "02:00:00:00:00:0A");
	expect_text(&packet, TP_RADIUS_CALLED_STATION_ID, "internet");
	expect_text(&packet, TP_RADIUS_ACCT_SESSION_ID, "0123456789abcdef");
	expect_text(&packet, TP_RADIUS_MIKROTIK_REALM, "isp");
	expect_text(&packet, TP_RADIUS_ADSL_AGENT_CIRCUIT_ID, "dslam 1/2");
	assert_true(tp_radius_get(&packet, TP_RADIUS_ADSL_ACTUAL_RATE_DOWN, &value));
	assert_true(tp_radius_u32(&value, &n));
	assert_int_equal(n, 16000000);
	assert_true(tp_radius_get(&packet, TP_RADIUS_USER_PASSWORD, &value));
	assert_false(tp_radius_get(&packet, TP_RADIUS_ADSL_AGENT_REMOTE_ID, &value));
}

static void test_ports_and_stations_in_the_carriers_words(void **state)
{
	struct tp_radius_nas nas = {
		.identifier = "bras1",
		.nas_port_id = "{interface}.{outer-vlan}:{inner-vlan}#{session-id}",
		.calling_station_id = "{mac:-}/{remote-id}",
		.called_station_id = "{mac:} {service}",
	};
	struct tp_access_line line = {.circuit_id = "dslam 1/2"};
	struct tp_radius_packet packet = ask(&nas);

	expect_text(&packet, TP_RADIUS_NAS_PORT_ID, "ether3.100:7#42");
	expect_text(&packet, TP_RADIUS_CALLING_STATION_ID, "02-00-00-00-00-0A/");
	expect_text(&packet, TP_RADIUS_CALLED_STATION_ID, "02000000000A internet");
	nas.circuit_id_in_nas_port_id = true;
	packet = ask(&nas);
	expect_text(&packet, TP_RADIUS_NAS_PORT_ID, "ether3.100:7#42");
	question.line = &line;
	packet = ask(&nas);
	expect_text(&packet, TP_RADIUS_NAS_PORT_ID, "dslam 1/2");
}

static void test_what_is_too_long_for_its_attribute_is_cut(void **state)
{
	char long_text[300], out[16];
	const struct tp_radius_session s = {.interface = long_text, .service_name = ""};

	memset(long_text, 'x', sizeof(long_text) - 1);
	long_text[sizeof(long_text) - 1] = '\0';
	assert_string_equal(tp_radius_format("{interface}", &s, out, sizeof(out)),
			    "xxxxxxxxxxxxxxx");
}

static void test_challenges_are_told_with_their_responses(void **state)
{
	static const struct {
		enum tp_ppp_method method;
		enum tp_radius_attribute response, challenge;
		uint8_t challenge_len, response_len, head[2];
		unsigned head_len;
	} cases[] = {
		{TP_PPP_CHAP, TP_RADIUS_CHAP_PASSWORD, TP_RADIUS_CHAP_CHALLENGE, 16, 17, {7}, 1},
		{TP_PPP_MSCHAP1,
		 TP_RADIUS_MS_CHAP_RESPONSE,
		 TP_RADIUS_MS_CHAP_CHALLENGE,
		 8,
		 50,
		 {7, 1},
		 2},
		{TP_PPP_MSCHAP2,
		 TP_RADIUS_MS_CHAP2_RESPONSE,
		 TP_RADIUS_MS_CHAP_CHALLENGE,
		 16,
		 50,
		 {7, 0},
		 2},
	};
	const struct tp_radius_nas nas = {.identifier = "bras1"};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct tp_radius_packet packet;
		struct tp_radius_value value;

		proof.method = cases[i].method;
		proof.challenge_len = cases[i].challenge_len;
		memset(proof.challenge, 'c', sizeof(proof.challenge));
		memset(proof.response, 'r', sizeof(proof.response));
		packet = ask(&nas);
		assert_true(tp_radius_get(&packet, cases[i].challenge, &value));
		assert_int_equal(value.len, cases[i].challenge_len);
		assert_true(tp_radius_get(&packet, cases[i].response, &value));
		assert_int_equal(value.len, cases[i].response_len);
		assert_memory_equal(value.bytes, cases[i].head, cases[i].head_len);
		assert_int_equal(value.bytes[cases[i].head_len], 'r');
	}
}

/* ---- names ---- */

/* The record of a session of who was let in so, as a server reads it. */
static struct tp_radius_packet record_of(const struct tp_subscriber *subscriber)
{
	const struct tp_radius_session session = {
		.user = question.user, .interface = "ether3", .service_name = "internet"};
	const struct tp_radius_record record = {
		.status = TP_RADIUS_ACCT_START, .session = &session, .subscriber = subscriber};
	const struct tp_radius_nas nas = {.identifier = "bras1"};
	struct tp_radius_packet packet;
	struct tp_radius_builder b;

	tp_radius_begin(&b, room, sizeof(room), TP_RADIUS_ACCOUNTING_REQUEST);
	tp_radius_put_record(&b, &nas, &record);
	assert_int_equal(tp_radius_parse(room, tp_radius_finish(&b), &packet), 0);
	return packet;
}

static unsigned count_of(const struct tp_radius_packet *packet, enum tp_radius_attribute attribute)
{
	struct tp_radius_iterator iterator = tp_radius_iterate(packet);
	struct tp_radius_value value;
	unsigned count = 0;

	while (tp_radius_next(&iterator, &value))
		count += value.attribute == attribute;
	return count;
}

/* RFC 2865, 5.1: an accept's User-Name "SHOULD be used for all Accounting-Request packets". */
static void test_an_accepts_user_name_is_told_in_accounting(void **state)
{
	struct tp_radius_packet packet;
	struct tp_radius_value value;

	question.user = "alice@isp";
	TEXT(CLASS, "gold");
	TEXT(USER_NAME, "contract 4711");
	packet = record_of(take());
	expect_text(&packet, TP_RADIUS_USER_NAME, "contract 4711");
	expect_text(&packet, TP_RADIUS_CLASS, "gold");
	assert_int_equal(count_of(&packet, TP_RADIUS_USER_NAME), 1);
	/* Servers are chosen by the domain that she has dialled in with. */
	assert_true(tp_radius_get(&packet, TP_RADIUS_MS_CHAP_DOMAIN, &value));
	assert_int_equal(value.len, 4);
	assert_memory_equal(value.bytes, "\0isp", 4);
}

static void test_without_one_it_is_the_sessions(void **state)
{
	struct tp_radius_packet packet = record_of(take());

	expect_text(&packet, TP_RADIUS_USER_NAME, "alice");
	assert_int_equal(count_of(&packet, TP_RADIUS_MS_CHAP_DOMAIN), 0);
}

/* Old clients send Latin-1; here it is text, there it is bytes. */
static void test_a_name_that_is_no_text_is_told_as_it_was_sent_by_both(void **state)
{
	const struct tp_radius_nas nas = {.identifier = "bras1"};
	struct tp_radius_packet packet;

	memcpy(proof.name, "m\xfcller", sizeof("m\xfcller"));
	question.user = "m\\xfcller";
	packet = record_of(take());
	expect_text(&packet, TP_RADIUS_USER_NAME, "m\xfcller");
	packet = ask(&nas);
	expect_text(&packet, TP_RADIUS_USER_NAME, "m\xfcller");
}

static void test_connect_info_has_the_lines_rates(void **state)
{
	struct tp_access_line line = {.number = {1024, 16000}};
	const struct tp_radius_nas nas = {.identifier = "bras1"};
	struct tp_radius_packet packet;
	struct tp_radius_value value;

	question.line = &line;
	packet = ask(&nas);
	expect_text(&packet, TP_RADIUS_CONNECT_INFO, "16000000/1024000");
	line.number[TP_LINE_ACTUAL_RATE_UP] = 0;
	packet = ask(&nas);
	assert_false(tp_radius_get(&packet, TP_RADIUS_CONNECT_INFO, &value));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_a_reject_says_why),
		T(test_mschap2_wants_the_servers_proof),
		T(test_mschap1_keys_are_those_of_the_password),
		T(test_a_request_says_who_and_where),
		T(test_ports_and_stations_in_the_carriers_words),
		T(test_what_is_too_long_for_its_attribute_is_cut),
		T(test_challenges_are_told_with_their_responses),
		T(test_an_accepts_user_name_is_told_in_accounting),
		T(test_without_one_it_is_the_sessions),
		T(test_a_name_that_is_no_text_is_told_as_it_was_sent_by_both),
		T(test_connect_info_has_the_lines_rates),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
