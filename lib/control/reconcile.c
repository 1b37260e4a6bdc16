/* SPDX-License-Identifier: BSD-3-Clause */
/* /system/reconcile: what is known in more than one place, compared: sessions, their indexes and
 * what they lease, the data plane with its FIB, the kernel's routes of all sorts, accounting and
 * the journal. Each difference is one too many. It looks at all sessions in one go, some
 * microseconds each. */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#include "api/json.h"
#include "control/api.h"
#include "control/kernel/compare.h"
#include "control/radius/records.h"
#include "control/standing/standing.h"
#include "session/image.h"

#define TEXT_MAX	256
#define DIFFERENCES_MAX 1000 /* that are listed */

__attribute__((format(printf, 3, 4))) static void differ(json_t *to, const char *place,
							 const char *format, ...)
{
	char text[TEXT_MAX];
	va_list args;
	json_t *o;

	if (json_array_size(to) >= DIFFERENCES_MAX)
		return;
	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	o = json_object();
	tp_json_text(o, "place", place);
	tp_json_text(o, "difference", text);
	json_array_append_new(to, o);
}

static void engine(void *user, const char *text)
{
	differ(user, "sessions", "%s", text);
}

static void routing(void *user, const char *place, const char *text)
{
	differ(user, place, "%s", text);
}

/* ---- the data plane -------------------------------------------------------------------------- */

static enum tp_dataplane_slot expected(const struct tp_session_info *info)
{
	if (info->state != TP_SESSION_UP)
		return TP_DATAPLANE_SLOT_OPEN;
	return info->bundle_id != 0 ? TP_DATAPLANE_SLOT_JOINED : TP_DATAPLANE_SLOT_UP;
}

static void route(const struct tp_control *c, json_t *to, const struct tp_session_info *info,
		  struct tp_ip_prefix prefix)
{
	char text[TP_IP_PREFIX_TEXT_LEN];

	if (!tp_dataplane_session_has(c->dp, info->slot, &prefix))
		differ(to, "fib", "%s does not lead to \"%s\" (*%" PRIX64 ")",
		       tp_ip_prefix_format(&prefix, text), info->user, info->id);
}

static void routes(const struct tp_control *c, json_t *to, const struct tp_session_info *info)
{
	if ((info->families & TP_AC_IPV4) != 0) {
		route(c, to, info, (struct tp_ip_prefix){TP_IP4(info->remote_address), 32});
		for (unsigned i = 0; i < info->subscriber->route_count; i++)
			route(c, to, info, tp_ip_prefix_of4(&info->subscriber->routes[i]));
	}
	if ((info->families & TP_AC_IPV6) == 0)
		return;
	if (info->ipv6.prefix.length != 0)
		route(c, to, info, tp_ip_prefix_of6(&info->ipv6.prefix));
	for (unsigned i = 0; i < info->ipv6.route_count; i++)
		route(c, to, info, tp_ip_prefix_of6(&info->ipv6.routes[i]));
}

static const char *const slot_words[] = {"free", "open", "up", "joined", "closed"};

static void slot(const struct tp_control *c, json_t *to, uint32_t number)
{
	const struct tp_line *line = tp_ac_find_slot(c->ac, number);
	enum tp_dataplane_slot is = tp_dataplane_session_slot(c->dp, number);
	struct tp_session_info info;
	bool told = c->subscribers != NULL && tp_subscribers_has(c->subscribers, number);
	bool leads;

	if (line == NULL) {
		if (is != TP_DATAPLANE_SLOT_FREE && is != TP_DATAPLANE_SLOT_CLOSED)
			differ(to, "dataplane", "slot %u is %s, and no session's", number,
			       slot_words[is]);
		if (told && !c->ending)
			differ(to, "kernel", "has routes of slot %u, which is no session's",
			       number);
		return;
	}
	tp_line_info(line, &info);
	leads = info.state == TP_SESSION_UP && info.bundle_id == 0;
	if (is != expected(&info) && info.state != TP_SESSION_ENDING)
		differ(to, "dataplane", "slot %u is %s, and \"%s\" (*%" PRIX64 ") is %s", number,
		       slot_words[is], info.user, info.id, tp_session_state_text(info.state));
	if (leads)
		routes(c, to, &info);
	if (c->subscribers != NULL && !c->ending && told != leads)
		differ(to, "kernel",
		       "\"%s\" (*%" PRIX64 ") is %s, and the kernel has %s routes of it", info.user,
		       info.id, tp_session_state_text(info.state), told ? "the" : "no");
}

/* ---- all ------------------------------------------------------------------------------------- */

static json_t *compare(struct tp_control *c)
{
	const uint32_t slots = tp_config_dataplane(c->config)->max_sessions;
	struct tp_control_accounting_numbers accounting;
	json_t *to = json_array();
	char text[TEXT_MAX];

	tp_ac_reconcile(c->ac, engine, to);
	for (uint32_t i = 0; i < slots; i++)
		slot(c, to, i);
	if (c->subscribers != NULL && c->tun.fd >= 0 && !c->ending)
		tp_kernel_compare(&c->kernel, c->subscribers, c->tun.ifindex, routing, to);
	tp_control_accounting_numbers(c, &accounting);
	if (accounting.lost > 0)
		differ(to, "accounting", "%u sessions were told to begin, and stand no more",
		       accounting.lost);
	if (tp_standing_reconcile(c, text, sizeof(text)) > 0)
		differ(to, "journal", "%s", text);
	return to;
}

/* The list is of one moment, however many pages it takes. */
static json_t *reconcile_next(void *user, uint64_t *cursor)
{
	struct tp_control *c = user;

	if (*cursor == 0) {
		json_decref(c->differences);
		c->differences = compare(c);
	}
	return json_incref(json_array_get(c->differences, (size_t)(*cursor)++));
}

/* clang-format off */
static const struct tp_status reconcile_status[] = {
	{"place", "`sessions` (the engine, with pools and bindings), `dataplane`, `fib` (where packets go: subscribers' "
		  "routes and the kernel's, each next hop of several), `kernel`, `accounting` or `journal`"},
	{"difference", "What is not there as it should be"},
	TP_STATUS_END,
};
/* clang-format on */

const struct tp_live tp_live_reconcile = {
	.path = "/system/reconcile",
	.help = "What is known of sessions and routes in several places, compared: each line is a "
		"difference, "
		"which should not be, and a mistake of the program's; takes some microseconds a "
		"session, in which others wait",
	.status = reconcile_status,
	.next = reconcile_next,
};
