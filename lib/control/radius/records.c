/* SPDX-License-Identifier: BSD-3-Clause */
#include "control/radius/records.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

#include "base/log.h"
#include "control/control_private.h"
#include "control/radius/radius.h"
#include "control/standing/standing.h"
#include "radius/groups.h"

#define SEND_SLICE    256
#define INTERIM_SLICE 256
#define BACKLOG_MS    30000  /* that what waited from before may hold up the rest, after it began */
#define ON_MS	      300000 /* that Accounting-On may, */
#define ON_OTHERS_MS  5000   /* when one group of servers has it, and others are silent */
#define TELL_MS	      600000

/* A session of before that nobody saw end. */
struct orphan {
	struct orphan *next;
	uint64_t session;
	uint32_t unix_s;
	size_t len;
	uint8_t bytes[];
};

/* What may be sent now. */
enum gate {
	GATE_BACKLOG, /* what was there before Accounting-On */
	GATE_ON,      /* and that itself */
	GATE_OPEN,    /* all */
	GATE_STOPS,   /* all but Accounting-Off */
};

/* A record that is with the servers. */
struct flight {
	struct tp_control_accounting *a;
	void *token;
	uint32_t unix_s;
	uint32_t group; /* of On and Off: the first server's id; else 0 */
	LIST_ENTRY(flight) entry;
};

struct tp_control_accounting {
	struct tp_control *c;
	struct tp_record_queue *queue;
	struct tp_record_store *store; /* NULL: in memory alone */
	struct tp_accounting *sessions;
	bool opened; /* the store, or there is to be none; and On was said */
	bool closing;
	uint8_t gate;	   /* enum gate */
	uint64_t gate_ms;  /* when it came to be so, or a server first acknowledged something */
	uint64_t gate_seq; /* of Accounting-On, or -Off */
	struct tp_radius_groups whole;	     /* On or Off, on its way */
	bool heard;			     /* a server has acknowledged something */
	bool told_none;			     /* the log: that there is no server */
	uint64_t homeless, homeless_told_ms; /* times that there was no server for a record */
	LIST_HEAD(, flight) flights;
	struct orphan *orphans;
	struct orphan **last_orphan;
	uint64_t restored, closed; /* at the start: records, sessions */
	uint64_t going_on;	   /* sessions that were restored */
};

static uint32_t wall_s(void *owner)
{
	return (uint32_t)(tp_clock_wall_ms() / 1000);
}

static void usage(void *owner, const struct tp_line *line, struct tp_session_counters *u)
{
	struct tp_control_accounting *a = owner;
	struct tp_session_info info;

	tp_line_info(line, &info);
	tp_dataplane_session_counters(a->c->dp, info.slot, u);
}

/* ---- to the servers ---- */

/* There is a later On or Off. */
static bool is_superseded(const struct tp_control_accounting *a)
{
	return a->whole.seq < a->gate_seq;
}

