/* SPDX-License-Identifier: BSD-3-Clause */
/* RouterOS's query words, in reverse Polish notation: each compares a property and pushes what
 * came of it; words that begin with # work on what was pushed. An item passes if all that is
 * left is true. ["type=ether", "type=vlan", "#|!"]: neither the one nor the other.
 *
 * Beside RouterOS's own: "~name=^a" (a regular expression), "@address=10.0.0.0/8" (is in the
 * prefix), "*disabled" (is yes, or is not empty). */
#include "api/query.h"

#include <errno.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/api_private.h"
#include "config/json.h"

#define WORDS_MAX      256
#define NAME_LEN       64
#define EXPRESSION_MAX 128

struct stack {
	unsigned count;
	bool value[2 * WORDS_MAX]; /* the last is the top */
};

struct word {
	char kind; /* '=', '<', '>', '~', '@', '*', '+' (has), '-' (has not), '#' */
	bool has_regex;
	char name[NAME_LEN];
	const char *value; /* or the operations; in the JSON that was compiled */
	regex_t regex;
};

struct tp_api_query {
	json_t *words;
	unsigned count;
	struct word word[];
};

/* ---- reading ------------------------------------------------------------------------------- */

/* What glibc's expressions take the square of, or more, is left out: the thread that compiles them
 * serves everybody. */
static bool is_harmless(const char *expression)
{
	unsigned repeated = 0; /* each + behind such doubles what it is about */

	for (const char *c = expression; *c != '\0'; c++) {
		if (c[0] == '\\' && c[1] >= '0' && c[1] <= '9')
			return false;
		if (c[0] == '\\' && c[1] != '\0') {
			c++;
			continue;
		}
		repeated += strchr(")+*?", c[0]) != NULL && c[1] == '+';
		if (c[0] == '{')
			return false;
	}
	return repeated <= 3 && strlen(expression) <= EXPRESSION_MAX;
}

static const char *take_regex(struct word *word)
{
	if (!is_harmless(word->value))
		return "is a regular expression that is too long, or has back-references, { or "
		       "many )+ or ++";
	word->has_regex = regcomp(&word->regex, word->value, REG_EXTENDED | REG_NOSUB) == 0;
	return word->has_regex ? NULL : "bad regular expression";
}

/* A prefix of either family; an address is one of all its bits. */
struct net {
	struct tp_ip address;
	unsigned length;
};

static bool read_net(const char *text, size_t len, struct net *net)
{
	char address[TP_IP_TEXT_LEN];
	const char *slash = memchr(text, '/', len);
	size_t before = slash != NULL ? (size_t)(slash - text) : len;
	unsigned most;

	if (before >= sizeof(address))
		return false;
	memcpy(address, text, before);
	address[before] = '\0';
	if (!tp_ip_parse(address, &net->address))
		return false;
	most = tp_ip_bits(&net->address);
	net->length = slash != NULL ? 0 : most;
	if (slash == NULL)
		return true;
	for (const char *c = slash + 1; c < text + len; c++) {
		if (*c < '0' || *c > '9' || net->length > most)
			return false;
		net->length = net->length * 10 + (unsigned)(*c - '0');
	}
	return len > before + 1 && net->length <= most;
}

static bool net_has(const struct net *outer, const struct net *inner)
{
	unsigned whole = outer->length / 8, bits = outer->length % 8;

	if (outer->address.family != inner->address.family || inner->length < outer->length ||
	    memcmp(outer->address.bytes, inner->address.bytes, whole) != 0)
		return false;
	return bits == 0 ||
	       (outer->address.bytes[whole] ^ inner->address.bytes[whole]) >> (8 - bits) == 0;
}

static const char *take_prefix(const struct word *word)
{
	struct net net;

	return read_net(word->value, strlen(word->value), &net)
		       ? NULL
		       : "expected a prefix, as in 10.0.0.0/8";
}

/* NULL, or what is wrong with TEXT. */
static const char *read_word(const char *text, struct word *word)
{
	const char *equals;
	size_t len;

	word->kind = '=';
	if (text[0] == '#') {
		word->kind = '#';
		word->value = text + 1;
		return *word->value != '\0' &&
				       strspn(word->value, "0123456789!&|.") == strlen(word->value)
			       ? NULL
			       : "has operations that there are not";
	}
	if (text[0] != '\0' && strchr("-<>=~@*", text[0]) != NULL)
		word->kind = *text++;
	equals = word->kind == '-' || word->kind == '*' ? NULL : strchr(text, '=');
	len = equals != NULL ? (size_t)(equals - text) : strlen(text);
	if (len == 0 || len >= NAME_LEN)
		return "names no property";
	if (equals == NULL && strchr("<>~@", word->kind) != NULL)
		return "has no value to compare with";
	memcpy(word->name, text, len);
	if (equals == NULL && word->kind == '=')
		word->kind = '+';
	word->value = equals != NULL ? equals + 1 : NULL;
	if (word->kind == '~')
		return take_regex(word);
	return word->kind == '@' ? take_prefix(word) : NULL;
}

