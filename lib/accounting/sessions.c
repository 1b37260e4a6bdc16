/* SPDX-License-Identifier: BSD-3-Clause */
#include "accounting/sessions.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/siphash.h"
#include "base/timer.h"

#define JITTER	  10 /* an Interim comes up to a tenth of its interval early */
#define SLOTS_MIN 1024
#define NEWS_MS	  3000 /* in which prefixes come and go before a record tells of them */

/* A session that a server was told of. */
struct told {
	struct tp_accounting *accounting;
	uint64_t id;	     /* tp_session_info.id */
	uint32_t address;    /* that was told */
	uint64_t prefixes;   /* likewise: a digest */
	uint32_t interval_s; /* that `interim` was started with; 0: it was not */
	bool news;	     /* `interim` is to tell of other prefixes, and comes early for that */
	bool over;	     /* it has had its Stop */
	struct tp_timer interim;
};

struct tp_accounting {
	struct tp_accounting_setup setup;
	struct tp_accounting_settings settings;
	struct tp_timer_wheel wheel;
	struct told **by_slot; /* NULL: none */
	uint32_t slots;	       /* that there is room for */
	uint32_t count;
	uint64_t now_ms;
	/* Those of this slot and above have not been looked at since the settings have changed;
	 * UINT32_MAX: all have. */
	uint32_t to_look_at;
};

struct tp_accounting *tp_accounting_create(const struct tp_accounting_setup *setup, uint64_t now_ms)
{
	struct tp_accounting *accounting = calloc(1, sizeof(*accounting));

	if (accounting == NULL)
		return NULL;
	accounting->setup = *setup;
	accounting->now_ms = now_ms;
	accounting->to_look_at = UINT32_MAX;
	tp_timer_wheel_init(&accounting->wheel, now_ms);
	return accounting;
}

static void forget(struct tp_accounting *accounting, uint32_t slot)
{
	struct told *told = accounting->by_slot[slot];

	if (told == NULL)
		return;
	tp_timer_stop(&accounting->wheel, &told->interim);
	accounting->by_slot[slot] = NULL;
	accounting->count--;
	free(told);
}

void tp_accounting_destroy(struct tp_accounting *accounting)
{
	if (accounting == NULL)
		return;
	for (uint32_t slot = 0; slot < accounting->slots; slot++)
		forget(accounting, slot);
	free(accounting->by_slot);
	free(accounting);
}

enum tp_radius_cause tp_accounting_cause(enum tp_end_reason reason)
{
	switch (reason) {
	case TP_END_PEER_PADT:
	case TP_END_PEER_TERMINATE:
		return TP_RADIUS_CAUSE_USER_REQUEST;
	case TP_END_KEEPALIVE:
		return TP_RADIUS_CAUSE_LOST_CARRIER;
	case TP_END_SESSION_TIMEOUT:
		return TP_RADIUS_CAUSE_SESSION_TIMEOUT;
	case TP_END_IDLE_TIMEOUT:
		return TP_RADIUS_CAUSE_IDLE_TIMEOUT;
	case TP_END_ADMIN:
		return TP_RADIUS_CAUSE_ADMIN_RESET;
	case TP_END_LIMIT_BYTES:
	case TP_END_CONFIG:
	case TP_END_DRAIN:
		return TP_RADIUS_CAUSE_NAS_REQUEST;
	case TP_END_REPLACED_HOST:
	case TP_END_REPLACED_USER:
		return TP_RADIUS_CAUSE_PORT_PREEMPTED;
	case TP_END_SHUTDOWN:
		return TP_RADIUS_CAUSE_ADMIN_REBOOT;
	case TP_END_RESOURCES:
	case TP_END_GAVE_WAY:
		return TP_RADIUS_CAUSE_NAS_ERROR;
	case TP_END_NO_ADDRESS:
		return TP_RADIUS_CAUSE_SERVICE_UNAVAILABLE;
	case TP_END_LOOPBACK:
		return TP_RADIUS_CAUSE_PORT_ERROR;
	default: /* what the peer would not agree to, or could not prove */
		return TP_RADIUS_CAUSE_USER_ERROR;
	}
}

/* ---- records ---- */

