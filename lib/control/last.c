/* SPDX-License-Identifier: BSD-3-Clause */
#include "control/last.h"

#include <stdlib.h>
#include <uthash.h>

#include "accounting/sessions.h"
#include "api/json.h"

struct tp_last {
	uint32_t secret_id;
	enum tp_end_reason reason;
	struct tp_mac caller_id;
	uint64_t wall_ms;
	UT_hash_handle hh;
};

/* RouterOS has words for some of RADIUS's Acct-Terminate-Causes (RFC 2866, section 5.10), and no
 * others. */
static const char *routeros_word(enum tp_end_reason reason)
{
	switch (tp_accounting_cause(reason)) {
	case TP_RADIUS_CAUSE_USER_REQUEST:
		return "peer-request";
	case TP_RADIUS_CAUSE_LOST_CARRIER:
		return "hung-up";
	case TP_RADIUS_CAUSE_IDLE_TIMEOUT:
		return "idle-timeout";
	case TP_RADIUS_CAUSE_SESSION_TIMEOUT:
		return "session-timeout";
	case TP_RADIUS_CAUSE_ADMIN_RESET:
		return "reset";
	case TP_RADIUS_CAUSE_ADMIN_REBOOT:
		return "reboot";
	case TP_RADIUS_CAUSE_PORT_ERROR:
		return "port-error";
	case TP_RADIUS_CAUSE_NAS_ERROR:
	case TP_RADIUS_CAUSE_SERVICE_UNAVAILABLE:
		return "nas-error";
	default: /* it is us who wanted it */
		return "nas-request";
	}
}

static struct tp_last *find(struct tp_last *table, uint32_t secret_id)
{
	struct tp_last *last;

	HASH_FIND(hh, table, &secret_id, sizeof(secret_id), last);
	return last;
}

void tp_last_note(struct tp_last **table, const struct tp_session_info *info, uint64_t wall_ms)
{
	struct tp_last *last = find(*table, info->secret_id);

	if (info->secret_id == 0)
		return;
	if (last == NULL) {
		last = calloc(1, sizeof(*last));
		if (last == NULL)
			return;
		last->secret_id = info->secret_id;
		HASH_ADD(hh, *table, secret_id, sizeof(last->secret_id), last);
	}
	last->reason = info->reason;
	last->caller_id = info->mac;
	last->wall_ms = wall_ms;
}

void tp_last_forget(struct tp_last **table, uint32_t secret_id)
{
	struct tp_last *last = find(*table, secret_id);

	if (last == NULL)
		return;
	HASH_DEL(*table, last);
	free(last);
}

void tp_last_clear(struct tp_last **table)
{
	struct tp_last *last, *next;

	HASH_ITER (hh, *table, last, next) {
		HASH_DEL(*table, last);
		free(last);
	}
}

void tp_last_describe(struct tp_last *table, uint32_t secret_id, json_t *o)
{
	const struct tp_last *last = find(table, secret_id);

	if (last == NULL)
		return;
	tp_json_date(o, "last-logged-out", last->wall_ms);
	tp_json_mac(o, "last-caller-id", &last->caller_id);
	tp_json_text(o, "last-disconnect-reason", routeros_word(last->reason));
	tp_json_text(o, "last-end-reason", tp_end_reason_name(last->reason));
}
