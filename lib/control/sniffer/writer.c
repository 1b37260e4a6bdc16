/* SPDX-License-Identifier: BSD-3-Clause */
#include "control/sniffer/writer.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <rte_cycles.h>

#include "base/clock.h"
#include "base/thread.h"
#include "wire/pcapng.h"

#define ROOM	  (256 << 10) /* bytes that are written together */
#define BLOCK	  (TP_SNIFF_BYTES + TP_PCAPNG_ROOM)
#define PAUSE_NS  2000000
#define READER_MS 50   /* between looks at whether it is time to give a slow reader up */
#define LAST_MS	  1000 /* for a reader to take what is left */

struct tp_capture {
	struct tp_capture_plan plan;
	struct tp_sniff_store *store;
	pthread_t thread;
	atomic_bool ending, over;
	atomic_ullong packets, bytes;
	_Atomic(const char *) why;
	uint64_t begun_ms;
	/* Two clocks at one moment. */
	uint64_t tsc, wall_ns;
	double ns_per_cycle;
	size_t used; /* of the room */
	uint8_t room[ROOM];
};

static void finish(struct tp_capture *c, const char *why)
{
	const char *none = NULL;

	atomic_compare_exchange_strong(&c->why, &none, why);
}

static bool is_over(const struct tp_capture *c)
{
	return atomic_load(&((struct tp_capture *)c)->why) != NULL;
}

/* A reader who takes nothing any more holds nobody up: not who ends the capture, and not its own
 * time. */
static bool wait_for_reader(struct tp_capture *c, uint64_t *given_up_ms)
{
	const uint64_t now_ms = tp_clock_ms(), end_ms = c->begun_ms + c->plan.seconds * 1000ull;
	struct pollfd poll_fd = {.fd = c->plan.fd, .events = POLLOUT};

	if (*given_up_ms == 0 && (atomic_load(&c->ending) || now_ms >= end_ms || is_over(c)))
		*given_up_ms = now_ms + LAST_MS;
	if (*given_up_ms != 0 && now_ms >= *given_up_ms)
		return false;
	poll(&poll_fd, 1, READER_MS);
	return true;
}

static const char *trouble(const struct tp_capture *c)
{
	if (c->plan.live)
		return errno == EAGAIN ? "stop" : "client";
	return errno == ENOSPC ? "disk-full" : "disk-error";
}

static void flush(struct tp_capture *c)
{
	uint64_t given_up_ms = 0;
	size_t at = 0;

	while (at < c->used) {
		ssize_t n = c->plan.live
				    ? send(c->plan.fd, c->room + at, c->used - at, MSG_NOSIGNAL)
				    : write(c->plan.fd, c->room + at, c->used - at);

		if (n < 0 && (errno == EINTR || (errno == EAGAIN && c->plan.live &&
						 wait_for_reader(c, &given_up_ms))))
			continue;
		if (n <= 0) {
			finish(c, trouble(c));
			break;
		}
		at += (size_t)n;
	}
	c->used = 0;
}

/* Who reads nothing because there is nothing may have gone. */
static void look_for_reader(struct tp_capture *c)
{
	struct pollfd poll_fd = {.fd = c->plan.fd, .events = POLLRDHUP};

	if (poll(&poll_fd, 1, 0) > 0 && (poll_fd.revents & (POLLHUP | POLLRDHUP | POLLERR)) != 0)
		finish(c, "client");
}

static void account(struct tp_capture *c, size_t len)
{
	c->used += len;
	atomic_fetch_add(&c->bytes, len);
}

static uint8_t *make_room(struct tp_capture *c)
{
	if (c->used + BLOCK > ROOM)
		flush(c);
	return c->room + c->used;
}

/* Ethernet ports by their names, and once more for packets that are on their way inside. */
static void write_head(struct tp_capture *c)
{
	char name[48];

	account(c, tp_pcapng_section(make_room(c), "Turnpike", c->plan.comment));
	for (unsigned i = 0; i < c->plan.port_count; i++)
		account(c,
			tp_pcapng_interface(make_room(c), TP_PCAPNG_ETHERNET, c->plan.ports[i].name,
					    c->plan.ports[i].role == TP_PORT_ACCESS ? "access port"
										    : "core port"));
	for (unsigned i = 0; i < c->plan.port_count; i++) {
		snprintf(name, sizeof(name), "%s (inside)", c->plan.ports[i].name);
		account(c, tp_pcapng_interface(make_room(c), TP_PCAPNG_RAW, name,
					       "packets without their frame that came by it"));
	}
}

