/* SPDX-License-Identifier: BSD-3-Clause */
/* The keys of those resources whose items are not told apart by a name. */
#include <stdio.h>
#include <string.h>

#include "base/ipv6_text.h"
#include "config/schema/tables.h"

char *tp_key_of_server(const struct tp_config_item *item)
{
	const struct tp_config_server *server = (const void *)item;
	char *key;

	return asprintf(&key, "%s@%s", server->service_name, server->interface) < 0 ? NULL : key;
}

char *tp_key_of_mac_filter(const struct tp_config_item *item)
{
	const struct tp_config_mac_filter *filter = (const void *)item;
	char mac[TP_MAC_PREFIX_TEXT_LEN], *key;

	return asprintf(&key, "%s%s%s", tp_mac_prefix_format(&filter->mac_address, mac),
			filter->interface[0] != '\0' ? "@" : "", filter->interface) < 0
		       ? NULL
		       : key;
}

char *tp_key_of_route(const struct tp_config_item *item)
{
	const struct tp_config_route *route = (const void *)item;
	char dst[TP_PREFIX_TEXT_LEN], gateway[TP_IPV4_TEXT_LEN], *key;

	return asprintf(&key, "%s %s", tp_prefix_format(&route->dst_address, dst),
			tp_ipv4_format(route->gateway, gateway)) < 0
		       ? NULL
		       : key;
}

char *tp_key_of_address6(const struct tp_config_item *item)
{
	const struct tp_config_address6 *address = (const void *)item;
	char text[TP_PREFIX6_TEXT_LEN], *key;

	return asprintf(&key, "%s@%s", tp_prefix6_format(&address->address, text),
			address->interface) < 0
		       ? NULL
		       : key;
}

char *tp_key_of_route6(const struct tp_config_item *item)
{
	const struct tp_config_route6 *route = (const void *)item;
	const char *interface = route->gateway.interface;
	char dst[TP_PREFIX6_TEXT_LEN], gateway[TP_IPV6_TEXT_LEN], *key;

	return asprintf(&key, "%s %s%s%s", tp_prefix6_format(&route->dst_address, dst),
			tp_ipv6_format(route->gateway.address, gateway),
			interface[0] != '\0' ? "%" : "", interface) < 0
		       ? NULL
		       : key;
}

/* Two servers may be one, for other users: its domain and called-id tell them apart. */
char *tp_key_of_radius(const struct tp_config_item *item)
{
	const struct tp_config_radius *radius = (const void *)item;
	char address[TP_IP_TEXT_LEN], *key;

	return asprintf(&key, "%s %u%s%s%s%s", tp_ip_format(&radius->address, address),
			radius->authentication_port, radius->domain[0] != '\0' ? " @" : "",
			radius->domain, radius->called_id[0] != '\0' ? " " : "",
			radius->called_id) < 0
		       ? NULL
		       : key;
}

/* RouterOS's profile `default` has change-tcp-mss=yes of its own. */
const struct tp_key_default tp_profile_defaults[] = {
	{TP_PROFILE_DEFAULT, TP_PROFILE_CHANGE_TCP_MSS, "yes"}, {NULL, 0, NULL}};

const struct tp_key_default tp_service_defaults[] = {{"www-ssl", TP_IP_SERVICE_PORT, "443"},
						     {"api", TP_IP_SERVICE_PORT, "8728"},
						     {"api-ssl", TP_IP_SERVICE_PORT, "8729"},
						     {NULL, 0, NULL}};
