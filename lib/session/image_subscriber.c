/* SPDX-License-Identifier: BSD-3-Clause */
/* What a subscriber gets, in an image. A new attribute is a field more at the end of a record, or a
 * record more. */
#include <stdlib.h>

#include "base/name.h"
#include "session/image_facts.h"
#include "session/image_layout.h"
#include "session/image_records.h"

/* Bits of TP_IMAGE_GETS. */
#define ONLY_ONE   0x01
#define CHANGE_MSS 0x02
#define STATEFUL   0x04

/* Bits of TP_IMAGE_IPV6. */
#define HAS_ADDRESS	 0x01
#define HAS_INTERFACE_ID 0x02

#define PREFIX6_BYTES 17
#define ROUTES6_MAX   (TP_SESSION_IMAGE_MAX / PREFIX6_BYTES)
#define PREFIX_BYTES  5

/* ---- writing ---- */

static void write_gets(const struct tp_subscriber *s, uint32_t secret_id, struct tp_writer *w)
{
	size_t begin = tp_record_begin(w, TP_IMAGE_GETS);

	tp_write_u8(w,
		    (uint8_t)((s->only_one ? ONLY_ONE : 0) | (s->change_tcp_mss ? CHANGE_MSS : 0) |
			      (s->stateful_encryption ? STATEFUL : 0)));
	tp_write_u8(w, s->encryption_strengths);
	tp_write_u8(w, s->use_encryption);
	tp_write_u8(w, s->use_ipv6);
	tp_write_be32(w, secret_id);
	tp_write_be32(w, s->session_timeout_s);
	tp_write_be32(w, s->idle_timeout_s);
	for (unsigned i = 0; i < 2; i++)
		tp_write_be32(w, s->dns[i]);
	for (unsigned i = 0; i < 2; i++)
		tp_write_be32(w, s->wins[i]);
	tp_write_be64(w, s->limit_bytes_in);
	tp_write_be64(w, s->limit_bytes_out);
	tp_record_end(w, begin);
}

static void write_address(uint16_t type, const struct tp_subscriber_address *address,
			  struct tp_writer *w)
{
	size_t begin;

	if (address->fixed == 0 && address->pool == NULL)
		return;
	begin = tp_record_begin(w, type);
	tp_write_be32(w, address->fixed);
	if (address->pool != NULL)
		tp_write_bytes(w, address->pool, strlen(address->pool));
	tp_record_end(w, begin);
}

static void write_way(const struct tp_rate_limit_way *way, struct tp_writer *w)
{
	tp_write_be64(w, way->rate);
	tp_write_be64(w, way->burst_rate);
	tp_write_be64(w, way->burst_threshold);
	tp_write_be32(w, way->burst_time);
	tp_write_u8(w, way->priority);
	tp_write_be64(w, way->rate_min);
}

static void write_rate_limit(const struct tp_rate_limit *limit, struct tp_writer *w)
{
	size_t begin;

	if (limit == NULL)
		return;
	begin = tp_record_begin(w, TP_IMAGE_RATE_LIMIT);
	tp_write_u8(w, limit->words);
	write_way(&limit->rx, w);
	write_way(&limit->tx, w);
	tp_record_end(w, begin);
}

static void write_routes(const struct tp_subscriber *s, struct tp_writer *w)
{
	size_t begin;

	if (s->route_count == 0)
		return;
	begin = tp_record_begin(w, TP_IMAGE_ROUTES);
	for (uint32_t i = 0; i < s->route_count; i++) {
		tp_write_u8(w, s->routes[i].length);
		tp_write_be32(w, s->routes[i].address);
	}
	tp_record_end(w, begin);
}

static void write_radius(const struct tp_subscriber_radius *radius, struct tp_writer *w)
{
	size_t begin;

	if (radius == NULL)
		return;
	begin = tp_record_begin(w, TP_IMAGE_RADIUS);
	tp_write_be64(w, radius->limit_bytes_total);
	tp_write_be32(w, radius->interim_s);
	tp_write_be32(w, radius->termination_action);
	tp_write_be16(w, radius->port_limit);
	tp_write_be16(w, radius->framed_mtu);
	tp_write_u8(w, radius->given);
	tp_write_be16(w, radius->class_len);
	tp_write_bytes(w, radius->class, radius->class_len);
	tp_record_end(w, begin);
}

