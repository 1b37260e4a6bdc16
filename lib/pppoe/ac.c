/* SPDX-License-Identifier: BSD-3-Clause */
/* What the access concentrator checks, and decides; see ac_reply.c for what it answers. */
#include "ac.h"

#include <stdio.h>
#include <stdlib.h>

#include "ac_internal.h"

struct tp_pppoe_ac *tp_pppoe_ac_create(const char *ac_name,
				       const struct tp_pppoe_ac_callbacks *callbacks, void *ctx,
				       struct tp_random *random, uint64_t now_ms)
{
	struct tp_pppoe_ac *ac = calloc(1, sizeof(*ac));

	if (ac == NULL)
		return NULL;
	ac->callbacks = *callbacks;
	ac->ctx = ctx;
	tp_pppoe_cookies_init(&ac->cookies, random, now_ms);
	tp_pppoe_ac_set_name(ac, ac_name);
	return ac;
}

void tp_pppoe_ac_destroy(struct tp_pppoe_ac *ac)
{
	free(ac);
}

void tp_pppoe_ac_set_name(struct tp_pppoe_ac *ac, const char *ac_name)
{
	snprintf(ac->name, sizeof(ac->name), "%s", ac_name);
}

const struct tp_pppoe_ac_stats *tp_pppoe_ac_stats(const struct tp_pppoe_ac *ac)
{
	return &ac->stats;
}

/* The first enabled server that satisfies ASKED; see the header about empty names. */
static const struct tp_pppoe_service *find_service(const struct tp_pppoe_access *access,
						   const struct tp_pppoe_value *asked)
{
	const struct tp_pppoe_service *first = NULL;

	for (unsigned i = 0; i < access->service_count; i++) {
		const struct tp_pppoe_service *service = &access->services[i];

		if (service->disabled || (service->named_only && asked->len == 0))
			continue;
		if (tp_pppoe_value_is_text(asked, service->name))
			return service;
		if (first == NULL)
			first = service;
	}
	return asked->len == 0 ? first : NULL;
}

static bool any_enabled(const struct tp_pppoe_access *access)
{
	for (unsigned i = 0; i < access->service_count; i++) {
		if (!access->services[i].disabled)
			return true;
	}
	return false;
}

/* Are all servers that could answer told to keep silent? */
static bool all_withheld(const struct tp_pppoe_ac_packet *in)
{
	const struct tp_pppoe_value *asked = &in->tags.service_name;

	for (unsigned i = 0; i < in->access->service_count; i++) {
		const struct tp_pppoe_service *service = &in->access->services[i];

		if (!service->disabled && service->pado_delay_ms != TP_PPPOE_PADO_NEVER &&
		    (asked->len == 0 ? !service->named_only
				     : tp_pppoe_value_is_text(asked, service->name)))
			return false;
	}
	return true;
}

static void detail_service_name(struct tp_pppoe_ac_packet *in)
{
	char text[TP_PPPOE_NAME_MAX];

	snprintf(in->detail, sizeof(in->detail), "service-name \"%s\"",
		 tp_pppoe_value_text(&in->tags.service_name, text, sizeof(text)));
}

/* RFC 2516, 5.1. */
static enum tp_pppoe_reason input_padi(struct tp_pppoe_ac_packet *in)
{
	static const struct tp_mac broadcast = {{0xff, 0xff, 0xff, 0xff, 0xff, 0xff}};

	in->ac->stats.padi_received++;
	if (!tp_mac_equal(&in->packet->dst, &broadcast))
		return TP_PPPOE_NOT_BROADCAST;
	if (in->header.session_id != TP_PPPOE_SESSION_ID_NONE)
		return TP_PPPOE_BAD_SESSION_ID;
	if (in->tags.service_names != 1)
		return TP_PPPOE_SERVICE_NAME_COUNT;
	if (!any_enabled(in->access))
		return TP_PPPOE_NO_SERVERS;
	if (in->access->rejected)
		return TP_PPPOE_MAC_REJECTED;
	if (find_service(in->access, &in->tags.service_name) == NULL) {
		detail_service_name(in);
		return TP_PPPOE_UNKNOWN_SERVICE;
	}
	if (all_withheld(in))
		return TP_PPPOE_PADO_WITHHELD;
	return tp_pppoe_ac_offer(in);
}