static void put_record(struct tp_accounting *accounting, enum tp_record_kind kind,
		       uint64_t accounting_id, const struct tp_radius_record *record)
{
	uint8_t room[TP_RADIUS_PACKET_MAX];
	struct tp_radius_builder b;
	size_t len;

	tp_radius_begin(&b, room, sizeof(room), TP_RADIUS_ACCOUNTING_REQUEST);
	tp_radius_put_record(&b, &accounting->settings.nas, record);
	len = tp_radius_finish(&b);
	if (len > 0)
		(void)tp_record_queue_put(accounting->setup.queue, kind, accounting_id,
					  record->unix_s, room, len, accounting->now_ms);
}

static const enum tp_radius_acct_status status_of[] = {
	[TP_RECORD_START] = TP_RADIUS_ACCT_START, [TP_RECORD_INTERIM] = TP_RADIUS_ACCT_INTERIM,
	[TP_RECORD_STOP] = TP_RADIUS_ACCT_STOP,	  [TP_RECORD_ON] = TP_RADIUS_ACCT_ON,
	[TP_RECORD_OFF] = TP_RADIUS_ACCT_OFF,
};

struct tp_radius_session tp_accounting_session(const struct tp_session_info *info)
{
	return (struct tp_radius_session){
		.user = info->user,
		.mac = info->mac,
		.line = info->line,
		.interface = info->interface,
		.service_name = info->service_name,
		.vlans = info->access.vlans,
		.session_id = info->session_id,
		.nas_port = info->slot,
		.accounting_id = info->accounting_id,
	};
}

/* IPV6CP has come up once, at least. */
static bool has_had_ipv6(const struct tp_session_info *info)
{
	static const uint8_t none[sizeof(info->ipv6.local_id)];

	return memcmp(info->ipv6.local_id, none, sizeof(none)) != 0;
}

static struct tp_radius_ipv6 ipv6_of(const struct tp_session_info *info)
{
	return (struct tp_radius_ipv6){
		.prefix = info->ipv6.prefix,
		.address = info->ipv6.address,
		.interface_id = has_had_ipv6(info) ? info->ipv6.remote_id : NULL,
		.delegated = info->ipv6.routes,
		.delegated_count = info->ipv6.delegated_count,
	};
}

static void put(struct tp_accounting *accounting, enum tp_record_kind kind,
		const struct tp_line *line, const struct tp_session_info *info)
{
	const struct tp_radius_session session = tp_accounting_session(info);
	const uint32_t up_s = (uint32_t)((accounting->now_ms - info->up_ms) / 1000);
	struct tp_radius_record record = {
		.status = status_of[kind],
		.unix_s = accounting->setup.unix_s(accounting->setup.owner),
		.session = &session,
		.subscriber = info->subscriber,
		.by_radius = info->secret_id == 0,
		.address = info->remote_address,
		.ipv6 = ipv6_of(info),
		.session_time_s = up_s,
		.bundle_id = info->mrru != 0 ? info->accounting_id : 0,
		.link_count = info->active_links,
		.cause = tp_accounting_cause(info->reason),
	};

	if (kind == TP_RECORD_START)
		record.unix_s -= up_s;
	else
		accounting->setup.usage(accounting->setup.owner, line, &record.usage);
	put_record(accounting, kind, info->accounting_id, &record);
}

/* ---- sessions ---- */

/* Of its prefixes: other ones are news. */
static uint64_t digest(const struct tp_session_info *info)
{
	static const uint64_t key[2]; /* no secret: it is compared with the same session's alone */
	const struct tp_session_ipv6 *ipv6 = &info->ipv6;
	uint64_t sum = tp_siphash(key, &ipv6->prefix, sizeof(ipv6->prefix));

	for (unsigned i = 0; i < ipv6->delegated_count; i++)
		sum = sum * 31 + tp_siphash(key, &ipv6->routes[i], sizeof(ipv6->routes[i]));
	return sum;
}

static struct told *find(const struct tp_accounting *accounting, const struct tp_session_info *info)
{
	struct told *told = info->slot < accounting->slots ? accounting->by_slot[info->slot] : NULL;

	return told != NULL && told->id == info->id ? told : NULL;
}

static uint32_t interval_of(const struct tp_accounting *accounting,
			    const struct tp_subscriber *subscriber)
{
	uint32_t own = subscriber->radius != NULL ? subscriber->radius->interim_s : 0;

	return own != 0 ? own : accounting->settings.interim_s;
}

