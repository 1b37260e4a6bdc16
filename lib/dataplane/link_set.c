/* SPDX-License-Identifier: BSD-3-Clause */
/* Control's side of links: made, published, withdrawn. */
#include <errno.h>
#include <stdlib.h>

#include "dataplane/link.h"
#include "dataplane/sessions.h"
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

/* The ciphers stand behind the link. */
static void set_encryption(struct tp_link *link, const struct tp_dataplane_encryption *encryption)
{
	link->cipher = (struct tp_cipher *)(void *)(link + 1);
	link->cipher->terms = *encryption;
	if (encryption->in.bits != 0)
		tp_mppe_receiver_init(&link->cipher->in, &encryption->in);
	if (encryption->out.bits != 0)
		tp_mppe_sender_init(&link->cipher->out, &encryption->out);
}

int tp_link_create(struct tp_dataplane *dp, uint32_t slot, const struct tp_dataplane_session_up *up,
		   struct tp_link **out)
{
	bool encrypted = up->encryption.in.bits != 0 || up->encryption.out.bits != 0;
	struct tp_link *link;

	*out = NULL;
	if (up->multilink.mrru == 0 && !encrypted)
		return 0;
	link = calloc(1, sizeof(*link) + (encrypted ? sizeof(struct tp_cipher) : 0));
	if (link == NULL)
		return -ENOMEM;
	link->grace = (struct tp_grace_item){.slot = TP_SLOT_NONE, .memory = link};
	link->serial = ++dp->link_serial;
	link->leader = TP_SLOT_NONE;
	link->owner = (uint16_t)(slot % dp->worker_count);
	set_multilink(dp, link, &up->multilink);
	if (encrypted)
		set_encryption(link, &up->encryption);
	*out = link;
	return 0;
}

struct tp_link *tp_link_create_joined(struct tp_dataplane *dp, uint32_t leader,
				      const struct tp_link *bundle)
{
	struct tp_link *link = calloc(1, sizeof(*link));

	if (link == NULL)
		return NULL;
	link->grace = (struct tp_grace_item){.slot = TP_SLOT_NONE, .memory = link};
	link->serial = ++dp->link_serial;
	link->leader = leader;
	link->owner = bundle->owner;
	return link;
}

unsigned tp_link_careful(const struct tp_link *link)
{
	unsigned careful = 0;

	if (link == NULL)
		return 0;
	if (link->leader != TP_SLOT_NONE)
		careful |= TP_CAREFUL_JOINED;
	if (link->multilink.mrru != 0)
		careful |= TP_CAREFUL_MP;
	if (link->cipher != NULL)
		careful |= TP_CAREFUL_MPPE;
	return careful;
}

void tp_link_publish(struct tp_dataplane *dp, uint32_t slot, struct tp_link *link)
{
	struct tp_link *before = dp->links[slot];

	__atomic_store_n(&dp->links[slot], link, __ATOMIC_RELEASE);
	if (before != NULL)
		tp_grace_add(&dp->grace, &before->grace);
}
