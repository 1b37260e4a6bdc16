/* SPDX-License-Identifier: BSD-3-Clause */
#include "store/backlog.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/siphash.h"

#define FOLDER	   "/dev/shm"
#define MAGIC	   UINT64_C(0x31676f6c6b636162) /* "backlog1" */
#define HEAD_BYTES UINT64_C(4096)
#define FILE_BYTES (HEAD_BYTES + TP_BACKLOG_BYTES)
#define CHUNK	   (UINT64_C(1) << 20) /* memory comes and goes in these */

/* The file's first page. Positions count all bytes that were ever given. */
struct head {
	uint64_t magic;
	atomic_ullong given; /* up to here; the giving thread's */
	atomic_ullong done;  /* up to here; the taking thread's */
	uint8_t note[TP_BACKLOG_NOTE];
};

/* Before each order, at a position of whole 8 bytes. */
struct mark {
	uint64_t
		check; /* of the position and LEN: no other order's, nor that of an earlier round */
	uint64_t len;
};

struct tp_backlog {
	char path[64]; /* "": of this process alone */
	int fd;
	int wake; /* an eventfd */
	struct head *head;
	uint8_t *ring;	    /* twice, one behind the other: no order is in two pieces */
	uint64_t there;	    /* the giving thread's: up to here the file has memory */
	uint64_t taken;	    /* the taking thread's */
	atomic_ullong free; /* the taking thread's: up to here the memory is given back */
	atomic_bool sleeps; /* the taking thread does, or is about to */
};

/* ---- the file -------------------------------------------------------------------------------- */

static void name_it(struct tp_backlog *b, const char *key)
{
	static const uint64_t no_secret[2] = {UINT64_C(0x7475726e70696b65), 4};

	snprintf(b->path, sizeof(b->path), FOLDER "/turnpike-backlog-%016llx",
		 (unsigned long long)tp_siphash(no_secret, key, strlen(key)));
}

/* Nothing of what others may have put in its place is believed or touched. */
static int open_file(struct tp_backlog *b)
{
	struct stat st;
	int error = 0;

	b->fd = open(b->path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (b->fd < 0)
		return -errno;
	if (flock(b->fd, LOCK_EX | LOCK_NB) != 0 || fstat(b->fd, &st) != 0)
		error = -errno;
	else if (!S_ISREG(st.st_mode) || st.st_uid != geteuid() || st.st_nlink != 1)
		error = -EPERM;
	else if ((uint64_t)st.st_size != FILE_BYTES && ftruncate(b->fd, 0) != 0)
		error = -errno;
	if (error == 0 && fallocate(b->fd, 0, 0, HEAD_BYTES + CHUNK) != 0)
		error = -errno;
	if (error == 0 && ftruncate(b->fd, FILE_BYTES) != 0)
		error = -errno;
	if (error != 0)
		close(b->fd);
	return error;
}

static int make_anonymous(struct tp_backlog *b)
{
	b->path[0] = '\0';
	b->fd = memfd_create("turnpike-backlog", MFD_CLOEXEC);
	if (b->fd < 0)
		return -errno;
	if (fallocate(b->fd, 0, 0, HEAD_BYTES + CHUNK) != 0 || ftruncate(b->fd, FILE_BYTES) != 0) {
		int error = -errno;

		close(b->fd);
		return error;
	}
	return 0;
}

/* *AT: where it is to be; NULL: anywhere. */
static int map_at(const struct tp_backlog *b, void **at, uint64_t offset, uint64_t len)
{
	*at = mmap(*at, len, PROT_READ | PROT_WRITE, MAP_SHARED | (*at != NULL ? MAP_FIXED : 0),
		   b->fd, (off_t)offset);
	return *at != MAP_FAILED ? 0 : -errno;
}

static int map(struct tp_backlog *b)
{
	void *head = NULL, *ring = NULL, *again;
	int error = map_at(b, &head, 0, HEAD_BYTES);

	if (error != 0)
		return error;
	b->head = head;
	error = map_at(b, &ring, HEAD_BYTES, 2 * TP_BACKLOG_BYTES);
	if (error != 0)
		return error;
	b->ring = ring;
	again = b->ring + TP_BACKLOG_BYTES;
	error = map_at(b, &again, HEAD_BYTES, TP_BACKLOG_BYTES);
	if (error == 0)
		(void)madvise(b->ring, 2 * TP_BACKLOG_BYTES, MADV_DONTDUMP);
	return error;
}

static void unmap(struct tp_backlog *b)
{
	if (b->head != NULL)
		munmap(b->head, HEAD_BYTES);
	if (b->ring != NULL)
		munmap(b->ring, 2 * TP_BACKLOG_BYTES);
	close(b->fd);
}

/* The memory of these whole chunks goes, wherever in the ring they are. */
static void give_back(struct tp_backlog *b, uint64_t from, uint64_t until)
{
	for (; from < until; from += CHUNK)
		(void)fallocate(b->fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
				(off_t)(HEAD_BYTES + from % TP_BACKLOG_BYTES), CHUNK);
}

static uint64_t chunk_of(uint64_t position)
{
	return position & ~(CHUNK - 1);
}

/* What the last process had done and not given back goes now. */
static void begin(struct tp_backlog *b)
{
	struct head *head = b->head;
	uint64_t given = atomic_load(&head->given), done = atomic_load(&head->done);

	if (head->magic != MAGIC || done > given || given - done > TP_BACKLOG_BYTES ||
	    given % 8 != 0 || done % 8 != 0) {
		memset(head, 0, sizeof(*head));
		head->magic = MAGIC;
		given = done = 0;
	}
	b->taken = done;
	b->there = chunk_of(given);
	give_back(b, chunk_of(given + CHUNK - 1), chunk_of(done) + TP_BACKLOG_BYTES);
	atomic_init(&b->free, chunk_of(done));
}

int tp_backlog_open(const char *key, struct tp_backlog **out, struct tp_error *e)
{
	struct tp_backlog *b = calloc(1, sizeof(*b));
	int error;

	*e = (struct tp_error){0};
	if (b == NULL)
		return tp_error_set(e, -ENOMEM, key, "out of memory");
	name_it(b, key);
	error = open_file(b);
	if (error != 0) {
		tp_error_set(e, 0, b->path,
			     "%s: what waits for the disk does not outlive a sudden end",
			     strerror(-error));
		error = make_anonymous(b);
	}
	if (error == 0) {
		error = map(b);
		b->wake = error == 0 ? eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC) : -1;
		if (error == 0 && b->wake < 0)
			error = -errno;
		if (error != 0)
			unmap(b);
	}
	if (error != 0) {
		free(b);
		return tp_error_set(e, error, key, "no memory for what waits: %s",
				    strerror(-error));
	}
	begin(b);
	*out = b;
	return 0;
}

