/* SPDX-License-Identifier: BSD-3-Clause */
/* Bounds on half-open sessions.
 *
 * A PADR costs its sender a cookie, so it is really there; but a host can have as many MAC
 * addresses as it likes, and each session that is begun and left alone holds a slot until its
 * set-up is given up. So they are bounded by place: by port, by VLANs on it, by MAC address there.
 * At a bound nobody is turned away: the newcomer may be an honest one. The oldest half-open session
 * of the greediest place within gives way: of the VLAN with the most, of the host there with the
 * most. Who answers as fast as the others come has its session by then.
 *
 * When a whole city dials in at once, and the line or a processor stood still for a moment, more
 * are half-open than a bound allows though all are honest. So newcomers wait for those who are
 * about to get through (control does: tp_ac_half_open_has_room()), for as long as they may be. */
#include "session/engine.h"
#include "session/events.h"
#include "session/half_open.h"
#include "session/life.h"

/* Slots and session ids that half-open sessions leave to newcomers: those that give way are free
 * again only when no worker sees them any more. */
#define KEPT_FREE 256

#define GIVE_WAY_MAX 16

/* In which an honest host is through, by a bad line too. Where there is no room for all that are
 * honest, they must not drive each other out before. Of a host that has said nothing since its PADS
 * less is expected: of a flood of forged ones that is all that comes. */
#define FAIR_MS	  3000
#define SILENT_MS 1000

void tp_ac_half_open_limits_set(struct tp_ac *ac, uint16_t port,
				const struct tp_ac_half_open_limits *limits)
{
	if (port < TP_AC_MAX_PORTS)
		ac->ports[port].half_open_limits = *limits;
}

static void give_way(struct tp_line *line, enum tp_ac_bound bound)
{
	line->ac->counters.gave_way[bound]++;
	tp_ac_tell_gave_way(line, bound);
	tp_ac_end(line, TP_END_GAVE_WAY, false);
}

/* Makes room in P for one more. When the limit has been lowered, more than one is too many; not all
 * of them go at one PADR. P is gone with its last session. */
static bool bounded(const struct tp_ac_place *p, uint32_t limit, enum tp_ac_bound bound)
{
	uint32_t excess;

	if (limit == 0 || tp_ac_half_open_count(p) < limit)
		return false;
	excess = tp_ac_half_open_count(p) - limit + 1;
	for (uint32_t i = 0; i < excess && i < GIVE_WAY_MAX; i++)
		give_way(tp_ac_half_open_oldest(p), bound);
	return true;
}

static bool is_young(const struct tp_line *line, uint64_t now_ms)
{
	bool silent = line->state == TP_SESSION_LCP && line->ppp.heard_ms <= line->started_ms;

	return now_ms < line->started_ms + (silent ? SILENT_MS : FAIR_MS);
}

static bool is_full_of_young(const struct tp_ac_place *p, uint32_t limit, uint64_t now_ms)
{
	return limit != 0 && tp_ac_half_open_count(p) >= limit &&
	       is_young(tp_ac_half_open_oldest(p), now_ms);
}

/* Of a host that is half-open there already it is most likely the same PADR again. */
bool tp_ac_half_open_has_room(const struct tp_ac *ac, const struct tp_access *access,
			      const struct tp_mac *mac, uint64_t now_ms)
{
	const struct tp_ac_place *at[TP_AC_HALF_OPEN_PLACES];
	const struct tp_ac_half_open_limits *limits;

	if (access->port >= TP_AC_MAX_PORTS || ac->counters.half_open == 0)
		return true;
	limits = &ac->ports[access->port].half_open_limits;
	tp_ac_half_open_places(ac, access, mac, at);
	return at[TP_AC_HALF_OPEN_HOST] != NULL ||
	       !(is_full_of_young(at[TP_AC_HALF_OPEN_VLAN], limits->vlan, now_ms) ||
		 is_full_of_young(at[TP_AC_HALF_OPEN_PORT], limits->port, now_ms));
}

