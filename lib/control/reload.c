/* SPDX-License-Identifier: BSD-3-Clause */
/* SIGHUP and /system/reload: the file is read anew, checked whole, compared with what is in
 * force, and what differs is applied; or it is refused whole, with all the reasons.
 *
 * Reading 100,000 secrets takes longer than control may pause, and so does comparing and freeing
 * them: threads of their own do it, one after the other. Meanwhile the configuration in force stays
 * as it is: requests that would change it are held until it has been replaced.
 *
 * What the API has changed before is brought into the file first, so that it is not undone, unless
 * somebody has edited the file: then it is taken as it is. */
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/event.h"
#include "api/methods.h"
#include "base/log.h"
#include "base/thread.h"
#include "config/file/file.h"
#include "control/api.h"
#include "control/control_private.h"

#define PREVIEW_MAX 100 /* changes that a dry run lists */

enum stage {
	WAITING,   /* until what was changed is in the file */
	READING,   /* CONFIG from the file */
	COMPARING, /* it with the one in force */
	FREEING,   /* CONFIG, the last that there is to do */
};

struct tp_reload {
	pthread_t thread;
	atomic_bool done; /* the thread's work */
	enum stage stage;
	const char *path; /* control's, which outlives the thread */
	int (*check)(const struct tp_config *config, const char *path, struct tp_error *error);
	const struct tp_config *in_force;
	struct tp_config *config;
	struct tp_config_diff diff;
	bool compared;		/* DIFF is there; else: no memory for it, or ERROR says why */
	bool partial;		/* what needs no restart may come into force without the rest */
	struct tp_errors waits; /* what needs one */
	struct tp_error error;
	struct tp_errors errors;
	struct tp_request *request; /* to be answered; NULL: it was a signal */
	struct tp_requests held;
};

/* What would stop the next start is no configuration to go on with. */
static void check_beside(struct tp_reload *reload)
{
	struct tp_error error = {0};

	if (reload->check(reload->config, reload->path, &error) == 0)
		return;
	tp_config_destroy(reload->config);
	reload->config = NULL;
	tp_errors_clear(&reload->errors);
	reload->errors.error = malloc(sizeof(error));
	if (reload->errors.error == NULL)
		return;
	reload->errors.error[0] = error;
	reload->errors.count = reload->errors.total = 1;
}

static void *read_file(void *argument)
{
	struct tp_reload *reload = argument;

	reload->config = tp_config_load(TP_PROGRAM_SERVER, reload->path, &reload->errors);
	if (reload->config != NULL && reload->check != NULL)
		check_beside(reload);
	atomic_store(&reload->done, true);
	return NULL;
}

/* Names what needs a restart; if asked to, leaves it for that. */
static void find_waiting(struct tp_reload *reload)
{
	tp_config_restarts(&reload->diff, reload->path, &reload->waits);
	if (!reload->partial)
		return;
	reload->compared = tp_config_hold_back(reload->config, &reload->diff, &reload->error) == 0;
	tp_config_diff_clear(&reload->diff);
	if (reload->compared)
		reload->compared =
			tp_config_diff(reload->in_force, reload->config, &reload->diff) == 0;
}

static void *compare(void *argument)
{
	struct tp_reload *reload = argument;

	reload->compared = tp_config_diff(reload->in_force, reload->config, &reload->diff) == 0;
	if (reload->compared && reload->diff.restart)
		find_waiting(reload);
	atomic_store(&reload->done, true);
	return NULL;
}

static void *free_config(void *argument)
{
	struct tp_reload *reload = argument;

	tp_config_destroy(reload->config);
	atomic_store(&reload->done, true);
	return NULL;
}

/* Not on control's own CPU, if there is another. */
static bool start_thread(struct tp_control *c, struct tp_reload *reload, enum stage stage)
{
	static void *(*const mains[])(void *) = {
		[READING] = read_file,
		[COMPARING] = compare,
		[FREEING] = free_config,
	};

	reload->stage = stage;
	atomic_store(&reload->done, false);
	return tp_thread_start(&reload->thread, "reload", &c->other_cpus, mains[stage], reload) ==
	       0;
}

