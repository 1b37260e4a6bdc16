/* SPDX-License-Identifier: BSD-3-Clause */
/* How text for people looks: how wide it may be, and whether it has colours. */
#pragma once

#include <stdbool.h>
#include <stdio.h>

struct ctl_look {
	unsigned width; /* of the terminal; 0: no limit */
	bool colour;
};

/* As a RouterOS console has them. */
enum ctl_colour {
	CTL_LOOK_MENU,
	CTL_LOOK_COMMAND,
	CTL_LOOK_PROPERTY,
	CTL_LOOK_VALUE,
	CTL_LOOK_COMMENT,
	CTL_LOOK_HEADER,
	CTL_LOOK_WRONG
};

/* Has OUT colours? Only a terminal has, whose TERM is not dumb, and nobody who sets NO_COLOR
 * wants them. */
bool ctl_has_colour(FILE *out);
/* The width of the terminal that OUT leads to; 0: it leads to none. */
unsigned ctl_width(FILE *out);

/* What begins COLOUR, and what ends it; "" where there are none. */
const char *ctl_colour(bool on, enum ctl_colour colour);
const char *ctl_plain(bool on);