static uint64_t wall_ns(const struct tp_capture *c, uint64_t tsc)
{
	return c->wall_ns + (uint64_t)(int64_t)((double)(int64_t)(tsc - c->tsc) * c->ns_per_cycle);
}

static void write_one(struct tp_capture *c, const struct tp_sniffed *s)
{
	const char *reason = tp_sniff_reason(s);
	char comment[96];

	snprintf(comment, sizeof(comment), "dropped: %s%s", reason != NULL ? reason : "",
		 s->direction == TP_SNIFF_DROPPED ? " (as it was then)" : "");
	account(c,
		tp_pcapng_packet(make_room(c),
				 &(struct tp_pcapng_packet){
					 .interface = s->port + (s->is_ip ? c->plan.port_count : 0),
					 .time_ns = wall_ns(c, s->tsc),
					 .data = s->bytes,
					 .captured = s->captured,
					 .length = s->length,
					 .direction = s->direction == TP_SNIFF_SENT ? TP_PCAPNG_OUT
						      : s->direction == TP_SNIFF_RECEIVED
							      ? TP_PCAPNG_IN
							      : TP_PCAPNG_UNKNOWN,
					 .comment = reason != NULL ? comment : NULL,
				 }));
	if (atomic_fetch_add(&c->packets, 1) + 1 >= c->plan.packets)
		finish(c, "packet-limit");
	if (atomic_load(&c->bytes) + BLOCK > c->plan.bytes)
		finish(c, "file-limit");
}

/* True: there was something. */
static bool write_some(struct tp_capture *c)
{
	struct tp_sniffed *s;
	bool any = false;

	while (!is_over(c) && (s = tp_sniff_take(c->store)) != NULL) {
		write_one(c, s);
		tp_sniff_give(c->store, s);
		any = true;
	}
	return any;
}

static void *work(void *user)
{
	const struct timespec pause = {.tv_nsec = PAUSE_NS};
	struct tp_capture *c = user;
	bool ending = false;

	write_head(c);
	while (!is_over(c) && !ending) {
		ending = atomic_load(&c->ending); /* what was copied before that is written */
		if (write_some(c))
			continue;
		flush(c);
		if (c->plan.live)
			look_for_reader(c);
		if (tp_clock_ms() - c->begun_ms >= c->plan.seconds * UINT64_C(1000))
			finish(c, "duration");
		else if (!ending)
			nanosleep(&pause, NULL);
	}
	flush(c);
	atomic_store(&c->over, true);
	return NULL;
}

static void set_clocks(struct tp_capture *c)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	c->tsc = rte_rdtsc();
	c->wall_ns = (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
	c->ns_per_cycle = 1e9 / (double)rte_get_tsc_hz();
	c->begun_ms = tp_clock_ms();
}

int tp_capture_begin(const struct tp_capture_plan *plan, struct tp_sniff_store *store,
		     const cpu_set_t *cpus, struct tp_capture **capture, struct tp_error *e)
{
	struct tp_capture *c = calloc(1, sizeof(*c));
	int error;

	if (c == NULL)
		return tp_error_set(e, -ENOMEM, NULL, "out of memory");
	c->plan = *plan;
	c->store = store;
	set_clocks(c);
	error = tp_thread_start(&c->thread, "capture", cpus, work, c);
	if (error != 0) {
		free(c);
		return tp_error_set(e, error, NULL, "no thread to write it");
	}
	*capture = c;
	return 0;
}

struct tp_capture_state tp_capture_state(const struct tp_capture *capture)
{
	struct tp_capture *c = (struct tp_capture *)capture;

	return (struct tp_capture_state){
		.packets = atomic_load(&c->packets),
		.bytes = atomic_load(&c->bytes),
		.over = atomic_load(&c->over),
		.why = atomic_load(&c->why),
	};
}

void tp_capture_stop(struct tp_capture *c)
{
	atomic_store(&c->ending, true);
}

void tp_capture_end(struct tp_capture *c)
{
	tp_capture_stop(c);
	pthread_join(c->thread, NULL);
	free(c);
}
