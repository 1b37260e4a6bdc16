/* SPDX-License-Identifier: BSD-3-Clause */
/* What operators see of what RADIUS servers ask of us. */
#include <stdio.h>

#include "api/json.h"
#include "control/control_private.h"
#include "control/radius/incoming.h"
#include "control/radius/radius.h"

#define LIST 512

/* clang-format off */
const struct tp_status tp_radius_incoming_status[] = {
	{"requests", "Requests, whatever became of them"},
	{"acks", "Sessions that were ended or changed"},
	{"naks", "Requests that were refused"},
	{"nak-causes", "How many for which cause (Error-Cause, RFC 5176)"},
	{"duplicates", "Requests that came again, and had their answer again"},
	{"bad-requests", "Requests that were ignored"},
	{"bad-reasons", "How many for which reason"},
	TP_STATUS_END,
};
/* clang-format on */

static void add(char list[LIST], size_t *used, const char *name, uint64_t count)
{
	if (count == 0 || *used >= LIST - 1)
		return;
	*used += (size_t)snprintf(list + *used, LIST - *used, "%s%s=%llu", *used > 0 ? "," : "",
				  name, (unsigned long long)count);
}

void tp_radius_incoming_describe(void *user, const struct tp_config_item *item, json_t *o)
{
	const struct tp_control *c = user;
	const struct tp_radius_dynamic_counters *n =
		tp_radius_incoming_counters(c->radius->incoming);
	char causes[LIST] = "", reasons[LIST] = "";
	size_t causes_used = 0, reasons_used = 0;
	uint64_t ignored = 0;

	for (unsigned i = 0; i < TP_RADIUS_ERROR_COUNT; i++)
		add(causes, &causes_used, tp_radius_error_name(tp_radius_error_at(i)), n->naks[i]);
	for (unsigned i = 0; i < TP_RADIUS_DYNAMIC_REASON_COUNT; i++) {
		add(reasons, &reasons_used, tp_radius_dynamic_reason_name(i), n->ignored[i]);
		ignored += n->ignored[i];
	}
	tp_json_number(o, "requests", n->requests);
	tp_json_number(o, "acks", n->coa_acks + n->disconnect_acks);
	tp_json_number(o, "naks", n->coa_naks + n->disconnect_naks);
	if (causes_used > 0)
		tp_json_text(o, "nak-causes", causes);
	tp_json_number(o, "duplicates", n->duplicates);
	tp_json_number(o, "bad-requests", ignored);
	if (reasons_used > 0)
		tp_json_text(o, "bad-reasons", reasons);
}

void tp_radius_incoming_samples(const struct tp_control *c, struct tp_samples *to)
{
	const struct tp_radius_dynamic_counters *n =
		tp_radius_incoming_counters(c->radius->incoming);

	tp_samples_counter(to, "turnpike_radius_incoming_requests_total",
			   "Requests of RADIUS servers to end or change sessions.", n->requests);
	tp_samples_counter(to, "turnpike_radius_incoming_duplicates_total",
			   "Requests that came again, and had their answer again.", n->duplicates);
	tp_samples_family(to, false, "turnpike_radius_incoming_acks_total", "request",
			  "Requests carried out.");
	tp_samples_put(to, "coa", n->coa_acks);
	tp_samples_put(to, "disconnect", n->disconnect_acks);
	tp_samples_family(to, false, "turnpike_radius_incoming_naks_total", "cause",
			  "Requests refused.");
	for (unsigned i = 0; i < TP_RADIUS_ERROR_COUNT; i++)
		tp_samples_put(to, tp_radius_error_name(tp_radius_error_at(i)), n->naks[i]);
	tp_samples_family(to, false, "turnpike_radius_incoming_ignored_total", "reason",
			  "Requests ignored.");
	for (unsigned i = 0; i < TP_RADIUS_DYNAMIC_REASON_COUNT; i++)
		tp_samples_put(to, tp_radius_dynamic_reason_name(i), n->ignored[i]);
}
