/* SPDX-License-Identifier: BSD-3-Clause */
#include "table.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "parse.h"
#include "value.h"

static const struct {
	char letter;
	const char *name;
} flags[] = {
	{'X', "disabled"}, {'I', "invalid"}, {'D', "dynamic"}, {'R', "running"}, {'A', "active"},
};
#define FLAGS (sizeof(flags) / sizeof(flags[0]))

#define LONG_TEXT 24 /* columns: a longer text may be broken where there is as much room */

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

static unsigned print_legend(FILE *out, const struct ctl_look *look, const json_t *items,
			     unsigned *count)
{
	unsigned known = known_flags(items, count);
	const char *before = "Flags: ";

	if (known != 0)
		fputs(ctl_colour(look->colour, CTL_LOOK_HEADER), out);

	for (size_t k = 0; k < FLAGS; k++) {
		if ((known >> k & 1) == 0)
			continue;
		fprintf(out, "%s%c - %s", before, flags[k].letter, flags[k].name);
		before = ", ";
	}
	if (known != 0)
		fprintf(out, "%s\n", ctl_plain(look->colour));
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
 * properties do not upset the order of those with many. CTL_COLUMNS_MAX: there is no room. */
static unsigned column_of(struct ctl_column *columns, unsigned *count, const char *name,
			  unsigned after)
{
	unsigned i = 0;

	while (i < *count && strcmp(columns[i].name, name) != 0)
		i++;
	if (i < *count || *count == CTL_COLUMNS_MAX)
		return i;
	i = *count > 0 ? after : 0;
	memmove(&columns[i + 1], &columns[i], (*count - i) * sizeof(*columns));
	columns[i] = (struct ctl_column){.name = name};
	(*count)++;
	return i;
}

static void widen(struct ctl_column *column, const json_t *value)
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
static unsigned drop_empty(struct ctl_column *columns, unsigned count)
{
	unsigned kept = 0;

	for (unsigned i = 0; i < count; i++)
		if (columns[i].width > 0)
			columns[kept++] = columns[i];
	return kept;
}

static unsigned find_columns(const json_t *items, struct ctl_column *columns)
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
			if (at == CTL_COLUMNS_MAX)
				continue;
			widen(&columns[at], value);
			next = at + 1;
		}
	}
	return drop_empty(columns, count);
}

static size_t room_behind(const struct ctl_table *table, size_t used)
{
	return table->look.width > used ? table->look.width - used : 0;
}

/* The others are left out, so that no line is broken; but a long text, the log's message, gets what
 * room there is, on as many lines as it needs. */
static void choose_columns(struct ctl_table *table, const struct ctl_column *all, unsigned count)
{
	size_t used = (size_t)table->indent;

	for (unsigned i = 0; i < count; i++) {
		struct ctl_column column = all[i];
		const size_t room = room_behind(table, used);

		if (table->look.width > 0 && column.width > room && table->count > 0) {
			if (column.width < LONG_TEXT || room < LONG_TEXT) {
				table->left_out[table->left_out_count++] = column;
				continue;
			}
			column.width = room;
		}
		table->columns[table->count++] = column;
		used += column.width + 2;
	}
}

/* The bytes of TEXT that fit into WIDTH columns, up to a blank if there is one. */
static size_t line_of(const char *text, size_t width)
{
	size_t blank = 0, at = 0;

	for (size_t column = 0; text[at] != '\0' && column < width; column++) {
		if (text[at] == ' ')
			blank = at;
		at++;
		while (((unsigned char)text[at] & 0xc0) == 0x80)
			at++;
	}
	return text[at] == '\0' || text[at] == ' ' || blank == 0 ? at : blank;
}

/* In the last column, which begins at INDENT. */
static void print_lines(FILE *out, const char *text, size_t indent, size_t width)
{
	while (ctl_text_width(text) > width) {
		const size_t len = line_of(text, width);

		fprintf(out, "%.*s\n%*s", (int)len, text, (int)indent, "");
		text += len;
		text += strspn(text, " ");
	}
	fputs(text, out);
}

static void print_cell(FILE *out, const char *text, size_t width)
{
	fputs(text, out);
	for (size_t i = ctl_text_width(text); i < width + 2; i++)
		fputc(' ', out);
}

static void print_cells(const struct ctl_table *table, FILE *out, const json_t *item)
{
	size_t used = (size_t)table->indent;

	for (unsigned c = 0; c < table->count; c++) {
		char *value = ctl_value_text(json_object_get(item, table->columns[c].name));
		const char *text = value != NULL ? value : "";
		const size_t room = room_behind(table, used);

		if (c + 1 < table->count)
			print_cell(out, text, table->columns[c].width);
		else if (room >= LONG_TEXT)
			print_lines(out, text, used, room);
		else
			fputs(text, out);
		used += table->columns[c].width + 2;
		free(value);
	}
}

