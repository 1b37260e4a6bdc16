/* SPDX-License-Identifier: BSD-3-Clause */
/* The daemon's API over its Unix socket, by libcurl. */
#pragma once

#include <jansson.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>

struct ctl_api {
	void *curl;
	const char *socket; /* borrowed */
	long timeout_ms;    /* for a call; 0: as long as it takes */
	bool dry_run;	    /* changes are tried, and nothing is done */
	const volatile sig_atomic_t
		*interrupted; /* breaks a call off when it is set; may be NULL */
	int output; /* a call that streams is broken off when nobody reads from it any more; 0: none
		     */
	char error[512]; /* of the last call that failed: a sentence */
	long status;	 /* HTTP's, of the last call; 0: none came */
};

/* 0, or -ENOMEM. */
int ctl_api_open(struct ctl_api *api, const char *socket);
void ctl_api_close(struct ctl_api *api);

/* METHOD on MENU ("/ppp/secret") or on its ITEM (a name or .id; may be NULL), with QUERY, an
 * object of strings, and BODY; both may be NULL and stay the caller's. Returns 0 and *VALUE (NULL
 * when nothing came back; may itself be NULL); or -1 and api->error. */
int ctl_api_call(struct ctl_api *api, const char *method, const char *menu, const char *item,
		 json_t *query, json_t *body, json_t **value);

/* The same of what changes something, or, with api->dry_run, tells what it would come to. */
int ctl_api_change(struct ctl_api *api, const char *method, const char *menu, const char *item,
		   json_t *body, json_t **value);

/* POST of what answers bit by bit: TAKE is called with each piece, until it returns non-zero, the
 * server ends, the call is interrupted, or nobody reads OUTPUT, a descriptor, any more. Returns 0,
 * or -1 and api->error: it was refused, or cut off. */
int ctl_api_stream(struct ctl_api *api, const char *menu, const char *item, json_t *body,
		   int output, int (*take)(void *user, const char *data, size_t len), void *user);

/* The list at MENU: those of its items that QUERY (query words; NULL: all) lets pass, and of them
 * what PROPLIST names (NULL: all). Otherwise as ctl_api_call(). */
int ctl_api_list(struct ctl_api *api, const char *menu, json_t *query, const char *proplist,
		 json_t **value);

/* GET of a stream of events that are as FILTER, an object of strings (NULL: all), says: EVENT is
 * called with each event's JSON, and first, when it is sure that none is missed any more, with
 * NULL; until it returns non-zero or the server ends. Returns 0, or -1 and api->error. */
int ctl_api_events(struct ctl_api *api, json_t *filter, int (*event)(void *user, const char *json),
		   void *user);
