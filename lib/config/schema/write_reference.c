/* SPDX-License-Identifier: BSD-3-Clause */
/* Writes docs/configuration.md on stdout: `ninja docs` keeps it in step with the schema. With
 * --mdoc it is the manual page turnpike.yaml(5). */
#include <stdio.h>
#include <string.h>

#include "config/schema/schema.h"

int main(int argc, char **argv)
{
	int (*write)(FILE * out) = argc > 1 && strcmp(argv[1], "--mdoc") == 0
					   ? tp_schema_to_mdoc
					   : tp_schema_to_markdown;

	return write(stdout) == 0 ? 0 : 1;
}
