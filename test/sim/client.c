/* SPDX-License-Identifier: BSD-3-Clause */
#include "sim.h"

static void arm(struct sim_client *client);

static void go_down(struct sim_client *client)
{
	struct sim *sim = client->sim;

	client->session_id = 0;
	memset(&client->addresses, 0, sizeof(client->addresses));
	client->state = client->wanted ? SIM_CLIENT_WAITING : SIM_CLIENT_OFF;
	client->dial_ms = sim->now_ms + client->redial_ms / 2 +
			  tp_random_below(&sim->random, client->redial_ms + 1);
}

/* ---- discovery ---- */

static void send_discovery(void *ctx, const struct tp_pppoe_packet *packet)
{
	struct sim_client *client = ctx;
	const struct sim_frame frame = {
		.up = true,
		.access = client->access,
		.src = client->mac,
		.dst = packet->dst,
		.ethertype = TP_ETHERTYPE_DISCOVERY,
		.len = (uint16_t)packet->len,
		.payload = (uint8_t *)packet->bytes,
	};

	sim_wire_send(&client->sim->wire, &frame, client->sim->now_ms);
}

static void ppp_output(void *user, const uint8_t *frame, size_t len)
{
	sim_client_send_session(user, frame, len);
}

static void ppp_event(void *user, const struct tp_ppp_event *e)
{
	struct sim_client *client = user;

	switch (e->type) {
	case TP_PPP_LCP_UP:
		client->mtu = e->lcp.mtu;
		break;
	case TP_PPP_AUTHENTICATED:
		if (client->host != NULL && !e->auth.again)
			sim_host_admitted(client);
		break;
	case TP_PPP_LCP_LEAVING:
		if (client->host != NULL)
			sim_host_leaving(client);
		break;
	case TP_PPP_LCP_DOWN:
		if (client->host != NULL)
			sim_host_left(client);
		break;
	case TP_PPP_IPCP_UP:
		if (client->host != NULL) {
			sim_host_network_up(client, &e->addresses);
			break;
		}
		client->state = SIM_CLIENT_UP;
		client->addresses = e->addresses;
		client->ups++;
		break;
	case TP_PPP_IPCP_DOWN:
		if (client->host != NULL) {
			sim_host_network_down(client);
			break;
		}
		client->state = SIM_CLIENT_PPP;
		break;
	case TP_PPP_FINISHED:
		client->last_reason = e->finished.reason;
		snprintf(client->last_words, sizeof(client->last_words), "%s", e->finished.text);
		if (e->finished.reason == TP_PPP_BY_PEER)
			client->terminated++;
		tp_pppoe_client_close(client->discovery, NULL, client->sim->now_ms);
		go_down(client);
		break;
	default:
		break;
	}
}

static const struct tp_ppp_ops ppp_ops = {.output = ppp_output, .event = ppp_event};

static void start_ppp(struct sim_client *client)
{
	if (client->host != NULL && client->admitted) {
		sim_host_leaving(client);
		sim_host_left(client);
	}
	client->state = SIM_CLIENT_PPP;
	tp_ppp_init(&client->ppp, &client->config, &ppp_ops, client, &client->sim->random);
	tp_ppp_set_credentials(&client->ppp, client->user, client->password);
	if (client->encrypts) {
		const struct tp_ppp_encryption_wish wish = {.use = TP_PPP_ENCRYPT_YES};

		client->ccp = (struct tp_ppp_ccp){0};
		tp_ppp_set_encryption(&client->ppp, &client->ccp, &wish, NULL);
	}
	tp_ppp_open(&client->ppp, client->sim->now_ms);
}

static void opened(void *ctx, const struct tp_pppoe_client_session *session, uint64_t now_ms)
{
	struct sim_client *client = ctx;

	client->session_id = session->session_id;
	client->ac_mac = session->ac_mac;
	start_ppp(client);
}

