/* SPDX-License-Identifier: BSD-3-Clause */
#include "access_line.h"

#define CIRCUIT_ID 0x01 /* TR-101, R-124 */
#define REMOTE_ID  0x02

const char *tp_line_number_name(enum tp_line_number number)
{
	static const char *const names[] = {
#define NAME(id, option, name) name,
		TP_LINE_NUMBERS(NAME)
#undef NAME
	};

	return number < TP_LINE_NUMBER_COUNT ? names[number] : "unknown";
}

/* -1: one that we don't keep. */
static int number_of(uint8_t option)
{
	static const uint8_t options[] = {
#define OPTION(id, option, name) option,
		TP_LINE_NUMBERS(OPTION)
#undef OPTION
	};

	for (int i = 0; i < TP_LINE_NUMBER_COUNT; i++)
		if (options[i] == option)
			return i;
	return -1;
}

static void keep_id(const struct tp_pppoe_value *value, char text[TP_LINE_ID_MAX])
{
	tp_text_escape(value->bytes, value->len < TP_LINE_ID_BYTES ? value->len : TP_LINE_ID_BYTES,
		       text, TP_LINE_ID_MAX);
}

static bool keep(struct tp_access_line *line, uint8_t option, const struct tp_pppoe_value *value)
{
	struct tp_reader r = tp_reader_of(value->bytes, value->len);
	int number = number_of(option);

	if (option == CIRCUIT_ID)
		keep_id(value, line->circuit_id);
	else if (option == REMOTE_ID)
		keep_id(value, line->remote_id);
	else
		return number >= 0 && value->len == 4 && tp_read_be32(&r, &line->number[number]);
	return value->len > 0;
}

bool tp_access_line_parse(const struct tp_pppoe_value *value, struct tp_access_line *line)
{
	struct tp_reader r = tp_reader_of(value->bytes, value->bytes != NULL ? value->len : 0);
	struct tp_pppoe_value one;
	uint8_t option, len;
	bool any = false;

	*line = (struct tp_access_line){0};
	while (tp_read_u8(&r, &option) && tp_read_u8(&r, &len) &&
	       tp_read_bytes(&r, len, &one.bytes)) {
		one.len = len;
		any = keep(line, option, &one) || any;
	}
	return any;
}
