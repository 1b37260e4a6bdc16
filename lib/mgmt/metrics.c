/* SPDX-License-Identifier: BSD-3-Clause */
#include "mgmt/server.h"

json_t *mgmt_metrics(const struct tp_mgmt *mgmt)
{
	const struct {
		const char *name, *type, *help;
		uint64_t value;
	} samples[] = {
		{"turnpike_management_requests_total", "counter", "HTTP requests answered",
		 mgmt->requests},
		{"turnpike_management_refused_total", "counter",
		 "HTTP requests answered with 503 or 504", mgmt->refused},
		{"turnpike_management_requests_under_way", "gauge",
		 "Requests that control is working on", mgmt->under_way},
		{"turnpike_management_event_listeners", "gauge", "Clients of /rest/events",
		 mgmt->listeners},
		{"turnpike_management_events_total", "counter", "Events delivered to listeners",
		 mgmt->events},
		{"turnpike_management_events_lost_total", "counter",
		 "Events that a listener was too slow for", mgmt->events_lost},
	};
	json_t *array = json_array();

	for (size_t i = 0; i < sizeof(samples) / sizeof(samples[0]); i++)
		json_array_append_new(array,
				      json_pack("{s:s,s:s,s:s,s:I}", "name", samples[i].name,
						"type", samples[i].type, "help", samples[i].help,
						"value", (json_int_t)samples[i].value));
	return array;
}
