/* SPDX-License-Identifier: BSD-3-Clause */
/* A database that was cut at any byte, or of which one bit is another: its file, or the log beside
 * it (SQLite's WAL).
 *
 * Some of the bytes and bits by default; each of them with TURNPIKE_LONG=1, which takes some
 * minutes, too long for meson's patience: the program is run by itself then, several of them side
 * by side, each with a pattern of its tests' names ("*bit_of_the_log*"). */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DAMAGED_MAX (1 << 20)

struct damaged {
	char path[160]; /* of the database */
	uint8_t file[DAMAGED_MAX], log[DAMAGED_MAX];
	size_t len, log_len;
	struct {
		unsigned starts, all, told, fewer;
	} seen;
};

/* Keeps database NAME of FOLDER as it is now, and the log beside it, if it has one. */
void damaged_keep(struct damaged *d, const char *folder, const char *name);

/* The first bytes of each, and no more. */
void damaged_put(const struct damaged *d, size_t file_len, size_t log_len);

/* Puts it with a tree that has a page twice: the first table's root says that its first leaf is the
 * one that is its last, too (SQLite's file format, section 1.6). */
void damaged_lead_twice(struct damaged *d);

/* Starts with what is left behind: opens, looks and closes. AT: where it was cut, or the flipped
 * byte. */
typedef void (*damaged_start)(size_t at);

/* Of the file, or its LOG; by default each QUICKth byte, or bit. */
void damaged_cut(struct damaged *d, bool log, size_t quick, damaged_start start);
void damaged_flip(struct damaged *d, bool log, size_t quick, damaged_start start);

/* A start that has told what it missed (TOLD), or has found ALL, or what was written before. */
void damaged_count(struct damaged *d, bool told, bool all);
/* What those that were counted came to, for the person who runs it; and from nothing again. */
void damaged_tell(struct damaged *d, const char *what);
