/* SPDX-License-Identifier: BSD-3-Clause */
/* The access concentrator: PADR and PADS, and what an AC-Cookie is good for. */
#include "bench.h"

#include <stdio.h>

static void padr(struct frame *frame, const char *service, const struct tp_pppoe_value *cookie)
{
	begin(frame, TP_PPPOE_CODE_PADR);
	if (service != NULL)
		tag_text(frame, TP_PPPOE_TAG_SERVICE_NAME, service);
	if (cookie != NULL)
		tag(frame, TP_PPPOE_TAG_AC_COOKIE, cookie->bytes, cookie->len);
}

static void test_a_padr_with_our_cookie_gets_a_session(void **state)
{
	struct bench *bench = *state;
	uint8_t room[TP_PPPOE_NAME_MAX];
	struct tp_pppoe_value cookie = bench_cookie(bench, "internet", room);
	struct frame frame;

	padr(&frame, "internet", &cookie);
	tag_text(&frame, TP_PPPOE_TAG_HOST_UNIQ, "uniq");
	tag_text(&frame, TP_PPPOE_TAG_RELAY_SESSION_ID, "relay");
	tag(&frame, TP_PPPOE_TAG_VENDOR_SPECIFIC, "\0\0\x0d\xe9\x01\x02x1", 8);
	bench_input(bench, end(&frame));
	assert_int_equal(bench->opens, 1);
	assert_int_equal(bench->openeds, 1);
	assert_ptr_equal(bench->request.service, &bench->services[0]);
	assert_int_equal(bench->request.max_payload, 1492);
	assert_int_equal(bench->sent, 1);
	assert_int_equal(bench->header.code, TP_PPPOE_CODE_PADS);
	assert_int_equal(bench->header.session_id, 0x1234);
	assert_int_equal(bench->tags.service_names, 1);
	assert_true(tp_pppoe_value_is_text(&bench->tags.service_name, "internet"));
	assert_true(tp_pppoe_value_is_text(&bench->tags.host_uniq, "uniq"));
	assert_true(tp_pppoe_value_is_text(&bench->tags.relay_session_id, "relay"));
	assert_int_equal(bench->tags.error_type, 0);
	assert_int_equal(tp_pppoe_ac_stats(bench->ac)->pads_sent, 1);
}

/* Hosts compare the PADS with their PADR: "wrong service name in PADS". */
static void test_a_pads_repeats_the_service_name_of_its_padr(void **state)
{
	const struct {
		const char *server, *asked;
	} cases[] = {{"internet", ""}, {"internet", "internet"}, {"", ""}};
	struct bench *bench = *state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		uint8_t room[TP_PPPOE_NAME_MAX];
		struct tp_pppoe_value cookie;
		struct frame frame;

		bench->services[0].name = cases[i].server;
		cookie = bench_cookie(bench, "", room);
		padr(&frame, cases[i].asked, &cookie);
		bench_input(bench, end(&frame));
		assert_int_equal(bench->openeds, 1);
		assert_int_equal(bench->header.code, TP_PPPOE_CODE_PADS);
		assert_int_equal(bench->tags.service_names, 1);
		assert_true(tp_pppoe_value_is_text(&bench->tags.service_name, cases[i].asked));
	}
}

static void test_a_padr_with_tags_that_make_no_sense_gets_a_session(void **state)
{
	struct bench *bench = *state;
	uint8_t room[TP_PPPOE_NAME_MAX];
	struct tp_pppoe_value cookie = bench_cookie(bench, "", room);
	struct frame frame;

	padr(&frame, "", &cookie);
	tag(&frame, TP_PPPOE_TAG_VENDOR_SPECIFIC, "", 0);
	tag(&frame, TP_PPPOE_TAG_PPP_MAX_PAYLOAD, "\5", 1);
	bench_input(bench, end(&frame));
	assert_int_equal(bench->openeds, 1);
	assert_int_equal(bench->request.max_payload, 1492);
}

