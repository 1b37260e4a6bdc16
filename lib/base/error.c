/* SPDX-License-Identifier: BSD-3-Clause */
#include "error.h"

#include <stdio.h>

int tp_error_set(struct tp_error *e, int code, const char *place, const char *format, ...)
{
	va_list args;

	if (e == NULL)
		return code;
	e->code = code;
	snprintf(e->place, sizeof(e->place), "%s", place != NULL ? place : "");
	va_start(args, format);
	vsnprintf(e->message, sizeof(e->message), format, args);
	va_end(args);
	return code;
}
