/* SPDX-License-Identifier: BSD-3-Clause */
#include "fixture6.h"

#include <stdio.h>

#include <rte_mbuf.h>

#include "dataplane/worker/tx.h"

#define KEPT 32

const uint8_t *ip6(const char *text)
{
	static uint8_t kept[KEPT][16];
	static unsigned turn;
	uint8_t *bytes = kept[turn++ % KEPT];

	assert_int_equal(inet_pton(AF_INET6, text, bytes), 1);
	return bytes;
}

struct tp_ip any6(const char *text)
{
	return tp_ip_of6(ip6(text));
}

static const char *text_of(const char *format, unsigned n)
{
	static char kept[KEPT][INET6_ADDRSTRLEN];
	static unsigned turn;
	char *text = kept[turn++ % KEPT];

	snprintf(text, INET6_ADDRSTRLEN, format, n);
	return text;
}

const char *link_local_of(unsigned n)
{
	return text_of("fe80::%x:2", n);
}

const char *host_of(unsigned n)
{
	return text_of("2001:db8:1:%x::5", n);
}

const char *lan_of(unsigned n)
{
	return text_of("2001:db8:8000:%x07::9", n);
}

static struct tp_dataplane_route route_of(const char *prefix, uint8_t length,
					  enum tp_route_kind kind, const char *gateway)
{
	return (struct tp_dataplane_route){
		.prefix = {any6(prefix), length},
		.kind = kind,
		.port = CORE,
		.gateway = any6(gateway),
	};
}

int begin6(void **state)
{
	const struct tp_dataplane_route routes[] = {
		route_of("::", 0, TP_ROUTE_GATEWAY, GATEWAY6),
		route_of("2001:db8:ffff::", 64, TP_ROUTE_CONNECTED, "::"),
		route_of(PORT6, 128, TP_ROUTE_LOCAL, "::"),
	};
	const struct tp_ip gateway = any6(GATEWAY6);

	begin(state);
	for (unsigned i = 0; i < 3; i++)
		assert_int_equal(tp_dataplane_route_set(dp, &routes[i]), 0);
	assert_int_equal(tp_dataplane_neighbour_set(dp, CORE, &gateway, &gateway_mac), 0);
	assert_int_equal(tp_dataplane_port_address6_set(dp, CORE, ip6(PORT6)), 0);
	return 0;
}

struct tp_dataplane_session_up up6_of(unsigned n)
{
	static struct tp_prefix6 delegated;
	struct tp_dataplane_session_up up = up_of(n);

	delegated = (struct tp_prefix6){.length = 56};
	memcpy(delegated.address, ip6(text_of("2001:db8:8000:%x00::", n)), 16);
	up.ipv6 = (struct tp_dataplane_ipv6){.up = true, .routes = &delegated, .route_count = 1};
	memcpy(up.ipv6.local_id, ip6(OURS6) + 8, 8);
	memcpy(up.ipv6.remote_id, ip6(link_local_of(n)) + 8, 8);
	memcpy(up.ipv6.prefix.address, ip6(host_of(n)), 8);
	up.ipv6.prefix.length = 64;
	return up;
}

void bring_up6(unsigned n)
{
	struct tp_dataplane_session_up up = up6_of(n);

	open_session(n, (struct tp_vlans){0});
	assert_int_equal(tp_dataplane_session_up(dp, n, &up), 0);
}

struct packet6 plain6(const char *src, const char *dst)
{
	return (struct packet6){
		.src = src, .dst = dst, .hops = 64, .next = TP_IPPROTO_UDP, .payload = 26};
}

struct packet6 icmp6_of(const char *src, const char *dst, uint8_t type)
{
	static uint8_t kept[KEPT][16];
	static unsigned turn;
	uint8_t *icmp = kept[turn++ % KEPT];
	uint16_t sum;

	memset(icmp, 0, sizeof(kept[0]));
	icmp[0] = type;
	icmp[9] = 0x77;
	sum = tp_ipv6_checksum(ip6(src), ip6(dst), TP_IPV6_ICMP, icmp, sizeof(kept[0]));
	memcpy(icmp + 2, &sum, sizeof(sum));
	return (struct packet6){.src = src,
				.dst = dst,
				.hops = 255,
				.next = TP_IPV6_ICMP,
				.payload = sizeof(kept[0]),
				.bytes = icmp};
}

