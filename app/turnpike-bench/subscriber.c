/* SPDX-License-Identifier: BSD-3-Clause */
#include "subscriber.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "city.h"
#include "wire/ppp.h"
#include "wire/pppoe.h"

#define PPP_PROTOCOL_LEN 2

/* One timer for the earliest of what the two engines and the redial wait for. */
static void on_timer(struct tp_timer *timer, uint64_t now_ms)
{
	struct subscriber *s = (struct subscriber *)timer;

	s->city->in_timer = true; /* what is sent from here is sent again */
	if (s->redial_at_ms <= now_ms) {
		s->city->in_timer = false;
		subscriber_dial(s);
		return;
	}
	tp_pppoe_client_tick(s->discovery, now_ms);
	tp_ppp_tick(&s->ppp, now_ms);
	s->city->in_timer = false;
	city_schedule(s->city, s);
}

/* The attempt or the session is over; REASON names why, for the table of failures. */
static void ended(struct subscriber *s, const char *reason)
{
	bool hung_up = s->state == SUBSCRIBER_ENDING;

	if (!hung_up)
		city_note_failure(s->city, reason);
	s->address = 0;
	if (hung_up && !s->redial) {
		city_note(s->city, s, SUBSCRIBER_GONE);
		return;
	}
	s->redial_at_ms = s->city->now_ms + city_redial_delay_ms(s->city);
	city_note(s->city, s, SUBSCRIBER_WAITING);
}

static void discovery_send(void *ctx, const struct tp_pppoe_packet *packet)
{
	struct subscriber *s = ctx;

	city_send(s->city, s, &packet->dst, TP_ETHERTYPE_DISCOVERY, packet->bytes, packet->len);
}

static void discovery_opened(void *ctx, const struct tp_pppoe_client_session *session,
			     uint64_t now_ms)
{
	struct subscriber *s = ctx;

	tp_ppp_open(&s->ppp, now_ms);
}

static void discovery_closed(void *ctx, enum tp_pppoe_reason reason, const char *text,
			     uint64_t now_ms)
{
	struct subscriber *s = ctx;

	if (tp_ppp_phase(&s->ppp) != TP_PPP_DEAD)
		tp_ppp_lower_down(&s->ppp, TP_PPP_LOWER_LAYER, now_ms); /* FINISHED follows */
	else if (s->state == SUBSCRIBER_DIALING || s->state == SUBSCRIBER_ENDING)
		ended(s, tp_pppoe_reason_name(reason));
}

static const struct tp_pppoe_client_callbacks discovery_callbacks = {
	.send = discovery_send,
	.opened = discovery_opened,
	.closed = discovery_closed,
};

/* Room for a PPPoE session packet with LEN bytes of PPP frame. */
static uint8_t *session_room(struct subscriber *s, size_t len)
{
	const struct tp_pppoe_client_session *session = tp_pppoe_client_session(s->discovery);
	uint8_t *p = city_send_room(s->city, s, &session->ac_mac, TP_ETHERTYPE_SESSION,
				    (uint16_t)(TP_PPPOE_HEADER_LEN + len));

	if (p == NULL)
		return NULL;
	p[0] = TP_PPPOE_VER_TYPE;
	p[1] = TP_PPPOE_CODE_SESSION;
	tp_put_be16(p + 2, session->session_id);
	tp_put_be16(p + 4, (uint16_t)len);
	return p + TP_PPPOE_HEADER_LEN;
}

static void ppp_output(void *user, const uint8_t *frame, size_t len)
{
	uint8_t *room = session_room(user, len);

	if (room != NULL)
		memcpy(room, frame, len);
}

static void ppp_event(void *user, const struct tp_ppp_event *event)
{
	struct subscriber *s = user;

	switch (event->type) {
	case TP_PPP_IPCP_UP:
		s->address = event->addresses.local;
		city_note(s->city, s, SUBSCRIBER_UP);
		break;
	case TP_PPP_FINISHED:
		if (tp_pppoe_client_state(s->discovery) == TP_PPPOE_CLIENT_SESSION)
			tp_pppoe_client_close(s->discovery, NULL, event->now_ms);
		ended(s, tp_ppp_reason_name(event->finished.reason));
		break;
	case TP_PPP_LCP_UP:
	case TP_PPP_AUTHENTICATED:
	case TP_PPP_LCP_LEAVING:
	case TP_PPP_IPCP_DOWN:
	case TP_PPP_LCP_DOWN:
		break;
	}
}