static void write_prefixes(uint16_t type, const struct tp_prefix6 *prefixes, uint32_t count,
			   struct tp_writer *w)
{
	size_t begin;

	if (count == 0)
		return;
	begin = tp_record_begin(w, type);
	for (uint32_t i = 0; i < count; i++)
		tp_prefix6_write(w, &prefixes[i]);
	tp_record_end(w, begin);
}

static void write_ipv6(const struct tp_subscriber_ipv6 *ipv6, struct tp_writer *w)
{
	size_t begin;

	if (ipv6 == NULL)
		return;
	begin = tp_record_begin(w, TP_IMAGE_IPV6);
	tp_write_be32(w, ipv6->lease_time_s);
	tp_prefix6_write(w, &ipv6->prefix);
	tp_write_u8(w, (uint8_t)((ipv6->has_address ? HAS_ADDRESS : 0) |
				 (ipv6->has_interface_id ? HAS_INTERFACE_ID : 0)));
	tp_write_bytes(w, ipv6->interface_id, sizeof(ipv6->interface_id));
	tp_write_bytes(w, ipv6->address, sizeof(ipv6->address));
	tp_write_u8(w, ipv6->dns_count);
	tp_write_bytes(w, ipv6->dns, ipv6->dns_count * sizeof(ipv6->dns[0]));
	tp_record_end(w, begin);
	tp_record_text(w, TP_IMAGE_PREFIX_POOL, ipv6->prefix_pool);
	tp_record_text(w, TP_IMAGE_PD_POOL, ipv6->pd_pool);
	write_prefixes(TP_IMAGE_FIXED_PD, ipv6->delegated, ipv6->delegated_count, w);
	write_prefixes(TP_IMAGE_IPV6_ROUTES, ipv6->routes, ipv6->route_count, w);
}

void tp_subscriber_facts_write(const struct tp_subscriber *s, uint32_t secret_id,
			       struct tp_writer *w)
{
	write_gets(s, secret_id, w);
	tp_record_text(w, TP_IMAGE_PROFILE, s->profile);
	tp_record_text(w, TP_IMAGE_ADDRESS_LIST, s->address_list);
	write_address(TP_IMAGE_LOCAL, &s->local, w);
	write_address(TP_IMAGE_REMOTE, &s->remote, w);
	write_rate_limit(s->rate_limit, w);
	write_routes(s, w);
	write_radius(s->radius, w);
	write_ipv6(s->ipv6, w);
}

/* ---- reading ---- */

/* A subscriber on its way; of IPv6, what becomes one piece of memory in the end. */
struct reading {
	struct tp_subscriber *to;
	struct tp_aaa_local *names;
	bool no_memory;
	bool has_ipv6;
	struct tp_subscriber_ipv6 ipv6;
	struct tp_prefix6 *delegated; /* room for TP_DELEGATED_MAX */
	struct tp_prefix6 *routes;    /* for ROUTES6_MAX */
};

/* Bytes of LEN, zero behind what WHAT has; NULL: there are some already, or no memory. */
static void *piece(struct reading *in, const void *before, size_t len)
{
	void *memory = before == NULL ? calloc(1, len) : NULL;

	in->no_memory |= before == NULL && memory == NULL;
	return memory;
}

static bool read_name(struct reading *in, struct tp_reader r, const char **name)
{
	char text[TP_FACTS_NAME_MAX];

	if (*name != NULL || !tp_field_text(&r, text, sizeof(text)) || text[0] == '\0')
		return false;
	*name = tp_aaa_local_name(in->names, text);
	in->no_memory |= *name == NULL;
	return *name != NULL;
}

