/* SPDX-License-Identifier: BSD-3-Clause */
/* A small town of the simulation (test/sim) on a perfect wire, and frames by hand. */
#pragma once

#include "pppoe/ac.h"
#include "sim.h"

/* With four users: alice, bob (fixed address and route), carol (disabled), dave (another host's).
 * Passwords are "pw-" and the name. Clients 0 and 1 are alice and bob, the others as asked. */
struct sim *town(void);
/* The same with more properties of the server "internet". */
struct sim *town_with(const char *server);
/* SOURCE, handed the sim, is asked before the local secrets. */
struct sim *town_with_source(const char *server, const struct tp_aaa_source_ops *source);
struct sim *town_asking(const struct tp_aaa_source_ops *source);

struct sim_client *town_client(struct sim *sim, unsigned number, const char *user);
/* Dials client NUMBER as USER and waits; fails unless it comes up. */
struct sim_client *town_dial(struct sim *sim, unsigned number, const char *user);
/* Dials and waits; it may come to nothing, and is not tried again. */
struct sim_client *town_try(struct sim *sim, unsigned number, const char *user);

/* The only session of CLIENT. */
const struct tp_line *town_line(struct sim *sim, const struct sim_client *client);
struct tp_session_info town_info(struct sim *sim, const struct sim_client *client);

/* A discovery frame from SRC with the given tags, each TYPE, LEN, BYTES. */
void town_discovery(struct sim *sim, const struct tp_access *access, const struct tp_mac *src,
		    const struct tp_mac *dst, uint8_t code, uint16_t session_id,
		    const char *service);
extern const struct tp_mac town_ac_mac, town_broadcast;

const struct tp_pppoe_ac_stats *town_stats(const struct sim *sim);
