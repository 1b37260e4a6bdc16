/* SPDX-License-Identifier: BSD-3-Clause */
/* Routes of several next hops: whose packets go by which. */
#include "fixture6.h"

#include "dataplane/fib.h"
#include "dataplane/neighbour.h"
#include "dataplane/spread.h"

#define GATEWAYS 3
#define FLOWS	 256
#define SYN	 2

static const struct tp_mac macs[GATEWAYS] = {{{0x02, 0, 0, 0, 0xff, 0x10}},
					     {{0x02, 0, 0, 0, 0xff, 0x11}},
					     {{0x02, 0, 0, 0, 0xff, 0x12}}};
static struct tp_ip gateways[2][GATEWAYS]; /* by family */

static struct {
	struct tp_paths head;
	struct tp_path path[TP_PATHS_MAX];
} several;

/* By the first COUNT gateways, of WEIGHTS; NULL: each 1. */
static const struct tp_paths *paths_of(unsigned six, unsigned count, const uint16_t *weights)
{
	several.head.count = count;
	for (unsigned i = 0; i < count; i++)
		several.path[i] = (struct tp_path){.gateway = gateways[six][i],
						   .port = CORE,
						   .weight = weights != NULL ? weights[i] : 1};
	return &several.head;
}

static struct tp_dataplane_route route_of(unsigned six, const struct tp_paths *paths)
{
	return (struct tp_dataplane_route){
		.prefix = {{.family = six ? TP_FAMILY_IPV6 : TP_FAMILY_IPV4}, 0},
		.kind = TP_ROUTE_GATEWAY,
		.port = CORE,
		.gateway = paths->path[0].gateway,
		.paths = paths,
	};
}

static void set_default(unsigned six, const struct tp_paths *paths)
{
	struct tp_dataplane_route route = route_of(six, paths);

	assert_int_equal(tp_dataplane_route_set(dp, &route), 0);
}

static void answers(unsigned six, unsigned gateway)
{
	assert_int_equal(
		tp_dataplane_neighbour_set(dp, CORE, &gateways[six][gateway], &macs[gateway]), 0);
}

static int begin_several(void **state)
{
	int error = begin6(state);

	for (unsigned i = 0; i < GATEWAYS; i++) {
		gateways[0][i] = tp_ip_of4(IP(192, 0, 2, 10 + i));
		gateways[1][i] =
			(struct tp_ip){TP_FAMILY_IPV6, {0xfe, 0x80, [15] = (uint8_t)(10 + i)}};
		answers(0, i);
		answers(1, i);
	}
	bring_up6(1);
	return error;
}

/* The number of the gateway that frame F, given on the access port, goes by. */
static unsigned way_of(const struct frame *f)
{
	struct frame out;

	give(ACCESS, f);
	assert_true(take(CORE, &out));
	for (unsigned i = 0; i < GATEWAYS; i++)
		if (memcmp(out.bytes, macs[i].bytes, 6) == 0)
			return i;
	fail_msg("by none of them");
	return 0;
}

/* Flow number N of client 1: by its source port. */
static struct frame flow4(unsigned n, struct packet p)
{
	struct frame f;

	p.payload = p.payload < 32 ? 32 : p.payload;
	f = up_frame(1, &p);
	uint8_t *ports = f.bytes + f.len - p.payload;

	tp_put_be16(ports, (uint16_t)(1024 + n));
	tp_put_be16(ports + 2, 443);
	ports[13] = p.protocol == TP_IPPROTO_TCP ? 0x10 : ports[13]; /* ACK */
	return f;
}

static struct frame flow(unsigned six, unsigned n)
{
	uint8_t udp[32] = {0};
	struct packet p = plain(SUBSCRIBER, INTERNET);
	struct packet6 p6 = plain6(host_of(1), INTERNET6);

	if (!six)
		return flow4(n, p);
	tp_put_be16(udp, (uint16_t)(1024 + n));
	p6.next = TP_IPPROTO_UDP;
	p6.payload = sizeof(udp);
	p6.bytes = udp;
	return up_frame6(1, &p6);
}

static void ways_of(unsigned six, unsigned *ways)
{
	for (unsigned n = 0; n < FLOWS; n++) {
		const struct frame f = flow(six, n);

		ways[n] = way_of(&f);
	}
}

static unsigned count_way(const unsigned *ways, unsigned way)
{
	unsigned count = 0;

	for (unsigned n = 0; n < FLOWS; n++)
		count += ways[n] == way;
	return count;
}

