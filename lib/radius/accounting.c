/* SPDX-License-Identifier: BSD-3-Clause */
#include "radius/accounting.h"

#include <string.h>

#define CLASS_MAX 2048 /* bytes of them all: the rest of a record is always to have room */

static void put_usage(struct tp_radius_builder *b, const struct tp_session_counters *u)
{
	tp_radius_put_u64(b, TP_RADIUS_ACCT_INPUT_OCTETS, TP_RADIUS_ACCT_INPUT_GIGAWORDS,
			  u->bytes_in);
	tp_radius_put_u64(b, TP_RADIUS_ACCT_OUTPUT_OCTETS, TP_RADIUS_ACCT_OUTPUT_GIGAWORDS,
			  u->bytes_out);
	tp_radius_put_u32(b, TP_RADIUS_ACCT_INPUT_PACKETS, (uint32_t)u->packets_in);
	tp_radius_put_u32(b, TP_RADIUS_ACCT_OUTPUT_PACKETS, (uint32_t)u->packets_out);
	if (u->ipv6_packets_in == 0 && u->ipv6_packets_out == 0)
		return;
	tp_radius_put_u64(b, TP_RADIUS_IPV6_ACCT_INPUT_OCTETS, TP_RADIUS_IPV6_ACCT_INPUT_GIGAWORDS,
			  u->ipv6_bytes_in);
	tp_radius_put_u64(b, TP_RADIUS_IPV6_ACCT_OUTPUT_OCTETS,
			  TP_RADIUS_IPV6_ACCT_OUTPUT_GIGAWORDS, u->ipv6_bytes_out);
	tp_radius_put_u32(b, TP_RADIUS_IPV6_ACCT_INPUT_PACKETS, (uint32_t)u->ipv6_packets_in);
	tp_radius_put_u32(b, TP_RADIUS_IPV6_ACCT_OUTPUT_PACKETS, (uint32_t)u->ipv6_packets_out);
}

bool tp_radius_told_name(const struct tp_subscriber_radius *radius,
			 char name[TP_RADIUS_VALUE_MAX + 1])
{
	const unsigned class_len = radius != NULL ? radius->class_len : 0;

	for (unsigned at = 0, len; at + 2u <= class_len; at += len) {
		len = radius->class[at + 1];
		if (len < 2 || at + len > class_len)
			return false;
		if (tp_radius_lookup(0, radius->class[at]) != TP_RADIUS_USER_NAME)
			continue;
		memcpy(name, radius->class + at + 2, len - 2);
		name[len - 2] = '\0';
		return len > 2 && strlen(name) == len - 2;
	}
	return false;
}

/* Class and Chargeable-User-Identity are kept as they came, with type and length; so is User-Name,
 * which has gone before. */
static void put_echoes(struct tp_radius_builder *b, const struct tp_subscriber_radius *radius)
{
	for (unsigned at = 0; at + 2u <= radius->class_len;) {
		unsigned len = radius->class[at + 1];

		if (len < 2 || at + len > radius->class_len || at + len > CLASS_MAX)
			return;
		if (tp_radius_lookup(0, radius->class[at]) != TP_RADIUS_USER_NAME)
			tp_radius_put_bytes(b, tp_radius_lookup(0, radius->class[at]),
					    radius->class + at + 2, len - 2);
		at += len;
	}
}

/* An identifier, of which there is none, and the domain. */
static void put_domain(struct tp_radius_builder *b, const char *user)
{
	uint8_t bytes[TP_RADIUS_VALUE_MAX] = {0};
	size_t len;
	const char *domain = tp_radius_domain_of(user, &len);

	if (len == 0 || len + 1 > sizeof(bytes) - 6) /* of the vendor's attribute */
		return;
	memcpy(bytes + 1, domain, len);
	tp_radius_put_bytes(b, TP_RADIUS_MS_CHAP_DOMAIN, bytes, len + 1);
}

static void put_prefix(struct tp_radius_builder *b, enum tp_radius_attribute attribute,
		       const struct tp_prefix6 *prefix)
{
	if (prefix->length == 128 && attribute == TP_RADIUS_FRAMED_IPV6_PREFIX)
		tp_radius_put_ipv6(b, TP_RADIUS_FRAMED_IPV6_ADDRESS, prefix->address);
	else if (prefix->length != 0)
		tp_radius_put_ipv6_prefix(b, attribute, prefix->address, prefix->length);
}

static void put_what_it_has(struct tp_radius_builder *b, const struct tp_radius_ipv6 *ipv6)
{
	put_prefix(b, TP_RADIUS_FRAMED_IPV6_PREFIX, &ipv6->prefix);
	if (ipv6->address.length != 0)
		tp_radius_put_ipv6(b, TP_RADIUS_FRAMED_IPV6_ADDRESS, ipv6->address.address);
	if (ipv6->interface_id != NULL)
		tp_radius_put_bytes(b, TP_RADIUS_FRAMED_INTERFACE_ID, ipv6->interface_id, 8);
	for (unsigned i = 0; i < ipv6->delegated_count; i++)
		put_prefix(b, TP_RADIUS_DELEGATED_IPV6_PREFIX, &ipv6->delegated[i]);
}

