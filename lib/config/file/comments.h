/* SPDX-License-Identifier: BSD-3-Clause */
/* The comments of a YAML file, which libyaml passes over: kept while the file is read, so that
 * a file that is written anew has them above what they were about. Private to lib/config. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <yaml.h>

/* A file that Turnpike has saved begins with the first line and has the other at its end; what has
 * the one without the other was cut short. */
#define TP_SAVED_HEAD                                                                              \
	"# Turnpike's configuration as it is in force: what the API and turnpikectl change is "    \
	"saved here."
#define TP_SAVED_HOW                                                                               \
	"# Edit it, then `turnpikectl /system reload`; comments stay above what they are about."
#define TP_SAVED_END "# The end: without this line the file is taken for cut short."

struct tp_comments {
	size_t index;  /* where the last value ended, in characters as libyaml counts them */
	size_t offset; /* the same in bytes */
	char *head;    /* at the top of the file, before a blank line; NULL: none */
	char *above;   /* since the last value, for what follows; lines with their "#" */
	char **last;   /* comments of what came last, which one beside it belongs to; may be NULL */
	bool failed;   /* memory was out, and a comment is lost */
};

/* To be told of each event in turn. */
void tp_comments_pass(struct tp_comments *comments, const char *text, size_t len,
		      const yaml_event_t *event);

/* The current event begins something whose comments are *KEPT: adds what stands above it. */
void tp_comments_take(struct tp_comments *comments, char **kept);

/* Was a file that Turnpike had saved cut short? */
bool tp_saved_is_cut(const char *text, size_t len);

void tp_comments_clear(struct tp_comments *comments);
