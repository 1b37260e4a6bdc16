/* SPDX-License-Identifier: BSD-3-Clause */
/* Attributes of a reply, read. What becomes of them is in grant_apply.c. */
#include "radius/grant.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/ipv6_text.h"
#include "base/text.h"
#include "wire/ipv6.h"

/* One reply on its way into a grant. Numbers come in halves, rates in several attributes. */
struct reading {
	struct tp_radius_grant *grant;
	uint32_t ascend_data[2], ascend_xmit; /* bit/s; the first is to the subscriber */
	unsigned ascend_data_count;
	uint32_t wispr_up, wispr_down; /* bit/s */
	uint32_t limit[3][2];	       /* in, out, total: low and high 32 bits */
	tp_radius_name rate_limit, filter_id;
	char *why;
};

static bool refuse(struct reading *r, const struct tp_radius_value *value, const char *clause)
{
	char shown[64];
	const struct tp_radius_definition *d = tp_radius_define(value->attribute);
	bool text = d->kind == TP_RADIUS_KIND_TEXT;

	tp_text_escape(value->bytes, value->len, shown, sizeof(shown));
	snprintf(r->why, TP_RADIUS_WHY, "%s%s%s%s %.80s", d->name, text ? " '" : "",
		 text ? shown : "", text ? "'" : "", clause);
	return false;
}

/* ---- one kind of value each ---- */

/* RouterOS's "dst [gateway [metric]]", RFC 2865's "dst gateway metric …": the gateway is the
 * subscriber. */
static bool read_route(struct reading *r, const struct tp_radius_value *value)
{
	struct tp_radius_grant *grant = r->grant;
	tp_radius_name text;
	char *save = NULL, *dst, *gateway;
	struct tp_prefix *route = &grant->routes[grant->route_count];
	uint32_t address = 0;

	if (!tp_radius_text(value, text, sizeof(text)))
		return refuse(r, value, "is no text");
	if (grant->route_count == TP_RADIUS_ROUTES_MAX)
		return refuse(r, value, "is one too many");
	dst = strtok_r(text, " \t", &save);
	gateway = strtok_r(NULL, " \t", &save);
	if (dst == NULL || !tp_prefix_parse(dst, route) ||
	    (gateway != NULL && !tp_ipv4_parse(gateway, &address)))
		return refuse(r, value, "is no route");
	if ((route->address & ~tp_prefix_mask(route->length)) != 0)
		return refuse(r, value, "has bits set behind its prefix");
	if (address != 0 && address != grant->framed_address)
		return refuse(r, value, "has a gateway that is not the subscriber");
	grant->route_count++;
	return true;
}

/* An address that only the subscriber can have as a gateway: of its link, or the prefix's. */
static bool is_subscribers(const struct tp_radius_grant *grant, const uint8_t *address)
{
	const struct tp_prefix6 *prefix = &grant->framed_ipv6_prefix;

	return tp_ipv6_is_unspecified(address) || tp_ipv6_is_link_local(address) ||
	       (prefix->length != 0 && tp_prefix6_has(prefix, address)) ||
	       memcmp(grant->framed_ipv6_address, address, 16) == 0;
}

/* RFC 3162, 2.5: as Framed-Route. */
static bool read_ipv6_route(struct reading *r, const struct tp_radius_value *value)
{
	struct tp_radius_grant *grant = r->grant;
	tp_radius_name text;
	char *save = NULL, *dst, *gateway;
	uint8_t address[16] = {0};

	if (!tp_radius_text(value, text, sizeof(text)))
		return refuse(r, value, "is no text");
	if (grant->ipv6_route_count == TP_RADIUS_ROUTES_MAX)
		return refuse(r, value, "is one too many");
	dst = strtok_r(text, " \t", &save);
	gateway = strtok_r(NULL, " \t", &save);
	if (dst == NULL || !tp_prefix6_parse(dst, &grant->ipv6_routes[grant->ipv6_route_count]) ||
	    (gateway != NULL && !tp_ipv6_parse(gateway, address)))
		return refuse(r, value, "is no route");
	if (tp_prefix6_is_nobodys(&grant->ipv6_routes[grant->ipv6_route_count]))
		return refuse(r, value, "leads to what no subscriber has");
	if (!is_subscribers(grant, address))
		return refuse(r, value, "has a gateway that is not the subscriber");
	grant->ipv6_route_count++;
	return true;
}

