/* SPDX-License-Identifier: BSD-3-Clause */
/* Who the peer is: from its proof, by way of lib/aaa, to what it gets or why it gets nothing.
 *
 * A login is an open question. It is put to aaa, whose answer may come at once or later; but that
 * of a link whose session is to encrypt not before that has come up: the keys are of its own line's
 * login, which both sides have to take for the first. With the
 * answer in hand it may then wait until an earlier session of the subscriber has let go of the
 * address. The session may end or ask afresh meanwhile; then the question is taken back. */
#include "session/bundle.h"
#include "session/engine.h"
#include "session/events.h"
#include "session/half_open.h"
#include "session/ipv6.h"
#include "session/life.h"
#include "session/login.h"

#include <errno.h>

/* ---- the decision ---- */

static void answer(struct tp_ac_login *login, const struct tp_ppp_auth_result *result)
{
	struct tp_line *line = login->line;
	uint32_t serial = login->request.serial;

	tp_ac_login_over(login);
	tp_ac_ppp_enter(line);
	tp_ppp_auth_result(&line->ppp, serial, result, line->ac->now_ms);
	tp_ac_ppp_leave(line);
}

/* The peer hears the same whatever was wrong with what it sent, unless a server wants it to hear
 * more: who has no password learns nothing about names. A is NULL when nobody was asked. */
static void reject(struct tp_ac_login *login, enum tp_auth_failure failure,
		   const struct tp_aaa_answer *a, const char *why)
{
	const struct tp_ppp_auth_result result = {
		.accept = false,
		.error = a != NULL ? a->error : 0,
		.message = a != NULL && a->message[0] != '\0' ? a->message : NULL,
	};
	struct tp_line *line = login->line;

	line->ac->counters.auth_failed[failure]++;
	if (failure == TP_AUTH_FAIL_LOCKED) {
		tp_ac_tell_login_failed(line, login->user, failure, true,
					"login not taken: too many wrong ones before");
		answer(login, &result);
		return;
	}
	tp_ac_tell_login_failed(line, login->user, failure, false, "authentication failed (%s): %s",
				tp_ppp_method_name(login->request.method), why);
	if (failure == TP_AUTH_FAIL_PASSWORD || failure == TP_AUTH_FAIL_NO_SECRET ||
	    failure == TP_AUTH_FAIL_REJECTED)
		tp_ac_lockout_failed(line, login->user);
	answer(login, &result);
}

static void accept(struct tp_ac_login *login)
{
	const struct tp_session *own = tp_line_own(login->line);
	struct tp_ppp_auth_result result = {
		.accept = true,
		.message = login->message[0] != '\0' ? login->message : NULL,
		.interface_ids = tp_ac_interface_ids(login->line),
	};

	if (own != NULL) {
		result.addresses = tp_ac_subscriber_addresses(own);
		result.no_ipv6 = own->no_ipv6;
	}
	memcpy(result.authenticator_response, login->authenticator_response,
	       sizeof(result.authenticator_response));
	login->ac->counters.auth_accepted++;
	answer(login, &result);
}

/* RouterOS's only-one: "a user is not allowed to have more than one ppp session at a time". The
 * newest wins: a subscriber whose modem lost power can dial in at once. Returns one that had an
 * address and is about to lose it, or NULL. A host that dials in again has forgotten its old
 * session: for it a PADT will do. */
static struct tp_session *replace_others(struct tp_line *line)
{
	struct tp_line *other = tp_ac_index_find_user(line->ac, line->user, NULL), *next;
	struct tp_session *dying = NULL, *own;

	for (; other != NULL; other = next) {
		next = tp_ac_index_find_user(line->ac, line->user, other);
		if (other == line)
			continue;
		own = tp_line_own(other);
		if (own != NULL && (own->remote_address != 0 || own->ipv6 != NULL))
			dying = own;
		tp_ac_end(other, TP_END_REPLACED_USER, !tp_mac_equal(&other->mac, &line->mac));
	}
	return dying;
}

/* The peer is let in, but there is nothing for it: not its credentials' fault, and it must not
 * look so, or the client asks its user for another password. */
static void turn_away(struct tp_ac_login *login, enum tp_ac_event_kind kind,
		      enum tp_end_reason reason, const char *why)
{
	struct tp_line *line = login->line;

	tp_ac_tell(line, kind, TP_LOG_WARNING, "%s", why);
	accept(login);
	tp_ac_end(line, reason, true);
}