static const struct tp_ppp_ops ppp_ops = {
	.output = ppp_output,
	.event = ppp_event,
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

	*s = (struct subscriber){
		.city = city,
		.mac = discovery.mac,
		.vlans = discovery.vlans,
		.index = index,
		.redial_at_ms = TP_NEVER,
		.user = subscriber_name(config->user, index + 1),
		.password = subscriber_name(config->password, index + 1),
	};
	s->discovery = tp_pppoe_client_create(&discovery, &discovery_callbacks, s, &city->random);
	if (s->user == NULL || s->password == NULL || s->discovery == NULL) {
		subscriber_clear(s);
		return -ENOMEM;
	}
	tp_ppp_init(&s->ppp, &city->ppp_config, &ppp_ops, s, &city->random);
	tp_ppp_set_credentials(&s->ppp, s->user, s->password);
	s->timer.fn = on_timer;
	return 0;
}

void subscriber_clear(struct subscriber *s)
{
	if (s->discovery != NULL)
		tp_pppoe_client_destroy(s->discovery);
	free(s->user);
	free(s->password);
	*s = (struct subscriber){0};
}

void subscriber_dial(struct subscriber *s)
{
	if (s->state != SUBSCRIBER_WAITING || s->dialed_us == 0)
		s->dialed_us = s->city->now_us;
	s->redial_at_ms = TP_NEVER;
	city_note(s->city, s, SUBSCRIBER_DIALING);
	tp_pppoe_client_start(s->discovery, s->city->now_ms);
	city_schedule(s->city, s);
}

void subscriber_hang_up(struct subscriber *s, bool redial)
{
	bool in_session = tp_ppp_phase(&s->ppp) != TP_PPP_DEAD;

	s->redial = redial;
	s->redial_at_ms = TP_NEVER;
	s->dialed_us = 0;
	city_note(s->city, s, SUBSCRIBER_ENDING);
	if (in_session) {
		tp_ppp_close(&s->ppp, TP_PPP_BY_OWNER, s->city->now_ms);
	} else {
		tp_pppoe_client_close(s->discovery, NULL, s->city->now_ms);
		ended(s, "");
	}
	city_schedule(s->city, s);
}

void subscriber_discovery_input(struct subscriber *s, const struct tp_mac *src,
				const uint8_t *packet, uint16_t len)
{
	struct tp_pppoe_packet in = {
		.src = *src,
		.dst = s->mac,
		.vlans = s->vlans,
		.bytes = packet,
		.len = len,
	};

	tp_pppoe_client_input(s->discovery, &in, s->city->now_ms);
	city_schedule(s->city, s);
}

const uint8_t *subscriber_session_input(struct subscriber *s, const struct tp_mac *src,
					const uint8_t *packet, uint16_t len, uint16_t *ip_len)
{
	const struct tp_pppoe_client_session *session = tp_pppoe_client_session(s->discovery);
	struct tp_pppoe_header header;
	struct tp_reader frame;

	if (!tp_pppoe_header_parse(packet, len, &header, &frame) ||
	    header.session_id != session->session_id || !tp_mac_equal(src, &session->ac_mac) ||
	    tp_pppoe_client_state(s->discovery) != TP_PPPOE_CLIENT_SESSION ||
	    tp_reader_left(&frame) < PPP_PROTOCOL_LEN) {
		s->city->stray_frames++;
		return NULL;
	}
	if (frame.p[0] == 0 && frame.p[1] == TP_PPP_PROTO_IPV4) {
		*ip_len = (uint16_t)(tp_reader_left(&frame) - PPP_PROTOCOL_LEN);
		return frame.p + PPP_PROTOCOL_LEN;
	}
	tp_ppp_input(&s->ppp, frame.p, tp_reader_left(&frame), s->city->now_ms);
	city_schedule(s->city, s);
	return NULL;
}

uint8_t *subscriber_ip_output(struct subscriber *s, uint16_t len)
{
	uint8_t *p = session_room(s, (size_t)len + PPP_PROTOCOL_LEN);

	if (p == NULL)
		return NULL;
	tp_put_be16(p, TP_PPP_PROTO_IPV4);
	return p + PPP_PROTOCOL_LEN;
}
