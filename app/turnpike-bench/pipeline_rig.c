/* SPDX-License-Identifier: BSD-3-Clause */
#include "pipeline_rig.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <rte_cycles.h>
#include <rte_mbuf.h>
#include <rte_random.h>
#include <rte_rcu_qsbr.h>

#include "base/bytes.h"
#include "dataplane/dataplane.h"
#include "dataplane/routes.h"
#include "dataplane/sessions.h"
#include "dataplane/state.h"
#include "dataplane/worker/pipeline.h"
#include "dataplane/worker/slow.h"
#include "floor.h"
#include "wire/ipv4.h"
#include "wire/ipv6.h"
#include "wire/ipv6_chain.h"
#include "wire/ppp.h"

#define MTU	   1480
#define RATE_LIMIT UINT64_C(1000000000000) /* bits a second: no packet waits */
#define ACCESS	   0
#define CORE	   1
#define POOL	   0x0a000000u /* subscribers' addresses, 10.0.0.0/8 */
#define LOCAL	   0x0afffffeu
#define GATEWAY	   0xc0000202u /* 192.0.2.2 */
#define INTERNET   0xc6336407u /* 198.51.100.7 */

struct rig {
	const struct pipeline_options *o;
	struct tp_dataplane *dp;
	struct tp_worker *w;
	const struct tp_pipeline *pipeline;
	struct floor *floor;
	const struct floor_level *floor_level;
	struct rte_mempool *pool;
	struct rte_mbuf **frames;
	unsigned opened;
	unsigned faults;
};

static const uint8_t gateway6[16] = {0xfe, 0x80, [15] = 2};
static const uint8_t internet6[16] = {0x20, 0x01, 0x48, 0x60, [15] = 8};

static const struct tp_mac gateway_mac = {{0x02, 0, 0, 0, 0, 0x02}};

static struct tp_mac client_mac(uint32_t slot)
{
	return (struct tp_mac){
		{0x02, 1, 0, (uint8_t)(slot >> 16), (uint8_t)(slot >> 8), (uint8_t)slot}};
}

/* Of each session the link's prefix, 2001:db8:1::/48, and the delegated one, 2001:db8:8000::/40: in
 * a row, as pools give them out. */
static struct tp_prefix6 link_of(uint32_t slot)
{
	struct tp_prefix6 p = {{0x20, 0x01, 0x0d, 0xb8, 0, 1}, 64};

	tp_put_be16(p.address + 6, (uint16_t)slot);
	return p;
}

static struct tp_prefix6 delegated_to(uint32_t slot)
{
	struct tp_prefix6 p = {{0x20, 0x01, 0x0d, 0xb8, 0x80}, 56};

	tp_put_be16(p.address + 5, (uint16_t)slot);
	return p;
}

static struct tp_vlans vlans_of(const struct rig *rig)
{
	return (struct tp_vlans){.outer = rig->o->tags > 0 ? 16 : 0,
				 .inner = rig->o->tags > 1 ? 200 : 0};
}

/* ---- set-up -------------------------------------------------------------------------------- */

static int open_session(struct rig *rig, uint32_t slot)
{
	struct tp_dataplane_session s = {
		.slot = slot,
		.session_id = (uint16_t)(slot + 1),
		.port = ACCESS,
		.vlans = vlans_of(rig),
		.mac = client_mac(slot),
	};
	const struct tp_prefix6 delegated = delegated_to(slot);
	struct tp_dataplane_session_up up = {
		.remote_address = POOL + slot + 1,
		.local_address = LOCAL,
		.mtu = MTU,
		.magic = 1,
		.keepalive_s = 10,
		.mss_up = 1440,
		.mss_down = 1440,
		.multilink = {.mrru = rig->o->mrru ? 1614 : 0, .link_mtu = MTU},
		.ipv6 = {.up = true,
			 .local_id = {[7] = 1},
			 .remote_id = {[7] = 2},
			 .prefix = link_of(slot),
			 .routes = &delegated,
			 .route_count = 1},
	};
	if (rig->o->encryption) {
		up.multilink.link_mtu = MTU;
		up.encryption.out = (struct tp_mppe_terms){.bits = 128, .stateless = true};
	}
	if (rig->o->rate_limit)
		up.rate_up.rate = up.rate_down.rate = RATE_LIMIT;
	int err = tp_dataplane_session_open(rig->dp, &s);
	if (err == 0)
		err = tp_dataplane_session_up(rig->dp, slot, &up);
	if (err == 0)
		err = floor_add(rig->floor, slot, s.mac.bytes, up.remote_address,
				delegated.address);
	return err;
}

