/* SPDX-License-Identifier: BSD-3-Clause */
#include "mgmt/peer.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "mgmt/server.h"

#define YOUNG_MS 200 /* long enough for an honest client on a busy machine to send its request */

uint32_t mgmt_peer_owner(const struct mgmt_service *service, int fd)
{
	struct ucred process = {.uid = UINT32_MAX};
	struct sockaddr_in address = {.sin_family = AF_INET};
	socklen_t len = sizeof(address);

	if (service->secure) {
		getpeername(fd, (struct sockaddr *)&address, &len);
		return ntohl(address.sin_addr.s_addr);
	}
	len = sizeof(process);
	getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &process, &len);
	return process.uid;
}

static int fd_of(struct MHD_Connection *connection)
{
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);

	return info != NULL ? info->connect_fd : -1;
}

/* Each connection is given its certificate as it begins. */
static void begin_tls(const struct mgmt_service *service, struct mgmt_peer *peer)
{
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(peer->connection, MHD_CONNECTION_INFO_GNUTLS_SESSION);

	if (info == NULL)
		return; /* without a certificate the handshake fails */
	peer->certificate = mgmt_certificate_use(service->certificate);
	gnutls_credentials_set(info->tls_session, GNUTLS_CRD_CERTIFICATE,
			       peer->certificate->credentials);
	peer->login_by_ms = service->mgmt->now_ms + service->mgmt->setup.login_timeout_ms;
	service->mgmt->tls_accepted++;
}

static void begin(struct mgmt_service *service, struct MHD_Connection *connection, void **context)
{
	const struct tp_mgmt *mgmt = service->mgmt;
	struct mgmt_peer *peer = calloc(1, sizeof(*peer));

	*context = peer;
	if (peer == NULL)
		return;
	peer->connection = connection;
	peer->fd = fd_of(connection);
	peer->owner = mgmt_peer_owner(service, peer->fd);
	peer->since_ms = mgmt->now_ms;
	peer->deadline_ms = mgmt->now_ms + mgmt->setup.request_timeout_ms;
	if (service->secure)
		begin_tls(service, peer);
	TAILQ_INSERT_TAIL(&service->peers, peer, entry);
}

void mgmt_peer_changed(void *cls, struct MHD_Connection *connection, void **context,
		       enum MHD_ConnectionNotificationCode what)
{
	struct mgmt_service *service = cls;
	struct mgmt_peer *peer = *context;

	if (what == MHD_CONNECTION_NOTIFY_STARTED) {
		begin(service, connection, context);
		return;
	}
	*context = NULL;
	if (peer == NULL)
		return;
	TAILQ_REMOVE(&service->peers, peer, entry);
	mgmt_certificate_drop(peer->certificate);
	free(peer);
}

static struct mgmt_peer *peer_of(struct MHD_Connection *connection)
{
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);

	return info != NULL ? info->socket_context : NULL;
}

static void set(struct MHD_Connection *connection, bool serving, uint64_t now_ms,
		uint64_t deadline_ms)
{
	struct mgmt_peer *peer = peer_of(connection);

	if (peer == NULL)
		return;
	peer->serving = serving;
	peer->since_ms = now_ms;
	peer->deadline_ms = deadline_ms;
}

void mgmt_peer_begun(struct MHD_Connection *connection, uint64_t now_ms, uint64_t deadline_ms)
{
	set(connection, false, now_ms, deadline_ms);
}

void mgmt_peer_serves(struct MHD_Connection *connection, uint64_t now_ms)
{
	set(connection, true, now_ms, UINT64_MAX);
}

void mgmt_peer_served(struct MHD_Connection *connection, uint64_t now_ms, uint64_t deadline_ms)
{
	set(connection, false, now_ms, deadline_ms);
}

void mgmt_peer_trust(struct MHD_Connection *connection)
{
	struct mgmt_peer *peer = peer_of(connection);

	if (peer != NULL)
		peer->login_by_ms = 0;
}

void mgmt_peer_waits(struct MHD_Connection *connection, uint64_t until_ms)
{
	struct mgmt_peer *peer = peer_of(connection);

	if (peer == NULL)
		return;
	if (peer->deadline_ms < until_ms)
		peer->deadline_ms = until_ms;
	if (peer->login_by_ms != 0 && peer->login_by_ms < until_ms)
		peer->login_by_ms = until_ms;
}

/* ---- too many, or too slow --------------------------------------------------------------------
 */

unsigned mgmt_peers_open(const struct mgmt_service *service)
{
	const struct mgmt_peer *peer;
	unsigned count = 0;

	TAILQ_FOREACH (peer, &service->peers, entry)
		count += !peer->cut;
	return count;
}

unsigned mgmt_peers_of(const struct mgmt_service *service, uint32_t owner)
{
	const struct mgmt_peer *peer;
	unsigned count = 0;

	TAILQ_FOREACH (peer, &service->peers, entry)
		count += !peer->cut && peer->owner == owner;
	return count;
}

/* libmicrohttpd sees the end of the connection and cleans up. */
static void cut_off(struct mgmt_peer *peer)
{
	peer->cut = true;
	shutdown(peer->fd, SHUT_RDWR);
}

static bool may_go(const struct mgmt_service *service, const struct mgmt_peer *peer)
{
	return !peer->cut && !peer->serving && service->mgmt->now_ms - peer->since_ms >= YOUNG_MS;
}

unsigned mgmt_peers_unserved(const struct mgmt_service *service, uint32_t owner)
{
	const struct mgmt_peer *peer;
	unsigned count = 0;

	TAILQ_FOREACH (peer, &service->peers, entry)
		count += !peer->cut && !peer->serving && peer->owner == owner;
	return count;
}

unsigned mgmt_peers_kept(const struct mgmt_service *service)
{
	return service->secure ? 0 : service->max_connections / 16;
}

bool mgmt_peer_is_greedy(const struct mgmt_service *service, struct MHD_Connection *connection)
{
	const struct mgmt_peer *own = peer_of(connection);
	unsigned kept = mgmt_peers_kept(service), serving;

	if (own == NULL || kept == 0)
		return false;
	serving = mgmt_peers_of(service, own->owner) - mgmt_peers_unserved(service, own->owner);
	return serving > service->max_connections - kept;
}

bool mgmt_peers_make_room(struct mgmt_service *service, const uint32_t *owner)
{
	struct mgmt_peer *peer, *worst = NULL;
	unsigned most = 0;

	TAILQ_FOREACH (peer, &service->peers, entry) {
		unsigned has;

		if (!may_go(service, peer) || (owner != NULL && peer->owner != *owner))
			continue;
		has = worst != NULL && worst->owner == peer->owner
			      ? most
			      : mgmt_peers_unserved(service, peer->owner);
		if (worst != NULL &&
		    (has < most || (has == most && peer->since_ms >= worst->since_ms)))
			continue;
		worst = peer;
		most = has;
	}
	if (worst == NULL)
		return false;
	cut_off(worst);
	service->mgmt->gave_way++;
	return true;
}

void mgmt_peers_tick(struct mgmt_service *service)
{
	struct tp_mgmt *mgmt = service->mgmt;
	struct mgmt_peer *peer;

	TAILQ_FOREACH (peer, &service->peers, entry) {
		bool stranger = peer->login_by_ms != 0 && mgmt->now_ms >= peer->login_by_ms;

		if (peer->cut || (!stranger && mgmt->now_ms < peer->deadline_ms))
			continue;
		cut_off(peer);
		if (stranger)
			mgmt->tls_expired++;
		else
			mgmt->expired++;
	}
}
