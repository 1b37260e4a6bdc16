/* SPDX-License-Identifier: BSD-3-Clause */
/* Brings the configuration's file up to what is in force. */
#include "api/saver.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/thread.h"

#define RETRY_MS      1000
#define RETRY_MOST_MS 60000
#define REST_FACTOR   10 /* after a save that took so long, rest so many times as long */

struct tp_saver_job {
	pthread_t thread;
	atomic_bool done;
	bool threaded;
	const char *path;
	struct tp_config_snapshot *snapshot;
	unsigned changes; /* that are in it */
	bool overwrite;
	struct tp_file_state file;
	struct tp_error error;
	int result;
	uint64_t us;
};

static uint64_t clock_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

static void *write_file(void *argument)
{
	struct tp_saver_job *job = argument;
	const uint64_t begin = clock_us();

	job->result =
		tp_config_save(job->snapshot, job->path, job->overwrite, &job->file, &job->error);
	job->us = clock_us() - begin;
	atomic_store(&job->done, true);
	return NULL;
}

void tp_saver_init(struct tp_saver *saver, const char *path, const cpu_set_t *cpus,
		   const struct tp_config *config, bool *tidied)
{
	*saver = (struct tp_saver){
		.path = path,
		.cpus = *cpus,
		.on = tp_config_management(config)->save,
		.file = tp_config_file(config),
		.due_ms = TP_NEVER,
	};
	*tidied = path != NULL && tp_config_tidy(path);
}

static void make_due(struct tp_saver *saver, uint64_t now_ms)
{
	uint64_t rest_ms = saver->last_us * REST_FACTOR / 1000;

	if (saver->due_ms == TP_NEVER)
		saver->due_ms =
			now_ms + (rest_ms > TP_SAVER_DELAY_MS ? rest_ms : TP_SAVER_DELAY_MS);
}

void tp_saver_changed(struct tp_saver *saver, uint64_t now_ms)
{
	if (saver->path == NULL || !saver->on)
		return;
	saver->changes++;
	make_due(saver, now_ms);
}

void tp_saver_switch(struct tp_saver *saver, bool on, uint64_t now_ms)
{
	if (saver->on && !on && saver->path != NULL) {
		tp_saver_changed(saver, now_ms); /* this very one, before anything else is */
		tp_saver_force(saver, false);
	}
	saver->on = on;
}

void tp_saver_force(struct tp_saver *saver, bool overwrite)
{
	saver->forced = true;
	saver->overwrite |= overwrite;
}

void tp_saver_taken_over(struct tp_saver *saver, const struct tp_config *config)
{
	saver->file = tp_config_file(config);
	saver->changes = 0;
	saver->due_ms = TP_NEVER;
	saver->wait_ms = 0;
	saver->status = TP_SAVER_SAVED;
	saver->error = (struct tp_error){0};
}

bool tp_saver_is_busy(const struct tp_saver *saver)
{
	return saver->job != NULL || saver->forced ||
	       (saver->changes > 0 && saver->status == TP_SAVER_SAVED);
}

static void fail(struct tp_saver *saver, const struct tp_error *error, uint64_t now_ms)
{
	saver->failures++;
	saver->error = *error;
	saver->status = error->code == -ESTALE ? TP_SAVER_EDITED : TP_SAVER_FAILED;
	saver->wait_ms = saver->wait_ms == 0 ? RETRY_MS : saver->wait_ms * 2;
	if (saver->wait_ms > RETRY_MOST_MS)
		saver->wait_ms = RETRY_MOST_MS;
	saver->due_ms = saver->changes > 0 ? now_ms + saver->wait_ms : TP_NEVER;
}

static void end(struct tp_saver *saver, uint64_t now_ms)
{
	struct tp_saver_job *job = saver->job;

	saver->job = NULL;
	if (job->threaded)
		pthread_join(job->thread, NULL);
	tp_config_snapshot_destroy(job->snapshot);
	saver->file = job->file;
	saver->last_us = job->us;
	if (job->result == 0) {
		saver->saves++;
		saver->changes -= job->changes;
		saver->status = TP_SAVER_SAVED;
		saver->error = (struct tp_error){0};
		saver->wait_ms = 0;
		saver->due_ms = TP_NEVER;
		if (saver->changes > 0)
			make_due(saver, now_ms);
	} else {
		fail(saver, &job->error, now_ms);
	}
	free(job);
}

/* THREADED: in a thread of its own, if there can be one. */
static bool begin(struct tp_saver *saver, struct tp_config *config, bool threaded, uint64_t now_ms)
{
	struct tp_saver_job *job = calloc(1, sizeof(*job));
	struct tp_config_snapshot *snapshot = job != NULL ? tp_config_snapshot(config) : NULL;

	saver->due_ms = TP_NEVER;
	if (snapshot == NULL) {
		struct tp_error error;

		free(job);
		tp_error_set(&error, -ENOMEM, saver->path, "cannot write: out of memory");
		saver->forced = saver->overwrite = false;
		fail(saver, &error, now_ms);
		return false;
	}
	job->path = saver->path;
	job->snapshot = snapshot;
	job->changes = saver->changes;
	job->overwrite = saver->overwrite;
	job->file = saver->file;
	saver->forced = saver->overwrite = false;
	saver->job = job;
	job->threaded = threaded &&
			tp_thread_start(&job->thread, "saver", &saver->cpus, write_file, job) == 0;
	if (!job->threaded)
		write_file(job);
	return true;
}

enum tp_saver_news tp_saver_poll(struct tp_saver *saver, struct tp_config *config, uint64_t now_ms)
{
	if (saver->job != NULL) {
		if (!atomic_load(&saver->job->done))
			return TP_SAVER_NOTHING;
		end(saver, now_ms);
		return TP_SAVER_ENDED;
	}
	if (saver->path == NULL || (!saver->forced && now_ms < saver->due_ms))
		return TP_SAVER_NOTHING;
	return begin(saver, config, true, now_ms) ? TP_SAVER_BEGUN : TP_SAVER_ENDED;
}

void tp_saver_finish(struct tp_saver *saver, struct tp_config *config)
{
	if (saver->job != NULL)
		end(saver, tp_clock_ms());
	if (saver->path != NULL && saver->changes > 0 && begin(saver, config, false, tp_clock_ms()))
		end(saver, tp_clock_ms());
}
