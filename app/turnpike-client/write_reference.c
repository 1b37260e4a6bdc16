/* SPDX-License-Identifier: BSD-3-Clause */
/* Writes turnpike-client's tables of docs/api.md on stdout: `ninja docs` puts them in their
 * place. */
#include "service.h"

int main(void)
{
	return tp_menus_to_markdown(&service_menus, stdout) == 0 ? 0 : 1;
}
