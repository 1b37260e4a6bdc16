/* SPDX-License-Identifier: BSD-3-Clause */
/* One emulated subscriber: a client (lib/client), and when it dials.
 *
 * It dials when told to, redials after a failure, hangs up when told to. Its frames go
 * through city_send(), and city_note() learns of each change. One thread. */
#pragma once

#include "base/timer.h"
#include "client/client.h"

struct city;

enum subscriber_state {
	SUBSCRIBER_IDLE,    /* has not dialled yet */
	SUBSCRIBER_DIALING, /* discovery, LCP, authentication or IPCP */
	SUBSCRIBER_UP,	    /* has an address */
	SUBSCRIBER_WAITING, /* an attempt failed, or the session ended: will redial */
	SUBSCRIBER_ENDING,  /* Terminate-Request sent */
	SUBSCRIBER_GONE,    /* hung up for good */
};

struct subscriber {
	struct tp_timer timer; /* the first member: a timer is a subscriber */
	struct city *city;
	struct tp_client client;
	struct tp_mac mac;
	struct tp_vlans vlans;
	uint32_t index;
	uint32_t address;      /* host order; 0: none */
	uint64_t dialed_us;    /* the first PADI of this attempt's series */
	uint64_t redial_at_ms; /* TP_NEVER unless waiting */
	uint8_t state;	       /* enum subscriber_state */
	bool redial;	       /* an ending subscriber comes back (churn) */
	bool ping_answered;
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
/* Gives back the IPv4 packet that was inside, or NULL: the engines took it, or refused it. */
const uint8_t *subscriber_session_input(struct subscriber *s, const struct tp_mac *src,
					const uint8_t *packet, uint16_t len, uint16_t *ip_len);

/* Room for an IPv4 packet of LEN bytes in this subscriber's session, or NULL. */
uint8_t *subscriber_ip_output(struct subscriber *s, uint16_t len);
