/* SPDX-License-Identifier: BSD-3-Clause */
/* Writes docs/configuration.md on stdout: `ninja docs` keeps it in step with the schema. */
#include <stdio.h>

#include "config/schema/schema.h"

int main(void)
{
	return tp_schema_to_markdown(stdout) == 0 ? 0 : 1;
}
