/* SPDX-License-Identifier: BSD-3-Clause */
/* The links of ports, as they come and go. A driver is asked ten times a second, and at once when
 * the kernel has news of its interfaces, for that of a device which is one of these (AF_PACKET's).
 * Each change is told in the log and as an event, and the TAP of a core port has a carrier only
 * while the port has: so routing daemons leave a dead link. An AF_PACKET interface that was deleted
 * is taken again when there is one of its name. Sessions of a port that is down are keepalive's to
 * judge. Control thread. */
#pragma once

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

struct tp_control;
struct tp_samples;

struct tp_link {
	bool up;
	bool gone;	       /* with its device */
	bool comes_again;      /* its device does, if it goes */
	bool refused;	       /* one that would be it; that was told */
	uint64_t again_ms;     /* when it is tried again to take one */
	uint32_t downs;	       /* times that it was lost */
	uint32_t returns;      /* times that its device came again */
	uint64_t last_up_ms;   /* the time of day, tp_clock_wall_ms(); 0: it was not up yet */
	uint64_t last_down_ms; /* 0: it was not lost yet */
};

/* What is so at the start, before there are TAPs. */
void tp_links_begin(struct tp_control *c);

/* Looks, when it is time to. */
void tp_links_poll(struct tp_control *c);

/* That of port number PORT, which there is. */
const struct tp_link *tp_links_get(const struct tp_control *c, unsigned port);

/* What the API tells of it: running, last-link-up-time, last-link-down-time, link-downs. Whoever
 * has these in a table of live properties takes their rows from TP_STATUS_LINK. */
void tp_links_describe(const struct tp_control *c, unsigned port, json_t *o);

/* clang-format off */
#define TP_STATUS_LINK \
	{"running", "Its link is up"}, \
	{"last-link-up-time", "When the link came up, in local time; since the start"}, \
	{"last-link-down-time", "When the link was lost, likewise; not there if it never was"}, \
	{"link-downs", "How often the link was lost since the start"}
/* clang-format on */

void tp_links_samples(const struct tp_control *c, struct tp_samples *to);
