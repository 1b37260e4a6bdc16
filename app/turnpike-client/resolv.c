/* SPDX-License-Identifier: BSD-3-Clause */
#include "resolv.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <net/if.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/queue.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/ipv6_text.h"
#include "base/log.h"
#include "config/types/value.h"
#include "resolv_file.h"
#include "wire/ipv6.h"

#define RESOLVED "/run/systemd/resolve/io.systemd.Resolve"

extern char **environ;

struct message {
	char name[IFNAMSIZ];
	int32_t ifindex;
	struct name_servers servers; /* none: what there was is taken back */
};

#define SERVERS_MAX 4

/* As words, in their order. */
struct words {
	unsigned count;
	char word[SERVERS_MAX][TP_IPV6_TEXT_LEN];
};

bool name_servers_any(const struct name_servers *servers)
{
	static const struct name_servers none;

	return memcmp(servers, &none, sizeof(none)) != 0;
}

static bool has_servers(const struct message *m)
{
	return name_servers_any(&m->servers);
}

static struct words words_of(const struct name_servers *servers)
{
	struct words words = {0};

	for (unsigned i = 0; i < 2; i++)
		if (servers->ipv4[i] != 0)
			tp_ipv4_format(servers->ipv4[i], words.word[words.count++]);
	for (unsigned i = 0; i < 2; i++)
		if (!tp_ipv6_is_unspecified(servers->ipv6[i]))
			tp_ipv6_format(servers->ipv6[i], words.word[words.count++]);
	return words;
}

struct resolver {
	int socket;
	pid_t process;
};

/* ---- the process --------------------------------------------------------------------------- */

/* Is there such a program? */
static bool has_program(const char *name)
{
	const char *at = getenv("PATH");
	char path[PATH_MAX];

	for (at = at != NULL ? at : "/usr/sbin:/usr/bin:/sbin:/bin"; *at != '\0';) {
		size_t len = strcspn(at, ":");

		snprintf(path, sizeof(path), "%.*s/%s", (int)len, at, name);
		if (access(path, X_OK) == 0)
			return true;
		at += len + (at[len] == ':');
	}
	return false;
}

/* Runs a program with TEXT as its input, and waits for it. */
static bool run(char *const *words, const char *text)
{
	posix_spawn_file_actions_t actions;
	int pipe_fd[2], status = -1;
	pid_t child;
	int err;

	if (pipe2(pipe_fd, O_CLOEXEC) != 0)
		return false;
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, pipe_fd[0], STDIN_FILENO);
	err = posix_spawnp(&child, words[0], &actions, NULL, words, environ);
	posix_spawn_file_actions_destroy(&actions);
	close(pipe_fd[0]);
	/* A few lines: the pipe has room for them. */
	if (err == 0 && write(pipe_fd[1], text, strlen(text)) < 0)
		tp_log_debug("dns", "%s does not read", words[0]);
	close(pipe_fd[1]);
	if (err == 0)
		waitpid(child, &status, 0);
	if (err != 0 || status != 0)
		tp_log_warning("dns", "%s fails: %s", words[0],
			       err != 0 ? strerror(err) : "see its own words");
	return err == 0 && status == 0;
}

static void name_servers(char *text, size_t size, const struct name_servers *servers)
{
	const struct words words = words_of(servers);
	size_t used = 0;

	text[0] = '\0';
	for (unsigned i = 0; i < words.count; i++)
		used += (size_t)snprintf(text + used, size - used, "nameserver %s\n",
					 words.word[i]);
}

static const char *by_file(const struct resolv_place *place, const struct message *m,
			   const char *text)
{
	struct tp_error error;

	if (text[0] == '\0')
		resolv_file_remove(place, m->name);
	else if (resolv_file_write(place, m->name, text, &error) != 0)
		tp_log_warning("dns", "%s: %s", error.place, error.message);
	else
		return "file";
	return NULL;
}

static bool by_resolvconf(const struct message *m, const char *text)
{
	char interface[IFNAMSIZ + 16];
	char *words[] = {(char[]){"resolvconf"}, (char[]){"-a"}, interface, NULL};

	snprintf(interface, sizeof(interface), "%s.turnpike", m->name);
	words[1][1] = text[0] != '\0' ? 'a' : 'd';
	return run(words, text);
}

static bool by_resolved(const struct message *m)
{
	char number[16], name[IFNAMSIZ];
	char *set[3 + SERVERS_MAX + 1] = {(char[]){"resolvectl"}, (char[]){"dns"}, number};
	char *revert[] = {(char[]){"resolvectl"}, (char[]){"revert"}, number, NULL};
	struct words words = words_of(&m->servers);

	/* By number: somebody may have given it another name. */
	snprintf(number, sizeof(number), "%d", m->ifindex);
	/* With the interface it goes by itself. */
	if (!has_servers(m))
		return if_indextoname((unsigned)m->ifindex, name) == NULL || run(revert, "");
	for (unsigned i = 0; i < words.count; i++)
		set[3 + i] = words.word[i];
	return run(set, "");
}

/* Returns who has them now. */
static const char *hand_over(const struct resolv_place *place, const struct message *m,
			     const char *text)
{
	if (place->namespace[0] == '\0') {
		if (has_program("resolvconf") && by_resolvconf(m, text))
			return "resolvconf";
		if (access(RESOLVED, F_OK) == 0 && has_program("resolvectl") && by_resolved(m))
			return "systemd-resolved";
	}
	return by_file(place, m, text);
}

