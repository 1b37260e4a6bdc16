/* SPDX-License-Identifier: BSD-3-Clause */
/* Authentication, both roles back to back: every method, right and wrong, agreed on the first time
 * or after Naks, with lost frames, late decisions and re-challenges. */
#include "ends.h"

#include <errno.h>
#include <string.h>

static const enum tp_ppp_method all_methods[] = {TP_PPP_PAP, TP_PPP_CHAP, TP_PPP_MSCHAP1,
						 TP_PPP_MSCHAP2};
#define FOR_EACH_METHOD(i) for (size_t i = 0; i < TP_PPP_METHODS; i++)

static void only(struct tp_ppp_config *config, enum tp_ppp_method method)
{
	config->methods[0] = (uint8_t)method;
	config->method_count = 1;
}

static void wire_with(struct wire *wire, enum tp_ppp_method method)
{
	wire_init(wire);
	only(&wire->server.config, method);
}

static void test_every_method_lets_the_right_password_in(void **state)
{
	FOR_EACH_METHOD(i)
	{
		struct wire wire;

		wire_with(&wire, all_methods[i]);
		wire_open(&wire);
		assert_up(&wire);
		assert_int_equal(wire.server.request.method, all_methods[i]);
		assert_string_equal(wire.server.request.name, "MT-User");
		assert_int_equal(end_count(&wire.client, TP_PPP_AUTHENTICATED), 1);
		assert_int_equal(end_event(&wire.client, TP_PPP_AUTHENTICATED)->auth.method,
				 all_methods[i]);
		assert_string_equal(wire.client.text,
				    all_methods[i] == TP_PPP_PAP ? "Login ok" : "Access granted");
	}
}

static void test_every_method_keeps_the_wrong_password_out_and_says_why(void **state)
{
	static const char *const words[] = {"Login incorrect", "Access denied",
					    "E=691 R=0 C=", "E=691 R=0 C="};

	FOR_EACH_METHOD(i)
	{
		struct wire wire;

		wire_with(&wire, all_methods[i]);
		wire.server.password = "another";
		wire_open(&wire);
		assert_finished(&wire.server, TP_PPP_AUTH_FAILED);
		assert_finished(&wire.client, TP_PPP_AUTH_FAILED);
		assert_int_equal(end_count(&wire.server, TP_PPP_AUTHENTICATED), 0);
		assert_int_equal(end_count(&wire.server, TP_PPP_IPCP_UP), 0);
		assert_int_equal(strncmp(wire.client.text, words[i], strlen(words[i])), 0);
	}
}

static void test_the_owners_message_and_error_reach_the_peer(void **state)
{
	struct tp_ppp_auth_result result = {.error = TP_PPP_ERROR_ACCT_DISABLED,
					    .message = "account disabled"};
	struct wire wire;

	wire_with(&wire, TP_PPP_MSCHAP2);
	wire.server.decide_later = true;
	wire_open(&wire);
	assert_int_equal(wire.server.request_count, 1);
	tp_ppp_auth_result(&wire.server.ppp, wire.server.request.serial, &result,
			   wire.server.now_ms);
	struct frame frame = end_take(&wire.server);
	frame.bytes[frame.len] = '\0';
	assert_int_equal(frame_code(&frame), TP_PPP_CHAP_FAILURE);
	assert_int_equal(strncmp((char *)frame.bytes + 6, "E=647 R=0 C=", 12), 0);
	assert_string_equal((char *)frame.bytes + 6 + 12 + 32, " V=3 M=account disabled");
}

static void test_a_method_the_peer_naks_gives_way_to_the_one_it_suggests(void **state)
{
	FOR_EACH_METHOD(i)
	{
		struct wire wire;

		wire_init(&wire);
		only(&wire.client.config, all_methods[i]);
		wire_open(&wire);
		assert_up(&wire);
		assert_int_equal(wire.server.request.method, all_methods[i]);
	}
}

