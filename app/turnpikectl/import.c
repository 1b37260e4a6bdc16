/* SPDX-License-Identifier: BSD-3-Clause */
/* import: a file of commands, such as RouterOS exports, line by line. What is refused is left out,
 * and listed at the end, with its line and the reason; so is what stands under a menu that is not
 * here, as one. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "ctl.h"
#include "parse.h"

#define SHOWN_MAX 60 /* bytes of a line that is listed */

struct import {
	struct ctl *ctl;
	FILE *left_out; /* what is listed at the end */
	unsigned done, left;
	bool nowhere;	  /* the last menu that was named is not here */
	char menu[64];	  /* its name as it was written */
	int first, lines; /* its first line, and its commands */
};

/* What is always there in a RouterOS its exports name by .id or number. */
static const struct {
	const char *menu, *line, *here;
} always_there[] = {
	{"/ppp/profile", "set *0 ", "set default "},
	{"/ppp/profile", "set *FFFFFFFE ", "add name=default-encryption use-encryption=yes "},
	{"/system/logging/action", "set 0 ", "set memory "},
	{"/system/logging/action", "set 2 ", "set echo "},
	{"/system/logging/action", "set 3 ", "set remote "},
};

static char *translate(const struct ctl *ctl, const char *line)
{
	for (size_t i = 0; i < sizeof(always_there) / sizeof(always_there[0]); i++) {
		size_t len = strlen(always_there[i].line);
		char *text;

		if (strcmp(ctl->menu, always_there[i].menu) == 0 &&
		    strncmp(line, always_there[i].line, len) == 0)
			return asprintf(&text, "%s%s", always_there[i].here, line + len) >= 0
				       ? text
				       : NULL;
	}
	return strdup(line);
}

static void close_menu(struct import *in)
{
	if (in->nowhere)
		fprintf(in->left_out, "line %d: %s is not here: %d command%s\n", in->first,
			in->menu, in->lines, in->lines == 1 ? "" : "s");
	in->left += in->nowhere ? (unsigned)(in->lines > 0 ? in->lines : 1) : 0;
	in->nowhere = false;
}

/* Where the commands begin in WORDS, which lead nowhere; or, if there are none, where they end. */
static size_t end_of_path(const struct ctl_words *words)
{
	for (size_t i = 0; i < words->count; i++) {
		const struct ctl_word *word = &words->words[i];

		if (word->kind != CTL_BARE || strcmp(word->text, "add") == 0 ||
		    strcmp(word->text, "set") == 0)
			return (size_t)word->column - 1;
	}
	return words->end;
}

/* What LINE, which begins with a path, leads to. Notes a menu that is not here. */
enum lead { TO_A_MENU, TO_A_COMMAND, NOWHERE };
static enum lead follow_path(struct import *in, const char *line)
{
	char path[CTL_PATH_MAX] = "/";
	struct ctl_words words;
	struct ctl_mistake mistake;
	enum ctl_verb verb = CTL_NO_VERB;
	size_t at = 0, next, len;
	enum lead lead = TO_A_COMMAND;

	if (*line != '/' || ctl_parse(line, &at, &words, &mistake) != 0)
		return lead;
	if (ctl_resolve(&in->ctl->tree, path, &words, &verb, &next, &mistake) != 0) {
		lead = NOWHERE;
		len = end_of_path(&words);
		in->lines = len < words.end ? 1 : 0;
		while (len > 0 && line[len - 1] == ' ')
			len--;
		snprintf(in->menu, sizeof(in->menu), "%.*s", (int)len, line);
	} else if (verb == CTL_NO_VERB) {
		lead = TO_A_MENU;
	}
	ctl_words_free(&words);
	return lead;
}

static void leave_out(struct import *in, const char *line, char *reason)
{
	reason[strcspn(reason, "\n")] = '\0';
	fprintf(in->left_out, "%s: %.*s%s\n", reason, SHOWN_MAX, line,
		strlen(line) > SHOWN_MAX ? "…" : "");
	in->left++;
}

/* One line, with what it says caught; COUNTS: it is a command. */
static void run(struct import *in, const char *line, bool counts)
{
	char *text = translate(in->ctl, line), *said = NULL;
	FILE *err = in->ctl->err;
	size_t size = 0;
	enum ctl_result result = CTL_ERROR;

	in->ctl->err = open_memstream(&said, &size);
	if (in->ctl->err != NULL && text != NULL)
		result = ctl_run(in->ctl, text);
	if (in->ctl->err != NULL)
		fclose(in->ctl->err);
	in->ctl->err = err;
	if (result == CTL_OK)
		in->done += counts;
	else if (result != CTL_LEAVE && said != NULL)
		leave_out(in, line, said);
	free(said);
	free(text);
}

static void take_line(struct import *in, const char *line)
{
	enum lead lead = TO_A_COMMAND;

	line += strspn(line, " \t");
	if (*line == '\0' || *line == '#')
		return;
	if (*line == '/' || *line == ':') {
		close_menu(in);
		in->lines = 0;
		in->first = in->ctl->line;
		lead = follow_path(in, line);
		in->nowhere = lead == NOWHERE;
	} else if (in->nowhere) {
		in->lines++;
	}
	if (!in->nowhere)
		run(in, line, lead == TO_A_COMMAND);
}

static enum ctl_result import_file(struct ctl *ctl, FILE *file)
{
	char *line = NULL, *text = NULL, *list = NULL;
	size_t size = 0, list_size = 0;
	struct import in = {.ctl = ctl, .left_out = open_memstream(&list, &list_size)};
	char menu[CTL_PATH_MAX];
	int number = 0, before = ctl->line;

	if (in.left_out == NULL)
		return ctl_fail(ctl, CTL_ERROR, 0, "memory is out");
	strcpy(menu, ctl->menu);
	strcpy(ctl->menu, "/");
	while (getline(&line, &size, file) > 0) {
		number++;
		if (text == NULL)
			ctl->line = number;
		if (ctl_join(&text, line))
			continue;
		if (text != NULL)
			take_line(&in, text);
		free(text);
		text = NULL;
	}
	if (text != NULL)
		take_line(&in, text);
	close_menu(&in);
	fclose(in.left_out);
	ctl->line = before;
	strcpy(ctl->menu, menu);
	if (in.left > 0)
		fprintf(ctl->err, "left out %u of %u commands:\n%s", in.left, in.left + in.done,
			list != NULL ? list : "");
	free(list);
	free(text);
	free(line);
	return in.left > 0 ? CTL_ERROR : CTL_OK;
}

enum ctl_result ctl_import(struct ctl *ctl, const struct ctl_words *words, size_t first)
{
	const struct ctl_word *word = first < words->count ? &words->words[first] : NULL;
	bool named =
		word != NULL && (word->kind == CTL_BARE ||
				 (word->kind == CTL_PAIR && strcmp(word->name, "file-name") == 0));

	if (!named || first + 1 < words->count)
		return ctl_fail(ctl, CTL_USAGE, words->words[words->count - 1].column,
				"import takes the name of a file");
	FILE *file = fopen(word->text, "r");
	if (file == NULL)
		return ctl_fail(ctl, CTL_ERROR, 0, "%s: %s", word->text, strerror(errno));
	enum ctl_result result = import_file(ctl, file);
	fclose(file);
	return result;
}
