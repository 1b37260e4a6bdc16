/* SPDX-License-Identifier: BSD-3-Clause */
#include "turnpike/hurry.h"

#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/resource.h>

#define AHEAD	   (-20)
#define PASSES_MAX 8

static int before;
static bool hurries;

void hurry_begin(void)
{
	errno = 0;
	before = getpriority(PRIO_PROCESS, 0);
	hurries = errno == 0 && before > AHEAD && setpriority(PRIO_PROCESS, 0, AHEAD) == 0;
}

/* True: there was one that hurried. Linux keeps a priority for each thread; whoever is made by one
 * that hurries still does so too. */
static bool slow_down(void)
{
	DIR *tasks = opendir("/proc/self/task");
	const struct dirent *task;
	bool found = false;

	while (tasks != NULL && (task = readdir(tasks)) != NULL) {
		id_t id = (id_t)strtoul(task->d_name, NULL, 10);

		if (id != 0 && getpriority(PRIO_PROCESS, id) == AHEAD)
			found |= setpriority(PRIO_PROCESS, id, before) == 0;
	}
	if (tasks != NULL)
		closedir(tasks);
	return found;
}

void hurry_end(void)
{
	for (unsigned i = 0; hurries && i < PASSES_MAX && slow_down(); i++)
		;
	hurries = false;
}
