/* SPDX-License-Identifier: BSD-3-Clause */
#include "mgmt/service.h"

#include <arpa/inet.h>
#include <errno.h>
#include <gnutls/abstract.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "base/log.h"
#include "mgmt/server.h"

#define CONNECTION_MEMORY (64 * 1024) /* headers, and one block of an answer */
#define BACKLOG		  64
#define TLS_VERSIONS	  "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2"

static void http_log(void *cls, const char *format, va_list args)
{
	char text[256];

	vsnprintf(text, sizeof(text), format, args);
	text[strcspn(text, "\n")] = '\0';
	tp_log_debug("management", "%s", text);
}

/* ---- TLS ---------------------------------------------------------------------------------- */

/* libmicrohttpd wants a certificate or this; each connection is given its certificate as it
 * begins, mgmt/peer.c, so this is never asked. */
static int no_certificate(gnutls_session_t session, const struct gnutls_cert_retr_st *info,
			  gnutls_pcert_st **certificates, unsigned *count,
			  gnutls_ocsp_data_st **ocsp, unsigned *ocsp_count, gnutls_privkey_t *key,
			  unsigned *flags)
{
	return -1;
}

static enum MHD_Result accepts(void *cls, const struct sockaddr *address, socklen_t len)
{
	struct mgmt_service *service = cls;
	const struct sockaddr_in *in = (const void *)address;

	if (address->sa_family == AF_INET &&
	    tp_remote_allows(&service->address, ntohl(in->sin_addr.s_addr)))
		return MHD_YES;
	service->mgmt->tls_refused++;
	return MHD_NO;
}

/* ---- starting ------------------------------------------------------------------------------- */

/* Places are counted by mgmt_accept(); those whose connections are cut off but still there are not
 * in the way of others. */
#define CONNECTIONS_BEYOND 1024

static struct MHD_Daemon *start_unix(struct mgmt_service *service)
{
	struct tp_mgmt *mgmt = service->mgmt;

	return MHD_start_daemon(
		MHD_USE_EPOLL | MHD_USE_NO_LISTEN_SOCKET | MHD_ALLOW_SUSPEND_RESUME |
			MHD_USE_ERROR_LOG,
		0, NULL, NULL, mgmt_call_handle, service, MHD_OPTION_EXTERNAL_LOGGER, http_log,
		NULL, MHD_OPTION_CONNECTION_LIMIT, service->max_connections + CONNECTIONS_BEYOND,
		MHD_OPTION_CONNECTION_TIMEOUT, mgmt->setup.idle_timeout_s,
		MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_MEMORY,
		MHD_OPTION_NOTIFY_CONNECTION, mgmt_peer_changed, service,
		MHD_OPTION_URI_LOG_CALLBACK, mgmt_call_create, service, MHD_OPTION_NOTIFY_COMPLETED,
		mgmt_call_completed, service, MHD_OPTION_END);
}

static struct MHD_Daemon *start_secure(struct mgmt_service *service)
{
	struct tp_mgmt *mgmt = service->mgmt;

	return MHD_start_daemon(
		MHD_USE_TLS | MHD_USE_EPOLL | MHD_USE_NO_LISTEN_SOCKET | MHD_ALLOW_SUSPEND_RESUME |
			MHD_USE_ERROR_LOG,
		0, accepts, service, mgmt_call_handle, service, MHD_OPTION_EXTERNAL_LOGGER,
		http_log, NULL, MHD_OPTION_CONNECTION_LIMIT,
		service->max_connections + CONNECTIONS_BEYOND, MHD_OPTION_PER_IP_CONNECTION_LIMIT,
		service->max_connections / 4, MHD_OPTION_CONNECTION_TIMEOUT,
		mgmt->setup.idle_timeout_s, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
		(size_t)CONNECTION_MEMORY, MHD_OPTION_HTTPS_PRIORITIES, TLS_VERSIONS,
		MHD_OPTION_HTTPS_CERT_CALLBACK2, no_certificate, MHD_OPTION_NOTIFY_CONNECTION,
		mgmt_peer_changed, service, MHD_OPTION_URI_LOG_CALLBACK, mgmt_call_create, service,
		MHD_OPTION_NOTIFY_COMPLETED, mgmt_call_completed, service, MHD_OPTION_END);
}

static struct mgmt_service *create(struct tp_mgmt *mgmt)
{
	struct mgmt_service *service = calloc(1, sizeof(*service));

	if (service == NULL)
		return NULL;
	service->mgmt = mgmt;
	service->listen_fd = -1;
	TAILQ_INIT(&service->peers);
	return service;
}

/* FD listens. */
static int begin(struct mgmt_service *service, struct MHD_Daemon *http, int fd, const char *place,
		 struct tp_error *error)
{
	struct tp_mgmt *mgmt = service->mgmt;
	const union MHD_DaemonInfo *info;

	if (http == NULL)
		return tp_error_set(error, -EIO, place, "the HTTP server did not start");
	service->http = http;
	info = MHD_get_daemon_info(http, MHD_DAEMON_INFO_EPOLL_FD);
	struct epoll_event event = {.events = EPOLLIN, .data.fd = info->epoll_fd};
	if (epoll_ctl(mgmt->epoll_fd, EPOLL_CTL_ADD, info->epoll_fd, &event) != 0) {
		int code = -errno;
		MHD_stop_daemon(http);
		return tp_error_set(error, code, place, "cannot watch a descriptor: %s",
				    strerror(-code));
	}
	service->listen_fd = fd;
	TAILQ_INSERT_TAIL(&mgmt->services, service, entry);
	mgmt_accept(service); /* from now on the loop hears of who comes */
	return 0;
}

