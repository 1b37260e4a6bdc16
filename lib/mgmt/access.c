/* SPDX-License-Identifier: BSD-3-Clause */
/* What a client may do. On the Unix socket everything: the file's permissions have decided. Over
 * the network only those may who log in, each what their group allows. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "mgmt/server.h"

/* Which of the reasons it was, a stranger is told only as far as waiting helps. */
static void refuse(struct mgmt_call *call, enum mgmt_login_result result)
{
	switch (result) {
	case MGMT_LOGIN_LOCKED:
		call->failure = MHD_HTTP_TOO_MANY_REQUESTS;
		call->failure_detail = "too many wrong logins from this address, wait";
		break;
	case MGMT_LOGIN_BUSY:
		call->failure = MHD_HTTP_SERVICE_UNAVAILABLE;
		call->failure_detail = "too many logins at once, try again";
		break;
	case MGMT_LOGIN_SILENCE:
		call->failure = MHD_HTTP_SERVICE_UNAVAILABLE;
		call->failure_detail = "no RADIUS server answers, try again";
		break;
	default:
		call->failure = MHD_HTTP_UNAUTHORIZED;
		break;
	}
}

static const char *header(const struct mgmt_call *call, const char *name)
{
	return MHD_lookup_connection_value(call->connection, MHD_HEADER_KIND, name);
}

static bool has_body(const struct mgmt_call *call)
{
	const char *length = header(call, "Content-Length");

	return header(call, "Transfer-Encoding") != NULL ||
	       (length != NULL && strtoull(length, NULL, 10) != 0);
}

enum MHD_Result mgmt_access_origin(struct mgmt_call *call, const char *method, bool *allowed)
{
	const struct mgmt_origin request = {
		.method = method,
		.host = header(call, "Host"),
		.origin = header(call, "Origin"),
		.fetch_site = header(call, "Sec-Fetch-Site"),
	};

	*allowed = false;
	if (mgmt_origin_is_foreign(&request)) {
		call->mgmt->cross_site++;
		return mgmt_reply_error(call, MHD_HTTP_FORBIDDEN,
					"another site's page asks for this");
	}
	/* On the socket, which no browser reaches, `curl -d` need not name the type. */
	if (call->service->secure && call->route.takes_body && has_body(call) &&
	    !mgmt_origin_is_json(header(call, "Content-Type")))
		return mgmt_reply_error(call, MHD_HTTP_UNSUPPORTED_MEDIA_TYPE,
					"expected Content-Type: application/json");
	*allowed = true;
	return MHD_YES;
}

/* What follows from RESULT. */
static void decide(struct mgmt_call *call, enum mgmt_login_result result,
		   const struct tp_rights *rights)
{
	if (result != MGMT_LOGIN_OK) {
		refuse(call, result);
		return;
	}
	mgmt_peer_trust(call->connection);
	call->known = true;
	mgmt_presence_begin(call->mgmt, &call->presence, mgmt_who_address(call));
	call->rights = *rights;
	if ((mgmt_route_policy(&call->route, call->request->path) & ~rights->policy) == 0)
		return;
	call->mgmt->forbidden++;
	call->failure = MHD_HTTP_FORBIDDEN;
	call->failure_detail = "not enough permissions (9)";
}

void mgmt_access(struct mgmt_call *call)
{
	struct tp_rights rights = {.policy = 0};
	enum mgmt_login_result result;

	if (!call->service->secure || call->route.target == MGMT_PAGE)
		return;
	result = mgmt_login(call->mgmt->logins, header(call, "Authorization"),
			    mgmt_who_address(call), call->mgmt->now_ms, &rights);
	if (result == MGMT_LOGIN_ASK && mgmt_call_ask(call))
		return;
	decide(call, result != MGMT_LOGIN_ASK ? result : MGMT_LOGIN_BUSY, &rights);
}

/* ---- by RADIUS ------------------------------------------------------------------------------ */

struct tp_request *mgmt_access_ask(struct mgmt_call *call)
{
	struct mgmt_credentials credentials;
	struct tp_request *question = NULL;

	if (mgmt_credentials_read(header(call, "Authorization"), &credentials))
		question = mgmt_question_create(&credentials, mgmt_who_address(call), call);
	explicit_bzero(&credentials, sizeof(credentials));
	return question;
}

void mgmt_access_told(struct mgmt_call *call, const struct tp_request *question)
{
	char group[TP_GROUP_NAME_MAX];
	enum mgmt_login_result said = mgmt_question_answer(question, group);
	const struct tp_rights rights = tp_remote_rights(call->mgmt->remote, group);

	decide(call,
	       mgmt_login_told(call->mgmt->logins, header(call, "Authorization"),
			       mgmt_who_address(call), call->mgmt->now_ms, said, &rights),
	       &rights);
}
