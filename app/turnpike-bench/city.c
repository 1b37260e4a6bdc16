/* SPDX-License-Identifier: BSD-3-Clause */
#include "city.h"

#include <errno.h>
#include <netinet/ip_icmp.h>
#include <rte_cycles.h>
#include <rte_icmp.h>
#include <rte_ip.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "wire/pppoe.h"

#define REDIAL_MS	 1000
#define REDIAL_JITTER_MS 1000
#define TIMERS_AT_ONCE	 256
#define DIALS_AT_ONCE	 64   /* between two looks at what came in */
#define ENDING_AT_ONCE	 2048 /* fewer than rings have places: what is lost costs three seconds */
#define UNANSWERED_US	 100
#define MRRU		 1600
#define HOLDINGS	 3 /* an address and two prefixes */
#define PING_LEN	 (sizeof(struct rte_ipv4_hdr) + sizeof(struct rte_icmp_hdr) + sizeof(uint32_t))

static void read_clock(struct city *city)
{
	city->now_us = (uint64_t)((double)rte_rdtsc() * 1e6 / (double)rte_get_tsc_hz());
	city->now_ms = city->now_us / 1000;
}

static int make_hosts(struct city *city)
{
	city->ipv6 = (struct tp_ipv6_hosts){
		.ops = &subscriber_ipv6_ops,
		.random = &city->random,
		.counters = &city->ipv6_counters,
		.config = {.solicit = true, .slaac = true, .prefix = true},
	};
	city->hosts = calloc(city->config->count, sizeof(*city->hosts));
	return city->hosts != NULL ? 0 : -ENOMEM;
}

/* Those whose packets the rig could not read do IPv4 alone, which needs no packets to come up. */
static void make_variants(struct city *city)
{
	const struct city_config *config = city->config;

	city->mp_config = city->mppe_config = city->ppp_config;
	city->mp_config.mrru = MRRU;
	city->mppe_config.ipcp = true;
	city->mppe_config.ipv6cp = false;
	city->mppe_config.methods[0] = TP_PPP_MSCHAP2;
	city->mppe_config.method_count = 1;
	if (config->mppe > 0)
		city->ccps = calloc(config->mppe, sizeof(*city->ccps));
}

const struct tp_ppp_config *city_ppp_config_of(const struct city *city, uint32_t index)
{
	if (index < city->config->mppe)
		return &city->mppe_config;
	return index < city->config->mppe + city->config->mp ? &city->mp_config : &city->ppp_config;
}

int city_init(struct city *city, const struct city_config *config, struct rig_port *port)
{
	*city = (struct city){.config = config, .port = port};
	read_clock(city);
	tp_random_init_seed(&city->random, config->seed);
	tp_timer_wheel_init(&city->wheel, city->now_ms);
	tp_ppp_config_init(&city->ppp_config, TP_PPP_CLIENT);
	city->ppp_config.mru = city->ppp_config.max_mtu = config->mru;
	if (config->mru > city->ppp_config.peer_mru_max)
		city->ppp_config.peer_mru_max = UINT16_MAX;
	memcpy(city->ppp_config.methods, config->methods, sizeof(config->methods));
	city->ppp_config.method_count = config->method_count;
	city->ppp_config.ipcp = config->ipv4;
	city->ppp_config.ipv6cp = config->ipv6;
	make_variants(city);
	city->ping_id = (uint16_t)tp_random_u32(&city->random);
	city->setups_max = config->count;
	city->subscribers = calloc(config->count, sizeof(*city->subscribers));
	city->latency_us = calloc(city->setups_max, sizeof(*city->latency_us));
	if (city->subscribers == NULL || city->latency_us == NULL ||
	    (config->mppe > 0 && city->ccps == NULL) || (config->ipv6 && make_hosts(city) != 0))
		return -ENOMEM;
	for (uint32_t i = 0; i < config->count; i++)
		if (subscriber_init(&city->subscribers[i], city, i) != 0)
			return -ENOMEM;
	city->in_state[SUBSCRIBER_IDLE] = config->count;
	return 0;
}

void city_clear(struct city *city)
{
	if (city->subscribers != NULL)
		for (uint32_t i = 0; i < city->config->count; i++)
			subscriber_clear(&city->subscribers[i]);
	free(city->subscribers);
	free(city->hosts);
	free(city->ccps);
	free(city->latency_us);
}

struct tp_vlans city_vlans_of(const struct city_config *config, uint32_t index)
{
	uint32_t outers = (uint32_t)(config->outer.last - config->outer.first) + 1;
	uint32_t inners = (uint32_t)(config->inner.last - config->inner.first) + 1;

	return (struct tp_vlans){
		.outer = (uint16_t)(config->outer.first + index % outers),
		.inner = (uint16_t)(config->inner.first + index / outers % inners),
	};
}

uint8_t *city_send_room(struct city *city, struct subscriber *s, const struct tp_mac *dst,
			uint16_t ethertype, uint16_t len)
{
	if (city->in_timer)
		city->retransmissions++;
	return rig_port_send(city->port, dst, &s->mac, s->vlans, ethertype, len);
}

