/* SPDX-License-Identifier: BSD-3-Clause */
#include "control/menus/ping.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "api/json.h"
#include "config/types/value.h"
#include "control/menus/menus.h"
#include "control/menus/iface.h"
#include "control/later.h"
#include "control/loop.h"
#include "control/menus/ping_socket.h"

#define PINGS	     16	   /* at a time */
#define FORGET_MS    30000 /* nobody has asked for the next answer for so long: it is over */
#define TIMEOUT_MS   1000
#define COUNT	     4
#define COUNT_MAX    100000
#define SIZE	     56
#define INTERVAL_MS  1000
#define INTERVAL_MIN 10
#define INTERVAL_MAX 5000

/* One, from its first page to its last. */
struct ping {
	uint64_t number; /* what the cursor says; 0: free */
	struct tp_ping_echo echo;
	char host[TP_IP_TEXT_LEN];
	uint32_t count; /* 0: no end */
	uint32_t interval_ms;
	uint32_t sent, received;
	uint64_t least_us, most_us, sum_us;
	uint64_t sent_us; /* the last one */
	uint64_t next_ms;
	uint64_t used_ms;
	struct waiting *waiting; /* for the next answer */
};

struct waiting {
	struct tp_later later;
	struct ping *ping;
	bool sent;
};

struct tp_pings {
	int fd[2]; /* of IPv4, of IPv6; -1: not open */
	uint64_t last_number;
	struct ping ping[PINGS];
};

static uint64_t now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

void tp_pings_destroy(struct tp_pings *pings)
{
	if (pings == NULL)
		return;
	for (unsigned i = 0; i < 2; i++)
		if (pings->fd[i] >= 0)
			close(pings->fd[i]);
	free(pings);
}

/* ---- reading ----------------------------------------------------------------------------------
 */

/* "1s", "200ms". */
static bool read_interval(const char *text, uint32_t *ms)
{
	const size_t digits = strspn(text, "0123456789");
	char number[16];
	uint32_t seconds;

	if (strcmp(text + digits, "ms") == 0) {
		snprintf(number, sizeof(number), "%.*s", (int)digits, text);
		return digits < sizeof(number) &&
		       tp_number_read(number, INTERVAL_MIN, INTERVAL_MAX, ms);
	}
	if (!tp_time_parse(text, &seconds) || seconds == 0 || seconds > INTERVAL_MAX / 1000)
		return false;
	*ms = seconds * 1000;
	return true;
}

/* A port of the core, or a session: 0, or why not. */
static const char *read_interface(struct tp_control *c, const char *name, int *ifindex)
{
	struct tp_iface iface;

	if (!tp_iface_find(c, name, &iface))
		return "input does not match any value of interface";
	if (iface.type == TP_IFACE_ETHER)
		*ifindex = c->taps[iface.port].ifindex;
	else
		*ifindex = iface.line != NULL ? c->tun.ifindex : 0;
	return *ifindex != 0 ? NULL
			     : "failure: only core ports and sessions that are up have addresses";
}

/* One argument: NULL, or what is wrong with it. */
static const char *read_one(struct tp_control *c, struct ping *p, const char *name,
			    const char *text, uint32_t *size)
{
	uint32_t ttl;

	if (strcmp(name, "address") == 0)
		return tp_ip_parse(text, &p->echo.address)
			       ? NULL
			       : "invalid value for argument address: an IP address is expected";
	if (strcmp(name, "count") == 0)
		return tp_number_read(text, 1, COUNT_MAX, &p->count)
			       ? NULL
			       : "value of count out of range (1..100000)";
	if (strcmp(name, "size") == 0)
		return tp_number_read(text, 1, UINT16_MAX, size) ? NULL
								 : "value of size out of range";
	if (strcmp(name, "interval") == 0)
		return read_interval(text, &p->interval_ms)
			       ? NULL
			       : "value of interval out of range (10ms..5s)";
	if (strcmp(name, "interface") == 0)
		return read_interface(c, text, &p->echo.ifindex);
	if (strcmp(name, "ttl") != 0)
		return "";
	if (!tp_number_read(text, 1, UINT8_MAX, &ttl))
		return "value of ttl out of range (1..255)";
	p->echo.ttl = (uint8_t)ttl;
	return NULL;
}

