/* SPDX-License-Identifier: BSD-3-Clause */
#include "peer.h"

#include <stdio.h>
#include <stdlib.h>

static const struct tp_mac client_mac = {{2, 0, 0, 0, 0, 0x0c}}, ac_mac = {{2, 0, 0, 0, 0, 0xac}};

static void enqueue(struct host *host, bool to_peer, uint16_t ethertype,
		    const struct tp_pppoe_packet *packet)
{
	struct sent *sent = &host->queue[host->queued++];

	assert_true(host->queued <= QUEUE_MAX && packet->len <= sizeof(sent->bytes));
	*sent = (struct sent){.to_peer = to_peer, .ethertype = ethertype, .packet = *packet};
	memcpy(sent->bytes, packet->bytes, packet->len);
}

/* ---- the access concentrator ---- */

static void reply(struct host *host, uint8_t code, uint16_t id, const struct tp_pppoe_tags *tags)
{
	uint8_t room[TP_PPPOE_PACKET_MAX];
	struct tp_writer w = tp_writer_of(room, sizeof(room));
	struct tp_pppoe_packet packet = {.src = ac_mac, .dst = client_mac, .bytes = room};

	tp_pppoe_begin(&w, code, id);
	tp_pppoe_tag_write(&w, TP_PPPOE_TAG_SERVICE_NAME, "internet", 8);
	tp_pppoe_tag_write(&w, TP_PPPOE_TAG_AC_NAME, "ac", 2);
	tp_pppoe_tag_write(&w, TP_PPPOE_TAG_HOST_UNIQ, tags->host_uniq.bytes, tags->host_uniq.len);
	packet.len = tp_pppoe_finish(&w);
	assert_true(packet.len > 0);
	enqueue(host, false, TP_ETHERTYPE_DISCOVERY, &packet);
}

static void peer_discovery(struct host *host, const struct sent *sent)
{
	struct tp_pppoe_header header;
	struct tp_pppoe_tags tags;
	struct tp_reader payload;

	assert_true(tp_pppoe_header_parse(sent->bytes, sent->packet.len, &header, &payload));
	assert_true(tp_pppoe_tags_parse(payload, &tags));
	host->padis += header.code == TP_PPPOE_CODE_PADI;
	host->padrs += header.code == TP_PPPOE_CODE_PADR;
	host->padts += header.code == TP_PPPOE_CODE_PADT;
	if (host->is_silent)
		return;
	if (header.code == TP_PPPOE_CODE_PADI) {
		reply(host, TP_PPPOE_CODE_PADO, 0, &tags);
	} else if (header.code == TP_PPPOE_CODE_PADR) {
		reply(host, TP_PPPOE_CODE_PADS, SESSION, &tags);
		tp_ppp_lower_down(&host->server, TP_PPP_LOWER_LAYER, host->now_ms);
		tp_ppp_open(&host->server, host->now_ms);
	}
}

static void peer_receive(struct host *host, const struct sent *sent)
{
	struct tp_pppoe_header header;
	struct tp_reader ppp;

	if (sent->ethertype == TP_ETHERTYPE_DISCOVERY) {
		peer_discovery(host, sent);
		return;
	}
	assert_true(tp_pppoe_header_parse(sent->bytes, sent->packet.len, &header, &ppp));
	assert_int_equal(header.code, TP_PPPOE_CODE_SESSION);
	assert_int_equal(header.session_id, SESSION);
	assert_true(tp_mac_equal(&sent->packet.dst, &ac_mac));
	tp_ppp_input(&host->server, ppp.p, tp_reader_left(&ppp), host->now_ms);
}

struct tp_pppoe_packet session_packet(uint8_t room[1600], uint16_t id, const void *ppp, size_t len)
{
	struct tp_writer w = tp_writer_of(room, 1600);

	tp_pppoe_begin(&w, TP_PPPOE_CODE_SESSION, id);
	tp_write_bytes(&w, ppp, len);
	return (struct tp_pppoe_packet){
		.src = ac_mac, .dst = client_mac, .bytes = room, .len = tp_pppoe_finish(&w)};
}

static void server_output(void *user, const uint8_t *frame, size_t len)
{
	uint8_t room[1600];
	const struct tp_pppoe_packet packet = session_packet(room, SESSION, frame, len);

	enqueue(user, false, TP_ETHERTYPE_SESSION, &packet);
}

static void server_auth_request(void *user, const struct tp_ppp_auth_request *request)
{
	struct host *host = user;
	struct tp_ppp_auth_result result = {
		.message = "the answer",
		.addresses = {.local = 0x0a000001, .remote = 0x0a000002},
	};

	tp_ppp_auth_verify(request, "wonderland", &result);
	tp_ppp_auth_result(&host->server, request->serial, &result, host->now_ms);
}

static void server_event(void *user, const struct tp_ppp_event *event)
{
}

static const struct tp_ppp_ops server_ops = {
	.output = server_output,
	.auth_request = server_auth_request,
	.event = server_event,
};

void send_padt(struct host *host, const char *words)
{
	uint8_t room[TP_PPPOE_PACKET_MAX];
	const struct tp_pppoe_packet packet = {
		.src = ac_mac,
		.dst = client_mac,
		.bytes = room,
		.len = tp_pppoe_padt_build(room, sizeof(room), SESSION, words),
	};

	enqueue(host, false, TP_ETHERTYPE_DISCOVERY, &packet);
}

