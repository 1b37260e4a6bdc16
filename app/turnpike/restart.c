/* SPDX-License-Identifier: BSD-3-Clause */
#include "turnpike/restart.h"

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"

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
		close_range(STDERR_FILENO + 1, ~0u, 0);
		execl(self, self, "--config", config_path, "--no-huge-pages", (char *)NULL);
	}
	return tp_error_set(error, -errno, "dataplane", "can't start again without huge pages: %s",
			    strerror(errno));
}
