/* SPDX-License-Identifier: BSD-3-Clause */
/* One line of commands: parsed, resolved, run. */
#include <stdarg.h>
#include <string.h>

#include "base/text.h"
#include "ctl.h"

enum ctl_result ctl_fail(struct ctl *ctl, enum ctl_result result, int column, const char *format,
			 ...)
{
	char text[1024], shown[TP_TEXT_ROOM(sizeof(text))];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	fprintf(ctl->err, "%s%s%s", ctl_colour(ctl->err_colour, CTL_LOOK_WRONG),
		tp_text_show(text, shown, sizeof(shown)), ctl_plain(ctl->err_colour));
	if (column > 0)
		fprintf(ctl->err, " (line %d column %d)", ctl->line > 0 ? ctl->line : 1, column);
	else if (ctl->line > 0)
		fprintf(ctl->err, " (line %d)", ctl->line);
	fputc('\n', ctl->err);
	return result;
}

enum ctl_result ctl_fail_list(struct ctl *ctl)
{
	return ctl_fail(ctl, ctl->api.status == 400 ? CTL_USAGE : CTL_ERROR, 0, "%s",
			ctl->api.error);
}

static enum ctl_result run_verb(struct ctl *ctl, const char *path, enum ctl_verb verb,
				const struct ctl_words *words, size_t next)
{
	/* Of these, nothing may follow. */
	const uint64_t alone = 1u << CTL_EVENTS | 1u << CTL_HELP | 1u << CTL_QUIT;

	if ((alone >> verb & 1) != 0 && next < words->count)
		return ctl_fail(ctl, CTL_USAGE, words->words[next].column,
				"expected end of command");
	switch (verb) {
	case CTL_NO_VERB:
		strcpy(ctl->menu, path);
		return CTL_OK;
	case CTL_PRINT:
		return ctl_print(ctl, path, words, next);
	case CTL_MONITOR:
		return ctl_monitor(ctl, path, words, next);
	case CTL_SCAN:
		return ctl_scan(ctl, path, words, next);
	case CTL_EXPORT:
		return ctl_export(ctl, path, words, next);
	case CTL_EVENTS:
		return ctl_events(ctl);
	case CTL_IMPORT:
		return ctl_import(ctl, words, next);
	case CTL_FIND:
		return ctl_find(ctl, path, words, next);
	case CTL_GET:
		return ctl_get(ctl, path, words, next);
	case CTL_EDIT:
		return ctl_edit(ctl, path, words, next);
	case CTL_WHY:
		return ctl_why(ctl, path, words, next);
	case CTL_QUICK:
	case CTL_DOWNLOAD:
		return ctl_stream(ctl, path, verb, words, next);
	case CTL_HELP:
		return ctl_help(ctl, path);
	case CTL_QUIT:
		return CTL_LEAVE;
	default:
		return verb < CTL_VERBS ? ctl_change(ctl, path, verb, words, next)
					: ctl_own(ctl, path, verb, words, next);
	}
}

static bool is_plain(const struct ctl_word *word)
{
	return word->kind == CTL_BARE && !word->quoted;
}

/* What a person's own shell has, and this one has not: it is said, rather than misread. */
static enum ctl_result refuse_shell(struct ctl *ctl, const struct ctl_words *words)
{
	static const char *const signs[] = {"|", ">", ">>", "<", "&", NULL};
	bool condition = false;

	if (is_plain(&words->words[0]) && words->words[0].text[0] == '!')
		return ctl_fail(ctl, CTL_USAGE, words->words[0].column,
				"this is no shell of the machine: ! runs nothing here");
	for (size_t i = 1; i < words->count; i++) {
		const struct ctl_word *word = &words->words[i];

		condition |= is_plain(word) && strcmp(word->text, "where") == 0;
		for (size_t k = 0; is_plain(word) && signs[k] != NULL; k++)
			if (strcmp(word->text, signs[k]) == 0 && !(condition && k > 0))
				return ctl_fail(
					ctl, CTL_USAGE, word->column,
					"there are no pipes and files here: %s means nothing "
					"(turnpikectl COMMAND %s … does it in your own shell)",
					signs[k], signs[k]);
	}
	return CTL_OK;
}

