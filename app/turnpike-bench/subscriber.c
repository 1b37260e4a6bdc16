/* SPDX-License-Identifier: BSD-3-Clause */
#include "subscriber.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "city.h"
#include "wire/ppp.h"
#include "wire/pppoe.h"

/* One timer for the earliest of what the client, its host and the redial wait for. */
static void on_timer(struct tp_timer *timer, uint64_t now_ms)
{
	struct subscriber *s = (struct subscriber *)timer;

	s->city->in_timer = true; /* what is sent from here is sent again */
	if (s->redial_at_ms <= now_ms) {
		s->city->in_timer = false;
		subscriber_dial(s);
		return;
	}
	tp_client_tick(&s->client, now_ms);
	if (s->host != NULL)
		tp_ipv6_host_tick(s->host, now_ms);
	s->city->in_timer = false;
	city_schedule(s->city, s);
}

/* The attempt or the session is over; REASON names why, and SAID what the server says of it, for
 * the table of failures. */
static void ended(struct subscriber *s, const char *reason, const char *said)
{
	bool hung_up = s->state == SUBSCRIBER_ENDING;

	if (!hung_up)
		city_note_failure(s->city, reason, said);
	s->address = 0;
	if (s->host != NULL)
		tp_ipv6_host_stop(s->host);
	if (hung_up && !s->redial) {
		city_note(s->city, s, SUBSCRIBER_GONE);
		return;
	}
	s->redial_at_ms = s->city->now_ms + city_redial_delay_ms(s->city);
	city_note(s->city, s, SUBSCRIBER_WAITING);
}

static void send_packet(void *user, uint16_t ethertype, const struct tp_pppoe_packet *packet)
{
	struct subscriber *s = user;

	city_send(s->city, s, &packet->dst, ethertype, packet->bytes, packet->len);
}

void subscriber_look(struct subscriber *s)
{
	if (s->state != SUBSCRIBER_DIALING || (s->city->config->ipv4 && s->address == 0) ||
	    (s->host != NULL && !subscriber_ipv6_is_complete(s)))
		return;
	city_note(s->city, s, SUBSCRIBER_UP);
}

static void ipv4_up(void *user, const struct tp_ppp_addresses *addresses)
{
	struct subscriber *s = user;

	s->address = addresses->local;
	s->renewals += s->state == SUBSCRIBER_UP;
	subscriber_look(s);
}

static void ipv6_up(void *user, const struct tp_ppp_interface_ids *ids)
{
	subscriber_ipv6_up(user, ids);
}

static void ipv6_down(void *user)
{
	tp_ipv6_host_stop(((struct subscriber *)user)->host);
}

/* A PADT's words come before the end that they are about. */
static void said(void *user, const char *text, bool at_end)
{
	struct subscriber *s = user;

	if (at_end)
		snprintf(s->city->said, sizeof(s->city->said), "%s", text);
}

static void client_ended(void *user, const struct tp_client_end *end)
{
	struct subscriber *s = user;
	const char *text = end->text != NULL && end->text[0] != '\0' ? end->text : s->city->said;

	ended(s,
	      end->ppp != TP_PPP_NO_REASON ? tp_ppp_reason_name(end->ppp)
					   : tp_pppoe_reason_name(end->discovery),
	      text);
	s->city->said[0] = '\0';
}

static const struct tp_client_ops client_ops = {
	.send = send_packet,
	.ipv4_up = ipv4_up,
	.ipv6_up = ipv6_up,
	.ipv6_down = ipv6_down,
	.said = said,
	.ended = client_ended,
};

char *subscriber_name(const char *pattern, uint32_t number)
{
	const char *braces = strstr(pattern, "{}");
	char *text = NULL;

	if (braces == NULL)
		return strdup(pattern);
	if (asprintf(&text, "%.*s%u%s", (int)(braces - pattern), pattern, number, braces + 2) < 0)
		return NULL;
	return text;
}

static const struct tp_ppp_encryption_wish encrypted = {.use = TP_PPP_ENCRYPT_REQUIRED};

