/* SPDX-License-Identifier: BSD-3-Clause */
#include "bench.h"

#include <stdio.h>
#include <stdlib.h>

void begin(struct frame *frame, uint8_t code)
{
	static const struct tp_mac client = CLIENT_MAC, ac = AC_MAC, all = BROADCAST_MAC;

	frame->packet = (struct tp_pppoe_packet){
		.src = client,
		.dst = code == TP_PPPOE_CODE_PADI ? all : ac,
		.port = 3,
		.vlans = {100, 7},
		.bytes = frame->bytes,
	};
	frame->writer = tp_writer_of(frame->bytes, sizeof(frame->bytes));
	tp_pppoe_begin(&frame->writer, code, 0);
}

void tag(struct frame *frame, uint16_t type, const void *value, size_t len)
{
	tp_pppoe_tag_write(&frame->writer, type, value, len);
}

void tag_text(struct frame *frame, uint16_t type, const char *text)
{
	tag(frame, type, text, strlen(text));
}

const struct tp_pppoe_packet *end(struct frame *frame)
{
	frame->packet.len = tp_pppoe_finish(&frame->writer);
	assert_true(frame->packet.len > 0);
	return &frame->packet;
}

static void on_send(void *ctx, const struct tp_pppoe_packet *packet)
{
	struct bench *bench = ctx;
	struct tp_reader payload;

	assert_true(packet->len <= TP_PPPOE_PACKET_MAX);
	bench->sent++;
	bench->reply.packet = *packet;
	memcpy(bench->reply.bytes, packet->bytes, packet->len);
	bench->reply.packet.bytes = bench->reply.bytes;
	assert_true(
		tp_pppoe_header_parse(bench->reply.bytes, packet->len, &bench->header, &payload));
	assert_true(tp_pppoe_tags_parse(payload, &bench->tags));
}

static enum tp_pppoe_verdict on_open(void *ctx, const struct tp_pppoe_request *request,
				     struct tp_pppoe_grant *grant, uint64_t now_ms)
{
	struct bench *bench = ctx;

	assert_int_equal(now_ms, bench->now_ms);
	bench->opens++;
	bench->request = *request;
	*grant = bench->grant;
	return bench->verdict;
}

static void on_opened(void *ctx, const struct tp_pppoe_request *request, uint16_t session_id,
		      uint64_t now_ms)
{
	struct bench *bench = ctx;

	assert_int_equal(bench->sent, 1); /* the PADS is on its way before PPP starts */
	assert_int_equal(session_id, bench->grant.session_id);
	bench->openeds++;
}

static void on_terminated(void *ctx, const struct tp_pppoe_packet *packet, uint16_t session_id,
			  const char *text, uint64_t now_ms)
{
	struct bench *bench = ctx;

	bench->terminations++;
	bench->terminated_id = session_id;
	bench->terminated_mac = packet->src;
	snprintf(bench->terminated_text, sizeof(bench->terminated_text), "%s", text);
}

static void on_refused(void *ctx, const struct tp_pppoe_packet *packet, enum tp_pppoe_reason reason,
		       const char *text, uint64_t now_ms)
{
	struct bench *bench = ctx;

	bench->refused = reason;
	snprintf(bench->refused_text, sizeof(bench->refused_text), "%s", text);
}

int bench_setup(void **state)
{
	static const struct tp_pppoe_ac_callbacks callbacks = {
		.send = on_send,
		.open = on_open,
		.opened = on_opened,
		.terminated = on_terminated,
		.refused = on_refused,
	};
	struct bench *bench = calloc(1, sizeof(*bench));

	if (bench == NULL)
		return -1;
	tp_random_init_seed(&bench->random, 42);
	bench->now_ms = 1000000;
	bench->access = (struct tp_pppoe_access){
		.mac = AC_MAC, .services = bench->services, .service_count = 1};
	bench->services[0] = (struct tp_pppoe_service){.name = "internet", .max_payload = 1492};
	bench->verdict = TP_PPPOE_GRANT;
	bench->grant.session_id = 0x1234;
	bench->ac = tp_pppoe_ac_create("MT_AC", &callbacks, bench, &bench->random, bench->now_ms);
	*state = bench;
	return bench->ac == NULL;
}

int bench_teardown(void **state)
{
	struct bench *bench = *state;

	tp_pppoe_ac_destroy(bench->ac);
	free(bench);
	return 0;
}

void bench_input(struct bench *bench, const struct tp_pppoe_packet *packet)
{
	bench->sent = bench->opens = bench->openeds = bench->terminations = 0;
	bench->refused = TP_PPPOE_NONE;
	bench->refused_text[0] = '\0';
	tp_pppoe_ac_input(bench->ac, &bench->access, packet, bench->now_ms);
}

struct tp_pppoe_value bench_cookie(struct bench *bench, const char *service,
				   uint8_t room[TP_PPPOE_NAME_MAX])
{
	struct tp_pppoe_value cookie;
	struct frame padi;

	begin(&padi, TP_PPPOE_CODE_PADI);
	tag_text(&padi, TP_PPPOE_TAG_SERVICE_NAME, service);
	bench_input(bench, end(&padi));
	assert_int_equal(bench->sent, 1);
	cookie = bench->tags.ac_cookie;
	assert_true(cookie.len > 0 && cookie.len < TP_PPPOE_NAME_MAX);
	memcpy(room, cookie.bytes, cookie.len);
	cookie.bytes = room;
	return cookie;
}

void assert_refused(const struct bench *bench, enum tp_pppoe_reason reason)
{
	if (bench->refused != reason)
		fail_msg("refused as \"%s\", expected \"%s\"", tp_pppoe_reason_name(bench->refused),
			 tp_pppoe_reason_name(reason));
	assert_true(tp_pppoe_ac_stats(bench->ac)->refused[reason] > 0);
	assert_int_equal(bench->openeds, 0);
}

void assert_silence(const struct bench *bench, enum tp_pppoe_reason reason)
{
	assert_refused(bench, reason);
	assert_int_equal(bench->sent, 0);
	assert_int_equal(bench->opens, 0);
}
