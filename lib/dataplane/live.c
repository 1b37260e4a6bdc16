/* SPDX-License-Identifier: BSD-3-Clause */
#include "dataplane/live.h"

#include <errno.h>
#include <fcntl.h>
#include <mntent.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/statfs.h>
#include <unistd.h>

#include "base/random.h"
#include "base/siphash.h"
#include "dataplane/live_file.h"

#define ORDINARY   "/dev/shm"
#define LINE	   64
#define SMALL_PAGE 4096

struct tp_live {
	int fd;
	uint8_t *memory;
	uint64_t size; /* of the mapping: in whole pages */
	struct tp_live_head *head;
	uint64_t *ids;
	char path[TP_LIVE_PATH_MAX];
};

/* ---- places ---------------------------------------------------------------------------------- */

static bool huge_folder(unsigned i, char *folder, size_t size, uint64_t *page)
{
	FILE *mounts = setmntent("/proc/self/mounts", "re");
	const struct mntent *mount;
	struct statfs found;
	bool is_it = false;

	while (mounts != NULL && !is_it && (mount = getmntent(mounts)) != NULL) {
		if (strcmp(mount->mnt_type, "hugetlbfs") != 0 || strlen(mount->mnt_dir) >= size ||
		    statfs(mount->mnt_dir, &found) != 0 || i-- > 0)
			continue;
		is_it = true;
		strcpy(folder, mount->mnt_dir);
		*page = (uint64_t)found.f_bsize;
	}
	if (mounts != NULL)
		endmntent(mounts);
	return is_it;
}

bool tp_live_folder(unsigned i, char *folder, size_t size, uint64_t *page)
{
	unsigned huge = 0;

	while (huge_folder(huge, folder, size, page))
		if (huge++ == i)
			return true;
	*page = 0;
	return i == huge && (size_t)snprintf(folder, size, "%s", ORDINARY) < size;
}

void tp_live_prefix(const char *key, char *prefix, size_t size)
{
	static const uint64_t no_secret[2] = {UINT64_C(0x7475726e70696b65), 2};

	snprintf(prefix, size, "turnpike-%016llx-",
		 (unsigned long long)tp_siphash(no_secret, key, strlen(key)));
}

/* ---- layout ---------------------------------------------------------------------------------- */

/* Where things stand: of worker 0, but for the first two. */
struct layout {
	uint64_t ids, workers;
	uint64_t up, down, up6, down6, drops;
	uint64_t worker_stride, bytes;
};

static uint64_t take(uint64_t *at, uint64_t bytes)
{
	uint64_t begin = *at;

	*at += (bytes + LINE - 1) & ~(uint64_t)(LINE - 1);
	return begin;
}

static struct layout layout_of(uint32_t slots, unsigned workers)
{
	const uint64_t records = slots + UINT64_C(1);
	uint64_t at = TP_LIVE_HEAD;
	struct layout l;

	l.ids = take(&at, records * sizeof(uint64_t));
	l.workers = at = (at + SMALL_PAGE - 1) & ~(uint64_t)(SMALL_PAGE - 1);
	l.up = take(&at, records * sizeof(struct tp_record_up));
	l.down = take(&at, records * sizeof(struct tp_record_down));
	l.up6 = take(&at, records * sizeof(struct tp_record_up6));
	l.down6 = take(&at, records * sizeof(struct tp_record_down));
	l.drops = take(&at, records * sizeof(struct tp_record_drops));
	at = (at + SMALL_PAGE - 1) & ~(uint64_t)(SMALL_PAGE - 1);
	l.worker_stride = at - l.workers;
	l.bytes = l.workers + l.worker_stride * workers;
	return l;
}

uint64_t tp_live_size(uint32_t slots, unsigned workers)
{
	return layout_of(slots, workers).bytes;
}

uint32_t tp_live_sum(const struct tp_live_head *head)
{
	static const uint64_t no_secret[2] = {UINT64_C(0x7475726e70696b65), 3};
	struct tp_live_head copy = *head;

	copy.magic = TP_LIVE_MAGIC;
	copy.sum = 0;
	return (uint32_t)tp_siphash(no_secret, &copy, sizeof(copy)) | 1;
}

