/* SPDX-License-Identifier: BSD-3-Clause */
/* /interface/monitor-traffic: what passes in a second, measured while it is waited for. Control
 * thread. */
#pragma once

#include "api/menus.h"

#define TP_TRAFFIC_BODY                                                                            \
	"`{\"interface\": NAMES, \"once\": \"\", \"interval\": \"1s\", \"duration\": \"1m\"}`, "   \
	"all but "                                                                                 \
	"`interface` may be left out"
#define TP_TRAFFIC_HELP                                                                            \
	"measures for a second, or for `interval` (at most 8s), what passes by up to 64 "          \
	"interfaces, ports and sessions, and answers with a list; without `once` again and "       \
	"again, for `duration` or a minute, by RouterOS's API until `/cancel`"

enum tp_api_command tp_verb_traffic(void *user, struct tp_request *request);
extern const struct tp_status tp_traffic_status[];
