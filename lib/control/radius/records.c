/* SPDX-License-Identifier: BSD-3-Clause */
#include "control/radius/records.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "api/json.h"
#include "base/log.h"
#include "control/api.h"
#include "control/radius/radius.h"

#define SEND_SLICE    256
#define INTERIM_SLICE 256
#define FIRST_MS      30000 /* that what waited from before may hold up the rest */

/* A session of before that nobody saw end. */
struct orphan {
	struct orphan *next;
	uint64_t session;
	uint32_t unix_s;
	size_t len;
	uint8_t bytes[];
};

struct tp_control_accounting {
	struct tp_control *c;
	struct tp_record_queue *queue;
	struct tp_record_store *store; /* NULL: in memory alone */
	struct tp_accounting *sessions;
	bool opened; /* the store, or there is to be none; and On was said */
	bool closing;
	uint64_t on_seq;   /* of Accounting-On; 0: it is acknowledged, or nobody waits any more */
	uint64_t first_ms; /* when a server first acknowledged something; 0: not yet */
	struct orphan *orphans;
	struct orphan **last_orphan;
	uint64_t restored, closed; /* at the start: records, sessions */
};

static uint32_t wall_s(void *owner)
{
	return (uint32_t)(tp_clock_wall_ms() / 1000);
}

static void usage(void *owner, const struct tp_session *s, struct tp_radius_usage *u)
{
	struct tp_control_accounting *a = owner;
	struct tp_session_counters n;
	struct tp_session_info info;

	tp_session_info(s, &info);
	tp_dataplane_session_counters(a->c->dp, info.slot, &n);
	*u = (struct tp_radius_usage){
		.octets_in = n.bytes_in,
		.octets_out = n.bytes_out,
		.packets_in = n.packets_in,
		.packets_out = n.packets_out,
	};
}

/* ---- to the servers ---- */

struct flight {
	struct tp_control_accounting *a;
	void *token;
	uint32_t unix_s;
};

static void done(void *owner, const struct tp_radius_outcome *outcome)
{
	struct flight *flight = owner;
	struct tp_control_accounting *a = flight->a;
	void *token = flight->token;
	bool acknowledged = outcome->result == TP_RADIUS_ANSWERED &&
			    outcome->packet->code == TP_RADIUS_ACCOUNTING_RESPONSE;

	free(flight);
	if (acknowledged && a->first_ms == 0)
		a->first_ms = a->c->now_ms;
	tp_record_queue_done(a->queue, token, acknowledged, a->c->now_ms);
}

/* Acct-Delay-Time: RFC 2866, section 5.2. */
static bool renew(void *owner, uint8_t *bytes, size_t len, uint64_t now_ms)
{
	const struct flight *flight = owner;
	uint32_t now_s = wall_s(NULL);

	return tp_radius_rewrite_u32(bytes, len, TP_RADIUS_ACCT_DELAY_TIME,
				     now_s > flight->unix_s ? now_s - flight->unix_s : 0);
}

static void text_of(const struct tp_radius_packet *packet, enum tp_radius_attribute attribute,
		    char text[TP_RADIUS_VALUE_MAX + 1])
{
	struct tp_radius_value value;

	text[0] = '\0';
	if (tp_radius_get(packet, attribute, &value))
		(void)tp_radius_text(&value, text, TP_RADIUS_VALUE_MAX + 1);
}

static int send_record(void *owner, const struct tp_record *record, const uint8_t *bytes,
		       void *token)
{
	struct tp_control_accounting *a = owner;
	struct tp_control_radius *radius = a->c->radius;
	char user[TP_RADIUS_VALUE_MAX + 1], service[TP_RADIUS_VALUE_MAX + 1];
	uint32_t ids[TP_RADIUS_ORDER_MAX];
	struct tp_radius_packet packet;
	const char *realm;
	struct flight *flight;
	struct tp_radius_ask ask = {
		.service = TP_RADIUS_ACCT,
		.bytes = bytes,
		.len = record->len,
		.servers = ids,
		.done = done,
		.renew = renew,
	};
	int error;

	if (tp_radius_parse(bytes, record->len, &packet) != TP_RADIUS_WELL_FORMED)
		return -EINVAL;
	text_of(&packet, TP_RADIUS_USER_NAME, user);
	text_of(&packet, TP_RADIUS_CALLED_STATION_ID, service);
	ask.server_count =
		tp_radius_source_choose(radius->source, TP_RADIUS_ACCT, user, service, ids, &realm);
	flight = malloc(sizeof(*flight));
	if (flight == NULL)
		return -ENOMEM;
	*flight = (struct flight){a, token, record->unix_s};
	ask.owner = flight;
	error = tp_radius_client_ask(radius->client, &ask, NULL, a->c->now_ms);
	if (error != 0)
		free(flight);
	return error;
}

