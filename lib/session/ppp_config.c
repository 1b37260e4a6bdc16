/* SPDX-License-Identifier: BSD-3-Clause */
/* PPP configurations made out of servers. A link's configuration must not change under it, so a
 * changed server gets a new one, and the old one goes with the last session that has it. */
#include "base/least.h"
#include "session/engine.h"
#include "session/ppp_config.h"

/* What every host takes (RFC 791, section 3.1). One that asks for less would have each large packet
 * to it cut into a dozen: it is offered this, and its own wish in the end rejected. */
#define PEER_MRU_MIN 576

#define PPPOE_OVERHEAD 8 /* RFC 2516, section 7: header 6, PPP protocol 2 */

static enum tp_ppp_method method_of(enum tp_auth_method method)
{
	switch (method) {
	case TP_AUTH_MSCHAP2:
		return TP_PPP_MSCHAP2;
	case TP_AUTH_MSCHAP1:
		return TP_PPP_MSCHAP1;
	case TP_AUTH_CHAP:
		return TP_PPP_CHAP;
	case TP_AUTH_PAP:
		return TP_PPP_PAP;
	}
	return TP_PPP_NO_AUTH;
}

/* One for all ports: links of a bundle may come by several (RFC 1990, section 5.1.3). */
static const struct tp_mac *endpoint(const struct tp_ac *ac)
{
	const struct tp_ac_port *port = ac->ports;

	while (!port->set)
		port++;
	return &port->mac;
}

uint16_t tp_ac_largest_payload(const struct tp_ac *ac, const struct tp_ac_server *server)
{
	uint16_t port = ac->ports[server->port].mtu;
	uint16_t room = port > PPPOE_OVERHEAD ? port - PPPOE_OVERHEAD : 0;
	uint16_t want = server->max_mru > server->max_mtu ? server->max_mru : server->max_mtu;

	return want < room ? want : room;
}

struct tp_ac_ppp_config *
tp_ac_ppp_config_create(struct tp_ac *ac, const struct tp_ac_server *server, uint16_t max_payload)
{
	struct tp_ac_ppp_config *link = tp_ac_alloc(ac, sizeof(*link));

	if (link == NULL)
		return NULL;
	link->refs = 1;
	snprintf(link->name, sizeof(link->name), "%s", tp_config_identity(ac->config)->name);
	tp_ppp_config_init(&link->config, TP_PPP_SERVER);
	link->config.name = link->name;
	link->config.ipv6cp = true; /* but for those whose profile says no */
	link->config.mru = tp_least_u16(server->max_mru, max_payload);
	link->config.max_mtu = tp_least_u16(server->max_mtu, max_payload);
	link->config.peer_mru_max =
		max_payload > TP_PPPOE_MAX_PAYLOAD ? UINT16_MAX : TP_PPPOE_MAX_PAYLOAD;
	link->config.peer_mru_min = PEER_MRU_MIN;
	link->config.mrru = server->mrru;
	if (ac->max_mrru != 0)
		link->config.mrru = tp_least_u16(server->mrru, ac->max_mrru);
	memcpy(link->config.endpoint, endpoint(ac)->bytes, sizeof(link->config.endpoint));
	link->config.method_count = 0;
	for (unsigned i = 0; i < server->authentication.count; i++)
		link->config.methods[link->config.method_count++] =
			(uint8_t)method_of(server->authentication.method[i]);
	link->config.rechallenge_ms = server->chap_interval_s < UINT32_MAX / 1000
					      ? server->chap_interval_s * 1000
					      : UINT32_MAX;
	link->config.keepalive_ms = 0; /* the data plane's */
	return link;
}

void tp_ac_ppp_config_unref(struct tp_ac *ac, struct tp_ac_ppp_config *link)
{
	if (link != NULL && --link->refs == 0)
		tp_ac_free(ac, link, sizeof(*link));
}