static bool read_gets(struct reading *in, struct tp_reader r)
{
	struct tp_subscriber *s = in->to;
	uint8_t flags = tp_field_u8(&r);

	s->only_one = flags & ONLY_ONE;
	s->change_tcp_mss = flags & CHANGE_MSS;
	s->stateful_encryption = flags & STATEFUL;
	s->encryption_strengths = tp_field_u8(&r);
	s->use_encryption = tp_field_u8(&r);
	s->use_ipv6 = tp_field_u8(&r);
	s->secret_id = tp_field_be32(&r);
	s->session_timeout_s = tp_field_be32(&r);
	s->idle_timeout_s = tp_field_be32(&r);
	for (unsigned i = 0; i < 2; i++)
		s->dns[i] = tp_field_be32(&r);
	for (unsigned i = 0; i < 2; i++)
		s->wins[i] = tp_field_be32(&r);
	s->limit_bytes_in = tp_field_be64(&r);
	s->limit_bytes_out = tp_field_be64(&r);
	return s->use_encryption <= TP_ENCRYPTION_REQUIRED && s->use_ipv6 <= TP_USE_IPV6_REQUIRED;
}

static bool read_address(struct reading *in, struct tp_reader r,
			 struct tp_subscriber_address *address)
{
	address->fixed = tp_field_be32(&r);
	return tp_reader_left(&r) == 0 || read_name(in, r, &address->pool);
}

static void read_way(struct tp_reader *r, struct tp_rate_limit_way *way)
{
	way->rate = tp_field_be64(r);
	way->burst_rate = tp_field_be64(r);
	way->burst_threshold = tp_field_be64(r);
	way->burst_time = tp_field_be32(r);
	way->priority = tp_field_u8(r);
	way->rate_min = tp_field_be64(r);
}

static bool is_rate(const struct tp_rate_limit_way *way)
{
	return way->rate <= TP_RATE_MAX && way->burst_rate <= TP_RATE_MAX &&
	       way->burst_threshold <= TP_RATE_MAX && way->rate_min <= TP_RATE_MAX &&
	       way->burst_time <= TP_BURST_TIME_MAX && way->priority <= 8;
}

static bool read_rate_limit(struct reading *in, struct tp_reader r)
{
	struct tp_rate_limit *limit = piece(in, in->to->rate_limit, sizeof(*limit));

	if (limit == NULL)
		return false;
	in->to->rate_limit = limit;
	limit->words = tp_field_u8(&r);
	read_way(&r, &limit->rx);
	read_way(&r, &limit->tx);
	return limit->words >= 1 && limit->words <= 6 && is_rate(&limit->rx) && is_rate(&limit->tx);
}

static bool read_routes(struct reading *in, struct tp_reader r)
{
	uint32_t count = (uint32_t)(tp_reader_left(&r) / PREFIX_BYTES);
	struct tp_prefix *routes;

	if (count == 0 || tp_reader_left(&r) % PREFIX_BYTES != 0)
		return false;
	routes = piece(in, in->to->routes, count * sizeof(*routes));
	if (routes == NULL)
		return false;
	in->to->routes = routes;
	in->to->route_count = count;
	for (uint32_t i = 0; i < count; i++) {
		routes[i].length = tp_field_u8(&r);
		routes[i].address = tp_field_be32(&r);
		if (routes[i].length > 32 ||
		    (routes[i].address & ~tp_prefix_mask(routes[i].length)) != 0)
			return false;
	}
	return true;
}

static bool read_radius(struct reading *in, struct tp_reader r)
{
	struct tp_subscriber_radius *radius =
		piece(in, in->to->radius, sizeof(*radius) + tp_reader_left(&r));

	if (radius == NULL)
		return false;
	in->to->radius = radius;
	radius->limit_bytes_total = tp_field_be64(&r);
	radius->interim_s = tp_field_be32(&r);
	radius->termination_action = tp_field_be32(&r);
	radius->port_limit = tp_field_be16(&r);
	radius->framed_mtu = tp_field_be16(&r);
	radius->given = tp_field_u8(&r);
	radius->class_len = tp_field_be16(&r);
	if (tp_read_copy(&r, radius->class, radius->class_len))
		return true;
	radius->class_len = 0;
	return false;
}

static bool read_prefixes(struct tp_reader r, struct tp_prefix6 *to, uint32_t most, uint32_t *count)
{
	if (*count != 0)
		return false;
	while (tp_reader_left(&r) > 0)
		if (*count == most || !tp_prefix6_read(&r, &to[(*count)++]))
			return false;
	return true;
}

