/* SPDX-License-Identifier: BSD-3-Clause */
/* Which items a command means: `0,2`, `MT-User`, `*1F`, `[find disabled=yes]`, numbers=0. */
#pragma once

#include "ctl.h"

/* Reads the words from *NEXT on that name items, and moves *NEXT behind them. *ITEMS is a new
 * reference to an array of strings, names or .ids; without any such word it is empty. */
enum ctl_result ctl_select(struct ctl *ctl, const char *path, const struct ctl_words *words,
			   size_t *next, json_t **items);
/* The same of one word at most, as what follows may be bare words as well. */
enum ctl_result ctl_select_one(struct ctl *ctl, const char *path, const struct ctl_words *words,
			       size_t *next, json_t **items);
/* And of one item exactly, which VERB, the word before *NEXT, needs. */
enum ctl_result ctl_select_single(struct ctl *ctl, const char *verb, const char *path,
				  const struct ctl_words *words, size_t *next, json_t **items);
