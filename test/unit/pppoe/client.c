/* SPDX-License-Identifier: BSD-3-Clause */
/* The host's side, against packets put together by hand, and against our own access
 * concentrator. */
#include "bench.h"

#include <stdio.h>
#include <stdlib.h>

struct host {
	struct bench *bench; /* an access concentrator to talk to, where a test wants one */
	struct tp_random random;
	struct tp_pppoe_client_config config;
	struct tp_pppoe_client *client;
	uint64_t now_ms;
	unsigned sent;
	struct frame last; /* the last packet sent */
	struct tp_pppoe_header header;
	struct tp_pppoe_tags tags; /* of LAST */
	unsigned openeds;
	unsigned closeds;
	enum tp_pppoe_reason reason;
	char text[TP_PPPOE_NAME_MAX];
	bool redial; /* start again from within closed() */
};

static void on_send(void *ctx, const struct tp_pppoe_packet *packet)
{
	struct host *host = ctx;
	struct tp_reader payload;

	host->sent++;
	host->last.packet = *packet;
	memcpy(host->last.bytes, packet->bytes, packet->len);
	host->last.packet.bytes = host->last.bytes;
	assert_true(tp_pppoe_header_parse(host->last.bytes, packet->len, &host->header, &payload));
	assert_true(tp_pppoe_tags_parse(payload, &host->tags));
}

static void on_opened(void *ctx, const struct tp_pppoe_client_session *session, uint64_t now_ms)
{
	struct host *host = ctx;

	assert_ptr_equal(session, tp_pppoe_client_session(host->client));
	host->openeds++;
}

static void on_closed(void *ctx, enum tp_pppoe_reason reason, const char *text, uint64_t now_ms)
{
	struct host *host = ctx;

	host->closeds++;
	host->reason = reason;
	snprintf(host->text, sizeof(host->text), "%s", text);
	if (host->redial)
		tp_pppoe_client_start(host->client, now_ms);
}

static const struct tp_pppoe_client_callbacks callbacks = {on_send, on_opened, on_closed};

static int setup(void **state)
{
	struct host *host = calloc(1, sizeof(*host));
	void *bench;

	if (host == NULL || bench_setup(&bench) != 0)
		return -1;
	host->bench = bench;
	host->now_ms = host->bench->now_ms;
	tp_random_init_seed(&host->random, 7);
	host->config = (struct tp_pppoe_client_config){
		.mac = CLIENT_MAC,
		.port = 3,
		.vlans = {100, 7},
	};
	*state = host;
	return 0;
}

static int teardown(void **state)
{
	struct host *host = *state;
	void *bench = host->bench;

	tp_pppoe_client_destroy(host->client);
	bench_teardown(&bench);
	free(host);
	return 0;
}

static void start(struct host *host)
{
	if (host->client == NULL)
		host->client =
			tp_pppoe_client_create(&host->config, &callbacks, host, &host->random);
	assert_non_null(host->client);
	tp_pppoe_client_start(host->client, host->now_ms);
	assert_int_equal(tp_pppoe_client_state(host->client), TP_PPPOE_CLIENT_PADI_SENT);
	assert_int_equal(host->header.code, TP_PPPOE_CODE_PADI);
}

/* Begins a reply of an access concentrator to the last packet. */
static void reply(struct host *host, struct frame *frame, uint8_t code)
{
	const struct tp_mac client = CLIENT_MAC, ac = AC_MAC;

	begin(frame, code);
	frame->packet.src = ac;
	frame->packet.dst = client;
	tag(frame, TP_PPPOE_TAG_HOST_UNIQ, host->tags.host_uniq.bytes, host->tags.host_uniq.len);
}

static enum tp_pppoe_reason give(struct host *host, struct frame *frame)
{
	return tp_pppoe_client_input(host->client, end(frame), host->now_ms);
}

static void take_offer(struct host *host)
{
	struct frame frame;

	reply(host, &frame, TP_PPPOE_CODE_PADO);
	tag_text(&frame, TP_PPPOE_TAG_AC_NAME, "MT_AC");
	tag_text(&frame, TP_PPPOE_TAG_SERVICE_NAME, "internet");
	assert_int_equal(give(host, &frame), TP_PPPOE_NONE);
	assert_int_equal(tp_pppoe_client_state(host->client), TP_PPPOE_CLIENT_PADR_SENT);
}

