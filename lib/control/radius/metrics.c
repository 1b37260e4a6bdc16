/* SPDX-License-Identifier: BSD-3-Clause */
#include "control/radius/metrics.h"

#include "control/control_private.h"
#include "control/radius/radius.h"
#include "control/radius/records.h"

/* ---- servers ---- */

enum kind { U64, U32, MS, BOOL };

/* One of struct tp_radius_counters. */
struct number {
	const char *name;
	const char *help;
	size_t offset;
	enum kind kind; /* a U64 is a counter, the others gauges; MS: told in seconds */
};

#define NUMBER(kind, field, name, help)                                                            \
	{                                                                                          \
		"turnpike_radius_" name, help, offsetof(struct tp_radius_counters, field), kind    \
	}

static const struct number numbers[] = {
	NUMBER(U64, requests, "requests_total", "Requests put to a server."),
	NUMBER(U64, accepts, "accepts_total", "Logins that a server let in."),
	NUMBER(U64, rejects, "rejects_total", "Logins that a server refused."),
	NUMBER(U64, challenges, "challenges_total", "Logins that a server wanted more proof of."),
	NUMBER(U64, acknowledged, "acknowledged_total", "Accounting records that a server took."),
	NUMBER(U64, resends, "resends_total", "Requests that were sent again."),
	NUMBER(U64, timeouts, "timeouts_total", "Requests that a server never answered."),
	NUMBER(U64, late, "late_replies_total", "Replies to what was over."),
	NUMBER(U64, unsent, "unsent_total", "Requests that the kernel did not take."),
	NUMBER(U64, deaths, "deaths_total", "Times that a server was found dead."),
	NUMBER(U32, pending, "pending", "Requests that wait for a server's answer."),
	NUMBER(U32, waiting, "waiting", "Requests that wait to be sent."),
	NUMBER(U32, sockets, "sockets", "Sockets that are open to a server."),
	NUMBER(MS, last_rtt_ms, "last_rtt_seconds", "How long a server took to answer last."),
	NUMBER(BOOL, dead, "dead", "The server does not answer: 1, else 0."),
};

static const char *const services[TP_RADIUS_SERVICES] = {
	[TP_RADIUS_AUTH] = "authentication",
	[TP_RADIUS_ACCT] = "accounting",
};

static uint64_t value_of(const struct number *number, const struct tp_radius_counters *n)
{
	const void *at = (const char *)n + number->offset;

	switch (number->kind) {
	case U64:
		return *(const uint64_t *)at;
	case U32:
	case MS:
		return *(const uint32_t *)at;
	default:
		return *(const bool *)at;
	}
}

static void put_number(struct tp_control *c, struct tp_samples *to, const struct number *number)
{
	const struct tp_config_item *item = tp_config_first(c->config, TP_RADIUS);

	tp_samples_family(to, number->kind != U64, number->name, "server", number->help);
	to->sample.labels[1].name = "service";
	for (; item != NULL; item = tp_config_next(item))
		for (unsigned i = 0; i < TP_RADIUS_SERVICES; i++) {
			struct tp_radius_counters n;

			if (!tp_radius_client_counters(c->radius->client, item->id, i, &n))
				continue;
			to->sample.labels[1].value = services[i];
			tp_samples_put_parts(to, item->key, value_of(number, &n),
					     number->kind == MS ? 1000 : 1);
		}
}

/* Of both services together. */
static void put_bad_replies(struct tp_control *c, struct tp_samples *to)
{
	const struct tp_config_item *item = tp_config_first(c->config, TP_RADIUS);

	tp_samples_family(to, false, "turnpike_radius_bad_replies_total", "server",
			  "Replies that were not believed, by reason.");
	to->sample.labels[1].name = "reason";
	for (; item != NULL; item = tp_config_next(item)) {
		struct tp_radius_counters auth, acct;

		if (!tp_radius_client_counters(c->radius->client, item->id, TP_RADIUS_AUTH,
					       &auth) ||
		    !tp_radius_client_counters(c->radius->client, item->id, TP_RADIUS_ACCT, &acct))
			continue;
		for (unsigned i = 0; i < TP_RADIUS_BAD_REPLY_COUNT; i++) {
			to->sample.labels[1].value = tp_radius_bad_reply_name(i);
			tp_samples_put(to, item->key, auth.bad[i] + acct.bad[i]);
		}
	}
}

