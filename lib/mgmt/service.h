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
#include "mgmt/peer.h"

struct tp_mgmt;

struct mgmt_service {
	struct tp_mgmt *mgmt;
	struct MHD_Daemon *http;
	int listen_fd; /* -1: nobody is let in any more */
	bool watched;  /* by the loop */
	uint64_t paused_until_ms;
	unsigned max_connections; /* of the settings' `max_sessions`, what descriptors allow */
	struct mgmt_peers peers;
	bool secure; /* TLS and logins; what follows is for it alone */
	bool retired;
	unsigned max_sessions;
	uint16_t port;
	uint32_t local_address;
	struct tp_prefix_list address; /* the settings'; borrowed */
	struct mgmt_certificate *certificate;
	TAILQ_ENTRY(mgmt_service) entry;
};

TAILQ_HEAD(mgmt_services, mgmt_service);

/* On a Unix socket that listens; FD stays the caller's. 0 or a negative errno and ERROR. */
int mgmt_service_open_unix(struct tp_mgmt *mgmt, int fd, const char *path, struct tp_error *error);

/* www-ssl, as it is to be from now on; the addresses in REMOTE are borrowed until the next call.
 * What cannot be done is said in ERROR, and it stays as it was, if it can. */
int mgmt_service_set(struct tp_mgmt *mgmt, const struct tp_remote_service *remote,
		     struct tp_error *error);
/* Who may connect to it, if it listens; borrowed. */
void mgmt_service_let_in(struct tp_mgmt *mgmt, const struct tp_prefix_list *address);

/* accept.c: as many connections as the limit of open files leaves room for, of those WANTED. */
unsigned mgmt_accept_bound(unsigned wanted);
/* Lets in who waits, as far as there are places and descriptors. */
void mgmt_accept(struct mgmt_service *service);
void mgmt_accept_end(struct mgmt_service *service);

/* Cuts off whose time is up, and ends what is retired and empty. */
void mgmt_services_tick(struct tp_mgmt *mgmt);

/* Nobody is let in any more. */
void mgmt_services_quiesce(struct tp_mgmt *mgmt);
/* Ends them all; no connection is suspended. */
void mgmt_services_close(struct tp_mgmt *mgmt);
