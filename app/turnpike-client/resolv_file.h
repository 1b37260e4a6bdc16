/* SPDX-License-Identifier: BSD-3-Clause */
/* Files with name servers, DIRECTORY/NAME.resolv.conf; in a network namespace of its own
 * DIRECTORY/NAMESPACE/NAME.resolv.conf, so that clients of one name leave each other's alone.
 *
 * Root writes them on behalf of a process that may be another user's: nobody but ourselves may
 * have a hand in the directories, no symbolic link is followed, and a file is whole or not there.
 */
#pragma once

#include <stdbool.h>

#include "base/error.h"

#define RESOLV_PATH_MAX 512

struct resolv_place {
	const char *directory;
	char namespace[256]; /* "": the machine's own */
};

/* Which namespace this process is in: by its name in /run/netns, else by its number. */
void resolv_place_init(struct resolv_place *place, const char *directory);

/* May NAME, which another process has sent, be part of a path and a word for other programs? */
bool resolv_name_is_good(const char *name);

/* PATH: of the file of the interface NAME. Returns it. */
const char *resolv_file_path(const struct resolv_place *place, const char *name,
			     char path[RESOLV_PATH_MAX]);

/* Puts TEXT into it. 0, or a negative errno with ERROR filled in. */
int resolv_file_write(const struct resolv_place *place, const char *name, const char *text,
		      struct tp_error *error);

/* Nothing happens where there is none. */
void resolv_file_remove(const struct resolv_place *place, const char *name);
