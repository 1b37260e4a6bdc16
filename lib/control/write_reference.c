/* SPDX-License-Identifier: BSD-3-Clause */
/* Writes turnpike's tables of docs/api.md on stdout: `ninja docs` puts them in their place. */
#include "control/api.h"

int main(void)
{
	return tp_menus_to_markdown(&tp_control_menus, stdout) == 0 ? 0 : 1;
}
