/* SPDX-License-Identifier: BSD-3-Clause */
/* What management and control say to each other, over two rings with eventfds. Control is whoever
 * owns the configuration and what runs: the daemon's control lcore, the client's loop.
 *
 * Management parses HTTP and formats; control owns every resource and does the work. A request
 * belongs to control from tp_mailbox_submit() until it comes back through tp_mailbox_answers().
 * JSON values travel with it: whoever holds the request holds the only references.
 *
 * GET of a list comes in pages: control looks at a bounded number of items for each submission
 * and sets `more`; the page may be empty when none of them passed the filters. Management
 * submits the same request again until `more` is false, having taken `answer` (and set it to
 * NULL). Items that come or go between two pages may be missed or not; none comes twice.
 *
 * A list is sought by RouterOS's paths, "/ppp/secret"; one item by its name or .id after it;
 * a command by its word after it, with TP_METHOD_POST. POST …/print is a GET whose `.query` and
 * `.proplist` stand in the body. */
#pragma once

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>

struct tp_mailbox;
struct tp_remote;

enum tp_method {
	TP_METHOD_GET,	   /* list or one */
	TP_METHOD_PUT,	   /* create */
	TP_METHOD_PATCH,   /* change */
	TP_METHOD_DELETE,  /* remove; on /ppp/active: disconnect */
	TP_METHOD_POST,	   /* a command: /rest/ppp/active/print, …/system/reload */
	TP_METHOD_METRICS, /* /metrics: an array of {name, type, help, labels, value} */
	TP_METHOD_HEALTH,  /* /healthz: 200 and {"status":"ok"}; 503 while ending */
	/* Management's own question, which no client can put: is the operator whose name is the
	 * path one of a RADIUS server's? The body is {"password":…,"address":…}, of any bytes. 200
	 * and {"group":…}; 401; 503: no server answers. It comes within TP_LOGIN_WAIT_MS. */
	TP_METHOD_LOGIN,
};

#define TP_LOGIN_WAIT_MS 30000

/* Who has asked, and how he came: "rest", "api", "api-ssl", "socket" or "cli" (the Unix socket). */
struct tp_who {
	char face[12];
	char name[64];	  /* the operator; "": not known */
	char address[48]; /* "": none */
	unsigned policy;  /* what he may do, a set of enum tp_policy */
};

STAILQ_HEAD(tp_requests, tp_request);

struct tp_request {
	enum tp_method method;
	char *path;    /* after "/rest", decoded, no slash at the end: "/ppp/secret/MT-User" */
	json_t *query; /* object of strings: filters and ".proplist"; or NULL */
	json_t *body;  /* or NULL */
	bool routeros; /* the client knows RouterOS: errors are as there where scripts look at them
			*/
	bool endless;  /* who asks can end it: what goes on may go on for ever */
	json_t *users; /* of a request for /user/active: who has logged in, which management knows;
			* control's to take */
	bool takes_stream; /* who asks can take an answer that comes bit by bit */
	bool dry_run;	   /* what it would change is to be told, and nothing done */
	bool counts;	   /* of a list: how many there are is asked, no more: {"ret":"11"} */
	uint64_t count;	   /* so many so far */
	unsigned
		limit; /* of a list: at most so many items; 0: all. Control reads it in the query */
	uint64_t cursor[2]; /* of a list: zeros at first, then what the last page left here */

	struct tp_who who; /* of what changes something */

	/* the answer */
	int status;	/* HTTP's */
	json_t *answer; /* a list's page, an item, {"error":…,"message":…,"detail":…}, or NULL */
	bool more;	/* this page is not the last: submit again to get the next */
	int stream;	/* the answer's rest, of STREAM_TYPE, is read from it to its end, and it is
			 * closed then: who has the request has it; 0: none. It need not block */
	const char *stream_type; /* a static string */
	bool rest; /* it is the last within the limit; another request may go on behind it */

	void *user; /* management's */

	STAILQ_ENTRY(tp_request) held; /* control's, while a reload is under way */
};

/* Hands REQUEST to control. False: the ring is full (answer 503). Management thread only. */
bool tp_mailbox_submit(struct tp_mailbox *mailbox, struct tp_request *request);

/* Takes up to MAX answered requests. After control has ended it also gives back, with
 * status 503, what control never got to. Management thread only. */
unsigned tp_mailbox_answers(struct tp_mailbox *mailbox, struct tp_request **requests, unsigned max);

/* Takes up to MAX events for /rest/events, each a JSON object that is the caller's, with at
 * least "event" (session-up, session-down, refused, config) and "time" (RFC 3339, UTC). Those
 * that nobody drains in time are dropped and counted. Management thread only. */
unsigned tp_mailbox_events(struct tp_mailbox *mailbox, json_t **events, unsigned max);

/* Tells control whether anybody listens to events at all: if not, none are made. Any thread. */
void tp_mailbox_listen(struct tp_mailbox *mailbox, bool anybody);

/* Takes what the configuration says of access over the network (config/remote.h), if that has
 * changed since it was last taken; else NULL. It is there before the answer to the request that
 * changed it. Management thread only. */
struct tp_remote *tp_mailbox_remote(struct tp_mailbox *mailbox);

/* An eventfd, readable when answers or events wait, or access has changed; the management thread
 * polls it and reads its eight bytes before it takes what waits. */
int tp_mailbox_fd(const struct tp_mailbox *mailbox);
