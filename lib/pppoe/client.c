/* SPDX-License-Identifier: BSD-3-Clause */
/* The client's sending side: PADI, PADR, PADT, and when to send them again. */
#include "client.h"

#include <stdio.h>
#include <stdlib.h>

#include "client_internal.h"

#define TIMEOUT_MS     1000
#define TIMEOUT_MAX_MS 16000
#define PADR_TRIES     4

struct tp_pppoe_client *tp_pppoe_client_create(const struct tp_pppoe_client_config *config,
					       const struct tp_pppoe_client_callbacks *callbacks,
					       void *ctx, struct tp_random *random)
{
	struct tp_pppoe_client *client = calloc(1, sizeof(*client));
	struct tp_pppoe_client_config *own;

	if (client == NULL)
		return NULL;
	own = &client->config;
	*own = *config;
	snprintf(client->service_name, sizeof(client->service_name), "%s",
		 config->service_name != NULL ? config->service_name : "");
	snprintf(client->ac_name, sizeof(client->ac_name), "%s",
		 config->ac_name != NULL ? config->ac_name : "");
	own->service_name = client->service_name;
	own->ac_name = client->ac_name;
	if (own->timeout_ms == 0)
		own->timeout_ms = TIMEOUT_MS;
	if (own->timeout_max_ms == 0)
		own->timeout_max_ms = TIMEOUT_MAX_MS;
	if (own->padr_tries == 0)
		own->padr_tries = PADR_TRIES;
	client->callbacks = callbacks;
	client->ctx = ctx;
	client->random = random;
	client->deadline_ms = TP_NEVER;
	return client;
}

void tp_pppoe_client_destroy(struct tp_pppoe_client *client)
{
	free(client);
}

static struct tp_pppoe_packet packet_to(const struct tp_pppoe_client *client,
					const struct tp_mac *dst)
{
	return (struct tp_pppoe_packet){
		.src = client->config.mac,
		.dst = *dst,
		.port = client->config.port,
		.vlans = client->config.vlans,
	};
}

static void send(struct tp_pppoe_client *client, const struct tp_mac *dst, const uint8_t *bytes,
		 size_t len)
{
	struct tp_pppoe_packet packet = packet_to(client, dst);

	packet.bytes = bytes;
	packet.len = len;
	if (len > 0)
		client->callbacks->send(client->ctx, &packet);
}

static void write_common(struct tp_writer *w, const struct tp_pppoe_client *client)
{
	uint8_t value[2];

	tp_pppoe_tag_write(w, TP_PPPOE_TAG_HOST_UNIQ, client->host_uniq, sizeof(client->host_uniq));
	if (client->config.max_payload <= TP_PPPOE_MAX_PAYLOAD)
		return;
	tp_put_be16(value, client->config.max_payload);
	tp_pppoe_tag_write(w, TP_PPPOE_TAG_PPP_MAX_PAYLOAD, value, sizeof(value));
}

/* RFC 2516, 5.1. */
static void send_padi(struct tp_pppoe_client *client)
{
	const bool is_last = client->tries == client->config.padi_tries;
	const char *service = is_last && client->config.offers != NULL ? "" : client->service_name;
	static const struct tp_mac broadcast = {{0xff, 0xff, 0xff, 0xff, 0xff, 0xff}};
	uint8_t room[TP_PPPOE_PADI_MAX];
	struct tp_writer w = tp_writer_of(room, sizeof(room));

	tp_pppoe_begin(&w, TP_PPPOE_CODE_PADI, TP_PPPOE_SESSION_ID_NONE);
	tp_pppoe_tag_write(&w, TP_PPPOE_TAG_SERVICE_NAME, service, strlen(service));
	write_common(&w, client);
	send(client, &broadcast, room, tp_pppoe_finish(&w));
}

