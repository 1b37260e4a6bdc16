/* SPDX-License-Identifier: BSD-3-Clause */
/* Conditions as RouterOS has them:
 *	where name=x && rate>5 || !(disabled or comment~"^new") address in 10.0.0.0/8
 * What is not understood is a mistake: nothing is passed over. */
#pragma once

#include <jansson.h>

#include "menu.h"
#include "parse.h"

/* Reads the condition that WORDS are from FIRST on, about items of MENU. *QUERY is what the daemon
 * is asked: query words (docs/api.md), a new reference. 0, or -EINVAL and MISTAKE. */
int ctl_where(const struct ctl_menu *menu, const struct ctl_words *words, size_t first,
	      json_t **query, struct ctl_mistake *mistake);
