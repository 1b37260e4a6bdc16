/* SPDX-License-Identifier: BSD-3-Clause */
#include "turnpike/drivers.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Seen from the program's own folder: installed, and where it was built. */
static const char *const places[] = {
	"../share/turnpike/drivers-config",
	"../../drivers-config",
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

int find_drivers_config(const char *configured, char *path, size_t size, struct tp_error *error)
{
	char folder[PATH_MAX - 64];

	if (configured[0] != '\0') {
		if (!is_folder(configured))
			return tp_error_set(error, -errno, "dataplane.drivers-config", "%s: %s",
					    configured, strerror(errno));
		snprintf(path, size, "%s", configured);
		return 0;
	}
	if (own_folder(folder, sizeof(folder)))
		for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
			snprintf(path, size, "%s/%s", folder, places[i]);
			if (is_folder(path))
				return 0;
		}
	path[0] = '\0';
	return 0;
}
