/* SPDX-License-Identifier: BSD-3-Clause */
/* Where HTTP is served: on the Unix socket, whose file permissions say who may, and, as www-ssl,
 * over TLS on TCP, for those who log in. Each is a daemon of libmicrohttpd's in our loop.
 *
 * A service on TCP whose port changes is retired: its successor listens, it serves the
 * connections that it has until they end. Management thread. */
#pragma once

#include <microhttpd.h>
#include <sys/queue.h>

#include "config/remote.h"
#include "mgmt/certificate.h"

struct tp_mgmt;

/* A connection over TLS, until it ends. */
struct mgmt_peer {
	struct MHD_Connection *connection;
	struct mgmt_certificate *certificate; /* it began with this one */
	uint64_t login_by_ms;		      /* cut off if nobody has logged in by then; 0: done */
	TAILQ_ENTRY(mgmt_peer) entry;
};

struct mgmt_service {
	struct tp_mgmt *mgmt;
	struct MHD_Daemon *http;
	unsigned max_connections;
	bool secure; /* TLS and logins; what follows is for it alone */
	bool retired;
	uint16_t port;
	uint32_t local_address;
	struct tp_prefix_list address; /* the settings'; borrowed */
	struct mgmt_certificate *certificate;
	TAILQ_HEAD(mgmt_peers, mgmt_peer) peers;
	TAILQ_ENTRY(mgmt_service) entry;
};

TAILQ_HEAD(mgmt_services, mgmt_service);

/* On a Unix socket that listens; FD stays the caller's. 0 or a negative errno and ERROR. */
int mgmt_service_open_unix(struct tp_mgmt *mgmt, int fd, const char *path, struct tp_error *error);

/* The settings as they are now. What cannot be done is said in ERROR, and the service stays as it
 * was, if it can; users and networks are as REMOTE says in any case. Takes REMOTE over. */
int mgmt_remote_set(struct tp_mgmt *mgmt, struct tp_remote *remote, struct tp_error *error);

/* Would a change of /ip/service by PROPERTIES (a request's body) do? Returns 0, or -EINVAL and
 * ERROR: the certificate cannot be read, the port is taken. */
int mgmt_remote_check(const struct tp_mgmt *mgmt, const json_t *properties, bool enable,
		      struct tp_error *error);

/* A connection's client has logged in. */
void mgmt_peer_trust(struct MHD_Connection *connection);

/* Cuts off who has not logged in, and ends what is retired and empty. */
void mgmt_services_tick(struct tp_mgmt *mgmt);

/* Nobody is let in any more. */
void mgmt_services_quiesce(struct tp_mgmt *mgmt);
/* Ends them all; no connection is suspended. */
void mgmt_services_close(struct tp_mgmt *mgmt);