/* RFC 2516, 5.3. */
static void send_padr(struct tp_pppoe_client *client)
{
	uint8_t room[TP_PPPOE_PACKET_MAX];
	struct tp_writer w = tp_writer_of(room, sizeof(room));

	tp_pppoe_begin(&w, TP_PPPOE_CODE_PADR, TP_PPPOE_SESSION_ID_NONE);
	tp_pppoe_tag_write(&w, TP_PPPOE_TAG_SERVICE_NAME, client->offered_service,
			   client->offered_service_len);
	write_common(&w, client);
	if (client->has_cookie)
		tp_pppoe_tag_write(&w, TP_PPPOE_TAG_AC_COOKIE, client->cookie, client->cookie_len);
	if (client->has_relay)
		tp_pppoe_tag_write(&w, TP_PPPOE_TAG_RELAY_SESSION_ID, client->relay,
				   client->relay_len);
	send(client, &client->session.ac_mac, room, tp_pppoe_finish(&w));
}

static void enter(struct tp_pppoe_client *client, enum tp_pppoe_client_state state, uint64_t now_ms)
{
	client->state = state;
	client->tries = 1;
	client->interval_ms = client->config.timeout_ms;
	client->deadline_ms = now_ms + client->interval_ms;
}

static void leave(struct tp_pppoe_client *client)
{
	client->state = TP_PPPOE_CLIENT_IDLE;
	client->deadline_ms = TP_NEVER;
}

void tp_pppoe_client_start(struct tp_pppoe_client *client, uint64_t now_ms)
{
	memset(&client->session, 0, sizeof(client->session));
	if (client->config.offers != NULL)
		memset(client->config.offers, 0, sizeof(*client->config.offers));
	tp_random_bytes(client->random, client->host_uniq, sizeof(client->host_uniq));
	enter(client, TP_PPPOE_CLIENT_PADI_SENT, now_ms);
	send_padi(client);
}

void tp_pppoe_client_request(struct tp_pppoe_client *client, uint64_t now_ms)
{
	enter(client, TP_PPPOE_CLIENT_PADR_SENT, now_ms);
	send_padr(client);
}

void tp_pppoe_client_end(struct tp_pppoe_client *client, enum tp_pppoe_reason reason,
			 const char *text, uint64_t now_ms)
{
	leave(client);
	client->callbacks->closed(client->ctx, reason, text, now_ms);
}

void tp_pppoe_client_close(struct tp_pppoe_client *client, const char *text, uint64_t now_ms)
{
	uint8_t room[TP_PPPOE_PACKET_MAX];
	bool had_session = client->state == TP_PPPOE_CLIENT_SESSION;

	leave(client);
	if (had_session)
		send(client, &client->session.ac_mac, room,
		     tp_pppoe_padt_build(room, sizeof(room), client->session.session_id, text));
}

/* RFC 2516, section 8: the time to wait is doubled at each retransmission. */
static void back_off(struct tp_pppoe_client *client, uint64_t now_ms)
{
	uint32_t max_ms = client->config.timeout_max_ms;

	client->tries++;
	client->interval_ms = client->interval_ms > max_ms / 2 ? max_ms : client->interval_ms * 2;
	client->deadline_ms = now_ms + client->interval_ms;
}

void tp_pppoe_client_tick(struct tp_pppoe_client *client, uint64_t now_ms)
{
	const struct tp_pppoe_client_config *config = &client->config;

	if (now_ms < client->deadline_ms)
		return;
	if (client->state == TP_PPPOE_CLIENT_PADI_SENT) {
		if (config->padi_tries != 0 && client->tries >= config->padi_tries) {
			tp_pppoe_client_end(client, TP_PPPOE_NO_OFFER, "", now_ms);
			return;
		}
		back_off(client, now_ms);
		send_padi(client);
	} else if (client->state == TP_PPPOE_CLIENT_PADR_SENT) {
		if (client->tries >= config->padr_tries) {
			tp_pppoe_client_end(client, TP_PPPOE_NO_CONFIRMATION, "", now_ms);
			return;
		}
		back_off(client, now_ms);
		send_padr(client);
	}
}

uint64_t tp_pppoe_client_deadline(const struct tp_pppoe_client *client)
{
	return client->deadline_ms;
}

enum tp_pppoe_client_state tp_pppoe_client_state(const struct tp_pppoe_client *client)
{
	return client->state;
}

const struct tp_pppoe_client_session *tp_pppoe_client_session(const struct tp_pppoe_client *client)
{
	return &client->session;
}

struct tp_pppoe_packet tp_pppoe_client_to_ac(const struct tp_pppoe_client *client)
{
	return packet_to(client, &client->session.ac_mac);
}
