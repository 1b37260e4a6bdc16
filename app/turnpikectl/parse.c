/* SPDX-License-Identifier: BSD-3-Clause */
#include "parse.h"

#include <ctype.h>
#include <errno.h>
#include <jansson.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "base/windows_1252.h"

#define DEPTH_MAX 8

struct scanner {
	const char *text;
	size_t at;
	int depth;
	struct ctl_mistake *mistake;
};

static int fail(struct scanner *s, size_t at, const char *message)
{
	s->mistake->column = (int)at + 1;
	snprintf(s->mistake->message, sizeof(s->mistake->message), "%s", message);
	return -EINVAL;
}

static bool ends_word(char c)
{
	return c == '\0' || isspace((unsigned char)c) || c == ';';
}

static bool is_name(char c)
{
	return isalnum((unsigned char)c) || c == '-' || c == '.' || c == '_';
}

static int hex_digit(char c)
{
	const char digits[] = "0123456789ABCDEF";
	const char *found = c != '\0' ? strchr(digits, toupper((unsigned char)c)) : NULL;

	return found != NULL ? (int)(found - digits) : -1;
}

/* One escape behind a backslash; RouterOS's: \" \\ \n \r \t \$ \? \_ (a blank) \a \b \f \v \FF */
static int escape(struct scanner *s, char *out)
{
	static const char names[] = "\"\\nrt$?_abfv", values[] = "\"\\\n\r\t$? \a\b\f\v";
	char c = s->text[s->at];
	const char *found = c != '\0' ? strchr(names, c) : NULL;

	if (found != NULL) {
		*out = values[found - names];
		s->at++;
		return 0;
	}
	int high = hex_digit(c), low = high >= 0 ? hex_digit(s->text[s->at + 1]) : -1;
	if (low < 0 || (high == 0 && low == 0))
		return fail(s, s->at, "bad escape in a string");
	*out = (char)(high << 4 | low);
	s->at += 2;
	return 0;
}

static int quoted(struct scanner *s, char *out, size_t *len)
{
	size_t begin = s->at++;

	while (s->text[s->at] != '"') {
		char c = s->text[s->at];
		if (c == '\0')
			return fail(s, begin, "a quote is opened and not closed");
		s->at++;
		if (c == '\\' && escape(s, &c) != 0)
			return -EINVAL;
		out[(*len)++] = c;
	}
	s->at++;
	return 0;
}

/* What is no UTF-8 is Windows-1252, as in RouterOS's exports. Takes TEXT. */
static char *as_utf8(char *text)
{
	json_t *is = json_string(text);
	size_t used;
	char *utf8 = is == NULL ? tp_windows_1252_to_utf8(text, strlen(text), &used) : NULL;

	json_decref(is);
	if (utf8 == NULL)
		return text;
	free(text);
	return utf8;
}

int ctl_parse_value(const char *text, size_t *at, bool (*ends)(const char *at), char **value,
		    bool *is_quoted, struct ctl_mistake *mistake)
{
	struct scanner s = {.text = text, .at = *at, .mistake = mistake};
	size_t len = 0;

	*value = malloc(strlen(text + s.at) + 1);
	if (*value == NULL)
		return fail(&s, s.at, "memory is out");
	while (!ends(text + s.at)) {
		if (text[s.at] == '"') {
			*is_quoted = true;
			if (quoted(&s, *value, &len) != 0)
				return -EINVAL;
		} else {
			(*value)[len++] = text[s.at++];
		}
	}
	(*value)[len] = '\0';
	*value = as_utf8(*value);
	*at = s.at;
	return 0;
}

static bool ends_command_word(const char *at)
{
	return ends_word(at[0]);
}

static bool ends_word_in_brackets(const char *at)
{
	return ends_word(at[0]) || at[0] == ']';
}

/* A value: quoted and bare pieces up to the end of the word. */
static int value(struct scanner *s, struct ctl_word *word)
{
	return ctl_parse_value(s->text, &s->at,
			       s->depth > 0 ? ends_word_in_brackets : ends_command_word,
			       &word->text, &word->quoted, s->mistake);
}

/* The operator at TEXT: its length, or 0. */
static size_t operator_at(const char *text)
{
	if (text[0] != '\0' && text[1] == '=' && strchr("!<>", text[0]) != NULL)
		return 2;
	return *text != '\0' && strchr("=~<>", *text) != NULL ? 1 : 0;
}

static int words(struct scanner *s, struct ctl_words *out);

static int brackets(struct scanner *s, struct ctl_word *word)
{
	word->kind = CTL_BRACKETS;
	if (++s->depth > DEPTH_MAX)
		return fail(s, s->at, "too many brackets");
	s->at++;
	if (words(s, &word->inside) != 0)
		return -EINVAL;
	char next = s->text[s->at];
	if (!ends_word(next) && !(next == ']' && s->depth > 0))
		return fail(s, s->at, "a blank is expected behind a bracket");
	return 0;
}