static void done(void *owner, const struct tp_radius_outcome *outcome)
{
	struct flight *flight = owner;
	struct tp_control_accounting *a = flight->a;
	void *token = flight->token;
	uint32_t group = flight->group;
	bool acknowledged = outcome->result == TP_RADIUS_ANSWERED &&
			    outcome->packet->code == TP_RADIUS_ACCOUNTING_RESPONSE;

	LIST_REMOVE(flight, entry);
	free(flight);
	if (acknowledged && !a->heard) {
		a->heard = true;
		a->gate_ms = a->c->now_ms;
	}
	if (group != 0 &&
	    !tp_radius_groups_answered(&a->whole, group, is_superseded(a), &acknowledged))
		return;
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

/* Those of its user. */
static unsigned choose(const struct tp_control_accounting *a, const struct tp_radius_packet *packet,
		       uint32_t ids[TP_RADIUS_ORDER_MAX])
{
	struct tp_radius_value domain;
	char user[TP_RADIUS_VALUE_MAX + 1], service[TP_RADIUS_VALUE_MAX + 1];
	const struct tp_radius_source *source = a->c->radius->source;
	const char *realm;

	if (tp_radius_get(packet, TP_RADIUS_MS_CHAP_DOMAIN, &domain) && domain.len > 1)
		snprintf(user, sizeof(user), "@%.*s", domain.len - 1,
			 (const char *)domain.bytes + 1);
	else
		text_of(packet, TP_RADIUS_USER_NAME, user);
	text_of(packet, TP_RADIUS_CALLED_STATION_ID, service);
	return tp_radius_source_choose(source, TP_RADIUS_ACCT, user, service, ids, &realm);
}

static int put_to_servers(struct tp_control_accounting *a, const struct tp_radius_ask *ask)
{
	struct flight *flight = malloc(sizeof(*flight));
	struct tp_radius_ask with = *ask;
	int error;

	if (flight == NULL)
		return -ENOMEM;
	*flight = *(const struct flight *)ask->owner;
	with.owner = flight;
	error = tp_radius_client_ask(a->c->radius->client, &with, NULL, a->c->now_ms);
	if (error != 0)
		free(flight);
	else
		LIST_INSERT_HEAD(&a->flights, flight, entry);
	return error;
}

static int put_to_group(void *owner, const uint32_t *ids, unsigned count)
{
	struct tp_radius_ask *ask = owner;
	struct flight *flight = ask->owner;
	int error;

	ask->servers = ids;
	ask->server_count = count;
	flight->group = ids[0];
	error = put_to_servers(flight->a, ask);
	return error == -ENOENT ? -EHOSTDOWN : error; /* they are about to be gone */
}

/* They would wait without a word. */
static void tell_homeless(struct tp_control_accounting *a)
{
	uint64_t now_ms = a->c->now_ms;

	a->homeless++;
	if (a->homeless_told_ms != 0 && now_ms - a->homeless_told_ms < TELL_MS)
		return;
	a->homeless_told_ms = now_ms;
	tp_log_warning("radius", "there are accounting records that no RADIUS server is for, by "
				 "its service, domain or called-id: they wait until there is one");
}

static int send_record(void *owner, const struct tp_record *record, const uint8_t *bytes,
		       void *token)
{
	struct tp_control_accounting *a = owner;
	struct flight flight = {.a = a, .token = token, .unix_s = record->unix_s};
	uint32_t ids[TP_RADIUS_ORDER_MAX];
	struct tp_radius_packet packet;
	struct tp_radius_ask ask = {
		.service = TP_RADIUS_ACCT,
		.bytes = bytes,
		.len = record->len,
		.servers = ids,
		.done = done,
		.renew = renew,
		.owner = &flight,
	};
	int error;

	if (tp_radius_parse(bytes, record->len, &packet) != TP_RADIUS_WELL_FORMED)
		return -EINVAL;
	if (record->session == 0) {
		error = tp_radius_groups_ask(&a->whole, a->c->radius->source, record->seq,
					     record->seq < a->gate_seq, put_to_group, &ask);
	} else {
		ask.server_count = choose(a, &packet, ids);
		error = put_to_servers(a, &ask);
	}
	if (error == -ENOENT)
		tell_homeless(a);
	return error;
}

static bool is_wanted(void *owner, const char *user, const char *service_name)
{
	struct tp_control_accounting *a = owner;
	uint32_t ids[TP_RADIUS_ORDER_MAX];
	const char *realm;

	return tp_radius_source_choose(a->c->radius->source, TP_RADIUS_ACCT, user, service_name,
				       ids, &realm) > 0;
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
	struct tp_session_counters counted;
	bool known = tp_standing_last_counted(a->c, record->session, &counted);
	size_t len = tp_radius_record_end(bytes, record->len, TP_RADIUS_CAUSE_NAS_REBOOT,
					  known ? &counted : NULL, room);
	struct orphan *orphan = malloc(sizeof(*orphan) + len);

	if (orphan == NULL)
		return;
	*orphan = (struct orphan){.session = record->session, .unix_s = record->unix_s, .len = len};
	if (len > 0)
		memcpy(orphan->bytes, room, len);
	*a->last_orphan = orphan;
	a->last_orphan = &orphan->next;
}

/* Was its session restored? Then it is told of as before. */
static bool goes_on(struct tp_control_accounting *a, const struct orphan *orphan)
{
	const struct tp_line *line = tp_ac_find_accounting_id(a->c->ac, orphan->session);

	if (line == NULL || tp_accounting_go_on(a->sessions, line) != 0)
		return false;
	a->going_on++;
	return true;
}

/* What can't be made a Stop of is to be forgotten. */
static void end_orphans(struct tp_control_accounting *a)
{
	struct orphan *orphan;

	while ((orphan = a->orphans) != NULL) {
		a->orphans = orphan->next;
		if (goes_on(a, orphan)) {
			free(orphan);
			continue;
		}
		if (orphan->len > 0) {
			(void)tp_record_queue_put(a->queue, TP_RECORD_STOP, orphan->session,
						  orphan->unix_s, orphan->bytes, orphan->len,
						  a->c->now_ms);
			a->closed++;
		} else if (a->store != NULL) {
			tp_record_store_forget(a->store, orphan->session);
		}
		free(orphan);
	}
	a->last_orphan = &a->orphans;
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
	if (a->restored > 0 || a->closed > 0 || a->going_on > 0)
		tp_log_info(
			"radius",
			"%llu accounting records waited from before; of the sessions that stood "
			"then %llu are told to have ended, and %llu go on",
			(unsigned long long)a->restored, (unsigned long long)a->closed,
			(unsigned long long)a->going_on);
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
	struct flight *flight;

	if (a == NULL)
		return;
	tp_accounting_destroy(a->sessions);
	tp_record_queue_destroy(a->queue);
	tp_record_store_close(a->store);
	while ((flight = LIST_FIRST(&a->flights)) != NULL) {
		LIST_REMOVE(flight, entry);
		free(flight);
	}
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
				.wanted = is_wanted,
				.usage = usage,
				.unix_s = wall_s,
				.owner = a,
			},
			a->c->now_ms);
	return a->sessions != NULL;
}

