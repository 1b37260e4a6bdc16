/* SPDX-License-Identifier: BSD-3-Clause */
/* A session's memory: from the login of the line that it begins with, until that line's slot is
 * released, or the line joins another session instead. */
#include "session/bundle.h"
#include "session/engine.h"
#include "session/ipv6.h"
#include "session/life.h"
#include "session/login.h"

struct tp_session *tp_ac_session_begin(struct tp_line *line)
{
	struct tp_session *s = tp_line_own(line);

	if (s != NULL)
		return s;
	s = tp_ac_alloc(line->ac, sizeof(*s));
	if (s == NULL)
		return NULL;
	LIST_INIT(&s->waiters);
	tp_ac_subscriber_init(s);
	tp_ac_bundle_init(s, line);
	return s;
}

void tp_ac_session_drop(struct tp_line *line)
{
	struct tp_session *s = tp_line_own(line);

	if (s == NULL)
		return;
	tp_ac_release_addresses(s);
	tp_ac_ipv6_release(s);
	tp_ac_subscriber_drop(s);
	line->session = NULL;
	tp_ac_login_wake(s);
	tp_ac_free(line->ac, s, sizeof(*s));
}
