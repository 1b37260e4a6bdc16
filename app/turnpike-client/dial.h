/* SPDX-License-Identifier: BSD-3-Clause */
/* One connection: discovery, PPP, the interface, and dialling again after it has ended. */
#pragma once

#include "base/error.h"
#include "settings.h"

/* Dials in and forwards until SIGINT or SIGTERM, which hang up first; with options->once, until
 * the first connection or attempt has ended. Returns the exit status: 0 after a signal, or when
 * there was a connection; 1 otherwise. */
int dial_run(const struct settings *settings);
