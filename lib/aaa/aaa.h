/* SPDX-License-Identifier: BSD-3-Clause */
/* Who is the peer, and what does it get? Sources answer: the local secrets (aaa/local.h), a server
 * somewhere. Each question is put to them in the order in which they were added; who does not know
 * the user passes it on.
 *
 * A question carries the peer's proof, and the answer the verdict on it; so whoever asks never sees
 * a password. An answer comes at once, during tp_aaa_ask(), or at any time later, once or never; a
 * question can be taken back. Answers to what is not open any more are for nobody, and counted.
 *
 * No I/O, no clock. One thread, that of the sessions. */
#pragma once

#include <uthash.h>

#include "aaa/subscriber.h"
#include "ppp/auth.h"
#include "wire/access_line.h"
#include "wire/ethernet.h"

#define TP_AAA_MAX_SOURCES 4

struct tp_aaa;

/* Who asks. It is the asker's, and holds with all that it points to until there is an answer or
 * the question is taken back. */
struct tp_aaa_question {
	const char *user;		   /* by which the peer is known */
	enum tp_service service;	   /* TP_SERVICE_PPPOE */
	struct tp_mac caller_id;	   /* the peer's MAC address */
	const struct tp_access_line *line; /* as the access node names it; NULL: it does not */
	const char *interface;		   /* of the server that it came in by: "ether3" */
	const char *service_name;	   /* the server's */
	const char *default_profile;	   /* the server's */
	struct tp_vlans vlans;		   /* that it came in by */
	uint16_t session_id;		   /* PPPoE's */
	uint32_t nas_port;		   /* of no other session that stands */
	uint64_t accounting_id;		   /* of this session alone, over restarts too */
	const struct tp_ppp_auth_request *proof; /* with the name as the peer sent it */
};

enum tp_aaa_reason {
	TP_AAA_ACCEPT,
	TP_AAA_NO_SECRET,	 /* no source knows the user */
	TP_AAA_DISABLED,	 /* the secret is disabled */
	TP_AAA_SERVICE_MISMATCH, /* the secret is for another service */
	TP_AAA_CALLER_MISMATCH,	 /* the secret is for another host */
	TP_AAA_WRONG_PASSWORD,
	TP_AAA_REJECTED,  /* by a server, which need not say why */
	TP_AAA_NO_ANSWER, /* a server may know the user, but none can be heard */
	TP_AAA_UNUSABLE,  /* let in by a server, which gives it what can't be had */
	TP_AAA_NO_MEMORY, /* the user may be the right one, but there is no room for it */
	TP_AAA_REASONS,
};

/* A word for counters and events: "no-secret", "disabled", … */
const char *tp_aaa_reason_name(enum tp_aaa_reason reason);

struct tp_aaa_answer {
	enum tp_aaa_reason reason;
	char text[192]; /* for the log, a clause that names what refused: "user bob: secret is
			 * disabled"; "" when accepted; never a password */
	char message[TP_PPP_MESSAGE_MAX + 1]; /* for the peer; "": a plain default */
	uint16_t error; /* when refused, for MS-CHAP: TP_PPP_ERROR_…; 0: 691 */
	/* When accepted: */
	uint8_t authenticator_response[20]; /* RFC 2759: of MS-CHAP version 2 */
	bool has_keys;			    /* the method gives keys to encrypt with */
	struct tp_mppe_keys keys;
	struct tp_subscriber subscriber; /* whoever gets the answer may move it out */
};

typedef void (*tp_aaa_answer_fn)(void *owner, struct tp_aaa_answer *answer);

/* A question on its way: memory of the asker's, zeroed before its first use. */
struct tp_aaa_query {
	struct tp_aaa_question question;
	/* Called once, unless the question is taken back. ANSWER is cleared when it returns. The
	 * query is the asker's again when it is called. */
	tp_aaa_answer_fn answer;
	void *owner;

	uint64_t id; /* 0: it is not open */
	unsigned source;
	UT_hash_handle hh;
};

/* One that may know. SOURCE is handed through. */
struct tp_aaa_source_ops {
	/* Is to call tp_aaa_answer() with ID, now or later. */
	void (*ask)(void *source, uint64_t id, const struct tp_aaa_question *question);
	/* No answer is wanted any more, and the question is gone. NULL: it answers at once. */
	void (*cancel)(void *source, uint64_t id);
};

struct tp_aaa_counters {
	uint64_t asked;
	uint64_t cancelled;
	uint64_t unwanted; /* answers to what was not open */
	unsigned open;	   /* gauge */
};

/* NULL: no memory. */
struct tp_aaa *tp_aaa_create(void);

/* No question may be open. NULL is fine. */
void tp_aaa_destroy(struct tp_aaa *aaa);

/* To be asked after those that were added before. SOURCE outlives AAA. -ENOSPC. */
int tp_aaa_add(struct tp_aaa *aaa, const struct tp_aaa_source_ops *ops, void *source);

/* Puts QUERY, whose first three fields are set, and which is not open. */
void tp_aaa_ask(struct tp_aaa *aaa, struct tp_aaa_query *query);

/* Takes it back: it is not answered any more. One that is not open: nothing happens. */
void tp_aaa_cancel(struct tp_aaa *aaa, struct tp_aaa_query *query);

/* A source's answer to question ID. TP_AAA_NO_SECRET passes it on to the next source. What the
 * subscriber owns is freed or taken over in any case. */
void tp_aaa_answer(struct tp_aaa *aaa, uint64_t id, struct tp_aaa_answer *answer);

const struct tp_aaa_counters *tp_aaa_counters(const struct tp_aaa *aaa);