static void print_comment(FILE *out, const struct ctl_look *look, const json_t *item)
{
	char *comment = ctl_value_text(json_object_get(item, "comment"));

	if (comment != NULL && *comment != '\0')
		fprintf(out, "%s;;; %s%s", ctl_colour(look->colour, CTL_LOOK_COMMENT), comment,
			ctl_plain(look->colour));
	free(comment);
}

static bool has_comment(const json_t *item)
{
	const json_t *comment = json_object_get(item, "comment");

	return json_is_string(comment) && json_string_length(comment) > 0;
}

static void print_name(FILE *out, const char *name)
{
	for (; *name != '\0'; name++)
		fputc(toupper((unsigned char)*name), out);
}

static void print_header(const struct ctl_table *table, FILE *out)
{
	fprintf(out, "%s%-*s", ctl_colour(table->look.colour, CTL_LOOK_HEADER), table->indent, "#");
	for (unsigned c = 0; c < table->count; c++) {
		size_t len = strlen(table->columns[c].name);

		print_name(out, table->columns[c].name);
		for (; len < table->columns[c].width + 2 && c + 1 < table->count; len++)
			fputc(' ', out);
	}
	fprintf(out, "%s\n", ctl_plain(table->look.colour));
}

void ctl_table_begin(struct ctl_table *table, FILE *out, const struct ctl_look *look,
		     const json_t *items)
{
	struct ctl_column all[CTL_COLUMNS_MAX];
	unsigned count = find_columns(items, all);
	size_t last = json_array_size(items) > 0 ? json_array_size(items) - 1 : 0;

	*table = (struct ctl_table){.look = *look, .number_width = digits(last)};
	table->flags = print_legend(out, look, items, &table->flag_count);
	table->indent = (int)(table->number_width +
			      (table->flag_count > 0 ? 1 + table->flag_count : 0) + 2);
	choose_columns(table, all, count);
	print_header(table, out);
}

static bool has_column(const struct ctl_column *columns, unsigned count, const char *name)
{
	for (unsigned i = 0; i < count; i++)
		if (strcmp(columns[i].name, name) == 0)
			return true;
	return false;
}

bool ctl_table_lacks(const struct ctl_table *table, const json_t *item)
{
	const char *name;
	json_t *value;

	json_object_foreach ((json_t *)(uintptr_t)item, name, value) {
		char *text = is_column(name, value) ? ctl_value_text(value) : NULL;
		bool says = text != NULL && *text != '\0';

		free(text);
		if (says && !has_column(table->columns, table->count, name) &&
		    !has_column(table->left_out, table->left_out_count, name))
			return true;
	}
	return false;
}

void ctl_table_row(const struct ctl_table *table, FILE *out, const char *number, const json_t *item)
{
	if (has_comment(item)) {
		fprintf(out, "%*s", table->indent, "");
		print_comment(out, &table->look, item);
		fputc('\n', out);
	}
	fprintf(out, "%*s%s", (int)table->number_width, number, table->flag_count > 0 ? " " : "");
	print_flags(out, table->flags, item);
	fputs("  ", out);
	print_cells(table, out, item);
	fputc('\n', out);
}

void ctl_table_end(const struct ctl_table *table, FILE *out)
{
	size_t column = 0;

	for (unsigned i = 0; i < table->left_out_count; i++) {
		const char *name = table->left_out[i].name;

		if (i == 0)
			column = (size_t)fprintf(out, "-- no room for ");
		else if (table->look.width > 24 && column + strlen(name) + 3 > table->look.width)
			column = (size_t)fprintf(out, ",\n   ") - 2;
		else
			column += (size_t)fprintf(out, ", ");
		print_name(out, name);
		column += strlen(name);
	}
	if (table->left_out_count > 0)
		fputs("\n   (a wider terminal, detail, or proplist= shows them)\n", out);
}

void ctl_table(FILE *out, const struct ctl_look *look, const json_t *items)
{
	struct ctl_table table;
	json_t *item;
	size_t i;

	if (json_array_size(items) == 0)
		return;
	ctl_table_begin(&table, out, look, items);
	json_array_foreach (items, i, item) {
		char number[24];

		snprintf(number, sizeof(number), "%zu", i);
		ctl_table_row(&table, out, number, item);
	}
	ctl_table_end(&table, out);
}

/* A value in quotes if it needs them. The caller frees it. */
static char *quoted_value(const json_t *value)
{
	char *text = json_is_string(value) ? ctl_value_exact(value) : ctl_value_text(value);

	if (text == NULL || !json_is_string(value))
		return text;
	char *shown = ctl_quote(text);
	free(text);
	return shown;
}

