/* SPDX-License-Identifier: BSD-3-Clause */
/* Who has changed what: each change of the configuration, and whatever else an operator has done,
 * goes to the history (/system/history), to the log (topic system), which leads to syslog servers
 * as well, and to listeners as the event "audit". Passwords are never shown. Control thread. */
#pragma once

#include <jansson.h>
#include <stdbool.h>

#include "api/menus.h"
#include "base/token_bucket.h"
#include "config/store.h"
#include "control/audit/changes.h"

struct tp_control;

/* What is under way. */
struct tp_audit {
	const struct tp_who *who; /* NULL: nobody has asked */
	json_t *changes;	  /* so far; NULL: none */
	unsigned total;		  /* also those beyond what is kept */
	char what[340]; /* of a request that changes no configuration; "": nothing is told */
	struct tp_changes history;
	struct tp_token_bucket foreign; /* so many of RADIUS servers' a second go to the disk */
	uint64_t untold;		/* of theirs, since the last that did */
};

extern const struct tp_live tp_live_history; /* /system/history */

/* Opens what is kept on disk, if the configuration wants that. Trouble is told in the log. */
void tp_audit_open(struct tp_control *c);
void tp_audit_close(struct tp_control *c);

/* From here to tp_audit_end() changes are WHO's. */
void tp_audit_begin(struct tp_control *c, const struct tp_who *who);
/* CHANGE will be in force: both of its items are still there. */
void tp_audit_change(struct tp_control *c, const struct tp_config_change *change);
/* What has been changed since is told, or, if it is not to be (it was taken back), forgotten. */
void tp_audit_end(struct tp_control *c, bool told);

/* The same of REQUEST as a whole, which was carried out if ANSWERED, or will be later: also what
 * does not change the configuration, as to disconnect somebody. */
void tp_audit_request_begins(struct tp_control *c, const struct tp_request *request);
void tp_audit_request_ends(struct tp_control *c, const struct tp_request *request, bool answered);

/* WHO, a RADIUS server, has done this, which is nothing of the configuration, and which the log has
 * already. Of very many a second some are only counted by the next. */
void tp_audit_note_radius(struct tp_control *c, const struct tp_who *who, const char *action);

/* "admin (rest, 10.0.0.1)". Returns TEXT. */
#define TP_AUDIT_WHO_LEN 160
char *tp_audit_who(const struct tp_who *who, char text[TP_AUDIT_WHO_LEN]);

/* ENTRY for the log and listeners: VERB is how it came, "" for by itself, or "undone", "redone". */
void tp_audit_tell(struct tp_control *c, const struct tp_changes_entry *entry,
		   const struct tp_who *who, const char *verb);

/* undo.c: the verbs, for struct tp_verb. */
enum tp_api_command tp_verb_undo(void *user, struct tp_request *request);
enum tp_api_command tp_verb_redo(void *user, struct tp_request *request);

#define TP_UNDO_BODY "none, or `{\".id\": \"*5\"}`"
#define TP_UNDO_HELP                                                                               \
	"takes the last change that is in force back, or the one that is named, whole, passwords " \
	"included, and answers which it was; 409: something has changed since, or depends on it, " \
	"and nothing has changed now"
#define TP_REDO_HELP                                                                               \
	"makes the change again that was taken back last, or the one that is named; what was "     \
	"taken back can't be made again once something else has been changed"
#define TP_UNDO_LAST_HELP "takes the last change back, as `/undo` does"
#define TP_REDO_LAST_HELP "makes again what was taken back last, as `/redo` does"
