/* SPDX-License-Identifier: BSD-3-Clause */
#include "control/log/book.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "api/event.h"
#include "api/json.h"
#include "api/samples.h"
#include "base/log_rules.h"
#include "control/control_private.h"
#include "control/log/syslog.h"
#include "store/inbox.h"

#define WAITING_MAX 8192 /* lines that control has not taken yet: more are lost */
#define TAKE_SLICE  256	 /* in a turn */
#define TEXTS	    7

/* The texts of a line stand behind it. */
struct entry {
	struct tp_inbox_item item; /* the first, so that an item is an entry */
	TAILQ_ENTRY(entry) entry;
	uint64_t id;
	uint64_t wall_ms;
	uint32_t actions;
	enum tp_log_level level;
	const char *topics, *text, *user, *mac, *session, *interface, *address;
	char bytes[];
};
TAILQ_HEAD(entries, entry);

struct remote {
	int fd; /* -1: nothing is sent */
	unsigned facility;
};

struct tp_log_book {
	struct tp_inbox box;
	atomic_uint waiting;
	atomic_ullong lost;
	struct tp_inbox_item *taken; /* out of the box, and not looked at yet */
	struct entries lines;
	unsigned count, size;
	uint64_t last_id;
	struct remote remote[TP_LOG_ACTIONS];
	char host[256];
	uint64_t kept, sent, unsent;
};

/* ---- any thread -------------------------------------------------------------------------------
 */

static struct entry *copy_line(uint32_t actions, const struct tp_log_line *line)
{
	const struct tp_log_about *a = line->about;
	const char *const from[TEXTS] = {line->topics, line->text,   a->user,	a->mac,
					 a->session,   a->interface, a->address};
	struct entry *e;
	const char **to;
	size_t size = 0;

	for (unsigned i = 0; i < TEXTS; i++)
		size += from[i] != NULL ? strlen(from[i]) + 1 : 1;
	e = malloc(sizeof(*e) + size);
	if (e == NULL)
		return NULL;
	*e = (struct entry){.wall_ms = line->wall_ms, .actions = actions, .level = line->level};
	to = &e->topics;
	size = 0;
	for (unsigned i = 0; i < TEXTS; i++) {
		strcpy(e->bytes + size, from[i] != NULL ? from[i] : "");
		to[i] = e->bytes + size;
		size += strlen(e->bytes + size) + 1;
	}
	return e;
}

static void take_line(void *user, uint32_t actions, const struct tp_log_line *line)
{
	struct tp_log_book *book = user;
	struct entry *e;

	if (atomic_fetch_add(&book->waiting, 1) >= WAITING_MAX ||
	    (e = copy_line(actions, line)) == NULL) {
		atomic_fetch_sub(&book->waiting, 1);
		atomic_fetch_add(&book->lost, 1);
		return;
	}
	tp_inbox_put(&book->box, &e->item);
}

/* ---- control ----------------------------------------------------------------------------------
 */

struct tp_log_book *tp_log_book_create(void)
{
	struct tp_log_book *book = calloc(1, sizeof(*book));

	if (book == NULL)
		return NULL;
	tp_inbox_init(&book->box, false);
	TAILQ_INIT(&book->lines);
	for (unsigned i = 0; i < TP_LOG_ACTIONS; i++)
		book->remote[i].fd = -1;
	if (gethostname(book->host, sizeof(book->host) - 1) != 0)
		book->host[0] = '\0';
	tp_log_set_taker(take_line, book);
	return book;
}

static void close_remotes(struct tp_log_book *book)
{
	for (unsigned i = 0; i < TP_LOG_ACTIONS; i++) {
		if (book->remote[i].fd >= 0)
			close(book->remote[i].fd);
		book->remote[i].fd = -1;
	}
}

static struct entry *take_next(struct tp_log_book *book)
{
	struct tp_inbox_item *item;

	if (book->taken == NULL)
		book->taken = tp_inbox_take(&book->box);
	item = book->taken;
	if (item == NULL)
		return NULL;
	book->taken = item->next;
	atomic_fetch_sub(&book->waiting, 1);
	return (struct entry *)item;
}

static void drop_oldest(struct tp_log_book *book)
{
	struct entry *oldest = TAILQ_FIRST(&book->lines);

	TAILQ_REMOVE(&book->lines, oldest, entry);
	book->count--;
	free(oldest);
}

