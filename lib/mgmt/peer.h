/* SPDX-License-Identifier: BSD-3-Clause */
/* The connections of a service, and who must go when there are too many of them or one takes too
 * long. Each belongs to an owner: over the network the client's address, on the Unix socket its
 * process's user. Management thread. */
#pragma once

#include <microhttpd.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>

struct mgmt_certificate;
struct mgmt_service;

/* A connection, until it ends. */
struct mgmt_peer {
	struct MHD_Connection *connection;
	struct mgmt_certificate *certificate; /* it began with this one; NULL: no TLS */
	int fd;				      /* libmicrohttpd's */
	uint32_t owner;
	bool serving;	      /* its request is here, whole, and is being answered */
	bool cut;	      /* it has been shut down, and libmicrohttpd is yet to see that */
	uint64_t since_ms;    /* it has been `serving`, or not, since then */
	uint64_t deadline_ms; /* its request must be here by then; UINT64_MAX: it is */
	uint64_t login_by_ms; /* cut off if nobody has logged in by then; 0: done, or not needed */
	TAILQ_ENTRY(mgmt_peer) entry;
};

TAILQ_HEAD(mgmt_peers, mgmt_peer);

/* Whose a new connection is that libmicrohttpd does not know yet. */
uint32_t mgmt_peer_owner(const struct mgmt_service *service, int fd);

/* libmicrohttpd's MHD_NotifyConnectionCallback; CLS is the service. */
void mgmt_peer_changed(void *cls, struct MHD_Connection *connection, void **context,
		       enum MHD_ConnectionNotificationCode what);

/* A request's first line, its last byte, and its answer's last byte have passed; its client has
 * logged in. */
void mgmt_peer_begun(struct MHD_Connection *connection, uint64_t now_ms, uint64_t deadline_ms);
void mgmt_peer_serves(struct MHD_Connection *connection, uint64_t now_ms);
void mgmt_peer_served(struct MHD_Connection *connection, uint64_t now_ms, uint64_t deadline_ms);
void mgmt_peer_trust(struct MHD_Connection *connection);
/* It is found out who it is, which may last until then. */
void mgmt_peer_waits(struct MHD_Connection *connection, uint64_t until_ms);

/* How many are there that have not been cut off: all of the service's, or an owner's. */
unsigned mgmt_peers_open(const struct mgmt_service *service);
unsigned mgmt_peers_of(const struct mgmt_service *service, uint32_t owner);
/* Of these, those that have no whole request here. */
unsigned mgmt_peers_unserved(const struct mgmt_service *service, uint32_t owner);

/* Places that are kept for owners who have less than half of them: accept.c. */
unsigned mgmt_peers_kept(const struct mgmt_service *service);
/* Do the requests of CONNECTION's owner that are being answered take places that are kept for
 * others? */
bool mgmt_peer_is_greedy(const struct mgmt_service *service, struct MHD_Connection *connection);

/* Cuts off one that has no whole request here: of the owner who has the most of these, the one that
 * has been so for the longest. It need not be a stranger's, so the youngest are left alone. With
 * OWNER, only one of its own goes. False: there is none. */
bool mgmt_peers_make_room(struct mgmt_service *service, const uint32_t *owner);

/* Cuts off whose time is up. */
void mgmt_peers_tick(struct mgmt_service *service);
