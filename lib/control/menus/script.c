/* SPDX-License-Identifier: BSD-3-Clause */
/* /system/scheduler and /system/script: there are none. Panels look there for what they have put
 * there, and go on when they find nothing, and when a new one is refused. */
#include "control/menus/menus.h"

#define FIXED "scripts of RouterOS are not run here; cron(8) and turnpikectl do what they do"

static json_t *none_next(void *user, uint64_t *cursor)
{
	return NULL;
}

/* clang-format off */
static const struct tp_status scheduler_status[] = {
	TP_STATUS_ID,
	{"name", "Its name"},
	{"interval", "How often it is run"},
	{"on-event", "What is run"},
	{"next-run", "When it is run next"},
	{"disabled", "Not in use"},
	TP_STATUS_END,
};

static const struct tp_status script_status[] = {
	TP_STATUS_ID,
	{"name", "Its name"},
	{"source", "What it does"},
	{"owner", "Whose it is"},
	TP_STATUS_END,
};
/* clang-format on */

const struct tp_live tp_live_scheduler = {
	.path = "/system/scheduler",
	.help = "Always empty: " FIXED,
	.status = scheduler_status,
	.next = none_next,
	.fixed = FIXED,
};

const struct tp_live tp_live_script = {
	.path = "/system/script",
	.help = "Always empty, for the same reason",
	.status = script_status,
	.next = none_next,
	.fixed = FIXED,
};
