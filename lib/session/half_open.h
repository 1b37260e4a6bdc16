/* SPDX-License-Identifier: BSD-3-Clause */
/* Sessions of which it is not yet known who they are, counted by place: a host, a VLAN, a port. */
#pragma once

#include "session/state.h"

/* half_open.c */
/* S, new, is half-open, and is so no more: it is known who it is, or it is over. */
void tp_ac_half_open_begin(struct tp_session *s);
void tp_ac_half_open_over(struct tp_session *s);
/* Before another begins at ACCESS: who must gives way. */
void tp_ac_half_open_make_room(struct tp_ac *ac, const struct tp_access *access,
			       const struct tp_mac *mac);
/* SERVER has all the sessions that it may: one that is half-open gives way, if the greediest place
 * is its. */
bool tp_ac_half_open_yields(struct tp_ac *ac, const struct tp_ac_server *server);
