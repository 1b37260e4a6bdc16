/* SPDX-License-Identifier: BSD-3-Clause */
/* Dumps: when all routes and neighbours are asked for, and how they come. */
#include <string.h>

#include "base/clock.h"
#include "control/kernel/kernel_private.h"

#define DUMP_DELAY_MS 50   /* changes of links and addresses come several at once */
#define RETRY_MAX_MS  5000 /* between dumps of which each wants another */
#define RECONCILE_MS  10000

/* Soon: tp_kernel_start_dumps() puts the time in place of the 0. */
void tp_kernel_dump_again(struct tp_kernel *k)
{
	if (k->dump_due_ms == TP_NEVER)
		k->dump_due_ms = 0;
}

void tp_kernel_lost_events(struct tp_kernel *k, uint64_t now_ms)
{
	k->interrupted = true; /* events are missing, whatever the dump says */
	k->behind = true;
	k->dump_due_ms = now_ms + DUMP_DELAY_MS;
}

static bool has_several(const struct tp_kernel *k)
{
	return tp_routes_several(k->routes, TP_FAMILY_IPV4) +
		       tp_routes_several(k->routes, TP_FAMILY_IPV6) >
	       0;
}

/* Of several next hops workers use those that answer, so that they do not ask for the others. */
static void ask_for_gateway(void *user, unsigned port, const struct tp_ip *address)
{
	struct tp_kernel *k = user;

	if (!tp_neighbours_has(k->neighbours, port, address))
		tp_kernel_resolve(k, port, address, k->now_ms);
}

/* The dump is over. When it is not COMPLETE what it did not name may be there all the same, and it
 * is asked for again. */
void tp_kernel_end_dump(struct tp_kernel *k, bool complete)
{
	complete = complete && !k->interrupted;
	if (k->dumping == TP_DUMP_ROUTES)
		tp_routes_end_dump(k->routes, complete);
	else if (k->dumping == TP_DUMP_NEIGHBOURS)
		tp_neighbours_end_dump(k->neighbours, complete);
	if (k->dumping == TP_DUMP_NEIGHBOURS && has_several(k))
		tp_routes_each_gateway(k->routes, ask_for_gateway, k);
	if (!complete)
		k->incomplete++;
	if (!complete || tp_routes_unsure(k->routes)) {
		k->doubts++;
		tp_kernel_dump_again(k);
	} else {
		k->doubts = 0;
	}
	k->next_dump = complete && k->dumping == TP_DUMP_ROUTES ? TP_DUMP_NEIGHBOURS : TP_DUMP_NONE;
	k->dumping = TP_DUMP_NONE;
}

/* DONE carries an error when the kernel broke off (man 7 netlink says nothing of it, but
 * netlink_dump_done() in net/netlink/af_netlink.c does so). */
static bool is_done_well(const struct nlmsghdr *m)
{
	int error = 0;

	if (m->nlmsg_type != NLMSG_DONE)
		return false;
	if (mnl_nlmsg_get_payload_len(m) >= sizeof(error))
		memcpy(&error, mnl_nlmsg_get_payload(m), sizeof(error));
	return error >= 0;
}

void tp_kernel_hear_dump(void *user, const struct nlmsghdr *m)
{
	struct tp_kernel *k = user;

	/* The rest of one that was given up. */
	if (m->nlmsg_seq != k->dumper.seq || k->dumping == TP_DUMP_NONE)
		return;
	if ((m->nlmsg_flags & NLM_F_DUMP_INTR) != 0)
		k->interrupted = true;
	if (m->nlmsg_type == NLMSG_DONE || m->nlmsg_type == NLMSG_ERROR)
		tp_kernel_end_dump(k, is_done_well(m));
	else if (m->nlmsg_type == RTM_NEWROUTE && k->dumping == TP_DUMP_ROUTES)
		tp_kernel_hear_route(k, m, TP_NEWS_DUMP);
	else if (m->nlmsg_type == RTM_NEWNEIGH && k->dumping == TP_DUMP_NEIGHBOURS)
		tp_kernel_hear_neighbour(k, m, TP_NEWS_DUMP);
}

void tp_kernel_begin_dump(struct tp_kernel *k, enum tp_kernel_dump what)
{
	char buffer[256] __attribute__((aligned(8)));
	uint16_t type = what == TP_DUMP_ROUTES ? RTM_GETROUTE : RTM_GETNEIGH;
	struct nlmsghdr *m = tp_netlink_begin(buffer, type, NLM_F_DUMP);
	struct rtmsg *r = mnl_nlmsg_put_extra_header(m, sizeof(*r)); /* begins as ndmsg does */

	r->rtm_family = AF_UNSPEC; /* of one family after the other */
	m->nlmsg_seq = ++k->dumper.seq;
	k->dumping = what;
	k->next_dump = TP_DUMP_NONE;
	k->interrupted = false;
	if (what == TP_DUMP_ROUTES)
		tp_routes_begin_dump(k->routes);
	else
		tp_neighbours_begin_dump(k->neighbours);
	if (tp_netlink_send(&k->dumper, m, m->nlmsg_len) != 0)
		tp_kernel_end_dump(k, false);
}

/* Where routes come and go all the time one dump may want the next, and each is work. */
static uint64_t dump_delay_ms(const struct tp_kernel *k)
{
	uint64_t delay_ms = DUMP_DELAY_MS;

	for (unsigned i = 1; i < k->doubts && delay_ms < RETRY_MAX_MS; i++)
		delay_ms *= 2;
	return delay_ms;
}

/* All is asked for when there is cause; neighbours also from time to time, for events of one that
 * two CPUs of the kernel change at once may come in the wrong order. */
void tp_kernel_start_dumps(struct tp_kernel *k, uint64_t now_ms)
{
	if (k->dump_due_ms == 0)
		k->dump_due_ms = now_ms + dump_delay_ms(k);
	/* Events that are older than those which were lost would outweigh a dump begun before they
	 * are read; and until then the kernel goes on to leave out new ones. */
	if (k->dumping != TP_DUMP_NONE || k->behind)
		return;
	if (k->next_dump == TP_DUMP_NONE && k->dump_due_ms <= now_ms) {
		k->dump_due_ms = TP_NEVER;
		k->next_dump = TP_DUMP_ROUTES;
	} else if (k->next_dump == TP_DUMP_NONE && k->reconcile_due_ms <= now_ms) {
		k->next_dump = TP_DUMP_NEIGHBOURS;
	}
	if (k->next_dump == TP_DUMP_NEIGHBOURS)
		k->reconcile_due_ms = now_ms + RECONCILE_MS;
	if (k->next_dump != TP_DUMP_NONE)
		tp_kernel_begin_dump(k, k->next_dump);
}