static void test_a_suggestion_that_is_not_allowed_moves_on_in_the_operators_order(void **state)
{
	struct end end;

	end_init(&end, TP_PPP_SERVER);
	end.config.method_count = 2; /* mschap2, mschap1 */
	end.config.mru = TP_PPP_DEFAULT_MRU;
	tp_ppp_open(&end.ppp, end.now_ms);
	struct frame request = end_take(&end);
	assert_memory_equal(request.bytes + 6, "\x03\x05\xc2\x23\x81", 5);
	FEED(&end, 0xc0, 0x21, 3, request.bytes[3], 0, 8, 3, 4, 0xc0, 0x23); /* PAP */
	request = end_take(&end);
	assert_memory_equal(request.bytes + 6, "\x03\x05\xc2\x23\x80", 5);
	FEED(&end, 0xc0, 0x21, 4, request.bytes[3], 0, 9, 3, 5, 0xc2, 0x23, 0x80);
	request = end_take(&end);
	assert_int_equal(frame_code(&request), TP_PPP_CODE_TERMINATE_REQUEST);
	FEED(&end, 0xc0, 0x21, 6, request.bytes[3], 0, 4);
	assert_finished(&end, TP_PPP_NO_METHOD);
}

static void test_a_link_without_a_common_method_ends(void **state)
{
	struct wire wire;

	wire_with(&wire, TP_PPP_MSCHAP2);
	only(&wire.client.config, TP_PPP_PAP);
	wire_open(&wire);
	assert_finished(&wire.server, TP_PPP_NO_METHOD);
	wire_wait(&wire, 60000);
	assert_int_equal(end_count(&wire.client, TP_PPP_FINISHED), 1);
}

static void test_a_client_that_may_use_no_method_rejects_authentication(void **state)
{
	struct wire wire;

	wire_init(&wire);
	wire.client.config.method_count = 0;
	wire_open(&wire);
	assert_finished(&wire.server, TP_PPP_NO_METHOD);
}

static void test_a_server_rejects_to_authenticate_itself(void **state)
{
	struct end end;

	end_init(&end, TP_PPP_SERVER);
	tp_ppp_open(&end.ppp, end.now_ms);
	end.sent_count = 0;
	FEED(&end, 0xc0, 0x21, 1, 1, 0, 9, 3, 5, 0xc2, 0x23, 5);
	end_take(&end); /* our request again */
	EXPECT(&end, 0xc0, 0x21, 4, 1, 0, 9, 3, 5, 0xc2, 0x23, 5);
}

static void test_a_server_without_methods_lets_everyone_in(void **state)
{
	struct wire wire;

	wire_init(&wire);
	wire.server.config.method_count = 0;
	tp_ppp_set_addresses(&wire.server.ppp, &wire.server.addresses);
	wire_open(&wire);
	assert_up(&wire);
	assert_int_equal(wire.server.request_count, 0);
}

/* The first frame of each code in the authentication is lost, then all goes well. */
static bool lose_auth_frame(struct wire *wire, const struct end *from, const struct frame *frame)
{
	uint16_t protocol = frame_protocol(frame);
	int bit = 1 << frame_code(frame);

	if (protocol != TP_PPP_PROTO_PAP && protocol != TP_PPP_PROTO_CHAP)
		return false;
	if (!(wire->lose_left & bit))
		return false;
	wire->lose_left &= ~bit;
	return true;
}

static void test_lost_requests_challenges_responses_and_verdicts_are_made_good(void **state)
{
	FOR_EACH_METHOD(i)
	{
		struct wire wire;

		wire_with(&wire, all_methods[i]);
		wire.loses = lose_auth_frame;
		wire.lose_left = 0xff;
		wire_open(&wire);
		wire_wait(&wire, 12000);
		assert_up(&wire);
		assert_int_equal(wire.lost, all_methods[i] == TP_PPP_PAP ? 2 : 3);
		assert_int_equal(wire.server.request_count, 1);
	}
}

