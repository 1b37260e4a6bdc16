/* SPDX-License-Identifier: BSD-3-Clause */
#include "fixture.h"

#include <stdio.h>
#include <stdlib.h>

#include <rte_ethdev.h>
#include <rte_mbuf.h>

#include "dataplane/worker/tx.h"

struct tp_dataplane *dp;
struct tp_worker *w;
const struct tp_mac gateway_mac = {{0x02, 0, 0, 0, 0xff, 0x02}};

unsigned max_sessions = 64;
unsigned worker_count = 1;
const char *counters_key;

int start_dataplane(void **state)
{
	(void)state;
	static const unsigned workers[TP_DATAPLANE_MAX_WORKERS] = {1, 1, 1, 1, 1, 1, 1, 1};
	static const struct tp_dataplane_port_config ports[] = {
		{.name = "ether3", .device = "net_ring0", .role = TP_PORT_ACCESS},
		{.name = "core0", .device = "net_ring1", .role = TP_PORT_CORE},
	};
	struct tp_dataplane_config config = {
		.ports = ports,
		.port_count = 2,
		.worker_lcores = workers,
		.worker_count = worker_count,
		.max_sessions = max_sessions,
		.huge_pages = 0,
		.counters_key = counters_key,
	};
	struct tp_error error;
	if (tp_dataplane_create(&config, &dp, &error) != 0) {
		fprintf(stderr, "%s: %s\n", error.place, error.message);
		return -1;
	}
	w = dp->workers[0];
	return 0;
}

int stop_dataplane(void **state)
{
	(void)state;
	tp_dataplane_destroy(dp);
	return 0;
}

/* Who shares whose bucket is the same in each run. */
static void begin_table(struct tp_flood_table *table)
{
	memset(table->rows, 0, sizeof(table->rows));
	table->secret[0] = 1;
	table->secret[1] = 2;
}

int begin(void **state)
{
	(void)state;
	static const struct tp_dataplane_route routes[] = {
		{.prefix = {TP_IP4(0u), 0},
		 .kind = TP_ROUTE_GATEWAY,
		 .port = CORE,
		 .gateway = TP_IP4(GATEWAY)},
		{.prefix = {TP_IP4(IP(192, 0, 2, 0)), 24},
		 .kind = TP_ROUTE_CONNECTED,
		 .port = CORE},
		{.prefix = {TP_IP4(PORT_ADDRESS), 32}, .kind = TP_ROUTE_LOCAL, .port = CORE},
	};
	for (unsigned i = 0; i < 3; i++)
		assert_int_equal(tp_dataplane_route_set(dp, &routes[i]), 0);
	assert_int_equal(tp_dataplane_neighbour_set(dp, CORE, AT(GATEWAY), &gateway_mac), 0);
	tp_dataplane_port_address_set(dp, CORE, PORT_ADDRESS);
	memset(w->counters, 0, sizeof(w->counters));
	begin_table(&w->discovery_macs);
	begin_table(&w->padi_macs);
	begin_table(&w->padi_vlans);
	memset(w->padis, 0, sizeof(w->padis));
	begin_table(&w->unknown_macs);
	begin_table(&w->resolve_addresses);
	begin_table(&w->icmp_addresses);
	begin_table(&w->host_addresses);
	memset(w->icmp_errors, 0, sizeof(w->icmp_errors));
	memset(w->pings, 0, sizeof(w->pings));
	w->resolves = (struct tp_flood_bucket){0};
	tp_dataplane_host_limit_set(dp, ACCESS, TP_LIMIT_HOST);
	w->discovery[ACCESS] = w->unknown[ACCESS] = (struct tp_flood_bucket){0};
	w->tick = 1000;
	return 0;
}

/* received = forwarded + answered + handed over + dropped. */
static void assert_sums(void)
{
	for (unsigned port = 0; port < 2; port++) {
		const struct tp_port_counters *c = &w->counters[port];
		uint64_t out = c->forwarded + c->answered + c->handed_to_session +
			       c->handed_to_discovery + c->handed_to_host + c->handed_to_workers +
			       c->joined;
		for (unsigned i = 0; i < TP_DROP_COUNT; i++)
			out += c->drops[i];
		assert_int_equal(c->received + c->received_from_workers + c->received_from_control,
				 out);
	}
}

