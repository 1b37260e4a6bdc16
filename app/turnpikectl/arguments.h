/* SPDX-License-Identifier: BSD-3-Clause */
/* The arguments of the program as one line of RouterOS's commands. */
#pragma once

#include "ctl.h"

/* What was in quotes in the person's own shell has lost them: a name, a text or a value with blanks
 * in it gets them again, `remove "John Smith"` is about one item. One argument alone is a line as
 * it stands. NULL when memory is out; the caller frees it. */
char *ctl_join_arguments(const struct ctl *ctl, int count, char *const *arguments);
