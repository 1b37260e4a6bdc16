/* SPDX-License-Identifier: BSD-3-Clause */
/* Bundles: sessions whose links carry another's traffic (RFC 1990). Control's side. */
#include <arpa/inet.h>
#include <errno.h>
#include <stdalign.h>
#include <stdlib.h>

#include "dataplane/coding.h"
#include "dataplane/sessions.h"
#include "dataplane/slot.h"
#include "dataplane/worker/worker.h"

/* The members of LEADER's bundle but for EXCEPT; its own link first. */
static unsigned members_of(const struct tp_dataplane *dp, uint32_t leader, uint32_t except,
			   uint32_t slots[TP_MP_LINKS])
{
	const struct tp_members *members = dp->terms[leader].coding->members;
	unsigned count = 0;

	if (!dp->slots[leader].unlinked)
		slots[count++] = leader;
	for (unsigned i = 0; members != NULL && i < members->count; i++)
		if (members->slot[i] != leader && members->slot[i] != except)
			slots[count++] = members->slot[i];
	return count;
}

static struct tp_members *make(const struct tp_dataplane *dp, const uint32_t *slots, unsigned count)
{
	struct tp_members *members = aligned_alloc(alignof(struct tp_members), sizeof(*members));

	if (members == NULL)
		return NULL;
	*members = (struct tp_members){.grace.over = tp_grace_free};
	members->count = (uint16_t)count;
	members->link_mtu = UINT16_MAX;
	for (unsigned i = 0; i < count; i++) {
		uint16_t mtu = dp->slots[slots[i]].link_mtu;

		members->slot[i] = slots[i];
		members->link_mtu = mtu < members->link_mtu ? mtu : members->link_mtu;
	}
	return members;
}

/* Whether it is one of several links, in all workers' records. */
static void set_bundled(struct tp_dataplane *dp, uint32_t slot, bool bundled)
{
	for (unsigned i = 0; i < dp->worker_count; i++)
		tp_write_once(&dp->workers[i]->up[slot].bundled, bundled);
}

static void publish(struct tp_dataplane *dp, uint32_t leader, struct tp_members *members)
{
	struct tp_coding *coding = dp->terms[leader].coding;
	struct tp_members *before = coding->members;

	__atomic_store_n(&coding->members, members, __ATOMIC_RELEASE);
	set_bundled(dp, leader, false);
	for (unsigned i = 0; members != NULL && i < members->count; i++)
		set_bundled(dp, members->slot[i], members->count > 1);
	tp_slot_careful(dp, leader,
			dp->terms[leader].careful); /* more links than one, or one alone */
	if (before != NULL)
		tp_grace_add(&dp->grace, &before->grace);
}

/* Without memory for another list the old one stays: then a link that is no more still has its
 * turn, and what goes by it is lost. */
static void set(struct tp_dataplane *dp, uint32_t leader, const uint32_t *slots, unsigned count)
{
	struct tp_members *members = NULL;

	if (count != 1 || slots[0] != leader) {
		members = make(dp, slots, count);
		if (members == NULL)
			return;
	}
	publish(dp, leader, members);
}

static void write_terms(struct tp_dataplane *dp, uint32_t slot,
			const struct tp_dataplane_join *join)
{
	struct tp_terms *t = &dp->terms[slot];

	if ((t->careful & TP_CAREFUL_DOWN) != 0)
		t->since_tick = tp_dataplane_tick(dp);
	t->magic_be = htonl(join->magic);
	t->keepalive_ticks = tp_slot_ticks(dp, join->keepalive_s);
	t->link_mtu = join->link_mtu;
	tp_slot_careful(dp, slot, TP_CAREFUL_JOINED);
}

