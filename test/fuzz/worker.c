/* SPDX-License-Identifier: BSD-3-Clause */
/* Fuzzes the worker as a whole: two of them, run in turns, over ports that are rings. The input
 * says what comes in and by whom, what control does meanwhile (sessions come up with either family
 * or both, MP, MPPE and rate limits, join bundles and end; routes and neighbours come and go), how
 * time passes, and which port takes nothing.
 *
 * Every call ends. At the end, when all sessions have been closed and what waited has been waited
 * for, of each worker and port what was received has been forwarded, answered, handed over, joined
 * or dropped, and every mbuf is back in its pool. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include <rte_cycles.h>
#include <rte_ethdev.h>
#include <rte_mbuf.h>
#include <rte_rcu_qsbr.h>

#include "dataplane/messages.h"
#include "dataplane/routes.h"
#include "dataplane/sessions.h"
#include "dataplane/state.h"
#include "dataplane/worker/coding.h"
#include "dataplane/worker/shaper.h"
#include "dataplane/worker/share.h"
#include "input.h"
#include "wire/ipv6.h"
#include "worker_frames.h"

#define WORKERS	  2
#define END_TURNS 120 /* of 50 ms: longer than the wheel takes to go round */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerInitialize(int *argc, char ***argv);

struct tp_dataplane *dp;
struct tp_reader in;
static uint64_t now = UINT64_C(1) << 40; /* as a TSC; it never goes back */
static unsigned mbufs;			 /* in all pools, when nothing is under way */

/* ---- time and turns ------------------------------------------------------------------------ */

/* For control's clock as well, which counts from the real one. */
static void pass_ms(unsigned ms)
{
	now += rte_get_tsc_hz() / 1000 * ms;
	dp->tsc_start = rte_rdtsc() - now;
}

static bool turn(unsigned id)
{
	struct tp_worker *w = dp->workers[id];
	bool busy;

	w->now = now;
	w->tick = (uint32_t)(now >> dp->tick_shift);
	busy = tp_worker_poll(w);
	rte_rcu_qsbr_quiescent(dp->qsbr, id);
	return busy;
}

static void drain_port(unsigned port)
{
	struct rte_mbuf *frames[TP_BURST];
	unsigned n;

	while ((n = rte_eth_rx_burst(dp->ports[port].dpdk_id, 0, frames, TP_BURST)) > 0)
		for (unsigned i = 0; i < n; i++) {
			if (frames[i]->pkt_len != frames[i]->data_len ||
			    frames[i]->data_len < TP_ETHERNET_HEADER_LEN)
				abort();
			rte_pktmbuf_free(frames[i]);
		}
}

static unsigned drain_messages(void)
{
	struct tp_message messages[64];
	unsigned n = tp_dataplane_receive(dp, messages, 64);

	for (unsigned i = 0; i < n; i++)
		rte_pktmbuf_free(messages[i].mbuf);
	return n;
}

static void release(void)
{
	uint32_t slots[SLOTS];

	tp_dataplane_released(dp, slots, SLOTS);
}

static void receive_burst(void)
{
	struct tp_worker *w = dp->workers[below(WORKERS)];
	struct tp_port *port = &dp->ports[below(PORTS)];
	unsigned count = 1 + below(24);
	struct rte_mbuf *frames[TP_BURST];

	for (unsigned i = 0; i < count; i++)
		frames[i] = next_frame(w, port->index);
	tp_worker_input(w, port, frames, count);
	w->own_waits = !tp_tx_flush_own(w);
}

/* ---- control ------------------------------------------------------------------------------- */

static void open_session(unsigned slot)
{
	const struct tp_dataplane_session s = {
		.slot = slot,
		.session_id = (uint16_t)(slot + 1),
		.port = ACCESS,
		.vlans = vlans_of(slot),
		.mac = mac_of(slot),
	};

	tp_dataplane_session_open(dp, &s);
}

static struct tp_dataplane_rate any_rate(void)
{
	return (struct tp_dataplane_rate){
		.rate = ONE_OF(0, 0, 64000, 2000000, 50000000),
		.burst_rate = ONE_OF(0, 100000000),
		.burst_bytes = ONE_OF(0, 0, 20000),
	};
}

