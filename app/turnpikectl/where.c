/* SPDX-License-Identifier: BSD-3-Clause */
#include "where.h"

#include <errno.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "value.h"

static bool is_and(const struct ctl_word *word)
{
	return word->kind == CTL_BARE &&
	       (strcmp(word->text, "and") == 0 || strcmp(word->text, "&&") == 0);
}

int ctl_where(const struct ctl_words *words, size_t first, json_t **query,
	      struct ctl_mistake *mistake)
{
	regex_t regex;

	*query = json_object();
	for (size_t i = first; i < words->count; i++) {
		const struct ctl_word *word = &words->words[i];
		const char *wrong = NULL;

		if (word->kind == CTL_BRACKETS || word->quoted + (word->kind == CTL_BARE) == 2)
			wrong = "expected a condition, as in name=value";
		else if (word->kind == CTL_PAIR && strcmp(word->op, "=") == 0 &&
			 json_object_set_new(*query, word->name, json_string(word->text)) != 0)
			wrong = "this is not UTF-8 text";
		else if (word->kind == CTL_PAIR && strcmp(word->op, "~") == 0) {
			if (regcomp(&regex, word->text, REG_EXTENDED | REG_NOSUB) != 0)
				wrong = "bad regular expression";
			else
				regfree(&regex);
		}
		if (wrong == NULL)
			continue;
		mistake->column = word->column;
		snprintf(mistake->message, sizeof(mistake->message), "%s", wrong);
		json_decref(*query);
		*query = NULL;
		return -EINVAL;
	}
	return 0;
}

static int compare(const char *left, const char *right)
{
	char *left_end, *right_end;
	double a = strtod(left, &left_end), b = strtod(right, &right_end);

	if (*left != '\0' && *right != '\0' && *left_end == '\0' && *right_end == '\0')
		return (a > b) - (a < b);
	return strcmp(left, right);
}

static bool matches_regex(const char *expression, const char *text)
{
	regex_t regex;

	if (regcomp(&regex, expression, REG_EXTENDED | REG_NOSUB) != 0)
		return false;
	bool matches = regexec(&regex, text, 0, NULL, 0) == 0;
	regfree(&regex);
	return matches;
}

static bool matches_pair(const struct ctl_word *word, const json_t *item)
{
	char *text = ctl_value_text(json_object_get(item, word->name));
	bool matches = true;

	if (text == NULL)
		return false;
	if (strcmp(word->op, "!=") == 0)
		matches = strcmp(text, word->text) != 0;
	else if (strcmp(word->op, "~") == 0)
		matches = matches_regex(word->text, text);
	else if (strcmp(word->op, "<") == 0)
		matches = *text != '\0' && compare(text, word->text) < 0;
	else if (strcmp(word->op, ">") == 0)
		matches = *text != '\0' && compare(text, word->text) > 0;
	free(text);
	return matches;
}

bool ctl_where_matches(const struct ctl_words *words, size_t first, const json_t *item)
{
	for (size_t i = first; i < words->count; i++) {
		const struct ctl_word *word = &words->words[i];
		bool matches = true;

		if (word->kind == CTL_PAIR)
			matches = matches_pair(word, item);
		else if (!is_and(word) && word->text[0] == '!')
			matches = !json_is_true(json_object_get(item, word->text + 1));
		else if (!is_and(word))
			matches = json_is_true(json_object_get(item, word->text));
		if (!matches)
			return false;
	}
	return true;
}