static void closed(void *ctx, enum tp_pppoe_reason reason, const char *text, uint64_t now_ms)
{
	struct sim_client *client = ctx;

	if (reason == TP_PPPOE_PEER_TERMINATED)
		client->padts_heard++;
	if (client->session_id != 0)
		tp_ppp_lower_down(&client->ppp, TP_PPP_LOWER_LAYER, now_ms);
	else
		go_down(client);
}

/* ---- from outside ---- */

static void make_discovery(struct sim_client *client, const char *service, uint16_t max_payload)
{
	const struct tp_pppoe_client_callbacks callbacks = {
		.send = send_discovery,
		.opened = opened,
		.closed = closed,
	};
	const struct tp_pppoe_client_config config = {
		.mac = client->mac,
		.padi_tries = 5,
		.service_name = service,
		.max_payload = max_payload,
	};

	tp_pppoe_client_destroy(client->discovery);
	client->discovery =
		tp_pppoe_client_create(&config, &callbacks, client, &client->sim->random);
	assert_non_null(client->discovery);
}

struct sim_client *sim_client_create(struct sim *sim, unsigned number)
{
	struct sim_client *client = calloc(1, sizeof(*client));

	assert_non_null(client);
	client->sim = sim;
	client->mac = (struct tp_mac){
		{2, 0, 0, (uint8_t)(number >> 16), (uint8_t)(number >> 8), (uint8_t)number}};
	client->access = *sim_access();
	client->redial_ms = 2000;
	snprintf(client->user, sizeof(client->user), "user%u", number);
	snprintf(client->password, sizeof(client->password), "secret%u", number);
	tp_ppp_config_init(&client->config, TP_PPP_CLIENT);
	/* Every method has its users. */
	client->config.method_count = 1;
	client->config.methods[0] = (uint8_t)(TP_PPP_PAP + number % TP_PPP_METHODS);
	client->config.mrru = number % 3 == 0 ? (uint16_t)(1500 + number % 100) : 0;
	make_discovery(client, NULL, 0);
	return client;
}

void sim_client_ask_payload(struct sim_client *client, uint16_t payload)
{
	make_discovery(client, NULL, payload);
	client->config.mru = payload;
	client->config.max_mtu = payload;
	client->config.peer_mru_max =
		payload > TP_PPPOE_MAX_PAYLOAD ? payload : TP_PPPOE_MAX_PAYLOAD;
}

void sim_client_ask_service(struct sim_client *client, const char *service)
{
	make_discovery(client, service, 0);
}

void sim_client_destroy(struct sim_client *client)
{
	tp_timer_stop(&client->sim->wheel, &client->timer);
	tp_pppoe_client_destroy(client->discovery);
	free(client);
}

static void dial_now(struct sim_client *client)
{
	client->dials++;
	client->state = SIM_CLIENT_DISCOVERY;
	tp_pppoe_client_start(client->discovery, client->sim->now_ms);
}

static void tick(struct tp_timer *timer, uint64_t now_ms)
{
	struct sim_client *client = (void *)((char *)timer - offsetof(struct sim_client, timer));

	switch (client->state) {
	case SIM_CLIENT_OFF:
		break;
	case SIM_CLIENT_WAITING:
		if (client->sim->now_ms >= client->dial_ms)
			dial_now(client);
		break;
	case SIM_CLIENT_DISCOVERY:
		tp_pppoe_client_tick(client->discovery, client->sim->now_ms);
		break;
	case SIM_CLIENT_PPP:
	case SIM_CLIENT_UP:
		tp_ppp_tick(&client->ppp, client->sim->now_ms);
		break;
	}
	arm(client);
}

static void arm(struct sim_client *client)
{
	uint64_t at = TP_NEVER;

	switch (client->state) {
	case SIM_CLIENT_OFF:
		break;
	case SIM_CLIENT_WAITING:
		at = client->dial_ms;
		break;
	case SIM_CLIENT_DISCOVERY:
		at = tp_pppoe_client_deadline(client->discovery);
		break;
	case SIM_CLIENT_PPP:
	case SIM_CLIENT_UP:
		at = tp_ppp_deadline(&client->ppp);
		break;
	}
	if (at == TP_NEVER)
		tp_timer_stop(&client->sim->wheel, &client->timer);
	else
		tp_timer_start(&client->sim->wheel, &client->timer, at, tick);
}

