/* SPDX-License-Identifier: BSD-3-Clause */
/* What the files of the server share: the server, and one call of a client. Everything here
 * belongs to the management thread. */
#pragma once

#include <microhttpd.h>
#include <stdint.h>
#include <sys/queue.h>

#include "mgmt/binary/binary.h"
#include "mgmt/body.h"
#include "mgmt/login.h"
#include "mgmt/mgmt.h"
#include "mgmt/origin.h"
#include "mgmt/page.h"
#include "mgmt/prepare.h"
#include "mgmt/question.h"
#include "mgmt/remote.h"
#include "mgmt/route.h"
#include "mgmt/service.h"
#include "mgmt/socket.h"
#include "mgmt/submit.h"
#include "mgmt/text.h"
#include "mgmt/users.h"
#include "mgmt/who.h"

enum mgmt_call_state {
	MGMT_CALL_NEW,	     /* the headers are not read yet */
	MGMT_CALL_ASKING,    /* control asks a RADIUS server who it is; its body may come */
	MGMT_CALL_TOLD,	     /* there is an answer to that, or none in time */
	MGMT_CALL_RECEIVING, /* its body comes */
	MGMT_CALL_WAITING,   /* suspended: control has the request */
	MGMT_CALL_ANSWERED,  /* the answer, or `failure`, is here and not queued yet */
	MGMT_CALL_SENDING,   /* the response is queued */
	MGMT_CALL_FETCHING,  /* sending, suspended: control has the request for the next page */
	MGMT_CALL_RETRYING,  /* sending, suspended: the ring was full, the next page waits */
	MGMT_CALL_LISTENING, /* sending events */
	MGMT_CALL_POURING,   /* sending what control's descriptor gives */
};

/* The pages of one answer. */
struct mgmt_stream {
	struct mgmt_text page;
	size_t sent;	/* bytes of PAGE */
	bool begun;	/* an item has been written */
	bool last;	/* PAGE is the last */
	bool failed;	/* control failed half way: the connection is cut */
	json_t *family; /* of mgmt_prometheus_append() */
};

/* One listener to /rest/events. */
struct mgmt_listener {
	struct mgmt_text queue;
	size_t sent;	  /* bytes of QUEUE */
	uint64_t lost;	  /* events since the listener was last told */
	uint64_t next_ms; /* a comment is due if nothing was sent by then */
	bool idle;	  /* suspended: the queue is empty */
	bool ended;
};

/* An answer that comes by a descriptor, the request's. */
struct mgmt_pouring {
	bool watched; /* it is one of epoll's */
	bool idle;    /* suspended: nothing can be read */
	bool ended;   /* for lack of a client, or of time */
};

struct mgmt_call {
	struct mgmt_asker asker;
	struct tp_mgmt *mgmt;
	struct mgmt_service *service;	   /* while CONNECTION is there */
	struct MHD_Connection *connection; /* NULL: the client is gone, or was served */
	enum mgmt_call_state state;
	bool strings; /* answers are as RouterOS's, each value a string */
	bool last;    /* its connection ends with the answer */
	bool bad_url; /* holds a NUL, or is not UTF-8 */
	bool twice;   /* a name in its query comes twice, of which one would be passed over */
	struct mgmt_presence presence; /* of one that has logged in over the network */
	struct mgmt_route route;
	const struct mgmt_page_file *file; /* with MGMT_PAGE */
	bool known;			   /* who it is: somebody with RIGHTS */
	struct tp_rights rights;
	struct mgmt_body body;
	struct tp_request *request;  /* control's while UNDER_WAY; its `user` is this call */
	struct tp_request *question; /* who is it: control's while ASKING */
	bool under_way;		     /* control holds one of the two */
	bool suspended;		     /* while ASKING: nothing more can be done without the answer */
	uint64_t deadline_ms;
	int failure; /* 0, or the status to answer with in place of control's */
	const char *failure_detail;
	struct mgmt_stream stream;
	json_t *part; /* what is here of a list with a limit; NULL: nothing */
	struct mgmt_listener listener;
	struct mgmt_pouring pouring;
	TAILQ_ENTRY(mgmt_call) entry;
};

