/* SPDX-License-Identifier: BSD-3-Clause */
/* A disk for SQLite that fails when it is told to: the default from faulty_vfs_begin() on. */
#pragma once

#include <stdatomic.h>

enum fault { FAULT_NONE, FAULT_FULL, FAULT_BROKEN };

extern atomic_uint vfs_writes; /* writes, truncations and syncs so far */
extern atomic_uint vfs_good;   /* how many of those succeed; the others have the fault */
extern atomic_uint vfs_faults; /* how many did not */
extern _Atomic(enum fault) vfs_fault;

void faulty_vfs_begin(void);