void city_send(struct city *city, struct subscriber *s, const struct tp_mac *dst,
	       uint16_t ethertype, const uint8_t *payload, size_t len)
{
	uint8_t *room = city_send_room(city, s, dst, ethertype, (uint16_t)len);

	if (room != NULL)
		memcpy(room, payload, len);
}

static void note_on_curve(struct city *city)
{
	uint64_t step = (city->now_us - city->first_dial_us) / CITY_CURVE_US;

	city->curve[step < CITY_CURVE_MAX ? step : CITY_CURVE_MAX - 1]++;
}

void city_note(struct city *city, struct subscriber *s, enum subscriber_state state)
{
	city->in_state[s->state]--;
	city->in_state[state]++;
	s->state = (uint8_t)state;
	if (state != SUBSCRIBER_UP)
		return;
	city->last_up_us = s->up_us = city->now_us;
	note_on_curve(city);
	if (s->dialed_us != 0 && city->setups < city->setups_max)
		city->latency_us[city->setups++] = (uint32_t)(city->now_us - s->dialed_us);
	s->dialed_us = 0;
}

void city_note_failure(struct city *city, const char *reason, const char *said)
{
	char text[CITY_REASON];

	if (said[0] != '\0')
		snprintf(text, sizeof(text), "%s, who says \"%s\"", reason, said);
	else
		snprintf(text, sizeof(text), "%s", reason);
	for (unsigned i = 0; i < CITY_FAILURES; i++) {
		struct city_failure *f = &city->failures[i];

		if (f->count == 0)
			memcpy(f->reason, text, sizeof(text));
		if (strcmp(f->reason, text) == 0 || i == CITY_FAILURES - 1) {
			f->count++;
			return;
		}
	}
}

void city_schedule(struct city *city, struct subscriber *s)
{
	uint64_t at = s->redial_at_ms;
	uint64_t client = tp_client_deadline(&s->client);

	if (client < at)
		at = client;
	if (s->host != NULL && tp_ipv6_host_deadline(s->host) < at)
		at = tp_ipv6_host_deadline(s->host);
	if (at == TP_NEVER)
		tp_timer_stop(&city->wheel, &s->timer);
	else if (!tp_timer_running(&s->timer) || s->timer.expires_ms != at)
		tp_timer_start(&city->wheel, &s->timer, at, s->timer.fn);
}

uint32_t city_redial_delay_ms(struct city *city)
{
	return REDIAL_MS + tp_random_below(&city->random, REDIAL_JITTER_MS);
}

void city_dial(struct city *city)
{
	uint32_t due = city->config->count;

	if (city->dialed == 0)
		city->first_dial_us = city->now_us;
	if (city->config->rate != 0) {
		uint64_t paced =
			1 + (city->now_us - city->first_dial_us) * city->config->rate / 1000000;

		if (paced < due)
			due = (uint32_t)paced;
	}
	for (unsigned i = 0; i < DIALS_AT_ONCE && city->dialed < due; i++)
		subscriber_dial(&city->subscribers[city->dialed++]);
}

/* The one to whom a frame is addressed, by the index in his MAC. */
static struct subscriber *addressee(struct city *city, const struct tp_mac *mac)
{
	uint32_t index =
		(uint32_t)mac->bytes[3] << 16 | (uint32_t)mac->bytes[4] << 8 | mac->bytes[5];

	if (index >= city->config->count || !tp_mac_equal(mac, &city->subscribers[index].mac))
		return NULL;
	return &city->subscribers[index];
}

static void ping_input(struct subscriber *s, const uint8_t *packet, uint16_t len)
{
	struct city *city = s->city;
	struct rte_ipv4_hdr ip;
	struct rte_icmp_hdr icmp;
	uint32_t index;

	if (len < PING_LEN)
		return;
	memcpy(&ip, packet, sizeof(ip));
	memcpy(&icmp, packet + sizeof(ip), sizeof(icmp));
	memcpy(&index, packet + sizeof(ip) + sizeof(icmp), sizeof(index));
	if (ip.version_ihl != RTE_IPV4_VHL_DEF || ip.next_proto_id != IPPROTO_ICMP ||
	    icmp.icmp_type != ICMP_ECHOREPLY || icmp.icmp_ident != rte_cpu_to_be_16(city->ping_id))
		return;
	if (ip.dst_addr != rte_cpu_to_be_32(s->address) || index != s->index) {
		city->stray_frames++; /* somebody else's answer */
		return;
	}
	if (!s->ping_answered)
		city->pings_answered++;
	s->ping_answered = true;
}

