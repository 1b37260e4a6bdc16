/* SPDX-License-Identifier: BSD-3-Clause */
/* Which accounting records are due: Start when a session first has its address, Interim-Updates
 * while it stands, Stop when it has ended, of which each session has exactly one; On when the
 * daemon begins and Off when it ends. They go into a queue (accounting/queue.h).
 *
 * No I/O; the sessions' thread. The time is monotonic milliseconds, and what the clock on the wall
 * says beside it. */
#pragma once

#include "accounting/queue.h"
#include "base/random.h"
#include "radius/accounting.h"
#include "session/session.h"

struct tp_accounting;

struct tp_accounting_settings {
	bool enabled;
	uint32_t interim_s;	  /* when the server does not say; 0: none */
	struct tp_radius_nas nas; /* its texts hold until the next settings */
};

struct tp_accounting_setup {
	const struct tp_ac *ac; /* to find sessions in */
	struct tp_record_queue *queue;
	struct tp_random *random; /* for jitter: not all at once */
	/* Is there a server that is to hear of USER, who dialled SERVICE_NAME? Of those that none
	 * is to hear of there are no records, which would wait for ever. */
	bool (*wanted)(void *owner, const char *user, const char *service_name);
	/* What has gone through S since it began. */
	void (*usage)(void *owner, const struct tp_line *line, struct tp_session_counters *usage);
	uint32_t (*unix_s)(void *owner); /* the clock on the wall */
	void *owner;
};

/* NULL: no memory. */
struct tp_accounting *tp_accounting_create(const struct tp_accounting_setup *setup,
					   uint64_t now_ms);

/* NULL is fine. */
void tp_accounting_destroy(struct tp_accounting *accounting);

/* Sessions that stand when it is enabled, or when there is a server for them for the first time,
 * are told of by and by, in tp_accounting_tick(), with a Start as of when they came up; and get
 * another interval likewise. Those told of already are told to the end, also when it is disabled.
 * ON: the first record is to be Accounting-On. */
void tp_accounting_set(struct tp_accounting *accounting,
		       const struct tp_accounting_settings *settings, bool on, uint64_t now_ms);

/* Before that: servers were told of the session of LINE by the daemon before, which has been
 * followed by this one without an end. -ENOMEM. */
int tp_accounting_go_on(struct tp_accounting *accounting, const struct tp_line *line);

/* Likewise: it has been told that the session of LINE was over, whatever may have brought it back.
 * It makes no records any more. -ENOMEM. */
int tp_accounting_is_over(struct tp_accounting *accounting, const struct tp_line *line);

/* Each event of the sessions' engine. */
void tp_accounting_event(struct tp_accounting *accounting, const struct tp_ac_event *event);

/* The daemon ends. */
void tp_accounting_off(struct tp_accounting *accounting, uint64_t now_ms);

/* Interims that are due, and sessions that are to be looked at, at most LIMIT of each. True: there
 * may be more. */
bool tp_accounting_tick(struct tp_accounting *accounting, uint64_t now_ms, unsigned limit);

/* Sessions with a Start and without a Stop, and those that stand though they are over. */
uint32_t tp_accounting_standing(const struct tp_accounting *accounting);

/* How many of these don't stand any more: it should be none. */
uint32_t tp_accounting_lost(const struct tp_accounting *accounting);

/* What servers are told of the session of INFO; its texts are INFO's. */
struct tp_radius_session tp_accounting_session(const struct tp_session_info *info);

/* Acct-Terminate-Cause of REASON: RFC 2866, section 5.10. */
enum tp_radius_cause tp_accounting_cause(enum tp_end_reason reason);
