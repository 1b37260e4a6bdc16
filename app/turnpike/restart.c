/* SPDX-License-Identifier: BSD-3-Clause */
#include "turnpike/restart.h"

#include <errno.h>
#include <limits.h>
#include <linux/close_range.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"

/* Not before: threads of the EAL, which has no end for them, panic when their pipe is gone. */
static void close_at_exec(void)
{
	close_range(STDERR_FILENO + 1, ~0u, CLOSE_RANGE_CLOEXEC);
}

void program_file(char *path, size_t size)
{
	ssize_t len = readlink("/proc/self/exe", path, size - 1);

	path[len > 0 ? len : 0] = '\0';
}

int start_again(const char *program, const struct options *options, const cpu_set_t *cpus)
{
	char *arguments[] = {(char *)program, (char *)"--config", (char *)options->config,
			     options->no_huge_pages ? (char *)"--no-huge-pages" : NULL, NULL};

	if (getenv("INVOCATION_ID") != NULL && getppid() == 1)
		return START_AGAIN_STATUS;
	sched_setaffinity(0, sizeof(*cpus), cpus);
	close_at_exec();
	execv(program, arguments);
	tp_log_error("system", "%s does not start: %s", program, strerror(errno));
	return 1;
}

int restart_without_huge_pages(const char *config_path, const cpu_set_t *cpus,
			       struct tp_error *error)
{
	char self[PATH_MAX];
	ssize_t len = readlink("/proc/self/exe", self, sizeof(self) - 1);

	if (len > 0) {
		self[len] = '\0';
		tp_log_warning("dataplane",
			       "the huge pages that were free have been taken meanwhile (%s): "
			       "starting again without",
			       error->message);
		sched_setaffinity(0, sizeof(*cpus), cpus);
		close_at_exec();
		execl(self, self, "--config", config_path, "--no-huge-pages", (char *)NULL);
	}
	return tp_error_set(error, -errno, "dataplane", "can't start again without huge pages: %s",
			    strerror(errno));
}
