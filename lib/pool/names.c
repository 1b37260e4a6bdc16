/* SPDX-License-Identifier: BSD-3-Clause */
#include "names.h"

#include <errno.h>
#include <string.h>

#include "pool.h"

int tp_pool_check_names(const char *name, const char **next_pool, struct tp_error *error)
{
	if (*next_pool == NULL)
		*next_pool = "";
	if (name[0] != '\0' && strlen(name) < TP_POOL_NAME_MAX &&
	    strlen(*next_pool) < TP_POOL_NAME_MAX)
		return 0;
	return tp_error_set(error, -EINVAL, name, "a pool's name has 1 to %d characters",
			    TP_POOL_NAME_MAX - 1);
}
