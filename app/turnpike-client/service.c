/* SPDX-License-Identifier: BSD-3-Clause */
#include "service.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "api/event.h"
#include "api/json.h"
#include "base/clock.h"
#include "base/ending.h"
#include "base/least.h"
#include "base/log.h"
#include "config/file/file.h"
#include "config/remote.h"
#include "mgmt/mgmt.h"
#include "privileges.h"
#include "resolv.h"

#define HANG_UP_MS	 2000 /* for all of them, at the end */
#define SOCKET_DIRECTORY "/run/turnpike-client"

/* ---- clients ----------------------------------------------------------------------------------
 */

struct client *service_find(const struct service *s, uint32_t id)
{
	struct client *client;

	TAILQ_FOREACH (client, &s->clients, entry)
		if (client->id == id && !client->removed)
			return client;
	return NULL;
}

void service_tell(struct service *s, const struct client *client, const char *event,
		  const char *text)
{
	json_t *o;

	s->events++;
	if (!tp_mailbox_listens(&s->mailbox))
		return;
	o = tp_event_create(event);
	tp_json_id(o, client->id);
	tp_json_text(o, "name", client->settings.name);
	if (client->connection != NULL && client->connection->ipv4) {
		tp_json_address(o, "local-address", client->connection->addresses.local);
		tp_json_address(o, "remote-address", client->connection->addresses.remote);
	}
	if (text != NULL)
		tp_json_text(o, "text", text);
	tp_mailbox_event(&s->mailbox, o);
}

static void apply_client(struct service *s, uint32_t id, const struct tp_config_client *item)
{
	struct client *client = service_find(s, id);

	if (item == NULL && client != NULL)
		client_remove(client);
	else if (item != NULL && client != NULL)
		client_set(client, item);
	if (item == NULL || client != NULL)
		return;
	client = client_create(s, item);
	if (client != NULL)
		TAILQ_INSERT_TAIL(&s->clients, client, entry);
	else
		tp_log_error("client", "%s: out of memory", item->name);
}

static void on_client(struct service *s, uint32_t id, const struct tp_config_item *item)
{
	apply_client(s, id, (const struct tp_config_client *)item);
}

static void on_dhcp_client(struct service *s, uint32_t id, const struct tp_config_item *item)
{
	struct client *client;

	TAILQ_FOREACH (client, &s->clients, entry)
		client_set_dhcp6(client);
}

/* A profile has changed: those clients that it makes another of. */
static void on_profile(struct service *s, uint32_t id, const struct tp_config_item *item)
{
	for (item = tp_config_first(s->config, TP_PPPOE_CLIENT); item != NULL;
	     item = tp_config_next(item))
		on_client(s, item->id, item);
}

static void on_management(struct service *s, uint32_t id, const struct tp_config_item *item)
{
	const struct tp_config_management *management = (const void *)item;

	tp_log_set_level((enum tp_log_level)management->log_level);
	tp_saver_switch(&s->save.saver, management->save, s->now_ms);
}

static void on_remote(struct service *s, uint32_t id, const struct tp_config_item *item)
{
	tp_mailbox_set_remote(&s->mailbox, tp_remote_create(s->config));
}

void service_apply(struct service *s, enum tp_resource_id resource, uint32_t id,
		   const struct tp_config_item *item)
{
	static void (*const appliers[TP_RESOURCES])(struct service * s, uint32_t id,
						    const struct tp_config_item *item) = {
		[TP_IPV6_DHCP_CLIENT] = on_dhcp_client,
		[TP_PPPOE_CLIENT] = on_client,
		[TP_PPP_PROFILE] = on_profile,
		[TP_MANAGEMENT] = on_management,
		[TP_USER_GROUPS] = on_remote,
		[TP_USER] = on_remote,
		[TP_IP_SERVICE] = on_remote,
	};

	if (appliers[resource] != NULL)
		appliers[resource](s, id, item);
}

