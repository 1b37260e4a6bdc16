/* SPDX-License-Identifier: BSD-3-Clause */
/* Logins that are under way, and the memory for them, which is used again. */
#include "session/engine.h"
#include "session/life.h"
#include "session/login.h"

struct tp_ac_login *tp_ac_login_begin(struct tp_line *line)
{
	struct tp_ac *ac = line->ac;
	struct tp_ac_login *login = LIST_FIRST(&ac->unused_logins);

	if (login != NULL)
		LIST_REMOVE(login, entry);
	else
		login = tp_ac_alloc(ac, sizeof(*login));
	if (login == NULL)
		return NULL;
	*login = (struct tp_ac_login){.ac = ac, .line = line};
	line->login = login;
	return login;
}

/* Names and passwords don't stay longer than they are needed. */
void tp_ac_login_over(struct tp_ac_login *login)
{
	if (login->waits_for != NULL)
		LIST_REMOVE(login, entry);
	login->line->login = NULL;
	explicit_bzero(&login->request, sizeof(login->request));
	login->waits_for = NULL;
	login->line = NULL;
	LIST_INSERT_HEAD(&login->ac->unused_logins, login, entry);
}

void tp_ac_login_wait_for(struct tp_ac_login *login, struct tp_session *s)
{
	login->follows = true;
	login->waits_for = s;
	LIST_INSERT_HEAD(&s->waiters, login, entry);
}

void tp_ac_logins_follow(struct tp_session *s)
{
	struct tp_ac_login *login, *next;

	for (login = LIST_FIRST(&s->waiters); login != NULL; login = next) {
		next = LIST_NEXT(login, entry);
		if (!login->follows)
			continue;
		LIST_REMOVE(login, entry);
		login->waits_for = NULL;
		login->follows = false;
		login->due = true;
		tp_ac_arm(login->line);
	}
}

void tp_ac_logins_clear(struct tp_ac *ac)
{
	struct tp_ac_login *login;

	while ((login = LIST_FIRST(&ac->unused_logins)) != NULL) {
		LIST_REMOVE(login, entry);
		tp_ac_free(ac, login, sizeof(*login));
	}
}

void tp_ac_login_abandon(struct tp_line *line)
{
	struct tp_ac_login *login = line->login;

	if (login == NULL)
		return;
	tp_aaa_cancel(line->ac->aaa, &login->query);
	tp_ac_login_over(login);
}
