/* SPDX-License-Identifier: BSD-3-Clause */
#include "pipeline_rig.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <rte_cycles.h>
#include <rte_mbuf.h>
#include <rte_rcu_qsbr.h>

#include "dataplane/dataplane.h"
#include "dataplane/routes.h"
#include "dataplane/sessions.h"
#include "dataplane/state.h"
#include "dataplane/worker/pipeline.h"
#include "dataplane/worker/shaper.h"
#include "dataplane/worker/slow.h"
#include "floor_tune.h"
#include "pipeline_frames.h"
#include "pipeline_inside.h"

/* ---- set-up -------------------------------------------------------------------------------- */

/* Bits a second that nobody reaches, though all is sent to the sessions up to SLOT, and no more
 * than subscribers have. */
static uint64_t rate_of(uint32_t slot)
{
	const uint64_t all = UINT64_C(1000000000000), least = UINT64_C(100000000);

	return all / (slot + 1) > least ? all / (slot + 1) : least;
}

static int open_session(struct rig *rig, uint32_t slot)
{
	struct tp_dataplane_session s = {
		.slot = slot,
		.session_id = (uint16_t)(slot + 1),
		.port = RIG_ACCESS,
		.vlans = frames_vlans(rig->o),
		.mac = frames_client_mac(slot),
	};
	const struct tp_prefix6 delegated = frames_delegated(slot);
	struct tp_dataplane_session_up up = {
		.remote_address = FRAMES_POOL + slot + 1,
		.local_address = FRAMES_LOCAL,
		.mtu = FRAMES_MTU,
		.magic = 1,
		.keepalive_s = 10,
		.mss_up = 1440,
		.mss_down = 1440,
		.multilink = {.mrru = rig->o->mrru ? 1614 : 0, .link_mtu = FRAMES_LINK_MTU},
		.ipv6 = {.up = true,
			 .local_id = {[7] = 1},
			 .remote_id = {[7] = 2},
			 .prefix = frames_link(slot),
			 .routes = &delegated,
			 .route_count = 1},
	};
	if (rig->o->encryption) {
		up.encryption.out = (struct tp_mppe_terms){.bits = 128, .stateless = true};
	}
	if (rig->o->rate_limit)
		up.rate_up.rate = up.rate_down.rate = rate_of(slot);
	int err = tp_dataplane_session_open(rig->dp, &s);
	if (err == 0)
		err = tp_dataplane_session_up(rig->dp, slot, &up);
	if (err == 0)
		err = floor_add(rig->floor, s.session_id, s.mac.bytes, up.remote_address,
				delegated.address, (uint16_t[]){s.vlans.outer, s.vlans.inner});
	return err;
}

/* The other links of the bundle of SLOT. */
static int join_links(struct rig *rig, uint32_t slot)
{
	const struct tp_dataplane_join join = {.link_mtu = FRAMES_LINK_MTU, .magic = 1};
	int err = 0;

	for (unsigned k = 1; err == 0 && k < rig->o->links; k++) {
		const uint32_t link = frames_link_slot(rig->o, slot, k);
		const struct tp_dataplane_session s = {
			.slot = link,
			.session_id = (uint16_t)(link + 1),
			.port = RIG_ACCESS,
			.vlans = frames_vlans(rig->o),
			.mac = frames_client_mac(link),
		};

		err = tp_dataplane_session_open(rig->dp, &s);
		if (err == 0)
			err = tp_dataplane_session_join(rig->dp, link, slot, &join);
	}
	return err;
}

int rig_open_sessions(struct rig *rig, unsigned count)
{
	for (; rig->opened < count; rig->opened++) {
		int err = open_session(rig, rig->opened);
		if (err == 0)
			err = join_links(rig, rig->opened);
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
		.port = RIG_CORE,
		.gateway = *gateway,
	};

	return tp_dataplane_route_set(rig->dp, &route) == 0
		       ? tp_dataplane_neighbour_set(rig->dp, RIG_CORE, gateway, &frames_gateway_mac)
		       : -1;
}

