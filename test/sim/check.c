/* SPDX-License-Identifier: BSD-3-Clause */
/* What must hold, whatever happens. */
#include "session/engine.h"
#include "session/image.h"
#include "sim.h"

#define MEMORY_PER_SLOT 1100 /* a session, its place in the tables, a margin */
#define MEMORY_FIXED	(1 << 20)
#define MEMORY_PER_IDS	(300 << 10) /* the session ids of a scope */

static size_t ids_memory(const struct tp_ac *ac)
{
	size_t used = 0;

	for (unsigned i = 0; i < TP_AC_MAX_PORTS; i++)
		for (unsigned scope = 0; scope < TP_VLAN_SCOPES; scope++)
			used += ac->ports[i].ids[scope].used != NULL;
	return used * MEMORY_PER_IDS;
}

static void check_counters(const struct sim *sim)
{
	const struct tp_ac_counters *c = tp_ac_counters(sim->ac);
	uint64_t ended = 0, standing = 0;

	for (unsigned i = 0; i < TP_END_REASONS; i++)
		ended += c->ended[i];
	for (unsigned i = 0; i < TP_SESSION_STATES; i++)
		standing += c->standing[i];
	assert_true(c->started + c->restored == ended + standing - c->standing[TP_SESSION_CLOSED]);
	assert_true(c->slots_free + standing == sim->plane.count);
	assert_int_equal(standing, sim->plane.not_free);
	assert_int_equal(sim->events[TP_AC_SESSION_STARTED], c->started);
	assert_int_equal(sim->events[TP_AC_SESSION_RESTORED], c->restored);
	assert_int_equal(sim->events[TP_AC_SESSION_ENDED], ended);
	assert_int_equal(sim->events[TP_AC_SESSION_UP], c->up);
	assert_true(c->memory_bytes < MEMORY_FIXED + (size_t)sim->plane.count * MEMORY_PER_SLOT +
					      sim->client_count * 700u + ids_memory(sim->ac));
}

/* What the subscriber may send from and be sent to is held for it, and for nobody else. */
static void check_prefixes(const struct sim *sim, const struct tp_session_info *info)
{
	const struct tp_session *holder =
		tp_line_session(tp_ac_find_slot(sim->ac, info->bundle_slot));
	struct tp_pool6_lease lease;

	if (info->ipv6.prefix.length != 0) {
		assert_true(tp_pool6_find(sim->pools6, &info->ipv6.prefix, &lease));
		assert_true(tp_prefix6_same(&lease.prefix, &info->ipv6.prefix));
		assert_ptr_equal(lease.owner, holder);
	}
	for (unsigned i = 0; i < info->ipv6.delegated_count; i++) {
		assert_true(tp_pool6_find(sim->pools6, &info->ipv6.routes[i], &lease));
		assert_true(tp_prefix6_same(&lease.prefix, &info->ipv6.routes[i]));
		assert_ptr_equal(lease.owner, holder);
		assert_int_equal(lease.use, TP_POOL6_DELEGATED);
	}
}

/* Every prefix that is held is held for a session whose slot is not released. */
static void check_held_prefixes(const struct sim *sim)
{
	struct tp_pool6_lease lease;
	uint8_t from[16] = {0};
	size_t count = 0;

	while (tp_pool6_used(sim->pools6, from, &lease)) {
		struct tp_session_info info;

		tp_session_info(lease.owner, &info);
		assert_true(sim->plane.slots[info.slot].state != SIM_SLOT_FREE);
		assert_true(sim->plane.slots[info.slot].id == info.id);
		assert_string_equal(lease.info, info.user);
		count++;
		if (!tp_pool6_behind(&lease.prefix, from))
			break;
	}
	assert_int_equal(count, tp_pool6_used_count(sim->pools6));
}

static void check_line(const struct sim *sim, const struct tp_line *line,
		       struct tp_session_info *info)
{
	const struct sim_slot *slot;

