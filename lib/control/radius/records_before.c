/* SPDX-License-Identifier: BSD-3-Clause */
/* What an earlier start has left: records that wait on disk, and sessions that nobody saw end. */
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "control/radius/records_private.h"
#include "control/standing/standing.h"

/* A Stop got to disk, and the journal did not get to know that its session had ended. */
static void end_again(struct tp_control_accounting *a, uint64_t session)
{
	const struct tp_line *line = tp_ac_find_accounting_id(a->c->ac, session);
	struct tp_session_info info;

	if (line == NULL || tp_accounting_is_over(a->sessions, line) != 0)
		return;
	tp_line_info(line, &info);
	tp_log_info("radius",
		    "<pppoe-%s> had ended in the last moment of the daemon before: it does "
		    "so again",
		    info.user);
	(void)tp_ac_disconnect(a->c->ac, info.slot, TP_END_ADMIN, a->c->now_ms);
}

static void found_record(void *user, const struct tp_record *record)
{
	struct tp_control_accounting *a = user;

	if (tp_record_queue_restore(a->queue, record) == 0)
		a->restored++;
	if (record->kind == TP_RECORD_STOP)
		end_again(a, record->session);
}

static void found_standing(void *user, const struct tp_record *record, const uint8_t *bytes)
{
	struct tp_control_accounting *a = user;
	uint8_t room[TP_RADIUS_PACKET_MAX];
	struct tp_session_counters counted;
	bool known = tp_standing_last_counted(a->c, record->session, &counted);
	size_t len = tp_radius_record_end(bytes, record->len, TP_RADIUS_CAUSE_NAS_REBOOT,
					  known ? &counted : NULL, room);
	struct orphan *orphan = malloc(sizeof(*orphan) + len);

	if (orphan == NULL)
		return;
	*orphan = (struct orphan){.session = record->session, .unix_s = record->unix_s, .len = len};
	if (len > 0)
		memcpy(orphan->bytes, room, len);
	*a->last_orphan = orphan;
	a->last_orphan = &orphan->next;
}

/* Was its session restored? Then it is told of as before. */
static bool goes_on(struct tp_control_accounting *a, const struct orphan *orphan)
{
	const struct tp_line *line = tp_ac_find_accounting_id(a->c->ac, orphan->session);

	if (line == NULL || tp_accounting_go_on(a->sessions, line) != 0)
		return false;
	a->going_on++;
	return true;
}

/* What can't be made a Stop of is to be forgotten. */
static void end_orphans(struct tp_control_accounting *a)
{
	struct orphan *orphan;

	while ((orphan = a->orphans) != NULL) {
		a->orphans = orphan->next;
		if (goes_on(a, orphan)) {
			free(orphan);
			continue;
		}
		if (orphan->len > 0) {
			(void)tp_record_queue_put(a->queue, TP_RECORD_STOP, orphan->session,
						  orphan->unix_s, orphan->bytes, orphan->len,
						  a->c->now_ms);
			a->closed++;
		} else if (a->store != NULL) {
			tp_record_store_forget(a->store, orphan->session);
		}
		free(orphan);
	}
	a->last_orphan = &a->orphans;
}

static void open_store(struct tp_control_accounting *a, const struct tp_config_ppp_aaa *aaa)
{
	const struct tp_record_store_found found = {found_record, found_standing, a};
	struct tp_error e = {0};
	uint64_t next_seq = 1;

	if (aaa->queue_directory[0] == '\0')
		return;
	if (tp_record_store_open(aaa->queue_directory, &a->c->other_cpus, &found, &next_seq,
				 &a->store, &e) != 0) {
		tp_log_error("radius", "%s: %s: accounting records wait in memory alone", e.place,
			     e.message);
		return;
	}
	tp_record_queue_set_store(a->queue, &tp_record_store_ops, a->store, next_seq);
}

void tp_control_accounting_begin(struct tp_control_accounting *a,
				 const struct tp_config_ppp_aaa *aaa)
{
	a->opened = true;
	open_store(a, aaa);
	end_orphans(a);
	if (a->restored > 0 || a->closed > 0 || a->going_on > 0)
		tp_log_info(
			"radius",
			"%llu accounting records waited from before; of the sessions that stood "
			"then %llu are told to have ended, and %llu go on",
			(unsigned long long)a->restored, (unsigned long long)a->closed,
			(unsigned long long)a->going_on);
}