static bool lose_answers(struct wire *wire, const struct end *from, const struct frame *frame)
{
	return from == &wire->client && (frame_protocol(frame) == TP_PPP_PROTO_PAP ||
					 frame_protocol(frame) == TP_PPP_PROTO_CHAP);
}

static void test_a_peer_that_does_not_authenticate_itself_is_given_up(void **state)
{
	FOR_EACH_METHOD(i)
	{
		struct wire wire;

		wire_with(&wire, all_methods[i]);
		wire.loses = lose_answers;
		wire_open(&wire);
		wire_wait(&wire, 29900);
		assert_int_equal(end_count(&wire.server, TP_PPP_FINISHED), 0);
		wire_wait(&wire, 3200);
		assert_finished(&wire.server, TP_PPP_AUTH_TIMEOUT);
	}
}

static void test_a_client_that_is_never_challenged_gives_up(void **state)
{
	struct end end;

	end_init(&end, TP_PPP_CLIENT);
	tp_ppp_open(&end.ppp, end.now_ms);
	struct frame request = end_take(&end);
	FEED(&end, 0xc0, 0x21, 1, 1, 0, 9, 3, 5, 0xc2, 0x23, 0x81);
	request.bytes[2] = TP_PPP_CODE_CONFIGURE_ACK;
	end_feed(&end, request.bytes, request.len);
	end.sent_count = 0;
	end_wait(&end, 29999);
	EXPECT_NOTHING(&end);
	end_wait(&end, 6001);
	assert_finished(&end, TP_PPP_AUTH_TIMEOUT);
}

/* What either side had sent last when the other was satisfied. */
static struct frame last_sent[2];

static bool keeps_auth(struct wire *wire, const struct end *from, const struct frame *frame)
{
	if (frame_protocol(frame) == TP_PPP_PROTO_PAP || frame_protocol(frame) == TP_PPP_PROTO_CHAP)
		if (frame_code(frame) <= 2)
			last_sent[from == &wire->server] = *frame;
	return false;
}

static void test_what_comes_again_is_answered_again_and_changes_nothing(void **state)
{
	static const enum tp_ppp_method methods[] = {TP_PPP_PAP, TP_PPP_CHAP, TP_PPP_MSCHAP1,
						     TP_PPP_MSCHAP2};

	for (size_t i = 0; i < 4; i++) {
		struct wire wire;

		wire_with(&wire, methods[i]);
		memset(last_sent, 0, sizeof(last_sent));
		wire.loses = keeps_auth;
		wire_open(&wire);
		assert_up(&wire);
		int events = wire.client.event_count + wire.server.event_count;
		for (int j = 0; j < 3; j++) {
			end_feed(&wire.server, last_sent[0].bytes, last_sent[0].len);
			assert_int_equal(wire.server.sent_count, 1);
			end_take(&wire.server); /* the verdict again; and it is lost again */
			if (methods[i] == TP_PPP_PAP)
				continue;
			end_feed(&wire.client, last_sent[1].bytes, last_sent[1].len);
			end_expect(&wire.client, last_sent[0].bytes, last_sent[0].len);
		}
		wire_wait(&wire, 60000);
		assert_int_equal(wire.client.event_count + wire.server.event_count, events);
		assert_int_equal(wire.server.request_count, 1);
	}
}

static void test_a_late_decision_is_as_good_as_one_at_once(void **state)
{
	struct tp_ppp_auth_result result = {0};
	struct wire wire;

	wire_with(&wire, TP_PPP_MSCHAP2);
	wire.server.decide_later = true;
	wire_open(&wire);
	wire_wait(&wire, 8000); /* the client repeats its Response; the question stands once */
	assert_int_equal(wire.server.request_count, 1);
	tp_ppp_auth_verify(&wire.server.request, "StrongPass", &result);
	result.addresses = wire.server.addresses;
	assert_int_equal(tp_ppp_auth_result(&wire.server.ppp, wire.server.request.serial, &result,
					    wire.server.now_ms),
			 0);
	wire_carry(&wire);
	assert_up(&wire);
}

