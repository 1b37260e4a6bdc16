/* SPDX-License-Identifier: BSD-3-Clause */
/* From bytes to facts. Whoever wrote them: no number gets into the engine that a session could not
 * have. */
#include "session/image_facts.h"
#include "session/image_layout.h"
#include "session/image_records.h"
#include "session/info.h"
#include "session/session.h"
#include "wire/pppoe.h"

#include <errno.h>
#include <stdlib.h>

/* The record after the version: what an image is known by. */
struct head {
	uint64_t accounting_id, id, serial, started_wall_ms, up_wall_ms;
	uint32_t slot;
};

#define SERIAL_MAX ((UINT64_MAX >> 20) - UINT32_MAX) /* ids have room for some more */

/* Moves R behind what all images begin with. 0, -EINVAL, -EPROTO. */
static int read_version(struct tp_reader *r)
{
	uint8_t version, oldest;
	uint16_t word;

	if (!tp_read_be16(r, &word) || word != TP_IMAGE_WORD || !tp_read_u8(r, &version) ||
	    !tp_read_u8(r, &oldest) || version == 0 || oldest > version)
		return -EINVAL;
	return oldest > TP_SESSION_IMAGE_VERSION ? -EPROTO : 0;
}

static bool read_head(struct tp_reader *r, struct head *head)
{
	struct tp_record record;

	if (!tp_record_next(r, &record) || record.type != TP_IMAGE_HEAD)
		return false;
	head->accounting_id = tp_field_be64(&record.value);
	head->id = tp_field_be64(&record.value);
	head->slot = tp_field_be32(&record.value);
	head->serial = tp_field_be64(&record.value);
	head->started_wall_ms = tp_field_be64(&record.value);
	head->up_wall_ms = tp_field_be64(&record.value);
	return true;
}

static void read_counters(struct tp_reader r, struct tp_session_counters *c)
{
	uint64_t *const numbers[] = {
		&c->packets_in,	     &c->bytes_in,	&c->packets_out,      &c->bytes_out,
		&c->ipv6_packets_in, &c->ipv6_bytes_in, &c->ipv6_packets_out, &c->ipv6_bytes_out,
		&c->drops_in,	     &c->drops_out,
	};

	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		*numbers[i] = tp_field_be64(&r);
}

bool tp_session_image_head(const uint8_t *image, size_t len, struct tp_session_image_head *out)
{
	struct tp_reader r = tp_reader_of(image, len);
	struct tp_record record;
	struct head head;

	if (read_version(&r) != 0 || !read_head(&r, &head))
		return false;
	*out = (struct tp_session_image_head){
		.accounting_id = head.accounting_id,
		.id = head.id,
		.slot = head.slot,
		.started_wall_ms = head.started_wall_ms,
		.up_wall_ms = head.up_wall_ms,
	};
	while (tp_record_next(&r, &record)) {
		if (record.type == TP_IMAGE_COUNTERS)
			read_counters(record.value, &out->counters);
		if (record.type == TP_IMAGE_USER &&
		    !tp_field_text(&record.value, out->user, sizeof(out->user)))
			return false;
	}
	return tp_reader_left(&r) == 0;
}

/* ---- lines ---- */

static bool read_place(struct tp_reader r, struct tp_line_facts *l)
{
	l->session_id = tp_field_be16(&r);
	l->vlans.outer = tp_field_be16(&r);
	l->vlans.inner = tp_field_be16(&r);
	if (!tp_read_copy(&r, l->mac.bytes, sizeof(l->mac.bytes)))
		return false;
	l->fingerprint = tp_field_be64(&r);
	l->large = tp_field_u8(&r) & TP_IMAGE_LINE_LARGE;
	return l->session_id != TP_PPPOE_SESSION_ID_NONE &&
	       l->session_id != TP_PPPOE_SESSION_ID_RESERVED && !tp_mac_is_multicast(&l->mac) &&
	       l->vlans.outer <= TP_VLAN_ID_MAX && l->vlans.inner <= TP_VLAN_ID_MAX &&
	       (l->vlans.outer != 0 || l->vlans.inner == 0);
}

