/* SPDX-License-Identifier: BSD-3-Clause */
/* A city of subscribers behind one port: who dials when, and what became of it. One thread. */
#pragma once

#include "base/random.h"
#include "base/timer.h"
#include "rig_port.h"
#include "subscriber.h"

#define CITY_MAX       (1u << 24) /* the index is three bytes of the MAC */
#define CITY_FAILURES  32	  /* different reasons that are told apart */
#define CITY_REASON    128	  /* bytes of one, with what the server says of it */
#define CITY_CURVE_US  100000	  /* one step of the curve of set-ups */
#define CITY_CURVE_MAX 4096	  /* steps; what comes later is in the last */

struct vlan_range {
	uint16_t first, last; /* 0: no tag */
};

struct city_config {
	uint32_t count;
	uint32_t rate;	      /* subscribers that dial a second; 0: all at once */
	const char *user;     /* "{}" becomes the subscriber's number, from 1 */
	const char *password; /* likewise */
	const char *service_name;
	const char *ac_name;
	struct vlan_range outer, inner;
	uint16_t mru;
	bool ipv4, ipv6; /* the families that are wished for */
	uint8_t methods[TP_PPP_METHODS];
	uint8_t method_count;
	/* The first so many insist on MPPE, the next so many do MP over their one link. */
	uint32_t mppe, mp;
	uint64_t seed; /* of magic numbers, jitter and who churns */
};

struct city_failure {
	char reason[CITY_REASON];
	uint64_t count; /* 0: none yet */
};

struct city {
	const struct city_config *config;
	struct tp_ppp_config ppp_config, mp_config, mppe_config;
	struct tp_ppp_ccp *ccps; /* of those with MPPE; NULL: nobody */
	struct rig_port *port;
	struct tp_timer_wheel wheel;
	struct tp_random random;
	struct subscriber *subscribers;
	struct tp_ipv6_host *hosts; /* of each subscriber; NULL: no IPv6 */
	struct tp_ipv6_hosts ipv6;  /* what they have in common */
	struct tp_ipv6_counters ipv6_counters;
	uint64_t now_us, now_ms;
	bool in_timer;

	uint32_t in_state[SUBSCRIBER_GONE + 1]; /* how many are in each state */
	uint32_t dialed;			/* have dialled at least once */
	uint32_t hung_up;			/* have hung up for good */
	uint64_t hung_up_us;			/* when the last of them did */
	uint32_t *latency_us;			/* PADI to address, of each set-up */
	uint32_t setups, setups_max;
	uint32_t curve[CITY_CURVE_MAX]; /* set-ups in each step after the first PADI */
	uint64_t first_dial_us, last_up_us;
	uint64_t retransmissions; /* frames sent because an answer was late */
	uint64_t stray_frames;	  /* of no session of ours, or of nobody of ours */
	struct city_failure failures[CITY_FAILURES];
	char said[CITY_REASON]; /* by the server, of the end that is about to be told */

	/* Takes the IP packets that come to S in place of the pings' own; NULL: nobody does. */
	void (*ip_input)(void *user, struct subscriber *s, const uint8_t *packet, uint16_t len);
	void *ip_input_user;

	uint16_t ping_id;
	uint32_t ping_target; /* host order */
	uint64_t pings_sent, pings_answered;
};

/* Builds the population; nobody dials yet. -ENOMEM. CONFIG and PORT must outlive it. */
int city_init(struct city *city, const struct city_config *config, struct rig_port *port);
void city_clear(struct city *city);

/* Tells the time, takes what came in, does what is due. Returns whether there was anything. */
bool city_work(struct city *city);

/* Dials those whose turn has come by the configured rate. */
void city_dial(struct city *city);

/* Everybody who is up pings TARGET once, unless he has got an answer. */
void city_ping(struct city *city, uint32_t target);

/* COUNT who are up, picked at random from those numbered FROM and above, hang up and redial. */
void city_churn(struct city *city, uint32_t from, uint32_t count);

/* The next COUNT hang up for good, fewer while too many wait for their answer; nobody does so
 * twice.
 */
void city_hang_up(struct city *city, uint32_t count);

/* Pairs of subscribers that hold the same address, or the same prefix. */
uint32_t city_duplicate_addresses(const struct city *city);

/* For struct subscriber. */
const struct tp_ppp_config *city_ppp_config_of(const struct city *city, uint32_t index);
struct tp_vlans city_vlans_of(const struct city_config *config, uint32_t index);
uint8_t *city_send_room(struct city *city, struct subscriber *s, const struct tp_mac *dst,
			uint16_t ethertype, uint16_t len);
void city_send(struct city *city, struct subscriber *s, const struct tp_mac *dst,
	       uint16_t ethertype, const uint8_t *payload, size_t len);
void city_note(struct city *city, struct subscriber *s, enum subscriber_state state);
/* SAID: the server's own words, or "". */
void city_note_failure(struct city *city, const char *reason, const char *said);
void city_schedule(struct city *city, struct subscriber *s);
uint32_t city_redial_delay_ms(struct city *city);
