/* SPDX-License-Identifier: BSD-3-Clause */
/* The rings between management and control (request.h). */
#include <errno.h>
#include <rte_ring.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/log.h"
#include "control/control_private.h"

#define REQUEST_RING 1024 /* requests and answers under way at most, less one */
#define EVENT_RING   4096

/* In plain memory: one process, and no need of huge pages. */
static struct rte_ring *create_ring(const char *name, unsigned size)
{
	ssize_t bytes = rte_ring_get_memsize(size);
	struct rte_ring *ring;

	if (bytes < 0)
		return NULL;
	ring = aligned_alloc(RTE_CACHE_LINE_SIZE, RTE_ALIGN_CEIL(bytes, RTE_CACHE_LINE_SIZE));
	if (ring != NULL && rte_ring_init(ring, name, size, RING_F_SP_ENQ | RING_F_SC_DEQ) != 0) {
		free(ring);
		return NULL;
	}
	return ring;
}

int tp_mailbox_open(struct tp_mailbox *m)
{
	*m = (struct tp_mailbox){.request_fd = -1, .answer_fd = -1};
	m->requests = create_ring("requests", REQUEST_RING);
	m->answers = create_ring("answers", REQUEST_RING);
	m->events = create_ring("events", EVENT_RING);
	m->request_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	m->answer_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	if (m->requests == NULL || m->answers == NULL || m->events == NULL || m->request_fd < 0 ||
	    m->answer_fd < 0) {
		tp_mailbox_close(m);
		return -ENOMEM;
	}
	return 0;
}

void tp_mailbox_close(struct tp_mailbox *m)
{
	void *event;

	while (m->events != NULL && rte_ring_sc_dequeue(m->events, &event) == 0)
		json_decref(event);
	tp_remote_destroy(atomic_exchange(&m->remote, NULL));
	free(m->requests);
	free(m->answers);
	free(m->events);
	m->requests = m->answers = m->events = NULL;
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
	void *request = NULL;

	return rte_ring_sc_dequeue(m->requests, &request) == 0 ? request : NULL;
}

void tp_mailbox_answer(struct tp_mailbox *m, struct tp_request *request)
{
	/* There is room: submit() lets no more in than fit. */
	rte_ring_sp_enqueue(m->answers, request);
	ring_bell(m->answer_fd);
}

void tp_mailbox_event(struct tp_mailbox *m, json_t *event)
{
	if (event == NULL)
		return;
	if (rte_ring_sp_enqueue(m->events, event) != 0) {
		m->events_lost++;
		json_decref(event);
		return;
	}
	ring_bell(m->answer_fd);
}

void tp_mailbox_remote(struct tp_mailbox *m, struct tp_remote *remote)
{
	if (remote == NULL) {
		tp_log_error("management", "out of memory: logins are as they were");
		return;
	}
	tp_remote_destroy(atomic_exchange(&m->remote, remote));
	ring_bell(m->answer_fd);
}

/* ---- management's side -------------------------------------------------------------------- */

bool tp_control_submit(struct tp_control *c, struct tp_request *request)
{
	struct tp_mailbox *m = &c->mailbox;

	if (atomic_load(&m->ended) || m->under_way == REQUEST_RING - 1)
		return false;
	request->status = 0;
	request->more = false;
	if (rte_ring_sp_enqueue(m->requests, request) != 0)
		return false;
	m->under_way++;
	ring_bell(m->request_fd);
	return true;
}

/* What control never looked at. Once it has ended, the reading end is management's. */
static unsigned take_back(struct tp_mailbox *m, struct tp_request **requests, unsigned max)
{
	unsigned count = 0;

	while (count < max && atomic_load(&m->ended)) {
		struct tp_request *request = tp_mailbox_take(m);

		if (request == NULL)
			break;
		request->status = 503;
		requests[count++] = request;
	}
	return count;
}

unsigned tp_control_answers(struct tp_control *c, struct tp_request **requests, unsigned max)
{
	struct tp_mailbox *m = &c->mailbox;
	unsigned count = rte_ring_sc_dequeue_burst(m->answers, (void **)requests, max, NULL);

	count += take_back(m, requests + count, max - count);
	m->under_way -= count;
	return count;
}

unsigned tp_control_events(struct tp_control *c, json_t **events, unsigned max)
{
	return rte_ring_sc_dequeue_burst(c->mailbox.events, (void **)events, max, NULL);
}

void tp_control_listen(struct tp_control *c, bool anybody)
{
	atomic_store(&c->mailbox.listening, anybody);
}

struct tp_remote *tp_control_remote(struct tp_control *c)
{
	return atomic_exchange(&c->mailbox.remote, NULL);
}

int tp_control_fd(const struct tp_control *c)
{
	return c->mailbox.answer_fd;
}