static int open_sessions(struct rig *rig, unsigned count)
{
	for (; rig->opened < count; rig->opened++) {
		int err = open_session(rig, rig->opened);
		if (err != 0) {
			fprintf(stderr, "session %u: %s\n", rig->opened, strerror(-err));
			return -1;
		}
	}
	return 0;
}

/* The default route of GATEWAY's family leads through it. */
static int set_gateway(struct rig *rig, const struct tp_ip *gateway)
{
	struct tp_dataplane_route route = {
		.prefix.ip.family = gateway->family,
		.kind = TP_ROUTE_GATEWAY,
		.port = CORE,
		.gateway = *gateway,
	};

	return tp_dataplane_route_set(rig->dp, &route) == 0
		       ? tp_dataplane_neighbour_set(rig->dp, CORE, gateway, &gateway_mac)
		       : -1;
}

static int create_dataplane(struct rig *rig)
{
	const struct tp_ip gateway = TP_IP4(GATEWAY), gateway_of6 = tp_ip_of6(gateway6);
	const struct tp_dataplane_port_config ports[] = {
		{.name = "access", .device = "net_null0", .role = TP_PORT_ACCESS},
		{.name = "core", .device = "net_null1", .role = TP_PORT_CORE},
	};
	struct tp_dataplane_config config = {
		.ports = ports,
		.port_count = 2,
		.worker_lcores = &rig->o->lcore,
		.worker_count = 1,
		.control_lcore = rig->o->lcore,
		.max_sessions = 65535,
		.huge_pages = rig->o->huge_pages,
		.memory_mb = 640,
	};
	struct tp_error error;
	if (tp_dataplane_create(&config, &rig->dp, &error) != 0) {
		fprintf(stderr, "%s: %s\n", error.place, error.message);
		return -1;
	}
	rig->w = rig->dp->workers[0];
	rte_rcu_qsbr_thread_register(rig->dp->qsbr, 0);
	rte_rcu_qsbr_thread_online(rig->dp->qsbr, 0);
	return set_gateway(rig, &gateway) == 0 ? set_gateway(rig, &gateway_of6) : -1;
}

static int create(struct rig *rig)
{
	const struct pipeline_options *o = rig->o;
	if (create_dataplane(rig) != 0)
		return -1;
	rig->pipeline = o->level != NULL ? tp_pipeline_find(o->level) : tp_pipeline_best();
	if (rig->pipeline == NULL) {
		fprintf(stderr, "this CPU does not run %s\n", o->level);
		return -1;
	}
	rig->floor_level = floor_find(rig->pipeline->level);
	rig->floor = floor_create(PIPELINE_SESSIONS_MAX);
	rig->pool = rte_pktmbuf_pool_create("in flight", o->in_flight + 512, 0, 0,
					    RTE_MBUF_DEFAULT_BUF_SIZE, SOCKET_ID_ANY);
	rig->frames = calloc(o->in_flight, sizeof(*rig->frames));
	if (rig->floor == NULL || rig->pool == NULL || rig->frames == NULL ||
	    rte_pktmbuf_alloc_bulk(rig->pool, rig->frames, o->in_flight) != 0) {
		fprintf(stderr, "no memory for the floor or %u frames\n", o->in_flight);
		return -1;
	}
	return 0;
}

