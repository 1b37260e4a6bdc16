/* SPDX-License-Identifier: BSD-3-Clause */
/* Where the cycles go. The worker's code is one loop whose stages run into each other, so that no
 * clock can be read between them: instead one thing at a time is taken away from the traffic, in
 * turns with all of it, and what a packet costs less then is what that thing costs. The rest is
 * what a packet takes when nothing waits for memory: checks, look-ups, headers, counters. */
#include "pipeline_inside.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "dataplane/state.h"
#include "dataplane/worker/worker.h"

#define FEW_SESSIONS 16	 /* so many that one packet does not wait for the last one's stores */
#define FEW_FRAMES   512 /* bursts enough that the code itself is warm, and all of them in L2 */
#define SMALL	     46

enum without {
	WITHOUT_NOTHING,
	WITHOUT_SESSIONS,
	WITHOUT_FRAMES,
	WITHOUT_SIZE,
	WITHOUT_LIMIT,
	WITHOUT_IPV6,
	WITHOUT_IPV4,
	WITHOUT_ALL,
	WITHOUTS,
};

static const char *const names[WITHOUTS] = {
	[WITHOUT_SESSIONS] = "sessions from memory: records, index, FIB",
	[WITHOUT_FRAMES] = "frames from memory: headers, mbufs",
	[WITHOUT_SIZE] = "large packets",
	[WITHOUT_LIMIT] = "rate limits",
	[WITHOUT_IPV6] = "both families, beyond what each costs alone",
	[WITHOUT_ALL] = "the rest: checks, look-ups, headers, counters",
};

struct profile {
	struct rig *rig;
	struct pipeline_options o; /* what the rig has now */
	const struct pipeline_options *all;
	bool up;
	unsigned sessions;
	double *cycles[WITHOUTS];
};

static bool is_mixed(const struct pipeline_options *o)
{
	return o->ipv6_percent > 0 && o->ipv6_percent < 100;
}

/* Is there anything to be taken away? */
static bool applies(const struct profile *p, enum without without)
{
	switch (without) {
	case WITHOUT_SESSIONS:
		return p->sessions > FEW_SESSIONS;
	case WITHOUT_FRAMES:
		return p->all->in_flight > FEW_FRAMES;
	case WITHOUT_SIZE:
		return p->all->imix || p->all->size > SMALL;
	case WITHOUT_LIMIT:
		return p->all->rate_limit;
	case WITHOUT_IPV6:
	case WITHOUT_IPV4:
		return is_mixed(p->all);
	default:
		return true;
	}
}

/* As control would write it, had the sessions no limits for the moment. */
static void set_shaped(const struct profile *p, uint8_t shaped)
{
	const struct tp_worker *w = p->rig->w;

	for (unsigned slot = 0; slot < p->rig->opened; slot++) {
		w->up[slot].shaped = w->up6[slot].shaped = shaped;
		w->down[slot].shaped = w->down6[slot].shaped = shaped;
	}
}

static double measure(struct profile *p, enum without without)
{
	const bool all = without == WITHOUT_ALL;
	unsigned sessions = p->sessions;

	p->o = *p->all;
	if (all || without == WITHOUT_FRAMES)
		p->o.in_flight = p->o.in_flight < FEW_FRAMES ? p->o.in_flight : FEW_FRAMES;
	if (all || without == WITHOUT_SESSIONS)
		sessions = sessions < FEW_SESSIONS ? sessions : FEW_SESSIONS;
	if (all || without == WITHOUT_SIZE) {
		p->o.imix = false;
		p->o.size = p->o.size < SMALL ? p->o.size : SMALL;
	}
	if (without == WITHOUT_IPV6)
		p->o.ipv6_percent = 0;
	if (without == WITHOUT_IPV4)
		p->o.ipv6_percent = 100;
	rig_make_frames(p->rig, p->up, sessions);
	if (all || without == WITHOUT_FRAMES || is_mixed(p->all)) {
		rig_measure_worker(p->rig, p->up); /* what the next frames are is guessed anew */
		rig_make_frames(p->rig, p->up, sessions);
	}
	return rig_measure_worker(p->rig, p->up);
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return x < y ? -1 : x > y;
}

static double median(const struct profile *p, enum without without)
{
	qsort(p->cycles[without], p->all->rounds, sizeof(double), compare);
	return p->cycles[without][p->all->rounds / 2];
}

