/* SPDX-License-Identifier: BSD-3-Clause */
/* The control loop. Workers make no system calls, so nothing wakes control for what they send:
 * it looks at their rings each turn, at once again while there is work, else a millisecond
 * later. Each part of a turn does a bounded number of things. */
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

#include "base/ending.h"
#include "base/log.h"
#include "base/log_echo.h"
#include "control/control_private.h"
#include "control/why/why.h"
#include "control/log/book.h"
#include "control/loop.h"
#include "control/menus/ping.h"
#include "control/radius/incoming.h"
#include "control/radius/records.h"
#include "control/radius/radius.h"
#include "control/sniffer/sniffer.h"
#include "control/standing/standing.h"
#include "control/standing/upgrade.h"
#include "dataplane/sessions.h"

#define IDLE_MS		       1
#define TICK_SLICE	       256
#define RELEASE_SLICE	       256
#define REQUEST_SLICE	       16
#define MINUTE_MS	       60000
#define STANDSTILL_MS	       1000
#define CROWDED_TELL_MS	       20   /* so seldom the kernel hears while many dial in */
#define LISTEN_MS	       200  /* for workers to punt what waited in the NICs */
#define SHUTDOWN_LIMIT_MS      2000 /* for peers to acknowledge, and PADTs to leave */
#define SHUTDOWN_ACCOUNTING_MS 1000 /* for servers to acknowledge; the rest waits on disk */
#define SHUTDOWN_FLUSH_MS      20   /* for workers to send what they were handed */

int tp_loop_open(struct tp_control *c)
{
	sigset_t signals;
	int error;

	sigemptyset(&signals);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGHUP);
	c->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	c->signal_fd = signalfd(-1, &signals, SFD_NONBLOCK | SFD_CLOEXEC);
	if (c->epoll_fd < 0 || c->signal_fd < 0)
		return -errno;
	error = tp_loop_watch(c, c->signal_fd, TP_LOOP_SIGNAL);
	if (error == 0)
		error = tp_loop_watch(c, c->mailbox.request_fd, TP_LOOP_REQUEST);
	if (error == 0)
		error = tp_loop_watch(c, c->kernel.monitor.fd, TP_LOOP_KERNEL);
	if (error == 0)
		error = tp_loop_watch(c, c->kernel.dumper.fd, TP_LOOP_KERNEL);
	if (error == 0)
		error = tp_loop_watch(c, c->tun.fd, TP_LOOP_TUN);
	for (unsigned i = 0; error == 0 && i < c->port_count; i++)
		error = tp_loop_watch(c, c->taps[i].fd, TP_LOOP_TAP + i);
	return error;
}

/* ---- signals and requests -------------------------------------------------------------------- */

bool tp_control_keeps(const struct tp_control *c)
{
	return tp_config_management(c->config)->on_stop == TP_ON_STOP_KEEP;
}

bool tp_control_upgrades(const struct tp_control *c)
{
	return c->upgrades;
}

void tp_control_end(struct tp_control *c, const char *why, bool keep)
{
	const unsigned standing = tp_ac_counters(c->ac)->standing[TP_SESSION_UP];

	if (c->ending) {
		c->ending_since_ms = 0; /* asked twice: no more patience */
		return;
	}
	c->keeping = keep && tp_standing_keeps(c->standing);
	if (c->keeping)
		tp_log_info("system", "%s: %u sessions stand on, for a start within %u s", why,
			    standing, tp_config_management(c->config)->journal_lifetime);
	else
		tp_log_info("system", "%s: ending %u sessions%s", why, standing,
			    keep && c->standing != NULL ? ", as there is no journal to keep them"
							: "");
	tp_supervisor_stopping(c);
	tp_ending_begin();
	c->ending = true;
	c->ending_since_ms = c->now_ms;
	if (!c->keeping)
		tp_ac_shutdown(c->ac, c->now_ms);
	if (c->save.saver.changes > 0)
		tp_saver_force(&c->save.saver, false);
}

static void read_signals(struct tp_control *c)
{
	struct signalfd_siginfo info;

	while (read(c->signal_fd, &info, sizeof(info)) == sizeof(info)) {
		if (info.ssi_signo == SIGHUP)
			tp_reload_begin(c, NULL);
		else
			tp_control_end(c, info.ssi_signo == SIGTERM ? "SIGTERM" : "SIGINT",
				       tp_control_keeps(c));
	}
}

