/* SPDX-License-Identifier: BSD-3-Clause */
/* The daemon's resources behind /rest. Control thread. */
#pragma once

#include "api/api.h"
#include "control/control.h"
#include "control/control_private.h"

/* Beside those of menus/menus.h: */
extern const struct tp_live tp_live_accounting; /* /radius/accounting */
extern const struct tp_live tp_live_journal;	/* /system/journal */
extern const struct tp_live tp_live_reconcile;	/* /system/reconcile */
extern const struct tp_live tp_live_subscriber; /* /ppp/subscriber */

/* Puts CHANGE into force, whole, with the item in *ITEM; or not at all, with a negative errno. It
 * is gone in any case. */
int tp_control_change(struct tp_control *c, struct tp_config_change *change,
		      const struct tp_config_item **item, struct tp_error *e);