static int check(const struct tp_dataplane *dp, uint32_t slot, uint32_t leader)
{
	if (slot >= dp->max_sessions || leader >= dp->max_sessions || slot == leader)
		return -EINVAL;
	if (dp->slots[slot].state != SLOT_OPEN && dp->slots[slot].state != SLOT_JOINED)
		return -ENOENT;
	if (dp->slots[leader].state != SLOT_UP || dp->terms[leader].coding == NULL ||
	    dp->terms[leader].coding->multilink.mrru == 0)
		return -EINVAL;
	return 0;
}

/* Of a session that is open. */
static int add(struct tp_dataplane *dp, uint32_t slot, uint32_t leader)
{
	uint32_t slots[TP_MP_LINKS];
	unsigned count = members_of(dp, leader, slot, slots);
	struct tp_members *members;
	struct tp_coding *coding;

	if (count == TP_MP_LINKS)
		return -EINVAL;
	slots[count++] = slot;
	members = make(dp, slots, count);
	coding = tp_coding_create_joined(dp, leader, dp->terms[leader].coding);
	if (members == NULL || coding == NULL) {
		free(members);
		free(coding);
		return -ENOMEM;
	}
	dp->slots[slot].state = SLOT_JOINED;
	dp->slots[slot].leader = leader;
	tp_coding_publish(dp, slot, coding);
	publish(dp, leader, members);
	return 0;
}

int tp_dataplane_session_join(struct tp_dataplane *dp, uint32_t slot, uint32_t leader,
			      const struct tp_dataplane_join *join)
{
	int err = check(dp, slot, leader);
	struct tp_slot *s = &dp->slots[slot];
	uint16_t before;

	if (err != 0)
		return err;
	if (s->state == SLOT_JOINED && s->leader != leader)
		tp_bundle_leave(dp, slot);
	before = s->link_mtu;
	s->link_mtu = join->link_mtu;
	if (s->state == SLOT_OPEN)
		err = add(dp, slot, leader);
	else if (before != join->link_mtu)
		tp_bundle_relink(dp, leader);
	if (err == 0)
		write_terms(dp, slot, join);
	return err;
}

void tp_bundle_leave(struct tp_dataplane *dp, uint32_t slot)
{
	struct tp_slot *s = &dp->slots[slot];
	uint32_t slots[TP_MP_LINKS];

	tp_slot_careful(dp, slot, TP_CAREFUL_DOWN);
	set_bundled(dp, slot, false);
	set(dp, s->leader, slots, members_of(dp, s->leader, slot, slots));
	tp_coding_publish(dp, slot, NULL);
	s->state = SLOT_OPEN;
}

void tp_bundle_dissolve(struct tp_dataplane *dp, uint32_t slot)
{
	struct tp_coding *coding = dp->terms[slot].coding;

	if (coding == NULL || coding->members == NULL)
		return;
	/* Each leaves a list that is one shorter. */
	for (unsigned i = 0; i < TP_MP_LINKS && coding->members != NULL; i++) {
		const struct tp_members *members = coding->members;
		uint32_t last = members->count > 0 ? members->slot[members->count - 1] : slot;

		if (last == slot)
			break;
		tp_bundle_leave(dp, last);
	}
	if (coding->members != NULL)
		publish(dp, slot, NULL);
}

void tp_bundle_relink(struct tp_dataplane *dp, uint32_t slot)
{
	uint32_t slots[TP_MP_LINKS];

	if (dp->terms[slot].coding != NULL && dp->terms[slot].coding->members != NULL)
		set(dp, slot, slots, members_of(dp, slot, TP_SLOT_NONE, slots));
}

void tp_dataplane_session_unlink(struct tp_dataplane *dp, uint32_t slot, bool gone)
{
	struct tp_slot *s;

	if (slot >= dp->max_sessions || dp->slots[slot].state != SLOT_UP)
		return;
	s = &dp->slots[slot];
	s->unlinked = true;
	dp->terms[slot].keepalive_ticks = 0;
	tp_bundle_relink(dp, slot);
	if (gone && !s->gone) {
		s->gone = true;
		tp_slot_withdraw_id(dp, s);
	}
}