static int create_dataplane(struct rig *rig)
{
	const unsigned cpus = (unsigned)sysconf(_SC_NPROCESSORS_CONF);
	unsigned lcores[TP_DATAPLANE_MAX_WORKERS];
	const struct tp_ip gateway = TP_IP4(FRAMES_GATEWAY),
			   gateway_of6 = tp_ip_of6(frames_gateway6);
	const struct tp_dataplane_port_config ports[] = {
		{.name = "access", .device = "net_null0", .role = TP_PORT_ACCESS},
		{.name = "core", .device = "net_null1", .role = TP_PORT_CORE},
	};
	struct tp_dataplane_config config = {
		.ports = ports,
		.port_count = 2,
		.worker_lcores = lcores,
		.worker_count = rig->o->workers,
		.control_lcore = rig->o->lcore,
		.max_sessions = 65535,
		.huge_pages = rig->o->huge_pages,
		.memory_mb = 640 + 256 * (rig->o->workers - 1),
	};

	struct tp_error error;

	for (unsigned i = 0; i < rig->o->workers; i++)
		lcores[i] = (rig->o->lcore + i) % cpus;
	if (tp_dataplane_create(&config, &rig->dp, &error) != 0) {
		fprintf(stderr, "%s: %s\n", error.place, error.message);
		return -1;
	}
	rig->w = rig->dp->workers[0];
	for (unsigned i = 0; i < rig->o->workers; i++) {
		rte_rcu_qsbr_thread_register(rig->dp->qsbr, i);
		rte_rcu_qsbr_thread_online(rig->dp->qsbr, i);
	}
	return set_gateway(rig, &gateway) == 0 ? set_gateway(rig, &gateway_of6) : -1;
}

static void create_floor(struct rig *rig)
{
	const struct pipeline_options *o = rig->o;
	const struct floor_level *loops = floor_find(rig->pipeline->level);
	const enum floor_family family = o->ipv6_percent == 0	  ? FLOOR_IPV4
					 : o->ipv6_percent == 100 ? FLOOR_IPV6
								  : FLOOR_BOTH;
	const struct tp_prefix6 network = frames_delegated(0);
	struct floor_place place = {.tags = o->tags};

	memcpy(place.access, rig->make.access.bytes, sizeof(place.access));
	memcpy(place.core, rig->make.core.bytes, sizeof(place.core));
	memcpy(place.gateway, frames_gateway_mac.bytes, sizeof(place.gateway));
	memcpy(place.network, network.address, sizeof(place.network));
	rig->floor = floor_create(PIPELINE_SESSIONS_MAX, &place);
	rig->floor_up = loops->up[o->tags][o->rate_limit][family];
	rig->floor_down = loops->down[o->tags][o->rate_limit][family];
}

int rig_create_frames(struct rig *rig)
{
	const struct pipeline_options *o = rig->o;
	char name[16];

	snprintf(name, sizeof(name), "in flight %u", rig->w->id);
	rig->pool = rte_pktmbuf_pool_create(name, o->in_flight + 512, 0, 0,
					    RTE_MBUF_DEFAULT_BUF_SIZE, SOCKET_ID_ANY);
	rig->frames = calloc(o->in_flight, sizeof(*rig->frames));
	if (rig->pool != NULL && rig->frames != NULL &&
	    rte_pktmbuf_alloc_bulk(rig->pool, rig->frames, o->in_flight) == 0)
		return 0;
	fprintf(stderr, "no memory for %u frames\n", o->in_flight);
	return -1;
}

void rig_destroy_frames(struct rig *rig)
{
	for (unsigned i = 0; i < rig->o->in_flight; i++)
		rte_mbuf_refcnt_set(rig->frames[i], 1);
	rte_pktmbuf_free_bulk(rig->frames, rig->o->in_flight);
	rte_mempool_free(rig->pool);
	free(rig->frames);
}

int rig_create(struct rig *rig)
{
	const struct pipeline_options *o = rig->o;
	if (create_dataplane(rig) != 0)
		return -1;
	rig->pipeline = o->level != NULL ? tp_pipeline_find(o->level) : tp_pipeline_best();
	if (rig->pipeline == NULL) {
		fprintf(stderr, "this CPU does not run %s\n", o->level);
		return -1;
	}
	rig->make = (struct frames){
		.o = o,
		.access = rig->dp->ports[RIG_ACCESS].mac,
		.core = rig->dp->ports[RIG_CORE].mac,
	};
	if (o->links > 1) {
		rig->make.sequences = calloc(PIPELINE_SESSIONS_MAX, sizeof(uint32_t));
		if (rig->make.sequences == NULL)
			return -1;
	}
	create_floor(rig);
	if (rig->floor == NULL) {
		fprintf(stderr, "no memory for the floor\n");
		return -1;
	}
	return rig_create_frames(rig);
}