/* ---- from before ---- */

static void found_record(void *user, const struct tp_record *record)
{
	struct tp_control_accounting *a = user;

	if (tp_record_queue_restore(a->queue, record) == 0)
		a->restored++;
}

static void found_standing(void *user, const struct tp_record *record, const uint8_t *bytes)
{
	struct tp_control_accounting *a = user;
	uint8_t room[TP_RADIUS_PACKET_MAX];
	size_t len = tp_radius_record_end(bytes, record->len, TP_RADIUS_CAUSE_NAS_REBOOT, room);
	struct orphan *orphan = len > 0 ? malloc(sizeof(*orphan) + len) : NULL;

	if (orphan == NULL)
		return;
	*orphan = (struct orphan){.session = record->session, .unix_s = record->unix_s, .len = len};
	memcpy(orphan->bytes, room, len);
	*a->last_orphan = orphan;
	a->last_orphan = &orphan->next;
}

static void end_orphans(struct tp_control_accounting *a)
{
	struct orphan *orphan;

	while ((orphan = a->orphans) != NULL) {
		a->orphans = orphan->next;
		(void)tp_record_queue_put(a->queue, TP_RECORD_STOP, orphan->session, orphan->unix_s,
					  orphan->bytes, orphan->len, a->c->now_ms);
		a->closed++;
		free(orphan);
	}
}

static void open_store(struct tp_control_accounting *a, const struct tp_config_ppp_aaa *aaa)
{
	const struct tp_record_store_found found = {found_record, found_standing, a};
	struct tp_error e = {0};
	uint64_t next_seq = 1;

	if (aaa->queue_directory[0] == '\0')
		return;
	if (tp_record_store_open(aaa->queue_directory, &a->c->other_cpus, &found, &next_seq,
				 &a->store, &e) != 0) {
		tp_log_error("radius", "%s: %s: accounting records wait in memory alone", e.place,
			     e.message);
		return;
	}
	tp_record_queue_set_store(a->queue, &tp_record_store_ops, a->store, next_seq);
}

static void begin(struct tp_control_accounting *a, const struct tp_config_ppp_aaa *aaa)
{
	a->opened = true;
	open_store(a, aaa);
	end_orphans(a);
	if (a->restored > 0 || a->closed > 0)
		tp_log_info("radius",
			    "%llu accounting records waited from before, and %llu sessions that "
			    "stood then are told to have ended",
			    (unsigned long long)a->restored, (unsigned long long)a->closed);
}

/* ---- the configuration ---- */

int tp_control_accounting_create(struct tp_control *c, struct tp_control_accounting **out)
{
	struct tp_control_accounting *a = calloc(1, sizeof(*a));

	*out = a;
	if (a == NULL)
		return -ENOMEM;
	a->c = c;
	a->last_orphan = &a->orphans;
	a->queue = tp_record_queue_create(&(struct tp_record_queue_setup){
		.send = send_record, .owner = a, .max_bytes = UINT64_MAX});
	return a->queue != NULL ? 0 : -ENOMEM;
}

void tp_control_accounting_destroy(struct tp_control_accounting *a)
{
	if (a == NULL)
		return;
	tp_accounting_destroy(a->sessions);
	tp_record_queue_destroy(a->queue);
	tp_record_store_close(a->store);
	free(a);
}

