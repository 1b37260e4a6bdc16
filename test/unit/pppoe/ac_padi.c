/* SPDX-License-Identifier: BSD-3-Clause */
/* The access concentrator: PADI and PADO, PADT, and packets that are none of its business. */
#include "bench.h"

#include <stdio.h>

static void padi(struct frame *frame, const char *service)
{
	begin(frame, TP_PPPOE_CODE_PADI);
	tag_text(frame, TP_PPPOE_TAG_SERVICE_NAME, service);
}

/* The Service-Name tags of the last reply, joined by '|'. */
static const char *offered(const struct bench *bench)
{
	static char text[512];
	struct tp_reader all = bench->tags.all;
	struct tp_pppoe_tag t;
	char name[TP_PPPOE_NAME_MAX];

	text[0] = '\0';
	while (tp_pppoe_tag_next(&all, &t) == TP_PPPOE_NEXT_TAG) {
		size_t len = strlen(text);

		if (t.type == TP_PPPOE_TAG_SERVICE_NAME)
			snprintf(text + len, sizeof(text) - len, "%s|",
				 tp_pppoe_value_text(&t.value, name, sizeof(name)));
	}
	return text;
}

static void test_a_padi_for_our_service_gets_a_pado_with_that_name(void **state)
{
	struct bench *bench = *state;
	const struct tp_mac client = CLIENT_MAC, ac = AC_MAC;
	struct frame frame;

	bench->services[1].name = "other";
	bench->access.service_count = 2;
	padi(&frame, "internet");
	bench_input(bench, end(&frame));
	assert_int_equal(bench->sent, 1);
	assert_int_equal(bench->header.code, TP_PPPOE_CODE_PADO);
	assert_int_equal(bench->header.session_id, 0);
	assert_true(tp_mac_equal(&bench->reply.packet.dst, &client));
	assert_true(tp_mac_equal(&bench->reply.packet.src, &ac));
	assert_int_equal(bench->reply.packet.port, 3);
	assert_int_equal(bench->reply.packet.vlans.outer, 100);
	assert_int_equal(bench->reply.packet.vlans.inner, 7);
	assert_string_equal(offered(bench), "internet|");
	assert_true(tp_pppoe_value_is_text(&bench->tags.ac_name, "MT_AC"));
	assert_true(tp_pppoe_value_present(&bench->tags.ac_cookie));
	assert_false(tp_pppoe_value_present(&bench->tags.host_uniq));
	assert_int_equal(tp_pppoe_ac_stats(bench->ac)->pado_sent, 1);
}

static void test_the_quickest_service_decides_when_and_never_is_silence(void **state)
{
	struct bench *bench = *state;
	struct frame frame;

	bench->services[0].pado_delay_ms = 200;
	bench->services[1] = (struct tp_pppoe_service){.name = "video", .pado_delay_ms = 100};
	bench->access.service_count = 2;
	padi(&frame, "");
	bench_input(bench, end(&frame));
	assert_int_equal(bench->reply.packet.delay_ms, 100);
	padi(&frame, "internet");
	bench_input(bench, end(&frame));
	assert_int_equal(bench->reply.packet.delay_ms, 200);
	bench->services[1].pado_delay_ms = TP_PPPOE_PADO_NEVER;
	padi(&frame, "");
	bench_input(bench, end(&frame));
	assert_int_equal(bench->reply.packet.delay_ms, 200);
	assert_string_equal(offered(bench), "internet||");
	padi(&frame, "video");
	bench_input(bench, end(&frame));
	assert_silence(bench, TP_PPPOE_PADO_WITHHELD);
}

static void test_a_named_only_service_is_for_those_who_name_it(void **state)
{
	struct bench *bench = *state;
	struct frame frame;

	bench->services[1] = (struct tp_pppoe_service){.name = "video", .named_only = true};
	bench->access.service_count = 2;
	padi(&frame, "");
	bench_input(bench, end(&frame));
	assert_string_equal(offered(bench), "internet||");
	padi(&frame, "video");
	bench_input(bench, end(&frame));
	assert_string_equal(offered(bench), "video|");
	bench->services[0].named_only = true;
	padi(&frame, "");
	bench_input(bench, end(&frame));
	assert_silence(bench, TP_PPPOE_UNKNOWN_SERVICE);
}

