/* SPDX-License-Identifier: BSD-3-Clause */
/* What the daemon may do. It starts as root, with what DPDK wants to take hold of memory and NICs,
 * and keeps of that what its work takes, see docs/user-guide.md. */
#pragma once

#include "base/error.h"

/* Gives up all capabilities but those that are needed from now on, in all threads there are, for
 * good; threads made later have no more. Who has less already keeps less. 0, or a negative errno
 * and ERROR. */
int privileges_drop(struct tp_error *error);
