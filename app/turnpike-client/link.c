/* SPDX-License-Identifier: BSD-3-Clause */
#include "link.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "attach.h"
#include "base/least.h"
#include "base/log.h"
#include "explain.h"

#define HANGUP_WAIT_MS 1000 /* for the Terminate-Ack */
#define REPAIR_MS      500  /* between requests for what packets can't be read without */

static void on_discovery(void *owner, uint64_t now_ms);
static void on_session(void *owner, uint64_t now_ms);

/* One attempt or connection is over. */
static void ended(struct link *link, const struct link_end *end)
{
	forward_stop(&link->forward);
	link->state = LINK_IDLE;
	link->hangup_ms = TP_NEVER;
	link->common->ops->ended(link->common->owner, link, end);
}

/* ---- what the client tells --------------------------------------------------------------------
 */

static void on_send(void *user, uint16_t ethertype, const struct tp_pppoe_packet *packet)
{
	struct link *link = user;
	int err;

	if (ethertype == TP_ETHERTYPE_SESSION) {
		packet_send_pppoe(&link->session, packet);
		return;
	}
	err = packet_send_pppoe(&link->discovery, packet);
	if (err != 0 && link->lost == NULL)
		tp_log_warning(link->settings->name, "cannot send over %s: %s", link->interface,
			       strerror(-err));
}

static bool on_session_opened(void *user, const struct tp_pppoe_client_session *session)
{
	struct link *link = user;
	char mac[TP_MAC_TEXT_LEN];

	tp_log_debug(link->settings->name, "session %u at %s, ac-name \"%s\", service-name \"%s\"",
		     session->session_id, tp_mac_format(&session->ac_mac, mac), session->ac_name,
		     session->service_name);
	forward_start(&link->forward, session->session_id, &session->ac_mac);
	link->ppp_config.mru =
		tp_least_u16(attach_wanted(link, link->settings->max_mru), session->max_payload);
	link->ppp_config.max_mtu =
		tp_least_u16(attach_wanted(link, link->settings->max_mtu), session->max_payload);
	link->ppp_config.peer_mru_max =
		session->max_payload > TP_PPPOE_MAX_PAYLOAD ? UINT16_MAX : TP_PPPOE_MAX_PAYLOAD;
	return link->common->ops->may_open(link->common->owner, link);
}

static void on_said(void *user, const char *text, bool at_end)
{
	const struct link *link = user;

	if (at_end)
		tp_log_info(link->settings->name, "the peer says: %s", text);
	else
		tp_log_debug(link->settings->name, "the peer says: %s", text);
}

/* The link carries packets of the network, its own or that of others. */
static void on_admitted(void *user)
{
	struct link *link = user;

	switch (link->common->ops->admitted(link->common->owner, link)) {
	case LINK_ALONE:
		multilink_start(link->common->multilink, &link->terms);
		break;
	case LINK_JOINS:
		tp_ppp_set_joined(&link->client.ppp, true);
		break;
	case LINK_UNFIT:
		tp_client_hang_up(&link->client, TP_PPP_BY_OWNER, link->now_ms);
		return;
	}
	if (link->terms.mrru != 0) {
		multilink_add(link->common->multilink, &link->forward, link->mtu);
		link->forward.multilink = link->common->multilink;
	}
	link->state = LINK_NETWORK;
}

static void on_lcp_up(void *user, const struct tp_ppp_event *event)
{
	struct link *link = user;

	link->mtu = event->lcp.mtu;
	link->mru = event->lcp.mru;
	link->terms = (struct multilink_terms){
		.mrru = event->lcp.mrru,
		.peer_mrru = event->lcp.peer_mrru,
		.is_short = event->lcp.short_sequence,
		.peer_is_short = event->lcp.peer_short_sequence,
	};
	link->endpoint.len = event->lcp.endpoint_len;
	memcpy(link->endpoint.bytes, event->lcp.endpoint, event->lcp.endpoint_len);
	if (event->lcp.method == TP_PPP_NO_AUTH)
		return;
	link->state = LINK_VERIFYING;
	tp_log_info(link->settings->name, "verifying password... (%s)",
		    tp_ppp_method_name(event->lcp.method));
}

static void on_leaving(void *user)
{
	struct link *link = user;

	link->common->ops->leaving(link->common->owner, link);
}

static void on_lcp_down(void *user)
{
	struct link *link = user;

	multilink_remove(link->common->multilink, &link->forward);
	link->forward.multilink = NULL;
	link->forward.ipv4 = link->forward.ipv6 = false;
	link->state = LINK_DIALING;
}

