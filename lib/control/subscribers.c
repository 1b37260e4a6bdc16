/* SPDX-License-Identifier: BSD-3-Clause */
#include "control/subscribers.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"

#define CHANGES_IN_A_TURN 64
#define MESSAGE_ROOM	  128 /* more than one route message takes */
#define QUEUE_MIN	  4096

/* What a slot has, in one allocation. */
struct prefixes {
	unsigned count;
	uint16_t mtu;
	struct tp_prefix prefix[];
};

struct change {
	uint32_t address;
	uint16_t mtu;
	uint8_t length;
	bool add;
};

struct tp_subscribers {
	struct tp_netlink *nl;
	int ifindex;
	uint32_t max_sessions;
	struct prefixes **slot; /* NULL: none */
	/* In the order in which they happened: an address that moves to another slot must not
	 * be removed after it was added. */
	struct change *queue;
	uint32_t size, head, queued;
	uint64_t refused;
	char buffer[TP_NETLINK_BUFFER] __attribute__((aligned(8)));
	size_t used;
};

struct tp_subscribers *tp_subscribers_create(struct tp_netlink *nl, int ifindex,
					     uint32_t max_sessions)
{
	struct tp_subscribers *s = calloc(1, sizeof(*s));

	if (s == NULL)
		return NULL;
	s->nl = nl;
	s->ifindex = ifindex;
	s->max_sessions = max_sessions;
	s->size = QUEUE_MIN + 2 * max_sessions;
	s->slot = calloc(max_sessions, sizeof(*s->slot));
	s->queue = calloc(s->size, sizeof(*s->queue));
	if (s->slot == NULL || s->queue == NULL) {
		tp_subscribers_destroy(s);
		return NULL;
	}
	return s;
}

void tp_subscribers_destroy(struct tp_subscribers *s)
{
	if (s == NULL)
		return;
	for (uint32_t i = 0; s->slot != NULL && i < s->max_sessions; i++)
		free(s->slot[i]);
	free(s->slot);
	free(s->queue);
	free(s);
}

/* Behind what is queued; when the queue is full the kernel has to keep up. */
static void enqueue(struct tp_subscribers *s, const struct prefixes *p, bool add)
{
	for (unsigned i = 0; i < p->count; i++) {
		while (s->queued == s->size)
			tp_subscribers_poll(s);
		s->queue[(s->head + s->queued) % s->size] = (struct change){
			.address = p->prefix[i].address,
			.length = p->prefix[i].length,
			.mtu = p->mtu,
			.add = add,
		};
		s->queued++;
	}
}

static bool same_prefixes(const struct prefixes *a, const struct tp_prefix *prefix, unsigned count,
			  uint16_t mtu)
{
	if (a == NULL || a->count != count || a->mtu != mtu)
		return false;
	for (unsigned i = 0; i < count; i++)
		if (a->prefix[i].address != prefix[i].address ||
		    a->prefix[i].length != prefix[i].length)
			return false;
	return true;
}

void tp_subscribers_set(struct tp_subscribers *s, uint32_t slot, const struct tp_prefix *prefix,
			unsigned count, uint16_t mtu)
{
	struct prefixes *p;

	if (slot >= s->max_sessions || same_prefixes(s->slot[slot], prefix, count, mtu))
		return;
	tp_subscribers_clear(s, slot);
	p = malloc(sizeof(*p) + count * sizeof(*prefix));
	if (p == NULL) {
		s->refused++;
		return;
	}
	p->count = count;
	p->mtu = mtu;
	memcpy(p->prefix, prefix, count * sizeof(*prefix));
	s->slot[slot] = p;
	enqueue(s, p, true);
}

void tp_subscribers_clear(struct tp_subscribers *s, uint32_t slot)
{
	if (slot >= s->max_sessions || s->slot[slot] == NULL)
		return;
	enqueue(s, s->slot[slot], false);
	free(s->slot[slot]);
	s->slot[slot] = NULL;
}

void tp_subscribers_again(struct tp_subscribers *s, int ifindex)
{
	s->ifindex = ifindex;
	s->head = s->queued = 0;
	for (uint32_t i = 0; i < s->max_sessions; i++)
		if (s->slot[i] != NULL)
			enqueue(s, s->slot[i], true);
}

static void flush(struct tp_subscribers *s)
{
	if (s->used > 0 && tp_netlink_send(s->nl, s->buffer, s->used) != 0)
		s->refused++;
	s->used = 0;
}

static void tell(struct tp_subscribers *s, const struct change *change)
{
	const struct tp_netlink_route route = {
		.prefix = {change->address, change->length},
		.mtu = change->add ? change->mtu : 0,
		.ifindex = s->ifindex,
		.protocol = TP_RTPROT_SUBSCRIBER,
	};
	struct nlmsghdr *m;

	if (sizeof(s->buffer) - s->used < MESSAGE_ROOM)
		flush(s);
	m = tp_netlink_route_message(s->buffer + s->used, change->add ? RTM_NEWROUTE : RTM_DELROUTE,
				     change->add ? NLM_F_CREATE | NLM_F_EXCL : 0, &route);
	s->used += NLMSG_ALIGN(m->nlmsg_len);
}

/* An error of one message of a batch; that a route to remove is not there is no news. */
static void hear_error(void *user, const struct nlmsghdr *m)
{
	struct tp_subscribers *s = user;
	const struct nlmsgerr *e = mnl_nlmsg_get_payload(m);

	if (m->nlmsg_type != NLMSG_ERROR || mnl_nlmsg_get_payload_len(m) < sizeof(*e) ||
	    e->error == 0 || e->error == -ESRCH)
		return;
	s->refused++;
	tp_log_debug("route", "the kernel refused a subscriber's route: %s", strerror(-e->error));
}

bool tp_subscribers_poll(struct tp_subscribers *s)
{
	if (s->queued == 0)
		return false;
	for (unsigned i = 0; i < CHANGES_IN_A_TURN && s->queued > 0; i++) {
		tell(s, &s->queue[s->head]);
		s->head = (s->head + 1) % s->size;
		s->queued--;
	}
	flush(s);
	while (tp_netlink_receive(s->nl, hear_error, s) > 0)
		;
	return true;
}

uint32_t tp_subscribers_queued(const struct tp_subscribers *s)
{
	return s->queued;
}

uint64_t tp_subscribers_refused(const struct tp_subscribers *s)
{
	return s->refused;
}