/* ---- frames -------------------------------------------------------------------------------- */

/* Of IPv6, whose header is longer, with the same payload. */
static uint16_t packet_size(const struct rig *rig, bool ipv6)
{
	static const uint16_t mix[12] = {46, 576, 46, 46, 576, 46, 1480, 46, 576, 46, 576, 46};
	unsigned size = rig->o->imix ? mix[rte_rand_max(12)] : rig->o->size;

	if (ipv6)
		size += TP_IPV6_HEADER_LEN - TP_IPV4_HEADER_LEN;
	return (uint16_t)(size < MTU ? size : MTU);
}

static void put_ipv4(uint8_t *p, uint16_t size, uint32_t src, uint32_t dst)
{
	tp_ipv4_build((struct tp_ipv4 *)(void *)p, size, 64, TP_IPPROTO_UDP, htonl(src),
		      htonl(dst));
	memset(p + TP_IPV4_HEADER_LEN, 0, size - TP_IPV4_HEADER_LEN);
}

static void put_ipv6(uint8_t *p, uint16_t size, const uint8_t *src, const uint8_t *dst)
{
	tp_ipv6_build((struct tp_ipv6 *)(void *)p, (uint16_t)(size - TP_IPV6_HEADER_LEN),
		      TP_IPPROTO_UDP, 64, src, dst);
	memset(p + TP_IPV6_HEADER_LEN, 0, size - TP_IPV6_HEADER_LEN);
}

/* A packet from the subscriber of SLOT, or to it, behind HEAD. */
static void make_frame(struct rte_mbuf *m, const struct tp_writer *head, uint32_t slot, bool up,
		       bool ipv6, uint16_t size)
{
	uint16_t len = (uint16_t)tp_writer_len(head);
	struct tp_prefix6 host = delegated_to(slot);
	uint32_t address = POOL + slot + 1;

	host.address[15] = 1;
	rte_pktmbuf_reset(m);
	uint8_t *p = (uint8_t *)rte_pktmbuf_append(m, (uint16_t)(len + size));
	memcpy(p, head->start, len);
	if (ipv6)
		put_ipv6(p + len, size, up ? host.address : internet6,
			 up ? internet6 : host.address);
	else
		put_ipv4(p + len, size, up ? address : INTERNET, up ? INTERNET : address);
}

static void make_up(const struct rig *rig, struct rte_mbuf *m, uint32_t slot, unsigned tags,
		    bool ipv6)
{
	struct tp_mac mac = client_mac(slot);
	uint16_t size = packet_size(rig, ipv6);
	uint8_t bytes[32];
	struct tp_writer head = tp_writer_of(bytes, sizeof(bytes));
	tp_write_bytes(&head, rig->dp->ports[ACCESS].mac.bytes, 6);
	tp_write_bytes(&head, mac.bytes, 6);
	for (unsigned i = 0; i < tags; i++) {
		tp_write_be16(&head, TP_ETHERTYPE_VLAN);
		tp_write_be16(&head, i == 0 ? 16 : 200);
	}
	tp_write_be16(&head, TP_ETHERTYPE_SESSION);
	tp_write_be16(&head, 0x1100);
	tp_write_be16(&head, (uint16_t)(slot + 1));
	tp_write_be16(&head, (uint16_t)(size + 2));
	tp_write_be16(&head, ipv6 ? TP_PPP_PROTO_IPV6 : TP_PPP_PROTO_IPV4);
	make_frame(m, &head, slot, true, ipv6, size);
}

static void make_down(const struct rig *rig, struct rte_mbuf *m, uint32_t slot, bool ipv6)
{
	uint8_t bytes[16];
	struct tp_writer head = tp_writer_of(bytes, sizeof(bytes));
	tp_write_bytes(&head, rig->dp->ports[CORE].mac.bytes, 6);
	tp_write_bytes(&head, gateway_mac.bytes, 6);
	tp_write_be16(&head, ipv6 ? TP_ETHERTYPE_IPV6 : TP_ETHERTYPE_IPV4);
	make_frame(m, &head, slot, false, ipv6, packet_size(rig, ipv6));
}

