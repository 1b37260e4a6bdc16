/* SPDX-License-Identifier: BSD-3-Clause */
/* From facts to bytes. */
#include "session/image_facts.h"
#include "session/image_layout.h"
#include "session/image_records.h"

static void write_head(const struct tp_session_facts *f, struct tp_writer *w)
{
	const struct tp_line_facts *own = &f->lines[0];
	size_t begin = tp_record_begin(w, TP_IMAGE_HEAD);

	tp_write_be64(w, own->accounting_id);
	tp_write_be64(w, own->id);
	tp_write_be32(w, own->slot);
	tp_write_be64(w, f->serial);
	tp_write_be64(w, own->started_wall_ms);
	tp_write_be64(w, own->up_wall_ms);
	tp_record_end(w, begin);
	tp_record_text(w, TP_IMAGE_USER, f->user);
}

static void write_counters(const struct tp_session_counters *c, struct tp_writer *w)
{
	const uint64_t numbers[] = {
		c->packets_in,	    c->bytes_in,      c->packets_out,	   c->bytes_out,
		c->ipv6_packets_in, c->ipv6_bytes_in, c->ipv6_packets_out, c->ipv6_bytes_out,
		c->drops_in,	    c->drops_out,
	};
	size_t count = sizeof(numbers) / sizeof(numbers[0]), begin;

	while (count > 0 && numbers[count - 1] == 0) /* what lacks is zero */
		count--;
	if (count == 0)
		return;
	begin = tp_record_begin(w, TP_IMAGE_COUNTERS);
	for (size_t i = 0; i < count; i++)
		tp_write_be64(w, numbers[i]);
	tp_record_end(w, begin);
}

static void write_session(const struct tp_session_facts *f, struct tp_writer *w)
{
	size_t begin = tp_record_begin(w, TP_IMAGE_SESSION);

	tp_write_u8(w, f->families);
	tp_write_u8(w, (uint8_t)((f->local_leased ? TP_IMAGE_LOCAL_LEASED : 0) |
				 (f->no_ipv6 ? TP_IMAGE_NO_IPV6 : 0) |
				 (f->encrypted ? TP_IMAGE_ENCRYPTED : 0) |
				 (f->anew ? TP_IMAGE_ANEW : 0)));
	tp_write_be32(w, f->remote_address);
	tp_write_be32(w, f->local_address);
	tp_record_end(w, begin);
	tp_record_text(w, TP_IMAGE_REMOTE_POOL, f->remote_pool);
	tp_record_text(w, TP_IMAGE_LOCAL_POOL, f->local_pool);
}

/* ---- IPv6 ---- */

static void write_held(uint16_t type, const struct tp_held_facts *held, struct tp_writer *w)
{
	size_t begin;

	if (held->prefix.length == 0)
		return;
	begin = tp_record_begin(w, type);
	tp_prefix6_write(w, &held->prefix);
	tp_write_bytes(w, held->pool, strlen(held->pool));
	tp_record_end(w, begin);
}

static void write_delegated(uint8_t number, const struct tp_held_facts *held, struct tp_writer *w)
{
	size_t begin;

	if (held->prefix.length == 0)
		return;
	begin = tp_record_begin(w, TP_IMAGE_DELEGATED);
	tp_write_u8(w, number);
	tp_prefix6_write(w, &held->prefix);
	tp_write_u8(w, (uint8_t)strlen(held->asked));
	tp_write_bytes(w, held->asked, strlen(held->asked));
	tp_write_bytes(w, held->pool, strlen(held->pool));
	tp_record_end(w, begin);
}

static void write_binding(const struct tp_binding_facts *b, struct tp_writer *w)
{
	size_t begin = tp_record_begin(w, TP_IMAGE_BINDING);

	tp_write_u8(w, b->is_prefix);
	tp_write_u8(w, b->number);
	tp_write_be32(w, b->iaid);
	tp_prefix6_write(w, &b->prefix);
	tp_write_be64(w, b->since_wall_ms);
	tp_write_be64(w, b->renewed_wall_ms);
	tp_write_be64(w, b->until_wall_ms);
	tp_write_u8(w, b->duid_len);
	tp_write_bytes(w, b->duid, b->duid_len);
	tp_record_end(w, begin);
}

static void write_ipv6(const struct tp_session_facts *f, struct tp_writer *w)
{
	write_held(TP_IMAGE_LINK_PREFIX, &f->prefix, w);
	write_held(TP_IMAGE_LINK_ADDRESS, &f->address, w);
	for (uint8_t i = 0; i < TP_AC_DELEGATIONS_MAX; i++)
		write_delegated(i, &f->delegated[i], w);
	for (unsigned i = 0; i < f->binding_count; i++)
		write_binding(&f->bindings[i], w);
}

/* ---- lines ---- */

static void write_line_ids(const struct tp_line_facts *l, struct tp_writer *w)
{
	size_t begin = tp_record_begin(w, TP_IMAGE_LINE_IDS);

	tp_write_be64(w, l->accounting_id);
	tp_write_be64(w, l->id);
	tp_write_be32(w, l->slot);
	tp_write_be64(w, l->started_wall_ms);
	tp_write_be64(w, l->up_wall_ms);
	tp_write_be32(w, l->instance);
	tp_record_end(w, begin);
}

