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
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/log.h"
#include "config/value.h"

#define INTERFACES_MAX 256
#define RESOLVED       "/run/systemd/resolve/io.systemd.Resolve"

extern char **environ;

struct message {
	char name[IFNAMSIZ];
	int32_t ifindex;
	uint32_t dns[2]; /* none: what there was is taken back */
};

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

static void name_servers(char *text, size_t size, const uint32_t dns[2])
{
	char address[TP_IPV4_TEXT_LEN];
	size_t used = 0;

	text[0] = '\0';
	for (int i = 0; i < 2; i++)
		if (dns[i] != 0)
			used += (size_t)snprintf(text + used, size - used, "nameserver %s\n",
						 tp_ipv4_format(dns[i], address));
}

static void write_file(const struct message *m, const char *text)
{
	char path[PATH_MAX];
	FILE *file;

	snprintf(path, sizeof(path), RESOLV_DIRECTORY "/%s.resolv.conf", m->name);
	if (text[0] == '\0') {
		unlink(path);
		return;
	}
	mkdir(RESOLV_DIRECTORY, 0755);
	file = fopen(path, "we");
	if (file == NULL || fputs(text, file) < 0)
		tp_log_warning("dns", "cannot write %s: %s", path, strerror(errno));
	if (file != NULL)
		fclose(file);
}

static void by_resolvconf(const struct message *m, const char *text)
{
	char interface[IFNAMSIZ + 16];
	char *words[] = {(char[]){"resolvconf"}, (char[]){"-a"}, interface, NULL};

	snprintf(interface, sizeof(interface), "%s.turnpike", m->name);
	words[1][1] = text[0] != '\0' ? 'a' : 'd';
	run(words, text);
}

static void by_resolved(const struct message *m)
{
	char name[IFNAMSIZ], first[TP_IPV4_TEXT_LEN], second[TP_IPV4_TEXT_LEN];
	char *set[] = {(char[]){"resolvectl"}, (char[]){"dns"}, name, first, NULL, NULL};
	char *revert[] = {(char[]){"resolvectl"}, (char[]){"revert"}, name, NULL};

	snprintf(name, sizeof(name), "%s", m->name);
	if (m->dns[0] == 0) {
		/* With the interface it goes by itself. */
		if (if_nametoindex(name) != 0)
			run(revert, "");
		return;
	}
	tp_ipv4_format(m->dns[0], first);
	if (m->dns[1] != 0)
		set[4] = tp_ipv4_format(m->dns[1], second);
	run(set, "");
}

static void hand_over(const struct message *m)
{
	char text[64];

	name_servers(text, sizeof(text), m->dns);
	if (has_program("resolvconf"))
		by_resolvconf(m, text);
	else if (access(RESOLVED, F_OK) == 0 && has_program("resolvectl"))
		by_resolved(m);
	else
		write_file(m, text);
}

/* The interfaces that have name servers, so that they can be taken back. */
struct known {
	unsigned count;
	char name[INTERFACES_MAX][IFNAMSIZ];
};

static int find(const struct known *known, const char *name)
{
	for (unsigned i = 0; i < known->count; i++)
		if (strcmp(known->name[i], name) == 0)
			return (int)i;
	return -1;
}

static void handle(struct known *known, struct message *m)
{
	int at;

	m->name[IFNAMSIZ - 1] = '\0';
	at = find(known, m->name);
	if (m->dns[0] == 0 && at < 0) {
		/* Of an earlier client that did not end well there can only be the file. */
		write_file(m, "");
		return;
	}
	if (m->dns[0] != 0 && at < 0 && known->count < INTERFACES_MAX)
		snprintf(known->name[known->count++], IFNAMSIZ, "%s", m->name);
	if (m->dns[0] == 0)
		memmove(known->name[at], known->name[--known->count], IFNAMSIZ);
	hand_over(m);
}

static void serve(int socket)
{
	static struct known known;
	struct message m;

	/* The terminal's Ctrl-C is for the client: this one ends after it. */
	signal(SIGINT, SIG_IGN);
	signal(SIGTERM, SIG_IGN);
	signal(SIGHUP, SIG_IGN);
	signal(SIGPIPE, SIG_IGN);
	prctl(PR_SET_NAME, "turnpike-dns");
	while (recv(socket, &m, sizeof(m), 0) == (ssize_t)sizeof(m))
		handle(&known, &m);
	while (known.count > 0) {
		m = (struct message){0};
		snprintf(m.name, sizeof(m.name), "%s", known.name[known.count - 1]);
		handle(&known, &m);
	}
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

static void say(struct resolver *resolver, const char *name, int ifindex, const uint32_t dns[2])
{
	struct message m = {.ifindex = ifindex, .dns = {dns[0], dns[1]}};

	snprintf(m.name, sizeof(m.name), "%s", name);
	if (send(resolver->socket, &m, sizeof(m), MSG_NOSIGNAL | MSG_DONTWAIT) < 0)
		tp_log_warning("dns", "cannot hand over the name servers of %s: %s", name,
			       strerror(errno));
}

void resolver_set(struct resolver *resolver, const char *name, int ifindex, const uint32_t dns[2])
{
	say(resolver, name, ifindex, dns);
}

void resolver_clear(struct resolver *resolver, const char *name)
{
	say(resolver, name, 0, (const uint32_t[2]){0, 0});
}
