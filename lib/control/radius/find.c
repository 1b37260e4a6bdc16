/* SPDX-License-Identifier: BSD-3-Clause */
#include "control/radius/find.h"

#include <ctype.h>
#include <string.h>

#include "accounting/sessions.h"

/* One look for a session. What is named is tried at once; candidates come from the narrowest index
 * that there is for what was named, and each is compared with all of it. */
struct search {
	const struct tp_radius_finder *finder;
	const struct tp_radius_dynamic_request *request;
	char user[TP_AAA_NAME_MAX + 1];
	uint64_t accounting_id, multi_id;
	struct tp_mac mac;
	bool by_mac; /* Calling-Station-Id is an address, and says MAC */
	const struct tp_line *(*next)(const struct search *q, const struct tp_line *previous);
};

static bool has(const struct search *q, enum tp_radius_attribute attribute)
{
	return tp_radius_dynamic_has(q->request, attribute);
}

/* Scripts write addresses as they like: AA:BB:CC:DD:EE:FF, aa-bb-…, aabb.ccdd.eeff. */
static bool read_mac(const char *text, struct tp_mac *mac)
{
	unsigned digits = 0;

	memset(mac, 0, sizeof(*mac));
	for (; *text != '\0'; text++) {
		const char *hex = "0123456789abcdef";
		const char *at = strchr(hex, tolower((unsigned char)*text));

		if (at == NULL && strchr(":-.", *text) != NULL)
			continue;
		if (at == NULL || digits == 12)
			return false;
		mac->bytes[digits / 2] =
			(uint8_t)(mac->bytes[digits / 2] << 4 | (unsigned)(at - hex));
		digits++;
	}
	return digits == 12;
}

static bool is_mac_format(const char *format)
{
	return format == NULL || strcmp(format, "{mac}") == 0 || strcmp(format, "{mac:-}") == 0 ||
	       strcmp(format, "{mac:}") == 0;
}

/* ---- candidates ---- */

static const struct tp_line *by_accounting_id(const struct search *q,
					      const struct tp_line *previous)
{
	return previous == NULL ? tp_ac_find_accounting_id(q->finder->ac, q->accounting_id) : NULL;
}

static const struct tp_line *by_multi_id(const struct search *q, const struct tp_line *previous)
{
	return previous == NULL ? tp_ac_find_accounting_id(q->finder->ac, q->multi_id) : NULL;
}

static const struct tp_line *by_slot(const struct search *q, const struct tp_line *previous)
{
	return previous == NULL ? tp_ac_find_slot(q->finder->ac, q->request->nas_port) : NULL;
}

/* An address is its session's until the slot is released, after the session's end. */
static const struct tp_line *by_address(const struct search *q, const struct tp_line *previous)
{
	const struct tp_pool_lease *lease;
	struct tp_session_info info;

	if (previous != NULL)
		return NULL;
	lease = tp_pool_find(q->finder->pools, q->request->framed_ip_address);
	if (lease == NULL || lease->owner == NULL)
		return NULL;
	tp_session_info(lease->owner, &info);
	return tp_ac_find_id(q->finder->ac, info.id);
}

/* The prefix that the request names first; length 0: none. */
static struct tp_prefix6 named_prefix(const struct search *q)
{
	const struct tp_radius_dynamic_request *r = q->request;
	struct tp_prefix6 prefix = {.length = 0};

	if (has(q, TP_RADIUS_FRAMED_IPV6_PREFIX)) {
		prefix.length = r->framed_ipv6_prefix.length;
		memcpy(prefix.address, r->framed_ipv6_prefix.address, sizeof(prefix.address));
	} else if (has(q, TP_RADIUS_DELEGATED_IPV6_PREFIX)) {
		prefix.length = r->delegated_ipv6_prefix.length;
		memcpy(prefix.address, r->delegated_ipv6_prefix.address, sizeof(prefix.address));
	} else if (has(q, TP_RADIUS_FRAMED_IPV6_ADDRESS)) {
		prefix.length = 128;
		memcpy(prefix.address, r->framed_ipv6_address, sizeof(prefix.address));
	}
	return prefix;
}

