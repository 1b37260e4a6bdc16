/* SPDX-License-Identifier: BSD-3-Clause */
#include "control/outbox.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "dataplane/dataplane.h"
#include "dataplane/messages.h"

#define RETRY_SLICE 256

void tp_outbox_init(struct tp_outbox *outbox)
{
	*outbox = (struct tp_outbox){0};
	STAILQ_INIT(&outbox->frames);
}

static void drop_first(struct tp_outbox *outbox)
{
	struct tp_outbox_frame *f = STAILQ_FIRST(&outbox->frames);

	STAILQ_REMOVE_HEAD(&outbox->frames, entry);
	outbox->count--;
	free(f);
}

void tp_outbox_clear(struct tp_outbox *outbox)
{
	while (outbox->count > 0)
		drop_first(outbox);
}

static void keep(struct tp_outbox *outbox, const struct tp_outbox_frame *head, const void *bytes)
{
	struct tp_outbox_frame *f = NULL;

	if (outbox->count < TP_OUTBOX_MAX)
		f = malloc(sizeof(*f) + head->len);
	if (f == NULL) {
		outbox->dropped++;
		return;
	}
	*f = *head;
	memcpy(f->bytes, bytes, head->len);
	STAILQ_INSERT_TAIL(&outbox->frames, f, entry);
	outbox->count++;
}

/* False: there is no room for it now. */
static bool give(struct tp_dataplane *dp, const struct tp_outbox_frame *head, const void *bytes)
{
	if (head->slot == TP_SLOT_NONE)
		return tp_dataplane_send(dp, head->port, head->vlans, bytes, head->len);
	return tp_dataplane_send_session(dp, head->slot, bytes, head->len) != -EAGAIN;
}

static void send(struct tp_outbox *outbox, struct tp_dataplane *dp,
		 const struct tp_outbox_frame *head, const void *bytes)
{
	if (outbox->count > 0 || !give(dp, head, bytes))
		keep(outbox, head, bytes);
}

void tp_outbox_send(struct tp_outbox *outbox, struct tp_dataplane *dp, uint16_t port,
		    struct tp_vlans vlans, const void *frame, uint16_t len)
{
	const struct tp_outbox_frame head = {
		.slot = TP_SLOT_NONE, .port = port, .vlans = vlans, .len = len};

	send(outbox, dp, &head, frame);
}

void tp_outbox_send_ipv6(struct tp_outbox *outbox, struct tp_dataplane *dp, uint32_t slot,
			 const void *packet, uint16_t len)
{
	const struct tp_outbox_frame head = {.slot = slot, .len = len};

	send(outbox, dp, &head, packet);
}

bool tp_outbox_retry(struct tp_outbox *outbox, struct tp_dataplane *dp)
{
	unsigned sent = 0;

	while (outbox->count > 0 && sent < RETRY_SLICE) {
		const struct tp_outbox_frame *f = STAILQ_FIRST(&outbox->frames);

		if (!give(dp, f, f->bytes))
			break;
		drop_first(outbox);
		sent++;
	}
	outbox->retried += sent;
	return sent > 0;
}
