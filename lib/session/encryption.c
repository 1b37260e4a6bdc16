/* SPDX-License-Identifier: BSD-3-Clause */
/* Encryption of a PPP link (MPPE), as its subscriber's profile has it. Memory for it is taken by
 * those sessions alone that wish for it. */
#include "session/engine.h"
#include "session/login.h"

#include <errno.h>

void tp_ac_encryption_free(struct tp_line *line)
{
	struct tp_ppp_ccp *ccp = tp_ppp_ccp_of(&line->ppp);

	if (ccp == NULL)
		return;
	tp_ppp_set_encryption(&line->ppp, NULL, NULL, NULL);
	explicit_bzero(ccp, sizeof(*ccp));
	tp_ac_free(line->ac, ccp, sizeof(*ccp));
}

int tp_ac_encryption_set(struct tp_line *line, const struct tp_subscriber *subscriber,
			 const struct tp_mppe_keys *keys)
{
	const struct tp_ppp_encryption_wish wish = {
		.use = subscriber->use_encryption == TP_ENCRYPTION_REQUIRED
			       ? TP_PPP_ENCRYPT_REQUIRED
			       : TP_PPP_ENCRYPT_YES,
		.stateful = subscriber->stateful_encryption,
		.strengths = subscriber->encryption_strengths,
	};
	struct tp_ppp_ccp *ccp = tp_ppp_ccp_of(&line->ppp);

	if (subscriber->use_encryption == TP_ENCRYPTION_NO || keys == NULL) {
		tp_ac_encryption_free(line);
		return subscriber->use_encryption == TP_ENCRYPTION_REQUIRED ? -ENOKEY : 0;
	}
	if (ccp == NULL)
		ccp = tp_ac_alloc(line->ac, sizeof(*ccp));
	if (ccp == NULL)
		return -ENOMEM;
	tp_ppp_set_encryption(&line->ppp, ccp, &wish, keys);
	return 0;
}
