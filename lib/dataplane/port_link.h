/* SPDX-License-Identifier: BSD-3-Clause */
/* Whether a port's link is up. Drivers know, but for those that stand on an interface of the
 * kernel's without looking at it: AF_PACKET's and AF_XDP's say that it is up as long as they run.
 * Control. */
#pragma once

#include <stdbool.h>

struct tp_port;

/* PORT, which has been started, may be asked from now on, until tp_port_link_close(). */
void tp_port_link_open(struct tp_port *port);
void tp_port_link_close(struct tp_port *port);

/* GONE: somebody has deleted the interface (or taken it to another namespace), and with it what the
 * driver has of it. */
bool tp_port_link_up(const struct tp_port *port, bool *gone);
