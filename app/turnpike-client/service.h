/* SPDX-License-Identifier: BSD-3-Clause */
/* The clients of a configuration, dialled and managed: what `turnpike-client --config` runs. One
 * thread runs it; management's, beside it, asks by the mailbox. */
#pragma once

#include "api/mailbox.h"
#include "api/menus.h"
#include "api/save.h"
#include "client.h"
#include "loop.h"
#include "options.h"
#include "scanner.h"
#include "signals.h"

#define SCANS_MAX 8 /* at a time */

/* POST /interface/pppoe-client/scan. */
struct scan_job {
	TAILQ_ENTRY(scan_job) entry;
	struct scanner scanner;
	struct watch watch;
	char interface[IFNAMSIZ];
	uint64_t end_ms;
	struct tp_request *request;
};

struct service {
	struct loop loop;
	struct signals signals;
	struct monitor monitor;
	struct resolver *resolver;
	struct tp_config *config;
	const char *path; /* of its file */
	struct tp_mailbox mailbox;
	struct watch mailbox_watch;
	struct tp_save save;
	TAILQ_HEAD(, client) clients;
	TAILQ_HEAD(, scan_job) scans;
	unsigned scan_count;
	uint64_t started_ms, now_ms;
	uint64_t requests, events, reloads, reloads_refused;
	bool ending;
	uint64_t end_ms; /* of the patience with those that hang up */
};

/* Runs the clients of the file, until SIGTERM or SIGINT. Returns the exit status. */
int service_run(const struct options *options);

/* Tells what is wrong in a file. Returns the exit status: 0: nothing. */
int service_check(const char *path);

/* ---- for the files of the service ----------------------------------------------------------- */

/* What there is to see and to do beside the configuration. */
extern const struct tp_menus service_menus;

/* NULL: there is none. */
struct client *service_find(const struct service *s, uint32_t id);

/* An event for listeners; TEXT may be NULL. */
void service_tell(struct service *s, const struct client *client, const char *event,
		  const char *text);

/* What follows from a change of the configuration that is in force; ITEM is what there is now, or
 * NULL, ID what it was. */
void service_apply(struct service *s, enum tp_resource_id resource, uint32_t id,
		   const struct tp_config_item *item);

/* Reads the file anew; REQUEST (NULL: none) gets its answer. */
void service_reload(struct service *s, struct tp_request *request);

/* api.c: carries REQUEST out. True: it is answered; false: it will be. */
bool service_execute(struct service *s, struct tp_request *request);

/* metrics.c: samples for Prometheus. */
json_t *service_metrics(struct service *s);

/* scan_job.c: begins; true: it was refused, and is answered. */
bool scan_job_begin(struct service *s, struct tp_request *request);
void scan_jobs_tick(struct service *s);
uint64_t scan_jobs_deadline(const struct service *s);
/* Answers them as they are. */
void scan_jobs_end(struct service *s);
