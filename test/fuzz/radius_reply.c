/* SPDX-License-Identifier: BSD-3-Clause */
/* What comes from RADIUS servers. The first byte says how the rest is taken:
 *	0	one datagram, parsed and read through and through
 *	1	the attributes of a reply that is proven, to a request that waits for it
 *	2	steps of a client's life: what is asked, answered rightly or wrongly, lost,
 *cancelled, changed; each request must come to one end, and nothing may be left over */
#include <stdlib.h>

#include "base/clock.h"
#include "radius/authenticator.h"
#include "radius/client.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define SECRET "secret"

/* ---- reading ------------------------------------------------------------------------------- */

static const uint8_t some[TP_RADIUS_AUTHENTICATOR_LEN] = {1, 2, 3};

static void read_value(const struct tp_radius_packet *packet, const struct tp_radius_value *value)
{
	uint8_t bytes[TP_RADIUS_PASSWORD_MAX], key[TP_RADIUS_KEY_MAX], length;
	char text[64];
	uint32_t v;
	size_t len;

	if (value->len > 0 && (value->bytes < packet->bytes ||
			       value->bytes + value->len > packet->bytes + packet->len))
		abort();
	if (tp_radius_text(value, text, sizeof(text)) && strlen(text) != value->len)
		abort();
	if (tp_radius_u32(value, &v) && value->len != 4)
		abort();
	if (tp_radius_ipv6_prefix(value, bytes, &length) && length > 128)
		abort();
	if (tp_radius_key_reveal(value, SECRET, some, key, &len) &&
	    (len == 0 || len > TP_RADIUS_KEY_MAX))
		abort();
	tp_radius_ipv6(value, bytes);
	tp_radius_reveal(value->bytes, value->len, SECRET, some, bytes);
	tp_radius_valid(value);
}

static void read_packet(const struct tp_radius_packet *packet)
{
	struct tp_radius_iterator it = tp_radius_iterate(packet);
	struct tp_radius_value value, first;
	bool seen[TP_RADIUS_ATTRIBUTES] = {[TP_RADIUS_UNKNOWN] = true};
	unsigned count = 0;

	while (tp_radius_next(&it, &value)) {
		read_value(packet, &value);
		if (!seen[value.attribute] &&
		    (!tp_radius_get(packet, value.attribute, &first) ||
		     first.bytes != value.bytes || first.len != value.len))
			abort();
		seen[value.attribute] = true;
		if (++count > TP_RADIUS_PACKET_MAX / 2)
			abort();
	}
	for (unsigned i = TP_RADIUS_UNKNOWN + 1; i < TP_RADIUS_ATTRIBUTES; i++)
		if (!seen[i] && tp_radius_get(packet, (enum tp_radius_attribute)i, &first))
			abort();
}

static void fuzz_datagram(const uint8_t *data, size_t size)
{
	struct tp_radius_secret secret;
	struct tp_radius_packet packet;
	uint8_t copy[TP_RADIUS_PACKET_MAX];

	tp_radius_secret_set(&secret, SECRET);
	if (tp_radius_parse(data, size, &packet) != TP_RADIUS_WELL_FORMED)
		return;
	read_packet(&packet);
	tp_radius_check_response(&packet, &secret, some, true);
	tp_radius_check_request(&packet, SECRET, true);
	memcpy(copy, data, packet.len);
	tp_radius_rewrite_u32(copy, packet.len, TP_RADIUS_ACCT_DELAY_TIME, 7);
	tp_radius_sign_request(copy, packet.len, SECRET, some);
	if (tp_radius_parse(copy, packet.len, &packet) != TP_RADIUS_WELL_FORMED ||
	    tp_radius_check_request(&packet, SECRET, packet.message_authenticator != NULL) !=
		    TP_RADIUS_PROVEN)
		abort();
}

/* ---- a client ------------------------------------------------------------------------------ */

#define MAX_ASKED 64
#define MAX_SENT  256

struct asked {
	struct tp_radius_request *request;
	bool open;
};

struct sent {
	struct tp_radius_socket *socket;
	struct tp_radius_endpoint to;
	uint8_t id, authenticator[TP_RADIUS_AUTHENTICATOR_LEN];
};

struct wire {
	struct tp_radius_socket *socket;
	struct tp_radius_endpoint to;
};

static struct tp_radius_client *client;
static struct asked asked[MAX_ASKED];
static struct sent sent[MAX_SENT];
static unsigned asked_count, sent_count, open_sockets, ends;
static uint64_t now_ms;

