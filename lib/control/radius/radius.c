/* SPDX-License-Identifier: BSD-3-Clause */
#include "control/radius/radius.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "api/json.h"
#include "base/log.h"
#include "control/control_private.h"
#include "control/radius/batch.h"
#include "control/radius/incoming.h"
#include "control/radius/records.h"
#include "control/radius/radsec.h"
#include "control/radius/sockets.h"

#define TICK_SLICE	      1024
#define RADSEC_TIMES	      3 /* so many timeouts has a request by RadSec, which is not sent again */
#define RADSEC_TIMEOUT_MIN_MS 3000
#define TRIES_ALONE	      5
#define MAX_WAITING	      65536 /* requests that wait until a server has room */
#define BAD_TELL_MS	      60000
#define TELL_MS		      1000 /* how often the state of servers is looked at, for the log */

int tp_control_radius_create(struct tp_control *c, struct tp_error *e)
{
	struct tp_control_radius *radius = calloc(1, sizeof(*radius));
	const struct tp_radius_client_config config = {
		.ops = &tp_radius_socket_ops,
		.owner = c,
		.random = &c->random,
		.max_waiting = MAX_WAITING,
	};

	c->radius = radius;
	if (radius != NULL)
		TAILQ_INIT(&radius->operators);
	if (radius != NULL)
		radius->client = tp_radius_client_create(&config, c->now_ms);
	if (radius != NULL && radius->client != NULL)
		radius->batch = tp_radius_batch_create(radius->client);
	if (radius != NULL)
		radius->radsec = tp_radsec_create(c);
	if (radius != NULL && radius->batch != NULL && radius->radsec != NULL)
		radius->source = tp_radius_source_create(c->secrets, radius->client, &c->random);
	if (radius == NULL || radius->source == NULL ||
	    tp_radius_source_add(radius->source, c->aaa) != 0 ||
	    tp_control_accounting_create(c, &radius->accounting) != 0 ||
	    tp_radius_incoming_create(c, &radius->incoming) != 0)
		return tp_error_set(e, -ENOMEM, NULL, "out of memory");
	return 0;
}

void tp_control_radius_destroy(struct tp_control_radius *radius)
{
	if (radius == NULL)
		return;
	tp_radius_incoming_destroy(radius->incoming);
	tp_radius_source_destroy(radius->source);
	tp_control_accounting_destroy(radius->accounting);
	tp_radius_client_destroy(radius->client);
	tp_radius_batch_destroy(radius->batch);
	tp_control_operators_forget(&radius->operators);
	tp_radsec_destroy(radius->radsec);
	free(radius);
}

/* ---- the configuration ---- */

static const struct tp_config_ppp_aaa *ppp_aaa(const struct tp_config *config)
{
	return (const void *)tp_config_first(config, TP_PPP_AAA);
}

static unsigned count_servers(const struct tp_config *config)
{
	const struct tp_config_item *item = tp_config_first(config, TP_RADIUS);
	unsigned count = 0;

	for (; item != NULL; item = tp_config_next(item))
		count++;
	return count;
}

/* One port and one connection for all, the stream's own reliability in place of resends. False: its
 * certificates can't be used. */
static bool make_stream(struct tp_control *c, const struct tp_config_radius *config,
			struct tp_radius_server *server)
{
	server->endpoint[TP_RADIUS_ACCT] = server->endpoint[TP_RADIUS_AUTH];
	server->secret = TP_RADSEC_SECRET;
	server->stream = true;
	server->timeout_ms = RADSEC_TIMES * config->timeout_ms;
	if (server->timeout_ms < RADSEC_TIMEOUT_MIN_MS)
		server->timeout_ms = RADSEC_TIMEOUT_MIN_MS;
	return tp_radsec_server(c->radius->radsec, config, &server->generation);
}

static void apply_server(struct tp_control *c, const struct tp_config_radius *config)
{
	struct tp_radius_server server;

	tp_radius_server_init(&server);
	server.id = config->head.id;
	server.endpoint[TP_RADIUS_AUTH] =
		tp_radius_socket_endpoint(&config->address, config->authentication_port);
	server.endpoint[TP_RADIUS_ACCT] =
		tp_radius_socket_endpoint(&config->address, config->accounting_port);
	if (!tp_ip_is_none(&config->src_address))
		memcpy(server.source, tp_radius_socket_endpoint(&config->src_address, 0).address,
		       sizeof(server.source));
	server.secret = config->secret;
	if (count_servers(c->config) == 1) /* there is no other to go to */
		server.tries = TRIES_ALONE;
	server.timeout_ms = config->timeout_ms;
	server.require_message_auth = config->require_message_auth != TP_MESSAGE_AUTH_NO;
	if (config->disabled || config->service == 0 ||
	    (config->protocol == TP_RADIUS_RADSEC && !make_stream(c, config, &server)))
		tp_radius_client_remove(c->radius->client, server.id);
	else if (tp_radius_client_set(c->radius->client, &server, c->now_ms) != 0)
		tp_log_error("radius", "server %s: out of memory", config->head.key);
}

