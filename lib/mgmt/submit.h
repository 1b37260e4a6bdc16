/* SPDX-License-Identifier: BSD-3-Clause */
/* Requests on their way to control. Management thread. */
#pragma once

#include "api/request.h"

struct tp_mgmt;

/* Who put a request to control: what its `user` begins with. */
struct mgmt_asker {
	void (*answered)(struct tp_request *request);
};

/* Hands REQUEST to control, whose user is told when it comes back. False: control is busy, or
 * management ends. */
bool mgmt_submit(struct tp_mgmt *mgmt, struct tp_request *request);

/* One that control does not have; NULL is fine. */
void mgmt_request_free(struct tp_request *request);
