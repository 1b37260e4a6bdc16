/* SPDX-License-Identifier: BSD-3-Clause */
/* Files that are read whole and replaced at once. Blocking file I/O. Private to lib/config. */
#pragma once

#include "base/error.h"
#include "config/file/file.h"

/* The whole file at PATH, at most one byte more than TP_CONFIG_FILE_MAX; NULL with errno set.
 * STATE (or NULL) becomes what the file was. */
char *tp_file_read(const char *path, size_t *len, struct tp_file_state *state);

/* Is there another text in the file at PATH than when it was as STATE says? False when there is no
 * file, or nothing is known of it. */
bool tp_file_is_edited(const char *path, struct tp_file_state *state);

/* Replaces the file at PATH, which is no symbolic link, by one with this text; whatever happens
 * on the way, either the one or the other is there. Owner, group and mode stay as they were, but
 * others than owner and group get no access, and nobody but the owner may write.
 * KEEP: the name under which the old file remains; NULL: it goes.
 * STATE becomes what the new file is. Returns 0 or a negative errno. */
int tp_file_replace(const char *path, const char *text, size_t len, const char *keep,
		    struct tp_file_state *state);

/* The name under which the new file of PATH is written until it is whole, for the caller to free;
 * NULL when memory is out. */
char *tp_file_unfinished(const char *path);
