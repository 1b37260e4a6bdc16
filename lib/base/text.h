/* SPDX-License-Identifier: BSD-3-Clause */
/* What peers send as text, for people: log, events, JSON, tables and terminals all show it in this
 * one way. Printable characters of UTF-8 stay as they are; each byte of anything else (bytes that
 * are no UTF-8, control characters of C0 and C1, which terminals obey) becomes \xHH, as in
 * "m\xfcller". A backslash stays as it is: DOMAIN\user is a name. Pure functions; any thread. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#define TP_TEXT_UNIT 4 /* bytes at most of a character, and of an escaped byte */

/* The room that LEN bytes of a peer's take as text, with the NUL. */
#define TP_TEXT_ROOM(len) (TP_TEXT_UNIT * (len) + 1)

/* The bytes of the printable character of UTF-8 (RFC 3629) that begins at BYTES, of which there
 * are LEN > 0; 0: there is none. In what ends with a NUL, LEN may be SIZE_MAX. */
size_t tp_text_char(const char *bytes, size_t len);

/* LEN bytes, without a NUL behind them, as text in TEXT, which has room for SIZE > 0 bytes: cut
 * between characters if there are more, closed by a NUL. Returns TEXT. */
char *tp_text_escape(const void *bytes, size_t len, char *text, size_t size);

/* The same for a string; TEXT and STRING must not overlap. */
char *tp_text_show(const char *string, char *text, size_t size);

/* Would it be shown as it is? */
bool tp_text_is_plain(const char *string);
