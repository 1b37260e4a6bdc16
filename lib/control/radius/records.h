/* SPDX-License-Identifier: BSD-3-Clause */
/* Accounting in the daemon: the records of lib/accounting, their queue and store, put to the
 * servers of the configuration.
 *
 * At the start sessions that go on from before do so without a word. Else come first what waited
 * from before and the Stops of sessions that the daemon did not see end; then, if none goes on,
 * Accounting-On, by which a server closes whatever else it has; then the sessions of
 * this start. At the end come the Stops, then Accounting-Off. None of these waits for ever for what
 * goes before it: a server that acknowledges no Accounting-On gets the rest five minutes later.
 *
 * Without a server for accounting there are no records, and of sessions that no server is for there
 * are none either; the log says so. Control thread. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "accounting/sessions.h"
#include "accounting/store.h"

struct tp_control;
struct tp_control_accounting;

/* -ENOMEM. */
int tp_control_accounting_create(struct tp_control *c, struct tp_control_accounting **a);

/* NULL is fine. Records that wait are in the store. */
void tp_control_accounting_destroy(struct tp_control_accounting *a);

/* As the configuration in force has it. */
void tp_control_accounting_apply(struct tp_control *c);

void tp_control_accounting_event(struct tp_control *c, const struct tp_ac_event *event);

/* The interval of S's interim updates has changed: servers are told how much it used until then,
 * and the interval until the next time is the new one. */
void tp_control_accounting_changed(struct tp_control *c, const struct tp_line *line);

/* A server has come back. */
void tp_control_accounting_wake(struct tp_control *c);

/* Of a turn of the loop; true: there was work. */
bool tp_control_accounting_turn(struct tp_control *c);

struct tp_control_accounting_numbers {
	uint32_t sessions; /* that servers are told of */
	uint32_t lost;	   /* of these, such as don't stand any more: it should be none */
	uint32_t oldest_s; /* how long the oldest record has waited; 0: none does */
	bool on_disk;	   /* records outlive the daemon */
	struct tp_record_queue_counters queue;
	struct tp_record_store_counters store; /* zero if they do not */
};

void tp_control_accounting_numbers(struct tp_control *c, struct tp_control_accounting_numbers *n);

/* The daemon ends and its sessions don't: nothing that waits would be lost. */
bool tp_control_accounting_at_rest(struct tp_control *c);

/* The daemon ends: says so, once, and returns whether all has been acknowledged. */
bool tp_control_accounting_closed(struct tp_control *c);
