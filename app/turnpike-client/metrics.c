/* SPDX-License-Identifier: BSD-3-Clause */
/* The samples of /metrics. */
#include "api/json.h"
#include "service.h"

static json_t *sample(const char *name, const char *type, const char *help, json_t *labels,
		      uint64_t value)
{
	return json_pack("{s:s, s:s, s:s, s:o, s:I}", "name", name, "type", type, "help", help,
			 "labels", labels, "value", (json_int_t)value);
}

enum number {
	UP,
	UPTIME,
	PACKETS_IN,
	PACKETS_OUT,
	BYTES_IN,
	BYTES_OUT,
	DROPPED,
	DIALS,
	FAILURES,
	CONNECTIONS,
	NUMBERS
};

static uint64_t number_of(const struct service *s, const struct client *client, enum number number)
{
	const uint64_t since_ms = client->connection != NULL ? client->connection->connected_ms : 0;
	const struct client_counters counters = client_counters(client);

	switch (number) {
	case UP:
		return since_ms != 0;
	case UPTIME:
		return since_ms != 0 ? (s->now_ms - since_ms) / 1000 : 0;
	case PACKETS_IN:
		return counters.packets_in;
	case PACKETS_OUT:
		return counters.packets_out;
	case BYTES_IN:
		return counters.bytes_in;
	case BYTES_OUT:
		return counters.bytes_out;
	case DROPPED:
		return counters.dropped;
	case DIALS:
		return counters.dials;
	case FAILURES:
		return counters.failures;
	default:
		return counters.connections;
	}
}

static const struct {
	const char *name;
	const char *type;
	const char *help;
} numbers[NUMBERS] = {
	[UP] = {"turnpike_client_up", "gauge", "Connected: 1, else 0."},
	[UPTIME] = {"turnpike_client_uptime_seconds", "gauge", "Since when, in seconds."},
	[PACKETS_IN] = {"turnpike_client_packets_in_total", "counter",
			"Packets from the access concentrator."},
	[PACKETS_OUT] = {"turnpike_client_packets_out_total", "counter", "Packets to it."},
	[BYTES_IN] = {"turnpike_client_bytes_in_total", "counter", "Bytes of those, of IP."},
	[BYTES_OUT] = {"turnpike_client_bytes_out_total", "counter", "Bytes of those, of IP."},
	[DROPPED] = {"turnpike_client_dropped_total", "counter",
		     "Frames and packets that came to nothing."},
	[DIALS] = {"turnpike_client_dials_total", "counter", "Times that it has dialled."},
	[FAILURES] = {"turnpike_client_dial_failures_total", "counter",
		      "Times that no connection came of it."},
	[CONNECTIONS] = {"turnpike_client_connections_total", "counter",
			 "Connections that came up."},
};

json_t *service_metrics(struct service *s)
{
	json_t *array = json_array();
	const struct client *client;

	json_array_append_new(array, sample("turnpike_build_info", "gauge", "What runs.",
					    json_pack("{s:s}", "version", TP_VERSION), 1));
	json_array_append_new(array,
			      sample("turnpike_uptime_seconds", "gauge", "Time since the start.",
				     json_object(), (s->now_ms - s->started_ms) / 1000));
	json_array_append_new(array, sample("turnpike_config_unsaved_changes", "gauge",
					    "Changes that are in force and not in the file.",
					    json_object(), s->save.saver.changes));
	for (enum number number = 0; number < NUMBERS; number++)
		TAILQ_FOREACH (client, &s->clients, entry)
			json_array_append_new(
				array, sample(numbers[number].name, numbers[number].type,
					      numbers[number].help,
					      json_pack("{s:s}", "client", client->wanted.name),
					      number_of(s, client, number)));
	return array;
}
