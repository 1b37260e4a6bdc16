/* SPDX-License-Identifier: BSD-3-Clause */
#include "socket.h"

#include <stdlib.h>

#define DEFAULT_SOCKET "/run/turnpike/api.sock"

const char *ctl_socket(const char *given)
{
	const char *socket = given != NULL ? given : getenv("TURNPIKE_SOCKET");

	return socket != NULL && *socket != '\0' ? socket : DEFAULT_SOCKET;
}