static void confirm(struct host *host)
{
	struct frame frame;

	reply(host, &frame, TP_PPPOE_CODE_PADS);
	frame.bytes[3] = 9;
	assert_int_equal(give(host, &frame), TP_PPPOE_NONE);
	assert_int_equal(tp_pppoe_client_state(host->client), TP_PPPOE_CLIENT_SESSION);
}

static void open_session(struct host *host)
{
	start(host);
	take_offer(host);
	confirm(host);
}

static void test_a_dial_in_to_our_own_access_concentrator_gets_a_session(void **state)
{
	struct host *host = *state;
	const struct tp_pppoe_client_session *session;
	const struct tp_mac ac = AC_MAC;

	host->config.max_payload = 1500;
	host->bench->services[0].max_payload = 1500;
	start(host);
	assert_int_equal(host->last.packet.vlans.inner, 7);
	bench_input(host->bench, &host->last.packet);
	assert_int_equal(
		tp_pppoe_client_input(host->client, &host->bench->reply.packet, host->now_ms),
		TP_PPPOE_NONE);
	assert_int_equal(host->header.code, TP_PPPOE_CODE_PADR);
	bench_input(host->bench, &host->last.packet);
	assert_int_equal(host->bench->openeds, 1);
	assert_int_equal(
		tp_pppoe_client_input(host->client, &host->bench->reply.packet, host->now_ms),
		TP_PPPOE_NONE);
	assert_int_equal(host->openeds, 1);
	session = tp_pppoe_client_session(host->client);
	assert_int_equal(session->session_id, 0x1234);
	assert_true(tp_mac_equal(&session->ac_mac, &ac));
	assert_string_equal(session->ac_name, "MT_AC");
	assert_string_equal(session->service_name, "internet");
	assert_int_equal(session->max_payload, 1500);
	assert_true(tp_pppoe_client_deadline(host->client) == TP_NEVER);

	tp_pppoe_client_close(host->client, "done", host->now_ms);
	bench_input(host->bench, &host->last.packet);
	assert_int_equal(host->bench->terminations, 1);
	assert_int_equal(host->bench->terminated_id, 0x1234);
	assert_string_equal(host->bench->terminated_text, "done");
	assert_int_equal(host->closeds, 0);
}

static void test_the_first_service_offered_is_asked_for_when_any_will_do(void **state)
{
	struct host *host = *state;
	struct frame frame;

	start(host);
	assert_int_equal(host->tags.service_names, 1);
	assert_int_equal(host->tags.service_name.len, 0);
	reply(host, &frame, TP_PPPOE_CODE_PADO);
	tag_text(&frame, TP_PPPOE_TAG_SERVICE_NAME, "first");
	tag_text(&frame, TP_PPPOE_TAG_SERVICE_NAME, "second");
	assert_int_equal(give(host, &frame), TP_PPPOE_NONE);
	assert_true(tp_pppoe_value_is_text(&host->tags.service_name, "first"));
	assert_int_equal(host->tags.service_names, 1);
}

static void test_cookie_and_relay_session_id_go_back_in_the_padr(void **state)
{
	struct host *host = *state;
	struct frame frame;

	start(host);
	reply(host, &frame, TP_PPPOE_CODE_PADO);
	tag_text(&frame, TP_PPPOE_TAG_SERVICE_NAME, "");
	tag(&frame, TP_PPPOE_TAG_AC_COOKIE, "\0cookie", 7);
	tag(&frame, TP_PPPOE_TAG_RELAY_SESSION_ID, "", 0);
	assert_int_equal(give(host, &frame), TP_PPPOE_NONE);
	assert_int_equal(host->tags.ac_cookie.len, 7);
	assert_memory_equal(host->tags.ac_cookie.bytes, "\0cookie", 7);
	assert_true(tp_pppoe_value_present(&host->tags.relay_session_id));
	assert_int_equal(host->tags.relay_session_id.len, 0);
}