static void test_a_decision_that_never_comes_ends_the_link(void **state)
{
	struct wire wire;

	wire_with(&wire, TP_PPP_CHAP);
	wire.server.decide_later = true;
	wire.client.config.max_configure = 200;
	wire_open(&wire);
	wire_wait(&wire, 59900);
	assert_int_equal(end_count(&wire.server, TP_PPP_FINISHED), 0);
	wire_wait(&wire, 200);
	assert_finished(&wire.server, TP_PPP_AUTH_TIMEOUT);
}

static void test_a_decision_on_a_question_that_no_longer_stands_is_stale(void **state)
{
	struct tp_ppp_auth_result accept = {.accept = true};
	struct wire wire;

	wire_with(&wire, TP_PPP_PAP);
	wire.server.decide_later = true;
	wire_open(&wire);
	uint32_t serial = wire.server.request.serial;

	FEED(&wire.server, 0xc0, 0x21, 1, 99, 0, 4); /* LCP renegotiates */
	assert_int_equal(tp_ppp_auth_result(&wire.server.ppp, serial, &accept, 2000), -ESTALE);
	assert_int_equal(end_count(&wire.server, TP_PPP_AUTHENTICATED), 0);
	tp_ppp_lower_down(&wire.server.ppp, TP_PPP_LOWER_LAYER, 2000);
	assert_int_equal(tp_ppp_auth_result(&wire.server.ppp, serial, &accept, 2000), -ESTALE);
}

static void test_a_decision_is_not_taken_for_one_on_the_next_question(void **state)
{
	struct tp_ppp_auth_result accept = {.accept = true};
	struct wire wire;

	wire_with(&wire, TP_PPP_PAP);
	wire.server.decide_later = true;
	wire_open(&wire);
	uint32_t serial = wire.server.request.serial;

	/* The client starts anew; the question is asked again, about the new link. */
	tp_ppp_lower_down(&wire.client.ppp, TP_PPP_LOWER_LAYER, wire.client.now_ms);
	tp_ppp_open(&wire.client.ppp, wire.client.now_ms);
	wire_carry(&wire);
	assert_int_equal(wire.server.request_count, 2);
	assert_int_equal(tp_ppp_auth_result(&wire.server.ppp, serial, &accept, 2000), -ESTALE);
	assert_int_equal(end_count(&wire.server, TP_PPP_AUTHENTICATED), 0);
}

static void test_a_second_decision_is_stale(void **state)
{
	struct tp_ppp_auth_result result = {.accept = true};
	struct wire wire;

	wire_with(&wire, TP_PPP_PAP);
	wire_open(&wire);
	assert_int_equal(tp_ppp_auth_result(&wire.server.ppp, wire.server.request.serial, &result,
					    wire.server.now_ms),
			 -ESTALE);
}

static void test_a_rechallenge_is_passed_without_disturbing_the_link(void **state)
{
	const enum tp_ppp_method methods[] = {TP_PPP_CHAP, TP_PPP_MSCHAP1, TP_PPP_MSCHAP2};

	for (size_t i = 0; i < 3; i++) {
		struct wire wire;

		wire_with(&wire, methods[i]);
		wire.server.config.rechallenge_ms = 60000;
		wire_open(&wire);
		wire_wait(&wire, 125000);
		assert_up(&wire);
		assert_int_equal(wire.server.request_count, 3);
		assert_true(wire.server.request.again);
		assert_int_equal(end_count(&wire.server, TP_PPP_AUTHENTICATED), 3);
		assert_true(end_event(&wire.server, TP_PPP_AUTHENTICATED)->auth.again);
	}
}

static void test_a_rechallenge_does_not_change_the_addresses(void **state)
{
	struct wire wire;

	wire_with(&wire, TP_PPP_CHAP);
	wire.server.config.rechallenge_ms = 60000;
	wire_open(&wire);
	wire.server.addresses = (struct tp_ppp_addresses){.local = 1, .remote = 2};
	wire_wait(&wire, 61000);
	assert_int_equal(wire.server.request_count, 2);
	FEED(&wire.server, 0x80, 0x21, 1, 9, 0, 10, 3, 6, 10, 0, 0, 2); /* IPCP renegotiates */
	end_take(&wire.server);
	EXPECT(&wire.server, 0x80, 0x21, 2, 9, 0, 10, 3, 6, 10, 0, 0, 2);
}