/* ---- logins ---- */

static void put_logins(struct tp_control *c, struct tp_samples *to)
{
	const struct tp_radius_source_counters *n = tp_radius_source_counters(c->radius->source);
	const struct tp_radius_refusals *r = tp_radius_client_refusals(c->radius->client);
	const struct tp_sample_row rows[] = {
		{"turnpike_radius_logins_total", false, "Logins put to servers.", n->asked},
		{"turnpike_radius_logins_unanswered_total", false,
		 "Logins refused because no server answered.", n->no_answer},
		{"turnpike_radius_logins_unusable_total", false,
		 "Logins refused because what the server gave can't be had.", n->unusable},
		{"turnpike_radius_logins_remembered_total", false,
		 "Logins let in by what was remembered, as no server answered.", n->from_cache},
		{"turnpike_radius_logins_unproven_total", false,
		 "Logins of users who were remembered, whose proof was another or can't be "
		 "checked.",
		 n->cache_refused},
		{"turnpike_radius_logins_open", true, "Logins that are with servers now.", n->open},
		{"turnpike_radius_users_remembered", true, "Users who are remembered (cache-time).",
		 n->cached},
	};

	tp_samples_rows(to, rows, sizeof(rows) / sizeof(rows[0]));
	tp_samples_family(to, false, "turnpike_radius_not_asked_total", "reason",
			  "Requests, logins and records, that could not be put to any server.");
	tp_samples_put(to, "too-many-wait", r->queue_full);
	tp_samples_put(to, "all-dead", r->all_dead);
	tp_samples_put(to, "no-server", r->no_server);
}

/* ---- accounting ---- */

static void put_accounting(struct tp_control *c, struct tp_samples *to)
{
	struct tp_control_accounting_numbers n;

	tp_control_accounting_numbers(c, &n);
	const struct tp_sample_row rows[] = {
		{"turnpike_accounting_sessions", true, "Sessions that servers are told of.",
		 n.sessions},
		{"turnpike_accounting_waiting", true,
		 "Records that no server has acknowledged yet.", n.queue.waiting},
		{"turnpike_accounting_waiting_bytes", true, "What they take.",
		 n.queue.waiting_bytes},
		{"turnpike_accounting_in_flight", true, "Those of them that are with a server now.",
		 n.queue.in_flight},
		{"turnpike_accounting_oldest_seconds", true, "How long the oldest has waited.",
		 n.oldest_s},
		{"turnpike_accounting_records_total", false, "Records made.", n.queue.put},
		{"turnpike_accounting_acknowledged_total", false,
		 "Records that a server has acknowledged.", n.queue.acknowledged},
		{"turnpike_accounting_retried_total", false,
		 "Times that no server answered, and a record had to wait.", n.queue.retried},
		{"turnpike_accounting_on_disk", true, "Records outlive the daemon: 1, else 0.",
		 n.on_disk},
		{"turnpike_accounting_disk_written_total", false, "Records written to disk.",
		 n.store.written},
		{"turnpike_accounting_disk_failed_total", false, "Writes to disk that failed.",
		 n.store.failed},
		{"turnpike_accounting_disk_bad_total", false,
		 "Records on disk that could not be read, and are lost.", n.store.bad},
		{"turnpike_accounting_disk_lag", true, "What waits to be written to disk.",
		 n.store.lag},
	};

	tp_samples_rows(to, rows, sizeof(rows) / sizeof(rows[0]));
	tp_samples_family(
		to, false, "turnpike_accounting_given_up_total", "kind",
		"Records given up, as there was no room for them or their bytes were lost.");
	tp_samples_put(to, "interim", n.queue.given_up[1]);
	tp_samples_put(to, "start-or-stop", n.queue.given_up[0]);
	tp_samples_put(to, "unsendable", n.queue.unsendable);
}

void tp_control_radius_samples(struct tp_control *c, struct tp_samples *to)
{
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		put_number(c, to, &numbers[i]);
	put_bad_replies(c, to);
	put_logins(c, to);
	put_accounting(c, to);
}
