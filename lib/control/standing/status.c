/* SPDX-License-Identifier: BSD-3-Clause */
/* What operators see of it: /system/journal, and metrics. */
#include <stdio.h>
#include <string.h>

#include "api/json.h"
#include "api/samples.h"
#include "control/api.h"
#include "control/standing/standing_private.h"

static const char *state_of(const struct tp_standing *st, const struct tp_journal_counters *n)
{
	if (st == NULL)
		return "off";
	if (st->journal == NULL)
		return "none";
	return n->broken ? "broken" : n->whole ? "running" : "incomplete";
}

static void describe_restore(json_t *o, const struct tp_standing_restore *last)
{
	char reasons[TP_STANDING_REASONS * 40] = "";
	size_t used = 0;

	tp_json_date(o, "last-restore", last->wall_ms);
	tp_json_number(o, "restored", last->restored);
	tp_json_number(o, "restore-milliseconds", last->took_ms);
	tp_json_number(o, "counters-found", last->from_file);
	tp_json_number(o, "refused", last->refused);
	for (unsigned i = 0; i < TP_STANDING_REASONS && last->reasons[i].count > 0; i++)
		used += (size_t)snprintf(reasons + used, sizeof(reasons) - used, "%s%s:%u",
					 i > 0 ? "," : "", last->reasons[i].word,
					 last->reasons[i].count);
	if (reasons[0] != '\0')
		tp_json_text(o, "refused-reasons", reasons);
	if (last->why[0] != '\0')
		tp_json_text(o, "refused-first", last->why);
}

static json_t *describe(const struct tp_control *c)
{
	const struct tp_standing *st = c->standing;
	const char *counters = tp_dataplane_counters_path(c->dp);
	struct tp_journal_counters n = {0};
	char trouble[320] = "";
	json_t *o = json_object();

	if (st != NULL && st->journal != NULL) {
		n = tp_journal_counters(st->journal);
		tp_journal_trouble(st->journal, trouble, sizeof(trouble));
	}
	tp_json_text(o, "state", state_of(st, &n));
	if (st == NULL)
		return o;
	tp_json_text(o, "directory", st->directory);
	if (counters != NULL)
		tp_json_text(o, "counters-file", counters);
	tp_json_number(o, "sessions", n.rows);
	tp_json_number(o, "size", n.bytes);
	tp_json_number(o, "waiting", n.waiting + st->count);
	tp_json_number(o, "lag-milliseconds", n.lag_ms);
	tp_json_number(o, "written", n.written);
	tp_json_number(o, "removed", n.removed);
	tp_json_number(o, "batches", n.batches);
	tp_json_number(o, "failed", n.failed);
	tp_json_number(o, "bad-rows", n.bad_rows);
	if (trouble[0] != '\0')
		tp_json_text(o, "error", trouble);
	describe_restore(o, &st->last);
	return o;
}

static json_t *journal_find(void *user, const char *key)
{
	return key[0] == '\0' ? describe(user) : NULL;
}

/* clang-format off */
static const struct tp_status journal_status[] = {
	{"state", "`running`; `incomplete`: something was lost on the way, and is put again; `broken`: it can't "
		  "be written, and `error` says why; `none`: it could not be opened; `off`: management says journal=no"},
	{"directory", "Where it is"},
	{"counters-file", "Where packets and bytes are counted, to be read after a sudden end"},
	{"sessions", "Sessions in it"},
	{"size", "Bytes on disk"},
	{"waiting", "Changes that wait to be written"},
	{"lag-milliseconds", "For how long the oldest of them has"},
	{"written", "Sessions written since the start; each once for all that changes of it in a moment, and "
		    "once a minute"},
	{"removed", "Sessions removed since the start"},
	{"batches", "Batches that were written"},
	{"failed", "Batches that could not be written, and changes that were not taken"},
	{"bad-rows", "Sessions that the start could not read"},
	{"error", "Why it can't be written"},
	{"last-restore", "When this daemon looked at what the last one had left, in local time"},
	{"restored", "Sessions that go on"},
	{"restore-milliseconds", "How long that took"},
	{"counters-found", "Of these, those whose counters were known to the packet"},
	{"refused", "Sessions that could not go on"},
	{"refused-reasons", "Why: `malformed`, `version`, `server`, `secret`, `taken`, `room`, `memory`, each with "
			    "how many"},
	{"refused-first", "The first of them, or why all of them are over"},
	TP_STATUS_END,
};
/* clang-format on */

const struct tp_live tp_live_journal = {
	.path = "/system/journal",
	.help = "The journal, by which sessions outlive the daemon",
	.status = journal_status,
	.find = journal_find,
	.singleton = true,
};

void tp_standing_samples(struct tp_control *c, json_t *array)
{
	const struct tp_standing *st = c->standing;
	struct tp_samples to = {.fn = tp_samples_write, .user = array};
	struct tp_journal_counters n = {0};

	if (st == NULL)
		return;
	if (st->journal != NULL)
		n = tp_journal_counters(st->journal);
	const struct tp_sample_row rows[] = {
		{"turnpike_journal_up", true, "Sessions outlive the daemon: 1, else 0.",
		 tp_standing_keeps(st)},
		{"turnpike_journal_sessions", true, "Sessions in the journal.", n.rows},
		{"turnpike_journal_bytes", true, "Bytes of it on disk.", n.bytes},
		{"turnpike_journal_waiting", true, "Changes that wait to be written.",
		 n.waiting + st->count},
		{"turnpike_journal_written_total", false, "Sessions written.", n.written},
		{"turnpike_journal_removed_total", false, "Sessions removed.", n.removed},
		{"turnpike_journal_batches_total", false, "Batches that were written.", n.batches},
		{"turnpike_journal_failed_total", false,
		 "Batches that could not be written, and changes that were not taken.", n.failed},
		{"turnpike_journal_bad_rows", true, "Sessions that the start could not read.",
		 n.bad_rows},
		{"turnpike_restored_sessions", true, "Sessions that went on at the start.",
		 st->last.restored},
	};

	tp_samples_rows(&to, rows, sizeof(rows) / sizeof(rows[0]));
	tp_samples_seconds(&to, true, "turnpike_journal_lag_seconds",
			   "For how long the oldest change has waited to be written.", n.lag_ms);
	tp_samples_seconds(&to, true, "turnpike_restore_seconds",
			   "How long it took at the start until sessions went on.",
			   st->last.took_ms);
	tp_samples_family(&to, true, "turnpike_restore_refused", "reason",
			  "Sessions that could not go on at the start");
	for (unsigned i = 0; i < TP_STANDING_REASONS && st->last.reasons[i].count > 0; i++)
		tp_samples_put(&to, st->last.reasons[i].word, st->last.reasons[i].count);
}