/* ---- comparing ------------------------------------------------------------------------------- */

static int equals(const json_t *object, const struct tp_config_item *item, const struct word *word,
		  bool *same, struct tp_error *e)
{
	const json_t *have;

	if (item != NULL &&
	    (strcmp(word->name, ".id") == 0 || tp_property_find(item->resource, word->name) >= 0))
		return tp_config_item_matches(item, word->name, word->value, same, e);
	have = json_object_get(object, word->name);
	*same = have != NULL ? tp_api_same_text(have, word->value) : word->value[0] == '\0';
	return 0;
}

/* Numbers, times and addresses by value; all else by its letters. */
static bool number_of(const char *text, uint64_t *out)
{
	uint32_t number;
	char *end;

	if (tp_ipv4_parse(text, &number) || tp_time_parse(text, &number)) {
		*out = number;
		return true;
	}
	*out = strtoull(text, &end, 10);
	return *text >= '0' && *text <= '9' && *end == '\0';
}

static int compare(const char *a, const char *b)
{
	struct tp_ip one, other;
	uint64_t x, y;

	if (number_of(a, &x) && number_of(b, &y))
		return (x > y) - (x < y);
	if (tp_ip_parse(a, &one) && tp_ip_parse(b, &other) && one.family == other.family)
		return memcmp(one.bytes, other.bytes, sizeof(one.bytes));
	return strcmp(a, b);
}

/* An address, or all of a prefix; of a list of them, any. */
static bool is_in(const char *have, const char *wanted)
{
	struct net outer, inner;
	size_t len;

	if (!read_net(wanted, strlen(wanted), &outer))
		return false;
	for (; *have != '\0'; have += len + (have[len] == ',')) {
		len = strcspn(have, ",");
		if (read_net(have, len, &inner) && net_has(&outer, &inner))
			return true;
	}
	return false;
}

/* A list has its elements with commas between; NULL: there is nothing to compare. */
static char *whole_text(const json_t *value)
{
	char room[TP_API_TEXT_LEN], *text = NULL;
	const json_t *element;
	size_t i, size;
	FILE *out;

	if (!json_is_array(value))
		return tp_api_text(value, room) != NULL ? strdup(tp_api_text(value, room)) : NULL;
	out = open_memstream(&text, &size);
	if (out == NULL)
		return NULL;
	json_array_foreach (value, i, element) {
		const char *one = tp_api_text(element, room);

		fprintf(out, "%s%s", i > 0 ? "," : "", one != NULL ? one : "");
	}
	fclose(out);
	return text;
}

static bool is_true(const json_t *value, const char *text)
{
	if (json_is_boolean(value))
		return json_is_true(value);
	return text != NULL && *text != '\0' && strcmp(text, "false") != 0;
}

static int holds(const json_t *object, const struct tp_config_item *item, const struct word *word,
		 bool *passes, struct tp_error *e)
{
	const json_t *value = json_object_get(object, word->name);
	char *text = whole_text(value);

	*passes = false;
	switch (word->kind) {
	case '=':
		free(text);
		return equals(object, item, word, passes, e);
	case '<':
		*passes = text != NULL && *text != '\0' && compare(text, word->value) < 0;
		break;
	case '>':
		*passes = text != NULL && *text != '\0' && compare(text, word->value) > 0;
		break;
	case '~':
		*passes = regexec(&word->regex, text != NULL ? text : "", 0, NULL, 0) == 0;
		break;
	case '@':
		*passes = text != NULL && is_in(text, word->value);
		break;
	case '*':
		*passes = is_true(value, text);
		break;
	default:
		*passes = (value != NULL) == (word->kind == '+');
	}
	free(text);
	return 0;
}

/* ---- the stack ----------------------------------------------------------------------------- */

static bool push(struct stack *stack, bool value)
{
	if (stack->count == 2 * WORDS_MAX)
		return false;
	stack->value[stack->count++] = value;
	return true;
}

static bool binary(struct stack *stack, char operation)
{
	bool a, b;

	if (stack->count < 2)
		return false;
	a = stack->value[--stack->count];
	b = stack->value[--stack->count];
	return push(stack, operation == '&' ? a && b : a || b);
}

/* An index: copies that value to the top; at the end of the word it is all that is left. */
static bool pick(struct stack *stack, unsigned long index, bool at_end)
{
	if (index >= stack->count)
		return false;
	bool value = stack->value[stack->count - 1 - index];
	if (at_end)
		stack->count = 0;
	return push(stack, value);
}

