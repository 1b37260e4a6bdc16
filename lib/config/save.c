/* SPDX-License-Identifier: BSD-3-Clause */
/* YAML out: what was given, laid out as a person would. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <fcntl.h>
#include <unistd.h>

#include "config/file.h"
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

/* The properties that were given, each on a line; DASH: before the first, as a list wants it. */
static bool write_item(FILE *out, const struct tp_config_item *item, int indent, bool dash)
{
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

/* Is there anything of this resource to write? */
static bool has_content(const struct tp_config *config, const struct tp_resource *resource)
{
	const struct tp_config_item *item = tp_config_first(config, resource->id);
	if (resource->singleton)
		return item->set != 0;
	while (item != NULL && tp_item_is_builtin(item))
		item = tp_config_next(item);
	return item != NULL;
}

static bool write_list(FILE *out, const struct tp_config *config,
		       const struct tp_resource *resource, int indent)
{
	const struct tp_config_item *item = tp_config_first(config, resource->id);
	for (; item != NULL; item = tp_config_next(item)) {
		if (!tp_item_is_builtin(item) && !write_item(out, item, indent, true))
			return false;
	}
	return true;
}

/* Below PATH ("ppp"), all that begins with it; ROOM: of the resources, which are still to come. */
static bool write_branch(FILE *out, const struct tp_config *config, const char *path, int indent,
			 bool *done)
{
	size_t len = strlen(path);
	bool ok = true;

	for (unsigned i = 0; ok && i < TP_RESOURCES; i++) {
		const struct tp_resource *resource = &tp_resources[i];
		const char *rest = resource->yaml_path;
		const struct tp_config_item *item = tp_config_first(config, i);
		char branch[64];

		if (done[i] || (len > 0 && (strncmp(rest, path, len) != 0 ||
					    (rest[len] != '.' && rest[len] != '\0'))))
			continue;
		if (!has_content(config, resource)) {
			done[i] = true;
			continue;
		}
		rest += rest[len] == '.' ? len + 1 : len;
		if (*rest == '\0') { /* this branch itself is a resource */
			done[i] = true;
			ok = resource->singleton ? write_item(out, item, indent, false)
						 : write_list(out, config, resource, indent);
			continue;
		}
		fprintf(out, "%*s%.*s:", indent, "", (int)strcspn(rest, "."), rest);
		if (resource->singleton && resource->count == 1 && strchr(rest, '.') == NULL) {
			done[i] = true;
			fputc(' ', out);
			ok = write_value(out, item, 0);
			continue;
		}
		fputc('\n', out);
		snprintf(branch, sizeof(branch), "%s%s%.*s", path, len > 0 ? "." : "",
			 (int)strcspn(rest, "."), rest);
		ok = write_branch(out, config, branch, indent + 2, done);
	}
	return ok;
}

int tp_config_write(const struct tp_config *config, FILE *out)
{
	bool done[TP_RESOURCES] = {false};
	if (!write_branch(out, config, "", 0, done))
		return -ENOMEM;
	return fflush(out) != 0 || ferror(out) ? -EIO : 0;
}

/* A file that is renamed is there after a crash only if its directory is on the disk. */
static void sync_directory(const char *path)
{
	const char *slash = strrchr(path, '/');
	char *name = slash == NULL ? strdup(".") : strndup(path, (size_t)(slash - path) + 1);
	int fd = name != NULL ? open(name, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
	if (fd >= 0) {
		fsync(fd);
		close(fd);
	}
	free(name);
}

int tp_config_save(const struct tp_config *config, const char *path, struct tp_error *error)
{
	struct stat old;
	char *temporary = NULL;
	FILE *out = NULL;
	int fd = -1, err = 0;

	if (asprintf(&temporary, "%s.XXXXXX", path) < 0)
		return tp_error_set(error, -ENOMEM, path, "out of memory");
	fd = mkostemp(temporary, O_CLOEXEC);
	if (fd < 0) {
		err = -errno;
		free(temporary);
		return tp_error_set(error, err, path, "cannot write beside it: %s", strerror(-err));
	}
	if (stat(path, &old) == 0 && fchmod(fd, old.st_mode & 0777) != 0)
		err = -errno;
	out = fdopen(fd, "w");
	if (out == NULL) {
		err = -errno;
		close(fd);
	} else {
		if (err == 0)
			err = tp_config_write(config, out);
		if (err == 0 && fsync(fd) != 0)
			err = -errno;
		if (fclose(out) != 0 && err == 0)
			err = -errno;
	}
	if (err == 0 && rename(temporary, path) != 0)
		err = -errno;
	if (err == 0)
		sync_directory(path);
	else
		unlink(temporary);
	free(temporary);
	return err == 0 ? 0 : tp_error_set(error, err, path, "cannot write: %s", strerror(-err));
}