/* What is shared evenly comes out within these bounds by the law of large numbers, each time alike.
 */
static void assert_share(const unsigned *ways, unsigned way, unsigned percent)
{
	const unsigned count = count_way(ways, way) * 100;

	assert_in_range(count, FLOWS * percent * 3 / 4, FLOWS * percent * 5 / 4);
}

static void test_flows_are_shared_and_each_keeps_to_its_way(void **state)
{
	for (unsigned six = 0; six < 2; six++) {
		unsigned ways[FLOWS], again[FLOWS];

		set_default(six, paths_of(six, 2, NULL));
		ways_of(six, ways);
		ways_of(six, again);
		assert_memory_equal(ways, again, sizeof(ways));
		assert_share(ways, 0, 50);
		assert_share(ways, 1, 50);
	}
}

static void test_weights_are_respected(void **state)
{
	static const uint16_t weights[] = {3, 1, 256};
	unsigned ways[FLOWS];

	set_default(0, paths_of(0, 2, weights));
	ways_of(0, ways);
	assert_share(ways, 0, 75);
	assert_share(ways, 1, 25);
	/* However small its weight, a path has a bucket. */
	set_default(0, paths_of(0, 3, weights));
	const struct tp_spread *s = &w->spreads[tp_hop_index(tp_fib_lookup(dp->fib, AT(INTERNET)))];
	unsigned seen[3] = {0};
	for (unsigned b = 0; b < TP_SPREAD_BUCKETS; b++)
		for (unsigned i = 0; i < 3; i++)
			seen[i] += memcmp(w->neighbours[s->neighbours[b]].header + 2, macs[i].bytes,
					  6) == 0;
	assert_int_equal(seen[0], 1);
	assert_int_equal(seen[1], 1);
	assert_int_equal(seen[2], TP_SPREAD_BUCKETS - 2);
}

/* A SYN goes the careful way, what follows does not. */
static void test_the_careful_way_is_the_same(void **state)
{
	struct packet p = plain(SUBSCRIBER, INTERNET);
	unsigned by_second = 0;

	p.protocol = TP_IPPROTO_TCP;
	set_default(0, paths_of(0, 2, NULL));
	for (unsigned n = 0; n < 32; n++) {
		struct frame f = flow4(n, p), syn = f;

		syn.bytes[syn.len - 32 + 13] = SYN;
		assert_int_equal(way_of(&syn), way_of(&f));
		by_second += way_of(&f);
	}
	assert_in_range(by_second, 4, 28);
}

/* Only the first has the ports. */
static void test_fragments_of_a_packet_go_one_way(void **state)
{
	struct packet first = plain(SUBSCRIBER, INTERNET), last = first;

	first.fragment = TP_IPV4_MF;
	last.fragment = 4;
	set_default(0, paths_of(0, 2, NULL));
	for (unsigned n = 0; n < 16; n++) {
		struct frame f = flow4(n, first), g = flow4(n + 100, last);

		assert_int_equal(way_of(&f), way_of(&g));
	}
}

/* Its flows alone move, and come back. */
static void test_who_does_not_answer_is_passed_by(void **state)
{
	for (unsigned six = 0; six < 2; six++) {
		unsigned before[FLOWS], meanwhile[FLOWS], after[FLOWS];

		set_default(six, paths_of(six, 3, NULL));
		ways_of(six, before);
		assert_share(before, 1, 33);
		assert_int_equal(tp_dataplane_neighbour_failed(dp, CORE, &gateways[six][1]), 0);
		ways_of(six, meanwhile);
		for (unsigned n = 0; n < FLOWS; n++)
			assert_true(before[n] == 1 ? meanwhile[n] != 1 : meanwhile[n] == before[n]);
		assert_share(meanwhile, 0, 50);
		answers(six, 1);
		ways_of(six, after);
		assert_share(after, 1, 33);
		for (unsigned n = 0; n < FLOWS; n++)
			assert_true(after[n] == meanwhile[n] || after[n] == 1);
		tp_dataplane_neighbour_remove(dp, CORE, &gateways[six][1]);
		ways_of(six, after);
		assert_int_equal(count_way(after, 1), 0);
	}
}

