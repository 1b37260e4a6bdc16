/* SPDX-License-Identifier: BSD-3-Clause */
/* What a RADIUS server was told of each user's sessions, to see that nothing impossible is: octets
 * that become fewer, records of a session that never began or that is over. Of each user the last
 * two sessions are known, since records of different sessions may pass one another. One thread. */
#pragma once

#include "radius/packet.h"
#include "radius_server.h"

struct radius_ledger_session {
	uint64_t id; /* a hash of Acct-Session-Id; 0: none */
	uint64_t in, out;
	bool over;
};

struct radius_ledger_user {
	struct radius_ledger_session last, before;
};

struct radius_ledger {
	struct radius_ledger_user *users; /* by number */
	uint32_t count;
};

/* Enters a record with STATUS of the user with NUMBER, and counts what is not right. A record that
 * comes a second time is right. */
void radius_ledger_enter(struct radius_ledger *ledger, struct radius_server_counts *counts,
			 uint32_t number, uint32_t status, const struct tp_radius_packet *record);
void radius_ledger_clear(struct radius_ledger *ledger);
