/* SPDX-License-Identifier: BSD-3-Clause */
/* The resources behind /rest: those that are configured, all alike, as the schema says
 * (config/schema/), and those that run, as a program lists them (menus.h). A program gives
 * this its configuration and says how a change comes into force; requests it then answers by
 * tp_api_execute(). On the thread that owns the configuration; no I/O. */
#pragma once

#include <jansson.h>

#include "api/json.h"
#include "api/menus.h"

#define TP_API_PAGE	 256  /* items looked at in one submission */
#define TP_API_LIMIT_MAX 1000 /* of .limit */

/* HTTP's statuses, as far as they are used. */
enum {
	TP_API_OK = 200,
	TP_API_CREATED = 201,
	TP_API_NO_CONTENT = 204,
	TP_API_BAD_REQUEST = 400,
	TP_API_UNAUTHORIZED = 401,
	TP_API_NOT_FOUND = 404,
	TP_API_METHOD_NOT_ALLOWED = 405,
	TP_API_CONFLICT = 409,
	TP_API_INTERNAL = 500,
	TP_API_UNAVAILABLE = 503,
};

struct tp_api {
	struct tp_config *const *config; /* the one in force may be replaced by another */
	const struct tp_menus *menus;
	/* Puts CHANGE, which needs no restart, into force: whole, with tp_config_commit() and what
	 * it returns in *ITEM, or not at all, with tp_config_abort() and a negative errno. */
	int (*change)(void *user, struct tp_config_change *change,
		      const struct tp_config_item **item, struct tp_error *error);
	/* What CHANGE would come to, for a dry run: an object with "sessions-ended" and
	 * "sessions-changed". NULL: there are no dry runs. */
	json_t *(*preview)(void *user, const struct tp_config_change *change);
	void *user; /* of CHANGE, PREVIEW and of the menus' functions */
};

/* Carries out a REQUEST for a resource. True: it is answered; false: the answer will come later. */
bool tp_api_execute(const struct tp_api *api, struct tp_request *request);

/* /healthz: 200, or 503 with the NAME of what is ENDING. */
void tp_api_health(struct tp_request *request, const char *name, bool ending);

/* {"error":404,"message":"Not Found","detail":…}, as RouterOS has it. DETAIL may be NULL. NULL: no
 * memory. Any thread. */
json_t *tp_api_error_body(int status, const char *detail);

/* Answers as RouterOS does: {"error":404,"message":"Not Found","detail":…}. DETAIL may be NULL. */
void tp_api_error(struct tp_request *request, int status, const char *detail);

/* The same with an error's place and sentence, and the status that CODE, a negative errno, is. */
void tp_api_refuse(struct tp_request *request, int code, const struct tp_error *error);

/* Answers with STATUS and ANSWER (taken; NULL with 204; NULL otherwise: out of memory). */
void tp_api_answer(struct tp_request *request, int status, json_t *answer);

/* The answer is what can be read from FD, which is taken; of TYPE, a static string. */
void tp_api_answer_stream(struct tp_request *request, int fd, const char *type);

/* Reads what a command's BODY has to say of its one switch, NAME: true or false, or RouterOS's yes
 * or no. Nothing at all is no. False: it has anything else. Any thread. */
bool tp_api_read_switch(const json_t *body, const char *name, bool *on);

/* Where a list that has a REST goes on, as .after takes it. Any thread. */
#define TP_API_CURSOR_LEN 36
const char *tp_api_cursor(const struct tp_request *request, char text[TP_API_CURSOR_LEN]);

/* What a dry run answers: {"dry-run":true,"changes":CHANGES,"sessions-affected":n,
 * "sessions-ended":n,"sessions-changed":n}, of CHANGES (taken) as `preview` has them. A new
 * reference, or NULL. */
json_t *tp_api_preview_answer(json_t *changes);

struct tp_errors;
/* What /system/reload answers: {"changes":3,"warnings":["turnpike.yaml:12:7: …"],
 * "waits-for-restart":[…]}, the lists where there is something in them. A new reference, or NULL.
 * Any thread. */
json_t *tp_api_reload_answer(unsigned changes, const struct tp_errors *warnings,
			     const struct tp_errors *waits);
/* ERRORS as one text, "…; …", as far as there is room for it. */
void tp_api_errors_to_text(const struct tp_errors *errors, char *text, size_t size);