static void describe(struct tp_live_head *head, const struct layout *l, uint32_t slots,
		     unsigned workers)
{
#define FIELD(number, array, type, member)                                                         \
	head->field[number].offset = l->array + offsetof(struct type, member);                     \
	head->field[number].stride = sizeof(struct type)

	FIELD(TP_LIVE_PACKETS_IN, up, tp_record_up, packets);
	FIELD(TP_LIVE_BYTES_IN, up, tp_record_up, bytes);
	FIELD(TP_LIVE_PACKETS_OUT, down, tp_record_down, packets);
	FIELD(TP_LIVE_BYTES_OUT, down, tp_record_down, bytes);
	FIELD(TP_LIVE_IPV6_PACKETS_IN, up6, tp_record_up6, packets);
	FIELD(TP_LIVE_IPV6_BYTES_IN, up6, tp_record_up6, bytes);
	FIELD(TP_LIVE_IPV6_PACKETS_OUT, down6, tp_record_down, packets);
	FIELD(TP_LIVE_IPV6_BYTES_OUT, down6, tp_record_down, bytes);
	FIELD(TP_LIVE_DROPS_IN, drops, tp_record_drops, up);
	FIELD(TP_LIVE_DROPS_OUT, drops, tp_record_drops, down);
#undef FIELD
	head->bytes = l->bytes;
	head->slots = slots;
	head->workers = workers;
	head->fields = TP_LIVE_FIELDS;
	head->ids = l->ids;
	head->worker_stride = l->worker_stride;
	head->sum = tp_live_sum(head);
	__atomic_store_n(&head->magic, TP_LIVE_MAGIC, __ATOMIC_RELEASE);
}

/* ---- a file ---------------------------------------------------------------------------------- */

/* All of its memory is taken at once: what is missing is told now, and not by a signal later. */
static int map(struct tp_live *live, uint64_t bytes, uint64_t page)
{
	const uint64_t unit = page != 0 ? page : SMALL_PAGE;
	void *memory;

	live->size = (bytes + unit - 1) & ~(unit - 1);
	if (flock(live->fd, LOCK_EX | LOCK_NB) != 0)
		return -errno;
	if (page != 0 ? ftruncate(live->fd, (off_t)live->size) != 0
		      : fallocate(live->fd, 0, 0, (off_t)live->size) != 0)
		return -errno;
	memory = mmap(NULL, live->size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, live->fd,
		      0);
	if (memory == MAP_FAILED)
		return -errno;
	live->memory = memory;
	(void)madvise(memory, live->size, MADV_HUGEPAGE);
	(void)madvise(memory, live->size, MADV_DONTDUMP);
	return 0;
}

static int make(struct tp_live *live, const char *folder, const char *prefix, uint64_t bytes,
		uint64_t page)
{
	struct tp_random random;
	int result = -EEXIST;

	tp_random_init(&random);
	if (snprintf(live->path, sizeof(live->path), "%s/%s%08x%08x", folder, prefix,
		     tp_random_u32(&random), tp_random_u32(&random)) >= (int)sizeof(live->path))
		return -ENAMETOOLONG;
	live->fd = open(live->path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (live->fd < 0)
		return -errno;
	result = map(live, bytes, page);
	if (result != 0) {
		unlink(live->path);
		close(live->fd);
		live->fd = -1;
	}
	return result;
}

static int make_somewhere(struct tp_live *live, const char *key, uint64_t bytes, bool huge)
{
	char prefix[64], folder[TP_LIVE_PATH_MAX];
	int result = -ENOENT;
	uint64_t page;

	tp_live_prefix(key, prefix, sizeof(prefix));
	for (unsigned i = 0; result != 0 && tp_live_folder(i, folder, sizeof(folder), &page); i++)
		if (page == 0 || huge)
			result = make(live, folder, prefix, bytes, page);
	return result;
}

int tp_live_create(const char *key, uint32_t slots, unsigned workers, bool huge,
		   struct tp_live **out, struct tp_error *error)
{
	const struct layout l = layout_of(slots, workers);
	struct tp_live *live = calloc(1, sizeof(*live));
	int result;

	if (live == NULL)
		return tp_error_set(error, -ENOMEM, ORDINARY, "no memory");
	live->fd = -1;
	result = make_somewhere(live, key, l.bytes, huge);
	if (result != 0) {
		free(live);
		return tp_error_set(error, result, ORDINARY, "no room for %llu MiB: %s",
				    (unsigned long long)(l.bytes >> 20) + 1, strerror(-result));
	}
	live->head = (void *)live->memory;
	live->ids = (void *)(live->memory + l.ids);
	describe(live->head, &l, slots, workers);
	*out = live;
	return 0;
}

void tp_live_destroy(struct tp_live *live, bool keep)
{
	if (live == NULL)
		return;
	if (!keep)
		unlink(live->path);
	munmap(live->memory, live->size);
	close(live->fd);
	free(live);
}

const char *tp_live_path(const struct tp_live *live)
{
	return live->path;
}

void tp_live_records(struct tp_live *live, unsigned worker, struct tp_records *records)
{
	const struct layout l = layout_of(live->head->slots, live->head->workers);
	uint8_t *memory = live->memory + l.worker_stride * worker;

	*records = (struct tp_records){
		.up = (void *)(memory + l.up),
		.down = (void *)(memory + l.down),
		.up6 = (void *)(memory + l.up6),
		.down6 = (void *)(memory + l.down6),
		.drops = (void *)(memory + l.drops),
	};
}

void tp_live_name(struct tp_live *live, uint32_t slot, uint64_t accounting_id)
{
	__atomic_store_n(&live->ids[slot], accounting_id, __ATOMIC_RELEASE);
}
