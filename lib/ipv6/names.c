/* SPDX-License-Identifier: BSD-3-Clause */
#include "ipv6/names.h"

#include <ctype.h>

#define LABEL_MAX 63  /* RFC 1035, section 3.1 */
#define NAME_MAX  255 /* with the octets of lengths, and the root's */

/* Octets of the label that NAME begins with. */
static size_t label_len(const char *name)
{
	return strcspn(name, ".");
}

size_t tp_dns_name_len(const char *name)
{
	size_t total = 1;

	while (*name != '\0') {
		size_t len = label_len(name);

		if (len == 0 || len > LABEL_MAX)
			return 0;
		total += 1 + len;
		name += len;
		if (*name == '.')
			name++;
	}
	return total > 1 && total <= NAME_MAX ? total : 0;
}

void tp_dns_name_write(struct tp_writer *w, const char *name)
{
	if (tp_dns_name_len(name) == 0)
		return;
	while (*name != '\0') {
		size_t len = label_len(name);

		tp_write_u8(w, (uint8_t)len);
		tp_write_bytes(w, name, len);
		name += len;
		if (*name == '.')
			name++;
	}
	tp_write_u8(w, 0);
}

static char character_of(uint8_t byte)
{
	return isascii(byte) && (isalnum(byte) || byte == '-' || byte == '_') ? (char)byte : '?';
}

bool tp_dns_name_read(struct tp_reader *r, char text[TP_NAME_TEXT_MAX])
{
	const uint8_t *label;
	size_t at = 0;
	uint8_t len;

	while (tp_read_u8(r, &len) && len != 0) {
		if (len > LABEL_MAX || !tp_read_bytes(r, len, &label) ||
		    at + len + 2 > TP_NAME_TEXT_MAX)
			return false;
		if (at > 0)
			text[at++] = '.';
		for (unsigned i = 0; i < len; i++)
			text[at++] = character_of(label[i]);
	}
	text[at] = '\0';
	/* A name has an end: the root's label, which is the last octet that was read. */
	return at > 0 && r->p[-1] == 0;
}
