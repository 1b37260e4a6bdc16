/* SPDX-License-Identifier: BSD-3-Clause */
/* Values as RouterOS writes them. */
#pragma once

#include <jansson.h>
#include <stdio.h>

/* yes, no, 5, text; the elements of a list with commas between; "" for NULL. What is no
 * printable text is escaped, base/text.h: names come from strangers. The caller frees it; NULL
 * when memory is out. */
char *ctl_value_text(const json_t *value);

/* The same for programs: every character as it is. */
char *ctl_value_exact(const json_t *value);

/* VALUE as JSON, laid out by jansson's FLAGS, without what could order a terminal about. */
void ctl_value_json(FILE *out, const json_t *value, size_t flags);

/* Columns on a terminal, for UTF-8 without wide characters. */
size_t ctl_text_width(const char *text);
