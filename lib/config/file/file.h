/* SPDX-License-Identifier: BSD-3-Clause */
/* The configuration as a YAML file. A file is taken whole, or refused whole with all that is
 * wrong in it. Blocking file I/O: at start and at a reload. */
#pragma once

#include "config/store.h"

#define TP_ERRORS_MAX 100

/* Errors found in one file: at most TP_ERRORS_MAX are kept, all are counted. */
struct tp_errors {
	unsigned count; /* kept */
	unsigned total; /* found */
	struct tp_error
		*error; /* each: place "FILE:LINE:COLUMN", message "PROPERTY: what, expected" */
};
void tp_errors_clear(struct tp_errors *errors);

/* Each property, or item, in DIFF that needs a restart, by its place in the file at PATH that is
 * the newer one. ERRORS is the caller's to clear. */
void tp_config_restarts(const struct tp_config_diff *diff, const char *path,
			struct tp_errors *errors);

/* Puts the item, or its property (-1: none), in front of ERROR's sentence, and makes its place the
 * one where the file at PATH has it. Returns ERROR's code. */
int tp_config_blame(const struct tp_config_item *item, int property, const char *path,
		    struct tp_error *error);

#define TP_CONFIG_FILE_MAX (256u << 20) /* bytes */

/* Reads the file at PATH. NULL when anything is wrong; ERRORS then has at least one entry, and is
 * the caller's to clear. */
struct tp_config *tp_config_load(enum tp_program program, const char *path,
				 struct tp_errors *errors);

/* What is legal in the file that CONFIG was read from, and hardly meant: no errors, but to be told.
 * CONFIG's, for as long as it lives. */
const struct tp_errors *tp_config_warnings(const struct tp_config *config);

/* Logs them. */
void tp_config_log_warnings(const struct tp_config *config);

/* The same from memory; NAME stands in errors for the file's. */
struct tp_config *tp_config_load_text(enum tp_program program, const char *name, const char *text,
				      size_t len, struct tp_errors *errors);

/* A file as it was at one moment, to tell whether anybody has written it since. */
struct tp_file_state {
	bool known; /* else it is not asked for */
	uint64_t device, inode, size;
	int64_t modified_ns;
	uint64_t digest; /* of its text */
	bool unsaved;	 /* what should be in it is in PATH.unsaved */
};

/* The file that the configuration was read from, as it was then; unknown if it is from memory. */
struct tp_file_state tp_config_file(const struct tp_config *config);

/* Writes what was given (not the defaults) as YAML that tp_config_load() reads back to the same,
 * the comments of the file it came from above what they were about. Passwords are in it. Returns 0
 * or a negative errno. Any thread that has the snapshot. */
int tp_config_write(const struct tp_config_snapshot *snapshot, FILE *out);

/* Replaces the file at PATH (the one that a symbolic link leads to) at once: a new file beside it
 * ("PATH.unfinished"), fsync, rename, fsync of the directory. It keeps owner and mode, but others
 * than owner and group lose all access: passwords are in it.
 *
 * STATE is what the file was when it was last read or written, and becomes what it is now. If
 * somebody has written it since, it stays as it is, and the configuration goes to "PATH.unsaved",
 * -ESTALE; or, with OVERWRITE, it is replaced, and remains as "PATH.edited". A file that is not
 * there is made.
 *
 * Returns 0, or a negative errno with ERROR filled. Any thread that has the snapshot. */
int tp_config_save(const struct tp_config_snapshot *snapshot, const char *path, bool overwrite,
		   struct tp_file_state *state, struct tp_error *error);

/* Removes what a save that was cut short has left beside PATH. True: there was something. */
bool tp_config_tidy(const char *path);