void rig_destroy(struct rig *rig)
{
	for (unsigned i = 0; i < rig->o->workers; i++) {
		rte_rcu_qsbr_thread_offline(rig->dp->qsbr, i);
		rte_rcu_qsbr_thread_unregister(rig->dp->qsbr, i);
	}
	rig_destroy_frames(rig);
	free(rig->make.sequences);
	floor_free(rig->floor);
	tp_dataplane_destroy(rig->dp);
}

/* ---- measuring ----------------------------------------------------------------------------- */

/* Each frame has two owners, so that who sends or drops one that had to wait does not free it. */
void rig_make_frames(const struct rig *rig, bool up, unsigned sessions)
{
	for (unsigned i = 0; i < rig->o->in_flight; i++) {
		frames_make(&rig->make, rig->frames[i], up, sessions);
		rte_mbuf_refcnt_set(rig->frames[i], 2);
	}
}

/* Of several workers one may have been held up in the midst of a burst, with a time that is over:
 * then what the others took of a rate limit meanwhile is ahead of it, and some frames wait. Returns
 * how many of PORT's. */
static unsigned let_go(struct tp_worker *w, const struct tp_port *port, uint64_t delayed_before)
{
	unsigned delayed = (unsigned)(w->counters[port->index].delayed - delayed_before);

	if (delayed > 0) {
		w->now += 4 * rte_get_tsc_hz();
		tp_wheel_poll(w);
	}
	return delayed;
}

static double measure_floor(struct rig *rig, bool up)
{
	const struct pipeline_options *o = rig->o;
	floor_fn fn = up ? rig->floor_up : rig->floor_down;

	uint64_t start = rte_rdtsc_precise();
	for (unsigned i = 0; i < o->in_flight; i += o->burst) {
		unsigned n = o->in_flight - i < o->burst ? o->in_flight - i : o->burst;
		fn(rig->floor, rig->frames + i, n, &rig->faults);
	}
	return (double)(rte_rdtsc_precise() - start) / o->in_flight;
}

struct tuning {
	struct rig *rig;
	bool up;
	unsigned sessions;
};

static double measure_tuning(void *arg)
{
	const struct tuning *t = arg;

	t->rig->make.plain = true;
	rig_make_frames(t->rig, t->up, t->sessions);
	return measure_floor(t->rig, t->up);
}

/* The worker's loop but for the drivers: tick, pipeline, keepalive sweep, quiescent state. Where
 * a driver would take the burst away, the frames are counted and forgotten. */
double rig_measure_worker(struct rig *rig, bool up)
{
	const struct pipeline_options *o = rig->o;
	struct tp_worker *w = rig->w;
	struct tp_port *port = &rig->dp->ports[up ? RIG_ACCESS : RIG_CORE];
	struct tp_tx *out = &w->tx[up ? RIG_CORE : RIG_ACCESS];
	void (*fn)(struct tp_worker *, struct tp_port *, struct rte_mbuf **, unsigned) =
		up ? rig->pipeline->upstream : rig->pipeline->downstream;
	struct rte_mbuf *burst[TP_BURST];
	const uint64_t delayed = w->counters[port->index].delayed;
	unsigned left = o->in_flight;

	uint64_t start = rte_rdtsc_precise();
	for (unsigned i = 0; i < o->in_flight; i += o->burst) {
		unsigned n = o->in_flight - i < o->burst ? o->in_flight - i : o->burst;
		w->now = rte_rdtsc();
		w->tick = tp_dataplane_tick_at(rig->dp, w->now);
		memcpy(burst, rig->frames + i, n * sizeof(*burst)); /* it is the pipeline's */
		fn(w, port, burst, n);
		left -= out->count;
		w->counters[port->index].forwarded += out->count;
		out->count = 0;
		tp_keepalive_sweep(w);
		rte_rcu_qsbr_quiescent(rig->dp->qsbr, w->id);
	}
	double cycles = (double)(rte_rdtsc_precise() - start) / o->in_flight;
	rig->faults += left - let_go(w, port, delayed);
	return cycles;
}

