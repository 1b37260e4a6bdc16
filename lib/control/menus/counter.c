/* SPDX-License-Identifier: BSD-3-Clause */
/* /dataplane/counter: what each worker counted on each port. */
#include "api/json.h"
#include "control/menus/menus.h"
#include "dataplane/counters.h"

/* Picks the counter with the number WANTED out of all of them. */
struct pick {
	const struct tp_control *c;
	uint64_t wanted, seen;
	json_t *item;
};

static void pick_counter(void *user, const char *name, unsigned worker, unsigned port,
			 uint64_t value)
{
	struct pick *pick = user;
	json_t *o;

	if (pick->seen++ < pick->wanted || pick->item != NULL)
		return;
	/* Most are zero, and say nothing. */
	if (value == 0)
		return;
	pick->wanted = pick->seen;
	o = json_object();
	tp_json_text(o, "name", name);
	if (worker != TP_COUNTER_NO_WORKER)
		tp_json_number(o, "worker", worker);
	if (port < pick->c->port_count)
		tp_json_text(o, "port", pick->c->ports[port].name);
	tp_json_number(o, "value", value);
	pick->item = o;
}

static json_t *counter_next(void *user, uint64_t *cursor)
{
	struct tp_control *c = user;
	struct pick pick = {.c = c, .wanted = *cursor};

	tp_dataplane_counters(c->dp, pick_counter, &pick);
	*cursor = pick.wanted;
	return pick.item;
}

/* clang-format off */
static const struct tp_status counter_status[] = {
	{"name", "The counter"},
	{"worker", "The worker that counted"},
	{"port", "The port where it counted"},
	{"value", "How many, since the start"},
	TP_STATUS_END,
};
/* clang-format on */

const struct tp_live tp_live_counters = {
	.path = "/dataplane/counter",
	.help = "What each worker counted on each port, without the zeros",
	.status = counter_status,
	.next = counter_next,
};