static int open_socket(void *owner, struct tp_radius_socket *socket,
		       const struct tp_radius_server *server, enum tp_radius_service service,
		       void **handle)
{
	struct wire *wire = malloc(sizeof(*wire));

	if (wire == NULL)
		abort();
	*wire = (struct wire){socket, server->endpoint[service]};
	*handle = wire;
	open_sockets++;
	return 0;
}

/* Nothing more can come by it. */
static void close_socket(void *owner, void *handle)
{
	struct wire *wire = handle;

	for (unsigned i = 0; i < sent_count; i++)
		if (sent[i].socket == wire->socket)
			sent[i].socket = NULL;
	free(wire);
	open_sockets--;
}

static int send_bytes(void *owner, void *handle, const uint8_t *bytes, size_t len)
{
	struct wire *wire = handle;

	if (sent_count == MAX_SENT)
		return -1;
	sent[sent_count] = (struct sent){.socket = wire->socket, .to = wire->to, .id = bytes[1]};
	memcpy(sent[sent_count++].authenticator, bytes + 4, TP_RADIUS_AUTHENTICATOR_LEN);
	return 0;
}

static void done(void *owner, const struct tp_radius_outcome *outcome)
{
	struct asked *it = owner;

	if (!it->open)
		abort();
	it->open = false;
	ends++;
	if (outcome->result == TP_RADIUS_ANSWERED)
		read_packet(outcome->packet);
}

static uint32_t delay_s(void *owner, uint64_t when_ms)
{
	return (uint32_t)(when_ms / 1000);
}

static void set_server(uint32_t id, uint8_t how)
{
	struct tp_radius_server server;

	tp_radius_server_init(&server);
	server.id = id;
	server.secret = SECRET;
	server.endpoint[TP_RADIUS_AUTH] = tp_radius_endpoint_ipv4(id, 1812);
	server.endpoint[TP_RADIUS_ACCT] = tp_radius_endpoint_ipv4(id, 1813);
	server.generation = how & 1;
	server.max_fails = how & 2 ? 2 : 10;
	server.max_sockets = how & 4 ? 1 : 256;
	server.max_requests = how & 8 ? 2 : 0;
	server.tries = how & 16 ? 1 : 3;
	server.stream = (how & 20) == 20;
	server.require_message_auth = (how & 32) != 0;
	if (tp_radius_client_set(client, &server, now_ms) != 0)
		abort();
}

static void begin(struct tp_random *random)
{
	static const struct tp_radius_client_ops ops = {open_socket, close_socket, send_bytes};
	const struct tp_radius_client_config config = {
		.ops = &ops, .random = random, .max_waiting = 16};

	asked_count = sent_count = ends = 0;
	now_ms = 0;
	tp_random_init_seed(random, 1);
	client = tp_radius_client_create(&config, 0);
	if (client == NULL)
		abort();
	set_server(1, 0);
	set_server(2, 0);
}

static void end(void)
{
	tp_radius_client_destroy(client);
	if (open_sockets != 0)
		abort();
}

static void ask(bool accounting, bool both)
{
	static const uint32_t order[] = {1, 2};
	struct asked *it = &asked[asked_count];
	struct tp_radius_builder b;
	uint8_t room[256];
	struct tp_radius_ask how = {.service = accounting ? TP_RADIUS_ACCT : TP_RADIUS_AUTH,
				    .bytes = room,
				    .servers = order,
				    .server_count = both ? 2 : 1,
				    .done = done,
				    .delay_s = accounting ? delay_s : NULL,
				    .owner = it};

	if (asked_count == MAX_ASKED)
		return;
	tp_radius_begin(&b, room, sizeof(room),
			accounting ? TP_RADIUS_ACCOUNTING_REQUEST : TP_RADIUS_ACCESS_REQUEST);
	if (accounting) {
		tp_radius_put_u32(&b, TP_RADIUS_ACCT_DELAY_TIME, 0);
	} else {
		tp_radius_put_message_authenticator(&b);
		tp_radius_put_password(&b, "p", 1);
	}
	how.len = tp_radius_finish(&b);
	it->open = tp_radius_client_ask(client, &how, &it->request, now_ms) == 0;
	asked_count++;
}