/* ---- the client ---- */

static void on_send(void *user, uint16_t ethertype, const struct tp_pppoe_packet *packet)
{
	struct host *host = user;

	enqueue(host, true, ethertype, packet);
	host->last = host->queue[host->queued - 1];
}

static bool on_may_open(void *user, const struct tp_pppoe_client_session *session)
{
	struct host *host = user;

	assert_int_equal(session->session_id, SESSION);
	return !host->holds;
}

static void on_admitted(void *user)
{
	struct host *host = user;

	host->told.admitted++;
	if (host->joins)
		tp_ppp_set_joined(&host->client.ppp, true);
}

static void on_network_up(void *user, const struct tp_ppp_addresses *addresses)
{
	struct host *host = user;

	host->told.up++;
	host->told.addresses = *addresses;
}

static void on_network_down(void *user)
{
	((struct host *)user)->told.down++;
}

static void on_ipv6_up(void *user, const struct tp_ppp_interface_ids *ids)
{
	struct host *host = user;

	host->told.ipv6_up++;
	host->told.ids = *ids;
}

static void on_ipv6_down(void *user)
{
	((struct host *)user)->told.ipv6_down++;
}

static void on_leaving(void *user)
{
	struct host *host = user;

	host->told.leaving++;
	host->told.was_leaving_first = host->told.lcp_down < host->told.leaving;
}

static void on_lcp_down(void *user)
{
	((struct host *)user)->told.lcp_down++;
}

static void on_network_frame(void *user, const uint8_t *frame, size_t len)
{
	struct host *host = user;

	assert_true(len > 0 && frame[0] == 0x80);
	host->told.network_frames++;
}

static void on_said(void *user, const char *text, bool at_end)
{
	struct host *host = user;

	snprintf(host->told.said, sizeof(host->told.said), "%s", text);
	host->told.said_at_end = at_end;
}

static void on_ended(void *user, const struct tp_client_end *end)
{
	struct host *host = user;

	host->told.ended++;
	host->told.end = *end;
	snprintf(host->told.text, sizeof(host->told.text), "%s", end->text);
	if (host->redial > 0) {
		host->redial--;
		tp_client_dial(&host->client, host->now_ms);
	}
}

static const struct tp_client_ops client_ops = {
	.send = on_send,
	.may_open = on_may_open,
	.admitted = on_admitted,
	.ipv4_up = on_network_up,
	.ipv4_down = on_network_down,
	.ipv6_up = on_ipv6_up,
	.ipv6_down = on_ipv6_down,
	.leaving = on_leaving,
	.lcp_down = on_lcp_down,
	.network_frame = on_network_frame,
	.said = on_said,
	.ended = on_ended,
};

static void client_receive(struct host *host, struct sent *sent)
{
	struct tp_reader ipv4;

	sent->packet.bytes = sent->bytes;
	if (sent->ethertype == TP_ETHERTYPE_DISCOVERY)
		tp_client_discovery_input(&host->client, &sent->packet, host->now_ms);
	else
		tp_client_session_input(&host->client, &sent->packet, &ipv4, host->now_ms);
}

void carry(struct host *host)
{
	while (host->queued > 0) {
		struct sent sent = host->queue[0];

		host->queued--;
		memmove(&host->queue[0], &host->queue[1], host->queued * sizeof(sent));
		if (sent.to_peer)
			peer_receive(host, &sent);
		else
			client_receive(host, &sent);
	}
}

void wait_ms(struct host *host, uint64_t ms)
{
	const uint64_t end = host->now_ms + ms;

	for (uint64_t at; (at = tp_client_deadline(&host->client)) <= end;) {
		host->now_ms = at > host->now_ms ? at : host->now_ms;
		tp_client_tick(&host->client, host->now_ms);
		carry(host);
	}
	host->now_ms = end;
}

void dial(struct host *host)
{
	tp_client_dial(&host->client, host->now_ms);
	carry(host);
}

static void set_ppp(struct host *host)
{
	const struct tp_client_ppp ppp = {
		.config = &host->config,
		.user = "alice",
		.password = "wonderland",
	};

	tp_ppp_init(&host->server, &host->server_config, &server_ops, host, &host->random);
	tp_client_set_ppp(&host->client, &ppp, &host->random);
}

void want_ipv6(struct host *host)
{
	host->config.ipv6cp = true;
	host->server_config.ipv6cp = true;
	set_ppp(host);
}

int host_setup(void **state)
{
	struct host *host = calloc(1, sizeof(*host));
	const struct tp_pppoe_client_config discovery = {
		.mac = client_mac,
		.port = 3,
		.vlans = {100, 7},
		.padi_tries = 3,
	};

	if (host == NULL)
		return -1;
	host->now_ms = 1000;
	host->ops = client_ops;
	tp_random_init_seed(&host->random, 7);
	tp_ppp_config_init(&host->config, TP_PPP_CLIENT);
	tp_ppp_config_init(&host->server_config, TP_PPP_SERVER);
	tp_client_init(&host->client, &host->ops, host);
	set_ppp(host);
	*state = host;
	return tp_client_set_discovery(&host->client, &discovery, &host->random);
}

int host_teardown(void **state)
{
	struct host *host = *state;

	tp_client_clear(&host->client);
	free(host);
	return 0;
}
