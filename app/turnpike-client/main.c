/* SPDX-License-Identifier: BSD-3-Clause */
/* turnpike-client: a PPPoE client and scanner for Linux hosts, on the same engines as the access
 * concentrator. It needs no PPP in the kernel: Ethernet by packet sockets, IP by TUN interfaces. */
#include <stdio.h>

#include "base/log.h"
#include "dial.h"
#include "options.h"
#include "privileges.h"
#include "scan.h"
#include "service.h"

int main(int argc, char **argv)
{
	struct options options;
	int status = options_parse(&options, argc, argv);

	if (status >= 0)
		return status;
	if (options.action != OPTIONS_CHECK &&
	    !privileges_suffice(options.action != OPTIONS_SCAN)) {
		fputs("turnpike-client: this needs root's rights over networks (CAP_NET_ADMIN, "
		      "CAP_NET_RAW): run it as root, or by sudo\n",
		      stderr);
		return 1;
	}
	if (options.verbose)
		tp_log_set_level(TP_LOG_DEBUG);
	switch (options.action) {
	case OPTIONS_SCAN:
		return scan_run(&options);
	case OPTIONS_SERVE:
		return service_run(&options);
	case OPTIONS_CHECK:
		return service_check(options.config);
	default:
		return dial_run(&options.client);
	}
}
