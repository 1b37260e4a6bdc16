/* SPDX-License-Identifier: BSD-3-Clause */
/* Requests on their way to RADIUS servers (RFC 2865, RFC 2866, RFC 5080), without I/O and without a
 * clock: the owner opens sockets and sends when it is called (struct tp_radius_client_ops), and
 * gives back what came (tp_radius_client_input()) and the time (tp_radius_client_tick(), when
 * tp_radius_client_deadline() says). One thread. Allocates when it is asked something, when it
 * opens a socket, and when a server is set.
 *
 * A request names the servers that may answer it, in order. It is put to the first that is alive:
 * signed for it, under an identifier of its own, and sent `tries` times, `timeout` apart, the same
 * bytes each time (RFC 2865, section 2.5). If no answer comes, it is put to the next. Whichever
 * server's answer comes first, to whichever of its sendings, is taken: one that was given up may
 * still answer while another is asked.
 *
 * Identifiers. There are 256 to a socket. A socket is opened when none is free, up to max_sockets
 *to a port, and closed when it was idle for a minute; so there may be 65,536 requests on their way
 *to each port of a server. An identifier rests before it is used again: a second when it was
 * answered, ten when it was not, as its answer may still come; only when there can be no more
 * sockets is the one that has rested longest taken sooner. A late answer proves nothing to the next
 * request of the same identifier, whose authenticator is another one.
 *
 * Waiting. What finds no identifier free, or max_requests on their way, waits in order. No more
 * than the client's max_waiting wait; beyond it requests are refused.
 *
 * Dead servers (as FreeRADIUS' zombies, and accel-ppp's max-fail and fail-timeout), authentication
 * and accounting each by itself:
 *	- A server is dead when max_fails requests in a row were not answered, and nothing valid
 *came from it for as long as a request has.
 *	- What waits for a dead server goes to the next at once, and what is on its way when it
 *	  would be sent again.
 *	- After dead_ms it is asked one request at a time, while the others go past it. Any valid
 *	  answer makes it alive; no answer makes it dead for dead_ms again.
 *	- If all servers of a request are dead, up to TP_RADIUS_PROBES at a time are put to each of
 *	  them nevertheless; the rest is told so at once (-EHOSTDOWN). So the last server is found
 *alive as soon as it is, and an outage costs nobody a time-out.
 *
 * A server that is changed or removed gets no new requests as it was. What is on its way may still
 * be answered by it; when it would be sent again, it goes to the server as it is now, or to the
 *next one; if there is none, it takes its remaining tries to the old. */
#pragma once

#include "base/random.h"
#include "radius/endpoint.h"
#include "radius/packet.h"

#define TP_RADIUS_ORDER_MAX   16 /* servers of a request */
#define TP_RADIUS_SOCKETS_MAX 256
#define TP_RADIUS_PROBES      4

struct tp_radius_client;
struct tp_radius_request;
struct tp_radius_socket;

enum tp_radius_service {
	TP_RADIUS_AUTH,
	TP_RADIUS_ACCT,
	TP_RADIUS_SERVICES,
};

/* One server, as /radius has it. Fill with tp_radius_server_init(), then change what you need. */
struct tp_radius_server {
	uint32_t id; /* the owner's: .id of /radius */
	struct tp_radius_endpoint endpoint[TP_RADIUS_SERVICES];
	uint8_t source[16];    /* src-address, for the owner's sockets; all zero: any */
	const char *secret;    /* copied */
	uint32_t generation;   /* the owner's: another one when the server is to be asked by new
				* sockets though nothing else here has changed (its certificate) */
	uint32_t timeout_ms;   /* from one try to the next */
	uint32_t max_requests; /* on their way to one port at a time; 0: by identifiers alone */
	uint32_t dead_ms;
	uint16_t max_fails;
	uint16_t max_sockets; /* to one port, 1 to TP_RADIUS_SOCKETS_MAX */
	uint8_t tries;
	/* Sockets are connections over TCP (RadSec): there is one to a port, and nothing is sent
	 * twice by it (RFC 6613, section 2.6.1). It counts, and not the two above. */
	bool stream;
	/* An Access-Accept, -Reject or -Challenge must have a Message-Authenticator
	 * (CVE-2024-3596). One that is there must be right in any case. */
	bool require_message_auth;
};

