/* SPDX-License-Identifier: BSD-3-Clause */
#include "control/radius/operators.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/api.h"
#include "base/log.h"
#include "base/text.h"
#include "config/schema/access.h"
#include "control/control_private.h"
#include "control/radius/radius.h"

#define SHOWN_LEN TP_TEXT_ROOM(64)

/* A question that is with the servers. */
struct tp_operator_login {
	struct tp_control *c;
	struct tp_request *request;
	struct tp_radius_request *asked;
	uint64_t until_ms;
	TAILQ_ENTRY(tp_operator_login) entry;
};

static const char *text_of(const struct tp_request *request, const char *name)
{
	return json_string_value(json_object_get(request->body, name));
}

/* ---- answers -------------------------------------------------------------------------------- */

/* The group of whom PACKET accepts, in WORD. False: it can't be had, and the log says why. */
static bool read_group(const struct tp_control *c, const char *name,
		       const struct tp_radius_packet *packet, char word[TP_RADIUS_VALUE_MAX + 1])
{
	const struct tp_config_user_aaa *aaa =
		(const void *)tp_config_first(c->config, TP_USER_AAA);
	struct tp_radius_value value;
	char shown[SHOWN_LEN], word_shown[SHOWN_LEN];

	if (!tp_radius_get(packet, TP_RADIUS_MIKROTIK_GROUP, &value)) {
		snprintf(word, TP_RADIUS_VALUE_MAX + 1, "%s", aaa->default_group);
		return true;
	}
	if (tp_radius_text(&value, word, TP_RADIUS_VALUE_MAX + 1) &&
	    tp_config_find(c->config, TP_USER_GROUPS, word) != NULL)
		return true;
	tp_log_warning("radius",
		       "operator %s is refused: the server's Mikrotik-Group '%s' is none of "
		       "/user/group",
		       tp_text_show(name, shown, sizeof(shown)),
		       tp_text_escape(value.bytes, value.len, word_shown, sizeof(word_shown)));
	return false;
}

/* A server that lets somebody in as a subscriber has not let in an operator: a service that is not
 * the one asked for is a refusal (RFC 2865, section 5.6). */
static bool is_for_operators(const char *name, const struct tp_radius_packet *packet)
{
	struct tp_radius_value value;
	char shown[SHOWN_LEN];
	uint32_t service = 0;

	if (!tp_radius_get(packet, TP_RADIUS_SERVICE_TYPE, &value))
		return true;
	tp_radius_u32(&value, &service);
	if (service == TP_RADIUS_SERVICE_LOGIN || service == TP_RADIUS_SERVICE_ADMINISTRATIVE ||
	    service == TP_RADIUS_SERVICE_NAS_PROMPT)
		return true;
	tp_log_warning("radius", "operator %s is refused: the server's Service-Type is %u",
		       tp_text_show(name, shown, sizeof(shown)), service);
	return false;
}

static void answer_by(const struct tp_control *c, struct tp_request *request,
		      const struct tp_radius_packet *packet)
{
	char group[TP_RADIUS_VALUE_MAX + 1];

	if (packet->code == TP_RADIUS_ACCESS_ACCEPT && is_for_operators(request->path, packet) &&
	    read_group(c, request->path, packet, group))
		tp_api_answer(request, TP_API_OK, json_pack("{s:s}", "group", group));
	else
		tp_api_error(request, TP_API_UNAUTHORIZED, NULL);
}

static void close_login(struct tp_operator_login *login)
{
	TAILQ_REMOVE(&login->c->radius->operators, login, entry);
	free(login);
}

static void done(void *owner, const struct tp_radius_outcome *outcome)
{
	struct tp_operator_login *login = owner;
	struct tp_request *request = login->request;
	struct tp_control *c = login->c;

	close_login(login);
	if (outcome->result == TP_RADIUS_ANSWERED)
		answer_by(c, request, outcome->packet);
	else
		tp_api_error(request, TP_API_UNAVAILABLE, NULL);
	tp_mailbox_answer(&c->mailbox, request);
}

/* ---- questions ------------------------------------------------------------------------------ */

/* A server that is for clients of one PPPoE service alone is for no operator. */
static bool suits(const struct tp_config_radius *server, const char *name)
{
	return tp_control_radius_asks(server, TP_RADIUS_FOR_LOGIN) &&
	       server->called_id[0] == '\0' && tp_radius_in_domain(name, server->domain);
}

