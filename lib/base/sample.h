/* SPDX-License-Identifier: BSD-3-Clause */
/* Numbers for monitoring, as Prometheus knows them. Whoever counts tells his samples to a function,
 * those of one name together and in a stable order; who writes them (api/samples.h) knows none by
 * name. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TP_SAMPLE_LABELS 2

struct tp_sample_label {
	const char *name; /* "reason" */
	const char *value;
};

struct tp_sample {
	const char *name; /* "turnpike_sessions_ended_total" */
	bool gauge;	  /* else a counter, whose name ends with "_total" */
	const char *help; /* one sentence */
	uint64_t value;
	uint64_t
		parts; /* VALUE is in so many parts of the unit (ms of s: 1000); 0: in whole ones */
	struct tp_sample_label labels[TP_SAMPLE_LABELS]; /* up to the first without a name */
};

/* SAMPLE and its texts are good for the call. */
typedef void (*tp_sample_fn)(void *user, const struct tp_sample *sample);

/* One that has no labels. */
struct tp_sample_row {
	const char *name;
	bool gauge;
	const char *help;
	uint64_t value;
};

/* Where samples go, and the family under way: those of one name. */
struct tp_samples {
	tp_sample_fn fn;
	void *user;
	struct tp_sample sample;
};

/* Those of NAME come next, one for each value of LABEL; NULL: there is but one, without. */
static inline void tp_samples_family(struct tp_samples *to, bool gauge, const char *name,
				     const char *label, const char *help)
{
	to->sample = (struct tp_sample){
		.name = name,
		.gauge = gauge,
		.help = help,
		.labels = {{.name = label}},
	};
}

/* The next of the family. */
static inline void tp_samples_put(struct tp_samples *to, const char *value_of_label, uint64_t value)
{
	to->sample.labels[0].value = value_of_label;
	to->sample.value = value;
	to->fn(to->user, &to->sample);
}

/* The same, of a VALUE in so many PARTS of the unit. */
static inline void tp_samples_put_parts(struct tp_samples *to, const char *value_of_label,
					uint64_t value, uint64_t parts)
{
	to->sample.parts = parts;
	tp_samples_put(to, value_of_label, value);
}

static inline void tp_samples_counter(struct tp_samples *to, const char *name, const char *help,
				      uint64_t value)
{
	tp_samples_family(to, false, name, NULL, help);
	tp_samples_put(to, NULL, value);
}

static inline void tp_samples_gauge(struct tp_samples *to, const char *name, const char *help,
				    uint64_t value)
{
	tp_samples_family(to, true, name, NULL, help);
	tp_samples_put(to, NULL, value);
}

static inline void tp_samples_rows(struct tp_samples *to, const struct tp_sample_row *rows,
				   size_t count)
{
	for (size_t i = 0; i < count; i++) {
		tp_samples_family(to, rows[i].gauge, rows[i].name, NULL, rows[i].help);
		tp_samples_put(to, NULL, rows[i].value);
	}
}

/* One without labels, of a VALUE in milliseconds. */
static inline void tp_samples_seconds(struct tp_samples *to, bool gauge, const char *name,
				      const char *help, uint64_t ms)
{
	tp_samples_family(to, gauge, name, NULL, help);
	tp_samples_put_parts(to, NULL, ms, 1000);
}