/* Fresh frames of sessions at random, of IPv4, IPv6 or either. TAGS: the floor knows no VLANs. */
static void make_frames(struct rig *rig, bool up, unsigned sessions, unsigned tags, bool ipv4,
			bool ipv6)
{
	for (unsigned i = 0; i < rig->o->in_flight; i++) {
		uint32_t slot = (uint32_t)rte_rand_max(sessions);
		bool six = ipv6 && (!ipv4 || rte_rand_max(2) == 0);
		if (up)
			make_up(rig, rig->frames[i], slot, tags, six);
		else
			make_down(rig, rig->frames[i], slot, six);
	}
}

/* ---- measuring ----------------------------------------------------------------------------- */

static double measure_family(struct rig *rig, bool up, unsigned sessions, bool ipv6)
{
	const struct pipeline_options *o = rig->o;
	const struct floor_level *l = rig->floor_level;
	floor_fn fn = ipv6 ? (up ? l->up6 : l->down6) : (up ? l->up : l->down);

	make_frames(rig, up, sessions, 0, !ipv6, ipv6);
	uint64_t start = rte_rdtsc_precise();
	for (unsigned i = 0; i < o->in_flight; i += o->burst) {
		unsigned n = o->in_flight - i < o->burst ? o->in_flight - i : o->burst;
		fn(rig->floor, rig->frames + i, n, &rig->faults);
	}
	return (double)(rte_rdtsc_precise() - start) / o->in_flight;
}

/* The floor takes one family at a time; of both it is what they cost on average. */
static double measure_floor(struct rig *rig, bool up, unsigned sessions)
{
	const struct pipeline_options *o = rig->o;
	double cycles = 0;

	if (o->ipv4)
		cycles += measure_family(rig, up, sessions, false);
	if (o->ipv6)
		cycles += measure_family(rig, up, sessions, true);
	return cycles / (o->ipv4 + o->ipv6);
}

/* The worker's loop but for the drivers: tick, pipeline, keepalive sweep, quiescent state. Where
 * a driver would take the burst away, the frames are counted and forgotten. */
static double measure_worker(struct rig *rig, bool up)
{
	const struct pipeline_options *o = rig->o;
	struct tp_worker *w = rig->w;
	struct tp_port *port = &rig->dp->ports[up ? ACCESS : CORE];
	struct tp_tx *out = &w->tx[up ? CORE : ACCESS];
	void (*fn)(struct tp_worker *, struct tp_port *, struct rte_mbuf **, unsigned) =
		up ? rig->pipeline->upstream : rig->pipeline->downstream;
	unsigned left = o->in_flight;

	uint64_t start = rte_rdtsc_precise();
	for (unsigned i = 0; i < o->in_flight; i += o->burst) {
		unsigned n = o->in_flight - i < o->burst ? o->in_flight - i : o->burst;
		w->now = rte_rdtsc();
		w->tick = tp_dataplane_tick_at(rig->dp, w->now);
		fn(w, port, rig->frames + i, n);
		left -= out->count;
		w->counters[port->index].forwarded += out->count;
		out->count = 0;
		tp_keepalive_sweep(w);
		rte_rcu_qsbr_quiescent(rig->dp->qsbr, 0);
	}
	double cycles = (double)(rte_rdtsc_precise() - start) / o->in_flight;
	rig->faults += left;
	return cycles;
}