static void interim(struct tp_timer *timer, uint64_t now_ms);

static void put_interim(struct told *told, const struct tp_line *line,
			const struct tp_session_info *info)
{
	told->address = info->remote_address;
	told->prefixes = digest(info);
	told->news = false;
	put(told->accounting, TP_RECORD_INTERIM, line, info);
}

static void arm(struct told *told, const struct tp_subscriber *subscriber)
{
	struct tp_accounting *accounting = told->accounting;
	uint64_t interval, early;

	told->interval_s = interval_of(accounting, subscriber);
	tp_timer_stop(&accounting->wheel, &told->interim);
	if (told->interval_s == 0)
		return;
	interval = told->interval_s * UINT64_C(1000);
	early = tp_random_u32(accounting->setup.random) % (interval / JITTER + 1);
	tp_timer_start(&accounting->wheel, &told->interim, accounting->now_ms + interval - early,
		       interim);
}

static void interim(struct tp_timer *timer, uint64_t now_ms)
{
	struct told *told = (void *)((char *)timer - offsetof(struct told, interim));
	struct tp_accounting *accounting = told->accounting;
	const struct tp_line *line = tp_ac_find_id(accounting->setup.ac, told->id);
	struct tp_session_info info;

	if (line == NULL)
		return;
	tp_line_info(line, &info);
	put_interim(told, line, &info);
	arm(told, info.subscriber);
}

/* All that comes to a session, or goes, in a while is told by one record: its prefixes mostly come
 * one after the other, and when a whole city dials in others need the processor more. */
static void tell_soon(struct told *told)
{
	struct tp_accounting *accounting = told->accounting;
	const uint64_t soon_ms = accounting->now_ms + NEWS_MS;

	told->news = true;
	if (!tp_timer_running(&told->interim) || told->interim.expires_ms > soon_ms)
		tp_timer_start(&accounting->wheel, &told->interim, soon_ms, interim);
}

static bool wanted(const struct tp_accounting *accounting, const struct tp_session_info *info)
{
	return accounting->settings.enabled &&
	       accounting->setup.wanted(accounting->setup.owner, info->user, info->service_name);
}

static bool make_room(struct tp_accounting *accounting, uint32_t slot)
{
	const uint32_t slots = slot < SLOTS_MIN ? SLOTS_MIN : 2 * slot;
	struct told **by_slot;

	if (slot < accounting->slots)
		return true;
	by_slot = realloc(accounting->by_slot, slots * sizeof(struct told *));
	if (by_slot == NULL)
		return false;
	memset(by_slot + accounting->slots, 0, (slots - accounting->slots) * sizeof(struct told *));
	accounting->by_slot = by_slot;
	accounting->slots = slots;
	return true;
}

static struct told *remember(struct tp_accounting *accounting, const struct tp_session_info *info)
{
	struct told *told = make_room(accounting, info->slot) ? calloc(1, sizeof(*told)) : NULL;

	if (told == NULL)
		return NULL;
	forget(accounting, info->slot); /* there is none, as each has an end */
	told->accounting = accounting;
	told->id = info->id;
	told->address = info->remote_address;
	told->prefixes = digest(info);
	accounting->by_slot[info->slot] = told;
	accounting->count++;
	return told;
}

/* NULL: no memory; then it is never told of. */
static struct told *start(struct tp_accounting *accounting, const struct tp_line *line,
			  const struct tp_session_info *info)
{
	struct told *told = remember(accounting, info);

	if (told == NULL)
		return NULL;
	put(accounting, TP_RECORD_START, line, info);
	arm(told, info->subscriber);
	return told;
}

int tp_accounting_go_on(struct tp_accounting *accounting, const struct tp_line *line)
{
	struct tp_session_info info;

	tp_line_info(line, &info);
	if (find(accounting, &info) != NULL)
		return 0;
	return remember(accounting, &info) != NULL ? 0 : -ENOMEM;
}

int tp_accounting_is_over(struct tp_accounting *accounting, const struct tp_line *line)
{
	struct tp_session_info info;
	int error = tp_accounting_go_on(accounting, line);

	tp_line_info(line, &info);
	if (error == 0)
		find(accounting, &info)->over = true;
	return error;
}

/* It is up: for the first time, or again, or otherwise than before. A client that renegotiates all
 * the time makes no records of it, nor does it put off its next: only another address or prefix is
 * news, and another interval of its own (HEARD: it comes to be so now, and not by our settings). */
