/* SPDX-License-Identifier: BSD-3-Clause */
#include "radius/change.h"

#include <stdio.h>
#include <string.h>

#include "base/name.h"

static enum tp_radius_error fail(enum tp_radius_error error, const char *clause,
				 char why[TP_RADIUS_WHY])
{
	snprintf(why, TP_RADIUS_WHY, "%s", clause);
	return error;
}

/* What an Access-Accept would give, and a CoA-Request only names the session by. */
static void forget_names(struct tp_radius_grant *grant)
{
	static const enum tp_radius_attribute names[] = {
		TP_RADIUS_FRAMED_IP_ADDRESS,
		TP_RADIUS_FRAMED_INTERFACE_ID,
		TP_RADIUS_FRAMED_IPV6_PREFIX,
		TP_RADIUS_FRAMED_IPV6_ADDRESS,
		TP_RADIUS_DELEGATED_IPV6_PREFIX,
		TP_RADIUS_CHARGEABLE_USER_IDENTITY,
		TP_RADIUS_USER_NAME,
	};

	for (unsigned i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		grant->given[names[i]] = false;
}

static void take_name(const char **to, const char **from)
{
	tp_name_unref(*to);
	*to = *from;
	*from = NULL;
}

/* Another profile: what can change without another negotiation, and the server did not give itself,
 * is the new one's. */
static enum tp_radius_error take_group(const struct tp_radius_change *how, const char *group,
				       struct tp_subscriber *now, char why[TP_RADIUS_WHY])
{
	const unsigned given = tp_subscriber_given(now);
	struct tp_subscriber profile;
	int rc;

	if (tp_aaa_local_profile(how->profiles, group, how->default_profile, &profile) != 0)
		return fail(TP_RADIUS_ERROR_RESOURCES_UNAVAILABLE, "no memory for its profile",
			    why);
	if (strcmp(group, TP_PROFILE_DEFAULT) != 0 && strcmp(profile.profile, group) != 0) {
		tp_subscriber_clear(&profile);
		snprintf(why, TP_RADIUS_WHY, "Mikrotik-Group: there is no profile '%.64s'", group);
		return TP_RADIUS_ERROR_INVALID_ATTRIBUTE_VALUE;
	}
	rc = (given & TP_GIVEN_RATE_LIMIT) == 0
		     ? tp_subscriber_set_rate_limit(now, profile.rate_limit)
		     : 0;
	take_name(&now->profile, &profile.profile);
	if ((given & TP_GIVEN_ADDRESS_LIST) == 0)
		take_name(&now->address_list, &profile.address_list);
	if ((given & TP_GIVEN_SESSION_TIMEOUT) == 0)
		now->session_timeout_s = profile.session_timeout_s;
	if ((given & TP_GIVEN_IDLE_TIMEOUT) == 0)
		now->idle_timeout_s = profile.idle_timeout_s;
	now->change_tcp_mss = profile.change_tcp_mss;
	tp_subscriber_clear(&profile);
	return rc == 0 ? TP_RADIUS_NO_ERROR
		       : fail(TP_RADIUS_ERROR_RESOURCES_UNAVAILABLE, "no memory for its rate limit",
			      why);
}

static enum tp_radius_error make(const struct tp_radius_change *how,
				 const struct tp_radius_grant *grant, struct tp_subscriber *now,
				 char why[TP_RADIUS_WHY])
{
	enum tp_radius_error error = TP_RADIUS_NO_ERROR;

	if (grant->group[0] != '\0')
		error = take_group(how, grant->group, now, why);
	if (error != TP_RADIUS_NO_ERROR)
		return error;
	return tp_radius_grant_apply(grant, how->profiles, now, why)
		       ? TP_RADIUS_NO_ERROR
		       : TP_RADIUS_ERROR_RESOURCES_UNAVAILABLE;
}

enum tp_radius_error tp_radius_change(const struct tp_radius_change *how,
				      const struct tp_radius_dynamic_request *request,
				      const struct tp_subscriber *had, struct tp_subscriber *now,
				      char why[TP_RADIUS_WHY])
{
	struct tp_radius_grant grant;
	enum tp_radius_error error;

	if (!tp_radius_dynamic_changes(request))
		return fail(TP_RADIUS_ERROR_MISSING_ATTRIBUTE,
			    "it names nothing that could be changed", why);
	if (tp_radius_dynamic_has(request, TP_RADIUS_FILTER_ID) && !how->filter_id)
		return fail(TP_RADIUS_ERROR_UNSUPPORTED_ATTRIBUTE,
			    "Filter-Id says nothing here; /ppp aaa filter-id-rate makes it a rate",
			    why);
	if (!tp_radius_grant_read(&request->packet, how->filter_id, &grant, why))
		return TP_RADIUS_ERROR_INVALID_ATTRIBUTE_VALUE;
	forget_names(&grant);
	if (tp_subscriber_copy(now, had) != 0)
		return fail(TP_RADIUS_ERROR_RESOURCES_UNAVAILABLE, "no memory for what it gets",
			    why);
	error = make(how, &grant, now, why);
	if (error != TP_RADIUS_NO_ERROR)
		tp_subscriber_clear(now);
	return error;
}