static void any_encryption(struct tp_dataplane_encryption *e, unsigned slot)
{
	uint8_t bits = (uint8_t)ONE_OF(0, 0, 40, 128);

	e->era = below(4);
	e->in.bits = bits;
	e->in.stateless = below(2);
	memset(&e->in.start, (int)(slot + 1), sizeof(e->in.start));
	e->out = e->in;
	if (below(8) == 0)
		e->in.bits = 0;
	peers[slot].encrypts = e->in.bits != 0;
	if (peers[slot].encrypts && below(4) != 0)
		tp_mppe_sender_init(&peers[slot].cipher, &e->in);
}

/* What is in ROOM lives as long as the call that it is given to. */
static struct tp_dataplane_ipv6 any_ipv6(unsigned slot, struct tp_prefix6 room[3])
{
	struct tp_dataplane_ipv6 six = {
		.up = below(4) != 0,
		.local_id = {[7] = 1},
		.remote_id = {[7] = (uint8_t)(slot + 2)},
		.prefix.length = (uint8_t)ONE_OF(64, 64, 128, 0),
		.routes = room,
		.route_count = below(4),
	};

	if (six.prefix.length != 0) {
		tp_put_be32(six.prefix.address, LINKS6);
		tp_put_be32(six.prefix.address + 4, slot);
		six.prefix.address[15] = six.prefix.length == 128;
	}
	memset(room, 0, 3 * sizeof(*room));
	tp_put_be32(room[0].address, DELEGATED6);
	tp_put_be32(room[0].address + 4, (below(16) != 0 ? slot : below(SLOTS)) << 8);
	room[0].length = 56;
	tp_put_be32(room[1].address, 0x20010dc0 + below(2));
	room[1].length = (uint8_t)ONE_OF(32, 64, 96);
	room[2] = room[1];
	room[2].length = (uint8_t)ONE_OF(48, 128);
	if (below(32) == 0)
		memset(&room[0], 0, sizeof(room[0])); /* everything */
	return six;
}

static void bring_up(unsigned slot)
{
	struct tp_prefix6 routes6[3];
	static const struct tp_prefix routes[] = {
		{IP(172, 16, 0, 0), 16}, {IP(172, 17, 0, 0), 16}, {IP(127, 0, 0, 0), 8}};
	struct tp_dataplane_session_up up = {
		.remote_address = below(16) != 0 ? SUBSCRIBERS + slot : any_address(),
		.local_address = ONE_OF(IP(10, 0, 0, 1), IP(10, 0, 0, 1), 0),
		.mtu = (uint16_t)ONE_OF(1480, 1492, 68, 576, 9000),
		.magic = byte(),
		.keepalive_s = (uint16_t)ONE_OF(0, 1, 10),
		.mss_up = (uint16_t)ONE_OF(0, 1400),
		.mss_down = (uint16_t)ONE_OF(0, 1400),
		.rate_up = any_rate(),
		.rate_down = any_rate(),
		.routes = routes + below(3),
		.route_count = below(4) == 0,
		.ipv6 = any_ipv6(slot, routes6),
	};

	if (below(16) == 0) {
		up.remote_address = up.local_address = 0;
		up.route_count = 0;
	}
	up.multilink = (struct tp_dataplane_multilink){
		.mrru = (uint16_t)ONE_OF(1600, 1600, 0, tp_dataplane_packet_max(dp)),
		.link_mtu = (uint16_t)ONE_OF(1488, 500, 68, 1400, 0),
		.short_in = below(2),
		.short_out = below(2),
		.era = below(3),
	};
	any_encryption(&up.encryption, slot);
	peers[slot].is_short = up.multilink.short_in;
	tp_dataplane_session_up(dp, slot, &up);
}

static void join(unsigned slot, unsigned leader)
{
	const struct tp_dataplane_join terms = {
		.link_mtu = (uint16_t)ONE_OF(1488, 500, 68, 1400),
		.magic = byte(),
		.keepalive_s = (uint16_t)ONE_OF(0, 1, 10),
	};

	tp_dataplane_session_join(dp, slot, leader, &terms);
}

