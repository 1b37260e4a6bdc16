/* SPDX-License-Identifier: BSD-3-Clause */
/* The fake kernel's netlink sockets: the linker puts our recvmsg(), poll() and libmnl's in place of
 * the real ones (--wrap). The monitoring one overflows, and then nothing is added until it is
 * empty; a dump is made a piece at a time, as the one before is read (net/netlink/af_netlink.c). */
#include "fake_kernel.h"

#include <errno.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <cmocka.h>

#define FIRST_FD 1000

struct datagram {
	struct datagram *next;
	uint32_t sender;
	bool too_long; /* for whom it is meant */
	size_t len;
	char bytes[] __attribute__((aligned(8)));
};

ssize_t __wrap_recvmsg(int fd, struct msghdr *m, int flags);
ssize_t __real_recvmsg(int fd, struct msghdr *m, int flags);
int __wrap_poll(struct pollfd *fds, nfds_t count, int timeout);
int __real_poll(struct pollfd *fds, nfds_t count, int timeout);
ssize_t __wrap_mnl_socket_sendto(const struct mnl_socket *socket, const void *message, size_t len);
int __wrap_mnl_socket_close(struct mnl_socket *socket);

static char handles[SOCKETS]; /* stand for libmnl's */

void kernel_send(unsigned socket, const void *bytes, size_t len, uint32_t sender)
{
	struct queue *q = &kernel.sockets[socket];
	struct datagram *d = malloc(sizeof(*d) + len);

	assert_non_null(d);
	*d = (struct datagram){.sender = sender, .len = len};
	memcpy(d->bytes, bytes, len);
	*q->last = d;
	q->last = &d->next;
	q->count++;
}

void kernel_event(const struct nlmsghdr *m)
{
	struct queue *q = &kernel.sockets[MONITOR];

	if (kernel.congested)
		return;
	if (q->count >= kernel.room) {
		kernel.congested = true;
		q->error = ENOBUFS;
		return;
	}
	kernel_send(MONITOR, m, m->nlmsg_len, 0);
}

static char message[4096] __attribute__((aligned(8)));

static void answer(unsigned socket, uint16_t type, unsigned seq, int error)
{
	struct nlmsghdr *m = mnl_nlmsg_put_header(message);
	struct nlmsgerr *e = mnl_nlmsg_put_extra_header(m, sizeof(*e));

	m->nlmsg_type = type;
	m->nlmsg_flags = type == NLMSG_DONE ? NLM_F_MULTI : 0;
	m->nlmsg_seq = seq;
	m->nlmsg_pid = FAKE_PORT_ID;
	e->error = error;
	kernel_send(socket, m, m->nlmsg_len, 0);
}

/* ---- dumps
 * --------------------------------------------------------------------------------------- */

/* The next of those to be dumped, by the kernel's way to find where it was: the prefix, and how
 * many of its routes it has told already. Where one of these has gone meanwhile it leaves one out.
 */
static const struct route *next_route4(void)
{
	unsigned skip = kernel.dump_skip;

	for (unsigned i = 0; i < kernel.route_count; i++) {
		const struct route *r = &kernel.routes[i];
		int at = kernel_route_compare(r, kernel.dump_table, kernel.dump_prefix);

		if (r->family != FAMILY4)
			break;
		if (at < 0 || (at == 0 && skip > 0)) {
			skip -= at == 0;
			continue;
		}
		if (at > 0)
			kernel.dump_skip = 0;
		kernel.dump_table = r->table;
		kernel.dump_prefix = r->prefix;
		kernel.dump_skip++;
		return r;
	}
	return NULL;
}

static bool same_node(const struct route *a, const struct route *b)
{
	return a->family == b->family && a->table == b->table && a->prefix == b->prefix;
}

/* The first route of the NUMBERth prefix of IPv6 in TABLE; NULL: there are not so many. */
static const struct route *find_node(unsigned table, unsigned number)
{
	for (unsigned i = 0; i < kernel.route_count; i++) {
		const struct route *r = &kernel.routes[i];

		if (r->family != FAMILY6 || r->table != table || (i > 0 && same_node(r - 1, r)))
			continue;
		if (number-- == 0)
			return r;
	}
	return NULL;
}

/* As fib6_dump_table() in net/ipv6/ip6_fib.c: when the table has changed it begins anew, and passes
 * over as many prefixes as it has told of. */
