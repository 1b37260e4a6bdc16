/* SPDX-License-Identifier: BSD-3-Clause */
#include "mgmt/binary/words.h"

#include <stdlib.h>

#include "base/windows_1252.h"

json_t *mgmt_words_text(const char *bytes, size_t len)
{
	json_t *text = json_stringn(bytes, len);
	size_t used = 0;
	char *utf8 = text == NULL ? tp_windows_1252_to_utf8(bytes, len, &used) : NULL;

	if (utf8 != NULL)
		text = json_stringn(utf8, used);
	free(utf8);
	return text;
}
