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

/* For /system/resource. */
void tp_save_describe(const struct tp_save *save, json_t *o);
