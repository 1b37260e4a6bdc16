/* SPDX-License-Identifier: BSD-3-Clause */
/* What an access node says of a subscriber's line, in the Vendor-Specific tag of PADI and PADR
 * (Broadband Forum TR-101, sections 3.9.1 and 3.9.3; RFC 4679 has the same in RADIUS). Pure
 * functions; any thread. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"
#include "wire/pppoe.h"

#define TP_LINE_ID_BYTES 63 /* of an id at most: TR-101, R-112 and R-125 */
#define TP_LINE_ID_MAX	 TP_TEXT_ROOM(TP_LINE_ID_BYTES)

/* X(identifier, sub-option, name): numbers of 32 bits; rates in kbit/s, delays in ms. */
#define TP_LINE_NUMBERS(X)                                                                         \
	X(ACTUAL_RATE_UP, 0x81, "actual-rate-up")                                                  \
	X(ACTUAL_RATE_DOWN, 0x82, "actual-rate-down")                                              \
	X(MINIMUM_RATE_UP, 0x83, "minimum-rate-up")                                                \
	X(MINIMUM_RATE_DOWN, 0x84, "minimum-rate-down")                                            \
	X(ATTAINABLE_RATE_UP, 0x85, "attainable-rate-up")                                          \
	X(ATTAINABLE_RATE_DOWN, 0x86, "attainable-rate-down")                                      \
	X(MAXIMUM_RATE_UP, 0x87, "maximum-rate-up")                                                \
	X(MAXIMUM_RATE_DOWN, 0x88, "maximum-rate-down")                                            \
	X(ACTUAL_DELAY_UP, 0x8c, "actual-delay-up")                                                \
	X(ACTUAL_DELAY_DOWN, 0x8e, "actual-delay-down")

enum tp_line_number {
#define TP_LINE_ENUM(id, option, name) TP_LINE_##id,
	TP_LINE_NUMBERS(TP_LINE_ENUM)
#undef TP_LINE_ENUM
		TP_LINE_NUMBER_COUNT
};

struct tp_access_line {
	char circuit_id[TP_LINE_ID_MAX]; /* as text, base/text.h; "": not said */
	char remote_id[TP_LINE_ID_MAX];
	uint32_t number[TP_LINE_NUMBER_COUNT]; /* 0: not said */
};

/* "actual-rate-up". */
const char *tp_line_number_name(enum tp_line_number number);

/* Reads the sub-options that follow the vendor id. One that is cut off, and what follows it, is
 * left out; ids are cut to what fits. False: nothing of what we keep is in it. */
bool tp_access_line_parse(const struct tp_pppoe_value *value, struct tp_access_line *line);