static void test_an_empty_padi_gets_one_pado_with_all_enabled_services(void **state)
{
	struct bench *bench = *state;
	struct frame frame;

	bench->services[1] = (struct tp_pppoe_service){.name = "off", .disabled = true};
	bench->services[2] = (struct tp_pppoe_service){.name = "video"};
	bench->services[3] = (struct tp_pppoe_service){.name = ""};
	bench->access.service_count = 4;
	padi(&frame, "");
	bench_input(bench, end(&frame));
	assert_int_equal(bench->sent, 1);
	assert_string_equal(offered(bench), "internet|video||");
}

static void test_a_server_without_a_name_answers_only_those_that_name_none(void **state)
{
	struct bench *bench = *state;
	struct frame frame;

	bench->services[0].name = "";
	padi(&frame, "");
	bench_input(bench, end(&frame));
	assert_int_equal(bench->sent, 1);
	assert_string_equal(offered(bench), "|");
	padi(&frame, "internet");
	bench_input(bench, end(&frame));
	assert_silence(bench, TP_PPPOE_UNKNOWN_SERVICE);
	assert_string_equal(bench->refused_text, "service-name \"internet\"");
}

static void test_a_service_of_a_disabled_server_is_unknown(void **state)
{
	struct bench *bench = *state;
	struct frame frame;

	bench->services[1] = (struct tp_pppoe_service){.name = "off", .disabled = true};
	bench->access.service_count = 2;
	padi(&frame, "off");
	bench_input(bench, end(&frame));
	assert_silence(bench, TP_PPPOE_UNKNOWN_SERVICE);
}

static void test_an_interface_without_enabled_servers_keeps_silent(void **state)
{
	struct bench *bench = *state;
	struct frame frame;

	bench->services[0].disabled = true;
	padi(&frame, "");
	bench_input(bench, end(&frame));
	assert_silence(bench, TP_PPPOE_NO_SERVERS);
	bench->access.services = NULL;
	bench->access.service_count = 0;
	bench_input(bench, &frame.packet);
	assert_silence(bench, TP_PPPOE_NO_SERVERS);
}

static void test_host_uniq_and_relay_session_id_come_back(void **state)
{
	struct bench *bench = *state;
	const uint8_t uniq[] = {0, 1, 0, 0xff};
	struct frame frame;

	padi(&frame, "");
	tag(&frame, TP_PPPOE_TAG_HOST_UNIQ, uniq, sizeof(uniq));
	tag_text(&frame, TP_PPPOE_TAG_RELAY_SESSION_ID, "relay");
	bench_input(bench, end(&frame));
	assert_int_equal(bench->tags.host_uniq.len, sizeof(uniq));
	assert_memory_equal(bench->tags.host_uniq.bytes, uniq, sizeof(uniq));
	assert_true(tp_pppoe_value_is_text(&bench->tags.relay_session_id, "relay"));
}

static void test_max_payload_is_echoed_when_a_server_can_do_more_than_1492(void **state)
{
	const struct {
		uint16_t asked, server, echoed;
	} cases[] = {
		{1500, 1500, 1500}, {1500, 9000, 1500}, {9000, 1500, 9000},
		{1500, 1492, 0},    {1492, 1500, 0},	{1000, 1500, 0},
	};
	struct bench *bench = *state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		uint8_t value[2];
		struct frame frame;

		tp_put_be16(value, cases[i].asked);
		bench->services[0].max_payload = cases[i].server;
		padi(&frame, "internet");
		tag(&frame, TP_PPPOE_TAG_PPP_MAX_PAYLOAD, value, 2);
		bench_input(bench, end(&frame));
		assert_int_equal(bench->tags.max_payload, cases[i].echoed);
	}
}

static void test_a_new_name_is_offered_at_once(void **state)
{
	struct bench *bench = *state;
	struct frame frame;

	tp_pppoe_ac_set_name(bench->ac, "new-name");
	padi(&frame, "");
	bench_input(bench, end(&frame));
	assert_true(tp_pppoe_value_is_text(&bench->tags.ac_name, "new-name"));
}