static void frame_input(void *user, const struct rig_frame *frame)
{
	struct city *city = user;
	struct subscriber *s = addressee(city, &frame->dst);
	const uint8_t *ip;
	uint16_t ip_len;

	if (s == NULL || frame->vlans.outer != s->vlans.outer ||
	    frame->vlans.inner != s->vlans.inner) {
		city->stray_frames++;
		return;
	}
	if (frame->ethertype == TP_ETHERTYPE_DISCOVERY) {
		subscriber_discovery_input(s, &frame->src, frame->payload, frame->len);
	} else if (frame->ethertype == TP_ETHERTYPE_SESSION) {
		ip = subscriber_session_input(s, &frame->src, frame->payload, frame->len, &ip_len);
		if (ip != NULL && city->ip_input != NULL)
			city->ip_input(city->ip_input_user, s, ip, ip_len);
		else if (ip != NULL)
			ping_input(s, ip, ip_len);
	}
}

bool city_work(struct city *city)
{
	unsigned done;

	read_clock(city);
	done = rig_port_receive(city->port, frame_input, city);
	done += tp_timer_wheel_advance(&city->wheel, city->now_ms, TIMERS_AT_ONCE);
	rig_port_flush(city->port);
	return done != 0;
}

static void ping_one(struct subscriber *s, uint32_t target)
{
	uint8_t *p = subscriber_ip_output(s, PING_LEN);
	struct rte_ipv4_hdr ip = {
		.version_ihl = RTE_IPV4_VHL_DEF,
		.total_length = rte_cpu_to_be_16(PING_LEN),
		.time_to_live = 64,
		.next_proto_id = IPPROTO_ICMP,
		.src_addr = rte_cpu_to_be_32(s->address),
		.dst_addr = rte_cpu_to_be_32(target),
	};
	struct rte_icmp_hdr icmp = {
		.icmp_type = ICMP_ECHO,
		.icmp_ident = rte_cpu_to_be_16(s->city->ping_id),
	};

	if (p == NULL)
		return;
	ip.hdr_checksum = rte_ipv4_cksum(&ip);
	memcpy(p, &ip, sizeof(ip));
	memcpy(p + sizeof(ip), &icmp, sizeof(icmp));
	memcpy(p + sizeof(ip) + sizeof(icmp), &s->index, sizeof(s->index));
	icmp.icmp_cksum = (uint16_t)~rte_raw_cksum(p + sizeof(ip), PING_LEN - sizeof(ip));
	memcpy(p + sizeof(ip), &icmp, sizeof(icmp));
	s->city->pings_sent++;
}

/* In bursts, with a look at what came back in between, so that no queue overflows. */
void city_ping(struct city *city, uint32_t target)
{
	for (uint32_t i = 0, sent = 0; i < city->config->count; i++) {
		struct subscriber *s = &city->subscribers[i];

		if (s->state != SUBSCRIBER_UP || s->ping_answered)
			continue;
		ping_one(s, target);
		if (++sent % RIG_BURST == 0)
			city_work(city);
	}
	rig_port_flush(city->port);
}

void city_churn(struct city *city, uint32_t from, uint32_t count)
{
	uint32_t candidates = city->config->count - from;

	for (uint32_t tries = 4 * count; count > 0 && tries > 0; tries--) {
		struct subscriber *s =
			&city->subscribers[from + tp_random_below(&city->random, candidates)];

		if (s->state != SUBSCRIBER_UP)
			continue;
		subscriber_hang_up(s, true);
		count--;
	}
}

/* How many may hang up now: as answers come, or, where none come, slowly. */
static uint32_t may_hang_up(struct city *city, uint32_t count)
{
	if (city->in_state[SUBSCRIBER_ENDING] < ENDING_AT_ONCE)
		return count;
	return city->now_us >= city->hung_up_us + UNANSWERED_US ? 1 : 0;
}

void city_hang_up(struct city *city, uint32_t count)
{
	count = may_hang_up(city, count);
	for (; count > 0 && city->hung_up < city->config->count; city->hung_up++) {
		struct subscriber *s = &city->subscribers[city->hung_up];

		if (s->state == SUBSCRIBER_GONE)
			continue;
		subscriber_hang_up(s, false);
		city->hung_up_us = city->now_us;
		count--;
	}
}

static int compare(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

/* What S has: addresses of IPv4 have the upper half zero, which no prefix has. */
static uint32_t holdings(const struct subscriber *s, uint64_t *all)
{
	uint32_t n = 0;

	if (s->state != SUBSCRIBER_UP)
		return 0;
	if (s->address != 0)
		all[n++] = s->address;
	if (s->host != NULL) {
		subscriber_ipv6_prefixes(s, all + n);
		n += 2;
	}
	return n;
}

uint32_t city_duplicate_addresses(const struct city *city)
{
	uint64_t *all = calloc(city->config->count, HOLDINGS * sizeof(*all));
	uint32_t n = 0, duplicates = 0;

	if (all == NULL)
		return UINT32_MAX;
	for (uint32_t i = 0; i < city->config->count; i++)
		n += holdings(&city->subscribers[i], all + n);
	qsort(all, n, sizeof(*all), compare);
	for (uint32_t i = 1; i < n; i++)
		duplicates += all[i] == all[i - 1];
	free(all);
	return duplicates;
}
