/* SPDX-License-Identifier: BSD-3-Clause */
#include "attach.h"

#include <errno.h>
#include <net/if.h>
#include <string.h>

#define PADI_TRIES 4 /* 15 s, before it is told that nobody answers */
#define OVERHEAD   8 /* 6 of PPPoE, 2 of PPP */

/* No more than a frame of ours holds: what is claimed must be taken. */
uint16_t attach_wanted(const struct link *link, uint16_t setting)
{
	const uint16_t mtu = link->session.mtu;
	uint16_t carried = mtu > OVERHEAD ? (uint16_t)(mtu - OVERHEAD) : 0;

	if (setting == 0)
		setting = TP_PPPOE_MAX_PAYLOAD;
	if (setting > FORWARD_PACKET_MAX)
		setting = FORWARD_PACKET_MAX;
	return setting < carried ? setting : carried;
}

static int set_discovery(struct link *link, struct tp_error *error)
{
	const uint16_t mru = attach_wanted(link, link->settings->max_mru);
	const uint16_t mtu = attach_wanted(link, link->settings->max_mtu);
	const struct tp_pppoe_client_config config = {
		.mac = link->discovery.mac,
		.service_name = link->settings->service_name,
		.ac_name = link->settings->ac_name,
		.max_payload = mru > mtu ? mru : mtu,
		.padi_tries = PADI_TRIES,
		.offers = &link->offers,
	};

	if (tp_client_set_discovery(&link->client, &config, link->common->random) != 0)
		return tp_error_set(error, -ENOMEM, NULL, "out of memory");
	return 0;
}

static void set_ppp(struct link *link)
{
	const struct settings *settings = link->settings;
	struct tp_ppp_config *config = &link->ppp_config;
	const struct tp_ppp_encryption_wish wish = {
		.use = settings->require_encryption ? TP_PPP_ENCRYPT_REQUIRED : TP_PPP_ENCRYPT_YES,
		.stateful = settings->stateful_encryption,
	};
	struct tp_ppp_interface_ids ids = {0};
	const struct tp_client_ppp ppp = {
		.config = config,
		.user = settings->user,
		.password = settings->password,
		.ccp = settings->use_encryption ? &link->ccp : NULL,
		.wish = &wish,
	};

	tp_ppp_config_init(config, TP_PPP_CLIENT);
	config->ipv6cp = link->common->ipv6;
	config->mru = attach_wanted(link, settings->max_mru);
	config->max_mtu = attach_wanted(link, settings->max_mtu);
	config->mrru = settings->mrru;
	memcpy(config->endpoint, link->common->endpoint, sizeof(config->endpoint));
	memcpy(config->methods, settings->allow, sizeof(config->methods));
	config->method_count = settings->allow_count;
	config->keepalive_ms = settings->keepalive_timeout_s * 1000;
	config->want_dns = settings->use_peer_dns;
	tp_client_set_ppp(&link->client, &ppp, link->common->random);
	memcpy(ids.local, link->common->interface_id, sizeof(ids.local));
	tp_ppp_set_interface_ids(&link->client.ppp, &ids);
}

int attach_nothing(struct link *link, struct tp_error *error)
{
	int err;

	link->discovery.fd = link->session.fd = -1;
	tp_client_init(&link->client, &link_client_ops, link);
	err = set_discovery(link, error);
	if (err == 0)
		set_ppp(link);
	return err;
}

void detach(struct link *link)
{
	packet_close(&link->session);
	packet_close(&link->discovery);
}

static int open_sockets(struct link *link, struct tp_error *error)
{
	int err = packet_open(&link->discovery, link->interface, TP_ETHERTYPE_DISCOVERY, error);

	if (err == 0)
		err = packet_open(&link->session, link->interface, TP_ETHERTYPE_SESSION, error);
	return err;
}

static int check_state(const char *name, struct tp_error *error)
{
	struct packet_interface now;
	int err = packet_look(name, &now, error);

	if (err != 0)
		return err;
	if (!now.up)
		return tp_error_set(error, -ENETDOWN, name, "the interface is down");
	if (!now.running)
		return tp_error_set(error, -ENETDOWN, name, "the interface has no carrier");
	return 0;
}

int attach(struct link *link, struct tp_error *error)
{
	int err;

	detach(link);
	err = check_state(link->interface, error);
	if (err == 0)
		err = open_sockets(link, error);
	if (err == 0)
		err = set_discovery(link, error);
	if (err != 0) {
		detach(link);
		return err;
	}
	set_ppp(link);
	loop_add(link->common->loop, link->discovery.fd, &link->discovery_watch);
	loop_add(link->common->loop, link->session.fd, &link->session_watch);
	return 0;
}

const char *attach_trouble(const struct link *link)
{
	const bool has_session = tp_ppp_phase(&link->client.ppp) != TP_PPP_DEAD;
	struct packet_interface now;
	char name[IFNAMSIZ];

	/* By its number: a new name changes nothing for a session. */
	if (if_indextoname((unsigned)link->session.ifindex, name) == NULL ||
	    packet_look(name, &now, NULL) != 0)
		return "its interface has gone";
	if (!tp_mac_equal(&now.mac, &link->session.mac))
		return "its interface has another MAC address";
	/* A session may outlast a short loss of the line: the keepalive tells. */
	if (!has_session && !now.up)
		return "its interface is down";
	if (!has_session && !now.running)
		return "its interface has no carrier";
	if (has_session && link->mtu != 0 && now.mtu < link->session.mtu &&
	    now.mtu < link->mtu + OVERHEAD)
		return "the MTU of its interface is less than what was agreed on";
	return NULL;
}
