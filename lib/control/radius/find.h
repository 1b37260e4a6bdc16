/* SPDX-License-Identifier: BSD-3-Clause */
/* The session that a CoA-Request or Disconnect-Request names. Control thread. */
#pragma once

#include "config/store.h"
#include "pool/pool.h"
#include "radius/dynamic.h"
#include "radius/identity.h"
#include "session/session.h"

struct tp_radius_finder {
	const struct tp_ac *ac;
	const struct tp_pool_registry *pools;
	const struct tp_pool6_registry *pools6;
	const struct tp_config *config;
	const struct tp_radius_nas *nas; /* how its texts are made */
};

/* The one session that agrees with all that REQUEST says of it; of a bundle that is the bundle's,
 * unless one link alone is named. Otherwise TP_RADIUS_ERROR_SESSION_NOT_FOUND, or
 * TP_RADIUS_ERROR_MULTIPLE_SELECTION. Not linear in sessions for what names one by Acct-Session-Id,
 * Acct-Multi-Session-Id, NAS-Port, Framed-IP-Address, User-Name, or a MAC address. */
enum tp_radius_error tp_radius_find_session(const struct tp_radius_finder *finder,
					    const struct tp_radius_dynamic_request *request,
					    const struct tp_line **line);
