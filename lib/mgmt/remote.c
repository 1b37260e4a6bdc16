/* SPDX-License-Identifier: BSD-3-Clause */
#include "mgmt/remote.h"

#include "mgmt/server.h"

/* The first failure is told; what else can be done is done. */
int mgmt_remote_set(struct tp_mgmt *mgmt, struct tp_remote *remote, struct tp_error *error)
{
	struct tp_error another = {0};
	int code = mgmt_service_set(mgmt, &remote->service[TP_SERVICE_WWW_SSL], error);

	for (enum tp_service_name name = TP_SERVICE_API; name < TP_SERVICES; name++) {
		int failed = mgmt_binary_set(mgmt, name, &remote->service[name],
					     code == 0 ? error : &another);
		if (code == 0)
			code = failed;
	}
	/* Who may log in, and from where, holds in any case. */
	mgmt_service_let_in(mgmt, &remote->service[TP_SERVICE_WWW_SSL].address);
	for (enum tp_service_name name = TP_SERVICE_API; name < TP_SERVICES; name++)
		mgmt_binary_let_in(mgmt, name, &remote->service[name].address);
	mgmt_logins_set(mgmt->logins, remote);
	mgmt_binaries_review(mgmt, remote);
	tp_remote_destroy(mgmt->remote);
	mgmt->remote = remote;
	return code;
}
