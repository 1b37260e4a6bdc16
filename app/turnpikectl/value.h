/* SPDX-License-Identifier: BSD-3-Clause */
/* Values as RouterOS writes them. */
#pragma once

#include <jansson.h>

/* yes, no, 5, text; the elements of a list with commas between; "" for NULL. Whatever could move a
 * terminal's cursor is shown as "?": names come from strangers. The caller frees it; NULL when
 * memory is out. */
char *ctl_value_text(const json_t *value);

/* The same for programs: every character as it is. */
char *ctl_value_exact(const json_t *value);

/* Columns on a terminal, for UTF-8 without wide characters. */
size_t ctl_text_width(const char *text);
