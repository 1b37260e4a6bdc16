/* SPDX-License-Identifier: BSD-3-Clause */
/* The parts of RouterOS's commands, POST …/COMMAND; which there are says methods.h. LENGTH is that
 * of the path before the command. */
#pragma once

#include "api/api_private.h"
#include "api/methods.h"

/* print.c: the request's path is the list's. */
void tp_api_print(const struct tp_api *api, struct tp_request *request);

/* items.c */
/* Which items the body of a command names, as an array of keys; it is taken out of the body.
 * NULL: none. "*1,*2" names two, unless there is one whose name has a comma. */
json_t *tp_api_take_keys(json_t *body);
/* COMMAND for those that KEYS names; for what there is once. */
void tp_api_run_items(const struct tp_api *api, struct tp_request *request,
		      const struct tp_command *command, size_t length, json_t *keys);
void tp_api_run_single(const struct tp_api *api, struct tp_request *request,
		       const struct tp_command *command, size_t length);