static void test_an_empty_padr_passes_over_a_named_only_service(void **state)
{
	struct bench *bench = *state;
	uint8_t room[TP_PPPOE_NAME_MAX];
	struct tp_pppoe_value cookie;
	struct frame frame;

	bench->services[0].named_only = true;
	bench->services[1].name = "video";
	bench->access.service_count = 2;
	cookie = bench_cookie(bench, "", room);
	padr(&frame, "", &cookie);
	bench_input(bench, end(&frame));
	assert_int_equal(bench->opens, 1);
	assert_ptr_equal(bench->request.service, &bench->services[1]);
	bench->services[1].named_only = true;
	bench_input(bench, end(&frame));
	assert_refused(bench, TP_PPPOE_UNKNOWN_SERVICE);
}

static void test_a_cookie_of_an_empty_padi_is_good_for_every_service(void **state)
{
	const char *const names[] = {"internet", "video", ""};
	struct bench *bench = *state;

	bench->services[1].name = "video";
	bench->access.service_count = 2;
	for (int i = 0; i < 3; i++) {
		uint8_t room[TP_PPPOE_NAME_MAX];
		struct tp_pppoe_value cookie = bench_cookie(bench, "", room);
		struct frame frame;

		padr(&frame, names[i], &cookie);
		bench_input(bench, end(&frame));
		assert_int_equal(bench->openeds, 1);
		assert_string_equal(bench->request.service->name, i == 1 ? "video" : "internet");
	}
}

static void test_an_empty_padr_prefers_the_server_without_a_name(void **state)
{
	struct bench *bench = *state;
	uint8_t room[TP_PPPOE_NAME_MAX];
	struct tp_pppoe_value cookie;
	struct frame frame;

	bench->services[1].name = "";
	bench->access.service_count = 2;
	cookie = bench_cookie(bench, "", room);
	padr(&frame, "", &cookie);
	bench_input(bench, end(&frame));
	assert_ptr_equal(bench->request.service, &bench->services[1]);
}

static void test_a_padr_without_a_cookie_gets_no_session(void **state)
{
	struct bench *bench = *state;
	struct frame frame;

	padr(&frame, "internet", NULL);
	bench_input(bench, end(&frame));
	assert_silence(bench, TP_PPPOE_NO_COOKIE);
}

static void test_a_padr_with_a_stale_cookie_gets_no_session(void **state)
{
	const uint64_t ages[] = {2 * TP_PPPOE_COOKIE_LIFETIME_MS, 3 * TP_PPPOE_COOKIE_LIFETIME_MS,
				 100 * TP_PPPOE_COOKIE_LIFETIME_MS};
	struct bench *bench = *state;

	for (int i = 0; i < 3; i++) {
		uint8_t room[TP_PPPOE_NAME_MAX];
		struct tp_pppoe_value cookie = bench_cookie(bench, "internet", room);
		struct frame frame;

		/* Someone else's PADI in between, so that keys change in time. */
		bench->now_ms += ages[i] / 2;
		begin(&frame, TP_PPPOE_CODE_PADI);
		tag_text(&frame, TP_PPPOE_TAG_SERVICE_NAME, "");
		bench_input(bench, end(&frame));
		bench->now_ms += ages[i] / 2;
		padr(&frame, "internet", &cookie);
		bench_input(bench, end(&frame));
		assert_silence(bench, TP_PPPOE_STALE_COOKIE);
	}
}

static void test_a_cookie_outlives_one_change_of_keys(void **state)
{
	struct bench *bench = *state;
	uint8_t room[TP_PPPOE_NAME_MAX];
	struct tp_pppoe_value cookie;
	struct frame frame;

	bench->now_ms += TP_PPPOE_COOKIE_LIFETIME_MS - 1; /* just before the keys change */
	cookie = bench_cookie(bench, "internet", room);
	bench->now_ms += TP_PPPOE_COOKIE_LIFETIME_MS;
	padr(&frame, "internet", &cookie);
	bench_input(bench, end(&frame));
	assert_int_equal(bench->openeds, 1);
}

static void test_a_cookie_is_good_for_its_client_only(void **state)
{
	struct bench *bench = *state;
	uint8_t room[TP_PPPOE_NAME_MAX];
	struct tp_pppoe_value cookie = bench_cookie(bench, "internet", room);

	for (int i = 0; i < 4; i++) {
		struct frame frame;

		padr(&frame, "internet", &cookie);
		end(&frame);
		switch (i) {
		case 0:
			frame.packet.src.bytes[5]++;
			break;
		case 1:
			frame.packet.port++;
			break;
		case 2:
			frame.packet.vlans.outer++;
			break;
		default:
			frame.packet.vlans.inner++;
		}
		bench_input(bench, &frame.packet);
		assert_silence(bench, TP_PPPOE_BAD_COOKIE);
	}
}