/* False: turned away, as it can't have the encryption that it is to have. */
static bool set_encryption(struct tp_ac_login *login, const struct tp_aaa_answer *a)
{
	int rc = tp_ac_encryption_set(login->line, &a->subscriber, a->has_keys ? &a->keys : NULL);
	char why[96];

	if (rc == -ENOKEY) {
		snprintf(why, sizeof(why), "its profile requires encryption, and %s gives no keys",
			 tp_ppp_method_name(login->request.method));
		turn_away(login, TP_AC_NO_ENCRYPTION, TP_END_NO_ENCRYPTION, why);
	} else if (rc != 0) {
		turn_away(login, TP_AC_NO_ENCRYPTION, TP_END_RESOURCES,
			  "no memory for its encryption");
	}
	return rc == 0;
}

/* REPLACED: see tp_ac_take_addresses(). */
static void give_addresses(struct tp_ac_login *login, struct tp_session *replaced)
{
	struct tp_session *wait_for = NULL;
	char why[160];

	switch (tp_ac_take_addresses(tp_line_own(login->line), replaced, &wait_for, why)) {
	case TP_AC_TAKEN:
		accept(login);
		break;
	case TP_AC_TAKE_WAIT:
		login->ac->counters.address_waits++;
		login->waits_for = wait_for;
		LIST_INSERT_HEAD(&wait_for->waiters, login, entry);
		break;
	case TP_AC_TAKE_FAILED:
		turn_away(login, TP_AC_NO_ADDRESS, TP_END_NO_ADDRESS, why);
		break;
	}
}

/* What LINE has of an earlier attempt goes. */
static void join(struct tp_line *line, struct tp_session *s)
{
	if (line->session == s)
		return;
	tp_ac_encryption_free(line);
	tp_ac_session_drop(line);
	tp_ac_bundle_join(line, s);
}

static void let_in(struct tp_ac_login *login, struct tp_aaa_answer *a)
{
	struct tp_line *line = login->line;
	struct tp_session *dying = NULL, *s;

	tp_ac_half_open_over(line);
	if (line->user == NULL && tp_ac_index_user(line->ac, line, login->user) != 0) {
		turn_away(login, TP_AC_NO_ADDRESS, TP_END_RESOURCES, "no memory for its name");
		return;
	}
	s = tp_ac_bundle_of(line);
	if (s != NULL) {
		join(line, s);
		accept(login);
		return;
	}
	s = tp_ac_session_begin(line);
	if (s == NULL) {
		turn_away(login, TP_AC_NO_ADDRESS, TP_END_RESOURCES, "no memory for its session");
		return;
	}
	if (!set_encryption(login, a))
		return;
	if (a->subscriber.only_one)
		dying = replace_others(line);
	if (tp_ac_subscriber_take(s, &a->subscriber) != 0) {
		turn_away(login, TP_AC_NO_ADDRESS, TP_END_RESOURCES, "no memory for what it gets");
		return;
	}
	give_addresses(login, dying);
}

/* ---- the question ---- */

static enum tp_auth_failure failure_of(enum tp_aaa_reason reason)
{
	switch (reason) {
	case TP_AAA_DISABLED:
		return TP_AUTH_FAIL_DISABLED;
	case TP_AAA_SERVICE_MISMATCH:
		return TP_AUTH_FAIL_SERVICE;
	case TP_AAA_CALLER_MISMATCH:
		return TP_AUTH_FAIL_CALLER;
	case TP_AAA_WRONG_PASSWORD:
		return TP_AUTH_FAIL_PASSWORD;
	case TP_AAA_REJECTED:
		return TP_AUTH_FAIL_REJECTED;
	case TP_AAA_NO_ANSWER:
		return TP_AUTH_FAIL_NO_ANSWER;
	case TP_AAA_UNUSABLE:
		return TP_AUTH_FAIL_UNUSABLE;
	default:
		return TP_AUTH_FAIL_NO_SECRET;
	}
}

static void passed(struct tp_ac_login *login, struct tp_aaa_answer *a)
{
	tp_ac_lockout_passed(login->line, login->user);
	if (login->request.again)
		accept(login);
	else
		let_in(login, a);
}

static void answered(void *owner, struct tp_aaa_answer *a)
{
	struct tp_ac_login *login = owner;
	const struct tp_line *line = login->line;

	memcpy(login->authenticator_response, a->authenticator_response,
	       sizeof(login->authenticator_response));
	memcpy(login->message, a->message, sizeof(login->message));
	if (a->reason == TP_AAA_NO_MEMORY)
		turn_away(login, TP_AC_NO_ADDRESS, TP_END_RESOURCES, a->text);
	else if (a->reason != TP_AAA_ACCEPT)
		reject(login, failure_of(a->reason), a, a->text);
	else if (line->user != NULL && strcmp(line->user, login->user) != 0)
		reject(login, TP_AUTH_FAIL_NAME_CHANGED, NULL,
		       "the session belongs to another user");
	else
		passed(login, a);
}

