/* SPDX-License-Identifier: BSD-3-Clause */
/* Items for people, as RouterOS shows them. WIDTH is the terminal's; 0: no limit. */
#pragma once

#include <jansson.h>
#include <stdio.h>

/* Flags, numbers, a column for each property that any item has; as many as fit. */
void ctl_table(FILE *out, unsigned width, const json_t *items);

/* All properties of each item, as name=value, broken at WIDTH. */
void ctl_table_detail(FILE *out, unsigned width, const json_t *items);

/* One item, a property a line. */
void ctl_table_single(FILE *out, const json_t *item);
