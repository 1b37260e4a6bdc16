/* SPDX-License-Identifier: BSD-3-Clause */
/* What a RADIUS server gives a subscriber, what it changes, and what comes by a stream. The first
 * byte says how the rest is taken: as the attributes of an Access-Accept to one of the four
 * methods, of a record of accounting, or as the bytes of a connection. */
#include <stdlib.h>
#include <string.h>

#include "config/file/file.h"
#include "radius/accounting.h"
#include "radius/login.h"
#include "radius/stream.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char yaml[] =
	"ppp: { profile: [ { name: default, remote-address: 10.0.0.9 }, { name: gold } ] }\n";
static const uint8_t authenticator[TP_RADIUS_AUTHENTICATOR_LEN] = {1};
static struct tp_aaa_local *profiles;

static void begin(void)
{
	struct tp_errors errors;
	struct tp_config *config = tp_config_load_text(TP_PROGRAM_SERVER, "fuzz.yaml", yaml,
						       sizeof(yaml) - 1, &errors);

	profiles = config != NULL ? tp_aaa_local_create(config) : NULL;
	if (profiles == NULL)
		abort();
}

/* A packet of CODE with SIZE bytes of attributes; false: they are none. */
static bool packet_of(uint8_t code, const uint8_t *data, size_t size,
		      uint8_t room[TP_RADIUS_PACKET_MAX], struct tp_radius_packet *packet)
{
	size_t len = TP_RADIUS_HEADER_LEN + size;

	if (len > TP_RADIUS_PACKET_MAX)
		return false;
	memset(room, 0, TP_RADIUS_HEADER_LEN);
	room[0] = code;
	room[2] = (uint8_t)(len >> 8);
	room[3] = (uint8_t)len;
	memcpy(room + TP_RADIUS_HEADER_LEN, data, size);
	return tp_radius_parse(room, len, packet) == TP_RADIUS_WELL_FORMED;
}

static void check(const struct tp_aaa_answer *answer)
{
	const struct tp_subscriber *s = &answer->subscriber;

	if ((answer->reason == TP_AAA_ACCEPT) != (s->profile != NULL) ||
	    (answer->reason != TP_AAA_ACCEPT) != (answer->text[0] != '\0'))
		abort();
	for (uint32_t i = 0; i < s->route_count; i++)
		if (s->routes[i].length > 32 ||
		    (s->routes[i].address & ~tp_prefix_mask(s->routes[i].length)) != 0)
			abort();
	if (s->remote.fixed >= TP_RADIUS_ADDRESS_OF_POOL)
		abort();
	if (s->ipv6 == NULL)
		return;
	if (s->ipv6->prefix.length != 0 && s->ipv6->prefix.length != 64 &&
	    s->ipv6->prefix.length != 128)
		abort();
	for (unsigned i = 0; i < s->ipv6->delegated_count; i++)
		if (!tp_prefix6_is_network(&s->ipv6->delegated[i]) ||
		    tp_prefix6_is_nobodys(&s->ipv6->delegated[i]))
			abort();
	for (unsigned i = 0; i < s->ipv6->route_count; i++)
		if (!tp_prefix6_is_network(&s->ipv6->routes[i]))
			abort();
}

static void fuzz_login(enum tp_ppp_method method, uint8_t code, const uint8_t *data, size_t size)
{
	const struct tp_ppp_auth_request proof = {.method = method, .name = "user"};
	const struct tp_aaa_question question = {
		.user = "user", .default_profile = "default", .proof = &proof};
	uint8_t room[TP_RADIUS_PACKET_MAX];
	struct tp_radius_packet packet;
	struct tp_aaa_answer answer = {0};
	struct tp_radius_grant grant;
	char why[TP_RADIUS_WHY] = "";

	if (!packet_of(code, data, size, room, &packet))
		return;
	tp_radius_take_reply(&(struct tp_radius_reply){.packet = &packet,
						       .secret = "secret",
						       .request = authenticator},
			     &question, profiles, (size & 1) != 0, &answer);
	check(&answer);
	/* The same once more, as a change of what it has. */
	if (tp_radius_grant_read(&packet, false, &grant, why))
		(void)tp_radius_grant_apply(&grant, profiles, &answer.subscriber, why);
	tp_subscriber_clear(&answer.subscriber);
}

static void fuzz_record(const uint8_t *data, size_t size)
{
	uint8_t room[TP_RADIUS_PACKET_MAX], made[TP_RADIUS_PACKET_MAX];
	struct tp_radius_packet packet;
	struct tp_radius_value value;
	uint32_t status;
	size_t len;

	if (!packet_of(TP_RADIUS_ACCOUNTING_REQUEST, data, size, room, &packet))
		return;
	len = tp_radius_record_end(room, packet.len, TP_RADIUS_CAUSE_NAS_REBOOT, NULL, made);
	if (len > 0 && (tp_radius_parse(made, len, &packet) != TP_RADIUS_WELL_FORMED ||
			!tp_radius_get(&packet, TP_RADIUS_ACCT_STATUS_TYPE, &value) ||
			!tp_radius_u32(&value, &status) || status != TP_RADIUS_ACCT_STOP))
		abort();
}

static void fuzz_stream(const uint8_t *data, size_t size)
{
	static struct tp_radius_stream stream;
	uint8_t packet[TP_RADIUS_PACKET_MAX];
	size_t len, taken = 0, put = 0;

	stream.len = 0;
	while (put < size) {
		size_t room, n = data[put] % 64u + 1;
		uint8_t *to = tp_radius_stream_room(&stream, &room);

		n = n < room ? n : room;
		n = n < size - put ? n : size - put;
		if (n == 0)
			abort();
		memcpy(to, data + put, n);
		tp_radius_stream_add(&stream, n);
		put += n;
		do {
			if (!tp_radius_stream_take(&stream, packet, &len))
				return;
			if (len > 0 && memcmp(packet, data + taken, len) != 0)
				abort();
			taken += len;
		} while (len > 0);
	}
	if (taken + stream.len != put)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (profiles == NULL)
		begin();
	if (size < 1)
		return 0;
	switch (data[0] % 8) {
	case 0:
		fuzz_stream(data + 1, size - 1);
		break;
	case 1:
		fuzz_record(data + 1, size - 1);
		break;
	case 2:
		fuzz_login(TP_PPP_MSCHAP2, TP_RADIUS_ACCESS_REJECT, data + 1, size - 1);
		break;
	default:
		fuzz_login(data[0] % 4 + 1, TP_RADIUS_ACCESS_ACCEPT, data + 1, size - 1);
		break;
	}
	return 0;
}
