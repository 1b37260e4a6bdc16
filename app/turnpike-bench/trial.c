/* SPDX-License-Identifier: BSD-3-Clause */
#include "trial.h"

#include <errno.h>
#include <rte_cycles.h>
#include <rte_ip.h>
#include <stdlib.h>
#include <string.h>

#include "wire/ipv6.h"
#include "wire/ppp.h"

#define SEND_AT_ONCE 32	    /* between two looks at what came in */
#define DRAIN_US     200000 /* how long stragglers are waited for */

static const uint16_t imix[] = {52, 576, 52, 52, 576, 52, 1480, 52, 576, 52, 576, 52};

static uint8_t tag_of(enum packet_family family)
{
	return (uint8_t)(1 + family);
}
_Static_assert(1 + PACKET_FAMILIES <= RIG_TAGS, "a tag for each family");

static void judge(struct trial_rig *rig, enum trial_direction direction, uint32_t flow,
		  const uint8_t *packet, uint16_t len)
{
	enum packet_family family = packet_family_of(packet, len);
	size_t headers = packet_headers(family);

	if (rig->result == NULL)
		return;
	struct stream *stream = &rig->result->count[direction][family].stream;

	if (len < headers)
		stream->foreign++;
	else
		stream_check(stream, flow, packet + headers, len - headers, rte_rdtsc());
}

static void subscriber_input(void *user, struct subscriber *s, const uint8_t *packet, uint16_t len)
{
	judge(user, TRIAL_DOWN, s->index, packet, len);
}

static const uint8_t *address6_of(const struct subscriber *s)
{
	return s->host->slaac.prefix.address;
}

/* Does PACKET, whole, have the subscriber's address as its source? */
static bool is_from(const struct subscriber *s, enum packet_family family, const uint8_t *packet)
{
	struct rte_ipv4_hdr ip;

	if (family == PACKET_IPV6)
		return s->host != NULL &&
		       tp_ipv6_same(((const struct tp_ipv6 *)packet)->src, address6_of(s));
	memcpy(&ip, packet, sizeof(ip));
	return ip.src_addr == rte_cpu_to_be_32(s->address);
}

/* Up: the flow is that of the stamp, if its subscriber has the source address. */
static void core_input(void *user, const uint8_t *packet, uint16_t len)
{
	struct trial_rig *rig = user;
	enum packet_family family = packet_family_of(packet, len);
	uint32_t flow = STREAM_NO_FLOW;

	if (len >= packet_least(family)) {
		flow = stream_flow_of(packet + packet_headers(family));
		if (flow < rig->measured && !is_from(&rig->city->subscribers[flow], family, packet))
			flow = STREAM_NO_FLOW;
	}
	judge(rig, TRIAL_UP, flow, packet, len);
}

static bool make_flows(struct trial_rig *rig, int direction, int family)
{
	uint32_t **sequence = &rig->sequence[direction][family];
	struct stream_flow **flows = &rig->flows[direction][family];

	*sequence = calloc(rig->measured, sizeof(**sequence));
	*flows = calloc(rig->measured, sizeof(**flows));
	return *sequence != NULL && *flows != NULL;
}

int trial_rig_init(struct trial_rig *rig, struct city *city, struct core_side *core,
		   uint32_t measured)
{
	*rig = (struct trial_rig){.city = city, .core = core, .measured = measured};
	for (int d = 0; d < TRIAL_DIRECTIONS; d++)
		for (int f = 0; f < PACKET_FAMILIES; f++)
			if (!make_flows(rig, d, f)) {
				trial_rig_clear(rig);
				return -ENOMEM;
			}
	city->ip_input = subscriber_input;
	city->ip_input_user = rig;
	core->ip_input = core_input;
	core->user = rig;
	return 0;
}

void trial_rig_clear(struct trial_rig *rig)
{
	for (int d = 0; d < TRIAL_DIRECTIONS; d++)
		for (int f = 0; f < PACKET_FAMILIES; f++) {
			free(rig->sequence[d][f]);
			free(rig->flows[d][f]);
		}
}

/* Every other packet of a subscriber, and of those in turn, is of the other family. */
static enum packet_family family_of(const struct trial_rig *rig, const struct trial *trial,
				    uint64_t number)
{
	if (!trial->families[PACKET_IPV6])
		return PACKET_IPV4;
	if (!trial->families[PACKET_IPV4])
		return PACKET_IPV6;
	return (number / rig->measured + number % rig->measured) % 2 == 0 ? PACKET_IPV4
									  : PACKET_IPV6;
}

static uint16_t size_of(const struct trial *trial, enum packet_family family, uint64_t number)
{
	uint16_t size = trial->size;

	if (size == TRIAL_SIZE_IMIX) {
		if (trial->families[PACKET_IPV4] && trial->families[PACKET_IPV6])
			number /= 2; /* each size is both families' */
		size = imix[number % (sizeof(imix) / sizeof(imix[0]))];
	}
	return size < packet_least(family) ? packet_least(family) : size;
}

static uint8_t *room_for(struct trial_rig *rig, enum trial_direction direction,
			 enum packet_family family, struct subscriber *s, uint16_t size)
{
	if (direction == TRIAL_DOWN)
		return core_side_ip_output(rig->core, family, size);
	return subscriber_output(s, family == PACKET_IPV4 ? TP_PPP_PROTO_IPV4 : TP_PPP_PROTO_IPV6,
				 size);
}

static void build(const struct trial_rig *rig, enum trial_direction direction,
		  enum packet_family family, const struct subscriber *s, uint8_t *p, uint16_t size)
{
	const struct core_side *core = rig->core;
	bool up = direction == TRIAL_UP;

