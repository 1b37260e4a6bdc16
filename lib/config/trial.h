/* SPDX-License-Identifier: BSD-3-Clause */
/* Would several changes go, one after the other? Each is put where it would be, so that the next is
 * checked beside it; at the end all are taken out again, and nobody but the store has seen them.
 * What is refused in the middle has cost nobody his session then.
 *
 *	struct tp_config_trial *trial = tp_config_trial_begin(config);
 *	while (… error = tp_config_prepare_…(config, …, &change, &e), error == 0)
 *		error = tp_config_trial_put(trial, change);
 *	tp_config_trial_end(trial);
 *
 * The thread that owns the configuration; nothing else may happen to it meanwhile. */
#pragma once

#include "config/store.h"

/* NULL when memory is out. */
struct tp_config_trial *tp_config_trial_begin(struct tp_config *config);

/* Takes CHANGE, even when it fails, with -ENOMEM. */
int tp_config_trial_put(struct tp_config_trial *trial, struct tp_config_change *change);

void tp_config_trial_end(struct tp_config_trial *trial); /* NULL is fine */