static void tick_clients(struct service *s)
{
	struct client *client, *next;

	for (client = TAILQ_FIRST(&s->clients); client != NULL; client = next) {
		next = TAILQ_NEXT(client, entry);
		client_tick(client, s->now_ms);
		if (!client_is_over(client))
			continue;
		TAILQ_REMOVE(&s->clients, client, entry);
		client_destroy(client);
	}
}

static void on_changed(void *owner, const struct monitor_change *change, uint64_t now_ms)
{
	struct service *s = owner;
	struct client *client;

	s->now_ms = now_ms;
	TAILQ_FOREACH (client, &s->clients, entry)
		client_changed(client, change, now_ms);
}

/* ---- the loop ---------------------------------------------------------------------------------
 */

static void on_request(void *owner, uint64_t now_ms)
{
	struct service *s = owner;
	struct tp_request *request;
	uint64_t count;

	s->now_ms = now_ms;
	if (read(s->mailbox.request_fd, &count, sizeof(count)) < 0)
		return; /* nothing new */
	while ((request = tp_mailbox_take(&s->mailbox)) != NULL)
		if (service_execute(s, request))
			tp_mailbox_answer(&s->mailbox, request);
}

/* A second signal ends without more ado. */
static void on_signal(void *owner, int signal, uint64_t now_ms)
{
	struct service *s = owner;
	struct client *client;

	s->now_ms = now_ms;
	if (signal == SIGHUP) {
		service_reload(s, NULL);
		return;
	}
	if (!s->ending)
		tp_ending_begin();
	s->end_ms = s->ending ? now_ms : now_ms + HANG_UP_MS;
	s->ending = true;
	TAILQ_FOREACH (client, &s->clients, entry)
		client_remove(client);
}

static uint64_t deadline(const struct service *s)
{
	uint64_t deadline_ms = scan_jobs_deadline(s);
	const struct client *client;

	/* What is being written is done by another thread: it is looked at from time to time. */
	if (s->save.saver.job != NULL)
		deadline_ms = tp_least_u64(deadline_ms, s->now_ms + 20);
	deadline_ms = tp_least_u64(deadline_ms, s->save.saver.due_ms);
	if (!STAILQ_EMPTY(&s->save.asked))
		deadline_ms = s->now_ms;
	TAILQ_FOREACH (client, &s->clients, entry)
		deadline_ms = tp_least_u64(deadline_ms, client_deadline(client));
	return s->ending ? tp_least_u64(deadline_ms, s->end_ms) : deadline_ms;
}

static void run(struct service *s)
{
	while (!s->ending || (!TAILQ_EMPTY(&s->clients) && s->now_ms < s->end_ms)) {
		s->now_ms = loop_turn(&s->loop, deadline(s));
		tick_clients(s);
		scan_jobs_tick(s);
		tp_save_poll(&s->save, s->config, s->now_ms);
	}
	scan_jobs_end(s);
	tp_ending_waits_for("the configuration's file to be saved");
	tp_save_finish(&s->save, s->config);
	tp_ending_waits_for("management and the clients' interfaces");
	tp_mailbox_end(&s->mailbox);
}

/* ---- from start to end ------------------------------------------------------------------------
 */

static struct tp_config *load(const char *path)
{
	struct tp_errors errors = {0};
	struct tp_config *config = tp_config_load(TP_PROGRAM_CLIENT, path, &errors);

	for (unsigned i = 0; i < errors.count; i++)
		fprintf(stderr, "%s: %s\n", errors.error[i].place, errors.error[i].message);
	if (errors.total > errors.count)
		fprintf(stderr, "%s: %u mistakes more\n", path, errors.total - errors.count);
	tp_errors_clear(&errors);
	return config;
}

int service_check(const char *path)
{
	struct tp_config *config = load(path);

	if (config == NULL)
		return 1;
	tp_config_destroy(config);
	printf("%s: no mistakes\n", path);
	return 0;
}

/* The place of the socket, which whom we become must be able to write to. It is that user's from
 * then on: root does nothing more in it. */
