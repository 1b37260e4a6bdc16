/* SPDX-License-Identifier: BSD-3-Clause */
#include "ctl.h"

int ctl_open(struct ctl *ctl, const char *socket, FILE *out, FILE *err)
{
	json_t *schema = NULL;

	*ctl = (struct ctl){.out = out, .err = err, .menu = "/"};
	if (ctl_api_open(&ctl->api, socket) != 0) {
		ctl_fail(ctl, CTL_ERROR, 0, "memory is out");
		return -1;
	}
	if (ctl_api_call(&ctl->api, "GET", "/system/schema", NULL, NULL, NULL, &schema) != 0)
		ctl_fail(ctl, CTL_ERROR, 0, "%s", ctl->api.error);
	else if (ctl_tree_load(&ctl->tree, schema) != 0)
		ctl_fail(ctl, CTL_ERROR, 0, "%s: this is no turnpike that I know", socket);
	else
		return 0;
	ctl_close(ctl);
	return -1;
}

void ctl_close(struct ctl *ctl)
{
	ctl_tree_free(&ctl->tree);
	ctl_api_close(&ctl->api);
	json_decref(ctl->ids);
	ctl->ids = NULL;
}
