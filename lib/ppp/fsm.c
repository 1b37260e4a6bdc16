/* SPDX-License-Identifier: BSD-3-Clause */
/* The option negotiation automaton: RFC 1661, section 4. The names of events and actions are the
 * RFC's (section 4.1): RCR+ is a Receive-Configure-Request that is good, tld This-Layer-Down, scr
 * Send-Configure-Request, and so on.
 *
 * Here are its states and what moves it but for packets, which are in fsm_receive.c. One liberty,
 * which other implementations take as well: what the peer ended, is at once ready to be opened
 * again. */
#include "ppp/engine.h"

/* Configure-Requests without an answer, of what the link can do without: packets wait for it. */
#define OPTIONAL_TRIES 4

bool tp_ppp_fsm_negotiates(const struct tp_ppp_fsm *fsm)
{
	return fsm->state >= TP_PPP_REQ_SENT;
}

/* States without a restart timer running: RFC 1661 section 4.1. */
void tp_ppp_fsm_enter(struct tp_ppp_fsm *fsm, enum tp_ppp_state state)
{
	fsm->state = (uint8_t)state;
	if (state < TP_PPP_CLOSING || state == TP_PPP_OPENED)
		fsm->deadline_ms = TP_NEVER;
}

/* irc: Initialize-Restart-Count, for Configure-Requests. */
void tp_ppp_fsm_irc(struct tp_ppp *ppp, const struct tp_ppp_protocol *p)
{
	uint8_t tries = ppp->config->max_configure;

	tp_ppp_fsm_of(ppp, p)->restarts =
		p->optional && tries > OPTIONAL_TRIES ? OPTIONAL_TRIES : tries;
}

/* scr, with a new identifier: RFC 1661 section 5.1 leaves it only to retransmissions. */
void tp_ppp_fsm_scr(struct tp_ppp *ppp, const struct tp_ppp_protocol *p, uint64_t now_ms)
{
	struct tp_ppp_fsm *fsm = tp_ppp_fsm_of(ppp, p);

	fsm->request_id = fsm->next_id++;
	fsm->acked = false;
	if (fsm->restarts > 0)
		fsm->restarts--;
	tp_ppp_fsm_send_request(ppp, p, now_ms);
}

/* irc, str, into Closing or Stopping. */
static void terminate(struct tp_ppp *ppp, const struct tp_ppp_protocol *p, enum tp_ppp_state into,
		      uint64_t now_ms)
{
	struct tp_ppp_fsm *fsm = tp_ppp_fsm_of(ppp, p);

	tp_ppp_fsm_enter(fsm, into);
	fsm->restarts = ppp->config->max_terminate;
	fsm->request_id = fsm->next_id++;
	tp_ppp_fsm_send_terminate(ppp, p, now_ms);
}

/* irc and scr of a negotiation that starts afresh. */
void tp_ppp_fsm_start(struct tp_ppp *ppp, const struct tp_ppp_protocol *p, uint64_t now_ms)
{
	struct tp_ppp_fsm *fsm = tp_ppp_fsm_of(ppp, p);

	fsm->naks_sent = 0;
	fsm->naks_taken = 0;
	fsm->granted = 0;
	fsm->resent = false;
	p->reset(ppp);
	tp_ppp_fsm_irc(ppp, p);
	tp_ppp_fsm_enter(fsm, TP_PPP_REQ_SENT);
	tp_ppp_fsm_scr(ppp, p, now_ms);
}

void tp_ppp_fsm_init(struct tp_ppp_fsm *fsm)
{
	memset(fsm, 0, sizeof(*fsm));
	fsm->deadline_ms = TP_NEVER;
	fsm->next_id = 1;
}

void tp_ppp_fsm_open(struct tp_ppp *ppp, const struct tp_ppp_protocol *p, uint64_t now_ms)
{
	struct tp_ppp_fsm *fsm = tp_ppp_fsm_of(ppp, p);

	if (fsm->state == TP_PPP_INITIAL)
		tp_ppp_fsm_enter(fsm, TP_PPP_STARTING);
	else if (fsm->state == TP_PPP_CLOSED)
		tp_ppp_fsm_start(ppp, p, now_ms);
}

void tp_ppp_fsm_up(struct tp_ppp *ppp, const struct tp_ppp_protocol *p, uint64_t now_ms)
{
	struct tp_ppp_fsm *fsm = tp_ppp_fsm_of(ppp, p);

	if (fsm->state == TP_PPP_INITIAL)
		tp_ppp_fsm_enter(fsm, TP_PPP_CLOSED);
	else if (fsm->state == TP_PPP_STARTING)
		tp_ppp_fsm_start(ppp, p, now_ms);
}

void tp_ppp_fsm_halt(struct tp_ppp *ppp, const struct tp_ppp_protocol *p, uint64_t now_ms)
{
	struct tp_ppp_fsm *fsm = tp_ppp_fsm_of(ppp, p);
	bool was_open = fsm->state == TP_PPP_OPENED;

	tp_ppp_fsm_enter(fsm, TP_PPP_INITIAL);
	if (was_open)
		p->down(ppp, now_ms);
}

