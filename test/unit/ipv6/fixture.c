/* SPDX-License-Identifier: BSD-3-Clause */
#include "fixture.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>

#define TRANSACTION 0x123456

size_t unhex(const char *hex, uint8_t *bytes, size_t room)
{
	size_t len = 0;

	for (; *hex != '\0'; hex++) {
		char digits[3] = {hex[0], hex[1], '\0'};

		if (!isxdigit((unsigned char)*hex))
			continue;
		assert_true(isxdigit((unsigned char)hex[1]) && len < room);
		bytes[len++] = (uint8_t)strtoul(digits, NULL, 16);
		hex++;
	}
	return len;
}

const uint8_t *address(const char *text)
{
	static uint8_t ring[4][TP_IPV6_ADDRESS_LEN];
	static unsigned turn;
	uint8_t *bytes = ring[turn++ % 4];

	assert_int_equal(inet_pton(AF_INET6, text, bytes), 1);
	return bytes;
}

struct tp_prefix6 prefix_of(const char *text)
{
	struct tp_prefix6 prefix;
	char copy[64];
	char *slash;

	snprintf(copy, sizeof(copy), "%s", text);
	slash = strchr(copy, '/');
	*slash = '\0';
	memcpy(prefix.address, address(copy), sizeof(prefix.address));
	prefix.length = (uint8_t)atoi(slash + 1);
	return prefix;
}

/* A reader sees where two differ. */
static void assert_hex(const uint8_t *bytes, size_t len, const char *hex)
{
	uint8_t expected[TP_IPV6_MIN_MTU];
	size_t expected_len = unhex(hex, expected, sizeof(expected));
	char got[2 * TP_IPV6_MIN_MTU + 1], wanted[2 * TP_IPV6_MIN_MTU + 1];

	for (size_t i = 0; i < len; i++)
		snprintf(got + 2 * i, 3, "%02x", bytes[i]);
	got[2 * len] = '\0';
	for (size_t i = 0; i < expected_len; i++)
		snprintf(wanted + 2 * i, 3, "%02x", expected[i]);
	wanted[2 * expected_len] = '\0';
	assert_string_equal(got, wanted);
}

void assert_payload(const uint8_t *packet, size_t len, const char *hex)
{
	uint8_t payload[TP_IPV6_MIN_MTU];
	struct tp_ipv6_in in;
	size_t payload_len;

	assert_int_equal(tp_ipv6_in_parse(&in, packet, len), TP_IPV6_NO_REASON);
	payload_len = tp_reader_left(&in.payload);
	memcpy(payload, in.payload.p, payload_len);
	if (in.protocol == TP_IPV6_ICMP)
		payload[2] = payload[3] = 0;
	assert_hex(payload, payload_len, hex);
}

void keep(struct packets *sent, const uint8_t *packet, size_t len)
{
	unsigned at = sent->count++ % PACKETS;

	assert_true(len <= sizeof(sent->ring[at].bytes));
	memcpy(sent->ring[at].bytes, packet, len);
	sent->ring[at].len = len;
}

const uint8_t *last_packet(const struct packets *sent, size_t *len)
{
	unsigned at = (sent->count - 1) % PACKETS;

	assert_true(sent->count > 0);
	*len = sent->ring[at].len;
	return sent->ring[at].bytes;
}

/* ---- the router's owner ---------------------------------------------------------------------- */

static void output(void *user, const uint8_t *packet, size_t len)
{
	struct link *link = user;

	keep(&link->sent, packet, len);
}

static void terms(void *user, struct tp_ipv6_terms *told)
{
	*told = ((struct link *)user)->terms;
}

static int delegate(void *user, const struct tp_ipv6_ia *ia, const struct tp_prefix6 *hint,
		    bool commit, struct tp_prefix6 *prefix)
{
	struct link *link = user;

	(void)commit;
	assert_true(ia->prefix && ia->number < link->terms.delegations);
	link->delegated++;
	link->hint = *hint;
	if (link->prefixes[ia->number].length == 0)
		return -EADDRNOTAVAIL;
	*prefix = link->prefixes[ia->number];
	return 0;
}

static void bound(void *user, const struct tp_ipv6_binding *binding)
{
	struct link *link = user;

	link->bound++;
	link->last = *binding;
	link->last.ia.duid = NULL;
}

static void released(void *user, const struct tp_ipv6_binding *binding, enum tp_ipv6_release why)
{
	struct link *link = user;

	link->released++;
	link->lost += binding->committed && why != TP_IPV6_RELEASED;
	link->last = *binding;
	link->last.ia.duid = NULL;
	link->why = why;
}

void link_up(struct link *link)
{
	static const struct tp_ipv6_router_ops ops = {output, terms, delegate, bound, released};
	static const uint8_t mac[6] = {2, 0, 0, 0, 0, 0xff};

	memset(link, 0, sizeof(*link));
	tp_random_init_seed(&link->random, 1);
	link->common.ops = &ops;
	link->common.random = &link->random;
	link->common.counters = &link->counters;
	tp_ipv6_router_config_init(&link->common.config);
	tp_duid_of_mac(&link->common.config.duid, mac);
	link->terms.local_id[7] = 1;
	link->terms.remote_id[7] = 2;
	link->terms.prefix = prefix_of("2001:db8:1:2::/64");
	link->terms.delegations = 1;
	link->terms.lease_s = 86400;
	link->prefixes[0] = prefix_of("2001:db8:f00::/56");
	link->now_ms = 1000000;
	tp_ipv6_router_init(&link->router, &link->common, link);
	tp_ipv6_router_start(&link->router, link->now_ms);
	assert_int_equal(link->sent.count, 1);
	link->sent.count = 0;
}

