/* SPDX-License-Identifier: BSD-3-Clause */
#include "control/radius/batch.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#define DATAGRAMS 64
#define ROOM	  (32 * 1024) /* bytes of what is sent: most have a few hundred */
#define READS	  16

struct tp_radius_batch {
	struct tp_radius_client *client;
	int fd;
	struct tp_radius_socket *socket;
	unsigned count;
	size_t used;
	struct mmsghdr out[DATAGRAMS], in[READS];
	struct iovec pieces[DATAGRAMS], rooms[READS];
	uint8_t bytes[ROOM];
	uint8_t received[READS][TP_RADIUS_PACKET_MAX];
};

struct tp_radius_batch *tp_radius_batch_create(struct tp_radius_client *client)
{
	struct tp_radius_batch *batch = calloc(1, sizeof(*batch));

	if (batch == NULL)
		return NULL;
	batch->client = client;
	for (unsigned i = 0; i < DATAGRAMS; i++)
		batch->out[i].msg_hdr =
			(struct msghdr){.msg_iov = &batch->pieces[i], .msg_iovlen = 1};
	for (unsigned i = 0; i < READS; i++) {
		batch->rooms[i] = (struct iovec){batch->received[i], TP_RADIUS_PACKET_MAX};
		batch->in[i].msg_hdr =
			(struct msghdr){.msg_iov = &batch->rooms[i], .msg_iovlen = 1};
	}
	return batch;
}

void tp_radius_batch_destroy(struct tp_radius_batch *batch)
{
	free(batch);
}

void tp_radius_batch_add(struct tp_radius_batch *batch, int fd, struct tp_radius_socket *socket,
			 const uint8_t *bytes, size_t len)
{
	if (batch->count == DATAGRAMS || batch->used + len > sizeof(batch->bytes) ||
	    (batch->count > 0 && batch->socket != socket))
		tp_radius_batch_send(batch);
	batch->fd = fd;
	batch->socket = socket;
	memcpy(batch->bytes + batch->used, bytes, len);
	batch->pieces[batch->count++] = (struct iovec){batch->bytes + batch->used, len};
	batch->used += len;
}

/* The call ends before the first that can't be sent, and fails if that is the first of all. */
void tp_radius_batch_send(struct tp_radius_batch *batch)
{
	unsigned sent = 0;

	while (sent < batch->count) {
		int count = sendmmsg(batch->fd, batch->out + sent, batch->count - sent,
				     MSG_NOSIGNAL | MSG_DONTWAIT);

		if (count <= 0)
			tp_radius_client_unsent(batch->client, batch->socket);
		sent += count > 0 ? (unsigned)count : 1;
	}
	batch->count = 0;
	batch->used = 0;
}

void tp_radius_batch_read(struct tp_radius_batch *batch, int fd, unsigned limit,
			  void (*take)(void *user, const uint8_t *bytes, size_t len), void *user)
{
	for (unsigned i = 0; i < limit; i += READS) {
		int count = recvmmsg(fd, batch->in, READS, MSG_DONTWAIT, NULL);

		if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
			return;
		for (int n = 0; n < count; n++)
			take(user, batch->received[n], batch->in[n].msg_len);
		if (count >= 0 && count < READS)
			return;
	}
}