static void test_offers_that_do_not_fit_are_passed_over(void **state)
{
	struct host *host = *state;
	static const uint8_t long_cookie[257];
	const struct tp_mac other = {{2, 0, 0, 0, 0, 0x99}};
	struct frame frame;

	host->config.service_name = "video";
	host->config.ac_name = "MT_AC";
	start(host);
	assert_true(tp_pppoe_value_is_text(&host->tags.service_name, "video"));

	reply(host, &frame, TP_PPPOE_CODE_PADO);
	tag_text(&frame, TP_PPPOE_TAG_AC_NAME, "MT_AC");
	tag_text(&frame, TP_PPPOE_TAG_SERVICE_NAME, "internet");
	assert_int_equal(give(host, &frame), TP_PPPOE_SERVICE_NOT_OFFERED);

	reply(host, &frame, TP_PPPOE_CODE_PADO);
	tag_text(&frame, TP_PPPOE_TAG_AC_NAME, "other");
	tag_text(&frame, TP_PPPOE_TAG_SERVICE_NAME, "video");
	assert_int_equal(give(host, &frame), TP_PPPOE_AC_NAME_MISMATCH);

	reply(host, &frame, TP_PPPOE_CODE_PADO);
	tag_text(&frame, TP_PPPOE_TAG_AC_NAME, "MT_AC");
	tag_text(&frame, TP_PPPOE_TAG_SERVICE_NAME, "video");
	tag(&frame, TP_PPPOE_TAG_AC_COOKIE, long_cookie, sizeof(long_cookie));
	assert_int_equal(give(host, &frame), TP_PPPOE_TAG_TOO_LONG);

	reply(host, &frame, TP_PPPOE_CODE_PADO);
	tag_text(&frame, TP_PPPOE_TAG_AC_NAME, "MT_AC");
	tag_text(&frame, TP_PPPOE_TAG_SERVICE_NAME, "video");
	tag_text(&frame, TP_PPPOE_TAG_AC_SYSTEM_ERROR, "full");
	assert_int_equal(give(host, &frame), TP_PPPOE_PEER_ERROR);

	reply(host, &frame, TP_PPPOE_CODE_PADO);
	frame.bytes[10] ^= 1; /* the first byte of Host-Uniq */
	assert_int_equal(give(host, &frame), TP_PPPOE_HOST_UNIQ_MISMATCH);

	reply(host, &frame, TP_PPPOE_CODE_PADO);
	frame.packet.dst = other;
	assert_int_equal(give(host, &frame), TP_PPPOE_WRONG_DESTINATION);

	assert_int_equal(tp_pppoe_client_state(host->client), TP_PPPOE_CLIENT_PADI_SENT);
	reply(host, &frame, TP_PPPOE_CODE_PADO);
	tag_text(&frame, TP_PPPOE_TAG_AC_NAME, "MT_AC");
	tag_text(&frame, TP_PPPOE_TAG_SERVICE_NAME, "internet");
	tag_text(&frame, TP_PPPOE_TAG_SERVICE_NAME, "video");
	assert_int_equal(give(host, &frame), TP_PPPOE_NONE);
	assert_true(tp_pppoe_value_is_text(&host->tags.service_name, "video"));
}

static void test_only_the_first_offer_is_taken(void **state)
{
	struct host *host = *state;
	struct frame frame;

	start(host);
	take_offer(host);
	reply(host, &frame, TP_PPPOE_CODE_PADO);
	tag_text(&frame, TP_PPPOE_TAG_SERVICE_NAME, "second");
	assert_int_equal(give(host, &frame), TP_PPPOE_UNEXPECTED_CODE);
	assert_int_equal(host->sent, 2);
}

static void test_padis_are_repeated_ever_more_slowly_without_end(void **state)
{
	const uint32_t waits[] = {1000, 2000, 4000, 8000, 16000, 16000, 16000};
	struct host *host = *state;

	start(host);
	for (unsigned i = 0; i < sizeof(waits) / sizeof(waits[0]); i++) {
		assert_int_equal(tp_pppoe_client_deadline(host->client), host->now_ms + waits[i]);
		host->now_ms += waits[i];
		tp_pppoe_client_tick(host->client, host->now_ms - 1);
		assert_int_equal(host->sent, i + 1);
		tp_pppoe_client_tick(host->client, host->now_ms);
		assert_int_equal(host->sent, i + 2);
		assert_int_equal(host->header.code, TP_PPPOE_CODE_PADI);
	}
	assert_int_equal(host->closeds, 0);
}

