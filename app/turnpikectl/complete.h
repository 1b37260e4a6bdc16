/* SPDX-License-Identifier: BSD-3-Clause */
/* What may stand at a place of a line: menus, commands, properties, the values that a property can
 * have, and the names of items, from the schema and the daemon; for completion, and for help. */
#pragma once

#include "ctl.h"

struct ctl_candidate {
	char *text; /* could stand in place of the last STEM bytes before the cursor */
	char *help; /* one line; "": there is nothing to say */
	enum ctl_colour kind;
};

struct ctl_candidates {
	struct ctl_candidate *list;
	size_t count;
	size_t stem;
	char about[512]; /* of what is wanted here; "": the list says it all */
};

/* What could stand at the end of TEXT, the line up to the cursor. */
void ctl_complete(struct ctl *ctl, const char *text, struct ctl_candidates *candidates);
void ctl_candidates_free(struct ctl_candidates *candidates);

/* How many first bytes all candidates share. */
size_t ctl_candidates_common(const struct ctl_candidates *candidates);

/* Is the end of TEXT within quotes? */
bool ctl_in_quotes(const char *text);
