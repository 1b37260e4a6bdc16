/* SPDX-License-Identifier: BSD-3-Clause */
/* The tree of menus, as the server's schema says it is. */
#pragma once

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "parse.h"

#define CTL_PATH_MAX 128

enum ctl_verb {
	CTL_NO_VERB, /* only a menu was named */
	CTL_PRINT,
	CTL_ADD,
	CTL_SET,
	CTL_REMOVE,
	CTL_ENABLE,
	CTL_DISABLE,
	CTL_UNSET,
	CTL_COMMENT,
	CTL_FIND,
	CTL_GET,
	CTL_EDIT,
	CTL_MONITOR,
	CTL_SCAN,
	CTL_WHY,
	CTL_QUICK,
	CTL_DOWNLOAD,
	CTL_EXPORT,
	CTL_IMPORT,
	CTL_EVENTS,
	CTL_HELP,
	CTL_QUIT,
	CTL_VERBS /* and behind it those of the daemon's own, as its schema names them */
};
#define CTL_VERBS_MAX 64

struct ctl_menu {
	const char *path;
	const char *yaml; /* the same in the file, "ppp.secret"; NULL: it is not there */
	const char *help;
	const char *fixed;  /* why nothing is added, changed or removed there; NULL: it may be */
	bool list;	    /* else one item that is always there */
	bool runtime;	    /* may change while the daemon runs */
	uint64_t verbs;	    /* 1 << enum ctl_verb */
	json_t *properties; /* that can be set; the schema's, borrowed; NULL: there is none */
	json_t *status;	    /* that are told only; the same */
	json_t *built_in;   /* names of items that are always there; the same */
	json_t *commands;   /* help and arguments of verbs of the daemon's own; the same */
};

struct ctl_tree {
	json_t *schema;
	struct ctl_menu *menus;
	size_t count;
	const char *own[CTL_VERBS_MAX - CTL_VERBS]; /* names of the daemon's own verbs */
	unsigned own_count;
};

/* Takes SCHEMA, what GET /rest/system/schema answers. 0, or -EINVAL when it is no schema. */
int ctl_tree_load(struct ctl_tree *tree, json_t *schema);
void ctl_tree_free(struct ctl_tree *tree);

/* The menu that lists or shows something at exactly PATH, or NULL. */
const struct ctl_menu *ctl_menu_find(const struct ctl_tree *tree, const char *path);
/* The schema of a property by its name or the start of it, if that is clear; or NULL. */
json_t *ctl_menu_property(const struct ctl_menu *menu, const char *name);

/* If NAME is the start of several properties: their names, with commas between, in TEXT; or "". */
const char *ctl_menu_ambiguous(const struct ctl_menu *menu, const char *name, char *text,
			       size_t size);

/* The verbs that may be used at PATH, a set of 1 << enum ctl_verb. */
uint64_t ctl_verbs_at(const struct ctl_tree *tree, const char *path);
const char *ctl_verb_name(const struct ctl_tree *tree, enum ctl_verb verb);
/* One line of what it does, and its arguments' names (NULL: that is not known); of a verb of the
 * daemon's own as its schema says. "": nothing is said. */
const char *ctl_verb_help(const struct ctl_menu *menu, const char *name);
json_t *ctl_verb_arguments(const struct ctl_menu *menu, const char *name);
/* The one whose value may stand alone, `/ping 192.0.2.1`; NULL: there is none. */
const char *ctl_verb_unnamed(const struct ctl_menu *menu, const char *name);

/* The name of the INDEXth different submenu of PATH into NAME. False: there are not so many. */
bool ctl_submenu(const struct ctl_tree *tree, const char *path, unsigned index, char *name,
		 size_t size);

/* Walks from PATH (changed in place) along the leading words of WORDS, through menus to a verb.
 * NEXT is the first word that is neither. Returns 0, or -EINVAL and MISTAKE. */
int ctl_resolve(const struct ctl_tree *tree, char path[CTL_PATH_MAX], const struct ctl_words *words,
		enum ctl_verb *verb, size_t *next, struct ctl_mistake *mistake);