static bool read_ipv6(struct reading *in, struct tp_reader r)
{
	struct tp_subscriber_ipv6 *ipv6 = &in->ipv6;
	uint8_t flags;

	in->has_ipv6 = true;
	ipv6->lease_time_s = tp_field_be32(&r);
	if (!tp_prefix6_read(&r, &ipv6->prefix))
		return false;
	flags = tp_field_u8(&r);
	ipv6->has_address = flags & HAS_ADDRESS;
	ipv6->has_interface_id = flags & HAS_INTERFACE_ID;
	tp_read_copy(&r, ipv6->interface_id, sizeof(ipv6->interface_id));
	tp_read_copy(&r, ipv6->address, sizeof(ipv6->address));
	ipv6->dns_count = tp_field_u8(&r);
	return ipv6->lease_time_s != 0 && ipv6->dns_count <= TP_SUBSCRIBER_DNS6_MAX &&
	       tp_read_copy(&r, ipv6->dns, ipv6->dns_count * sizeof(ipv6->dns[0]));
}

static bool read_fixed_pd(struct reading *in, struct tp_reader r)
{
	uint32_t count = in->ipv6.delegated_count;
	bool good = read_prefixes(r, in->delegated, TP_DELEGATED_MAX, &count);

	in->ipv6.delegated_count = (uint8_t)count;
	return good;
}

static bool read_record(struct reading *in, const struct tp_record *record)
{
	struct tp_subscriber *s = in->to;

	switch (record->type) {
	case TP_IMAGE_GETS:
		return read_gets(in, record->value);
	case TP_IMAGE_PROFILE:
		return read_name(in, record->value, &s->profile);
	case TP_IMAGE_ADDRESS_LIST:
		return read_name(in, record->value, &s->address_list);
	case TP_IMAGE_LOCAL:
		return read_address(in, record->value, &s->local);
	case TP_IMAGE_REMOTE:
		return read_address(in, record->value, &s->remote);
	case TP_IMAGE_RATE_LIMIT:
		return read_rate_limit(in, record->value);
	case TP_IMAGE_ROUTES:
		return read_routes(in, record->value);
	case TP_IMAGE_RADIUS:
		return read_radius(in, record->value);
	case TP_IMAGE_IPV6:
		return read_ipv6(in, record->value);
	case TP_IMAGE_PREFIX_POOL:
		return read_name(in, record->value, &in->ipv6.prefix_pool);
	case TP_IMAGE_PD_POOL:
		return read_name(in, record->value, &in->ipv6.pd_pool);
	case TP_IMAGE_FIXED_PD:
		return read_fixed_pd(in, record->value);
	case TP_IMAGE_IPV6_ROUTES:
		return read_prefixes(record->value, in->routes, ROUTES6_MAX, &in->ipv6.route_count);
	default:
		return true; /* a later version's */
	}
}

static bool read_all(struct reading *in, struct tp_reader r)
{
	struct tp_record record;

	while (tp_record_next(&r, &record))
		if (!read_record(in, &record))
			return false;
	return tp_reader_left(&r) == 0;
}

static bool keep_ipv6(struct reading *in)
{
	if (!in->has_ipv6)
		return true;
	in->ipv6.delegated = in->delegated;
	in->ipv6.routes = in->routes;
	in->to->ipv6 = tp_subscriber_ipv6_copy(&in->ipv6);
	in->no_memory |= in->to->ipv6 == NULL;
	return in->to->ipv6 != NULL;
}

bool tp_subscriber_facts_read(struct tp_subscriber *subscriber, struct tp_aaa_local *names,
			      struct tp_reader r, bool *no_memory)
{
	struct tp_prefix6 delegated[TP_DELEGATED_MAX], routes[ROUTES6_MAX];
	struct reading in = {
		.to = subscriber, .names = names, .delegated = delegated, .routes = routes};
	bool good = read_all(&in, r) && keep_ipv6(&in);

	tp_name_unref(in.ipv6.prefix_pool);
	tp_name_unref(in.ipv6.pd_pool);
	*no_memory |= in.no_memory;
	return good;
}
