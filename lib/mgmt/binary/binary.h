/* SPDX-License-Identifier: BSD-3-Clause */
/* RouterOS's API of sentences, on TCP (`api`) and over TLS (`api-ssl`), beside HTTP: the same
 * requests, users, rights and limits. Management thread. */
#pragma once

#include <jansson.h>
#include <sys/queue.h>

#include "base/error.h"
#include "config/remote.h"

struct mgmt_certificate;
struct mgmt_talk;
struct tp_mgmt;

TAILQ_HEAD(mgmt_talks, mgmt_talk);

struct mgmt_binary {
	int listen_fd; /* -1: it does not listen */
	uint16_t port; /* 0: it does not listen */
	uint32_t local_address;
	unsigned max_sessions;
	unsigned sessions;
	struct tp_prefix_list address;	      /* the settings'; borrowed */
	struct mgmt_certificate *certificate; /* of api-ssl */
	bool watched;
	uint64_t paused_until_ms; /* there was no descriptor */
};

struct mgmt_binaries {
	int epoll_fd; /* of all sockets; -1: not made yet */
	struct mgmt_binary service[TP_SERVICES];
	struct mgmt_talks talks;
	uint64_t accepted, refused, expired; /* connections */
	uint64_t sentences;
};

void mgmt_binaries_init(struct mgmt_binaries *binaries);
/* Before all else. 0 or a negative errno, and ERROR. */
int mgmt_binaries_open(struct tp_mgmt *mgmt, struct tp_error *error);

/* The service NAME as it is to be from now on; the addresses in REMOTE are borrowed until the next
 * call. What cannot be done is said in ERROR, and the service stays as it was. */
int mgmt_binary_set(struct tp_mgmt *mgmt, enum tp_service_name name,
		    const struct tp_remote_service *remote, struct tp_error *error);
void mgmt_binary_let_in(struct tp_mgmt *mgmt, enum tp_service_name name,
			const struct tp_prefix_list *address);
/* Users are as REMOTE says: who has logged in and may not any more is cut off. */
void mgmt_binaries_review(struct tp_mgmt *mgmt, const struct tp_remote *remote);

/* Takes and gives what can be; what is due by now. */
void mgmt_binaries_run(struct tp_mgmt *mgmt);
/* How long the loop may sleep; -1: for ever. */
int mgmt_binaries_pause_ms(const struct tp_mgmt *mgmt);
/* Something has happened that listeners may want to know. */
void mgmt_binaries_event(struct tp_mgmt *mgmt, const json_t *event);

/* Is anybody there? */
bool mgmt_binaries_serve(const struct tp_mgmt *mgmt);

/* Nobody is let in any more, those who are there are told so. */
void mgmt_binaries_quiesce(struct tp_mgmt *mgmt);
void mgmt_binaries_close(struct tp_mgmt *mgmt);
