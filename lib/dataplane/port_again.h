/* SPDX-License-Identifier: BSD-3-Clause */
/* A port under AF_PACKET whose interface is deleted, and made again: DPDK's device is left, and
 * another made of the interface that has the name. Control thread. */
#pragma once

#include <stdbool.h>

#include "base/error.h"
#include "dataplane/port.h"

struct tp_dataplane;

/* Can PORT's device be made again? Of other drivers it is the start's affair. */
bool tp_port_comes_again(const struct tp_port *port);

/* Has PORT a device? */
bool tp_port_is_there(const struct tp_port *port);

/* What PORT's devices, this one and those before it, have counted. */
struct tp_port_stats tp_port_stats(const struct tp_port *port);
