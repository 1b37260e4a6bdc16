/* SPDX-License-Identifier: BSD-3-Clause */
/* Writes turnpike's tables of docs/api.md on stdout; with the argument `routeros` those of
 * docs/routeros.md (`ninja docs` puts them in their place); with `schema NAME` the schema as C. */
#include <string.h>

#include "api/routeros_menus.h"
#include "control/api.h"

int main(int argc, char **argv)
{
	int error = 0;

	if (argc == 3 && strcmp(argv[1], "schema") == 0)
		error = tp_menus_to_source(&tp_control_menus, argv[2], stdout);
	else if (argc == 2 && strcmp(argv[1], "routeros") == 0)
		error = tp_routeros_to_markdown(&tp_control_menus, stdout);
	else
		error = tp_menus_to_markdown(&tp_control_menus, stdout);
	return error == 0 ? 0 : 1;
}