#define TP_RADIUS_TIMEOUT_MIN_MS     10 /* RouterOS' range of timeout, and its default */
#define TP_RADIUS_TIMEOUT_MAX_MS     60000
#define TP_RADIUS_TIMEOUT_DEFAULT_MS 300

/* 300 ms, 3 tries, 256 sockets, 16,384 requests, dead after 10 fails for 30 s,
 * Message-Authenticator required; all else zero. */
void tp_radius_server_init(struct tp_radius_server *server);

/* The owner's part. None of these may call the client. */
struct tp_radius_client_ops {
	/* Opens a socket for requests to SERVER's port of SERVICE, and *HANDLE for the two below;
	 * what comes by it is given to tp_radius_client_input() with SOCKET. Returns 0 or a
	 * negative errno. */
	int (*open)(void *owner, struct tp_radius_socket *socket,
		    const struct tp_radius_server *server, enum tp_radius_service service,
		    void **handle);
	/* Only from inside tp_radius_client_tick(), _socket_lost() and _destroy(). */
	void (*close)(void *owner, void *handle);
	/* Sends, or keeps to send soon, a copy of BYTES. A negative errno: it was not; the request
	 * goes on as if it was lost on its way. */
	int (*send)(void *owner, void *handle, const uint8_t *bytes, size_t len);
};

struct tp_radius_client_config {
	const struct tp_radius_client_ops *ops; /* outlives the client */
	void *owner;
	struct tp_random *random; /* outlives it as well */
	uint32_t max_waiting;
};

/* NULL: no memory. */
struct tp_radius_client *tp_radius_client_create(const struct tp_radius_client_config *config,
						 uint64_t now_ms);

/* Nobody is called but `close`. NULL is fine. */
void tp_radius_client_destroy(struct tp_radius_client *client);

/* ---- servers ------------------------------------------------------------------------------- */

/* Adds the server, or changes the one of its id. Counters stay; whether it is alive is forgotten
 * if it is another address, port, source, secret or generation, or a stream and was none. -ENOMEM:
 * all is as before; -EINVAL: a number is out of its range, likewise. */
int tp_radius_client_set(struct tp_radius_client *client, const struct tp_radius_server *server,
			 uint64_t now_ms);

/* Of a server that is not there: does nothing. */
void tp_radius_client_remove(struct tp_radius_client *client, uint32_t server);

/* X(ID, name): why a reply was not believed. */
#define TP_RADIUS_BAD_REPLIES(X)                                                                   \
	X(WRONG_SOURCE, "wrong-source") /* not from the address and port that was asked */         \
	X(MALFORMED, "malformed")	/* enum tp_radius_fault */                                 \
	X(NOT_ASKED, "not-asked")	/* an identifier that was never used */                    \
	X(WRONG_CODE, "wrong-code")	/* no answer to what was asked */                          \
	X(AUTHENTICATOR, "authenticator")                                                          \
	X(NO_MESSAGE_AUTH, "no-message-authenticator")                                             \
	X(MESSAGE_AUTH, "message-authenticator")

enum tp_radius_bad_reply {
#define TP_RADIUS_BAD_ENUM(id, name) TP_RADIUS_BAD_REPLY_##id,
	TP_RADIUS_BAD_REPLIES(TP_RADIUS_BAD_ENUM)
#undef TP_RADIUS_BAD_ENUM
		TP_RADIUS_BAD_REPLY_COUNT
};

/* "wrong-source". A static string. */
const char *tp_radius_bad_reply_name(enum tp_radius_bad_reply reason);

/* /radius monitor's words, of one service of a server. */
struct tp_radius_counters {
	uint64_t requests; /* put to it; a resend is none */
	uint64_t accepts;
	uint64_t rejects;
	uint64_t challenges;
	uint64_t acknowledged; /* Accounting-Response */
	uint64_t resends;
	uint64_t timeouts;    /* requests that it did not answer */
	uint64_t bad_replies; /* the sum of BAD */
	uint64_t bad[TP_RADIUS_BAD_REPLY_COUNT];
	uint64_t late;	 /* valid answers to what was over: answered already, or cancelled */
	uint64_t unsent; /* the owner could not send, or open a socket */
	uint64_t deaths;
	/* Now: */
	uint32_t pending; /* on their way */
	uint32_t waiting; /* for an identifier */
	uint32_t sockets;
	uint32_t last_rtt_ms;
	bool dead;
};

