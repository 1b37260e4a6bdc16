/* SPDX-License-Identifier: BSD-3-Clause */
/* Passwords that are kept hashed, as crypt(3) writes them (yescrypt: "$y$…").
 *
 * Hashing and verifying are slow on purpose (tens of milliseconds, 16 MiB): never on control's
 * thread, and on others with a limit on how often. Any thread. */
#pragma once

#include <stdbool.h>

/* Is TEXT a hash already, of a method that crypt(3) knows and that is still held to be good? */
bool tp_password_is_hash(const char *text);

/* TEXT itself if it is a hash, else its hash with a new salt; the caller frees it. NULL when
 * memory is out. */
char *tp_password_keep(const char *text);

/* Is HASH that of PASSWORD? Takes as long for a wrong one as for the right one. */
bool tp_password_verify(const char *password, const char *hash);
