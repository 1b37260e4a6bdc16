/* SPDX-License-Identifier: BSD-3-Clause */
#include "arguments.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "parse.h"

/* What the words so far have come to. */
enum stage {
	ON_THE_WAY, /* through menus */
	BEGUN,	    /* there is a verb: items, texts and values follow */
	CONDITION,  /* behind `where`, or `find` */
};

static bool has_where(const struct ctl_words *words, size_t first)
{
	for (size_t i = first; i < words->count; i++)
		if (words->words[i].kind == CTL_BARE && strcmp(words->words[i].text, "where") == 0)
			return true;
	return false;
}

static enum stage stage_of(const struct ctl *ctl, const struct ctl_words *words)
{
	char path[CTL_PATH_MAX];
	struct ctl_mistake mistake;
	enum ctl_verb verb = CTL_NO_VERB;
	size_t next;

	if (words->count > 0 && words->words[0].kind == CTL_BARE && words->words[0].text[0] == ':')
		return BEGUN;
	strcpy(path, ctl->menu);
	if (words->count == 0 ||
	    ctl_resolve(&ctl->tree, path, words, &verb, &next, &mistake) != 0 ||
	    verb == CTL_NO_VERB)
		return ON_THE_WAY;
	return verb == CTL_FIND || has_where(words, next) ? CONDITION : BEGUN;
}

/* Of the last command in TEXT. */
static enum stage stage_at(const struct ctl *ctl, const char *text)
{
	enum stage stage = ON_THE_WAY;
	struct ctl_words words;
	struct ctl_mistake mistake;
	size_t at = 0;

	while (text[at] != '\0' && ctl_parse(text, &at, &words, &mistake) == 0) {
		stage = stage_of(ctl, &words);
		ctl_words_free(&words);
	}
	return stage;
}

static bool is_name(char c)
{
	return isalnum((unsigned char)c) || strchr("-._", c) != NULL;
}

/* The value in `name=value`, `name!=value` and so on; NULL: it is no such thing. */
static const char *value_in(const char *argument)
{
	size_t len = 0;

	while (argument[len] != '\0' && is_name(argument[len]))
		len++;
	const char *sign = argument + len;
	if (len == 0 || *sign == '\0' || strchr("=~<>!", *sign) == NULL)
		return NULL;
	if (*sign == '!')
		return sign[1] == '=' ? sign + 2 : NULL;
	return sign + (strchr("<>", *sign) != NULL && sign[1] == '=' ? 2 : 1);
}

static bool has_sign(const char *value, const char *signs)
{
	return strpbrk(value, signs) != NULL;
}

/* In a condition: is what stands behind `name=` more than a value? */
static bool goes_on(const char *value)
{
	const char *more = value + strcspn(value, " \t");

	return has_sign(more, "=~<>()") || strstr(more, " and ") != NULL ||
	       strstr(more, " or ") != NULL || strstr(more, "&&") != NULL ||
	       strstr(more, "||") != NULL;
}

/* Where what has to stand in quotes begins in ARGUMENT; NULL: nothing has to. */
static const char *to_quote(enum stage stage, const char *argument)
{
	const char *value = value_in(argument);

	if (value != NULL) {
		if (*value == '"' || (stage == CONDITION && goes_on(value)))
			return NULL;
		return has_sign(value, " \t\n\";\\") ||
				       (*value != '\0' && strchr("[({$", *value) != NULL)
			       ? value
			       : NULL;
	}
	if (stage != BEGUN || (*argument != '\0' && strchr("[(\"", *argument) != NULL))
		return NULL;
	return *argument == '\0' || has_sign(argument, " \t\n\";\\") ? argument : NULL;
}

static void append(const struct ctl *ctl, FILE *out, char *const *so_far, const char *argument)
{
	fflush(out);
	const char *from = to_quote(stage_at(ctl, *so_far), argument);

	if (from == NULL) {
		fputs(argument, out);
	} else {
		char *quoted = ctl_quote(from);

		fprintf(out, "%.*s%s", (int)(from - argument), argument,
			quoted != NULL ? quoted : "");
		free(quoted);
	}
	fputc(' ', out);
}

char *ctl_join_arguments(const struct ctl *ctl, int count, char *const *arguments)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (out == NULL)
		return NULL;
	if (count == 1)
		fputs(arguments[0], out);
	for (int i = 0; i < count && count > 1; i++)
		append(ctl, out, &text, arguments[i]);
	fclose(out);
	return text;
}
