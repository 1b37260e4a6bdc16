/* SPDX-License-Identifier: BSD-3-Clause */
/* What changes through the API gets into the file that the daemon was started with: when, and what
 * is told of it. How, see saver.h. */
#include <errno.h>
#include <string.h>

#include "base/log.h"
#include "control/api.h"
#include "api/json.h"
#include "control/control_private.h"

void tp_save_init(struct tp_control *c)
{
	bool tidied;

	STAILQ_INIT(&c->save.asked);
	STAILQ_INIT(&c->save.served);
	tp_saver_init(&c->save.saver, c->config_path, &c->other_cpus, c->config, &tidied);
	if (tidied)
		tp_log_warning("config", "%s: removed what a save that was cut short had left",
			       c->config_path);
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

void tp_save_describe(const struct tp_control *c, json_t *o)
{
	const struct tp_saver *saver = &c->save.saver;

	if (saver->path != NULL)
		tp_json_text(o, "config-file", saver->path);
	tp_json_text(o, "config-state", state_word(saver));
	tp_json_number(o, "unsaved-changes", saver->changes);
	if (saver->error.code != 0)
		tp_json_text(o, "config-error", saver->error.message);
}

/* ---- requests ---------------------------------------------------------------------------------
 */

/* {"overwrite": true}, RouterOS's words for it, or nothing. */
static bool read_body(const json_t *body, bool *overwrite)
{
	const json_t *value = json_object_get(body, "overwrite");
	const char *text = json_string_value(value);

	*overwrite = json_is_true(value) ||
		     (text != NULL && (strcmp(text, "yes") == 0 || strcmp(text, "true") == 0));
	if (body == NULL || json_object_size(body) == 0)
		return json_is_object(body) || body == NULL;
	return json_object_size(body) == 1 && value != NULL &&
	       (json_is_boolean(value) || *overwrite ||
		strcmp(text != NULL ? text : "", "no") == 0);
}

bool tp_save_request(struct tp_control *c, struct tp_request *request)
{
	bool overwrite;

	if (c->config_path == NULL) {
		tp_api_error(request, TP_API_BAD_REQUEST, "there is no configuration file");
		return true;
	}
	if (!read_body(request->body, &overwrite)) {
		tp_api_error(request, TP_API_BAD_REQUEST,
			     "the body may have overwrite, yes or no, and nothing else");
		return true;
	}
	tp_saver_force(&c->save.saver, overwrite);
	STAILQ_INSERT_TAIL(&c->save.asked, request, held);
	return false;
}

static void answer(struct tp_control *c, struct tp_request *request)
{
	const struct tp_saver *saver = &c->save.saver;
	char detail[sizeof(saver->error.place) + sizeof(saver->error.message) + 4];

	snprintf(detail, sizeof(detail), "%s: %s", saver->error.place, saver->error.message);
	if (saver->status == TP_SAVER_SAVED) {
		json_t *o = json_object();

		tp_save_describe(c, o);
		tp_api_answer(request, TP_API_OK, o);
	} else {
		tp_api_error(request,
			     saver->status == TP_SAVER_EDITED ? TP_API_CONFLICT : TP_API_INTERNAL,
			     detail);
	}
	tp_mailbox_answer(&c->mailbox, request);
}

static void answer_all(struct tp_control *c, struct tp_requests *requests)
{
	struct tp_request *request;

	while ((request = STAILQ_FIRST(requests)) != NULL) {
		STAILQ_REMOVE_HEAD(requests, held);
		answer(c, request);
	}
}

/* ---- what is told -----------------------------------------------------------------------------
 */

/* Once, not at each try. */
static void tell(struct tp_control *c, enum tp_saver_status before, const struct tp_error *old)
{
	const struct tp_saver *saver = &c->save.saver;
	const struct tp_error *e = &saver->error;

	if (saver->status == TP_SAVER_SAVED) {
		tp_log(before == TP_SAVER_SAVED ? TP_LOG_DEBUG : TP_LOG_INFO, "config",
		       "%s is saved", saver->path);
		tp_control_save_event(c, true, "");
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
	tp_control_save_event(c, false, e->message);
}

/* ---- turns ------------------------------------------------------------------------------------
 */

bool tp_save_poll(struct tp_control *c)
{
	struct tp_saver *saver = &c->save.saver;
	const enum tp_saver_status before = saver->status;
	const struct tp_error old = saver->error;
	const bool under_way = saver->job != NULL;

	if (!under_way && tp_reload_reads(c))
		return false; /* the file is about to be in force */
	switch (tp_saver_poll(saver, c->config, c->now_ms)) {
	case TP_SAVER_BEGUN:
		STAILQ_CONCAT(&c->save.served, &c->save.asked);
		return true;
	case TP_SAVER_ENDED:
		if (!under_way) /* it could not even begin */
			STAILQ_CONCAT(&c->save.served, &c->save.asked);
		tell(c, before, &old);
		answer_all(c, &c->save.served);
		return true;
	default:
		return false;
	}
}

void tp_save_finish(struct tp_control *c)
{
	struct tp_saver *saver = &c->save.saver;
	const enum tp_saver_status before = saver->status;
	const struct tp_error old = saver->error;
	const unsigned changes = saver->changes;

	tp_saver_finish(saver, c->config);
	if (changes > 0)
		tell(c, before, &old);
	if (saver->changes > 0)
		tp_log_error("config", "%u change%s are not in %s: %s", saver->changes,
			     saver->changes == 1 ? "" : "s", saver->path, saver->error.message);
	STAILQ_CONCAT(&c->save.served, &c->save.asked);
	answer_all(c, &c->save.served);
}