static void ask(struct tp_ac_login *login)
{
	const struct tp_line *line = login->line;

	snprintf(login->interface, sizeof(login->interface), "%s", line->server->interface);
	snprintf(login->service_name, sizeof(login->service_name), "%s",
		 line->server->service_name);
	snprintf(login->default_profile, sizeof(login->default_profile), "%s",
		 line->server->default_profile);
	login->query.question = (struct tp_aaa_question){
		.user = login->user,
		.service = TP_SERVICE_PPPOE,
		.caller_id = line->mac,
		.line = line->access_line,
		.interface = login->interface,
		.service_name = login->service_name,
		.default_profile = login->default_profile,
		.vlans = line->access.vlans,
		.session_id = line->session_id,
		.nas_port = line->slot,
		.accounting_id = tp_ac_accounting_id(line),
		.proof = &login->request,
	};
	login->query.answer = answered;
	login->query.owner = login;
	tp_aaa_ask(login->ac->aaa, &login->query);
}

/* The first takes the address; the others find it with a session that lives. */
void tp_ac_login_wake(struct tp_session *s)
{
	struct tp_ac_login_list in_order = LIST_HEAD_INITIALIZER(in_order);
	struct tp_ac_login *login;

	tp_ac_logins_follow(s);
	while ((login = LIST_FIRST(&s->waiters)) != NULL) {
		LIST_REMOVE(login, entry);
		LIST_INSERT_HEAD(&in_order, login, entry);
	}
	while ((login = LIST_FIRST(&in_order)) != NULL) {
		LIST_REMOVE(login, entry);
		login->waits_for = NULL;
		give_addresses(login, NULL);
	}
}

/* Of several that followed one that is gone the first begins another. */
void tp_ac_login_due(struct tp_line *line)
{
	struct tp_ac_login *login = line->login;
	struct tp_session *s = tp_ac_bundle_to_follow(line, login->user);

	login->due = false;
	if (s != NULL)
		tp_ac_login_wait_for(login, s);
	else
		ask(login);
}

void tp_ac_login_ask(struct tp_line *line, const struct tp_ppp_auth_request *request)
{
	const struct tp_ppp_auth_result refusal = {.accept = false};
	struct tp_ac_login *login;
	struct tp_session *s;

	tp_ac_login_abandon(line);
	login = tp_ac_login_begin(line);
	if (login == NULL) {
		tp_ppp_auth_result(&line->ppp, request->serial, &refusal, line->ac->now_ms);
		tp_ac_end(line, TP_END_RESOURCES, true);
		return;
	}
	login->request = *request;
	tp_aaa_user_name(line->ac->config, request->name, login->user);
	if (tp_ac_lockout_holds(line, login->user))
		reject(login, TP_AUTH_FAIL_LOCKED, NULL, "");
	else if (!request->again && (s = tp_ac_bundle_to_follow(line, login->user)) != NULL)
		tp_ac_login_wait_for(login, s);
	else
		ask(login);
}

void tp_ac_login_anonymous(struct tp_line *line)
{
	struct tp_subscriber subscriber;
	struct tp_session *s = tp_ac_session_begin(line), *wait_for;
	struct tp_ppp_interface_ids ids;
	struct tp_ppp_addresses addresses;
	char why[160];

	if (s == NULL || tp_aaa_local_profile(line->ac->secrets, NULL,
					      line->server->default_profile, &subscriber) != 0) {
		tp_ac_end(line, TP_END_RESOURCES, true);
		return;
	}
	if (tp_ac_subscriber_take(s, &subscriber) != 0) {
		tp_subscriber_clear(&subscriber);
		tp_ac_end(line, TP_END_RESOURCES, true);
		return;
	}
	if (tp_ac_encryption_set(line, s->subscriber, NULL) != 0) {
		tp_ac_tell(line, TP_AC_NO_ENCRYPTION, TP_LOG_WARNING,
			   "its profile requires encryption, and there is no login to give keys");
		tp_ac_end(line, TP_END_NO_ENCRYPTION, true);
		return;
	}
	if (tp_ac_take_addresses(s, NULL, &wait_for, why) != TP_AC_TAKEN) {
		tp_ac_tell(line, TP_AC_NO_ADDRESS, TP_LOG_WARNING, "%s", why);
		tp_ac_end(line, TP_END_NO_ADDRESS, true);
		return;
	}
	addresses = tp_ac_subscriber_addresses(s);
	tp_ppp_set_addresses(&line->ppp, &addresses);
	ids = tp_ac_interface_ids(line);
	tp_ppp_set_interface_ids(&line->ppp, s->no_ipv6 ? NULL : &ids);
}
