/* SPDX-License-Identifier: BSD-3-Clause */
/* CoA-Requests and Disconnect-Requests: a datagram as it is, and then the attributes of requests
 * that are proven, one after the other. Each has one outcome, each answer is proven and comes again
 * for the same request. */
#include <stdlib.h>

#include "config/file/file.h"
#include "radius/authenticator.h"
#include "radius/change.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define SECRET "secret"
#define WALL   1700000000u

static struct tp_radius_dynamic *dynamic;
static struct tp_aaa_local *profiles;
static struct tp_radius_endpoint from;
static uint8_t reply[TP_RADIUS_PACKET_MAX], again[TP_RADIUS_PACKET_MAX];
static struct tp_radius_dynamic_request request;

static void check_texts(void)
{
#define CHECK(id, field)                                                                           \
	if (memchr(request.field, '\0', sizeof(request.field)) == NULL ||                          \
	    (request.field[0] != '\0') != tp_radius_dynamic_has(&request, TP_RADIUS_##id))         \
		abort();
	TP_RADIUS_DYNAMIC_TEXTS(CHECK)
#undef CHECK
	if (request.framed_ipv6_prefix.length > 128 || request.delegated_ipv6_prefix.length > 128 ||
	    !tp_radius_dynamic_names_session(&request))
		abort();
	if (request.code == TP_RADIUS_DISCONNECT_REQUEST &&
	    tp_radius_dynamic_has(&request, TP_RADIUS_SESSION_TIMEOUT))
		abort();
}

static void check_reply(const uint8_t *bytes, size_t len)
{
	struct tp_radius_secret secret;
	struct tp_radius_packet packet;

	tp_radius_secret_set(&secret, SECRET);
	if (tp_radius_parse(reply, len, &packet) != TP_RADIUS_WELL_FORMED ||
	    packet.id != bytes[1] ||
	    tp_radius_check_response(&packet, &secret, bytes + 4, false) != TP_RADIUS_PROVEN)
		abort();
}

/* All that a change says, or nothing; an address and a route are never among it. */
static void check_change(void)
{
	static const struct tp_subscriber nothing;
	const struct tp_radius_change how = {profiles, "", true};
	struct tp_subscriber had = {0}, now = {0};
	char why[TP_RADIUS_WHY] = "";
	enum tp_radius_error error;

	if (tp_aaa_local_profile(profiles, NULL, NULL, &had) != 0)
		abort();
	error = tp_radius_change(&how, &request, &had, &now, why);
	if (error != TP_RADIUS_NO_ERROR &&
	    (why[0] == '\0' || memcmp(&now, &nothing, sizeof(now)) != 0))
		abort();
	if (now.remote.fixed != had.remote.fixed || now.route_count != 0 || now.secret_id != 0)
		abort();
	tp_subscriber_clear(&now);
	tp_subscriber_clear(&had);
}

static void take(const uint8_t *bytes, size_t len, enum tp_radius_error error, uint64_t now_ms)
{
	uint32_t wall_s = WALL + (uint32_t)(now_ms / 1000);
	size_t reply_len, again_len;

	switch (tp_radius_dynamic_input(dynamic, SECRET, &from, bytes, len, wall_s, now_ms,
					&request, reply, &reply_len)) {
	case TP_RADIUS_DYNAMIC_IGNORE:
		if (reply_len != 0)
			abort();
		return;
	case TP_RADIUS_DYNAMIC_APPLY:
		check_texts();
		check_change();
		tp_radius_dynamic_is_for(&request, 1, NULL, "bras");
		reply_len =
			tp_radius_dynamic_answer(dynamic, &request, error, wall_s, now_ms, reply);
		if (reply_len == 0)
			return;
		break;
	case TP_RADIUS_DYNAMIC_REPLY:
		break;
	}
	check_reply(bytes, reply_len);
	if (tp_radius_dynamic_input(dynamic, SECRET, &from, bytes, len, wall_s, now_ms, &request,
				    again, &again_len) != TP_RADIUS_DYNAMIC_REPLY ||
	    again_len != reply_len || memcmp(reply, again, reply_len) != 0)
		abort();
}

/* Code, identifier, time and the number of bytes that are attributes, then these. */
static bool take_next(struct tp_reader *r, uint64_t *now_ms)
{
	uint8_t bytes[TP_RADIUS_PACKET_MAX], head[4];
	struct tp_radius_builder b;
	struct tp_reader attributes;
	size_t len;

	if (!tp_read_copy(r, head, sizeof(head)) || !tp_read_sub(r, head[3], &attributes))
		return false;
	*now_ms += head[2] * 4000u;
	tp_radius_begin(&b, bytes, sizeof(bytes),
			head[0] & 1 ? TP_RADIUS_COA_REQUEST : TP_RADIUS_DISCONNECT_REQUEST);
	if (head[0] & 2)
		tp_radius_put_message_authenticator(&b);
	if (head[0] & 4)
		tp_radius_put_u32(&b, TP_RADIUS_EVENT_TIMESTAMP, WALL + (uint32_t)(*now_ms / 1000));
	if (head[0] & 8)
		tp_radius_put_text(&b, TP_RADIUS_USER_NAME, "bob");
	tp_write_bytes(&b.w, attributes.p, tp_reader_left(&attributes));
	len = tp_radius_finish(&b);
	bytes[1] = head[1];
	tp_radius_sign_request(bytes, len, SECRET, NULL);
	take(bytes, len, head[0] & 16 ? TP_RADIUS_ERROR_SESSION_NOT_FOUND : TP_RADIUS_NO_ERROR,
	     *now_ms);
	return true;
}

/* Once: with two profiles of a rate each. */
static void make_profiles(void)
{
	static const char text[] = "ppp:\n"
				   "  profile:\n"
				   "  - {name: default, rate-limit: 1M/1M, address-list: a}\n"
				   "  - {name: gold, rate-limit: 5M/20M, session-timeout: 1h}\n";
	struct tp_errors errors = {0};
	struct tp_config *config;

	if (profiles != NULL)
		return;
	config = tp_config_load_text(TP_PROGRAM_SERVER, "profiles", text, strlen(text), &errors);
	profiles = config != NULL ? tp_aaa_local_create(config) : NULL;
	if (profiles == NULL)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct tp_radius_dynamic_config config;
	struct tp_reader r = tp_reader_of(data, size);
	uint64_t now_ms = 0;

	make_profiles();
	tp_radius_dynamic_config_init(&config);
	config.max_answers = 3;
	dynamic = tp_radius_dynamic_create(&config);
	if (dynamic == NULL)
		abort();
	from = tp_radius_endpoint_ipv4(1, 2);
	take(data, size, TP_RADIUS_NO_ERROR, 0);
	while (take_next(&r, &now_ms))
		;
	if (tp_radius_dynamic_counters(dynamic)->remembered > 3)
		abort();
	tp_radius_dynamic_destroy(dynamic);
	return 0;
}
