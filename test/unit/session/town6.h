/* SPDX-License-Identifier: BSD-3-Clause */
/* The small town, with IPv6: whoever dials is let in, and what each name gets is a table here.
 * Pools of prefixes: links (2001:db8::/48 in /64), few (one), hosts (addresses), homes
 * (2001:db8:8000::/40 in /56), home (one). */
#pragma once

#include "fixture.h"

#define BOTH (TP_AC_IPV4 | TP_AC_IPV6)

struct sim *town6(void);
/* With more properties of the server "internet". */
struct sim *town6_with(const char *server);
void town6_pools(struct sim *sim);
/* What the table says of USER, to question ID. */
void town6_answer(struct sim *sim, uint64_t id, const char *user);
/* Client NUMBER is USER, and asks for FAMILIES; dialled, it comes up (or the test fails), or may.
 */
struct sim_client *town6_client(struct sim *sim, unsigned number, const char *user,
				uint8_t families);
struct sim_client *town6_dial(struct sim *sim, unsigned number, const char *user, uint8_t families);
struct sim_client *town6_try(struct sim *sim, unsigned number, const char *user, uint8_t families);
/* All agree, then all go, and nothing is left. */
void town6_done(struct sim *sim);