static void change_session(void)
{
	unsigned slot = below(SLOTS);

	switch (below(8)) {
	case 0:
	case 1:
		open_session(slot);
		bring_up(slot);
		break;
	case 2:
		bring_up(slot);
		break;
	case 3:
		open_session(slot);
		join(slot, below(SLOTS));
		break;
	case 4:
		tp_dataplane_session_unlink(dp, slot, below(2));
		break;
	case 5:
		tp_dataplane_session_down(dp, slot);
		break;
	case 6:
		tp_dataplane_session_close(dp, slot);
		break;
	default:
		tp_dataplane_session_flush(dp, slot);
	}
}

static void set_routes(void)
{
	static const struct tp_dataplane_route routes[] = {
		{.prefix = {TP_IP4(0u), 0},
		 .kind = TP_ROUTE_GATEWAY,
		 .port = CORE,
		 .gateway = TP_IP4(IP(192, 0, 2, 2))},
		{.prefix = {TP_IP4(IP(192, 0, 2, 0)), 24},
		 .kind = TP_ROUTE_CONNECTED,
		 .port = CORE},
		{.prefix = {TP_IP4(IP(192, 0, 2, 1)), 32}, .kind = TP_ROUTE_LOCAL, .port = CORE},
		{.prefix = {TP_IP4(IP(203, 0, 113, 0)), 24}, .kind = TP_ROUTE_UNREACHABLE},
	};

	for (size_t i = 0; i < RTE_DIM(routes); i++)
		tp_dataplane_route_set(dp, &routes[i]);
	tp_dataplane_neighbour_set(dp, CORE, &routes[0].gateway, &gateway);
	tp_dataplane_port_address_set(dp, CORE, IP(192, 0, 2, 1));
}

/* A host in the core's network. */
static struct tp_ip core6(uint8_t host)
{
	struct tp_ip ip = {.family = TP_FAMILY_IPV6, .bytes = {[15] = host}};

	tp_put_be32(ip.bytes, CORE6);
	return ip;
}

static void change_core(void)
{
	struct tp_dataplane_route route = {
		.prefix = {TP_IP4(IP(198, 51, 100, 0)), 24},
		.kind = (enum tp_route_kind)ONE_OF(TP_ROUTE_GATEWAY, TP_ROUTE_BLACKHOLE,
						   TP_ROUTE_PROHIBIT),
		.port = CORE,
		.gateway = tp_ip_of4(ONE_OF(IP(192, 0, 2, 2), IP(192, 0, 2, 3))),
	};
	const struct tp_ip neighbour =
		tp_ip_of4(ONE_OF(IP(192, 0, 2, 2), IP(192, 0, 2, 3), IP(192, 0, 2, 9)));

	switch (below(6)) {
	case 0:
		tp_dataplane_neighbour_set(dp, CORE, &neighbour, &gateway);
		break;
	case 1:
		tp_dataplane_neighbour_failed(dp, CORE, &neighbour);
		break;
	case 2:
		tp_dataplane_neighbour_remove(dp, CORE, &neighbour);
		break;
	case 3:
		tp_dataplane_route_set(dp, &route);
		break;
	case 4:
		tp_dataplane_route_remove(dp, &route.prefix);
		break;
	default:
		set_routes();
	}
}

/* IPv6's routes stand beside IPv4's. */
static void set_routes6(void)
{
	struct tp_dataplane_route route = {.kind = TP_ROUTE_GATEWAY, .port = CORE};
	struct tp_ip own = core6(1), neighbour = core6(2);

	route.prefix.ip.family = TP_FAMILY_IPV6;
	route.gateway = neighbour;
	tp_dataplane_route_set(dp, &route);
	route.prefix = tp_ip_host(&own);
	route.kind = TP_ROUTE_LOCAL;
	tp_dataplane_route_set(dp, &route);
	route.prefix.ip.bytes[15] = 0;
	route.prefix.length = 64;
	route.kind = TP_ROUTE_CONNECTED;
	tp_dataplane_route_set(dp, &route);
	tp_dataplane_neighbour_set(dp, CORE, &neighbour, &gateway);
	tp_dataplane_port_address6_set(dp, CORE, own.bytes);
}

