/* SPDX-License-Identifier: BSD-3-Clause */
/* One connection to RouterOS's API, and what it has asked for. Management thread. */
#pragma once

#include <gnutls/gnutls.h>

#include "mgmt/binary/answer.h"
#include "mgmt/binary/ask.h"
#include "mgmt/binary/sentence.h"
#include "mgmt/server.h"

#define MGMT_TALK_COMMANDS 64		/* of one connection at a time */
#define MGMT_TALK_OUT_MAX  (256 * 1024) /* with more to be taken, nothing new is begun */

struct mgmt_talk {
	struct tp_mgmt *mgmt;
	enum tp_service_name service;
	int fd;
	gnutls_session_t tls; /* NULL: in clear */
	struct mgmt_certificate *certificate;
	bool shaking_hands; /* TLS's handshake is under way */
	uint32_t address;   /* the client's, in host byte order */
	uint32_t events;    /* of epoll, that it waits for */
	struct mgmt_text in, out;
	size_t sent; /* bytes of OUT */
	struct mgmt_sentence sentence;
	uint64_t login_by_ms;	 /* 0: it has logged in */
	uint64_t sentence_by_ms; /* what has begun must be here by then; 0: nothing has */
	uint64_t write_by_ms;	 /* something must have been taken by then; 0: nothing waits */
	bool logged_in;
	bool asking; /* a RADIUS server, who it is */
	bool radius; /* that server's user */
	bool ending; /* after what stands in OUT */
	bool over;
	struct mgmt_presence presence;
	struct tp_rights rights;
	char *name;
	char *hash; /* that its password was measured by; NULL: a server's user */
	unsigned command_count;
	TAILQ_HEAD(mgmt_commands, mgmt_command) commands;
	TAILQ_ENTRY(mgmt_talk) entry;
};

/* Something asked for that is not over. It outlives its connection while control has its request.
 */
struct mgmt_command {
	struct mgmt_asker asker;
	struct mgmt_talk *talk; /* NULL: nobody wants to know any more */
	struct mgmt_ask ask;
	bool under_way; /* control has the request */
	bool waits;	/* its request, or the next page, is still to be submitted */
	bool listens;
	uint64_t deadline_ms;
	struct mgmt_credentials *credentials; /* of a login that a server is asked for */
	json_t *changed;		      /* .ids of what is to be looked at: an object */
	struct tp_request *look;	      /* at the first of them */
	struct tp_api_query *query;	      /* of a listener */
	TAILQ_ENTRY(mgmt_command) entry;
};

/* talk.c */
/* Takes over FD, whose client is at ADDRESS. False: memory is out, or there is no TLS. */
bool mgmt_talk_begin(struct tp_mgmt *mgmt, enum tp_service_name service, int fd, uint32_t address);
/* Reads, answers and writes as far as it goes; EVENTS: what epoll said, or 0. */
void mgmt_talk_run(struct mgmt_talk *talk);
void mgmt_talk_tick(struct mgmt_talk *talk);
/* It ends, having said so. */
void mgmt_talk_fatal(struct mgmt_talk *talk, const char *message);
void mgmt_talk_destroy(struct mgmt_talk *talk);
/* Enough waits to be taken. */
bool mgmt_talk_is_full(const struct mgmt_talk *talk);

/* command.c */
/* Does what the whole SENTENCE asks for, or begins to. */
void mgmt_command_take(struct mgmt_talk *talk, const uint8_t *sentence);
void mgmt_command_tick(struct mgmt_command *command);
/* Nobody is there any more who has asked. */
void mgmt_command_orphan(struct mgmt_command *command);
void mgmt_command_end(struct mgmt_command *command);
/* !trap and !done, and it is over. */
void mgmt_command_trap(struct mgmt_command *command, enum mgmt_trap category, const char *message);
/* Hands REQUEST, of COMMAND, to control, now or later. */
void mgmt_command_submit(struct mgmt_command *command, struct tp_request *request);

/* login.c */
void mgmt_talk_login(struct mgmt_command *command);
void mgmt_talk_told(struct mgmt_command *command);

/* listen.c */
void mgmt_listen_begin(struct mgmt_command *command);
/* What there was is told: from now on what changes is. */
void mgmt_listen_go_on(struct mgmt_command *command);
void mgmt_listen_event(struct mgmt_command *command, const json_t *event);
/* Control has looked at what has changed. */
void mgmt_listen_looked(struct mgmt_command *command);
void mgmt_listen_end(struct mgmt_command *command);
