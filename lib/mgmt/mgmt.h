/* SPDX-License-Identifier: BSD-3-Clause */
/* The HTTP/JSON server, on a Unix socket and, if it is so configured, over TLS: /rest/…,
 * /rest/events, /metrics, /healthz, and the operators' page at /.
 *
 * It parses HTTP (libmicrohttpd) and formats JSON; whatever is known or done, it asks control for
 * (api/request.h). One thread runs it; it owns that thread's epoll loop. docs/api.md is what
 * its clients see.
 *
 *	main thread                          management thread
 *	tp_mgmt_create(&setup, &mgmt, &e)
 *	pthread_create(…)                    tp_mgmt_run(mgmt)
 *	… control runs until SIGTERM …
 *	tp_mgmt_stop(mgmt), pthread_join()   answers what it still can, returns
 *	tp_mgmt_destroy(mgmt)
 *	tp_control_destroy(control)
 */
#pragma once

#include "base/error.h"
#include "config/schema/schema.h"

struct tp_mailbox;
struct tp_menus;
struct tp_mgmt;

#define TP_MGMT_DEFAULT_SOCKET "/run/turnpike/api.sock"

struct tp_mgmt_setup {
	struct tp_mailbox *mailbox;
	const struct tp_menus *menus; /* of the program: its schema */
	const char *socket;	      /* path; NULL or "": TP_MGMT_DEFAULT_SOCKET; copied */
	const char *page; /* the folder of the operators' page, read once; NULL or "": none */

	/* Limits; 0: the default. */
	unsigned max_connections;    /* one that says nothing gives way, or
				      * more wait in the kernel's backlog; 128 */
	unsigned max_listeners;	     /* to /rest/events, more get 503; 16 */
	unsigned request_timeout_ms; /* for all of a request to come, from its first byte; 10,000 */
	unsigned idle_timeout_s;     /* of a connection on which nothing moves; 30 */
	unsigned answer_timeout_ms;  /* for control to answer before a client gets 504; 10,000 */
	unsigned keepalive_ms;	     /* between comments to a silent event listener; 15,000 */
	unsigned login_timeout_ms;   /* from a connection over TLS to its first login; 10,000 */
	unsigned event_queue;	     /* bytes that a slow event listener may lag behind; 262,144 */
};

/* Opens the socket (mode 0660; its directory is made if only that is missing), so that a client
 * can connect as soon as this returns. A socket that a dead daemon left behind is replaced; one
 * on which somebody still answers is an error (-EADDRINUSE), and so is anything else in its place
 * (-EEXIST). The service www-ssl, unless it is disabled, must open too: its certificate is there,
 * its port is free. Returns 0 and *MGMT, or a negative errno and ERROR. Any thread. */
int tp_mgmt_create(const struct tp_mgmt_setup *setup, struct tp_mgmt **mgmt,
		   struct tp_error *error);

/* Serves until tp_mgmt_stop(). Then it answers 503 to whoever still waits, takes back from
 * control every request that is under way (waiting up to answer_timeout_ms if control runs and
 * is slow), and returns. Once, on the management thread. */
void tp_mgmt_run(struct tp_mgmt *mgmt);

/* Makes tp_mgmt_run() return. Any thread; safe in a signal handler. */
void tp_mgmt_stop(struct tp_mgmt *mgmt);

/* Removes the socket and frees everything. After tp_mgmt_run() has returned, or without it ever
 * having been called. NULL is fine. */
void tp_mgmt_destroy(struct tp_mgmt *mgmt);