int end(void **state)
{
	(void)state;
	struct tp_message message;
	struct frame f;
	uint32_t slots[MAX_SESSIONS];
	assert_sums();
	for (uint32_t slot = 0; slot < max_sessions; slot++)
		tp_dataplane_session_close(dp, slot);
	tp_dataplane_released(dp, slots, MAX_SESSIONS);
	while (take(ACCESS, &f) || take(CORE, &f))
		;
	while (take_message(&message, &f))
		;
	return 0;
}

struct tp_mac client_mac(unsigned n)
{
	return (struct tp_mac){{0x02, 0x01, 0, 0, (uint8_t)(n >> 8), (uint8_t)n}};
}

void open_session(unsigned n, struct tp_vlans vlans)
{
	struct tp_dataplane_session s = {
		.slot = n,
		.session_id = (uint16_t)n,
		.port = ACCESS,
		.vlans = vlans,
		.mac = client_mac(n),
	};
	assert_int_equal(tp_dataplane_session_open(dp, &s), 0);
}

struct tp_dataplane_session_up up_of(unsigned n)
{
	return (struct tp_dataplane_session_up){
		.remote_address = IP(10, 0, 0, 1) + n,
		.local_address = OUR_ADDRESS,
		.mtu = 1480,
		.magic = 0x11223344,
		.keepalive_s = 10,
	};
}

void bring_up(unsigned n)
{
	struct tp_dataplane_session_up up = up_of(n);
	open_session(n, (struct tp_vlans){0});
	assert_int_equal(tp_dataplane_session_up(dp, n, &up), 0);
}

struct packet plain(uint32_t src, uint32_t dst)
{
	return (struct packet){
		.src = src, .dst = dst, .ttl = 64, .protocol = TP_IPPROTO_UDP, .payload = 26};
}

static uint32_t be32(uint32_t v)
{
	return rte_cpu_to_be_32(v);
}

uint16_t put_packet(uint8_t *out, const struct packet *p)
{
	uint16_t total = (uint16_t)(TP_IPV4_HEADER_LEN + p->payload);
	struct tp_ipv4 *ip = (struct tp_ipv4 *)out;
	tp_ipv4_build(ip, total, p->ttl, p->protocol, be32(p->src), be32(p->dst));
	ip->id_be = RTE_BE16(0x4321);
	ip->fragment_be = rte_cpu_to_be_16(p->fragment);
	ip->checksum_be = 0;
	ip->checksum_be = tp_checksum_finish(tp_checksum_add(0, ip, sizeof(*ip)));
	for (unsigned i = 0; i < p->payload; i++)
		out[TP_IPV4_HEADER_LEN + i] = (uint8_t)(i * 7);
	return total;
}

struct frame session_frame(unsigned n, struct tp_vlans vlans, uint16_t protocol,
			   const void *payload, uint16_t len)
{
	struct frame f;
	struct tp_mac mac = client_mac(n);
	struct tp_writer out = tp_writer_of(f.bytes, sizeof(f.bytes));
	tp_write_bytes(&out, dp->ports[ACCESS].mac.bytes, 6);
	tp_write_bytes(&out, mac.bytes, 6);
	if (vlans.outer != 0) {
		tp_write_be16(&out, vlans.inner != 0 ? TP_ETHERTYPE_QINQ : TP_ETHERTYPE_VLAN);
		tp_write_be16(&out, vlans.outer);
	}
	if (vlans.inner != 0) {
		tp_write_be16(&out, TP_ETHERTYPE_VLAN);
		tp_write_be16(&out, vlans.inner);
	}
	tp_write_be16(&out, TP_ETHERTYPE_SESSION);
	tp_write_be16(&out, 0x1100);
	tp_write_be16(&out, (uint16_t)n);
	tp_write_be16(&out, (uint16_t)(len + 2));
	tp_write_be16(&out, protocol);
	tp_write_bytes(&out, payload, len);
	assert_true(tp_writer_ok(&out));
	f.len = (uint16_t)tp_writer_len(&out);
	return f;
}