static bool serve_requests(struct tp_control *c)
{
	for (unsigned i = 0; i < REQUEST_SLICE; i++) {
		struct tp_request *request = tp_mailbox_take(&c->mailbox);

		if (request == NULL)
			return i > 0;
		if (tp_control_execute(c, request))
			tp_mailbox_answer(&c->mailbox, request);
	}
	return true;
}

/* ---- a turn ------------------------------------------------------------------------------------
 */

static void handle(struct tp_control *c, uint64_t what)
{
	eventfd_t count;

	switch (what) {
	case TP_LOOP_SIGNAL:
		read_signals(c);
		break;
	case TP_LOOP_REQUEST:
		eventfd_read(c->mailbox.request_fd, &count); /* then each turn looks */
		break;
	case TP_LOOP_KERNEL:
		c->kernel.readable = true;
		break;
	case TP_LOOP_TUN:
		tp_taps_read_tun(c);
		break;
	case TP_LOOP_INCOMING:
	case TP_LOOP_INCOMING6:
		tp_radius_incoming_read(c, what == TP_LOOP_INCOMING6);
		break;
	case TP_LOOP_PING:
	case TP_LOOP_PING6:
		tp_pings_read(c, what == TP_LOOP_PING6 ? TP_FAMILY_IPV6 : TP_FAMILY_IPV4);
		break;
	default:
		if (what >= TP_LOOP_POINTERS) {
			tp_control_radius_read(c, (void *)(uintptr_t)what);
			break;
		}
		tp_taps_read(c, (unsigned)(what - TP_LOOP_TAP));
		break;
	}
}

static uint64_t now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

/* When the wait was over. */
static uint64_t poll_descriptors(struct tp_control *c, int timeout_ms)
{
	struct epoll_event events[16];
	int count = epoll_wait(c->epoll_fd, events, 16, timeout_ms);
	const uint64_t begin_us = now_us();

	c->now_ms = tp_clock_ms();
	for (int i = 0; i < count; i++)
		handle(c, events[i].data.u64);
	return begin_us;
}

/* Some of the sessions, for what servers, VLANs and ports have had. */
static void count_traffic(struct tp_control *c)
{
	uint32_t *cursor = tp_traffic_cursor(c->traffic);
	uint32_t due = tp_traffic_due(c->traffic, tp_ac_counters(c->ac)->standing[TP_SESSION_UP],
				      c->now_ms);

	for (; due > 0; due--) {
		const struct tp_line *line = tp_ac_next(c->ac, *cursor);
		struct tp_session_counters counters;
		struct tp_session_info info;

		if (line == NULL) {
			tp_traffic_round(c->traffic, c->now_ms);
			line = tp_ac_next(c->ac, 0);
		}
		if (line == NULL)
			return;
		tp_line_info(line, &info);
		*cursor = info.slot + 1;
		tp_dataplane_session_counters(c->dp, info.slot, &counters);
		tp_traffic_count(c->traffic, c->config, &info, &counters, c->now_ms);
	}
}

static bool release_slots(struct tp_control *c)
{
	uint32_t slots[RELEASE_SLICE];
	unsigned count = tp_dataplane_released(c->dp, slots, RELEASE_SLICE);

	for (unsigned i = 0; i < count; i++)
		tp_ac_slot_released(c->ac, slots[i], c->now_ms);
	return count > 0;
}

/* When the box stood still (a virtual machine was paused), what peers have sent meanwhile is read
 * before any of them is judged by the time; once, so that a box that is always late judges too. */
static bool may_judge(struct tp_control *c)
{
	if (c->now_ms - c->turn_ms > STANDSTILL_MS && c->judged)
		c->listen_until_ms = c->now_ms + LISTEN_MS;
	c->turn_ms = c->now_ms;
	c->judged = c->now_ms >= c->listen_until_ms;
	return c->judged;
}

/* Who dials in needs control more than the kernel needs a route to who has: the data plane knows
 * him. A city's 180,000 routes take a second. */
static bool may_tell_later(struct tp_control *c)
{
	if (c->crowded && c->now_ms - c->told_ms < CROWDED_TELL_MS &&
	    tp_subscribers_can_wait(c->subscribers))
		return true;
	c->told_ms = c->now_ms;
	return false;
}

