/* SPDX-License-Identifier: BSD-3-Clause */
/* The daemon's resources, as lib/api serves them. */
#include "api/event.h"
#include "api/methods.h"
#include "control/api.h"
#include "control/why/why.h"

#include <string.h>

#include "control/audit/audit.h"
#include "control/drain.h"
#include "control/log/book.h"
#include "control/menus/menus.h"
#include "control/menus/ping.h"
#include "control/radius/operators.h"
#include "control/sniffer/sniffer.h"
#include "control/standing/upgrade.h"
#include "control/menus/monitor_traffic.h"

static const struct tp_live *const live_resources[] = {
	&tp_live_active,
	&tp_live_interfaces,
	&tp_live_address_list,
	&tp_live_locked,
	&tp_live_used,
	&tp_live_resource,
	&tp_live_counters,
	&tp_live_accounting,
	&tp_live_used6,
	&tp_live_binding,
	&tp_live_journal,
	&tp_live_reconcile,
	&tp_live_iface,
	&tp_live_ip_address,
	&tp_live_arp,
	&tp_live_neighbor,
	&tp_live_route,
	&tp_live_queue,
	&tp_live_users,
	&tp_live_clock,
	&tp_live_health,
	&tp_live_routerboard,
	&tp_live_scheduler,
	&tp_live_script,
	&tp_live_subscriber,
	&tp_live_log,
	&tp_live_drain,
	&tp_live_history,
	NULL,
};

static const char *const op_words[] = {
	[TP_CONFIG_ADD] = "add",
	[TP_CONFIG_CHANGE] = "change",
	[TP_CONFIG_REMOVE] = "remove",
};

int tp_control_change(struct tp_control *c, struct tp_config_change *change,
		      const struct tp_config_item **item, struct tp_error *e)
{
	const struct tp_config_change what = *change;
	const struct tp_config_item *told = what.after != NULL ? what.after : what.before;
	char id[TP_CONFIG_ID_TEXT_LEN];
	unsigned again;
	int error = tp_apply_before(c, change, e);

	if (error != 0) {
		tp_config_abort(change);
		return error;
	}
	tp_audit_change(c, change);
	tp_event_config(&c->mailbox, op_words[what.op], what.resource->path,
			told->key != NULL ? told->key : "", tp_config_id_format(told->id, id));
	/* While `before` is still there: what follows looks at the difference. */
	again = tp_apply_after(c, change);
	*item = tp_config_commit(c->config, change);
	tp_apply_again(c, again);
	tp_saver_changed(&c->save.saver, c->now_ms);
	return 0;
}

static int put_into_force(void *user, struct tp_config_change *change,
			  const struct tp_config_item **item, struct tp_error *e)
{
	return tp_control_change(user, change, item, e);
}

static json_t *preview(void *user, const struct tp_config_change *change)
{
	return tp_preview_change(user, change);
}

static enum tp_api_command reload(void *user, struct tp_request *request)
{
	tp_reload_begin(user, request);
	return TP_API_LATER;
}

static enum tp_api_command save(void *user, struct tp_request *request)
{
	struct tp_control *c = user;

	return tp_save_request(&c->save, request) ? TP_API_ANSWERED : TP_API_LATER;
}

static const struct tp_verb verbs[] = {
	{"/interface", "monitor-traffic", TP_TRAFFIC_BODY, TP_TRAFFIC_HELP, tp_verb_traffic,
	 tp_traffic_status},
	{"", "ping", TP_PING_BODY, TP_PING_HELP, tp_verb_ping, tp_ping_status},
	{"", "undo", TP_UNDO_BODY, TP_UNDO_HELP, tp_verb_undo, NULL},
	{"", "redo", TP_UNDO_BODY, TP_REDO_HELP, tp_verb_redo, NULL},
	{"/system/history", "undo", "none", TP_UNDO_LAST_HELP, tp_verb_undo, NULL},
	{"/system/history", "redo", "none", TP_REDO_LAST_HELP, tp_verb_redo, NULL},
	{"/system", "reload", TP_RELOAD_BODY ", `{\"dry-run\": true}`", TP_RELOAD_HELP, reload,
	 NULL},
	{"/system/drain", "start", TP_DRAIN_BODY, TP_DRAIN_HELP, tp_verb_drain_start, NULL},
	{"/system/drain", "stop", "none", TP_DRAIN_STOP_HELP, tp_verb_drain_stop, NULL},
	{"/system", "save", TP_SAVE_BODY, TP_SAVE_HELP, save, NULL},
	{"/system", "shutdown", TP_SHUTDOWN_BODY, TP_SHUTDOWN_HELP, tp_verb_shutdown, NULL},
	{"/system", "upgrade", TP_UPGRADE_BODY, TP_UPGRADE_HELP, tp_verb_upgrade, NULL},
	{"/tool/sniffer", "quick", TP_SNIFFER_QUICK_BODY, TP_SNIFFER_QUICK_HELP, tp_sniffer_quick,
	 NULL},
	{"/tool/sniffer", "save", TP_SNIFFER_SAVE_BODY, TP_SNIFFER_SAVE_HELP, tp_sniffer_save,
	 NULL},
	{"/tool/sniffer", "download", TP_SNIFFER_DOWNLOAD_BODY, TP_SNIFFER_DOWNLOAD_HELP,
	 tp_sniffer_download, NULL},
	{"/tool/sniffer", "start", TP_SNIFFER_START_BODY, TP_SNIFFER_START_HELP, tp_sniffer_start,
	 NULL},
	{"/tool/sniffer", "stop", TP_SNIFFER_STOP_BODY, TP_SNIFFER_STOP_HELP, tp_sniffer_stop,
	 NULL},
	{"/ppp/subscriber", "why", TP_WHY_BODY, TP_WHY_HELP, tp_control_why, tp_why_answers},
	{0},
};

const struct tp_menus tp_control_menus = {
	.program = TP_PROGRAM_SERVER,
	.live = live_resources,
	.decorators = tp_api_decorators,
	.verbs = verbs,
};

static bool execute(struct tp_control *c, const struct tp_api *api, struct tp_request *request)
{
	bool answered;

	if (tp_request_only_reads(request->method, request->path))
		return tp_api_execute(api, request);
	tp_audit_request_begins(c, request);
	answered = tp_api_execute(api, request);
	tp_audit_request_ends(c, request, answered);
	return answered;
}

bool tp_control_execute(struct tp_control *c, struct tp_request *request)
{
	const struct tp_api api = {
		.config = &c->config,
		.menus = &tp_control_menus,
		.change = put_into_force,
		.preview = preview,
		.user = c,
	};

	c->stats.requests++;
	if (request->users != NULL) {
		json_decref(c->users);
		c->users = request->users;
		request->users = NULL;
	}
	if (tp_reload_hold(c, request))
		return false;
	switch (request->method) {
	case TP_METHOD_METRICS:
		tp_api_answer(request, TP_API_OK, tp_control_metrics(c));
		return true;
	case TP_METHOD_HEALTH:
		tp_api_health(request, "turnpike", c->ending);
		return true;
	case TP_METHOD_LOGIN:
		return tp_control_operator_login(c, request);
	default:
		return execute(c, &api, request);
	}
}
