/* SPDX-License-Identifier: BSD-3-Clause */
#include "control/menus/ping_socket.h"

#include <errno.h>
#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <netinet/ip.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/icmp.h>

#include "base/bytes.h"
#include "wire/ipv4.h"

#define IPV4_HEADER 20
#define IPV6_HEADER 40
#define ECHO_HEADER 8

static size_t header_of(enum tp_family family)
{
	return family == TP_FAMILY_IPV6 ? IPV6_HEADER : IPV4_HEADER;
}

unsigned tp_ping_size_min(enum tp_family family)
{
	return (unsigned)header_of(family) + ECHO_HEADER + TP_PING_COOKIE;
}

/* Only answers: a raw socket would hear of all ICMP. */
static int listen_for_answers(int fd, enum tp_family family)
{
	const struct icmp_filter only = {.data = ~(UINT32_C(1) << ICMP_ECHOREPLY)};
	struct icmp6_filter only6;
	int on = 1;

	if (family != TP_FAMILY_IPV6)
		return setsockopt(fd, SOL_RAW, ICMP_FILTER, &only, sizeof(only));
	ICMP6_FILTER_SETBLOCKALL(&only6);
	ICMP6_FILTER_SETPASS(ICMP6_ECHO_REPLY, &only6);
	if (setsockopt(fd, IPPROTO_ICMPV6, ICMP6_FILTER, &only6, sizeof(only6)) != 0)
		return -1;
	return setsockopt(fd, IPPROTO_IPV6, IPV6_RECVHOPLIMIT, &on, sizeof(on));
}

int tp_ping_open(enum tp_family family)
{
	const bool ipv6 = family == TP_FAMILY_IPV6;
	int fd = socket(ipv6 ? AF_INET6 : AF_INET, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC,
			ipv6 ? IPPROTO_ICMPV6 : IPPROTO_ICMP);

	if (fd < 0)
		return -errno;
	if (listen_for_answers(fd, family) == 0)
		return fd;
	const int error = -errno;

	close(fd);
	return error;
}

/* ---- sending ----------------------------------------------------------------------------------
 */

static size_t build(uint8_t room[TP_PING_SIZE_MAX], const struct tp_ping_echo *echo)
{
	const bool ipv6 = echo->address.family == TP_FAMILY_IPV6;
	const size_t len = echo->size - header_of(echo->address.family);
	struct tp_writer w = tp_writer_of(room, len);

	tp_write_u8(&w, ipv6 ? ICMP6_ECHO_REQUEST : ICMP_ECHO);
	tp_write_u8(&w, 0);
	tp_write_be16(&w, 0);
	tp_write_be16(&w, echo->ident);
	tp_write_be16(&w, echo->sequence);
	tp_write_be64(&w, echo->cookie);
	while (tp_writer_len(&w) < len)
		tp_write_u8(&w, (uint8_t)tp_writer_len(&w));
	if (!ipv6) { /* of ICMPv6 the kernel's */
		const uint16_t sum_be = tp_checksum_finish(tp_checksum_add(0, room, len));

		memcpy(room + 2, &sum_be, sizeof(sum_be));
	}
	return len;
}

static socklen_t address_of(const struct tp_ip *ip, int ifindex, struct sockaddr_storage *to)
{
	struct sockaddr_in6 in6 = {.sin6_family = AF_INET6};
	struct sockaddr_in in = {.sin_family = AF_INET};

	if (ip->family != TP_FAMILY_IPV6) {
		memcpy(&in.sin_addr, ip->bytes, sizeof(in.sin_addr));
		memcpy(to, &in, sizeof(in));
		return sizeof(in);
	}
	memcpy(&in6.sin6_addr, ip->bytes, sizeof(in6.sin6_addr));
	if (IN6_IS_ADDR_LINKLOCAL(&in6.sin6_addr))
		in6.sin6_scope_id = (uint32_t)ifindex;
	memcpy(to, &in6, sizeof(in6));
	return sizeof(in6);
}

static void add_control(struct msghdr *message, int level, int type, const void *value, size_t len)
{
	struct cmsghdr *control;

	message->msg_controllen += CMSG_SPACE(len);
	control = (struct cmsghdr *)((char *)message->msg_control + message->msg_controllen -
				     CMSG_SPACE(len));
	control->cmsg_level = level;
	control->cmsg_type = type;
	control->cmsg_len = CMSG_LEN(len);
	memcpy(CMSG_DATA(control), value, len);
}

