/* SPDX-License-Identifier: BSD-3-Clause */
/* The samples of /metrics. */
#include <string.h>

#include "api/samples.h"
#include "service.h"

#define ROWS 13 /* of each client */

/* All of CLIENT's, in their order. */
static void rows_of(const struct service *s, const struct client *client,
		    struct tp_sample_row rows[ROWS])
{
	const uint64_t since_ms = client->connection != NULL ? client->connection->connected_ms : 0;
	const struct client_counters n = client_counters(client);
	const struct tp_sample_row all[ROWS] = {
		{"turnpike_client_up", true, "Connected: 1, else 0.", since_ms != 0},
		{"turnpike_client_ipv4_up", true, "It has IPv4: 1, else 0.",
		 client->connection != NULL && client->connection->ipv4},
		{"turnpike_client_ipv6_up", true, "It has IPv6: 1, else 0.",
		 client->connection != NULL && client->connection->ipv6},
		{"turnpike_client_delegated_prefix", true,
		 "It holds a delegated prefix: 1, else 0.",
		 client->connection != NULL && client->connection->host6.host.bound &&
			 client->connection->host6.delegated.length != 0},
		{"turnpike_client_uptime_seconds", true, "Since when, in seconds.",
		 since_ms != 0 ? (s->now_ms - since_ms) / 1000 : 0},
		{"turnpike_client_packets_in_total", false, "Packets from the access concentrator.",
		 n.packets_in},
		{"turnpike_client_packets_out_total", false, "Packets to it.", n.packets_out},
		{"turnpike_client_bytes_in_total", false, "Bytes of those from it, of IP.",
		 n.bytes_in},
		{"turnpike_client_bytes_out_total", false, "Bytes of those to it, of IP.",
		 n.bytes_out},
		{"turnpike_client_dropped_total", false, "Frames and packets that came to nothing.",
		 n.dropped},
		{"turnpike_client_dials_total", false, "Times that it has dialled.", n.dials},
		{"turnpike_client_dial_failures_total", false,
		 "Times that no connection came of it.", n.failures},
		{"turnpike_client_connections_total", false, "Connections that came up.",
		 n.connections},
	};

	memcpy(rows, all, sizeof(all));
}

json_t *service_metrics(struct service *s)
{
	const struct tp_sample_row own[] = {
		{"turnpike_uptime_seconds", true, "Time since the start.",
		 (s->now_ms - s->started_ms) / 1000},
		{"turnpike_config_unsaved_changes", true,
		 "Changes that are in force and not in the file.", s->save.saver.changes},
	};
	json_t *array = json_array();
	struct tp_samples to = {.fn = tp_samples_write, .user = array};
	const struct client *client;
	struct tp_sample_row rows[ROWS];

	tp_samples_family(&to, true, "turnpike_build_info", "version", "What runs.");
	tp_samples_put(&to, TP_VERSION, 1);
	tp_samples_rows(&to, own, sizeof(own) / sizeof(own[0]));
	for (unsigned i = 0; i < ROWS; i++)
		TAILQ_FOREACH (client, &s->clients, entry) {
			const struct tp_sample_row *row = &rows[i];

			rows_of(s, client, rows);
			tp_samples_family(&to, row->gauge, row->name, "client", row->help);
			tp_samples_put(&to, client->wanted.name, row->value);
		}
	return array;
}
