/* SPDX-License-Identifier: BSD-3-Clause */
/* Static entries of /interface/pppoe-server, and the sessions that are theirs at the moment. The
 * traffic of an entry is counted over all its sessions. Control thread. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "config/store.h"
#include "dataplane/sessions.h"
#include "session/session.h"

struct tp_interfaces;

struct tp_interfaces *tp_interfaces_create(void);	      /* NULL: no memory */
void tp_interfaces_destroy(struct tp_interfaces *interfaces); /* NULL is fine */

/* The entry as the configuration has it now, new or changed. A session that it no longer fits
 * goes on as a dynamic interface. -ENOMEM: then nothing has changed. */
int tp_interfaces_put(struct tp_interfaces *interfaces, const struct tp_config_static *entry);

/* Its session goes on as a dynamic interface. */
void tp_interfaces_remove(struct tp_interfaces *interfaces, uint32_t id);

/* A session has come up: the first free entry of its user (and service) becomes its interface,
 * unless it has one. */
void tp_interfaces_up(struct tp_interfaces *interfaces, const struct tp_session_info *info);

/* The session is over, with this traffic. */
void tp_interfaces_down(struct tp_interfaces *interfaces, uint64_t session,
			const struct tp_session_counters *counters);

/* The entry that is the interface of the session with this id; 0: none. */
uint32_t tp_interfaces_of_session(const struct tp_interfaces *interfaces, uint64_t session);

/* The session that the entry is the interface of; 0: none. COUNTERS: the traffic of those before
 * it. */
uint64_t tp_interfaces_session(const struct tp_interfaces *interfaces, uint32_t id,
			       struct tp_session_counters *counters);