static int one_word(struct scanner *s, struct ctl_word *word)
{
	const char *begin = s->text + s->at;
	size_t name = 0;

	word->column = (int)s->at + 1;
	if (*begin == '[')
		return brackets(s, word);
	while (is_name(begin[name]))
		name++;
	size_t op = name > 0 ? operator_at(begin + name) : 0;
	if (op > 0) {
		word->kind = CTL_PAIR;
		word->name = strndup(begin, name);
		memcpy(word->op, begin + name, op);
		s->at += name + op;
	}
	/* In RouterOS's scripts it is worked out; taken as it stands it would be another value. */
	if (op > 0 && s->text[s->at] != '\0' && strchr("[({$", s->text[s->at]) != NULL)
		return fail(s, s->at,
			    "an expression is not worked out here; in quotes it is a text");
	return value(s, word);
}

static struct ctl_word *grow(struct ctl_words *list)
{
	struct ctl_word *grown = realloc(list->words, (list->count + 1) * sizeof(*grown));

	if (grown == NULL)
		return NULL;
	list->words = grown;
	grown[list->count] = (struct ctl_word){.kind = CTL_BARE};
	return &grown[list->count++];
}

/* Up to the end of the command, or of the brackets that it stands in. */
static int words(struct scanner *s, struct ctl_words *out)
{
	size_t begin = s->at;

	out->text = s->text;
	for (;;) {
		while (isspace((unsigned char)s->text[s->at]))
			s->at++;
		char c = s->text[s->at];
		out->end = s->at;
		if (s->depth > 0 && c == ']') {
			s->at++;
			s->depth--;
			return 0;
		}
		if (s->depth > 0 && (c == '\0' || c == ';'))
			return fail(s, begin > 0 ? begin - 1 : 0,
				    "a bracket is opened and not closed");
		if (c == ';') {
			s->at++;
			return 0;
		}
		if (c == '#' && out->count == 0)
			s->at += strcspn(s->text + s->at, "\n");
		if (s->text[s->at] == '\0')
			return 0;
		if (s->text[s->at] == '\n')
			continue;
		struct ctl_word *word = grow(out);
		if (word == NULL)
			return fail(s, s->at, "memory is out");
		if (one_word(s, word) != 0)
			return -EINVAL;
	}
}

int ctl_parse(const char *text, size_t *at, struct ctl_words *out, struct ctl_mistake *mistake)
{
	struct scanner s = {.text = text, .at = *at, .mistake = mistake};

	*out = (struct ctl_words){0};
	int code = words(&s, out);
	*at = s.at;
	if (code != 0)
		ctl_words_free(out);
	return code;
}

void ctl_words_free(struct ctl_words *list)
{
	for (size_t i = 0; i < list->count; i++) {
		free(list->words[i].name);
		free(list->words[i].text);
		ctl_words_free(&list->words[i].inside);
	}
	free(list->words);
	*list = (struct ctl_words){0};
}

size_t ctl_prompt(const char *line, char *path, size_t size)
{
	const char *at = line + strspn(line, " \t");
	const char *close = strchr(at, ']');
	const char *sign = strchr(at, '@');

	if (*at != '[' || close == NULL || sign == NULL || sign > close)
		return 0;
	const char *end = strchr(close, '>');
	if (end == NULL)
		return 0;
	close++;
	close += strspn(close, " \t");
	/* Between the bracket and the sign stands a path or nothing. */
	if (close != end && *close != '/')
		return 0;
	snprintf(path, size, "%.*s", (int)(end - close), close);
	end++;
	return (size_t)(end - line);
}

/* Editors of Windows begin a file with one. */
static const char *behind_mark(const char *line)
{
	return line + (strncmp(line, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0);
}

bool ctl_join(char **text, const char *line)
{
	line = behind_mark(line);
	size_t len = strcspn(line, "\r\n"), slashes = 0;
	size_t before = *text != NULL ? strlen(*text) : 0;

	/* The indentation of a continued line is no part of it: an export breaks lines anywhere. */
	if (before > 0) {
		size_t indent = strspn(line, " \t");
		line += indent < len ? indent : len;
		len -= indent < len ? indent : len;
	}
	while (slashes < len && line[len - 1 - slashes] == '\\')
		slashes++;
	bool more = slashes % 2 == 1;
	if (more)
		len--;
	char *joined = realloc(*text, before + len + 1);
	if (joined == NULL)
		return false;
	memcpy(joined + before, line, len);
	joined[before + len] = '\0';
	*text = joined;
	return more;
}

char *ctl_quote(const char *text)
{
	bool plain = *text != '\0';

	for (const char *c = text; *c != '\0'; c++)
		plain = plain && (isalnum((unsigned char)*c) || strchr("-._:/,*@+", *c) != NULL);
	char *out = malloc(4 * strlen(text) + 3), *to = out;
	if (out == NULL)
		return NULL;
	if (!plain)
		*to++ = '"';
	for (size_t len; *text != '\0'; text += len > 0 ? len : 1) {
		len = tp_text_char(text, SIZE_MAX);
		if (strchr("\"\\$", *text) != NULL)
			*to++ = '\\';
		if (len == 0)
			to += sprintf(to, "\\%02X", (unsigned char)*text);
		else
			to = (char *)mempcpy(to, text, len);
	}
	if (!plain)
		*to++ = '"';
	*to = '\0';
	return out;
}
