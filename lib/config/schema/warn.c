/* SPDX-License-Identifier: BSD-3-Clause */
/* What is legal, and hardly meant: nobody can dial in, nobody can log in, what is told to
 * subscribers makes no sense. Of pools: warn_pool.c. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "config/schema/tables.h"

void tp_warn(struct tp_report *report, const struct tp_config_item *item, int property,
	     const char *format, ...)
{
	char message[256];
	va_list args;

	va_start(args, format);
	vsnprintf(message, sizeof(message), format, args);
	va_end(args);
	report->count++;
	report->tell(report, item, property, 0, message);
}

/* ---- ports ----------------------------------------------------------------------------------- */

/* The host's interface that a virtual device stands on; its length in *LEN. NULL: none is named. */
static const char *host_interface(const char *device, size_t *len)
{
	static const char argument[] = ",iface=";
	const char *at = strstr(device, argument);

	if (at == NULL)
		return NULL;
	at += strlen(argument);
	*len = strcspn(at, ",");
	return at;
}

static void warn_shared(const struct tp_config *config, const struct tp_config_port *port,
			struct tp_report *report)
{
	const struct tp_config_item *item = tp_config_first(config, TP_DATAPLANE_PORT);
	size_t len, other_len;
	const char *interface = host_interface(port->device, &len);

	for (; interface != NULL && item != &port->head; item = tp_config_next(item)) {
		const char *other =
			host_interface(((const struct tp_config_port *)item)->device, &other_len);

		if (other != NULL && len == other_len && strncmp(interface, other, len) == 0)
			tp_warn(report, &port->head, TP_PORT_DEVICE,
				"port '%s' stands on %.*s too: each gets what is for the other",
				item->key, (int)len, interface);
	}
}

static bool has_server(const struct tp_config *config, const struct tp_config_port *port)
{
	const struct tp_config_item *item = tp_config_first(config, TP_PPPOE_SERVER);
	struct tp_config_place place;

	for (; item != NULL; item = tp_config_next(item)) {
		const struct tp_config_server *server = (const void *)item;

		if (!server->disabled && tp_config_interface(config, server->interface, &place) &&
		    place.port == port)
			return true;
	}
	return false;
}

static void of_port(const struct tp_config *config, const struct tp_config_item *item,
		    struct tp_report *report)
{
	const struct tp_config_port *port = (const void *)item;

	warn_shared(config, port, report);
	if (!tp_config_is_core(config, port) && !has_server(config, port))
		tp_warn(report, item, -1,
			"is an access port (it has no address), and no PPPoE server is on it or "
			"its VLANs: nobody can dial in by it");
}

static void of_ports(const struct tp_config *config, struct tp_report *report)
{
	const struct tp_config_item *item = tp_config_first(config, TP_DATAPLANE_PORT);

	for (; item != NULL; item = tp_config_next(item))
		if (tp_config_is_core(config, (const void *)item))
			return;
	item = tp_config_first(config, TP_DATAPLANE_PORT);
	if (item != NULL)
		tp_warn(report, item, -1,
			"no port has an address, so there is no core port: subscribers reach "
			"nobody but each other");
}

/* ---- the router's address on the link -------------------------------------------------------- */

static bool gives_local(const struct tp_config_profile *profile)
{
	return profile != NULL && profile->local_address.kind != TP_ENDPOINT_NONE;
}

/* Have all who dial in one by their server's profile, or the one that all inherit from? */
static bool all_inherit_local(const struct tp_config *config)
{
	const struct tp_config_item *item = tp_config_first(config, TP_PPPOE_SERVER);
	bool any = false;

	if (gives_local(tp_config_profile(config, TP_PROFILE_DEFAULT)))
		return true;
	for (; item != NULL; item = tp_config_next(item)) {
		const struct tp_config_server *server = (const void *)item;

		if (server->disabled)
			continue;
		if (!gives_local(tp_config_profile(config, server->default_profile)))
			return false;
		any = true;
	}
	return any;
}

#define NO_LOCAL                                                                                   \
	"there is no local-address here, nor in what is inherited: we are 0.0.0.0 to "             \
	"subscribers, "                                                                            \
	"their gateway"

static void of_profile(const struct tp_config *config, const struct tp_config_item *item,
		       struct tp_report *report)
{
	const struct tp_config_profile *profile = (const void *)item;

	if (profile->remote_address.kind != TP_ENDPOINT_NONE && !gives_local(profile) &&
	    !all_inherit_local(config))
		tp_warn(report, item, TP_PROFILE_REMOTE_ADDRESS, NO_LOCAL);
}

static void of_secret(const struct tp_config *config, const struct tp_config_item *item,
		      struct tp_report *report)
{
	const struct tp_config_secret *secret = (const void *)item;

	if (secret->remote_address.kind != TP_ENDPOINT_NONE &&
	    secret->local_address.kind == TP_ENDPOINT_NONE &&
	    !gives_local(tp_config_profile(config, secret->profile)) && !all_inherit_local(config))
		tp_warn(report, item, TP_SECRET_REMOTE_ADDRESS, NO_LOCAL);
	tp_warn_of_secret6(config, item, report);
}

/* ---- servers --------------------------------------------------------------------------------- */

static unsigned encryption_of(const struct tp_config *config, const char *name)
{
	const struct tp_config_profile *profile = tp_config_profile(config, name);

	if (profile == NULL || profile->use_encryption == TP_ENCRYPTION_DEFAULT)
		profile = tp_config_profile(config, TP_PROFILE_DEFAULT);
	return profile != NULL ? profile->use_encryption : TP_ENCRYPTION_DEFAULT;
}

