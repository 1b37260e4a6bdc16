/* SPDX-License-Identifier: BSD-3-Clause */
/* Places whose new clients are to look elsewhere: they hear nothing, as if nobody were there. */
#include "session/engine.h"

#include <string.h>

void tp_ac_drains_set(struct tp_ac *ac, const struct tp_ac_drain *drains, unsigned count)
{
	ac->drain_count = count < TP_AC_DRAINS_MAX ? count : TP_AC_DRAINS_MAX;
	memcpy(ac->drains, drains, ac->drain_count * sizeof(*drains));
}

bool tp_ac_drain_takes(const struct tp_ac_drain *drain, uint32_t server, uint16_t port)
{
	return (drain->server == 0 || drain->server == server) &&
	       (drain->port == TP_AC_ANY_PORT || drain->port == port);
}

bool tp_ac_is_drained(const struct tp_ac *ac, const struct tp_ac_server *server)
{
	for (unsigned i = 0; i < ac->drain_count; i++)
		if (tp_ac_drain_takes(&ac->drains[i], server->id, server->port))
			return true;
	return false;
}
