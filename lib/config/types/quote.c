/* SPDX-License-Identifier: BSD-3-Clause */
/* What people wrote, fit to be shown to them again. */
#include <string.h>

#include "base/text.h"
#include "config/types/property.h"

#define QUOTED_MAX (TP_QUOTE_LEN - 3) /* with "..." behind */

char *tp_quote(const char *s, char text[TP_QUOTE_LEN])
{
	char all[TP_TEXT_ROOM(TP_QUOTE_LEN)];

	tp_text_escape(s, strnlen(s, TP_QUOTE_LEN), all, sizeof(all));
	tp_text_show(all, text, QUOTED_MAX);
	if (strcmp(text, all) != 0)
		strcat(text, "...");
	return text;
}