static void change_core6(void)
{
	struct tp_ip neighbour = core6((uint8_t)ONE_OF(2, 3, 9));
	struct tp_dataplane_route route = {
		.prefix = {.ip.family = TP_FAMILY_IPV6, .ip.bytes = {0x20, 1, 0x48, 0x70}},
		.kind = (enum tp_route_kind)ONE_OF(TP_ROUTE_BLACKHOLE, TP_ROUTE_PROHIBIT,
						   TP_ROUTE_UNREACHABLE, TP_ROUTE_GATEWAY),
		.port = CORE,
		.gateway = neighbour,
	};

	route.prefix.length = (uint8_t)ONE_OF(32, 48, 64);
	switch (below(7)) {
	case 0:
		tp_dataplane_neighbour_set(dp, CORE, &neighbour, &gateway);
		break;
	case 1:
		tp_dataplane_neighbour_failed(dp, CORE, &neighbour);
		break;
	case 2:
		tp_dataplane_neighbour_remove(dp, CORE, &neighbour);
		break;
	case 3:
		tp_dataplane_route_set(dp, &route);
		break;
	case 4:
		tp_dataplane_route_remove(dp, &route.prefix);
		break;
	case 5:
		tp_dataplane_port_address6_set(dp, CORE, NULL);
		break;
	default:
		set_routes6();
	}
}

/* An advertisement, say. */
static void send_to_link(void)
{
	static uint8_t packet[TP_IPV6_HEADER_LEN + 1500];
	uint8_t src[16], dst[16];
	uint16_t payload = (uint16_t)(word() % 1500);

	any_address6(src);
	any_address6(dst);
	tp_ipv6_build((struct tp_ipv6 *)packet, payload, TP_IPV6_ICMP, 255, src, dst);
	tp_dataplane_send_session(dp, below(SLOTS), packet,
				  (uint16_t)(TP_IPV6_HEADER_LEN + payload));
}

/* The host says something, to the core or to a subscriber. */
static void send_from_control(void)
{
	static uint8_t bytes[4200];
	struct tp_writer out = tp_writer_of(bytes, sizeof(bytes));

	put_from_core(&out);
	if (below(2) == 0)
		tp_dataplane_inject(dp, CORE, bytes, (uint16_t)tp_writer_len(&out));
	else
		tp_dataplane_send(dp, (uint16_t)below(PORTS), vlans_of(below(SLOTS)), bytes,
				  (uint16_t)tp_writer_len(&out));
}

/* ---- the oracle ---------------------------------------------------------------------------- */

static unsigned mbufs_free(void)
{
	return rte_mempool_avail_count(dp->control_pool) + rte_mempool_avail_count(dp->pool);
}

static void check_sums(unsigned id, unsigned port)
{
	const struct tp_port_counters *c = &dp->workers[id]->counters[port];
	uint64_t came = c->received + c->received_from_workers + c->received_from_control;
	uint64_t went = c->forwarded + c->answered + c->handed_to_session + c->handed_to_discovery +
			c->handed_to_host + c->handed_to_workers + c->joined;

	for (unsigned i = 0; i < TP_DROP_COUNT; i++)
		went += c->drops[i];
	if (came == went)
		return;
	fprintf(stderr, "worker %u, port %u: %" PRIu64 " came and %" PRIu64 " went\n", id, port,
		came, went);
	abort();
}

static void end(void)
{
	for (uint32_t slot = 0; slot < SLOTS; slot++)
		tp_dataplane_session_close(dp, slot);
	for (unsigned i = 0; i < END_TURNS; i++) {
		pass_ms(50);
		for (unsigned id = 0; id < WORKERS; id++)
			turn(id);
		for (unsigned port = 0; port < PORTS; port++)
			drain_port(port);
		while (drain_messages() > 0)
			;
	}
	release();
	for (unsigned id = 0; id < WORKERS; id++) {
		tp_multilink_clear(dp->workers[id]);
		for (unsigned port = 0; port < PORTS; port++)
			check_sums(id, port);
	}
	if (mbufs_free() != mbufs) {
		fprintf(stderr, "%d mbufs are lost\n", (int)(mbufs - mbufs_free()));
		abort();
	}
}

