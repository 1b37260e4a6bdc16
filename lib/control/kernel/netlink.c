/* SPDX-License-Identifier: BSD-3-Clause */
#include "control/kernel/netlink.h"

#include <errno.h>
#include <poll.h>
#include <sys/socket.h>
#include <time.h>

#define ANSWER_WAIT_MS 200 /* rtnetlink answers within send(2); this is for a broken kernel */

int tp_netlink_open(struct tp_netlink *nl, unsigned groups)
{
	int size = 4 << 20;

	nl->socket = mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC | SOCK_NONBLOCK);
	if (nl->socket == NULL)
		return -errno;
	if (mnl_socket_bind(nl->socket, groups, MNL_SOCKET_AUTOPID) < 0) {
		int error = -errno;

		mnl_socket_close(nl->socket);
		nl->socket = NULL;
		return error;
	}
	nl->fd = mnl_socket_get_fd(nl->socket);
	nl->portid = mnl_socket_get_portid(nl->socket);
	/* A burst of route changes fits; when it does not, ENOBUFS makes the caller ask anew. */
	setsockopt(nl->fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size));
	return 0;
}

void tp_netlink_close(struct tp_netlink *nl)
{
	if (nl->socket != NULL)
		mnl_socket_close(nl->socket);
	nl->socket = NULL;
}

struct nlmsghdr *tp_netlink_begin(void *buffer, uint16_t type, uint16_t flags)
{
	struct nlmsghdr *message = mnl_nlmsg_put_header(buffer);

	message->nlmsg_type = type;
	message->nlmsg_flags = NLM_F_REQUEST | flags;
	return message;
}

/* One datagram of the kernel's: its length; 0: a stranger's, which is dropped; -EAGAIN: none waits;
 * -ENOBUFS: it was longer than SIZE, or the kernel had no room for one. */
static int receive(struct tp_netlink *nl, void *buffer, size_t size)
{
	struct sockaddr_nl from = {0};
	struct iovec part = {.iov_base = buffer, .iov_len = size};
	struct msghdr m = {
		.msg_name = &from, .msg_namelen = sizeof(from), .msg_iov = &part, .msg_iovlen = 1};
	ssize_t n = recvmsg(nl->fd, &m, 0);

	if (n < 0)
		return errno == EINTR ? 0 : -errno;
	if (m.msg_namelen != sizeof(from) || from.nl_family != AF_NETLINK || from.nl_pid != 0)
		return 0;
	return (m.msg_flags & MSG_TRUNC) != 0 ? -ENOBUFS : (int)n;
}

int tp_netlink_send(struct tp_netlink *nl, const void *messages, size_t len)
{
	if (nl->socket == NULL)
		return -ENOTCONN;
	return mnl_socket_sendto(nl->socket, messages, len) < 0 ? -errno : 0;
}

/* Is the first of LEN bytes a message, and whole? libmnl takes a length from 2 GiB on for a
 * negative one, which is less than any. */
static bool is_whole(const struct nlmsghdr *m, int len)
{
	return len >= (int)NLMSG_HDRLEN && m->nlmsg_len >= NLMSG_HDRLEN &&
	       m->nlmsg_len <= (uint32_t)len;
}

/* The error of the answer to SEQ in BUFFER; 1 when it is not there. */
static int find_answer(const void *buffer, int len, unsigned seq, uint32_t portid)
{
	const struct nlmsghdr *m = buffer;

	for (; is_whole(m, len); m = mnl_nlmsg_next(m, &len)) {
		if (m->nlmsg_type != NLMSG_ERROR || m->nlmsg_seq != seq || m->nlmsg_pid != portid ||
		    mnl_nlmsg_get_payload_len(m) < sizeof(struct nlmsgerr))
			continue;
		return ((const struct nlmsgerr *)mnl_nlmsg_get_payload(m))->error;
	}
	return 1;
}

int tp_netlink_request(struct tp_netlink *nl, struct nlmsghdr *message)
{
	char buffer[8192] __attribute__((aligned(8)));
	int error;

	message->nlmsg_flags |= NLM_F_ACK;
	message->nlmsg_seq = ++nl->seq;
	error = tp_netlink_send(nl, message, message->nlmsg_len);
	if (error != 0)
		return error;
	for (;;) {
		struct pollfd readable = {.fd = nl->fd, .events = POLLIN};
		int n = receive(nl, buffer, sizeof(buffer));

		if (n >= 0) {
			error = find_answer(buffer, n, nl->seq, nl->portid);
			if (error <= 0)
				return error;
		} else if (n != -EAGAIN) {
			return n;
		} else if (poll(&readable, 1, ANSWER_WAIT_MS) == 0) {
			return -ETIMEDOUT;
		}
	}
}

void tp_netlink_each(const void *buffer, int len, tp_netlink_fn fn, void *user)
{
	for (const struct nlmsghdr *m = buffer; is_whole(m, len); m = mnl_nlmsg_next(m, &len))
		fn(user, m);
}

int tp_netlink_receive(struct tp_netlink *nl, tp_netlink_fn fn, void *user)
{
	char buffer[TP_NETLINK_BUFFER] __attribute__((aligned(8)));
	int n;

	do
		n = receive(nl, buffer, sizeof(buffer));
	while (n == 0);
	if (n < 0)
		return n == -EAGAIN ? 0 : n;
	tp_netlink_each(buffer, n, fn, user);
	return n;
}
