/* SPDX-License-Identifier: BSD-3-Clause */
/* SIGINT, SIGTERM and SIGHUP, as something to wait for. */
#pragma once

#include <signal.h>

#include "loop.h"

struct signals {
	int fd;
	struct watch watch;
	void (*on_signal)(void *owner, int signal, uint64_t now_ms);
	void *owner;
};

/* Blocks them, so before there are other threads. 0 or a negative errno. */
int signals_open(struct signals *s, struct loop *loop,
		 void (*on_signal)(void *owner, int signal, uint64_t now_ms), void *owner);
void signals_close(struct signals *s);
