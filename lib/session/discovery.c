/* SPDX-License-Identifier: BSD-3-Clause */
/* From discovery to a session: what PADRs come to, PADTs, and frames of unknown sessions. */
#include "session/engine.h"
#include "session/events.h"
#include "session/half_open.h"
#include "session/life.h"
#include "session/login.h"
#include "session/ppp_config.h"

#include <errno.h>

static void send(void *ctx, const struct tp_pppoe_packet *packet)
{
	const struct tp_access to = {.port = packet->port, .vlans = packet->vlans};

	if (packet->delay_ms > 0) {
		tp_ac_delay(ctx, packet);
		return;
	}

	tp_ac_output(ctx, &to, &packet->dst, TP_ETHERTYPE_DISCOVERY, packet->bytes, packet->len);
	if (packet->bytes[1] == TP_PPPOE_CODE_PADO)
		tp_ac_offered(ctx, &to, &packet->dst);
}

static enum tp_pppoe_verdict refuse(struct tp_pppoe_grant *grant, uint64_t *counter,
				    const char *text)
{
	(*counter)++;
	snprintf(grant->text, sizeof(grant->text), "%s", text);
	return TP_PPPOE_REFUSE_SYSTEM;
}

/* one-session-per-host: "If a host tries to establish a new session, the old one will be closed."
 * The host has forgotten it, or is about to: a PADT is all it needs to hear. */
static void replace_host(struct tp_ac *ac, const struct tp_ac_server *server,
			 const struct tp_access *access, const struct tp_mac *mac)
{
	struct tp_line *line = tp_ac_index_find_mac(ac, mac, NULL), *next;

	for (; line != NULL; line = next) {
		next = tp_ac_index_find_mac(ac, mac, line);
		if (line->server == server && tp_line_at(line, access, mac))
			tp_ac_end(line, TP_END_REPLACED_HOST, false);
	}
}

static struct tp_line *create(struct tp_ac *ac, const struct tp_pppoe_request *request)
{
	const struct tp_pppoe_packet *packet = request->packet;
	struct tp_ac_server *server = request->service->server;
	const struct tp_access access = {.port = packet->port, .vlans = packet->vlans};
	struct tp_line *line = tp_ac_table_take(ac);

	if (line == NULL)
		return NULL;
	line->session_id = tp_ac_ids_take(ac, tp_ac_ids_of(ac, &access), line->slot);
	if (line->session_id == 0) {
		tp_ac_table_fell(ac, line);
		tp_ac_table_release(ac, line);
		return NULL;
	}
	line->access = access;
	line->mac = packet->src;
	line->fingerprint = request->fingerprint;
	line->started_ms = ac->now_ms;
	line->limit_ms = ac->now_ms + TP_AC_SETUP_LIMIT_MS;
	line->server = server;
	line->ppp_config =
		request->max_payload > TP_PPPOE_MAX_PAYLOAD &&
				request->max_payload >= server->large_ppp_config->config.mru &&
				request->max_payload >= server->large_ppp_config->config.max_mtu
			? server->large_ppp_config
			: server->ppp_config;
	return line;
}

/* The data plane did not take it: it never was. */
static void uncreate(struct tp_ac *ac, struct tp_line *line)
{
	struct tp_ac_ids *ids = tp_ac_ids_of(ac, &line->access);

	tp_ac_ids_fell(ids, line->session_id);
	tp_ac_ids_release(ids, line->session_id);
	tp_ac_table_fell(ac, line);
	tp_ac_table_release(ac, line);
}

/* TR-101's tag is the access node's, or the host's own where none takes it out: then it is ignored.
 * Without memory the line stays unknown: it lets nobody in who is bound to another. */
static void keep_line(struct tp_ac *ac, struct tp_line *line, const struct tp_pppoe_tags *tags)
{
	struct tp_access_line parsed;

	if (!line->server->trust_access_line || !tp_access_line_parse(&tags->dsl_forum, &parsed))
		return;
	line->access_line = tp_ac_alloc(ac, sizeof(*line->access_line));
	if (line->access_line != NULL)
		*line->access_line = parsed;
}

static void started(struct tp_ac *ac, struct tp_line *line)
{
	line->server->refs++;
	line->server->standing++;
	line->ppp_config->refs++;
	line->keepalive_s = line->server->keepalive_s;
	tp_ac_index_started(ac, line);
	tp_ac_half_open_begin(line);
	ac->counters.started++;
	ac->counters.standing[TP_SESSION_LCP]++;
	line->state = TP_SESSION_LCP;
}

static enum tp_pppoe_verdict open_new(struct tp_ac *ac, const struct tp_pppoe_request *request,
				      struct tp_pppoe_grant *grant)
{
	const struct tp_ac_server *server = request->service->server;
	const struct tp_access access = {request->packet->port, request->packet->vlans};
	struct tp_line *line;
	bool own;

	if (tp_ac_is_drained(ac, server)) { /* its offer is of before */
		ac->counters.refused_drain++;
		return TP_PPPOE_REFUSE_SILENT;
	}
	if (server->one_session_per_host)
		replace_host(ac, server, &access, &request->packet->src);
	own = tp_ac_half_open_make_room(ac, &access, &request->packet->src);
	if (server->max_sessions != 0 && server->standing >= server->max_sessions &&
	    !tp_ac_half_open_yields(ac, server) &&
	    !tp_ac_own_yields(ac, &access, &request->packet->src, server))
		return refuse(grant, &ac->counters.refused_max_sessions,
			      "the server has reached its max-sessions");
	line = create(ac, request);
	if (line == NULL && own)
		return TP_PPPOE_REFUSE_SILENT; /* its place is free when the host asks again */
	if (line == NULL)
		return refuse(grant, &ac->counters.refused_full,
			      "the access concentrator has no room for another session");
	if (ac->ops.open(ac->user, line) != 0) {
		uncreate(ac, line);
		return refuse(grant, &ac->counters.refused_open,
			      "the data plane has no room for another session");
	}
	keep_line(ac, line, request->tags);
	started(ac, line);
	grant->session_id = line->session_id;
	return TP_PPPOE_GRANT;
}

