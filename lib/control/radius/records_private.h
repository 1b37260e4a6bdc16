/* SPDX-License-Identifier: BSD-3-Clause */
/* Between records.c and its neighbours: records_send.c, which has what goes to servers, and
 * records_before.c, which has what an earlier start has left. */
#pragma once

#include <sys/queue.h>

#include "control/control_private.h"
#include "control/radius/radius.h"
#include "control/radius/records.h"
#include "radius/groups.h"

/* A session of before that nobody saw end. */
struct orphan {
	struct orphan *next;
	uint64_t session;
	uint32_t unix_s;
	size_t len;
	uint8_t bytes[];
};

/* What may be sent now. */
enum gate {
	GATE_BACKLOG, /* what was there before Accounting-On */
	GATE_ON,      /* and that itself */
	GATE_OPEN,    /* all */
	GATE_STOPS,   /* all but Accounting-Off */
};

/* A record that is with the servers. */
struct flight {
	struct tp_control_accounting *a;
	void *token; /* NULL: nobody waits for the answer */
	uint32_t unix_s;
	uint32_t group; /* of On and Off: the first server's id; else 0 */
	LIST_ENTRY(flight) entry;
};

struct tp_control_accounting {
	struct tp_control *c;
	struct tp_record_queue *queue;
	struct tp_record_store *store; /* NULL: in memory alone */
	struct tp_accounting *sessions;
	bool opened; /* the store, or there is to be none; and On was said */
	bool closing;
	uint8_t gate;	   /* enum gate */
	uint64_t gate_ms;  /* when it came to be so, or a server first acknowledged something */
	uint64_t gate_seq; /* of Accounting-On, or -Off */
	struct tp_radius_groups whole;	     /* On or Off, on its way */
	bool heard;			     /* a server has acknowledged something */
	bool told_none;			     /* the log: that there is no server */
	uint64_t homeless, homeless_told_ms; /* times that there was no server for a record */
	LIST_HEAD(, flight) flights;
	struct orphan *orphans;
	struct orphan **last_orphan;
	uint64_t restored, closed; /* at the start: records, sessions */
	uint64_t going_on;	   /* sessions that were restored */
};

/* Seconds since 1970. */
uint32_t tp_control_accounting_wall_s(void *owner);

/* The queue's: see struct tp_record_queue_setup. */
int tp_control_accounting_send(void *owner, const struct tp_record *record, const uint8_t *bytes,
			       void *token);
/* Is there a server for accounting of USER (NULL: of anybody)? */
bool tp_control_accounting_wanted(void *owner, const char *user, const char *service_name);
/* An On or Off that a group of servers has had, when there is a later one, which says all that it
 * says: the other groups, which may be silent for long, are not owed it any more. */
void tp_control_accounting_drop_superseded(struct tp_control_accounting *a);
/* What is with servers is forgotten. */
void tp_control_accounting_forget_flights(struct tp_control_accounting *a);

/* Once: what waits from before, and the sessions that nobody saw end. */
void tp_control_accounting_begin(struct tp_control_accounting *a,
				 const struct tp_config_ppp_aaa *aaa);
