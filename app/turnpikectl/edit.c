/* SPDX-License-Identifier: BSD-3-Clause */
/* edit: the value of a property in the person's own editor, $VISUAL or else $EDITOR. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ctl.h"
#include "select.h"
#include "value.h"

#define TEXT_MAX (1 << 20) /* bytes; more is no value */

/* Runs the editor on FILE. 0, or -1: there is none, or it has failed. */
static int run_editor(const char *file)
{
	const char *editor = getenv("VISUAL");
	int status;
	pid_t pid;

	if (editor == NULL || *editor == '\0')
		editor = getenv("EDITOR");
	if (editor == NULL || *editor == '\0') {
		editor = "editor"; /* Debian's name for the one that is preferred */
		if (!isatty(STDIN_FILENO))
			return -1; /* it would wait for a person */
	}
	pid = fork();
	if (pid == 0) {
		char *script;

		/* As git does: it may be several words, "code --wait". */
		if (asprintf(&script, "%s \"$1\"", editor) < 0)
			_exit(127);
		execl("/bin/sh", "sh", "-c", script, editor, file, (char *)NULL);
		_exit(127);
	}
	if (pid < 0)
		return -1;
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return -1;
	return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : -1;
}

/* With a line's end, as editors want it. */
static int write_text(int fd, const char *text)
{
	FILE *out = fdopen(fd, "w");

	if (out == NULL) {
		close(fd);
		return -1;
	}
	fprintf(out, "%s\n", text);
	return fclose(out);
}

/* Without the end of its last line. The caller frees it; NULL: it can't be read, or is too large.
 */
static char *read_text(const char *file)
{
	FILE *in = fopen(file, "re");
	char *text = in != NULL ? malloc(TEXT_MAX + 1) : NULL;
	size_t size = 0;

	if (text != NULL)
		size = fread(text, 1, TEXT_MAX + 1, in);
	if (in != NULL)
		fclose(in);
	if (text == NULL || size > TEXT_MAX || memchr(text, '\0', size) != NULL) {
		free(text);
		return NULL;
	}
	if (size > 0 && text[size - 1] == '\n')
		size--;
	text[size] = '\0';
	return text;
}

/* TEXT as the person leaves it; NULL, and what is wrong is said. The file has it alone, and nobody
 * else may read it. */
static char *edit_text(struct ctl *ctl, const char *text)
{
	const char *folder = getenv("TMPDIR");
	char file[4096], *edited = NULL;
	mode_t before;
	int fd;

	snprintf(file, sizeof(file), "%s/turnpikectl.XXXXXX",
		 folder != NULL && *folder != '\0' ? folder : "/tmp");
	before = umask(0077);
	fd = mkstemp(file);
	umask(before);
	if (fd < 0 || write_text(fd, text) != 0) {
		ctl_fail(ctl, CTL_ERROR, 0, "%s: %s", file, strerror(errno));
		if (fd >= 0)
			unlink(file);
		return NULL;
	}
	fflush(ctl->out);
	if (run_editor(file) != 0)
		ctl_fail(ctl, CTL_ERROR, 0,
			 "the editor has failed, and nothing is changed ($VISUAL or $EDITOR says "
			 "which it is)");
	else if ((edited = read_text(file)) == NULL)
		ctl_fail(ctl, CTL_ERROR, 0, "what the editor has left is no value");
	unlink(file);
	return edited;
}

/* The value as it is; a password's is not told. NULL, and what is wrong is said. */
static char *value_of(struct ctl *ctl, const char *path, json_t *item, const char *name)
{
	json_t *body = json_pack("{s:s}", "value-name", name), *answer = NULL;
	char *text = NULL;

	if (item != NULL)
		json_object_set(body, ".id", item);
	if (ctl_api_call(&ctl->api, "POST", path, "get", NULL, body, &answer) != 0)
		ctl_fail(ctl, CTL_ERROR, 0, "%s", ctl->api.error);
	else
		text = ctl_value_exact(json_object_get(answer, "ret"));
	json_decref(answer);
	json_decref(body);
	return text;
}

static enum ctl_result edit_value(struct ctl *ctl, const char *path, json_t *item, const char *name)
{
	char *text = value_of(ctl, path, item, name), *edited;
	enum ctl_result result = CTL_OK;
	json_t *body, *answer = NULL;

	if (text == NULL)
		return CTL_ERROR;
	edited = edit_text(ctl, text);
	if (edited == NULL) {
		result = CTL_ERROR;
	} else if (strcmp(edited, text) != 0) {
		body = json_object();
		if (json_object_set_new(body, name, json_string(edited)) != 0)
			result = ctl_fail(ctl, CTL_ERROR, 0, "the value is not UTF-8 text");
		else if (ctl_api_change(&ctl->api, "PATCH", path, json_string_value(item), body,
					&answer) != 0)
			result = ctl_fail(ctl, CTL_ERROR, 0, "%s", ctl->api.error);
		else if (ctl->api.dry_run)
			ctl_preview(ctl, answer);
		json_decref(answer);
		json_decref(body);
	}
	free(edited);
	free(text);
	return result;
}

/* The property's whole name; NULL, and what is wrong is said. */
static const char *read_name(struct ctl *ctl, const struct ctl_menu *menu,
			     const struct ctl_words *words, size_t next)
{
	const struct ctl_word *word = next < words->count ? &words->words[next] : NULL;
	bool named =
		word != NULL && (word->kind == CTL_BARE ||
				 (word->kind == CTL_PAIR && strcmp(word->name, "value-name") == 0 &&
				  strcmp(word->op, "=") == 0));
	const char *name = named ? json_string_value(json_object_get(
					   ctl_menu_property(menu, word->text), "name"))
				 : NULL;

	if (named && next + 1 == words->count && name == NULL)
		ctl_fail(ctl, CTL_USAGE, word->column, "%s has no property %s that can be set",
			 menu->path, word->text);
	else if (!named || next + 1 < words->count)
		ctl_fail(ctl, CTL_USAGE, words->words[words->count - 1].column,
			 "edit takes %sthe name of a property", menu->list ? "an item and " : "");
	else
		return name;
	return NULL;
}

enum ctl_result ctl_edit(struct ctl *ctl, const char *path, const struct ctl_words *words,
			 size_t first)
{
	const struct ctl_menu *menu = ctl_menu_find(&ctl->tree, path);
	enum ctl_result result = CTL_OK;
	const char *name = NULL;
	json_t *items = NULL;
	size_t next = first;

	if (menu->list)
		result = ctl_select_single(ctl, "edit", path, words, &next, &items);
	if (result == CTL_OK && (name = read_name(ctl, menu, words, next)) == NULL)
		result = CTL_USAGE;
	if (result == CTL_OK)
		result = edit_value(ctl, path, json_array_get(items, 0), name);
	json_decref(items);
	return result;
}
