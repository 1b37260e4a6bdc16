/* SPDX-License-Identifier: BSD-3-Clause */
/* Two workers on lcores of their own, ports with one queue: frames are spread by session, and
 * each worker's sums hold; a closed session is released though workers run on. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>
#include <rte_ethdev.h>
#include <rte_mbuf.h>

#include "base/bytes.h"
#include "base/clock.h"
#include "dataplane/counters.h"
#include "dataplane/dataplane.h"
#include "dataplane/coding.h"
#include "dataplane/messages.h"
#include "dataplane/routes.h"
#include "dataplane/sessions.h"
#include "dataplane/state.h"
#include "dataplane/worker/reorder.h"
#include "dataplane/worker/shaper.h"
#include "dataplane/worker/worker.h"
#include "wire/ipv4.h"

static struct tp_dataplane *dp;

static int start(void **state)
{
	static const unsigned workers[] = {0, 1};
	static const struct tp_dataplane_port_config ports[] = {
		{.name = "ether3", .device = "net_ring0", .role = TP_PORT_ACCESS},
		{.name = "core0", .device = "net_ring1", .role = TP_PORT_CORE},
	};
	struct tp_dataplane_config config = {
		.ports = ports,
		.port_count = 2,
		.worker_lcores = workers,
		.worker_count = 2,
		.max_sessions = 64,
		.idle_sleep = true,
		.huge_pages = 0,
		.drivers_config = DRIVERS_CONFIG, /* net_ring: one queue each way */
	};
	struct tp_error error;
	(void)state;
	if (tp_dataplane_create(&config, &dp, &error) != 0 || tp_dataplane_start(dp, &error) != 0) {
		fprintf(stderr, "%s: %s\n", error.place, error.message);
		return -1;
	}
	return 0;
}

static int stop(void **state)
{
	(void)state;
	tp_dataplane_destroy(dp);
	return 0;
}

static void wait_ms(unsigned ms)
{
	struct timespec pause = {.tv_nsec = 1000000};
	for (unsigned i = 0; i < ms; i++)
		nanosleep(&pause, NULL);
}

/* net_ring gives back what was sent: what control sends on the access port comes in again, as
 * from a client. A frame of NOBODY's is dropped, so that nothing goes round for ever. */
static void send_discovery(unsigned n)
{
	uint8_t frame[60] = {0};
	memset(frame, 0xff, 6);
	frame[6] = 2;
	frame[11] = (uint8_t)n;
	tp_put_be16(frame + 12, TP_ETHERTYPE_DISCOVERY);
	while (!tp_dataplane_send(dp, 0, (struct tp_vlans){0}, frame, sizeof(frame)))
		wait_ms(1);
}

static void test_frames_are_spread_over_workers_and_none_is_lost(void **state)
{
	struct tp_message messages[64];
	unsigned got = 0;
	uint64_t deadline = tp_clock_ms() + 5000;
	(void)state;
	for (unsigned n = 0; n < 200; n++)
		send_discovery(n);
	while (got < 200 && tp_clock_ms() < deadline) {
		unsigned count = tp_dataplane_receive(dp, messages, 64);
		for (unsigned i = 0; i < count; i++) {
			assert_int_equal(messages[i].kind, TP_MESSAGE_DISCOVERY);
			rte_pktmbuf_free(messages[i].mbuf);
		}
		got += count;
		if (count == 0)
			wait_ms(1);
	}
	assert_int_equal(got, 200);
	wait_ms(5);
	for (unsigned i = 0; i < 2; i++) {
		const struct tp_port_counters *c = &dp->workers[i]->counters[0];
		assert_true(c->handed_to_discovery > 50);
		assert_int_equal(c->received + c->received_from_workers,
				 c->handed_to_discovery + c->handed_to_workers);
	}
}

static void test_a_closed_session_is_released_while_workers_run(void **state)
{
	uint64_t deadline = tp_clock_ms() + 5000;
	uint32_t slot = 99;
	(void)state;
	for (unsigned round = 0; round < 20; round++) {
		struct tp_dataplane_session s = {
			.slot = 5, .session_id = 9, .mac = {{2, 0, 0, 0, 0, 5}}};
		struct tp_dataplane_session_up up = {
			.remote_address = 0x0a000005, .local_address = 0x0a000001, .mtu = 1480};
		assert_int_equal(tp_dataplane_session_open(dp, &s), 0);
		assert_int_equal(tp_dataplane_session_up(dp, 5, &up), 0);
		tp_dataplane_session_close(dp, 5);
		while (tp_dataplane_released(dp, &slot, 1) == 0 && tp_clock_ms() < deadline)
			wait_ms(1);
		assert_int_equal(slot, 5);
		slot = 99;
	}
}

