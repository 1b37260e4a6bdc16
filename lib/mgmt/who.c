/* SPDX-License-Identifier: BSD-3-Clause */
#include "mgmt/who.h"

#include <netinet/in.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "api/methods.h"
#include "base/text.h"
#include "config/types/value.h"
#include "mgmt/binary/talk.h"
#include "mgmt/server.h"

uint32_t mgmt_who_address(const struct mgmt_call *call)
{
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(call->connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);

	if (info == NULL || info->client_addr->sa_family != AF_INET)
		return 0;
	return ntohl(((const struct sockaddr_in *)info->client_addr)->sin_addr.s_addr);
}

static void set_face(struct tp_who *who, const char *face)
{
	snprintf(who->face, sizeof(who->face), "%s", face);
}

static void of_network(struct mgmt_call *call, struct tp_who *who)
{
	struct mgmt_credentials credentials;
	char address[TP_IPV4_TEXT_LEN];

	set_face(who, "rest");
	snprintf(who->address, sizeof(who->address), "%s",
		 tp_ipv4_format(mgmt_who_address(call), address));
	if (mgmt_credentials_read(
		    MHD_lookup_connection_value(call->connection, MHD_HEADER_KIND, "Authorization"),
		    &credentials))
		tp_text_show(credentials.text, who->name, sizeof(who->name));
	explicit_bzero(&credentials, sizeof(credentials));
}

/* The kernel says who it is; that it is turnpikectl, it says itself. */
static void of_socket(struct mgmt_call *call, struct tp_who *who)
{
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(call->connection, MHD_CONNECTION_INFO_CONNECTION_FD);
	const char *agent =
		MHD_lookup_connection_value(call->connection, MHD_HEADER_KIND, "User-Agent");
	struct ucred process = {.uid = (uid_t)-1};
	socklen_t len = sizeof(process);
	struct passwd entry, *user = NULL;
	char room[2048];

	set_face(who, agent != NULL && strncmp(agent, "turnpikectl", 11) == 0 ? "cli" : "socket");
	if (info == NULL ||
	    getsockopt(info->connect_fd, SOL_SOCKET, SO_PEERCRED, &process, &len) != 0)
		return;
	if (getpwuid_r(process.uid, &entry, room, sizeof(room), &user) == 0 && user != NULL)
		tp_text_show(user->pw_name, who->name, sizeof(who->name));
	else
		snprintf(who->name, sizeof(who->name), "uid %u", process.uid);
}

void mgmt_who_of_call(struct mgmt_call *call)
{
	struct tp_who *who = &call->request->who;

	if (tp_request_only_reads(call->request->method, call->request->path))
		return;
	who->policy = call->service->secure ? call->rights.policy : ~0u;
	if (call->service->secure)
		of_network(call, who);
	else
		of_socket(call, who);
}

void mgmt_who_of_talk(const struct mgmt_talk *talk, struct tp_who *who)
{
	char address[TP_IPV4_TEXT_LEN];

	set_face(who, tp_service_words[talk->service]);
	tp_text_show(talk->name, who->name, sizeof(who->name));
	snprintf(who->address, sizeof(who->address), "%s", tp_ipv4_format(talk->address, address));
	who->policy = talk->rights.policy;
}
