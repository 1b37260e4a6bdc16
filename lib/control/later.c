/* SPDX-License-Identifier: BSD-3-Clause */
#include "control/later.h"

#include <stdlib.h>

#include "api/api.h"
#include "control/control_private.h"

bool tp_later_add(struct tp_control *c, struct tp_later *later)
{
	if (c->later_count >= TP_LATER_MAX) {
		tp_api_error(later->request, TP_API_UNAVAILABLE,
			     "too many are being answered already, try again");
		return false;
	}
	c->later_count++;
	TAILQ_INSERT_TAIL(&c->laters, later, entry);
	return true;
}

void tp_later_answer(struct tp_control *c, struct tp_later *later)
{
	TAILQ_REMOVE(&c->laters, later, entry);
	c->later_count--;
	tp_mailbox_answer(&c->mailbox, later->request);
	free(later);
}

bool tp_later_turn(struct tp_control *c)
{
	struct tp_later *later, *next;
	bool work = false;

	for (later = TAILQ_FIRST(&c->laters); later != NULL; later = next) {
		next = TAILQ_NEXT(later, entry);
		if (later->due_ms > c->now_ms)
			continue;
		work = true;
		later->due(c, later);
	}
	return work;
}

void tp_later_end(struct tp_control *c)
{
	struct tp_later *later;

	while ((later = TAILQ_FIRST(&c->laters)) != NULL) {
		tp_api_error(later->request, TP_API_UNAVAILABLE, "turnpike is shutting down");
		tp_later_answer(c, later);
	}
}
