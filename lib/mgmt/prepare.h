/* SPDX-License-Identifier: BSD-3-Clause */
/* What is done with a request before control has it. Management thread. */
#pragma once

#include "api/request.h"
#include "base/error.h"
#include "mgmt/route.h"

struct tp_mgmt;

/* What stands in a body for /user and /ip/service: passwords become hashes, which takes tens of
 * milliseconds that control does not have, and settings that would not do are refused. 0, or
 * -EINVAL and ERROR. */
int mgmt_prepare(const struct tp_mgmt *mgmt, const struct mgmt_route *route,
		 const struct tp_request *request, struct tp_error *error);