static const struct route *next_route6(void)
{
	for (; kernel.dump_table < COUNT(tables); kernel.dump_table++) {
		const struct route *r, *behind = &kernel.routes[kernel.route_count];

		if (kernel.dump_serial != kernel.serial[kernel.dump_table])
			kernel.dump_skip = 0;
		kernel.dump_serial = kernel.serial[kernel.dump_table];
		r = find_node(kernel.dump_table, kernel.dump_prefix);
		if (r != NULL) {
			r += kernel.dump_skip++;
			if (r + 1 == behind || !same_node(r, r + 1)) {
				kernel.dump_prefix++;
				kernel.dump_skip = 0;
			}
			return r;
		}
		kernel.dump_prefix = kernel.dump_skip = 0;
	}
	return NULL;
}

/* One family after the other (rtnl_dump_all() in net/core/rtnetlink.c). */
static const struct route *next_route(void)
{
	const struct route *r = kernel.dump_family == FAMILY4 ? next_route4() : NULL;

	if (r != NULL)
		return r;
	if (kernel.dump_family == FAMILY4) {
		kernel.dump_family = FAMILY6;
		kernel.dump_table = kernel.dump_prefix = kernel.dump_skip = 0;
	}
	return next_route6();
}

static struct nlmsghdr *next_of_dump(void *at, uint16_t flags)
{
	const struct route *r;

	if (kernel.dump_type == RTM_GETROUTE) {
		r = next_route();
		return r == NULL
			       ? NULL
			       : kernel_route_message(at, RTM_NEWROUTE, flags, kernel.dump_seq, r);
	}
	for (; kernel.dump_neighbour < FAMILIES * LINKS * ADDRESSES; kernel.dump_neighbour++) {
		unsigned address = kernel.dump_neighbour % ADDRESSES,
			 link = kernel.dump_neighbour / ADDRESSES % LINKS,
			 family = kernel.dump_neighbour / (ADDRESSES * LINKS);

		if (!kernel.neighbours[family][link][address].there)
			continue;
		kernel.dump_neighbour++;
		return kernel_neighbour_message(at, RTM_NEWNEIGH, flags, kernel.dump_seq, family,
						link, address);
	}
	return NULL;
}

/* One piece of the dump, as of now. */
static void dump_on(void)
{
	uint8_t trouble = kernel.quiet ? NO_TROUBLE : kernel.dump_trouble;
	uint16_t flags = NLM_F_MULTI | (trouble == TROUBLE_INTR ? NLM_F_DUMP_INTR : 0);
	unsigned count = kernel.quiet ? 3 : 1 + kernel_choice() % 4;
	size_t len = 0;

	kernel.dump_trouble = NO_TROUBLE;
	if (trouble == TROUBLE_DONE || trouble == TROUBLE_ERROR) {
		kernel.dumping = false;
		answer(DUMPER, trouble == TROUBLE_ERROR ? NLMSG_ERROR : NLMSG_DONE, kernel.dump_seq,
		       -ENOMEM);
		return;
	}
	if (trouble == TROUBLE_FULL)
		kernel.sockets[DUMPER].error = ENOBUFS;
	for (unsigned i = 0; i < count; i++) {
		const struct nlmsghdr *m = next_of_dump(message + len, flags);

		if (m == NULL)
			break;
		len += m->nlmsg_len;
	}
	if (len > 0) {
		kernel_send(DUMPER, message, len, 0);
		return;
	}
	kernel.dumping = false;
	answer(DUMPER, NLMSG_DONE, kernel.dump_seq, 0);
}

static void begin_dump(const struct nlmsghdr *m)
{
	if (kernel.dumping) {
		answer(DUMPER, NLMSG_ERROR, m->nlmsg_seq, -EBUSY);
		return;
	}
	kernel.dumping = true;
	kernel.dump_type = m->nlmsg_type;
	kernel.dump_seq = m->nlmsg_seq;
	kernel.dump_family = kernel.dump_table = kernel.dump_prefix = kernel.dump_skip = 0;
	kernel.dump_neighbour = 0;
	dump_on();
}

/* ---- the system calls
 * ------------------------------------------------------------------------------ */

static ssize_t deliver(struct queue *q, struct msghdr *m)
{
	struct sockaddr_nl *from = m->msg_name;
	struct datagram *d = q->first;
	size_t len = d->len < m->msg_iov->iov_len ? d->len : m->msg_iov->iov_len;

	q->first = d->next;
	if (q->first == NULL)
		q->last = &q->first;
	q->count--;
	*from = (struct sockaddr_nl){.nl_family = AF_NETLINK, .nl_pid = d->sender};
	m->msg_namelen = sizeof(*from);
	m->msg_flags = d->too_long || len < d->len ? MSG_TRUNC : 0;
	memcpy(m->msg_iov->iov_base, d->bytes, len);
	free(d);
	return (ssize_t)len;
}

