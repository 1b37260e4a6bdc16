/* SPDX-License-Identifier: BSD-3-Clause */
/* YAML out: what was given, laid out as a person would. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/file/file.h"
#include "config/item.h"

#define PLAIN_FIRST "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
#define PLAIN	    PLAIN_FIRST "._/@,+-"

static bool is_plain(const char *s)
{
	return *s != '\0' && strchr(PLAIN_FIRST, *s) != NULL && s[strspn(s, PLAIN)] == '\0' &&
	       strcasecmp(s, "null") != 0;
}

/* The next character of UTF-8 text, which is known to be well-formed; its length in *LEN. */
static uint32_t next_char(const unsigned char *s, unsigned *len)
{
	static const unsigned char first_mask[] = {0, 0x7f, 0x1f, 0x0f, 0x07};
	uint32_t c;

	*len = *s < 0x80 ? 1 : *s < 0xe0 ? 2 : *s < 0xf0 ? 3 : 4;
	c = *s & first_mask[*len];
	for (unsigned i = 1; i < *len && s[i] != '\0'; i++)
		c = c << 6 | (s[i] & 0x3f);
	return c;
}

/* YAML 1.1, section 5.1: what may stand in a text as it is. */
static bool is_printable(uint32_t c)
{
	return (c >= 0x20 && c <= 0x7e) || (c >= 0xa0 && c <= 0xfffd && c != 0xfeff) ||
	       c >= 0x10000;
}

static void write_text(FILE *out, const char *text)
{
	const unsigned char *s = (const unsigned char *)text;
	unsigned len;

	if (is_plain(text)) {
		fputs(text, out);
		return;
	}
	fputc('"', out);
	for (; *s != '\0'; s += len) {
		uint32_t c = next_char(s, &len);
		if (c == '"' || c == '\\')
			fprintf(out, "\\%c", (int)c);
		else if (is_printable(c))
			fwrite(s, 1, len, out);
		else
			fprintf(out, "\\u%04X", c);
	}
	fputc('"', out);
}

static bool write_value(FILE *out, const struct tp_config_item *item, unsigned property)
{
	char *text = tp_property_to_text(&item->resource->properties[property], item);
	if (text == NULL)
		return false;
	write_text(out, text);
	fputc('\n', out);
	free(text);
	return true;
}

/* Comments, each on a line of its own. */
static void write_remarks(FILE *out, const char *text, int indent)
{
	while (text != NULL && *text != '\0') {
		size_t len = strcspn(text, "\n");

		fprintf(out, "%*s%.*s\n", indent, "", (int)len, text);
		text += len + (text[len] == '\n');
	}
}

/* The properties that were given, each on a line; DASH: before the first, as a list wants it. */
static bool write_item(FILE *out, const struct tp_config_item *item, int indent, bool dash)
{
	write_remarks(out, item->remarks, indent);
	for (unsigned i = 0; i < item->resource->count; i++) {
		if (!tp_config_is_set(item, i))
			continue;
		fprintf(out, "%*s%s%s: ", indent, "", dash ? "- " : "",
			item->resource->properties[i].name);
		if (dash)
			indent += 2;
		dash = false;
		if (!write_value(out, item, i))
			return false;
	}
	return true;
}

static const struct tp_config_item *first(const struct tp_config_snapshot *snapshot, unsigned id)
{
	return snapshot->items[id][0];
}

/* Is there anything of this resource to write? */
static bool has_content(const struct tp_config_snapshot *snapshot, unsigned id)
{
	if (tp_resources[id].singleton)
		return first(snapshot, id)->set != 0;
	for (unsigned i = 0; i < snapshot->count[id]; i++)
		if (!tp_item_is_builtin(snapshot->items[id][i]))
			return true;
	return false;
}

static bool write_list(FILE *out, const struct tp_config_snapshot *snapshot, unsigned id,
		       int indent)
{
	for (unsigned i = 0; i < snapshot->count[id]; i++) {
		const struct tp_config_item *item = snapshot->items[id][i];

		if (!tp_item_is_builtin(item) && !write_item(out, item, indent, true))
			return false;
	}
	return true;
}

/* Returns whether there are any. */
static bool write_remarks_on(FILE *out, const struct tp_config *config, const char *path,
			     int indent)
{
	const struct tp_remarks *remarks;

	STAILQ_FOREACH (remarks, &config->remarks, entry)
		if (strcmp(remarks->path, path) == 0)
			break;
	if (remarks != NULL)
		write_remarks(out, remarks->text, indent);
	return remarks != NULL && remarks->text != NULL;
}

/* Below PATH ("ppp"), all that begins with it; DONE: the resources that are written. */
static bool write_branch(FILE *out, const struct tp_config_snapshot *snapshot, const char *path,
			 int indent, bool *done)
{
	size_t len = strlen(path);
	bool ok = true;

	for (unsigned i = 0; ok && i < TP_RESOURCES; i++) {
		const struct tp_resource *resource = &tp_resources[i];
		const char *rest = resource->yaml_path;
		char branch[64];
		int word;

		if (done[i] || (len > 0 && (strncmp(rest, path, len) != 0 ||
					    (rest[len] != '.' && rest[len] != '\0'))))
			continue;
		if (!has_content(snapshot, i)) {
			done[i] = true;
			continue;
		}
		rest += rest[len] == '.' ? len + 1 : len;
		if (*rest == '\0') { /* this branch itself is a resource */
			done[i] = true;
			ok = resource->singleton
				     ? write_item(out, first(snapshot, i), indent, false)
				     : write_list(out, snapshot, i, indent);
			continue;
		}
		word = (int)strcspn(rest, ".");
		snprintf(branch, sizeof(branch), "%s%s%.*s", path, len > 0 ? "." : "", word, rest);
		write_remarks_on(out, snapshot->config, branch, indent);
		fprintf(out, "%*s%.*s:", indent, "", word, rest);
		if (resource->singleton && resource->count == 1 && strchr(rest, '.') == NULL) {
			done[i] = true;
			fputc(' ', out);
			ok = write_value(out, first(snapshot, i), 0);
			continue;
		}
		fputc('\n', out);
		ok = write_branch(out, snapshot, branch, indent + 2, done);
	}
	return ok;
}

int tp_config_write(const struct tp_config_snapshot *snapshot, FILE *out)
{
	bool done[TP_RESOURCES] = {false};

	if (write_remarks_on(out, snapshot->config, "", 0))
		fputc('\n', out);
	if (!write_branch(out, snapshot, "", 0, done))
		return -ENOMEM;
	write_remarks_on(out, snapshot->config, ".", 0);
	return fflush(out) != 0 || ferror(out) ? -EIO : 0;
}