/* NULL: it makes sense. */
static const char *read_body(struct tp_control *c, const struct tp_request *request, struct ping *p,
			     char wrong[128])
{
	uint32_t size = SIZE;
	const char *name;
	json_t *value;

	json_object_foreach (request->body, name, value) {
		char room[TP_API_TEXT_LEN];
		const char *text = tp_api_text(value, room), *why;

		if (strcmp(name, ".proplist") == 0)
			continue;
		why = text != NULL ? read_one(c, p, name, text, &size) : "";
		if (why == NULL)
			continue;
		if (*why != '\0')
			return why;
		snprintf(wrong, 128, "unknown parameter %.64s", name);
		return wrong;
	}
	if (p->echo.address.family == TP_NO_FAMILY)
		return "missing =address=";
	if (size < tp_ping_size_min((enum tp_family)p->echo.address.family) ||
	    size > TP_PING_SIZE_MAX)
		return "value of size out of range (36..9000, of IPv6 from 56)";
	p->echo.size = (uint16_t)size;
	if (p->count == 0 && !request->endless)
		p->count = COUNT;
	return NULL;
}

/* ---- beginning --------------------------------------------------------------------------------
 */

static struct tp_pings *pings_of(struct tp_control *c)
{
	if (c->pings != NULL)
		return c->pings;
	c->pings = calloc(1, sizeof(*c->pings));
	if (c->pings != NULL)
		c->pings->fd[0] = c->pings->fd[1] = -1;
	return c->pings;
}

/* 0 or a negative errno. */
static int open_socket(struct tp_control *c, enum tp_family family)
{
	const bool ipv6 = family == TP_FAMILY_IPV6;
	int fd, error;

	if (c->pings->fd[ipv6] >= 0)
		return 0;
	fd = tp_ping_open(family);
	if (fd < 0)
		return fd;
	error = tp_loop_watch(c, fd, ipv6 ? TP_LOOP_PING6 : TP_LOOP_PING);
	if (error != 0)
		close(fd);
	else
		c->pings->fd[ipv6] = fd;
	return error;
}

static struct ping *free_place(const struct tp_control *c)
{
	for (unsigned i = 0; i < PINGS; i++) {
		struct ping *p = &c->pings->ping[i];

		if (p->number == 0 || (p->waiting == NULL && c->now_ms - p->used_ms > FORGET_MS))
			return p;
	}
	return NULL;
}

/* NULL: it is refused, and that is answered. */
static struct ping *begin(struct tp_control *c, struct tp_request *request)
{
	struct ping wanted = {.interval_ms = INTERVAL_MS}, *place;
	char wrong[128];
	const char *why = read_body(c, request, &wanted, wrong);
	int error;

	if (why == NULL) {
		error = pings_of(c) != NULL ? open_socket(c, wanted.echo.address.family) : -ENOMEM;
		if (error != 0) {
			snprintf(wrong, sizeof(wrong), "failure: no socket to ping with: %s",
				 strerror(-error));
			why = wrong;
		}
	}
	if (why != NULL) {
		tp_api_error(request, TP_API_BAD_REQUEST, why);
		return NULL;
	}
	place = free_place(c);
	if (place == NULL) {
		tp_api_error(request, TP_API_UNAVAILABLE, "too many pings at a time, try again");
		return NULL;
	}
	*place = wanted;
	place->number = ++c->pings->last_number;
	place->next_ms = c->now_ms;
	place->echo.ident = (uint16_t)tp_random_u32(&c->random);
	tp_random_bytes(&c->random, &place->echo.cookie, sizeof(place->echo.cookie));
	tp_ip_format(&place->echo.address, place->host);
	request->cursor[0] = place->number;
	return place;
}

static struct ping *find(const struct tp_control *c, uint64_t number)
{
	for (unsigned i = 0; c->pings != NULL && i < PINGS; i++)
		if (c->pings->ping[i].number == number)
			return &c->pings->ping[i];
	return NULL;
}

/* ---- answering --------------------------------------------------------------------------------
 */

static void add_time(json_t *o, const char *name, uint64_t us)
{
	char text[48];

	if (us < 1000)
		snprintf(text, sizeof(text), "%uus", (unsigned)us);
	else
		snprintf(text, sizeof(text), "%ums%uus", (unsigned)(us / 1000),
			 (unsigned)(us % 1000));
	tp_json_text(o, name, text);
}

static void add_sums(json_t *o, const struct ping *p)
{
	tp_json_number(o, "sent", p->sent);
	tp_json_number(o, "received", p->received);
	tp_json_number(o, "packet-loss", 100 * (uint64_t)(p->sent - p->received) / p->sent);
	if (p->received == 0)
		return;
	add_time(o, "min-rtt", p->least_us);
	add_time(o, "avg-rtt", p->sum_us / p->received);
	add_time(o, "max-rtt", p->most_us);
}

