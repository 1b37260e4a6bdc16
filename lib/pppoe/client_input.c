/* SPDX-License-Identifier: BSD-3-Clause */
/* The client's receiving side: PADO, PADS, PADT. */
#include "client_internal.h"

/* Looks through all Service-Name tags of a PADO for the one that we asked for, or for the first
 * that we can keep when we asked for any. */
static bool choose_service(const struct tp_pppoe_client *client, const struct tp_pppoe_tags *tags,
			   struct tp_pppoe_value *chosen)
{
	struct tp_reader all = tags->all;
	struct tp_pppoe_tag tag;

	while (tp_pppoe_tag_next(&all, &tag) == TP_PPPOE_NEXT_TAG) {
		if (tag.type != TP_PPPOE_TAG_SERVICE_NAME)
			continue;
		if (client->service_name[0] == '\0'
			    ? tag.value.len <= sizeof(client->offered_service)
			    : tp_pppoe_value_is_text(&tag.value, client->service_name)) {
			*chosen = tag.value;
			return true;
		}
	}
	return false;
}

static void keep(uint8_t *kept, uint16_t *len, const struct tp_pppoe_value *value)
{
	*len = value->len;
	if (value->len > 0)
		memcpy(kept, value->bytes, value->len);
}

static bool is_ours(const struct tp_pppoe_client *client, const struct tp_pppoe_tags *tags)
{
	const struct tp_pppoe_value ours = {client->host_uniq, sizeof(client->host_uniq)};

	return tp_pppoe_value_equal(&tags->host_uniq, &ours);
}

/* Of an offer that we asked for. */
static enum tp_pppoe_reason refuse(const struct tp_pppoe_client *client,
				   const struct tp_pppoe_packet *packet,
				   const struct tp_pppoe_tags *tags, enum tp_pppoe_reason reason)
{
	if (client->config.offers != NULL)
		tp_pppoe_offers_add(client->config.offers, &packet->src, tags, reason);
	return reason;
}

/* RFC 2516, 5.2 and 5.3: "the Host looks through the PADO packets it receives and chooses one". */
static enum tp_pppoe_reason input_pado(struct tp_pppoe_client *client,
				       const struct tp_pppoe_packet *packet,
				       const struct tp_pppoe_tags *tags, uint64_t now_ms)
{
	struct tp_pppoe_client_session *session = &client->session;
	struct tp_pppoe_value service;

	if (!is_ours(client, tags))
		return TP_PPPOE_HOST_UNIQ_MISMATCH;
	if (tags->error_type != 0)
		return refuse(client, packet, tags, TP_PPPOE_PEER_ERROR);
	if (client->ac_name[0] != '\0' && !tp_pppoe_value_is_text(&tags->ac_name, client->ac_name))
		return refuse(client, packet, tags, TP_PPPOE_AC_NAME_MISMATCH);
	if (!choose_service(client, tags, &service))
		return refuse(client, packet, tags, TP_PPPOE_SERVICE_NOT_OFFERED);
	if (tags->ac_cookie.len > sizeof(client->cookie) ||
	    tags->relay_session_id.len > sizeof(client->relay))
		return refuse(client, packet, tags, TP_PPPOE_TAG_TOO_LONG);
	keep(client->offered_service, &client->offered_service_len, &service);
	client->has_cookie = tp_pppoe_value_present(&tags->ac_cookie);
	keep(client->cookie, &client->cookie_len, &tags->ac_cookie);
	client->has_relay = tp_pppoe_value_present(&tags->relay_session_id);
	keep(client->relay, &client->relay_len, &tags->relay_session_id);
	session->ac_mac = packet->src;
	tp_pppoe_value_text(&tags->ac_name, session->ac_name, sizeof(session->ac_name));
	tp_pppoe_value_text(&service, session->service_name, sizeof(session->service_name));
	tp_pppoe_client_request(client, now_ms);
	return TP_PPPOE_NONE;
}

static enum tp_pppoe_reason error_reason(const struct tp_pppoe_tags *tags)
{
	switch (tags->error_type) {
	case TP_PPPOE_TAG_SERVICE_NAME_ERROR:
		return TP_PPPOE_SERVICE_NAME_ERROR;
	case TP_PPPOE_TAG_AC_SYSTEM_ERROR:
		return TP_PPPOE_AC_SYSTEM_ERROR;
	default:
		return TP_PPPOE_GENERIC_ERROR;
	}
}

