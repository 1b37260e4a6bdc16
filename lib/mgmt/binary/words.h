/* SPDX-License-Identifier: BSD-3-Clause */
/* What clients of RouterOS's API write their words in: UTF-8, or else Windows-1252, as
 * node-routeros and WinBox do. RouterOS itself does not mind. Any thread. */
#pragma once

#include <jansson.h>
#include <stddef.h>

/* LEN bytes as text. A new reference; NULL: they are neither, or memory is out. */
json_t *mgmt_words_text(const char *bytes, size_t len);
