/* SPDX-License-Identifier: BSD-3-Clause */
#include "control/radius/incoming.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/text.h"
#include "base/token_bucket.h"
#include "control/control_private.h"
#include "control/loop.h"
#include "control/radius/find.h"
#include "control/radius/incoming_socket.h"
#include "control/radius/radius.h"
#include "control/radius/records.h"
#include "control/radius/sockets.h"
#include "radius/authenticator.h"
#include "radius/change.h"

#define READ_BURST 64 /* requests of one socket in one turn */
#define TELL_RATE  2  /* lines a second of what is not done, */
#define TELL_BURST 20 /* and at once */
#define TEXT	   256

struct tp_radius_incoming {
	struct tp_radius_dynamic *dynamic;
	int fd[2];     /* IPv4, IPv6; -1: none */
	uint16_t port; /* 0: it listens to nobody */
	struct tp_token_bucket tell;
	uint64_t untold;
};

/* One request on its way. */
struct turn {
	struct tp_control *c;
	struct tp_radius_incoming *incoming;
	const struct tp_radius_arrival *arrival;
	struct tp_radius_dynamic_request request;
	uint32_t wall_s;
	char who[TEXT];		 /* whose session it was done to */
	char why[TP_RADIUS_WHY]; /* "": the error says all */
};

int tp_radius_incoming_create(struct tp_control *c, struct tp_radius_incoming **out)
{
	struct tp_radius_incoming *incoming = calloc(1, sizeof(*incoming));
	struct tp_radius_dynamic_config config;

	*out = incoming;
	if (incoming == NULL)
		return -ENOMEM;
	incoming->fd[0] = incoming->fd[1] = -1;
	tp_token_bucket_init(&incoming->tell, TELL_RATE, TELL_BURST, c->now_ms);
	tp_radius_dynamic_config_init(&config);
	incoming->dynamic = tp_radius_dynamic_create(&config);
	return incoming->dynamic != NULL ? 0 : -ENOMEM;
}

static void close_both(int fd[2])
{
	for (unsigned i = 0; i < 2; i++) {
		if (fd[i] >= 0)
			close(fd[i]);
		fd[i] = -1;
	}
}

void tp_radius_incoming_destroy(struct tp_radius_incoming *incoming)
{
	if (incoming == NULL)
		return;
	close_both(incoming->fd);
	tp_radius_dynamic_destroy(incoming->dynamic);
	free(incoming);
}

const struct tp_radius_dynamic_counters *
tp_radius_incoming_counters(const struct tp_radius_incoming *incoming)
{
	return tp_radius_dynamic_counters(incoming->dynamic);
}

/* ---- the configuration ---- */

/* A kernel without IPv6 has none to listen to. */
static int listen_at(struct tp_control *c, uint16_t port, int fd[2])
{
	int error = 0;

	fd[1] = -1;
	fd[0] = tp_radius_incoming_open(AF_INET, port);
	if (fd[0] < 0)
		return fd[0];
	fd[1] = tp_radius_incoming_open(AF_INET6, port);
	if (fd[1] < 0 && fd[1] != -EAFNOSUPPORT)
		error = fd[1];
	if (error == 0)
		error = tp_loop_watch(c, fd[0], TP_LOOP_INCOMING);
	if (error == 0 && fd[1] >= 0)
		error = tp_loop_watch(c, fd[1], TP_LOOP_INCOMING6);
	if (error != 0)
		close_both(fd);
	return error;
}

int tp_radius_incoming_set(struct tp_control *c, const struct tp_config_radius_incoming *config,
			   struct tp_error *e)
{
	struct tp_radius_incoming *incoming = c->radius->incoming;
	uint16_t port = config != NULL && config->accept ? (uint16_t)config->port : 0;
	struct tp_radius_dynamic_config dynamic;
	int fd[2] = {-1, -1}, error = 0;

