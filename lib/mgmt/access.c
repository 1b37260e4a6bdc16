/* SPDX-License-Identifier: BSD-3-Clause */
/* What a client may do. On the Unix socket everything: the file's permissions have decided. Over
 * the network only those may who log in, each what their group allows. */
#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "config/types/password.h"
#include "config/schema/schema.h"
#include "mgmt/server.h"

/* The client's address, in host byte order. */
static uint32_t address_of(const struct mgmt_call *call)
{
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(call->connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);

	if (info == NULL || info->client_addr->sa_family != AF_INET)
		return 0;
	return ntohl(((const struct sockaddr_in *)info->client_addr)->sin_addr.s_addr);
}

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
static void decide(struct mgmt_call *call, enum mgmt_login_result result, enum tp_group group)
{
	if (result != MGMT_LOGIN_OK) {
		refuse(call, result);
		return;
	}
	mgmt_peer_trust(call->connection);
	if (group >= mgmt_route_group(&call->route, call->request->path))
		return;
	call->mgmt->forbidden++;
	call->failure = MHD_HTTP_FORBIDDEN;
	call->failure_detail = "not enough permissions (9)";
}

void mgmt_access(struct mgmt_call *call)
{
	enum tp_group group = TP_GROUP_READ;
	enum mgmt_login_result result;

	if (!call->service->secure)
		return;
	result = mgmt_login(call->mgmt->logins, header(call, "Authorization"), address_of(call),
			    call->mgmt->now_ms, &group);
	if (result == MGMT_LOGIN_ASK && mgmt_call_ask(call))
		return;
	decide(call, result != MGMT_LOGIN_ASK ? result : MGMT_LOGIN_BUSY, group);
}

/* ---- by RADIUS ------------------------------------------------------------------------------ */

struct tp_request *mgmt_access_question(struct mgmt_call *call)
{
	struct tp_request *question = calloc(1, sizeof(*question));
	struct mgmt_credentials credentials;
	char address[TP_IPV4_TEXT_LEN];

	if (question == NULL || !mgmt_credentials_read(header(call, "Authorization"), &credentials))
		return question;
	question->method = TP_METHOD_LOGIN;
	question->path = strdup(credentials.text);
	/* Not checked to be UTF-8: it is the server that knows what it is. */
	question->body =
		json_pack("{s:o,s:s}", "password", json_string_nocheck(credentials.password),
			  "address", tp_ipv4_format(address_of(call), address));
	explicit_bzero(&credentials, sizeof(credentials));
	return question;
}

void mgmt_access_wipe(struct tp_request *question)
{
	const json_t *password = json_object_get(question->body, "password");

	if (password != NULL)
		explicit_bzero((char *)json_string_value(password), json_string_length(password));
}

static bool read_group(const json_t *answer, enum tp_group *group)
{
	const char *word = json_string_value(json_object_get(answer, "group"));

	for (unsigned i = 0; word != NULL && tp_group_words[i] != NULL; i++) {
		if (strcmp(word, tp_group_words[i]) != 0)
			continue;
		*group = (enum tp_group)i;
		return true;
	}
	return false;
}

void mgmt_access_told(struct mgmt_call *call, const struct tp_request *question)
{
	enum mgmt_login_result said = MGMT_LOGIN_SILENCE;
	enum tp_group group = TP_GROUP_READ;

	if (question->status == MHD_HTTP_OK && read_group(question->answer, &group))
		said = MGMT_LOGIN_OK;
	else if (question->status == MHD_HTTP_UNAUTHORIZED)
		said = MGMT_LOGIN_WRONG;
	decide(call,
	       mgmt_login_told(call->mgmt->logins, header(call, "Authorization"), address_of(call),
			       call->mgmt->now_ms, said, group),
	       group);
}

/* ---- before control has it ------------------------------------------------------------------- */

static int hash_one(const struct tp_property *property, json_t *body)
{
	const json_t *value = json_object_get(body, property->name);
	const char *text = json_string_value(value);
	size_t len = json_string_length(value);

	if ((property->flags & TP_HASHED) == 0 || text == NULL || len < property->min ||
	    len > property->max || strlen(text) != len)
		return 0; /* control has an error to tell, or there is nothing to do */
	char *hash = tp_password_keep(text);
	int code = json_object_set_new(body, property->name, json_string(hash));
	free(hash);
	return code == 0 ? 0 : -ENOMEM;
}

/* Hashing takes tens of milliseconds, which control does not have. */
static int hash_passwords(const struct tp_request *request)
{
	int code = 0;

	for (unsigned i = 0; i < TP_RESOURCES; i++)
		for (unsigned p = 0; code == 0 && p < tp_resources[i].count; p++)
			if (mgmt_route_leads(tp_resources[i].path, request->path))
				code = hash_one(&tp_resources[i].properties[p], request->body);
	return code;
}

static bool enables(const char *path)
{
	const char *command = strrchr(path, '/');

	return strcmp(command, "/enable") == 0;
}

int mgmt_access_prepare(struct mgmt_call *call, struct tp_error *error)
{
	const struct tp_request *request = call->request;

	if (!json_is_object(request->body) ||
	    mgmt_route_group(&call->route, request->path) != TP_GROUP_FULL)
		return 0;
	if (hash_passwords(request) != 0)
		return tp_error_set(error, -EINVAL, "user", "out of memory");
	if (!mgmt_route_leads("/ip/service", request->path))
		return 0;
	return mgmt_remote_check(call->mgmt, request->body, enables(request->path), error);
}