/* The routing daemon takes a next hop out of the route, and puts it in again. */
static void test_another_set_of_next_hops_moves_no_other_flows(void **state)
{
	unsigned before[FLOWS], after[FLOWS];

	set_default(0, paths_of(0, 3, NULL));
	ways_of(0, before);
	set_default(0, paths_of(0, 2, NULL));
	ways_of(0, after);
	for (unsigned n = 0; n < FLOWS; n++)
		assert_true(before[n] == 2 ? after[n] != 2 : after[n] == before[n]);
	memcpy(before, after, sizeof(before));
	set_default(0, paths_of(0, 3, NULL));
	ways_of(0, after);
	for (unsigned n = 0; n < FLOWS; n++)
		assert_true(after[n] == before[n] || after[n] == 2);
	assert_share(after, 2, 33);
}

/* When no link is up all of them are as good as any. */
static void test_a_port_without_a_link_is_the_last_choice(void **state)
{
	unsigned ways[FLOWS];

	set_default(0, paths_of(0, 2, NULL));
	tp_dataplane_port_link_set(dp, CORE, false);
	ways_of(0, ways);
	assert_share(ways, 0, 50);
	tp_dataplane_port_link_set(dp, CORE, true);
	ways_of(0, ways);
	assert_share(ways, 0, 50);
}

static void test_transit_is_no_route_by_several_either(void **state)
{
	struct packet p = plain(INTERNET, IP(203, 0, 113, 9));
	struct frame f = down_frame(&p);

	set_default(0, paths_of(0, 2, NULL));
	give(CORE, &f);
	assert_only_drop(CORE, TP_DROP_NOT_A_SUBSCRIBER, 1);
}

static void test_what_is_no_set_of_next_hops(void **state)
{
	static const uint16_t none[] = {1, 0};
	const struct tp_paths *paths = paths_of(0, 1, NULL);
	struct tp_dataplane_route route = route_of(0, paths);

	assert_int_equal(tp_dataplane_route_set(dp, &route), -EINVAL);
	paths_of(0, 2, none);
	assert_int_equal(tp_dataplane_route_set(dp, &route), -EINVAL);
	paths_of(0, 2, NULL);
	several.path[1].port = ACCESS;
	assert_int_equal(tp_dataplane_route_set(dp, &route), -EINVAL);
	paths_of(0, 2, NULL);
	several.path[1].gateway = gateways[1][0];
	assert_int_equal(tp_dataplane_route_set(dp, &route), -EINVAL);
	paths_of(0, 2, NULL);
	route.kind = TP_ROUTE_CONNECTED;
	assert_int_equal(tp_dataplane_route_set(dp, &route), -EINVAL);
}

/* One of its own for each prefix. */
static int set_many(unsigned i)
{
	const uint16_t weights[] = {(uint16_t)(1 + i % 200), (uint16_t)(1 + i / 200)};
	struct tp_dataplane_route route = route_of(0, paths_of(0, 2, weights));

	route.prefix = (struct tp_ip_prefix){tp_ip_of4(IP(100, 64, 0, 0) + (i << 8)), 24};
	return tp_dataplane_route_set(dp, &route);
}

static void test_sets_are_shared_and_given_back(void **state)
{
	static const uint16_t first[] = {1, 1};
	struct tp_dataplane_route same = route_of(0, paths_of(0, 2, first));
	struct tp_ip_prefix prefix = {tp_ip_of4(0), 24};

	for (unsigned round = 0; round < 2; round++) {
		for (unsigned i = 0; i < TP_SPREADS; i++)
			assert_int_equal(set_many(i), 0);
		assert_int_equal(set_many(TP_SPREADS), -ENOSPC);
		same = route_of(0, paths_of(0, 2, first));
		same.prefix = (struct tp_ip_prefix){tp_ip_of4(IP(203, 0, 113, 0)), 24};
		assert_int_equal(tp_dataplane_route_set(dp, &same), 0);
		assert_int_equal(tp_fib_lookup(dp->fib, AT(IP(203, 0, 113, 1))),
				 tp_fib_lookup(dp->fib, AT(IP(100, 64, 0, 1))));
		assert_int_equal(tp_dataplane_route_remove(dp, &same.prefix), 0);
		for (unsigned i = 0; i < TP_SPREADS; i++) {
			prefix.ip = tp_ip_of4(IP(100, 64, 0, 0) + (i << 8));
			assert_int_equal(tp_dataplane_route_remove(dp, &prefix), 0);
		}
		tp_worker_poll(w);
	}
}

/* The route that is read back for PREFIX, its paths in PATH. */
struct read_back {
	struct tp_ip_prefix prefix;
	struct tp_dataplane_route route;
	unsigned found, count;
	struct tp_path path[TP_PATHS_MAX];
};

