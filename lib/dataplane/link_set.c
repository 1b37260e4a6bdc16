/* SPDX-License-Identifier: BSD-3-Clause */
/* Control's side of links: made, published, withdrawn. */
#include <errno.h>
#include <stdlib.h>

#include "dataplane/link.h"
#include "dataplane/state.h"
#include "wire/ppp.h"

static void set_multilink(const struct tp_dataplane *dp, struct tp_link *link,
			  const struct tp_dataplane_multilink *multilink)
{
	uint32_t most = multilink->mrru;
	uint32_t room = tp_dataplane_packet_max(dp);

	link->multilink = *multilink;
	link->in.most = TP_PPP_PROTO_LEN + (most < room ? most : room);
	link->in.is_short = multilink->short_in;
	link->out.is_short = multilink->short_out;
}

int tp_link_create(struct tp_dataplane *dp, uint32_t slot, const struct tp_dataplane_session_up *up,
		   struct tp_link **out)
{
	struct tp_link *link;

	*out = NULL;
	if (up->multilink.mrru == 0)
		return 0;
	link = calloc(1, sizeof(*link));
	if (link == NULL)
		return -ENOMEM;
	link->grace = (struct tp_grace_item){.slot = TP_SLOT_NONE, .memory = link};
	link->serial = ++dp->link_serial;
	link->owner = (uint16_t)(slot % dp->worker_count);
	set_multilink(dp, link, &up->multilink);
	*out = link;
	return 0;
}

void tp_link_publish(struct tp_dataplane *dp, uint32_t slot, struct tp_link *link)
{
	struct tp_link *before = dp->links[slot];

	__atomic_store_n(&dp->links[slot], link, __ATOMIC_RELEASE);
	if (before != NULL)
		tp_grace_add(&dp->grace, &before->grace);
}
