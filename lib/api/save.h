/* SPDX-License-Identifier: BSD-3-Clause */
/* Saving what changes through the API, as requests, listeners and the log have to do with it; how
 * the file gets written, see saver.h. The thread that owns the configuration. */
#pragma once

#include "api/mailbox.h"
#include "api/saver.h"

struct tp_save {
	struct tp_saver saver;
	struct tp_mailbox *mailbox;
	struct tp_requests asked;  /* /system/save, for the next time */
	struct tp_requests served; /* by what is being written */
};

/* CONFIG was read from the file at PATH (NULL: from none), which outlives it, as MAILBOX does. */
void tp_save_init(struct tp_save *save, const char *path, const cpu_set_t *cpus,
		  const struct tp_config *config, struct tp_mailbox *mailbox);

/* POST /system/save. True: it is answered; false: the answer will come later. */
bool tp_save_request(struct tp_save *save, struct tp_request *request);

/* Begins to save what is due, and tells how it went. */
bool tp_save_poll(struct tp_save *save, struct tp_config *config, uint64_t now_ms);

/* Saves what is not saved yet, and answers who waits for it. */
void tp_save_finish(struct tp_save *save, struct tp_config *config);

/* The verbs of /system, as documents say them. */
#define TP_RELOAD_BODY "none, or `{\"partial\": true}`"
#define TP_RELOAD_HELP                                                                             \
	"reads the file that the program was started with, and answers how many `changes` came "   \
	"into force, with `warnings` of what is legal and hardly meant; 400 names each mistake "   \
	"in it, or what needs a restart, by line and column, and nothing has changed; with "       \
	"`partial` the rest comes into force, the answer has in `waits-for-restart` what does "    \
	"not, and the file keeps it; 409: what the API changed can't be saved, and would be "      \
	"undone"
#define TP_SAVE_BODY "none, or `{\"overwrite\": true}`"
#define TP_SAVE_HELP                                                                               \
	"writes the file now, and answers when it is on the disk; 409: somebody has edited it, "   \
	"and it was left alone"

/* For /system/resource. */
/* clang-format off */
#define TP_STATUS_SAVE                                                                             \
	{"config-file", "The file that it was started with"},                                      \
	{"config-state", "`saved`, `pending`, `edited`, `failed` or `off`"},                       \
	{"unsaved-changes", "Changes that are not in the file yet"},                               \
	{"config-error", "Why they could not be saved"}
/* clang-format on */
void tp_save_describe(const struct tp_save *save, json_t *o);