static void run_until_closed(struct host *host)
{
	while (host->closeds == 0) {
		assert_true(tp_pppoe_client_deadline(host->client) != TP_NEVER);
		host->now_ms = tp_pppoe_client_deadline(host->client);
		tp_pppoe_client_tick(host->client, host->now_ms);
	}
	assert_int_equal(tp_pppoe_client_state(host->client), TP_PPPOE_CLIENT_IDLE);
	assert_true(tp_pppoe_client_deadline(host->client) == TP_NEVER);
}

/* Asked for a service that nobody has, nobody answers: the last PADI asks for any. */
static void test_offers_that_could_not_be_taken_are_noted(void **state)
{
	struct tp_pppoe_offers offers = {.count = 3};
	struct host *host = *state;
	struct frame frame;

	host->config.service_name = "video";
	host->config.padi_tries = 2;
	host->config.offers = &offers;
	start(host);
	assert_int_equal(offers.count, 0);
	assert_true(tp_pppoe_value_is_text(&host->tags.service_name, "video"));
	host->now_ms = tp_pppoe_client_deadline(host->client);
	tp_pppoe_client_tick(host->client, host->now_ms);
	assert_int_equal(host->tags.service_name.len, 0);
	for (unsigned i = 0; i < 2 * (TP_PPPOE_OFFERS_MAX + 1); i++) {
		reply(host, &frame, TP_PPPOE_CODE_PADO);
		tag_text(&frame, TP_PPPOE_TAG_AC_NAME, "MT_AC");
		tag_text(&frame, TP_PPPOE_TAG_SERVICE_NAME, "");
		tag_text(&frame, TP_PPPOE_TAG_SERVICE_NAME, "internet");
		for (unsigned j = 0; j < 20; j++)
			tag_text(&frame, TP_PPPOE_TAG_SERVICE_NAME, "television");
		frame.packet.src.bytes[5] = (uint8_t)(0x10 + i / 2); /* each twice */
		assert_int_equal(give(host, &frame), TP_PPPOE_SERVICE_NOT_OFFERED);
	}
	assert_int_equal(offers.count, TP_PPPOE_OFFERS_MAX);
	assert_true(offers.more);
	assert_int_equal(offers.offer[0].reason, TP_PPPOE_SERVICE_NOT_OFFERED);
	assert_string_equal(offers.offer[0].ac_name, "MT_AC");
	assert_memory_equal(offers.offer[0].services, "internet, television", 20);
	assert_string_equal(offers.offer[0].services + strlen(offers.offer[0].services) - 5,
			    ", ...");
	run_until_closed(host);
	assert_int_equal(host->reason, TP_PPPOE_NO_OFFER);
	assert_int_equal(offers.count, TP_PPPOE_OFFERS_MAX); /* for the owner to tell */
}

static void test_a_limit_on_padis_ends_with_no_offer(void **state)
{
	struct host *host = *state;

	host->config.padi_tries = 3;
	start(host);
	run_until_closed(host);
	assert_int_equal(host->sent, 3);
	assert_int_equal(host->reason, TP_PPPOE_NO_OFFER);
}

static void test_padrs_without_an_answer_end_with_no_confirmation(void **state)
{
	struct host *host = *state;

	start(host);
	take_offer(host);
	run_until_closed(host);
	assert_int_equal(host->sent, 1 + 4);
	assert_int_equal(host->header.code, TP_PPPOE_CODE_PADR);
	assert_int_equal(host->reason, TP_PPPOE_NO_CONFIRMATION);
}