	if (port != incoming->port) {
		if (port != 0)
			error = listen_at(c, port, fd);
		if (error != 0)
			return tp_error_set(e, error, "radius.incoming.port",
					    "can't listen to UDP port %u: %s", port,
					    strerror(-error));
		close_both(incoming->fd);
		memcpy(incoming->fd, fd, sizeof(fd));
		incoming->port = port;
	}
	tp_radius_dynamic_config_init(&dynamic);
	if (config != NULL) {
		dynamic.require_message_auth = config->require_message_auth;
		dynamic.require_timestamp = config->require_event_timestamp;
	}
	tp_radius_dynamic_config_set(incoming->dynamic, &dynamic);
	return 0;
}

/* ---- who asks ---- */

static bool proves(const void *bytes, size_t len, const char *secret)
{
	struct tp_radius_packet packet;

	return tp_radius_parse(bytes, len, &packet) == TP_RADIUS_WELL_FORMED &&
	       tp_radius_check_request(&packet, secret, false) == TP_RADIUS_PROVEN;
}

/* The secret of who is at FROM, whichever port he has; where several servers are, of whom knows
 * his. With RadSec everybody knows it: that proves nothing here. NULL: nobody of ours is there. */
static const char *secret_of(const struct tp_control *c, const struct tp_radius_endpoint *from,
			     const void *bytes, size_t len)
{
	const struct tp_config_item *item = tp_config_first(c->config, TP_RADIUS);
	const char *secret = NULL;

	for (; item != NULL; item = tp_config_next(item)) {
		const struct tp_config_radius *server = (const void *)item;
		const struct tp_radius_endpoint its =
			tp_radius_socket_endpoint(&server->address, from->port);

		if (server->disabled || server->protocol != TP_RADIUS_UDP ||
		    server->secret[0] == '\0' || !tp_radius_endpoint_equal(&its, from))
			continue;
		if (secret == NULL || proves(bytes, len, server->secret))
			secret = server->secret;
	}
	return secret;
}

/* Is it for us? We have the address that servers are told, and the one that it came to. */
static bool is_ours(const struct turn *t)
{
	const struct tp_radius_nas *nas = tp_radius_source_nas(t->c->radius->source);
	const struct tp_radius_dynamic_request *r = &t->request;
	const uint8_t *to = t->arrival->to;
	const struct tp_radius_endpoint said = tp_radius_endpoint_ipv4(r->nas_ip_address, 0);
	const bool came_to4 = memcmp(said.address, to, sizeof(said.address)) == 0;
	const bool came_to6 = memcmp(r->nas_ipv6_address, to, sizeof(r->nas_ipv6_address)) == 0;

	return tp_radius_dynamic_is_for(r, came_to4 ? r->nas_ip_address : nas->address,
					came_to6 ? to : nas->address6, nas->identifier);
}

/* ---- what is done ---- */

static void name_session(struct turn *t, const struct tp_session_info *info)
{
	char user[65], address[TP_IPV4_TEXT_LEN];

	tp_text_show(info->user, user, sizeof(user));
	snprintf(t->who, sizeof(t->who), "the session of '%s' (%s)", user,
		 tp_ipv4_format(info->remote_address, address));
}

static enum tp_radius_error disconnect(struct turn *t, const struct tp_session_info *info)
{
	struct tp_control *c = t->c;

	return tp_ac_disconnect(c->ac, info->slot, TP_END_ADMIN, c->now_ms) == 0
		       ? TP_RADIUS_NO_ERROR
		       : TP_RADIUS_ERROR_SESSION_NOT_FOUND;
}

static enum tp_radius_error put_into_force(struct turn *t, const struct tp_session_info *info,
					   struct tp_subscriber *now)
{
	struct tp_control *c = t->c;
	int rc = tp_ac_subscriber_change(c->ac, info->slot, now, c->now_ms);

	if (rc != 0) {
		tp_subscriber_clear(now);
		snprintf(t->why, sizeof(t->why), "%s",
			 rc == -ENOENT ? "nobody has logged in by it" : strerror(-rc));
		return rc == -ENOENT ? TP_RADIUS_ERROR_SESSION_NOT_FOUND
				     : TP_RADIUS_ERROR_RESOURCES_UNAVAILABLE;
	}
	if (tp_radius_dynamic_has(&t->request, TP_RADIUS_ACCT_INTERIM_INTERVAL) && info->up_ms != 0)
		tp_control_accounting_changed(c, tp_ac_find_id(c->ac, info->id));
	return TP_RADIUS_NO_ERROR;
}