static bool read_line_ids(struct tp_reader r, struct tp_line_facts *l)
{
	l->accounting_id = tp_field_be64(&r);
	l->id = tp_field_be64(&r);
	l->slot = tp_field_be32(&r);
	l->started_wall_ms = tp_field_be64(&r);
	l->up_wall_ms = tp_field_be64(&r);
	l->instance = tp_field_be32(&r);
	return l->slot < TP_AC_MAX_SESSIONS && l->id % TP_AC_MAX_SESSIONS == l->slot &&
	       l->accounting_id % TP_AC_MAX_SESSIONS == l->slot && l->started_wall_ms != 0 &&
	       l->up_wall_ms != 0;
}

static bool read_server(struct tp_reader r, struct tp_line_facts *l)
{
	l->server_id = tp_field_be32(&r);
	return tp_field_text(&r, l->service_name, sizeof(l->service_name));
}

static bool read_lcp(struct tp_reader r, struct tp_ppp_image *ppp)
{
	ppp->magic = tp_field_be32(&r);
	ppp->peer_magic = tp_field_be32(&r);
	ppp->mru = tp_field_be16(&r);
	ppp->peer_mru = tp_field_be16(&r);
	ppp->refused = tp_field_u8(&r);
	ppp->method = tp_field_u8(&r);
	ppp->lcp.standing = TP_PPP_STANDS_AGREED;
	ppp->lcp.next_id = tp_field_u8(&r);
	ppp->lcp.granted = tp_field_be32(&r);
	return ppp->method <= TP_PPP_METHODS && ppp->mru >= TP_PPP_MRU_MIN &&
	       ppp->peer_mru >= TP_PPP_MRU_MIN;
}

static bool read_automaton(struct tp_reader *r, struct tp_ppp_automaton_image *a)
{
	a->standing = tp_field_u8(r);
	a->next_id = tp_field_u8(r);
	a->granted = tp_field_be32(r);
	return a->standing <= TP_PPP_STANDS_AGREED;
}

static bool read_network(struct tp_reader r, struct tp_ppp_image *ppp)
{
	return read_automaton(&r, &ppp->ipcp) && read_automaton(&r, &ppp->ipv6cp) &&
	       tp_read_copy(&r, ppp->ids.local, sizeof(ppp->ids.local)) &&
	       tp_read_copy(&r, ppp->ids.remote, sizeof(ppp->ids.remote));
}

static bool read_mp(struct tp_reader r, struct tp_line_facts *l)
{
	l->mrru = tp_field_be16(&r);
	l->short_sequence = tp_field_u8(&r) != 0;
	l->peer_short_sequence = tp_field_u8(&r) != 0;
	l->ppp.endpoint_len = tp_field_u8(&r);
	return l->mrru >= TP_PPP_MRRU_MIN && l->ppp.endpoint_len <= TP_PPP_ENDPOINT_MAX &&
	       tp_read_copy(&r, l->ppp.endpoint, l->ppp.endpoint_len);
}

static bool read_numbers(struct tp_reader r, struct tp_line_facts *l)
{
	l->has_access_line = true;
	for (unsigned i = 0; i < TP_LINE_NUMBER_COUNT; i++)
		l->access_line.number[i] = tp_field_be32(&r);
	return true;
}

static bool read_text(struct tp_reader r, char *room, size_t size)
{
	return tp_field_text(&r, room, size);
}

static bool read_line_record(struct tp_line_facts *l, const struct tp_record *record)
{
	struct tp_access_line *access = &l->access_line;

	switch (record->type) {
	case TP_IMAGE_LINE_IDS:
		return read_line_ids(record->value, l);
	case TP_IMAGE_LINE_PLACE:
		return read_place(record->value, l);
	case TP_IMAGE_LINE_PORT:
		return read_text(record->value, l->port, sizeof(l->port));
	case TP_IMAGE_LINE_SERVER:
		return read_server(record->value, l);
	case TP_IMAGE_LINE_INTERFACE:
		return read_text(record->value, l->interface, sizeof(l->interface));
	case TP_IMAGE_LINE_LCP:
		return read_lcp(record->value, &l->ppp);
	case TP_IMAGE_LINE_NETWORK:
		return read_network(record->value, &l->ppp);
	case TP_IMAGE_LINE_MP:
		return read_mp(record->value, l);
	case TP_IMAGE_LINE_CIRCUIT:
		return read_text(record->value, access->circuit_id, sizeof(access->circuit_id));
	case TP_IMAGE_LINE_REMOTE:
		return read_text(record->value, access->remote_id, sizeof(access->remote_id));
	case TP_IMAGE_LINE_NUMBERS:
		return read_numbers(record->value, l);
	default:
		return true; /* a later version's */
	}
}

