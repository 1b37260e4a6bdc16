/* SPDX-License-Identifier: BSD-3-Clause */
#include "config/types/rate_limit.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "config/types/type.h"
#include "config/types/value.h"

#define TEXT_LEN	 200
#define PRIORITY_DEFAULT 8 /* the lowest */
#define BURST_TIME	 1 /* seconds, when not given */

enum word { RATE, BURST_RATE, BURST_THRESHOLD, BURST_TIME_WORD, PRIORITY, RATE_MIN, WORDS };

/* What a letter behind a rate multiplies it by, in either case; 0: there is no such letter. */
static uint64_t unit_of(char letter)
{
	switch (letter) {
	case '\0':
		return 1;
	case 'k':
	case 'K':
		return 1000;
	case 'm':
	case 'M':
		return 1000000;
	case 'g':
	case 'G':
		return 1000000000;
	default:
		return 0;
	}
}

/* "512k", "10.5M": the digits behind the point are of the unit, and come to whole bits. */
static bool parse_rate(const char *text, uint64_t *rate)
{
	uint64_t unit, part = 0, scale = 1;
	char *end;

	if (!isdigit((unsigned char)*text) || strlen(text) > 18)
		return false;
	*rate = strtoull(text, &end, 10);
	if (*end == '.')
		for (end++; isdigit((unsigned char)*end) && scale < 1000000000; end++, scale *= 10)
			part = part * 10 + (uint64_t)(*end - '0');
	unit = unit_of(*end);
	if (unit == 0 || (*end != '\0' && end[1] != '\0') || end[-1] == '.' || unit % scale != 0 ||
	    *rate > TP_RATE_MAX / unit)
		return false;
	*rate = *rate * unit + part * (unit / scale);
	return *rate <= TP_RATE_MAX;
}

static bool parse_way(enum word word, const char *text, struct tp_rate_limit_way *way,
		      const char **why)
{
	uint64_t number;

	switch (word) {
	case RATE:
		*why = "has a rate that is not one such as 512k, 10.5M or 1G";
		return parse_rate(text, &way->rate);
	case BURST_RATE:
		*why = "has a burst-rate that is not one such as 20M";
		return parse_rate(text, &way->burst_rate);
	case BURST_THRESHOLD:
		*why = "has a burst-threshold that is not a rate such as 8M";
		return parse_rate(text, &way->burst_threshold);
	case BURST_TIME_WORD:
		*why = "has a burst-time that is not 0s to 1h";
		return tp_time_parse(text, &way->burst_time) &&
		       way->burst_time <= TP_BURST_TIME_MAX;
	case PRIORITY:
		*why = "has a priority that is not 1 to 8";
		if (!parse_rate(text, &number) || number < 1 || number > 8)
			return false;
		way->priority = (uint8_t)number;
		return true;
	default:
		*why = "has a rate-min that is not one such as 1M";
		return parse_rate(text, &way->rate_min);
	}
}

/* "rx/tx", or one for both. */
static bool parse_word(enum word word, char *text, struct tp_rate_limit *limit, const char **why)
{
	char *slash = strchr(text, '/');

	if (slash != NULL)
		*slash = '\0';
	return parse_way(word, text, &limit->rx, why) &&
	       parse_way(word, slash != NULL ? slash + 1 : text, &limit->tx, why);
}

/* RouterOS's defaults for what was not given. */
static void fill(struct tp_rate_limit_way *way, unsigned words)
{
	if (words <= BURST_THRESHOLD && way->burst_rate != 0)
		way->burst_threshold = way->rate;
	if (words <= BURST_TIME_WORD)
		way->burst_time = BURST_TIME;
	if (words <= PRIORITY)
		way->priority = PRIORITY_DEFAULT;
	if (words <= RATE_MIN)
		way->rate_min = way->rate;
}

static bool makes_sense(const struct tp_rate_limit_way *way, const char **why)
{
	if (way->burst_rate != 0 && way->burst_rate < way->rate)
		*why = "has a burst-rate below its rate";
	else if (way->burst_rate != 0 && way->burst_threshold > way->burst_rate)
		*why = "has a burst-threshold above its burst-rate";
	else if (way->rate_min > way->rate)
		*why = "has a rate-min above its rate";
	else
		return true;
	return false;
}