ssize_t __wrap_recvmsg(int fd, struct msghdr *m, int flags)
{
	unsigned socket = (unsigned)(fd - FIRST_FD);
	struct queue *q = &kernel.sockets[socket < SOCKETS ? socket : 0];
	ssize_t n = -1;

	if (socket >= SOCKETS)
		return __real_recvmsg(fd, m, flags);
	kernel.meanwhile();
	if (q->error != 0) {
		errno = q->error;
		q->error = 0;
	} else if (q->first == NULL) {
		errno = EAGAIN;
	} else {
		n = deliver(q, m);
	}
	if (socket == MONITOR && q->first == NULL)
		kernel.congested = false;
	if (socket == DUMPER && kernel.dumping && n >= 0)
		dump_on();
	return n;
}

int __wrap_poll(struct pollfd *fds, nfds_t count, int timeout)
{
	unsigned socket = (unsigned)(fds[0].fd - FIRST_FD);

	if (socket >= SOCKETS)
		return __real_poll(fds, count, timeout);
	return kernel.sockets[socket].first != NULL;
}

/* A neighbour is in use: the kernel looks for it, or whether it is still there. */
static void use_neighbour(const struct nlmsghdr *m)
{
	struct tp_netlink_neighbour_info info;

	unsigned family;

	assert_true(tp_netlink_parse_neighbour(m, &info));
	family = info.address.family == TP_FAMILY_IPV4 ? FAMILY4 : FAMILY6;
	for (unsigned link = 0; link < LINKS; link++) {
		unsigned address = info.address.bytes[family == FAMILY4 ? 3 : 15] - 1u;
		const struct neighbour *n;

		if (info.ifindex != kernel.ifindex[link] || address >= ADDRESSES)
			continue;
		n = &kernel.neighbours[family][link][address];
		if (!n->there || n->state == NUD_FAILED || n->state == NUD_NONE)
			kernel_neighbour_set(family, link, address, NUD_INCOMPLETE, 0);
		else if (n->state == NUD_STALE)
			kernel_neighbour_set(family, link, address, NUD_DELAY, n->mac.bytes[5] - 1);
	}
}

static void obey(const struct nlmsghdr *m)
{
	uint8_t how = kernel.quiet ? 0 : kernel_choice();

	if (how % 8 == 1)
		answer(QUERY, NLMSG_ERROR, m->nlmsg_seq - 1, -EINVAL); /* late */
	if (how % 8 == 2)
		return;
	if (how % 8 == 3) {
		answer(QUERY, NLMSG_ERROR, m->nlmsg_seq, -EPERM);
		return;
	}
	answer(QUERY, NLMSG_ERROR, m->nlmsg_seq, 0);
	use_neighbour(m);
}

ssize_t __wrap_mnl_socket_sendto(const struct mnl_socket *socket, const void *bytes, size_t len)
{
	const struct nlmsghdr *m = bytes;

	kernel.meanwhile();
	if (!kernel.quiet && tp_reader_left(&kernel.input) > 0 && kernel_choice() == 7) {
		errno = ENOBUFS;
		return -1;
	}
	if ((const char *)socket == &handles[DUMPER])
		begin_dump(m);
	else
		obey(m);
	return (ssize_t)len;
}

int __wrap_mnl_socket_close(struct mnl_socket *socket)
{
	return 0;
}

/* ---- control's ends
 * ---------------------------------------------------------------------------------- */

void kernel_sockets_open(struct tp_netlink *monitor, struct tp_netlink *query,
			 struct tp_netlink *dumper)
{
	struct tp_netlink *ends[] = {monitor, query, dumper};

	for (unsigned i = 0; i < SOCKETS; i++) {
		kernel.sockets[i] = (struct queue){.last = &kernel.sockets[i].first};
		*ends[i] = (struct tp_netlink){.socket = (struct mnl_socket *)(void *)&handles[i],
					       .fd = FIRST_FD + (int)i,
					       .portid = FAKE_PORT_ID};
	}
}

void kernel_sockets_close(void)
{
	for (unsigned i = 0; i < SOCKETS; i++)
		while (kernel.sockets[i].first != NULL) {
			struct datagram *d = kernel.sockets[i].first;

			kernel.sockets[i].first = d->next;
			free(d);
		}
}

void kernel_lose_event(void)
{
	struct datagram *d = kernel.sockets[MONITOR].first;

	if (d != NULL)
		d->too_long = true;
}
