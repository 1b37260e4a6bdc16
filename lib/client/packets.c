/* SPDX-License-Identifier: BSD-3-Clause */
/* Packets in and out: discovery's as they are, PPP's in those of the session stage (RFC 2516,
 * section 6). */
#include <string.h>

#include "client/private.h"
#include "wire/ppp.h"

#define PPP_FRAME_MAX 1502 /* struct tp_ppp_ops */

void tp_client_send_discovery(void *ctx, const struct tp_pppoe_packet *packet)
{
	const struct tp_client *client = ctx;

	client->ops->send(client->user, TP_ETHERTYPE_DISCOVERY, packet);
}

uint8_t *tp_client_header_put(const struct tp_client *client, uint8_t *p, uint16_t ppp_len)
{
	p[0] = TP_PPPOE_VER_TYPE;
	p[1] = TP_PPPOE_CODE_SESSION;
	tp_put_be16(p + 2, tp_client_session(client)->session_id);
	tp_put_be16(p + 4, ppp_len);
	return p + TP_PPPOE_HEADER_LEN;
}

void tp_client_send_ppp(void *user, const uint8_t *frame, size_t len)
{
	const struct tp_client *client = user;
	uint8_t room[TP_PPPOE_HEADER_LEN + PPP_FRAME_MAX];
	struct tp_pppoe_packet packet = tp_pppoe_client_to_ac(client->discovery);

	if (len > PPP_FRAME_MAX)
		return;
	memcpy(tp_client_header_put(client, room, (uint16_t)len), frame, len);
	packet.bytes = room;
	packet.len = TP_PPPOE_HEADER_LEN + len;
	client->ops->send(client->user, TP_ETHERTYPE_SESSION, &packet);
}

enum tp_pppoe_reason tp_client_discovery_input(struct tp_client *client,
					       const struct tp_pppoe_packet *packet,
					       uint64_t now_ms)
{
	return tp_pppoe_client_input(client->discovery, packet, now_ms);
}

/* RFC 1661, section 2: network control protocols are 0x8000 to 0xbfff. */
static bool is_network_frame(const uint8_t *frame, size_t len)
{
	return len > 0 && frame[0] >> 6 == 2;
}

void tp_client_ppp_input(struct tp_client *client, const uint8_t *frame, size_t len,
			 uint64_t now_ms)
{
	if (tp_ppp_has_joined(&client->ppp) && is_network_frame(frame, len) &&
	    client->ops->network_frame != NULL)
		client->ops->network_frame(client->user, frame, len);
	else
		tp_ppp_input(&client->ppp, frame, len, now_ms);
}

/* Of our session, from our access concentrator. */
static bool is_ours(const struct tp_client *client, const struct tp_pppoe_header *header,
		    const struct tp_mac *src)
{
	const struct tp_pppoe_client_session *session = tp_client_session(client);

	return header->code == TP_PPPOE_CODE_SESSION && header->session_id == session->session_id &&
	       tp_mac_equal(src, &session->ac_mac) &&
	       tp_pppoe_client_state(client->discovery) == TP_PPPOE_CLIENT_SESSION;
}

enum tp_client_verdict tp_client_session_input(struct tp_client *client,
					       const struct tp_pppoe_packet *packet,
					       struct tp_reader *ip, uint64_t now_ms)
{
	struct tp_pppoe_header header;
	struct tp_reader frame, r;
	uint16_t protocol;

	if (!tp_pppoe_header_parse(packet->bytes, packet->len, &header, &frame) ||
	    !is_ours(client, &header, &packet->src))
		return TP_CLIENT_IS_STRAY;
	r = frame;
	if (!tp_read_be16(&r, &protocol))
		return TP_CLIENT_IS_STRAY;
	if (protocol == TP_PPP_PROTO_IPV4 || (protocol == TP_PPP_PROTO_IPV6 && client->has_ipv6)) {
		*ip = r;
		return protocol == TP_PPP_PROTO_IPV4 ? TP_CLIENT_IS_IPV4 : TP_CLIENT_IS_IPV6;
	}
	tp_client_ppp_input(client, frame.p, tp_reader_left(&frame), now_ms);
	return TP_CLIENT_IS_TAKEN;
}
