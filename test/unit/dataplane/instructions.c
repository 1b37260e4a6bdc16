/* SPDX-License-Identifier: BSD-3-Clause */
/* Runs the hot path for valgrind's callgrind to count its instructions: `instructions` (the script)
 * reads the counts. Of each kind of traffic some bursts to warm up, then sixteen that are counted.
 * Code for x86-64-v3: valgrind knows no AVX-512. */
#include "fixture6.h"

#include <rte_mbuf.h>
#include <valgrind/callgrind.h>

#include "dataplane/worker/pipeline.h"

#define BURSTS 16
#define WARM   20

static const struct kind {
	const char *name;
	bool down;
	unsigned tags, limit, ipv6_of_ten;
} kinds[] = {
	{"up IPv4", false, 0, 0, 0},
	{"up IPv4, two tags and limit", false, 2, 1, 0},
	{"up IPv6, two tags and limit", false, 2, 1, 10},
	{"up mixed, two tags and limit", false, 2, 1, 3},
	{"down IPv4", true, 0, 0, 0},
	{"down IPv4, two tags and limit", true, 2, 1, 0},
	{"down IPv6, two tags and limit", true, 2, 1, 10},
	{"down mixed, two tags and limit", true, 2, 1, 3},
};

static struct tp_vlans vlans_of(unsigned tags)
{
	return (struct tp_vlans){.outer = tags > 0 ? 100 : 0, .inner = tags > 1 ? 200 : 0};
}

static struct frame frame_of(const struct kind *k, bool ipv6)
{
	struct packet p = k->down ? plain(INTERNET, SUBSCRIBER) : plain(SUBSCRIBER, INTERNET);
	struct packet6 p6 = k->down ? plain6(INTERNET6, lan_of(1)) : plain6(lan_of(1), INTERNET6);
	uint8_t bytes[256];

	if (k->down)
		return ipv6 ? down_frame6(&p6) : down_frame(&p);
	uint16_t len = ipv6 ? put_packet6(bytes, &p6) : put_packet(bytes, &p);
	return session_frame(1, vlans_of(k->tags), ipv6 ? TP_PPP_PROTO_IPV6 : TP_PPP_PROTO_IPV4,
			     bytes, len);
}

static void fill(struct rte_mbuf **burst, const struct kind *k)
{
	static const bool is_six[10] = {[1] = true, [4] = true, [7] = true};
	const struct frame four = frame_of(k, false), six = frame_of(k, true);

	for (unsigned i = 0; i < TP_BURST; i++) {
		bool ipv6 = k->ipv6_of_ten == 10 || (k->ipv6_of_ten != 0 && is_six[i % 10]);
		const struct frame *f = ipv6 ? &six : &four;

		burst[i] = rte_pktmbuf_alloc(w->pool);
		assert_non_null(burst[i]);
		memcpy(rte_pktmbuf_append(burst[i], f->len), f->bytes, f->len);
	}
}

static void run(const struct tp_pipeline *pipeline, const struct kind *k, bool counted)
{
	struct tp_port *port = &dp->ports[k->down ? CORE : ACCESS];
	struct tp_tx *out = &w->tx[k->down ? ACCESS : CORE];
	struct rte_mbuf *burst[TP_BURST];

	fill(burst, k);
	w->now += UINT64_C(1) << 32; /* what was sent long ago is paid for */
	if (counted)
		CALLGRIND_START_INSTRUMENTATION;
	if (k->down)
		pipeline->downstream(w, port, burst, TP_BURST);
	else
		pipeline->upstream(w, port, burst, TP_BURST);
	if (counted)
		CALLGRIND_STOP_INSTRUMENTATION;
	assert_int_equal(out->count, TP_BURST); /* none went the careful way, and was lost there */
	rte_pktmbuf_free_bulk(out->frames, out->count);
	out->count = 0;
}

static void test_instructions(void **state)
{
	const struct tp_pipeline *pipeline = tp_pipeline_find("x86-64-v3");

	if (pipeline == NULL)
		skip();
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		const struct kind *k = &kinds[i];
		struct tp_dataplane_session_up up = up6_of(1);

		up.rate_up.rate = up.rate_down.rate = k->limit * UINT64_C(1000000000000);
		open_session(1, vlans_of(k->tags));
		assert_int_equal(tp_dataplane_session_up(dp, 1, &up), 0);
		for (unsigned n = 0; n < WARM; n++)
			run(pipeline, k, false);
		CALLGRIND_ZERO_STATS;
		for (unsigned n = 0; n < BURSTS; n++)
			run(pipeline, k, true);
		CALLGRIND_DUMP_STATS_AT(k->name);
		assert_int_equal(end(state), 0);
		assert_int_equal(begin6(state), 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST6(test_instructions),
	};
	return RUN(tests);
}