static void test_an_error_in_the_pads_ends_with_the_peers_words(void **state)
{
	const struct {
		uint16_t tag_type;
		enum tp_pppoe_reason reason;
	} cases[] = {
		{TP_PPPOE_TAG_SERVICE_NAME_ERROR, TP_PPPOE_SERVICE_NAME_ERROR},
		{TP_PPPOE_TAG_AC_SYSTEM_ERROR, TP_PPPOE_AC_SYSTEM_ERROR},
		{TP_PPPOE_TAG_GENERIC_ERROR, TP_PPPOE_GENERIC_ERROR},
	};
	struct host *host = *state;

	for (int i = 0; i < 3; i++) {
		struct frame frame;

		start(host);
		take_offer(host);
		reply(host, &frame, TP_PPPOE_CODE_PADS);
		tag_text(&frame, cases[i].tag_type, "no, thanks");
		assert_int_equal(give(host, &frame), TP_PPPOE_NONE);
		assert_int_equal(host->closeds, i + 1);
		assert_int_equal(host->reason, cases[i].reason);
		assert_string_equal(host->text, "no, thanks");
		assert_int_equal(tp_pppoe_client_state(host->client), TP_PPPOE_CLIENT_IDLE);
	}
	assert_int_equal(host->openeds, 0);
}

static void test_a_pads_of_another_or_with_a_reserved_id_is_refused(void **state)
{
	struct host *host = *state;
	const struct tp_mac other = {{2, 0, 0, 0, 0, 0x99}};
	struct frame frame;

	start(host);
	take_offer(host);
	reply(host, &frame, TP_PPPOE_CODE_PADS);
	frame.bytes[3] = 9;
	frame.packet.src = other;
	assert_int_equal(give(host, &frame), TP_PPPOE_HOST_UNIQ_MISMATCH);
	reply(host, &frame, TP_PPPOE_CODE_PADS);
	tp_put_be16(frame.bytes + 2, 0xffff);
	assert_int_equal(give(host, &frame), TP_PPPOE_BAD_SESSION_ID);
	assert_int_equal(host->openeds, 0);
	confirm(host);
	assert_int_equal(host->openeds, 1);
}

static void test_a_padt_ends_the_session_only_from_its_peer_and_with_its_id(void **state)
{
	struct host *host = *state;
	const struct tp_mac other = {{2, 0, 0, 0, 0, 0x99}};
	struct frame frame;

	open_session(host);
	reply(host, &frame, TP_PPPOE_CODE_PADT);
	frame.bytes[3] = 8;
	assert_int_equal(give(host, &frame), TP_PPPOE_BAD_SESSION_ID);
	reply(host, &frame, TP_PPPOE_CODE_PADT);
	frame.bytes[3] = 9;
	frame.packet.src = other;
	assert_int_equal(give(host, &frame), TP_PPPOE_BAD_SOURCE);
	assert_int_equal(host->closeds, 0);
	reply(host, &frame, TP_PPPOE_CODE_PADT);
	frame.bytes[3] = 9;
	tag_text(&frame, TP_PPPOE_TAG_GENERIC_ERROR, "session timeout");
	assert_int_equal(give(host, &frame), TP_PPPOE_NONE);
	assert_int_equal(host->closeds, 1);
	assert_int_equal(host->reason, TP_PPPOE_PEER_TERMINATED);
	assert_string_equal(host->text, "session timeout");
	assert_int_equal(give(host, &frame), TP_PPPOE_UNEXPECTED_CODE);
}

static void test_max_payload_needs_both_sides(void **state)
{
	const struct {
		uint16_t ours, theirs, agreed;
	} cases[] = {
		{1500, 1500, 1500}, {1500, 1508, 1500}, {1508, 1500, 1500},
		{1500, 0, 1492},    {1492, 1500, 1492}, {1500, 1400, 1492},
	};
	struct host *host = *state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct frame frame;
		uint8_t value[2];

		tp_pppoe_client_destroy(host->client);
		host->client = NULL;
		host->config.max_payload = cases[i].ours;
		start(host);
		assert_int_equal(host->tags.max_payload, cases[i].ours > 1492 ? cases[i].ours : 0);
		take_offer(host);
		tp_put_be16(value, cases[i].theirs);
		reply(host, &frame, TP_PPPOE_CODE_PADS);
		frame.bytes[3] = 9;
		if (cases[i].theirs != 0)
			tag(&frame, TP_PPPOE_TAG_PPP_MAX_PAYLOAD, value, 2);
		assert_int_equal(give(host, &frame), TP_PPPOE_NONE);
		assert_int_equal(tp_pppoe_client_session(host->client)->max_payload,
				 cases[i].agreed);
	}
}