static enum tp_radius_error change(struct turn *t, const struct tp_session_info *info)
{
	const struct tp_config_ppp_aaa *aaa =
		(const void *)tp_config_first(t->c->config, TP_PPP_AAA);
	const struct tp_radius_change how = {
		.profiles = t->c->secrets,
		.default_profile = info->default_profile,
		.filter_id = aaa->filter_id_rate,
	};
	struct tp_subscriber now = {0};
	enum tp_radius_error error =
		tp_radius_change(&how, &t->request, info->subscriber, &now, t->why);

	return error == TP_RADIUS_NO_ERROR ? put_into_force(t, info, &now) : error;
}

static enum tp_radius_error carry_out(struct turn *t)
{
	const struct tp_control *c = t->c;
	const struct tp_radius_finder finder = {
		.ac = c->ac,
		.pools = c->pools,
		.pools6 = c->pools6,
		.config = c->config,
		.nas = tp_radius_source_nas(c->radius->source),
	};
	const struct tp_line *line;
	struct tp_session_info info;
	enum tp_radius_error error;

	if (!is_ours(t))
		return TP_RADIUS_ERROR_NAS_IDENTIFICATION_MISMATCH;
	error = tp_radius_find_session(&finder, &t->request, &line);
	if (error != TP_RADIUS_NO_ERROR)
		return error;
	tp_line_info(line, &info);
	name_session(t, &info);
	if (t->request.code == TP_RADIUS_DISCONNECT_REQUEST)
		return disconnect(t, &info);
	/* What a link gets is its bundle's. */
	if (info.bundle_id != 0 && (line = tp_ac_find_id(c->ac, info.bundle_id)) != NULL)
		tp_line_info(line, &info);
	return change(t, &info);
}

/* ---- the log ---- */

static const char *address_text(const struct tp_radius_endpoint *endpoint,
				char text[INET6_ADDRSTRLEN])
{
	if (tp_radius_address_is_ipv4(endpoint->address))
		inet_ntop(AF_INET, endpoint->address + 12, text, INET6_ADDRSTRLEN);
	else
		inet_ntop(AF_INET6, endpoint->address, text, INET6_ADDRSTRLEN);
	return text;
}

static const char *kind(const struct tp_radius_dynamic_request *request)
{
	return request->code == TP_RADIUS_COA_REQUEST ? "CoA-Request" : "Disconnect-Request";
}

/* The names of what is changed, or (CHANGES false) of all that is in it. */
static void list(const struct tp_radius_dynamic_request *request, bool changes, char text[TEXT])
{
	struct tp_radius_iterator it = tp_radius_iterate(&request->packet);
	struct tp_radius_value value;
	size_t used = 0;

	text[0] = '\0';
	while (tp_radius_next(&it, &value) && used < TEXT - 1) {
		if (value.attribute == TP_RADIUS_UNKNOWN ||
		    (changes && !tp_radius_dynamic_is_change(value.attribute)))
			continue;
		used += (size_t)snprintf(text + used, TEXT - used, "%s%s", used > 0 ? ", " : "",
					 tp_radius_define(value.attribute)->name);
	}
}

static void tell_done(const struct turn *t)
{
	struct tp_who server = {.face = TP_CHANGES_RADIUS, .name = "radius"};
	char changes[TEXT], done[2 * TEXT + 32];

	list(&t->request, true, changes);
	snprintf(done, sizeof(done), "%s is %s%s", t->who,
		 t->request.code == TP_RADIUS_COA_REQUEST ? "changed: " : "ended",
		 t->request.code == TP_RADIUS_COA_REQUEST ? changes : "");
	tp_log_info("radius", "%s of %s: %s", kind(&t->request),
		    address_text(&t->arrival->from, server.address), done);
	tp_audit_note_radius(t->c, &server, done);
}