	tp_line_info(line, info);
	slot = &sim->plane.slots[info->slot];
	assert_true(slot->state == (info->state == TP_SESSION_UP ? SIM_SLOT_UP : SIM_SLOT_OPEN));
	assert_true(slot->id == info->id);
	assert_ptr_equal(tp_ac_find_slot(sim->ac, info->slot), line);
	assert_ptr_equal(tp_ac_find_id(sim->ac, info->id), line);
	if (!info->line_gone)
		assert_ptr_equal(tp_ac_find_session_id(sim->ac, &info->access, info->session_id),
				 line);
	assert_true(info->state != TP_SESSION_CLOSED);
	/* What carries packets is let in; and who is left without a link has others. */
	if (info->state == TP_SESSION_UP && !line->left)
		assert_int_equal(tp_ppp_phase(&line->ppp), TP_PPP_NETWORK);
	if (line->left)
		assert_true(line->ending || !SLIST_EMPTY(&line->session->lines));
	assert_true((info->state == TP_SESSION_UP) == (info->families != 0) ||
		    info->state == TP_SESSION_ENDING);
	if (info->state == TP_SESSION_UP && info->bundle_id == 0)
		assert_int_equal(slot->families, info->families);
	if (info->state == TP_SESSION_UP && (info->families & TP_AC_IPV6) != 0)
		check_prefixes(sim, info);
	if (info->state == TP_SESSION_UP && (info->families & TP_AC_IPV4) != 0) {
		const struct tp_pool_lease *lease = tp_pool_find(sim->pools, info->remote_address);

		assert_non_null(lease);
		assert_ptr_equal(lease->owner, line->session);
		assert_string_equal(lease->info, info->user);
		assert_true(slot->address == (info->bundle_id == 0 ? info->remote_address : 0));
	}
}

static bool found(const struct tp_line *line, const struct tp_line *first,
		  const struct tp_line *(*next)(const struct sim *sim,
						const struct tp_line *previous),
		  const struct sim *sim)
{
	while (first != NULL && first != line)
		first = next(sim, first);
	return first == line;
}

static const struct tp_line *next_of_user(const struct sim *sim, const struct tp_line *previous)
{
	struct tp_session_info info;

	tp_line_info(previous, &info);
	return tp_ac_find_user(sim->ac, info.user, previous);
}

static const struct tp_line *next_of_mac(const struct sim *sim, const struct tp_line *previous)
{
	struct tp_session_info info;

	tp_line_info(previous, &info);
	return tp_ac_find_mac(sim->ac, &info.mac, previous);
}

static void check_standing(const struct sim *sim)
{
	const struct tp_ac_counters *c = tp_ac_counters(sim->ac);
	uint32_t states[TP_SESSION_STATES] = {0}, half_open = 0;
	const struct tp_line *line;
	struct tp_session_info info;

	for (line = tp_ac_next(sim->ac, 0); line != NULL;
	     line = tp_ac_next(sim->ac, info.slot + 1)) {
		check_line(sim, line, &info);
		assert_true(info.line_gone || found(line, tp_ac_find_mac(sim->ac, &info.mac, NULL),
						    next_of_mac, sim));
		if (info.user[0] != '\0')
			assert_true(found(line, tp_ac_find_user(sim->ac, info.user, NULL),
					  next_of_user, sim));
		states[info.state]++;
		half_open += line->half_open != NULL;
		assert_true(line->half_open == NULL || (line->user == NULL && line->up_ms == 0));
	}
	assert_int_equal(half_open, c->half_open);
	for (unsigned i = 0; i < TP_SESSION_CLOSED; i++)
		assert_int_equal(states[i], c->standing[i]);
}

/* Every address that is held is held for a session whose slot is not released. */
static void check_addresses(const struct sim *sim)
{
	size_t count = tp_pool_used_count(sim->pools);
	uint32_t from = 0;

	for (size_t i = 0; i < count; i++) {
		const struct tp_pool_lease *lease = tp_pool_used(sim->pools, from);
		struct tp_session_info info;

		assert_non_null(lease);
		from = lease->address + 1;
		tp_session_info(lease->owner, &info);
		assert_true(info.remote_address == lease->address ||
			    info.local_address == lease->address);
		assert_true(sim->plane.slots[info.slot].state != SIM_SLOT_FREE);
		assert_true(sim->plane.slots[info.slot].id == info.id);
	}
	assert_true(count <= 2 * sim->plane.not_free);
}

static void tell_difference(void *user, const char *text)
{
	fprintf(stderr, "%s\n", text);
}

void sim_check(struct sim *sim)
{
	assert_int_equal(tp_ac_reconcile(sim->ac, tell_difference, NULL), 0);
	check_counters(sim);
	check_standing(sim);
	check_addresses(sim);
	check_held_prefixes(sim);
}