static bool has_keys(const struct tp_config_server *server)
{
	for (unsigned i = 0; i < server->authentication.count; i++)
		if (server->authentication.method[i] == TP_AUTH_MSCHAP2 ||
		    server->authentication.method[i] == TP_AUTH_MSCHAP1)
			return true;
	return false;
}

static void of_server(const struct tp_config *config, const struct tp_config_item *item,
		      struct tp_report *report)
{
	const struct tp_config_server *server = (const void *)item;
	struct tp_config_place place;

	if (server->disabled)
		return;
	if (!tp_config_interface(config, server->interface, &place))
		tp_warn(report, item, TP_SERVER_INTERFACE,
			"'%s', or the VLAN that it is on, is disabled: nobody can dial in",
			server->interface);
	if (encryption_of(config, server->default_profile) == TP_ENCRYPTION_REQUIRED &&
	    !has_keys(server))
		tp_warn(report, item, TP_SERVER_AUTHENTICATION,
			"encryption is required, and there are keys for it only after mschap1 or "
			"mschap2: nobody can come up");
}

/* ---- who can log in -------------------------------------------------------------------------- */

static bool is_asked_for(const struct tp_config *config, uint32_t service)
{
	const struct tp_config_item *item = tp_config_first(config, TP_RADIUS);

	for (; item != NULL; item = tp_config_next(item)) {
		const struct tp_config_radius *radius = (const void *)item;

		if (!radius->disabled && (radius->service & service) != 0)
			return true;
	}
	return false;
}

static void of_servers(const struct tp_config *config, struct tp_report *report)
{
	const struct tp_config_ppp_aaa *aaa = (const void *)tp_config_first(config, TP_PPP_AAA);
	const struct tp_config_item *server = tp_config_first(config, TP_PPPOE_SERVER);

	if (server != NULL && !aaa->use_radius && tp_config_count(config, TP_PPP_SECRET) == 0)
		tp_warn(report, server, -1,
			"there is no secret, and ppp.aaa.use-radius is no: nobody can log in");
}

static void of_ppp_aaa(const struct tp_config *config, const struct tp_config_item *item,
		       struct tp_report *report)
{
	const struct tp_config_ppp_aaa *aaa = (const void *)item;

	if (aaa->use_radius && !is_asked_for(config, TP_RADIUS_FOR_PPP))
		tp_warn(report, item, TP_PPP_AAA_USE_RADIUS,
			"no RADIUS server in use has `service: ppp`: there is nobody to ask");
}

static void of_user_aaa(const struct tp_config *config, const struct tp_config_item *item,
			struct tp_report *report)
{
	const struct tp_config_user_aaa *aaa = (const void *)item;

	if (aaa->use_radius && !is_asked_for(config, TP_RADIUS_FOR_LOGIN))
		tp_warn(report, item, TP_USER_AAA_USE_RADIUS,
			"no RADIUS server in use has `service: login`: there is nobody to ask");
}

static void of_radius(const struct tp_config *config, const struct tp_config_item *item,
		      struct tp_report *report)
{
	const struct tp_config_radius *radius = (const void *)item;
	const struct tp_config_ppp_aaa *ppp = (const void *)tp_config_first(config, TP_PPP_AAA);
	const struct tp_config_user_aaa *user = (const void *)tp_config_first(config, TP_USER_AAA);

	if (radius->disabled)
		return;
	if ((radius->service & TP_RADIUS_FOR_PPP) != 0 && !ppp->use_radius)
		tp_warn(report, item, TP_RADIUS_SERVER_SERVICE,
			"ppp.aaa.use-radius is no: it is not asked for subscribers");
	if ((radius->service & TP_RADIUS_FOR_LOGIN) != 0 && !user->use_radius)
		tp_warn(report, item, TP_RADIUS_SERVER_SERVICE,
			"user-aaa.use-radius is no: it is not asked for operators");
}

/* ---- all of it ------------------------------------------------------------------------------- */

static const struct {
	void (*each)(const struct tp_config *config, const struct tp_config_item *item,
		     struct tp_report *report);
	void (*together)(const struct tp_config *config, struct tp_report *report);
} warners[TP_RESOURCES] = {
	[TP_DATAPLANE_PORT] = {of_port, of_ports},
	[TP_IP_POOL] = {tp_warn_of_pool, tp_warn_of_pools},
	[TP_IPV6_POOL] = {NULL, tp_warn_of_pools6},
	[TP_PPP_PROFILE] = {of_profile, NULL},
	[TP_PPP_SECRET] = {of_secret, NULL},
	[TP_RADIUS] = {of_radius, NULL},
	[TP_PPP_AAA] = {of_ppp_aaa, NULL},
	[TP_PPPOE_SERVER] = {of_server, of_servers},
	[TP_USER_AAA] = {of_user_aaa, NULL},
};

void tp_warn_all(const struct tp_config *config, struct tp_report *report)
{
	for (unsigned i = 0; i < TP_RESOURCES; i++) {
		const struct tp_config_item *item = NULL;

		if (!tp_program_has(tp_config_program(config), i))
			continue;
		if (warners[i].each != NULL)
			item = tp_config_first(config, i);
		for (; item != NULL; item = tp_config_next(item))
			warners[i].each(config, item, report);
		if (warners[i].together != NULL)
			warners[i].together(config, report);
	}
}