/* Does the last word ask what may stand there? "?", "pri?" and "service=?" do; the bytes up to its
 * sign go to *LEN. */
static bool asks_for_help(const struct ctl_words *words, size_t *len)
{
	const struct ctl_word *last = &words->words[words->count - 1];
	const size_t size = last->kind != CTL_BRACKETS ? strlen(last->text) : 0;

	if (size == 0 || last->quoted || last->text[size - 1] != '?' ||
	    (last->kind == CTL_PAIR && (size > 1 || strcmp(last->op, "=") != 0)))
		return false;
	*len = (size_t)last->column - 1 + size - 1;
	if (last->kind == CTL_PAIR)
		*len += strlen(last->name) + 1;
	return true;
}

static enum ctl_result help_on(struct ctl *ctl, const char *from, const struct ctl_words *words,
			       size_t len)
{
	const size_t begin = (size_t)words->words[0].column - 1;
	char menu[CTL_PATH_MAX], *text = strndup(words->text + begin, len - begin);

	if (text == NULL)
		return ctl_fail(ctl, CTL_ERROR, 0, "memory is out");
	strcpy(menu, ctl->menu);
	memmove(ctl->menu, from, strlen(from) + 1); /* it may be the same */
	ctl_help_at(ctl, text);
	strcpy(ctl->menu, menu);
	free(text);
	return CTL_OK;
}

enum ctl_result ctl_run_words(struct ctl *ctl, const char *from, const struct ctl_words *words)
{
	char path[CTL_PATH_MAX];
	struct ctl_mistake mistake;
	enum ctl_verb verb;
	size_t next, len;

	if (asks_for_help(words, &len))
		return help_on(ctl, from, words, len);
	if (refuse_shell(ctl, words) != CTL_OK)
		return CTL_USAGE;
	if (is_plain(&words->words[0]) && words->words[0].text[0] == ':')
		return ctl_put(ctl, words);
	snprintf(path, sizeof(path), "%s", from);
	if (ctl_resolve(&ctl->tree, path, words, &verb, &next, &mistake) != 0)
		return ctl_fail(ctl, CTL_USAGE, mistake.column, "%s", mistake.message);
	return run_verb(ctl, path, verb, words, next);
}

/* A prompt that was pasted along says where its command was typed. */
static enum ctl_result enter_prompt(struct ctl *ctl, const char *path)
{
	struct ctl_words words;
	struct ctl_mistake mistake;
	size_t at = 0;

	strcpy(ctl->menu, "/");
	if (ctl_parse(path, &at, &words, &mistake) != 0)
		return ctl_fail(ctl, CTL_USAGE, 1, "%s", mistake.message);
	enum ctl_result result = words.count > 0 ? ctl_run_words(ctl, "/", &words) : CTL_OK;
	ctl_words_free(&words);
	return result;
}

enum ctl_result ctl_run(struct ctl *ctl, const char *line)
{
	char path[CTL_PATH_MAX];
	struct ctl_words words;
	struct ctl_mistake mistake;
	enum ctl_result result = CTL_OK;
	size_t at = ctl_prompt(line, path, sizeof(path));

	if (at > 0)
		result = enter_prompt(ctl, path);
	while (result == CTL_OK && line[at] != '\0') {
		if (ctl_parse(line, &at, &words, &mistake) != 0)
			return ctl_fail(ctl, CTL_USAGE, mistake.column, "%s", mistake.message);
		if (words.count > 0)
			result = ctl_run_words(ctl, ctl->menu, &words);
		ctl_words_free(&words);
	}
	return result;
}
