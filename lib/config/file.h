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

#define TP_CONFIG_FILE_MAX (256u << 20) /* bytes */

/* Reads the file at PATH. NULL when anything is wrong; ERRORS then has at least one entry, and is
 * the caller's to clear. */
struct tp_config *tp_config_load(const char *path, struct tp_errors *errors);

/* The same from memory; NAME stands in errors for the file's. */
struct tp_config *tp_config_load_text(const char *name, const char *text, size_t len,
				      struct tp_errors *errors);

/* Writes what was given (not the defaults) as YAML that tp_config_load() reads back to the same.
 * Passwords are in it. Returns 0 or a negative errno. */
int tp_config_write(const struct tp_config *config, FILE *out);

/* Replaces the file at PATH at once: a new file of mode 0600 (or the old one's mode), fsync,
 * rename. Returns 0, or a negative errno with ERROR filled. */
int tp_config_save(const struct tp_config *config, const char *path, struct tp_error *error);