/* RFC 2516, 5.4. */
static enum tp_pppoe_reason input_pads(struct tp_pppoe_client *client, uint16_t session_id,
				       const struct tp_pppoe_packet *packet,
				       const struct tp_pppoe_tags *tags, uint64_t now_ms)
{
	struct tp_pppoe_client_session *session = &client->session;
	char text[TP_PPPOE_NAME_MAX];

	if (!is_ours(client, tags) || !tp_mac_equal(&packet->src, &session->ac_mac))
		return TP_PPPOE_HOST_UNIQ_MISMATCH;
	if (session_id == TP_PPPOE_SESSION_ID_RESERVED)
		return TP_PPPOE_BAD_SESSION_ID;
	if (session_id == TP_PPPOE_SESSION_ID_NONE || tags->error_type != 0) {
		tp_pppoe_value_text(&tags->error_value, text, sizeof(text));
		tp_pppoe_client_end(client, error_reason(tags), text, now_ms);
		return TP_PPPOE_NONE;
	}
	session->session_id = session_id;
	/* An access concentrator may say here which service "any" has come to. */
	if (tags->service_name.len > 0)
		tp_pppoe_value_text(&tags->service_name, session->service_name,
				    sizeof(session->service_name));
	/* RFC 4638, section 3: without the tag in the PADS, 1492 it is. */
	session->max_payload = TP_PPPOE_MAX_PAYLOAD;
	if (client->config.max_payload > TP_PPPOE_MAX_PAYLOAD &&
	    tags->max_payload > TP_PPPOE_MAX_PAYLOAD)
		session->max_payload = tags->max_payload < client->config.max_payload
					       ? tags->max_payload
					       : client->config.max_payload;
	client->state = TP_PPPOE_CLIENT_SESSION;
	client->deadline_ms = TP_NEVER;
	client->callbacks->opened(client->ctx, session, now_ms);
	return TP_PPPOE_NONE;
}

/* RFC 2516, 5.5: the session and the peer must both be ours. */
static enum tp_pppoe_reason input_padt(struct tp_pppoe_client *client, uint16_t session_id,
				       const struct tp_pppoe_packet *packet,
				       const struct tp_pppoe_tags *tags, uint64_t now_ms)
{
	char text[TP_PPPOE_NAME_MAX];

	if (client->state != TP_PPPOE_CLIENT_SESSION)
		return TP_PPPOE_UNEXPECTED_CODE;
	if (session_id != client->session.session_id)
		return TP_PPPOE_BAD_SESSION_ID;
	if (!tp_mac_equal(&packet->src, &client->session.ac_mac))
		return TP_PPPOE_BAD_SOURCE;
	tp_pppoe_value_text(&tags->error_value, text, sizeof(text));
	tp_pppoe_client_end(client, TP_PPPOE_PEER_TERMINATED, text, now_ms);
	return TP_PPPOE_NONE;
}

enum tp_pppoe_reason tp_pppoe_client_input(struct tp_pppoe_client *client,
					   const struct tp_pppoe_packet *packet, uint64_t now_ms)
{
	static const struct tp_mac zero;
	struct tp_pppoe_header header;
	struct tp_pppoe_tags tags;
	struct tp_reader payload;

	if (!tp_pppoe_header_parse(packet->bytes, packet->len, &header, &payload))
		return TP_PPPOE_MALFORMED_HEADER;
	if (tp_mac_is_multicast(&packet->src) || tp_mac_equal(&packet->src, &zero) ||
	    tp_mac_equal(&packet->src, &client->config.mac))
		return TP_PPPOE_BAD_SOURCE;
	if (!tp_mac_equal(&packet->dst, &client->config.mac))
		return TP_PPPOE_WRONG_DESTINATION;
	if (!tp_pppoe_tags_parse(payload, &tags))
		return TP_PPPOE_MALFORMED_TAG;
	switch (header.code) {
	case TP_PPPOE_CODE_PADO:
		if (client->state != TP_PPPOE_CLIENT_PADI_SENT)
			return TP_PPPOE_UNEXPECTED_CODE;
		if (header.session_id != TP_PPPOE_SESSION_ID_NONE)
			return TP_PPPOE_BAD_SESSION_ID;
		return input_pado(client, packet, &tags, now_ms);
	case TP_PPPOE_CODE_PADS:
		if (client->state != TP_PPPOE_CLIENT_PADR_SENT)
			return TP_PPPOE_UNEXPECTED_CODE;
		return input_pads(client, header.session_id, packet, &tags, now_ms);
	case TP_PPPOE_CODE_PADT:
		return input_padt(client, header.session_id, packet, &tags, now_ms);
	case TP_PPPOE_CODE_PADI:
	case TP_PPPOE_CODE_PADR:
	case TP_PPPOE_CODE_SESSION:
		return TP_PPPOE_UNEXPECTED_CODE;
	default:
		return TP_PPPOE_UNKNOWN_CODE;
	}
}
