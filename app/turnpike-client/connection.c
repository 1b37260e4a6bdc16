/* SPDX-License-Identifier: BSD-3-Clause */
#include "connection.h"

#include <errno.h>
#include <string.h>

#include "base/log.h"

#define PADI_TRIES     4    /* 15 s, before it is told that nobody answers */
#define HANGUP_WAIT_MS 1000 /* for the Terminate-Ack */

static void dial(struct connection *c)
{
	c->redial_ms = TP_NEVER;
	tp_log_info(c->options->name, "dialing");
	tp_pppoe_client_start(c->pppoe, c->now_ms);
}

/* One attempt or connection is over. */
static void ended(struct connection *c, const char *reason, const char *text)
{
	uint32_t wait_ms;

	forward_stop(&c->forward);
	c->connected_ms = 0;
	tp_log_info(c->options->name, "disconnected: %s%s%s%s", reason, text[0] ? " (\"" : "", text,
		    text[0] ? "\")" : "");
	if (c->hanging_up || c->options->once) {
		c->finished = true;
		return;
	}
	wait_ms = backoff_next(&c->backoff, &c->random);
	tp_log_debug(c->options->name, "dialing again in %u ms", wait_ms);
	c->redial_ms = c->now_ms + wait_ms;
}

static void on_pppoe_send(void *ctx, const struct tp_pppoe_packet *packet)
{
	struct connection *c = ctx;
	int err = packet_send_pppoe(&c->discovery, packet);

	if (err != 0)
		tp_log_warning(c->options->name, "cannot send over %s: %s", c->options->interface,
			       strerror(-err));
}

static void on_pppoe_opened(void *ctx, const struct tp_pppoe_client_session *session,
			    uint64_t now_ms)
{
	struct connection *c = ctx;
	const struct options *options = c->options;
	char mac[TP_MAC_TEXT_LEN];

	tp_log_debug(options->name, "session %u at %s, ac-name \"%s\", service-name \"%s\"",
		     session->session_id, tp_mac_format(&session->ac_mac, mac), session->ac_name,
		     session->service_name);
	forward_start(&c->forward, session->session_id, &session->ac_mac);
	c->ppp_config.mru =
		options->max_mru < session->max_payload ? options->max_mru : session->max_payload;
	c->ppp_config.max_mtu =
		options->max_mtu < session->max_payload ? options->max_mtu : session->max_payload;
	tp_ppp_open(&c->ppp, now_ms);
}

static void on_pppoe_closed(void *ctx, enum tp_pppoe_reason reason, const char *text,
			    uint64_t now_ms)
{
	struct connection *c = ctx;

	if (tp_ppp_phase(&c->ppp) != TP_PPP_DEAD) {
		if (text[0] != '\0')
			tp_log_info(c->options->name, "the peer says: %s", text);
		tp_ppp_lower_down(&c->ppp, TP_PPP_BY_PEER, now_ms);
	} else {
		ended(c, tp_pppoe_reason_text(reason), text);
	}
}

static void on_ppp_output(void *user, const uint8_t *frame, size_t len)
{
	struct connection *c = user;

	forward_send_ppp(&c->forward, frame, len);
}

#define ADDRESS_FORMAT	     "%u.%u.%u.%u"
#define ADDRESS_ARGUMENTS(a) (a) >> 24, (a) >> 16 & 255, (a) >> 8 & 255, (a)&255

