/* SPDX-License-Identifier: BSD-3-Clause */
#include "turnpike/folders.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Seen from the program's own folder: installed, and where it was built. */
static const char *const drivers[] = {
	"../share/turnpike/drivers-config",
	"../../drivers-config",
	NULL,
};
static const char *const web[] = {
	"../share/turnpike/web",
	"../../web",
	NULL,
};
static const char *const examples[] = {
	"../share/turnpike/examples",
	"../../../../conf",
	NULL,
};

static bool is_folder(const char *path)
{
	struct stat status;

	if (stat(path, &status) != 0)
		return false;
	errno = ENOTDIR;
	return S_ISDIR(status.st_mode);
}

static bool own_folder(char *folder, size_t size)
{
	ssize_t len = readlink("/proc/self/exe", folder, size - 1);

	if (len <= 0)
		return false;
	folder[len] = '\0';
	*strrchr(folder, '/') = '\0';
	return true;
}

/* The first of PLACES that is there. */
static bool find_beside(const char *const *places, char *path, size_t size)
{
	char folder[PATH_MAX - 64], found[PATH_MAX], *real;

	for (; own_folder(folder, sizeof(folder)) && *places != NULL; places++) {
		snprintf(found, sizeof(found), "%s/%s", folder, *places);
		if (!is_folder(found) || (real = realpath(found, NULL)) == NULL)
			continue;
		snprintf(path, size, "%s", real);
		free(real);
		return true;
	}
	return false;
}

int find_drivers_config(const char *configured, char *path, size_t size, struct tp_error *error)
{
	if (configured[0] != '\0') {
		if (!is_folder(configured))
			return tp_error_set(error, -errno, "dataplane.drivers-config", "%s: %s",
					    configured, strerror(errno));
		snprintf(path, size, "%s", configured);
		return 0;
	}
	if (!find_beside(drivers, path, size))
		path[0] = '\0';
	return 0;
}

void find_web(const char *configured, char *path, size_t size)
{
	if (strcmp(configured, "auto") != 0)
		snprintf(path, size, "%s", configured);
	else if (!find_beside(web, path, size))
		path[0] = '\0';
}

bool find_examples(char *path, size_t size)
{
	return find_beside(examples, path, size);
}