void tp_ppp_fsm_close(struct tp_ppp *ppp, const struct tp_ppp_protocol *p, uint64_t now_ms)
{
	struct tp_ppp_fsm *fsm = tp_ppp_fsm_of(ppp, p);

	switch ((enum tp_ppp_state)fsm->state) {
	case TP_PPP_INITIAL:
	case TP_PPP_CLOSED:
	case TP_PPP_CLOSING:
		break;
	case TP_PPP_STARTING:
		tp_ppp_fsm_enter(fsm, TP_PPP_INITIAL);
		if (p->finished != NULL)
			p->finished(ppp, now_ms);
		break;
	case TP_PPP_STOPPED:
		tp_ppp_fsm_enter(fsm, TP_PPP_CLOSED);
		break;
	case TP_PPP_STOPPING:
		fsm->state = TP_PPP_CLOSING;
		break;
	case TP_PPP_OPENED:
		p->down(ppp, now_ms);
		terminate(ppp, p, TP_PPP_CLOSING, now_ms);
		break;
	case TP_PPP_REQ_SENT:
	case TP_PPP_ACK_RCVD:
	case TP_PPP_ACK_SENT:
		terminate(ppp, p, TP_PPP_CLOSING, now_ms);
		break;
	}
}

void tp_ppp_fsm_restart(struct tp_ppp *ppp, const struct tp_ppp_protocol *p, uint64_t now_ms)
{
	if (tp_ppp_fsm_of(ppp, p)->state != TP_PPP_OPENED)
		return;
	p->down(ppp, now_ms);
	tp_ppp_fsm_start(ppp, p, now_ms);
}

/* tlf, into Closed or Stopped. */
void tp_ppp_fsm_finish(struct tp_ppp *ppp, const struct tp_ppp_protocol *p, uint64_t now_ms)
{
	struct tp_ppp_fsm *fsm = tp_ppp_fsm_of(ppp, p);

	tp_ppp_fsm_enter(fsm, fsm->state == TP_PPP_CLOSING || fsm->state == TP_PPP_CLOSED
				      ? TP_PPP_CLOSED
				      : TP_PPP_STOPPED);
	if (p->finished != NULL)
		p->finished(ppp, now_ms);
}

/* TO+ and TO-. */
void tp_ppp_fsm_timeout(struct tp_ppp *ppp, const struct tp_ppp_protocol *p, uint64_t now_ms)
{
	struct tp_ppp_fsm *fsm = tp_ppp_fsm_of(ppp, p);

	if (fsm->restarts == 0) {
		if (tp_ppp_fsm_negotiates(fsm))
			tp_ppp_network_refused(ppp, p, TP_PPP_NO_ANSWER);
		tp_ppp_fsm_finish(ppp, p, now_ms);
		return;
	}
	if (!tp_ppp_fsm_negotiates(fsm)) {
		tp_ppp_fsm_send_terminate(ppp, p, now_ms);
		return;
	}
	if (fsm->state == TP_PPP_ACK_RCVD) {
		tp_ppp_fsm_enter(fsm, TP_PPP_REQ_SENT);
		fsm->acked = false;
	}
	fsm->restarts--;
	tp_ppp_fsm_send_request(ppp, p, now_ms);
}

void tp_ppp_fsm_rejected(struct tp_ppp *ppp, const struct tp_ppp_protocol *p, uint64_t now_ms)
{
	struct tp_ppp_fsm *fsm = tp_ppp_fsm_of(ppp, p);

	if (fsm->state <= TP_PPP_STARTING)
		return;
	if (p->essential)
		tp_ppp_note_reason(ppp, TP_PPP_PEER_REFUSED);
	if (fsm->state == TP_PPP_OPENED) {
		p->down(ppp, now_ms);
		terminate(ppp, p, TP_PPP_STOPPING, now_ms);
	} else {
		tp_ppp_fsm_finish(ppp, p, now_ms);
	}
	if (p->failed != NULL)
		p->failed(ppp, TP_PPP_PEER_REFUSED, now_ms);
}

/* Of CCP the peer hears no more: packets wait for it. */
void tp_ppp_fsm_fail(struct tp_ppp *ppp, const struct tp_ppp_protocol *p, uint64_t now_ms)
{
	if (p->essential) {
		tp_ppp_fail(ppp, TP_PPP_NO_AGREEMENT);
		return;
	}
	p->failed(ppp, TP_PPP_NO_AGREEMENT, now_ms);
	if (p->optional) {
		tp_ppp_fsm_finish(ppp, p, now_ms);
		return;
	}
	if (tp_ppp_fsm_of(ppp, p)->state == TP_PPP_OPENED)
		p->down(ppp, now_ms);
	terminate(ppp, p, TP_PPP_STOPPING, now_ms);
}