/* ---- beginnings ---------------------------------------------------------------------------- */

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	static const unsigned lcores[WORKERS] = {0, 0};
	static const struct tp_dataplane_port_config ports[PORTS] = {
		{.name = "ether3", .device = "net_ring0", .role = TP_PORT_ACCESS},
		{.name = "core0", .device = "net_ring1", .role = TP_PORT_CORE},
	};
	const struct tp_dataplane_config config = {
		.ports = ports,
		.port_count = PORTS,
		.worker_lcores = lcores,
		.worker_count = WORKERS,
		.max_sessions = SLOTS,
		.huge_pages = 0,
		.drivers_config = DRIVERS_CONFIG, /* net_ring: one queue each way */
	};
	struct tp_error error;

	(void)argc;
	(void)argv;
	if (tp_dataplane_create(&config, &dp, &error) != 0) {
		fprintf(stderr, "%s: %s\n", error.place, error.message);
		abort();
	}
	for (unsigned i = 0; i < WORKERS; i++) {
		rte_rcu_qsbr_thread_register(dp->qsbr, i);
		rte_rcu_qsbr_thread_online(dp->qsbr, i);
		for (unsigned port = 0; port < PORTS; port++)
			dp->workers[i]->rx_queue[port] = TP_NO_QUEUE; /* frames are the input's */
	}
	mbufs = mbufs_free();
	return 0;
}

static void empty_table(struct tp_flood_table *table)
{
	memset(table->rows, 0, sizeof(table->rows));
	memset(table->secret, 0, sizeof(table->secret));
}

/* What one input leaves behind is nothing to the next. SEVERAL: the ports are as such with a queue
 * for each worker. */
static void begin(bool several)
{
	for (unsigned i = 0; i < WORKERS; i++) {
		struct tp_worker *w = dp->workers[i];

		memset(w->counters, 0, sizeof(w->counters));
		memset(w->icmp_errors, 0, sizeof(w->icmp_errors));
		memset(w->pings, 0, sizeof(w->pings));
		memset(w->discovery, 0, sizeof(w->discovery));
		memset(w->unknown, 0, sizeof(w->unknown));
		memset(w->padis, 0, sizeof(w->padis));
		empty_table(&w->discovery_macs);
		empty_table(&w->padi_macs);
		empty_table(&w->unknown_macs);
		w->resolves = (struct tp_flood_bucket){0};
		w->window_turn = w->held_turn = w->sweep_slot = 0;
		for (unsigned port = 0; port < PORTS; port++) {
			dp->ports[port].spread = !several;
			w->tx_queue[port] = several || dp->ports[port].owner == i ? 0 : TP_NO_QUEUE;
		}
	}
	memset(peers, 0, sizeof(peers));
	set_routes();
	set_routes6();
	for (unsigned id = 0; id < WORKERS; id++)
		turn(id);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	in = tp_reader_of(data, size);
	pass_ms(1000);
	begin(below(2) == 0);
	while (tp_reader_left(&in) > 0) {
		switch (below(16)) {
		case 0:
		case 1:
		case 2:
		case 3:
			change_session();
			break;
		case 4:
			pass_ms(ONE_OF(1, 1, 10, 50, 200, 1000, 20000));
			break;
		case 5:
			drain_port(below(PORTS));
			break;
		case 6:
			drain_messages();
			break;
		case 7:
			if (below(2) == 0)
				change_core();
			else
				change_core6();
			break;
		case 8:
			if (below(2) == 0)
				send_from_control();
			else
				send_to_link();
			break;
		case 9:
			release();
			break;
		case 10:
		case 11:
			turn(below(WORKERS));
			break;
		default:
			receive_burst();
		}
	}
	end();
	return 0;
}
