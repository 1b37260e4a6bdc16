/* SPDX-License-Identifier: BSD-3-Clause */
/* What WinBox, RouterOS's exports and older programs write texts in where they are not UTF-8. Pure;
 * any thread. */
#pragma once

#include <stddef.h>

/* LEN bytes of it as UTF-8, with a NUL behind, *USED bytes long; the caller frees it. NULL: one of
 * them is no character, or memory is out. */
char *tp_windows_1252_to_utf8(const char *bytes, size_t len, size_t *used);
