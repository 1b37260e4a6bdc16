/* SPDX-License-Identifier: BSD-3-Clause */
/* What a program's menus have beside the configuration: lists of what runs, what is told of
 * configured items while they run, and verbs of the program's own. Records: the API serves them,
 * GET /rest/system/schema tells of them, and docs/api.md lists them, each by these alone.
 *
 * Constant; any thread may read them. Their functions are called where requests are carried out. */
#pragma once

#include <jansson.h>
#include <stdio.h>

#include "api/request.h"
#include "config/store.h"

/* A property that is told and can't be set. Tables of them end with TP_STATUS_END. */
struct tp_status {
	const char *name;
	const char *help; /* one line, without a full stop */
};

/* clang-format off */
#define TP_STATUS_END {NULL, NULL}
#define TP_STATUS_ID {".id", "What names it, besides, for as long as it is there"}
/* clang-format on */

/* The index of the status property of this name, -1: there is none. STATUS may be NULL. */
int tp_status_find(const struct tp_status *status, const char *name, size_t len);

/* A resource that is not configured but is. */
struct tp_live {
	const char *path;
	const char *help;		/* one line, without a full stop */
	const struct tp_status *status; /* all that an item may have beside CONFIGURED's */
	/* The first item at CURSOR or behind, as JSON; CURSOR, two numbers of the list's own that
	 * begin with zeros, is moved behind it. NULL: no more. Each call looks at a bounded
	 * number; JSON null: none among these, go on. */
	json_t *(*next)(void *user, uint64_t *cursor);
	/* As next(), of those alone that are found by TEXT, and looking at a bounded number as
	 * well. NULL: those are that hold it anywhere. */
	json_t *(*search)(void *user, uint64_t *cursor, const char *text);
	/* The one that KEY names, NULL: there is none. NULL: found by its name or .id in the
	 * list. */
	json_t *(*find)(void *user, const char *key);
	/* Removes it: 0 or a negative errno. NULL: can't be removed. */
	int (*remove)(void *user, const char *key);
	bool singleton; /* find() with "" is the resource */
	bool named; /* no two have the same `name`, by which find() finds them: no list is walked */
	/* Why nothing can be added, changed or removed by hand, and what to do instead: a sentence
	 * without a full stop. NULL: nothing is to be said. */
	const char *fixed;
	/* Some of its items are this resource's: they can be added, changed and removed. NULL:
	 * none are. */
	const struct tp_resource *configured;
};

/* What is told of a configured resource's items. */
struct tp_decorator {
	const struct tp_status *status; /* NULL: nothing, or what the resource's tp_live has */
	/* Adds these to OBJECT, as far as there is something to tell of ITEM. NULL: nothing is. */
	void (*tell)(void *user, const struct tp_config_item *item, json_t *object);
	bool lasts; /* it never changes: there is nothing to watch */
};

enum tp_api_command {
	TP_API_UNKNOWN,	 /* it is none of the program's own */
	TP_API_ANSWERED, /* the request has its answer */
	TP_API_LATER,	 /* it will be answered later */
};

/* A command of a program's own: POST PATH/NAME; PATH "" is above all menus. */
struct tp_verb {
	const char *path, *name;
	const char *body; /* as documents say it, in Markdown; "name": is an argument */
	const char *help; /* the same: what it does and answers, without a full stop */
	enum tp_api_command (*run)(void *user, struct tp_request *request);
	const struct tp_status *answers; /* what its answer may have; NULL: as HELP says */
};

struct tp_menus {
	enum tp_program program;
	const struct tp_live *const *live;     /* ends with NULL */
	const struct tp_decorator *decorators; /* by enum tp_resource_id */
	const struct tp_verb *verbs;	       /* ends with one without path */
};

/* What GET /rest/system/schema answers: the configured resources as tp_schema_to_json() has them,
 * each with its "status", [{"name":…,"help":…}], and its "verbs", and such menus as are not
 * configured. "answers" has what some verbs answer with: {"monitor":[{"name":…,"help":…}]};
 * "commands" what those of the program's own do and take: {"reload":{"help":…,"arguments":
 * ["partial"]}}. A new reference, or NULL when memory is out. */
json_t *tp_menus_to_json(const struct tp_menus *menus);

/* The same as a C source with the text of it, an array of char called NAME. Returns 0, or a
 * negative errno. */
int tp_menus_to_source(const struct tp_menus *menus, const char *name, FILE *out);

/* The same as tables of docs/api.md. Returns 0, or -EIO. */
int tp_menus_to_markdown(const struct tp_menus *menus, FILE *out);