/* The reasons have been logged. */
static void refuse_quietly(struct tp_control *c, struct tp_request *request, int status,
			   const char *detail)
{
	c->stats.reloads_refused++;
	if (request == NULL)
		return;
	tp_api_error(request, status, detail);
	if (c->reload == NULL || c->reload->request != request) /* else finish() answers */
		tp_mailbox_answer(&c->mailbox, request);
}

static void refuse(struct tp_control *c, struct tp_request *request, int status, const char *detail)
{
	tp_log_error("config", "reload refused, nothing has changed: %s", detail);
	refuse_quietly(c, request, status, detail);
}

void tp_reload_begin(struct tp_control *c, struct tp_request *request)
{
	struct tp_reload *reload;
	bool partial = false;

	if (request != NULL && !tp_api_read_switch(request->body, "partial", &partial)) {
		refuse(c, request, 400, "the body may have partial, yes or no, and nothing else");
		return;
	}
	if (c->config_path == NULL) {
		refuse(c, request, 400, "there is no configuration file");
		return;
	}
	if (c->reload != NULL) {
		refuse(c, request, 409, "a reload is under way already");
		return;
	}
	reload = calloc(1, sizeof(*reload));
	if (reload == NULL) {
		refuse(c, request, 500, "out of memory");
		return;
	}
	reload->path = c->config_path;
	reload->check = c->check;
	reload->request = request;
	reload->partial = partial;
	STAILQ_INIT(&reload->held);
	if (c->save.saver.changes > 0)
		tp_saver_force(&c->save.saver, false);
	c->reload = reload;
	tp_supervisor_reload_begins(c);
}

/* All of ERRORS: each a line of the log; in an answer, the first few, and WHAT can be done. */
static void refuse_errors(struct tp_control *c, const struct tp_reload *reload,
			  const struct tp_errors *errors, const char *what)
{
	char text[2048], detail[sizeof(text) + 128];

	for (unsigned i = 0; i < errors->count; i++)
		tp_log_error("config", "%s: %s", errors->error[i].place, errors->error[i].message);
	tp_log_error("config", "reload refused, nothing has changed%s", what);
	tp_api_errors_to_text(errors, text, sizeof(text));
	snprintf(detail, sizeof(detail), "%s%s", text[0] != '\0' ? text : "the file can't be read",
		 what);
	refuse_quietly(c, reload->request, 400, detail);
}

/* Changes that only a restart can make. True: there are none, or they wait for it. */
static bool check_restart(struct tp_control *c, const struct tp_reload *reload)
{
	if (!reload->diff.restart)
		return true;
	refuse_errors(c, reload, &reload->waits, "; `/system reload partial=yes` applies the rest");
	return false;
}

static void refuse_partial(struct tp_control *c, const struct tp_reload *reload)
{
	char detail[sizeof(reload->error.place) + sizeof(reload->error.message) + 80];

	snprintf(detail, sizeof(detail), "without what waits for a restart: %s: %s",
		 reload->error.place, reload->error.message);
	refuse(c, reload->request, 400, detail);
}

/* True: all of it can be applied, and what can fail has been. */
static bool apply_before_all(struct tp_control *c, const struct tp_reload *reload,
			     const struct tp_config_diff *diff)
{
	struct tp_error error = {0};
	char detail[600];

	for (unsigned i = 0; i < diff->count; i++) {
		if (tp_apply_before(c, &diff->change[i], &error) == 0)
			continue;
		while (i-- > 0)
			tp_apply_undo(c, &diff->change[i]);
		snprintf(detail, sizeof(detail), "%s: %s", error.place, error.message);
		refuse(c, reload->request, 400, detail);
		return false;
	}
	return true;
}

static void tell_findings(struct tp_control *c, const struct tp_reload *reload)
{
	for (unsigned i = 0; i < reload->waits.count; i++)
		tp_log_warning("config", "%s: %s", reload->waits.error[i].place,
			       reload->waits.error[i].message);
	tp_config_log_warnings(c->config);
}

/* Whoever has edited the file; who had it read is all that is known. */
static struct tp_who who_of(const struct tp_reload *reload)
{
	struct tp_who who = {.name = "SIGHUP"};