static void test_a_failed_rechallenge_ends_the_link(void **state)
{
	struct wire wire;

	wire_with(&wire, TP_PPP_CHAP);
	wire.server.config.rechallenge_ms = 60000;
	wire_open(&wire);
	wire.server.password = "changed";
	wire_wait(&wire, 61000);
	assert_finished(&wire.server, TP_PPP_AUTH_FAILED);
	assert_int_equal(end_count(&wire.server, TP_PPP_IPCP_DOWN), 1);
}

static void test_each_challenge_is_a_new_one(void **state)
{
	struct tp_ppp_auth_request first;
	struct wire wire;

	wire_with(&wire, TP_PPP_MSCHAP2);
	wire.server.config.rechallenge_ms = 10000;
	wire_open(&wire);
	first = wire.server.request;
	wire_wait(&wire, 10100);
	assert_int_not_equal(first.id, wire.server.request.id);
	assert_memory_not_equal(first.challenge, wire.server.request.challenge, 16);
	assert_memory_not_equal(first.response, wire.server.request.response, 16);
}

static bool forge_success(struct wire *wire, const struct end *from, const struct frame *frame)
{
	if (frame_protocol(frame) != TP_PPP_PROTO_CHAP || frame_code(frame) != TP_PPP_CHAP_SUCCESS)
		return false;
	struct frame forged = *frame;
	size_t digit = 6 + 2 + 39;
	forged.bytes[digit] = forged.bytes[digit] == '0' ? '1' : '0';
	end_feed(&wire->client, forged.bytes, forged.len);
	return true;
}

static void test_a_client_leaves_a_server_with_a_wrong_authenticator_response(void **state)
{
	struct wire wire;

	wire_with(&wire, TP_PPP_MSCHAP2);
	wire.loses = forge_success;
	wire_open(&wire);
	assert_int_equal(end_count(&wire.client, TP_PPP_AUTHENTICATED), 0);
	assert_int_equal(end_count(&wire.client, TP_PPP_IPCP_UP), 0);
	assert_finished(&wire.client, TP_PPP_PEER_NOT_GENUINE);
}

static void test_a_success_without_an_authenticator_response_is_not_enough(void **state)
{
	struct wire wire;

	wire_with(&wire, TP_PPP_MSCHAP2);
	wire.server.decide_later = true;
	wire_open(&wire);
	FEED(&wire.client, 0xc2, 0x23, 3, wire.server.request.id, 0, 8, 'S', '=', '4', '0');
	assert_int_equal(end_count(&wire.client, TP_PPP_AUTHENTICATED), 0);
	wire_carry(&wire);
	assert_finished(&wire.client, TP_PPP_PEER_NOT_GENUINE);
}

static void test_network_protocols_are_not_heard_before_authentication(void **state)
{
	struct wire wire;

	wire_with(&wire, TP_PPP_CHAP);
	wire.server.decide_later = true;
	wire_open(&wire);
	FEED(&wire.server, 0x80, 0x21, 1, 1, 0, 10, 3, 6, 10, 0, 0, 2);
	FEED(&wire.server, 0x80, 0x57, 1, 1, 0, 4);
	EXPECT_NOTHING(&wire.server);
	assert_int_equal(wire.server.request_count, 1);
}

static void open_server_in_auth(struct end *end, enum tp_ppp_method method)
{
	end_init(end, TP_PPP_SERVER);
	only(&end->config, method);
	end->decide_later = true;
	end_open_lcp(end);
	assert_int_equal(tp_ppp_phase(&end->ppp), TP_PPP_AUTHENTICATE);
}