static void add_controls(struct msghdr *message, const struct tp_ping_echo *echo)
{
	const bool ipv6 = echo->address.family == TP_FAMILY_IPV6;
	const struct in6_pktinfo info6 = {.ipi6_ifindex = (unsigned)echo->ifindex};
	const struct in_pktinfo info = {.ipi_ifindex = echo->ifindex};
	const int ttl = echo->ttl;

	if (echo->ifindex != 0 && ipv6)
		add_control(message, IPPROTO_IPV6, IPV6_PKTINFO, &info6, sizeof(info6));
	else if (echo->ifindex != 0)
		add_control(message, IPPROTO_IP, IP_PKTINFO, &info, sizeof(info));
	if (ttl != 0)
		add_control(message, ipv6 ? IPPROTO_IPV6 : IPPROTO_IP,
			    ipv6 ? IPV6_HOPLIMIT : IP_TTL, &ttl, sizeof(ttl));
}

int tp_ping_send(int fd, const struct tp_ping_echo *echo)
{
	uint8_t packet[TP_PING_SIZE_MAX];
	char controls[256] __attribute__((aligned(8))) = {0};
	struct sockaddr_storage to = {0};
	struct iovec whole = {.iov_base = packet, .iov_len = build(packet, echo)};
	struct msghdr message = {
		.msg_name = &to, .msg_iov = &whole, .msg_iovlen = 1, .msg_control = controls};

	message.msg_namelen = address_of(&echo->address, echo->ifindex, &to);
	add_controls(&message, echo);
	if (message.msg_controllen == 0)
		message.msg_control = NULL;
	return sendmsg(fd, &message, 0) >= 0 ? 0 : -errno;
}

/* ---- receiving --------------------------------------------------------------------------------
 */

/* Moves R behind the header of IPv4. */
static bool skip_ipv4(struct tp_reader *r, struct tp_ping_reply *reply)
{
	const uint8_t *header, *options;

	if (!tp_read_bytes(r, IPV4_HEADER, &header) || header[0] >> 4 != 4 ||
	    (header[0] & 15) * 4 < IPV4_HEADER ||
	    !tp_read_bytes(r, (size_t)(header[0] & 15) * 4 - IPV4_HEADER, &options))
		return false;
	reply->ttl = header[8];
	reply->address = (struct tp_ip){.family = TP_FAMILY_IPV4};
	memcpy(reply->address.bytes, header + 12, 4);
	return true;
}

bool tp_ping_parse(enum tp_family family, const void *packet, size_t len,
		   struct tp_ping_reply *reply)
{
	const bool ipv6 = family == TP_FAMILY_IPV6;
	struct tp_reader r = tp_reader_of(packet, len);
	uint16_t sum;
	uint8_t type, code;

	reply->size = (uint16_t)(ipv6 ? len + IPV6_HEADER : len);
	if (!ipv6 && !skip_ipv4(&r, reply))
		return false;
	return tp_read_u8(&r, &type) && type == (ipv6 ? ICMP6_ECHO_REPLY : ICMP_ECHOREPLY) &&
	       tp_read_u8(&r, &code) && code == 0 && tp_read_be16(&r, &sum) &&
	       tp_read_be16(&r, &reply->ident) && tp_read_be16(&r, &reply->sequence) &&
	       tp_read_be64(&r, &reply->cookie);
}

static int hop_limit(struct msghdr *message)
{
	int ttl = -1;

	for (struct cmsghdr *control = CMSG_FIRSTHDR(message); control != NULL;
	     control = CMSG_NXTHDR(message, control))
		if (control->cmsg_level == IPPROTO_IPV6 && control->cmsg_type == IPV6_HOPLIMIT)
			memcpy(&ttl, CMSG_DATA(control), sizeof(ttl));
	return ttl;
}

bool tp_ping_receive(int fd, enum tp_family family, struct tp_ping_reply *reply, bool *is_reply)
{
	uint8_t packet[TP_PING_SIZE_MAX];
	char controls[256] __attribute__((aligned(8)));
	struct sockaddr_in6 from = {0};
	struct iovec whole = {.iov_base = packet, .iov_len = sizeof(packet)};
	struct msghdr message = {.msg_name = &from,
				 .msg_namelen = sizeof(from),
				 .msg_iov = &whole,
				 .msg_iovlen = 1,
				 .msg_control = controls,
				 .msg_controllen = sizeof(controls)};
	ssize_t len = recvmsg(fd, &message, 0);

	if (len < 0)
		return false;
	*reply = (struct tp_ping_reply){.ttl = -1};
	*is_reply = tp_ping_parse(family, packet, (size_t)len, reply);
	if (family == TP_FAMILY_IPV6) {
		reply->ttl = hop_limit(&message);
		reply->address = tp_ip_of6(from.sin6_addr.s6_addr);
	}
	return true;
}