static bool read_line(struct tp_session_facts *f, struct tp_reader r)
{
	struct tp_line_facts *l = &f->lines[f->line_count];
	struct tp_record record;

	if (f->line_count == TP_AC_LINES_MAX)
		return false;
	*l = (struct tp_line_facts){0};
	while (tp_record_next(&r, &record))
		if (!read_line_record(l, &record))
			return false;
	f->line_count++;
	return tp_reader_left(&r) == 0 && l->session_id != 0 && l->up_wall_ms != 0 &&
	       l->ppp.peer_mru != 0;
}

/* ---- what the session holds ---- */

static bool read_held(struct tp_reader r, struct tp_held_facts *held)
{
	return held->prefix.length == 0 && tp_prefix6_read(&r, &held->prefix) &&
	       !tp_prefix6_is_nobodys(&held->prefix) &&
	       tp_field_text(&r, held->pool, sizeof(held->pool));
}

static bool read_delegated(struct tp_session_facts *f, struct tp_reader r)
{
	uint8_t number = tp_field_u8(&r);
	struct tp_held_facts *held;
	struct tp_reader asked;

	if (number >= TP_AC_DELEGATIONS_MAX)
		return false;
	held = &f->delegated[number];
	return held->prefix.length == 0 && tp_prefix6_read(&r, &held->prefix) &&
	       !tp_prefix6_is_nobodys(&held->prefix) && tp_read_sub(&r, tp_field_u8(&r), &asked) &&
	       tp_field_text(&asked, held->asked, sizeof(held->asked)) &&
	       tp_field_text(&r, held->pool, sizeof(held->pool));
}

static bool read_binding(struct tp_session_facts *f, struct tp_reader r)
{
	struct tp_binding_facts *b = &f->bindings[f->binding_count];

	if (f->binding_count == TP_FACTS_BINDINGS_MAX)
		return false;
	f->binding_count++;
	b->is_prefix = tp_field_u8(&r) != 0;
	b->number = tp_field_u8(&r);
	b->iaid = tp_field_be32(&r);
	if (!tp_prefix6_read(&r, &b->prefix))
		return false;
	b->since_wall_ms = tp_field_be64(&r);
	b->renewed_wall_ms = tp_field_be64(&r);
	b->until_wall_ms = tp_field_be64(&r);
	b->duid_len = tp_field_u8(&r);
	return b->duid_len >= TP_DUID_MIN && b->duid_len <= TP_DUID_MAX &&
	       tp_read_copy(&r, b->duid, b->duid_len);
}

static void read_session(struct tp_session_facts *f, struct tp_reader r)
{
	uint8_t flags;

	f->families = tp_field_u8(&r);
	flags = tp_field_u8(&r);
	f->local_leased = flags & TP_IMAGE_LOCAL_LEASED;
	f->no_ipv6 = flags & TP_IMAGE_NO_IPV6;
	f->encrypted = flags & TP_IMAGE_ENCRYPTED;
	f->anew = flags & TP_IMAGE_ANEW;
	f->remote_address = tp_field_be32(&r);
	f->local_address = tp_field_be32(&r);
}

bool tp_binding_facts_fit(const struct tp_session_facts *f, const struct tp_binding_facts *b)
{
	const struct tp_prefix6 *held;

	if (b->is_prefix)
		return b->number < TP_AC_DELEGATIONS_MAX &&
		       tp_prefix6_same(&f->delegated[b->number].prefix, &b->prefix);
	held = f->address.prefix.length != 0 ? &f->address.prefix : &f->prefix.prefix;
	return held->length == 128 && tp_prefix6_same(held, &b->prefix);
}

