/* SPDX-License-Identifier: BSD-3-Clause */
/* What turnpike-client's items must be. */
#include "config/schema/tables.h"

#include <errno.h>
#include <string.h>

#define CLIENT_LINKS_MAX 8u  /* the client's LINKS_MAX */
#define CLIENT_LAN_MAX	 16u /* its LAN_MAX */

void tp_check_of_client(const struct tp_config *config, const struct tp_config_item *item,
			struct tp_report *report)
{
	const struct tp_config_client *client = (const void *)item;
	/* Linux's dev_valid_name(); and a '%' would be a pattern. */
	if (strpbrk(client->name, "/ \t:%") != NULL || strcmp(client->name, ".") == 0 ||
	    strcmp(client->name, "..") == 0)
		tp_report(report, &client->head, TP_CLIENT_NAME, -EINVAL,
			  "the name of an interface has no blank, '/', ':' or '%%'");
	if (client->interface.count > CLIENT_LINKS_MAX)
		tp_report(report, &client->head, TP_CLIENT_INTERFACE, -EINVAL,
			  "at most %u interfaces of one client", CLIENT_LINKS_MAX);
	for (unsigned i = 0; i < client->interface.count; i++)
		if (strcmp(client->interface.name[i], client->name) == 0)
			tp_report(report, &client->head, TP_CLIENT_INTERFACE, -EINVAL,
				  "a client can't dial over its own interface");
}

void tp_check_of_dhcp6_client(const struct tp_config *config, const struct tp_config_item *item,
			      struct tp_report *report)
{
	const struct tp_config_dhcp6_client *client = (const void *)item;
	const struct tp_name_list *lan = &client->lan_interface;
	if (lan->count > CLIENT_LAN_MAX)
		tp_report(report, item, TP_DHCP6_CLIENT_LAN_INTERFACE, -EINVAL,
			  "at most %u interfaces", CLIENT_LAN_MAX);
	for (unsigned i = 0; i < lan->count; i++)
		if (strcmp(lan->name[i], client->interface) == 0)
			tp_report(report, item, TP_DHCP6_CLIENT_LAN_INTERFACE, -EINVAL,
				  "the connection itself gets none of its prefix");
	if (lan->count > 0 && (client->request & TP_DHCP6_REQUEST_PREFIX) == 0)
		tp_report(report, item, TP_DHCP6_CLIENT_LAN_INTERFACE, -EINVAL,
			  "without a prefix that is asked for there is nothing to give them");
	if (client->prefix_hint.length > 64)
		tp_report(report, item, TP_DHCP6_CLIENT_PREFIX_HINT, -EINVAL,
			  "expected a prefix of 64 bits or less");
}
