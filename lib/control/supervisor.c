/* SPDX-License-Identifier: BSD-3-Clause */
#include "control/supervisor.h"

#include "base/log.h"
#include "base/notify.h"
#include "control/control_private.h"

#define STATUS_MS 1000

static void tell_status(struct tp_control *c)
{
	const unsigned up = tp_ac_counters(c->ac)->standing[TP_SESSION_UP];
	struct tp_supervisor *s = &c->supervisor;

	if (c->now_ms - s->look_ms < STATUS_MS && s->told)
		return;
	s->look_ms = c->now_ms;
	if (s->told && s->told_up == up)
		return;
	s->told = tp_notify("STATUS=%u session%s up", up, up == 1 ? "" : "s");
	s->told_up = up;
}

/* A third of what it asks for: a turn, or a worker's round, may come late. A worker that stands
 * still for longer starves the watchdog. */
static void feed(struct tp_control *c)
{
	const uint64_t every_ms = tp_notify_watchdog_ms() / 3;
	struct tp_supervisor *s = &c->supervisor;

	if (every_ms == 0 || c->now_ms - s->fed_ms < every_ms)
		return;
	if (tp_dataplane_alive(c->dp)) {
		tp_notify("WATCHDOG=1");
		s->fed_ms = c->now_ms;
		s->stuck = false;
	} else if (c->now_ms - s->fed_ms >= 2 * every_ms && !s->stuck) {
		s->stuck = true;
		tp_log_error("system", "a worker stands still: the watchdog is not fed");
	}
}

void tp_supervisor_turn(struct tp_control *c)
{
	if (!tp_notify_wanted())
		return;
	if (c->supervisor.owes_ready)
		c->supervisor.owes_ready = !tp_notify("READY=1");
	tell_status(c);
	feed(c);
}

void tp_supervisor_reload_begins(struct tp_control *c)
{
	c->supervisor.reloading = tp_notify_reloading();
}

void tp_supervisor_reload_ends(struct tp_control *c)
{
	if (c->supervisor.reloading && !c->ending)
		c->supervisor.owes_ready = !tp_notify("READY=1");
	c->supervisor.reloading = false;
}

void tp_supervisor_stopping(struct tp_control *c)
{
	tp_notify("STOPPING=1");
}
