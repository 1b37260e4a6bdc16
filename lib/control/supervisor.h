/* SPDX-License-Identifier: BSD-3-Clause */
/* What systemd, or whoever else supervises the daemon, is told by base/notify.h: a line on how it
 * does, that it reads its file anew, that it ends; and, if it has a watchdog, that it lives, which
 * is said by the turns of control's loop, and only while every worker goes round as well. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct tp_control;

struct tp_supervisor {
	uint64_t look_ms; /* the status was looked at last */
	uint64_t fed_ms;  /* the watchdog was */
	unsigned told_up; /* sessions that it was told of */
	bool told;	  /* anything */
	bool stuck;	  /* a worker is, and the log says so */
	bool reloading;
	bool owes_ready; /* "READY=1" could not be sent */
};

/* Of a turn of the loop. */
void tp_supervisor_turn(struct tp_control *c);

/* The file is read anew; it has been. */
void tp_supervisor_reload_begins(struct tp_control *c);
void tp_supervisor_reload_ends(struct tp_control *c);

void tp_supervisor_stopping(struct tp_control *c);
