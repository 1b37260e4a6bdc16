/* SPDX-License-Identifier: BSD-3-Clause */
/* Lines of which it is not yet known who they are, counted by place: a host, a VLAN, a port. */
#pragma once

#include "session/state.h"

/* half_open.c */
/* LINE, new, is half-open, and is so no more: it is known who it is, or it is over. */
void tp_ac_half_open_begin(struct tp_line *line);
void tp_ac_half_open_over(struct tp_line *line);
/* Where MAC would be at ACCESS, from wide to narrow; NULL: nobody is half-open there. */
enum {
	TP_AC_HALF_OPEN_PORT,
	TP_AC_HALF_OPEN_VLAN,
	TP_AC_HALF_OPEN_HOST,
	TP_AC_HALF_OPEN_PLACES,
};
void tp_ac_half_open_places(const struct tp_ac *ac, const struct tp_access *access,
			    const struct tp_mac *mac,
			    const struct tp_ac_place *at[TP_AC_HALF_OPEN_PLACES]);
const struct tp_ac_place *tp_ac_half_open_port(const struct tp_ac *ac, uint16_t port);
/* How many are half-open in P; of NULL, none. */
uint32_t tp_ac_half_open_count(const struct tp_ac_place *p);
/* The oldest line of the greediest place within P. */
struct tp_line *tp_ac_half_open_oldest(const struct tp_ac_place *p);

/* give_way.c */
/* Before another of MAC begins at ACCESS: who must gives way. True: a session of that host did. */
bool tp_ac_half_open_make_room(struct tp_ac *ac, const struct tp_access *access,
			       const struct tp_mac *mac);
/* The oldest session of MAC at ACCESS ends for a new one of it; it must be of SERVER, NULL: of any.
 * False: there is none. */
bool tp_ac_own_yields(struct tp_ac *ac, const struct tp_access *access, const struct tp_mac *mac,
		      const struct tp_ac_server *server);
/* SERVER has all the sessions that it may: one that is half-open gives way, if the greediest place
 * is its. */
bool tp_ac_half_open_yields(struct tp_ac *ac, const struct tp_ac_server *server);
