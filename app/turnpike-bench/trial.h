/* SPDX-License-Identifier: BSD-3-Clause */
/* One trial: traffic of a given rate and size over all subscribers who are up, for some
 * seconds, and what became of it. One thread. */
#pragma once

#include "city.h"
#include "core_side.h"
#include "stream.h"

enum trial_direction { TRIAL_UP, TRIAL_DOWN, TRIAL_DIRECTIONS };

#define TRIAL_SIZE_IMIX 0 /* IP packets of 52, 576 and 1,480 bytes, 7 to 4 to 1 */
#define TRIAL_SIZE_MIN	(20 + 8 + STREAM_STAMP_LEN) /* of IPv4; none of IPv6 is so small */

struct trial {
	bool directions[TRIAL_DIRECTIONS];
	bool families[PACKET_FAMILIES]; /* with both, every other packet is of IPv6 */
	uint32_t rate; /* packets a second in each direction; 0: as many as can be sent */
	uint16_t size; /* of the IP packet, or TRIAL_SIZE_IMIX; smaller than can be: the least */
	double seconds;
	uint32_t churn_rate; /* sessions other than those measured that hang up a second */
};

struct trial_result {
	double seconds; /* that it took to send */
	uint64_t churned;
	uint32_t fallen; /* measured sessions that are no longer up */
	struct trial_count {
		uint64_t sent; /* those that left the rig */
		uint64_t lost;
		struct stream stream;
	} count[TRIAL_DIRECTIONS][PACKET_FAMILIES];
};

/* Of both families. */
uint64_t trial_sent(const struct trial_result *result, enum trial_direction direction);
uint64_t trial_lost(const struct trial_result *result, enum trial_direction direction);

struct trial_rig {
	struct city *city;
	struct core_side *core;
	uint32_t measured; /* the first so many subscribers; the others come and go */
	uint32_t run;
	/* Of each flow the next to be sent, and what has come. */
	uint32_t *sequence[TRIAL_DIRECTIONS][PACKET_FAMILIES];
	struct stream_flow *flows[TRIAL_DIRECTIONS][PACKET_FAMILIES];
	struct trial_result *result; /* of the trial that runs */
};

/* Packets go to and from the first MEASURED subscribers. -ENOMEM. CITY and CORE must outlive it;
 * both get its receivers. */
int trial_rig_init(struct trial_rig *rig, struct city *city, struct core_side *core,
		   uint32_t measured);
void trial_rig_clear(struct trial_rig *rig);

void trial_run(struct trial_rig *rig, const struct trial *trial, struct trial_result *result);

/* The same for who has more to do meanwhile: between begin and end, what is due after ELAPSED
 * seconds is sent, a burst at most in a call, TURN (zero at first) saying how far each direction
 * is. Time and the ports are the caller's. */
void trial_begin(struct trial_rig *rig, struct trial_result *result);
void trial_send_due(struct trial_rig *rig, const struct trial *trial, double elapsed,
		    uint64_t turn[TRIAL_DIRECTIONS]);
void trial_end(struct trial_rig *rig, struct trial_result *result);
