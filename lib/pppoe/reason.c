/* SPDX-License-Identifier: BSD-3-Clause */
#include "pppoe.h"

static const struct {
	const char *name;
	const char *text;
} reasons[] = {
#define REASON(id, word, sentence) [TP_PPPOE_##id] = {word, sentence},
	TP_PPPOE_REASONS(REASON)
#undef REASON
};

const char *tp_pppoe_reason_name(enum tp_pppoe_reason reason)
{
	return reasons[reason].name;
}

const char *tp_pppoe_reason_text(enum tp_pppoe_reason reason)
{
	return reasons[reason].text;
}
