/* SPDX-License-Identifier: BSD-3-Clause */
/* The facts of a session between its image and the engine. Private to image_*.c and restore.c.
 * Times are the wall's, unix milliseconds; 0: not yet, or never. */
#pragma once

#include "aaa/local.h"
#include "aaa/subscriber.h"
#include "base/bytes.h"
#include "ipv6/duid.h"
#include "pool/pool.h"
#include "ppp/image.h"
#include "session/bundle.h"
#include "session/image.h"
#include "session/ipv6.h"
#include "wire/access_line.h"
#include "wire/ethernet.h"

#define TP_FACTS_NAME_MAX     256 /* of an interface or a service, with its NUL */
#define TP_FACTS_BINDINGS_MAX (TP_AC_DELEGATIONS_MAX + 2)

/* One line, and the PPPoE session that began with it. */
struct tp_line_facts {
	uint64_t id, accounting_id; /* of that session */
	uint32_t slot, instance;
	uint64_t started_wall_ms, up_wall_ms, fingerprint;
	uint32_t server_id; /* a hint: it may be another's by now */
	char service_name[TP_FACTS_NAME_MAX], interface[TP_FACTS_NAME_MAX];
	char port[TP_FACTS_NAME_MAX];
	struct tp_vlans vlans;
	struct tp_mac mac;
	uint16_t session_id;
	bool large; /* it has asked for more than RFC 2516's 1492 bytes */
	bool has_access_line;
	struct tp_access_line access_line;
	struct tp_ppp_image ppp;
	uint16_t mrru; /* MP, as agreed; 0: none */
	bool short_sequence, peer_short_sequence;
};

/* A prefix that is held. */
struct tp_held_facts {
	struct tp_prefix6 prefix;     /* length 0: none */
	char pool[TP_POOL_NAME_MAX];  /* that it is out of; "": it is fixed */
	char asked[TP_POOL_NAME_MAX]; /* delegated: the pool that was asked for it */
};

struct tp_binding_facts {
	bool is_prefix;
	uint8_t number;
	uint32_t iaid;
	struct tp_prefix6 prefix;
	uint64_t since_wall_ms, renewed_wall_ms, until_wall_ms;
	uint8_t duid_len;
	uint8_t duid[TP_DUID_MAX];
};

struct tp_session_facts {
	uint64_t serial; /* ids up to it may have been given out */
	char user[TP_AAA_NAME_MAX + 1];
	struct tp_session_counters counters;
	uint8_t families;
	bool local_leased, no_ipv6;
	bool encrypted;
	bool anew; /* it was up, and negotiates anew: no family flows */
	uint32_t remote_address, local_address;
	char remote_pool[TP_POOL_NAME_MAX], local_pool[TP_POOL_NAME_MAX]; /* "": fixed */
	struct tp_held_facts prefix, address, delegated[TP_AC_DELEGATIONS_MAX];
	unsigned binding_count;
	struct tp_binding_facts bindings[TP_FACTS_BINDINGS_MAX];
	uint32_t secret_id;			/* written */
	const struct tp_subscriber *subscriber; /* written; NULL: it gets nothing */
	struct tp_subscriber read;		/* the same, read: to be cleared */
	unsigned line_count;
	struct tp_line_facts lines[TP_AC_LINES_MAX]; /* that with which it began first */
};

/* image_write.c: returns the length, or 0: it does not fit. */
size_t tp_session_facts_write(const struct tp_session_facts *facts, uint8_t *out, size_t size);

/* image_read.c: names out of NAMES. 0, -EINVAL, -EPROTO, -ENOMEM as tp_ac_restore(); then there is
 * nothing to be cleared. What has been read makes sense by itself, whoever wrote it. */
int tp_session_facts_read(struct tp_session_facts *facts, struct tp_aaa_local *names,
			  const uint8_t *image, size_t len, struct tp_error *error);
static inline void tp_session_facts_clear(struct tp_session_facts *facts)
{
	tp_subscriber_clear(&facts->read);
}

/* What B is of is held. */
bool tp_binding_facts_fit(const struct tp_session_facts *facts, const struct tp_binding_facts *b);

/* image_subscriber.c: within a record. False: it makes no sense, or (*NO_MEMORY). */
void tp_subscriber_facts_write(const struct tp_subscriber *subscriber, uint32_t secret_id,
			       struct tp_writer *w);
bool tp_subscriber_facts_read(struct tp_subscriber *subscriber, struct tp_aaa_local *names,
			      struct tp_reader r, bool *no_memory);

/* A prefix as it stands in records. */
static inline void tp_prefix6_write(struct tp_writer *w, const struct tp_prefix6 *prefix)
{
	tp_write_u8(w, prefix->length);
	tp_write_bytes(w, prefix->address, sizeof(prefix->address));
}

/* False: it is cut off, or no network. */
static inline bool tp_prefix6_read(struct tp_reader *r, struct tp_prefix6 *prefix)
{
	*prefix = (struct tp_prefix6){0};
	return tp_read_u8(r, &prefix->length) &&
	       tp_read_copy(r, prefix->address, sizeof(prefix->address)) &&
	       tp_prefix6_is_network(prefix);
}