void tp_log_book_destroy(struct tp_log_book *book)
{
	struct entry *e;

	if (book == NULL)
		return;
	tp_log_set_taker(NULL, NULL);
	tp_log_rules_set(NULL, 0);
	while ((e = take_next(book)) != NULL)
		free(e);
	while (book->count > 0)
		drop_oldest(book);
	close_remotes(book);
	tp_inbox_clear(&book->box);
	free(book);
}

static json_t *describe(const struct entry *e)
{
	char when[40], topics[80];
	time_t seconds = (time_t)(e->wall_ms / 1000);
	json_t *o = json_object();
	struct tm tm;

	localtime_r(&seconds, &tm);
	strftime(when, sizeof(when), "%F %T", &tm);
	snprintf(topics, sizeof(topics), "%s,%s", e->topics, tp_log_level_words[e->level]);
	tp_json_id(o, e->id);
	tp_json_text(o, "time", when);
	tp_json_text(o, "topics", topics);
	tp_json_text(o, "message", e->text);
	if (e->user[0] != '\0')
		tp_json_text(o, "user", e->user);
	if (e->mac[0] != '\0')
		tp_json_text(o, "caller-id", e->mac);
	if (e->session[0] != '\0')
		tp_json_text(o, "session", e->session);
	return o;
}

/* As any event, with the item that it is in /log. */
static void tell_listeners(struct tp_control *c, const struct entry *e)
{
	json_t *event, *line;

	if (!tp_mailbox_listens(&c->mailbox))
		return;
	event = tp_event_create("log");
	line = describe(e);
	json_object_del(line, "time");
	json_object_update(event, line);
	json_decref(line);
	tp_json_text(event, "path", tp_live_log.path);
	tp_json_text(event, "what", "add");
	tp_mailbox_event(&c->mailbox, event);
}

static void send_line(struct tp_log_book *book, const struct entry *e)
{
	static const struct tp_log_about nobody;
	const struct tp_log_line line = {.level = e->level,
					 .wall_ms = e->wall_ms,
					 .topics = e->topics,
					 .text = e->text,
					 .about = &nobody};
	char text[TP_SYSLOG_MAX];

	for (unsigned i = TP_LOG_OTHERS; i < TP_LOG_ACTIONS; i++) {
		const struct remote *to = &book->remote[i];
		ssize_t done;
		size_t len;

		if ((e->actions >> i & 1) == 0 || to->fd < 0)
			continue;
		len = tp_syslog_format(&line, to->facility, book->host, getpid(), text);
		done = send(to->fd, text, len, MSG_DONTWAIT | MSG_NOSIGNAL);
		if (done < 0 && errno == ECONNREFUSED) /* of the one before */
			done = send(to->fd, text, len, MSG_DONTWAIT | MSG_NOSIGNAL);
		book->sent += done >= 0;
		book->unsent += done < 0;
	}
}

void tp_log_book_turn(struct tp_control *c)
{
	struct tp_log_book *book = c->log_book;
	struct entry *e;

	for (unsigned i = 0; i < TAKE_SLICE && (e = take_next(book)) != NULL; i++) {
		send_line(book, e);
		if ((e->actions >> TP_LOG_MEMORY & 1) == 0) {
			free(e);
			continue;
		}
		e->id = ++book->last_id;
		TAILQ_INSERT_TAIL(&book->lines, e, entry);
		book->kept++;
		if (++book->count > book->size)
			drop_oldest(book);
		tell_listeners(c, e);
	}
}

/* ---- the configuration ------------------------------------------------------------------------
 */

/* The number that rules call ACTION by; those of servers in order of their ids. */
static unsigned number_of(const struct tp_control *c, const char *name)
{
	const struct tp_config_item *item;
	unsigned number = TP_LOG_OTHERS;

	if (strcmp(name, "memory") == 0)
		return TP_LOG_MEMORY;
	if (strcmp(name, "echo") == 0)
		return TP_LOG_ECHO;
	for (item = tp_config_first(c->config, TP_SYSTEM_LOGGING_ACTION); item != NULL;
	     item = tp_config_next(item)) {
		if (((const struct tp_config_logging_action *)item)->target != TP_LOGGING_REMOTE)
			continue;
		if (strcmp(item->key, name) == 0)
			break;
		number++;
	}
	return number;
}

