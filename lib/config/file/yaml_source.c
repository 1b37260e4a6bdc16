/* SPDX-License-Identifier: BSD-3-Clause */
/* libyaml's events, one at a time. */
#include "config/file/yaml_source.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

bool tp_yaml_open(struct tp_yaml *yaml, const char *text, size_t len, struct tp_mistakes *mistakes)
{
	memset(yaml, 0, sizeof(*yaml));
	/* Editors of Windows begin a file with one; libyaml passes it only where it guesses. */
	if (len >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0) {
		text += 3;
		len -= 3;
	}
	yaml->text = text;
	yaml->len = len;
	yaml->mistakes = mistakes;
	if (yaml_parser_initialize(&yaml->parser) == 0)
		return false;
	yaml_parser_set_encoding(&yaml->parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&yaml->parser, (const unsigned char *)text, len);
	return true;
}

void tp_yaml_close(struct tp_yaml *yaml)
{
	if (yaml->has_event)
		yaml_event_delete(&yaml->event);
	yaml_parser_delete(&yaml->parser);
	tp_comments_clear(&yaml->comments);
}

/* The line of a byte of the text, from 1; its column too. */
static unsigned line_of(const struct tp_yaml *yaml, size_t offset, unsigned *column)
{
	unsigned line = 1;
	*column = 1;
	for (size_t i = 0; i < offset && i < yaml->len; i++) {
		(*column)++;
		if (yaml->text[i] == '\n') {
			line++;
			*column = 1;
		}
	}
	return line;
}

/* Is there a tab where the scanner stopped? Its own words do not say so. */
static bool stopped_at_tab(const struct tp_yaml *yaml)
{
	const char *p = yaml->text, *end = yaml->text + yaml->len;
	for (size_t line = yaml->parser.problem_mark.line; line > 0 && p != NULL; line--) {
		p = memchr(p, '\n', (size_t)(end - p));
		if (p != NULL)
			p++;
	}
	if (p == NULL)
		return false;
	while (p < end && *p == ' ')
		p++;
	return p < end && *p == '\t';
}

static void report_broken(struct tp_yaml *yaml)
{
	const yaml_parser_t *parser = &yaml->parser;
	const char *problem = parser->problem != NULL ? parser->problem : "out of memory";
	unsigned line = (unsigned)parser->problem_mark.line + 1;
	unsigned column = (unsigned)parser->problem_mark.column + 1;
	char message[256];

	if (parser->error == YAML_READER_ERROR) {
		line = line_of(yaml, parser->problem_offset, &column);
		snprintf(message, sizeof(message),
			 "the text is not UTF-8, or has control "
			 "characters: %s",
			 problem);
	} else if (stopped_at_tab(yaml)) {
		snprintf(message, sizeof(message), "a tab; YAML is indented with blanks");
	} else {
		snprintf(message, sizeof(message), "not YAML: %s", problem);
	}
	yaml->broken = true;
	tp_mistake_add(yaml->mistakes, line, column, -EINVAL, "", message);
}

unsigned tp_yaml_line(const struct tp_yaml *yaml)
{
	return (unsigned)yaml->event.start_mark.line + 1;
}

unsigned tp_yaml_column(const struct tp_yaml *yaml)
{
	return (unsigned)yaml->event.start_mark.column + 1;
}

static void report_here(struct tp_yaml *yaml, const char *message)
{
	tp_mistake_add(yaml->mistakes, tp_yaml_line(yaml), tp_yaml_column(yaml), -EINVAL, "",
		       message);
}

static void check_event(struct tp_yaml *yaml)
{
	const unsigned char *anchor = NULL, *tag = NULL;

	switch (yaml->event.type) {
	case YAML_ALIAS_EVENT:
		report_here(yaml, "an alias; expected the value itself");
		return;
	case YAML_SCALAR_EVENT:
		anchor = yaml->event.data.scalar.anchor;
		tag = yaml->event.data.scalar.tag;
		break;
	case YAML_SEQUENCE_START_EVENT:
		anchor = yaml->event.data.sequence_start.anchor;
		tag = yaml->event.data.sequence_start.tag;
		yaml->depth++;
		break;
	case YAML_MAPPING_START_EVENT:
		anchor = yaml->event.data.mapping_start.anchor;
		tag = yaml->event.data.mapping_start.tag;
		yaml->depth++;
		break;
	case YAML_SEQUENCE_END_EVENT:
	case YAML_MAPPING_END_EVENT:
		yaml->depth--;
		return;
	default:
		return;
	}
	if (anchor != NULL)
		report_here(yaml, "an anchor; expected the value alone");
	if (tag != NULL)
		report_here(yaml, "a tag; expected the value alone");
	if (yaml->depth > TP_YAML_DEPTH_MAX) {
		report_here(yaml, "nested too deeply");
		yaml->broken = true;
	}
}

bool tp_yaml_next(struct tp_yaml *yaml)
{
	if (yaml->broken)
		return false;
	if (yaml->has_event)
		yaml_event_delete(&yaml->event);
	yaml->has_event = yaml_parser_parse(&yaml->parser, &yaml->event) != 0;
	if (yaml->has_event) {
		tp_comments_pass(&yaml->comments, yaml->text, yaml->len, &yaml->event);
		check_event(yaml);
	} else {
		report_broken(yaml);
	}
	return !yaml->broken;
}

bool tp_yaml_skip(struct tp_yaml *yaml)
{
	unsigned depth = yaml->depth;
	if (yaml->event.type != YAML_MAPPING_START_EVENT &&
	    yaml->event.type != YAML_SEQUENCE_START_EVENT)
		return true;
	while (yaml->depth >= depth) {
		if (!tp_yaml_next(yaml))
			return false;
	}
	return true;
}

bool tp_yaml_is_null(const struct tp_yaml *yaml)
{
	if (yaml->event.type != YAML_SCALAR_EVENT ||
	    yaml->event.data.scalar.style != YAML_PLAIN_SCALAR_STYLE)
		return false;
	const char *s = (const char *)yaml->event.data.scalar.value;
	return *s == '\0' || strcmp(s, "~") == 0 || strcmp(s, "null") == 0 ||
	       strcmp(s, "Null") == 0 || strcmp(s, "NULL") == 0;
}