static void tell(const struct resolv_place *place, const struct message *m, const char *whom)
{
	const struct words words = words_of(&m->servers);
	char all[sizeof(words.word) + 2 * SERVERS_MAX] = "", path[RESOLV_PATH_MAX];

	if (whom == NULL)
		return; /* a warning has told */
	for (unsigned i = 0; i < words.count; i++)
		snprintf(all + strlen(all), sizeof(all) - strlen(all), "%s%s", i > 0 ? ", " : "",
			 words.word[i]);
	if (strcmp(whom, "file") != 0)
		tp_log_info(m->name, "name servers %s given to %s", all, whom);
	else
		tp_log_warning(m->name,
			       "name servers %s are in %s, which nothing reads by itself: %s", all,
			       resolv_file_path(place, m->name, path),
			       place->namespace[0] != '\0'
				       ? "this is a network namespace of its own, let its "
					 "/etc/resolv.conf lead there"
				       : "there is neither resolvconf nor systemd-resolved, let "
					 "/etc/resolv.conf lead there");
}

/* An interface that has name servers, so that they can be taken back. */
struct known {
	TAILQ_ENTRY(known) entry;
	struct message message;
};

struct server {
	struct resolv_place place;
	TAILQ_HEAD(, known) known;
};

static struct known *find(struct server *s, const char *name)
{
	struct known *known;

	TAILQ_FOREACH (known, &s->known, entry)
		if (strcmp(known->message.name, name) == 0)
			return known;
	return NULL;
}

static void take_back(struct server *s, struct known *known)
{
	known->message.servers = (struct name_servers){0};
	hand_over(&s->place, &known->message, "");
	TAILQ_REMOVE(&s->known, known, entry);
	free(known);
}

static void give(struct server *s, struct known *known, const struct message *m)
{
	char text[SERVERS_MAX * (TP_IPV6_TEXT_LEN + 16)];

	if (known == NULL) {
		known = calloc(1, sizeof(*known));
		if (known == NULL)
			return; /* what can't be taken back is not given */
		TAILQ_INSERT_HEAD(&s->known, known, entry);
	}
	known->message = *m;
	name_servers(text, sizeof(text), &m->servers);
	tell(&s->place, m, hand_over(&s->place, m, text));
}

static void handle(struct server *s, struct message *m)
{
	struct known *known;

	m->name[IFNAMSIZ - 1] = '\0';
	if (!resolv_name_is_good(m->name))
		return;
	known = find(s, m->name);
	if (has_servers(m))
		give(s, known, m);
	else if (known != NULL)
		take_back(s, known);
	else
		/* Of an earlier client that did not end well there can only be the file. */
		resolv_file_remove(&s->place, m->name);
}

static void serve(int socket)
{
	struct server s;
	struct message m;

	/* The terminal's Ctrl-C is for the client: this one ends after it. */
	signal(SIGINT, SIG_IGN);
	signal(SIGTERM, SIG_IGN);
	signal(SIGHUP, SIG_IGN);
	signal(SIGPIPE, SIG_IGN);
	prctl(PR_SET_NAME, "turnpike-dns");
	TAILQ_INIT(&s.known);
	resolv_place_init(&s.place, RESOLV_DIRECTORY);
	while (recv(socket, &m, sizeof(m), 0) == (ssize_t)sizeof(m))
		handle(&s, &m);
	while (!TAILQ_EMPTY(&s.known))
		take_back(&s, TAILQ_FIRST(&s.known));
}

/* ---- the client's side --------------------------------------------------------------------- */

struct resolver *resolver_start(void)
{
	struct resolver *resolver = calloc(1, sizeof(*resolver));
	int pair[2];

	if (resolver == NULL)
		return NULL;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0) {
		free(resolver);
		return NULL;
	}
	resolver->process = fork();
	if (resolver->process == 0) {
		close(pair[0]);
		free(resolver);
		serve(pair[1]);
		_exit(0);
	}
	close(pair[1]);
	resolver->socket = pair[0];
	if (resolver->process > 0)
		return resolver;
	close(pair[0]);
	free(resolver);
	return NULL;
}

void resolver_stop(struct resolver *resolver)
{
	if (resolver == NULL)
		return;
	close(resolver->socket);
	waitpid(resolver->process, NULL, 0);
	free(resolver);
}

static void say(struct resolver *resolver, const char *name, int ifindex,
		const struct name_servers *servers)
{
	struct message m = {.ifindex = ifindex, .servers = *servers};

	snprintf(m.name, sizeof(m.name), "%s", name);
	if (send(resolver->socket, &m, sizeof(m), MSG_NOSIGNAL | MSG_DONTWAIT) < 0)
		tp_log_warning("dns", "cannot hand over the name servers of %s: %s", name,
			       strerror(errno));
}

void resolver_set(struct resolver *resolver, const char *name, int ifindex,
		  const struct name_servers *servers)
{
	say(resolver, name, ifindex, servers);
}

void resolver_clear(struct resolver *resolver, const char *name)
{
	say(resolver, name, 0, &(struct name_servers){0});
}