/* Host bits are cut off: they say nothing, and servers put them there. */
static bool read_prefix(struct reading *r, const struct tp_radius_value *value,
			struct tp_prefix6 *prefix)
{
	if (!tp_radius_ipv6_prefix(value, prefix->address, &prefix->length))
		return refuse(r, value, "is no prefix");
	*prefix = tp_prefix6_of(prefix->address, prefix->length);
	return !tp_prefix6_is_nobodys(prefix) || refuse(r, value, "is what no subscriber has");
}

/* SLAAC has 64 bits (RFC 4862, 5.5.3); 128 are an address, by DHCPv6. */
static bool read_framed_prefix(struct reading *r, const struct tp_radius_value *value)
{
	struct tp_prefix6 *prefix = &r->grant->framed_ipv6_prefix;

	return read_prefix(r, value, prefix) &&
	       (prefix->length == 64 || prefix->length == 128 ||
		refuse(r, value, "is neither of 64 nor of 128 bits"));
}

static bool read_delegated(struct reading *r, const struct tp_radius_value *value)
{
	struct tp_radius_grant *grant = r->grant;
	struct tp_prefix6 *prefix = &grant->delegated_ipv6_prefixes[grant->delegated_ipv6_count];

	if (grant->delegated_ipv6_count == TP_DELEGATED_MAX)
		return refuse(r, value, "is one too many");
	if (!read_prefix(r, value, prefix))
		return false;
	grant->delegated_ipv6_count++;
	return prefix->length <= 64 || refuse(r, value, "is longer than 64 bits");
}

static bool echo(struct tp_radius_grant *grant, enum tp_radius_attribute attribute,
		 const void *bytes, size_t bytes_len)
{
	uint8_t *to = grant->class + grant->class_len;
	size_t len = bytes_len + 2;

	if (bytes_len > TP_RADIUS_VALUE_MAX || grant->class_len + len > sizeof(grant->class))
		return false;
	to[0] = tp_radius_define(attribute)->number;
	to[1] = (uint8_t)len;
	memcpy(to + 2, bytes, bytes_len);
	grant->class_len = (uint16_t)(grant->class_len + len);
	grant->given[attribute] = true;
	return true;
}

/* Class, Chargeable-User-Identity and User-Name. */
static bool read_echoed(struct reading *r, const struct tp_radius_value *value)
{
	return echo(r->grant, value->attribute, value->bytes, value->len) ||
	       refuse(r, value, "is more than there is room for");
}

void tp_radius_grant_name(struct tp_radius_grant *grant, const char *name)
{
	if (!grant->given[TP_RADIUS_USER_NAME])
		(void)echo(grant, TP_RADIUS_USER_NAME, name, strlen(name));
}

static bool read_ascend_data(struct reading *r, const struct tp_radius_value *value)
{
	unsigned i = r->ascend_data_count < 2 ? r->ascend_data_count++ : 1;

	return tp_radius_u32(value, &r->ascend_data[i]) || refuse(r, value, "is no number");
}

static bool read_ipv6_dns(struct reading *r, const struct tp_radius_value *value)
{
	struct tp_radius_grant *grant = r->grant;

	if (grant->ipv6_dns_count == 2) /* more than we can tell anybody of */
		return true;
	if (!tp_radius_ipv6(value, grant->ipv6_dns[grant->ipv6_dns_count]))
		return refuse(r, value, "is no address");
	if (!tp_ipv6_is_unspecified(grant->ipv6_dns[grant->ipv6_dns_count]))
		grant->ipv6_dns_count++;
	return true;
}

/* ---- which attribute is which ---- */

struct rule {
	enum tp_radius_attribute attribute;
	size_t offset;	   /* of a number, a name, an address in the grant, … */
	size_t in_reading; /* … or, plus one, in the reading */
	bool (*read)(struct reading *r, const struct tp_radius_value *value); /* or neither */
};

#define IN_GRANT(id, field)                                                                        \
	{                                                                                          \
		.attribute = TP_RADIUS_##id, .offset = offsetof(struct tp_radius_grant, field)     \
	}
#define IN_READING(id, field)                                                                      \
	{                                                                                          \
		.attribute = TP_RADIUS_##id, .in_reading = offsetof(struct reading, field) + 1     \
	}
#define BY(id, fn)                                                                                 \
	{                                                                                          \
		.attribute = TP_RADIUS_##id, .read = (fn)                                          \
	}

