/* SPDX-License-Identifier: BSD-3-Clause */
#include "ends.h"

#include <stdio.h>
#include <string.h>

static void output(void *user, const uint8_t *bytes, size_t len)
{
	struct end *end = user;

	assert_true(end->sent_count < FRAMES_MAX);
	assert_in_range(len, 6, 1502);
	memcpy(end->sent[end->sent_count].bytes, bytes, len);
	end->sent[end->sent_count++].len = len;
}

static void auth_request(void *user, const struct tp_ppp_auth_request *request)
{
	struct end *end = user;
	struct tp_ppp_auth_result result = {
		.message = end->reject_message,
		.addresses = end->addresses,
		.interface_ids = end->interface_ids,
		.no_ipv6 = end->no_ipv6,
	};

	end->request = *request;
	end->request_count++;
	if (end->decide_later)
		return;
	if (end->reject_message == NULL)
		tp_ppp_auth_verify(request, end->password, &result);
	if (end->encrypts && !request->again) {
		struct tp_mppe_keys keys;
		bool has = tp_ppp_auth_keys(request, end->password, &keys);

		tp_ppp_set_encryption(&end->ppp, &end->ccp, &end->wish, has ? &keys : NULL);
	}
	assert_int_equal(tp_ppp_auth_result(&end->ppp, request->serial, &result, end->now_ms), 0);
}

static void event(void *user, const struct tp_ppp_event *e)
{
	struct end *end = user;

	assert_true(end->event_count < EVENTS_MAX);
	end->events[end->event_count++] = *e;
	if (e->type == TP_PPP_AUTHENTICATED)
		snprintf(end->text, sizeof(end->text), "%s", e->auth.message);
	if (e->type == TP_PPP_FINISHED)
		snprintf(end->text, sizeof(end->text), "%s", e->finished.text);
	if (end->close_on_event != TP_PPP_NO_REASON && end->close_event == e->type) {
		if (end->lower_down_on_event)
			tp_ppp_lower_down(&end->ppp, end->close_on_event, end->now_ms);
		else
			tp_ppp_close(&end->ppp, end->close_on_event, end->now_ms);
	}
}

static void flush(void *user)
{
	struct end *end = user;

	end->flush_count++;
}

static const struct tp_ppp_ops ops = {
	.output = output,
	.auth_request = auth_request,
	.event = event,
	.flush = flush,
};

void end_wish(struct end *end, bool ipv4, bool ipv6)
{
	end->config.ipcp = ipv4;
	end->config.ipv6cp = ipv6;
	tp_ppp_init(&end->ppp, &end->config, &ops, end, &end->random);
	if (end->config.role == TP_PPP_CLIENT)
		tp_ppp_set_credentials(&end->ppp, "MT-User", "StrongPass");
}

void end_init(struct end *end, enum tp_ppp_role role)
{
	memset(end, 0, sizeof(*end));
	tp_ppp_config_init(&end->config, role);
	end->config.name = "MT_AC";
	end->now_ms = 1000;
	end->password = "StrongPass";
	end->addresses = (struct tp_ppp_addresses){.local = 0x0a000001, .remote = 0x0a000002};
	tp_random_init_seed(&end->random, role + 1);
	end_wish(end, true, false);
}

void end_encrypt(struct end *end, enum tp_ppp_encrypt use)
{
	end->encrypts = true;
	end->wish.use = use;
	if (end->config.role == TP_PPP_CLIENT)
		tp_ppp_set_encryption(&end->ppp, &end->ccp, &end->wish, NULL);
}

void end_feed(struct end *end, const uint8_t *bytes, size_t len)
{
	tp_ppp_input(&end->ppp, bytes, len, end->now_ms);
}

struct frame end_take(struct end *end)
{
	assert_true(end->sent_count > 0);
	struct frame frame = end->sent[0];

	memmove(end->sent, end->sent + 1, (size_t)--end->sent_count * sizeof(frame));
	return frame;
}

void end_expect(struct end *end, const uint8_t *bytes, size_t len)
{
	struct frame frame = end_take(end);

	if (frame.len != len || memcmp(frame.bytes, bytes, len) != 0) {
		for (size_t i = 0; i < frame.len; i++)
			print_error("%02x ", frame.bytes[i]);
		print_error("\n");
	}
	assert_int_equal(frame.len, len);
	assert_memory_equal(frame.bytes, bytes, len);
}

