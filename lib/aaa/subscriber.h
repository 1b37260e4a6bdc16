/* SPDX-License-Identifier: BSD-3-Clause */
/* What one subscriber gets, as one value: from a local secret or from whoever else was asked who
 * the peer is. It owns what it points to, so it holds whatever becomes of the configuration.
 *
 * Not locked: it belongs to the thread of who has it. Addresses are in host byte order. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "aaa/subscriber_ipv6.h"
#include "base/prefix.h"
#include "config/schema/model.h"

/* An address, or the pool that is to give one; 0 and NULL: there is none to give. */
struct tp_subscriber_address {
	uint32_t fixed;	  /* 0: not a fixed one */
	const char *pool; /* a name (base/name.h); NULL: none */
};

/* What the server gave itself, though profiles have it too: it goes before theirs, also when they
 * change or another profile takes their place. */
enum {
	TP_GIVEN_PROFILE = 1 << 0,
	TP_GIVEN_RATE_LIMIT = 1 << 1,
	TP_GIVEN_ADDRESS_LIST = 1 << 2,
	TP_GIVEN_SESSION_TIMEOUT = 1 << 3,
	TP_GIVEN_IDLE_TIMEOUT = 1 << 4,
};

/* What only a RADIUS server gives. One piece of memory; zero and NULL: not given. */
struct tp_subscriber_radius {
	uint64_t limit_bytes_total;  /* both ways together, of one session */
	uint32_t interim_s;	     /* seconds between interim updates */
	uint32_t termination_action; /* Termination-Action, RFC 2865, 5.29 */
	uint16_t port_limit;	     /* links that one bundle may have */
	uint16_t framed_mtu;	     /* the largest packet to the subscriber */
	uint8_t given;		     /* TP_GIVEN_… or-ed */
	/* To be told again: Class, Chargeable-User-Identity and User-Name attributes as they came,
	 * each with its type and length. */
	uint16_t class_len;
	uint8_t class[];
};

struct tp_subscriber {
	const char *profile;		     /* the name of the profile in force; NULL: none */
	const char *address_list;	     /* likewise a name; NULL: in none */
	struct tp_subscriber_address local;  /* ours on the link */
	struct tp_subscriber_address remote; /* the subscriber's */
	struct tp_rate_limit *rate_limit;    /* NULL: none */
	struct tp_subscriber_radius *radius; /* NULL: no server gave it anything of these */
	struct tp_subscriber_ipv6 *ipv6;     /* NULL: there is nothing of IPv6 to give */
	struct tp_prefix *routes;	     /* framed routes, to the subscriber */
	uint64_t limit_bytes_in;	     /* from the subscriber, of one session; 0: none */
	uint64_t limit_bytes_out;	     /* to the subscriber; 0: none */
	uint32_t dns[2];		     /* 0: none */
	uint32_t wins[2];
	uint32_t session_timeout_s; /* 0: none */
	uint32_t idle_timeout_s;    /* 0: none */
	uint32_t secret_id;	    /* .id of the local secret; 0: it has none */
	uint32_t route_count;
	bool only_one; /* one session of this user at a time */
	bool change_tcp_mss;
	bool stateful_encryption;
	uint8_t encryption_strengths; /* TP_PPP_MPPE_40, … or-ed; 0: all */
	uint8_t use_encryption;	      /* enum tp_use_encryption, never TP_ENCRYPTION_DEFAULT */
	uint8_t use_ipv6;	      /* enum tp_use_ipv6, never TP_USE_IPV6_DEFAULT but of one that
					 gets nothing */
};

/* Frees what SUBSCRIBER owns, and makes it the one that gets nothing: all zero. */
void tp_subscriber_clear(struct tp_subscriber *subscriber);

/* INTO, cleared before, gets all that FROM has; FROM is left with nothing. */
void tp_subscriber_move(struct tp_subscriber *into, struct tp_subscriber *from);

/* INTO, cleared before, gets the same as FROM. -ENOMEM: it has nothing. */
int tp_subscriber_copy(struct tp_subscriber *into, const struct tp_subscriber *from);

/* TP_GIVEN_… or-ed. */
unsigned tp_subscriber_given(const struct tp_subscriber *subscriber);

/* A copy of LIMIT (NULL: none) in place of the one before. -ENOMEM: it stays as it was. */
int tp_subscriber_set_rate_limit(struct tp_subscriber *subscriber,
				 const struct tp_rate_limit *limit);

bool tp_subscriber_same_rate_limit(const struct tp_subscriber *a, const struct tp_subscriber *b);

/* Does who gets A get all that who gets B does, and no more? Whose it is (secret_id) is another
 * question. Names of one table are compared. */
bool tp_subscriber_same(const struct tp_subscriber *a, const struct tp_subscriber *b);

/* Bytes of memory that SUBSCRIBER owns beside itself, names left out: they are shared. */
size_t tp_subscriber_memory(const struct tp_subscriber *subscriber);
