/* SPDX-License-Identifier: BSD-3-Clause */
/* Completion: menus, commands, properties, the values that a property can have, and the names of
 * items, from the schema and the daemon. */
#pragma once

#include "ctl.h"

struct ctl_candidates {
	char **texts; /* each could stand in place of the last STEM bytes before the cursor */
	size_t count;
	size_t stem;
};

/* What could stand at the end of TEXT, the line up to the cursor. */
void ctl_complete(struct ctl *ctl, const char *text, struct ctl_candidates *candidates);
void ctl_candidates_free(struct ctl_candidates *candidates);

/* How many first bytes all candidates share. */
size_t ctl_candidates_common(const struct ctl_candidates *candidates);
