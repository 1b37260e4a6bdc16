/* SPDX-License-Identifier: BSD-3-Clause */
#include "control/subscribers.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base/log.h"

#define CHANGES_IN_A_TURN 64
#define MESSAGE_ROOM	  128 /* more than one route message takes */
#define QUEUE_MIN	  4096
#define POOL_METRIC	  4096 /* an operator's own route to the same network goes before it */

/* What a slot has, in one allocation, each packed to what there is of it: a byte for family and
 * length, then as many of the address as the length takes. */
struct prefixes {
	uint16_t mtu;
	uint16_t count;
	uint8_t packed[];
};

#define PACKED_IPV4 129 /* and the length; less is a length of IPv6 */

/* There may be some of each session. */
struct change {
	uint16_t mtu;
	bool add : 1;
	bool pool : 1;	    /* it is of the cover */
	uint8_t packed[17]; /* a prefix, as above */
};
_Static_assert(sizeof(struct change) == 20, "no more than it takes");

struct tp_subscribers {
	struct tp_netlink *nl;
	int ifindex;
	uint32_t max_sessions;
	struct prefixes **slot; /* NULL: none */
	struct tp_cover cover;
	/* In the order in which they happened: an address that moves to another slot must not
	 * be removed after it was added. */
	struct change *queue;
	uint32_t size, head, queued;
	uint32_t reached; /* places, since the last time that none was queued */
	uint64_t refused, pressed;
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
	s->size = QUEUE_MIN + 3 * max_sessions; /* an address and two prefixes of each */
	s->slot = calloc(max_sessions, sizeof(*s->slot));
	s->queue = mmap(NULL, s->size * sizeof(*s->queue), PROT_READ | PROT_WRITE,
			MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, 0, 0);
	if (s->slot == NULL || s->queue == MAP_FAILED) {
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
	if (s->queue != MAP_FAILED)
		munmap(s->queue, s->size * sizeof(*s->queue));
	tp_cover_clear(&s->cover);
	free(s);
}

static uint8_t *pack(uint8_t *to, const struct tp_ip_prefix *prefix)
{
	unsigned bytes = (prefix->length + 7u) / 8;

	*to++ = (uint8_t)(prefix->length + (prefix->ip.family == TP_FAMILY_IPV4 ? PACKED_IPV4 : 0));
	memcpy(to, prefix->ip.bytes, bytes);
	return to + bytes;
}

static const uint8_t *unpack(const uint8_t *from, struct tp_ip_prefix *prefix)
{
	bool four = *from >= PACKED_IPV4;
	unsigned bytes;

	*prefix = (struct tp_ip_prefix){.ip.family = four ? TP_FAMILY_IPV4 : TP_FAMILY_IPV6};
	prefix->length = four ? *from - PACKED_IPV4 : *from;
	bytes = (prefix->length + 7u) / 8;
	memcpy(prefix->ip.bytes, from + 1, bytes);
	return from + 1 + bytes;
}

static bool has(const struct prefixes *p, const struct tp_ip_prefix *prefix)
{
	const uint8_t *at = p != NULL ? p->packed : NULL;
	struct tp_ip_prefix one;

	for (unsigned i = 0; p != NULL && i < p->count; i++) {
		at = unpack(at, &one);
		if (tp_ip_prefix_same(&one, prefix))
			return true;
	}
	return false;
}

/* Behind what is queued. When the queue is full the kernel has to keep up. */
static void push(struct tp_subscribers *s, const struct tp_ip_prefix *prefix, struct change change)
{
	while (s->queued == s->size) {
		s->pressed++;
		tp_subscribers_poll(s);
	}
	pack(change.packed, prefix);
	s->queue[(s->head + s->queued) % s->size] = change;
	s->queued++;
	if (s->head + s->queued > s->reached)
		s->reached = s->head + s->queued;
}

/* What P has, but for what OTHER has besides (or NULL), and what is covered. */
static void enqueue(struct tp_subscribers *s, const struct prefixes *p,
		    const struct prefixes *other, bool add)
{
	const uint8_t *at = p->packed;
	struct tp_ip_prefix prefix;

	for (unsigned i = 0; i < p->count; i++) {
		at = unpack(at, &prefix);
		if (!has(other, &prefix) && !tp_cover_has(&s->cover, &prefix))
			push(s, &prefix, (struct change){.mtu = p->mtu, .add = add});
	}
}

/* What COVER has and OTHER has not. */
static void enqueue_cover(struct tp_subscribers *s, const struct tp_cover *cover,
			  const struct tp_cover *other, bool add)
{
	for (unsigned i = 0; i < cover->count; i++)
		if (!tp_cover_is(other, &cover->prefix[i]))
			push(s, &cover->prefix[i], (struct change){.add = add, .pool = true});
}

/* Of P, what is covered and was not goes; what was and is not comes. */
static void change_cover(struct tp_subscribers *s, const struct prefixes *p,
			 const struct tp_cover *before)
{
	const uint8_t *at = p->packed;
	struct tp_ip_prefix prefix;

	for (unsigned i = 0; i < p->count; i++) {
		at = unpack(at, &prefix);
		const bool was = tp_cover_has(before, &prefix);

		if (was != tp_cover_has(&s->cover, &prefix))
			push(s, &prefix, (struct change){.mtu = p->mtu, .add = was});
	}
}

void tp_subscribers_cover(struct tp_subscribers *s, struct tp_cover *cover)
{
	struct tp_cover before = s->cover;

	if (tp_cover_same(&before, cover)) {
		tp_cover_clear(cover);
		return;
	}
	s->cover = *cover;
	*cover = (struct tp_cover){0};
	enqueue_cover(s, &s->cover, &before, true);
	for (uint32_t i = 0; i < s->max_sessions; i++)
		if (s->slot[i] != NULL)
			change_cover(s, s->slot[i], &before);
	enqueue_cover(s, &before, &s->cover, false);
	tp_cover_clear(&before);
}

unsigned tp_subscribers_covers(const struct tp_subscribers *s, enum tp_family family)
{
	unsigned count = 0;

	for (unsigned i = 0; i < s->cover.count; i++)
		count += s->cover.prefix[i].ip.family == family;
	return count;
}

/* In place of what SLOT has; what stays is not touched, so that who redistributes it sees no gap
 * when the other family comes or goes. */
static void replace(struct tp_subscribers *s, uint32_t slot, struct prefixes *p)
{
	struct prefixes *before = s->slot[slot];
	bool same_mtu = before != NULL && p != NULL && before->mtu == p->mtu;

	if (before != NULL)
		enqueue(s, before, same_mtu ? p : NULL, false);
	if (p != NULL)
		enqueue(s, p, same_mtu ? before : NULL, true);
	free(before);
	s->slot[slot] = p;
}

void tp_subscribers_set(struct tp_subscribers *s, uint32_t slot, const struct tp_ip_prefix *prefix,
			unsigned count, uint16_t mtu)
{
	struct prefixes *p;
	size_t size = 0;
	uint8_t *at;

	if (slot >= s->max_sessions)
		return;
	for (unsigned i = 0; i < count; i++)
		size += 1 + (prefix[i].length + 7u) / 8;
	p = malloc(sizeof(*p) + size);
	if (p == NULL) {
		s->refused++;
		tp_subscribers_clear(s, slot);
		return;
	}
	p->count = (uint16_t)count;
	p->mtu = mtu;
	at = p->packed;
	for (unsigned i = 0; i < count; i++)
		at = pack(at, &prefix[i]);
	replace(s, slot, p);
}

void tp_subscribers_clear(struct tp_subscribers *s, uint32_t slot)
{
	if (slot < s->max_sessions)
		replace(s, slot, NULL);
}

bool tp_subscribers_has(const struct tp_subscribers *s, uint32_t slot)
{
	return slot < s->max_sessions && s->slot[slot] != NULL;
}

void tp_subscribers_each(const struct tp_subscribers *s,
			 void (*fn)(void *user, const struct tp_ip_prefix *prefix), void *user)
{
	for (uint32_t slot = 0; slot < s->max_sessions; slot++) {
		const struct prefixes *p = s->slot[slot];
		const uint8_t *at = p != NULL ? p->packed : NULL;
		struct tp_ip_prefix prefix;

		for (unsigned i = 0; p != NULL && i < p->count; i++) {
			at = unpack(at, &prefix);
			if (!tp_cover_has(&s->cover, &prefix))
				fn(user, &prefix);
		}
	}
}

void tp_subscribers_again(struct tp_subscribers *s, int ifindex)
{
	s->ifindex = ifindex;
	s->head = s->queued = 0;
	enqueue_cover(s, &s->cover, &(struct tp_cover){0}, true);
	for (uint32_t i = 0; i < s->max_sessions; i++)
		if (s->slot[i] != NULL)
			enqueue(s, s->slot[i], NULL, true);
}

static void flush(struct tp_subscribers *s)
{
	if (s->used > 0 && tp_netlink_send(s->nl, s->buffer, s->used) != 0)
		s->refused++;
	s->used = 0;
}

static void tell(struct tp_subscribers *s, const struct change *change)
{
	struct tp_netlink_route route = {
		.mtu = change->add ? change->mtu : 0,
		.ifindex = s->ifindex,
		.metric = change->pool ? POOL_METRIC : 0,
		.protocol = change->pool ? TP_RTPROT_POOL : TP_RTPROT_SUBSCRIBER,
	};
	struct nlmsghdr *m;

	unpack(change->packed, &route.prefix);
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

/* What a city's changes took of memory while they waited goes back to the system; a few may come
 * and go in the first part of it. */
static void begin_anew(struct tp_subscribers *s)
{
	if (s->reached > QUEUE_MIN)
		madvise(s->queue, s->size * sizeof(*s->queue), MADV_DONTNEED);
	s->head = 0;
	s->reached = 0;
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
	if (s->queued == 0)
		begin_anew(s);
	flush(s);
	while (tp_netlink_receive(s->nl, hear_error, s) > 0)
		;
	return true;
}

bool tp_subscribers_can_wait(const struct tp_subscribers *s)
{
	return s->queued < s->size / 4 * 3;
}

uint32_t tp_subscribers_queued(const struct tp_subscribers *s)
{
	return s->queued;
}

uint64_t tp_subscribers_pressed(const struct tp_subscribers *s)
{
	return s->pressed;
}

uint64_t tp_subscribers_refused(const struct tp_subscribers *s)
{
	return s->refused;
}
