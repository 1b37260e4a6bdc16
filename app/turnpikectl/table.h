/* SPDX-License-Identifier: BSD-3-Clause */
/* Items for people, as RouterOS shows them. */
#pragma once

#include <jansson.h>
#include <stdio.h>

#include "look.h"

#define CTL_COLUMNS_MAX 64

struct ctl_column {
	const char *name; /* an item's, which must stay */
	size_t width;
};

/* A table that rows can be added to. */
struct ctl_table {
	struct ctl_look look;
	struct ctl_column columns[CTL_COLUMNS_MAX];
	struct ctl_column left_out[CTL_COLUMNS_MAX]; /* as they do not fit */
	unsigned count, left_out_count;
	unsigned flags, flag_count; /* that the items know, a bit each */
	int indent;
	size_t number_width;
};

/* Columns for whatever any of ITEMS has, as many as fit, and what stands above them. */
void ctl_table_begin(struct ctl_table *table, FILE *out, const struct ctl_look *look,
		     const json_t *items);
/* Has ITEM something that the table has no column for? */
bool ctl_table_lacks(const struct ctl_table *table, const json_t *item);
/* NUMBER: what stands for it in commands. */
void ctl_table_row(const struct ctl_table *table, FILE *out, const char *number,
		   const json_t *item);
/* Says what was left out. */
void ctl_table_end(const struct ctl_table *table, FILE *out);

/* Of all ITEMS: flags, numbers, a column for each property that any item has. */
void ctl_table(FILE *out, const struct ctl_look *look, const json_t *items);

/* The same in other forms; the first of ITEMS has the number FIRST. All properties as name=value,
 * broken at the width; the same on one line; a line for each property; as scripts have them. */
void ctl_table_detail(FILE *out, const struct ctl_look *look, const json_t *items, size_t first);
void ctl_table_terse(FILE *out, const json_t *items, size_t first);
void ctl_table_value_list(FILE *out, const struct ctl_look *look, const json_t *items);
void ctl_table_as_value(FILE *out, const json_t *items);

/* One item, a property a line. */
void ctl_table_single(FILE *out, const struct ctl_look *look, const json_t *item);
