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

/* All that is wrong in the file: each a line of the log; in an answer, the first few. */
static void refuse_errors(struct service *s, struct tp_request *request,
			  const struct tp_errors *errors)
{
	char detail[2048];
	size_t len = 0;

	for (unsigned i = 0; i < errors->count && len < sizeof(detail); i++)
		len += (size_t)snprintf(detail + len, sizeof(detail) - len, "%s%s: %s",
					i > 0 ? "; " : "", errors->error[i].place,
					errors->error[i].message);
	refuse(s, request, TP_API_BAD_REQUEST, detail);
}

static void take_over(struct service *s, struct tp_config *config,
		      const struct tp_config_diff *diff, struct tp_request *request)
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
	tp_event_config(&s->mailbox, "reload", s->path, "");
	if (request != NULL)
		tp_api_answer(request, TP_API_OK, json_pack("{s:i}", "changes", (int)diff->count));
	tp_config_destroy(old);
}

void service_reload(struct service *s, struct tp_request *request)
{
	struct tp_errors errors = {0};
	struct tp_config_diff diff;
	struct tp_config *config;

	/* What the API has changed before is not undone, unless somebody has edited the file. */
	tp_save_finish(&s->save, s->config);
	config = tp_config_load(TP_PROGRAM_CLIENT, s->path, &errors);
	if (config == NULL) {
		refuse_errors(s, request, &errors);
		tp_errors_clear(&errors);
		return;
	}
	if (tp_config_diff(s->config, config, &diff) != 0) {
		refuse(s, request, TP_API_INTERNAL, "out of memory");
		tp_config_destroy(config);
		return;
	}
	if (diff.restart) {
		refuse(s, request, TP_API_BAD_REQUEST,
		       "management.socket can't change while the client runs, it needs a restart");
		tp_config_destroy(config);
	} else {
		take_over(s, config, &diff, request);
	}
	tp_config_diff_clear(&diff);
}
