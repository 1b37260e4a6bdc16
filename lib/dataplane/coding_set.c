/* SPDX-License-Identifier: BSD-3-Clause */
/* Control's side of codings: made, published, withdrawn. */
#include <errno.h>
#include <stdalign.h>
#include <stdlib.h>
#include <string.h>

#include "dataplane/coding.h"
#include "dataplane/sessions.h"
#include "dataplane/state.h"
#include "wire/ppp.h"

static void set_multilink(const struct tp_dataplane *dp, struct tp_coding *coding,
			  const struct tp_dataplane_multilink *multilink)
{
	uint32_t most = multilink->mrru;
	uint32_t room = tp_dataplane_packet_max(dp);

	coding->multilink = *multilink;
	coding->in.most = TP_PPP_PROTO_LEN + (most < room ? most : room);
	coding->in.is_short = multilink->short_in;
	coding->out.is_short = multilink->short_out;
}

/* The ciphers stand behind the coding. */
static void set_encryption(struct tp_coding *coding,
			   const struct tp_dataplane_encryption *encryption)
{
	coding->cipher = (struct tp_cipher *)(void *)(coding + 1);
	coding->cipher->terms = *encryption;
	if (encryption->in.bits != 0)
		tp_mppe_receiver_init(&coding->cipher->in, &encryption->in);
	if (encryption->out.bits != 0)
		tp_mppe_sender_init(&coding->cipher->out, &encryption->out);
}

/* With MORE bytes behind it. NULL: no memory. */
static struct tp_coding *allocate(size_t more)
{
	const size_t line = alignof(struct tp_coding);
	const size_t size = (sizeof(struct tp_coding) + more + line - 1) / line * line;
	struct tp_coding *coding = aligned_alloc(line, size);

	return coding != NULL ? memset(coding, 0, size) : NULL;
}

int tp_coding_create(struct tp_dataplane *dp, uint32_t slot,
		     const struct tp_dataplane_session_up *up, struct tp_coding **out)
{
	bool encrypted = up->encryption.in.bits != 0 || up->encryption.out.bits != 0;
	struct tp_coding *coding;

	*out = NULL;
	if (up->multilink.mrru == 0 && !encrypted)
		return 0;
	coding = allocate(encrypted ? sizeof(struct tp_cipher) : 0);
	if (coding == NULL)
		return -ENOMEM;
	coding->grace = (struct tp_grace_item){.over = tp_grace_free};
	coding->serial = ++dp->link_serial;
	coding->leader = TP_SLOT_NONE;
	coding->owner = (uint16_t)(slot % dp->worker_count);
	set_multilink(dp, coding, &up->multilink);
	if (encrypted)
		set_encryption(coding, &up->encryption);
	*out = coding;
	return 0;
}

struct tp_coding *tp_coding_create_joined(struct tp_dataplane *dp, uint32_t leader,
					  const struct tp_coding *bundle)
{
	struct tp_coding *coding = allocate(0);

	if (coding == NULL)
		return NULL;
	coding->grace = (struct tp_grace_item){.over = tp_grace_free};
	coding->serial = ++dp->link_serial;
	coding->leader = leader;
	coding->owner = bundle->owner;
	return coding;
}

unsigned tp_coding_careful(const struct tp_coding *coding)
{
	unsigned careful = 0;

	if (coding == NULL)
		return 0;
	if (coding->leader != TP_SLOT_NONE)
		careful |= TP_CAREFUL_JOINED;
	if (coding->multilink.mrru != 0)
		careful |= TP_CAREFUL_MP;
	if (coding->cipher != NULL)
		careful |= TP_CAREFUL_MPPE;
	return careful;
}

void tp_coding_publish(struct tp_dataplane *dp, uint32_t slot, struct tp_coding *coding)
{
	struct tp_coding *before = dp->terms[slot].coding;

	__atomic_store_n(&dp->terms[slot].coding, coding, __ATOMIC_RELEASE);
	if (before != NULL)
		tp_grace_add(&dp->grace, &before->grace);
}
