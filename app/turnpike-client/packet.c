/* SPDX-License-Identifier: BSD-3-Clause */
#include "packet.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#define BUFFER_BYTES (4 << 20) /* bursts of TCP come and go faster than we are scheduled */

static int ask(int fd, const char *name, struct packet_interface *i, struct tp_error *error)
{
	struct ifreq request = {0};

	snprintf(request.ifr_name, sizeof(request.ifr_name), "%s", name);
	if (ioctl(fd, SIOCGIFHWADDR, &request) < 0)
		return tp_error_set(error, -errno, name, "no such interface: %s", strerror(errno));
	if (request.ifr_hwaddr.sa_family != ARPHRD_ETHER)
		return tp_error_set(error, -EINVAL, name, "PPPoE needs an Ethernet interface");
	memcpy(i->mac.bytes, request.ifr_hwaddr.sa_data, sizeof(i->mac.bytes));
	if (ioctl(fd, SIOCGIFMTU, &request) < 0)
		return tp_error_set(error, -errno, name, "cannot read its MTU: %s",
				    strerror(errno));
	i->mtu = request.ifr_mtu > UINT16_MAX ? UINT16_MAX : (uint16_t)request.ifr_mtu;
	if (ioctl(fd, SIOCGIFFLAGS, &request) < 0)
		return tp_error_set(error, -errno, name, "cannot read its state: %s",
				    strerror(errno));
	i->up = (request.ifr_flags & IFF_UP) != 0;
	i->running = (request.ifr_flags & IFF_RUNNING) != 0;
	return 0;
}

int packet_look(const char *name, struct packet_interface *i, struct tp_error *error)
{
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	int err;

	*i = (struct packet_interface){0};
	if (fd < 0)
		return tp_error_set(error, -errno, name, "cannot open a socket: %s",
				    strerror(errno));
	err = ask(fd, name, i, error);
	close(fd);
	return err;
}

int packet_open(struct packet_socket *s, const char *name, uint16_t ethertype,
		struct tp_error *error)
{
	const int buffer = BUFFER_BYTES;
	struct sockaddr_ll address = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons(ethertype),
		.sll_ifindex = (int)if_nametoindex(name),
	};
	struct packet_interface now = {0};
	int err;

	s->ethertype = ethertype;
	s->ifindex = address.sll_ifindex;
	/* Protocol 0: nothing arrives before it is bound to its interface. */
	s->fd = socket(AF_PACKET, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (s->fd < 0)
		return tp_error_set(error, -errno, name, "cannot open a packet socket: %s%s",
				    strerror(errno), errno == EPERM ? " (run as root)" : "");
	err = ask(s->fd, name, &now, error);
	s->mtu = now.mtu;
	s->mac = now.mac;
	if (err == 0 && bind(s->fd, (struct sockaddr *)&address, sizeof(address)) < 0)
		err = tp_error_set(error, -errno, name, "cannot listen on it: %s", strerror(errno));
	if (err != 0) {
		packet_close(s);
		return err;
	}
	setsockopt(s->fd, SOL_SOCKET, SO_SNDBUFFORCE, &buffer, sizeof(buffer));
	setsockopt(s->fd, SOL_SOCKET, SO_RCVBUFFORCE, &buffer, sizeof(buffer));
	return 0;
}

void packet_close(struct packet_socket *s)
{
	if (s->fd >= 0)
		close(s->fd);
	s->fd = -1;
}

int packet_send(const struct packet_socket *s, const void *frame, size_t len)
{
	return send(s->fd, frame, len, 0) < 0 ? -errno : 0;
}

int packet_send_pppoe(const struct packet_socket *s, const struct tp_pppoe_packet *packet)
{
	uint8_t frame[PACKET_FRAME_MAX];
	struct tp_writer w = tp_writer_of(frame, sizeof(frame));

	tp_write_bytes(&w, packet->dst.bytes, sizeof(packet->dst.bytes));
	tp_write_bytes(&w, packet->src.bytes, sizeof(packet->src.bytes));
	tp_write_be16(&w, s->ethertype);
	tp_write_bytes(&w, packet->bytes, packet->len);
	if (!tp_writer_ok(&w))
		return -EMSGSIZE;
	return packet_send(s, frame, tp_writer_len(&w));
}

bool packet_receive_pppoe(const struct packet_socket *s, uint8_t room[PACKET_FRAME_MAX],
			  struct tp_pppoe_packet *packet)
{
	for (;;) {
		struct sockaddr_ll from;
		socklen_t from_len = sizeof(from);
		ssize_t len = recvfrom(s->fd, room, PACKET_FRAME_MAX, 0, (struct sockaddr *)&from,
				       &from_len);
		struct tp_reader r;
		uint16_t ethertype;

		if (len < 0)
			return false;
		/* Frames for others, and those with a VLAN tag that no interface took. */
		if (from.sll_pkttype == PACKET_OTHERHOST || from.sll_pkttype == PACKET_OUTGOING)
			continue;
		r = tp_reader_of(room, (size_t)len);
		*packet = (struct tp_pppoe_packet){0};
		if (!tp_read_copy(&r, packet->dst.bytes, sizeof(packet->dst.bytes)) ||
		    !tp_read_copy(&r, packet->src.bytes, sizeof(packet->src.bytes)) ||
		    !tp_read_be16(&r, &ethertype))
			continue;
		packet->bytes = r.p;
		packet->len = tp_reader_left(&r);
		return true;
	}
}
