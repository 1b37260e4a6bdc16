/* SPDX-License-Identifier: BSD-3-Clause */
#include "trial.h"

#include <errno.h>
#include <rte_cycles.h>
#include <rte_ip.h>
#include <rte_udp.h>
#include <stdlib.h>
#include <string.h>

#define UDP_PORT     9 /* discard: RFC 863 */
#define HEADERS	     (sizeof(struct rte_ipv4_hdr) + sizeof(struct rte_udp_hdr))
#define SEND_AT_ONCE 32	    /* between two looks at what came in */
#define DRAIN_US     200000 /* how long stragglers are waited for */

static const uint16_t imix[] = {52, 576, 52, 52, 576, 52, 1480, 52, 576, 52, 576, 52};

static void judge(struct trial_rig *rig, enum trial_direction direction, uint32_t flow,
		  const uint8_t *packet, uint16_t len)
{
	if (rig->result == NULL)
		return;
	struct stream *stream = &rig->result->direction[direction].stream;

	if (len < HEADERS)
		stream->foreign++;
	else
		stream_check(stream, flow, packet + HEADERS, len - HEADERS, rte_rdtsc());
}

static void subscriber_input(void *user, struct subscriber *s, const uint8_t *packet, uint16_t len)
{
	judge(user, TRIAL_DOWN, s->index, packet, len);
}

/* Up: the flow is that of the stamp, if its subscriber has the source address. */
static void core_input(void *user, const uint8_t *packet, uint16_t len)
{
	struct trial_rig *rig = user;
	struct rte_ipv4_hdr ip;
	uint32_t flow = STREAM_NO_FLOW;

	if (len >= TRIAL_SIZE_MIN) {
		flow = stream_flow_of(packet + HEADERS);
		memcpy(&ip, packet, sizeof(ip));
		if (flow < rig->measured &&
		    ip.src_addr != rte_cpu_to_be_32(rig->city->subscribers[flow].address))
			flow = STREAM_NO_FLOW;
	}
	judge(rig, TRIAL_UP, flow, packet, len);
}

int trial_rig_init(struct trial_rig *rig, struct city *city, struct core_side *core,
		   uint32_t measured)
{
	uint32_t count = measured;

	*rig = (struct trial_rig){
		.city = city, .core = core, .measured = measured, .target = core->address};
	for (int d = 0; d < TRIAL_DIRECTIONS; d++) {
		rig->sequence[d] = calloc(count, sizeof(*rig->sequence[d]));
		rig->flows[d] = calloc(count, sizeof(*rig->flows[d]));
		if (rig->sequence[d] == NULL || rig->flows[d] == NULL) {
			trial_rig_clear(rig);
			return -ENOMEM;
		}
	}
	city->ip_input = subscriber_input;
	city->ip_input_user = rig;
	core->ip_input = core_input;
	core->user = rig;
	return 0;
}

void trial_rig_clear(struct trial_rig *rig)
{
	for (int d = 0; d < TRIAL_DIRECTIONS; d++) {
		free(rig->sequence[d]);
		free(rig->flows[d]);
	}
}

static void build(uint8_t *p, uint16_t size, uint32_t src, uint32_t dst)
{
	struct rte_ipv4_hdr ip = {
		.version_ihl = RTE_IPV4_VHL_DEF,
		.total_length = rte_cpu_to_be_16(size),
		.time_to_live = 64,
		.next_proto_id = IPPROTO_UDP,
		.src_addr = rte_cpu_to_be_32(src),
		.dst_addr = rte_cpu_to_be_32(dst),
	};
	struct rte_udp_hdr udp = {
		.src_port = rte_cpu_to_be_16(UDP_PORT),
		.dst_port = rte_cpu_to_be_16(UDP_PORT),
		.dgram_len = rte_cpu_to_be_16((uint16_t)(size - sizeof(ip))),
	};

	ip.hdr_checksum = rte_ipv4_cksum(&ip);
	memcpy(p, &ip, sizeof(ip));
	memcpy(p + sizeof(ip), &udp, sizeof(udp));
	memset(p + HEADERS + STREAM_STAMP_LEN, 0, size - TRIAL_SIZE_MIN);
}

