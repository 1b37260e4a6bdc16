/* SPDX-License-Identifier: BSD-3-Clause */
#include "control/traffic.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <uthash.h>

#include "dataplane/dataplane.h"

#define ROUND_MS   4000 /* in which all sessions are looked at */
#define SLICE_MAX  256	/* slots at once */
#define VLAN_DEPTH 2	/* an inner tag's and an outer one's */

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

struct vlan {
	uint32_t id;
	struct tp_traffic_sum sum, round; /* now, and when the last round began */
	struct tp_traffic_sum rate;
	UT_hash_handle hh;
};

/* Of a slot, when it was looked at last. There is one of each session, so of what does not turn
 * over between two looks there are the low 32 bits, or 40. */
struct look {
	uint32_t bytes_in[FAMILIES], bytes_out[FAMILIES];
	uint8_t bytes_in_high[FAMILIES], bytes_out_high[FAMILIES]; /* the next 8 bits */
	uint32_t packets_in[FAMILIES], packets_out[FAMILIES];
	uint32_t drops_in, drops_out;
	uint32_t ms;
	uint32_t packets_in_rate, packets_out_rate, bytes_in_rate, bytes_out_rate; /* a second */
};
_Static_assert(sizeof(struct look) == 64, "there is one for each of max-sessions");

/* What came between two looks. */
struct step {
	struct sums sums;
	uint64_t drops_in, drops_out;
};