/* As by_address(). */
static const struct tp_line *by_prefix(const struct search *q, const struct tp_line *previous)
{
	const struct tp_prefix6 prefix = named_prefix(q);
	struct tp_pool6_lease lease;
	struct tp_session_info info;

	if (previous != NULL || !tp_pool6_find(q->finder->pools6, &prefix, &lease) ||
	    lease.owner == NULL)
		return NULL;
	tp_session_info(lease.owner, &info);
	return tp_ac_find_id(q->finder->ac, info.id);
}

static const struct tp_line *by_user(const struct search *q, const struct tp_line *previous)
{
	return tp_ac_find_user(q->finder->ac, q->user, previous);
}

static const struct tp_line *by_mac(const struct search *q, const struct tp_line *previous)
{
	return tp_ac_find_mac(q->finder->ac, &q->mac, previous);
}

static const struct tp_line *by_all(const struct search *q, const struct tp_line *previous)
{
	struct tp_session_info info = {0};

	if (previous == NULL)
		return tp_ac_next(q->finder->ac, 0);
	tp_line_info(previous, &info);
	return tp_ac_next(q->finder->ac, info.slot + 1);
}

/* ---- do they agree? ---- */

static bool same_prefix(const struct tp_radius_ipv6_prefix *said, const struct tp_prefix6 *prefix)
{
	return said->length == prefix->length &&
	       memcmp(said->address, prefix->address, sizeof(said->address)) == 0;
}

/* It may be held for the session and not be bound yet, or not any more. */
static bool has_delegated(const struct tp_session_info *info,
			  const struct tp_radius_ipv6_prefix *said)
{
	const struct tp_subscriber_ipv6 *granted = info->subscriber->ipv6;

	for (unsigned i = 0; i < info->ipv6.delegated_count; i++)
		if (same_prefix(said, &info->ipv6.routes[i]))
			return true;
	for (unsigned i = 0; granted != NULL && i < granted->delegated_count; i++)
		if (same_prefix(said, &granted->delegated[i]))
			return true;
	return false;
}

static bool has_address(const struct tp_session_ipv6 *ipv6, const uint8_t *said)
{
	return (ipv6->address.length == 128 && memcmp(ipv6->address.address, said, 16) == 0) ||
	       (ipv6->prefix.length == 128 && memcmp(ipv6->prefix.address, said, 16) == 0);
}

static bool agrees_in_ipv6(const struct search *q, const struct tp_session_info *info)
{
	const struct tp_radius_dynamic_request *r = q->request;

	if (has(q, TP_RADIUS_FRAMED_IPV6_PREFIX) &&
	    !same_prefix(&r->framed_ipv6_prefix, &info->ipv6.prefix))
		return false;
	if (has(q, TP_RADIUS_DELEGATED_IPV6_PREFIX) &&
	    !has_delegated(info, &r->delegated_ipv6_prefix))
		return false;
	if (has(q, TP_RADIUS_FRAMED_IPV6_ADDRESS) &&
	    !has_address(&info->ipv6, r->framed_ipv6_address))
		return false;
	return !has(q, TP_RADIUS_FRAMED_INTERFACE_ID) ||
	       memcmp(r->framed_interface_id, info->ipv6.remote_id, 8) == 0;
}

static bool agrees_in_line(const struct search *q, const struct tp_session_info *info)
{
	const struct tp_radius_session session = tp_accounting_session(info);
	const struct tp_radius_nas *nas = q->finder->nas;
	char text[TP_RADIUS_LINE_TEXT];

	if (has(q, TP_RADIUS_NAS_PORT_ID) &&
	    strcmp(q->request->nas_port_id, tp_radius_nas_port_id(nas, &session, text)) != 0)
		return false;
	if (!has(q, TP_RADIUS_CALLING_STATION_ID))
		return true;
	if (q->by_mac)
		return tp_mac_equal(&info->mac, &q->mac);
	return strcmp(q->request->calling_station_id,
		      tp_radius_calling_station_id(nas, &session, text)) == 0;
}

/* The line with which the session began whose packets LINE carries. */
static const struct tp_line *leader_of(const struct search *q, const struct tp_line *line)
{
	struct tp_session_info info;

	tp_line_info(line, &info);
	return info.bundle_id != 0 ? tp_ac_find_id(q->finder->ac, info.bundle_id) : line;
}

