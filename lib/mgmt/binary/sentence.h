/* SPDX-License-Identifier: BSD-3-Clause */
/* The sentences of RouterOS's API: words, each with its length in front, up to one of length 0.
 * Pure; any thread.
 *
 * A length below 0x80 is one byte; the first byte's leading ones say how many follow: 10 one, 110
 * two, 1110 three, 11110000 four, in network byte order. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mgmt/text.h"

#define MGMT_SENTENCE_MAX (1024 * 1024) /* bytes, lengths included */
#define MGMT_WORDS_MAX	  4096		/* of one sentence */

/* How far a sentence that comes piece by piece has been looked at. All zero: not yet. */
struct mgmt_sentence {
	size_t len;	/* bytes of whole words, with their lengths */
	unsigned words; /* so many */
};

/* Looks at the LEN bytes from the beginning of a sentence on, of which those before SENTENCE->len
 * have been seen. Returns 1: it is whole, SENTENCE->len bytes with its end; 0: there is more to
 * come; -EMSGSIZE: it is larger than the bounds above; -EBADMSG: a length that there is not. */
int mgmt_sentence_look(struct mgmt_sentence *sentence, const uint8_t *data, size_t len);

/* The word at *OFFSET of a whole sentence, of *LEN bytes without a NUL at its end; *OFFSET is moved
 * behind it. NULL: the sentence ends there. */
const char *mgmt_sentence_word(const uint8_t *data, size_t *offset, size_t *len);

/* Appends a word, the text of FORMAT; "" ends the sentence. */
void mgmt_sentence_append(struct mgmt_text *out, const char *data, size_t len);
void mgmt_sentence_printf(struct mgmt_text *out, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