struct tp_mgmt {
	struct tp_mgmt_setup setup; /* with the defaults filled in; `socket` is not valid */
	struct mgmt_socket socket;
	struct mgmt_services services;
	struct mgmt_binaries binaries;
	struct mgmt_logins *logins;
	struct mgmt_page *page;	  /* NULL: there is none */
	struct tp_remote *remote; /* who may log in, and where; NULL: nobody */
	int epoll_fd;
	int stop_fd; /* an eventfd */
	bool stopping;
	uint64_t now_ms;
	TAILQ_HEAD(mgmt_calls, mgmt_call) calls;
	unsigned under_way; /* requests that control holds */
	unsigned listeners;
	uint64_t expired;	  /* connections whose request did not come in time */
	uint64_t gave_way;	  /* connections closed for others' sake */
	uint64_t accept_failures; /* for lack of descriptors or memory */
	uint64_t told_ms;	  /* the last of these was logged; 0: none */
	uint64_t cross_site;	  /* requests that another site's page asked for */
	uint64_t presences;	  /* numbers given out */
	uint64_t forbidden;	  /* calls of users who may not do that */
	uint64_t tls_accepted, tls_refused, tls_expired; /* connections */
	uint64_t requests; /* calls that were answered, for /metrics */
	uint64_t refused;  /* with 503 or 504 */
	uint64_t events;
	uint64_t events_lost;
};

/* call.c: from the first byte of a request to its end. */
enum MHD_Result mgmt_call_handle(void *cls, struct MHD_Connection *connection, const char *url,
				 const char *method, const char *version, const char *upload,
				 size_t *upload_size, void **context);
void *mgmt_call_create(void *cls, const char *uri, struct MHD_Connection *connection);
void mgmt_call_completed(void *cls, struct MHD_Connection *connection, void **context,
			 enum MHD_RequestTerminationCode code);
bool mgmt_call_submit(struct mgmt_call *call);
/* Asks control who it is, mgmt_access_question(). False: that can't be. */
bool mgmt_call_ask(struct mgmt_call *call);
/* Timeouts and second tries; when STOPPING, everything suspended fails. */
void mgmt_call_tick(struct mgmt_call *call);

/* reply.c: responses. Each returns what the handler must. */
enum MHD_Result mgmt_reply_error(struct mgmt_call *call, int status, const char *detail);
enum MHD_Result mgmt_reply_json(struct mgmt_call *call, int status, const json_t *value);
enum MHD_Result mgmt_reply_text(struct mgmt_call *call, int status, const char *type,
				struct mgmt_text *text); /* takes the text */
enum MHD_Result mgmt_reply_page(struct mgmt_call *call);
enum MHD_Result mgmt_reply_empty(struct mgmt_call *call, int status);
enum MHD_Result mgmt_reply_stream(struct mgmt_call *call, const char *type,
				  MHD_ContentReaderCallback read);

/* access.c: is it a request that a stranger's page made a browser send, or of a type that one can
 * send? MHD_YES and *ALLOWED, or the refusal is queued; then the result is what the handler must
 * return. */
enum MHD_Result mgmt_access_origin(struct mgmt_call *call, const char *method, bool *allowed);
/* access.c: may this client do that? If not, `failure` says so; or it is asked who it is, and the
 * call is ASKING. */
void mgmt_access(struct mgmt_call *call);
/* The question of CALL, and what follows from the answer, as of mgmt_access(). */
struct tp_request *mgmt_access_ask(struct mgmt_call *call);
void mgmt_access_told(struct mgmt_call *call, const struct tp_request *question);
/* stream.c: long answers, page by page. */
enum MHD_Result mgmt_stream_begin(struct mgmt_call *call);
void mgmt_stream_continue(struct mgmt_call *call); /* an answer came, or the time is up */
void mgmt_stream_retry(struct mgmt_call *call);
void mgmt_stream_fail(struct mgmt_call *call);
void mgmt_stream_free(struct mgmt_stream *stream);

/* events.c */
enum MHD_Result mgmt_listen(struct mgmt_call *call);
void mgmt_listener_tick(struct mgmt_call *call);
void mgmt_listener_free(struct mgmt_call *call);
void mgmt_events_deliver(struct tp_mgmt *mgmt);

/* pour.c: answers that come by a descriptor. */
enum MHD_Result mgmt_pour_begin(struct mgmt_call *call);
void mgmt_pour_tick(struct mgmt_call *call);

/* metrics.c: the server's own samples; a new reference, NULL when memory is out. */
json_t *mgmt_metrics(const struct tp_mgmt *mgmt);