/* REPLY, or without one what came of it: STATUS. */
static void answer(struct tp_control *c, struct waiting *w, const struct tp_ping_reply *reply,
		   const char *status)
{
	const uint64_t us = now_us() - w->ping->sent_us;
	struct tp_request *request = w->later.request;
	struct ping *p = w->ping;
	json_t *o = json_object();

	tp_json_number(o, "seq", p->sent - 1);
	tp_json_text(o, "host", p->host);
	if (reply != NULL) {
		p->received++;
		p->sum_us += us;
		p->least_us = p->received == 1 || us < p->least_us ? us : p->least_us;
		p->most_us = us > p->most_us ? us : p->most_us;
		tp_json_number(o, "size", reply->size);
		if (reply->ttl >= 0)
			tp_json_number(o, "ttl", (uint64_t)reply->ttl);
		add_time(o, "time", us);
	} else {
		tp_json_text(o, "status", status);
	}
	add_sums(o, p);
	request->more = p->count == 0 || p->sent < p->count;
	tp_api_answer(request, TP_API_OK, json_pack("[o]", o));
	p->waiting = NULL;
	p->used_ms = c->now_ms;
	if (!request->more)
		p->number = 0;
	tp_later_answer(c, &w->later);
}

static void send_one(struct tp_control *c, struct waiting *w)
{
	struct ping *p = w->ping;
	const bool ipv6 = p->echo.address.family == TP_FAMILY_IPV6;
	int error;

	p->echo.sequence = (uint16_t)p->sent++;
	p->next_ms = c->now_ms + p->interval_ms;
	p->sent_us = now_us();
	error = tp_ping_send(c->pings->fd[ipv6], &p->echo);
	w->sent = true;
	w->later.due_ms = c->now_ms + TIMEOUT_MS;
	if (error != 0)
		answer(c, w, NULL, error == -EMSGSIZE ? "packet too large" : "no route to host");
}

static void on_due(struct tp_control *c, struct tp_later *later)
{
	struct waiting *w = (struct waiting *)later;

	if (w->sent)
		answer(c, w, NULL, "timeout");
	else
		send_one(c, w);
}

static bool is_of(const struct ping *p, const struct tp_ping_reply *reply)
{
	return p->waiting != NULL && p->waiting->sent && p->echo.ident == reply->ident &&
	       p->echo.sequence == reply->sequence && p->echo.cookie == reply->cookie &&
	       tp_ip_same(&p->echo.address, &reply->address);
}

void tp_pings_read(struct tp_control *c, enum tp_family family)
{
	const int fd = c->pings->fd[family == TP_FAMILY_IPV6];
	struct tp_ping_reply reply;
	bool is_reply;

	for (unsigned n = 0; n < 4 * PINGS && tp_ping_receive(fd, family, &reply, &is_reply); n++)
		for (unsigned i = 0; is_reply && i < PINGS; i++)
			if (is_of(&c->pings->ping[i], &reply))
				answer(c, c->pings->ping[i].waiting, &reply, NULL);
}

enum tp_api_command tp_verb_ping(void *user, struct tp_request *request)
{
	struct tp_control *c = user;
	struct waiting *w = calloc(1, sizeof(*w));
	struct ping *p = NULL;

	if (w == NULL)
		tp_api_error(request, TP_API_INTERNAL, "out of memory");
	else if (request->cursor[0] == 0)
		p = begin(c, request);
	else if ((p = find(c, request->cursor[0])) == NULL)
		tp_api_error(request, TP_API_UNAVAILABLE, "the ping is over");
	if (p != NULL) {
		w->ping = p;
		w->later =
			(struct tp_later){.request = request, .due_ms = p->next_ms, .due = on_due};
		if (tp_later_add(c, &w->later)) {
			p->waiting = w;
			return TP_API_LATER;
		}
		p->number = 0;
	}
	free(w);
	return TP_API_ANSWERED;
}

/* clang-format off */
const struct tp_status tp_ping_status[] = {
	{"seq", "Which it was, from 0 on"},
	{"host", "Who was asked"},
	{"size", "Of the answer's packet"},
	{"ttl", "As the answer had it"},
	{"time", "How long the answer took"},
	{"status", "Without an answer, why: `timeout`, `no route to host`, `packet too large`"},
	{"sent", "So many were asked for so far"},
	{"received", "So many were answered"},
	{"packet-loss", "Percent that were not"},
	{"min-rtt", "The shortest time of an answer"},
	{"avg-rtt", "The average"},
	{"max-rtt", "The longest"},
	TP_STATUS_END,
};
/* clang-format on */