void link_down(struct link *link)
{
	tp_ipv6_router_clear(&link->router);
}

void link_wait(struct link *link, uint64_t ms)
{
	uint64_t end_ms = link->now_ms + ms, due_ms;

	while ((due_ms = tp_ipv6_router_deadline(&link->router)) <= end_ms) {
		if (due_ms > link->now_ms)
			link->now_ms = due_ms;
		tp_ipv6_router_tick(&link->router, link->now_ms);
	}
	link->now_ms = end_ms;
}

enum tp_ipv6_reason link_dhcp6(struct link *link, uint8_t type, const char *options)
{
	struct tp_ipv6_out out;
	uint8_t bytes[TP_IPV6_MIN_MTU];
	size_t len = unhex(options, bytes, sizeof(bytes));

	tp_ipv6_out_udp(&out, address("fe80::2"), TP_DHCP6_CLIENT_PORT, tp_ipv6_all_dhcp6_servers,
			TP_DHCP6_SERVER_PORT);
	tp_dhcp6_begin(&out.w, type, TRANSACTION);
	tp_write_bytes(&out.w, bytes, len);
	len = tp_ipv6_out_finish(&out);
	assert_true(len > 0);
	return tp_ipv6_router_input(&link->router, out.bytes, len, link->now_ms);
}

void assert_answer(const struct link *link, uint8_t type, const char *options)
{
	size_t len;
	const uint8_t *packet = last_packet(&link->sent, &len);
	char head[16];
	char whole[4096];

	assert_memory_equal(packet + 8, address("fe80::1"), 16);
	assert_memory_equal(packet + 24, address("fe80::2"), 16);
	snprintf(head, sizeof(head), "%02x123456", type);
	snprintf(whole, sizeof(whole), "%s%s", head, options);
	assert_payload(packet, len, whole);
}

static size_t icmp_packet(struct tp_ipv6_out *out, const uint8_t *src, const uint8_t *dst,
			  unsigned hops, const char *message)
{
	uint8_t bytes[TP_IPV6_MIN_MTU];
	size_t len = unhex(message, bytes, sizeof(bytes));

	tp_ipv6_out_icmp(out, src, dst);
	tp_write_bytes(&out->w, bytes, len);
	out->bytes[7] = (uint8_t)hops;
	return tp_ipv6_out_finish(out);
}

enum tp_ipv6_reason link_icmp(struct link *link, const char *src, const char *dst, unsigned hops,
			      const char *message)
{
	struct tp_ipv6_out out;
	size_t len = icmp_packet(&out, address(src), address(dst), hops, message);

	return tp_ipv6_router_input(&link->router, out.bytes, len, link->now_ms);
}

/* ---- the host's owner ------------------------------------------------------------------------ */

static void guest_output(void *user, const uint8_t *packet, size_t len)
{
	struct guest *guest = user;

	keep(&guest->sent, packet, len);
}

static void guest_changed(void *user, unsigned changed)
{
	((struct guest *)user)->changed |= changed;
}

void guest_init(struct guest *guest)
{
	static const struct tp_ipv6_host_ops ops = {guest_output, guest_changed};

	memset(guest, 0, sizeof(*guest));
	tp_random_init_seed(&guest->random, 2);
	guest->common.ops = &ops;
	guest->common.random = &guest->random;
	guest->common.counters = &guest->counters;
	guest->now_ms = 1000000;
	tp_ipv6_host_init(&guest->host, &guest->common, guest);
}

void guest_start(struct guest *guest)
{
	static const uint8_t id[8] = {[7] = 2};
	static const uint8_t mac[6] = {2, 0, 0, 0, 0, 1};
	struct tp_duid duid;

	tp_duid_of_mac(&duid, mac);
	tp_ipv6_host_start(&guest->host, id, &duid, 1, guest->now_ms);
}

void guest_wait(struct guest *guest, uint64_t ms)
{
	uint64_t end_ms = guest->now_ms + ms, due_ms;

	while ((due_ms = tp_ipv6_host_deadline(&guest->host)) <= end_ms) {
		if (due_ms > guest->now_ms)
			guest->now_ms = due_ms;
		tp_ipv6_host_tick(&guest->host, guest->now_ms);
	}
	guest->now_ms = end_ms;
}

enum tp_ipv6_reason guest_icmp(struct guest *guest, const char *src, unsigned hops,
			       const char *message)
{
	struct tp_ipv6_out out;
	size_t len = icmp_packet(&out, address(src), tp_ipv6_all_nodes, hops, message);

	return tp_ipv6_host_input(&guest->host, out.bytes, len, guest->now_ms);
}

enum tp_ipv6_reason guest_dhcp6(struct guest *guest, uint8_t type, const char *options)
{
	struct tp_ipv6_out out;
	uint8_t bytes[TP_IPV6_MIN_MTU];
	size_t len = unhex(options, bytes, sizeof(bytes));

	tp_ipv6_out_udp(&out, address("fe80::1"), TP_DHCP6_SERVER_PORT, address("fe80::2"),
			TP_DHCP6_CLIENT_PORT);
	tp_dhcp6_begin(&out.w, type, guest->host.transaction ^ guest->transaction);
	tp_write_bytes(&out.w, bytes, len);
	len = tp_ipv6_out_finish(&out);
	return tp_ipv6_host_input(&guest->host, out.bytes, len, guest->now_ms);
}
