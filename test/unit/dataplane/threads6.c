/* SPDX-License-Identifier: BSD-3-Clause */
/* Workers that run while prefixes of IPv6 go from session to session, and sessions into each
 * other's slots: a packet comes to whoever has had its prefix since it was sent, and to nobody
 * else. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <rte_ethdev.h>
#include <rte_mbuf.h>

#include "base/bytes.h"
#include "base/clock.h"
#include "dataplane/counters.h"
#include "dataplane/dataplane.h"
#include "dataplane/sessions.h"
#include "dataplane/state.h"
#include "dataplane/worker/worker.h"
#include "wire/ipv4.h"
#include "wire/ipv6.h"
#include "wire/ppp.h"

#define ACCESS	 0
#define CORE	 1
#define WORKERS	 2
#define SLOTS	 8
#define PREFIXES 12
#define LIVES	 65536 /* of sessions, at most */
#define MS	 700

static struct tp_dataplane *dp;

/* Whose prefix each life of a session has: its number is in the client's MAC address. */
static uint8_t prefix_of_life[LIVES];
static unsigned lives;

static struct {
	bool open, closed;
	unsigned prefix;
} slots[SLOTS];
static bool held[PREFIXES];

/* What has left by the access port is the test's to look at. */
static int start(void **state)
{
	static const unsigned lcores[WORKERS] = {0, 1};
	static const struct tp_dataplane_port_config ports[] = {
		{.name = "ether3", .device = "net_ring0", .role = TP_PORT_ACCESS},
		{.name = "core0", .device = "net_ring1", .role = TP_PORT_CORE},
	};
	const struct tp_dataplane_config config = {
		.ports = ports,
		.port_count = 2,
		.worker_lcores = lcores,
		.worker_count = WORKERS,
		.max_sessions = SLOTS,
		.idle_sleep = true,
		.huge_pages = 0,
		.drivers_config = DRIVERS_CONFIG, /* net_ring: one queue each way */
	};
	struct tp_error error;

	(void)state;
	if (tp_dataplane_create(&config, &dp, &error) != 0) {
		fprintf(stderr, "%s: %s\n", error.place, error.message);
		return -1;
	}
	for (unsigned i = 0; i < WORKERS; i++)
		dp->workers[i]->rx_queue[ACCESS] = TP_NO_QUEUE;
	return tp_dataplane_start(dp, &error);
}

static int stop(void **state)
{
	(void)state;
	tp_dataplane_destroy(dp);
	return 0;
}

/* 2001:db8:N00::/56, of which packets go to different /64s. */
static void prefix_of(uint8_t *address, unsigned n)
{
	memset(address, 0, 16);
	tp_put_be32(address, 0x20010db8);
	tp_put_be32(address + 4, n << 8);
}

static void open_session(unsigned slot)
{
	struct tp_prefix6 prefix = {.length = 56};
	struct tp_dataplane_session s = {.slot = slot, .session_id = (uint16_t)(slot + 1)};
	struct tp_dataplane_session_up up = {
		.mtu = 1480,
		.ipv6 = {.up = true,
			 .local_id = {[7] = 1},
			 .remote_id = {[7] = 2},
			 .routes = &prefix,
			 .route_count = 1},
	};
	unsigned n = (lives * 7 + slot) % PREFIXES;

	while (held[n])
		n = (n + 1) % PREFIXES;
	prefix_of(prefix.address, n);
	s.mac.bytes[0] = 2;
	tp_put_be32(s.mac.bytes + 2, lives);
	assert_int_equal(tp_dataplane_session_open(dp, &s), 0);
	assert_int_equal(tp_dataplane_session_up(dp, slot, &up), 0);
	prefix_of_life[lives++] = (uint8_t)n;
	held[n] = true;
	slots[slot].open = true;
	slots[slot].prefix = n;
}

/* Its prefix may be another's at once; its slot when it is released. */
static void change(unsigned slot)
{
	uint32_t released[SLOTS];

	if (!slots[slot].open && !slots[slot].closed) {
		open_session(slot);
	} else if (slots[slot].open) {
		held[slots[slot].prefix] = false;
		slots[slot].open = false;
		slots[slot].closed = true;
		tp_dataplane_session_close(dp, slot);
	}
	for (unsigned i = tp_dataplane_released(dp, released, SLOTS); i-- > 0;)
		slots[released[i]].closed = false;
}