static void test_a_redial_from_within_the_callback_has_another_host_uniq(void **state)
{
	struct host *host = *state;
	struct tp_pppoe_value uniq;
	uint8_t before[64];
	struct frame frame;

	open_session(host);
	uniq = host->tags.host_uniq;
	memcpy(before, uniq.bytes, uniq.len);
	host->redial = true;
	reply(host, &frame, TP_PPPOE_CODE_PADT);
	frame.bytes[3] = 9;
	assert_int_equal(give(host, &frame), TP_PPPOE_NONE);
	assert_int_equal(tp_pppoe_client_state(host->client), TP_PPPOE_CLIENT_PADI_SENT);
	assert_int_equal(host->header.code, TP_PPPOE_CODE_PADI);
	assert_memory_not_equal(before, host->tags.host_uniq.bytes, uniq.len);
}

static void test_an_offer_with_tags_that_make_no_sense_is_taken(void **state)
{
	struct host *host = *state;
	struct frame frame;

	start(host);
	reply(host, &frame, TP_PPPOE_CODE_PADO);
	tag_text(&frame, TP_PPPOE_TAG_SERVICE_NAME, "");
	tag(&frame, TP_PPPOE_TAG_VENDOR_SPECIFIC, "", 0);
	tag(&frame, TP_PPPOE_TAG_PPP_MAX_PAYLOAD, "\5", 1);
	assert_int_equal(give(host, &frame), TP_PPPOE_NONE);
	assert_int_equal(host->header.code, TP_PPPOE_CODE_PADR);
}

static void test_malformed_replies_are_refused(void **state)
{
	struct host *host = *state;
	struct frame frame;

	start(host);
	reply(host, &frame, TP_PPPOE_CODE_PADO);
	end(&frame);
	frame.packet.len = 5;
	assert_int_equal(tp_pppoe_client_input(host->client, &frame.packet, host->now_ms),
			 TP_PPPOE_MALFORMED_HEADER);
	reply(host, &frame, TP_PPPOE_CODE_PADO);
	end(&frame);
	frame.bytes[5]--;
	assert_int_equal(tp_pppoe_client_input(host->client, &frame.packet, host->now_ms),
			 TP_PPPOE_MALFORMED_TAG);
	reply(host, &frame, TP_PPPOE_CODE_PADI);
	assert_int_equal(give(host, &frame), TP_PPPOE_UNEXPECTED_CODE);
	reply(host, &frame, 0x42);
	assert_int_equal(give(host, &frame), TP_PPPOE_UNKNOWN_CODE);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_a_dial_in_to_our_own_access_concentrator_gets_a_session),
		TEST(test_the_first_service_offered_is_asked_for_when_any_will_do),
		TEST(test_cookie_and_relay_session_id_go_back_in_the_padr),
		TEST(test_offers_that_do_not_fit_are_passed_over),
		TEST(test_offers_that_could_not_be_taken_are_noted),
		TEST(test_only_the_first_offer_is_taken),
		TEST(test_padis_are_repeated_ever_more_slowly_without_end),
		TEST(test_a_limit_on_padis_ends_with_no_offer),
		TEST(test_padrs_without_an_answer_end_with_no_confirmation),
		TEST(test_an_error_in_the_pads_ends_with_the_peers_words),
		TEST(test_a_pads_of_another_or_with_a_reserved_id_is_refused),
		TEST(test_a_padt_ends_the_session_only_from_its_peer_and_with_its_id),
		TEST(test_max_payload_needs_both_sides),
		TEST(test_a_redial_from_within_the_callback_has_another_host_uniq),
		TEST(test_an_offer_with_tags_that_make_no_sense_is_taken),
		TEST(test_malformed_replies_are_refused),
	};
#undef TEST

	return cmocka_run_group_tests(tests, NULL, NULL);
}
