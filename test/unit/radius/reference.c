/* SPDX-License-Identifier: BSD-3-Clause */
/* What the dictionary says of packets is so: what we send has the attributes that it says we send,
 * and no others; what we take is taken. And docs/radius-attributes.md is what it says. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "radius/accounting.h"
#include "radius/authenticator.h"
#include "radius/dynamic.h"
#include "radius/login.h"

static uint8_t room[TP_RADIUS_PACKET_MAX];
static struct tp_radius_builder b;
static bool seen[TP_RADIUS_ATTRIBUTES];

static const uint8_t address6[16] = {0x20, 1, 0x0d, 0xb8};
static const struct tp_radius_nas nas = {
	.identifier = "bras1", .address = 0xc0000201, .address6 = address6};
static const struct tp_access_line line = {
	.circuit_id = "dslam 1/2", .remote_id = "alice", .number = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10}};

static void note(void)
{
	struct tp_radius_packet packet;
	struct tp_radius_iterator it;
	struct tp_radius_value value;
	size_t len = tp_radius_finish(&b);

	assert_int_equal(tp_radius_parse(room, len, &packet), TP_RADIUS_WELL_FORMED);
	it = tp_radius_iterate(&packet);
	while (tp_radius_next(&it, &value))
		seen[value.attribute] = true;
}

/* Each attribute: SEEN, if the dictionary says that it is in such packets. */
static void compare(unsigned packets, const char *what)
{
	for (unsigned i = TP_RADIUS_UNKNOWN + 1; i < TP_RADIUS_ATTRIBUTES; i++) {
		const struct tp_radius_definition *d = tp_radius_define(i);
		bool said = (d->packets & packets) != 0;

		if (said != seen[i])
			fail_msg("%s: %s is %s, the dictionary says otherwise", d->name, what,
				 seen[i] ? "there" : "not there");
	}
}

static void test_an_access_request_has_what_the_dictionary_says(void **state)
{
	struct tp_ppp_auth_request proof = {
		.name = "alice", .password_len = 1, .challenge_len = 16};
	const struct tp_aaa_question question = {
		.user = "alice",
		.interface = "ether3",
		.service_name = "internet",
		.line = &line,
		.proof = &proof,
	};
	static const enum tp_ppp_method methods[] = {TP_PPP_PAP, TP_PPP_CHAP, TP_PPP_MSCHAP1,
						     TP_PPP_MSCHAP2};

	memset(seen, 0, sizeof(seen));
	for (unsigned i = 0; i < sizeof(methods) / sizeof(methods[0]); i++) {
		proof.method = methods[i];
		tp_radius_begin(&b, room, sizeof(room), TP_RADIUS_ACCESS_REQUEST);
		tp_radius_put_login(&b, &nas, "isp", &question);
		note();
	}
	compare(TP_RADIUS_IN_ACCESS_REQUEST, "in an Access-Request");
}

static void test_an_accounting_request_has_what_the_dictionary_says(void **state)
{
	static const uint8_t told[] = {1, 3, 'a', 25, 3, 'c', 89, 3, 'u'};
	struct tp_subscriber_radius *radius = calloc(1, sizeof(*radius) + sizeof(told));
	const struct tp_radius_session session = {.user = "alice@isp",
						  .line = &line,
						  .interface = "ether3",
						  .service_name = "internet"};
	static const uint8_t interface_id[8] = {1};
	static const struct tp_prefix6 delegated = {.length = 56};
	const struct tp_subscriber subscriber = {.radius = radius};
	struct tp_radius_record record = {
		.session = &session,
		.subscriber = &subscriber,
		.address = 0x0a000002,
		.ipv6 = {.prefix = {.length = 64},
			 .address = {.length = 128},
			 .interface_id = interface_id,
			 .delegated = &delegated,
			 .delegated_count = 1},
		.usage = {.bytes_in = UINT64_MAX,
			  .bytes_out = UINT64_MAX,
			  .ipv6_bytes_in = UINT64_MAX,
			  .ipv6_bytes_out = UINT64_MAX,
			  .ipv6_packets_in = 1},
		.bundle_id = 1,
		.cause = TP_RADIUS_CAUSE_USER_REQUEST,
	};

	assert_non_null(radius);
	radius->class_len = sizeof(told);
	memcpy(radius->class, told, sizeof(told));
	memset(seen, 0, sizeof(seen));
	for (unsigned status = TP_RADIUS_ACCT_START; status <= TP_RADIUS_ACCT_INTERIM; status++) {
		record.status = status;
		tp_radius_begin(&b, room, sizeof(room), TP_RADIUS_ACCOUNTING_REQUEST);
		tp_radius_put_record(&b, &nas, &record);
		note();
	}
	free(radius);
	compare(TP_RADIUS_IN_ACCOUNTING, "in an Accounting-Request");
}

static const char *any_text(enum tp_radius_attribute attribute)
{
	switch ((unsigned)attribute) {
	case TP_RADIUS_FRAMED_ROUTE:
		return "10.0.0.0/8";
	case TP_RADIUS_FRAMED_IPV6_ROUTE:
		return "2001:db8::/32";
	default:
		return "1k/1k";
	}
}

