/* SPDX-License-Identifier: BSD-3-Clause */
/* A scan that was asked for through the API: it is answered when its time is over. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/api.h"
#include "config/types/value.h"
#include "service.h"

#define DURATION_DEFAULT 3 /* s */
#define DURATION_MAX	 8 /* management waits no longer than 10 for an answer */

static void on_ready(void *owner, uint64_t now_ms)
{
	struct scan_job *job = owner;

	scanner_input(&job->scanner);
}

/* {"interface":…} or RouterOS's {"numbers":…}, {".id":…}; {"duration":…}. NULL: it makes sense. */
static const char *read_body(const json_t *body, const char **interface, uint32_t *duration)
{
	const char *name;
	json_t *value;

	*duration = DURATION_DEFAULT;
	json_object_foreach ((json_t *)(uintptr_t)body, name, value) {
		char room[TP_API_TEXT_LEN];
		const char *text = tp_api_text(value, room);

		if (strcmp(name, "duration") == 0) {
			if (text == NULL || !tp_time_parse(text, duration) || *duration == 0 ||
			    *duration > DURATION_MAX)
				return "duration: a time from 1s to 8s is expected";
		} else if (strcmp(name, "interface") == 0 || strcmp(name, "numbers") == 0 ||
			   strcmp(name, ".id") == 0) {
			*interface = json_string_value(value);
		} else {
			return "the body may have interface and duration, and nothing else";
		}
	}
	return *interface != NULL && strlen(*interface) < IFNAMSIZ
		       ? NULL
		       : "interface: the name of an interface is expected";
}

bool scan_job_begin(struct service *s, struct tp_request *request)
{
	const char *interface = NULL, *wrong;
	struct tp_error error = {0};
	struct scan_job *job;
	uint32_t duration;
	int err;

	wrong = read_body(request->body, &interface, &duration);
	if (wrong != NULL) {
		tp_api_error(request, TP_API_BAD_REQUEST, wrong);
		return true;
	}
	job = s->scan_count < SCANS_MAX ? calloc(1, sizeof(*job)) : NULL;
	if (job == NULL) {
		tp_api_error(request, TP_API_UNAVAILABLE, "too many scans at a time");
		return true;
	}
	snprintf(job->interface, sizeof(job->interface), "%s", interface);
	err = scanner_open(&job->scanner, job->interface, &error);
	if (err != 0) {
		free(job);
		tp_api_refuse(request, err, &error);
		return true;
	}
	job->request = request;
	job->end_ms = s->now_ms + duration * UINT64_C(1000);
	job->watch = (struct watch){on_ready, job};
	loop_add(&s->loop, job->scanner.socket.fd, &job->watch);
	TAILQ_INSERT_TAIL(&s->scans, job, entry);
	s->scan_count++;
	return false;
}

static void end(struct service *s, struct scan_job *job)
{
	TAILQ_REMOVE(&s->scans, job, entry);
	s->scan_count--;
	tp_api_answer(job->request, TP_API_OK, json_incref(job->scanner.found));
	tp_mailbox_answer(&s->mailbox, job->request);
	scanner_close(&job->scanner);
	free(job);
}

void scan_jobs_tick(struct service *s)
{
	struct scan_job *job, *next;

	for (job = TAILQ_FIRST(&s->scans); job != NULL; job = next) {
		next = TAILQ_NEXT(job, entry);
		if (s->now_ms >= job->end_ms)
			end(s, job);
		else
			scanner_tick(&job->scanner, s->now_ms);
	}
}

uint64_t scan_jobs_deadline(const struct service *s)
{
	uint64_t deadline = TP_NEVER;
	const struct scan_job *job;

	TAILQ_FOREACH (job, &s->scans, entry) {
		if (job->end_ms < deadline)
			deadline = job->end_ms;
		if (job->scanner.next_ms < deadline)
			deadline = job->scanner.next_ms;
	}
	return deadline;
}

void scan_jobs_end(struct service *s)
{
	while (!TAILQ_EMPTY(&s->scans))
		end(s, TAILQ_FIRST(&s->scans));
}
