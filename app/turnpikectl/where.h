/* SPDX-License-Identifier: BSD-3-Clause */
/* Conditions: `where name=x rate>5 !disabled comment~"^new"`. All of them must hold. */
#pragma once

#include <jansson.h>

#include "parse.h"

/* Checks the words of a condition from FIRST on. Equalities go into *QUERY, which the daemon
 * answers; a new reference. 0, or -EINVAL and MISTAKE. */
int ctl_where(const struct ctl_words *words, size_t first, json_t **query,
	      struct ctl_mistake *mistake);

/* Does ITEM meet the conditions that are not equalities? */
bool ctl_where_matches(const struct ctl_words *words, size_t first, const json_t *item);
