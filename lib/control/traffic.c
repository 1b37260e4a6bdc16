/* SPDX-License-Identifier: BSD-3-Clause */
#include "control/traffic.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <uthash.h>

#include "dataplane/dataplane.h"

#define ROUND_MS  4000 /* in which all sessions are looked at */
#define SLICE_MAX 256  /* slots at once */

enum family { IPV4, IPV6, FAMILIES };

/* Of one family; in: from subscribers. */
struct amount {
	uint64_t packets_in, bytes_in, packets_out, bytes_out;
};

struct sums {
	struct amount of[FAMILIES];
};

struct server {
	uint32_t id;
	struct sums sums;
	UT_hash_handle hh;
};

struct tp_traffic {
	uint32_t max_sessions;
	struct sums *seen; /* of each slot, when it was looked at last */
	struct server *servers;
	struct sums ports[TP_DATAPLANE_MAX_PORTS];
	uint32_t cursor;
	uint64_t looked_ms;
	uint64_t owed; /* slots that time has made due, times ROUND_MS */
};

struct tp_traffic *tp_traffic_create(uint32_t max_sessions)
{
	struct tp_traffic *t = calloc(1, sizeof(*t));

	if (t == NULL)
		return NULL;
	t->max_sessions = max_sessions;
	t->seen = calloc(max_sessions, sizeof(*t->seen));
	if (t->seen == NULL) {
		free(t);
		return NULL;
	}
	return t;
}

void tp_traffic_forget(struct tp_traffic *t, uint32_t server_id)
{
	struct server *server;

	HASH_FIND(hh, t->servers, &server_id, sizeof(server_id), server);
	if (server == NULL)
		return;
	HASH_DEL(t->servers, server);
	free(server);
}

void tp_traffic_destroy(struct tp_traffic *t)
{
	struct server *server, *next;

	if (t == NULL)
		return;
	HASH_ITER (hh, t->servers, server, next) {
		HASH_DEL(t->servers, server);
		free(server);
	}
	free(t->seen);
	free(t);
}

static struct sums sums_of(const struct tp_session_counters *n)
{
	return (struct sums){.of = {
				     [IPV4] = {n->packets_in - n->ipv6_packets_in,
					       n->bytes_in - n->ipv6_bytes_in,
					       n->packets_out - n->ipv6_packets_out,
					       n->bytes_out - n->ipv6_bytes_out},
				     [IPV6] = {n->ipv6_packets_in, n->ipv6_bytes_in,
					       n->ipv6_packets_out, n->ipv6_bytes_out},
			     }};
}

/* A number that is less than it was has been read in pieces: it is caught up with next time. */
static uint64_t more(uint64_t now, uint64_t before)
{
	return now > before ? now - before : 0;
}

static void add(struct sums *to, const struct sums *now, const struct sums *before)
{
	for (unsigned i = 0; i < FAMILIES; i++) {
		const struct amount *n = &now->of[i], *b = &before->of[i];

		to->of[i].packets_in += more(n->packets_in, b->packets_in);
		to->of[i].bytes_in += more(n->bytes_in, b->bytes_in);
		to->of[i].packets_out += more(n->packets_out, b->packets_out);
		to->of[i].bytes_out += more(n->bytes_out, b->bytes_out);
	}
}

/* NULL: no memory, and what went by it counts for the port alone. */
static struct server *server_of(struct tp_traffic *t, uint32_t id)
{
	struct server *server;

	HASH_FIND(hh, t->servers, &id, sizeof(id), server);
	if (server != NULL)
		return server;
	server = calloc(1, sizeof(*server));
	if (server == NULL)
		return NULL;
	server->id = id;
	HASH_ADD(hh, t->servers, id, sizeof(server->id), server);
	return server;
}

void tp_traffic_begin(struct tp_traffic *t, const struct tp_session_info *info,
		      const struct tp_session_counters *counters)
{
	if (info->slot < t->max_sessions)
		t->seen[info->slot] = sums_of(counters);
}

