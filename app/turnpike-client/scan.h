/* SPDX-License-Identifier: BSD-3-Clause */
/* `scan`: which access concentrators there are (`/interface pppoe-client scan`). */
#pragma once

#include "options.h"

/* Asks once a second for options->duration_s, and prints what answers. Returns the exit status:
 * 0, or 1 when the interface cannot be used. */
int scan_run(const struct options *options);