	if (reload->request != NULL)
		who = reload->request->who;
	snprintf(who.face, sizeof(who.face), "file");
	return who;
}

static void take_over(struct tp_control *c, struct tp_reload *reload,
		      const struct tp_config_diff *diff)
{
	const struct tp_who who = who_of(reload);
	struct tp_config *old = c->config;
	/* Even if they are as they were: certificates are read anew. */
	unsigned again = 1u << TP_AGAIN_IDENTITY | 1u << TP_AGAIN_REMOTE;

	c->config = reload->config;
	reload->config = old; /* freed with it, when nothing points there any more */
	tp_audit_begin(c, &who);
	for (unsigned i = 0; i < diff->count; i++) {
		tp_audit_change(c, &diff->change[i]);
		again |= tp_apply_after(c, &diff->change[i]);
	}
	tp_apply_again(c, again);
	tp_saver_taken_over(&c->save.saver, c->config);
	c->stats.reloads++;
	tp_log_info("config", "%s is in force, %u change%s", c->config_path, diff->count,
		    diff->count == 1 ? "" : "s");
	tp_audit_end(c, true);
	tp_event_config(&c->mailbox, "reload", c->config_path, "", "");
	tell_findings(c, reload);
	if (reload->request == NULL)
		return;
	reload->request->status = 200;
	reload->request->answer =
		tp_api_reload_answer(diff->count, tp_config_warnings(c->config), &reload->waits);
}

/* What would come into force; nothing does. Of many changes the first are told, and all counted. */
static void tell_preview(struct tp_control *c, const struct tp_reload *reload)
{
	uint64_t ended = 0, changed = 0;
	json_t *changes = json_array(), *answer;

	for (unsigned i = 0; i < reload->diff.count; i++) {
		tp_preview_count(c, &reload->diff.change[i], &ended, &changed);
		if (i < PREVIEW_MAX)
			json_array_append_new(changes,
					      tp_preview_change(c, &reload->diff.change[i]));
	}
	answer = tp_api_preview_answer(changes);
	json_object_set_new(answer, "total", json_integer(reload->diff.count));
	json_object_set_new(answer, "sessions-affected",
			    json_integer((json_int_t)(ended + changed)));
	json_object_set_new(answer, "sessions-ended", json_integer((json_int_t)ended));
	json_object_set_new(answer, "sessions-changed", json_integer((json_int_t)changed));
	if (reload->waits.count > 0)
		json_object_set_new(answer, "waits-for-restart", json_integer(reload->waits.total));
	tp_api_answer(reload->request, TP_API_OK, answer);
}

static void apply(struct tp_control *c, struct tp_reload *reload)
{
	if (!reload->compared && reload->error.code == -EINVAL)
		refuse_partial(c, reload);
	else if (!reload->compared)
		refuse(c, reload->request, 500, "out of memory");
	else if (reload->request != NULL && reload->request->dry_run)
		tell_preview(c, reload);
	else if (check_restart(c, reload) && apply_before_all(c, reload, &reload->diff))
		take_over(c, reload, &reload->diff);
	tp_config_diff_clear(&reload->diff);
}

/* The answer waits for the end, so that who has it may ask for the next reload at once. */
static void finish(struct tp_control *c)
{
	struct tp_reload *reload = c->reload;

	if (reload->request != NULL)
		tp_mailbox_answer(&c->mailbox, reload->request);
	tp_errors_clear(&reload->errors);
	tp_errors_clear(&reload->waits);
	free(reload);
	c->reload = NULL;
	tp_supervisor_reload_ends(c);
}

/* Can it be executed while the configuration must stay as it is? The commands besides have their
 * own answer to that. */
static bool may_pass(const struct tp_request *request)
{
	const char *command = strrchr(request->path, '/');

	return tp_request_only_reads(request->method, request->path) ||
	       (request->method == TP_METHOD_POST && command != NULL &&
		(strcmp(command, "/reload") == 0 || strcmp(command, "/save") == 0));
}

bool tp_reload_reads(const struct tp_control *c)
{
	return c->reload != NULL && (c->reload->stage == READING || c->reload->stage == COMPARING);
}

