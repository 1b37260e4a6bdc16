/* SPDX-License-Identifier: BSD-3-Clause */
#include "mgmt/server.h"

static void add(json_t *array, const char *name, const char *type, const char *help,
		const char *reason, uint64_t value)
{
	json_t *sample = json_pack("{s:s,s:s,s:s,s:I}", "name", name, "type", type, "help", help,
				   "value", (json_int_t)value);

	if (reason != NULL)
		json_object_set_new(sample, "labels", json_pack("{s:s}", "reason", reason));
	json_array_append_new(array, sample);
}

static void add_logins(const struct tp_mgmt *mgmt, json_t *array)
{
	add(array, "turnpike_management_logins_accepted_total", "counter",
	    "HTTP requests over the network whose user was let in", NULL,
	    mgmt_logins_count(mgmt->logins, MGMT_LOGIN_OK));
	for (int i = MGMT_LOGIN_NONE; i < MGMT_LOGIN_RESULTS; i++)
		add(array, "turnpike_management_logins_refused_total", "counter",
		    "HTTP requests over the network whose user was not let in", mgmt_login_words[i],
		    mgmt_logins_count(mgmt->logins, i));
	add(array, "turnpike_management_logins_locked", "gauge",
	    "Addresses that must wait after too many wrong logins", NULL,
	    mgmt_logins_locked(mgmt->logins, mgmt->now_ms));
	add(array, "turnpike_management_forbidden_total", "counter",
	    "HTTP requests that the user's group does not allow", NULL, mgmt->forbidden);
}

static void add_services(const struct tp_mgmt *mgmt, json_t *array)
{
	const struct mgmt_service *service;
	uint64_t now = 0;

	TAILQ_FOREACH (service, &mgmt->services, entry)
		if (service->secure)
			now += MHD_get_daemon_info(service->http,
						   MHD_DAEMON_INFO_CURRENT_CONNECTIONS)
				       ->num_connections;
	add(array, "turnpike_management_tls_connections", "gauge",
	    "Connections of the service www-ssl", NULL, now);
	add(array, "turnpike_management_tls_connections_total", "counter",
	    "Connections of the service www-ssl that were accepted", NULL, mgmt->tls_accepted);
	add(array, "turnpike_management_tls_refused_total", "counter",
	    "Connections refused by the service's address", NULL, mgmt->tls_refused);
	add(array, "turnpike_management_tls_expired_total", "counter",
	    "Connections cut off because nobody logged in in time", NULL, mgmt->tls_expired);
}

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
		{"turnpike_management_expired_total", "counter",
		 "Connections whose request did not come in time", mgmt->expired},
		{"turnpike_management_gave_way_total", "counter",
		 "Connections closed to make room for others", mgmt->gave_way},
		{"turnpike_management_accept_failures_total", "counter",
		 "Times that there was no descriptor for another connection",
		 mgmt->accept_failures},
		{"turnpike_management_cross_site_total", "counter",
		 "Requests refused because another site's page asked for them", mgmt->cross_site},
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

	add_logins(mgmt, array);
	add_services(mgmt, array);
	for (size_t i = 0; i < sizeof(samples) / sizeof(samples[0]); i++)
		json_array_append_new(array,
				      json_pack("{s:s,s:s,s:s,s:I}", "name", samples[i].name,
						"type", samples[i].type, "help", samples[i].help,
						"value", (json_int_t)samples[i].value));
	return array;
}
