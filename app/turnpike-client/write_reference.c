/* SPDX-License-Identifier: BSD-3-Clause */
/* Writes turnpike-client's tables of docs/api.md on stdout, with the argument `routeros` those of
 * docs/routeros.md: `ninja docs` puts them in their place. */
#include "api/routeros_menus.h"
#include "service.h"

int main(int argc, char **argv)
{
	return (argc > 1 ? tp_routeros_to_markdown(&service_menus, stdout)
			 : tp_menus_to_markdown(&service_menus, stdout)) == 0
		       ? 0
		       : 1;
}
