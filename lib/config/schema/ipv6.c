/* SPDX-License-Identifier: BSD-3-Clause */
/* The schema of subscribers' IPv6: pools of prefixes, Router Advertisements.
 * The properties stand in the order of their enum in ipv6.h. */
#include "config/schema/tables.h"

static const char *const flag_words[] = {"auto", "yes", "no", NULL};

/* clang-format off */
const struct tp_property tp_pool6_properties[] = {
	[TP_POOL6_NAME] = {.name = "name",
	 .type = &tp_type_string,
	 .offset = offsetof(struct tp_config_pool6, name),
	 .min = 1,
	 .max = NAME_MAX_LEN,
	 .flags = TP_REQUIRED | TP_KEY | TP_RUNTIME,
	 .help = "The pool's name"},
	[TP_POOL6_PREFIX] = {.name = "prefix",
	 .type = &tp_type_prefix6,
	 .offset = offsetof(struct tp_config_pool6, prefix),
	 .flags = TP_REQUIRED | TP_RUNTIME,
	 .help = "What it gives prefixes out of. Pools may overlap: nothing is given out twice"},
	[TP_POOL6_PREFIX_LENGTH] = {.name = "prefix-length",
	 .type = &tp_type_number,
	 .offset = offsetof(struct tp_config_pool6, prefix_length),
	 .min = 1,
	 .max = 128,
	 .flags = TP_REQUIRED | TP_RUNTIME,
	 .help = "The length of each that it gives out: 64 for links, 48 to 64 to be delegated, 128 "
		 "for single addresses by DHCPv6"},
	[TP_POOL6_NEXT_POOL] = {.name = "next-pool",
	 .zero_in = "none",
	 .type = &tp_type_string,
	 .offset = offsetof(struct tp_config_pool6, next_pool),
	 .default_text = "",
	 .max = NAME_MAX_LEN,
	 .refers = TP_REFERS_POOL6,
	 .flags = TP_RUNTIME,
	 .help = "The pool to take from when this one is used up"},
	[TP_POOL6_COMMENT] = {.name = "comment",
	 .type = &tp_type_string,
	 .offset = offsetof(struct tp_config_pool6, comment),
	 .max = TEXT_MAX,
	 .flags = TP_RUNTIME,
	 .help = "A note for people"},
	[TP_POOL6_COMMENT + 1 + 0] = TP_NEUTRAL(tp_config_pool6, 0, "from-pool", NULL, tp_neutral_empty, "a pool has its own prefix; next-pool leads to another"),
};

const struct tp_property tp_nd_properties[] = {
	[TP_ND_RA_INTERVAL] = {.name = "ra-interval",
	 .type = &tp_type_time_range,
	 .offset = offsetof(struct tp_config_nd, ra_interval),
	 .default_text = "3m20s-10m",
	 .min = 3, /* RFC 4861, 6.2.1: MinRtrAdvInterval */
	 .max = 65535, /* RFC 8319, section 4 */
	 .flags = TP_RUNTIME,
	 .help = "Between two Router Advertisements that nobody asked for: a time in this range"},
	[TP_ND_RA_LIFETIME] = {.name = "ra-lifetime",
	 .type = &tp_type_time,
	 .offset = offsetof(struct tp_config_nd, ra_lifetime),
	 .default_text = "30m",
	 .zero = "none",
	 .flags = TP_RUNTIME,
	 .help = "How long hosts take Turnpike as their router after an advertisement; none: not "
		 "as a default router"},
	[TP_ND_HOP_LIMIT] = {.name = "hop-limit",
	 .type = &tp_type_number,
	 .offset = offsetof(struct tp_config_nd, hop_limit),
	 .default_text = "unspecified",
	 .min = 1,
	 .max = 255,
	 .zero = "unspecified",
	 .flags = TP_RUNTIME,
	 .help = "The hop limit that hosts are told to send with"},
	[TP_ND_MTU] = {.name = "mtu",
	 .type = &tp_type_number,
	 .offset = offsetof(struct tp_config_nd, mtu),
	 .default_text = "unspecified",
	 .min = 1280, /* RFC 8200, section 5 */
	 .max = 65535,
	 .zero = "unspecified",
	 .flags = TP_RUNTIME,
	 .help = "The largest packet that hosts are told to send, if the link carries as much; "
		 "unspecified: what the link carries"},
	[TP_ND_MANAGED] = {.name = "managed-address-configuration",
	 .type = &tp_type_enum,
	 .offset = offsetof(struct tp_config_nd, managed_address_configuration),
	 .default_text = "auto",
	 .words = flag_words,
	 .flags = TP_RUNTIME,
	 .help = "Whether hosts are told to ask DHCPv6 for an address (M); auto: where there is one"},
	[TP_ND_OTHER] = {.name = "other-configuration",
	 .type = &tp_type_enum,
	 .offset = offsetof(struct tp_config_nd, other_configuration),
	 .default_text = "auto",
	 .words = flag_words,
	 .flags = TP_RUNTIME,
	 .help = "Whether hosts are told to ask DHCPv6 for the rest (O); auto: where there is any"},
	[TP_ND_ADVERTISE_DNS] = {.name = "advertise-dns",
	 .type = &tp_type_bool,
	 .offset = offsetof(struct tp_config_nd, advertise_dns),
	 .default_text = "yes",
	 .flags = TP_RUNTIME,
	 .help = "Tell the profile's IPv6 name servers in Router Advertisements, besides by DHCPv6"},
};

const struct tp_property tp_nd_prefix_properties[] = {
	[TP_ND_PREFIX_VALID_LIFETIME] = {.name = "valid-lifetime",
	 .type = &tp_type_time,
	 .offset = offsetof(struct tp_config_nd_prefix, valid_lifetime),
	 .default_text = "1h30m", /* RFC 9096, 3.4 */
	 .flags = TP_RUNTIME,
	 .help = "How long hosts keep addresses of the link's prefix after an advertisement"},
	[TP_ND_PREFIX_PREFERRED_LIFETIME] = {.name = "preferred-lifetime",
	 .type = &tp_type_time,
	 .offset = offsetof(struct tp_config_nd_prefix, preferred_lifetime),
	 .default_text = "45m",
	 .flags = TP_RUNTIME,
	 .help = "How long of that they begin new connections from them"},
	[TP_ND_PREFIX_DELEGATION] = {.name = "prefer-delegation",
	 .type = &tp_type_bool,
	 .offset = offsetof(struct tp_config_nd_prefix, prefer_delegation),
	 .default_text = "no",
	 .flags = TP_RUNTIME,
	 .help = "Tell hosts to ask for a prefix of their own rather than take addresses of the "
		 "link's (RFC 9762), where there is one to be had"},
};
/* clang-format on */