static void test_services_that_do_not_fit_are_left_out(void **state)
{
	struct bench *bench = *state;
	struct tp_pppoe_service many[100];
	char names[100][64];
	struct frame frame;

	for (int i = 0; i < 100; i++) {
		snprintf(names[i], sizeof(names[i]), "a-service-with-a-rather-long-name-%03d", i);
		many[i] = (struct tp_pppoe_service){.name = names[i]};
	}
	bench->access.services = many;
	bench->access.service_count = 100;
	padi(&frame, "");
	bench_input(bench, end(&frame));
	assert_int_equal(bench->sent, 1);
	assert_in_range(bench->tags.service_names, 30, 50);
}

static void test_a_padi_whose_echo_leaves_no_room_is_refused(void **state)
{
	struct bench *bench = *state;
	static const uint8_t uniq[1450];
	struct frame frame;

	padi(&frame, "internet");
	tag(&frame, TP_PPPOE_TAG_HOST_UNIQ, uniq, sizeof(uniq));
	bench_input(bench, end(&frame));
	assert_silence(bench, TP_PPPOE_REPLY_TOO_LONG);
}

static void test_padis_against_the_rfc_are_refused(void **state)
{
	struct bench *bench = *state;
	const struct tp_mac zero = {{0}}, ac = AC_MAC, group = {{3, 0, 0, 0, 0, 1}};
	struct frame frame;

	begin(&frame, TP_PPPOE_CODE_PADI);
	bench_input(bench, end(&frame));
	assert_silence(bench, TP_PPPOE_SERVICE_NAME_COUNT);

	padi(&frame, "internet");
	tag_text(&frame, TP_PPPOE_TAG_SERVICE_NAME, "internet");
	bench_input(bench, end(&frame));
	assert_silence(bench, TP_PPPOE_SERVICE_NAME_COUNT);

	padi(&frame, "internet");
	end(&frame);
	frame.packet.dst = ac;
	bench_input(bench, &frame.packet);
	assert_silence(bench, TP_PPPOE_NOT_BROADCAST);

	padi(&frame, "internet");
	end(&frame);
	frame.bytes[3] = 1;
	bench_input(bench, &frame.packet);
	assert_silence(bench, TP_PPPOE_BAD_SESSION_ID);

	padi(&frame, "internet");
	end(&frame);
	frame.packet.len--;
	bench_input(bench, &frame.packet);
	assert_silence(bench, TP_PPPOE_MALFORMED_HEADER);

	padi(&frame, "internet");
	end(&frame);
	frame.bytes[5]--; /* one byte less than the tag needs */
	bench_input(bench, &frame.packet);
	assert_silence(bench, TP_PPPOE_MALFORMED_TAG);

	const struct tp_mac sources[] = {zero, ac, group};
	for (int i = 0; i < 3; i++) {
		padi(&frame, "internet");
		end(&frame);
		frame.packet.src = sources[i];
		bench_input(bench, &frame.packet);
		assert_silence(bench, TP_PPPOE_BAD_SOURCE);
	}
}

static void test_codes_of_others_are_refused(void **state)
{
	const struct {
		uint8_t code;
		enum tp_pppoe_reason reason;
	} cases[] = {
		{TP_PPPOE_CODE_PADO, TP_PPPOE_UNEXPECTED_CODE},
		{TP_PPPOE_CODE_PADS, TP_PPPOE_UNEXPECTED_CODE},
		{TP_PPPOE_CODE_SESSION, TP_PPPOE_UNEXPECTED_CODE},
		{0x42, TP_PPPOE_UNKNOWN_CODE},
	};
	struct bench *bench = *state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct frame frame;

		begin(&frame, cases[i].code);
		bench_input(bench, end(&frame));
		assert_silence(bench, cases[i].reason);
	}
}

