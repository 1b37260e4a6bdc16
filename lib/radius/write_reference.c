/* SPDX-License-Identifier: BSD-3-Clause */
/* Writes docs/radius-attributes.md on stdout: `ninja docs` keeps it in step with the dictionary. */
#include <stdio.h>

#include "radius/dictionary.h"

int main(void)
{
	return tp_radius_dictionary_to_markdown(stdout) == 0 ? 0 : 1;
}
