/* SPDX-License-Identifier: BSD-3-Clause */
/* What the files of lib/api share. */
#pragma once

#include "api/api.h"

/* GET, PUT, PATCH or DELETE of what the request's path names. */
void tp_api_target(const struct tp_api *api, struct tp_request *request);

/* Is what PATH's first LENGTH bytes name no list, but one item that is always there? */
bool tp_api_is_single(const struct tp_api *api, const char *path, size_t length);

/* Does PATH name a menu, rather than an item in one, or nothing? */
bool tp_api_is_menu(const struct tp_api *api, const char *path);

/* POST: the last word of the path is the command. False: the answer will come later. */
bool tp_api_command(const struct tp_api *api, struct tp_request *request);

/* KEY: what follows the resource's path, "" for the resource itself. */
void tp_api_configured(const struct tp_api *api, struct tp_request *request,
		       const struct tp_resource *resource, const char *key);
/* Refuses a change of an item of RESOURCE, or a question about its items, as the client expects. */
void tp_api_refuse_item(struct tp_request *request, const struct tp_resource *resource, int code,
			const struct tp_error *e);
/* May items of RESOURCE have a property of this NAME, configured or told only? */
bool tp_api_has_property(const struct tp_api *api, const struct tp_resource *resource,
			 const char *name);
void tp_api_live(const struct tp_api *api, struct tp_request *request, const struct tp_live *live,
		 const char *key);

/* What part of a list is wanted: part.c. */
#define TP_API_SEARCH ".search" /* a text that one of an item's values must hold */

/* Takes .limit and .after out of the query. -EINVAL and E: they make no sense. */
int tp_api_part_read(struct tp_request *request, struct tp_error *e);
/* PAGE and what came before have as many items as are wanted. */
bool tp_api_part_is_whole(const struct tp_request *request, const json_t *page);
/* There is an item behind PAGE, or there may be: is another page to follow, or is this the REST? */
void tp_api_part_end(struct tp_request *request, const json_t *page, bool behind);
/* Is NAME, in a query, a word about the list, not a property? */
bool tp_api_is_word(const char *name);
/* Does a value of OBJECT hold TEXT, whatever its case? TEXT may be NULL. */
bool tp_api_holds(const json_t *object, const char *text);

/* Answers with a PAGE of a list (taken), or counts what is in it, if that is what is asked. */
void tp_api_answer_page(struct tp_request *request, json_t *page);

/* Makes of "!comment" in the body, RouterOS's way to unset, what null is. False: refused. */
bool tp_api_read_marks(struct tp_request *request);

/* What BODY does not say is as the item of RESOURCE has it that `copy-from` names there, its
 * password as well. -ENOENT and E: there is no such item. */
int tp_api_copy_from(const struct tp_config *config, const struct tp_resource *resource,
		     json_t *body, struct tp_error *e);

/* "no such command or directory (x)": X is the first word of PATH that leads nowhere. */
void tp_api_no_directory(const struct tp_api *api, struct tp_request *request, const char *path);

/* Does HAVE, an item's value or NULL, say what WANTED does? live.c */
bool tp_api_same_text(const json_t *have, const char *wanted);

/* ---- errors as RouterOS's: routeros.c ---------------------------------------------------------
 */

/* The first property of the body that RESOURCE has not is refused in RouterOS's words, if the
 * client knows RouterOS. True: it has been. */
bool tp_api_routeros_unknown(struct tp_request *request, const struct tp_resource *resource);

/* Refuses as RouterOS would; false: it has nothing of its own to say, or the client does not know
 * it. */
bool tp_api_routeros_refuse(struct tp_request *request, const struct tp_resource *resource,
			    int code, const struct tp_error *e);
