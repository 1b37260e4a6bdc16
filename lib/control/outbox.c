/* SPDX-License-Identifier: BSD-3-Clause */
#include "control/outbox.h"

#include <stdlib.h>
#include <string.h>

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

static void keep(struct tp_outbox *outbox, uint16_t port, struct tp_vlans vlans, const void *frame,
		 uint16_t len)
{
	struct tp_outbox_frame *f = NULL;

	if (outbox->count < TP_OUTBOX_MAX)
		f = malloc(sizeof(*f) + len);
	if (f == NULL) {
		outbox->dropped++;
		return;
	}
	f->port = port;
	f->vlans = vlans;
	f->len = len;
	memcpy(f->bytes, frame, len);
	STAILQ_INSERT_TAIL(&outbox->frames, f, entry);
	outbox->count++;
}

void tp_outbox_send(struct tp_outbox *outbox, struct tp_dataplane *dp, uint16_t port,
		    struct tp_vlans vlans, const void *frame, uint16_t len)
{
	if (outbox->count > 0 || !tp_dataplane_send(dp, port, vlans, frame, len))
		keep(outbox, port, vlans, frame, len);
}

bool tp_outbox_retry(struct tp_outbox *outbox, struct tp_dataplane *dp)
{
	unsigned sent = 0;

	while (outbox->count > 0 && sent < RETRY_SLICE) {
		const struct tp_outbox_frame *f = STAILQ_FIRST(&outbox->frames);

		if (!tp_dataplane_send(dp, f->port, f->vlans, f->bytes, f->len))
			break;
		drop_first(outbox);
		sent++;
	}
	outbox->retried += sent;
	return sent > 0;
}
