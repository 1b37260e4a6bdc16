/* SPDX-License-Identifier: BSD-3-Clause */
/* What pools of prefixes, and profiles and secrets that give IPv6, must come to. */
#include "base/ipv6_text.h"
#include "config/schema/tables.h"

#include <errno.h>

#define LEASE_MIN 60u /* seconds: less, and clients do nothing but renew */

/* Both the link's: SLAAC has 64 (RFC 4862, 5.5.3), and 128 is one address by DHCPv6. */
static bool suits_link(unsigned length)
{
	return length == 64 || length == 128;
}

static bool check_prefix(const struct tp_config_item *item, unsigned property,
			 const struct tp_prefix6 *prefix, struct tp_report *report)
{
	char text[TP_PREFIX6_TEXT_LEN];

	if (!tp_prefix6_is_nobodys(prefix))
		return true;
	tp_report(report, item, (int)property, -EINVAL, "%s: no subscriber has an address of it",
		  tp_prefix6_format(prefix, text));
	return false;
}

void tp_check_of_pool6(const struct tp_config *config, const struct tp_config_item *item,
		       struct tp_report *report)
{
	const struct tp_config_pool6 *pool = (const void *)item;

	if (!check_prefix(item, TP_POOL6_PREFIX, &pool->prefix, report))
		return;
	tp_check_beside_core(config, item, TP_POOL6_PREFIX, &pool->prefix, true, report);
	if (pool->prefix_length < pool->prefix.length)
		tp_report(report, item, TP_POOL6_PREFIX_LENGTH, -EINVAL,
			  "%u is shorter than the prefix itself, which has %u", pool->prefix_length,
			  pool->prefix.length);
	tp_check_chain(config, item, TP_POOL6_NEXT_POOL, report);
}

/* The pool NAME, or one behind it, gives what PROPERTY can't be. */
static void check_pool(const struct tp_config *config, const struct tp_config_item *item,
		       unsigned property, const char *name, bool link, struct tp_report *report)
{
	const struct tp_config_pool6 *pool = tp_config_pool6(config, name);
	char quoted[TP_QUOTE_LEN];

	for (unsigned n = 0; pool != NULL && n < 64; n++) {
		if (link ? !suits_link(pool->prefix_length) : pool->prefix_length > 64) {
			tp_report(report, item, (int)property, -EINVAL,
				  "pool '%s' gives prefixes of %u; expected %s",
				  tp_quote(pool->name, quoted), pool->prefix_length,
				  link ? "64, or 128 for an address by DHCPv6" : "64 at most");
			return;
		}
		pool = tp_config_pool6(config, pool->next_pool);
	}
}

void tp_check_profile_ipv6(const struct tp_config *config, const struct tp_config_profile *profile,
			   struct tp_report *report)
{
	check_pool(config, &profile->head, TP_PROFILE_REMOTE_IPV6_PREFIX_POOL,
		   profile->remote_ipv6_prefix_pool, true, report);
	check_pool(config, &profile->head, TP_PROFILE_DHCPV6_PD_POOL, profile->dhcpv6_pd_pool,
		   false, report);
	if (profile->dhcpv6_lease_time < LEASE_MIN)
		tp_report(report, &profile->head, TP_PROFILE_DHCPV6_LEASE_TIME, -EINVAL,
			  "is less than a minute");
}

static void check_list(const struct tp_config *config, const struct tp_config_item *item,
		       unsigned property, const struct tp_prefix6_list *list, bool whole,
		       struct tp_report *report)
{
	for (uint32_t i = 0; i < list->count; i++)
		if (!check_prefix(item, property, &list->prefix[i], report) ||
		    !tp_check_beside_core(config, item, property, &list->prefix[i], whole, report))
			return;
}

static void check_delegated(const struct tp_config_secret *secret, struct tp_report *report)
{
	const struct tp_prefix6_list *list = &secret->delegated_ipv6_prefix;
	char text[TP_PREFIX6_TEXT_LEN];

	if (list->count > TP_DELEGATED_MAX)
		tp_report(report, &secret->head, TP_SECRET_DELEGATED_IPV6_PREFIX, -EINVAL,
			  "there are more than %u", TP_DELEGATED_MAX);
	for (uint32_t i = 0; i < list->count; i++) {
		if (list->prefix[i].length <= 64)
			continue;
		tp_report(report, &secret->head, TP_SECRET_DELEGATED_IPV6_PREFIX, -EINVAL,
			  "%s is longer than 64", tp_prefix6_format(&list->prefix[i], text));
		return;
	}
}

void tp_check_secret_ipv6(const struct tp_config *config, const struct tp_config_secret *secret,
			  struct tp_report *report)
{
	const struct tp_prefix6 *prefix = &secret->remote_ipv6_prefix;
	char text[TP_PREFIX6_TEXT_LEN];

	if (prefix->length != 0 && !suits_link(prefix->length))
		tp_report(report, &secret->head, TP_SECRET_REMOTE_IPV6_PREFIX, -EINVAL,
			  "%s: expected a prefix of 64, or one of 128 for an address by DHCPv6",
			  tp_prefix6_format(prefix, text));
	else if (prefix->length != 0 &&
		 check_prefix(&secret->head, TP_SECRET_REMOTE_IPV6_PREFIX, prefix, report))
		tp_check_beside_core(config, &secret->head, TP_SECRET_REMOTE_IPV6_PREFIX, prefix,
				     true, report);
	/* The longer prefix wins, so a larger route takes nothing from a core network. */
	check_list(config, &secret->head, TP_SECRET_IPV6_ROUTES, &secret->ipv6_routes, false,
		   report);
	check_list(config, &secret->head, TP_SECRET_DELEGATED_IPV6_PREFIX,
		   &secret->delegated_ipv6_prefix, true, report);
	check_delegated(secret, report);
}

void tp_check_of_nd(const struct tp_config *config, const struct tp_config_item *item,
		    struct tp_report *report)
{
	const struct tp_config_nd *nd = (const void *)item;

	if (nd->ra_lifetime > UINT16_MAX)
		tp_report(report, item, TP_ND_RA_LIFETIME, -EINVAL,
			  "is more than 65535 seconds"); /* RFC 8319, section 4 */
	if (nd->ra_lifetime != 0 && nd->ra_lifetime < nd->ra_interval.last) /* RFC 4861, 6.2.1 */
		tp_report(report, item, TP_ND_RA_LIFETIME, -EINVAL,
			  "is over before the next advertisement, by ra-interval");
}

void tp_check_of_nd_prefix(const struct tp_config *config, const struct tp_config_item *item,
			   struct tp_report *report)
{
	const struct tp_config_nd_prefix *prefix = (const void *)item;

	if (prefix->preferred_lifetime > prefix->valid_lifetime)
		tp_report(report, item, TP_ND_PREFIX_PREFERRED_LIFETIME, -EINVAL,
			  "is longer than valid-lifetime");
}
