/* SPDX-License-Identifier: BSD-3-Clause */
#include "sim.h"

#include "base/least.h"

static void arm(struct sim_client *client);

static void go_down(struct sim_client *client)
{
	struct sim *sim = client->sim;

	client->session_id = 0;
	memset(&client->addresses, 0, sizeof(client->addresses));
	memset(&client->ids, 0, sizeof(client->ids));
	client->families = 0;
	client->state = client->wanted ? SIM_CLIENT_WAITING : SIM_CLIENT_OFF;
	client->dial_ms = sim->now_ms + client->redial_ms / 2 +
			  tp_random_below(&sim->random, client->redial_ms + 1);
}

/* ---- what the engine tells ---- */

static void send_packet(void *user, uint16_t ethertype, const struct tp_pppoe_packet *packet)
{
	struct sim_client *client = user;
	const struct sim_frame frame = {
		.up = true,
		.access = client->access,
		.src = client->mac,
		.dst = packet->dst,
		.ethertype = ethertype,
		.len = (uint16_t)packet->len,
		.payload = (uint8_t *)packet->bytes,
	};

	sim_wire_send(&client->sim->wire, &frame, client->sim->now_ms);
}

static void lcp_up(void *user, const struct tp_ppp_event *event)
{
	struct sim_client *client = user;

	client->mtu = event->lcp.mtu;
}

static void admitted(void *user)
{
	struct sim_client *client = user;

	if (client->host != NULL)
		sim_host_admitted(client);
}

static void leaving(void *user)
{
	struct sim_client *client = user;

	if (client->host != NULL)
		sim_host_leaving(client);
}

static void lcp_down(void *user)
{
	struct sim_client *client = user;

	if (client->host != NULL)
		sim_host_left(client);
}

void sim_client_family_up(struct sim_client *client, uint8_t family)
{
	client->ups += client->families == 0;
	client->families |= family;
	client->state = SIM_CLIENT_UP;
}

void sim_client_family_down(struct sim_client *client, uint8_t family)
{
	client->families &= (uint8_t)~family;
	if (client->families == 0 && client->state == SIM_CLIENT_UP)
		client->state = SIM_CLIENT_PPP;
}

static void network_up(void *user, const struct tp_ppp_addresses *addresses)
{
	struct sim_client *client = user;

	if (client->host != NULL) {
		sim_host_network_up(client, addresses);
		return;
	}
	client->addresses = *addresses;
	sim_client_family_up(client, TP_AC_IPV4);
}

static void network_down(void *user)
{
	struct sim_client *client = user;

	if (client->host != NULL)
		sim_host_network_down(client, TP_AC_IPV4);
	else
		sim_client_family_down(client, TP_AC_IPV4);
}

static void network6_up(void *user, const struct tp_ppp_interface_ids *ids)
{
	struct sim_client *client = user;

	if (client->host != NULL) {
		sim_host_network6_up(client, ids);
	} else {
		client->ids = *ids;
		sim_client_family_up(client, TP_AC_IPV6);
	}
	sim_ipv6_up(client, ids);
}

static void network6_down(void *user)
{
	struct sim_client *client = user;

	sim_ipv6_down(client);
	if (client->host != NULL)
		sim_host_network_down(client, TP_AC_IPV6);
	else
		sim_client_family_down(client, TP_AC_IPV6);
}

static void network_frame(void *user, const uint8_t *frame, size_t len)
{
	struct sim_client *client = user;

	tp_ppp_input(&sim_host_hearer(client)->engine.ppp, frame, len, client->sim->now_ms);
}

static void ended(void *user, const struct tp_client_end *end)
{
	struct sim_client *client = user;
	const bool was_padt = end->discovery == TP_PPPOE_PEER_TERMINATED;

	client->padts_heard += was_padt;
	if (end->ppp != TP_PPP_NO_REASON) {
		client->last_reason = end->ppp;
		snprintf(client->last_words, sizeof(client->last_words), "%s", end->text);
		client->terminated += end->ppp == TP_PPP_BY_PEER && !was_padt;
	}
	go_down(client);
}

static void set_ppp(struct sim_client *client)
{
	static const struct tp_ppp_encryption_wish wish = {.use = TP_PPP_ENCRYPT_YES};
	const struct tp_client_ppp ppp = {
		.config = &client->config,
		.user = client->user,
		.password = client->password,
		.ccp = client->encrypts ? &client->ccp : NULL,
		.wish = &wish,
	};

	if (client->host != NULL && client->admitted) {
		sim_host_leaving(client);
		sim_host_left(client);
	}
	client->state = SIM_CLIENT_PPP;
	client->ccp = (struct tp_ppp_ccp){0};
	tp_client_set_ppp(&client->engine, &ppp, &client->sim->random);
}

static bool may_open(void *user, const struct tp_pppoe_client_session *session)
{
	struct sim_client *client = user;

	client->session_id = session->session_id;
	client->ac_mac = session->ac_mac;
	set_ppp(client);
	return true;
}

