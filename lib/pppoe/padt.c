/* SPDX-License-Identifier: BSD-3-Clause */
#include "pppoe.h"

size_t tp_pppoe_padt_build(void *room, size_t len, uint16_t session_id, const char *error_text)
{
	struct tp_writer w = tp_writer_of(room, len);

	tp_pppoe_begin(&w, TP_PPPOE_CODE_PADT, session_id);
	if (error_text != NULL && error_text[0] != '\0')
		tp_pppoe_tag_write(&w, TP_PPPOE_TAG_GENERIC_ERROR, error_text, strlen(error_text));
	return tp_pppoe_finish(&w);
}
