/* SPDX-License-Identifier: BSD-3-Clause */
#include "fixture.h"

#define IA_NA                                                                                      \
	"0003 0028 00000007 00000e10 00001680"                                                     \
	"  0005 0018 20010db8000100020000000000000005 00001c20 00001c20"
#define IA_PD                                                                                      \
	"0019 0031 00000008 00000e10 00001680"                                                     \
	"  001a 0019 00001c20 00001c20 38 20010db8 0f000000 0000000000000000"                      \
	"  000d 0004 0000 6f6b"

static enum tp_ipv6_reason parse(struct tp_dhcp6_message *message, const char *hex)
{
	static uint8_t bytes[TP_IPV6_MIN_MTU];

	return tp_dhcp6_parse(message, tp_reader_of(bytes, unhex(hex, bytes, sizeof(bytes))));
}

static void test_a_message_is_parsed(void **state)
{
	struct tp_dhcp6_message m;

	(void)state;
	assert_int_equal(parse(&m, "07 123456" CLIENT SERVER IA_NA IA_PD
				   "0007 0001 ff  000e 0000  0006 0004 0017 0018"
				   "0017 0010 20010db8000000000000000000000053"
				   "0052 0004 00000e10  0053 0004 0000000a  fffe 0002 0000"),
			 TP_IPV6_NO_REASON);
	assert_int_equal(m.type, TP_DHCP6_REPLY);
	assert_int_equal(m.transaction, 0x123456);
	assert_int_equal(tp_reader_left(&m.client), 10);
	assert_int_equal(tp_reader_left(&m.server), 10);
	assert_int_equal(m.preference, 255);
	assert_true(m.rapid_commit);
	assert_true(tp_dhcp6_wants(&m, TP_DHCP6_DNS_SERVERS));
	assert_false(tp_dhcp6_wants(&m, TP_DHCP6_SOL_MAX_RT));
	assert_int_equal(tp_reader_left(&m.dns), 16);
	assert_int_equal(m.sol_max_rt_s, 3600);
	assert_int_equal(m.inf_max_rt_s, 0); /* less than a minute: passed over */
	assert_int_equal(m.ia_count, 2);
	assert_int_equal(m.ias[0].kind, TP_DHCP6_IA_NA);
	assert_int_equal(m.ias[0].iaid, 7);
	assert_int_equal(m.ias[0].t1_s, 3600);
	assert_int_equal(m.ias[0].t2_s, 5760);
	assert_int_equal(m.ias[0].lease_count, 1);
	assert_int_equal(m.ias[0].leases[0].prefix.length, 128);
	assert_int_equal(m.ias[1].kind, TP_DHCP6_IA_PD);
	assert_int_equal(m.ias[1].leases[0].prefix.length, 56);
	assert_int_equal(m.ias[1].leases[0].valid_s, 7200);
	assert_int_equal(m.ias[1].status, TP_DHCP6_SUCCESS);
}

/* Cut anywhere but between two options, it is none. */
static void test_a_message_cut_short_is_refused(void **state)
{
	static const size_t whole[] = {4, 18, 32, 76, 129, 134, 138, 146, 166, 174};
	uint8_t bytes[256];
	size_t len = unhex("07 123456" CLIENT SERVER IA_NA IA_PD
			   "0007 0001 ff  000e 0000  0006 0004 0017 0018"
			   "0017 0010 20010db8000000000000000000000053  0052 0004 00000e10",
			   bytes, sizeof(bytes));
	struct tp_dhcp6_message m;
	unsigned at = 0;

	(void)state;
	assert_int_equal(len, whole[9]);
	for (size_t i = 0; i <= len; i++) {
		enum tp_ipv6_reason reason = tp_dhcp6_parse(&m, tp_reader_of(bytes, i));

		if (i == whole[at]) {
			assert_int_equal(reason, TP_IPV6_NO_REASON);
			at++;
		} else {
			assert_int_equal(reason,
					 i < 4 ? TP_IPV6_DHCP6_MALFORMED : TP_IPV6_DHCP6_OPTION);
		}
	}
}

