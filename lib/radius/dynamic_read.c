/* SPDX-License-Identifier: BSD-3-Clause */
/* What a CoA-Request or Disconnect-Request says, as a value. */
#include "radius/dynamic_private.h"

/* What an attribute is for, in these two requests. */
enum purpose {
	NONE,	 /* it may not be here */
	PROOF,	 /* of the packet itself */
	NAS,	 /* names us */
	SESSION, /* names the session */
	CHANGE,	 /* of the session; a Disconnect has none but Class (RFC 5176, section 3.1) */
	IGNORED, /* it may be here, and says nothing to us */
};

#define MANY 0x80 /* it may be here more than once */

static const uint8_t purposes[TP_RADIUS_ATTRIBUTES] = {
	[TP_RADIUS_PROXY_STATE] = PROOF | MANY,
	[TP_RADIUS_STATE] = PROOF,
	[TP_RADIUS_EVENT_TIMESTAMP] = PROOF,
	[TP_RADIUS_MESSAGE_AUTHENTICATOR] = PROOF,
	[TP_RADIUS_SERVICE_TYPE] = PROOF,

	[TP_RADIUS_NAS_IP_ADDRESS] = NAS,
	[TP_RADIUS_NAS_IPV6_ADDRESS] = NAS,
	[TP_RADIUS_NAS_IDENTIFIER] = NAS,

	[TP_RADIUS_USER_NAME] = SESSION,
	[TP_RADIUS_NAS_PORT] = SESSION,
	[TP_RADIUS_NAS_PORT_ID] = SESSION,
	[TP_RADIUS_FRAMED_IP_ADDRESS] = SESSION,
	[TP_RADIUS_CALLING_STATION_ID] = SESSION,
	[TP_RADIUS_ACCT_SESSION_ID] = SESSION,
	[TP_RADIUS_ACCT_MULTI_SESSION_ID] = SESSION,
	[TP_RADIUS_FRAMED_INTERFACE_ID] = SESSION,
	[TP_RADIUS_FRAMED_IPV6_PREFIX] = SESSION,
	[TP_RADIUS_FRAMED_IPV6_ADDRESS] = SESSION,
	[TP_RADIUS_DELEGATED_IPV6_PREFIX] = SESSION,

	[TP_RADIUS_CLASS] = CHANGE | MANY,
	[TP_RADIUS_FILTER_ID] = CHANGE,
	[TP_RADIUS_SESSION_TIMEOUT] = CHANGE,
	[TP_RADIUS_IDLE_TIMEOUT] = CHANGE,
	[TP_RADIUS_TERMINATION_ACTION] = CHANGE,
	[TP_RADIUS_ACCT_INTERIM_INTERVAL] = CHANGE,
	[TP_RADIUS_MIKROTIK_GROUP] = CHANGE,
	[TP_RADIUS_MIKROTIK_RATE_LIMIT] = CHANGE,
	[TP_RADIUS_MIKROTIK_ADDRESS_LIST] = CHANGE,
	[TP_RADIUS_MIKROTIK_RECV_LIMIT] = CHANGE,
	[TP_RADIUS_MIKROTIK_RECV_LIMIT_GIGAWORDS] = CHANGE,
	[TP_RADIUS_MIKROTIK_XMIT_LIMIT] = CHANGE,
	[TP_RADIUS_MIKROTIK_XMIT_LIMIT_GIGAWORDS] = CHANGE,
	[TP_RADIUS_MIKROTIK_TOTAL_LIMIT] = CHANGE,
	[TP_RADIUS_MIKROTIK_TOTAL_LIMIT_GIGAWORDS] = CHANGE,
	[TP_RADIUS_WISPR_BANDWIDTH_MAX_UP] = CHANGE,
	[TP_RADIUS_WISPR_BANDWIDTH_MAX_DOWN] = CHANGE,
	[TP_RADIUS_ASCEND_DATA_RATE] = CHANGE,
	[TP_RADIUS_ASCEND_XMIT_RATE] = CHANGE,

	[TP_RADIUS_CALLED_STATION_ID] = IGNORED,
	[TP_RADIUS_FRAMED_PROTOCOL] = IGNORED,
	[TP_RADIUS_NAS_PORT_TYPE] = IGNORED,
	[TP_RADIUS_CHARGEABLE_USER_IDENTITY] = IGNORED,
	[TP_RADIUS_CONNECT_INFO] = IGNORED,
	[TP_RADIUS_ACCT_TERMINATE_CAUSE] = IGNORED,
	[TP_RADIUS_REPLY_MESSAGE] = IGNORED | MANY,
};

static enum purpose purpose_of(enum tp_radius_attribute attribute)
{
	return (enum purpose)(purposes[attribute] & ~MANY);
}

bool tp_radius_dynamic_is_change(enum tp_radius_attribute attribute)
{
	return purpose_of(attribute) == CHANGE;
}

bool tp_radius_dynamic_has(const struct tp_radius_dynamic_request *request,
			   enum tp_radius_attribute attribute)
{
	return (request->present[attribute / 64] >> (attribute % 64) & 1) != 0;
}

static bool has_any(const struct tp_radius_dynamic_request *request, enum purpose purpose)
{
	for (unsigned i = 0; i < TP_RADIUS_ATTRIBUTES; i++)
		if (purpose_of(i) == purpose && tp_radius_dynamic_has(request, i))
			return true;
	return false;
}

