/* SPDX-License-Identifier: BSD-3-Clause */
/* What the files of lib/api share. */
#pragma once

#include "api/api.h"

/* GET, PUT, PATCH or DELETE of what the request's path names. */
void tp_api_target(const struct tp_api *api, struct tp_request *request);

/* POST: the last word of the path is the command. False: the answer will come later. */
bool tp_api_command(const struct tp_api *api, struct tp_request *request);

/* KEY: what follows the resource's path, "" for the resource itself. */
void tp_api_configured(const struct tp_api *api, struct tp_request *request,
		       const struct tp_resource *resource, const char *key);
void tp_api_live(const struct tp_api *api, struct tp_request *request, const struct tp_live *live,
		 const char *key);
