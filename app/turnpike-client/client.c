/* SPDX-License-Identifier: BSD-3-Clause */
#include "client.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "service.h"

#define RETRY_MS 2000 /* to open what could not be opened: an interface that is not there yet */

static void on_connected(void *owner, struct connection *c)
{
	struct client *client = owner;

	client->past.connections++;
	service_tell(client->service, client, "client-connected", NULL);
}

static void on_disconnected(void *owner, struct connection *c, const char *reason)
{
	struct client *client = owner;

	service_tell(client->service, client, "client-disconnected", reason);
}

static void on_dhcp6(void *owner, struct connection *c, const char *text)
{
	struct client *client = owner;

	service_tell(client->service, client, "client-prefix", text);
}

static const struct connection_ops connection_ops = {
	.dhcp6 = on_dhcp6,
	.connected = on_connected,
	.disconnected = on_disconnected,
};

static void add_connection(struct client_counters *sum, const struct connection *c)
{
	for (unsigned i = 0; i < c->link_count; i++) {
		const struct forward *forward = &c->link[i].forward;

		sum->packets_in += forward->packets_in;
		sum->packets_out += forward->packets_out;
		sum->bytes_in += forward->bytes_in;
		sum->bytes_out += forward->bytes_out;
		sum->dropped += forward->dropped;
	}
	sum->dropped += c->multilink.dropped + c->encryption.dropped;
	sum->dials += c->dials;
	sum->failures += c->failures;
}

struct client_counters client_counters(const struct client *client)
{
	struct client_counters sum = client->past;

	if (client->connection != NULL)
		add_connection(&sum, client->connection);
	return sum;
}

static void open_connection(struct client *client, uint64_t now_ms)
{
	struct service *s = client->service;
	struct connection *c = malloc(sizeof(*c));
	struct tp_error error = {0};
	int err;

	client->open_ms = TP_NEVER;
	client->settings = client->wanted;
	err = c != NULL ? connection_open(c, &client->settings, &s->loop, s->resolver,
					  &connection_ops, client, now_ms, &error)
			: tp_error_set(&error, -ENOMEM, NULL, "out of memory");
	if (err == 0) {
		client->connection = c;
		connection_set_dhcp6(c, &client->dhcp6, now_ms);
		client->error = (struct tp_error){0};
		return;
	}
	free(c);
	/* Told once, not at each try. */
	if (strcmp(error.message, client->error.message) != 0)
		tp_log_error(client->wanted.name, "%s: %s", error.place, error.message);
	client->error = error;
	client->open_ms = now_ms + RETRY_MS;
}

static void close_connection(struct client *client)
{
	if (client->connection == NULL)
		return;
	add_connection(&client->past, client->connection);
	connection_close(client->connection);
	free(client->connection);
	client->connection = NULL;
}

/* Hangs up, and opens it again as it is wanted to be. */
static void renew(struct client *client)
{
	const uint64_t now_ms = client->service->now_ms;

	client->error = (struct tp_error){0};
	client->open_ms = client->disabled || client->removed ? TP_NEVER : now_ms;
	if (client->connection != NULL && !client->connection->hanging_up)
		connection_hang_up(client->connection, now_ms);
}

struct client *client_create(struct service *service, const struct tp_config_client *item)
{
	struct client *client = calloc(1, sizeof(*client));

	if (client == NULL)
		return NULL;
	client->service = service;
	client->id = item->head.id;
	client->disabled = item->disabled;
	settings_read(&client->wanted, service->config, item);
	settings_read_dhcp6(&client->dhcp6, service->config, item->name);
	renew(client);
	return client;
}

void client_set(struct client *client, const struct tp_config_client *item)
{
	struct settings wanted;

	settings_read(&wanted, client->service->config, item);
	if (client->disabled == item->disabled && settings_equal(&wanted, &client->wanted))
		return;
	client->disabled = item->disabled;
	client->wanted = wanted;
	renew(client);
}

void client_set_dhcp6(struct client *client)
{
	settings_read_dhcp6(&client->dhcp6, client->service->config, client->wanted.name);
	if (client->connection != NULL && !client->connection->hanging_up)
		connection_set_dhcp6(client->connection, &client->dhcp6, client->service->now_ms);
}

void client_remove(struct client *client)
{
	client->removed = true;
	renew(client);
}

bool client_is_over(const struct client *client)
{
	return client->removed && client->connection == NULL;
}

void client_destroy(struct client *client)
{
	close_connection(client);
	explicit_bzero(client, sizeof(*client));
	free(client);
}

static bool dials_over(const struct client *client, const char *interface)
{
	for (unsigned i = 0; i < client->wanted.interface_count; i++)
		if (strcmp(client->wanted.interface[i], interface) == 0)
			return true;
	return false;
}

void client_changed(struct client *client, const struct monitor_change *change, uint64_t now_ms)
{
	if (client->connection != NULL)
		connection_changed(client->connection, change, now_ms);
	else if (client->open_ms != TP_NEVER && change != NULL && dials_over(client, change->name))
		client->open_ms = now_ms; /* it may be the one that was missed */
}

const char *client_invalid(const struct client *client)
{
	if (client->disabled)
		return NULL;
	if (client->connection != NULL)
		return connection_invalid(client->connection);
	return client->error.code != 0 ? client->error.message : NULL;
}

void client_tick(struct client *client, uint64_t now_ms)
{
	if (client->connection != NULL)
		connection_tick(client->connection, now_ms);
	if (client->connection != NULL && client->connection->finished) {
		if (client->connection->broken && !client->disabled && !client->removed)
			client->open_ms = now_ms;
		close_connection(client);
	}
	if (client->connection == NULL && now_ms >= client->open_ms)
		open_connection(client, now_ms);
}

uint64_t client_deadline(const struct client *client)
{
	if (client->connection == NULL)
		return client->open_ms;
	return client->connection->finished ? 0 : connection_deadline(client->connection);
}
