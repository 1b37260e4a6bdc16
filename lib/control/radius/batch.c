/* SPDX-License-Identifier: BSD-3-Clause */
#include "control/radius/batch.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#define DATAGRAMS   64
#define ROOM	    (32 * 1024) /* bytes of what is sent: most have a few hundred */
#define SEGMENT_MAX 1200	/* bytes of a datagram that fits every link */
#define READS	    16
#define SEND_FLAGS  (MSG_NOSIGNAL | MSG_DONTWAIT)

/* How long the segments are that the kernel cuts a message into (UDP_SEGMENT). */
struct segment {
	_Alignas(struct cmsghdr) uint8_t control[CMSG_SPACE(sizeof(uint16_t))];
};

struct tp_radius_batch {
	struct tp_radius_client *client;
	int fd;
	struct tp_radius_socket *socket;
	bool joins; /* datagrams of one length */
	unsigned count;
	size_t used;
	struct mmsghdr out[DATAGRAMS], in[READS];
	struct segment segments[DATAGRAMS];
	struct iovec pieces[DATAGRAMS], rooms[READS]; /* the longest of those to be sent first */
	uint8_t bytes[ROOM];
	uint8_t received[READS][TP_RADIUS_PACKET_MAX];
};

struct tp_radius_batch *tp_radius_batch_create(struct tp_radius_client *client)
{
	struct tp_radius_batch *batch = calloc(1, sizeof(*batch));

	if (batch == NULL)
		return NULL;
	batch->client = client;
	batch->joins = true;
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

/* In which order they leave is nothing to anybody. */
static void put_in_order(struct tp_radius_batch *batch, uint8_t *bytes, size_t len)
{
	unsigned i = batch->count++;

	for (; i > 0 && batch->pieces[i - 1].iov_len < len; i--)
		batch->pieces[i] = batch->pieces[i - 1];
	batch->pieces[i] = (struct iovec){bytes, len};
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
	put_in_order(batch, batch->bytes + batch->used, len);
	batch->used += len;
}

static struct msghdr joined(struct iovec *pieces, unsigned count, struct segment *segment)
{
	struct msghdr message = {.msg_iov = pieces, .msg_iovlen = count};
	const uint16_t len = (uint16_t)pieces->iov_len;
	struct cmsghdr *control;

	if (count == 1)
		return message;
	message.msg_control = segment->control;
	message.msg_controllen = sizeof(segment->control);
	control = CMSG_FIRSTHDR(&message);
	control->cmsg_level = IPPROTO_UDP;
	control->cmsg_type = UDP_SEGMENT;
	control->cmsg_len = CMSG_LEN(sizeof(len));
	memcpy(CMSG_DATA(control), &len, sizeof(len));
	return message;
}

/* Those of one length are one message, so that the way through the host's stack, which costs more
 * than all else of a request, is gone once for them. */
static unsigned make_messages(struct tp_radius_batch *batch)
{
	unsigned messages = 0;

	for (unsigned first = 0, next; first < batch->count; first = next) {
		struct iovec *pieces = batch->pieces + first;

		next = first + 1;
		while (batch->joins && pieces->iov_len <= SEGMENT_MAX && next < batch->count &&
		       batch->pieces[next].iov_len == pieces->iov_len)
			next++;
		batch->out[messages].msg_hdr =
			joined(pieces, next - first, &batch->segments[messages]);
		messages++;
	}
	return messages;
}

/* What a message that can't be sent consists of, each by itself. */
static void send_apart(struct tp_radius_batch *batch, const struct msghdr *message)
{
	for (size_t i = 0; i < message->msg_iovlen; i++)
		if (send(batch->fd, message->msg_iov[i].iov_base, message->msg_iov[i].iov_len,
			 SEND_FLAGS) < 0)
			tp_radius_client_unsent(batch->client, batch->socket);
}

/* A kernel, or a way to the server, that knows no segments: Linux before 4.18; no checksums. */
static bool knows_no_segments(int error)
{
	return error == EINVAL || error == EIO || error == EMSGSIZE || error == EOPNOTSUPP;
}

/* The call ends before the first that can't be sent, and fails if that is the first of all: also
 * for what the kernel has heard of an earlier one (no such port), and then the next may do. */
void tp_radius_batch_send(struct tp_radius_batch *batch)
{
	const unsigned count = make_messages(batch);
	unsigned sent = 0;

	while (sent < count) {
		const struct msghdr *first = &batch->out[sent].msg_hdr;
		int done = sendmmsg(batch->fd, batch->out + sent, count - sent, SEND_FLAGS);

		if (done <= 0 && first->msg_iovlen > 1 && knows_no_segments(errno))
			batch->joins = false;
		if (done <= 0)
			send_apart(batch, first);
		sent += done > 0 ? (unsigned)done : 1;
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
