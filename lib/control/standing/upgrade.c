/* SPDX-License-Identifier: BSD-3-Clause */
#include "control/standing/upgrade.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "api/api.h"
#include "base/log.h"
#include "control/control_private.h"
#include "control/standing/standing.h"

#define SAID_MAX 512

extern char **environ;

struct tp_upgrade {
	char *program, *config;
	cpu_set_t cpus, own_cpus;
	pid_t child;		    /* that looks whether it can start; 0: none */
	int said;		    /* what it says, a pipe */
	struct tp_request *request; /* that is answered then */
};

struct tp_upgrade *tp_upgrade_create(const struct tp_control_setup *setup)
{
	struct tp_upgrade *upgrade;

	if (setup->program == NULL || setup->config_path == NULL)
		return NULL;
	upgrade = calloc(1, sizeof(*upgrade));
	if (upgrade == NULL)
		return NULL;
	upgrade->said = -1;
	upgrade->cpus = setup->all_cpus;
	upgrade->program = strdup(setup->program);
	upgrade->config = strdup(setup->config_path);
	if (upgrade->program != NULL && upgrade->config != NULL)
		return upgrade;
	tp_upgrade_destroy(upgrade);
	return NULL;
}

void tp_upgrade_destroy(struct tp_upgrade *upgrade)
{
	if (upgrade == NULL)
		return;
	if (upgrade->child != 0) {
		kill(upgrade->child, SIGKILL);
		waitpid(upgrade->child, NULL, 0);
	}
	if (upgrade->said >= 0)
		close(upgrade->said);
	free(upgrade->program);
	free(upgrade->config);
	free(upgrade);
}

/* On all CPUs, as it will be started: it looks for those of its configuration. */
static int spawn(struct tp_upgrade *upgrade, int to)
{
	char *arguments[] = {upgrade->program, (char *)"--check", upgrade->config, NULL};
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attributes;
	sigset_t none;
	int error;

	sigemptyset(&none);
	posix_spawn_file_actions_init(&files);
	posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
	posix_spawn_file_actions_adddup2(&files, to, STDERR_FILENO);
	posix_spawnattr_init(&attributes);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
	posix_spawnattr_setsigmask(&attributes, &none);
	sched_getaffinity(0, sizeof(upgrade->own_cpus), &upgrade->own_cpus);
	sched_setaffinity(0, sizeof(upgrade->cpus), &upgrade->cpus);
	error = posix_spawn(&upgrade->child, upgrade->program, &files, &attributes, arguments,
			    environ);
	sched_setaffinity(0, sizeof(upgrade->own_cpus), &upgrade->own_cpus);
	posix_spawnattr_destroy(&attributes);
	posix_spawn_file_actions_destroy(&files);
	return -error;
}

static int begin(struct tp_upgrade *upgrade)
{
	int ends[2], error;

	if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0)
		return -errno;
	error = spawn(upgrade, ends[1]);
	close(ends[1]);
	if (error != 0) {
		upgrade->child = 0;
		close(ends[0]);
		return error;
	}
	upgrade->said = ends[0];
	return 0;
}

enum tp_api_command tp_verb_upgrade(void *user, struct tp_request *request)
{
	struct tp_control *c = user;
	struct tp_upgrade *upgrade = c->upgrade;
	char detail[320];
	int error;

	if (upgrade == NULL || c->ending || upgrade->child != 0) {
		tp_api_error(request, TP_API_CONFLICT,
			     upgrade == NULL ? "the program does not know its file"
					     : "it is ending already");
		return TP_API_ANSWERED;
	}
	if (!tp_standing_keeps(c->standing)) {
		tp_api_error(request, TP_API_CONFLICT,
			     "there is no journal that sessions could stand in: see "
			     "/system journal print");
		return TP_API_ANSWERED;
	}
	error = begin(upgrade);
	if (error != 0) {
		snprintf(detail, sizeof(detail), "%.255s: %s", upgrade->program, strerror(-error));
		tp_api_error(request, TP_API_CONFLICT, detail);
		return TP_API_ANSWERED;
	}
	upgrade->request = request;
	return TP_API_LATER;
}

/* What the new program has said, in one line. */
static void refuse(struct tp_control *c, struct tp_request *request, const char *said)
{
	char detail[SAID_MAX + 320];

	snprintf(detail, sizeof(detail), "%.255s can't start: %s", c->upgrade->program,
		 said[0] != '\0' ? said : "it ended with an error, and said nothing");
	tp_log_error("system", "no upgrade: %s", detail);
	tp_api_error(request, TP_API_CONFLICT, detail);
}

static void hear(struct tp_upgrade *upgrade, char *said, size_t size)
{
	ssize_t len = read(upgrade->said, said, size - 1);

	said[len > 0 ? len : 0] = '\0';
	while (len > 0 && said[len - 1] == '\n')
		said[--len] = '\0';
	for (char *p = said; *p != '\0'; p++)
		if (*p == '\n')
			*p = ';';
	close(upgrade->said);
	upgrade->said = -1;
}

void tp_upgrade_poll(struct tp_control *c)
{
	struct tp_upgrade *upgrade = c->upgrade;
	struct tp_request *request;
	char said[SAID_MAX];
	int status;

	if (upgrade == NULL || upgrade->child == 0 ||
	    waitpid(upgrade->child, &status, WNOHANG) != upgrade->child)
		return;
	upgrade->child = 0;
	hear(upgrade, said, sizeof(said));
	request = upgrade->request;
	upgrade->request = NULL;
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
		refuse(c, request, said);
	} else {
		tp_api_answer(request, TP_API_NO_CONTENT, NULL);
		c->upgrades = true;
		tp_control_end(c, "upgrade", true);
	}
	tp_mailbox_answer(&c->mailbox, request);
}

enum tp_api_command tp_verb_shutdown(void *user, struct tp_request *request)
{
	struct tp_control *c = user;
	const json_t *word = json_object_get(request->body, "disconnect");
	char text[TP_API_TEXT_LEN];
	const char *value = word != NULL ? tp_api_text(word, text) : NULL;
	bool disconnect =
		value != NULL && (strcmp(value, "yes") == 0 || strcmp(value, "true") == 0);

	if (word != NULL && !disconnect &&
	    (value == NULL || (strcmp(value, "no") != 0 && strcmp(value, "false") != 0))) {
		tp_api_error(request, TP_API_BAD_REQUEST, "disconnect: expected yes or no");
		return TP_API_ANSWERED;
	}
	tp_api_answer(request, TP_API_NO_CONTENT, NULL);
	tp_control_end(c, "shutdown", word != NULL ? !disconnect : tp_control_keeps(c));
	return TP_API_ANSWERED;
}
