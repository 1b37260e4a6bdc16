/* SPDX-License-Identifier: BSD-3-Clause */
/* What the client may do: of root's rights it keeps those over networks alone. */
#pragma once

#include <stdbool.h>
#include <sys/types.h>

#include "base/error.h"

/* The ids of the user NAME; false: there is none. */
bool privileges_user(const char *name, uid_t *uid, gid_t *gid);

/* Has the process what it takes to dial, or, without INTERFACES, to listen? */
bool privileges_suffice(bool interfaces);

/* Takes a higher priority, gives up all capabilities but CAP_NET_ADMIN,
 * CAP_NET_RAW and CAP_NET_BIND_SERVICE (the API on 443), for good, and becomes USER, unless it is
 * NULL. Before there are other threads. 0, or
 * a negative errno with ERROR filled in. */
int privileges_drop(const char *user, struct tp_error *error);
