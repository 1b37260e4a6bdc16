/* SPDX-License-Identifier: BSD-3-Clause */
/* What the names of pools must be, of either family. Private to lib/pool. */
#pragma once

#include "base/error.h"

/* Can a pool be called NAME, and be followed by *NEXT_POOL? NULL there is "": by none. -EINVAL. */
int tp_pool_check_names(const char *name, const char **next_pool, struct tp_error *error);
