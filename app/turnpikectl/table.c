/* SPDX-License-Identifier: BSD-3-Clause */
#include "table.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "parse.h"
#include "value.h"

#define COLUMNS_MAX 64

static const struct {
	char letter;
	const char *name;
} flags[] = {
	{'X', "disabled"}, {'I', "invalid"}, {'D', "dynamic"}, {'R', "running"}, {'A', "active"},
};
#define FLAGS (sizeof(flags) / sizeof(flags[0]))

struct column {
	const char *name;
	size_t width;
};

static bool is_flag(const char *name, const json_t *value)
{
	for (size_t i = 0; i < FLAGS; i++)
		if (json_is_boolean(value) && strcmp(name, flags[i].name) == 0)
			return true;
	return false;
}

static bool is_column(const char *name, const json_t *value)
{
	return strcmp(name, ".id") != 0 && strcmp(name, "comment") != 0 && !is_flag(name, value);
}

/* Which flags the items know, a bit each; how many. */
static unsigned known_flags(const json_t *items, unsigned *count)
{
	const json_t *item;
	unsigned known = 0;
	size_t i;

	json_array_foreach (items, i, item)
		for (size_t k = 0; k < FLAGS; k++)
			if (json_is_boolean(json_object_get(item, flags[k].name)))
				known |= 1u << k;
	*count = (unsigned)__builtin_popcount(known);
	return known;
}

static unsigned print_legend(FILE *out, const json_t *items, unsigned *count)
{
	unsigned known = known_flags(items, count);
	const char *before = "Flags: ";

	for (size_t k = 0; k < FLAGS; k++) {
		if ((known >> k & 1) == 0)
			continue;
		fprintf(out, "%s%c - %s", before, flags[k].letter, flags[k].name);
		before = ", ";
	}
	if (known != 0)
		fputc('\n', out);
	return known;
}

static void print_flags(FILE *out, unsigned known, const json_t *item)
{
	for (size_t k = 0; k < FLAGS; k++)
		if (known >> k & 1)
			fputc(json_is_true(json_object_get(item, flags[k].name)) ? flags[k].letter
										 : ' ',
			      out);
}

static size_t digits(size_t number)
{
	return (size_t)snprintf(NULL, 0, "%zu", number);
}

/* The column NAME, made if there is none yet: behind the one at AFTER, so that items with few
 * properties do not upset the order of those with many. COLUMNS_MAX: there is no room. */
static unsigned column_of(struct column *columns, unsigned *count, const char *name, unsigned after)
{
	unsigned i = 0;

	while (i < *count && strcmp(columns[i].name, name) != 0)
		i++;
	if (i < *count || *count == COLUMNS_MAX)
		return i;
	i = *count > 0 ? after : 0;
	memmove(&columns[i + 1], &columns[i], (*count - i) * sizeof(*columns));
	columns[i] = (struct column){.name = name};
	(*count)++;
	return i;
}

static void widen(struct column *column, const json_t *value)
{
	char *text = ctl_value_text(value);
	size_t width = text != NULL ? ctl_text_width(text) : 0;

	free(text);
	if (width > 0 && column->width < strlen(column->name))
		column->width = strlen(column->name);
	if (width > column->width)
		column->width = width;
}

/* Columns in which no item has anything are left out. */
static unsigned drop_empty(struct column *columns, unsigned count)
{
	unsigned kept = 0;

	for (unsigned i = 0; i < count; i++)
		if (columns[i].width > 0)
			columns[kept++] = columns[i];
	return kept;
}

static unsigned find_columns(const json_t *items, struct column *columns)
{
	unsigned count = 0;
	const char *name;
	json_t *item, *value;
	size_t i;

	json_array_foreach (items, i, item) {
		unsigned next = 0;
		json_object_foreach (item, name, value) {
			if (!is_column(name, value))
				continue;
			unsigned at = column_of(columns, &count, name, next);
			if (at == COLUMNS_MAX)
				continue;
			widen(&columns[at], value);
			next = at + 1;
		}
	}
	return drop_empty(columns, count);
}

static unsigned columns_that_fit(const struct column *columns, unsigned count, size_t used,
				 unsigned width)
{
	unsigned fit = 0;

	while (fit < count && (width == 0 || used + columns[fit].width <= width || fit == 0))
		used += columns[fit++].width + 2;
	return fit;
}

