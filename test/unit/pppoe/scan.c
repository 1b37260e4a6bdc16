/* SPDX-License-Identifier: BSD-3-Clause */
#include "bench.h"

#include <stdio.h>

#define HOST_UNIQ 0xc0ffee42

static char seen[2048];

static void note(void *ctx, const struct tp_pppoe_offer *offer)
{
	char mac[TP_MAC_TEXT_LEN];
	FILE *out = fmemopen(seen, sizeof(seen), "a");

	fprintf(out, "%s %s \"%s\"\n", tp_mac_format(&offer->mac, mac), offer->ac_name,
		offer->service);
	fclose(out);
}

static int setup(void **state)
{
	seen[0] = '\0';
	return bench_setup(state);
}

static void ask(struct bench *bench)
{
	struct frame frame;

	begin(&frame, TP_PPPOE_CODE_PADI);
	frame.packet.len = tp_pppoe_scan_padi(frame.bytes, sizeof(frame.bytes), HOST_UNIQ);
	bench_input(bench, &frame.packet);
	assert_int_equal(bench->sent, 1);
}

static void test_each_service_of_an_access_concentrator_is_listed(void **state)
{
	struct bench *bench = *state;

	bench->services[1].name = "";
	bench->services[2].name = "video";
	bench->access.service_count = 3;
	ask(bench);
	assert_int_equal(tp_pppoe_scan_pado(&bench->reply.packet, HOST_UNIQ, note, NULL),
			 TP_PPPOE_NONE);
	assert_string_equal(seen, "02:00:00:00:00:AC MT_AC \"internet\"\n"
				  "02:00:00:00:00:AC MT_AC \"video\"\n");
}

static void test_a_service_without_a_name_is_listed_when_it_is_the_only_one(void **state)
{
	struct bench *bench = *state;

	bench->services[0].name = "";
	ask(bench);
	assert_int_equal(tp_pppoe_scan_pado(&bench->reply.packet, HOST_UNIQ, note, NULL),
			 TP_PPPOE_NONE);
	assert_string_equal(seen, "02:00:00:00:00:AC MT_AC \"\"\n");
}

static void test_replies_to_others_and_other_packets_are_passed_over(void **state)
{
	struct bench *bench = *state;
	struct frame frame;

	ask(bench);
	assert_int_equal(tp_pppoe_scan_pado(&bench->reply.packet, HOST_UNIQ + 1, note, NULL),
			 TP_PPPOE_HOST_UNIQ_MISMATCH);
	begin(&frame, TP_PPPOE_CODE_PADI);
	assert_int_equal(tp_pppoe_scan_pado(end(&frame), HOST_UNIQ, note, NULL),
			 TP_PPPOE_UNEXPECTED_CODE);
	bench->reply.bytes[5]--;
	assert_int_equal(tp_pppoe_scan_pado(&bench->reply.packet, HOST_UNIQ, note, NULL),
			 TP_PPPOE_MALFORMED_TAG);
	assert_string_equal(seen, "");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, bench_teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_each_service_of_an_access_concentrator_is_listed),
		TEST(test_a_service_without_a_name_is_listed_when_it_is_the_only_one),
		TEST(test_replies_to_others_and_other_packets_are_passed_over),
	};
#undef TEST

	return cmocka_run_group_tests(tests, NULL, NULL);
}
