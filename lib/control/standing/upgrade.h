/* SPDX-License-Identifier: BSD-3-Clause */
/* The ends that operators ask for: /system/shutdown, and /system/upgrade, by which what is by now
 * in the program's file takes over, and sessions stand. Control thread. */
#pragma once

#include "api/menus.h"
#include "control/control.h"

struct tp_upgrade;

/* For SETUP's program and file of the configuration. NULL: there can be no upgrade. */
struct tp_upgrade *tp_upgrade_create(const struct tp_control_setup *setup);
void tp_upgrade_destroy(struct tp_upgrade *upgrade); /* NULL is fine */

/* Has the new program said that it can start? Then this one ends. */
void tp_upgrade_poll(struct tp_control *c);

/* The verbs, for struct tp_verb: USER is the struct tp_control. */
enum tp_api_command tp_verb_shutdown(void *user, struct tp_request *request);
enum tp_api_command tp_verb_upgrade(void *user, struct tp_request *request);

#define TP_SHUTDOWN_BODY "none, or `{\"disconnect\": true}`"
#define TP_SHUTDOWN_HELP                                                                           \
	"ends the daemon as SIGTERM does; `disconnect`: all sessions end, or stand on "            \
	"(`false`), whatever /management says"
#define TP_UPGRADE_BODY "none"
#define TP_UPGRADE_HELP                                                                            \
	"leaves the sessions standing, and starts what is by now in the program's file; answers "  \
	"when that has said that it can start (`turnpike --check`); 409: it can't, or there is "   \
	"no "                                                                                      \
	"journal for the sessions, and nothing has changed"
