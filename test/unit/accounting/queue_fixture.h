/* SPDX-License-Identifier: BSD-3-Clause */
/* A queue of records with a server and a store that are tables. */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "accounting/queue.h"

#define MANY   60000
#define STORED 6000

/* What was sent, oldest first; the servers of a session may be dead. */
struct sent {
	uint64_t seq, session;
	void *token;
	uint8_t byte; /* the first */
};

struct store {
	uint8_t *bytes[STORED];
	uint16_t len[STORED];
	uint64_t kept;
	uint64_t safe; /* kept, if that is more */
	bool refuses;
	uint64_t asked[STORED];
	unsigned ask_count;
};

extern struct tp_record_queue *queue;
extern struct sent sent[MANY + 100];
extern unsigned sent_count, attempts;
extern int (*server)(const struct tp_record *record); /* the error; NULL: all is well */
extern uint64_t now_ms;
extern struct store store;

/* MEMORY: of bytes that the store has as well; 0: as much as usual. */
void begin(bool with_store, uint64_t memory);
void end(void);
/* A record of a hundred bytes that all are its number; returns that. */
uint64_t put(enum tp_record_kind kind, uint64_t session);
bool tick(void);
void tick_all(void);
void answer(unsigned i, bool acknowledged);
const struct tp_record_queue_counters *counters(void);
/* Records that the store has. */
unsigned in_store(void);
/* For `server`. */
int all_dead(const struct tp_record *record);
