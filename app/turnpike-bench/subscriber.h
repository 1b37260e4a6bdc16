/* SPDX-License-Identifier: BSD-3-Clause */
/* One emulated subscriber: a client (lib/client), a host behind it for IPv6 (lib/ipv6), and when it
 * dials.
 *
 * It dials when told to, redials after a failure, hangs up when told to. Its frames go
 * through city_send(), and city_note() learns of each change. One thread. */
#pragma once

#include "base/timer.h"
#include "client/client.h"
#include "ipv6/host.h"

struct city;

enum subscriber_state {
	SUBSCRIBER_IDLE,    /* has not dialled yet */
	SUBSCRIBER_DIALING, /* discovery, LCP, authentication, or what its families need */
	SUBSCRIBER_UP,	    /* has all that it wishes for */
	SUBSCRIBER_WAITING, /* an attempt failed, or the session ended: will redial */
	SUBSCRIBER_ENDING,  /* Terminate-Request sent */
	SUBSCRIBER_GONE,    /* hung up for good */
};

struct subscriber {
	struct tp_timer timer; /* the first member: a timer is a subscriber */
	struct city *city;
	struct tp_client client;
	struct tp_ipv6_host *host; /* the city's; NULL: no IPv6 */
	struct tp_mac mac;
	struct tp_vlans vlans;
	uint32_t index;
	uint32_t address;      /* host order; 0: none */
	uint64_t dialed_us;    /* the first PADI of this attempt's series */
	uint64_t redial_at_ms; /* TP_NEVER unless waiting */
	uint8_t state;	       /* enum subscriber_state */
	bool redial;	       /* an ending subscriber comes back (churn) */
	bool ping_answered;
	bool is_doubtful;  /* the server may not know it any more: nothing is sent to it */
	bool is_encrypted; /* it insists on MPPE; only PPP's own packets are exchanged with it */
	uint32_t dials;	   /* that it has begun */
	uint32_t renewals; /* how often its IPv4 came up again within a session */
	uint64_t up_us;	   /* when it last came up */
	char *user, *password;
};

/* Makes the INDEX-th subscriber. -ENOMEM. The city's configuration says the rest. */
int subscriber_init(struct subscriber *s, struct city *city, uint32_t index);
void subscriber_clear(struct subscriber *s);

/* "user{}" and 17 become "user17": to be freed. NULL: no memory. */
char *subscriber_name(const char *pattern, uint32_t number);

void subscriber_dial(struct subscriber *s);

/* Ends the session, or the attempt; with REDIAL it comes back after the redial delay. */
void subscriber_hang_up(struct subscriber *s, bool redial);

/* Frames for this subscriber: what follows the Ethernet type. */
void subscriber_discovery_input(struct subscriber *s, const struct tp_mac *src,
				const uint8_t *packet, uint16_t len);
/* Gives back the IP packet that was inside, or NULL: the engines took it, or refused it. */
const uint8_t *subscriber_session_input(struct subscriber *s, const struct tp_mac *src,
					const uint8_t *packet, uint16_t len, uint16_t *ip_len);

/* What IPv6 means to subscribers: an address by SLAAC, and a delegated prefix. Up is who has both.
 */
extern const struct tp_ipv6_host_ops subscriber_ipv6_ops;
void subscriber_ipv6_up(struct subscriber *s, const struct tp_ppp_interface_ids *ids);
bool subscriber_ipv6_is_complete(const struct subscriber *s);
/* Is a packet the host's own business: Neighbour Discovery, DHCPv6, or none that can be read? */
bool subscriber_ipv6_is_for_host(const uint8_t *packet, size_t len);
/* The prefixes as numbers, to be compared: the link's and the delegated one, 64 bits each. */
void subscriber_ipv6_prefixes(const struct subscriber *s, uint64_t prefixes[2]);

/* It is up, if all that it wishes for is there. */
void subscriber_look(struct subscriber *s);

/* Room for an IP packet of LEN bytes, of PROTOCOL (PPP's), in this subscriber's session, or NULL.
 */
uint8_t *subscriber_output(struct subscriber *s, uint16_t protocol, uint16_t len);
/* Room for an IPv4 packet of LEN bytes in this subscriber's session, or NULL. */
uint8_t *subscriber_ip_output(struct subscriber *s, uint16_t len);