/* The next subscriber in turn who is up sends, or is sent, one packet. */
static void send_one(struct trial_rig *rig, enum trial_direction direction, uint64_t number,
		     uint16_t size)
{
	struct city *city = rig->city;
	struct subscriber *s = &city->subscribers[number % rig->measured];
	uint8_t *p;

	if (s->state != SUBSCRIBER_UP)
		return;
	if (size == TRIAL_SIZE_IMIX)
		size = imix[number % (sizeof(imix) / sizeof(imix[0]))];
	p = direction == TRIAL_UP ? subscriber_ip_output(s, size)
				  : core_side_ip_output(rig->core, size);
	if (p == NULL)
		return;
	if (direction == TRIAL_UP)
		build(p, size, s->address, rig->target);
	else
		build(p, size, rig->target, s->address);
	stream_stamp(p + HEADERS, rig->run, s->index, rig->sequence[direction][s->index]++,
		     rte_rdtsc());
	rig->result->direction[direction].sent++;
}

static void send_due(struct trial_rig *rig, const struct trial *trial, double elapsed,
		     uint64_t turn[TRIAL_DIRECTIONS])
{
	for (int d = 0; d < TRIAL_DIRECTIONS; d++) {
		uint64_t due = trial->rate == 0 ? UINT64_MAX : (uint64_t)(elapsed * trial->rate);

		if (!trial->directions[d])
			continue;
		for (unsigned i = 0; i < SEND_AT_ONCE && turn[d] < due; i++)
			send_one(rig, (enum trial_direction)d, turn[d]++, trial->size);
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

static void begin(struct trial_rig *rig, struct trial_result *result)
{
	memset(result, 0, sizeof(*result));
	rig->run++;
	rig->result = result;
	for (int d = 0; d < TRIAL_DIRECTIONS; d++) {
		uint32_t count = rig->measured;

		memset(rig->sequence[d], 0, count * sizeof(*rig->sequence[d]));
		memset(rig->flows[d], 0, count * sizeof(*rig->flows[d]));
		result->direction[d].stream.run = rig->run;
		result->direction[d].stream.flow_count = count;
		result->direction[d].stream.flows = rig->flows[d];
	}
}

void trial_run(struct trial_rig *rig, const struct trial *trial, struct trial_result *result)
{
	struct rig_port *ports[] = {rig->city->port, rig->core->port};
	uint64_t not_sent[TRIAL_DIRECTIONS], turn[TRIAL_DIRECTIONS] = {0};
	uint64_t start_us = rig->city->now_us, end_us;

	begin(rig, result);
	for (int d = 0; d < TRIAL_DIRECTIONS; d++)
		not_sent[d] = rig_port_counters(ports[d])->lost;
	end_us = start_us + (uint64_t)(trial->seconds * 1e6);
	while (rig->city->now_us < end_us) {
		double elapsed = (double)(rig->city->now_us - start_us) / 1e6;

		send_due(rig, trial, elapsed, turn);
		churn_due(rig, trial, elapsed, result);
		city_work(rig->city);
		core_side_work(rig->core);
	}
	result->seconds = (double)(rig->city->now_us - start_us) / 1e6;
	while (rig->city->now_us < end_us + DRAIN_US) {
		city_work(rig->city);
		core_side_work(rig->core);
	}
	for (int d = 0; d < TRIAL_DIRECTIONS; d++) {
		result->direction[d].sent -= rig_port_counters(ports[d])->lost - not_sent[d];
		result->direction[d].lost =
			result->direction[d].sent - result->direction[d].stream.received;
	}
	result->fallen = count_fallen(rig);
	rig->result = NULL;
}
