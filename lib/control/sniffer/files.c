/* SPDX-License-Identifier: BSD-3-Clause */
#include "control/sniffer/files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "api/api.h"
#include "base/log.h"
#include "base/thread.h"
#include "control/control_private.h"

#define FOLDER	   "captures"
#define FOLDER_MAX (UINT64_C(1) << 30) /* bytes of all captures */
#define COPY_ROOM  65536

struct tp_sniffer_save {
	struct tp_request *request;
	char path[TP_SNIFFER_PATH];
	int from, to;
	int error; /* the thread's */
	pthread_t thread;
	atomic_bool over;
};

/* ---- files ---- */

static void folder_of(const struct tp_control *c, char folder[TP_SNIFFER_PATH - 100])
{
	snprintf(folder, TP_SNIFFER_PATH - 100, "%s/" FOLDER,
		 tp_config_management(c->config)->journal_directory);
}

static int make_folder(const struct tp_control *c, const char *folder, struct tp_error *e)
{
	const char *base = tp_config_management(c->config)->journal_directory;

	if ((mkdir(base, 0700) != 0 && errno != EEXIST) ||
	    (mkdir(folder, 0700) != 0 && errno != EEXIST))
		return tp_error_set(e, -errno, "file-name", "%s: %s", folder, strerror(errno));
	return 0;
}

/* -EINVAL: what is there beside NAME and what may come is more than captures may take. */
static int check_folder(const char *folder, const char *name, uint64_t more, struct tp_error *e)
{
	DIR *dir = opendir(folder);
	struct dirent *entry;
	struct stat st;
	uint64_t bytes = 0;

	if (dir == NULL)
		return tp_error_set(e, -errno, "file-name", "%s: %s", folder, strerror(errno));
	while ((entry = readdir(dir)) != NULL)
		if (strcmp(entry->d_name, name) != 0 &&
		    fstatat(dirfd(dir), entry->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
		    S_ISREG(st.st_mode))
			bytes += (uint64_t)st.st_size;
	closedir(dir);
	if (bytes + more > FOLDER_MAX)
		return tp_error_set(
			e, -EINVAL, "file-limit",
			"captures may take 1Gi, and those in %s take %llu MiB: remove some", folder,
			(unsigned long long)(bytes >> 20));
	return 0;
}

int tp_sniffer_file_create(const struct tp_control *c, const char *name, bool anew, uint64_t bytes,
			   char path[TP_SNIFFER_PATH], struct tp_error *e)
{
	const int flags = O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC | (anew ? O_TRUNC : O_EXCL);
	char folder[TP_SNIFFER_PATH - 100], file[80];
	int error, fd;

	folder_of(c, folder);
	snprintf(file, sizeof(file), "%s.pcapng", name);
	snprintf(path, TP_SNIFFER_PATH, "%s/%s", folder, file);
	error = make_folder(c, folder, e);
	if (error == 0)
		error = check_folder(folder, anew ? file : "", bytes, e);
	if (error != 0)
		return error;
	fd = open(path, flags, 0600);
	if (fd < 0)
		return tp_error_set(e, -errno, "file-name", "%s: %s", path, strerror(errno));
	return fd;
}

int tp_sniffer_file_open(const struct tp_control *c, const char *name, struct tp_error *e)
{
	char folder[TP_SNIFFER_PATH - 100], path[TP_SNIFFER_PATH];
	struct stat st;
	int fd;

	folder_of(c, folder);
	snprintf(path, sizeof(path), "%s/%s.pcapng", folder, name);
	fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		return tp_error_set(e, -errno, "file-name", "%s: %s", path, strerror(errno));
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode))
		return fd;
	close(fd);
	return tp_error_set(e, -EINVAL, "file-name", "%s is no file", path);
}

/* ---- memory ---- */

int tp_sniffer_memory_create(struct tp_error *e)
{
	int fd = memfd_create("sniffer", MFD_CLOEXEC);

	if (fd < 0)
		return tp_error_set(e, -errno, NULL, "no memory for it: %s", strerror(errno));
	return fd;
}

int tp_sniffer_memory_open(int memory, struct tp_error *e)
{
	char path[40];
	int fd;

	/* Another description, with an offset of its own: the writer may still be at work. */
	snprintf(path, sizeof(path), "/proc/self/fd/%d", memory);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return tp_error_set(e, -errno, NULL, "it can't be read: %s", strerror(errno));
	return fd;
}

/* ---- save ---- */

static int copy(int from, int to)
{
	char room[COPY_ROOM];
	ssize_t n, done;

	while ((n = read(from, room, sizeof(room))) > 0)
		for (ssize_t at = 0; at < n; at += done) {
			done = write(to, room + at, (size_t)(n - at));
			if (done <= 0)
				return -errno;
		}
	return n < 0 ? -errno : 0;
}

static void *work(void *user)
{
	struct tp_sniffer_save *save = user;

	save->error = copy(save->from, save->to);
	atomic_store(&save->over, true);
	return NULL;
}

static void release(struct tp_sniffer_save *save)
{
	close(save->from);
	if (save->to >= 0)
		close(save->to);
	free(save);
}

static int start(const struct tp_control *c, struct tp_sniffer_save *save, struct tp_error *e)
{
	int error = tp_thread_start(&save->thread, "capture-save", &c->other_cpus, work, save);

	if (error == 0)
		return 0;
	unlink(save->path);
	return tp_error_set(e, error, NULL, "no thread to write it");
}

struct tp_sniffer_save *tp_sniffer_save_begin(const struct tp_control *c, int from,
					      const char *name, struct tp_request *request,
					      struct tp_error *e)
{
	struct tp_sniffer_save *save = calloc(1, sizeof(*save));
	struct stat st = {.st_size = 0};

	if (save == NULL) {
		close(from);
		tp_error_set(e, -ENOMEM, NULL, "out of memory");
		return NULL;
	}
	save->request = request;
	save->from = from;
	fstat(from, &st);
	save->to = tp_sniffer_file_create(c, name, false, (uint64_t)st.st_size, save->path, e);
	if (save->to >= 0 && start(c, save, e) == 0)
		return save;
	release(save);
	return NULL;
}

bool tp_sniffer_save_is_over(const struct tp_sniffer_save *save)
{
	return atomic_load(&((struct tp_sniffer_save *)(uintptr_t)save)->over);
}

void tp_sniffer_save_end(struct tp_control *c, struct tp_sniffer_save *save)
{
	struct tp_error e = {0};

	pthread_join(save->thread, NULL);
	if (save->error != 0) {
		unlink(save->path);
		tp_error_set(&e, save->error, "file-name", "%s: %s", save->path,
			     strerror(-save->error));
		tp_api_refuse(save->request, -EINVAL, &e);
	} else {
		tp_log_info("sniffer", "the capture is saved in %s", save->path);
		tp_api_answer(save->request, TP_API_OK, json_pack("{s:s}", "file", save->path));
	}
	tp_mailbox_answer(&c->mailbox, save->request);
	release(save);
}