/* Whose packet is at P, LEN bytes, one hop on, and of which subscriber it is; false: it is none. */
static bool packet_is_right(const uint8_t *p, unsigned len, uint32_t *slot)
{
	const struct tp_ipv4 *ip = (const struct tp_ipv4 *)(const void *)p;
	const struct tp_ipv6 *ip6 = (const struct tp_ipv6 *)(const void *)p;
	size_t at;

	if (p[0] >> 4 == 6) {
		*slot = (uint32_t)(ip6->dst[5] << 8 | ip6->dst[6]);
		return tp_ipv6_check(ip6, len, &at) == TP_IPV6_OK && ip6->hop_limit == 63;
	}
	*slot = ntohl(ip->dst_be) - POOL - 1;
	return tp_ipv4_check(ip, len) == TP_IPV4_OK && ip->ttl == 63;
}

/* What came out of the worker must be what should: the last frame stands for all. */
static bool last_frame_is_right(const struct rig *rig, bool up)
{
	const struct rte_mbuf *m = rig->frames[rig->o->in_flight - 1];
	const uint8_t *p = rte_pktmbuf_mtod(m, const uint8_t *);
	unsigned header = up ? 14 : 22 + 4 * rig->o->tags;
	uint32_t slot;
	if (!up && rig->o->encryption) /* what it is, shows to its receiver alone */
		return rte_be_to_cpu_16(*(const uint16_t *)(p + header - 2)) == TP_PPP_PROTO_MPPE;
	if (!packet_is_right(p + header, m->data_len - header, &slot))
		return false;
	struct tp_mac mac = client_mac(slot);
	return memcmp(p, up ? gateway_mac.bytes : mac.bytes, 6) == 0;
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return x < y ? -1 : x > y;
}

static int run_case(struct rig *rig, bool up, unsigned sessions, struct pipeline_result *result)
{
	unsigned rounds = rig->o->rounds;
	double *cycles = calloc(2 * rounds, sizeof(*cycles));
	if (cycles == NULL)
		return -1;
	double *floor = cycles + rounds;
	/* One round of each to warm up, then in turns, so that a busy neighbour hits both. */
	for (int i = -1; i < (int)rounds; i++) {
		unsigned at = i < 0 ? 0 : (unsigned)i;
		floor[at] = measure_floor(rig, up, sessions);
		make_frames(rig, up, sessions, rig->o->tags, rig->o->ipv4, rig->o->ipv6);
		cycles[at] = measure_worker(rig, up);
	}
	bool right = rig->faults == 0 && last_frame_is_right(rig, up);
	if (!right)
		fprintf(stderr, "%s, %u sessions: %u packets did not come out as they should\n",
			up ? "up" : "down", sessions, rig->faults);
	qsort(cycles, rounds, sizeof(*cycles), compare);
	qsort(floor, rounds, sizeof(*floor), compare);
	*result = (struct pipeline_result){
		.direction = up ? "up" : "down",
		.sessions = sessions,
		.cycles = cycles[rounds / 2],
		.best_cycles = cycles[0],
		.floor_cycles = floor[rounds / 2],
		.best_floor_cycles = floor[0],
		.level = rig->pipeline->level,
		.tsc_ghz = (double)rte_get_tsc_hz() / 1e9,
	};
	free(cycles);
	return right ? 0 : -1;
}

int pipeline_rig_run(const struct pipeline_options *options, struct pipeline_result *results)
{
	struct rig rig = {.o = options};
	int count = 0;
	if (create(&rig) != 0)
		return -1;
	for (unsigned i = 0; i < options->session_count; i++) {
		unsigned sessions = options->sessions[i];
		if (open_sessions(&rig, sessions) != 0)
			return -1;
		for (unsigned up = 2; up-- > 0;)
			if (run_case(&rig, up, sessions, &results[count++]) != 0)
				return -1;
	}
	rte_rcu_qsbr_thread_offline(rig.dp->qsbr, 0);
	rte_rcu_qsbr_thread_unregister(rig.dp->qsbr, 0);
	rte_pktmbuf_free_bulk(rig.frames, options->in_flight);
	rte_mempool_free(rig.pool);
	free(rig.frames);
	floor_free(rig.floor);
	tp_dataplane_destroy(rig.dp);
	return count;
}
