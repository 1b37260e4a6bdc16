/* SPDX-License-Identifier: BSD-3-Clause */
/* What properties that mean nothing here may be: RouterOS's own defaults, and whatever else asks
 * for nothing. */
#include "config/schema/neutral.h"

#include <stddef.h>

const char *const tp_neutral_default[] = {"default", "no", NULL};
const char *const tp_neutral_no[] = {"no", "false", NULL};
const char *const tp_neutral_yes[] = {"yes", "true", NULL};
const char *const tp_neutral_none[] = {"none", "", NULL};
const char *const tp_neutral_empty[] = {"", NULL};
/* RouterOS's own that are plain queues, which a session has in any case. */
const char *const tp_neutral_queue[] = {"default-small/default-small",
					"default-small",
					"default",
					"default/default",
					"ethernet-default",
					"ethernet-default/ethernet-default",
					"multi-queue-ethernet-default",
					"multi-queue-ethernet-default/multi-queue-ethernet-default",
					NULL};
const char *const tp_neutral_place[] = {"", "bottom", "first", NULL};
const char *const tp_neutral_scope[] = {"30", NULL};
const char *const tp_neutral_target[] = {"10", NULL};
const char *const tp_neutral_main[] = {"main", NULL};
const char *const tp_neutral_unicast[] = {"unicast", NULL};
const char *const tp_neutral_enabled[] = {"enabled", NULL};
const char *const tp_neutral_auto[] = {"auto", NULL};
const char *const tp_neutral_mtu[] = {"1500", NULL};
const char *const tp_neutral_loop[] = {"default", "off", NULL};
const char *const tp_neutral_send[] = {"5s", NULL};
const char *const tp_neutral_five[] = {"5m", NULL};
const char *const tp_neutral_ten[] = {"10m", "00:10:00", NULL};
const char *const tp_neutral_zero[] = {"0s", "00:00:00", "0", NULL};
const char *const tp_neutral_any[] = {"any", NULL};
const char *const tp_neutral_radsec[] = {"3300ms", "3s300ms", NULL};
