/* SPDX-License-Identifier: BSD-3-Clause */
/* Which daemon is meant. */
#pragma once

/* The socket that was named, GIVEN (may be NULL); else $TURNPIKE_SOCKET's; else the usual one. */
const char *ctl_socket(const char *given);