void end_init_asked(struct end *end, uint16_t mrru)
{
	end_init(end, TP_PPP_CLIENT);
	end->config.mrru = mrru;
	tp_ppp_open(&end->ppp, end->now_ms);
	FEED(end, 0xc0, 0x21, 1, 0, 0, 4);
	end->sent_count = 0;
}

void end_expect_answer(struct end *end, const uint8_t *option, uint8_t code, const uint8_t *answer)
{
	const uint8_t *back = answer[1] != 0 ? answer : option;
	uint8_t request[40] = {0xc0, 0x21, 1, 9, 0, (uint8_t)(4 + option[1])};
	uint8_t expected[40] = {0xc0, 0x21, code, 9, 0, (uint8_t)(4 + back[1])};

	memcpy(request + 6, option, option[1]);
	memcpy(expected + 6, back, back[1]);
	end_feed(end, request, 6u + option[1]);
	end_expect(end, expected, 6u + back[1]);
	EXPECT_NOTHING(end);
}

void end_wait(struct end *end, uint64_t ms)
{
	uint64_t until = end->now_ms + ms;

	while (tp_ppp_deadline(&end->ppp) <= until) {
		uint64_t next = tp_ppp_deadline(&end->ppp);
		assert_true(next > end->now_ms || end->now_ms == until);
		if (next > end->now_ms)
			end->now_ms = next;
		tp_ppp_tick(&end->ppp, end->now_ms);
	}
	end->now_ms = until;
}

int end_count(const struct end *end, enum tp_ppp_event_type type)
{
	int count = 0;

	for (int i = 0; i < end->event_count; i++)
		count += end->events[i].type == type;
	return count;
}

const struct tp_ppp_event *end_event(const struct end *end, enum tp_ppp_event_type type)
{
	for (int i = end->event_count - 1; i >= 0; i--) {
		if (end->events[i].type == type)
			return &end->events[i];
	}
	fail();
	return NULL;
}

uint16_t frame_protocol(const struct frame *frame)
{
	return (uint16_t)(frame->bytes[0] << 8 | frame->bytes[1]);
}

uint8_t frame_code(const struct frame *frame)
{
	return frame->bytes[2];
}

void end_open_lcp(struct end *end)
{
	tp_ppp_open(&end->ppp, end->now_ms);
	struct frame request = end_take(end);

	FEED(end, 0xc0, 0x21, 1, 1, 0, 4);
	assert_int_equal(frame_code(&end->sent[0]), TP_PPP_CODE_CONFIGURE_REQUEST);
	end_take(end);
	EXPECT(end, 0xc0, 0x21, 2, 1, 0, 4);
	request.bytes[2] = TP_PPP_CODE_CONFIGURE_ACK;
	end_feed(end, request.bytes, request.len);
	assert_int_equal(end->ppp.lcp.state, TP_PPP_OPENED);
}

void wire_init(struct wire *wire)
{
	memset(wire, 0, sizeof(*wire));
	end_init(&wire->server, TP_PPP_SERVER);
	end_init(&wire->client, TP_PPP_CLIENT);
	tp_random_init_seed(&wire->dice, 1);
}

void wire_open(struct wire *wire)
{
	tp_ppp_open(&wire->server.ppp, wire->server.now_ms);
	tp_ppp_open(&wire->client.ppp, wire->client.now_ms);
	wire_carry(wire);
}

static void carry_one(struct wire *wire, struct end *from, struct end *to)
{
	if (from->sent_count == 0)
		return;
	struct frame frame = end_take(from);

	if (wire->loses != NULL && wire->loses(wire, from, &frame)) {
		wire->lost++;
		return;
	}
	end_feed(to, frame.bytes, frame.len);
}

void wire_carry(struct wire *wire)
{
	for (int i = 0; wire->server.sent_count + wire->client.sent_count > 0; i++) {
		assert_true(i < 1000);
		carry_one(wire, &wire->server, &wire->client);
		carry_one(wire, &wire->client, &wire->server);
	}
}

void wire_wait(struct wire *wire, uint64_t ms)
{
	uint64_t until = wire->server.now_ms + ms;

	while (wire->server.now_ms < until) {
		uint64_t step =
			until - wire->server.now_ms < 100 ? until - wire->server.now_ms : 100;
		end_wait(&wire->server, step);
		end_wait(&wire->client, step);
		wire_carry(wire);
	}
}
