/* SPDX-License-Identifier: BSD-3-Clause */
/* Something in control's place that keeps a real configuration, behind the real API: what the CLI's
 * tests talk to. */
#include "store_control.h"

#include "api/api.h"
#include "config/store.h"
#include "fake_control.h"

static int change(void *user, struct tp_config_change *prepared, const struct tp_config_item **item,
		  struct tp_error *error)
{
	*item = tp_config_commit(user, prepared);
	return 0;
}

static enum tp_api_command tune(void *user, struct tp_request *request)
{
	const json_t *item = json_object_get(request->body, ".id");

	if (item != NULL)
		tp_api_answer(request, TP_API_OK, json_pack("{s:O}", "ret", item));
	else
		tp_api_answer(request, TP_API_OK,
			      json_pack("{s:i, s:O*, s:[s]}", "changes", 3, "how",
					json_object_get(request->body, "how"), "warnings",
					"it hums"));
	return TP_API_ANSWERED;
}

/* What turnpikectl knows nothing of but by the schema. */
static const struct tp_verb verbs[] = {
	{"/system", "reload", "none", "reads the file", tune, NULL},
	{"/system", "tune", "none, or `{\"how\": TEXT, \"hard\": true}`",
	 "sets the strings, `how` hard they are", tune, NULL},
	{"/ppp/secret", "monitor", "none", "watches", tune, NULL},
	{"/ip/pool", "tap", "`{\".id\": NAME}`", "taps it", tune, NULL},
	{"/instrument", "tune", "none", "sets the strings", tune, NULL},
	{0},
};

const struct tp_menus *store_menus(void)
{
	static struct tp_menus menus;

	menus = fake_menus;
	menus.verbs = verbs;
	return &menus;
}

void store_answer(struct tp_config *config, struct tp_request *request)
{
	static const struct tp_live *const live[] = {NULL};
	static const struct tp_decorator decorators[TP_RESOURCES];
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
