/* SPDX-License-Identifier: BSD-3-Clause */
/* The listening Unix socket: made, told apart from a dead daemon's, removed. */
#pragma once

#include <sys/types.h>

#include "base/error.h"

struct mgmt_socket {
	int fd;	    /* -1: none */
	char *path; /* NULL: none */
	dev_t dev;  /* what was bound, so that another's is not removed */
	ino_t ino;
};

/* As tp_mgmt_create() says. Non-blocking, close-on-exec. */
int mgmt_socket_open(const char *path, struct mgmt_socket *socket, struct tp_error *error);

/* Closes it, and removes its file if that is still ours. */
void mgmt_socket_close(struct mgmt_socket *socket);
