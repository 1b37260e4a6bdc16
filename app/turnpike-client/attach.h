/* SPDX-License-Identifier: BSD-3-Clause */
/* A link and its Ethernet interface: what is opened on it anew at each dial, so that one that was
 * renamed, moved, made anew, or has another address or MTU is taken as it is; and what happens to
 * it meanwhile. */
#pragma once

#include "link.h"

/* Sockets, and what depends on the interface's address and MTU. 0, or a negative errno with ERROR
 * filled in: -ENODEV there is no such interface, -ENETDOWN nothing can pass. */
int attach(struct link *link, struct tp_error *error);
void detach(struct link *link);

/* Without an interface, as the link begins. 0, or a negative errno with ERROR filled in. */
int attach_nothing(struct link *link, struct tp_error *error);

/* What the settings want, as far as the interface and our buffers carry it. */
uint16_t attach_wanted(const struct link *link, uint16_t setting);

/* Why what goes on over the interface can't go on, as it is now; NULL: it can. */
const char *attach_trouble(const struct link *link);

/* link.c's. */
extern const struct tp_client_ops link_client_ops;
