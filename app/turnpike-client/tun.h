/* SPDX-License-Identifier: BSD-3-Clause */
/* The TUN interface that a connection appears as. */
#pragma once

#include "base/error.h"

/* Creates the TUN interface NAME, which lasts as long as the descriptor returned: bare IP packets
 * are read from and written to it, without blocking. *IFINDEX is its index. A negative errno
 * with ERROR filled in when it fails. */
int tun_open(const char *name, int *ifindex, struct tp_error *error);
