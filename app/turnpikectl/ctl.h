/* SPDX-License-Identifier: BSD-3-Clause */
/* What the commands share. */
#pragma once

#include <stdio.h>

#include "api.h"
#include "look.h"
#include "menu.h"

enum ctl_result {
	CTL_OK = 0,
	CTL_ERROR = 1, /* the daemon refused, or cannot be reached */
	CTL_USAGE = 2, /* no such command */
	CTL_LEAVE = 3, /* quit */
};

/* What print's words ask for. */
enum ctl_form { CTL_TABLE, CTL_DETAIL, CTL_TERSE, CTL_VALUE_LIST, CTL_AS_VALUE };
struct ctl_printing {
	enum ctl_form form;
	bool count_only, follow, follow_only;
	unsigned interval_ms; /* 0: once */
	const char *proplist; /* NULL: all */
	json_t *query;	      /* query words; NULL: all */
};

struct ctl {
	struct ctl_api api;
	struct ctl_tree tree;
	char menu[CTL_PATH_MAX]; /* where the shell is: "/", "/ip/pool" */
	FILE *out, *err;
	bool json;	      /* print what the daemon answered */
	struct ctl_look look; /* of what OUT leads to */
	bool err_colour;      /* ERR leads to a terminal that has colours */
	int line;	      /* of what is read from a file; 0: a person types */

	/* The items of the last print, which numbers stand for. */
	char numbered[CTL_PATH_MAX]; /* their menu */
	json_t *ids;		     /* array of strings; NULL: none yet */
};

/* Connects and reads the schema. 0, or -1 with what is wrong on ctl->err. */
int ctl_open(struct ctl *ctl, const char *socket, FILE *out, FILE *err);
void ctl_close(struct ctl *ctl);

/* Runs the commands of one line, which may start with a prompt. Says on ctl->err what is wrong;
 * the first mistake ends the line. */
enum ctl_result ctl_run(struct ctl *ctl, const char *line);

/* One command, from the menu FROM on. */
enum ctl_result ctl_run_words(struct ctl *ctl, const char *from, const struct ctl_words *words);

/* Prints a sentence, with its place when COLUMN is not 0, and returns RESULT. */
enum ctl_result ctl_fail(struct ctl *ctl, enum ctl_result result, int column, const char *format,
			 ...) __attribute__((format(printf, 4, 5)));

/* The same of a list that the daemon did not give: a condition that it does not understand is a
 * mistake of who typed it. */
enum ctl_result ctl_fail_list(struct ctl *ctl);

/* print.c: `print` with its words from FIRST on. */
enum ctl_result ctl_print(struct ctl *ctl, const char *path, const struct ctl_words *words,
			  size_t first);

/* follow.c: what changes at PATH, from then on, until it is interrupted. */
enum ctl_result ctl_follow(struct ctl *ctl, const struct ctl_menu *menu,
			   const struct ctl_printing *printing);

/* lookup.c: `find` and `get`. */
enum ctl_result ctl_find(struct ctl *ctl, const char *path, const struct ctl_words *words,
			 size_t first);
enum ctl_result ctl_get(struct ctl *ctl, const char *path, const struct ctl_words *words,
			size_t first);

/* edit.c: `edit`, which needs an editor. */
enum ctl_result ctl_edit(struct ctl *ctl, const char *path, const struct ctl_words *words,
			 size_t first);

/* put.c: words that begin with a colon, which is RouterOS's scripts'. */
enum ctl_result ctl_put(struct ctl *ctl, const struct ctl_words *words);

/* own.c: a verb of the daemon's own. */
/* Word I as one of its ARGUMENTS (NULL: that is not known, and the daemon will say), into BODY. */
enum ctl_result ctl_own_argument(struct ctl *ctl, const json_t *arguments,
				 const struct ctl_words *words, size_t i, json_t *body);
enum ctl_result ctl_own(struct ctl *ctl, const char *path, enum ctl_verb verb,
			const struct ctl_words *words, size_t first);

/* preview.c: prints what a dry run answered. */
void ctl_preview(struct ctl *ctl, const json_t *answer);

/* import.c: the commands of files, as RouterOS exports them. */
enum ctl_result ctl_import(struct ctl *ctl, const struct ctl_words *words, size_t first);

/* change.c: add, set, remove, enable, disable, unset, comment. */
enum ctl_result ctl_change(struct ctl *ctl, const char *path, enum ctl_verb verb,
			   const struct ctl_words *words, size_t first);

/* monitor.c: `monitor` and `scan` with their words from FIRST on. */
enum ctl_result ctl_monitor(struct ctl *ctl, const char *path, const struct ctl_words *words,
			    size_t first);
enum ctl_result ctl_scan(struct ctl *ctl, const char *path, const struct ctl_words *words,
			 size_t first);

/* why.c: `why` with its one word: what happened to a subscriber. */
enum ctl_result ctl_why(struct ctl *ctl, const char *path, const struct ctl_words *words,
			size_t first);

/* stream.c: `quick` and `download`: what the daemon answers, as it comes, to a file of ours, or to
 * the standard output. */
enum ctl_result ctl_stream(struct ctl *ctl, const char *path, enum ctl_verb verb,
			   const struct ctl_words *words, size_t first);

/* export.c: what is at and below PATH, as commands, or as YAML (format=yaml). */
enum ctl_result ctl_export(struct ctl *ctl, const char *path, const struct ctl_words *words,
			   size_t next);

/* events.c: events as they happen, until the user or the daemon ends it. */
enum ctl_result ctl_events(struct ctl *ctl);

/* help.c: what there is at PATH; what may stand behind TEXT, a line up to where help is wanted. */
enum ctl_result ctl_help(struct ctl *ctl, const char *path);
void ctl_help_at(struct ctl *ctl, const char *text);