int mgmt_service_open_unix(struct tp_mgmt *mgmt, int fd, const char *path, struct tp_error *error)
{
	struct mgmt_service *service = create(mgmt);

	if (service == NULL)
		return tp_error_set(error, -ENOMEM, path, "out of memory");
	service->max_connections = mgmt_accept_bound(mgmt->setup.max_connections);
	int code = begin(service, start_unix(service), fd, path, error);
	if (code != 0)
		free(service);
	return code;
}

/* CERTIFICATE's use is taken over if this succeeds. */
static int open_secure(struct tp_mgmt *mgmt, const struct tp_remote_service *remote,
		       struct mgmt_certificate *certificate, struct tp_error *error)
{
	int fd = mgmt_remote_listen(TP_SERVICE_WWW_SSL, remote->local_address, remote->port, error);
	char text[TP_IPV4_TEXT_LEN];

	if (fd < 0)
		return fd;
	struct mgmt_service *service = create(mgmt);
	if (service == NULL) {
		close(fd);
		return tp_error_set(error, -ENOMEM, "ip.service[www-ssl]", "out of memory");
	}
	service->secure = true;
	service->port = remote->port;
	service->local_address = remote->local_address;
	service->max_sessions = remote->max_sessions;
	service->max_connections = mgmt_accept_bound(remote->max_sessions);
	service->address = remote->address;
	service->certificate = certificate;
	int code = begin(service, start_secure(service), fd, "ip.service[www-ssl]", error);
	if (code != 0) {
		close(fd);
		free(service);
		return code;
	}
	tp_log_info("management", "www-ssl listens on %s:%u",
		    tp_ipv4_format(remote->local_address, text), remote->port);
	return 0;
}

/* ---- changing ------------------------------------------------------------------------------- */

static struct mgmt_service *current(const struct tp_mgmt *mgmt)
{
	struct mgmt_service *service;

	TAILQ_FOREACH (service, &mgmt->services, entry)
		if (service->secure && !service->retired)
			return service;
	return NULL;
}

static void retire(struct mgmt_service *service)
{
	if (service->retired)
		return;
	mgmt_accept_end(service);
	service->retired = true;
	service->address = (struct tp_prefix_list){0};
	tp_log_info("management", "www-ssl no longer listens on port %u", service->port);
}

static void destroy(struct mgmt_service *service)
{
	mgmt_accept_end(service);
	MHD_stop_daemon(service->http);
	TAILQ_REMOVE(&service->mgmt->services, service, entry);
	mgmt_certificate_drop(service->certificate);
	free(service);
}

static bool listens_elsewhere(const struct mgmt_service *service,
			      const struct tp_remote_service *remote)
{
	return service->port != remote->port || service->local_address != remote->local_address ||
	       service->max_sessions != remote->max_sessions;
}

/* One of the same port must go before its successor can come. */
static int replace(struct tp_mgmt *mgmt, struct mgmt_service *old,
		   const struct tp_remote_service *remote, struct mgmt_certificate *certificate,
		   struct tp_error *error)
{
	if (old != NULL && old->port == remote->port)
		retire(old);
	int code = open_secure(mgmt, remote, certificate, error);
	if (code == 0 && old != NULL)
		retire(old);
	return code;
}

int mgmt_service_set(struct tp_mgmt *mgmt, const struct tp_remote_service *remote,
		     struct tp_error *error)
{
	struct mgmt_service *service = current(mgmt);
	struct mgmt_certificate *certificate;

	if (remote->disabled) {
		if (service != NULL)
			retire(service);
		return 0;
	}
	int code = mgmt_certificate_load(TP_SERVICE_WWW_SSL, remote->certificate,
					 remote->private_key, &certificate, error);
	if (code != 0)
		return code;
	if (service == NULL || listens_elsewhere(service, remote)) {
		code = replace(mgmt, service, remote, certificate, error);
		if (code != 0)
			mgmt_certificate_drop(certificate);
		return code;
	}
	mgmt_certificate_drop(service->certificate);
	service->certificate = certificate;
	service->address = remote->address;
	return 0;
}

void mgmt_service_let_in(struct tp_mgmt *mgmt, const struct tp_prefix_list *address)
{
	struct mgmt_service *service = current(mgmt);

	if (service != NULL)
		service->address = *address;
}

/* ---- time, and the end ---------------------------------------------------------------------- */

static unsigned connections(const struct mgmt_service *service)
{
	return MHD_get_daemon_info(service->http, MHD_DAEMON_INFO_CURRENT_CONNECTIONS)
		->num_connections;
}

void mgmt_services_tick(struct tp_mgmt *mgmt)
{
	struct mgmt_service *service = TAILQ_FIRST(&mgmt->services), *next;

	for (; service != NULL; service = next) {
		next = TAILQ_NEXT(service, entry);
		mgmt_peers_tick(service);
		if (service->retired && connections(service) == 0)
			destroy(service);
	}
}

void mgmt_services_quiesce(struct tp_mgmt *mgmt)
{
	struct mgmt_service *service;

	TAILQ_FOREACH (service, &mgmt->services, entry)
		mgmt_accept_end(service);
}

void mgmt_services_close(struct tp_mgmt *mgmt)
{
	while (!TAILQ_EMPTY(&mgmt->services))
		destroy(TAILQ_FIRST(&mgmt->services));
}
