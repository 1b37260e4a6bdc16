/* SPDX-License-Identifier: BSD-3-Clause */
/* A server with its thread, and clients of it: libcurl for what is proper HTTP, and a bare socket
 * for what is not. */
#pragma once

#include <jansson.h>
#include <pthread.h>

#include "fake_control.h"
#include "mgmt/mgmt.h"

struct fixture {
	struct tp_mailbox control;
	struct tp_mgmt *mgmt;
	pthread_t thread;
	char path[64];
};

/* SETUP may be NULL; its control and socket are filled in, and its menus if it has none. */
void fixture_start(struct fixture *fixture, const struct tp_mgmt_setup *setup);
/* Likewise, and with access over the network as REMOTE says, which is taken. Returns what
 * tp_mgmt_create() does; unless it is 0 there is nothing to stop. */
int fixture_start_remote(struct fixture *fixture, const struct tp_mgmt_setup *setup,
			 struct tp_remote *remote, struct tp_error *error);
void fixture_stop(struct fixture *fixture);

struct reply {
	int code; /* libcurl's */
	long status;
	char *headers;
	char *body;
	size_t len;
};

/* BODY may be NULL. */
struct reply http(struct fixture *fixture, const char *method, const char *url, const char *body);
/* Of CURL, libcurl's handle of a request; it is freed. */
struct reply reply_of(void *curl);
void reply_free(struct reply *reply);

/* The body as JSON; asserts that it is. A new reference. */
json_t *reply_json(const struct reply *reply);

int raw_connect(struct fixture *fixture);
void raw_send(int fd, const char *text);
/* Reads until TEXT has come, or the end, or TIMEOUT_MS passed; what came stands in OUT, with a
 * NUL. Returns whether TEXT came. */
bool raw_expect(int fd, const char *text, int timeout_ms, char *out, size_t room);