static void test_only_the_agreed_protocol_is_heard(void **state)
{
	struct end end;

	open_server_in_auth(&end, TP_PPP_CHAP);
	end_take(&end);
	FEED(&end, 0xc0, 0x23, 1, 1, 0, 8, 1, 'u', 1, 'p');
	assert_int_equal(end.request_count, 0);
	EXPECT_NOTHING(&end);
}

static void test_malformed_pap_requests_ask_nobody(void **state)
{
	struct end end;

	open_server_in_auth(&end, TP_PPP_PAP);
	FEED(&end, 0xc0, 0x23, 1, 1, 0, 4);
	FEED(&end, 0xc0, 0x23, 1, 1, 0, 6, 3, 'u');
	FEED(&end, 0xc0, 0x23, 1, 1, 0, 6, 1, 'u');
	FEED(&end, 0xc0, 0x23, 1, 1, 0, 8, 1, 'u', 2, 'p');
	FEED(&end, 0xc0, 0x23, 9, 1, 0, 8, 1, 'u', 1, 'p');
	assert_int_equal(end.request_count, 0);
	EXPECT_NOTHING(&end);
	FEED(&end, 0xc0, 0x23, 1, 1, 0, 8, 1, 'u', 1, 'p');
	assert_int_equal(end.request_count, 1);
	assert_string_equal(end.request.name, "u");
	assert_int_equal(end.request.password_len, 1);
}

static void test_the_verdict_bears_the_identifier_of_the_last_pap_request(void **state)
{
	struct tp_ppp_auth_result result = {.accept = true};
	struct end end;

	open_server_in_auth(&end, TP_PPP_PAP);
	FEED(&end, 0xc0, 0x23, 1, 5, 0, 8, 1, 'u', 1, 'p');
	FEED(&end, 0xc0, 0x23, 1, 6, 0, 8, 1, 'u', 1, 'p');
	assert_int_equal(end.request_count, 1);
	tp_ppp_auth_result(&end.ppp, end.request.serial, &result, end.now_ms);
	EXPECT(&end, 0xc0, 0x23, 2, 6, 0, 13, 8, 'L', 'o', 'g', 'i', 'n', ' ', 'o', 'k');
}

static void test_malformed_chap_responses_ask_nobody(void **state)
{
	uint8_t response[2 + 4 + 1 + 49 + 1] = {0xc2, 0x23, 2, 0, 0, 55, 49};
	struct end end;

	open_server_in_auth(&end, TP_PPP_MSCHAP2);
	struct frame challenge = end_take(&end);
	assert_int_equal(challenge.bytes[6], 16);
	assert_memory_equal(challenge.bytes + 23, "MT_AC", 5);
	uint8_t id = challenge.bytes[3];

	response[sizeof(response) - 1] = 'u';
	FEED(&end, 0xc2, 0x23, 2, id, 0, 4);
	FEED(&end, 0xc2, 0x23, 2, id, 0, 6, 49, 0);
	FEED(&end, 0xc2, 0x23, 2, id, 0, 22, 16, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15,
	     16, 'u'); /* a CHAP digest for MS-CHAP */
	FEED(&end, 0xc2, 0x23, 1, id, 0, 6, 1, 1);
	FEED(&end, 0xc2, 0x23, 3, id, 0, 4);
	response[3] = (uint8_t)(id + 1);
	end_feed(&end, response, sizeof(response));
	assert_int_equal(end.request_count, 0);
	response[3] = id;
	end_feed(&end, response, sizeof(response));
	assert_int_equal(end.request_count, 1);
	EXPECT_NOTHING(&end);
}

static void test_a_name_with_a_nul_inside_is_refused_without_asking(void **state)
{
	struct end end;

	open_server_in_auth(&end, TP_PPP_PAP);
	FEED(&end, 0xc0, 0x23, 1, 1, 0, 10, 3, 'u', 0, 'x', 1, 'p');
	assert_int_equal(end.request_count, 0);
	struct frame nak = end_take(&end);
	assert_int_equal(frame_code(&nak), TP_PPP_PAP_NAK);
	end_wait(&end, 6000);
	assert_finished(&end, TP_PPP_AUTH_FAILED);
}

