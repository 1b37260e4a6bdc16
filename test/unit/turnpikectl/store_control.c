/* SPDX-License-Identifier: BSD-3-Clause */
/* Something in control's place that keeps a real configuration, behind the real API: what the CLI's
 * tests talk to. */
#include "store_control.h"

#include "api/api.h"
#include "config/store.h"

static int change(void *user, struct tp_config_change *prepared, const struct tp_config_item **item,
		  struct tp_error *error)
{
	*item = tp_config_commit(user, prepared);
	return 0;
}

void store_answer(struct tp_config *config, struct tp_request *request)
{
	static const struct tp_live *const live[] = {NULL};
	static const struct tp_decorator decorators[TP_RESOURCES];
	static const struct tp_verb verbs[] = {{0}};
	static const struct tp_menus menus = {
		.program = TP_PROGRAM_SERVER,
		.live = live,
		.decorators = decorators,
		.verbs = verbs,
	};
	const struct tp_api api = {
		.config = &config,
		.menus = &menus,
		.change = change,
		.user = config,
	};

	tp_api_execute(&api, request);
}
