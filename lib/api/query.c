/* SPDX-License-Identifier: BSD-3-Clause */
/* RouterOS's query words, in reverse Polish notation: each compares a property and pushes what
 * came of it; words that begin with # work on what was pushed. An item passes if all that is
 * left is true. ["type=ether", "type=vlan", "#|!"]: neither the one nor the other. */
#include <stdlib.h>
#include <string.h>

#include "api/api_private.h"
#include "config/json.h"

#define WORDS_MAX 64
#define NAME_LEN  64

struct stack {
	unsigned count;
	bool value[2 * WORDS_MAX]; /* the last is the top */
};

struct word {
	char kind; /* '=', '<', '>', '+' (has), '-' (has not), '#' */
	char name[NAME_LEN];
	const char *value; /* or the operations */
};

static bool parse(const char *text, struct word *word)
{
	const char *equals;
	size_t len;

	*word = (struct word){.kind = '='};
	if (text[0] == '#') {
		word->kind = '#';
		word->value = text + 1;
		return *word->value != '\0' &&
		       strspn(word->value, "0123456789!&|.") == strlen(word->value);
	}
	if (text[0] != '\0' && strchr("-<>=", text[0]) != NULL)
		word->kind = *text++;
	equals = word->kind == '-' ? NULL : strchr(text, '=');
	len = equals != NULL ? (size_t)(equals - text) : strlen(text);
	if (len == 0 || len >= NAME_LEN || (equals == NULL && strchr("<>", word->kind) != NULL))
		return false;
	memcpy(word->name, text, len);
	if (equals == NULL && word->kind == '=')
		word->kind = '+';
	word->value = equals != NULL ? equals + 1 : NULL;
	return true;
}

/* ---- comparing ------------------------------------------------------------------------------- */

static bool equals(const json_t *object, const struct tp_config_item *item, const struct word *word)
{
	bool same = false;

	if (item != NULL &&
	    (strcmp(word->name, ".id") == 0 || tp_property_find(item->resource, word->name) >= 0))
		return tp_config_item_matches(item, word->name, word->value, &same, NULL) == 0 &&
		       same;
	return tp_api_same_text(json_object_get(object, word->name), word->value);
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
	uint64_t x, y;

	if (number_of(a, &x) && number_of(b, &y))
		return (x > y) - (x < y);
	return strcmp(a, b);
}

static bool holds(const json_t *object, const struct tp_config_item *item, const struct word *word)
{
	char room[TP_API_TEXT_LEN];
	const char *have = tp_api_text(json_object_get(object, word->name), room);

	switch (word->kind) {
	case '=':
		return equals(object, item, word);
	case '<':
		return have != NULL && compare(have, word->value) < 0;
	case '>':
		return have != NULL && compare(have, word->value) > 0;
	case '-':
		return json_object_get(object, word->name) == NULL;
	default:
		return json_object_get(object, word->name) != NULL;
	}
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

/* False: the words make no sense. OBJECT NULL: just to see whether they do. */
static bool run(const json_t *words, const json_t *object, const struct tp_config_item *item,
		bool *passes)
{
	struct stack stack = {0};
	const json_t *text;
	size_t i;

	if (json_array_size(words) > WORDS_MAX)
		return false;
	json_array_foreach (words, i, text) {
		struct word word;

		if (!json_is_string(text) || !parse(json_string_value(text), &word))
			return false;
		if (word.kind == '#' ? !operate(&stack, word.value)
				     : !push(&stack, object != NULL && holds(object, item, &word)))
			return false;
	}
	*passes = true;
	for (unsigned n = 0; n < stack.count; n++)
		*passes = *passes && stack.value[n];
	return true;
}

bool tp_api_query_check(const json_t *words)
{
	bool passes;

	return run(words, NULL, NULL, &passes);
}

bool tp_api_query_passes(const json_t *query, const json_t *object,
			 const struct tp_config_item *item)
{
	const json_t *words = json_object_get(query, TP_API_QUERY);
	bool passes = true;

	return words == NULL || (run(words, object, item, &passes) && passes);
}
