/* SPDX-License-Identifier: BSD-3-Clause */
/* Delays that grow with the load. */
#include "config/types/type.h"
#include "config/types/value.h"

#include <string.h>

static bool parse_delay(const char *text, size_t len, uint16_t *ms)
{
	uint64_t value = 0;
	size_t i = 0;

	if (len == 5 && strncmp(text, "never", 5) == 0) {
		*ms = TP_DELAY_NEVER;
		return true;
	}
	for (; i < len && i < 6 && text[i] >= '0' && text[i] <= '9'; i++)
		value = value * 10 + (uint64_t)(text[i] - '0');
	if (len - i == 1 && text[i] == 's')
		value *= 1000;
	else if (len != i && !(len - i == 2 && strncmp(text + i, "ms", 2) == 0))
		return false;
	*ms = (uint16_t)value;
	return i > 0 && value <= TP_DELAY_MAX;
}

bool tp_delay_add(struct tp_delay_list *list, const char *text)
{
	size_t len = strcspn(text, ":");
	uint64_t sessions = 0;
	uint16_t ms;

	if (list->count == TP_DELAY_STEPS || !parse_delay(text, len, &ms) ||
	    (text[len] == ':') != (list->count > 0))
		return false;
	if (text[len] == ':') {
		const char *digits = text + len + 1;

		if (*digits == '\0' || strlen(digits) > 7 ||
		    strspn(digits, "0123456789") != strlen(digits))
			return false;
		for (; *digits != '\0'; digits++)
			sessions = sessions * 10 + (uint64_t)(*digits - '0');
		if (sessions <= list->step[list->count - 1].sessions)
			return false;
	}
	list->step[list->count].sessions = (uint32_t)sessions;
	list->step[list->count++].ms = ms;
	return true;
}

uint16_t tp_delay_at(const struct tp_delay_list *list, uint32_t sessions)
{
	uint16_t ms = 0;

	for (unsigned i = 0; i < list->count && list->step[i].sessions <= sessions; i++)
		ms = list->step[i].ms;
	return ms;
}

static bool parse(struct tp_parse *p, void *field)
{
	for (unsigned i = 0; i < p->count; i++)
		if (!tp_delay_add(field, p->text[i]))
			return false;
	return p->count > 0;
}

static void print(FILE *out, const struct tp_property *property, const void *field)
{
	const struct tp_delay_list *list = field;

	for (unsigned i = 0; i < list->count; i++) {
		if (list->step[i].ms == TP_DELAY_NEVER)
			fprintf(out, "%snever", i > 0 ? "," : "");
		else
			fprintf(out, "%s%ums", i > 0 ? "," : "", list->step[i].ms);
		if (i > 0)
			fprintf(out, ":%u", list->step[i].sessions);
	}
}

static bool is_empty(const void *field)
{
	return ((const struct tp_delay_list *)field)->count == 0;
}

const struct tp_type tp_type_delay_list = {
	.name = "list of delays",
	.size = TP_VALUE_SIZE(struct tp_delay_list),
	.list = true,
	.numeric = true,
	.expected = "a list of delays such as 0ms,100ms:300,never:1000",
	.parse = parse,
	.print = print,
	.is_empty = is_empty,
};
