/* SPDX-License-Identifier: BSD-3-Clause */
/* A word that one thread writes while others look at it: each looks once, and sees a value that was
 * there (as with Linux's READ_ONCE() and WRITE_ONCE()). No order between words follows from it. On
 * x86 these are plain moves. */
#pragma once

#include <stdint.h>

#define tp_read_once(word)	   __atomic_load_n(word, __ATOMIC_RELAXED)
#define tp_write_once(word, value) __atomic_store_n(word, value, __ATOMIC_RELAXED)

/* The same for the hot path's one look at a word: an atomic load is an instruction of its own, this
 * may become part of another. */
#ifdef __SANITIZE_THREAD__
#define tp_glance(word) tp_read_once(word)
#else
#define tp_glance(word) (*(word))
#endif

/* A counter that the caller alone writes; anybody may read it, by tp_read_once(). */
static inline void tp_count(uint64_t *counter, uint64_t more)
{
	tp_write_once(counter, tp_read_once(counter) + more);
}

/* What one thread did before it gave WHAT away another sees that got it. This says so to
 * ThreadSanitizer where code makes that order that it does not watch; it does nothing else. */
#ifdef __SANITIZE_THREAD__
#include <sanitizer/tsan_interface.h>
#define tp_gives(what) __tsan_release((void *)(uintptr_t)(what))
#define tp_gets(what)  __tsan_acquire((void *)(uintptr_t)(what))
#else
#define tp_gives(what) ((void)0)
#define tp_gets(what)  ((void)0)
#endif