static bool operate(struct stack *stack, const char *operations)
{
	for (const char *c = operations; *c != '\0'; c++) {
		bool ok;
		char *end;

		if (*c >= '0' && *c <= '9') {
			unsigned long index = strtoul(c, &end, 10);
			ok = pick(stack, index, *end == '\0');
			c = *end == '.' ? end : end - 1; /* a dot behind an index only ends it */
		} else if (*c == '!') {
			ok = stack->count > 0;
			if (ok)
				stack->value[stack->count - 1] = !stack->value[stack->count - 1];
		} else if (*c == '.') {
			ok = pick(stack, 0, false);
		} else {
			ok = binary(stack, *c);
		}
		if (!ok)
			return false;
	}
	return true;
}

/* ---- the query ------------------------------------------------------------------------------ */

/* -EINVAL: the words make no sense, or a value is none of its property's. OBJECT NULL: just to see
 * whether they do. */
static int run(const struct tp_api_query *query, const json_t *object,
	       const struct tp_config_item *item, bool *passes, struct tp_error *e)
{
	struct stack stack = {0};

	for (unsigned i = 0; i < query->count; i++) {
		const struct word *word = &query->word[i];
		bool value = false;
		int error = 0;

		if (word->kind == '#') {
			if (!operate(&stack, word->value))
				return tp_error_set(e, -EINVAL, TP_API_QUERY,
						    "#%s has too little to work on", word->value);
			continue;
		}
		if (object != NULL)
			error = holds(object, item, word, &value, e);
		if (error != 0)
			return error;
		if (!push(&stack, value))
			return tp_error_set(e, -EINVAL, TP_API_QUERY, "too many words");
	}
	*passes = true;
	for (unsigned n = 0; n < stack.count; n++)
		*passes = *passes && stack.value[n];
	return 0;
}

static int read_words(struct tp_api_query *query, struct tp_error *e)
{
	const json_t *text;
	size_t i;

	json_array_foreach (query->words, i, text) {
		const char *wrong = json_is_string(text) ? read_word(json_string_value(text),
								     &query->word[query->count++])
							 : "is no text";

		if (wrong != NULL)
			return tp_error_set(e, -EINVAL, TP_API_QUERY, "word %zu, %.64s: %s", i + 1,
					    json_is_string(text) ? json_string_value(text) : "",
					    wrong);
	}
	return 0;
}

int tp_api_query_open(json_t *words, struct tp_api_query **out, struct tp_error *e)
{
	size_t count = json_array_size(words);
	struct tp_api_query *query;
	bool passes;
	int error;

	*out = NULL;
	if (words == NULL)
		return 0;
	if (count > WORDS_MAX)
		return tp_error_set(e, -EINVAL, TP_API_QUERY, "more than %d words", WORDS_MAX);
	query = calloc(1, sizeof(*query) + count * sizeof(query->word[0]));
	if (query == NULL)
		return tp_error_set(e, -ENOMEM, TP_API_QUERY, "out of memory");
	query->words = json_incref(words);
	error = read_words(query, e);
	if (error == 0)
		error = run(query, NULL, NULL, &passes, e);
	if (error != 0)
		tp_api_query_close(query);
	else
		*out = query;
	return error;
}

void tp_api_query_close(struct tp_api_query *query)
{
	if (query == NULL)
		return;
	for (unsigned i = 0; i < query->count; i++)
		if (query->word[i].has_regex)
			regfree(&query->word[i].regex);
	json_decref(query->words);
	free(query);
}

const char *tp_api_query_name(const struct tp_api_query *query, unsigned *index)
{
	while (*index < query->count && query->word[*index].kind == '#')
		(*index)++;
	return *index < query->count ? query->word[(*index)++].name : NULL;
}

const char *tp_api_query_alone(const struct tp_api_query *query, const char *name)
{
	if (query == NULL || query->count != 1 || query->word[0].kind != '=' ||
	    strcmp(query->word[0].name, name) != 0)
		return NULL;
	return query->word[0].value;
}

int tp_api_query_passes(const struct tp_api_query *query, const json_t *object,
			const struct tp_config_item *item, bool *passes, struct tp_error *e)
{
	*passes = true;
	return query != NULL ? run(query, object, item, passes, e) : 0;
}

json_t *tp_api_cut_down(json_t *object, const char *proplist)
{
	json_t *few;
	size_t len;

	if (proplist == NULL || *proplist == '\0')
		return json_incref(object);
	few = json_object();
	for (; *proplist != '\0'; proplist += len + (proplist[len] == ',')) {
		char name[NAME_LEN];

		len = strcspn(proplist, ",");
		snprintf(name, sizeof(name), "%.*s", (int)len, proplist);
		json_object_set(few, name, json_object_get(object, name));
	}
	return few;
}
