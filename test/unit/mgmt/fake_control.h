/* SPDX-License-Identifier: BSD-3-Clause */
/* Something in control's place: it implements api/request.h, and answers by path.
 *
 *	/echo…        what it was asked: {"method","path","query","body"}
 *	/list[/print] `items` items, in pages of `page`, every third page empty
 *	/broken       a list whose second page fails
 *	/status/NNN   an error of that status
 *	/silent…      nothing, until `silent` is cleared
 *
 * Of operators (TP_METHOD_LOGIN), whose password is "there", it knows `writer`, `reader`, and
 * `/silent`, a reader as well; of `nobody-answers` it hears nothing.
 */
#pragma once

#include <pthread.h>
#include <stdatomic.h>

#include "config/remote.h"
#include "api/menus.h"
#include "api/request.h"

#define FAKE_QUEUE 512

struct tp_mailbox {
	int fd;
	atomic_bool full;   /* the ring refuses */
	atomic_bool silent; /* requests are kept, not answered */
	atomic_uint items;
	atomic_uint page;
	atomic_uint submitted;
	atomic_int listening; /* the last tp_mailbox_listen(), or -1 */
	pthread_mutex_t lock;
	struct tp_request *queue[FAKE_QUEUE];
	unsigned queued;
	json_t *events;
	struct tp_remote *_Atomic remote; /* for the next tp_mailbox_remote() */
	/* Answers in place of the paths above, when it is set. */
	void (*answer)(struct tp_mailbox *control, struct tp_request *request);
	void *user;
};

/* Of a server with two lists and two verbs that cannot be used. */
extern const struct tp_menus fake_menus;

void fake_control_start(struct tp_mailbox *control);
void fake_control_stop(struct tp_mailbox *control);
void fake_control_wake(struct tp_mailbox *control);

/* Takes EVENT, a new reference. */
void fake_control_event(struct tp_mailbox *control, json_t *event);
