/* SPDX-License-Identifier: BSD-3-Clause */
/* The values that properties hold, read and written as RouterOS does. */
#include "config/types/value.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool tp_ipv4_parse(const char *text, uint32_t *out)
{
	struct in_addr addr;
	if (inet_pton(AF_INET, text, &addr) != 1)
		return false;
	*out = ntohl(addr.s_addr);
	return true;
}

char *tp_ipv4_format(uint32_t address, char text[TP_IPV4_TEXT_LEN])
{
	snprintf(text, TP_IPV4_TEXT_LEN, "%u.%u.%u.%u", address >> 24, address >> 16 & 0xff,
		 address >> 8 & 0xff, address & 0xff);
	return text;
}

/* Decimal digits from *P on; moves *P past them. False when there are none, or too many. */
static bool digits(const char **p, uint32_t *out)
{
	uint64_t v = 0;
	if (!isdigit((unsigned char)**p))
		return false;
	for (; isdigit((unsigned char)**p); (*p)++) {
		v = v * 10 + (uint64_t)(**p - '0');
		if (v > UINT32_MAX)
			return false;
	}
	*out = (uint32_t)v;
	return true;
}

/* "01:00" (hours and minutes) or "00:01:00", HOURS being read already and P at the colon. */
static bool clock_time(const char *p, uint32_t hours, uint64_t *seconds)
{
	uint32_t part[2] = {0, 0};
	for (int i = 0; i < 2 && *p != '\0'; i++) {
		if (*p++ != ':' || !digits(&p, &part[i]) || part[i] > 59)
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
		if (!digits(&p, &v))
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

bool tp_prefix_parse(const char *text, struct tp_prefix *out)
{
	char address[TP_IPV4_TEXT_LEN];
	const char *slash = strchr(text, '/');
	uint32_t length = 32;

	if (slash == NULL) {
		out->length = 32;
		return tp_ipv4_parse(text, &out->address);
	}
	size_t n = (size_t)(slash - text);
	if (n >= sizeof(address))
		return false;
	memcpy(address, text, n);
	address[n] = '\0';
	slash++;
	if (!digits(&slash, &length) || *slash != '\0' || length > 32)
		return false;
	out->length = (uint8_t)length;
	return tp_ipv4_parse(address, &out->address);
}

char *tp_prefix_format(const struct tp_prefix *prefix, char text[TP_PREFIX_TEXT_LEN])
{
	char address[TP_IPV4_TEXT_LEN];
	snprintf(text, TP_PREFIX_TEXT_LEN, "%s/%u", tp_ipv4_format(prefix->address, address),
		 prefix->length);
	return text;
}

bool tp_range_parse(const char *text, struct tp_range *out)
{
	char first[TP_IPV4_TEXT_LEN];
	const char *dash = strchr(text, '-');

	if (dash == NULL) {
		struct tp_prefix block;
		if (!tp_prefix_parse(text, &block) ||
		    (block.address & ~tp_prefix_mask(block.length)) != 0)
			return false;
		out->first = block.address;
		out->last = block.address | ~tp_prefix_mask(block.length);
		return true;
	}
	size_t n = (size_t)(dash - text);
	if (n >= sizeof(first))
		return false;
	memcpy(first, text, n);
	first[n] = '\0';
	return tp_ipv4_parse(first, &out->first) && tp_ipv4_parse(dash + 1, &out->last) &&
	       out->first <= out->last;
}

char *tp_range_format(const struct tp_range *range, char text[TP_RANGE_TEXT_LEN])
{
	char first[TP_IPV4_TEXT_LEN], last[TP_IPV4_TEXT_LEN];
	tp_ipv4_format(range->first, first);
	if (range->first == range->last)
		snprintf(text, TP_RANGE_TEXT_LEN, "%s", first);
	else
		snprintf(text, TP_RANGE_TEXT_LEN, "%s-%s", first,
			 tp_ipv4_format(range->last, last));
	return text;
}

bool tp_bytes_parse(const char *text, uint64_t *bytes)
{
	static const char units[] = "kMGT";
	uint64_t value = 0, factor = 1;
	const char *unit;
	unsigned digits = 0;

	for (; *text >= '0' && *text <= '9'; text++, digits++)
		if (__builtin_mul_overflow(value, UINT64_C(10), &value) ||
		    __builtin_add_overflow(value, (uint64_t)(*text - '0'), &value))
			return false;
	unit = *text != '\0' ? strchr(units, *text == 'K' ? 'k' : *text) : NULL;
	if (digits == 0 || (unit == NULL && *text != '\0'))
		return false;
	if (unit != NULL) {
		bool binary = text[1] == 'i';

		for (const char *u = units; u <= unit; u++)
			factor *= binary ? 1024 : 1000;
		if (text[binary ? 2 : 1] != '\0')
			return false;
	}
	*bytes = value;
	return !__builtin_mul_overflow(value, factor, bytes) && *bytes <= INT64_MAX;
}

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

bool tp_name_add(struct tp_name_list *list, const char *name, const char **why)
{
	char **more;

	for (const char *c = name; *c != '\0'; c++)
		if (!isgraph((unsigned char)*c))
			return false;
	for (unsigned i = 0; i < list->count; i++) {
		if (strcmp(list->name[i], name) == 0) {
			*why = "has a name twice";
			return false;
		}
	}
	more = realloc(list->name, (list->count + 1) * sizeof(*more));
	if (more == NULL)
		return false;
	list->name = more;
	more[list->count] = strdup(name);
	if (more[list->count] == NULL)
		return false;
	list->count++;
	return true;
}