struct frame lcp_frame(unsigned n, uint8_t code, uint32_t magic, uint16_t data)
{
	uint8_t lcp[1492] = {code, 0x5a};
	tp_put_be16(lcp + 2, (uint16_t)(8 + data));
	tp_put_be32(lcp + 4, magic);
	memset(lcp + 8, 0xd0, data);
	return session_frame(n, (struct tp_vlans){0}, TP_PPP_PROTO_LCP, lcp, (uint16_t)(8 + data));
}

struct frame up_frame(unsigned n, const struct packet *p)
{
	uint8_t packet[9216];
	uint16_t len = put_packet(packet, p);
	return session_frame(n, (struct tp_vlans){0}, TP_PPP_PROTO_IPV4, packet, len);
}

struct frame down_frame(const struct packet *p)
{
	struct frame f;
	memcpy(f.bytes, dp->ports[CORE].mac.bytes, 6);
	memcpy(f.bytes + 6, gateway_mac.bytes, 6);
	tp_put_be16(f.bytes + 12, TP_ETHERTYPE_IPV4);
	f.len = (uint16_t)(14 + put_packet(f.bytes + 14, p));
	return f;
}

struct tp_ipv4 *packet_to_subscriber(struct frame *f)
{
	return (struct tp_ipv4 *)(f->bytes + 22);
}

struct tp_ipv4 *packet_to_core(struct frame *f)
{
	return (struct tp_ipv4 *)(f->bytes + 14);
}

static void give_mbuf(unsigned port, const void *bytes, uint16_t len, uint64_t flags, uint16_t tci)
{
	struct rte_mbuf *m = rte_pktmbuf_alloc(w->pool);
	assert_non_null(m);
	char *p = rte_pktmbuf_append(m, len);
	assert_non_null(p);
	memcpy(p, bytes, len);
	m->ol_flags |= flags;
	m->vlan_tci = tci;
	tp_worker_input(w, &dp->ports[port], &m, 1);
	tp_tx_flush_own(w);
}

void give_bytes(unsigned port, const void *bytes, uint16_t len)
{
	give_mbuf(port, bytes, len, 0, 0);
}

void give(unsigned port, const struct frame *f)
{
	give_bytes(port, f->bytes, f->len);
}

void give_stripped(unsigned port, const struct frame *f, uint16_t tci)
{
	give_mbuf(port, f->bytes, f->len, RTE_MBUF_F_RX_VLAN | RTE_MBUF_F_RX_VLAN_STRIPPED, tci);
}

static void copy_out(struct frame *f, struct rte_mbuf *m)
{
	f->len = m->data_len;
	assert_int_equal(m->pkt_len, m->data_len);
	memcpy(f->bytes, rte_pktmbuf_mtod(m, void *), m->data_len);
	rte_pktmbuf_free(m);
}

bool take(unsigned port, struct frame *f)
{
	struct rte_mbuf *m;
	if (rte_eth_rx_burst(dp->ports[port].dpdk_id, 0, &m, 1) == 0)
		return false;
	copy_out(f, m);
	return true;
}

void assert_nothing_out(void)
{
	struct frame f;
	assert_false(take(ACCESS, &f));
	assert_false(take(CORE, &f));
}

bool take_message(struct tp_message *message, struct frame *f)
{
	if (tp_dataplane_receive(dp, message, 1) == 0)
		return false;
	if (message->mbuf != NULL)
		copy_out(f, message->mbuf);
	return true;
}

void assert_only_drop(unsigned port, enum tp_drop reason, uint64_t count)
{
	for (unsigned i = 0; i < TP_DROP_COUNT; i++)
		assert_int_equal(w->counters[port].drops[i], i == reason ? count : 0);
}

void assert_no_drops(unsigned port)
{
	assert_only_drop(port, TP_DROP_COUNT, 0);
}