static void put_of_session(struct tp_radius_builder *b, const struct tp_radius_nas *nas,
			   const struct tp_radius_record *r)
{
	const struct tp_subscriber_radius *radius = r->subscriber->radius;
	struct tp_radius_session session = *r->session;
	char bundle[TP_RADIUS_SESSION_ID_LEN], name[TP_RADIUS_VALUE_MAX + 1];

	if (tp_radius_told_name(radius, name)) {
		put_domain(b, session.user);
		session.user = name;
	}
	tp_radius_put_session(b, nas, &session);
	tp_radius_put_u32(b, TP_RADIUS_ACCT_AUTHENTIC,
			  r->by_radius ? TP_RADIUS_AUTHENTIC_RADIUS : TP_RADIUS_AUTHENTIC_LOCAL);
	if (r->address != 0)
		tp_radius_put_u32(b, TP_RADIUS_FRAMED_IP_ADDRESS, r->address);
	put_what_it_has(b, &r->ipv6);
	if (radius != NULL)
		put_echoes(b, radius);
	if (r->bundle_id != 0) {
		tp_radius_put_text(b, TP_RADIUS_ACCT_MULTI_SESSION_ID,
				   tp_radius_session_id(r->bundle_id, bundle));
		tp_radius_put_u32(b, TP_RADIUS_ACCT_LINK_COUNT, r->link_count);
	}
	if (r->status == TP_RADIUS_ACCT_START)
		return;
	tp_radius_put_u32(b, TP_RADIUS_ACCT_SESSION_TIME, r->session_time_s);
	put_usage(b, &r->usage);
	if (r->status == TP_RADIUS_ACCT_STOP)
		tp_radius_put_u32(b, TP_RADIUS_ACCT_TERMINATE_CAUSE, r->cause);
}

void tp_radius_put_record(struct tp_radius_builder *b, const struct tp_radius_nas *nas,
			  const struct tp_radius_record *record)
{
	tp_radius_put_u32(b, TP_RADIUS_ACCT_STATUS_TYPE, record->status);
	tp_radius_put_u32(b, TP_RADIUS_EVENT_TIMESTAMP, record->unix_s);
	tp_radius_put_u32(b, TP_RADIUS_ACCT_DELAY_TIME, 0);
	tp_radius_put_nas(b, nas);
	if (record->session != NULL)
		put_of_session(b, nas, record);
}

static bool is_usage(enum tp_radius_attribute attribute)
{
	switch (attribute) {
	case TP_RADIUS_ACCT_INPUT_OCTETS:
	case TP_RADIUS_ACCT_INPUT_GIGAWORDS:
	case TP_RADIUS_ACCT_OUTPUT_OCTETS:
	case TP_RADIUS_ACCT_OUTPUT_GIGAWORDS:
	case TP_RADIUS_ACCT_INPUT_PACKETS:
	case TP_RADIUS_ACCT_OUTPUT_PACKETS:
	case TP_RADIUS_IPV6_ACCT_INPUT_OCTETS:
	case TP_RADIUS_IPV6_ACCT_INPUT_GIGAWORDS:
	case TP_RADIUS_IPV6_ACCT_OUTPUT_OCTETS:
	case TP_RADIUS_IPV6_ACCT_OUTPUT_GIGAWORDS:
	case TP_RADIUS_IPV6_ACCT_INPUT_PACKETS:
	case TP_RADIUS_IPV6_ACCT_OUTPUT_PACKETS:
		return true;
	default:
		return false;
	}
}

size_t tp_radius_record_end(const uint8_t *bytes, size_t len, enum tp_radius_cause cause,
			    const struct tp_session_counters *usage,
			    uint8_t room[TP_RADIUS_PACKET_MAX])
{
	static const struct tp_session_counters nothing;
	struct tp_radius_packet packet;
	struct tp_radius_value value;
	struct tp_radius_builder b;
	struct tp_radius_iterator iterator;
	uint32_t status;
	size_t made;

	if (tp_radius_parse(bytes, len, &packet) != TP_RADIUS_WELL_FORMED ||
	    !tp_radius_get(&packet, TP_RADIUS_ACCT_STATUS_TYPE, &value) ||
	    !tp_radius_u32(&value, &status) ||
	    (status != TP_RADIUS_ACCT_START && status != TP_RADIUS_ACCT_INTERIM))
		return 0;
	tp_radius_begin(&b, room, TP_RADIUS_PACKET_MAX, TP_RADIUS_ACCOUNTING_REQUEST);
	if (status == TP_RADIUS_ACCT_START && usage == NULL)
		usage = &nothing;
	iterator = tp_radius_iterate(&packet);
	while (tp_radius_next(&iterator, &value))
		if (usage == NULL || !is_usage(value.attribute))
			tp_radius_put_bytes(&b, value.attribute, value.bytes, value.len);
	/* What a Start leaves out and a Stop must have. */
	if (status == TP_RADIUS_ACCT_START)
		tp_radius_put_u32(&b, TP_RADIUS_ACCT_SESSION_TIME, 0);
	if (usage != NULL)
		put_usage(&b, usage);
	tp_radius_put_u32(&b, TP_RADIUS_ACCT_TERMINATE_CAUSE, cause);
	made = tp_radius_finish(&b);
	tp_radius_rewrite_u32(room, made, TP_RADIUS_ACCT_STATUS_TYPE, TP_RADIUS_ACCT_STOP);
	return made;
}
