/* SPDX-License-Identifier: BSD-3-Clause */
/* Encryption of a session (MPPE), as its subscriber's profile has it. Memory for it is taken by
 * those sessions alone that wish for it. */
#include "session/engine.h"
#include "session/life.h"
#include "session/login.h"

#include <errno.h>

void tp_ac_encryption_free(struct tp_session *s)
{
	struct tp_ppp_ccp *ccp = tp_ppp_ccp_of(&s->line.ppp);

	if (ccp == NULL)
		return;
	tp_ppp_set_encryption(&s->line.ppp, NULL, NULL, NULL);
	explicit_bzero(ccp, sizeof(*ccp));
	tp_ac_free(s->ac, ccp, sizeof(*ccp));
}

int tp_ac_encryption_set(struct tp_session *s, const struct tp_subscriber *subscriber,
			 const struct tp_mppe_keys *keys)
{
	const struct tp_ppp_encryption_wish wish = {
		.use = subscriber->use_encryption == TP_ENCRYPTION_REQUIRED
			       ? TP_PPP_ENCRYPT_REQUIRED
			       : TP_PPP_ENCRYPT_YES,
		.stateful = subscriber->stateful_encryption,
		.strengths = subscriber->encryption_strengths,
	};
	struct tp_ppp_ccp *ccp = tp_ppp_ccp_of(&s->line.ppp);

	if (subscriber->use_encryption == TP_ENCRYPTION_NO || keys == NULL) {
		tp_ac_encryption_free(s);
		return subscriber->use_encryption == TP_ENCRYPTION_REQUIRED ? -ENOKEY : 0;
	}
	if (ccp == NULL)
		ccp = tp_ac_alloc(s->ac, sizeof(*ccp));
	if (ccp == NULL)
		return -ENOMEM;
	tp_ppp_set_encryption(&s->line.ppp, ccp, &wish, keys);
	return 0;
}

void tp_ac_decryption_lost(struct tp_ac *ac, uint32_t slot, enum tp_mppe_need need, uint64_t now_ms)
{
	struct tp_session *s = tp_ac_table_slot(ac, slot);

	tp_ac_now(ac, now_ms);
	if (s == NULL || s->ac == NULL || s->state != TP_SESSION_UP ||
	    tp_ppp_encryption(&tp_session_leader(s)->network->ppp) == NULL)
		return;
	s = tp_line_owner(tp_session_leader(s)->network);
	if (need == TP_MPPE_NEEDS_RESET)
		ac->counters.resets_sent++;
	else if (need == TP_MPPE_NEEDS_CCP)
		ac->counters.rekeys++;
	tp_ac_ppp_enter(s);
	tp_ppp_decryption_lost(&s->line.ppp, need, ac->now_ms);
	tp_ac_ppp_leave(s);
}
