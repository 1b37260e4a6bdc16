/* SPDX-License-Identifier: BSD-3-Clause */
#include "api/samples.h"
#include "mgmt/process.h"
#include "mgmt/server.h"

static void add_logins(const struct tp_mgmt *mgmt, struct tp_samples *to)
{
	tp_samples_counter(to, "turnpike_management_logins_accepted_total",
			   "HTTP requests over the network whose user was let in",
			   mgmt_logins_count(mgmt->logins, MGMT_LOGIN_OK));
	tp_samples_family(to, false, "turnpike_management_logins_refused_total", "reason",
			  "HTTP requests over the network whose user was not let in");
	for (int i = MGMT_LOGIN_NONE; i < MGMT_LOGIN_RESULTS; i++)
		tp_samples_put(to, mgmt_login_words[i], mgmt_logins_count(mgmt->logins, i));
	tp_samples_gauge(to, "turnpike_management_logins_locked",
			 "Addresses that must wait after too many wrong logins",
			 mgmt_logins_locked(mgmt->logins, mgmt->now_ms));
	tp_samples_counter(to, "turnpike_management_forbidden_total",
			   "HTTP requests that the user's group does not allow", mgmt->forbidden);
}

static void add_services(const struct tp_mgmt *mgmt, struct tp_samples *to)
{
	const struct mgmt_service *service;
	uint64_t now = 0;

	TAILQ_FOREACH (service, &mgmt->services, entry)
		if (service->secure)
			now += MHD_get_daemon_info(service->http,
						   MHD_DAEMON_INFO_CURRENT_CONNECTIONS)
				       ->num_connections;
	tp_samples_gauge(to, "turnpike_management_tls_connections",
			 "Connections of the service www-ssl", now);
	tp_samples_counter(to, "turnpike_management_tls_connections_total",
			   "Connections of the service www-ssl that were accepted",
			   mgmt->tls_accepted);
	tp_samples_counter(to, "turnpike_management_tls_refused_total",
			   "Connections refused by the service's address", mgmt->tls_refused);
	tp_samples_counter(to, "turnpike_management_tls_expired_total",
			   "Connections cut off because nobody logged in in time",
			   mgmt->tls_expired);
}

static void add_binaries(const struct tp_mgmt *mgmt, struct tp_samples *to)
{
	const struct mgmt_binaries *binaries = &mgmt->binaries;
	const struct tp_sample_row rows[] = {
		{"turnpike_management_api_accepted_total", false,
		 "Connections of the services api and api-ssl that were accepted",
		 binaries->accepted},
		{"turnpike_management_api_refused_total", false,
		 "Connections refused by the service's address, or as there were too many",
		 binaries->refused},
		{"turnpike_management_api_expired_total", false,
		 "Connections cut off because nobody logged in, or took what was sent, in time",
		 binaries->expired},
		{"turnpike_management_api_sentences_total", false, "Sentences of clients",
		 binaries->sentences},
	};

	tp_samples_family(to, true, "turnpike_management_api_connections", "service",
			  "Connections of RouterOS's API");
	for (enum tp_service_name name = TP_SERVICE_API; name <= TP_SERVICE_API_SSL; name++)
		tp_samples_put(to, tp_service_words[name], binaries->service[name].sessions);
	tp_samples_rows(to, rows, sizeof(rows) / sizeof(rows[0]));
}

json_t *mgmt_metrics(const struct tp_mgmt *mgmt)
{
	const struct tp_sample_row rows[] = {
		{"turnpike_management_requests_total", false, "HTTP requests answered",
		 mgmt->requests},
		{"turnpike_management_refused_total", false,
		 "HTTP requests answered with 503 or 504", mgmt->refused},
		{"turnpike_management_expired_total", false,
		 "Connections whose request did not come in time", mgmt->expired},
		{"turnpike_management_gave_way_total", false,
		 "Connections closed to make room for others", mgmt->gave_way},
		{"turnpike_management_accept_failures_total", false,
		 "Times that there was no descriptor for another connection",
		 mgmt->accept_failures},
		{"turnpike_management_cross_site_total", false,
		 "Requests refused because another site's page asked for them", mgmt->cross_site},
		{"turnpike_management_requests_under_way", true,
		 "Requests that control is working on", mgmt->under_way},
		{"turnpike_management_event_listeners", true, "Clients of /rest/events",
		 mgmt->listeners},
		{"turnpike_management_events_total", false, "Events delivered to listeners",
		 mgmt->events},
		{"turnpike_management_events_lost_total", false,
		 "Events that a listener was too slow for", mgmt->events_lost},
	};
	json_t *array = json_array();
	struct tp_samples to = {.fn = tp_samples_write, .user = array};

	if (array == NULL)
		return NULL;
	add_logins(mgmt, &to);
	add_services(mgmt, &to);
	add_binaries(mgmt, &to);
	tp_samples_rows(&to, rows, sizeof(rows) / sizeof(rows[0]));
	mgmt_process_samples(&to);
	return array;
}
