/* SPDX-License-Identifier: BSD-3-Clause */
/* Which links of a connection are dialled when, what part each plays, and what the end of one comes
 * to. */
#pragma once

#include "connection.h"

void dialling_init(struct connection *c);

/* Dials now: the one that is next, or all links of a bundle. */
void dialling_dial(struct connection *c);

/* The interface of LINK may be usable again: if it was for want of it that LINK waits, it is
 * dialled soon. */
void dialling_usable(struct connection *c, struct link *link);

/* Waits for a packet that wants out. */
void dialling_wait(struct connection *c);

/* Dials what is due. */
void dialling_tick(struct connection *c);

/* LINK, which is authenticated, carries packets as the active one does: the network is up. */
void dialling_carry(struct connection *c, struct link *link);

/* Those that were held may begin, as far as they may. */
void dialling_open_held(struct connection *c);

/* struct link_ops; OWNER is the connection. */
bool dialling_may_open(void *owner, struct link *link);
enum link_part dialling_admitted(void *owner, struct link *link);
void dialling_leaving(void *owner, struct link *link);
void dialling_network_frame(void *owner, struct link *link, const uint8_t *frame, size_t len);
void dialling_ended(void *owner, struct link *link, const struct link_end *end);
