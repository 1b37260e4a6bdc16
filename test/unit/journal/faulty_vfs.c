/* SPDX-License-Identifier: BSD-3-Clause */
#include "faulty_vfs.h"

#include <sqlite3.h>
#include <stdbool.h>
#include <stddef.h>

atomic_uint vfs_writes, vfs_good, vfs_faults;
_Atomic(enum fault) vfs_fault;

static sqlite3_vfs *real, faulty;
/* Of databases, and of other files: the real ones, but for what is here. */
static sqlite3_io_methods methods[2];
static const sqlite3_io_methods *real_methods[2];

static const sqlite3_io_methods *real_of(const sqlite3_file *file)
{
	return real_methods[file->pMethods == &methods[1]];
}

static bool fails(void)
{
	unsigned number = atomic_fetch_add(&vfs_writes, 1);

	if (atomic_load(&vfs_fault) == FAULT_NONE || number < atomic_load(&vfs_good))
		return false;
	atomic_fetch_add(&vfs_faults, 1);
	return true;
}

static int do_write(sqlite3_file *file, const void *bytes, int len, sqlite3_int64 at)
{
	if (!fails())
		return real_of(file)->xWrite(file, bytes, len, at);
	if (len > 1) /* what there is room for gets there */
		real_of(file)->xWrite(file, bytes, len / 2, at);
	return atomic_load(&vfs_fault) == FAULT_FULL ? SQLITE_FULL : SQLITE_IOERR_WRITE;
}

static int do_truncate(sqlite3_file *file, sqlite3_int64 size)
{
	return fails() ? SQLITE_IOERR_TRUNCATE : real_of(file)->xTruncate(file, size);
}

/* Memory has nothing to confirm. */
static int do_sync(sqlite3_file *file, int flags)
{
	return fails() ? SQLITE_IOERR_FSYNC : SQLITE_OK;
}

static int do_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *out)
{
	int rc = real->xOpen(real, name, file, flags, out);
	bool other = (flags & SQLITE_OPEN_MAIN_DB) == 0;

	if (rc != SQLITE_OK || file->pMethods == NULL)
		return rc;
	real_methods[other] = file->pMethods;
	methods[other] = *file->pMethods;
	methods[other].xWrite = do_write;
	methods[other].xTruncate = do_truncate;
	methods[other].xSync = do_sync;
	file->pMethods = &methods[other];
	return SQLITE_OK;
}

void faulty_vfs_begin(void)
{
	real = sqlite3_vfs_find(NULL);
	faulty = *real;
	faulty.zName = "faulty";
	faulty.xOpen = do_open;
	sqlite3_vfs_register(&faulty, 1);
}