void tp_backlog_close(struct tp_backlog *b)
{
	if (b == NULL)
		return;
	if (b->path[0] != '\0' && atomic_load(&b->head->done) == atomic_load(&b->head->given))
		unlink(b->path);
	close(b->wake);
	unmap(b);
	free(b);
}

const char *tp_backlog_path(const struct tp_backlog *b)
{
	return b->path;
}

void *tp_backlog_note(struct tp_backlog *b)
{
	return b->head->note;
}

/* ---- orders ---------------------------------------------------------------------------------- */

static struct mark *mark_at(const struct tp_backlog *b, uint64_t position)
{
	return (void *)(b->ring + position % TP_BACKLOG_BYTES);
}

static uint64_t check_of(uint64_t position, uint64_t len)
{
	return (position + 1) * UINT64_C(0x9e3779b97f4a7c15) ^ len;
}

static uint64_t room_for(uint64_t len)
{
	return sizeof(struct mark) + ((len + 7) & ~UINT64_C(7));
}

/* What a full /dev/shm does not give now would be a signal later. Its pages are put into the map
 * together: one by one each would cost as much as the order in it. */
static bool has_memory(struct tp_backlog *b, uint64_t until)
{
	while (b->there < until) {
		const uint64_t at = b->there % TP_BACKLOG_BYTES;

		if (fallocate(b->fd, 0, (off_t)(HEAD_BYTES + at), CHUNK) != 0)
			return false;
		(void)madvise(b->ring + at, CHUNK, MADV_POPULATE_WRITE);
		b->there += CHUNK;
	}
	return true;
}

bool tp_backlog_give(struct tp_backlog *b, const void *head, size_t head_len, const void *bytes,
		     size_t len)
{
	uint64_t at = atomic_load_explicit(&b->head->given, memory_order_relaxed);
	uint64_t until = at + room_for(head_len + len);
	struct mark *mark = mark_at(b, at);

	if (head_len + len > TP_BACKLOG_ORDER ||
	    until - atomic_load_explicit(&b->free, memory_order_acquire) > TP_BACKLOG_BYTES ||
	    !has_memory(b, until))
		return false;
	mark->len = head_len + len;
	mark->check = check_of(at, mark->len);
	memcpy(mark + 1, head, head_len);
	if (len > 0)
		memcpy((uint8_t *)(mark + 1) + head_len, bytes, len);
	atomic_store(&b->head->given, until);
	if (atomic_load(&b->sleeps) && atomic_exchange(&b->sleeps, false))
		tp_backlog_wake(b);
	return true;
}

const void *tp_backlog_take(struct tp_backlog *b, size_t *len)
{
	uint64_t given = atomic_load(&b->head->given), at = b->taken;
	struct mark *mark = mark_at(b, at);

	if (given - at < sizeof(*mark)) { /* nothing, or too little to be one */
		b->taken = given;
		return NULL;
	}
	if (mark->check != check_of(at, mark->len) || given - at < room_for(mark->len)) {
		mark->len = given - at - sizeof(*mark); /* where the next one begins nobody knows */
		mark->check = check_of(at, mark->len);
	}
	b->taken = at + room_for(mark->len);
	*len = mark->len;
	return mark + 1;
}

/* In this order: whoever is killed on the way has left memory that nobody needs, and no hole where
 * the next process begins to look. Only then may other orders be in its place. */
void tp_backlog_done(struct tp_backlog *b)
{
	const uint64_t from = atomic_load_explicit(&b->free, memory_order_relaxed),
		       until = chunk_of(b->taken);

	atomic_store_explicit(&b->head->done, b->taken, memory_order_release);
	give_back(b, from, until);
	atomic_store_explicit(&b->free, until, memory_order_release);
}

/* ---- waiting --------------------------------------------------------------------------------- */

void tp_backlog_wait(struct tp_backlog *b, int timeout_ms)
{
	struct pollfd fd = {.fd = b->wake, .events = POLLIN};
	eventfd_t count;

	atomic_store(&b->sleeps, true);
	if (atomic_load(&b->head->given) == b->taken && poll(&fd, 1, timeout_ms) > 0)
		eventfd_read(b->wake, &count);
	atomic_store(&b->sleeps, false);
}

void tp_backlog_wake(struct tp_backlog *b)
{
	eventfd_write(b->wake, 1);
}
