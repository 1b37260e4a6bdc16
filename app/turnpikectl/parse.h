/* SPDX-License-Identifier: BSD-3-Clause */
/* RouterOS's command language, as far as words go: `/ip pool add name="a b" ranges=10.0.0.2`,
 * quotes and escapes, brackets, conditions, `;` and `#`. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

enum ctl_word_kind {
	CTL_BARE,     /* print, /ip, 0,1,2, "a b" */
	CTL_PAIR,     /* name=value; where conditions stand, where.h reads the text anew */
	CTL_BRACKETS, /* [find name=x] */
};

struct ctl_words {
	struct ctl_word *words;
	size_t count;
	const char *text; /* what they were read from, borrowed */
	size_t end;	  /* of them in it */
};

struct ctl_word {
	enum ctl_word_kind kind;
	char *name; /* of a pair */
	char op[3]; /* of a pair: "=", "!=", "~", "<", ">" … */
	char *text; /* of a bare word or a pair's value, without quotes and escapes */
	bool quoted;
	struct ctl_words inside; /* of brackets */
	int column;		 /* from 1 */
};

struct ctl_mistake {
	int column; /* from 1 */
	char message[256];
};

/* Reads one command of TEXT from *AT on, and moves *AT behind it and its `;`. An empty command or
 * a comment has no words. Returns 0, or -EINVAL and MISTAKE. */
int ctl_parse(const char *text, size_t *at, struct ctl_words *words, struct ctl_mistake *mistake);
void ctl_words_free(struct ctl_words *words);

/* Reads a value that begins at TEXT[*AT]: quoted and bare pieces up to where ENDS says that a bare
 * one does. *VALUE is the caller's. Returns 0, or -EINVAL and MISTAKE. */
int ctl_parse_value(const char *text, size_t *at, bool (*ends)(const char *at), char **value,
		    bool *quoted, struct ctl_mistake *mistake);

/* The length of a prompt at the start of LINE, "[admin@MikroTik] /ip pool> " with blanks around
 * it, or 0. The path in it, as it stands there, goes to PATH ("" if there is none). */
size_t ctl_prompt(const char *line, char *path, size_t size);

/* Appends LINE to *TEXT. True: it ended in a backslash, so that the next line belongs to it. */
bool ctl_join(char **text, const char *line);

/* TEXT as a value that ctl_parse() reads back: in quotes if it needs them. The caller frees it. */
char *ctl_quote(const char *text);
