/* SPDX-License-Identifier: BSD-3-Clause */
/* The file of a Unix socket outlives the process that was killed, and stands in its successor's
 * way. Any thread; system calls that do not wait. */
#pragma once

#include <stdbool.h>

#include "base/error.h"

/* The longest path of a Unix socket (unix(7)). */
#define TP_UNIX_SOCKET_PATH_MAX 107

/* Has a process the socket at PATH open? It does not notice that this was asked. True also when
 * that can't be told. */
bool tp_unix_socket_is_held(const char *path);

/* Removes the socket at PATH if nobody holds it; fine when nothing is there. -EADDRINUSE: somebody
 * does; -EEXIST: it is no socket; -ENAMETOOLONG. ERROR's place is PATH. */
int tp_unix_socket_clear(const char *path, struct tp_error *error);