int subscriber_init(struct subscriber *s, struct city *city, uint32_t index)
{
	const struct city_config *config = city->config;
	struct tp_pppoe_client_config discovery = {
		.mac = {{0x02, 0x54, 0x50, (uint8_t)(index >> 16), (uint8_t)(index >> 8),
			 (uint8_t)index}},
		.vlans = city_vlans_of(config, index),
		.service_name = config->service_name,
		.ac_name = config->ac_name,
	};
	struct tp_client_ppp ppp = {.config = city_ppp_config_of(city, index)};

	*s = (struct subscriber){
		.city = city,
		.mac = discovery.mac,
		.vlans = discovery.vlans,
		.index = index,
		.redial_at_ms = TP_NEVER,
		.host = ppp.config->ipv6cp ? &city->hosts[index] : NULL,
		.is_encrypted = index < config->mppe,
		.user = subscriber_name(config->user, index + 1),
		.password = subscriber_name(config->password, index + 1),
	};
	ppp.user = s->user;
	ppp.password = s->password;
	if (s->is_encrypted) {
		ppp.ccp = &city->ccps[index];
		ppp.wish = &encrypted;
	}
	tp_client_init(&s->client, &client_ops, s);
	if (s->user == NULL || s->password == NULL ||
	    tp_client_set_discovery(&s->client, &discovery, &city->random) != 0) {
		subscriber_clear(s);
		return -ENOMEM;
	}
	tp_client_set_ppp(&s->client, &ppp, &city->random);
	if (s->host != NULL)
		tp_ipv6_host_init(s->host, &city->ipv6, s);
	s->timer.fn = on_timer;
	return 0;
}

void subscriber_clear(struct subscriber *s)
{
	tp_client_clear(&s->client);
	free(s->user);
	free(s->password);
	*s = (struct subscriber){0};
}

void subscriber_dial(struct subscriber *s)
{
	if (s->state != SUBSCRIBER_WAITING || s->dialed_us == 0)
		s->dialed_us = s->city->now_us;
	s->redial_at_ms = TP_NEVER;
	s->dials++;
	s->is_doubtful = false;
	city_note(s->city, s, SUBSCRIBER_DIALING);
	tp_client_dial(&s->client, s->city->now_ms);
	city_schedule(s->city, s);
}

void subscriber_hang_up(struct subscriber *s, bool redial)
{
	s->redial = redial;
	s->redial_at_ms = TP_NEVER;
	s->dialed_us = 0;
	city_note(s->city, s, SUBSCRIBER_ENDING);
	if (!tp_client_hang_up(&s->client, TP_PPP_BY_OWNER, s->city->now_ms))
		ended(s, "", "");
	city_schedule(s->city, s);
}

static struct tp_pppoe_packet packet_from(const struct subscriber *s, const struct tp_mac *src,
					  const uint8_t *bytes, uint16_t len)
{
	return (struct tp_pppoe_packet){
		.src = *src,
		.dst = s->mac,
		.vlans = s->vlans,
		.bytes = bytes,
		.len = len,
	};
}

void subscriber_discovery_input(struct subscriber *s, const struct tp_mac *src,
				const uint8_t *packet, uint16_t len)
{
	const struct tp_pppoe_packet in = packet_from(s, src, packet, len);

	tp_client_discovery_input(&s->client, &in, s->city->now_ms);
	city_schedule(s->city, s);
}

const uint8_t *subscriber_session_input(struct subscriber *s, const struct tp_mac *src,
					const uint8_t *packet, uint16_t len, uint16_t *ip_len)
{
	const struct tp_pppoe_packet in = packet_from(s, src, packet, len);
	struct tp_reader ip;

	switch (tp_client_session_input(&s->client, &in, &ip, s->city->now_ms)) {
	case TP_CLIENT_IS_TAKEN:
		city_schedule(s->city, s);
		break;
	case TP_CLIENT_IS_IPV4:
		*ip_len = (uint16_t)tp_reader_left(&ip);
		return ip.p;
	case TP_CLIENT_IS_IPV6:
		if (!subscriber_ipv6_is_for_host(ip.p, tp_reader_left(&ip))) {
			*ip_len = (uint16_t)tp_reader_left(&ip);
			return ip.p;
		}
		if (s->host != NULL)
			tp_ipv6_host_input(s->host, ip.p, tp_reader_left(&ip), s->city->now_ms);
		city_schedule(s->city, s);
		break;
	case TP_CLIENT_IS_STRAY:
		s->city->stray_frames++;
		break;
	}
	return NULL;
}

uint8_t *subscriber_output(struct subscriber *s, uint16_t protocol, uint16_t len)
{
	const uint16_t ppp_len = (uint16_t)(len + TP_PPP_PROTO_LEN);
	uint8_t *p =
		city_send_room(s->city, s, &tp_client_session(&s->client)->ac_mac,
			       TP_ETHERTYPE_SESSION, (uint16_t)(TP_PPPOE_HEADER_LEN + ppp_len));

	if (p == NULL)
		return NULL;
	p = tp_client_header_put(&s->client, p, ppp_len);
	tp_put_be16(p, protocol);
	return p + TP_PPP_PROTO_LEN;
}

uint8_t *subscriber_ip_output(struct subscriber *s, uint16_t len)
{
	return subscriber_output(s, TP_PPP_PROTO_IPV4, len);
}