struct tp_traffic {
	uint32_t max_sessions;
	struct look *looks; /* of each slot */
	struct server *servers;
	struct vlan *vlans;
	uint64_t round_ms; /* when it began; 0: none has */
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
	t->looks = calloc(max_sessions, sizeof(*t->looks));
	if (t->looks == NULL) {
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

void tp_traffic_forget_vlan(struct tp_traffic *t, uint32_t id)
{
	struct vlan *vlan;

	HASH_FIND(hh, t->vlans, &id, sizeof(id), vlan);
	if (vlan == NULL)
		return;
	HASH_DEL(t->vlans, vlan);
	free(vlan);
}

void tp_traffic_destroy(struct tp_traffic *t)
{
	struct server *server, *next;
	struct vlan *vlan, *after;

	if (t == NULL)
		return;
	HASH_ITER (hh, t->servers, server, next) {
		HASH_DEL(t->servers, server);
		free(server);
	}
	HASH_ITER (hh, t->vlans, vlan, after) {
		HASH_DEL(t->vlans, vlan);
		free(vlan);
	}
	free(t->looks);
	free(t);
}

static struct look look_of(const struct tp_session_counters *n, uint64_t now_ms)
{
	const uint64_t in[] = {n->bytes_in - n->ipv6_bytes_in, n->ipv6_bytes_in};
	const uint64_t out[] = {n->bytes_out - n->ipv6_bytes_out, n->ipv6_bytes_out};

	return (struct look){
		.bytes_in = {(uint32_t)in[IPV4], (uint32_t)in[IPV6]},
		.bytes_out = {(uint32_t)out[IPV4], (uint32_t)out[IPV6]},
		.bytes_in_high = {(uint8_t)(in[IPV4] >> 32), (uint8_t)(in[IPV6] >> 32)},
		.bytes_out_high = {(uint8_t)(out[IPV4] >> 32), (uint8_t)(out[IPV6] >> 32)},
		.packets_in = {(uint32_t)(n->packets_in - n->ipv6_packets_in),
			       (uint32_t)n->ipv6_packets_in},
		.packets_out = {(uint32_t)(n->packets_out - n->ipv6_packets_out),
				(uint32_t)n->ipv6_packets_out},
		.drops_in = (uint32_t)n->drops_in,
		.drops_out = (uint32_t)n->drops_out,
		.ms = (uint32_t)now_ms,
	};
}

/* A number that is less than it was has been read in pieces: it is caught up with next time. */
static uint64_t more(uint64_t now, uint64_t before, unsigned bits)
{
	const uint64_t step = (now - before) & ((UINT64_C(1) << bits) - 1);

	return step >> (bits - 1) == 0 ? step : 0;
}

static uint64_t more_of_32(uint32_t now, uint32_t before)
{
	return more(now, before, 32);
}

static uint64_t whole(uint32_t low, uint8_t high)
{
	return (uint64_t)high << 32 | low;
}

static struct step between(const struct look *now, const struct look *before)
{
	struct step step = {.drops_in = more_of_32(now->drops_in, before->drops_in),
			    .drops_out = more_of_32(now->drops_out, before->drops_out)};

	for (unsigned i = 0; i < FAMILIES; i++)
		step.sums.of[i] = (struct amount){
			.packets_in = more_of_32(now->packets_in[i], before->packets_in[i]),
			.bytes_in = more(whole(now->bytes_in[i], now->bytes_in_high[i]),
					 whole(before->bytes_in[i], before->bytes_in_high[i]), 40),
			.packets_out = more_of_32(now->packets_out[i], before->packets_out[i]),
			.bytes_out =
				more(whole(now->bytes_out[i], now->bytes_out_high[i]),
				     whole(before->bytes_out[i], before->bytes_out_high[i]), 40),
		};
	return step;
}

static void add(struct sums *to, const struct sums *step)
{
	for (unsigned i = 0; i < FAMILIES; i++) {
		to->of[i].packets_in += step->of[i].packets_in;
		to->of[i].bytes_in += step->of[i].bytes_in;
		to->of[i].packets_out += step->of[i].packets_out;
		to->of[i].bytes_out += step->of[i].bytes_out;
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

static struct vlan *vlan_of(struct tp_traffic *t, uint32_t id)
{
	struct vlan *vlan;

	HASH_FIND(hh, t->vlans, &id, sizeof(id), vlan);
	if (vlan != NULL)
		return vlan;
	vlan = calloc(1, sizeof(*vlan));
	if (vlan == NULL)
		return NULL;
	vlan->id = id;
	HASH_ADD(hh, t->vlans, id, sizeof(vlan->id), vlan);
	return vlan;
}

/* Of both families. */
static struct tp_traffic_sum total(const struct step *step)
{
	struct tp_traffic_sum sum = {.drops_in = step->drops_in, .drops_out = step->drops_out};

	for (unsigned i = 0; i < FAMILIES; i++) {
		sum.packets_in += step->sums.of[i].packets_in;
		sum.bytes_in += step->sums.of[i].bytes_in;
		sum.packets_out += step->sums.of[i].packets_out;
		sum.bytes_out += step->sums.of[i].bytes_out;
	}
	return sum;
}

static struct tp_traffic_sum a_second(const struct tp_traffic_sum *sum, uint64_t ms)
{
	if (ms == 0)
		return (struct tp_traffic_sum){0};
	return (struct tp_traffic_sum){
		.packets_in = sum->packets_in * 1000 / ms,
		.bytes_in = sum->bytes_in * 1000 / ms,
		.drops_in = sum->drops_in * 1000 / ms,
		.packets_out = sum->packets_out * 1000 / ms,
		.bytes_out = sum->bytes_out * 1000 / ms,
		.drops_out = sum->drops_out * 1000 / ms,
	};
}

static void add_sum(struct tp_traffic_sum *to, const struct tp_traffic_sum *sum)
{
	to->packets_in += sum->packets_in;
	to->bytes_in += sum->bytes_in;
	to->drops_in += sum->drops_in;
	to->packets_out += sum->packets_out;
	to->bytes_out += sum->bytes_out;
	to->drops_out += sum->drops_out;
}

/* Its server's interface, if it is a VLAN, and the one that this is on. */
static void add_to_vlans(struct tp_traffic *t, const struct tp_config *config, uint32_t server_id,
			 const struct tp_traffic_sum *sum)
{
	const struct tp_config_server *server =
		(const void *)tp_config_by_id(config, TP_PPPOE_SERVER, server_id);
	const char *name = server != NULL ? server->interface : NULL;

	for (unsigned depth = 0; name != NULL && depth < VLAN_DEPTH; depth++) {
		const struct tp_config_item *item =
			tp_config_by_key(config, TP_INTERFACE_VLAN, name);
		struct vlan *vlan = item != NULL ? vlan_of(t, item->id) : NULL;

		if (vlan != NULL)
			add_sum(&vlan->sum, sum);
		name = item != NULL ? ((const struct tp_config_vlan *)item)->interface : NULL;
	}
}

void tp_traffic_begin(struct tp_traffic *t, const struct tp_session_info *info,
		      const struct tp_session_counters *counters, uint64_t now_ms)
{
	if (info->slot < t->max_sessions)
		t->looks[info->slot] = look_of(counters, now_ms);
}

static uint32_t bounded(uint64_t rate)
{
	return rate < UINT32_MAX ? (uint32_t)rate : UINT32_MAX;
}

/* When two looks have the same time, it goes on as fast as it was. */
static void set_rate(struct look *now, const struct look *before, const struct tp_traffic_sum *sum)
{
	const uint32_t ms = now->ms - before->ms;
	const struct tp_traffic_sum rate = a_second(sum, ms);

	now->packets_in_rate = ms > 0 ? bounded(rate.packets_in) : before->packets_in_rate;
	now->packets_out_rate = ms > 0 ? bounded(rate.packets_out) : before->packets_out_rate;
	now->bytes_in_rate = ms > 0 ? bounded(rate.bytes_in) : before->bytes_in_rate;
	now->bytes_out_rate = ms > 0 ? bounded(rate.bytes_out) : before->bytes_out_rate;
}

void tp_traffic_count(struct tp_traffic *t, const struct tp_config *config,
		      const struct tp_session_info *info,
		      const struct tp_session_counters *counters, uint64_t now_ms)
{
	struct look now = look_of(counters, now_ms), *before;
	struct tp_traffic_sum sum;
	struct server *server;
	struct step step;

	if (info->slot >= t->max_sessions)
		return;
	before = &t->looks[info->slot];
	step = between(&now, before);
	server = server_of(t, info->server_id);
	if (server != NULL)
		add(&server->sums, &step.sums);
	if (info->access.port < TP_DATAPLANE_MAX_PORTS)
		add(&t->ports[info->access.port], &step.sums);
	sum = total(&step);
	add_to_vlans(t, config, info->server_id, &sum);
	set_rate(&now, before, &sum);
	*before = now;
}

struct tp_traffic_sum tp_traffic_rate(const struct tp_traffic *t, uint32_t slot)
{
	const struct look *look;

	if (slot >= t->max_sessions)
		return (struct tp_traffic_sum){0};
	look = &t->looks[slot];
	return (struct tp_traffic_sum){
		.packets_in = look->packets_in_rate,
		.bytes_in = look->bytes_in_rate,
		.packets_out = look->packets_out_rate,
		.bytes_out = look->bytes_out_rate,
	};
}

struct tp_traffic_sum tp_traffic_of_vlan(const struct tp_traffic *t, uint32_t id)
{
	const struct vlan *vlan;

	HASH_FIND(hh, t->vlans, &id, sizeof(id), vlan);
	return vlan != NULL ? vlan->sum : (struct tp_traffic_sum){0};
}

struct tp_traffic_sum tp_traffic_vlan_rate(const struct tp_traffic *t, uint32_t id)
{
	const struct vlan *vlan;

	HASH_FIND(hh, t->vlans, &id, sizeof(id), vlan);
	return vlan != NULL ? vlan->rate : (struct tp_traffic_sum){0};
}

static struct tp_traffic_sum since(const struct tp_traffic_sum *now,
				   const struct tp_traffic_sum *before)
{
	return (struct tp_traffic_sum){
		.packets_in = now->packets_in - before->packets_in,
		.bytes_in = now->bytes_in - before->bytes_in,
		.drops_in = now->drops_in - before->drops_in,
		.packets_out = now->packets_out - before->packets_out,
		.bytes_out = now->bytes_out - before->bytes_out,
		.drops_out = now->drops_out - before->drops_out,
	};
}

void tp_traffic_round(struct tp_traffic *t, uint64_t now_ms)
{
	const uint64_t ms = t->round_ms != 0 ? now_ms - t->round_ms : 0;
	struct vlan *vlan, *next;

	HASH_ITER (hh, t->vlans, vlan, next) {
		const struct tp_traffic_sum sum = since(&vlan->sum, &vlan->round);

		vlan->rate = a_second(&sum, ms);
		vlan->round = vlan->sum;
	}
	t->round_ms = now_ms;
}

uint32_t tp_traffic_due(struct tp_traffic *t, uint32_t slots, uint64_t now_ms)
{
	uint64_t due;

	if (t->looked_ms == 0 || slots == 0)
		t->looked_ms = now_ms;
	if (slots == 0 && now_ms - t->round_ms >= ROUND_MS)
		tp_traffic_round(t, now_ms); /* nobody is there to end one */
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
