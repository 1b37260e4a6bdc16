/* SPDX-License-Identifier: BSD-3-Clause */
#include "login_fixture.h"

static const char text[] =
	"ip: { pool: [ { name: low, ranges: 10.1.0.0/24 }, { name: high, ranges: 10.2.0.0/24 } ] "
	"}\n"
	"ipv6: { pool: [ { name: links, prefix: '2001:db8::/48', prefix-length: 64 } ] }\n"
	"ppp:\n"
	"  profile:\n"
	"    - { name: default, local-address: 10.0.0.1, dns-server: 192.0.2.53 }\n"
	"    - { name: server, remote-address: low, session-timeout: 1d, rate-limit: 1M/1M,\n"
	"        remote-ipv6-prefix-pool: links, dhcpv6-lease-time: 2h }\n"
	"    - { name: gold, remote-address: high, idle-timeout: 5m }\n";

const uint8_t authenticator[TP_RADIUS_AUTHENTICATOR_LEN] = "sixteen bytes!!";
const char secret[7] = "s3cret";

struct tp_config *config;
struct tp_aaa_local *profiles;
struct tp_ppp_auth_request proof;
struct tp_aaa_question question;
struct tp_aaa_answer answer;
struct tp_radius_builder reply;
uint8_t room[TP_RADIUS_PACKET_MAX];

int setup(void **state)
{
	struct tp_errors errors;

	config = tp_config_load_text(TP_PROGRAM_SERVER, "test.yaml", text, strlen(text), &errors);
	for (unsigned i = 0; i < errors.count; i++)
		print_error("%s: %s\n", errors.error[i].place, errors.error[i].message);
	tp_errors_clear(&errors);
	profiles = tp_aaa_local_create(config);
	return config != NULL && profiles != NULL ? 0 : -1;
}

int teardown(void **state)
{
	tp_aaa_local_destroy(profiles);
	tp_config_destroy(config);
	return 0;
}

int begin(void **state)
{
	proof = (struct tp_ppp_auth_request){.method = TP_PPP_PAP, .id = 7, .name = "alice"};
	question = (struct tp_aaa_question){
		.user = "alice",
		.caller_id = {{2, 0, 0, 0, 0, 0xa}},
		.interface = "ether3",
		.service_name = "internet",
		.default_profile = "server",
		.vlans = {100, 7},
		.session_id = 42,
		.nas_port = 9,
		.accounting_id = 0x0123456789abcdef,
		.proof = &proof,
	};
	tp_radius_begin(&reply, room, sizeof(room), TP_RADIUS_ACCESS_ACCEPT);
	return 0;
}

int end(void **state)
{
	tp_subscriber_clear(&answer.subscriber);
	return 0;
}

const struct tp_subscriber *take_by(bool filter_id)
{
	struct tp_radius_packet packet;
	size_t len = tp_radius_finish(&reply);

	assert_true(len > 0);
	assert_int_equal(tp_radius_parse(room, len, &packet), TP_RADIUS_WELL_FORMED);
	tp_subscriber_clear(&answer.subscriber);
	memset(&answer, 0, sizeof(answer));
	tp_radius_take_reply(&(struct tp_radius_reply){.packet = &packet,
						       .secret = secret,
						       .request = authenticator},
			     &question, profiles, filter_id, &answer);
	return &answer.subscriber;
}

const struct tp_subscriber *take(void)
{
	const struct tp_subscriber *s = take_by(false);

	assert_string_equal(answer.text, "");
	assert_int_equal(answer.reason, TP_AAA_ACCEPT);
	return s;
}

void refused(enum tp_aaa_reason reason, const char *words)
{
	take_by(false);
	assert_int_equal(answer.reason, reason);
	if (strstr(answer.text, words) == NULL)
		fail_msg("'%s' does not say '%s'", answer.text, words);
	assert_null(answer.subscriber.profile);
}