static const struct rule rules[] = {
	IN_GRANT(FRAMED_IP_ADDRESS, framed_address),
	IN_GRANT(FRAMED_IP_NETMASK, framed_netmask),
	IN_GRANT(FRAMED_POOL, pool),
	BY(FRAMED_ROUTE, read_route),
	IN_GRANT(FRAMED_MTU, framed_mtu),
	IN_GRANT(SESSION_TIMEOUT, session_timeout_s),
	IN_GRANT(IDLE_TIMEOUT, idle_timeout_s),
	IN_GRANT(TERMINATION_ACTION, termination_action),
	IN_GRANT(ACCT_INTERIM_INTERVAL, interim_s),
	IN_GRANT(PORT_LIMIT, port_limit),
	BY(USER_NAME, read_echoed),
	BY(CLASS, read_echoed),
	BY(CHARGEABLE_USER_IDENTITY, read_echoed),
	IN_READING(FILTER_ID, filter_id),
	IN_GRANT(MS_PRIMARY_DNS_SERVER, dns[0]),
	IN_GRANT(MS_SECONDARY_DNS_SERVER, dns[1]),
	IN_GRANT(MS_PRIMARY_NBNS_SERVER, nbns[0]),
	IN_GRANT(MS_SECONDARY_NBNS_SERVER, nbns[1]),
	IN_GRANT(MS_MPPE_ENCRYPTION_POLICY, encryption_policy),
	IN_GRANT(MS_MPPE_ENCRYPTION_TYPES, encryption_types),
	IN_GRANT(MIKROTIK_GROUP, group),
	IN_READING(MIKROTIK_RATE_LIMIT, rate_limit),
	IN_GRANT(MIKROTIK_ADDRESS_LIST, address_list),
	IN_READING(MIKROTIK_RECV_LIMIT, limit[0][0]),
	IN_READING(MIKROTIK_RECV_LIMIT_GIGAWORDS, limit[0][1]),
	IN_READING(MIKROTIK_XMIT_LIMIT, limit[1][0]),
	IN_READING(MIKROTIK_XMIT_LIMIT_GIGAWORDS, limit[1][1]),
	IN_READING(MIKROTIK_TOTAL_LIMIT, limit[2][0]),
	IN_READING(MIKROTIK_TOTAL_LIMIT_GIGAWORDS, limit[2][1]),
	BY(ASCEND_DATA_RATE, read_ascend_data),
	IN_READING(ASCEND_XMIT_RATE, ascend_xmit),
	IN_READING(WISPR_BANDWIDTH_MAX_UP, wispr_up),
	IN_READING(WISPR_BANDWIDTH_MAX_DOWN, wispr_down),
	IN_GRANT(FRAMED_INTERFACE_ID, framed_interface_id),
	BY(FRAMED_IPV6_PREFIX, read_framed_prefix),
	IN_GRANT(FRAMED_IPV6_ADDRESS, framed_ipv6_address),
	IN_GRANT(FRAMED_IPV6_POOL, framed_ipv6_pool),
	IN_GRANT(STATEFUL_IPV6_ADDRESS_POOL, stateful_ipv6_pool),
	BY(FRAMED_IPV6_ROUTE, read_ipv6_route),
	BY(DELEGATED_IPV6_PREFIX, read_delegated),
	IN_GRANT(DELEGATED_IPV6_PREFIX_POOL, delegated_ipv6_pool),
	IN_GRANT(MIKROTIK_DELEGATED_IPV6_POOL, delegated_ipv6_pool),
	BY(DNS_SERVER_IPV6_ADDRESS, read_ipv6_dns),
};

static const struct rule *rule_of(enum tp_radius_attribute attribute)
{
	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++)
		if (rules[i].attribute == attribute)
			return &rules[i];
	return NULL;
}

static bool store(struct reading *r, const struct tp_radius_value *value, void *to)
{
	switch (tp_radius_define(value->attribute)->kind) {
	case TP_RADIUS_KIND_TEXT:
		return tp_radius_text(value, to, sizeof(tp_radius_name)) ||
		       refuse(r, value, "is no text");
	case TP_RADIUS_KIND_IPV6ADDR:
		return tp_radius_ipv6(value, to) || refuse(r, value, "is no address");
	case TP_RADIUS_KIND_IFID:
		if (value->len != 8)
			return refuse(r, value, "is no interface identifier");
		memcpy(to, value->bytes, 8);
		return true;
	default:
		return tp_radius_u32(value, to) || refuse(r, value, "is no number");
	}
}