static void test_a_message_is_cut_to_what_a_packet_may_hold(void **state)
{
	struct tp_ppp_auth_result result = {0};
	char message[1000];
	struct end end;

	memset(message, 'm', sizeof(message) - 1);
	message[sizeof(message) - 1] = '\0';
	result.message = message;
	FOR_EACH_METHOD(i)
	{
		open_server_in_auth(&end, all_methods[i]);
		if (all_methods[i] == TP_PPP_PAP) {
			FEED(&end, 0xc0, 0x23, 1, 1, 0, 8, 1, 'u', 1, 'p');
		} else {
			struct frame challenge = end_take(&end);
			uint8_t len = all_methods[i] == TP_PPP_CHAP ? 16 : 49;
			uint8_t response[60] = {
				0xc2, 0x23, 2, challenge.bytes[3], 0, (uint8_t)(5 + len), len};
			end_feed(&end, response, (size_t)len + 7);
		}
		tp_ppp_auth_result(&end.ppp, end.request.serial, &result, end.now_ms);
		assert_in_range(end_take(&end).len, 6, 6 + 1 + TP_PPP_MESSAGE_MAX);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_method_lets_the_right_password_in),
		cmocka_unit_test(test_every_method_keeps_the_wrong_password_out_and_says_why),
		cmocka_unit_test(test_the_owners_message_and_error_reach_the_peer),
		cmocka_unit_test(test_a_method_the_peer_naks_gives_way_to_the_one_it_suggests),
		cmocka_unit_test(
			test_a_suggestion_that_is_not_allowed_moves_on_in_the_operators_order),
		cmocka_unit_test(test_a_link_without_a_common_method_ends),
		cmocka_unit_test(test_a_client_that_may_use_no_method_rejects_authentication),
		cmocka_unit_test(test_a_server_rejects_to_authenticate_itself),
		cmocka_unit_test(test_a_server_without_methods_lets_everyone_in),
		cmocka_unit_test(
			test_lost_requests_challenges_responses_and_verdicts_are_made_good),
		cmocka_unit_test(test_a_peer_that_does_not_authenticate_itself_is_given_up),
		cmocka_unit_test(test_a_client_that_is_never_challenged_gives_up),
		cmocka_unit_test(test_what_comes_again_is_answered_again_and_changes_nothing),
		cmocka_unit_test(test_a_late_decision_is_as_good_as_one_at_once),
		cmocka_unit_test(test_a_decision_that_never_comes_ends_the_link),
		cmocka_unit_test(test_a_decision_on_a_question_that_no_longer_stands_is_stale),
		cmocka_unit_test(test_a_decision_is_not_taken_for_one_on_the_next_question),
		cmocka_unit_test(test_a_second_decision_is_stale),
		cmocka_unit_test(test_a_rechallenge_is_passed_without_disturbing_the_link),
		cmocka_unit_test(test_a_rechallenge_does_not_change_the_addresses),
		cmocka_unit_test(test_a_failed_rechallenge_ends_the_link),
		cmocka_unit_test(test_each_challenge_is_a_new_one),
		cmocka_unit_test(test_a_client_leaves_a_server_with_a_wrong_authenticator_response),
		cmocka_unit_test(test_a_success_without_an_authenticator_response_is_not_enough),
		cmocka_unit_test(test_network_protocols_are_not_heard_before_authentication),
		cmocka_unit_test(test_only_the_agreed_protocol_is_heard),
		cmocka_unit_test(test_malformed_pap_requests_ask_nobody),
		cmocka_unit_test(test_the_verdict_bears_the_identifier_of_the_last_pap_request),
		cmocka_unit_test(test_malformed_chap_responses_ask_nobody),
		cmocka_unit_test(test_a_name_with_a_nul_inside_is_refused_without_asking),
		cmocka_unit_test(test_a_message_is_cut_to_what_a_packet_may_hold),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
