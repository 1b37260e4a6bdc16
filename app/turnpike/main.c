/* SPDX-License-Identifier: BSD-3-Clause */
/* The daemon: reads its configuration, starts the data plane, control and management in this
 * order, and ends them in the other. This thread becomes the control lcore. */
#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "api/mailbox.h"
#include "base/ending.h"
#include "base/log.h"
#include "base/log_echo.h"
#include "base/notify.h"
#include "base/thread.h"
#include "config/file/file.h"
#include "control/control.h"
#include "mgmt/mgmt.h"
#include "turnpike/folders.h"
#include "turnpike/hurry.h"
#include "turnpike/machine.h"
#include "turnpike/options.h"
#include "turnpike/privileges.h"
#include "turnpike/reach.h"
#include "turnpike/restart.h"
#include "turnpike/setup.h"

struct daemon {
	struct tp_config *config; /* until control has it */
	struct tp_dataplane *dp;
	struct tp_control *control;
	struct tp_mgmt *mgmt;
	pthread_t mgmt_thread;
	bool mgmt_runs;
	bool upgrades; /* it is to start again, at once */
	char program[PATH_MAX];
	cpu_set_t allowed; /* CPUs, before any thread is pinned */
	cpu_set_t others;
};

/* Control takes them from a signalfd, so no thread may get them otherwise. */
static void block_signals(void)
{
	sigset_t signals;

	sigemptyset(&signals);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGHUP);
	pthread_sigmask(SIG_BLOCK, &signals, NULL);
	signal(SIGPIPE, SIG_IGN); /* whoever hangs up on the API */
}

static void *run_mgmt(void *argument)
{
	tp_mgmt_run(argument);
	return NULL;
}

static int start_mgmt(struct daemon *d, const char *socket, const char *page,
		      struct tp_error *error)
{
	int result =
		tp_mgmt_create(&(struct tp_mgmt_setup){.mailbox = tp_control_mailbox(d->control),
						       .menus = &tp_control_menus,
						       .socket = socket,
						       .page = page},
			       &d->mgmt, error);

	if (result != 0)
		return result;
	result = tp_thread_start(&d->mgmt_thread, "management", &d->others, run_mgmt, d->mgmt);
	if (result != 0)
		return tp_error_set(error, result, "management", "can't start its thread: %s",
				    strerror(-result));
	d->mgmt_runs = true;
	return 0;
}

static int start(struct daemon *d, const struct options *options, struct tp_error *error)
{
	const struct tp_config_management *management = tp_config_management(d->config);
	struct tp_control_setup setup = {
		.config = d->config, .config_path = options->config, .check = check_services};
	char socket[256], page[PATH_MAX];
	int result;

	snprintf(socket, sizeof(socket), "%s", management->socket);
	find_web(management->web_directory, page, sizeof(page));
	sched_getaffinity(0, sizeof(d->allowed), &d->allowed);
	tp_config_log_warnings(d->config);
	result = check_machine(d->config, options->config, &d->allowed, error);
	if (result == 0)
		result = check_reach(d->config, options->config, error);
	if (result != 0)
		return result;
	other_cpus(d->config, &d->allowed, &d->others);
	result = create_dataplane(d->config, options->no_huge_pages, &d->dp, error);
	if (result != 0)
		return result;
	setup.dataplane = d->dp;
	setup.other_cpus = d->others;
	setup.all_cpus = d->allowed;
	setup.program = d->program[0] != '\0' ? d->program : NULL;
	d->config = NULL;
	result = tp_control_create(&setup, &d->control, error);
	if (result == 0)
		result = tp_dataplane_start(d->dp, error);
	if (result == 0)
		result = start_mgmt(d, socket, page, error);
	if (result == 0)
		result = privileges_drop(error); /* all threads are there */
	if (result == 0) {
		tp_log_info("system", "turnpike %s is up, its API at %s", TP_VERSION, socket);
		tp_notify("READY=1");
	}
	return result;
}

static void stop(struct daemon *d)
{
	if (d->mgmt_runs) {
		/* If it never ran, nobody answers what is asked; it would be waited for. */
		tp_mailbox_end(tp_control_mailbox(d->control));
		tp_ending_waits_for("management");
		tp_mgmt_stop(d->mgmt);
		pthread_join(d->mgmt_thread, NULL);
	}
	tp_mgmt_destroy(d->mgmt);
	tp_ending_waits_for("the host's interfaces");
	d->upgrades = d->control != NULL && tp_control_upgrades(d->control);
	tp_control_destroy(d->control);
	tp_ending_waits_for("the workers and their ports");
	if (d->dp != NULL)
		tp_dataplane_destroy(d->dp);
	tp_config_destroy(d->config);
}

static int run(const struct options *options)
{
	struct daemon d = {0};
	struct tp_error error = {0};
	int result;

	hurry_begin();
	tp_log_echo_begin();
	tp_notify_begin();
	program_file(d.program, sizeof(d.program));
	d.config = load_config(options->config);
	if (d.config == NULL)
		return 1;
	if (geteuid() != 0)
		tp_log_warning("system", "not root: ports and interfaces may be out of reach");
	block_signals();
	result = start(&d, options, &error);
	hurry_end();
	if (result == -EAGAIN && d.dp == NULL) {
		stop(&d);
		result = restart_without_huge_pages(options->config, &d.allowed, &error);
		d = (struct daemon){0};
	}
	if (result != 0)
		tp_log_error("system", "%s%s%s", error.place, error.place[0] != '\0' ? ": " : "",
			     error.message);
	else
		result = tp_control_run(d.control);
	stop(&d);
	tp_ending_done();
	tp_log_info("system", "turnpike has ended");
	if (result == 0 && d.upgrades)
		return start_again(d.program, options, &d.allowed);
	return result == 0 ? 0 : 1;
}

static void print_warnings(const struct tp_errors *warnings, const char *path)
{
	for (unsigned i = 0; i < warnings->count; i++)
		fprintf(stderr, "%s: warning: %s\n", warnings->error[i].place,
			warnings->error[i].message);
	if (warnings->total > warnings->count)
		fprintf(stderr, "%s: %u warnings more\n", path, warnings->total - warnings->count);
}

static int check(const char *path)
{
	struct tp_config *config = load_config(path);
	struct tp_error error = {0};
	cpu_set_t allowed;
	int result;

	if (config == NULL)
		return 1;
	sched_getaffinity(0, sizeof(allowed), &allowed);
	result = check_machine(config, path, &allowed, &error);
	if (result == 0)
		result = check_reach(config, path, &error);
	print_warnings(tp_config_warnings(config), path);
	tp_config_destroy(config);
	if (result == 0)
		printf("%s: no mistakes\n", path);
	else
		fprintf(stderr, "%s: %s\n", error.place, error.message);
	return result == 0 ? 0 : 1;
}

int main(int argc, char **argv)
{
	struct options options = parse_options(argc, argv);

	switch (options.action) {
	case ACTION_RUN:
		return run(&options);
	case ACTION_CHECK:
		return check(options.config);
	default:
		return options.status;
	}
}
