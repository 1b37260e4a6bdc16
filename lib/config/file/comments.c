/* SPDX-License-Identifier: BSD-3-Clause */
/* Comments stand between values only, where nothing is quoted: between the end of one of
 * libyaml's events and the start of the next. */
#include "config/file/comments.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static void add_line(struct tp_comments *comments, char **kept, const char *line, size_t len)
{
	size_t old = *kept != NULL ? strlen(*kept) : 0;
	char *more = realloc(*kept, old + len + 2);

	if (more == NULL) {
		comments->failed = true;
		return;
	}
	memcpy(more + old, line, len);
	memcpy(more + old + len, "\n", 2);
	*kept = more;
}

/* Adds the lines of *FROM, which is none then. */
static void move_lines(struct tp_comments *comments, char **kept, char **from)
{
	if (*from != NULL)
		add_line(comments, kept, *from, strlen(*from) - 1);
	free(*from);
	*from = NULL;
}

static bool is_line(const char *line, size_t len, const char *text)
{
	return len == strlen(text) && memcmp(line, text, len) == 0;
}

/* What Turnpike itself writes into every file is nobody's comment. */
static bool is_ours(const char *line, size_t len)
{
	return is_line(line, len, TP_SAVED_HEAD) || is_line(line, len, TP_SAVED_HOW) ||
	       is_line(line, len, TP_SAVED_END);
}

bool tp_saved_is_cut(const char *text, size_t len)
{
	const size_t head = strlen(TP_SAVED_HEAD);

	return len >= head && memcmp(text, TP_SAVED_HEAD, head) == 0 &&
	       memmem(text, len, TP_SAVED_END, strlen(TP_SAVED_END)) == NULL;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* One line, or what is left of it behind a value (BESIDE). */
static void pass_line(struct tp_comments *comments, const char *line, size_t len, bool beside)
{
	const char *sign = memchr(line, '#', len);

	while (len > 0 && is_blank(line[len - 1]))
		len--;
	while (sign != NULL && sign > line && !is_blank(sign[-1]))
		sign = memchr(sign + 1, '#', len - (size_t)(sign + 1 - line));
	if (sign != NULL) {
		len -= (size_t)(sign - line);
		if (!is_ours(sign, len))
			add_line(comments,
				 beside && comments->last != NULL ? comments->last
								  : &comments->above,
				 sign, len);
	} else if (len == 0 && comments->index == 0) {
		move_lines(comments, &comments->head, &comments->above);
	}
}

/* The length of the line break at the start of TEXT, 0: there is none. YAML 1.1, section 5.4. */
static size_t break_len(const char *text, size_t len)
{
	static const char *const breaks[] = {"\n",	 "\r\n",	 "\r",
					     "\xc2\x85", "\xe2\x80\xa8", "\xe2\x80\xa9"};

	for (unsigned i = 0; i < sizeof(breaks) / sizeof(breaks[0]); i++) {
		size_t n = strlen(breaks[i]);

		if (n <= len && memcmp(text, breaks[i], n) == 0)
			return n;
	}
	return 0;
}

static void pass_gap(struct tp_comments *comments, const char *text, size_t from, size_t to)
{
	bool beside = from > 0 && text[from - 1] != '\n';

	while (from < to) {
		size_t len = 0, end = 0;

		while (from + len < to &&
		       (end = break_len(text + from + len, to - from - len)) == 0)
			len++;
		pass_line(comments, text + from, len, beside);
		beside = false;
		from += len + end;
	}
}

/* The byte where the character with this number begins. */
static size_t advance(struct tp_comments *comments, const char *text, size_t len, size_t index)
{
	size_t at = comments->offset;

	for (size_t i = comments->index; i < index && at < len; i++)
		for (at++; at < len && ((unsigned char)text[at] & 0xc0) == 0x80;)
			at++;
	return at;
}

void tp_comments_pass(struct tp_comments *comments, const char *text, size_t len,
		      const yaml_event_t *event)
{
	size_t start = event->start_mark.index, end = event->end_mark.index;

	/* The start and the end of what is indented have no text of their own. */
	if (event->type == YAML_STREAM_END_EVENT)
		start = end = SIZE_MAX;
	else if (start == end)
		return;
	size_t at = advance(comments, text, len, start);
	pass_gap(comments, text, comments->offset, at);
	comments->offset = at;
	comments->index = start;
	comments->offset = advance(comments, text, len, end);
	comments->index = end;
}

void tp_comments_take(struct tp_comments *comments, char **kept)
{
	if (kept != NULL)
		move_lines(comments, kept, &comments->above);
	comments->last = kept;
}

void tp_comments_clear(struct tp_comments *comments)
{
	free(comments->head);
	free(comments->above);
	comments->head = comments->above = NULL;
	comments->last = NULL;
}
