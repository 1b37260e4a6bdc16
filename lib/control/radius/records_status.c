/* SPDX-License-Identifier: BSD-3-Clause */
/* /radius/accounting: what operators see of the records on their way. */
#include "api/json.h"
#include "control/api.h"
#include "control/radius/records.h"

static json_t *describe(struct tp_control *c)
{
	struct tp_control_accounting_numbers n;
	json_t *o = json_object();

	tp_control_accounting_numbers(c, &n);
	tp_json_number(o, "sessions", n.sessions);
	tp_json_number(o, "waiting", n.queue.waiting);
	tp_json_number(o, "waiting-bytes", n.queue.waiting_bytes);
	tp_json_number(o, "in-flight", n.queue.in_flight);
	if (n.queue.oldest_unix_s != 0)
		tp_json_time(o, "oldest", n.oldest_s * UINT64_C(1000));
	tp_json_number(o, "records", n.queue.put);
	tp_json_number(o, "acknowledged", n.queue.acknowledged);
	tp_json_number(o, "retried", n.queue.retried);
	tp_json_number(o, "given-up",
		       n.queue.given_up[0] + n.queue.given_up[1] + n.queue.unsendable);
	tp_json_number(o, "given-up-interim", n.queue.given_up[1]);
	tp_json_bool(o, "on-disk", n.on_disk);
	if (n.on_disk) {
		tp_json_number(o, "disk-written", n.store.written);
		tp_json_number(o, "disk-failed", n.store.failed);
		tp_json_number(o, "disk-lag", n.store.lag);
		tp_json_number(o, "disk-bad", n.store.bad);
	}
	return o;
}

static json_t *accounting_find(void *user, const char *key)
{
	return key[0] == '\0' ? describe(user) : NULL;
}

/* clang-format off */
static const struct tp_status accounting_status[] = {
	{"sessions", "Sessions that servers are told of"},
	{"waiting", "Records that no server has acknowledged yet"},
	{"waiting-bytes", "What they take"},
	{"in-flight", "Those of them that are with a server now"},
	{"oldest", "How long the oldest has waited"},
	{"records", "Records since the start"},
	{"acknowledged", "Records that a server has acknowledged"},
	{"retried", "Times that no server answered, and the record had to wait"},
	{"given-up", "Records given up, as there was no room for them"},
	{"given-up-interim", "Interim updates among them"},
	{"on-disk", "Whether they outlive the daemon"},
	{"disk-written", "Records that were written to disk"},
	{"disk-failed", "Writes that failed"},
	{"disk-lag", "What waits to be written"},
	{"disk-bad", "Records that could not be read, and are lost; 1 for all of a file that is damaged"},
	TP_STATUS_END,
};
/* clang-format on */

const struct tp_live tp_live_accounting = {
	.path = "/radius/accounting",
	.help = "Accounting records on their way to the servers",
	.status = accounting_status,
	.find = accounting_find,
	.singleton = true,
};