static uint16_t agreed_payload(uint16_t client, uint16_t server)
{
	uint16_t least = client < server ? client : server;

	return least > TP_PPPOE_MAX_PAYLOAD ? least : TP_PPPOE_MAX_PAYLOAD;
}

/* Asks the owner for a session, and answers. */
static enum tp_pppoe_reason open_session(struct tp_pppoe_ac_packet *in,
					 const struct tp_pppoe_service *service)
{
	const struct tp_pppoe_ac_callbacks *callbacks = &in->ac->callbacks;
	const struct tp_pppoe_request request = {
		.packet = in->packet,
		.access = in->access,
		.service = service,
		.fingerprint = tp_pppoe_cookie_fingerprint(&in->ac->cookies, in->packet, &in->tags),
		.max_payload = agreed_payload(in->tags.max_payload, service->max_payload),
		.tags = &in->tags,
	};
	struct tp_pppoe_grant grant = {0};
	uint8_t room[TP_PPPOE_PACKET_MAX];
	size_t len = tp_pppoe_ac_build_pads(in, service, room);

	if (len == 0)
		return TP_PPPOE_REPLY_TOO_LONG;
	switch (callbacks->open(in->ac->ctx, &request, &grant, in->now_ms)) {
	case TP_PPPOE_GRANT:
		tp_put_be16(room + 2, grant.session_id);
		tp_pppoe_ac_reply(in, room, len);
		in->ac->stats.pads_sent++;
		if (callbacks->opened != NULL)
			callbacks->opened(in->ac->ctx, &request, grant.session_id, in->now_ms);
		return TP_PPPOE_NONE;
	case TP_PPPOE_REFUSE_SYSTEM:
		tp_pppoe_ac_refuse(in, TP_PPPOE_TAG_AC_SYSTEM_ERROR, grant.text);
		break;
	case TP_PPPOE_REFUSE_OTHER:
		tp_pppoe_ac_refuse(in, TP_PPPOE_TAG_GENERIC_ERROR, grant.text);
		break;
	case TP_PPPOE_REFUSE_SILENT:
		break;
	}
	snprintf(in->detail, sizeof(in->detail), "%s", grant.text);
	return TP_PPPOE_OWNER_REFUSED;
}

static enum tp_pppoe_reason refuse_service(struct tp_pppoe_ac_packet *in,
					   enum tp_pppoe_reason reason)
{
	if (in->tags.service_names > 0)
		detail_service_name(in);
	tp_pppoe_ac_refuse(in, TP_PPPOE_TAG_SERVICE_NAME_ERROR, tp_pppoe_reason_text(reason));
	return reason;
}

/* RFC 2516, 5.3. Nothing is answered before the cookie has been checked: an error reply to a
 * forged source address would be our packet at a stranger's door. */
static enum tp_pppoe_reason input_padr(struct tp_pppoe_ac_packet *in)
{
	const struct tp_pppoe_tags *tags = &in->tags;
	const struct tp_pppoe_service *service;
	enum tp_pppoe_reason reason;

