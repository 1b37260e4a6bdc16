/* SPDX-License-Identifier: BSD-3-Clause */
/* Between connection.c and connection_interfaces.c. */
#pragma once

#include "connection.h"

/* Its interface's packets come to it. */
void connection_watch_tun(struct connection *c);

/* Is its interface as it was made? If not, it is put right. */
void connection_look_at_tun(struct connection *c);
