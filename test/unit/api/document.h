/* SPDX-License-Identifier: BSD-3-Clause */
/* Documents of which a part is written of the program's records. */
#pragma once

#include <stdio.h>

#include "api/menus.h"

/* The text of docs/NAME; the caller's. */
char *read_document(const char *name);

/* docs/NAME (of the tree at SOURCE_ROOT) holds what WRITE writes of MENUS; else the test fails. */
void expect_in_document(const char *name, int (*write)(const struct tp_menus *, FILE *),
			const struct tp_menus *menus);