static void check_ipv6_agreement(const struct sim_client *client,
				 const struct tp_session_info *info)
{
	const struct tp_ipv6_host *host = &client->ipv6;
	const struct tp_prefix6 prefix = sim_ipv6_prefix(client);
	bool bound = host->state >= TP_IPV6_HOST_BOUND && host->state <= TP_IPV6_HOST_REBINDING;

	if (host->slaac.prefix.length != 0)
		assert_true(tp_prefix6_has(&info->ipv6.prefix, host->slaac.prefix.address));
	if (bound && prefix.length != 0) {
		assert_true(info->ipv6.delegated_count > 0);
		assert_true(tp_prefix6_same(&prefix, &info->ipv6.routes[0]));
	}
}

/* Not those that bundles do without. */
static unsigned lines_up(const struct sim *sim)
{
	const struct tp_line *line = tp_ac_next(sim->ac, 0);
	struct tp_session_info info;
	unsigned count = 0;

	for (; line != NULL; line = tp_ac_next(sim->ac, info.slot + 1)) {
		tp_line_info(line, &info);
		count += info.state == TP_SESSION_UP && !info.line_gone;
	}
	return count;
}

/* Each encrypts with the key that the other decrypts with. */
static void check_keys(const struct sim_client *client, const struct tp_ppp_encryption *ours)
{
	const struct sim_client *with = client->host != NULL ? client->host->network : client;
	const struct tp_ppp_encryption *theirs =
		with != NULL ? tp_ppp_encryption(&with->engine.ppp) : NULL;

	assert_int_equal(ours != NULL, theirs != NULL);
	if (ours == NULL)
		return;
	assert_int_equal(ours->send.bits, theirs->receive.bits);
	assert_int_equal(ours->receive.bits, theirs->send.bits);
	assert_memory_equal(&ours->send.start, &theirs->receive.start, sizeof(ours->send.start));
	assert_memory_equal(&ours->receive.start, &theirs->send.start, sizeof(ours->send.start));
}

void sim_check_agreement(struct sim *sim)
{
	for (unsigned i = 0; i < sim->client_count; i++) {
		const struct sim_client *client = sim->clients[i];
		struct tp_session_info info;
		const struct tp_line *line;

		if (client->state != SIM_CLIENT_UP)
			continue;
		line = tp_ac_find_session_id(sim->ac, &client->access, client->session_id);
		assert_non_null(line);
		tp_line_info(line, &info);
		assert_true(tp_mac_equal(&info.mac, &client->mac));
		assert_int_equal(info.state, TP_SESSION_UP);
		assert_string_equal(info.user, client->user);
		assert_int_equal(info.families, client->families);
		if ((info.families & TP_AC_IPV4) != 0) {
			assert_true(info.remote_address == client->addresses.local);
			assert_true(info.local_address == client->addresses.remote);
		}
		if ((info.families & TP_AC_IPV6) != 0) {
			assert_memory_equal(info.ipv6.remote_id, client->ids.local, 8);
			assert_memory_equal(info.ipv6.local_id, client->ids.remote, 8);
			if (client->host == NULL)
				check_ipv6_agreement(client, &info);
		}
		/* Not every server has MP; where there is, its MRRU is the larger. */
		assert_true(info.mrru == 0 || (info.mrru == 1600 && client->config.mrru != 0));
		assert_int_equal(info.mtu,
				 (info.mrru != 0 ? client->config.mrru : 1480) -
					 (info.encryption != NULL ? TP_MPPE_OVERHEAD : 0));
		assert_int_equal(info.link_mtu, 1480);
		check_keys(client, info.encryption);
		assert_int_equal(client->mtu, 1480);
	}
	assert_int_equal(lines_up(sim), sim_clients_in(sim, SIM_CLIENT_UP));
}

void sim_check_empty(struct sim *sim)
{
	const struct tp_ac_counters *c = tp_ac_counters(sim->ac);

	sim_check(sim);
	for (unsigned i = 0; i < TP_SESSION_STATES; i++)
		assert_int_equal(c->standing[i], 0);
	assert_int_equal(c->slots_free, sim->plane.count);
	assert_int_equal(sim->plane.not_free, 0);
	assert_int_equal(tp_pool_used_count(sim->pools), 0);
	assert_int_equal(tp_pool6_used_count(sim->pools6), 0);
	assert_int_equal(c->with_ipv4 + c->with_ipv6 + c->delegated, 0);
	assert_null(tp_ac_next(sim->ac, 0));
	for (unsigned scope = 0; scope < TP_VLAN_SCOPES; scope++)
		assert_int_equal(sim->ac->ports[0].ids[scope].count, 0);
	assert_int_equal(sim->ac->wheel.count, 0);
	assert_true(tp_ac_deadline(sim->ac) == TP_NEVER);
}