static unsigned choose(const struct tp_control *c, const char *name,
		       uint32_t ids[TP_RADIUS_ORDER_MAX], const struct tp_config_radius **first)
{
	const struct tp_config_item *item = tp_config_first(c->config, TP_RADIUS);
	unsigned count = 0;

	for (; item != NULL && count < TP_RADIUS_ORDER_MAX; item = tp_config_next(item)) {
		const struct tp_config_radius *server = (const void *)item;

		if (!suits(server, name))
			continue;
		if (count == 0)
			*first = server;
		ids[count++] = item->id;
	}
	return count;
}

static size_t build(const struct tp_control *c, const struct tp_config_radius *first,
		    const struct tp_request *request, uint8_t room[TP_RADIUS_PACKET_MAX])
{
	struct tp_radius_nas nas = {.identifier = tp_config_identity(c->config)->name};
	const char *password = text_of(request, "password");
	struct tp_radius_builder b;
	uint8_t address6[16];

	tp_control_radius_own_address(first, &nas, address6);
	tp_radius_begin(&b, room, TP_RADIUS_PACKET_MAX, TP_RADIUS_ACCESS_REQUEST);
	tp_radius_put_message_authenticator(&b);
	tp_radius_put_text(&b, TP_RADIUS_USER_NAME, request->path);
	tp_radius_put_password(&b, password, strlen(password));
	tp_radius_put_u32(&b, TP_RADIUS_SERVICE_TYPE, TP_RADIUS_SERVICE_LOGIN);
	tp_radius_put_text(&b, TP_RADIUS_CALLING_STATION_ID, text_of(request, "address"));
	tp_radius_put_text(&b, TP_RADIUS_MIKROTIK_REALM, first->realm);
	tp_radius_put_nas(&b, &nas);
	return tp_radius_finish(&b);
}

static int put(struct tp_operator_login *login)
{
	struct tp_control *c = login->c;
	const struct tp_config_radius *first = NULL;
	uint8_t room[TP_RADIUS_PACKET_MAX];
	uint32_t ids[TP_RADIUS_ORDER_MAX];
	struct tp_radius_ask ask = {
		.service = TP_RADIUS_AUTH,
		.bytes = room,
		.servers = ids,
		.done = done,
		.owner = login,
	};
	int error;

	ask.server_count = choose(c, login->request->path, ids, &first);
	if (ask.server_count == 0)
		return -ENOENT;
	ask.len = build(c, first, login->request, room);
	error = ask.len == 0
			? -EINVAL
			: tp_radius_client_ask(c->radius->client, &ask, &login->asked, c->now_ms);
	explicit_bzero(room, sizeof(room));
	return error;
}

/* Nobody has been asked, and why. */
static void answer_without(struct tp_request *request, int error)
{
	switch (error) {
	case -ENOENT:
		tp_log_warning("radius", "no server is for this operator's login");
		/* fall through */
	case -EINVAL: /* longer than RADIUS can say: no server knows it */
		tp_api_error(request, TP_API_UNAUTHORIZED, NULL);
		break;
	default:
		tp_api_error(request, TP_API_UNAVAILABLE, NULL);
		break;
	}
}

bool tp_control_operator_login(struct tp_control *c, struct tp_request *request)
{
	struct tp_operator_login *login = c->ending ? NULL : calloc(1, sizeof(*login));
	int error;

	if (login == NULL) {
		tp_api_error(request, TP_API_UNAVAILABLE, NULL);
		return true;
	}
	*login = (struct tp_operator_login){
		.c = c,
		.request = request,
		.until_ms = c->now_ms + TP_LOGIN_WAIT_MS,
	};
	TAILQ_INSERT_TAIL(&c->radius->operators, login, entry);
	error = put(login);
	if (error == 0)
		return false;
	close_login(login);
	answer_without(request, error);
	return true;
}

/* ---- time, and the end ---------------------------------------------------------------------- */

static void give_up(struct tp_operator_login *login)
{
	struct tp_request *request = login->request;
	struct tp_control *c = login->c;

	tp_radius_client_cancel(c->radius->client, login->asked, c->now_ms);
	close_login(login);
	tp_api_error(request, TP_API_UNAVAILABLE, NULL);
	tp_mailbox_answer(&c->mailbox, request);
}

void tp_control_operators_expire(struct tp_control *c)
{
	struct tp_operator_login *login;

	while ((login = TAILQ_FIRST(&c->radius->operators)) != NULL && c->now_ms >= login->until_ms)
		give_up(login);
}

void tp_control_operators_end(struct tp_control *c)
{
	while (!TAILQ_EMPTY(&c->radius->operators))
		give_up(TAILQ_FIRST(&c->radius->operators));
}

void tp_control_operators_forget(struct tp_operator_logins *logins)
{
	struct tp_operator_login *login;

	while ((login = TAILQ_FIRST(logins)) != NULL)
		close_login(login);
}