struct row {
	const char *name;
	double cycles;
};

static int by_cycles(const void *a, const void *b)
{
	const struct row *x = a, *y = b;
	return x->cycles > y->cycles ? -1 : x->cycles < y->cycles;
}

/* What each thing costs, the dearest first. Returns how many there are. */
static unsigned rank(struct profile *p, struct row rows[WITHOUTS])
{
	const double all = median(p, WITHOUT_NOTHING), six = p->all->ipv6_percent / 100.0;
	unsigned count = 0;

	for (unsigned i = WITHOUT_NOTHING + 1; i < WITHOUTS; i++) {
		if (names[i] == NULL || !applies(p, i))
			continue;
		double cost = all - median(p, i);
		if (i == WITHOUT_ALL)
			cost = all - cost;
		else if (i == WITHOUT_IPV6)
			cost = all - (1 - six) * median(p, i) - six * median(p, WITHOUT_IPV4);
		rows[count++] = (struct row){names[i], cost};
	}
	qsort(rows, count, sizeof(*rows), by_cycles);
	return count;
}

static void print(struct profile *p, json_t *results)
{
	struct row rows[WITHOUTS];
	const unsigned count = rank(p, rows);
	const double all = median(p, WITHOUT_NOTHING);
	json_t *list = json_array();

	if (!p->all->json)
		printf("%s, %u sessions: %.1f TSC cycles a packet, of which\n",
		       p->up ? "up" : "down", p->sessions, all);
	for (unsigned i = 0; i < count; i++) {
		if (!p->all->json)
			printf("  %5.1f  %3.0f %%  %s\n", rows[i].cycles,
			       100 * rows[i].cycles / all, rows[i].name);
		json_array_append_new(list, json_pack("{s:s, s:f}", "what", rows[i].name, "cycles",
						      rows[i].cycles));
	}
	json_array_append_new(results,
			      json_pack("{s:s, s:i, s:f, s:o}", "direction", p->up ? "up" : "down",
					"sessions", (int)p->sessions, "cycles_per_packet", all,
					"parts", list));
}

static int run_case(struct profile *p)
{
	struct rig *rig = p->rig;

	rig->faults = 0;
	p->o = *p->all;
	rig_warm_up(rig, p->up, p->sessions);
	for (unsigned round = 0; round < p->all->rounds; round++) {
		for (unsigned i = 0; i < WITHOUTS; i++)
			if (applies(p, i) && i != WITHOUT_LIMIT && i != WITHOUT_ALL)
				p->cycles[i][round] = measure(p, i);
	}
	set_shaped(p, 0);
	for (unsigned round = 0; round < p->all->rounds; round++) {
		p->cycles[WITHOUT_LIMIT][round] = measure(p, WITHOUT_LIMIT);
		p->cycles[WITHOUT_ALL][round] = measure(p, WITHOUT_ALL);
	}
	set_shaped(p, p->all->rate_limit ? TP_SHAPED : 0);
	if (rig->faults != 0)
		fprintf(stderr, "%u packets did not come out\n", rig->faults);
	return rig->faults == 0 ? 0 : -1;
}

int rig_run_profile(struct rig *rig)
{
	struct profile p = {.rig = rig, .o = *rig->o, .all = rig->o};
	const unsigned rounds = p.all->rounds;
	double *cycles = calloc((size_t)rounds * WITHOUTS, sizeof(*cycles));
	json_t *results = json_array();
	int err = cycles == NULL ? -1 : 0;

	for (unsigned i = 0; err == 0 && i < WITHOUTS; i++)
		p.cycles[i] = cycles + (size_t)i * rounds;
	rig->o = rig->make.o = &p.o;
	for (unsigned i = 0; err == 0 && i < p.all->session_count; i++) {
		p.sessions = p.all->sessions[i];
		err = rig_open_sessions(rig, p.sessions);
		for (unsigned up = 2; err == 0 && up-- > 0;) {
			p.up = up;
			err = run_case(&p);
			if (err == 0)
				print(&p, results);
		}
	}
	rig->o = rig->make.o = p.all;
	if (err == 0 && p.all->json) {
		json_dumpf(results, stdout, JSON_INDENT(2) | JSON_REAL_PRECISION(5));
		putchar('\n');
	}
	json_decref(results);
	free(cycles);
	return err;
}
