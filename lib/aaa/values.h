/* SPDX-License-Identifier: BSD-3-Clause */
/* What subscribers get, each value once: most of those of one profile get the same, so a session
 * refers to a value that never changes instead of having one of its own. Who is to get something
 * else gets another value.
 *
 * secret_id is no part of a value, and 0 in it: it says who the subscriber is. Like the values, for
 * one thread. */
#pragma once

#include "aaa/subscriber.h"
#include "base/random.h"

struct tp_aaa_values;

/* NULL: no memory. */
struct tp_aaa_values *tp_aaa_values_create(struct tp_random *random);

/* All values are gone with it, referred to or not. NULL is fine. */
void tp_aaa_values_destroy(struct tp_aaa_values *values);

/* The value that is the same as WHAT, with a reference that is the caller's. NULL: no memory. */
const struct tp_subscriber *tp_aaa_value_get(struct tp_aaa_values *values,
					     const struct tp_subscriber *what);

/* Gives a reference back. */
void tp_aaa_value_unref(struct tp_aaa_values *values, const struct tp_subscriber *value);

/* How many there are, and bytes of memory that they take, with the table. */
size_t tp_aaa_values_count(const struct tp_aaa_values *values);
size_t tp_aaa_values_memory(const struct tp_aaa_values *values);
