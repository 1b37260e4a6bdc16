/* SPDX-License-Identifier: BSD-3-Clause */
/* Names that many share: each stands once in a table, and is freed with the last that refers to
 * it. A name is a plain `const char *`; two of one table are equal if their pointers are.
 *
 * For one thread at a time, like the table. */
#pragma once

#include <stddef.h>

struct tp_names;

/* NULL: no memory. */
struct tp_names *tp_names_create(void);

/* Names that are still referred to live on, without a table. NULL is fine. */
void tp_names_destroy(struct tp_names *names);

/* TEXT as a name, with a reference that is the caller's; NULL: no memory. */
const char *tp_name_get(struct tp_names *names, const char *text);

/* Bytes that the names of the table take. */
size_t tp_names_memory(const struct tp_names *names);

/* One more reference to NAME, which is returned; NULL is fine. */
const char *tp_name_ref(const char *name);

/* Gives a reference back; NULL is fine. */
void tp_name_unref(const char *name);
