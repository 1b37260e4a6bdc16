/* SPDX-License-Identifier: BSD-3-Clause */
#include "control/kernel/compare.h"

#include <linux/netlink.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/clock.h"
#include "control/kernel/compare_private.h"
#include "control/kernel/kernel_private.h"
#include "control/kernel/paths.h"

#define TRIES	  3  /* where routes come and go all the time it is left for another day */
#define TURNS_MAX 64 /* of reading what the kernel has said */

int tp_compare_prefixes(const struct tp_ip_prefix *a, const struct tp_ip_prefix *b)
{
	int order = memcmp(a->ip.bytes, b->ip.bytes, sizeof(a->ip.bytes));

	if (a->ip.family != b->ip.family)
		return a->ip.family < b->ip.family ? -1 : 1;
	return order != 0 ? order : (int)a->length - (int)b->length;
}

void *tp_compare_room(void *list, size_t count, size_t *room, size_t size)
{
	const size_t more = *room * 2 + 1024;
	void *grown;

	if (count < *room)
		return list;
	grown = realloc(list, more * size);
	if (grown != NULL)
		*room = more;
	return grown;
}

/* ---- the kernel's word ----------------------------------------------------------------------- */

struct reading {
	const struct tp_kernel *kernel;
	int ifindex; /* subscribers' */
	struct tp_prefixes_read subscribers;
	struct tp_core_list core;
	bool broken, done;
};

static void take(struct reading *r, const struct tp_netlink_route_info *info)
{
	struct tp_kernel_route route;

	if (info->protocol == TP_RTPROT_SUBSCRIBER && info->hops[0].ifindex == r->ifindex)
		tp_prefixes_read_add(&r->subscribers, &info->prefix);
	if (!tp_kernel_follows(info))
		return;
	route = tp_kernel_translate(r->kernel, info);
	if (!route.foreign)
		tp_core_list_add(&r->core, &route);
	tp_paths_drop(route.route.paths);
}

static void hear(void *user, const struct nlmsghdr *m)
{
	struct tp_netlink_route_info info;
	struct reading *r = user;

	r->broken |= (m->nlmsg_flags & NLM_F_DUMP_INTR) != 0 || m->nlmsg_type == NLMSG_ERROR;
	r->done |= m->nlmsg_type == NLMSG_DONE;
	if (m->nlmsg_type == RTM_NEWROUTE && tp_netlink_parse_route(m, &info))
		take(r, &info);
}

/* The kernel writes the next part of a dump while one is received: none has to be waited for. */
static void read_family(struct tp_netlink *nl, uint8_t family, struct reading *r)
{
	char buffer[256] __attribute__((aligned(8)));
	struct nlmsghdr *m = tp_netlink_begin(buffer, RTM_GETROUTE, NLM_F_DUMP);
	struct rtmsg *head = mnl_nlmsg_put_extra_header(m, sizeof(*head));

	head->rtm_family = family;
	r->done = false;
	r->broken |= tp_netlink_send(nl, m, m->nlmsg_len) != 0;
	while (!r->broken && !r->done)
		r->broken |= tp_netlink_receive(nl, hear, r) <= 0;
}

static void read_kernel(struct reading *r)
{
	struct tp_netlink nl = {0};

	if (tp_netlink_open(&nl, 0) != 0) {
		r->broken = true;
		return;
	}
	read_family(&nl, AF_INET, r);
	read_family(&nl, AF_INET6, r);
	tp_netlink_close(&nl);
}

/* ---- one moment's ---------------------------------------------------------------------------- */

/* All that the kernel has said is read. False: there is more to come of routes. */
static bool is_quiet(struct tp_kernel *k)
{
	unsigned turns = 0;

	do
		k->readable = true;
	while (tp_kernel_poll(k, k->now_ms) && ++turns < TURNS_MAX);
	k->readable = true; /* for the next turn, whatever has been left */
	return turns < TURNS_MAX && !k->behind && k->dump_due_ms == TP_NEVER &&
	       k->dumping != TP_DUMP_ROUTES && k->next_dump != TP_DUMP_ROUTES;
}

/* True: R is what the kernel has, and the data plane has heard of all of it. */
static bool read_at_rest(struct tp_kernel *k, struct reading *r)
{
	const bool quiet = is_quiet(k);
	const uint64_t news = k->route_news;

	read_kernel(r);
	return quiet && is_quiet(k) && news == k->route_news;
}

void tp_kernel_compare(struct tp_kernel *k, const struct tp_subscribers *subscribers, int ifindex,
		       tp_differ_fn differ, void *user)
{
	bool said = false;

	for (unsigned i = 0; i < TRIES; i++) {
		struct reading r = {.kernel = k, .ifindex = ifindex};
		const bool rest = read_at_rest(k, &r);

		if (!r.broken && !said)
			tp_compare_subscribers(subscribers, &r.subscribers, differ, user);
		said |= !r.broken;
		if (!r.broken && rest)
			tp_compare_core(k, &r.core, differ, user);
		free(r.subscribers.prefix);
		tp_core_list_clear(&r.core);
		if (!r.broken && rest)
			return;
	}
}
