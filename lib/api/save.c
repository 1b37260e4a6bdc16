/* SPDX-License-Identifier: BSD-3-Clause */
/* What changes through the API gets into the file that the daemon was started with: when, and what
 * is told of it. How, see saver.h. */
#include "api/save.h"

#include <errno.h>
#include <string.h>

#include "api/api.h"
#include "api/event.h"
#include "api/json.h"
#include "base/log.h"

void tp_save_init(struct tp_save *save, const char *path, const cpu_set_t *cpus,
		  const struct tp_config *config, struct tp_mailbox *mailbox)
{
	bool tidied;

	STAILQ_INIT(&save->asked);
	STAILQ_INIT(&save->served);
	save->mailbox = mailbox;
	tp_saver_init(&save->saver, path, cpus, config, &tidied);
	if (tidied)
		tp_log_warning("config", "%s: removed what a save that was cut short had left",
			       save->saver.path);
}

static const char *state_word(const struct tp_saver *saver)
{
	if (saver->path == NULL)
		return "no file";
	if (saver->status == TP_SAVER_EDITED)
		return "edited";
	if (saver->status == TP_SAVER_FAILED)
		return "failed";
	if (saver->job != NULL || saver->changes > 0)
		return "pending";
	return saver->on ? "saved" : "off";
}

void tp_save_describe(const struct tp_save *save, json_t *o)
{
	const struct tp_saver *saver = &save->saver;

	if (saver->path != NULL)
		tp_json_text(o, "config-file", saver->path);
	tp_json_text(o, "config-state", state_word(saver));
	tp_json_number(o, "unsaved-changes", saver->changes);
	if (saver->error.code != 0)
		tp_json_text(o, "config-error", saver->error.message);
}

/* ---- requests ---------------------------------------------------------------------------------
 */

bool tp_save_request(struct tp_save *save, struct tp_request *request)
{
	bool overwrite;

	if (save->saver.path == NULL) {
		tp_api_error(request, TP_API_BAD_REQUEST, "there is no configuration file");
		return true;
	}
	if (!tp_api_read_switch(request->body, "overwrite", &overwrite)) {
		tp_api_error(request, TP_API_BAD_REQUEST,
			     "the body may have overwrite, yes or no, and nothing else");
		return true;
	}
	tp_saver_force(&save->saver, overwrite);
	STAILQ_INSERT_TAIL(&save->asked, request, held);
	return false;
}

static void answer(struct tp_save *save, struct tp_request *request)
{
	const struct tp_saver *saver = &save->saver;
	char detail[sizeof(saver->error.place) + sizeof(saver->error.message) + 4];

	snprintf(detail, sizeof(detail), "%s: %s", saver->error.place, saver->error.message);
	if (saver->status == TP_SAVER_SAVED) {
		json_t *o = json_object();

		tp_save_describe(save, o);
		tp_api_answer(request, TP_API_OK, o);
	} else {
		tp_api_error(request,
			     saver->status == TP_SAVER_EDITED ? TP_API_CONFLICT : TP_API_INTERNAL,
			     detail);
	}
	tp_mailbox_answer(save->mailbox, request);
}

static void answer_all(struct tp_save *save, struct tp_requests *requests)
{
	struct tp_request *request;

	while ((request = STAILQ_FIRST(requests)) != NULL) {
		STAILQ_REMOVE_HEAD(requests, held);
		answer(save, request);
	}
}

/* ---- what is told -----------------------------------------------------------------------------
 */

static void tell_listeners(struct tp_save *save, bool saved, const char *text)
{
	json_t *o;

	if (!tp_mailbox_listens(save->mailbox))
		return;
	o = tp_event_create(saved ? "config-saved" : "config-not-saved");
	tp_json_text(o, "path", save->saver.path);
	if (text[0] != '\0')
		tp_json_text(o, "text", text);
	tp_mailbox_event(save->mailbox, o);
}

/* Once, not at each try. */
static void tell(struct tp_save *save, enum tp_saver_status before, const struct tp_error *old)
{
	const struct tp_saver *saver = &save->saver;
	const struct tp_error *e = &saver->error;

	if (saver->status == TP_SAVER_SAVED) {
		tp_log(before == TP_SAVER_SAVED ? TP_LOG_DEBUG : TP_LOG_INFO, "config",
		       "%s is saved", saver->path);
		tell_listeners(save, true, "");
		return;
	}
	if (before == saver->status && strcmp(e->message, old->message) == 0)
		return;
	if (saver->status == TP_SAVER_EDITED)
		tp_log_warning("config",
			       "%s: %s. /system reload takes the file as it is; /system save "
			       "overwrite=yes keeps what is in force",
			       e->place, e->message);
	else
		tp_log_error("config",
			     "%s: %s. What was changed is in force, and saving it is "
			     "tried again",
			     e->place, e->message);
	tell_listeners(save, false, e->message);
}

/* ---- turns ------------------------------------------------------------------------------------
 */

bool tp_save_poll(struct tp_save *save, struct tp_config *config, uint64_t now_ms)
{
	struct tp_saver *saver = &save->saver;
	const enum tp_saver_status before = saver->status;
	const struct tp_error old = saver->error;
	const bool under_way = saver->job != NULL;

	switch (tp_saver_poll(saver, config, now_ms)) {
	case TP_SAVER_BEGUN:
		STAILQ_CONCAT(&save->served, &save->asked);
		return true;
	case TP_SAVER_ENDED:
		if (!under_way) /* it could not even begin */
			STAILQ_CONCAT(&save->served, &save->asked);
		tell(save, before, &old);
		answer_all(save, &save->served);
		return true;
	default:
		return false;
	}
}

void tp_save_finish(struct tp_save *save, struct tp_config *config)
{
	struct tp_saver *saver = &save->saver;
	const enum tp_saver_status before = saver->status;
	const struct tp_error old = saver->error;
	const unsigned changes = saver->changes;

	tp_saver_finish(saver, config);
	if (changes > 0)
		tell(save, before, &old);
	if (saver->changes > 0)
		tp_log_error("config", "%u change%s are not in %s: %s", saver->changes,
			     saver->changes == 1 ? "" : "s", saver->path, saver->error.message);
	STAILQ_CONCAT(&save->served, &save->asked);
	answer_all(save, &save->served);
}
