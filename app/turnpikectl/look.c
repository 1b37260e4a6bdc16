/* SPDX-License-Identifier: BSD-3-Clause */
#include "look.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

bool ctl_has_colour(FILE *out)
{
	const char *term = getenv("TERM"), *none = getenv("NO_COLOR");

	return isatty(fileno(out)) && term != NULL && *term != '\0' && strcmp(term, "dumb") != 0 &&
	       (none == NULL || *none == '\0');
}

unsigned ctl_width(FILE *out)
{
	struct winsize size;

	if (!isatty(fileno(out)))
		return 0;
	return ioctl(fileno(out), TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

const char *ctl_colour(bool on, enum ctl_colour colour)
{
	static const char *const codes[] = {
		[CTL_LOOK_MENU] = "\033[36m",	  [CTL_LOOK_COMMAND] = "\033[35m",
		[CTL_LOOK_PROPERTY] = "\033[32m", [CTL_LOOK_VALUE] = "\033[33m",
		[CTL_LOOK_COMMENT] = "\033[36m",  [CTL_LOOK_HEADER] = "\033[1m",
		[CTL_LOOK_WRONG] = "\033[31m",
	};

	return on ? codes[colour] : "";
}

const char *ctl_plain(bool on)
{
	return on ? "\033[0m" : "";
}
