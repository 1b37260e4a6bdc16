/* SPDX-License-Identifier: BSD-3-Clause */
/* SipHash-2-4 (Aumasson and Bernstein, 2012), for tables whose keys peers choose. Pure. */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* KEY is secret, of each start's own. */
uint64_t tp_siphash(const uint64_t key[2], const void *data, size_t len);