static bool is_bundle(const struct search *q, const struct tp_line *line)
{
	struct tp_session_info info;
	const struct tp_line *leader = leader_of(q, line);

	if (leader == NULL)
		return false;
	tp_line_info(leader, &info);
	return info.mrru != 0 && info.accounting_id == q->multi_id;
}

/* As we call it, or as servers are told. */
static bool is_called(const struct search *q, const struct tp_session_info *info)
{
	char told[TP_RADIUS_VALUE_MAX + 1];

	return strcmp(info->user, q->user) == 0 ||
	       (tp_radius_told_name(info->subscriber->radius, told) &&
		strcmp(told, q->request->user_name) == 0);
}

static bool agrees(const struct search *q, const struct tp_line *line)
{
	struct tp_session_info info;

	tp_line_info(line, &info);
	if (info.state == TP_SESSION_ENDING || info.state == TP_SESSION_CLOSED)
		return false;
	if (has(q, TP_RADIUS_ACCT_SESSION_ID) && info.accounting_id != q->accounting_id)
		return false;
	if (has(q, TP_RADIUS_ACCT_MULTI_SESSION_ID) && !is_bundle(q, line))
		return false;
	if (has(q, TP_RADIUS_NAS_PORT) && info.slot != q->request->nas_port)
		return false;
	if (has(q, TP_RADIUS_FRAMED_IP_ADDRESS) &&
	    info.remote_address != q->request->framed_ip_address)
		return false;
	if (has(q, TP_RADIUS_USER_NAME) && !is_called(q, &info))
		return false;
	return agrees_in_line(q, &info) && agrees_in_ipv6(q, &info);
}

/* ---- the search ---- */

/* False: what is named can be no session of ours. */
static bool begin(struct search *q)
{
	const struct tp_radius_dynamic_request *r = q->request;

	if (has(q, TP_RADIUS_ACCT_SESSION_ID) &&
	    !tp_radius_session_id_parse(r->acct_session_id, &q->accounting_id))
		return false;
	if (has(q, TP_RADIUS_ACCT_MULTI_SESSION_ID) &&
	    !tp_radius_session_id_parse(r->acct_multi_session_id, &q->multi_id))
		return false;
	if (has(q, TP_RADIUS_USER_NAME))
		tp_aaa_user_name(q->finder->config, r->user_name, q->user);
	q->by_mac = has(q, TP_RADIUS_CALLING_STATION_ID) &&
		    is_mac_format(q->finder->nas->calling_station_id) &&
		    read_mac(r->calling_station_id, &q->mac);
	q->next = has(q, TP_RADIUS_ACCT_SESSION_ID)	    ? by_accounting_id
		  : has(q, TP_RADIUS_NAS_PORT)		    ? by_slot
		  : has(q, TP_RADIUS_FRAMED_IP_ADDRESS)	    ? by_address
		  : named_prefix(q).length != 0		    ? by_prefix
		  : has(q, TP_RADIUS_USER_NAME)		    ? by_user
		  : q->by_mac				    ? by_mac
		  : has(q, TP_RADIUS_ACCT_MULTI_SESSION_ID) ? by_multi_id
							    : by_all;
	return true;
}

static enum tp_radius_error look(const struct search *q, const struct tp_line **line)
{
	const struct tp_line *at = NULL, *found = NULL;

	while ((at = q->next(q, at)) != NULL) {
		if (!agrees(q, at))
			continue;
		if (found == NULL)
			found = at;
		else if (leader_of(q, found) == leader_of(q, at))
			found = leader_of(q, at);
		else
			return TP_RADIUS_ERROR_MULTIPLE_SELECTION;
	}
	*line = found;
	return found != NULL ? TP_RADIUS_NO_ERROR : TP_RADIUS_ERROR_SESSION_NOT_FOUND;
}

enum tp_radius_error tp_radius_find_session(const struct tp_radius_finder *finder,
					    const struct tp_radius_dynamic_request *request,
					    const struct tp_line **line)
{
	struct search q = {.finder = finder, .request = request};
	enum tp_radius_error error;

	*line = NULL;
	if (!begin(&q))
		return TP_RADIUS_ERROR_SESSION_NOT_FOUND;
	error = look(&q, line);
	/* There is no index of what servers call peers otherwise. */
	if (error == TP_RADIUS_ERROR_SESSION_NOT_FOUND && q.next == by_user) {
		q.next = by_all;
		error = look(&q, line);
	}
	return error;
}