static void write_place(const struct tp_line_facts *l, struct tp_writer *w)
{
	size_t begin = tp_record_begin(w, TP_IMAGE_LINE_PLACE);

	tp_write_be16(w, l->session_id);
	tp_write_be16(w, l->vlans.outer);
	tp_write_be16(w, l->vlans.inner);
	tp_write_bytes(w, l->mac.bytes, sizeof(l->mac.bytes));
	tp_write_be64(w, l->fingerprint);
	tp_write_u8(w, l->large ? TP_IMAGE_LINE_LARGE : 0);
	tp_record_end(w, begin);
	tp_record_text(w, TP_IMAGE_LINE_PORT, l->port);
	begin = tp_record_begin(w, TP_IMAGE_LINE_SERVER);
	tp_write_be32(w, l->server_id);
	tp_write_bytes(w, l->service_name, strlen(l->service_name));
	tp_record_end(w, begin);
	tp_record_text(w, TP_IMAGE_LINE_INTERFACE, l->interface);
}

static void write_access_line(const struct tp_access_line *line, struct tp_writer *w)
{
	size_t count = TP_LINE_NUMBER_COUNT, begin;

	tp_record_text(w, TP_IMAGE_LINE_CIRCUIT, line->circuit_id);
	tp_record_text(w, TP_IMAGE_LINE_REMOTE, line->remote_id);
	while (count > 0 && line->number[count - 1] == 0)
		count--;
	begin = tp_record_begin(w, TP_IMAGE_LINE_NUMBERS); /* says that there is a line */
	for (size_t i = 0; i < count; i++)
		tp_write_be32(w, line->number[i]);
	tp_record_end(w, begin);
}

static void write_lcp(const struct tp_ppp_image *ppp, struct tp_writer *w)
{
	size_t begin = tp_record_begin(w, TP_IMAGE_LINE_LCP);

	tp_write_be32(w, ppp->magic);
	tp_write_be32(w, ppp->peer_magic);
	tp_write_be16(w, ppp->mru);
	tp_write_be16(w, ppp->peer_mru);
	tp_write_u8(w, ppp->refused);
	tp_write_u8(w, ppp->method);
	tp_write_u8(w, ppp->lcp.next_id);
	tp_write_be32(w, ppp->lcp.granted);
	tp_record_end(w, begin);
}

static void write_automaton(const struct tp_ppp_automaton_image *a, struct tp_writer *w)
{
	tp_write_u8(w, a->standing);
	tp_write_u8(w, a->next_id);
	tp_write_be32(w, a->granted);
}

static void write_network(const struct tp_ppp_image *ppp, struct tp_writer *w)
{
	size_t begin = tp_record_begin(w, TP_IMAGE_LINE_NETWORK);

	write_automaton(&ppp->ipcp, w);
	write_automaton(&ppp->ipv6cp, w);
	tp_write_bytes(w, ppp->ids.local, sizeof(ppp->ids.local));
	tp_write_bytes(w, ppp->ids.remote, sizeof(ppp->ids.remote));
	tp_record_end(w, begin);
}

static void write_mp(const struct tp_line_facts *l, struct tp_writer *w)
{
	size_t begin;

	if (l->mrru == 0)
		return;
	begin = tp_record_begin(w, TP_IMAGE_LINE_MP);
	tp_write_be16(w, l->mrru);
	tp_write_u8(w, l->short_sequence);
	tp_write_u8(w, l->peer_short_sequence);
	tp_write_u8(w, l->ppp.endpoint_len);
	tp_write_bytes(w, l->ppp.endpoint, l->ppp.endpoint_len);
	tp_record_end(w, begin);
}

static void write_line(const struct tp_line_facts *l, struct tp_writer *w)
{
	size_t begin = tp_record_begin(w, TP_IMAGE_LINE);

	write_line_ids(l, w);
	write_place(l, w);
	if (l->has_access_line)
		write_access_line(&l->access_line, w);
	write_lcp(&l->ppp, w);
	write_network(&l->ppp, w);
	write_mp(l, w);
	tp_record_end(w, begin);
}

/* ---- all of it ---- */

static void write_subscriber(const struct tp_session_facts *f, struct tp_writer *w)
{
	size_t begin;

	if (f->subscriber == NULL)
		return;
	begin = tp_record_begin(w, TP_IMAGE_SUBSCRIBER);
	tp_subscriber_facts_write(f->subscriber, f->secret_id, w);
	tp_record_end(w, begin);
}

size_t tp_session_facts_write(const struct tp_session_facts *f, uint8_t *out, size_t size)
{
	struct tp_writer w =
		tp_writer_of(out, size < TP_SESSION_IMAGE_MAX ? size : TP_SESSION_IMAGE_MAX);

	tp_write_be16(&w, TP_IMAGE_WORD);
	tp_write_u8(&w, TP_SESSION_IMAGE_VERSION);
	tp_write_u8(&w, TP_SESSION_IMAGE_OLDEST);
	write_head(f, &w);
	write_counters(&f->counters, &w);
	write_session(f, &w);
	write_ipv6(f, &w);
	write_subscriber(f, &w);
	for (unsigned i = 0; i < f->line_count; i++)
		write_line(&f->lines[i], &w);
	return tp_writer_ok(&w) ? tp_writer_len(&w) : 0;
}
