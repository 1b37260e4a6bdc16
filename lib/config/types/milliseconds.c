/* SPDX-License-Identifier: BSD-3-Clause */
/* RouterOS's times below a second, as it writes them: "300ms", "1s500ms", "10s". */
#include "config/types/property.h"
#include "config/types/type.h"
#include "config/types/value.h"

#include <stdio.h>
#include <string.h>

/* Whole seconds, then "500ms"; either alone. */
static bool read_milliseconds(const char *text, uint64_t *ms)
{
	char seconds[TP_TIME_TEXT_LEN] = "";
	size_t len = strlen(text), digits = 0;
	uint32_t whole = 0, rest = 0;
	const char *p;

	*ms = 0;
	if (len < 3 || strcmp(text + len - 2, "ms") != 0) {
		if (!tp_time_parse(text, &whole))
			return false;
		*ms = whole * UINT64_C(1000);
		return true;
	}
	while (digits < len - 2 && text[len - 3 - digits] >= '0' && text[len - 3 - digits] <= '9')
		digits++;
	p = text + len - 2 - digits;
	if (!tp_digits_read(&p, &rest) || len - 2 - digits >= sizeof(seconds))
		return false;
	memcpy(seconds, text, len - 2 - digits);
	if (seconds[0] != '\0' && !tp_time_parse(seconds, &whole))
		return false;
	*ms = whole * UINT64_C(1000) + rest;
	return true;
}

char *tp_milliseconds_format(uint32_t ms, char text[TP_TIME_TEXT_LEN])
{
	size_t used = 0;

	text[0] = '\0';
	if (ms >= 1000 || ms == 0)
		used = strlen(tp_time_format(ms / 1000, text));
	if (ms % 1000 != 0)
		snprintf(text + used, TP_TIME_TEXT_LEN - used, "%ums", ms % 1000);
	return text;
}

static bool parse(struct tp_parse *p, void *field)
{
	uint64_t ms;

	if (!read_milliseconds(p->whole, &ms) || ms < p->property->min || ms > p->property->max)
		return false;
	*(uint32_t *)field = (uint32_t)ms;
	return true;
}

static void print(FILE *out, const struct tp_property *property, const void *field)
{
	char text[TP_TIME_TEXT_LEN];

	fputs(tp_milliseconds_format(*(const uint32_t *)field, text), out);
}

static void expect(FILE *out, const struct tp_property *property)
{
	char min[TP_TIME_TEXT_LEN], max[TP_TIME_TEXT_LEN];

	fprintf(out, "a time from %s to %s", tp_milliseconds_format(property->min, min),
		tp_milliseconds_format(property->max, max));
}

const struct tp_type tp_type_milliseconds = {
	.name = "time in milliseconds",
	.size = TP_VALUE_SIZE(uint32_t),
	.plain = true,
	.parse = parse,
	.print = print,
	.expect = expect,
	.describe = expect,
};