static void print_cell(FILE *out, const char *text, size_t width, bool last)
{
	fputs(text, out);
	for (size_t i = ctl_text_width(text); i < width + 2 && !last; i++)
		fputc(' ', out);
}

static void print_comment(FILE *out, const json_t *item, int indent)
{
	char *comment = ctl_value_text(json_object_get(item, "comment"));

	if (comment != NULL && *comment != '\0')
		fprintf(out, "%*s;;; %s\n", indent, "", comment);
	free(comment);
}

static void print_header(FILE *out, const struct column *columns, unsigned count, int indent)
{
	fprintf(out, "%-*s", indent, "#");
	for (unsigned c = 0; c < count; c++) {
		char name[64];
		snprintf(name, sizeof(name), "%s", columns[c].name);
		for (char *at = name; *at != '\0'; at++)
			*at = (char)toupper((unsigned char)*at);
		print_cell(out, name, columns[c].width, c + 1 == count);
	}
	fputc('\n', out);
}

void ctl_table(FILE *out, unsigned width, const json_t *items)
{
	struct column columns[COLUMNS_MAX];
	unsigned flag_count, count = find_columns(items, columns);
	json_t *item;
	size_t i;

	if (json_array_size(items) == 0)
		return;
	unsigned known = print_legend(out, items, &flag_count);
	size_t number = digits(json_array_size(items) - 1);
	int indent = (int)(number + (flag_count > 0 ? 1 + flag_count : 0) + 2);
	count = columns_that_fit(columns, count, (size_t)indent, width);
	print_header(out, columns, count, indent);
	json_array_foreach (items, i, item) {
		print_comment(out, item, indent);
		fprintf(out, "%*zu%s", (int)number, i, flag_count > 0 ? " " : "");
		print_flags(out, known, item);
		fputs("  ", out);
		for (unsigned c = 0; c < count; c++) {
			char *text = ctl_value_text(json_object_get(item, columns[c].name));
			print_cell(out, text != NULL ? text : "", columns[c].width, c + 1 == count);
			free(text);
		}
		fputc('\n', out);
	}
}

/* name=value or name="value", on this line or the next. */
static void print_pair(FILE *out, const char *name, const json_t *value, int indent, unsigned width,
		       size_t *column)
{
	char *text = json_is_string(value) ? ctl_value_exact(value) : ctl_value_text(value);
	char *shown = text != NULL && json_is_string(value) ? ctl_quote(text) : NULL;
	const char *what = shown != NULL ? shown : text != NULL ? text : "";
	size_t needed = strlen(name) + 1 + ctl_text_width(what);

	if (width > 0 && *column > (size_t)indent && *column + 1 + needed > width) {
		fprintf(out, "\n%*s", indent, "");
		*column = (size_t)indent;
	} else if (*column > (size_t)indent) {
		fputc(' ', out);
		*column += 1;
	}
	fprintf(out, "%s=%s", name, what);
	*column += needed;
	free(shown);
	free(text);
}

void ctl_table_detail(FILE *out, unsigned width, const json_t *items)
{
	unsigned flag_count, known;
	const char *name;
	json_t *item, *value;
	size_t i;

	if (json_array_size(items) == 0)
		return;
	known = print_legend(out, items, &flag_count);
	size_t number = digits(json_array_size(items) - 1);
	int indent = (int)(1 + number + 1 + flag_count + (flag_count > 0));
	json_array_foreach (items, i, item) {
		size_t column = (size_t)indent;

		fprintf(out, " %*zu ", (int)number, i);
		print_flags(out, known, item);
		fputs(flag_count > 0 ? " " : "", out);
		char *comment = ctl_value_text(json_object_get(item, "comment"));
		if (comment != NULL && *comment != '\0')
			fprintf(out, ";;; %s\n%*s", comment, indent, "");
		free(comment);
		json_object_foreach (item, name, value) {
			if (is_column(name, value))
				print_pair(out, name, value, indent, width, &column);
		}
		fputs("\n", out);
	}
}

void ctl_table_single(FILE *out, const json_t *item)
{
	size_t width = 0;
	const char *name;
	json_t *value;

	json_object_foreach ((json_t *)item, name, value) {
		if (strcmp(name, ".id") != 0 && strlen(name) > width)
			width = strlen(name);
	}
	json_object_foreach ((json_t *)item, name, value) {
		char *text = ctl_value_text(value);

		if (strcmp(name, ".id") != 0)
			fprintf(out, "  %*s: %s\n", (int)width, name, text != NULL ? text : "");
		free(text);
	}
}