/* While routes are read they wait: the kernel's dump of IPv6 would leave out others. */
static bool tell_subscribers(struct tp_control *c)
{
	if (c->subscribers == NULL || c->tun.fd < 0 || c->ending)
		return false;
	if (c->pressed != tp_subscribers_pressed(c->subscribers))
		tp_kernel_interrupt(&c->kernel);
	c->pressed = tp_subscribers_pressed(c->subscribers);
	return !tp_kernel_reads_routes(&c->kernel) && !may_tell_later(c) &&
	       tp_subscribers_poll(c->subscribers);
}

/* What a city dials in by. Of each session the log has a line or two. */
static bool serve_sessions(struct tp_control *c)
{
	const bool judges = may_judge(c);
	bool work;

	tp_log_echo_hold();
	work = tp_control_receive(c);
	if (judges)
		work |= tp_ac_tick(c->ac, c->now_ms, TICK_SLICE) > 0;
	work |= tp_control_radius_turn(c);
	tp_log_echo_let_go();
	return work;
}

/* True: there was work, and may be more. */
static bool turn(struct tp_control *c)
{
	bool work = serve_sessions(c);

	work |= release_slots(c);
	count_traffic(c);
	work |= tp_outbox_retry(&c->outbox, c->dp);
	work |= tp_kernel_poll(&c->kernel, c->now_ms);
	if (tp_kernel_settled(&c->kernel))
		tp_core_again(c);
	work |= tell_subscribers(c);
	tp_links_poll(c);
	tp_taps_mend(c);
	work |= serve_requests(c);
	work |= tp_later_turn(c);
	work |= tp_standing_turn(c);
	work |= tp_control_history_turn(c);
	tp_sniffer_turn(c);
	tp_upgrade_poll(c);
	work |= tp_reload_poll(c);
	/* Not while the file is about to be in force. */
	if (c->save.saver.job != NULL || !tp_reload_reads(c))
		work |= tp_save_poll(&c->save, c->config, c->now_ms);
	work |= tp_drain_turn(c);
	tp_log_book_turn(c);
	tp_supervisor_turn(c);
	tp_control_radius_flush(c);
	c->stats.turns++;
	return work;
}

/* Everybody has heard, or has had the time to. */
static bool has_ended(struct tp_control *c)
{
	if (!c->ending)
		return false;
	if (c->keeping)
		return tp_control_accounting_at_rest(c) ||
		       c->now_ms - c->ending_since_ms >= SHUTDOWN_ACCOUNTING_MS;
	if (c->ended_ms == 0 && ((tp_ac_shutdown_done(c->ac) && c->outbox.count == 0) ||
				 c->now_ms - c->ending_since_ms >= SHUTDOWN_LIMIT_MS))
		c->ended_ms = c->now_ms;
	if (c->ended_ms == 0 || c->now_ms - c->ended_ms < SHUTDOWN_FLUSH_MS)
		return false;
	return tp_control_accounting_closed(c) || c->now_ms - c->ended_ms >= SHUTDOWN_ACCOUNTING_MS;
}

/* Of a turn that was over when the loop began to wait. */
static void note_turn(struct tp_control *c, uint64_t took_us)
{
	struct tp_control_load *load = &c->load;

	load->busy_us += took_us;
	if (c->now_ms - load->minute_ms >= MINUTE_MS) {
		load->longest_before_us = load->longest_us;
		load->longest_us = 0;
		load->minute_ms = c->now_ms;
	}
	if (took_us > load->longest_us)
		load->longest_us = took_us;
}

int tp_control_run(struct tp_control *c)
{
	bool work = true;
	uint64_t begin_us;

	c->turn_ms = tp_clock_ms();
	while (!has_ended(c)) {
		begin_us = poll_descriptors(c, work ? 0 : IDLE_MS);
		work = turn(c);
		note_turn(c, now_us() - begin_us);
	}
	tp_ending_waits_for("a reload of the configuration's file");
	tp_reload_cancel(c);
	tp_ending_waits_for("the configuration's file to be saved");
	tp_save_finish(&c->save, c->config);
	tp_ending_waits_for("the journal of sessions");
	if (!c->keeping)
		tp_log_info("system", "all sessions have ended");
	tp_standing_end(c->standing, c->keeping);
	c->standing = NULL;
	tp_ending_waits_for("what is remembered of subscribers");
	tp_control_history_end(c);
	tp_sniffer_destroy(c);
	tp_control_operators_end(c);
	tp_later_end(c);
	tp_mailbox_end(&c->mailbox);
	return 0;
}
