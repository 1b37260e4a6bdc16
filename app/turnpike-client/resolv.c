/* SPDX-License-Identifier: BSD-3-Clause */
#include "resolv.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#define DIRECTORY "/run/turnpike-client"

static void path_of(char path[PATH_MAX], const char *name)
{
	snprintf(path, PATH_MAX, DIRECTORY "/%s.resolv.conf", name);
}

int resolv_write(const char *name, const uint32_t dns[2])
{
	char path[PATH_MAX];
	FILE *file;

	if (mkdir(DIRECTORY, 0755) < 0 && errno != EEXIST)
		return -errno;
	path_of(path, name);
	file = fopen(path, "we");
	if (file == NULL)
		return -errno;
	for (int i = 0; i < 2; i++) {
		if (dns[i] != 0)
			fprintf(file, "nameserver %u.%u.%u.%u\n", dns[i] >> 24, dns[i] >> 16 & 255,
				dns[i] >> 8 & 255, dns[i] & 255);
	}
	return fclose(file) == 0 ? 0 : -errno;
}

void resolv_remove(const char *name)
{
	char path[PATH_MAX];

	path_of(path, name);
	unlink(path);
}