/* Sessions 1 … COUNT, up, their MACs ending in their numbers. */
static void bring_up(unsigned count)
{
	static const struct tp_mac gateway = {{2, 0, 0, 0, 0xff, 2}};
	struct tp_dataplane_route route = {.prefix.ip.family = TP_FAMILY_IPV4,
					   .kind = TP_ROUTE_GATEWAY,
					   .port = 1,
					   .gateway = TP_IP4(0xc0000202)};
	assert_int_equal(tp_dataplane_route_set(dp, &route), 0);
	assert_int_equal(tp_dataplane_neighbour_set(dp, 1, &route.gateway, &gateway), 0);
	for (unsigned n = 1; n <= count; n++) {
		struct tp_dataplane_session s = {
			.slot = n, .session_id = (uint16_t)n, .mac = {{2, 0, 0, 0, 0, (uint8_t)n}}};
		struct tp_dataplane_session_up up = {
			.remote_address = 0x0a000000 + n, .local_address = 0x0a0000fe, .mtu = 1480};
		assert_int_equal(tp_dataplane_session_open(dp, &s), 0);
		assert_int_equal(tp_dataplane_session_up(dp, n, &up), 0);
	}
}

static void send_packet(unsigned n)
{
	uint8_t frame[68] = {0};
	memcpy(frame, dp->ports[0].mac.bytes, 6);
	frame[6] = 2;
	frame[11] = (uint8_t)n;
	memcpy(frame + 12, "\x88\x64\x11\x00", 4);
	tp_put_be16(frame + 16, (uint16_t)n);
	tp_put_be16(frame + 18, 48);
	tp_put_be16(frame + 20, 0x0021);
	tp_ipv4_build((struct tp_ipv4 *)(frame + 22), 46, 64, TP_IPPROTO_UDP,
		      rte_cpu_to_be_32(0x0a000000 + n), RTE_BE32(0xc6336407));
	while (!tp_dataplane_send(dp, 0, (struct tp_vlans){0}, frame, sizeof(frame)))
		wait_ms(1);
}

/* Only one worker sends on a port: the other hands it what is to leave. On the core port the
 * packets come in again, for a gateway that is somebody else, and are dropped. */
static void test_packets_of_all_sessions_leave_by_the_worker_that_sends(void **state)
{
	struct tp_session_counters c;
	unsigned forwarded = 0, came_back = 0;
	(void)state;
	const struct tp_port_counters *receiver = &dp->workers[0]->counters[0];
	uint64_t handed = receiver->handed_to_workers;
	bring_up(50);
	for (unsigned i = 0; i < 500; i++)
		send_packet(i % 50 + 1);
	for (unsigned i = 0; i < 2000 && came_back < 500; i++) {
		wait_ms(1);
		came_back = 0;
		for (unsigned k = 0; k < 2; k++)
			came_back += dp->workers[k]->counters[1].drops[TP_DROP_NOT_FOR_US];
	}
	assert_int_equal(came_back, 500);
	/* Each is the other worker's to work, or to send. */
	assert_int_equal(receiver->handed_to_workers - handed, 500);
	for (unsigned k = 0; k < 2; k++) {
		const struct tp_port_counters *p = &dp->workers[k]->counters[0];
		forwarded += p->forwarded;
		assert_int_equal(p->received + p->received_from_workers,
				 p->handed_to_discovery + p->handed_to_workers + p->forwarded);
	}
	assert_int_equal(forwarded, 500);
	for (unsigned n = 1; n <= 50; n++) {
		tp_dataplane_session_counters(dp, n, &c);
		assert_int_equal(c.packets_in, 10);
		tp_dataplane_session_close(dp, n);
	}
}

static void bring_up_with_mp(unsigned n)
{
	struct tp_dataplane_session s = {
		.slot = n, .session_id = (uint16_t)n, .mac = {{2, 0, 0, 0, 0, (uint8_t)n}}};
	struct tp_dataplane_session_up up = {
		.remote_address = 0x0a000000 + n,
		.local_address = 0x0a0000fe,
		.mtu = 1600,
		.multilink = {.mrru = 1600, .link_mtu = 1492},
	};
	assert_int_equal(tp_dataplane_session_open(dp, &s), 0);
	assert_int_equal(tp_dataplane_session_up(dp, n, &up), 0);
}

/* A packet of 1,500 bytes from the core. */
static void inject_large(unsigned n)
{
	static uint8_t frame[1514];
	memcpy(frame, dp->ports[1].mac.bytes, 6);
	memcpy(frame + 12, "\x08\x00", 2);
	tp_ipv4_build((struct tp_ipv4 *)(frame + 14), 1500, 64, TP_IPPROTO_UDP,
		      RTE_BE32(0xc6336407), rte_cpu_to_be_32(0x0a000000 + n));
	while (!tp_dataplane_inject(dp, 1, frame, sizeof(frame)))
		wait_ms(1);
}

/* Whichever worker gets a packet for a link with MP, the link's owner cuts it. The fragments come
 * in again on the access port, for clients, and are dropped. */