bool tp_rate_limit_parse(const char *text, struct tp_rate_limit *limit, const char **why)
{
	char copy[TEXT_LEN], *save = NULL, *word;
	unsigned count = 0;

	memset(limit, 0, sizeof(*limit));
	*why = "is too long";
	if (strlen(text) >= sizeof(copy))
		return false;
	strcpy(copy, text);
	for (word = strtok_r(copy, " \t", &save); word != NULL;
	     word = strtok_r(NULL, " \t", &save)) {
		*why = "has more than six words";
		if (count == WORDS || !parse_word((enum word)count, word, limit, why))
			return false;
		count++;
	}
	*why = "is no rate";
	if (count == 0)
		return false;
	limit->words = (uint8_t)count;
	fill(&limit->rx, count);
	fill(&limit->tx, count);
	if (!makes_sense(&limit->rx, why) || !makes_sense(&limit->tx, why))
		return false;
	*why = NULL;
	return true;
}

static void print_rate(FILE *out, uint64_t rate)
{
	static const struct {
		uint64_t unit;
		const char *name;
	} units[] = {{1000000000, "G"}, {1000000, "M"}, {1000, "k"}, {1, ""}};
	unsigned i = 0;

	while (rate == 0 ? units[i].unit != 1 : rate % units[i].unit != 0)
		i++;
	fprintf(out, "%" PRIu64 "%s", rate / units[i].unit, units[i].name);
}

static void print_way(FILE *out, enum word word, const struct tp_rate_limit_way *way)
{
	char text[TP_TIME_TEXT_LEN];

	switch (word) {
	case RATE:
		print_rate(out, way->rate);
		break;
	case BURST_RATE:
		print_rate(out, way->burst_rate);
		break;
	case BURST_THRESHOLD:
		print_rate(out, way->burst_threshold);
		break;
	case BURST_TIME_WORD:
		fputs(tp_time_format(way->burst_time, text), out);
		break;
	case PRIORITY:
		fprintf(out, "%u", way->priority);
		break;
	default:
		print_rate(out, way->rate_min);
		break;
	}
}

void tp_rate_limit_print(FILE *out, const struct tp_rate_limit *limit)
{
	for (unsigned i = 0; i < limit->words; i++) {
		if (i > 0)
			fputc(' ', out);
		print_way(out, (enum word)i, &limit->rx);
		if (i == PRIORITY && limit->rx.priority == limit->tx.priority)
			continue;
		fputc('/', out);
		print_way(out, (enum word)i, &limit->tx);
	}
}

uint64_t tp_rate_limit_burst_bytes(const struct tp_rate_limit_way *way)
{
	if (way->rate == 0 || way->burst_rate <= way->rate)
		return 0;
	double seconds = (double)way->burst_threshold * way->burst_time / (double)way->burst_rate;
	return (uint64_t)(seconds * (double)(way->burst_rate - way->rate) / 8);
}

static bool parse(struct tp_parse *p, void *field)
{
	struct tp_rate_limit **limit = field;

	if (p->whole[0] == '\0')
		return true;
	*limit = malloc(sizeof(**limit));
	return *limit != NULL && tp_rate_limit_parse(p->whole, *limit, &p->why);
}

static void print(FILE *out, const struct tp_property *property, const void *field)
{
	tp_rate_limit_print(out, *(struct tp_rate_limit *const *)field);
}

static bool is_empty(const void *field)
{
	return *(struct tp_rate_limit *const *)field == NULL;
}

static void clear(void *field)
{
	free(*(struct tp_rate_limit **)field);
}

const struct tp_type tp_type_rate_limit = {
	.name = "rate limit",
	.size = TP_VALUE_SIZE(struct tp_rate_limit *),
	.expected = "a rate limit such as 10M/50M, or with bursts 10M/50M 20M/100M 8M/40M 10s/10s",
	.parse = parse,
	.print = print,
	.is_empty = is_empty,
	.clear = clear,
};