bool tp_radius_dynamic_names_session(const struct tp_radius_dynamic_request *request)
{
	return has_any(request, SESSION);
}

bool tp_radius_dynamic_changes(const struct tp_radius_dynamic_request *request)
{
	return has_any(request, CHANGE);
}

bool tp_radius_dynamic_is_for(const struct tp_radius_dynamic_request *request, uint32_t ipv4,
			      const uint8_t *ipv6, const char *identifier)
{
	if (tp_radius_dynamic_has(request, TP_RADIUS_NAS_IP_ADDRESS) &&
	    (ipv4 == 0 || request->nas_ip_address != ipv4))
		return false;
	if (tp_radius_dynamic_has(request, TP_RADIUS_NAS_IPV6_ADDRESS) &&
	    (ipv6 == NULL || memcmp(request->nas_ipv6_address, ipv6, 16) != 0))
		return false;
	return !tp_radius_dynamic_has(request, TP_RADIUS_NAS_IDENTIFIER) ||
	       (identifier != NULL && strcmp(request->nas_identifier, identifier) == 0);
}

/* Keeps VALUE, which suits its kind, where there is a place for it. */
static bool keep(struct tp_radius_dynamic_request *request, const struct tp_radius_value *value)
{
	switch ((unsigned)value->attribute) {
#define TEXT(id, field)                                                                            \
	case TP_RADIUS_##id:                                                                       \
		return tp_radius_text(value, request->field, sizeof(request->field));
		TP_RADIUS_DYNAMIC_TEXTS(TEXT)
#undef TEXT
#define NUMBER(id, field)                                                                          \
	case TP_RADIUS_##id:                                                                       \
		return tp_radius_u32(value, &request->field);
		TP_RADIUS_DYNAMIC_NUMBERS(NUMBER)
#undef NUMBER
	case TP_RADIUS_NAS_IPV6_ADDRESS:
		return tp_radius_ipv6(value, request->nas_ipv6_address);
	case TP_RADIUS_FRAMED_IPV6_ADDRESS:
		return tp_radius_ipv6(value, request->framed_ipv6_address);
	case TP_RADIUS_FRAMED_INTERFACE_ID:
		memcpy(request->framed_interface_id, value->bytes,
		       sizeof(request->framed_interface_id));
		return true;
	case TP_RADIUS_FRAMED_IPV6_PREFIX:
		return tp_radius_ipv6_prefix(value, request->framed_ipv6_prefix.address,
					     &request->framed_ipv6_prefix.length);
	case TP_RADIUS_DELEGATED_IPV6_PREFIX:
		return tp_radius_ipv6_prefix(value, request->delegated_ipv6_prefix.address,
					     &request->delegated_ipv6_prefix.length);
	default:
		return true;
	}
}

/* What a vendor's dictionary has and ours has not is passed over (RFC 2865, 5.26); a standard
 * attribute that we can't do is refused (RFC 5176, section 3.5, 401). */
static enum tp_radius_error read_value(struct tp_radius_dynamic_request *request,
				       const struct tp_radius_value *value)
{
	enum tp_radius_attribute attribute = value->attribute;

	if (attribute == TP_RADIUS_UNKNOWN)
		return value->vendor != 0 ? TP_RADIUS_NO_ERROR
					  : TP_RADIUS_ERROR_UNSUPPORTED_ATTRIBUTE;
	if (purpose_of(attribute) == NONE)
		return TP_RADIUS_ERROR_UNSUPPORTED_ATTRIBUTE;
	if (purpose_of(attribute) == CHANGE && attribute != TP_RADIUS_CLASS &&
	    request->code == TP_RADIUS_DISCONNECT_REQUEST)
		return TP_RADIUS_ERROR_UNSUPPORTED_ATTRIBUTE;
	if (tp_radius_dynamic_has(request, attribute) && (purposes[attribute] & MANY) == 0)
		return TP_RADIUS_ERROR_INVALID_REQUEST;
	if (!tp_radius_valid(value) || !keep(request, value))
		return TP_RADIUS_ERROR_INVALID_ATTRIBUTE_VALUE;
	request->present[attribute / 64] |= UINT64_C(1) << (attribute % 64);
	return TP_RADIUS_NO_ERROR;
}

enum tp_radius_error tp_radius_dynamic_read(struct tp_radius_dynamic_request *request)
{
	struct tp_radius_iterator it = tp_radius_iterate(&request->packet);
	enum tp_radius_error error = TP_RADIUS_NO_ERROR;
	struct tp_radius_value value;

	while (tp_radius_next(&it, &value)) {
		enum tp_radius_error its = read_value(request, &value);

		if (error == TP_RADIUS_NO_ERROR)
			error = its;
	}
	if (error != TP_RADIUS_NO_ERROR)
		return error;
	if (request->service_type == TP_RADIUS_SERVICE_AUTHORIZE_ONLY)
		return TP_RADIUS_ERROR_UNSUPPORTED_SERVICE;
	return tp_radius_dynamic_names_session(request) ? TP_RADIUS_NO_ERROR
							: TP_RADIUS_ERROR_MISSING_ATTRIBUTE;
}