/* A burst to all prefixes, some of which nobody has. */
static unsigned send_burst(void)
{
	static unsigned turn;
	static const uint8_t src[16] = {0x20, 0x01, 0x48, 0x60, [15] = 8};
	struct rte_mbuf *frames[32];
	unsigned sent;

	if (rte_pktmbuf_alloc_bulk(dp->control_pool, frames, 32) != 0)
		return 0;
	for (unsigned i = 0; i < 32; i++) {
		uint8_t *p = (uint8_t *)rte_pktmbuf_append(frames[i], 14 + 48), dst[16];
		memset(p, 0, 14 + 48);
		memcpy(p, dp->ports[CORE].mac.bytes, 6);
		tp_put_be16(p + 12, TP_ETHERTYPE_IPV6);
		prefix_of(dst, turn % PREFIXES);
		dst[7] = (uint8_t)(turn++ / PREFIXES);
		tp_ipv6_build((struct tp_ipv6 *)(p + 14), 8, TP_IPPROTO_UDP, 64, src, dst);
	}
	sent = rte_eth_tx_burst(dp->ports[CORE].dpdk_id, 0, frames, 32);
	rte_pktmbuf_free_bulk(frames + sent, 32 - sent);
	return sent;
}

/* Each that came out is in the session of a life that had its prefix. */
static unsigned look_at_what_left(void)
{
	struct rte_mbuf *frames[32];
	unsigned count = rte_eth_rx_burst(dp->ports[ACCESS].dpdk_id, 0, frames, 32);

	for (unsigned i = 0; i < count; i++) {
		struct tp_reader r =
			tp_reader_of(rte_pktmbuf_mtod(frames[i], const uint8_t *) + 2, 4);
		const struct tp_ipv6 *ip =
			rte_pktmbuf_mtod_offset(frames[i], const struct tp_ipv6 *, 22);
		uint32_t life;
		uint8_t shall[16];

		assert_int_equal(frames[i]->data_len, 22 + 48);
		assert_true(tp_read_be32(&r, &life));
		assert_in_range(life, 0, lives - 1);
		prefix_of(shall, prefix_of_life[life]);
		assert_memory_equal(ip->dst, shall, 7);
		assert_int_equal(ip->hop_limit, 63);
		rte_pktmbuf_free(frames[i]);
	}
	return count;
}

/* What the workers have counted of frames from the core. */
struct counted {
	uint64_t received, handed, taken, forwarded;
};

static struct counted count(void)
{
	struct counted c = {0};

	for (unsigned i = 0; i < WORKERS; i++) {
		const struct tp_port_counters *p = &dp->workers[i]->counters[CORE];
		c.received += tp_read_once(&p->received);
		c.handed += tp_read_once(&p->handed_to_workers);
		c.taken += tp_read_once(&p->received_from_workers);
		c.forwarded += tp_read_once(&p->forwarded);
	}
	return c;
}

static void test_a_packet_comes_to_none_but_who_has_its_prefix(void **state)
{
	uint64_t end = tp_clock_ms() + MS;
	unsigned sent = 0, left = 0;
	struct counted c;

	(void)state;
	for (unsigned i = 0; tp_clock_ms() < end && lives < LIVES; i++) {
		sent += send_burst();
		if (i % 8 == 0)
			change(i / 8 % SLOTS);
		left += look_at_what_left();
	}
	end = tp_clock_ms() + 30000;
	do { /* until all are through */
		left += look_at_what_left();
		c = count();
	} while ((c.received < sent || c.taken < c.handed || left < c.forwarded) &&
		 tp_clock_ms() < end);
	assert_true(lives > SLOTS);
	assert_true(left > 0);
	assert_int_equal(c.received, sent);
	assert_int_equal(c.forwarded, left);
	assert_true(c.handed > 0); /* those of some networks are the other worker's */
	assert_true(sent > left);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_packet_comes_to_none_but_who_has_its_prefix),
	};
	return cmocka_run_group_tests(tests, start, stop);
}
