/* SPDX-License-Identifier: BSD-3-Clause */
/* Brings the configuration's file up to what is in force: some time after the first change that is
 * not in it, so that a burst of changes is written once, by a thread of its own, so that nobody
 * waits for the disk. What can't be written is tried again, later each time.
 *
 * Control thread, or whoever else owns the configuration. */
#pragma once

#include <sched.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "config/file/file.h"

#define TP_SAVER_DELAY_MS 1000 /* from the first change to its writing, if the file is small */

enum tp_saver_status {
	TP_SAVER_SAVED,	 /* all that should be is in the file */
	TP_SAVER_FAILED, /* it could not be written; see `error` */
	TP_SAVER_EDITED, /* somebody else has written it, so it was left alone */
};

struct tp_saver_job;

struct tp_saver {
	const char *path; /* NULL: there is no file. The owner's */
	cpu_set_t cpus;	  /* where the thread may run; none: anywhere */
	struct tp_file_state file;
	bool on;	  /* changes are saved without being asked for */
	bool forced;	  /* the next is asked for */
	bool overwrite;	  /* and may overwrite what somebody else has written */
	unsigned changes; /* in force and not in the file */
	uint64_t due_ms;
	uint64_t wait_ms; /* after a failure: the last wait */
	struct tp_saver_job *job;

	enum tp_saver_status status; /* of the last that has ended */
	struct tp_error error;	     /* what was wrong with it */
	uint64_t saves, failures;
	uint64_t last_us; /* how long the last one took */
};

/* CONFIG was read from the file at PATH (or NULL). Tidies up what an earlier one left there; tells
 * in *TIDIED if there was anything. */
void tp_saver_init(struct tp_saver *saver, const char *path, const cpu_set_t *cpus,
		   const struct tp_config *config, bool *tidied);

/* Something has been changed. */
void tp_saver_changed(struct tp_saver *saver, uint64_t now_ms);

/* Whether changes are saved from now on. What has been changed so far still is. */
void tp_saver_switch(struct tp_saver *saver, bool on, uint64_t now_ms);

/* Saves at the next poll, even if nothing has changed. */
void tp_saver_force(struct tp_saver *saver, bool overwrite);

/* The file has been read, and CONFIG is in force as it is there. */
void tp_saver_taken_over(struct tp_saver *saver, const struct tp_config *config);

/* Something is being written, or will be without anybody having to do anything about it. While it
 * is so, CONFIG may not be destroyed. */
bool tp_saver_is_busy(const struct tp_saver *saver);

enum tp_saver_news { TP_SAVER_NOTHING, TP_SAVER_BEGUN, TP_SAVER_ENDED };

/* Begins what is due, takes up what is done. */
enum tp_saver_news tp_saver_poll(struct tp_saver *saver, struct tp_config *config, uint64_t now_ms);

/* Waits until what is being written is, then writes what is not; blocks. Nothing is under way
 * afterwards. */
void tp_saver_finish(struct tp_saver *saver, struct tp_config *config);