static void test_options_that_cannot_be_are_refused(void **state)
{
	static const struct {
		const char *options;
		enum tp_ipv6_reason reason;
	} cases[] = {
		{"0001 0002 0003", TP_IPV6_DHCP6_OPTION},
		{"0002 0000", TP_IPV6_DHCP6_OPTION},
		{CLIENT CLIENT, TP_IPV6_DHCP6_REPEATED},
		{SERVER SERVER, TP_IPV6_DHCP6_REPEATED},
		{NO_HINT_PD NO_HINT_PD, TP_IPV6_DHCP6_REPEATED},
		{"0019 000b 0000000100000000000000", TP_IPV6_DHCP6_OPTION},
		{"0003 0010 000000010000000000000000 00050001", TP_IPV6_DHCP6_OPTION},
		{"0003 001c 000000010000000000000000 0005000c 000000000000000000000000",
		 TP_IPV6_DHCP6_OPTION},
		{"0019 0029 000000010000000000000000 001a0019 0000000000000000 81"
		 "00000000000000000000000000000000",
		 TP_IPV6_DHCP6_OPTION},
		{"0006 0003 001700", TP_IPV6_DHCP6_OPTION},
		{"0007 0000", TP_IPV6_DHCP6_OPTION},
		{"0007 0002 0000", TP_IPV6_DHCP6_OPTION},
		{"0008 0001 00", TP_IPV6_DHCP6_OPTION},
		{"000d 0001 00", TP_IPV6_DHCP6_OPTION},
		{"000e 0001 00", TP_IPV6_DHCP6_OPTION},
		{"0017 000f 000000000000000000000000000000", TP_IPV6_DHCP6_OPTION},
		{"0052 0003 000000", TP_IPV6_DHCP6_OPTION},
		{"0052 0005 0000000000", TP_IPV6_DHCP6_OPTION},
		{"0063", TP_IPV6_DHCP6_OPTION},
	};
	struct tp_dhcp6_message m;
	char hex[512];

	(void)state;
	for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		snprintf(hex, sizeof(hex), "01123456 %s", cases[i].options);
		assert_int_equal(parse(&m, hex), cases[i].reason);
	}
}

static void test_the_ninth_association_and_the_seventeenth_lease_are_too_many(void **state)
{
	char hex[2048] = "01123456";
	struct tp_dhcp6_message m;
	size_t len = strlen(hex);

	(void)state;
	for (unsigned i = 0; i < 8; i++)
		len += (size_t)snprintf(hex + len, sizeof(hex) - len,
					"0019 000c 0000%04x 00000000 00000000", i);
	assert_int_equal(parse(&m, hex), TP_IPV6_NO_REASON);
	assert_int_equal(m.ia_count, 8);
	snprintf(hex + len, sizeof(hex) - len, "0019 000c 00000009 00000000 00000000");
	assert_int_equal(parse(&m, hex), TP_IPV6_DHCP6_TOO_MANY);

#define ADDRESS "0005 0018 20010db8000100020000000000000005 00001c20 00001c20"
#define FOUR	ADDRESS ADDRESS ADDRESS ADDRESS
	assert_int_equal(
		parse(&m, "01123456 0003 01cc 00000001 00000000 00000000" FOUR FOUR FOUR FOUR),
		TP_IPV6_NO_REASON);
	assert_int_equal(
		parse(&m,
		      "01123456 0003 01e8 00000001 00000000 00000000" FOUR FOUR FOUR FOUR ADDRESS),
		TP_IPV6_DHCP6_TOO_MANY);
}

static void test_what_stands_where_it_does_not_belong_is_passed_over(void **state)
{
	struct tp_dhcp6_message m;

	(void)state;
	/* An address of its own, and one in an association of prefixes. */
	assert_int_equal(
		parse(&m, "01123456" ADDRESS "0019 0028 00000001 00000000 00000000" ADDRESS),
		TP_IPV6_NO_REASON);
	assert_int_equal(m.ia_count, 1);
	assert_int_equal(m.ias[0].lease_count, 0);
}

static void test_a_message_is_built_byte_by_byte(void **state)
{
	const struct tp_dhcp6_lease address_lease = {prefix_of("2001:db8:1:2::5/128"), 7200, 7200,
						     0};
	const struct tp_dhcp6_lease prefix_lease = {prefix_of("2001:db8:f00::/56"), 7200, 7200, 0};
	static const char *const search[] = {"example.net"};
	struct tp_ipv6_out out;
	uint8_t *open;

	(void)state;
	tp_ipv6_out_udp(&out, address("fe80::1"), 547, address("fe80::2"), 546);
	tp_dhcp6_begin(&out.w, TP_DHCP6_REPLY, 0x123456);
	open = tp_dhcp6_open_ia(&out.w, TP_DHCP6_IA_NA, 7, 3600, 5760);
	tp_dhcp6_put_lease(&out.w, &address_lease, TP_DHCP6_IA_NA);
	tp_dhcp6_close(&out.w, open);
	open = tp_dhcp6_open_ia(&out.w, TP_DHCP6_IA_PD, 8, 3600, 5760);
	tp_dhcp6_put_lease(&out.w, &prefix_lease, TP_DHCP6_IA_PD);
	tp_dhcp6_put_status(&out.w, TP_DHCP6_SUCCESS, "ok");
	tp_dhcp6_close(&out.w, open);
	tp_dhcp6_put_search(&out.w, search, 1);
	assert_payload(out.bytes, tp_ipv6_out_finish(&out),
		       "07123456" IA_NA IA_PD "0018 000d 076578616d706c65036e657400");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_message_is_parsed),
		cmocka_unit_test(test_a_message_cut_short_is_refused),
		cmocka_unit_test(test_options_that_cannot_be_are_refused),
		cmocka_unit_test(test_the_ninth_association_and_the_seventeenth_lease_are_too_many),
		cmocka_unit_test(test_what_stands_where_it_does_not_belong_is_passed_over),
		cmocka_unit_test(test_a_message_is_built_byte_by_byte),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
