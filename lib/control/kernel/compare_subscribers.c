/* SPDX-License-Identifier: BSD-3-Clause */
#include "control/kernel/compare.h"

#include <linux/netlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "config/types/value.h"

#define DIFFERENCES_MAX 200 /* one mistake may concern all */

struct list {
	struct tp_ip_prefix *prefix;
	size_t count, room;
	int ifindex; /* while they are read: those by this interface */
	bool broken; /* it is not all that there is */
	bool done;
};

static void add(struct list *list, const struct tp_ip_prefix *prefix)
{
	if (list->count == list->room) {
		size_t room = list->room * 2 + 1024;
		struct tp_ip_prefix *grown = realloc(list->prefix, room * sizeof(*grown));

		if (grown == NULL) {
			list->broken = true;
			return;
		}
		list->prefix = grown;
		list->room = room;
	}
	list->prefix[list->count++] = *prefix;
}

static int compare(const void *one, const void *other)
{
	const struct tp_ip_prefix *a = one, *b = other;
	int order = memcmp(a->ip.bytes, b->ip.bytes, sizeof(a->ip.bytes));

	if (a->ip.family != b->ip.family)
		return a->ip.family < b->ip.family ? -1 : 1;
	return order != 0 ? order : (int)a->length - (int)b->length;
}

/* In order, and each once. */
static void sort(struct list *list)
{
	size_t count = 0;

	if (list->count == 0)
		return;
	qsort(list->prefix, list->count, sizeof(*list->prefix), compare);
	for (size_t i = 1; i < list->count; i++)
		if (compare(&list->prefix[count], &list->prefix[i]) != 0)
			list->prefix[++count] = list->prefix[i];
	list->count = count + 1;
}

static void told(void *user, const struct tp_ip_prefix *prefix)
{
	add(user, prefix);
}

/* ---- the kernel's word ----------------------------------------------------------------------- */

static void hear(void *user, const struct nlmsghdr *m)
{
	struct tp_netlink_route_info info;
	struct list *list = user;

	list->broken |= (m->nlmsg_flags & NLM_F_DUMP_INTR) != 0 || m->nlmsg_type == NLMSG_ERROR;
	list->done |= m->nlmsg_type == NLMSG_DONE;
	if (m->nlmsg_type == RTM_NEWROUTE && tp_netlink_parse_route(m, &info) &&
	    info.protocol == TP_RTPROT_SUBSCRIBER && info.hops[0].ifindex == list->ifindex)
		add(list, &info.prefix);
}

/* The kernel writes the next part of a dump while one is received: none has to be waited for. */
static void read_family(struct tp_netlink *nl, uint8_t family, struct list *list)
{
	char buffer[256] __attribute__((aligned(8)));
	struct nlmsghdr *m = tp_netlink_begin(buffer, RTM_GETROUTE, NLM_F_DUMP);
	struct rtmsg *r = mnl_nlmsg_put_extra_header(m, sizeof(*r));

	r->rtm_family = family;
	r->rtm_protocol = TP_RTPROT_SUBSCRIBER;
	list->done = false;
	list->broken |= tp_netlink_send(nl, m, m->nlmsg_len) != 0;
	while (!list->broken && !list->done)
		list->broken |= tp_netlink_receive(nl, hear, list) <= 0;
}

static void read_kernel(struct list *list)
{
	const int strict = 1; /* it leaves out other protocols' routes, where it knows how to */
	struct tp_netlink nl = {0};

	if (tp_netlink_open(&nl, 0) != 0) {
		list->broken = true;
		return;
	}
	(void)setsockopt(nl.fd, SOL_NETLINK, NETLINK_GET_STRICT_CHK, &strict, sizeof(strict));
	read_family(&nl, AF_INET, list);
	read_family(&nl, AF_INET6, list);
	tp_netlink_close(&nl);
}

/* ---- both ------------------------------------------------------------------------------------ */

static void say(const struct tp_ip_prefix *prefix, bool lacks,
		void (*differ)(void *user, const char *text), void *user)
{
	char text[128], name[TP_IP_PREFIX_TEXT_LEN];

	snprintf(text, sizeof(text), "%s the route to %s%s", lacks ? "lacks" : "has",
		 tp_ip_prefix_format(prefix, name),
		 lacks ? ", of which it was told" : ", and was not told of it");
	differ(user, text);
}

static void go_through(const struct list *shall, const struct list *is,
		       void (*differ)(void *user, const char *text), void *user)
{
	unsigned differences = 0;

	for (size_t i = 0, j = 0;
	     (i < shall->count || j < is->count) && differences < DIFFERENCES_MAX;) {
		int order = i == shall->count ? 1
			    : j == is->count  ? -1
					      : compare(&shall->prefix[i], &is->prefix[j]);

		if (order != 0) {
			say(order < 0 ? &shall->prefix[i] : &is->prefix[j], order < 0, differ,
			    user);
			differences++;
		}
		i += order <= 0;
		j += order >= 0;
	}
}

void tp_kernel_routes_compare(const struct tp_subscribers *subscribers, int ifindex,
			      void (*differ)(void *user, const char *text), void *user)
{
	struct list shall = {0}, is = {.ifindex = ifindex};

	if (tp_subscribers_queued(subscribers) > 0)
		return;
	tp_subscribers_each(subscribers, told, &shall);
	read_kernel(&is);
	if (!shall.broken && !is.broken) {
		sort(&shall);
		sort(&is);
		go_through(&shall, &is, differ, user);
	}
	free(shall.prefix);
	free(is.prefix);
}
