/* SPDX-License-Identifier: BSD-3-Clause */
/* What the last daemons counted, from their files. A file is believed nothing that would lead out
 * of it. */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/once.h"
#include "dataplane/live.h"
#include "dataplane/live_file.h"

#define FILES_MAX 16 /* daemons that came to nothing one after the other */

struct session {
	uint64_t id;
	uint64_t count[TP_LIVE_FIELDS];
};

struct tp_live_last {
	char paths[FILES_MAX][TP_LIVE_PATH_MAX];
	unsigned path_count;
	struct session *sessions; /* by id; several of one are possible */
	unsigned count, room;
};

/* ---- one file -------------------------------------------------------------------------------- */

/* Do COUNT things of 8 bytes fit into BYTES, the first at OFFSET, the next STRIDE behind it? */
static bool fits(uint64_t offset, uint64_t stride, uint64_t count, uint64_t bytes)
{
	return offset % sizeof(uint64_t) == 0 && stride % sizeof(uint64_t) == 0 &&
	       offset <= bytes - sizeof(uint64_t) &&
	       (stride == 0 || count - 1 <= (bytes - sizeof(uint64_t) - offset) / stride);
}

static bool is_sound(const struct tp_live_head *head, uint64_t size)
{
	if (head->magic != TP_LIVE_MAGIC || (head->sum != 0 && head->sum != tp_live_sum(head)) ||
	    head->bytes > size || head->bytes < TP_LIVE_HEAD || head->slots == 0 ||
	    head->slots > TP_LIVE_SLOTS || head->workers == 0 || head->workers > TP_LIVE_WORKERS ||
	    head->fields > TP_LIVE_FIELDS_MAX ||
	    !fits(head->ids, sizeof(uint64_t), head->slots, head->bytes))
		return false;
	for (unsigned i = 0; i < head->fields; i++) {
		const uint64_t last = head->field[i].stride * (head->slots - 1);

		if (!fits(head->field[i].offset, head->field[i].stride, head->slots, head->bytes) ||
		    !fits(head->field[i].offset + last, head->worker_stride, head->workers,
			  head->bytes))
			return false;
	}
	return true;
}

static bool make_room(struct tp_live_last *last)
{
	unsigned room = last->room != 0 ? 2 * last->room : 1024;
	struct session *more;

	if (last->count < last->room)
		return true;
	more = realloc(last->sessions, room * sizeof(*more));
	if (more == NULL)
		return false;
	last->sessions = more;
	last->room = room;
	return true;
}

static uint64_t word(const uint8_t *memory, uint64_t offset)
{
	uint64_t value;

	memcpy(&value, memory + offset, sizeof(value));
	return value;
}

static void read_session(struct session *s, const struct tp_live_head *head, const uint8_t *memory,
			 uint32_t slot)
{
	const unsigned fields = head->fields < TP_LIVE_FIELDS ? head->fields : TP_LIVE_FIELDS;

	memset(s->count, 0, sizeof(s->count));
	for (unsigned i = 0; i < fields; i++)
		for (uint32_t worker = 0; worker < head->workers; worker++)
			s->count[i] +=
				word(memory, head->field[i].offset + head->field[i].stride * slot +
						     head->worker_stride * worker);
}

static void read_sessions(struct tp_live_last *last, const uint8_t *memory, uint64_t size)
{
	struct tp_live_head head;

	memcpy(&head, memory, sizeof(head));
	if (!is_sound(&head, size))
		return;
	for (uint32_t slot = 0; slot < head.slots; slot++) {
		uint64_t id = word(memory, head.ids + slot * sizeof(id));

		if (id == 0 || !make_room(last))
			continue;
		last->sessions[last->count].id = id;
		read_session(&last->sessions[last->count++], &head, memory, slot);
	}
}

/* False: somebody has it. */
static bool read_file(struct tp_live_last *last, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	struct stat found;
	void *memory;

	if (fd < 0 || flock(fd, LOCK_SH | LOCK_NB) != 0 || fstat(fd, &found) != 0 ||
	    !S_ISREG(found.st_mode) || found.st_uid != geteuid()) {
		if (fd >= 0)
			close(fd);
		return false;
	}
	if (found.st_size >= TP_LIVE_HEAD) {
		memory = mmap(NULL, (size_t)found.st_size, PROT_READ, MAP_SHARED, fd, 0);
		if (memory != MAP_FAILED) {
			read_sessions(last, memory, (uint64_t)found.st_size);
			munmap(memory, (size_t)found.st_size);
		}
	}
	close(fd);
	return true;
}

