/* SPDX-License-Identifier: BSD-3-Clause */
#include "net.h"

#include <stdio.h>
#include <stdlib.h>

struct net net;

static int net_open(void *owner, struct tp_radius_socket *socket,
		    const struct tp_radius_server *server, enum tp_radius_service service,
		    void **handle)
{
	struct wire *wire = &net.wires[net.wire_count];

	if (net.open_error != 0)
		return net.open_error;
	assert_true(net.wire_count < NET_WIRES_MAX);
	net.wire_count++;
	net.open_count++;
	*wire = (struct wire){socket, service, server->id, server->endpoint[service], true};
	*handle = wire;
	return 0;
}

static void net_close(void *owner, void *handle)
{
	struct wire *wire = handle;

	assert_true(wire->open);
	wire->open = false;
	net.open_count--;
}

static int net_send(void *owner, void *handle, const uint8_t *bytes, size_t len)
{
	struct sent *sent = &net.sent[net.sent_count];

	assert_true(net.sent_count < NET_SENT_MAX && len <= sizeof(sent->bytes));
	net.sent_count++;
	sent->wire = handle;
	assert_true(sent->wire->open);
	sent->at_ms = net.now_ms;
	sent->len = (uint16_t)len;
	memcpy(sent->bytes, bytes, len);
	return 0;
}

void net_create(uint32_t max_waiting)
{
	static const struct tp_radius_client_ops ops = {net_open, net_close, net_send};
	struct tp_radius_client_config config = {
		.ops = &ops, .random = &net.random, .max_waiting = max_waiting};

	net.now_ms = 1000000;
	net.wire_count = net.open_count = net.sent_count = 0;
	net.open_error = 0;
	tp_random_init_seed(&net.random, 7);
	net.client = tp_radius_client_create(&config, net.now_ms);
	assert_non_null(net.client);
}

void net_destroy(void)
{
	tp_radius_client_destroy(net.client);
	net.client = NULL;
	assert_int_equal(net.open_count, 0);
}

static const char *secret_of(uint32_t id)
{
	static char secret[16];

	snprintf(secret, sizeof(secret), "secret%u", (unsigned)id);
	return secret;
}

struct tp_radius_server net_server(uint32_t id)
{
	struct tp_radius_server server;

	tp_radius_server_init(&server);
	server.id = id;
	server.secret = secret_of(id);
	server.endpoint[TP_RADIUS_AUTH] = tp_radius_endpoint_ipv4(0x0a000000 + id, 1812);
	server.endpoint[TP_RADIUS_ACCT] = tp_radius_endpoint_ipv4(0x0a000000 + id, 1813);
	return server;
}

void net_set(uint32_t id)
{
	struct tp_radius_server server = net_server(id);

	assert_int_equal(tp_radius_client_set(net.client, &server, net.now_ms), 0);
}

void net_done(void *owner, const struct tp_radius_outcome *outcome)
{
	struct verdict *verdict = owner;

	verdict->calls++;
	verdict->result = outcome->result;
	if (outcome->result != TP_RADIUS_ANSWERED)
		return;
	verdict->code = outcome->packet->code;
	verdict->server = outcome->server;
	verdict->rtt_ms = outcome->rtt_ms;
}

static int ask(struct verdict *verdict, enum tp_radius_service service, const uint32_t *order,
	       uint32_t (*delay_s)(void *, uint64_t))
{
	uint8_t room[TP_RADIUS_PACKET_MAX];
	struct tp_radius_ask it = {.service = service,
				   .bytes = room,
				   .servers = order,
				   .done = net_done,
				   .delay_s = delay_s,
				   .owner = verdict};
	struct tp_radius_builder b;

	while (order[it.server_count] != 0)
		it.server_count++;
	if (service == TP_RADIUS_AUTH) {
		tp_radius_begin(&b, room, sizeof(room), TP_RADIUS_ACCESS_REQUEST);
		tp_radius_put_message_authenticator(&b);
		tp_radius_put_text(&b, TP_RADIUS_USER_NAME, "bob");
		tp_radius_put_password(&b, "password", 8);
	} else {
		tp_radius_begin(&b, room, sizeof(room), TP_RADIUS_ACCOUNTING_REQUEST);
		tp_radius_put_u32(&b, TP_RADIUS_ACCT_STATUS_TYPE, TP_RADIUS_ACCT_START);
		tp_radius_put_u32(&b, TP_RADIUS_ACCT_DELAY_TIME, 0);
	}
	it.len = tp_radius_finish(&b);
	*verdict = (struct verdict){0};
	return tp_radius_client_ask(net.client, &it, &verdict->request, net.now_ms);
}

int net_ask(struct verdict *verdict, const uint32_t *order)
{
	return ask(verdict, TP_RADIUS_AUTH, order, NULL);
}

int net_account(struct verdict *verdict, const uint32_t *order,
		uint32_t (*delay_s)(void *, uint64_t))
{
	return ask(verdict, TP_RADIUS_ACCT, order, delay_s);
}

void net_until(uint64_t now_ms)
{
	for (;;) {
		uint64_t next = tp_radius_client_deadline(net.client);

		if (next > now_ms)
			break;
		if (next > net.now_ms)
			net.now_ms = next;
		tp_radius_client_tick(net.client, net.now_ms, 64);
	}
	net.now_ms = now_ms;
}

size_t net_make_reply(unsigned i, uint8_t code, bool message_authenticator, const char *secret,
		      uint8_t *room)
{
	const struct sent *sent = &net.sent[i];
	struct tp_radius_builder b;
	size_t len;

	tp_radius_begin(&b, room, TP_RADIUS_PACKET_MAX, (enum tp_radius_code)code);
	if (message_authenticator)
		tp_radius_put_message_authenticator(&b);
	tp_radius_put_text(&b, TP_RADIUS_REPLY_MESSAGE, "hello");
	len = tp_radius_finish(&b);
	tp_radius_sign_response(room, len, secret, sent->bytes[1], sent->bytes + 4);
	return len;
}

void net_deliver(unsigned i, const void *bytes, size_t len)
{
	const struct wire *wire = net.sent[i].wire;

	assert_true(wire->open);
	tp_radius_client_input(net.client, wire->socket, &wire->to, bytes, len, net.now_ms);
}

void net_reply(unsigned i, uint8_t code)
{
	uint8_t room[TP_RADIUS_PACKET_MAX];

	net_deliver(i, room,
		    net_make_reply(i, code, net.sent[i].wire->service == TP_RADIUS_AUTH,
				   secret_of(net.sent[i].wire->server), room));
}

struct tp_radius_counters net_counters(uint32_t server, enum tp_radius_service service)
{
	struct tp_radius_counters counters;

	assert_true(tp_radius_client_counters(net.client, server, service, &counters));
	return counters;
}