static void test_a_padt_reaches_the_owner_with_id_address_and_text(void **state)
{
	struct bench *bench = *state;
	const struct tp_mac client = CLIENT_MAC;
	struct frame frame;

	begin(&frame, TP_PPPOE_CODE_PADT);
	tag_text(&frame, TP_PPPOE_TAG_GENERIC_ERROR, "going home");
	end(&frame);
	tp_put_be16(frame.bytes + 2, 0x1234);
	bench_input(bench, &frame.packet);
	assert_int_equal(bench->terminations, 1);
	assert_int_equal(bench->terminated_id, 0x1234);
	assert_true(tp_mac_equal(&bench->terminated_mac, &client));
	assert_string_equal(bench->terminated_text, "going home");
	assert_int_equal(bench->sent, 0);
}

static void test_a_padt_for_no_session_or_another_host_is_refused(void **state)
{
	struct bench *bench = *state;
	const struct tp_mac other = {{2, 0, 0, 0, 0, 0x99}};
	struct frame frame;

	begin(&frame, TP_PPPOE_CODE_PADT);
	bench_input(bench, end(&frame));
	assert_silence(bench, TP_PPPOE_BAD_SESSION_ID);
	tp_put_be16(frame.bytes + 2, 0xffff);
	bench_input(bench, &frame.packet);
	assert_silence(bench, TP_PPPOE_BAD_SESSION_ID);
	tp_put_be16(frame.bytes + 2, 1);
	frame.packet.dst = other;
	bench_input(bench, &frame.packet);
	assert_silence(bench, TP_PPPOE_WRONG_DESTINATION);
	assert_int_equal(bench->terminations, 0);
}

static void test_a_padt_of_ours_carries_the_error_text(void **state)
{
	const uint8_t plain[] = {0x11, 0xa7, 0x12, 0x34, 0, 0};
	const uint8_t text[] = {0x11, 0xa7, 0x12, 0x34, 0, 7, 2, 3, 0, 3, 'b', 'y', 'e'};
	uint8_t room[32];

	assert_int_equal(tp_pppoe_padt_build(room, sizeof(room), 0x1234, NULL), sizeof(plain));
	assert_memory_equal(room, plain, sizeof(plain));
	assert_int_equal(tp_pppoe_padt_build(room, sizeof(room), 0x1234, "bye"), sizeof(text));
	assert_memory_equal(room, text, sizeof(text));
	assert_int_equal(tp_pppoe_padt_build(room, 8, 0x1234, "bye"), 0);
}

static void test_every_reason_has_a_word_and_a_sentence(void **state)
{
	for (int i = 0; i < TP_PPPOE_REASON_COUNT; i++) {
		assert_non_null(tp_pppoe_reason_name(i));
		assert_non_null(tp_pppoe_reason_text(i));
		for (int j = 0; j < i; j++)
			assert_string_not_equal(tp_pppoe_reason_name(i), tp_pppoe_reason_name(j));
	}
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, bench_setup, bench_teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_a_padi_for_our_service_gets_a_pado_with_that_name),
		TEST(test_the_quickest_service_decides_when_and_never_is_silence),
		TEST(test_a_named_only_service_is_for_those_who_name_it),
		TEST(test_an_empty_padi_gets_one_pado_with_all_enabled_services),
		TEST(test_a_server_without_a_name_answers_only_those_that_name_none),
		TEST(test_a_service_of_a_disabled_server_is_unknown),
		TEST(test_an_interface_without_enabled_servers_keeps_silent),
		TEST(test_host_uniq_and_relay_session_id_come_back),
		TEST(test_max_payload_is_echoed_when_a_server_can_do_more_than_1492),
		TEST(test_a_new_name_is_offered_at_once),
		TEST(test_services_that_do_not_fit_are_left_out),
		TEST(test_a_padi_whose_echo_leaves_no_room_is_refused),
		TEST(test_padis_against_the_rfc_are_refused),
		TEST(test_codes_of_others_are_refused),
		TEST(test_a_padt_reaches_the_owner_with_id_address_and_text),
		TEST(test_a_padt_for_no_session_or_another_host_is_refused),
		TEST(test_a_padt_of_ours_carries_the_error_text),
		TEST(test_every_reason_has_a_word_and_a_sentence),
	};
#undef TEST

	return cmocka_run_group_tests(tests, NULL, NULL);
}
