/* SPDX-License-Identifier: BSD-3-Clause */
/* Read by recursive descent, from the loosest to the tightest, and told in reverse Polish notation:
 *	any: all { or all }	all: one { [and] one }	one: not one | ( any ) | property [op value]
 */
#include "where.h"

#include <ctype.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DEPTH_MAX 32
#define WORDS_MAX 256 /* that the daemon takes */

struct reader {
	const struct ctl_menu *menu;
	const char *text;
	size_t at, end;
	unsigned depth;
	json_t *query;
	struct ctl_mistake *mistake;
};

static int fail(struct reader *r, size_t at, const char *message)
{
	r->mistake->column = (int)at + 1;
	snprintf(r->mistake->message, sizeof(r->mistake->message), "%s", message);
	return -EINVAL;
}

static void skip_blanks(struct reader *r)
{
	while (r->at < r->end && isspace((unsigned char)r->text[r->at]))
		r->at++;
}

static bool is_name(char c)
{
	return isalnum((unsigned char)c) || c == '-' || c == '.' || c == '_';
}

static size_t name_length(const struct reader *r)
{
	size_t len = 0;

	while (r->at + len < r->end && is_name(r->text[r->at + len]))
		len++;
	return len;
}

/* Takes the SIGN or the WORD that means the same, if one stands here. */
static bool take(struct reader *r, const char *sign, const char *word)
{
	size_t len = strlen(sign);

	skip_blanks(r);
	if (r->at + len <= r->end && strncmp(r->text + r->at, sign, len) == 0) {
		r->at += len;
		return true;
	}
	len = word != NULL ? strlen(word) : 0;
	if (len == 0 || name_length(r) != len || strncmp(r->text + r->at, word, len) != 0)
		return false;
	r->at += len;
	return true;
}

static int tell(struct reader *r, const char *word)
{
	if (json_array_size(r->query) == WORDS_MAX)
		return fail(r, r->at, "the condition is too long");
	if (json_array_append_new(r->query, json_string(word)) != 0)
		return fail(r, r->at, "this is not UTF-8 text");
	return 0;
}

static int tell_three(struct reader *r, const char *sign, const char *name, const char *rest)
{
	char *word;

	if (asprintf(&word, "%s%s%s", sign, name, rest) < 0)
		return fail(r, r->at, "memory is out");
	int code = tell(r, word);
	free(word);
	return code;
}

/* ---- a comparison --------------------------------------------------------------------------- */

static const struct relation {
	const char *sign, *word;
	char kind; /* the query word's */
	bool not ; /* and not that */
	bool set;  /* and there is a value */
} relations[] = {
	{"!=", NULL, '=', true, false}, {"<=", NULL, '>', true, true},
	{">=", NULL, '<', true, true},	{"=", NULL, '=', false, false},
	{"<", NULL, '<', false, false}, {">", NULL, '>', false, false},
	{"~", NULL, '~', false, false}, {"in", "in", '@', false, false},
};

static const struct relation *take_relation(struct reader *r)
{
	skip_blanks(r);
	for (size_t i = 0; i < sizeof(relations) / sizeof(relations[0]); i++) {
		const struct relation *op = &relations[i];

		if (op->word != NULL
			    ? name_length(r) == strlen(op->word) && take(r, op->sign, op->word)
			    : take(r, op->sign, NULL))
			return op;
	}
	return NULL;
}

static bool ends_value(const char *at)
{
	return *at == '\0' || isspace((unsigned char)*at) || strchr("();]", *at) != NULL ||
	       strncmp(at, "&&", 2) == 0 || strncmp(at, "||", 2) == 0;
}