	in->ac->stats.padr_received++;
	if (!tp_mac_equal(&in->packet->dst, &in->access->mac))
		return TP_PPPOE_WRONG_DESTINATION;
	if (in->header.session_id != TP_PPPOE_SESSION_ID_NONE)
		return TP_PPPOE_BAD_SESSION_ID;
	if (tags->error_type != 0) {
		tp_pppoe_value_text(&tags->error_value, in->detail, sizeof(in->detail));
		return TP_PPPOE_PEER_ERROR;
	}
	reason = tp_pppoe_cookie_check(&in->ac->cookies, in->packet, &tags->ac_cookie, in->now_ms);
	if (reason != TP_PPPOE_NONE)
		return reason;
	if (tags->service_names != 1)
		return refuse_service(in, TP_PPPOE_SERVICE_NAME_COUNT);
	if (!any_enabled(in->access))
		return refuse_service(in, TP_PPPOE_NO_SERVERS);
	if (in->access->rejected) {
		tp_pppoe_ac_refuse(in, TP_PPPOE_TAG_GENERIC_ERROR,
				   tp_pppoe_reason_text(TP_PPPOE_MAC_REJECTED));
		return TP_PPPOE_MAC_REJECTED;
	}
	service = find_service(in->access, &tags->service_name);
	if (service == NULL || !tp_pppoe_cookie_allows(&tags->ac_cookie, &tags->service_name))
		return refuse_service(in, TP_PPPOE_UNKNOWN_SERVICE);
	return open_session(in, service);
}

/* RFC 2516, 5.5. */
static enum tp_pppoe_reason input_padt(struct tp_pppoe_ac_packet *in)
{
	char text[TP_PPPOE_NAME_MAX];

	in->ac->stats.padt_received++;
	if (!tp_mac_equal(&in->packet->dst, &in->access->mac))
		return TP_PPPOE_WRONG_DESTINATION;
	if (in->header.session_id == TP_PPPOE_SESSION_ID_NONE ||
	    in->header.session_id == TP_PPPOE_SESSION_ID_RESERVED)
		return TP_PPPOE_BAD_SESSION_ID;
	tp_pppoe_value_text(&in->tags.error_value, text, sizeof(text));
	in->ac->callbacks.terminated(in->ac->ctx, in->packet, in->header.session_id, text,
				     in->now_ms);
	return TP_PPPOE_NONE;
}

static bool is_host(const struct tp_mac *mac, const struct tp_mac *ours)
{
	static const struct tp_mac zero;

	return !tp_mac_is_multicast(mac) && !tp_mac_equal(mac, &zero) && !tp_mac_equal(mac, ours);
}

static enum tp_pppoe_reason input(struct tp_pppoe_ac_packet *in)
{
	struct tp_reader payload;

	if (!tp_pppoe_header_parse(in->packet->bytes, in->packet->len, &in->header, &payload))
		return TP_PPPOE_MALFORMED_HEADER;
	if (!is_host(&in->packet->src, &in->access->mac))
		return TP_PPPOE_BAD_SOURCE;
	if (!tp_pppoe_tags_parse(payload, &in->tags))
		return TP_PPPOE_MALFORMED_TAG;
	switch (in->header.code) {
	case TP_PPPOE_CODE_PADI:
		return input_padi(in);
	case TP_PPPOE_CODE_PADR:
		return input_padr(in);
	case TP_PPPOE_CODE_PADT:
		return input_padt(in);
	case TP_PPPOE_CODE_PADO:
	case TP_PPPOE_CODE_PADS:
	case TP_PPPOE_CODE_SESSION:
		return TP_PPPOE_UNEXPECTED_CODE;
	default:
		return TP_PPPOE_UNKNOWN_CODE;
	}
}

void tp_pppoe_ac_input(struct tp_pppoe_ac *ac, const struct tp_pppoe_access *access,
		       const struct tp_pppoe_packet *packet, uint64_t now_ms)
{
	struct tp_pppoe_ac_packet in = {
		.ac = ac, .access = access, .packet = packet, .now_ms = now_ms};
	enum tp_pppoe_reason reason = input(&in);

	if (reason == TP_PPPOE_NONE)
		return;
	ac->stats.refused[reason]++;
	if (ac->callbacks.refused != NULL)
		ac->callbacks.refused(ac->ctx, packet, reason, in.detail, now_ms);
}