/* A reply of CODE to the I-th that was sent, with these attributes, proven if it is to be. */
static void reply(unsigned i, uint8_t code, bool proven, const uint8_t *attributes, size_t len)
{
	struct sent *it = &sent[i];
	uint8_t room[TP_RADIUS_PACKET_MAX];
	struct tp_radius_builder b;

	if (it->socket == NULL)
		return;
	tp_radius_begin(&b, room, sizeof(room), (enum tp_radius_code)code);
	tp_radius_put_message_authenticator(&b);
	tp_write_bytes(&b.w, attributes, len);
	len = tp_radius_finish(&b);
	if (len == 0)
		return;
	room[1] = it->id;
	if (proven)
		tp_radius_sign_response(room, len, SECRET, it->id, it->authenticator);
	tp_radius_client_input(client, it->socket, &it->to, room, len, now_ms);
}

static void fuzz_reply(const uint8_t *data, size_t size)
{
	struct tp_random random;
	struct tp_radius_packet packet;
	uint8_t room[TP_RADIUS_PACKET_MAX];
	struct tp_radius_builder b;
	bool sound;

	tp_radius_begin(&b, room, sizeof(room), TP_RADIUS_ACCESS_ACCEPT);
	tp_radius_put_message_authenticator(&b);
	tp_write_bytes(&b.w, data, size);
	sound = tp_radius_parse(room, tp_radius_finish(&b), &packet) == TP_RADIUS_WELL_FORMED;
	begin(&random);
	ask(false, true);
	reply(0, TP_RADIUS_ACCESS_ACCEPT, true, data, size);
	if (asked[0].open == sound)
		abort();
	end();
}

static void check_gauges(uint32_t id)
{
	struct tp_radius_counters counters;
	unsigned open = 0;

	for (unsigned i = 0; i < asked_count; i++)
		open += asked[i].open;
	for (unsigned service = 0; service < TP_RADIUS_SERVICES; service++)
		if (tp_radius_client_counters(client, id, service, &counters) &&
		    counters.pending + counters.waiting > open)
			abort();
}

static void step(uint8_t what, uint8_t which)
{
	static const uint8_t codes[] = {TP_RADIUS_ACCESS_ACCEPT, TP_RADIUS_ACCESS_REJECT,
					TP_RADIUS_ACCESS_CHALLENGE, TP_RADIUS_ACCOUNTING_RESPONSE};
	unsigned i = sent_count > 0 ? which % sent_count : 0;

	switch (what % 8) {
	case 0:
		ask(which & 1, which & 2);
		break;
	case 1:
	case 2:
		if (sent_count > 0)
			reply(i, codes[what / 8 % 4], what % 8 == 1, some, 0);
		break;
	case 3:
		now_ms += which * 8u;
		for (unsigned n = 0; n < 1000 && tp_radius_client_deadline(client) <= now_ms; n++)
			tp_radius_client_tick(client, now_ms, 8);
		break;
	case 4:
		if (asked_count > 0 && asked[which % asked_count].open) {
			asked[which % asked_count].open = false;
			tp_radius_client_cancel(client, asked[which % asked_count].request, now_ms);
		}
		break;
	case 5:
		set_server(1 + (what / 8 & 1), which);
		break;
	case 6:
		tp_radius_client_remove(client, 1 + (what / 8 & 1));
		break;
	default:
		if (sent_count > 0 && sent[i].socket != NULL)
			tp_radius_client_socket_lost(client, sent[i].socket, now_ms);
	}
	check_gauges(1);
	check_gauges(2);
}

/* After the steps there is time enough for each request to end by itself. */
static void fuzz_steps(const uint8_t *data, size_t size)
{
	struct tp_random random;

	begin(&random);
	for (size_t i = 0; i + 1 < size && i < 400; i += 2)
		step(data[i], data[i + 1]);
	for (unsigned n = 0; n < 100000 && tp_radius_client_deadline(client) != TP_NEVER; n++) {
		uint64_t due = tp_radius_client_deadline(client);

		now_ms = due > now_ms ? due : now_ms;
		tp_radius_client_tick(client, now_ms, 8);
	}
	for (unsigned i = 0; i < asked_count; i++)
		if (asked[i].open)
			abort();
	if (open_sockets != 0)
		abort();
	end();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size < 1)
		return 0;
	switch (data[0] % 3) {
	case 0:
		fuzz_datagram(data + 1, size - 1);
		break;
	case 1:
		fuzz_reply(data + 1, size - 1);
		break;
	default:
		fuzz_steps(data + 1, size - 1);
	}
	return 0;
}
