/* SPDX-License-Identifier: BSD-3-Clause */
/* What RouterOS has in the menus that an access concentrator has with it, and what became of it
 * here: docs/routeros.md. Constant; any thread may read it. */
#pragma once

#include <stdio.h>

#include "api/menus.h"

/* A property of RouterOS's, by its name there. */
struct tp_routeros_property {
	const char *name;
	const char *other;   /* what is different here; NULL: nothing is */
	const char *missing; /* why it is not here; NULL: its menu's reason, or it is here */
};

struct tp_routeros_menu {
	const char *path;
	enum tp_program program;		       /* whose it is */
	const char *missing;			       /* why it, or what it lacks, is not here */
	const struct tp_routeros_property *properties; /* ends with one without a name */
};

extern const struct tp_routeros_menu tp_routeros_menus[]; /* ends with one without path */

/* Those of the program of MENUS as tables of docs/routeros.md. Returns 0, or a negative errno. */
int tp_routeros_to_markdown(const struct tp_menus *menus, FILE *out);