static bool has_server(struct tp_control_accounting *a, const struct tp_config_ppp_aaa *aaa)
{
	bool wants = aaa->use_radius && aaa->accounting, has = is_wanted(a, NULL, NULL);

	if (wants && !has && !a->told_none)
		tp_log_warning("radius",
			       "no RADIUS server has service=ppp: there is no accounting");
	a->told_none = wants && !has;
	return has;
}

static void set_gate(struct tp_control_accounting *a, enum gate gate, uint64_t only_before)
{
	a->gate = (uint8_t)gate;
	a->gate_ms = a->c->now_ms;
	tp_record_queue_only_before(a->queue, only_before);
}

void tp_control_accounting_apply(struct tp_control *c)
{
	struct tp_control_accounting *a = c->radius->accounting;
	const struct tp_config_ppp_aaa *aaa = (const void *)tp_config_first(c->config, TP_PPP_AAA);
	const struct tp_accounting_settings settings = {
		.enabled = has_server(a, aaa) && aaa->use_radius && aaa->accounting,
		.interim_s = aaa->interim_update,
		.nas = *tp_radius_source_nas(c->radius->source),
	};
	const bool first = settings.enabled && !a->opened;
	bool on;

	if (!has_engine(a)) {
		tp_log_error("radius", "out of memory: there is no accounting");
		return;
	}
	if (first)
		begin(a, aaa);
	tp_record_queue_set_max_bytes(a->queue, aaa->queue_size);
	tp_record_queue_wake(a->queue);
	on = first && a->going_on == 0; /* by that a server would close them all */
	if (on) {
		a->gate_seq = tp_record_queue_next_seq(a->queue);
		set_gate(a, GATE_BACKLOG, a->gate_seq);
	} else if (first) {
		set_gate(a, GATE_OPEN, 0);
	}
	tp_accounting_set(a->sessions, &settings, on, c->now_ms);
}

void tp_control_accounting_wake(struct tp_control *c)
{
	tp_record_queue_wake(c->radius->accounting->queue);
}

/* ---- the loop ---- */

void tp_control_accounting_event(struct tp_control *c, const struct tp_ac_event *event)
{
	if (c->radius->accounting->sessions != NULL)
		tp_accounting_event(c->radius->accounting->sessions, event);
}

void tp_control_accounting_changed(struct tp_control *c, const struct tp_line *line)
{
	/* As when it has come up again, for what may be different since. */
	tp_control_accounting_event(c, &(struct tp_ac_event){
					       .kind = TP_AC_SESSION_UP,
					       .now_ms = c->now_ms,
					       .line = line,
				       });
}

/* What comes first has gone, or held up the rest for long enough. */
static void move_gate(struct tp_control_accounting *a)
{
	const uint64_t for_ms = a->c->now_ms - a->gate_ms;
	const bool first = tp_record_queue_oldest(a->queue) >= a->gate_seq;

	switch (a->gate) {
	case GATE_BACKLOG:
		if (first || for_ms > BACKLOG_MS)
			set_gate(a, GATE_ON, a->gate_seq + 1);
		break;
	case GATE_ON:
		if (!tp_record_queue_waits(a->queue, a->gate_seq) || for_ms > ON_MS ||
		    (for_ms > ON_OTHERS_MS && a->whole.seq == a->gate_seq &&
		     a->whole.told_count > 0))
			set_gate(a, GATE_OPEN, 0);
		break;
	case GATE_STOPS:
		if (first)
			set_gate(a, GATE_OPEN, 0);
		break;
	default:
		break;
	}
}

bool tp_control_accounting_turn(struct tp_control *c)
{
	struct tp_control_accounting *a = c->radius->accounting;
	bool work = false;

	if (a->sessions == NULL || !a->opened)
		return false;
	if (a->store != NULL)
		tp_record_store_poll(a->store, a->queue, c->now_ms);
	work |= tp_accounting_tick(a->sessions, c->now_ms, INTERIM_SLICE);
	move_gate(a);
	work |= tp_record_queue_tick(a->queue, c->now_ms, SEND_SLICE);
	return work;
}

bool tp_control_accounting_at_rest(struct tp_control *c)
{
	struct tp_control_accounting *a = c->radius->accounting;

	return a->sessions == NULL || !a->opened || a->store != NULL ||
	       tp_record_queue_counters(a->queue)->waiting == 0;
}

bool tp_control_accounting_closed(struct tp_control *c)
{
	struct tp_control_accounting *a = c->radius->accounting;

	if (a->sessions == NULL || !a->opened)
		return true;
	if (!a->closing) {
		a->gate_seq = tp_record_queue_next_seq(a->queue);
		set_gate(a, GATE_STOPS, a->gate_seq);
		tp_accounting_off(a->sessions, c->now_ms);
	}
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
		.lost = a->sessions != NULL ? tp_accounting_lost(a->sessions) : 0,
		.on_disk = a->store != NULL,
		.queue = *tp_record_queue_counters(a->queue),
	};
	if (n->queue.oldest_unix_s != 0 && now_s > n->queue.oldest_unix_s)
		n->oldest_s = now_s - n->queue.oldest_unix_s;
	if (a->store != NULL)
		n->store = tp_record_store_counters(a->store);
}
