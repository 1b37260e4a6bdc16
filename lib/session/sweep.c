/* SPDX-License-Identifier: BSD-3-Clause */
/* Going through all lines, a slice at a time, for what has changed around them: a shutdown,
 * servers that went or moved, keepalive times, rate limits. One sweep serves all that changed
 * before it came by. */
#include "session/engine.h"
#include "session/life.h"
#include "session/login.h"

#define GLANCES_PER_UNIT 16 /* lines looked at for the price of one that is touched */

void tp_ac_subscribers_changed(struct tp_ac *ac)
{
	tp_ac_sweep_start(ac);
}

/* False: nothing was to be done. */
static bool look(struct tp_line *line)
{
	struct tp_session *own;

	if (line->ending)
		return false;
	if (line->ac->shutting_down) {
		tp_ac_end(line, TP_END_SHUTDOWN, true);
		return true;
	}
	if (line->server->removed || !tp_ac_server_covers(line->server, &line->access)) {
		tp_ac_end(line, TP_END_CONFIG, true);
		return true;
	}
	own = tp_line_own(line);
	if (line->forwarding && ((own != NULL && tp_ac_subscriber_renew(own)) ||
				 line->keepalive_s != line->server->keepalive_s)) {
		int rc = tp_ac_forward(line);

		if (rc != 0)
			tp_ac_end(line, TP_END_RESOURCES, true);
		return true;
	}
	return false;
}

unsigned tp_ac_sweep(struct tp_ac *ac, unsigned limit)
{
	unsigned touched = 0, glances = 0;

	while (touched + glances / GLANCES_PER_UNIT < limit) {
		struct tp_line *line = tp_ac_table_next(ac, ac->sweep_from);

		if (line == NULL) {
			ac->sweeping = false;
			break;
		}
		ac->sweep_from = line->slot + 1;
		if (look(line))
			touched++;
		else
			glances++;
	}
	return touched + glances / GLANCES_PER_UNIT;
}