/* A value that suits its kind, and is one that anybody may have. */
static void put_any(enum tp_radius_attribute attribute)
{
	static const uint8_t any[16] = {0, 0};

	switch (tp_radius_define(attribute)->kind) {
	case TP_RADIUS_KIND_TEXT:
		tp_radius_put_text(&b, attribute, any_text(attribute));
		break;
	case TP_RADIUS_KIND_STRING:
	case TP_RADIUS_KIND_IPV6ADDR:
		tp_radius_put_bytes(&b, attribute, any, 16);
		break;
	case TP_RADIUS_KIND_IFID:
		tp_radius_put_bytes(&b, attribute, any, 8);
		break;
	case TP_RADIUS_KIND_IPV6PREFIX:
		tp_radius_put_ipv6_prefix(&b, attribute, any, 64);
		break;
	default:
		tp_radius_put_u32(&b, attribute, 1);
		break;
	}
}

/* What a reply is proven and answered by: login.c takes these itself. */
static bool is_of_the_login(enum tp_radius_attribute attribute)
{
	switch ((unsigned)attribute) {
	case TP_RADIUS_SERVICE_TYPE:
	case TP_RADIUS_REPLY_MESSAGE:
	case TP_RADIUS_MESSAGE_AUTHENTICATOR:
	case TP_RADIUS_MS_CHAP_MPPE_KEYS:
	case TP_RADIUS_MS_MPPE_SEND_KEY:
	case TP_RADIUS_MS_MPPE_RECV_KEY:
	case TP_RADIUS_MS_CHAP2_SUCCESS:
		return true;
	default:
		return false;
	}
}

static void test_an_accepts_attributes_are_taken_as_the_dictionary_says(void **state)
{
	static struct tp_radius_grant grant;

	memset(seen, 0, sizeof(seen));
	for (unsigned i = TP_RADIUS_UNKNOWN + 1; i < TP_RADIUS_ATTRIBUTES; i++) {
		char why[TP_RADIUS_WHY] = "";
		struct tp_radius_packet packet;

		tp_radius_begin(&b, room, sizeof(room), TP_RADIUS_ACCESS_ACCEPT);
		put_any(i);
		assert_int_equal(tp_radius_parse(room, tp_radius_finish(&b), &packet),
				 TP_RADIUS_WELL_FORMED);
		if (!tp_radius_grant_read(&packet, false, &grant, why))
			fail_msg("%s: %s", tp_radius_define(i)->name, why);
		seen[i] = grant.given[i] || is_of_the_login(i);
	}
	compare(TP_RADIUS_IN_ACCEPT, "taken of an Access-Accept");
}

static void test_a_coa_may_have_what_the_dictionary_says(void **state)
{
	const struct tp_radius_endpoint from = tp_radius_endpoint_ipv4(0xc0000202, 3799);
	struct tp_radius_dynamic_config config;
	static struct tp_radius_dynamic_request request;
	static uint8_t reply[TP_RADIUS_PACKET_MAX];
	struct tp_radius_dynamic *dynamic;
	size_t len;

	tp_radius_dynamic_config_init(&config);
	dynamic = tp_radius_dynamic_create(&config);
	memset(seen, 0, sizeof(seen));
	for (unsigned i = TP_RADIUS_UNKNOWN + 1; i < TP_RADIUS_ATTRIBUTES; i++) {
		if (i == TP_RADIUS_MESSAGE_AUTHENTICATOR || i == TP_RADIUS_EVENT_TIMESTAMP) {
			seen[i] = true; /* as test_radius_dynamic shows */
			continue;
		}
		tp_radius_begin(&b, room, sizeof(room), TP_RADIUS_COA_REQUEST);
		if (i != TP_RADIUS_NAS_PORT)
			tp_radius_put_u32(&b, TP_RADIUS_NAS_PORT, 1);
		put_any(i);
		len = tp_radius_finish(&b);
		room[1] = (uint8_t)i;
		tp_radius_sign_request(room, len, "secret", NULL);
		seen[i] = tp_radius_dynamic_input(dynamic, "secret", &from, room, len, 1, 1,
						  &request, reply, &len) == TP_RADIUS_DYNAMIC_APPLY;
	}
	tp_radius_dynamic_destroy(dynamic);
	compare(TP_RADIUS_IN_DYNAMIC, "taken of a CoA-Request");
}

static void test_the_document_is_what_the_dictionary_says(void **state)
{
	char path[4096], *text = NULL, *committed;
	size_t len = 0, n;
	FILE *out = open_memstream(&text, &len), *in;

	assert_int_equal(tp_radius_dictionary_to_markdown(out), 0);
	fclose(out);
	for (unsigned i = TP_RADIUS_UNKNOWN + 1; i < TP_RADIUS_ATTRIBUTES; i++)
		assert_non_null(strstr(text, tp_radius_define(i)->name));
	snprintf(path, sizeof(path), "%s/docs/radius-attributes.md", getenv("SOURCE_ROOT"));
	committed = calloc(1, len + 2);
	in = fopen(path, "r");
	assert_non_null(in);
	n = fread(committed, 1, len + 1, in);
	fclose(in);
	if (n != len || memcmp(text, committed, len) != 0)
		fail_msg("docs/radius-attributes.md is stale: run `ninja docs`");
	free(text);
	free(committed);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_an_access_request_has_what_the_dictionary_says),
		cmocka_unit_test(test_an_accounting_request_has_what_the_dictionary_says),
		cmocka_unit_test(test_an_accepts_attributes_are_taken_as_the_dictionary_says),
		cmocka_unit_test(test_a_coa_may_have_what_the_dictionary_says),
		cmocka_unit_test(test_the_document_is_what_the_dictionary_says),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