void sim_client_dial(struct sim_client *client, uint32_t delay_ms)
{
	client->wanted = true;
	if (client->state != SIM_CLIENT_OFF)
		return;
	client->state = SIM_CLIENT_WAITING;
	client->dial_ms = client->sim->now_ms + delay_ms;
	arm(client);
}

void sim_client_hang_up(struct sim_client *client)
{
	client->wanted = false;
	switch (client->state) {
	case SIM_CLIENT_OFF:
		break;
	case SIM_CLIENT_WAITING:
		client->state = SIM_CLIENT_OFF;
		break;
	case SIM_CLIENT_DISCOVERY:
		tp_pppoe_client_close(client->discovery, NULL, client->sim->now_ms);
		client->state = SIM_CLIENT_OFF;
		break;
	case SIM_CLIENT_PPP:
	case SIM_CLIENT_UP:
		tp_ppp_close(&client->ppp, TP_PPP_BY_OWNER, client->sim->now_ms);
		break;
	}
	arm(client);
}

void sim_client_vanish(struct sim_client *client)
{
	struct sim_quality quality = client->sim->wire.quality;

	client->wanted = false;
	client->sim->wire.quality.loss = 1000;
	client->sim->wire.quality.repeat = client->sim->wire.quality.ghost = 0;
	if (client->state == SIM_CLIENT_PPP || client->state == SIM_CLIENT_UP)
		tp_ppp_lower_down(&client->ppp, TP_PPP_LOWER_LAYER, client->sim->now_ms);
	tp_pppoe_client_close(client->discovery, NULL, client->sim->now_ms);
	client->sim->wire.quality = quality;
	client->state = SIM_CLIENT_OFF;
	client->session_id = 0;
	arm(client);
}

void sim_client_renegotiate(struct sim_client *client)
{
	if (client->state != SIM_CLIENT_UP)
		return;
	start_ppp(client);
	arm(client);
}

void sim_client_send_session(struct sim_client *client, const uint8_t *frame, size_t len)
{
	uint8_t packet[TP_PPPOE_HEADER_LEN + 1502];
	struct tp_writer w = tp_writer_of(packet, sizeof(packet));
	struct sim_frame out = {
		.up = true,
		.access = client->access,
		.src = client->mac,
		.dst = client->ac_mac,
		.ethertype = TP_ETHERTYPE_SESSION,
		.payload = packet,
	};

	tp_pppoe_begin(&w, TP_PPPOE_CODE_SESSION, client->session_id);
	tp_write_bytes(&w, frame, len);
	out.len = (uint16_t)tp_pppoe_finish(&w);
	assert_true(out.len > 0);
	sim_wire_send(&client->sim->wire, &out, client->sim->now_ms);
}

void sim_client_receive(struct sim_client *client, const struct sim_frame *frame)
{
	struct tp_pppoe_header header;
	struct tp_reader payload;
	const struct tp_pppoe_packet packet = {
		.src = frame->src,
		.dst = frame->dst,
		.bytes = frame->payload,
		.len = frame->len,
	};

	if (frame->ethertype == TP_ETHERTYPE_DISCOVERY) {
		tp_pppoe_client_input(client->discovery, &packet, client->sim->now_ms);
	} else if (client->session_id != 0 &&
		   tp_pppoe_header_parse(frame->payload, frame->len, &header, &payload) &&
		   header.session_id == client->session_id) {
		struct sim_client *hearer = sim_host_hearer(client, &payload);

		tp_ppp_input(&hearer->ppp, payload.p, tp_reader_left(&payload),
			     client->sim->now_ms);
	}
	arm(client);
	for (unsigned i = 0; client->host != NULL && i < client->host->count; i++)
		arm(client->host->link[i]);
}