static int read_value(struct reader *r, const struct relation *op, const char *name)
{
	bool quoted = false;
	char *value = NULL, *rest = NULL;
	int code;

	skip_blanks(r);
	size_t begin = r->at;
	if (begin == r->end)
		return fail(r, begin, "a value is expected");
	code = ctl_parse_value(r->text, &r->at, ends_value, &value, &quoted, r->mistake);
	if (code == 0 && *value == '\0' && !quoted)
		code = fail(r, begin, "a value is expected; an empty one is \"\"");
	if (code == 0 && !quoted && strchr("=<>!~", *value) != NULL)
		code = fail(r, begin, "there is no such relation");
	if (code == 0) {
		const char kind[2] = {op->kind, '\0'};

		code = asprintf(&rest, "=%s", value) < 0 ? fail(r, begin, "memory is out") : 0;
		if (code == 0)
			code = tell_three(r, kind, name, rest);
		if (code == 0 && op->not )
			code = tell(r, "#!");
		if (code == 0 && op->set && (code = tell_three(r, "*", name, "")) == 0)
			code = tell(r, "#&");
		free(rest);
	}
	free(value);
	return code;
}

static bool is_property(const struct ctl_menu *menu, const char *name)
{
	const json_t *lists[] = {menu->properties, menu->status}, *property;
	size_t i;

	for (unsigned n = 0; n < 2; n++)
		json_array_foreach ((json_t *)(uintptr_t)lists[n], i, property) {
			const char *known = json_string_value(json_object_get(property, "name"));

			if (known != NULL && strcmp(known, name) == 0)
				return true;
		}
	return strcmp(name, ".id") == 0;
}

static int comparison(struct reader *r)
{
	size_t begin = r->at, len = name_length(r);
	const struct relation *op;
	char name[64];

	if (len == 0 || len >= sizeof(name))
		return fail(r, begin, "expected a condition, as in name=value");
	memcpy(name, r->text + begin, len);
	name[len] = '\0';
	if (!is_property(r->menu, name)) {
		fail(r, begin, "");
		snprintf(r->mistake->message, sizeof(r->mistake->message), "%s has no property %s",
			 r->menu->path, name);
		return -EINVAL;
	}
	r->at += len;
	op = take_relation(r);
	return op != NULL ? read_value(r, op, name) : tell_three(r, "*", name, "");
}

/* ---- what joins them ------------------------------------------------------------------------ */

static int any(struct reader *r);

static int one(struct reader *r)
{
	int code;

	skip_blanks(r);
	size_t begin = r->at;
	if (++r->depth > DEPTH_MAX)
		return fail(r, begin, "the condition is too deep");
	if (take(r, "!", "not")) {
		code = one(r);
		code = code == 0 ? tell(r, "#!") : code;
	} else if (take(r, "(", NULL)) {
		code = any(r);
		if (code == 0 && !take(r, ")", NULL))
			code = fail(r, begin, "a parenthesis is opened and not closed");
	} else {
		code = comparison(r);
	}
	r->depth--;
	return code;
}

/* Is this the end of conditions that must all hold? */
static bool ends_all(struct reader *r)
{
	size_t at = r->at;
	bool ends = take(r, "||", "or");

	skip_blanks(r);
	ends = ends || r->at == r->end || r->text[r->at] == ')';
	r->at = at;
	return ends;
}

static int all(struct reader *r)
{
	int code = one(r);

	while (code == 0 && !ends_all(r)) {
		take(r, "&&", "and");
		code = one(r);
		code = code == 0 ? tell(r, "#&") : code;
	}
	return code;
}

static int any(struct reader *r)
{
	int code = all(r);

	while (code == 0 && take(r, "||", "or")) {
		code = all(r);
		code = code == 0 ? tell(r, "#|") : code;
	}
	return code;
}

int ctl_where(const struct ctl_menu *menu, const struct ctl_words *words, size_t first,
	      json_t **query, struct ctl_mistake *mistake)
{
	struct reader r = {
		.menu = menu,
		.text = words->text,
		.at = first < words->count ? (size_t)words->words[first].column - 1 : words->end,
		.end = words->end,
		.query = json_array(),
		.mistake = mistake,
	};
	int code = any(&r);

	skip_blanks(&r);
	if (code == 0 && r.at < r.end)
		code = fail(&r, r.at, "expected end of condition");
	*query = code == 0 ? r.query : NULL;
	if (code != 0)
		json_decref(r.query);
	return code;
}