	if (family == PACKET_IPV4)
		packet_build_ipv4(p, size, up ? s->address : core->address,
				  up ? core->address : s->address);
	else
		packet_build_ipv6(p, size, up ? address6_of(s) : core->address6,
				  up ? core->address6 : address6_of(s));
}

/* The next subscriber in turn who is up sends, or is sent, one packet. */
static void send_one(struct trial_rig *rig, const struct trial *trial,
		     enum trial_direction direction, uint64_t number)
{
	struct city *city = rig->city;
	struct subscriber *s = &city->subscribers[number % rig->measured];
	enum packet_family family = family_of(rig, trial, number);
	uint16_t size = size_of(trial, family, number);
	uint8_t *p;

	if (s->state != SUBSCRIBER_UP || s->is_encrypted ||
	    (s->is_doubtful && direction == TRIAL_DOWN))
		return;
	p = room_for(rig, direction, family, s, size);
	if (p == NULL)
		return;
	rig_port_tag(direction == TRIAL_UP ? city->port : rig->core->port, tag_of(family));
	stream_stamp(p + packet_headers(family), rig->run, s->index,
		     rig->sequence[direction][family][s->index]++, rte_rdtsc());
	build(rig, direction, family, s, p, size);
	rig->result->count[direction][family].sent++;
}

void trial_send_due(struct trial_rig *rig, const struct trial *trial, double elapsed,
		    uint64_t turn[TRIAL_DIRECTIONS])
{
	for (int d = 0; d < TRIAL_DIRECTIONS; d++) {
		uint64_t due = trial->rate == 0 ? UINT64_MAX : (uint64_t)(elapsed * trial->rate);

		if (!trial->directions[d])
			continue;
		for (unsigned i = 0; i < SEND_AT_ONCE && turn[d] < due; i++)
			send_one(rig, trial, (enum trial_direction)d, turn[d]++);
	}
}

/* Others hang up, and dial in again a second or two later. */
static void churn_due(struct trial_rig *rig, const struct trial *trial, double elapsed,
		      struct trial_result *result)
{
	uint64_t due = (uint64_t)(elapsed * trial->churn_rate);

	if (due > result->churned)
		city_churn(rig->city, rig->measured, (uint32_t)(due - result->churned));
	result->churned = due;
}

static uint32_t count_fallen(const struct trial_rig *rig)
{
	uint32_t fallen = 0;

	for (uint32_t i = 0; i < rig->measured; i++)
		fallen += rig->city->subscribers[i].state != SUBSCRIBER_UP;
	return fallen;
}

/* What the port of each direction has not taken, of all trials so far. */
static uint64_t not_taken(const struct trial_rig *rig, int direction, int family)
{
	const struct rig_port *port = direction == TRIAL_UP ? rig->city->port : rig->core->port;

	return rig_port_counters(port)->not_taken[tag_of((enum packet_family)family)];
}

static void begin_count(struct trial_rig *rig, struct trial_result *result, int d, int f)
{
	struct trial_count *count = &result->count[d][f];

	memset(rig->sequence[d][f], 0, rig->measured * sizeof(*rig->sequence[d][f]));
	memset(rig->flows[d][f], 0, rig->measured * sizeof(*rig->flows[d][f]));
	count->stream.run = rig->run;
	count->stream.flow_count = rig->measured;
	count->stream.flows = rig->flows[d][f];
	count->lost = not_taken(rig, d, f); /* until the end, when it is known what was sent */
}

static void end_count(const struct trial_rig *rig, struct trial_result *result, int d, int f)
{
	struct trial_count *count = &result->count[d][f];

	count->sent -= not_taken(rig, d, f) - count->lost;
	count->lost = count->sent - count->stream.received;
}

void trial_begin(struct trial_rig *rig, struct trial_result *result)
{
	memset(result, 0, sizeof(*result));
	rig->run++;
	rig->result = result;
	for (int d = 0; d < TRIAL_DIRECTIONS; d++)
		for (int f = 0; f < PACKET_FAMILIES; f++)
			begin_count(rig, result, d, f);
}

void trial_end(struct trial_rig *rig, struct trial_result *result)
{
	for (int d = 0; d < TRIAL_DIRECTIONS; d++)
		for (int f = 0; f < PACKET_FAMILIES; f++)
			end_count(rig, result, d, f);
	result->fallen = count_fallen(rig);
	rig->result = NULL;
}

void trial_run(struct trial_rig *rig, const struct trial *trial, struct trial_result *result)
{
	uint64_t turn[TRIAL_DIRECTIONS] = {0};
	uint64_t start_us = rig->city->now_us, end_us;

	trial_begin(rig, result);
	end_us = start_us + (uint64_t)(trial->seconds * 1e6);
	while (rig->city->now_us < end_us) {
		double elapsed = (double)(rig->city->now_us - start_us) / 1e6;

		trial_send_due(rig, trial, elapsed, turn);
		churn_due(rig, trial, elapsed, result);
		city_work(rig->city);
		core_side_work(rig->core);
	}
	result->seconds = (double)(rig->city->now_us - start_us) / 1e6;
	while (rig->city->now_us < end_us + DRAIN_US) {
		city_work(rig->city);
		core_side_work(rig->core);
	}
	trial_end(rig, result);
}

uint64_t trial_sent(const struct trial_result *result, enum trial_direction direction)
{
	return result->count[direction][PACKET_IPV4].sent +
	       result->count[direction][PACKET_IPV6].sent;
}

uint64_t trial_lost(const struct trial_result *result, enum trial_direction direction)
{
	return result->count[direction][PACKET_IPV4].lost +
	       result->count[direction][PACKET_IPV6].lost;
}