/* The port with the most. */
static const struct tp_ac_place *greediest_port(const struct tp_ac *ac)
{
	const struct tp_ac_place *greediest = NULL;

	for (uint16_t port = 0; port < TP_AC_MAX_PORTS; port++) {
		const struct tp_ac_place *p = tp_ac_half_open_port(ac, port);

		if (tp_ac_half_open_count(p) > tp_ac_half_open_count(greediest))
			greediest = p;
	}
	return greediest;
}

static uint32_t kept_free(uint32_t of)
{
	return of / 8 < KEPT_FREE ? of / 8 : KEPT_FREE;
}

/* In P, where there is room for so many of any kind, one gives way if it has had its time, or many
 * are like it. It must be of SERVER; NULL: of any. */
static bool yields(const struct tp_ac_place *p, uint32_t room, const struct tp_ac_server *server,
		   enum tp_ac_bound bound)
{
	struct tp_line *line = p != NULL ? tp_ac_half_open_oldest(p) : NULL;

	if (line == NULL || (server != NULL && line->server != server))
		return false;
	if (tp_ac_half_open_count(p) <= 2 * kept_free(room) &&
	    line->ac->now_ms - line->started_ms < FAIR_MS)
		return false;
	give_way(line, bound);
	return true;
}

/* Where hardly any room is left, a host that dials in again has most likely lost the session that
 * it had, by its power or its cable; until keepalive finds out, a whole city would wait for the
 * places of its own ghosts. */
bool tp_ac_own_yields(struct tp_ac *ac, const struct tp_access *access, const struct tp_mac *mac,
		      const struct tp_ac_server *server)
{
	struct tp_line *line = NULL, *oldest = NULL;

	while ((line = tp_ac_index_find_mac(ac, mac, line)) != NULL)
		if (line->state == TP_SESSION_UP && !line->ending &&
		    tp_line_at(line, access, mac) && (server == NULL || line->server == server) &&
		    (oldest == NULL || line->started_ms < oldest->started_ms))
			oldest = line;
	if (oldest != NULL)
		tp_ac_end(oldest, TP_END_REPLACED_HOST, false);
	return oldest != NULL;
}

static bool ids_are_scarce(struct tp_ac *ac, const struct tp_access *access)
{
	return tp_ac_ids_of(ac, access)->count >= TP_AC_IDS - kept_free(TP_AC_IDS);
}

static bool slots_are_scarce(const struct tp_ac *ac)
{
	return ac->counters.slots_free <= kept_free(ac->table.max);
}

bool tp_ac_half_open_make_room(struct tp_ac *ac, const struct tp_access *access,
			       const struct tp_mac *mac)
{
	const struct tp_ac_half_open_limits *limits = &ac->ports[access->port].half_open_limits;
	const struct tp_ac_place *at[TP_AC_HALF_OPEN_PLACES];

	tp_ac_half_open_places(ac, access, mac, at);
	/* One that gives way in a narrow place is one less in the wide one. */
	if (bounded(at[TP_AC_HALF_OPEN_HOST], limits->mac, TP_AC_BOUND_MAC) ||
	    bounded(at[TP_AC_HALF_OPEN_VLAN], limits->vlan, TP_AC_BOUND_VLAN) ||
	    bounded(at[TP_AC_HALF_OPEN_PORT], limits->port, TP_AC_BOUND_PORT))
		return false;
	if (!ids_are_scarce(ac, access) && !slots_are_scarce(ac))
		return false;
	if (tp_ac_own_yields(ac, access, mac, NULL))
		return true;
	if (ids_are_scarce(ac, access))
		yields(at[TP_AC_HALF_OPEN_PORT], TP_AC_IDS, NULL, TP_AC_BOUND_TABLE);
	else
		yields(greediest_port(ac), ac->table.max, NULL, TP_AC_BOUND_TABLE);
	return false;
}

bool tp_ac_half_open_yields(struct tp_ac *ac, const struct tp_ac_server *server)
{
	return yields(tp_ac_half_open_port(ac, server->port), server->max_sessions, server,
		      TP_AC_BOUND_SERVER);
}