static bool read_value(struct reading *r, const struct tp_radius_value *value)
{
	const struct rule *rule = rule_of(value->attribute);

	if (rule == NULL)
		return true;
	r->grant->given[value->attribute] = true;
	if (rule->read != NULL)
		return rule->read(r, value);
	if (rule->in_reading != 0)
		return store(r, value, (char *)r + rule->in_reading - 1);
	return store(r, value, (char *)r->grant + rule->offset);
}

/* ---- what several attributes say together ---- */

static bool set_rate(struct tp_radius_grant *grant, uint64_t up, uint64_t down)
{
	char text[64];
	const char *why;

	snprintf(text, sizeof(text), "%llu/%llu", (unsigned long long)up, (unsigned long long)down);
	grant->has_rate_limit = tp_rate_limit_parse(text, &grant->rate_limit, &why);
	return grant->has_rate_limit;
}

/* "down/up" or one for both, in kbit/s. */
static bool set_filter_id(struct reading *r)
{
	unsigned long long down, up;
	char *end;

	down = up = strtoull(r->filter_id, &end, 10);
	if (*end == '/')
		up = strtoull(end + 1, &end, 10);
	if (*end == '\0' && r->filter_id[0] >= '0' && r->filter_id[0] <= '9' &&
	    down <= TP_RATE_MAX / 1000 && up <= TP_RATE_MAX / 1000 &&
	    set_rate(r->grant, up * 1000, down * 1000))
		return true;
	snprintf(r->why, TP_RADIUS_WHY, "Filter-Id '%.64s' is no rate", r->filter_id);
	return false;
}

static bool set_rate_limit(struct reading *r, bool filter_id)
{
	const bool *given = r->grant->given;
	const char *why = NULL;

	if (given[TP_RADIUS_MIKROTIK_RATE_LIMIT]) {
		r->grant->has_rate_limit =
			tp_rate_limit_parse(r->rate_limit, &r->grant->rate_limit, &why);
		if (!r->grant->has_rate_limit)
			snprintf(r->why, TP_RADIUS_WHY, "Mikrotik-Rate-Limit '%.64s' %.60s",
				 r->rate_limit, why != NULL ? why : "is no rate limit");
		return r->grant->has_rate_limit;
	}
	if (given[TP_RADIUS_ASCEND_XMIT_RATE])
		return set_rate(r->grant, r->ascend_data[0], r->ascend_xmit);
	if (given[TP_RADIUS_ASCEND_DATA_RATE])
		return set_rate(r->grant, r->ascend_data[r->ascend_data_count - 1],
				r->ascend_data[0]);
	if (given[TP_RADIUS_WISPR_BANDWIDTH_MAX_UP] || given[TP_RADIUS_WISPR_BANDWIDTH_MAX_DOWN])
		return set_rate(r->grant, r->wispr_up, r->wispr_down);
	return !filter_id || !given[TP_RADIUS_FILTER_ID] || set_filter_id(r);
}

static void set_limits(struct reading *r)
{
	uint64_t *const limits[] = {&r->grant->limit_in, &r->grant->limit_out,
				    &r->grant->limit_total};

	for (unsigned i = 0; i < 3; i++)
		*limits[i] = (uint64_t)r->limit[i][1] << 32 | r->limit[i][0];
}

bool tp_radius_grant_read(const struct tp_radius_packet *packet, bool filter_id,
			  struct tp_radius_grant *grant, char why[TP_RADIUS_WHY])
{
	struct reading r = {.grant = grant, .why = why};
	struct tp_radius_iterator iterator = tp_radius_iterate(packet);
	struct tp_radius_value value;

	memset(grant, 0, sizeof(*grant));
	/* Routes are compared with it, wherever it stands. */
	if (tp_radius_get(packet, TP_RADIUS_FRAMED_IP_ADDRESS, &value))
		(void)tp_radius_u32(&value, &grant->framed_address);
	if (tp_radius_get(packet, TP_RADIUS_FRAMED_IPV6_ADDRESS, &value))
		(void)tp_radius_ipv6(&value, grant->framed_ipv6_address);
	if (tp_radius_get(packet, TP_RADIUS_FRAMED_IPV6_PREFIX, &value))
		(void)tp_radius_ipv6_prefix(&value, grant->framed_ipv6_prefix.address,
					    &grant->framed_ipv6_prefix.length);
	while (tp_radius_next(&iterator, &value))
		if (!read_value(&r, &value))
			return false;
	set_limits(&r);
	return set_rate_limit(&r, filter_id);
}
