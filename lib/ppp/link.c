/* SPDX-License-Identifier: BSD-3-Clause */
/* What every protocol of a link does with it: sends, tells the owner, and says that it can't go on.
 * Nothing here calls a protocol. */
#include "base/text.h"
#include "ppp/engine.h"

void tp_ppp_send(struct tp_ppp *ppp, struct tp_writer *w)
{
	if (ppp->close_reason == TP_PPP_NO_REASON && tp_ppp_packet_end(w))
		ppp->ops->output(ppp->user, w->start, tp_writer_len(w));
}

void tp_ppp_emit(struct tp_ppp *ppp, const struct tp_ppp_event *event)
{
	ppp->ops->event(ppp->user, event);
}

void tp_ppp_note_reason(struct tp_ppp *ppp, enum tp_ppp_reason reason)
{
	if (ppp->reason == TP_PPP_NO_REASON)
		ppp->reason = (uint8_t)reason;
}

void tp_ppp_note_text(struct tp_ppp *ppp, struct tp_reader text)
{
	tp_text_escape(text.p, tp_reader_left(&text), ppp->text, sizeof(ppp->text));
	ppp->has_text = true;
}

void tp_ppp_fail(struct tp_ppp *ppp, enum tp_ppp_reason reason)
{
	if (ppp->close_reason == TP_PPP_NO_REASON)
		ppp->close_reason = (uint8_t)reason;
}
