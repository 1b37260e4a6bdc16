/* SPDX-License-Identifier: BSD-3-Clause */
/* A store in a folder of its own. */
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

#include "accounting/store.h"

#define FOUND_MAX 4096

extern char folder[64];
extern struct tp_record_store *store;
extern struct tp_error error;
extern uint64_t next_seq;

/* What was found. */
extern struct tp_record records[FOUND_MAX], standing[FOUND_MAX];
extern uint8_t standing_byte[FOUND_MAX];
extern unsigned record_count, standing_count;

int open_in(const char *directory, struct tp_record_store **to);
void open_store(void);
void close_store(void);
void fill(uint8_t *bytes, size_t len, uint64_t seq);
void put_long(enum tp_record_kind kind, uint64_t session, uint64_t seq, uint16_t len);
void put(enum tp_record_kind kind, uint64_t session, uint64_t seq);
void take(uint64_t seq);
void nap(void);
void settle(void);
char *path_of(const char *name);
/* The file of the store's backlog, which is in nobody's hands. */
const char *find_backlog(void);
int setup(void **state);
int teardown(void **state);

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
