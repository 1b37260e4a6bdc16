/* SPDX-License-Identifier: BSD-3-Clause */
/* SIGHUP and /system/reload: the file is read anew, checked whole, and what differs from what is in
 * force is applied; or it is refused whole. A file of clients is small: it is done at once. */
#include <errno.h>
#include <stdio.h>

#include "api/api.h"
#include "api/event.h"
#include "base/log.h"
#include "config/file/file.h"
#include "service.h"

static void refuse(struct service *s, struct tp_request *request, int status, const char *detail)
{
	s->reloads_refused++;
	tp_log_error("config", "reload refused, nothing has changed: %s", detail);
	if (request != NULL)
		tp_api_error(request, status, detail);
}

static void refuse_errors(struct service *s, struct tp_request *request,
			  const struct tp_errors *errors, const char *what)
{
	char text[2048], detail[sizeof(text) + 128];

	tp_api_errors_to_text(errors, text, sizeof(text));
	snprintf(detail, sizeof(detail), "%s%s", text, what);
	refuse(s, request, TP_API_BAD_REQUEST, detail);
}

static void take_over(struct service *s, struct tp_config *config,
		      const struct tp_config_diff *diff, const struct tp_errors *waits,
		      struct tp_request *request)
{
	struct tp_config *old = s->config;

	s->config = config;
	for (unsigned i = 0; i < diff->count; i++) {
		const struct tp_config_change *change = &diff->change[i];
		const struct tp_config_item *either =
			change->after != NULL ? change->after : change->before;

		service_apply(s, change->resource->id, either->id, change->after);
	}
	tp_saver_taken_over(&s->save.saver, s->config);
	/* Even as it was: certificates are read anew. */
	service_apply(s, TP_IP_SERVICE, 0, NULL);
	s->reloads++;
	tp_log_info("config", "%s is in force, %u change%s", s->path, diff->count,
		    diff->count == 1 ? "" : "s");
	tp_event_config(&s->mailbox, "reload", s->path, "", "");
	tp_config_log_warnings(s->config);
	if (request != NULL)
		tp_api_answer(
			request, TP_API_OK,
			tp_api_reload_answer(diff->count, tp_config_warnings(s->config), waits));
	tp_config_destroy(old);
}

/* What leads to CONFIG; with PARTIAL without what needs a restart, which is in WAITS. */
static int compare(struct service *s, struct tp_config *config, bool partial,
		   struct tp_config_diff *diff, struct tp_errors *waits, struct tp_error *e)
{
	int error = tp_config_diff(s->config, config, diff);

	if (error != 0 || !diff->restart)
		return error;
	tp_config_restarts(diff, s->path, waits);
	if (!partial)
		return 0;
	error = tp_config_hold_back(config, diff, e);
	tp_config_diff_clear(diff);
	return error == 0 ? tp_config_diff(s->config, config, diff) : error;
}

static void apply(struct service *s, struct tp_request *request, struct tp_config *config,
		  bool partial)
{
	struct tp_config_diff diff = {0};
	struct tp_errors waits = {0};
	struct tp_error e = {0};

	if (compare(s, config, partial, &diff, &waits, &e) != 0) {
		refuse(s, request, TP_API_INTERNAL,
		       e.message[0] != '\0' ? e.message : "out of memory");
		tp_config_destroy(config);
	} else if (diff.restart) {
		refuse_errors(s, request, &waits,
			      "; `/system reload partial=yes` applies the rest");
		tp_config_destroy(config);
	} else {
		take_over(s, config, &diff, &waits, request);
	}
	tp_config_diff_clear(&diff);
	tp_errors_clear(&waits);
}

void service_reload(struct service *s, struct tp_request *request)
{
	struct tp_errors errors = {0};
	struct tp_config *config;
	bool partial = false;

	if (request != NULL && !tp_api_read_switch(request->body, "partial", &partial)) {
		refuse(s, request, TP_API_BAD_REQUEST,
		       "the body may have partial, yes or no, and nothing else");
		return;
	}
	/* What the API has changed before is not undone, unless somebody has edited the file. */
	tp_save_finish(&s->save, s->config);
	config = tp_config_load(TP_PROGRAM_CLIENT, s->path, &errors);
	if (config == NULL)
		refuse_errors(s, request, &errors, "");
	else
		apply(s, request, config, partial);
	tp_errors_clear(&errors);
}