bool tp_reload_hold(struct tp_control *c, struct tp_request *request)
{
	if (c->reload == NULL || c->reload->stage == FREEING || may_pass(request))
		return false;
	STAILQ_INSERT_TAIL(&c->reload->held, request, held);
	return true;
}

static struct tp_request *take_held(struct tp_reload *reload)
{
	struct tp_request *request = STAILQ_FIRST(&reload->held);

	if (request != NULL)
		STAILQ_REMOVE_HEAD(&reload->held, held);
	return request;
}

static void execute_held(struct tp_control *c, struct tp_reload *reload)
{
	struct tp_request *request;

	while ((request = take_held(reload)) != NULL)
		if (tp_control_execute(c, request))
			tp_mailbox_answer(&c->mailbox, request);
}

static void refuse_held(struct tp_control *c, struct tp_reload *reload)
{
	struct tp_request *request;

	while ((request = take_held(reload)) != NULL) {
		tp_api_error(request, 503, "turnpike is shutting down");
		tp_mailbox_answer(&c->mailbox, request);
	}
}

static void begin_freeing(struct tp_control *c, struct tp_reload *reload)
{
	if (start_thread(c, reload, FREEING))
		return;
	tp_config_destroy(reload->config);
	finish(c);
}

static void compared(struct tp_control *c, struct tp_reload *reload)
{
	apply(c, reload);
	reload->stage = FREEING;
	execute_held(c, reload);
	begin_freeing(c, reload);
}

static void begin_comparing(struct tp_control *c, struct tp_reload *reload)
{
	reload->in_force = c->config;
	if (start_thread(c, reload, COMPARING))
		return;
	compare(reload);
	compared(c, reload);
}

static void read_done(struct tp_control *c, struct tp_reload *reload)
{
	if (reload->config != NULL) {
		begin_comparing(c, reload);
		return;
	}
	refuse_errors(c, reload, &reload->errors, "");
	reload->stage = FREEING;
	execute_held(c, reload);
	finish(c);
}

static void give_up(struct tp_control *c, struct tp_reload *reload, int status, const char *detail)
{
	refuse(c, reload->request, status, detail);
	reload->stage = FREEING;
	execute_held(c, reload);
	finish(c);
}

/* True: there was something to do. */
static bool begin_reading(struct tp_control *c, struct tp_reload *reload)
{
	const struct tp_saver *saver = &c->save.saver;
	char detail[sizeof(saver->error.place) + sizeof(saver->error.message) + 60];

	if (tp_saver_is_busy(saver))
		return false;
	if (saver->changes > 0 && saver->status == TP_SAVER_FAILED) {
		snprintf(detail, sizeof(detail), "what was changed would be undone: %s: %s",
			 saver->error.place, saver->error.message);
		give_up(c, reload, 409, detail);
		return true;
	}
	tp_log_info("config", "reading %s", reload->path);
	if (!start_thread(c, reload, READING))
		give_up(c, reload, 500, "can't start a thread to read the file");
	return true;
}

bool tp_reload_poll(struct tp_control *c)
{
	struct tp_reload *reload = c->reload;

	if (reload != NULL && reload->stage == WAITING)
		return begin_reading(c, reload);
	if (reload == NULL || !atomic_load(&reload->done))
		return false;
	pthread_join(reload->thread, NULL);
	switch (reload->stage) {
	case WAITING:
		break;
	case READING:
		read_done(c, reload);
		break;
	case COMPARING:
		compared(c, reload);
		break;
	case FREEING:
		finish(c);
		break;
	}
	return true;
}

void tp_reload_cancel(struct tp_control *c)
{
	struct tp_reload *reload = c->reload;

	if (reload == NULL)
		return;
	if (reload->stage != WAITING)
		pthread_join(reload->thread, NULL);
	if (reload->stage != FREEING) {
		tp_config_diff_clear(&reload->diff);
		tp_config_destroy(reload->config);
		if (reload->request != NULL)
			tp_api_error(reload->request, 503, "turnpike is shutting down");
	}
	refuse_held(c, reload);
	finish(c);
}
