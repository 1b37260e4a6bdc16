/* SPDX-License-Identifier: BSD-3-Clause */
/* By which name a peer is known. Names are UTF-8 here, but old clients send those of their own
 * character set, mostly Latin-1. */
#include "aaa/local.h"

#include <string.h>

#include "base/text.h"

/* BYTES read as Latin-1. False: it does not fit. */
static bool from_latin1(const char *bytes, char *text, size_t size)
{
	size_t used = 0;

	for (const unsigned char *u = (const unsigned char *)bytes; *u != '\0'; u++) {
		if (used + 2 >= size)
			return false;
		if (*u >= 0x80)
			text[used++] = (char)(0xc0 | *u >> 6);
		text[used++] = (char)(*u >= 0x80 ? 0x80 | (*u & 0x3f) : *u);
	}
	text[used] = '\0';
	return true;
}

void tp_aaa_user_name(const struct tp_config *config, const char *sent,
		      char name[TP_AAA_NAME_MAX + 1])
{
	char read[TP_AAA_NAME_MAX + 1];

	tp_text_show(sent, name, TP_AAA_NAME_MAX + 1);
	if (tp_text_is_plain(sent) || tp_config_secret(config, name) != NULL ||
	    !from_latin1(sent, read, sizeof(read)) || !tp_text_is_plain(read) ||
	    tp_config_secret(config, read) == NULL)
		return;
	strcpy(name, read);
}
