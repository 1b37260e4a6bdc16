/* SPDX-License-Identifier: BSD-3-Clause */
/* The start: what the last daemon has left is judged, and goes on. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/log.h"
#include "control/standing/standing_private.h"

#define ATTEMPTS_MAX 3 /* starts that came to nothing: then it may be what they read */

/* ---- counters -------------------------------------------------------------------------------- */

static void most(uint64_t *n, uint64_t other)
{
	if (other > *n)
		*n = other;
}

/* What was counted until the last moment, if that is known, and never less than was written. */
static void at_least(struct tp_session_counters *n, const struct tp_session_counters *i)
{
	most(&n->packets_in, i->packets_in);
	most(&n->bytes_in, i->bytes_in);
	most(&n->packets_out, i->packets_out);
	most(&n->bytes_out, i->bytes_out);
	most(&n->ipv6_packets_in, i->ipv6_packets_in);
	most(&n->ipv6_bytes_in, i->ipv6_bytes_in);
	most(&n->ipv6_packets_out, i->ipv6_packets_out);
	most(&n->ipv6_bytes_out, i->ipv6_bytes_out);
	most(&n->drops_in, i->drops_in);
	most(&n->drops_out, i->drops_out);
}

const struct tp_session_counters *tp_standing_counters(struct tp_control *c, uint64_t accounting_id)
{
	struct tp_standing *st = c->standing;

	if (st == NULL || st->head == NULL)
		return NULL;
	st->begin = (struct tp_session_counters){0};
	if (tp_live_last_find(st->counted, accounting_id, &st->begin))
		st->last.from_file++;
	if (st->head->accounting_id == accounting_id)
		at_least(&st->begin, &st->head->counters);
	return &st->begin;
}

bool tp_standing_last_counted(const struct tp_control *c, uint64_t accounting_id,
			      struct tp_session_counters *counters)
{
	*counters = (struct tp_session_counters){0};
	return c->standing != NULL &&
	       tp_live_last_find(c->standing->counted, accounting_id, counters);
}

/* ---- sessions -------------------------------------------------------------------------------- */

static void note_refused(struct tp_standing_restore *last, const char *user,
			 const struct tp_error *e)
{
	const char *word = e->place[0] != '\0' ? e->place : "other";

	last->refused++;
	if (last->why[0] == '\0')
		snprintf(last->why, sizeof(last->why), "%.60s: %.90s", user, e->message);
	tp_log_debug("journal", "the session of \"%s\" is not restored: %s", user, e->message);
	for (unsigned i = 0; i < TP_STANDING_REASONS; i++) {
		if (last->reasons[i].count == 0)
			snprintf(last->reasons[i].word, sizeof(last->reasons[i].word), "%.23s",
				 word);
		if (strcmp(last->reasons[i].word, word) != 0)
			continue;
		last->reasons[i].count++;
		break;
	}
}

static void found(void *user, uint64_t key, const uint8_t *bytes, size_t len)
{
	struct tp_standing *st = user;
	struct tp_session_image_head head;
	struct tp_error e = {0};

	if (!tp_session_image_head(bytes, len, &head) || head.accounting_id != key) {
		tp_error_set(&e, 0, "malformed", "it is no session");
		note_refused(&st->last, "", &e);
		return;
	}
	st->head = &head;
	if (tp_ac_restore(st->c->ac, bytes, len, st->c->now_ms, st->now_wall_ms, &e) == 0)
		st->last.restored++;
	else
		note_refused(&st->last, head.user, &e);
	st->head = NULL;
}

/* ---- the journal ----------------------------------------------------------------------------- */

/* NULL, or why what LAST left counts for nothing. */
static const char *judge_it(const struct tp_standing *st, const struct tp_journal_about *last,
			    const struct tp_journal_about *here)
{
	const uint64_t lifetime_ms =
		tp_config_management(st->c->config)->journal_lifetime * UINT64_C(1000);

	if (last->machine_id[0] != '\0' && here->machine_id[0] != '\0' &&
	    strcmp(last->machine_id, here->machine_id) != 0)
		return "it is another machine's";
	if (last->attempts >= ATTEMPTS_MAX)
		return "three starts with it came to nothing";
	if (last->unix_ms + lifetime_ms < st->now_wall_ms)
		return "it was last written longer ago than journal-lifetime";
	if (last->unix_ms > st->now_wall_ms + lifetime_ms)
		return "it was written in the future";
	return NULL;
}

static bool judge(void *user, const struct tp_journal_about *last)
{
	struct tp_standing *st = user;
	struct tp_journal_about here;
	const char *why;

	tp_journal_about_here(&here, TP_VERSION);
	why = judge_it(st, last, &here);
	if (why == NULL)
		return true;
	snprintf(st->last.why, sizeof(st->last.why), "%s", why);
	tp_log_warning("journal", "%s: the sessions in it are over: %s", st->directory, why);
	return false;
}

static void tell(const struct tp_standing *st)
{
	const struct tp_standing_restore *last = &st->last;
	char reasons[TP_STANDING_REASONS * 40] = "";
	size_t used = 0;

	if (last->restored == 0 && last->refused == 0)
		return;
	for (unsigned i = 0; i < TP_STANDING_REASONS && last->reasons[i].count > 0; i++)
		used += (size_t)snprintf(reasons + used, sizeof(reasons) - used, "%s%s %u",
					 i > 0 ? ", " : ": ", last->reasons[i].word,
					 last->reasons[i].count);
	tp_log_info("journal", "%u sessions go on, restored in %u ms; %u do not%s", last->restored,
		    last->took_ms, last->refused, reasons);
	if (last->refused > 0)
		tp_log_warning("journal", "the first that does not go on: %s", last->why);
}

bool tp_standing_restore(struct tp_standing *st)
{
	struct tp_control *c = st->c;
	const char *counters = tp_dataplane_counters_path(c->dp);
	struct tp_journal_setup setup = {
		.directory = st->directory,
		.cpus = &c->other_cpus,
		.judge = judge,
		.found = found,
		.user = st,
	};
	struct tp_journal_about about;
	struct tp_error e = {0};
	int error;

	tp_journal_about_here(&setup.self, TP_VERSION);
	snprintf(setup.self.counters, sizeof(setup.self.counters), "%s",
		 counters != NULL ? counters : "");
	c->now_ms = tp_clock_ms();
	st->last.wall_ms = st->now_wall_ms = tp_clock_wall_ms();
	if (mkdir(st->directory, 0700) != 0 && errno != EEXIST)
		tp_log_debug("journal", "%s: %s", st->directory, strerror(errno)); /* told below */
	st->counted = tp_live_last_open(st->directory);
	error = tp_journal_open(&setup, &about, &st->journal, &e);
	tp_ac_restore_end(c->ac, c->now_ms);
	st->last.took_ms = (uint32_t)(tp_clock_ms() - c->now_ms);
	c->now_ms = tp_clock_ms();
	if (error != 0)
		tp_log_error("journal", "%s: %s: sessions don't outlive this daemon", e.place,
			     e.message);
	else if (e.message[0] != '\0')
		tp_log_warning("journal", "%s: %s", e.place[0] != '\0' ? e.place : st->directory,
			       e.message);
	tell(st);
	return error == 0;
}
