/* SPDX-License-Identifier: BSD-3-Clause */
/* The resources behind /rest, as control executes them. Control thread. */
#pragma once

#include <jansson.h>

#include "config/schema.h"
#include "control/control_private.h"

#define TP_API_PAGE 256 /* items looked at in one submission */

/* HTTP's statuses, as far as they are used. */
enum {
	TP_API_OK = 200,
	TP_API_CREATED = 201,
	TP_API_NO_CONTENT = 204,
	TP_API_BAD_REQUEST = 400,
	TP_API_NOT_FOUND = 404,
	TP_API_METHOD_NOT_ALLOWED = 405,
	TP_API_CONFLICT = 409,
	TP_API_INTERNAL = 500,
	TP_API_UNAVAILABLE = 503,
};

/* Answers as RouterOS does: {"error":404,"message":"Not Found","detail":…}. DETAIL may be NULL. */
void tp_api_error(struct tp_request *request, int status, const char *detail);

/* Answers with STATUS and ANSWER (taken; NULL with 204; NULL otherwise: out of memory). */
void tp_api_answer(struct tp_request *request, int status, json_t *answer);

/* A query value as text: strings as they are, numbers and booleans as JSON writes them. NULL
 * when it is none of these. TEXT has room for a number. */
#define TP_API_TEXT_LEN 32
const char *tp_api_text(const json_t *value, char text[TP_API_TEXT_LEN]);

/* ---- dispatch: api.c, api_command.c ------------------------------------------------------------
 */

/* GET, PUT, PATCH or DELETE of what the request's path names. True: it is answered. */
bool tp_api_target(struct tp_control *c, struct tp_request *request);

/* POST: the last word of the path is the command. False: the answer will come later. */
bool tp_api_command(struct tp_control *c, struct tp_request *request);

/* ---- configuration: api_config.c --------------------------------------------------------------
 */

/* KEY: what follows the resource's path, "" for the resource itself. */
void tp_api_config(struct tp_control *c, struct tp_request *request,
		   const struct tp_resource *resource, const char *key);

/* The names of what is known of a resource's items beyond their configuration, read-only; ends
 * with NULL. */
const char *const *tp_api_decorations(enum tp_resource_id resource);

/* Adds these to OBJECT, as far as there is something to tell of ITEM. */
void tp_api_decorate(struct tp_control *c, const struct tp_config_item *item, json_t *object);

/* ---- what runs: api_live.c ---------------------------------------------------------------------
 */

/* A resource that is not configured but is. */
struct tp_live {
	const char *path;
	const char *const *properties; /* all that an item may have; ends with NULL */
	/* The first item at CURSOR or behind, as JSON; CURSOR is moved behind it. NULL: no more.
	 * Each call looks at a bounded number; JSON null: none among these, go on. */
	json_t *(*next)(struct tp_control *c, uint64_t *cursor);
	/* The one that KEY names, NULL: there is none. NULL: found by its name or .id in the
	 * list. */
	json_t *(*find)(struct tp_control *c, const char *key);
	/* Removes it: 0 or a negative errno. NULL: can't be removed. */
	int (*remove)(struct tp_control *c, const char *key);
	bool singleton; /* find() with "" is the resource */
	/* Some of its items are this resource's: they can be added, changed and removed. NULL:
	 * none are. */
	const struct tp_resource *configured;
};

extern const struct tp_live tp_live_active;	  /* /ppp/active */
extern const struct tp_live tp_live_interfaces;	  /* /interface/pppoe-server */
extern const struct tp_live tp_live_address_list; /* /ip/firewall/address-list */
extern const struct tp_live tp_live_used;	  /* /ip/pool/used */
extern const struct tp_live tp_live_resource;	  /* /system/resource */
extern const struct tp_live tp_live_counters;	  /* /dataplane/counter */

/* The session at CURSOR (a slot) or behind; CURSOR is moved behind it. */
const struct tp_session *tp_api_next_session(struct tp_control *c, uint64_t *cursor);

/* By .id, or the newest session of a user. */
const struct tp_session *tp_api_find_session(const struct tp_control *c, const char *key);

/* As an operator. S may be NULL. -ENOENT: there is none, or it is ending already. */
int tp_api_disconnect(struct tp_control *c, const struct tp_session *s);

void tp_api_counters(json_t *o, const struct tp_session_counters *n);
/* rate-limit, if there is one. */
void tp_api_rate_limit(json_t *o, const struct tp_session_info *info);
void tp_api_uptime(const struct tp_control *c, json_t *o, const struct tp_session_info *info);

/* What is known of the static entry with this id of /interface/pppoe-server. */
void tp_api_static(struct tp_control *c, uint32_t id, json_t *o);

void tp_api_live(struct tp_control *c, struct tp_request *request, const struct tp_live *live,
		 const char *key);
