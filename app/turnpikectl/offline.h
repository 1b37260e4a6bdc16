/* SPDX-License-Identifier: BSD-3-Clause */
/* Completion for a shell of the machine's, which works without a daemon as well. */
#pragma once

#include <stdio.h>

/* Prints what may stand at the end of LINE, a command line from turnpikectl's name up to the
 * cursor: first how many of its last bytes each of the following lines could stand in place of. The
 * menus are the daemon's if it is there, else those that this program was built with; names of
 * items are the daemon's. Returns what main() is to. */
int ctl_complete_line(const char *line, FILE *out);
