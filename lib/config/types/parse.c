/* SPDX-License-Identifier: BSD-3-Clause */
/* Texts into values: lists are taken apart here, the elements are read by the type. */
#include "config/types/property.h"

#include <ctype.h>
#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "config/types/type.h"

/* Appends the comma-separated parts of S to TEXT, blanks around them cut; false when a part is
 * empty or too long, or there are too many. An empty S has no parts. */
static bool split(const char *s, char (*text)[TP_ELEMENT_LEN], unsigned room, unsigned *count)
{
	while (isblank((unsigned char)*s))
		s++;
	if (*s == '\0')
		return true;
	for (;;) {
		s += strspn(s, " \t");
		size_t len = strcspn(s, ",");
		const char *next = s + len;
		while (len > 0 && isblank((unsigned char)s[len - 1]))
			len--;
		if (len == 0 || len >= TP_ELEMENT_LEN || *count == room)
			return false;
		memcpy(text[*count], s, len);
		text[(*count)++][len] = '\0';
		if (*next == '\0')
			return true;
		s = next + 1;
	}
}

/* How many parts split() may find in all. */
static size_t parts(const struct tp_input *input)
{
	size_t n = 0;
	for (unsigned i = 0; i < input->count; i++) {
		n++;
		for (const char *c = input->text[i]; (c = strchr(c, ',')) != NULL; c++)
			n++;
	}
	return n;
}

static bool parse_list(struct tp_parse *p, const struct tp_input *input, void *field)
{
	size_t room = parts(input);
	bool ok = room <= TP_LIST_MAX;

	if (!ok) {
		p->why = "has more than 4096 elements";
		return false;
	}
	p->text = calloc(room > 0 ? room : 1, TP_ELEMENT_LEN);
	ok = p->text != NULL;
	for (unsigned i = 0; ok && i < input->count; i++)
		ok = split(input->text[i], p->text, (unsigned)room, &p->count);
	ok = ok && p->property->type->parse(p, field);
	free(p->text);
	return ok;
}

static int fail(const struct tp_parse *p, const struct tp_input *input, struct tp_error *error)
{
	char expected[200], quoted[TP_QUOTE_LEN];
	bool hide = (p->property->flags & TP_SECRET) != 0 || input->count != 1;

	tp_property_expected(p->property, expected, sizeof(expected));
	if (p->why != NULL)
		return tp_error_set(error, -EINVAL, NULL, "%s%s%s%s", hide ? "the value" : "'",
				    hide ? "" : tp_quote(input->text[0], quoted), hide ? " " : "' ",
				    p->why);
	return tp_error_set(error, -EINVAL, NULL, "%s%s%s not %s", hide ? "the value" : "'",
			    hide ? "" : tp_quote(input->text[0], quoted), hide ? " is" : "' is",
			    expected);
}

int tp_property_parse(const struct tp_property *property, void *item, const struct tp_input *input,
		      struct tp_error *error)
{
	_Alignas(max_align_t) char fresh[TP_VALUE_ROOM] = {0};
	const struct tp_type *type = property->type;
	struct tp_parse p = {.property = property};
	bool ok = false;

	if (type->list) {
		ok = parse_list(&p, input, fresh);
	} else if (!input->list) {
		p.whole = input->text[0];
		ok = type->parse(&p, fresh);
	} else {
		p.why = "is a list; expected one value";
	}
	if (!ok) {
		if (type->clear != NULL)
			type->clear(fresh);
		return fail(&p, input, error);
	}
	tp_property_clear(property, item);
	memcpy((char *)item + property->offset, fresh, type->size);
	return 0;
}
