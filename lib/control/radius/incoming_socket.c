/* SPDX-License-Identifier: BSD-3-Clause */
#include "control/radius/incoming_socket.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h> /* struct in6_pktinfo, of GNU */
#include <string.h>
#include <unistd.h>

/* Room for either family's address of ours. */
union control {
	struct cmsghdr align;
	char room[CMSG_SPACE(sizeof(struct in6_pktinfo))];
};

static int set(int fd, int level, int option)
{
	const int yes = 1;

	return setsockopt(fd, level, option, &yes, sizeof(yes)) == 0 ? 0 : -errno;
}

static int bind_any(int fd, int family, uint16_t port)
{
	struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_port = htons(port)};
	struct sockaddr_in6 v6 = {.sin6_family = AF_INET6, .sin6_port = htons(port)};
	int rc = family == AF_INET ? bind(fd, (struct sockaddr *)&v4, sizeof(v4))
				   : bind(fd, (struct sockaddr *)&v6, sizeof(v6));

	return rc == 0 ? 0 : -errno;
}

int tp_radius_incoming_open(int family, uint16_t port)
{
	int fd = socket(family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), error;

	if (fd < 0)
		return -errno;
	error = family == AF_INET ? set(fd, IPPROTO_IP, IP_PKTINFO)
				  : set(fd, IPPROTO_IPV6, IPV6_RECVPKTINFO);
	if (error == 0 && family == AF_INET6)
		error = set(fd, IPPROTO_IPV6, IPV6_V6ONLY);
	if (error == 0)
		error = bind_any(fd, family, port);
	if (error == 0)
		return fd;
	close(fd);
	return error;
}

static void read_peer(struct tp_radius_arrival *arrival)
{
	const struct sockaddr_in *v4 = (const void *)&arrival->peer;
	const struct sockaddr_in6 *v6 = (const void *)&arrival->peer;

	if (arrival->peer.ss_family == AF_INET) {
		arrival->from =
			tp_radius_endpoint_ipv4(ntohl(v4->sin_addr.s_addr), ntohs(v4->sin_port));
		return;
	}
	memcpy(arrival->from.address, &v6->sin6_addr, sizeof(arrival->from.address));
	arrival->from.port = ntohs(v6->sin6_port);
}

static void read_own(struct msghdr *message, struct tp_radius_arrival *arrival)
{
	struct cmsghdr *c;

	for (c = CMSG_FIRSTHDR(message); c != NULL; c = CMSG_NXTHDR(message, c)) {
		struct in_pktinfo v4;
		struct in6_pktinfo v6;

		if (c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_PKTINFO) {
			memcpy(&v4, CMSG_DATA(c), sizeof(v4));
			memcpy(arrival->to,
			       tp_radius_endpoint_ipv4(ntohl(v4.ipi_addr.s_addr), 0).address, 16);
		} else if (c->cmsg_level == IPPROTO_IPV6 && c->cmsg_type == IPV6_PKTINFO) {
			memcpy(&v6, CMSG_DATA(c), sizeof(v6));
			memcpy(arrival->to, &v6.ipi6_addr, 16);
		}
	}
}

ssize_t tp_radius_incoming_receive(int fd, void *bytes, size_t size,
				   struct tp_radius_arrival *arrival)
{
	struct iovec data = {.iov_base = bytes, .iov_len = size};
	union control control;
	struct msghdr message = {
		.msg_name = &arrival->peer,
		.msg_namelen = sizeof(arrival->peer),
		.msg_iov = &data,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = sizeof(control),
	};
	ssize_t len;

	memset(arrival, 0, sizeof(*arrival));
	len = recvmsg(fd, &message, 0);
	if (len < 0)
		return -errno;
	arrival->peer_len = message.msg_namelen;
	read_peer(arrival);
	read_own(&message, arrival);
	return len;
}

static void put_own(struct msghdr *message, const struct tp_radius_arrival *arrival)
{
	struct cmsghdr *c = CMSG_FIRSTHDR(message);
	struct in_pktinfo v4 = {0};
	struct in6_pktinfo v6 = {0};
	const bool ipv4 = arrival->peer.ss_family == AF_INET;
	const size_t size = ipv4 ? sizeof(v4) : sizeof(v6);

	memcpy(&v4.ipi_spec_dst, arrival->to + 12, 4);
	memcpy(&v6.ipi6_addr, arrival->to, 16);
	c->cmsg_level = ipv4 ? IPPROTO_IP : IPPROTO_IPV6;
	c->cmsg_type = ipv4 ? IP_PKTINFO : IPV6_PKTINFO;
	c->cmsg_len = CMSG_LEN(size);
	memcpy(CMSG_DATA(c), ipv4 ? (void *)&v4 : (void *)&v6, size);
	message->msg_controllen = CMSG_SPACE(size);
}

void tp_radius_incoming_send(int fd, const void *bytes, size_t len,
			     const struct tp_radius_arrival *arrival)
{
	struct iovec data = {.iov_base = (void *)(uintptr_t)bytes, .iov_len = len};
	struct sockaddr_storage peer = arrival->peer;
	union control control;
	struct msghdr message = {
		.msg_name = &peer,
		.msg_namelen = arrival->peer_len,
		.msg_iov = &data,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = sizeof(control),
	};

	memset(&control, 0, sizeof(control));
	put_own(&message, arrival);
	(void)sendmsg(fd, &message, MSG_NOSIGNAL);
}
