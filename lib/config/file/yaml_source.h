/* SPDX-License-Identifier: BSD-3-Clause */
/* libyaml's events, one at a time, with what this configuration does not take (anchors, aliases,
 * tags, deep nesting, several documents) reported on the way. Private to lib/config. */
#pragma once

#include <stdbool.h>
#include <yaml.h>

#include "config/file/comments.h"
#include "config/file/errors.h"

#define TP_YAML_DEPTH_MAX 16

struct tp_yaml {
	yaml_parser_t parser;
	yaml_event_t event; /* the current one */
	bool has_event;
	bool broken; /* not YAML: the text's mistake is reported, there are no more events */
	unsigned depth;
	const char *text;
	size_t len;
	struct tp_mistakes *mistakes;
	struct tp_comments comments;
};

/* Returns false when memory is out. TEXT must live as long as YAML. */
bool tp_yaml_open(struct tp_yaml *yaml, const char *text, size_t len, struct tp_mistakes *mistakes);
void tp_yaml_close(struct tp_yaml *yaml);

/* Goes on to the next event; false when the text is broken. The event before is gone. */
bool tp_yaml_next(struct tp_yaml *yaml);

/* Goes past the value that begins with the current event, which becomes its last one. */
bool tp_yaml_skip(struct tp_yaml *yaml);

/* Where the current event begins, from 1. */
unsigned tp_yaml_line(const struct tp_yaml *yaml);
unsigned tp_yaml_column(const struct tp_yaml *yaml);

/* The current event is a scalar with nothing in it: `key:`, `~`, `null`. */
bool tp_yaml_is_null(const struct tp_yaml *yaml);