static void note(void *user, const struct tp_dataplane_route *route)
{
	struct read_back *r = user;

	if (!tp_ip_prefix_same(&route->prefix, &r->prefix))
		return;
	r->found++;
	r->route = *route;
	r->count = route->paths != NULL ? route->paths->count : 0;
	if (route->paths != NULL)
		memcpy(r->path, route->paths->path, r->count * sizeof(r->path[0]));
}

static struct read_back read_back(const struct tp_ip_prefix *prefix)
{
	struct read_back r = {.prefix = *prefix};

	tp_dataplane_routes_each(dp, note, &r);
	return r;
}

/* By all gateways, with WEIGHTS. */
static void assert_read_back(const struct tp_ip_prefix *prefix, unsigned six,
			     const uint16_t *weights)
{
	const struct read_back r = read_back(prefix);
	unsigned seen = 0;

	assert_int_equal(r.found, 1);
	assert_int_equal(r.route.kind, TP_ROUTE_GATEWAY);
	assert_int_equal(r.count, GATEWAYS);
	for (unsigned i = 0; i < GATEWAYS; i++)
		for (unsigned j = 0; j < GATEWAYS; j++)
			if (tp_ip_same(&r.path[i].gateway, &gateways[six][j])) {
				assert_int_equal(r.path[i].weight, weights[j]);
				assert_int_equal(r.path[i].port, CORE);
				seen |= 1u << j;
			}
	assert_int_equal(seen, (1u << GATEWAYS) - 1);
}

static void test_a_route_is_read_back_as_packets_find_it(void **state)
{
	static const uint16_t weights[GATEWAYS] = {7, 1, 200};

	for (unsigned six = 0; six < 2; six++) {
		struct tp_dataplane_route route = route_of(six, paths_of(six, 3, weights));
		struct read_back r;

		assert_int_equal(tp_dataplane_route_set(dp, &route), 0);
		assert_read_back(&route.prefix, six, weights);
		route.paths = NULL;
		assert_int_equal(tp_dataplane_route_set(dp, &route), 0);
		r = read_back(&route.prefix);
		assert_int_equal(r.count, 0);
		assert_int_equal(r.route.port, CORE);
		assert_true(tp_ip_same(&r.route.gateway, &gateways[six][0]));
		route.kind = TP_ROUTE_PROHIBIT;
		assert_int_equal(tp_dataplane_route_set(dp, &route), 0);
		assert_int_equal(read_back(&route.prefix).route.kind, TP_ROUTE_PROHIBIT);
		assert_int_equal(tp_dataplane_route_remove(dp, &route.prefix), 0);
		assert_int_equal(read_back(&route.prefix).found, 0);
	}
}

/* While it is the host's. */
static void test_an_address_of_the_box_is_read_back(void **state)
{
	struct tp_dataplane_route route = {
		.prefix = tp_ip_host(&gateways[1][2]), .kind = TP_ROUTE_LOCAL, .port = CORE};
	struct read_back r;

	route.prefix.ip.bytes[0] = 0x20; /* not link-local */
	assert_int_equal(tp_dataplane_route_set(dp, &route), 0);
	r = read_back(&route.prefix);
	assert_int_equal(r.found, 1);
	assert_int_equal(r.route.kind, TP_ROUTE_LOCAL);
	assert_int_equal(r.route.port, CORE);
	assert_int_equal(tp_dataplane_route_remove(dp, &route.prefix), 0);
	assert_int_equal(read_back(&route.prefix).found, 0);
}

int main(void)
{
#define TEST_SEVERAL(f) cmocka_unit_test_setup_teardown(f, begin_several, end)
	const struct CMUnitTest tests[] = {
		TEST_SEVERAL(test_flows_are_shared_and_each_keeps_to_its_way),
		TEST_SEVERAL(test_weights_are_respected),
		TEST_SEVERAL(test_the_careful_way_is_the_same),
		TEST_SEVERAL(test_fragments_of_a_packet_go_one_way),
		TEST_SEVERAL(test_who_does_not_answer_is_passed_by),
		TEST_SEVERAL(test_another_set_of_next_hops_moves_no_other_flows),
		TEST_SEVERAL(test_a_route_is_read_back_as_packets_find_it),
		TEST_SEVERAL(test_an_address_of_the_box_is_read_back),
		TEST_SEVERAL(test_a_port_without_a_link_is_the_last_choice),
		TEST_SEVERAL(test_transit_is_no_route_by_several_either),
		TEST_SEVERAL(test_what_is_no_set_of_next_hops),
		TEST_SEVERAL(test_sets_are_shared_and_given_back),
	};
	return RUN(tests);
}