/* Not each of a flood. */
static bool may_tell(struct turn *t, char before[64])
{
	struct tp_radius_incoming *incoming = t->incoming;

	if (!tp_token_bucket_take(&incoming->tell, t->c->now_ms)) {
		incoming->untold++;
		return false;
	}
	before[0] = '\0';
	if (incoming->untold > 0)
		snprintf(before, 64, " (%llu others were not told of)",
			 (unsigned long long)incoming->untold);
	incoming->untold = 0;
	return true;
}

static void tell_refused(struct turn *t, enum tp_radius_error error)
{
	char from[INET6_ADDRSTRLEN], all[TEXT], before[64];

	if (!may_tell(t, before))
		return;
	list(&t->request, false, all);
	tp_log_warning("radius", "%s of %s is refused, %s%s%s; it has %s%s", kind(&t->request),
		       address_text(&t->arrival->from, from), tp_radius_error_name(error),
		       t->why[0] != '\0' ? ": " : "", t->why, all, before);
}

static void tell_ignored(struct turn *t)
{
	const enum tp_radius_dynamic_reason reason = t->request.ignored;
	char from[INET6_ADDRSTRLEN], before[64];

	if (!may_tell(t, before))
		return;
	tp_log_warning("radius", "a request of %s is ignored: %s%s%s",
		       address_text(&t->arrival->from, from), tp_radius_dynamic_reason_name(reason),
		       reason == TP_RADIUS_DYNAMIC_AUTHENTICATOR ||
				       reason == TP_RADIUS_DYNAMIC_MESSAGE_AUTH
			       ? "; is the secret the same on both sides?"
		       : reason == TP_RADIUS_DYNAMIC_STALE
			       ? "; are the clocks the same on both sides?"
			       : "",
		       before);
}

/* ---- requests ---- */

static size_t apply_request(struct turn *t, uint8_t *reply)
{
	enum tp_radius_error error = carry_out(t);

	if (error == TP_RADIUS_NO_ERROR)
		tell_done(t);
	else
		tell_refused(t, error);
	return tp_radius_dynamic_answer(t->incoming->dynamic, &t->request, error, t->wall_s,
					t->c->now_ms, reply);
}

static void serve(struct turn *t, int fd, const uint8_t *bytes, size_t len)
{
	const struct tp_radius_endpoint *from = &t->arrival->from;
	uint8_t reply[TP_RADIUS_PACKET_MAX];
	size_t reply_len = 0;

	switch (tp_radius_dynamic_input(t->incoming->dynamic, secret_of(t->c, from, bytes, len),
					from, bytes, len, t->wall_s, t->c->now_ms, &t->request,
					reply, &reply_len)) {
	case TP_RADIUS_DYNAMIC_IGNORE:
		tell_ignored(t);
		break;
	case TP_RADIUS_DYNAMIC_REPLY:
		if (t->request.error != TP_RADIUS_NO_ERROR)
			tell_refused(t, t->request.error);
		break;
	case TP_RADIUS_DYNAMIC_APPLY:
		reply_len = apply_request(t, reply);
		break;
	}
	if (reply_len > 0)
		tp_radius_incoming_send(fd, reply, reply_len, t->arrival);
}

void tp_radius_incoming_read(struct tp_control *c, bool ipv6)
{
	struct tp_radius_incoming *incoming = c->radius->incoming;
	uint8_t bytes[TP_RADIUS_PACKET_MAX];
	struct tp_radius_arrival arrival;

	for (unsigned i = 0; i < READ_BURST && incoming->fd[ipv6] >= 0; i++) {
		ssize_t len = tp_radius_incoming_receive(incoming->fd[ipv6], bytes, sizeof(bytes),
							 &arrival);
		struct turn t = {
			.c = c,
			.incoming = incoming,
			.arrival = &arrival,
			.wall_s = (uint32_t)(tp_clock_wall_ms() / 1000),
		};

		if (len == -EAGAIN || len == -EWOULDBLOCK)
			break;
		if (len >= 0)
			serve(&t, incoming->fd[ipv6], bytes, (size_t)len);
	}
}