static const struct tp_client_ops ops = {
	.send = send_packet,
	.may_open = may_open,
	.lcp_up = lcp_up,
	.admitted = admitted,
	.ipv4_up = network_up,
	.ipv4_down = network_down,
	.ipv6_up = network6_up,
	.ipv6_down = network6_down,
	.leaving = leaving,
	.lcp_down = lcp_down,
	.network_frame = network_frame,
	.ended = ended,
};

/* ---- from outside ---- */

static void make_discovery(struct sim_client *client, const char *service, uint16_t max_payload)
{
	const struct tp_pppoe_client_config config = {
		.mac = client->mac,
		.padi_tries = 5,
		.service_name = service,
		.max_payload = max_payload,
	};

	assert_int_equal(tp_client_set_discovery(&client->engine, &config, &client->sim->random),
			 0);
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
	tp_client_init(&client->engine, &ops, client);
	sim_ipv6_init(client);
	make_discovery(client, NULL, 0);
	return client;
}

void sim_client_ask_payload(struct sim_client *client, uint16_t payload)
{
	make_discovery(client, NULL, payload);
	client->config.mru = payload;
	client->config.max_mtu = payload;
	client->config.peer_mru_max =
		payload > TP_PPPOE_MAX_PAYLOAD ? UINT16_MAX : TP_PPPOE_MAX_PAYLOAD;
}

void sim_client_ask_families(struct sim_client *client, uint8_t families)
{
	client->config.ipcp = (families & TP_AC_IPV4) != 0;
	client->config.ipv6cp = (families & TP_AC_IPV6) != 0;
}

void sim_client_ask_prefix(struct sim_client *client, const struct tp_prefix6 *hint)
{
	client->hosts.config.prefix = true;
	client->hosts.config.hint = *hint;
}

void sim_client_arm(struct sim_client *client)
{
	arm(client);
}

void sim_client_ask_service(struct sim_client *client, const char *service)
{
	make_discovery(client, service, 0);
}

void sim_client_destroy(struct sim_client *client)
{
	tp_timer_stop(&client->sim->wheel, &client->timer);
	tp_client_clear(&client->engine);
	free(client);
}

static void dial_now(struct sim_client *client)
{
	client->dials++;
	client->state = SIM_CLIENT_DISCOVERY;
	tp_client_dial(&client->engine, client->sim->now_ms);
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
	case SIM_CLIENT_PPP:
	case SIM_CLIENT_UP:
		tp_client_tick(&client->engine, client->sim->now_ms);
		sim_ipv6_tick(client);
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
	case SIM_CLIENT_PPP:
	case SIM_CLIENT_UP:
		at = tp_least_u64(tp_client_deadline(&client->engine), sim_ipv6_deadline(client));
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
	case SIM_CLIENT_PPP:
	case SIM_CLIENT_UP:
		if (!tp_client_hang_up(&client->engine, TP_PPP_BY_OWNER, client->sim->now_ms))
			client->state = SIM_CLIENT_OFF;
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
	tp_client_lower_down(&client->engine, TP_PPP_LOWER_LAYER, client->sim->now_ms);
	client->sim->wire.quality = quality;
	client->state = SIM_CLIENT_OFF;
	client->session_id = 0;
	arm(client);
}

void sim_client_renegotiate(struct sim_client *client)
{
	if (client->state != SIM_CLIENT_UP)
		return;
	set_ppp(client);
	tp_client_open_ppp(&client->engine, client->sim->now_ms);
	arm(client);
}

void sim_client_send_session(struct sim_client *client, const uint8_t *frame, size_t len)
{
	uint8_t room[TP_PPPOE_HEADER_LEN + 1502];
	struct tp_writer w = tp_writer_of(room, sizeof(room));
	struct tp_pppoe_packet packet = {.dst = client->ac_mac, .bytes = room};

	/* Whatever session a test has put there. */
	tp_pppoe_begin(&w, TP_PPPOE_CODE_SESSION, client->session_id);
	tp_write_bytes(&w, frame, len);
	packet.len = tp_pppoe_finish(&w);
	assert_true(packet.len > 0);
	send_packet(client, TP_ETHERTYPE_SESSION, &packet);
}

void sim_client_receive(struct sim_client *client, const struct sim_frame *frame)
{
	const struct tp_pppoe_packet packet = {
		.src = frame->src,
		.dst = frame->dst,
		.bytes = frame->payload,
		.len = frame->len,
	};
	const uint64_t now_ms = client->sim->now_ms;
	struct tp_reader ip;

	if (frame->ethertype == TP_ETHERTYPE_DISCOVERY) {
		tp_client_discovery_input(&client->engine, &packet, now_ms);
	} else {
		switch (tp_client_session_input(&client->engine, &packet, &ip, now_ms)) {
		case TP_CLIENT_IS_IPV4:
			tp_ppp_alive(&client->engine.ppp, now_ms);
			break;
		case TP_CLIENT_IS_IPV6:
			tp_ppp_alive(&client->engine.ppp, now_ms);
			sim_ipv6_receive(client, &ip);
			break;
		default:
			break;
		}
	}
	arm(client);
	for (unsigned i = 0; client->host != NULL && i < client->host->count; i++)
		arm(client->host->link[i]);
}