void link_carry(struct link *link, const struct link *active)
{
	link->forward.ipv4 = active->forward.ipv4;
	link->forward.ipv6 = active->forward.ipv6;
	link->forward.encryption = link->common->encryption;
	link->forward.mss = link->settings->change_tcp_mss ? link_packet_max(active) - 40 : 0;
}

bool link_carries(const struct link *link)
{
	return link->forward.ipv4 || link->forward.ipv6;
}

/* The first of the families: the ciphers begin. */
static void begin_carrying(struct link *link)
{
	if (!link_carries(link))
		encryption_start(link->common->encryption, tp_ppp_encryption(&link->client.ppp));
}

static void on_ipv4_up(void *user, const struct tp_ppp_addresses *addresses)
{
	struct link *link = user;

	begin_carrying(link);
	link->forward.ipv4 = true;
	link_carry(link, link);
	link->common->ops->ipv4_up(link->common->owner, link, addresses);
}

static void on_ipv4_down(void *user)
{
	struct link *link = user;

	link->forward.ipv4 = false;
	link->common->ops->ipv4_down(link->common->owner, link);
}

static void on_ipv6_up(void *user, const struct tp_ppp_interface_ids *ids)
{
	struct link *link = user;

	begin_carrying(link);
	link->forward.ipv6 = true;
	link_carry(link, link);
	link->common->ops->ipv6_up(link->common->owner, link, ids);
}

static void on_ipv6_down(void *user)
{
	struct link *link = user;

	link->forward.ipv6 = false;
	link->common->ops->ipv6_down(link->common->owner, link);
}

static void on_network_frame(void *user, const uint8_t *frame, size_t len)
{
	struct link *link = user;

	link->common->ops->network_frame(link->common->owner, link, frame, len);
}

static void on_flush(void *user)
{
	struct link *link = user;

	if (link->common->encryption->sends)
		tp_mppe_flush(&link->common->encryption->tx);
}

/* No session has come of the dial. */
static void not_dialled(struct link *link, const struct tp_client_end *end)
{
	snprintf(link->why, sizeof(link->why), "%s", tp_pppoe_reason_text(end->discovery));
	if (end->discovery == TP_PPPOE_NO_OFFER)
		explain_no_offer(link->settings, &link->offers, link->why, sizeof(link->why));
	ended(link, &(struct link_end){.reason = link->why, .text = end->text});
}

static void on_ended(void *user, const struct tp_client_end *end)
{
	struct link *link = user;
	const char *text = end->text;
	char refusal[96] = "";

	if (end->ppp == TP_PPP_NO_REASON) {
		not_dialled(link, end);
		return;
	}
	if (end->ppp == TP_PPP_AUTH_FAILED)
		text = explain_refusal(text, refusal, sizeof(refusal));
	snprintf(link->why, sizeof(link->why), "%s%s%s",
		 link->lost != NULL ? link->lost : tp_ppp_reason_name(end->ppp),
		 refusal[0] != '\0' ? ": " : "", refusal);
	ended(link, &(struct link_end){.reason = link->why,
				       .text = text,
				       .refused = end->ppp == TP_PPP_AUTH_FAILED,
				       .by_peer = end->ppp == TP_PPP_BY_PEER});
}

const struct tp_client_ops link_client_ops = {
	.send = on_send,
	.may_open = on_session_opened,
	.lcp_up = on_lcp_up,
	.admitted = on_admitted,
	.ipv4_up = on_ipv4_up,
	.ipv4_down = on_ipv4_down,
	.ipv6_up = on_ipv6_up,
	.ipv6_down = on_ipv6_down,
	.leaving = on_leaving,
	.lcp_down = on_lcp_down,
	.network_frame = on_network_frame,
	.flush = on_flush,
	.said = on_said,
	.ended = on_ended,
};

/* ---- the interface ----------------------------------------------------------------------------
 */

static bool on_ipv6_packet(void *ctx, const uint8_t *packet, size_t len)
{
	struct link *link = ctx;

	return link->common->ops->ipv6_packet(link->common->owner, link, packet, len);
}

int link_open(struct link *link, const struct link_common *common, const char *interface,
	      struct tp_error *error)
{
	memset(link, 0, sizeof(*link));
	link->common = common;
	link->settings = common->settings;
	link->interface = interface;
	link->discovery_watch = (struct watch){on_discovery, link};
	link->session_watch = (struct watch){on_session, link};
	link->hangup_ms = TP_NEVER;
	link->forward.socket = &link->session;
	link->forward.tun = common->tun;
	link->forward.no_ipv6 = !common->ipv6;
	link->forward.on_ipv6 = on_ipv6_packet;
	link->forward.ctx = link;
	return attach_nothing(link, error);
}

