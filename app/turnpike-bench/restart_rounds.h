/* SPDX-License-Identifier: BSD-3-Clause */
/* What `turnpike-bench restart` does: a city dials, packets go both ways, others come and go, and
 * at random moments the daemon ends and is started again. One thread. */
#pragma once

#include "city_options.h"
#include "own_server.h"
#include "restart_report.h"
#include "trial.h"

struct restart_options {
	struct city_options common;
	struct trial trial;
	struct radius_server_options radius_server;
	bool radius, term;
	unsigned restarts;
	uint32_t measured; /* --sessions; those who come and go are behind them */
};

/* RESULT's rounds are to be freed. False: no memory, or nobody came up. */
bool restart_run(const struct restart_options *options, struct own_server *server,
		 struct city *city, struct core_side *core, struct restart_result *result);