static void look_at(struct tp_accounting *accounting, const struct tp_line *line,
		    const struct tp_session_info *info, bool heard)
{
	struct told *told;
	bool paced;

	if (info->bundle_id != 0 || info->state != TP_SESSION_UP) /* a link, and no session */
		return;
	told = find(accounting, info);
	if (told == NULL) {
		if (wanted(accounting, info))
			(void)start(accounting, line, info);
		return;
	}
	if (told->over)
		return;
	paced = told->interval_s != interval_of(accounting, info->subscriber);
	if (told->address != info->remote_address || (paced && heard))
		put_interim(told, line, info);
	else if (told->prefixes != digest(info))
		tell_soon(told);
	if (paced && !told->news)
		arm(told, info->subscriber);
}

static void ended(struct tp_accounting *accounting, const struct tp_line *line,
		  const struct tp_session_info *info)
{
	struct told *told = find(accounting, info);

	/* It stood when accounting was enabled, and it was not its turn yet. Links have no address.
	 */
	if (told == NULL && accounting->to_look_at <= info->slot && info->up_ms != 0 &&
	    (info->remote_address != 0 || has_had_ipv6(info)) && info->bundle_id == 0 &&
	    wanted(accounting, info))
		told = start(accounting, line, info);
	if (told == NULL)
		return;
	if (!told->over)
		put(accounting, TP_RECORD_STOP, line, info);
	forget(accounting, info->slot);
}

void tp_accounting_event(struct tp_accounting *accounting, const struct tp_ac_event *event)
{
	if (event->line == NULL)
		return;
	accounting->now_ms = event->now_ms;
	if (event->kind == TP_AC_SESSION_UP || event->kind == TP_AC_SESSION_CHANGED)
		look_at(accounting, event->line, event->info, true);
	else if (event->kind == TP_AC_SESSION_ENDED)
		ended(accounting, event->line, event->info);
}

/* ---- as a whole ---- */

/* True: there are more. */
static bool look_at_next(struct tp_accounting *accounting, unsigned limit)
{
	const struct tp_line *line;
	struct tp_session_info info;

	for (unsigned i = 0; i < limit && accounting->to_look_at != UINT32_MAX; i++) {
		line = tp_ac_next(accounting->setup.ac, accounting->to_look_at);
		accounting->to_look_at = UINT32_MAX;
		if (line == NULL)
			break;
		tp_line_info(line, &info);
		look_at(accounting, line, &info, false);
		accounting->to_look_at = info.slot + 1;
	}
	return accounting->to_look_at != UINT32_MAX;
}

static void tell_whole(struct tp_accounting *accounting, enum tp_record_kind kind)
{
	const struct tp_radius_record record = {
		.status = status_of[kind],
		.unix_s = accounting->setup.unix_s(accounting->setup.owner),
	};

	if (accounting->settings.enabled)
		put_record(accounting, kind, 0, &record);
}

void tp_accounting_set(struct tp_accounting *accounting,
		       const struct tp_accounting_settings *settings, bool on, uint64_t now_ms)
{
	accounting->settings = *settings;
	accounting->now_ms = now_ms;
	accounting->to_look_at = 0;
	if (on)
		tell_whole(accounting, TP_RECORD_ON);
}

void tp_accounting_off(struct tp_accounting *accounting, uint64_t now_ms)
{
	accounting->now_ms = now_ms;
	tell_whole(accounting, TP_RECORD_OFF);
}

bool tp_accounting_tick(struct tp_accounting *accounting, uint64_t now_ms, unsigned limit)
{
	bool more;

	accounting->now_ms = now_ms;
	more = tp_timer_wheel_advance(&accounting->wheel, now_ms, limit) == limit;
	return look_at_next(accounting, limit) || more;
}

uint32_t tp_accounting_lost(const struct tp_accounting *accounting)
{
	uint32_t lost = 0;

	for (uint32_t slot = 0; slot < accounting->slots; slot++)
		lost += accounting->by_slot[slot] != NULL &&
			tp_ac_find_id(accounting->setup.ac, accounting->by_slot[slot]->id) == NULL;
	return lost;
}

uint32_t tp_accounting_standing(const struct tp_accounting *accounting)
{
	return accounting->count;
}
