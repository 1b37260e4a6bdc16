/* SPDX-License-Identifier: BSD-3-Clause */
/* RouterOS's times. */
#include "config/types/property.h"
#include "config/types/type.h"
#include "config/types/value.h"

#include <stdio.h>

/* "01:00" (hours and minutes) or "00:01:00", HOURS being read already and P at the colon. */
static bool clock_time(const char *p, uint32_t hours, uint64_t *seconds)
{
	uint32_t part[2] = {0, 0};
	for (int i = 0; i < 2 && *p != '\0'; i++) {
		if (*p++ != ':' || !tp_digits_read(&p, &part[i]) || part[i] > 59)
			return false;
	}
	*seconds += (uint64_t)hours * 3600 + part[0] * 60 + part[1];
	return *p == '\0';
}

static const struct {
	char letter;
	uint32_t seconds;
} time_units[] = {{'w', 604800}, {'d', 86400}, {'h', 3600}, {'m', 60}, {'s', 1}};
#define TIME_UNITS (sizeof(time_units) / sizeof(time_units[0]))

bool tp_time_parse(const char *text, uint32_t *seconds)
{
	const char *p = text;
	uint64_t total = 0;
	unsigned unit = 0; /* the largest that may still come */
	uint32_t v;

	if (*p == '\0')
		return false;
	while (*p != '\0') {
		if (!tp_digits_read(&p, &v))
			return false;
		if (*p == ':' && unit <= 2) {
			if (!clock_time(p, v, &total))
				return false;
			break;
		}
		if (*p == '\0' && unit == 0) {
			total = v;
			break;
		}
		while (unit < TIME_UNITS && time_units[unit].letter != *p)
			unit++;
		if (unit == TIME_UNITS)
			return false;
		total += (uint64_t)v * time_units[unit++].seconds;
		p++;
	}
	if (total > UINT32_MAX)
		return false;
	*seconds = (uint32_t)total;
	return true;
}

char *tp_time_format(uint32_t seconds, char text[TP_TIME_TEXT_LEN])
{
	int n = 0;
	for (unsigned i = 0; i < TIME_UNITS; i++) {
		uint32_t v = seconds / time_units[i].seconds;
		seconds %= time_units[i].seconds;
		if (v > 0 || (i == TIME_UNITS - 1 && n == 0))
			n += snprintf(text + n, (size_t)(TP_TIME_TEXT_LEN - n), "%u%c", v,
				      time_units[i].letter);
	}
	return text;
}

static bool parse(struct tp_parse *p, void *field)
{
	if (tp_zero_word(p->property, p->whole))
		return true;
	return tp_time_parse(p->whole, field);
}

static void print(FILE *out, const struct tp_property *property, const void *field)
{
	char text[TP_TIME_TEXT_LEN];

	fputs(property->zero != NULL && *(const uint32_t *)field == 0
		      ? property->zero
		      : tp_time_format(*(const uint32_t *)field, text),
	      out);
}

const struct tp_type tp_type_time = {
	.name = "time",
	.size = TP_VALUE_SIZE(uint32_t),
	.plain = true,
	.numeric = true,
	.expected = "a time such as 10s, 1d2h or 00:01:00",
	.parse = parse,
	.print = print,
};