static void network_up(struct connection *c, const struct tp_ppp_addresses *addresses)
{
	const struct tp_pppoe_client_session *session = tp_pppoe_client_session(c->pppoe);
	char mac[TP_MAC_TEXT_LEN];

	interface_up(&c->interface, addresses, c->mtu);
	c->forward.network = true;
	c->was_connected = true;
	c->connected_ms = c->now_ms;
	backoff_reset(&c->backoff);
	tp_log_info(c->options->name,
		    "connected: local-address " ADDRESS_FORMAT ", remote-address " ADDRESS_FORMAT
		    ", mtu %u, ac-mac %s, ac-name \"%s\", service-name \"%s\"",
		    ADDRESS_ARGUMENTS(addresses->local), ADDRESS_ARGUMENTS(addresses->remote),
		    c->mtu, tp_mac_format(&session->ac_mac, mac), session->ac_name,
		    session->service_name);
	if (addresses->dns[0] != 0)
		tp_log_info(c->options->name, "dns-server " ADDRESS_FORMAT "," ADDRESS_FORMAT,
			    ADDRESS_ARGUMENTS(addresses->dns[0]),
			    ADDRESS_ARGUMENTS(addresses->dns[1]));
}

static void on_ppp_event(void *user, const struct tp_ppp_event *event)
{
	struct connection *c = user;

	switch (event->type) {
	case TP_PPP_LCP_UP:
		c->mtu = event->lcp.mtu;
		if (event->lcp.method != TP_PPP_NO_AUTH)
			tp_log_info(c->options->name, "verifying password... (%s)",
				    tp_ppp_method_name(event->lcp.method));
		break;
	case TP_PPP_AUTHENTICATED:
		if (event->auth.message[0] != '\0')
			tp_log_debug(c->options->name, "the peer says: %s", event->auth.message);
		break;
	case TP_PPP_IPCP_UP:
		network_up(c, &event->addresses);
		break;
	case TP_PPP_IPCP_DOWN:
		c->forward.network = false;
		interface_down(&c->interface);
		break;
	case TP_PPP_LCP_DOWN:
		break;
	case TP_PPP_FINISHED:
		/* Nothing is sent when the PADT was the peer's. */
		tp_pppoe_client_close(c->pppoe, NULL, event->now_ms);
		ended(c, tp_ppp_reason_name(event->finished.reason), event->finished.text);
		break;
	}
}

static const struct tp_pppoe_client_callbacks pppoe_callbacks = {
	.send = on_pppoe_send,
	.opened = on_pppoe_opened,
	.closed = on_pppoe_closed,
};

static const struct tp_ppp_ops ppp_ops = {
	.output = on_ppp_output,
	.event = on_ppp_event,
};

static void init_ppp(struct connection *c)
{
	const struct options *options = c->options;
	struct tp_ppp_config *config = &c->ppp_config;

	tp_ppp_config_init(config, TP_PPP_CLIENT);
	config->mru = options->max_mru;
	config->max_mtu = options->max_mtu;
	memcpy(config->methods, options->allow, sizeof(config->methods));
	config->method_count = options->allow_count;
	config->keepalive_ms = options->keepalive_timeout_s * 1000;
	config->want_dns = options->use_peer_dns;
	tp_ppp_init(&c->ppp, config, &ppp_ops, c, &c->random);
	tp_ppp_set_credentials(&c->ppp, options->user, options->password);
}

/* The largest PPP payload to ask for: what the options want, as far as the interface carries it
 * behind 8 bytes of PPPoE and PPP. */
static uint16_t wanted_payload(const struct connection *c)
{
	const struct options *options = c->options;
	uint16_t wanted = options->max_mru > options->max_mtu ? options->max_mru : options->max_mtu;
	uint16_t carried = c->session.mtu > 8 ? c->session.mtu - 8 : 0;

	return wanted < carried ? wanted : carried;
}

static int open_sockets(struct connection *c, struct tp_error *error)
{
	int err = packet_open(&c->discovery, c->options->interface, TP_ETHERTYPE_DISCOVERY, error);

	if (err == 0)
		err = packet_open(&c->session, c->options->interface, TP_ETHERTYPE_SESSION, error);
	return err;
}

int connection_open(struct connection *c, const struct options *options, uint64_t now_ms,
		    struct tp_error *error)
{
	struct tp_pppoe_client_config pppoe_config;
	int err;