void link_close(struct link *link)
{
	tp_client_clear(&link->client);
	detach(link);
}

void link_dial(struct link *link, uint64_t now_ms)
{
	struct tp_error error = {0};

	link->now_ms = now_ms;
	link->lost = NULL;
	link->mtu = 0;
	link->unusable = attach(link, &error);
	if (link->unusable != 0) {
		snprintf(link->why, sizeof(link->why), "%s: %s", error.place, error.message);
		ended(link, &(struct link_end){.reason = link->why, .text = ""});
		return;
	}
	link->state = LINK_DIALING;
	tp_client_dial(&link->client, now_ms);
}

void link_look(struct link *link, uint64_t now_ms)
{
	if (link->state == LINK_IDLE)
		return;
	link->now_ms = now_ms;
	link->lost = attach_trouble(link);
	if (link->lost == NULL)
		return;
	if (!tp_client_lower_down(&link->client, TP_PPP_LOWER_LAYER, now_ms))
		ended(link, &(struct link_end){.reason = link->lost, .text = ""});
}

bool link_is_usable(const struct link *link)
{
	struct packet_interface now;

	return packet_look(link->interface, &now, NULL) == 0 && now.running;
}

bool link_hang_up(struct link *link, enum tp_ppp_reason reason, uint64_t now_ms)
{
	link->now_ms = now_ms;
	link->hangup_ms = now_ms + HANGUP_WAIT_MS;
	if (tp_client_hang_up(&link->client, reason, now_ms))
		return true;
	link->hangup_ms = TP_NEVER;
	link->state = LINK_IDLE;
	return false;
}

void link_open_ppp(struct link *link, uint64_t now_ms)
{
	link->now_ms = now_ms;
	tp_client_open_ppp(&link->client, now_ms);
}

/* ---- frames and time --------------------------------------------------------------------------
 */

static void on_discovery(void *owner, uint64_t now_ms)
{
	struct link *link = owner;
	uint8_t room[PACKET_FRAME_MAX];
	struct tp_pppoe_packet packet;

	link->now_ms = now_ms;
	for (int i = 0; i < FORWARD_BATCH && packet_receive_pppoe(&link->discovery, room, &packet);
	     i++) {
		enum tp_pppoe_reason reason =
			tp_client_discovery_input(&link->client, &packet, now_ms);

		if (reason != TP_PPPOE_NONE)
			tp_log_debug(link->settings->name, "discovery packet refused: %s",
				     tp_pppoe_reason_text(reason));
	}
}

static void on_control_frame(void *ctx, const uint8_t *frame, size_t len)
{
	struct link *link = ctx;

	tp_client_ppp_input(&link->client, frame, len, link->now_ms);
}

/* Asks the peer for what packets can't be decrypted without. */
static void repair(struct link *link)
{
	enum tp_mppe_need need;

	if (tp_ppp_has_joined(&link->client.ppp) || !link->common->encryption->receives ||
	    link->now_ms < link->repaired_ms + REPAIR_MS)
		return;
	need = tp_mppe_need(&link->common->encryption->rx);
	if (need == TP_MPPE_NEEDS_NOTHING)
		return;
	link->repaired_ms = link->now_ms;
	tp_ppp_decryption_lost(&link->client.ppp, need, link->now_ms);
}

static void on_session(void *owner, uint64_t now_ms)
{
	struct link *link = owner;

	link->now_ms = link->forward.now_ms = now_ms;
	if (forward_from_ethernet(&link->forward, on_control_frame, link) > 0)
		tp_ppp_alive(&link->client.ppp, now_ms);
	repair(link);
}

void link_tick(struct link *link, uint64_t now_ms)
{
	link->now_ms = link->forward.now_ms = now_ms;
	tp_client_tick(&link->client, now_ms);
	forward_tick(&link->forward, on_control_frame, link);
	repair(link);
	if (now_ms >= link->hangup_ms) {
		link->hangup_ms = TP_NEVER;
		tp_client_lower_down(&link->client, TP_PPP_BY_OWNER, now_ms);
	}
}

uint64_t link_deadline(const struct link *link)
{
	return tp_least_u64(tp_client_deadline(&link->client), link->hangup_ms);
}

const struct tp_pppoe_client_session *link_session(const struct link *link)
{
	return tp_client_session(&link->client);
}

uint16_t link_packet_max(const struct link *link)
{
	uint16_t most = link->mtu;

	if (link->forward.multilink != NULL && link->terms.peer_mrru > most)
		most = link->terms.peer_mrru;
	if (link->common->encryption->sends)
		most -= TP_MPPE_OVERHEAD;
	return most < FORWARD_PACKET_MAX ? most : FORWARD_PACKET_MAX;
}