void tp_control_radius_own_address(const struct tp_config_radius *first, struct tp_radius_nas *nas,
				   uint8_t address6[16])
{
	const struct tp_radius_endpoint peer =
		tp_radius_socket_endpoint(&first->address, first->authentication_port);
	uint8_t own[16];

	if (!tp_ip_is_none(&first->src_address))
		memcpy(own, tp_radius_socket_endpoint(&first->src_address, 0).address, sizeof(own));
	else if (tp_radius_own_address(&peer, own) != 0)
		return;
	if (first->address.family == TP_FAMILY_IPV4) {
		nas->address = (uint32_t)own[12] << 24 | (uint32_t)own[13] << 16 |
			       (uint32_t)own[14] << 8 | own[15];
	} else {
		memcpy(address6, own, sizeof(own));
		nas->address6 = address6;
	}
}

bool tp_control_radius_asks(const struct tp_config_radius *server, uint32_t service)
{
	return !server->disabled && (server->service & service) != 0;
}

static void apply_source(struct tp_control *c, struct tp_radius_choice *choices)
{
	const struct tp_config_ppp_aaa *aaa = ppp_aaa(c->config);
	const struct tp_config_item *item = tp_config_first(c->config, TP_RADIUS);
	uint8_t address6[16];
	struct tp_radius_source_settings settings = {
		.enabled = aaa->use_radius,
		.filter_id_rate = aaa->filter_id_rate,
		.cache_s = aaa->cache_time,
		.choices = choices,
		.nas =
			{
				.identifier = tp_config_identity(c->config)->name,
				.nas_port_id = aaa->nas_port_id,
				.calling_station_id = aaa->calling_station_id,
				.circuit_id_in_nas_port_id = aaa->use_circuit_id_in_nas_port_id,
			},
	};

	for (; item != NULL; item = tp_config_next(item)) {
		const struct tp_config_radius *server = (const void *)item;

		if (!tp_control_radius_asks(server, TP_RADIUS_FOR_PPP))
			continue;
		if (settings.choice_count == 0)
			tp_control_radius_own_address(server, &settings.nas, address6);
		choices[settings.choice_count++] = (struct tp_radius_choice){
			.id = server->head.id,
			.domain = server->domain,
			.called_id = server->called_id,
			.realm = server->realm,
			.accounting_backup = server->accounting_backup,
		};
	}
	if (tp_radius_source_set(c->radius->source, &settings) != 0)
		tp_log_error("radius", "out of memory: logins go on as before");
}

void tp_control_radius_apply(struct tp_control *c)
{
	const struct tp_config_item *item = tp_config_first(c->config, TP_RADIUS);
	struct tp_radius_choice *choices = calloc(count_servers(c->config) + 1, sizeof(*choices));

	if (choices == NULL) {
		tp_log_error("radius", "out of memory: servers stay as they were");
		return;
	}
	for (; item != NULL; item = tp_config_next(item))
		apply_server(c, (const void *)item);
	apply_source(c, choices);
	tp_control_accounting_apply(c);
	free(choices);
}

void tp_control_radius_removed(struct tp_control *c, uint32_t id)
{
	tp_radius_client_remove(c->radius->client, id);
	tp_radsec_remove(c->radius->radsec, id);
}

/* ---- the loop ---- */

static const char *const service_names[TP_RADIUS_SERVICES] = {"authentication", "accounting"};

/* A server that has died or come back is worth a line. */
static void tell_death(const struct tp_config_item *item, unsigned service, bool dead,
		       struct tp_radius_told *told)
{
	const uint32_t bit = 1u << service;

	if (dead == ((told->dead & bit) != 0))
		return;
	told->dead ^= bit;
	if (dead)
		tp_log_warning("radius", "server %s does not answer: %s goes on without it",
			       item->key, service_names[service]);
	else
		tp_log_info("radius", "server %s answers again: %s", item->key,
			    service_names[service]);
}

