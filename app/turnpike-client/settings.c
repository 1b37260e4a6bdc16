/* SPDX-License-Identifier: BSD-3-Clause */
#include "settings.h"

#include <stdio.h>
#include <string.h>

void settings_init(struct settings *settings)
{
	/* No padding with chance in it: settings_equal() compares bytes. */
	memset(settings, 0, sizeof(*settings));
	strcpy(settings->name, "pppoe-out1");
	settings->allow[0] = TP_PPP_MSCHAP2;
	settings->allow[1] = TP_PPP_MSCHAP1;
	settings->allow[2] = TP_PPP_CHAP;
	settings->allow[3] = TP_PPP_PAP;
	settings->allow_count = TP_PPP_METHODS;
	settings->default_route_distance = 1;
	settings->max_mru = 1460;
	settings->max_mtu = 1460;
	settings->use_ipv6 = true;
	settings->keepalive_timeout_s = 60;
	settings->change_tcp_mss = true;
}

static void read_allow(struct settings *settings, const struct tp_auth_list *allow)
{
	static const uint8_t methods[] = {
		[TP_AUTH_MSCHAP2] = TP_PPP_MSCHAP2,
		[TP_AUTH_MSCHAP1] = TP_PPP_MSCHAP1,
		[TP_AUTH_CHAP] = TP_PPP_CHAP,
		[TP_AUTH_PAP] = TP_PPP_PAP,
	};

	memset(settings->allow, 0, sizeof(settings->allow));
	for (unsigned i = 0; i < allow->count; i++)
		settings->allow[i] = methods[allow->method[i]];
	settings->allow_count = allow->count;
}

/* What the profile does not set is the profile default's. */
static void read_profile(struct settings *settings, const struct tp_config *config,
			 const char *name)
{
	const struct tp_config_profile *own = tp_config_profile(config, name);
	const struct tp_config_profile *base = tp_config_profile(config, TP_PROFILE_DEFAULT);
	unsigned clamp =
		own->change_tcp_mss != TP_DEFAULT ? own->change_tcp_mss : base->change_tcp_mss;

	unsigned encryption = own->use_encryption != TP_ENCRYPTION_DEFAULT ? own->use_encryption
									   : base->use_encryption;
	unsigned stateful = own->stateful_encryption != TP_DEFAULT ? own->stateful_encryption
								   : base->stateful_encryption;

	settings->change_tcp_mss = clamp == TP_YES;
	settings->use_encryption =
		encryption == TP_ENCRYPTION_YES || encryption == TP_ENCRYPTION_REQUIRED;
	settings->require_encryption = encryption == TP_ENCRYPTION_REQUIRED;
	settings->stateful_encryption = stateful == TP_YES;
	settings->idle_timeout_s = tp_config_is_set(&own->head, TP_PROFILE_IDLE_TIMEOUT)
					   ? own->idle_timeout
					   : base->idle_timeout;
	settings->session_timeout_s = tp_config_is_set(&own->head, TP_PROFILE_SESSION_TIMEOUT)
					      ? own->session_timeout
					      : base->session_timeout;
}

void settings_read(struct settings *settings, const struct tp_config *config,
		   const struct tp_config_client *client)
{
	settings_init(settings);
	memset(settings->name, 0, sizeof(settings->name));
	snprintf(settings->name, sizeof(settings->name), "%s", client->name);
	for (unsigned i = 0; i < client->interface.count && i < LINKS_MAX; i++)
		snprintf(settings->interface[settings->interface_count++], IFNAMSIZ, "%s",
			 client->interface.name[i]);
	snprintf(settings->user, sizeof(settings->user), "%s", client->user);
	snprintf(settings->password, sizeof(settings->password), "%s", client->password);
	snprintf(settings->service_name, sizeof(settings->service_name), "%s",
		 client->service_name);
	snprintf(settings->ac_name, sizeof(settings->ac_name), "%s", client->ac_name);
	read_allow(settings, &client->allow);
	settings->add_default_route = client->add_default_route;
	settings->default_route_distance = client->default_route_distance;
	settings->use_peer_dns = client->use_peer_dns;
	settings->use_ipv6 = client->use_ipv6;
	settings->dial_on_demand = client->dial_on_demand;
	settings->max_mru = (uint16_t)client->max_mru;
	settings->max_mtu = (uint16_t)client->max_mtu;
	settings->mrru = (uint16_t)client->mrru;
	settings->keepalive_timeout_s = client->keepalive_timeout;
	read_profile(settings, config, client->profile);
}

void settings_read_dhcp6(struct dhcp6_settings *settings, const struct tp_config *config,
			 const char *name)
{
	const struct tp_config_dhcp6_client *item =
		(const void *)tp_config_by_key(config, TP_IPV6_DHCP_CLIENT, name);

	memset(settings, 0, sizeof(*settings));
	if (item == NULL || item->disabled)
		return;
	settings->enabled = true;
	settings->address = (item->request & TP_DHCP6_REQUEST_ADDRESS) != 0;
	settings->prefix = (item->request & TP_DHCP6_REQUEST_PREFIX) != 0;
	settings->rapid_commit = item->rapid_commit;
	settings->hint = item->prefix_hint;
	for (unsigned i = 0; i < item->lan_interface.count && i < LAN_MAX; i++)
		snprintf(settings->lan[settings->lan_count++], IFNAMSIZ, "%s",
			 item->lan_interface.name[i]);
}

bool settings_equal(const struct settings *a, const struct settings *b)
{
	return memcmp(a, b, sizeof(*a)) == 0;
}