/* name=value or name="value", on this line or the next. */
static void print_pair(FILE *out, const struct ctl_look *look, const char *name,
		       const json_t *value, int indent, size_t *column)
{
	char *text = quoted_value(value);
	const char *what = text != NULL ? text : "";
	size_t needed = strlen(name) + 1 + ctl_text_width(what);

	if (look->width > 0 && *column > (size_t)indent && *column + 1 + needed > look->width) {
		fprintf(out, "\n%*s", indent, "");
		*column = (size_t)indent;
	} else if (*column > (size_t)indent) {
		fputc(' ', out);
		*column += 1;
	}
	fprintf(out, "%s%s%s=%s", ctl_colour(look->colour, CTL_LOOK_PROPERTY), name,
		ctl_plain(look->colour), what);
	*column += needed;
	free(text);
}

void ctl_table_detail(FILE *out, const struct ctl_look *look, const json_t *items, size_t first)
{
	unsigned flag_count, known;
	const char *name;
	json_t *item, *value;
	size_t i;

	if (json_array_size(items) == 0)
		return;
	known = first == 0 ? print_legend(out, look, items, &flag_count)
			   : known_flags(items, &flag_count);
	size_t number = digits(first + json_array_size(items) - 1);
	int indent = (int)(1 + number + 1 + flag_count + (flag_count > 0));
	json_array_foreach (items, i, item) {
		size_t column = (size_t)indent;

		fprintf(out, " %*zu ", (int)number, first + i);
		print_flags(out, known, item);
		fputs(flag_count > 0 ? " " : "", out);
		if (has_comment(item)) {
			print_comment(out, look, item);
			fprintf(out, "\n%*s", indent, "");
		}
		json_object_foreach (item, name, value) {
			if (is_column(name, value))
				print_pair(out, look, name, value, indent, &column);
		}
		fputs("\n", out);
	}
}

void ctl_table_terse(FILE *out, const json_t *items, size_t first)
{
	unsigned flag_count, known = known_flags(items, &flag_count);
	const char *name;
	json_t *item, *value;
	size_t i;

	json_array_foreach (items, i, item) {
		fprintf(out, "%zu ", first + i);
		print_flags(out, known, item);
		json_object_foreach (item, name, value) {
			char *text = quoted_value(value);

			if (strcmp(name, ".id") != 0 && !is_flag(name, value))
				fprintf(out, " %s=%s", name, text != NULL ? text : "");
			free(text);
		}
		fputc('\n', out);
	}
}

/* The names of all properties that any of ITEMS has, in their order; a new reference. */
static json_t *all_names(const json_t *items)
{
	json_t *names = json_object(), *item, *value;
	const char *name;
	size_t i;

	json_array_foreach (items, i, item)
		json_object_foreach (item, name, value)
			if (strcmp(name, ".id") != 0)
				json_object_set_new(names, name, json_true());
	return names;
}

void ctl_table_value_list(FILE *out, const struct ctl_look *look, const json_t *items)
{
	json_t *names = all_names(items), *item, *unused;
	size_t width = 0, i;
	const char *name;

	json_object_foreach (names, name, unused)
		width = strlen(name) > width ? strlen(name) : width;
	json_object_foreach (names, name, unused) {
		fprintf(out, "  %*s%s%s%s:", (int)(width - strlen(name)), "",
			ctl_colour(look->colour, CTL_LOOK_PROPERTY), name, ctl_plain(look->colour));
		json_array_foreach (items, i, item) {
			char *text = quoted_value(json_object_get(item, name));

			fprintf(out, " %s", text != NULL && *text != '\0' ? text : "\"\"");
			free(text);
		}
		fputc('\n', out);
	}
	json_decref(names);
}

void ctl_table_as_value(FILE *out, const json_t *items)
{
	const char *name;
	json_t *item, *value;
	size_t i;

	json_array_foreach (items, i, item) {
		const char *before = "";

		json_object_foreach (item, name, value) {
			char *text = ctl_value_text(value);

			fprintf(out, "%s%s=%s", before, name, text != NULL ? text : "");
			before = ";";
			free(text);
		}
		fputc('\n', out);
	}
}

void ctl_table_single(FILE *out, const struct ctl_look *look, const json_t *item)
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
			fprintf(out, "  %*s%s%s%s: %s\n", (int)(width - strlen(name)), "",
				ctl_colour(look->colour, CTL_LOOK_PROPERTY), name,
				ctl_plain(look->colour), text != NULL ? text : "");
		free(text);
	}
}