static enum tp_pppoe_verdict open(void *ctx, const struct tp_pppoe_request *request,
				  struct tp_pppoe_grant *grant, uint64_t now_ms)
{
	struct tp_ac *ac = ctx;
	const struct tp_line *line = tp_ac_index_fingerprint(ac, request->fingerprint);

	if (line == NULL)
		return open_new(ac, request, grant);
	ac->counters.duplicate_padr++;
	if (line->ending) {
		snprintf(grant->text, sizeof(grant->text), "the session asked for is ending");
		return TP_PPPOE_REFUSE_SILENT;
	}
	grant->session_id = line->session_id;
	return TP_PPPOE_GRANT;
}

static void opened(void *ctx, const struct tp_pppoe_request *request, uint16_t session_id,
		   uint64_t now_ms)
{
	const struct tp_pppoe_packet *packet = request->packet;
	const struct tp_access access = {.port = packet->port, .vlans = packet->vlans};
	struct tp_line *line = tp_ac_ids_find(ctx, &access, session_id);

	if (tp_ppp_phase(&line->ppp) == TP_PPP_DEAD)
		tp_ac_start_ppp(line);
}

/* A PADT ends a session only when MAC, place and id are all its own. */
static void terminated(void *ctx, const struct tp_pppoe_packet *packet, uint16_t session_id,
		       const char *text, uint64_t now_ms)
{
	const struct tp_access access = {.port = packet->port, .vlans = packet->vlans};
	struct tp_ac *ac = ctx;
	struct tp_line *line = tp_ac_ids_find(ac, &access, session_id);

	if (line == NULL || !tp_line_at(line, &access, &packet->src)) {
		ac->counters.padt_unmatched++;
		return;
	}
	line->peer_left = true;
	if (line->ending) /* our Terminate-Request has its answer */
		tp_ac_end_now(line);
	else
		tp_ac_end(line, TP_END_PEER_PADT, false);
}

static void refused(void *ctx, const struct tp_pppoe_packet *packet, enum tp_pppoe_reason reason,
		    const char *text, uint64_t now_ms)
{
	tp_ac_tell_refused(ctx, packet, reason, text);
}

int tp_ac_discovery_init(struct tp_ac *ac)
{
	const struct tp_pppoe_ac_callbacks callbacks = {
		.send = send,
		.open = open,
		.opened = opened,
		.terminated = terminated,
		.refused = refused,
	};

	ac->discovery = tp_pppoe_ac_create(tp_config_identity(ac->config)->name, &callbacks, ac,
					   ac->random, ac->now_ms);
	return ac->discovery == NULL ? -ENOMEM : 0;
}

/* PADTs count during shutdown too; the rest is not even refused, so that clients look elsewhere. */
static bool wanted(const struct tp_ac *ac, const uint8_t *packet, size_t len)
{
	struct tp_pppoe_header header;
	struct tp_reader payload;

	return !ac->shutting_down || (tp_pppoe_header_parse(packet, len, &header, &payload) &&
				      header.code == TP_PPPOE_CODE_PADT);
}

void tp_ac_input_discovery(struct tp_ac *ac, const struct tp_access *access,
			   const struct tp_mac *src, const struct tp_mac *dst,
			   const uint8_t *packet, size_t len, uint64_t now_ms)
{
	const struct tp_pppoe_packet in = {
		.src = *src,
		.dst = *dst,
		.port = access->port,
		.vlans = access->vlans,
		.bytes = packet,
		.len = len,
	};
	struct tp_pppoe_access offer;

	tp_ac_now(ac, now_ms);
	if (access->port >= TP_AC_MAX_PORTS || !ac->ports[access->port].set) {
		ac->counters.unknown_port++;
		return;
	}
	if (!wanted(ac, packet, len)) {
		ac->counters.refused_shutdown++;
		return;
	}
	if (len > 1 && packet[1] == TP_PPPOE_CODE_PADR)
		tp_ac_requested(ac, access, src);
	tp_ac_offer(ac, access, src, &offer);
	tp_pppoe_ac_input(ac->discovery, &offer, &in, ac->now_ms);
}

static bool is_host(const struct tp_mac *mac)
{
	static const struct tp_mac zero;

	return !tp_mac_is_multicast(mac) && !tp_mac_equal(mac, &zero);
}

void tp_ac_unknown_session(struct tp_ac *ac, const struct tp_access *access,
			   const struct tp_mac *src, uint16_t session_id, uint64_t now_ms)
{
	const struct tp_line *line = tp_ac_ids_find(ac, access, session_id);

	tp_ac_now(ac, now_ms);
	/* Its frame overtook the order to the data plane that makes it known. */
	if (line != NULL && tp_line_at(line, access, src))
		return;
	if (!is_host(src) || session_id == TP_PPPOE_SESSION_ID_NONE ||
	    session_id == TP_PPPOE_SESSION_ID_RESERVED ||
	    !tp_token_bucket_take(&ac->unknown_padts, ac->now_ms)) {
		ac->counters.unknown_suppressed++;
		return;
	}
	ac->counters.unknown_answered++;
	tp_ac_send_padt(ac, access, src, session_id, "no such session");
}
