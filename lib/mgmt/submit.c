/* SPDX-License-Identifier: BSD-3-Clause */
#include "mgmt/submit.h"

#include <stdlib.h>
#include <unistd.h>

#include "mgmt/server.h"

void mgmt_request_free(struct tp_request *request)
{
	if (request == NULL)
		return;
	free(request->path);
	json_decref(request->query);
	json_decref(request->body);
	json_decref(request->answer);
	json_decref(request->users);
	if (request->stream != 0)
		close(request->stream);
	free(request);
}

bool mgmt_submit(struct tp_mgmt *mgmt, struct tp_request *request)
{
	if (mgmt_route_leads("/user/active", request->path) && request->users == NULL)
		request->users = mgmt_users(mgmt);
	if (mgmt->stopping || !tp_mailbox_submit(mgmt->setup.mailbox, request))
		return false;
	mgmt->under_way++;
	return true;
}
