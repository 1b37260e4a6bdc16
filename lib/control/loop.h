/* SPDX-License-Identifier: BSD-3-Clause */
/* What the control loop waits for. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct tp_control;

/* What epoll says with a descriptor. */
enum {
	TP_LOOP_SIGNAL,
	TP_LOOP_REQUEST,
	TP_LOOP_KERNEL,
	TP_LOOP_TUN,
	TP_LOOP_INCOMING, /* what RADIUS servers ask, IPv4 */
	TP_LOOP_INCOMING6,
	TP_LOOP_PING, /* answers to pings */
	TP_LOOP_PING6,
	TP_LOOP_TAP,		  /* + the port */
	TP_LOOP_POINTERS = 65536, /* and above: a socket of RADIUS */
};

/* FD, unless it is -1, is WHAT from now on, until it is closed. 0 or a negative errno. */
int tp_loop_watch(struct tp_control *c, int fd, uint64_t what);

/* A descriptor that is watched: whether it can be written to, if OUT, is told as well from now on.
 */
int tp_loop_watch_out(struct tp_control *c, int fd, uint64_t what, bool out);

/* Makes the descriptors and watches all that control has. 0 or a negative errno; then
 * tp_control_destroy() closes what was made. */
int tp_loop_open(struct tp_control *c);
