/* SPDX-License-Identifier: BSD-3-Clause */
/* A journal in a folder of its own, in memory. Rows are put so that a row tells by itself whether
 * it is one: see bytes_of(). */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "journal/journal.h"

#define FOUND_MAX 70000

extern char folder[64];
extern struct tp_journal *journal;
extern struct tp_error error;
extern struct tp_journal_about last; /* what the last daemon said */
extern bool judgement;		     /* what is said of it */
extern struct tp_journal_about judged;

/* What was found, by key; each was checked to be what bytes_of() its key and some round is. */
extern uint64_t found_key[FOUND_MAX];
extern unsigned found_round[FOUND_MAX];
extern unsigned found_count;

/* Of KEY in a ROUND: its length. BYTES has room for 600. */
size_t bytes_of(uint64_t key, unsigned round, uint8_t *bytes);

int open_in(const char *directory, struct tp_journal **to);
void open_journal(void); /* must be fine, without a warning */
void close_journal(bool keep);
bool put(uint64_t key, unsigned round);
void nap(void);
void wait_until_written(void);
int round_found(uint64_t key); /* -1: it was not */

char *path_of(const char *name);
void write_file(const char *name, const void *bytes, size_t len);
size_t read_file(const char *name, void *bytes, size_t size);
void run(const char *format, ...) __attribute__((format(printf, 1, 2)));

int setup(void **state);
int teardown(void **state);

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