uint16_t put_packet6(uint8_t *out, const struct packet6 *p)
{
	tp_ipv6_build((struct tp_ipv6 *)out, p->payload, p->next, p->hops, ip6(p->src),
		      ip6(p->dst));
	if (p->bytes != NULL)
		memcpy(out + H6, p->bytes, p->payload);
	for (unsigned i = 0; p->bytes == NULL && i < p->payload; i++)
		out[H6 + i] = (uint8_t)(i * 7);
	return (uint16_t)(H6 + p->payload);
}

struct frame up_frame6(unsigned n, const struct packet6 *p)
{
	uint8_t packet[9216];
	uint16_t len = put_packet6(packet, p);

	return session_frame(n, (struct tp_vlans){0}, TP_PPP_PROTO_IPV6, packet, len);
}

static struct frame core_frame(const uint8_t *to, const uint8_t *from, const struct packet6 *p)
{
	struct frame f;

	memcpy(f.bytes, to, 6);
	memcpy(f.bytes + 6, from, 6);
	tp_put_be16(f.bytes + 12, TP_ETHERTYPE_IPV6);
	f.len = (uint16_t)(14 + put_packet6(f.bytes + 14, p));
	return f;
}

struct frame down_frame6(const struct packet6 *p)
{
	return core_frame(dp->ports[CORE].mac.bytes, gateway_mac.bytes, p);
}

void give_up6(unsigned n, const struct packet6 *p)
{
	struct frame f = up_frame6(n, p);

	give(ACCESS, &f);
}

void give_down6(const struct packet6 *p)
{
	struct frame f = down_frame6(p);

	give(CORE, &f);
}

void give_burst(unsigned port, const struct frame *frames, unsigned count)
{
	struct rte_mbuf *burst[TP_BURST];

	for (unsigned i = 0; i < count; i++) {
		burst[i] = rte_pktmbuf_alloc(w->pool);
		assert_non_null(burst[i]);
		memcpy(rte_pktmbuf_append(burst[i], frames[i].len), frames[i].bytes, frames[i].len);
	}
	tp_worker_input(w, &dp->ports[port], burst, count);
	tp_tx_flush_own(w);
}

static void assert_frame(unsigned port, const struct frame *shall)
{
	struct frame f;

	assert_true(take(port, &f));
	assert_int_equal(f.len, shall->len);
	assert_memory_equal(f.bytes, shall->bytes, f.len);
}

void assert_at_core6(const struct packet6 *p, uint8_t hops)
{
	struct packet6 left = *p;
	struct frame f;

	left.hops = hops;
	f = core_frame(gateway_mac.bytes, dp->ports[CORE].mac.bytes, &left);
	assert_frame(CORE, &f);
}

static struct frame to_client(unsigned n, const uint8_t *packet, uint16_t len)
{
	struct tp_mac mac = client_mac(n);
	struct frame f = session_frame(n, (struct tp_vlans){0}, TP_PPP_PROTO_IPV6, packet, len);

	memcpy(f.bytes, mac.bytes, 6);
	memcpy(f.bytes + 6, dp->ports[ACCESS].mac.bytes, 6);
	return f;
}

void assert_at_client6(unsigned n, const struct packet6 *p, uint8_t hops)
{
	uint8_t packet[9216];
	struct packet6 left = *p;
	struct frame f;

	left.hops = hops;
	f = to_client(n, packet, put_packet6(packet, &left));
	assert_frame(ACCESS, &f);
}

void assert_error6(unsigned n, const char *src, uint8_t type, uint8_t code, uint32_t value,
		   const struct packet6 *p)
{
	uint8_t packet[9216], error[TP_ICMP6_ERROR_MAX];
	uint16_t len = put_packet6(packet, p);
	struct frame f;

	len = (uint16_t)tp_icmp6_error_build(error, type, code, value, ip6(src), packet, len);
	if (n != 0) {
		f = to_client(n, error, len);
		assert_frame(ACCESS, &f);
		return;
	}
	memcpy(f.bytes, gateway_mac.bytes, 6);
	memcpy(f.bytes + 6, dp->ports[CORE].mac.bytes, 6);
	tp_put_be16(f.bytes + 12, TP_ETHERTYPE_IPV6);
	memcpy(f.bytes + 14, error, len);
	f.len = (uint16_t)(14 + len);
	assert_frame(CORE, &f);
}
