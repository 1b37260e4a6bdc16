/* SPDX-License-Identifier: BSD-3-Clause */
/* Files that are read whole and replaced at once. */
#include "config/file/replace.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* FNV-1a. It tells an edit from none; nobody gains by making two files alike. */
static uint64_t digest(const char *text, size_t len)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325);

	for (size_t i = 0; i < len; i++)
		hash = (hash ^ (unsigned char)text[i]) * UINT64_C(0x100000001b3);
	return hash;
}

static void set_state(struct tp_file_state *state, const struct stat *st, uint64_t hash)
{
	state->known = true;
	state->device = st->st_dev;
	state->inode = st->st_ino;
	state->size = (uint64_t)st->st_size;
	state->modified_ns = (int64_t)st->st_mtim.tv_sec * 1000000000 + st->st_mtim.tv_nsec;
	state->digest = hash;
}

static bool same_place(const struct tp_file_state *state, const struct stat *st)
{
	struct tp_file_state now = {0};

	set_state(&now, st, 0);
	return now.device == state->device && now.inode == state->inode &&
	       now.size == state->size && now.modified_ns == state->modified_ns;
}

static char *read_whole(int fd, size_t *len)
{
	size_t room = 65536;
	char *text = malloc(room), *more;
	ssize_t n = -1;

	*len = 0;
	while (text != NULL && (n = read(fd, text + *len, room - *len)) > 0) {
		*len += (size_t)n;
		if (*len > TP_CONFIG_FILE_MAX)
			break;
		if (*len < room)
			continue;
		more = realloc(text, room *= 2);
		n = -1;
		if (more == NULL)
			break;
		text = more;
	}
	if (n >= 0)
		return text;
	free(text);
	return NULL;
}

char *tp_file_read(const char *path, size_t *len, struct tp_file_state *state)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;
	char *text;

	if (fd < 0)
		return NULL;
	/* What is written while it is read has a later time. */
	text = fstat(fd, &st) == 0 ? read_whole(fd, len) : NULL;
	int saved = errno;
	close(fd);
	errno = saved;
	if (text != NULL && state != NULL)
		set_state(state, &st, digest(text, *len));
	return text;
}

bool tp_file_is_edited(const char *path, struct tp_file_state *state)
{
	struct tp_file_state now;
	struct stat st;
	size_t len;
	char *text;

	if (!state->known || stat(path, &st) != 0 || same_place(state, &st))
		return false;
	text = tp_file_read(path, &len, &now);
	if (text == NULL)
		return errno != ENOENT;
	free(text);
	if (now.digest != state->digest || now.size != state->size)
		return true;
	now.unsaved = state->unsaved;
	*state = now; /* touched, or put back */
	return false;
}

static int write_all(int fd, const char *text, size_t len)
{
	while (len > 0) {
		ssize_t n = write(fd, text, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		text += n;
		len -= (size_t)n;
	}
	return fsync(fd) == 0 ? 0 : -errno;
}

/* A new file is its owner's alone. */
static int keep_owner(int fd, const char *path)
{
	struct stat old;

	if (stat(path, &old) != 0)
		return errno == ENOENT ? 0 : -errno;
	if (fchown(fd, old.st_uid, old.st_gid) != 0)
		return errno == EPERM ? 0 : -errno; /* not root: it is ours alone */
	return fchmod(fd, old.st_mode & (S_IRUSR | S_IWUSR | S_IRGRP)) == 0 ? 0 : -errno;
}

/* A file that is renamed is there after a crash only if its directory is on the disk. */
static int sync_directory(const char *path)
{
	const char *slash = strrchr(path, '/');
	char *name = slash == NULL ? strdup(".") : strndup(path, (size_t)(slash - path) + 1);
	int fd = name != NULL ? open(name, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
	int err = fd >= 0 ? 0 : -errno;

	free(name);
	if (fd < 0)
		return err;
	if (fsync(fd) != 0 && errno != EINVAL) /* file systems that have no need of it */
		err = -errno;
	close(fd);
	return err;
}

char *tp_file_unfinished(const char *path)
{
	char *name;

	return asprintf(&name, "%s.unfinished", path) < 0 ? NULL : name;
}

static int write_new(const char *name, const char *path, const char *text, size_t len,
		     struct tp_file_state *state)
{
	struct stat st;
	int fd, err;

	unlink(name); /* of a daemon that was killed */
	fd = open(name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return -errno;
	err = keep_owner(fd, path);
	if (err == 0)
		err = write_all(fd, text, len);
	if (err == 0 && fstat(fd, &st) != 0)
		err = -errno;
	if (close(fd) != 0 && err == 0)
		err = -errno;
	if (err == 0)
		set_state(state, &st, digest(text, len));
	return err;
}

/* The old file under another name as well. */
static int keep_old(const char *path, const char *keep)
{
	unlink(keep);
	return link(path, keep) == 0 || errno == ENOENT ? 0 : -errno;
}

int tp_file_replace(const char *path, const char *text, size_t len, const char *keep,
		    struct tp_file_state *state)
{
	struct tp_file_state new = {0};
	char *name = tp_file_unfinished(path);
	int err;

	if (name == NULL)
		return -ENOMEM;
	err = write_new(name, path, text, len, &new);
	if (err == 0 && keep == NULL && tp_file_is_edited(path, state))
		err = -ESTALE; /* in the meantime */
	if (err == 0 && keep != NULL)
		err = keep_old(path, keep);
	if (err == 0 && rename(name, path) != 0)
		err = -errno;
	if (err != 0) {
		unlink(name);
	} else {
		*state = new;
		err = sync_directory(path);
	}
	free(name);
	return err;
}
