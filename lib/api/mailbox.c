/* SPDX-License-Identifier: BSD-3-Clause */
/* The rings between management and control (request.h). */
#include "api/mailbox.h"

#include <errno.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/log.h"
#include "config/remote.h"

#define REQUEST_RING 1024 /* requests and answers under way at most */
#define EVENT_RING   4096

int tp_mailbox_open(struct tp_mailbox *m)
{
	bool made;

	*m = (struct tp_mailbox){.request_fd = -1, .answer_fd = -1};
	made = tp_spsc_init(&m->requests, REQUEST_RING);
	made = tp_spsc_init(&m->answers, REQUEST_RING) && made;
	made = tp_spsc_init(&m->events, EVENT_RING) && made;
	m->request_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	m->answer_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	if (!made || m->request_fd < 0 || m->answer_fd < 0) {
		tp_mailbox_close(m);
		return -ENOMEM;
	}
	return 0;
}

void tp_mailbox_close(struct tp_mailbox *m)
{
	json_t *event;

	while (m->events.slot != NULL && (event = tp_spsc_take(&m->events)) != NULL)
		json_decref(event);
	tp_remote_destroy(atomic_exchange(&m->remote, NULL));
	tp_spsc_clear(&m->requests);
	tp_spsc_clear(&m->answers);
	tp_spsc_clear(&m->events);
	if (m->request_fd >= 0)
		close(m->request_fd);
	if (m->answer_fd >= 0)
		close(m->answer_fd);
	m->request_fd = m->answer_fd = -1;
}

static void ring_bell(int fd)
{
	eventfd_write(fd, 1); /* it can only fail when it is rung already */
}

struct tp_request *tp_mailbox_take(struct tp_mailbox *m)
{
	return tp_spsc_take(&m->requests);
}

void tp_mailbox_answer(struct tp_mailbox *m, struct tp_request *request)
{
	/* There is room: submit() lets no more in than fit. */
	tp_spsc_put(&m->answers, request);
	ring_bell(m->answer_fd);
}

void tp_mailbox_event(struct tp_mailbox *m, json_t *event)
{
	if (event == NULL)
		return;
	if (!tp_spsc_put(&m->events, event)) {
		m->events_lost++;
		json_decref(event);
		return;
	}
	ring_bell(m->answer_fd);
}

void tp_mailbox_set_remote(struct tp_mailbox *m, struct tp_remote *remote)
{
	if (remote == NULL) {
		tp_log_error("management", "out of memory: logins are as they were");
		return;
	}
	tp_remote_destroy(atomic_exchange(&m->remote, remote));
	ring_bell(m->answer_fd);
}

void tp_mailbox_end(struct tp_mailbox *m)
{
	atomic_store(&m->ended, true);
	ring_bell(m->answer_fd);
}

/* ---- management's side -------------------------------------------------------------------- */

bool tp_mailbox_submit(struct tp_mailbox *m, struct tp_request *request)
{
	if (atomic_load(&m->ended) || m->under_way == REQUEST_RING)
		return false;
	request->status = 0;
	request->more = false;
	if (!tp_spsc_put(&m->requests, request))
		return false;
	m->under_way++;
	ring_bell(m->request_fd);
	return true;
}

/* The next answer; once control has ended, also what it never looked at: the reading end is
 * management's then. */
static struct tp_request *take_back(struct tp_mailbox *m)
{
	struct tp_request *request = tp_spsc_take(&m->answers);

	if (request != NULL || !atomic_load(&m->ended))
		return request;
	/* What it answered last comes first. */
	request = tp_spsc_take(&m->answers);
	if (request != NULL)
		return request;
	request = tp_mailbox_take(m);
	if (request != NULL)
		request->status = 503;
	return request;
}

unsigned tp_mailbox_answers(struct tp_mailbox *m, struct tp_request **requests, unsigned max)
{
	unsigned count = 0;

	while (count < max && (requests[count] = take_back(m)) != NULL)
		count++;
	m->under_way -= count;
	return count;
}

unsigned tp_mailbox_events(struct tp_mailbox *m, json_t **events, unsigned max)
{
	unsigned count = 0;

	while (count < max && (events[count] = tp_spsc_take(&m->events)) != NULL)
		count++;
	return count;
}

void tp_mailbox_listen(struct tp_mailbox *m, bool anybody)
{
	atomic_store(&m->listening, anybody);
}

struct tp_remote *tp_mailbox_remote(struct tp_mailbox *m)
{
	return atomic_exchange(&m->remote, NULL);
}

int tp_mailbox_fd(const struct tp_mailbox *m)
{
	return m->answer_fd;
}