static void test_links_are_their_owners(void **state)
{
	unsigned came_back = 0, sent[2] = {0};
	(void)state;
	for (unsigned n = 51; n <= 60; n++)
		bring_up_with_mp(n);
	for (unsigned i = 0; i < 200; i++)
		inject_large(51 + i % 10);
	for (unsigned i = 0; i < 2000 && came_back < 400; i++) {
		wait_ms(1);
		came_back = 0;
		for (unsigned k = 0; k < 2; k++)
			came_back += dp->workers[k]->counters[0].drops[TP_DROP_NOT_FOR_US];
	}
	assert_int_equal(came_back, 400);
	for (unsigned n = 51; n <= 60; n++) {
		const struct tp_coding *coding = dp->terms[n].coding;
		assert_int_equal(coding->out.next, 40);
		sent[coding->owner] += coding->out.next;
		tp_dataplane_session_close(dp, n);
	}
	assert_int_equal(sent[0], 200);
	assert_int_equal(sent[1], 200);
	for (unsigned k = 0; k < 2; k++) {
		const struct tp_port_counters *p = &dp->workers[k]->counters[1];
		uint64_t drops = 0;
		for (unsigned i = 0; i < TP_DROP_COUNT; i++)
			drops += p->drops[i];
		assert_int_equal(p->received + p->received_from_workers + p->received_from_control,
				 p->forwarded + p->handed_to_workers + drops);
	}
}

/* What is received by one queue, and so has been taken from one pool, all workers may keep: in
 * their rings, for a rate limit, to be put in order. */
static void test_what_one_worker_receives_suffices_for_all_that_keep_it(void **state)
{
	const unsigned one = TP_RING_SESSION + TP_RING_ROUTING + 2 * TP_RING_HOST +
			     TP_RING_DISCOVERY + TP_RING_WORKER + TP_MP_ORDERED + TP_WHEEL_HELD;
	const unsigned count = dp->worker_count * one;
	struct rte_mbuf **kept = calloc(count, sizeof(*kept)), *received;
	(void)state;
	assert_non_null(kept);
	for (unsigned i = 0; i < count; i += dp->worker_count)
		assert_int_equal(
			rte_pktmbuf_alloc_bulk(dp->workers[0]->pool, kept + i, dp->worker_count),
			0);
	received = rte_pktmbuf_alloc(dp->workers[0]->pool);
	assert_non_null(received);
	rte_pktmbuf_free(received);
	rte_pktmbuf_free_bulk(kept, count);
	free(kept);
}

static void count_names(void *user, const char *name, unsigned worker, unsigned port,
			uint64_t value)
{
	(void)name;
	(void)value;
	assert_true(worker < 2 || worker == TP_COUNTER_NO_WORKER);
	assert_true(port < 2);
	++*(unsigned *)user;
}

static void test_all_counters_are_told(void **state)
{
	unsigned count = 0;
	(void)state;
	tp_dataplane_counters(dp, count_names, &count);
	assert_int_equal(count, 2 * (2 * (14 + TP_DROP_COUNT) + 8));
}

/* What a family has told so far. */
struct told {
	const char *names[64], *helps[64];
	unsigned families, samples;
	uint64_t received;
};

static void tell(void *user, const struct tp_sample *sample)
{
	struct told *told = user;
	unsigned last = told->families - 1;

	assert_false(sample->gauge);
	assert_string_equal(sample->labels[0].name, "port");
	told->samples++;
	if (strcmp(sample->name, "turnpike_dataplane_received_total") == 0)
		told->received += sample->value;
	if (told->families > 0 && strcmp(told->names[last], sample->name) == 0)
		return;
	assert_true(told->families < 64);
	for (unsigned i = 0; i < told->families; i++) {
		assert_string_not_equal(told->names[i], sample->name);
		assert_string_not_equal(told->helps[i], sample->help);
	}
	told->names[told->families] = sample->name;
	told->helps[told->families++] = sample->help;
}

static void test_monitoring_has_each_counter_with_a_help_of_its_own(void **state)
{
	struct told told = {.families = 0};
	uint64_t received = 0;

	(void)state;
	tp_dataplane_samples(dp, tell, &told);
	for (unsigned i = 0; i < 2; i++)
		for (unsigned port = 0; port < 2; port++)
			received += dp->workers[i]->counters[port].received;
	assert_int_equal(told.families, 14 + 8 + 1);
	assert_int_equal(told.samples, 2 * (14 + 8 + TP_DROP_COUNT));
	assert_int_equal(told.received, received);
	assert_true(received > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_frames_are_spread_over_workers_and_none_is_lost),
		cmocka_unit_test(test_a_closed_session_is_released_while_workers_run),
		cmocka_unit_test(test_packets_of_all_sessions_leave_by_the_worker_that_sends),
		cmocka_unit_test(test_links_are_their_owners),
		cmocka_unit_test(test_what_one_worker_receives_suffices_for_all_that_keep_it),
		cmocka_unit_test(test_all_counters_are_told),
		cmocka_unit_test(test_monitoring_has_each_counter_with_a_help_of_its_own),
	};
	return cmocka_run_group_tests(tests, start, stop);
}
