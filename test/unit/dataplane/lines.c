/* SPDX-License-Identifier: BSD-3-Clause */
/* Who writes which cache line. Eight workers, one after the other, work the same sessions' packets;
 * what has changed meanwhile in memory that several of them can reach is found by comparing it,
 * line by line. A line that two of them write would go from core to core with each packet. */
#include <stdlib.h>

#include <rte_mbuf.h>

/* before the fixture, whose `w` they would be in the shadow of */
#include "dataplane/neighbour.h"
#include "dataplane/slot.h"
#include "dataplane/worker/pipeline.h"
#include "dataplane/worker/rate_limit.h"
#include "dataplane/worker/share.h"
#include "dataplane/worker/slow.h"

#include "fixture6.h"

#define WORKERS	 8
#define SESSIONS 16
#define LINE	 64

static const struct tp_vlans tags = {.outer = 100, .inner = 200};

/* ---- memory --------------------------------------------------------------------------------- */

/* A piece of it, from a line's beginning on, and what it was. */
struct piece {
	const uint8_t *memory;
	uint8_t *was;
	size_t lines;
	uint8_t *writers; /* of each line, a bit each */
	bool buckets;	  /* of rate limits: everybody's */
};

static struct piece pieces[8 * WORKERS + 8];
static unsigned piece_count;

static void watch(const void *memory, size_t size, bool buckets)
{
	const uintptr_t from = (uintptr_t)memory & ~(uintptr_t)(LINE - 1);
	const size_t lines = ((uintptr_t)memory + size - from + LINE - 1) / LINE;

	pieces[piece_count++] = (struct piece){
		.memory = (const uint8_t *)from,
		.was = calloc(lines, LINE),
		.lines = lines,
		.writers = calloc(lines, 1),
		.buckets = buckets,
	};
}

static void watch_worker(const struct tp_worker *worker)
{
	const size_t slots = dp->max_sessions + 1ul;

	watch(worker, sizeof(*worker), false);
	watch(worker->up, slots * sizeof(*worker->up), false);
	watch(worker->down, slots * sizeof(*worker->down), false);
	watch(worker->up6, slots * sizeof(*worker->up6), false);
	watch(worker->down6, slots * sizeof(*worker->down6), false);
	watch(worker->session_drops, slots * sizeof(*worker->session_drops), false);
	watch(worker->shares, slots * sizeof(*worker->shares), false);
}

static void watch_all(void)
{
	piece_count = 0;
	for (unsigned i = 0; i < dp->worker_count; i++)
		watch_worker(dp->workers[i]);
	watch(dp, sizeof(*dp), false);
	watch(dp->terms, dp->max_sessions * sizeof(*dp->terms), false);
	watch(dp->slots, dp->max_sessions * sizeof(*dp->slots), false);
	watch(w->neighbours, 16 * sizeof(*w->neighbours), false);
	watch(dp->rate_limits, dp->max_sessions * sizeof(*dp->rate_limits), true);
}

static void unwatch_all(void)
{
	for (unsigned i = 0; i < piece_count; i++) {
		free(pieces[i].was);
		free(pieces[i].writers);
	}
}

static void remember(void)
{
	for (unsigned i = 0; i < piece_count; i++)
		memcpy(pieces[i].was, pieces[i].memory, pieces[i].lines * LINE);
}

/* What has changed since was written by WORKER. */
static void note(unsigned worker)
{
	for (unsigned i = 0; i < piece_count; i++) {
		const struct piece *p = &pieces[i];

		for (size_t n = 0; n < p->lines; n++)
			if (memcmp(p->memory + n * LINE, p->was + n * LINE, LINE) != 0)
				p->writers[n] |= (uint8_t)(1u << worker);
	}
}

/* Lines that at least so many workers wrote, of buckets or of all else; forgotten then. */
static unsigned lines_of(unsigned writers, bool buckets)
{
	unsigned count = 0;

	for (unsigned i = 0; i < piece_count; i++)
		for (size_t n = 0; n < pieces[i].lines && pieces[i].buckets == buckets; n++)
			count += (unsigned)__builtin_popcount(pieces[i].writers[n]) >= writers;
	return count;
}

static void forget(void)
{
	for (unsigned i = 0; i < piece_count; i++)
		memset(pieces[i].writers, 0, pieces[i].lines);
}

/* ---- packets -------------------------------------------------------------------------------- */

static struct frame frame_of(unsigned n, bool down, bool ipv6)
{
	const uint32_t address = up_of(n).remote_address;
	struct packet p = down ? plain(INTERNET, address) : plain(address, INTERNET);
	struct packet6 p6 = down ? plain6(INTERNET6, lan_of(n)) : plain6(lan_of(n), INTERNET6);
	uint8_t bytes[256];

	if (down)
		return ipv6 ? down_frame6(&p6) : down_frame(&p);
	uint16_t len = ipv6 ? put_packet6(bytes, &p6) : put_packet(bytes, &p);
	return session_frame(n, tags, ipv6 ? TP_PPP_PROTO_IPV6 : TP_PPP_PROTO_IPV4, bytes, len);
}

/* A packet of each family of each session. */
static void work(struct tp_worker *worker, bool down)
{
	struct tp_port *port = &dp->ports[down ? CORE : ACCESS];
	struct tp_tx *out = &worker->tx[down ? ACCESS : CORE];
	struct rte_mbuf *burst[2 * SESSIONS];

	assert_int_equal(rte_pktmbuf_alloc_bulk(dp->pool, burst, 2 * SESSIONS), 0);
	for (unsigned i = 0; i < 2 * SESSIONS; i++) {
		const struct frame f = frame_of(1 + i / 2, down, i % 2);

		memcpy(rte_pktmbuf_append(burst[i], f.len), f.bytes, f.len);
	}
	if (down)
		worker->pipeline->downstream(worker, port, burst, 2 * SESSIONS);
	else
		worker->pipeline->upstream(worker, port, burst, 2 * SESSIONS);
	assert_int_equal(out->count, 2 * SESSIONS);
	rte_pktmbuf_free_bulk(out->frames, out->count);
	out->count = 0;
}

/* All workers, one after the other. */
static void let_all_work(void)
{
	for (unsigned i = 0; i < dp->worker_count; i++) {
		struct tp_worker *worker = dp->workers[i];

		remember();
		worker->tick = w->tick + 1;
		worker->now = UINT64_C(1) << 50;
		work(worker, false);
		work(worker, true);
		tp_keepalive_sweep(worker);
		note(i);
	}
}

static void test_no_line_is_written_by_two_workers(void **state)
{
	for (unsigned n = 1; n <= SESSIONS; n++) {
		struct tp_dataplane_session_up up = up6_of(n);

		up.rate_up.rate = up.rate_down.rate = 1000000000;
		open_session(n, tags);
		assert_int_equal(tp_dataplane_session_up(dp, n, &up), 0);
	}
	watch_all();
	/* First each record gets its lease: the buckets are all workers'. */
	let_all_work();
	assert_int_equal(lines_of(2, false), 0);
	assert_int_equal(lines_of(WORKERS, true), 2 * SESSIONS);
	/* Then nobody writes there for many packets. */
	for (unsigned i = 0; i < 20; i++) {
		forget();
		let_all_work();
		assert_int_equal(lines_of(2, false), 0);
		assert_int_equal(lines_of(1, true), 0);
		/* a record of each session, direction and family, each worker's own */
		assert_true(lines_of(1, false) >= 4 * SESSIONS * WORKERS);
	}
	unwatch_all();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST6(test_no_line_is_written_by_two_workers),
	};

	worker_count = WORKERS;
	return RUN(tests);
}
