/* SPDX-License-Identifier: BSD-3-Clause */
/* The rings between management and control, with eventfds: control's side of them. Management's
 * stands in request.h. Control thread, where nothing else is said. */
#pragma once

#include <stdatomic.h>

#include "api/request.h"
#include "base/spsc.h"

struct tp_mailbox {
	struct tp_spsc requests; /* to control */
	struct tp_spsc answers;	 /* to management */
	struct tp_spsc events;	 /* to management; json_t * */
	int request_fd;		 /* readable when requests wait */
	int answer_fd;
	atomic_bool listening;
	struct tp_remote *_Atomic remote; /* not taken yet; NULL: nothing new */
	atomic_bool ended;		  /* nobody takes requests any more */
	unsigned under_way;		  /* submitted and not come back: management's own */
	uint64_t events_lost;
};

int tp_mailbox_open(struct tp_mailbox *mailbox);
void tp_mailbox_close(struct tp_mailbox *mailbox);

/* Takes the next request; NULL: none. */
struct tp_request *tp_mailbox_take(struct tp_mailbox *mailbox);
void tp_mailbox_answer(struct tp_mailbox *mailbox, struct tp_request *request);

/* For management: how it is reached from now on. Takes REMOTE, which may be NULL. */
void tp_mailbox_set_remote(struct tp_mailbox *mailbox, struct tp_remote *remote);

/* Is there anybody to tell of events? */
static inline bool tp_mailbox_listens(struct tp_mailbox *mailbox)
{
	return atomic_load_explicit(&mailbox->listening, memory_order_relaxed);
}

/* Tells listeners; takes the reference. */
void tp_mailbox_event(struct tp_mailbox *mailbox, json_t *event);

/* Control takes no request any more: management may take back what waits. */
void tp_mailbox_end(struct tp_mailbox *mailbox);