static bool makes_sense(const struct tp_session_facts *f)
{
	if (f->line_count == 0 || (f->families == 0) != f->anew ||
	    (f->families & (uint8_t) ~(TP_AC_IPV4 | TP_AC_IPV6)) != 0 ||
	    ((f->families & TP_AC_IPV4) != 0 && f->remote_address == 0) ||
	    ((f->families & TP_AC_IPV6) != 0 && f->no_ipv6) || f->serial > SERIAL_MAX)
		return false;
	if ((f->local_leased && f->local_address == 0) ||
	    (f->prefix.prefix.length != 0 && f->prefix.prefix.length < 64) ||
	    (f->address.prefix.length != 0 && f->address.prefix.length != 128))
		return false;
	for (unsigned i = 0; i < f->binding_count; i++)
		if (!tp_binding_facts_fit(f, &f->bindings[i]))
			return false;
	for (unsigned i = 0; i < f->line_count; i++)
		if (f->lines[i].id / TP_AC_MAX_SESSIONS > f->serial ||
		    (f->line_count > 1 && f->lines[i].mrru == 0))
			return false;
	return true;
}

/* ---- all of it ---- */

static bool read_record(struct tp_session_facts *f, struct tp_aaa_local *names,
			const struct tp_record *record, bool *no_memory)
{
	switch (record->type) {
	case TP_IMAGE_USER:
		return read_text(record->value, f->user, sizeof(f->user));
	case TP_IMAGE_COUNTERS:
		read_counters(record->value, &f->counters);
		return true;
	case TP_IMAGE_SESSION:
		read_session(f, record->value);
		return true;
	case TP_IMAGE_REMOTE_POOL:
		return read_text(record->value, f->remote_pool, sizeof(f->remote_pool));
	case TP_IMAGE_LOCAL_POOL:
		return read_text(record->value, f->local_pool, sizeof(f->local_pool));
	case TP_IMAGE_LINK_PREFIX:
		return read_held(record->value, &f->prefix);
	case TP_IMAGE_LINK_ADDRESS:
		return read_held(record->value, &f->address);
	case TP_IMAGE_DELEGATED:
		return read_delegated(f, record->value);
	case TP_IMAGE_BINDING:
		return read_binding(f, record->value);
	case TP_IMAGE_SUBSCRIBER:
		f->subscriber = &f->read;
		return tp_subscriber_facts_read(&f->read, names, record->value, no_memory);
	case TP_IMAGE_LINE:
		return read_line(f, record->value);
	default:
		return true; /* a later version's */
	}
}

static bool read_all(struct tp_session_facts *f, struct tp_aaa_local *names, struct tp_reader r,
		     bool *no_memory)
{
	struct tp_record record;
	struct head head;

	if (!read_head(&r, &head))
		return false;
	f->serial = head.serial;
	while (tp_record_next(&r, &record))
		if (!read_record(f, names, &record, no_memory))
			return false;
	return tp_reader_left(&r) == 0 && makes_sense(f) &&
	       f->lines[0].accounting_id == head.accounting_id && f->lines[0].id == head.id;
}

int tp_session_facts_read(struct tp_session_facts *f, struct tp_aaa_local *names,
			  const uint8_t *image, size_t len, struct tp_error *error)
{
	struct tp_reader r = tp_reader_of(image, len);
	bool no_memory = false;
	int rc = read_version(&r);

	/* Lines are zeroed as they come. */
	memset(f, 0, offsetof(struct tp_session_facts, lines));
	if (rc == -EPROTO)
		return tp_error_set(error, rc, "version",
				    "it was written by a later version, and says that this one "
				    "can't go on with it");
	if (rc == 0 && len <= TP_SESSION_IMAGE_MAX && read_all(f, names, r, &no_memory))
		return 0;
	tp_session_facts_clear(f);
	if (no_memory)
		return tp_error_set(error, -ENOMEM, "memory", "no memory for what it gets");
	return tp_error_set(error, -EINVAL, "malformed", "what was kept of it makes no sense");
}