/* ---- all of them ----------------------------------------------------------------------------- */

static void read_folder(struct tp_live_last *last, const char *folder, const char *prefix)
{
	DIR *dir = opendir(folder);
	const struct dirent *entry;

	while (dir != NULL && last->path_count < FILES_MAX && (entry = readdir(dir)) != NULL) {
		char *path = last->paths[last->path_count];

		if (strncmp(entry->d_name, prefix, strlen(prefix)) == 0 &&
		    snprintf(path, TP_LIVE_PATH_MAX, "%s/%s", folder, entry->d_name) <
			    TP_LIVE_PATH_MAX &&
		    read_file(last, path))
			last->path_count++;
	}
	if (dir != NULL)
		closedir(dir);
}

static int compare(const void *a, const void *b)
{
	const struct session *one = a, *other = b;

	return one->id < other->id ? -1 : one->id > other->id;
}

/* One of each session: what only grows has the most in the last of its files. */
static void merge(struct tp_live_last *last)
{
	unsigned kept = 0;

	if (last->count == 0)
		return;
	qsort(last->sessions, last->count, sizeof(*last->sessions), compare);
	for (unsigned i = 1; i < last->count; i++) {
		struct session *s = &last->sessions[i], *to = &last->sessions[kept];

		if (s->id != to->id) {
			last->sessions[++kept] = *s;
			continue;
		}
		for (unsigned f = 0; f < TP_LIVE_FIELDS; f++)
			to->count[f] = s->count[f] > to->count[f] ? s->count[f] : to->count[f];
	}
	last->count = kept + 1;
}

struct tp_live_last *tp_live_last_open(const char *key)
{
	struct tp_live_last *last = calloc(1, sizeof(*last));
	char prefix[64], folder[TP_LIVE_PATH_MAX];
	uint64_t page;

	if (last == NULL)
		return NULL;
	tp_live_prefix(key, prefix, sizeof(prefix));
	for (unsigned i = 0; tp_live_folder(i, folder, sizeof(folder), &page); i++)
		read_folder(last, folder, prefix);
	merge(last);
	if (last->path_count > 0)
		return last;
	free(last);
	return NULL;
}

bool tp_live_last_find(const struct tp_live_last *last, uint64_t accounting_id,
		       struct tp_session_counters *counters)
{
	const struct session wanted = {.id = accounting_id}, *s = NULL;

	if (last != NULL && last->count > 0)
		s = bsearch(&wanted, last->sessions, last->count, sizeof(wanted), compare);
	if (s == NULL)
		return false;
	*counters = (struct tp_session_counters){
		.packets_in = s->count[TP_LIVE_PACKETS_IN] + s->count[TP_LIVE_IPV6_PACKETS_IN],
		.bytes_in = s->count[TP_LIVE_BYTES_IN] + s->count[TP_LIVE_IPV6_BYTES_IN],
		.packets_out = s->count[TP_LIVE_PACKETS_OUT] + s->count[TP_LIVE_IPV6_PACKETS_OUT],
		.bytes_out = s->count[TP_LIVE_BYTES_OUT] + s->count[TP_LIVE_IPV6_BYTES_OUT],
		.ipv6_packets_in = s->count[TP_LIVE_IPV6_PACKETS_IN],
		.ipv6_bytes_in = s->count[TP_LIVE_IPV6_BYTES_IN],
		.ipv6_packets_out = s->count[TP_LIVE_IPV6_PACKETS_OUT],
		.ipv6_bytes_out = s->count[TP_LIVE_IPV6_BYTES_OUT],
		.drops_in = s->count[TP_LIVE_DROPS_IN],
		.drops_out = s->count[TP_LIVE_DROPS_OUT],
	};
	return true;
}

unsigned tp_live_last_sessions(const struct tp_live_last *last)
{
	return last != NULL ? last->count : 0;
}

void tp_live_last_close(struct tp_live_last *last, bool done)
{
	if (last == NULL)
		return;
	for (unsigned i = 0; done && i < last->path_count; i++)
		unlink(last->paths[i]);
	free(last->sessions);
	free(last);
}
