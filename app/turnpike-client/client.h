/* SPDX-License-Identifier: BSD-3-Clause */
/* One item of /interface/pppoe-client, and its connection, as the configuration has it. */
#pragma once

#include <sys/queue.h>

#include "connection.h"

struct service;

/* What all connections of a client have carried together. */
struct client_counters {
	uint64_t packets_in, packets_out;
	uint64_t bytes_in, bytes_out; /* of IP */
	uint64_t dropped;
	uint64_t dials, failures, connections;
};

struct client {
	TAILQ_ENTRY(client) entry;
	struct service *service;
	uint32_t id; /* the item's */
	bool disabled;
	bool removed;		     /* the item is gone; the connection may still be hanging up */
	struct settings wanted;	     /* as the configuration has them now */
	struct settings settings;    /* the connection's */
	struct dhcp6_settings dhcp6; /* as the configuration has them now */
	struct connection *connection; /* NULL: there is none */
	uint64_t open_ms;	       /* when to try to open one; TP_NEVER */
	struct tp_error error;	       /* why there is none; code 0: no reason */
	struct client_counters past;   /* of connections that were closed */
};

struct client *client_create(struct service *service, const struct tp_config_client *item);

/* Takes over ITEM, which is in the configuration. The connection is dialled anew if it needs to
 * be. */
void client_set(struct client *client, const struct tp_config_client *item);

/* Its `/ipv6 dhcp-client` may have changed. */
void client_set_dhcp6(struct client *client);

/* Hangs up; when that is done client_is_over(). */
void client_remove(struct client *client);
bool client_is_over(const struct client *client);
void client_destroy(struct client *client);

void client_tick(struct client *client, uint64_t now_ms);

/* Something has become of an interface of the machine, or, with NULL, perhaps of any. */
void client_changed(struct client *client, const struct monitor_change *change, uint64_t now_ms);

/* Why it can't be dialled: its interface is not there. NULL: it can, or need not. */
const char *client_invalid(const struct client *client);
uint64_t client_deadline(const struct client *client);

struct client_counters client_counters(const struct client *client);
