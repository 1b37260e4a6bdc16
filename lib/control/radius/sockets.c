/* SPDX-License-Identifier: BSD-3-Clause */
#include "control/radius/sockets.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "control/control_private.h"
#include "control/loop.h"
#include "control/radius/batch.h"
#include "control/radius/radius.h"
#include "control/radius/radsec.h"

#define READ_BURST 64	     /* datagrams of one socket in one turn */
#define BUFFER	   (1 << 20) /* bytes that the kernel keeps for us: answers come in waves */

struct handle {
	struct tp_radsec_connection *radsec; /* it is one of these instead */
	int fd;
	struct tp_radius_socket *socket;
	struct tp_radius_endpoint peer;
};

/* ---- addresses ---- */

struct tp_radius_endpoint tp_radius_socket_endpoint(const struct tp_ip *address, uint32_t port)
{
	struct tp_radius_endpoint endpoint = {.port = (uint16_t)port};

	if (address->family == TP_FAMILY_IPV4)
		return tp_radius_endpoint_ipv4(
			(uint32_t)address->bytes[0] << 24 | (uint32_t)address->bytes[1] << 16 |
				(uint32_t)address->bytes[2] << 8 | address->bytes[3],
			(uint16_t)port);
	memcpy(endpoint.address, address->bytes, sizeof(endpoint.address));
	return endpoint;
}

static socklen_t to_sockaddr(const uint8_t address[16], uint16_t port,
			     struct sockaddr_storage *storage)
{
	struct sockaddr_in *v4 = (void *)storage;
	struct sockaddr_in6 *v6 = (void *)storage;

	memset(storage, 0, sizeof(*storage));
	if (tp_radius_address_is_ipv4(address)) {
		v4->sin_family = AF_INET;
		v4->sin_port = htons(port);
		memcpy(&v4->sin_addr, address + 12, 4);
		return sizeof(*v4);
	}
	v6->sin6_family = AF_INET6;
	v6->sin6_port = htons(port);
	memcpy(&v6->sin6_addr, address, 16);
	return sizeof(*v6);
}

static bool is_none(const uint8_t address[16])
{
	static const uint8_t none[16];

	return memcmp(address, none, sizeof(none)) == 0;
}

int tp_radius_connect(const struct tp_radius_endpoint *peer, const uint8_t source[16], int type)
{
	struct sockaddr_storage to, from;
	socklen_t to_len = to_sockaddr(peer->address, peer->port, &to);
	int fd = socket(to.ss_family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	int size = BUFFER, error = 0;

	if (fd < 0)
		return -errno;
	setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
	if (!is_none(source)) {
		socklen_t from_len = to_sockaddr(source, 0, &from);

		if (bind(fd, (struct sockaddr *)&from, from_len) != 0)
			error = -errno;
	}
	if (error == 0 && connect(fd, (struct sockaddr *)&to, to_len) != 0 && errno != EINPROGRESS)
		error = -errno;
	if (error == 0)
		return fd;
	close(fd);
	return error;
}

int tp_radius_own_address(const struct tp_radius_endpoint *endpoint, uint8_t address[16])
{
	static const uint8_t any[16];
	struct sockaddr_storage own;
	socklen_t len = sizeof(own);
	int fd = tp_radius_connect(endpoint, any, SOCK_DGRAM), error = 0;

	if (fd < 0)
		return fd;
	if (getsockname(fd, (struct sockaddr *)&own, &len) != 0)
		error = -errno;
	close(fd);
	if (error != 0)
		return error;
	if (own.ss_family == AF_INET)
		memcpy(address,
		       tp_radius_endpoint_ipv4(ntohl(((struct sockaddr_in *)&own)->sin_addr.s_addr),
					       0)
			       .address,
		       16);
	else
		memcpy(address, &((struct sockaddr_in6 *)&own)->sin6_addr, 16);
	return 0;
}

/* ---- what the client asks for ---- */

static int open_socket(void *owner, struct tp_radius_socket *socket,
		       const struct tp_radius_server *server, enum tp_radius_service service,
		       void **handle)
{
	struct tp_control *c = owner;
	struct handle *udp = calloc(1, sizeof(*udp));
	int error;

	if (udp == NULL)
		return -ENOMEM;
	udp->socket = socket;
	udp->peer = server->endpoint[service];
	udp->fd = -1;
	if (server->stream) {
		error = tp_radsec_open(c->radius->radsec, socket, server, service, (uintptr_t)udp,
				       &udp->radsec);
		if (error != 0)
			free(udp);
		else
			*handle = udp;
		return error;
	}
	udp->fd = tp_radius_connect(&udp->peer, server->source, SOCK_DGRAM);
	error = udp->fd < 0 ? udp->fd : tp_loop_watch(c, udp->fd, (uintptr_t)udp);
	if (error == 0) {
		*handle = udp;
		return 0;
	}
	if (udp->fd >= 0)
		close(udp->fd);
	free(udp);
	return error;
}

static void close_socket(void *owner, void *handle)
{
	struct tp_control *c = owner;
	struct handle *udp = handle;

	if (udp->radsec != NULL) {
		tp_radsec_close(udp->radsec);
	} else {
		tp_radius_batch_send(c->radius->batch);
		close(udp->fd);
	}
	free(udp);
}

static int send_request(void *owner, void *handle, const uint8_t *bytes, size_t len)
{
	struct tp_control *c = owner;
	struct handle *udp = handle;

	if (udp->radsec != NULL)
		return tp_radsec_send(udp->radsec, bytes, len);
	tp_radius_batch_add(c->radius->batch, udp->fd, udp->socket, bytes, len);
	return 0;
}

const struct tp_radius_client_ops tp_radius_socket_ops = {
	.open = open_socket,
	.close = close_socket,
	.send = send_request,
};

struct reading {
	struct tp_control *c;
	const struct handle *udp;
};

static void take(void *user, const uint8_t *bytes, size_t len)
{
	const struct reading *r = user;

	tp_radius_client_input(r->c->radius->client, r->udp->socket, &r->udp->peer, bytes, len,
			       r->c->now_ms);
}

/* An error (no such port, no route) is told by the kernel where a datagram might come: the request
 * is sent again in time, and a server that stays silent is dead. */
void tp_radius_socket_read(struct tp_control *c, void *socket)
{
	struct handle *udp = socket;
	struct reading reading = {c, udp};

	if (udp->radsec != NULL)
		tp_radsec_ready(udp->radsec);
	else
		tp_radius_batch_read(c->radius->batch, udp->fd, READ_BURST, take, &reading);
}
