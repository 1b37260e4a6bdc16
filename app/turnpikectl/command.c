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
	fputs(tp_text_show(text, shown, sizeof(shown)), ctl->err);
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

/* What a file that was taken makes of itself: read it, and think. */
static void print_list(struct ctl *ctl, const json_t *answer, const char *name, const char *word)
{
	const json_t *list = json_object_get(answer, name), *text;
	size_t i;

	json_array_foreach (list, i, text) {
		const char *said = json_string_value(text);
		char shown[TP_TEXT_ROOM(1024)];

		fprintf(ctl->out, "%s: %s\n", word,
			tp_text_show(said != NULL ? said : "", shown, sizeof(shown)));
	}
}

static void print_answer(struct ctl *ctl, const json_t *answer)
{
	if (ctl->json && answer != NULL) {
		json_dumpf(answer, ctl->out, JSON_INDENT(2));
		fputc('\n', ctl->out);
		return;
	}
	print_list(ctl, answer, "waits-for-restart", "waits for a restart");
	print_list(ctl, answer, "warnings", "warning");
}

static enum ctl_result upgrade(struct ctl *ctl)
{
	if (ctl_api_call(&ctl->api, "POST", "/system/upgrade", NULL, NULL, NULL, NULL) != 0)
		return ctl_fail(ctl, CTL_ERROR, 0, "%s", ctl->api.error);
	return CTL_OK;
}

/* `save`, `reload` or `shutdown`, of which each has one SWITCH, as in `save overwrite=yes`. */
static enum ctl_result switched(struct ctl *ctl, const char *path, const char *name,
				const struct ctl_words *words, size_t next)
{
	const struct ctl_word *word = next < words->count ? &words->words[next] : NULL;
	json_t *body = json_object(), *answer = NULL;
	enum ctl_result result = CTL_OK;

	if (word != NULL && (word->kind != CTL_PAIR || strcmp(word->op, "=") != 0 ||
			     strcmp(word->name, name) != 0 || next + 1 < words->count))
		result = ctl_fail(ctl, CTL_USAGE, word->column, "expected %s=yes or end of command",
				  name);
	else if (word != NULL)
		json_object_set_new(body, word->name, json_string(word->text));
	if (result == CTL_OK &&
	    ctl_api_call(&ctl->api, "POST", path, NULL, NULL, body, &answer) != 0)
		result = ctl_fail(ctl, CTL_ERROR, 0, "%s", ctl->api.error);
	if (result == CTL_OK)
		print_answer(ctl, answer);
	json_decref(answer);
	json_decref(body);
	return result;
}

static enum ctl_result run_verb(struct ctl *ctl, const char *path, enum ctl_verb verb,
				const struct ctl_words *words, size_t next)
{
	/* Of these, nothing may follow. */
	const unsigned alone =
		1u << CTL_EVENTS | 1u << CTL_UPGRADE | 1u << CTL_HELP | 1u << CTL_QUIT;

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
	case CTL_RELOAD:
		return switched(ctl, "/system/reload", "partial", words, next);
	case CTL_SAVE:
		return switched(ctl, "/system/save", "overwrite", words, next);
	case CTL_SHUTDOWN:
		return switched(ctl, "/system/shutdown", "disconnect", words, next);
	case CTL_UPGRADE:
		return upgrade(ctl);
	case CTL_START:
	case CTL_STOP:
		return ctl_order(ctl, path, verb, words, next);
	case CTL_WHY:
		return ctl_why(ctl, path, words, next);
	case CTL_HELP:
		return ctl_help(ctl, path);
	case CTL_QUIT:
		return CTL_LEAVE;
	default:
		return ctl_change(ctl, path, verb, words, next);
	}
}

static enum ctl_result run_one(struct ctl *ctl, const char *from, const struct ctl_words *words)
{
	char path[CTL_PATH_MAX];
	struct ctl_mistake mistake;
	enum ctl_verb verb;
	size_t next;

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
	enum ctl_result result = words.count > 0 ? run_one(ctl, "/", &words) : CTL_OK;
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
			result = run_one(ctl, ctl->menu, &words);
		ctl_words_free(&words);
	}
	return result;
}
