/* SPDX-License-Identifier: BSD-3-Clause */
/* What a CoA-Request makes of what a standing session gets. Pure; one thread, that of the names. */
#pragma once

#include "radius/dynamic.h"
#include "radius/grant.h"

struct tp_radius_change {
	struct tp_aaa_local *profiles;
	const char *default_profile; /* of the server that the session came in by */
	bool filter_id;		     /* a Filter-Id is a rate, as accel-ppp has it */
};

/* NOW, cleared before, is what a session that has HAD is to get by REQUEST: as at a login, what the
 * server gives itself goes before what its Mikrotik-Group, or the profile of before, says. What
 * names the session is not changed. Anything but TP_RADIUS_NO_ERROR: NOW has nothing, and WHY is a
 * clause for the log. */
enum tp_radius_error tp_radius_change(const struct tp_radius_change *how,
				      const struct tp_radius_dynamic_request *request,
				      const struct tp_subscriber *had, struct tp_subscriber *now,
				      char why[TP_RADIUS_WHY]);