static void test_a_cookie_with_any_bit_changed_is_refused(void **state)
{
	struct bench *bench = *state;
	uint8_t room[TP_PPPOE_NAME_MAX];
	struct tp_pppoe_value cookie = bench_cookie(bench, "internet", room);

	for (unsigned bit = 0; bit < 8u * cookie.len; bit++) {
		struct frame frame;

		room[bit / 8] ^= (uint8_t)(1 << bit % 8);
		padr(&frame, "internet", &cookie);
		bench_input(bench, end(&frame));
		assert_silence(bench, bench->refused == TP_PPPOE_STALE_COOKIE
					      ? TP_PPPOE_STALE_COOKIE
					      : TP_PPPOE_BAD_COOKIE);
		room[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
}

static void test_a_cookie_of_another_length_is_refused(void **state)
{
	struct bench *bench = *state;
	uint8_t room[TP_PPPOE_NAME_MAX];
	struct tp_pppoe_value cookie = bench_cookie(bench, "internet", room);
	struct frame frame;

	cookie.len--;
	padr(&frame, "internet", &cookie);
	bench_input(bench, end(&frame));
	assert_silence(bench, TP_PPPOE_BAD_COOKIE);
	cookie.len = 0;
	padr(&frame, "internet", &cookie);
	bench_input(bench, end(&frame));
	assert_silence(bench, TP_PPPOE_BAD_COOKIE);
}

static void assert_error_pads(const struct bench *bench, uint16_t tag_type)
{
	assert_int_equal(bench->sent, 1);
	assert_int_equal(bench->header.code, TP_PPPOE_CODE_PADS);
	assert_int_equal(bench->header.session_id, 0);
	assert_int_equal(bench->tags.error_type, tag_type);
	assert_true(tp_pppoe_value_is_text(&bench->tags.host_uniq, "uniq"));
	assert_true(tp_pppoe_ac_stats(bench->ac)->pads_error_sent > 0);
	assert_int_equal(bench->openeds, 0);
}

static void test_an_unknown_service_gets_a_service_name_error(void **state)
{
	struct bench *bench = *state;
	uint8_t room[TP_PPPOE_NAME_MAX];
	struct tp_pppoe_value cookie = bench_cookie(bench, "", room);
	struct frame frame;

	padr(&frame, "nosuch", &cookie);
	tag_text(&frame, TP_PPPOE_TAG_HOST_UNIQ, "uniq");
	bench_input(bench, end(&frame));
	assert_refused(bench, TP_PPPOE_UNKNOWN_SERVICE);
	assert_error_pads(bench, TP_PPPOE_TAG_SERVICE_NAME_ERROR);
	assert_true(tp_pppoe_value_is_text(&bench->tags.service_name, "nosuch"));
	assert_int_equal(bench->opens, 0);
}

static void test_a_service_that_the_padi_did_not_ask_for_gets_a_service_name_error(void **state)
{
	struct bench *bench = *state;
	uint8_t room[TP_PPPOE_NAME_MAX];
	struct tp_pppoe_value cookie;
	struct frame frame;

	bench->services[1].name = "video";
	bench->access.service_count = 2;
	cookie = bench_cookie(bench, "internet", room);
	padr(&frame, "video", &cookie);
	tag_text(&frame, TP_PPPOE_TAG_HOST_UNIQ, "uniq");
	bench_input(bench, end(&frame));
	assert_refused(bench, TP_PPPOE_UNKNOWN_SERVICE);
	assert_error_pads(bench, TP_PPPOE_TAG_SERVICE_NAME_ERROR);
}

static void test_no_or_two_service_names_get_a_service_name_error(void **state)
{
	struct bench *bench = *state;

	for (int names = 0; names <= 2; names += 2) {
		uint8_t room[TP_PPPOE_NAME_MAX];
		struct tp_pppoe_value cookie = bench_cookie(bench, "", room);
		struct frame frame;

		padr(&frame, NULL, &cookie);
		for (int i = 0; i < names; i++)
			tag_text(&frame, TP_PPPOE_TAG_SERVICE_NAME, "internet");
		tag_text(&frame, TP_PPPOE_TAG_HOST_UNIQ, "uniq");
		bench_input(bench, end(&frame));
		assert_refused(bench, TP_PPPOE_SERVICE_NAME_COUNT);
		assert_error_pads(bench, TP_PPPOE_TAG_SERVICE_NAME_ERROR);
	}
}

static void test_an_owner_that_refuses_is_quoted(void **state)
{
	const struct {
		enum tp_pppoe_verdict verdict;
		uint16_t tag_type;
	} cases[] = {
		{TP_PPPOE_REFUSE_SYSTEM, TP_PPPOE_TAG_AC_SYSTEM_ERROR},
		{TP_PPPOE_REFUSE_OTHER, TP_PPPOE_TAG_GENERIC_ERROR},
	};
	struct bench *bench = *state;

	for (int i = 0; i < 2; i++) {
		uint8_t room[TP_PPPOE_NAME_MAX];
		struct tp_pppoe_value cookie = bench_cookie(bench, "internet", room);
		struct frame frame;

		bench->verdict = cases[i].verdict;
		snprintf(bench->grant.text, sizeof(bench->grant.text), "max-sessions reached");
		padr(&frame, "internet", &cookie);
		tag_text(&frame, TP_PPPOE_TAG_HOST_UNIQ, "uniq");
		bench_input(bench, end(&frame));
		assert_refused(bench, TP_PPPOE_OWNER_REFUSED);
		assert_error_pads(bench, cases[i].tag_type);
		assert_true(
			tp_pppoe_value_is_text(&bench->tags.error_value, "max-sessions reached"));
		assert_string_equal(bench->refused_text, "max-sessions reached");
	}
}

static void test_an_owner_may_refuse_in_silence(void **state)
{
	struct bench *bench = *state;
	uint8_t room[TP_PPPOE_NAME_MAX];
	struct tp_pppoe_value cookie = bench_cookie(bench, "internet", room);
	struct frame frame;

	bench->verdict = TP_PPPOE_REFUSE_SILENT;
	padr(&frame, "internet", &cookie);
	bench_input(bench, end(&frame));
	assert_refused(bench, TP_PPPOE_OWNER_REFUSED);
	assert_int_equal(bench->sent, 0);
}

static uint64_t fingerprint(struct bench *bench, const struct tp_pppoe_value *cookie,
			    const char *host_uniq, uint16_t inner_vlan)
{
	struct frame frame;

	padr(&frame, "internet", cookie);
	if (host_uniq != NULL)
		tag_text(&frame, TP_PPPOE_TAG_HOST_UNIQ, host_uniq);
	end(&frame);
	frame.packet.vlans.inner = inner_vlan;
	bench_input(bench, &frame.packet);
	assert_int_equal(bench->openeds, 1);
	assert_true(bench->request.fingerprint != 0);
	return bench->request.fingerprint;
}

static void test_a_repeated_padr_has_the_same_fingerprint_and_any_other_another(void **state)
{
	struct bench *bench = *state;
	uint8_t room[TP_PPPOE_NAME_MAX], other_room[TP_PPPOE_NAME_MAX];
	struct tp_pppoe_value cookie = bench_cookie(bench, "internet", room);
	struct tp_pppoe_value other = bench_cookie(bench, "internet", other_room);
	uint64_t first = fingerprint(bench, &cookie, "uniq", 7);

	bench->now_ms += TP_PPPOE_COOKIE_LIFETIME_MS; /* over a change of keys too */
	assert_true(fingerprint(bench, &cookie, "uniq", 7) == first);
	assert_true(fingerprint(bench, &cookie, "other", 7) != first);
	assert_true(fingerprint(bench, &cookie, NULL, 7) != first);
	assert_true(fingerprint(bench, &other, "uniq", 7) != first);
}

static void test_max_payload_comes_to_the_smaller_of_both(void **state)
{
	const struct {
		uint16_t asked, server, agreed, echoed;
	} cases[] = {
		{1500, 1500, 1500, 1500}, {1500, 9000, 1500, 1500}, {9000, 1508, 1508, 9000},
		{1500, 1492, 1492, 0},	  {1400, 1500, 1492, 0},    {0, 1500, 1492, 0},
		{1500, 0, 1492, 0},
	};
	struct bench *bench = *state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		uint8_t room[TP_PPPOE_NAME_MAX], value[2];
		struct tp_pppoe_value cookie = bench_cookie(bench, "internet", room);
		struct frame frame;

		bench->services[0].max_payload = cases[i].server;
		padr(&frame, "internet", &cookie);
		tp_put_be16(value, cases[i].asked);
		if (cases[i].asked != 0)
			tag(&frame, TP_PPPOE_TAG_PPP_MAX_PAYLOAD, value, 2);
		bench_input(bench, end(&frame));
		assert_int_equal(bench->request.max_payload, cases[i].agreed);
		assert_int_equal(bench->tags.max_payload, cases[i].echoed);
	}
}

static void test_padrs_against_the_rfc_are_refused(void **state)
{
	struct bench *bench = *state;
	const struct tp_mac broadcast = BROADCAST_MAC, other = {{2, 0, 0, 0, 0, 0x99}};
	uint8_t room[TP_PPPOE_NAME_MAX];
	struct tp_pppoe_value cookie = bench_cookie(bench, "internet", room);
	static const uint8_t uniq[1430];
	struct frame frame;

	padr(&frame, "internet", &cookie);
	end(&frame);
	frame.packet.dst = broadcast;
	bench_input(bench, &frame.packet);
	assert_silence(bench, TP_PPPOE_WRONG_DESTINATION);
	frame.packet.dst = other;
	bench_input(bench, &frame.packet);
	assert_silence(bench, TP_PPPOE_WRONG_DESTINATION);

	padr(&frame, "internet", &cookie);
	end(&frame);
	frame.bytes[2] = 1;
	bench_input(bench, &frame.packet);
	assert_silence(bench, TP_PPPOE_BAD_SESSION_ID);

	padr(&frame, "internet", &cookie);
	tag_text(&frame, TP_PPPOE_TAG_GENERIC_ERROR, "out of breath");
	bench_input(bench, end(&frame));
	assert_silence(bench, TP_PPPOE_PEER_ERROR);
	assert_string_equal(bench->refused_text, "out of breath");

	/* Answered without the owner: it fits in coming, but not in going back. */
	tp_pppoe_ac_set_name(bench->ac,
			     "an-access-concentrator-whose-name-is-longer-than-a-cookie");
	padr(&frame, "internet", &cookie);
	tag(&frame, TP_PPPOE_TAG_HOST_UNIQ, uniq, sizeof(uniq));
	bench_input(bench, end(&frame));
	assert_silence(bench, TP_PPPOE_REPLY_TOO_LONG);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, bench_setup, bench_teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_a_padr_with_our_cookie_gets_a_session),
		TEST(test_a_pads_repeats_the_service_name_of_its_padr),
		TEST(test_a_padr_with_tags_that_make_no_sense_gets_a_session),
		TEST(test_an_empty_padr_passes_over_a_named_only_service),
		TEST(test_a_cookie_of_an_empty_padi_is_good_for_every_service),
		TEST(test_an_empty_padr_prefers_the_server_without_a_name),
		TEST(test_a_padr_without_a_cookie_gets_no_session),
		TEST(test_a_padr_with_a_stale_cookie_gets_no_session),
		TEST(test_a_cookie_outlives_one_change_of_keys),
		TEST(test_a_cookie_is_good_for_its_client_only),
		TEST(test_a_cookie_with_any_bit_changed_is_refused),
		TEST(test_a_cookie_of_another_length_is_refused),
		TEST(test_an_unknown_service_gets_a_service_name_error),
		TEST(test_a_service_that_the_padi_did_not_ask_for_gets_a_service_name_error),
		TEST(test_no_or_two_service_names_get_a_service_name_error),
		TEST(test_an_owner_that_refuses_is_quoted),
		TEST(test_an_owner_may_refuse_in_silence),
		TEST(test_a_repeated_padr_has_the_same_fingerprint_and_any_other_another),
		TEST(test_max_payload_comes_to_the_smaller_of_both),
		TEST(test_padrs_against_the_rfc_are_refused),
	};
#undef TEST

	return cmocka_run_group_tests(tests, NULL, NULL);
}