/* Counts those that are not what should have come out. */
static void check_frames(struct rig *rig, bool up)
{
	for (unsigned i = 0; i < rig->o->in_flight; i++)
		rig->faults += !frames_right(&rig->make, rig->frames[i], up);
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return x < y ? -1 : x > y;
}

/* As many packets that nearly all sessions have had some, of the rarer family too, and their bucket
 * its first charge. */
void rig_warm_up(struct rig *rig, bool up, unsigned sessions)
{
	const unsigned of6 = rig->o->ipv6_percent, least = of6 > 50 ? 100 - of6 : of6;
	const uint64_t packets = UINT64_C(4) * sessions * 100 / (least > 0 ? least : 100);

	rig->make.plain = false;
	for (uint64_t i = 0; i < packets / rig->o->in_flight; i++) {
		rig_make_frames(rig, up, sessions);
		rig_measure_worker(rig, up);
	}
}

/* Once each to see that it does what it should, and to warm up; then in turns, so that a busy
 * neighbour hits both. */
static void measure_case(struct rig *rig, bool up, unsigned sessions, double *cycles, double *floor)
{
	struct tuning tuning = {rig, up, sessions};

	rig->faults = 0;
	rig->make.plain = false;
	rig_make_frames(rig, up, sessions);
	rig_measure_worker(rig, up);
	check_frames(rig, up);
	measure_tuning(&tuning);
	if (!rig->o->encryption)
		check_frames(rig, up);
	floor_tune(rig->floor, !up, measure_tuning, &tuning);
	rig_warm_up(rig, up, sessions);
	for (unsigned i = 0; i < rig->o->rounds; i++) {
		floor[i] = measure_tuning(&tuning);
		rig->make.plain = false;
		rig_make_frames(rig, up, sessions);
		cycles[i] = rig_measure_worker(rig, up);
	}
}

/* The quartiles of what each round's ratio was. */
static void find_spread(const double *cycles, const double *floor, unsigned rounds, double *ratios,
			struct pipeline_result *result)
{
	for (unsigned i = 0; i < rounds; i++)
		ratios[i] = cycles[i] / floor[i];
	qsort(ratios, rounds, sizeof(*ratios), compare);
	result->low_ratio = ratios[rounds / 4];
	result->high_ratio = ratios[rounds * 3 / 4];
}

static int run_case(struct rig *rig, bool up, unsigned sessions, struct pipeline_result *result)
{
	unsigned rounds = rig->o->rounds;
	double *cycles = calloc(3 * rounds, sizeof(*cycles));
	if (cycles == NULL)
		return -1;
	double *floor = cycles + rounds;
	measure_case(rig, up, sessions, cycles, floor);
	if (rig->faults != 0)
		fprintf(stderr, "%s, %u sessions: %u packets did not come out as they should\n",
			up ? "up" : "down", sessions, rig->faults);
	find_spread(cycles, floor, rounds, floor + rounds, result);
	qsort(cycles, rounds, sizeof(*cycles), compare);
	qsort(floor, rounds, sizeof(*floor), compare);
	result->direction = up ? "up" : "down";
	result->sessions = sessions;
	result->cycles = cycles[rounds / 2];
	result->best_cycles = cycles[0];
	result->floor_cycles = floor[rounds / 2];
	result->best_floor_cycles = floor[0];
	result->ahead = rig->floor->ahead;
	result->level = rig->pipeline->level;
	result->tsc_ghz = (double)rte_get_tsc_hz() / 1e9;
	free(cycles);
	return rig->faults == 0 ? 0 : -1;
}

int pipeline_rig_run(const struct pipeline_options *options, struct pipeline_result *results)
{
	struct rig rig = {.o = options};
	int count = 0;

	if (rig_create(&rig) != 0)
		return -1;
	if (options->workers > 1 || options->profile) {
		int err = options->profile ? rig_run_profile(&rig) : rig_run_workers(&rig);
		rig_destroy(&rig);
		return err;
	}
	for (unsigned i = 0; i < options->session_count; i++) {
		unsigned sessions = options->sessions[i];
		if (rig_open_sessions(&rig, sessions) != 0)
			return -1;
		for (unsigned up = 2; up-- > 0;)
			if (run_case(&rig, up, sessions, &results[count++]) != 0)
				return -1;
	}
	rig_destroy(&rig);
	return count;
}
