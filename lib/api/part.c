/* SPDX-License-Identifier: BSD-3-Clause */
/* A part of a list: so many of its items (.limit), from where another part ended (.after), of those
 * that hold a text (.search). So a client can show a list of tens of thousands without reading it.
 *
 * Where to go on is the list's own cursor as text. It comes back from a client: lists look into
 * nothing by it without having checked it, as they must anyhow of one that is old. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/api_private.h"
#include "api/query.h"

#define LIMIT ".limit"
#define AFTER ".after"

bool tp_api_is_word(const char *name)
{
	return strcmp(name, ".proplist") == 0 || strcmp(name, TP_API_QUERY) == 0 ||
	       strcmp(name, TP_API_SEARCH) == 0;
}

const char *tp_api_cursor(const struct tp_request *request, char text[TP_API_CURSOR_LEN])
{
	snprintf(text, TP_API_CURSOR_LEN, "%" PRIx64 "-%" PRIx64, request->cursor[0],
		 request->cursor[1]);
	return text;
}

static bool read_cursor(const char *text, uint64_t cursor[2])
{
	char *end;

	if (text == NULL || strspn(text, "0123456789abcdef-") != strlen(text))
		return false;
	errno = 0;
	cursor[0] = strtoull(text, &end, 16);
	if (end == text || *end != '-')
		return false;
	text = end + 1;
	cursor[1] = strtoull(text, &end, 16);
	return end != text && *text != '-' && *end == '\0' && errno == 0;
}

static bool read_limit(const char *text, unsigned *limit)
{
	char *end;
	unsigned long value;

	if (text == NULL || strspn(text, "0123456789") != strlen(text))
		return false;
	value = strtoul(text, &end, 10);
	*limit = (unsigned)value;
	return end != text && value > 0 && value <= TP_API_LIMIT_MAX;
}

int tp_api_part_read(struct tp_request *request, struct tp_error *e)
{
	const json_t *limit = json_object_get(request->query, LIMIT);
	const json_t *after = json_object_get(request->query, AFTER);
	char room[TP_API_TEXT_LEN];

	if (limit != NULL && !read_limit(tp_api_text(limit, room), &request->limit))
		return tp_error_set(e, -EINVAL, LIMIT, "is from 1 to %d", TP_API_LIMIT_MAX);
	if (after != NULL && !read_cursor(json_string_value(after), request->cursor))
		return tp_error_set(e, -EINVAL, AFTER,
				    "is what Turnpike-Next said of the part before");
	if (limit != NULL)
		json_object_del(request->query, LIMIT);
	if (after != NULL)
		json_object_del(request->query, AFTER);
	return 0;
}

bool tp_api_part_is_whole(const struct tp_request *request, const json_t *page)
{
	return request->limit != 0 && request->count + json_array_size(page) >= request->limit;
}

void tp_api_part_end(struct tp_request *request, const json_t *page, bool behind)
{
	request->rest = behind && tp_api_part_is_whole(request, page);
	request->more = behind && !request->rest;
}

bool tp_api_holds(const json_t *object, const char *text)
{
	const char *name;
	json_t *value;

	if (text == NULL || *text == '\0')
		return true;
	json_object_foreach ((json_t *)object, name, value)
		if (json_is_string(value) && strcasestr(json_string_value(value), text) != NULL)
			return true;
	return false;
}
