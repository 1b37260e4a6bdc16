/* SPDX-License-Identifier: BSD-3-Clause */
#include "resolv_file.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define NAMESPACES "/run/netns"

/* ---- which namespace --------------------------------------------------------------------------
 */

static bool is_same(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

/* The name that `ip netns` has given it. */
static bool find_name(const struct stat *own, char *name, size_t size)
{
	DIR *all = opendir(NAMESPACES);
	const struct dirent *entry;
	bool found = false;
	struct stat other;

	if (all == NULL)
		return false;
	while (!found && (entry = readdir(all)) != NULL) {
		if (entry->d_name[0] == '.' || strlen(entry->d_name) >= size ||
		    fstatat(dirfd(all), entry->d_name, &other, 0) != 0 || !is_same(own, &other))
			continue;
		snprintf(name, size, "%s", entry->d_name);
		found = true;
	}
	closedir(all);
	return found;
}

void resolv_place_init(struct resolv_place *place, const char *directory)
{
	struct stat own, first;
	bool is_told;

	*place = (struct resolv_place){.directory = directory};
	if (stat("/proc/self/ns/net", &own) != 0)
		return;
	is_told = stat("/proc/1/ns/net", &first) == 0; /* not in every container */
	if (is_told && is_same(&own, &first))
		return;
	if (!find_name(&own, place->namespace, sizeof(place->namespace)) && is_told)
		snprintf(place->namespace, sizeof(place->namespace), "%llu",
			 (unsigned long long)own.st_ino);
}

/* ---- files ------------------------------------------------------------------------------------
 */

bool resolv_name_is_good(const char *name)
{
	const size_t len = strlen(name);

	if (len == 0 || len >= IFNAMSIZ || name[0] == '.' || name[0] == '-')
		return false;
	for (size_t i = 0; i < len; i++)
		if (!isgraph((unsigned char)name[i]) || name[i] == '/')
			return false;
	return true;
}

const char *resolv_file_path(const struct resolv_place *place, const char *name,
			     char path[RESOLV_PATH_MAX])
{
	snprintf(path, RESOLV_PATH_MAX, "%s/%s%s%s.resolv.conf", place->directory, place->namespace,
		 place->namespace[0] != '\0' ? "/" : "", name);
	return path;
}

/* NAME in the directory AT, made where CREATE; a negative errno, if nothing is there or if another
 * user could change what is in it. */
static int enter(int at, const char *name, bool create)
{
	struct stat stat;
	int fd;

	if (create && mkdirat(at, name, 0755) != 0 && errno != EEXIST)
		return -errno;
	fd = openat(at, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	if (fstat(fd, &stat) == 0 && stat.st_uid == geteuid() && (stat.st_mode & 022) == 0)
		return fd;
	close(fd);
	return -EPERM;
}

/* The descriptor of the directory, or a negative errno. */
static int enter_place(const struct resolv_place *place, bool create)
{
	int outer = enter(AT_FDCWD, place->directory, create);
	int inner;

	if (outer < 0 || place->namespace[0] == '\0')
		return outer;
	inner = enter(outer, place->namespace, create);
	close(outer);
	return inner;
}

/* A file of its own, which takes the place of the one that there was at once. */
static int replace(int directory, const char *name, const char *text)
{
	char fresh[IFNAMSIZ + 16], final[IFNAMSIZ + 16];
	const size_t len = strlen(text);
	int err = 0, fd;

	snprintf(fresh, sizeof(fresh), ".%s.unfinished", name);
	snprintf(final, sizeof(final), "%s.resolv.conf", name);
	unlinkat(directory, fresh, 0);
	fd = openat(directory, fresh, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);
	if (fd < 0)
		return -errno;
	if (fchmod(fd, 0644) != 0 || write(fd, text, len) != (ssize_t)len)
		err = errno != 0 ? -errno : -EIO;
	close(fd);
	if (err == 0 && renameat(directory, fresh, directory, final) != 0)
		err = -errno;
	if (err != 0)
		unlinkat(directory, fresh, 0);
	return err;
}

int resolv_file_write(const struct resolv_place *place, const char *name, const char *text,
		      struct tp_error *error)
{
	char path[RESOLV_PATH_MAX];
	int err = -EINVAL;

	resolv_file_path(place, name, path);
	if (!resolv_name_is_good(name))
		return tp_error_set(error, err, place->directory, "no name of an interface");
	/* Another client may be taking an empty directory away just now: once more. */
	for (int tries = 0; tries < 2; tries++) {
		int directory = enter_place(place, true);

		err = directory < 0 ? directory : replace(directory, name, text);
		if (directory >= 0)
			close(directory);
		if (err != -ENOENT)
			break;
	}
	if (err == 0)
		return 0;
	return tp_error_set(error, err, path, "%s",
			    err == -EPERM || err == -ENOTDIR || err == -ELOOP
				    ? "its directory is not root's alone"
				    : strerror(-err));
}

void resolv_file_remove(const struct resolv_place *place, const char *name)
{
	char final[IFNAMSIZ + 16];
	int directory, outer;

	if (!resolv_name_is_good(name))
		return;
	directory = enter_place(place, false);
	if (directory < 0)
		return;
	snprintf(final, sizeof(final), "%s.resolv.conf", name);
	unlinkat(directory, final, 0);
	close(directory);
	if (place->namespace[0] == '\0' || (outer = enter(AT_FDCWD, place->directory, false)) < 0)
		return;
	unlinkat(outer, place->namespace, AT_REMOVEDIR); /* if it was the last */
	close(outer);
}
