/* SPDX-License-Identifier: BSD-3-Clause */
/* Several workers at once, with the same sessions: how much more they do than one. Each makes its
 * own frames, on its own core; then all meet, and work them at the same time. Before that each of
 * them in turn has worked some alone, while the others wait. */
#include "pipeline_inside.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <rte_launch.h>
#include <rte_pause.h>

#include "dataplane/dataplane.h"
#include "dataplane/state.h"
#include "dataplane/worker/worker.h"

/* Where all meet; nobody goes on before everybody has come. */
struct meeting {
	unsigned count, come;
	unsigned times; /* they have met */
};

struct part {
	struct rig rig; /* its own, but for the data plane */
	struct meeting *meeting;
	bool up;
	unsigned sessions;
	double *alone, *together; /* by round; alone: of those in which it was its turn */
} __attribute__((aligned(64)));

static void meet(struct meeting *m)
{
	unsigned times = __atomic_load_n(&m->times, __ATOMIC_ACQUIRE);

	if (__atomic_add_fetch(&m->come, 1, __ATOMIC_ACQ_REL) == m->count) {
		__atomic_store_n(&m->come, 0, __ATOMIC_RELAXED);
		__atomic_store_n(&m->times, times + 1, __ATOMIC_RELEASE);
		return;
	}
	while (__atomic_load_n(&m->times, __ATOMIC_ACQUIRE) == times)
		rte_pause();
}

/* On an lcore of its own. */
static int run_part(void *arg)
{
	struct part *p = arg;
	struct rig *rig = &p->rig;
	const unsigned id = rig->w->id, count = rig->o->workers;

	rig_warm_up(rig, p->up, p->sessions);
	for (unsigned round = 0; round < rig->o->rounds * count; round++) {
		rig_make_frames(rig, p->up, p->sessions);
		meet(p->meeting);
		if (round % count == id)
			p->alone[round / count] = rig_measure_worker(rig, p->up);
		meet(p->meeting);
		rig_make_frames(rig, p->up, p->sessions);
		meet(p->meeting);
		p->together[round] = rig_measure_worker(rig, p->up);
		meet(p->meeting);
	}
	return 0;
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return x < y ? -1 : x > y;
}

static double median(double *values, unsigned count)
{
	qsort(values, count, sizeof(*values), compare);
	return values[count / 2];
}

/* Main's core may be one of theirs: it sleeps. */
static void wait_for(unsigned lcore)
{
	const struct timespec pause = {.tv_nsec = 1000000};

	while (rte_eal_get_lcore_state(lcore) == RUNNING)
		nanosleep(&pause, NULL);
	rte_eal_wait_lcore(lcore);
}

static json_t *tell(const struct part *parts, unsigned count, unsigned rounds)
{
	json_t *workers = json_array();
	double gain = 0;

	for (unsigned i = 0; i < count; i++) {
		double alone = median(parts[i].alone, rounds);
		double together = median(parts[i].together, rounds * count);

		gain += alone / together;
		json_array_append_new(
			workers, json_pack("{s:f, s:f}", "alone", alone, "together", together));
	}
	return json_pack("{s:s, s:i, s:f, s:o}", "direction", parts[0].up ? "up" : "down",
			 "sessions", (int)parts[0].sessions, "gain", gain, "workers", workers);
}

static int run_case(struct part *parts, bool up, unsigned sessions, json_t *results)
{
	const unsigned count = parts[0].rig.o->workers;
	struct meeting meeting = {.count = count};
	unsigned faults = 0;

	for (unsigned i = 0; i < count; i++) {
		parts[i].up = up;
		parts[i].sessions = sessions;
		parts[i].meeting = &meeting;
		parts[i].rig.faults = 0;
		if (rte_eal_remote_launch(run_part, &parts[i], parts[i].rig.w->lcore) != 0)
			return -1; /* not before main has waited for it */
	}
	for (unsigned i = 0; i < count; i++) {
		wait_for(parts[i].rig.w->lcore);
		faults += parts[i].rig.faults;
	}
	if (faults != 0)
		fprintf(stderr, "%s, %u sessions: %u packets did not come out\n",
			up ? "up" : "down", sessions, faults);
	json_array_append_new(results, tell(parts, count, parts[0].rig.o->rounds));
	return faults == 0 ? 0 : -1;
}

static int create_part(struct part *p, const struct rig *rig, unsigned worker)
{
	const size_t rounds = rig->o->rounds;

	p->rig = *rig;
	p->rig.w = rig->dp->workers[worker];
	p->alone = calloc(rounds, sizeof(*p->alone));
	p->together = calloc(rounds * rig->o->workers, sizeof(*p->together));
	if (p->alone == NULL || p->together == NULL)
		return -1;
	return worker > 0 ? rig_create_frames(&p->rig) : 0;
}

static void print(const struct pipeline_options *o, const json_t *results)
{
	const json_t *r, *worker;
	size_t i, k;

	if (o->json) {
		json_dumpf(results, stdout, JSON_INDENT(2) | JSON_REAL_PRECISION(5));
		putchar('\n');
		return;
	}
	printf("%u workers at once, TSC cycles a packet of each, median of %u rounds (alone)\n\n"
	       "direction  sessions  of one    cycles\n",
	       o->workers, o->rounds);
	json_array_foreach (results, i, r) {
		printf("%-9s  %8lld   %5.2f ", json_string_value(json_object_get(r, "direction")),
		       json_integer_value(json_object_get(r, "sessions")),
		       json_real_value(json_object_get(r, "gain")));
		json_array_foreach (json_object_get(r, "workers"), k, worker)
			printf("  %5.1f (%.1f)",
			       json_real_value(json_object_get(worker, "together")),
			       json_real_value(json_object_get(worker, "alone")));
		putchar('\n');
	}
}

int rig_run_workers(struct rig *rig)
{
	const struct pipeline_options *o = rig->o;
	struct part *parts = aligned_alloc(64, o->workers * sizeof(*parts));
	json_t *results = json_array();
	int err = parts == NULL ? -1 : 0;

	for (unsigned i = 0; err == 0 && i < o->workers; i++)
		err = create_part(&parts[i], rig, i);
	for (unsigned i = 0; err == 0 && i < o->session_count; i++) {
		err = rig_open_sessions(rig, o->sessions[i]);
		for (unsigned up = 2; err == 0 && up-- > 0;)
			err = run_case(parts, up, o->sessions[i], results);
	}
	if (err == 0)
		print(o, results);
	for (unsigned i = 0; err == 0 && i < o->workers; i++) {
		if (i > 0)
			rig_destroy_frames(&parts[i].rig);
		free(parts[i].alone);
		free(parts[i].together);
	}
	free(parts);
	json_decref(results);
	return err;
}