static void make_directory(const char *user)
{
	uid_t uid;
	gid_t gid;
	int fd;

	if (mkdir(SOCKET_DIRECTORY, 0755) != 0 && errno != EEXIST)
		return; /* who needs it will say so */
	if (user == NULL || !privileges_user(user, &uid, &gid))
		return;
	fd = open(SOCKET_DIRECTORY, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0 || fchown(fd, uid, gid) != 0)
		tp_log_warning("client", "%s: %s", SOCKET_DIRECTORY, strerror(errno));
	if (fd >= 0)
		close(fd);
}

static void *run_mgmt(void *argument)
{
	tp_mgmt_run(argument);
	return NULL;
}

/* With management beside it. */
static int serve(struct service *s, struct tp_error *error)
{
	const struct tp_mgmt_setup setup = {
		.mailbox = &s->mailbox,
		.menus = &service_menus,
		.socket = tp_config_management(s->config)->socket,
	};
	struct tp_mgmt *mgmt;
	pthread_t thread;
	int err = tp_mgmt_create(&setup, &mgmt, error);

	if (err != 0)
		return err;
	err = pthread_create(&thread, NULL, run_mgmt, mgmt);
	if (err == 0) {
		on_profile(s, 0, NULL); /* all clients */
		run(s);
		tp_mgmt_stop(mgmt);
		pthread_join(thread, NULL);
	} else {
		tp_error_set(error, -err, "management", "can't start its thread: %s",
			     strerror(err));
	}
	tp_mgmt_destroy(mgmt);
	return -err;
}

static int open_service(struct service *s, const struct options *options, struct tp_error *error)
{
	const cpu_set_t any = {0};
	int err = loop_open(&s->loop);

	make_directory(options->run_as);
	s->resolver = err == 0 ? resolver_start() : NULL;
	if (err == 0 && s->resolver == NULL)
		err = -errno;
	if (err == 0)
		err = signals_open(&s->signals, &s->loop, on_signal, s);
	if (err == 0)
		err = monitor_open(&s->monitor, &s->loop, on_changed, s);
	if (err == 0)
		err = tp_mailbox_open(&s->mailbox);
	if (err != 0)
		return tp_error_set(error, err, "client", "cannot begin: %s", strerror(-err));
	err = privileges_drop(options->run_as, error);
	if (err != 0)
		return err;
	s->mailbox_watch = (struct watch){on_request, s};
	loop_add(&s->loop, s->mailbox.request_fd, &s->mailbox_watch);
	tp_save_init(&s->save, s->path, &any, s->config, &s->mailbox);
	tp_mailbox_set_remote(&s->mailbox, tp_remote_create(s->config));
	return 0;
}

static void close_service(struct service *s)
{
	struct client *client;

	while ((client = TAILQ_FIRST(&s->clients)) != NULL) {
		TAILQ_REMOVE(&s->clients, client, entry);
		client_destroy(client);
	}
	tp_mailbox_close(&s->mailbox);
	monitor_close(&s->monitor);
	signals_close(&s->signals);
	loop_close(&s->loop);
	resolver_stop(s->resolver);
	tp_config_destroy(s->config);
}

int service_run(const struct options *options)
{
	struct service s = {.path = options->config, .loop.epoll = -1, .signals.fd = -1};
	struct tp_error error = {0};
	int err;

	TAILQ_INIT(&s.clients);
	TAILQ_INIT(&s.scans);
	s.mailbox.request_fd = s.mailbox.answer_fd = -1;
	s.started_ms = s.now_ms = tp_clock_ms();
	s.config = load(options->config);
	if (s.config == NULL)
		return 1;
	tp_log_set_level((enum tp_log_level)tp_config_management(s.config)->log_level);
	err = open_service(&s, options, &error);
	if (err == 0)
		err = serve(&s, &error);
	if (err != 0)
		tp_log_error("client", "%s: %s", error.place, error.message);
	close_service(&s);
	return err == 0 ? 0 : 1;
}