/* The engine of sessions is there by the first time. */
static bool has_engine(struct tp_control_accounting *a)
{
	if (a->sessions == NULL)
		a->sessions = tp_accounting_create(
			&(struct tp_accounting_setup){
				.ac = a->c->ac,
				.queue = a->queue,
				.random = &a->c->random,
				.usage = usage,
				.unix_s = wall_s,
				.owner = a,
			},
			a->c->now_ms);
	return a->sessions != NULL;
}

void tp_control_accounting_apply(struct tp_control *c)
{
	struct tp_control_accounting *a = c->radius->accounting;
	const struct tp_config_ppp_aaa *aaa = (const void *)tp_config_first(c->config, TP_PPP_AAA);
	const struct tp_accounting_settings settings = {
		.enabled = aaa->use_radius && aaa->accounting,
		.interim_s = aaa->interim_update,
		.nas = *tp_radius_source_nas(c->radius->source),
	};
	bool first = settings.enabled && !a->opened;

	if (!has_engine(a)) {
		tp_log_error("radius", "out of memory: there is no accounting");
		return;
	}
	if (first)
		begin(a, aaa);
	tp_record_queue_set_max_bytes(a->queue, aaa->queue_size);
	if (first) {
		a->on_seq = tp_record_queue_next_seq(a->queue);
		tp_record_queue_only_before(a->queue, a->on_seq);
	}
	tp_accounting_set(a->sessions, &settings, first, c->now_ms);
}

/* ---- the loop ---- */

void tp_control_accounting_event(struct tp_control *c, const struct tp_ac_event *event)
{
	if (c->radius->accounting->sessions != NULL)
		tp_accounting_event(c->radius->accounting->sessions, event);
}

void tp_control_accounting_changed(struct tp_control *c, const struct tp_session *s)
{
	/* As when it has come up again, for what may be different since. */
	tp_control_accounting_event(c, &(struct tp_ac_event){
					       .kind = TP_AC_SESSION_UP,
					       .now_ms = c->now_ms,
					       .session = s,
				       });
}

/* What comes first has gone, or held up the rest for long enough. */
static void let_next(struct tp_control_accounting *a)
{
	uint64_t oldest = tp_record_queue_oldest(a->queue);

	if (a->on_seq == 0)
		return;
	if (oldest > a->on_seq || (a->first_ms != 0 && a->c->now_ms - a->first_ms > FIRST_MS)) {
		a->on_seq = 0;
		tp_record_queue_only_before(a->queue, 0);
	} else if (oldest == a->on_seq) {
		tp_record_queue_only_before(a->queue, a->on_seq + 1);
	}
}

bool tp_control_accounting_turn(struct tp_control *c)
{
	struct tp_control_accounting *a = c->radius->accounting;
	bool work = false;

	if (a->sessions == NULL || !a->opened)
		return false;
	if (a->store != NULL)
		tp_record_store_poll(a->store, a->queue);
	work |= tp_accounting_tick(a->sessions, c->now_ms, INTERIM_SLICE);
	let_next(a);
	work |= tp_record_queue_tick(a->queue, c->now_ms, SEND_SLICE);
	return work;
}

bool tp_control_accounting_closed(struct tp_control *c)
{
	struct tp_control_accounting *a = c->radius->accounting;

	if (a->sessions == NULL || !a->opened)
		return true;
	if (!a->closing)
		tp_accounting_off(a->sessions, c->now_ms);
	a->closing = true;
	return tp_record_queue_counters(a->queue)->waiting == 0;
}

/* ---- what operators see ---- */

void tp_control_accounting_numbers(struct tp_control *c, struct tp_control_accounting_numbers *n)
{
	struct tp_control_accounting *a = c->radius->accounting;
	uint32_t now_s = wall_s(NULL);

	*n = (struct tp_control_accounting_numbers){
		.sessions = a->sessions != NULL ? tp_accounting_standing(a->sessions) : 0,
		.on_disk = a->store != NULL,
		.queue = *tp_record_queue_counters(a->queue),
	};
	if (n->queue.oldest_unix_s != 0 && now_s > n->queue.oldest_unix_s)
		n->oldest_s = now_s - n->queue.oldest_unix_s;
	if (a->store != NULL)
		n->store = tp_record_store_counters(a->store);
}

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
