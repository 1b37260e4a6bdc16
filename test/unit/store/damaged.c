/* SPDX-License-Identifier: BSD-3-Clause */
#include "damaged.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static const char *log_path(const struct damaged *d)
{
	static char path[sizeof(d->path) + 8];

	snprintf(path, sizeof(path), "%s-wal", d->path);
	return path;
}

static size_t read_all(const char *path, uint8_t *bytes)
{
	FILE *f = fopen(path, "r");
	size_t len = f != NULL ? fread(bytes, 1, DAMAGED_MAX, f) : 0;

	if (f != NULL)
		fclose(f);
	assert_true(len < DAMAGED_MAX);
	return len;
}

static void write_all(const char *path, const uint8_t *bytes, size_t len)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_int_equal(fwrite(bytes, 1, len, f), len);
	fclose(f);
}

void damaged_keep(struct damaged *d, const char *folder, const char *name)
{
	snprintf(d->path, sizeof(d->path), "%s/%s", folder, name);
	d->len = read_all(d->path, d->file);
	d->log_len = read_all(log_path(d), d->log);
	assert_true(d->len > 0 || d->log_len > 0);
}

void damaged_put(const struct damaged *d, size_t file_len, size_t log_len)
{
	write_all(d->path, d->file, file_len);
	write_all(log_path(d), d->log, log_len);
}

static size_t step(size_t quick)
{
	return getenv("TURNPIKE_LONG") != NULL ? 1 : quick;
}

/* Of a file each of the first bytes, which say what it is. */
void damaged_cut(struct damaged *d, bool log, size_t quick, damaged_start start)
{
	const size_t len = log ? d->log_len : d->len;

	for (size_t cut = 0; cut <= len; cut += !log && cut < 128 ? 1 : step(quick)) {
		damaged_put(d, log ? d->len : cut, log ? cut : 0);
		start(cut);
	}
}

void damaged_flip(struct damaged *d, bool log, size_t quick, damaged_start start)
{
	uint8_t *bytes = log ? d->log : d->file;

	for (size_t bit = 0; bit < 8 * (log ? d->log_len : d->len); bit += step(quick)) {
		bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
		damaged_put(d, d->len, d->log_len);
		bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
		start(bit / 8);
	}
}

static unsigned number(const uint8_t *bytes, unsigned len)
{
	unsigned all = 0;

	while (len-- > 0)
		all = all << 8 | *bytes++;
	return all;
}

void damaged_lead_twice(struct damaged *d)
{
	uint8_t *page = d->file + 4096;

	assert_int_equal(page[0], 5); /* an inner one */
	memcpy(page + number(page + 12, 2), page + 8, 4);
	damaged_put(d, d->len, 0);
}

void damaged_count(struct damaged *d, bool told, bool all)
{
	d->seen.starts++;
	d->seen.told += told;
	d->seen.all += !told && all;
	d->seen.fewer += !told && !all;
}

void damaged_tell(struct damaged *d, const char *what)
{
	print_message("%s: %u starts: %u found all, %u told what they missed, %u had what was "
		      "written before\n",
		      what, d->seen.starts, d->seen.all, d->seen.told, d->seen.fewer);
	memset(&d->seen, 0, sizeof(d->seen));
}