static void apply_action(struct tp_control *c, const struct tp_config_logging_action *action)
{
	struct tp_log_book *book = c->log_book;
	struct remote *remote;
	int fd;

	if (action->target == TP_LOGGING_MEMORY) {
		book->size = action->memory_lines;
		while (book->count > book->size)
			drop_oldest(book);
	}
	if (action->target != TP_LOGGING_REMOTE || tp_ip_is_none(&action->address))
		return;
	remote = &book->remote[number_of(c, action->name)];
	fd = tp_syslog_open(&action->address, (uint16_t)action->port);
	if (fd < 0)
		tp_log_warning("system", "the syslog server of action %s can't be had: %s",
			       action->name, strerror(-fd));
	*remote = (struct remote){.fd = fd < 0 ? -1 : fd, .facility = action->facility};
}

static struct tp_log_rule rule_of(const struct tp_control *c,
				  const struct tp_config_logging *config)
{
	struct tp_log_rule rule = {.action = number_of(c, config->action)};

	for (unsigned i = 0; i < config->topics.count; i++) {
		const char *topic = config->topics.name[i];

		if (topic[0] == '!')
			rule.none |= tp_log_topic_bit(topic + 1, strlen(topic + 1));
		else
			rule.all |= tp_log_topic_bit(topic, strlen(topic));
	}
	return rule;
}

void tp_log_book_apply(struct tp_control *c)
{
	struct tp_log_rule rules[TP_LOG_RULES];
	const struct tp_config_item *item;
	unsigned count = 0;

	close_remotes(c->log_book);
	for (item = tp_config_first(c->config, TP_SYSTEM_LOGGING_ACTION); item != NULL;
	     item = tp_config_next(item))
		apply_action(c, (const void *)item);
	for (item = tp_config_first(c->config, TP_SYSTEM_LOGGING);
	     item != NULL && count < TP_LOG_RULES; item = tp_config_next(item)) {
		const struct tp_config_logging *rule = (const void *)item;

		if (!rule->disabled)
			rules[count++] = rule_of(c, rule);
	}
	tp_log_rules_set(rules, count);
}

/* ---- /log ----------------------------------------------------------------------------------- */

static json_t *log_next(void *user, uint64_t *cursor)
{
	struct tp_control *c = user;
	struct entry *e = TAILQ_FIRST(&c->log_book->lines);
	uint64_t first = e != NULL ? e->id : 0;

	/* Ids have no gaps: what is looked for is nearer to one end or the other. */
	if (e == NULL || *cursor >= c->log_book->last_id)
		return NULL;
	if (*cursor > first + c->log_book->count / 2)
		for (e = TAILQ_LAST(&c->log_book->lines, entries); e->id > *cursor + 1;)
			e = TAILQ_PREV(e, entries, entry);
	else
		while (e->id <= *cursor)
			e = TAILQ_NEXT(e, entry);
	*cursor = e->id;
	return describe(e);
}

static json_t *log_find(void *user, const char *key)
{
	struct tp_control *c = user;
	const struct entry *e;
	char *end;
	uint64_t id;

	if (key[0] != '*')
		return NULL;
	id = strtoull(key + 1, &end, 16);
	TAILQ_FOREACH_REVERSE(e, &c->log_book->lines, entries, entry)
	if (*end == '\0' && e->id == id)
		return describe(e);
	return NULL;
}

/* clang-format off */
static const struct tp_status log_status[] = {
	TP_STATUS_ID,
	{"time", "When, in local time"},
	{"topics", "What it is about, and how important it is"},
	{"message", "The line"},
	{"user", "The subscriber that it is about"},
	{"caller-id", "His MAC address"},
	{"session", "The `.id` of his session in /ppp/active"},
	TP_STATUS_END,
};
/* clang-format on */

const struct tp_live tp_live_log = {
	.path = "/log",
	.help = "The last lines of the log, as [/system/logging](configuration.md#systemlogging) "
		"has them kept. `/log/listen`, and events with `event=log`, tell of new ones",
	.status = log_status,
	.next = log_next,
	.find = log_find,
};

void tp_log_book_samples(const struct tp_log_book *book, json_t *array)
{
	struct tp_samples to = {.fn = tp_samples_write, .user = array};
	const struct tp_sample_row rows[] = {
		{"turnpike_log_kept_total", false, "Lines of the log that /log was given.",
		 book->kept},
		{"turnpike_log_sent_total", false, "Lines that went to syslog servers.",
		 book->sent},
		{"turnpike_log_unsent_total", false,
		 "Lines that could not be sent to a syslog server.", book->unsent},
		{"turnpike_log_lost_total", false,
		 "Lines that were logged faster than they could be taken.",
		 atomic_load(&book->lost)},
	};

	tp_samples_rows(&to, rows, sizeof(rows) / sizeof(rows[0]));
}