/* False: there is no such server. */
bool tp_radius_client_counters(const struct tp_radius_client *client, uint32_t server,
			       enum tp_radius_service service, struct tp_radius_counters *out);

struct tp_radius_refusals {
	uint64_t queue_full; /* -ENOBUFS */
	uint64_t all_dead;   /* -EHOSTDOWN */
	uint64_t no_server;  /* -ENOENT */
};

const struct tp_radius_refusals *tp_radius_client_refusals(const struct tp_radius_client *client);

/* ---- requests ------------------------------------------------------------------------------ */

enum tp_radius_result {
	TP_RADIUS_ANSWERED,
	TP_RADIUS_NO_ANSWER, /* none of the servers answered */
	TP_RADIUS_NOT_PUT,   /* it waited, and there is no server left that is alive */
};

struct tp_radius_outcome {
	enum tp_radius_result result;
	/* When it was answered; all of it is good until the call returns. */
	const struct tp_radius_packet *packet; /* proven to be the server's; any code that suits */
	uint32_t server;		       /* whose it is */
	const char *secret;		       /* the server's, and the authenticator that it */
	const uint8_t *authenticator;	       /* answered: for what is hidden in the answer */
	uint32_t rtt_ms;
};

struct tp_radius_ask {
	enum tp_radius_service service;
	/* Built, not signed, identifier zero. Copied. An Access-Request begins with its
	 * Message-Authenticator. */
	const uint8_t *bytes;
	size_t len;
	const uint32_t *servers; /* ids, in order, up to TP_RADIUS_ORDER_MAX. Copied */
	unsigned server_count;
	/* Called once, from inside tp_radius_client_input() or _tick(), unless it is cancelled; the
	 * request is gone then. May call anything of the client but these two and _destroy(). */
	void (*done)(void *owner, const struct tp_radius_outcome *outcome);
	/* Before each sending: the seconds that the request's Acct-Delay-Time, if it has one, is to
	 * say. When they are others than before it is sent under another identifier (RFC 2866,
	 * section 5.2). May not call the client. NULL: it stays as it was built. */
	uint32_t (*delay_s)(void *owner, uint64_t now_ms);
	void *owner;
};

/* Puts a request. *REQUEST is for tp_radius_client_cancel(); it may be NULL. Returns 0, or, and
 * then nobody is called:
 *	-EINVAL		no request, or an Access-Request that is not signed as it should be
 *	-ENOENT		none of the servers is there
 *	-EHOSTDOWN	all of them are dead, or no socket can be opened
 *	-ENOBUFS	too many wait
 *	-ENOMEM */
int tp_radius_client_ask(struct tp_radius_client *client, const struct tp_radius_ask *ask,
			 struct tp_radius_request **request, uint64_t now_ms);

/* It is not answered any more. Not for one that is gone. */
void tp_radius_client_cancel(struct tp_radius_client *client, struct tp_radius_request *request,
			     uint64_t now_ms);

/* What came by SOCKET, from FROM. Any bytes of any length; bad ones are counted and ignored. */
void tp_radius_client_input(struct tp_radius_client *client, struct tp_radius_socket *socket,
			    const struct tp_radius_endpoint *from, const void *bytes, size_t len,
			    uint64_t now_ms);

/* What SOCKET was given to send could not be sent after all: it is counted, and the request goes on
 * as if it was lost on its way. From anywhere. */
void tp_radius_client_unsent(struct tp_radius_client *client, struct tp_radius_socket *socket);

/* The connection is gone (RadSec): `close` is called, and what was on its way is sent again by
 * another, by the next tick. Not from inside a callback. */
void tp_radius_client_socket_lost(struct tp_radius_client *client, struct tp_radius_socket *socket,
				  uint64_t now_ms);

/* Does what is due by NOW_MS, about LIMIT requests of it. Early or late is harmless. */
void tp_radius_client_tick(struct tp_radius_client *client, uint64_t now_ms, unsigned limit);

/* When the tick is next wanted; 0: at once; TP_NEVER: not at all. Ask again after each call. */
uint64_t tp_radius_client_deadline(const struct tp_radius_client *client);
