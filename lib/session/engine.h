/* SPDX-License-Identifier: BSD-3-Clause */
/* The engine: what all of its files stand on. Memory, texts, the time, output. */
#pragma once

#include "aaa/values.h"
#include "base/token_bucket.h"
#include "ipv6/router.h"
#include "session/discovery.h"
#include "session/server.h"
#include "session/table.h"

struct tp_ac_port {
	bool set;
	const char *name;
	struct tp_mac mac;
	uint16_t mtu;
	struct tp_ac_half_open_limits half_open_limits;
	struct tp_ac_ids ids[TP_VLAN_SCOPES];
};

struct tp_link_to_restore;
SLIST_HEAD(tp_links_to_restore, tp_link_to_restore);

struct tp_ac {
	const struct tp_config *config;
	struct tp_aaa *aaa;
	struct tp_aaa_local *secrets;
	struct tp_aaa_values *values; /* what subscribers get */
	struct tp_pool_registry *pools;
	struct tp_pool6_registry *pools6;
	struct tp_ipv6_routers routers; /* what the router's ends of all links have in common */
	struct tp_ipv6_counters ipv6_counters;
	struct tp_random *random;
	struct tp_ac_ops ops;
	void *user;
	uint32_t start_number;
	uint16_t max_mrru; /* 0: no limit */
	uint64_t now_ms;   /* of the call that is under way */

	struct tp_pppoe_ac *discovery;
	struct tp_timer_wheel wheel;
	tp_timer_fn due; /* of a session's timer */
	struct tp_ac_port ports[TP_AC_MAX_PORTS];
	struct tp_ac_server *servers; /* configured ones, by id */
	struct tp_ac_places *places;  /* where they are; NULL: to be found out */
	struct tp_ac_mac_filter *mac_filter;
	struct tp_ac_table table;
	struct tp_ac_login_list unused_logins;
	struct tp_ac_delayed_list delayed;
	struct tp_ac_offers *offers;   /* that wait for their PADR; NULL: none has yet */
	struct tp_ac_place *half_open; /* ports, VLANs and hosts that have such sessions */

	struct tp_links_to_restore links_to_restore; /* restore.c */

	struct tp_ac_drain drains[TP_AC_DRAINS_MAX];
	unsigned drain_count;
	bool shutting_down;
	bool timers_left;    /* the last tick stopped at its limit */
	bool sweeping;	     /* sessions are gone through for what has changed */
	uint32_t sweep_from; /* the next slot of the sweep */

	struct tp_ac_lockouts *lockouts; /* NULL: no login has failed yet */
	struct tp_token_bucket refusal_events;
	struct tp_token_bucket gave_way_events;
	uint64_t gave_way_untold;
	struct tp_token_bucket unknown_padts;
	uint64_t refusals_untold; /* since the last that was told */
	struct tp_ac_counters counters;
};

/* Zeroed memory that memory_bytes accounts for; NULL when there is none. */
void *tp_ac_alloc(struct tp_ac *ac, size_t size);
void tp_ac_free(struct tp_ac *ac, void *memory, size_t size);
/* TEXT in such memory. */
char *tp_ac_text_copy(struct tp_ac *ac, const char *text);
void tp_ac_text_free(struct tp_ac *ac, char *text);
/* Takes over the time of a call; time never goes back. */
void tp_ac_now(struct tp_ac *ac, uint64_t now_ms);
void tp_ac_output(struct tp_ac *ac, const struct tp_access *to, const struct tp_mac *dst,
		  uint16_t ethertype, const uint8_t *payload, size_t len);
/* restore.c: what was not restored by the end is forgotten. */
void tp_ac_restore_clear(struct tp_ac *ac);
/* All sessions are to be looked at (sweep.c). */
void tp_ac_sweep_start(struct tp_ac *ac);
