/* SPDX-License-Identifier: BSD-3-Clause */
/* Why a dial came to nothing, in plain words. */
#pragma once

#include <stddef.h>

#include "pppoe/offers.h"
#include "settings.h"

/* Nobody's offer was taken: who answered, with which names and services. */
void explain_no_offer(const struct settings *settings, const struct tp_pppoe_offers *offers,
		      char *text, size_t size);

/* FAILURE, what the peer says of a refused login; MS-CHAP's "E=691 R=0 C=… V=3 M=…" (RFC 2433,
 * section 6; RFC 2759, section 6) becomes words, and the message, if there is one, what remains.
 * Returns the peer's own words, which are in FAILURE, or "". */
const char *explain_refusal(const char *failure, char *text, size_t size);
