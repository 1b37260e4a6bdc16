/* SPDX-License-Identifier: BSD-3-Clause */
/* RADIUS as a source of lib/aaa: questions become Access-Requests of a client, and its outcomes
 * answers. No I/O; the sessions' thread. */
#pragma once

#include "aaa/local.h"
#include "radius/client.h"
#include "radius/identity.h"

struct tp_radius_source;

/* A server that may be asked for logins, and whose. Borrowed texts. */
struct tp_radius_choice {
	uint32_t id;		/* of the client's servers */
	const char *domain;	/* users of this domain alone; "": of any */
	const char *called_id;	/* clients of this PPPoE service alone; "": of any */
	bool accounting_backup; /* gets accounting only when the others do not answer */
	const char *realm; /* told as Mikrotik-Realm when it is the first to be asked; "": none */
};

struct tp_radius_source_settings {
	bool enabled; /* else nobody is known here */
	bool filter_id_rate;
	uint32_t cache_s;	  /* for how long an accept is remembered; 0: not at all */
	struct tp_radius_nas nas; /* texts are copied */
	const struct tp_radius_choice *choices; /* in order; copied */
	unsigned choice_count;
};

struct tp_radius_source_counters {
	uint64_t asked;		/* Access-Requests */
	uint64_t no_answer;	/* logins that no server answered */
	uint64_t unusable;	/* accepts that could not be used */
	uint64_t from_cache;	/* logins let in by what was remembered */
	uint64_t cache_refused; /* whose proof is another than then, or can't be checked */
	uint32_t open;		/* gauge */
	uint32_t cached;	/* gauge: users remembered */
};

/* PROFILES and CLIENT are borrowed and outlive it. It begins with nothing enabled. NULL: no
 * memory. */
struct tp_radius_source *tp_radius_source_create(struct tp_aaa_local *profiles,
						 struct tp_radius_client *client,
						 struct tp_random *random);

/* NULL is fine. No question may be open. */
void tp_radius_source_destroy(struct tp_radius_source *source);

/* -ENOSPC: AAA has no room for another source. */
int tp_radius_source_add(struct tp_radius_source *source, struct tp_aaa *aaa);

/* From now on; what was asked stays asked. -ENOMEM: all stays as it was. */
int tp_radius_source_set(struct tp_radius_source *source,
			 const struct tp_radius_source_settings *settings);

/* The servers for USER (as it was sent) who dials the service SERVICE_NAME, in order, into IDS; and
 * the realm that they are told. NULL for both: those of anybody. Returns how many. */
unsigned tp_radius_source_choose(const struct tp_radius_source *source,
				 enum tp_radius_service service, const char *user,
				 const char *service_name, uint32_t ids[TP_RADIUS_ORDER_MAX],
				 const char **realm);

/* Are some servers for some users, or some services, alone? Else all users have the same. */
bool tp_radius_source_is_selective(const struct tp_radius_source *source);

/* Servers with the same domain and called-id stand in for each other: those of group NUMBER, from
 * 0, into IDS, those that get accounting in need alone last. Returns how many; 0: there is no such
 * group. */
unsigned tp_radius_source_group(const struct tp_radius_source *source, unsigned number,
				uint32_t ids[TP_RADIUS_ORDER_MAX]);

/* What servers are told of us; it holds until the next tp_radius_source_set(). */
const struct tp_radius_nas *tp_radius_source_nas(const struct tp_radius_source *source);

/* The time, before anything that may ask or answer. */
void tp_radius_source_now(struct tp_radius_source *source, uint64_t now_ms);

const struct tp_radius_source_counters *
tp_radius_source_counters(const struct tp_radius_source *source);