/* So is one whose replies are not believed, now and then: it looks dead, and is not. */
static void tell_bad(struct tp_control *c, const struct tp_config_item *item,
		     const struct tp_radius_counters *n, struct tp_radius_told *told)
{
	unsigned most = 0;

	if (n->bad_replies == told->bad ||
	    (told->bad_ms != 0 && c->now_ms - told->bad_ms < BAD_TELL_MS))
		return;
	for (unsigned i = 1; i < TP_RADIUS_BAD_REPLY_COUNT; i++)
		if (n->bad[i] > n->bad[most])
			most = i;
	tp_log_warning("radius", "server %s: %llu replies were ignored, most of them for: %s%s",
		       item->key, (unsigned long long)(n->bad_replies - told->bad),
		       tp_radius_bad_reply_name(most),
		       most == TP_RADIUS_BAD_REPLY_NO_MESSAGE_AUTH
			       ? "; have the server send one, or set require-message-auth=no"
		       : most == TP_RADIUS_BAD_REPLY_AUTHENTICATOR ||
				       most == TP_RADIUS_BAD_REPLY_MESSAGE_AUTH
			       ? "; is the secret the same on both sides?"
			       : "");
	told->bad = n->bad_replies;
	told->bad_ms = c->now_ms;
}

static void tell(struct tp_control *c)
{
	const struct tp_config_item *item = tp_config_first(c->config, TP_RADIUS);

	for (; item != NULL; item = tp_config_next(item)) {
		struct tp_radius_told *told = &c->radius->told[item->id % TP_RADIUS_TOLD];

		for (unsigned i = 0; i < TP_RADIUS_SERVICES; i++) {
			struct tp_radius_counters n;

			if (!tp_radius_client_counters(c->radius->client, item->id, i, &n))
				continue;
			if (!n.dead && (told->dead & 1u << i) != 0 && i == TP_RADIUS_ACCT)
				tp_control_accounting_wake(c);
			tell_death(item, i, n.dead, told);
			if (i == TP_RADIUS_AUTH)
				tell_bad(c, item, &n, told);
		}
	}
}

bool tp_control_radius_turn(struct tp_control *c)
{
	struct tp_control_radius *radius = c->radius;
	bool work = tp_control_accounting_turn(c);

	tp_radius_source_now(radius->source, c->now_ms);
	work |= tp_radsec_turn(radius->radsec);
	tp_control_operators_expire(c);
	if (c->now_ms - radius->told_ms >= TELL_MS) {
		radius->told_ms = c->now_ms;
		tell(c);
	}
	if (tp_radius_client_deadline(radius->client) <= c->now_ms) {
		tp_radius_client_tick(radius->client, c->now_ms, TICK_SLICE);
		work = true;
	}
	tp_radius_batch_send(radius->batch);
	return work;
}

void tp_control_radius_flush(struct tp_control *c)
{
	tp_radius_batch_send(c->radius->batch);
}

void tp_control_radius_read(struct tp_control *c, void *socket)
{
	tp_radius_source_now(c->radius->source, c->now_ms);
	tp_radius_socket_read(c, socket);
}

/* ---- what operators see ---- */

/* clang-format off */
const struct tp_status tp_control_radius_status[] = {
	{"pending", "Requests that wait for an answer, or to be sent"},
	{"requests", "Requests"},
	{"accepts", "Logins that it let in"},
	{"rejects", "Logins that it refused"},
	{"acknowledged", "Accounting records that it has taken"},
	{"resends", "Requests that were sent again"},
	{"timeouts", "Requests that it never answered"},
	{"bad-replies", "Replies that were not believed"},
	{"last-request-rtt", "How long it took to answer last"},
	{"dead", "It does not answer, and is asked only now and then"},
	TP_STATUS_END,
};
/* clang-format on */

void tp_control_radius_describe(void *user, const struct tp_config_item *item, json_t *o)
{
	struct tp_control *c = user;
	struct tp_radius_counters auth, acct;

	if (!tp_radius_client_counters(c->radius->client, item->id, TP_RADIUS_AUTH, &auth) ||
	    !tp_radius_client_counters(c->radius->client, item->id, TP_RADIUS_ACCT, &acct))
		return;
	tp_json_number(o, "pending", auth.pending + auth.waiting + acct.pending + acct.waiting);
	tp_json_number(o, "requests", auth.requests + acct.requests);
	tp_json_number(o, "accepts", auth.accepts);
	tp_json_number(o, "rejects", auth.rejects);
	tp_json_number(o, "acknowledged", acct.acknowledged);
	tp_json_number(o, "resends", auth.resends + acct.resends);
	tp_json_number(o, "timeouts", auth.timeouts + acct.timeouts);
	tp_json_number(o, "bad-replies", auth.bad_replies + acct.bad_replies);
	tp_json_time(o, "last-request-rtt",
		     auth.last_rtt_ms != 0 ? auth.last_rtt_ms : acct.last_rtt_ms);
	tp_json_bool(o, "dead", auth.dead || acct.dead);
}