void tp_traffic_count(struct tp_traffic *t, const struct tp_session_info *info,
		      const struct tp_session_counters *counters)
{
	const struct sums now = sums_of(counters);
	struct server *server;

	if (info->slot >= t->max_sessions)
		return;
	server = server_of(t, info->server_id);
	if (server != NULL)
		add(&server->sums, &now, &t->seen[info->slot]);
	if (info->access.port < TP_DATAPLANE_MAX_PORTS)
		add(&t->ports[info->access.port], &now, &t->seen[info->slot]);
	t->seen[info->slot] = now;
}

uint32_t tp_traffic_due(struct tp_traffic *t, uint32_t slots, uint64_t now_ms)
{
	uint64_t due;

	if (t->looked_ms == 0 || slots == 0)
		t->looked_ms = now_ms;
	t->owed += (now_ms - t->looked_ms) * slots;
	t->looked_ms = now_ms;
	due = t->owed / ROUND_MS;
	if (due > SLICE_MAX) {
		due = SLICE_MAX; /* what is late is let go: a round takes longer, then */
		t->owed = 0;
	} else {
		t->owed -= due * ROUND_MS;
	}
	return (uint32_t)due;
}

uint32_t *tp_traffic_cursor(struct tp_traffic *t)
{
	return &t->cursor;
}

/* ---- for monitoring ------------------------------------------------------------------------- */

/* One number of each place. */
struct metric {
	const char *name, *help; /* behind "turnpike_server_" or "turnpike_access_" */
	size_t offset;
};

static const struct metric metrics[] = {
	{"upstream_packets_total", "Packets from subscribers, by family.",
	 offsetof(struct amount, packets_in)},
	{"upstream_bytes_total", "Bytes of these.", offsetof(struct amount, bytes_in)},
	{"downstream_packets_total", "Packets to subscribers, by family.",
	 offsetof(struct amount, packets_out)},
	{"downstream_bytes_total", "Bytes of these.", offsetof(struct amount, bytes_out)},
};

static void put(struct tp_samples *to, const char *place, const struct sums *sums, size_t offset)
{
	static const char *const words[FAMILIES] = {[IPV4] = "ipv4", [IPV6] = "ipv6"};

	for (unsigned i = 0; i < FAMILIES; i++) {
		const char *amount = (const char *)&sums->of[i];

		to->sample.labels[1].value = words[i];
		tp_samples_put(to, place, *(const uint64_t *)(const void *)(amount + offset));
	}
}

static void begin(struct tp_samples *to, const char *prefix, const char *label,
		  const struct metric *metric, char name[64])
{
	snprintf(name, 64, "turnpike_%s_%s", prefix, metric->name);
	tp_samples_family(to, false, name, label, metric->help);
	to->sample.labels[1].name = "family";
}

void tp_traffic_samples(const struct tp_traffic *t, const struct tp_config *config,
			const char *const *ports, unsigned port_count, tp_sample_fn fn, void *user)
{
	struct tp_samples to = {.fn = fn, .user = user};
	static const struct sums none;
	char name[64];

	for (unsigned m = 0; m < sizeof(metrics) / sizeof(metrics[0]); m++) {
		const struct tp_config_item *item = tp_config_first(config, TP_PPPOE_SERVER);

		begin(&to, "server", "server", &metrics[m], name);
		for (; item != NULL; item = tp_config_next(item)) {
			const struct server *server;

			HASH_FIND(hh, t->servers, &item->id, sizeof(item->id), server);
			put(&to, item->key, server != NULL ? &server->sums : &none,
			    metrics[m].offset);
		}
		begin(&to, "access", "port", &metrics[m], name);
		for (unsigned i = 0; i < port_count; i++)
			if (ports[i] != NULL)
				put(&to, ports[i], &t->ports[i], metrics[m].offset);
	}
}