	memset(c, 0, sizeof(*c));
	c->options = options;
	c->now_ms = now_ms;
	c->redial_ms = c->hangup_ms = TP_NEVER;
	c->discovery.fd = c->session.fd = -1;
	tp_random_init(&c->random);
	err = open_sockets(c, error);
	if (err != 0)
		goto fail;
	err = interface_open(&c->interface, options, error);
	if (err != 0)
		goto fail;
	pppoe_config = (struct tp_pppoe_client_config){
		.mac = c->discovery.mac,
		.service_name = options->service_name,
		.ac_name = options->ac_name,
		.max_payload = wanted_payload(c),
		.padi_tries = PADI_TRIES,
	};
	c->pppoe = tp_pppoe_client_create(&pppoe_config, &pppoe_callbacks, c, &c->random);
	if (c->pppoe == NULL) {
		interface_close(&c->interface);
		err = tp_error_set(error, -ENOMEM, NULL, "out of memory");
		goto fail;
	}
	c->forward.socket = &c->session;
	c->forward.tun = c->interface.tun;
	init_ppp(c);
	dial(c);
	return 0;
fail:
	packet_close(&c->session);
	packet_close(&c->discovery);
	return err;
}

void connection_close(struct connection *c)
{
	tp_pppoe_client_destroy(c->pppoe);
	interface_close(&c->interface);
	packet_close(&c->session);
	packet_close(&c->discovery);
}

void connection_discovery_input(struct connection *c, uint64_t now_ms)
{
	uint8_t room[PACKET_FRAME_MAX];
	struct tp_pppoe_packet packet;

	c->now_ms = now_ms;
	for (int i = 0; i < FORWARD_BATCH && packet_receive_pppoe(&c->discovery, room, &packet);
	     i++) {
		enum tp_pppoe_reason reason = tp_pppoe_client_input(c->pppoe, &packet, now_ms);

		if (reason != TP_PPPOE_NONE)
			tp_log_debug(c->options->name, "discovery packet refused: %s",
				     tp_pppoe_reason_text(reason));
	}
}

static void on_control_frame(void *ctx, const uint8_t *frame, size_t len)
{
	struct connection *c = ctx;

	tp_ppp_input(&c->ppp, frame, len, c->now_ms);
}

void connection_session_input(struct connection *c, uint64_t now_ms)
{
	c->now_ms = now_ms;
	if (forward_from_ethernet(&c->forward, on_control_frame, c) > 0)
		tp_ppp_alive(&c->ppp, now_ms);
}

void connection_tun_input(struct connection *c, uint64_t now_ms)
{
	c->now_ms = now_ms;
	forward_from_tun(&c->forward);
}

void connection_tick(struct connection *c, uint64_t now_ms)
{
	c->now_ms = now_ms;
	tp_pppoe_client_tick(c->pppoe, now_ms);
	tp_ppp_tick(&c->ppp, now_ms);
	if (now_ms >= c->hangup_ms) {
		c->hangup_ms = TP_NEVER;
		tp_ppp_lower_down(&c->ppp, TP_PPP_BY_OWNER, now_ms);
	}
	if (now_ms >= c->redial_ms)
		dial(c);
}

static uint64_t earlier(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

uint64_t connection_deadline(const struct connection *c)
{
	return earlier(earlier(tp_pppoe_client_deadline(c->pppoe), tp_ppp_deadline(&c->ppp)),
		       earlier(c->redial_ms, c->hangup_ms));
}

void connection_hang_up(struct connection *c, uint64_t now_ms)
{
	c->now_ms = now_ms;
	c->hanging_up = true;
	c->redial_ms = TP_NEVER;
	if (tp_ppp_phase(&c->ppp) != TP_PPP_DEAD) {
		c->hangup_ms = now_ms + HANGUP_WAIT_MS;
		tp_ppp_close(&c->ppp, TP_PPP_BY_OWNER, now_ms);
	} else {
		tp_pppoe_client_close(c->pppoe, NULL, now_ms);
		c->finished = true;
	}
}
