/* SPDX-License-Identifier: BSD-3-Clause */
#include "again.h"

#include <ctype.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define TIME_MAX_MS 86400000u /* a day */

bool ctl_interrupted(const struct ctl *ctl)
{
	return ctl->api.interrupted != NULL && *ctl->api.interrupted;
}

bool ctl_live(const struct ctl *ctl)
{
	return !ctl->json && isatty(fileno(ctl->out));
}

/* Of a number's unit, which ends at *END; 0: there is no such unit. */
static double unit_ms(char **end)
{
	static const struct {
		const char *name;
		double ms;
	} units[] = {{"ms", 1}, {"s", 1000}, {"m", 60000}, {"h", 3600000}, {"d", 86400000}};

	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		size_t len = strlen(units[i].name);

		if (strncmp(*end, units[i].name, len) != 0)
			continue;
		*end += len;
		return units[i].ms;
	}
	return **end == '\0' ? 1000 : 0;
}

bool ctl_time(const char *text, unsigned *ms)
{
	unsigned h, m, s;
	double sum = 0;
	int used = 0;

	if (sscanf(text, "%2u:%2u:%2u%n", &h, &m, &s, &used) == 3 && text[used] == '\0')
		sum = ((h * 60.0 + m) * 60.0 + s) * 1000;
	else if (*text == '\0')
		return false;
	else
		while (*text != '\0') {
			char *end;
			double number = isdigit((unsigned char)*text) ? strtod(text, &end) : 0;
			double unit = isdigit((unsigned char)*text) ? unit_ms(&end) : 0;

			if (unit == 0)
				return false;
			sum += number * unit;
			text = end;
		}
	if (!(sum >= 20 && sum <= TIME_MAX_MS))
		return false;
	*ms = (unsigned)sum;
	return true;
}

void ctl_again(struct ctl *ctl, const char *text, unsigned *lines)
{
	if (*lines > 0 && ctl_live(ctl))
		fprintf(ctl->out, "\033[%uA\033[J", *lines);
	fputs(text, ctl->out);
	fflush(ctl->out);
	*lines = 0;
	for (; (text = strchr(text, '\n')) != NULL; text++)
		(*lines)++;
}

bool ctl_pause(const struct ctl *ctl, unsigned ms, unsigned *left_ms)
{
	const struct timespec time = {.tv_sec = ms / 1000, .tv_nsec = (long)(ms % 1000) * 1000000};

	if (*left_ms <= ms)
		return false;
	if (*left_ms != UINT_MAX)
		*left_ms -= ms;
	return nanosleep(&time, NULL) == 0 && !ctl_interrupted(ctl);
}
